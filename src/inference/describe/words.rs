//! From measures to English.

use super::kind::Kind;
use super::measure::{Grain, Light, Measures};
use super::place::Spread;
use crate::domain::image::{ImageFacts, Size};

/// What it looks like; then light, size and what the camera wrote.
pub(super) fn sentences(kind: Kind, measures: &Measures, facts: &ImageFacts) -> String {
    let mut look = format!("A {} {}", shape(facts.size), likeness(kind, measures));
    if let Some(colours) = colours(measures) {
        look.push_str(": ");
        look.push_str(&colours);
    }
    if (0.02..1.0).contains(&measures.clear) {
        look.push_str(", on a transparent ground");
    }
    let light = light_and_edges(kind, measures).map(|light| format!("{light}; "));
    let unit = if facts.size.pixels() == 1 {
        "pixel"
    } else {
        "pixels"
    };
    let mut parts = vec![format!(
        "{}{} {unit}",
        light.unwrap_or_default(),
        facts.size
    )];
    parts.extend(taken(facts));
    if facts.animated {
        parts.push("the first frame of an animation".to_owned());
    }
    format!("{look}. {}.", capitalised(&parts.join(", ")))
}

fn shape(size: Size) -> &'static str {
    let (width, height) = (u64::from(size.width), u64::from(size.height));
    if width * 100 > height * 250 {
        "very wide"
    } else if height * 100 > width * 250 {
        "very tall"
    } else if width * 100 > height * 103 {
        "wide"
    } else if height * 100 > width * 103 {
        "tall"
    } else {
        "square"
    }
}

fn likeness(kind: Kind, measures: &Measures) -> String {
    let (picture, flat) = if measures.is_grey() {
        ("black-and-white picture", "flat tones")
    } else {
        ("picture", "flat colours")
    };
    match kind {
        Kind::Clear => "picture that is transparent all over".to_owned(),
        Kind::Plain => "picture of one plain colour".to_owned(),
        Kind::Tiny => format!("{picture}, too small to tell what it is like"),
        Kind::Noise => format!("{picture} of random speckles, like a television without a signal"),
        Kind::Rows => {
            format!("{picture} of small marks in rows, like a page of text or a screenshot")
        }
        Kind::Lines => format!("{picture} of thin lines on a plain ground, like a drawing"),
        Kind::Flat => format!("{picture} of {flat} and hard edges, like a logo or a diagram"),
        Kind::Smooth => format!("{picture} of tones that flow into each other without an edge"),
        Kind::Photo => format!("{picture} that looks like a photograph"),
        Kind::Unknown => picture.to_owned(),
    }
}

/// Names of one family together: all browns, all blues.
struct Family {
    name: &'static str,
    /// The commonest name within, and how much of the family it makes up.
    chief: &'static str,
    chief_count: u32,
    spread: Spread,
}

/// At least this share of the picture is worth a mention.
const NOTABLE: f64 = 0.08;
/// Less than that is still seen where it is vivid and in one place.
const ACCENT: f64 = 0.002;

fn colours(measures: &Measures) -> Option<String> {
    let families = families(measures);
    let seen: u32 = families.iter().map(|family| family.spread.count).sum();
    let share = |family: &Family| f64::from(family.spread.count) / f64::from(seen.max(1));
    let first = families.first()?;
    let notable = families
        .iter()
        .take(3)
        .filter(|family| share(family) >= NOTABLE);
    let mut others: Vec<String> = notable.skip(1).map(Family::told).collect();
    let accent = families.iter().skip(1 + others.len()).find(|family| {
        share(family) >= ACCENT && family.is_vivid() && family.spread.place().is_some()
    });
    others.extend(accent.map(|family| {
        let amount = if share(family) >= 0.03 {
            "some"
        } else {
            "a touch of"
        };
        let place = family.spread.place().unwrap_or_default();
        format!("{amount} {} {place}", family.chief_or(family.name))
    }));
    Some(match share(first) {
        0.995.. => first.called(),
        main @ 0.55.. => {
            let main = if main >= 0.9 { "almost all" } else { "mostly" };
            let rest = listed(&others).map(|rest| format!(", with {rest}"));
            format!("{main} {}{}", first.told(), rest.unwrap_or_default())
        }
        _ => {
            others.insert(0, first.told());
            listed(&others)?
        }
    })
}

/// The most frequent first.
fn families(measures: &Measures) -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for (colour, spread) in &measures.colours {
        match families
            .iter_mut()
            .find(|family| family.name == colour.family)
        {
            Some(family) => family.spread.join(spread),
            None => families.push(Family {
                name: colour.family,
                chief: colour.name,
                chief_count: spread.count,
                spread: *spread,
            }),
        }
    }
    families.sort_by_key(|family| std::cmp::Reverse(family.spread.count));
    families
}

impl Family {
    /// `dark blue` where that is most of it, else `blues`.
    fn called(&self) -> String {
        self.chief_or(&format!("{}s", self.name)).to_owned()
    }

    fn chief_or<'a>(&self, other: &'a str) -> &'a str {
        if self.chief_count * 5 >= self.spread.count * 3 {
            self.chief
        } else {
            other
        }
    }

    fn told(&self) -> String {
        match self.spread.place() {
            Some(place) => format!("{} {place}", self.called()),
            None => self.called(),
        }
    }

    fn is_vivid(&self) -> bool {
        !matches!(self.name, "black" | "grey" | "white" | "brown" | "cream")
    }
}

fn light_and_edges(kind: Kind, measures: &Measures) -> Option<String> {
    if !matches!(kind, Kind::Photo | Kind::Smooth | Kind::Unknown) {
        return None;
    }
    let edges = edges(&measures.grain).filter(|_| kind != Kind::Smooth);
    let qualities = [contrast(&measures.light), edges];
    let qualities: Vec<String> = qualities.into_iter().flatten().map(str::to_owned).collect();
    let light = light(&measures.light);
    Some(match listed(&qualities) {
        Some(qualities) => format!("{light}, with {qualities}"),
        None => light.to_owned(),
    })
}

fn light(light: &Light) -> &'static str {
    match light.median {
        ..0.25 => "very dark",
        ..0.42 => "dark",
        ..0.72 => "of medium brightness",
        ..0.88 => "bright",
        _ => "very bright",
    }
}

fn contrast(light: &Light) -> Option<&'static str> {
    match light.high - light.low {
        ..0.12 => Some("hardly any contrast"),
        ..0.35 => Some("gentle contrast"),
        ..0.65 => None,
        _ => Some("strong contrast"),
    }
}

fn edges(grain: &Grain) -> Option<&'static str> {
    match grain.crisp? {
        ..0.3 => Some("soft edges"),
        ..0.5 => None,
        _ => Some("crisp edges"),
    }
}

fn taken(facts: &ImageFacts) -> Option<String> {
    let when = facts.taken.map(|when| format!(" on {}", when.date()));
    let camera = facts.camera.as_ref().map(|camera| {
        let camera = camera.shown(80);
        let article = if camera.starts_with(['A', 'E', 'I', 'O']) {
            "an"
        } else {
            "a"
        };
        format!(" with {article} {camera}")
    });
    (when.is_some() || camera.is_some()).then(|| {
        format!(
            "taken{}{}",
            when.unwrap_or_default(),
            camera.unwrap_or_default()
        )
    })
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: &[String]) -> Option<String> {
    let (last, others) = items.split_last()?;
    Some(if others.is_empty() {
        last.clone()
    } else {
        format!("{} and {last}", others.join(", "))
    })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

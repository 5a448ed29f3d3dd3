//! Pictures made ready for the screen, kept while they may be looked at again.

use std::sync::Arc;

use lru::LruCache;

use super::effect::{Effect, Ticket};
use super::facts::Facts;
use super::message::Looked;
use super::say;
use crate::domain::image::{ImageFacts, ImageRef, Pixels, Size};
use crate::domain::problem::Problem;

/// So many pixels are kept, 32 MB: two full screens of thumbnails, however sharp.
const KEPT: u64 = 8_000_000;

/// What is known of a picture beside its pixels takes as much as so many of them, 1 KB.
const FACTS: u64 = 256;

/// So many are asked for at a time; the others wait here, where those that went out of sight
/// cost nothing.
const AT_ONCE: usize = 4;

/// A picture, and the pixels that there is room for.
pub type Wish = (ImageRef, Size);

type Look = Result<(ImageFacts, Arc<Pixels>), Problem>;

/// What was made ready, and what is being made ready.
#[derive(Debug)]
pub struct Pictures {
    /// A picture in each size that was asked for, the newest last.
    looks: LruCache<ImageRef, Vec<(Size, Look)>>,
    weight: u64,
    ticket: Ticket,
    asked: Vec<Wish>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            looks: LruCache::unbounded(),
            weight: 0,
            ticket: Ticket::default(),
            asked: Vec::new(),
        }
    }
}

impl Pictures {
    /// What there is of a picture, in whatever size.
    pub fn get(&self, image: &ImageRef) -> Option<&Look> {
        let (_, newest) = self.looks.peek(image)?.last()?;
        Some(newest)
    }

    /// What can be shown of a picture where there is room for so many pixels: what was made for
    /// it, or else the largest that fits.
    pub fn fit(&self, image: &ImageRef, within: Size) -> Option<&Look> {
        let looks = self.looks.peek(image)?;
        let size = |look: &Look| look.as_ref().ok().map(|(_, pixels)| pixels.size());
        let fits = |look: &Look| {
            size(look).is_none_or(|it| it.width <= within.width && it.height <= within.height)
        };
        let made = looks.iter().find(|(wished, _)| *wished == within);
        let others = looks.iter().filter(|(_, look)| fits(look));
        let largest = others.max_by_key(|(_, look)| size(look).map(Size::pixels));
        made.or(largest).map(|(_, look)| look)
    }

    /// Which reading of the files these are; another one once all was forgotten.
    pub fn reading(&self) -> Ticket {
        self.ticket
    }

    /// Adds what is known of a picture, or why nothing is; `None` while nobody knows.
    pub fn facts(&self, image: &ImageRef, facts: Facts) -> Option<Facts> {
        let animated = |known: &ImageFacts| {
            let text = "animated: the first one is used";
            known.animated.then(|| text.to_owned())
        };
        Some(match self.get(image)? {
            Err(problem) => facts.paragraph(&format!("✗ {}", problem.sentence().paragraphs())),
            Ok((known, _)) => facts
                .row("format", known.format.name().to_owned())
                .row("frames", animated(known))
                .row("size", known.size.to_string())
                .row("file", say::bytes(known.bytes))
                .row(
                    "taken",
                    known
                        .taken
                        .map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()),
                )
                .row(
                    "camera",
                    known.camera.as_ref().map(|camera| camera.shown(60)),
                ),
        })
    }

    /// Asks for what is in sight, and where all of that is there or under way, for what may come
    /// next; each list has the most urgent first. What was asked for and is in neither is not
    /// waited for any more.
    pub fn want(&mut self, sight: &[Wish], next: &[Wish]) -> Vec<Effect> {
        for (image, _) in sight.iter().chain(next).rev() {
            self.looks.promote(image);
        }
        // More than is kept would be made again and again.
        let mut weight = 0;
        let mut waits = |wish: &&Wish| {
            weight += weight_of(wish.1);
            let is_kept = weight <= KEPT || weight == weight_of(wish.1);
            is_kept && wish.1.pixels() > 0 && !self.is_ready(wish)
        };
        let sight: Vec<_> = sight.iter().filter(&mut waits).collect();
        let next: Vec<_> = next.iter().filter(&mut waits).collect();

        let asked = std::mem::take(&mut self.asked).into_iter();
        let (asked, left): (_, Vec<_>) =
            asked.partition(|wish| sight.contains(&wish) || next.contains(&wish));
        self.asked = asked;
        let first = if sight.is_empty() { next } else { sight };
        let room = AT_ONCE.saturating_sub(self.asked.len());
        let more = first.into_iter().filter(|wish| !self.asked.contains(wish));
        let more: Vec<_> = more.take(room).cloned().collect();
        self.asked.extend(more.iter().cloned());

        let look = |(image, within)| Effect::Look(self.ticket, image, within);
        let away = (!left.is_empty()).then_some(Effect::LookAway(left));
        away.into_iter().chain(more.into_iter().map(look)).collect()
    }

    fn is_ready(&self, (image, within): &Wish) -> bool {
        let looks = self.looks.peek(image);
        looks.is_some_and(|looks| looks.iter().any(|(size, _)| size == within))
    }

    /// Takes in a picture. One that nobody waits for any more is kept all the same: it is made
    /// ready, and may be looked at next.
    pub fn absorb(&mut self, ticket: Ticket, looked: Looked) {
        if ticket != self.ticket {
            return;
        }
        let Looked {
            image,
            within,
            look,
        } = looked;
        self.asked.retain(|wish| *wish != (image.clone(), within));
        let mut looks = self.looks.pop(&image).unwrap_or_default();
        self.weight -= weigh(&looks);
        // A glimpse, which answers no question and has no size, stands until there is more.
        looks.retain(|(size, _)| *size != within && size.pixels() > 0);
        looks.push((within, look));
        self.weight += weigh(&looks);
        self.looks.put(image, looks);
        while self.weight > KEPT && self.looks.len() > 1 {
            let oldest = self.looks.pop_lru();
            self.weight -= oldest.map_or(0, |(_, looks)| weigh(&looks));
        }
    }

    /// Forgets everything: files may have changed.
    pub fn clear(&mut self) {
        self.looks.clear();
        self.weight = 0;
        self.asked.clear();
        let _ = self.ticket.renew();
    }
}

/// What a picture of that size weighs at most, in pixels.
fn weight_of(size: Size) -> u64 {
    size.pixels().saturating_add(FACTS)
}

fn weigh(looks: &[(Size, Look)]) -> u64 {
    let pixels = |look: &Look| {
        look.as_ref()
            .map_or(0, |(_, pixels)| pixels.size().pixels())
    };
    looks.iter().map(|(_, look)| pixels(look) + FACTS).sum()
}

#[cfg(test)]
mod tests;

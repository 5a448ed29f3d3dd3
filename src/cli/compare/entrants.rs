//! Who takes part in a comparison.

use crate::cli::Desk;
use crate::domain::comparison::Entrant;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;
use crate::domain::verdict::{Contestant, MOST};
use crate::engine::Engine;

/// Every model under every preset, as they were typed or configured.
///
/// # Errors
/// They are too few or too many, one is named twice, or one is not known.
pub(super) fn read(presets: &[String], desk: &Desk<'_>) -> Result<Vec<Entrant>, Problem> {
    let settings = &desk.loaded.settings;
    let models = &settings.models.value;
    if let Some(model) = twice(models) {
        let name = model.name().shown(200);
        let headline = format!("{name} is named twice, and would be compared with itself");
        return Err(Problem::new(headline)
            .with_hint("name another model, or several presets with --preset"));
    }
    if let Some(preset) = twice(presets) {
        let name = Foreign::new(preset.as_str()).shown(80);
        return Err(Problem::new(format!("the preset `{name}` is named twice")));
    }
    let terms = match presets {
        [] => vec![(None, settings.terms())],
        presets => presets
            .iter()
            .map(|name| {
                let terms = settings.terms_of(name).map_err(|error| error.problem())?;
                // One that holds for all tells nobody from the others.
                Ok(((presets.len() > 1).then(|| name.clone()), terms))
            })
            .collect::<Result<_, Problem>>()?,
    };
    let count = models.len() * terms.len();
    check_count(count, models.len(), terms.len())?;
    let entrant = |model: &ModelRef, (preset, terms): &(Option<String>, _)| Entrant {
        contestant: Contestant {
            model: model.clone(),
            preset: preset.clone(),
        },
        terms: Clone::clone(terms),
    };
    Ok(models
        .iter()
        .flat_map(|model| terms.iter().map(move |terms| entrant(model, terms)))
        .collect())
}

fn check_count(count: usize, models: usize, presets: usize) -> Result<(), Problem> {
    if count < 2 {
        return Err(Problem::new("a comparison takes two")
            .with_hint("name a second model with -m, or two presets with --preset"));
    }
    if count > MOST {
        let headline = if presets > 1 {
            format!("{models} times {presets} are {count}, and at most {MOST} can be compared")
        } else {
            format!("{count} models are named, and at most {MOST} can be compared")
        };
        return Err(Problem::new(headline).with_hint("name fewer of them"));
    }
    Ok(())
}

/// The same without what is not asked of them.
///
/// # Errors
/// Two of them are asked the same of the same model.
pub(super) fn fitted(entrants: Vec<Entrant>, engine: &Engine) -> Result<Vec<Entrant>, Problem> {
    let mut all: Vec<Entrant> = Vec::new();
    for Entrant { contestant, terms } in entrants {
        let terms = terms.fitted(engine.protocol(&contestant.model));
        let is_same =
            |one: &&Entrant| one.contestant.model == contestant.model && one.terms == terms;
        if let Some(same) = all.iter().find(is_same) {
            let [one, other] = [&same.contestant, &contestant].map(|it| it.name().shown(200));
            let headline = format!("{one} and {other} would be asked the very same");
            return Err(Problem::new(headline)
                .with_hint("compare presets that differ, and only of models that take a prompt"));
        }
        all.push(Entrant { contestant, terms });
    }
    Ok(all)
}

fn twice<T: PartialEq>(all: &[T]) -> Option<&T> {
    let mut places = all.iter().enumerate();
    let (_, found) = places.find(|(place, one)| all.iter().take(*place).any(|it| it == *one))?;
    Some(found)
}

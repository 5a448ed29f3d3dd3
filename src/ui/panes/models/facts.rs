//! What is known of a model, for people.

use std::fmt::Write as _;

use super::super::super::facts::Facts;
use super::super::super::presets::Presets;
use super::super::super::say;
use super::ModelsPane;
use super::columns::{compact, context, measured};
use super::listing::Row;
use crate::domain::catalogue::{Gate, HubModel, Offer, Served, relatives};
use crate::domain::endpoint::{Rented, RentedState};
use crate::domain::model::{ModelCard, ModelRef, Price, Route};
use crate::domain::preset::Variable;
use crate::domain::problem::Problem;
use crate::domain::request::Terms;
use crate::domain::spending::{at_most, dollars, estimate};
use crate::domain::text::{Foreign, list};

/// How models are asked, as far as their facts tell it.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// How pictures are asked about where no preset is in force.
    pub terms: &'a Terms,
    /// Which presets are in force.
    pub presets: &'a Presets,
    /// Whose token a router gets, in words.
    pub token: &'a str,
}

/// What the Hub tells of a model.
pub(super) enum Known<'a> {
    /// It knows nothing of it: it is none of its models.
    Nothing,
    /// It was asked just now; so much is known already.
    Asking(Option<&'a HubModel>),
    /// It told.
    Told(&'a HubModel),
    /// It could not be asked.
    Failed(&'a Problem),
    /// It is not asked; so much is known already.
    Offline(Option<&'a HubModel>),
}

impl ModelsPane {
    /// Everything known of `model`.
    pub(super) fn facts(&self, model: &ModelRef, known: &Known, asking: &Asking) -> String {
        let made;
        let card = match self.card_of(model) {
            Some(card) => card,
            None => {
                made = ModelCard {
                    model: model.clone(),
                    price: self.price(model),
                    host: None,
                    about: Foreign::default(),
                };
                &made
            }
        };
        let mut text = facts_of(card, asking);
        let mut add = |part: String| {
            if !part.is_empty() {
                let _ = write!(text, "\n\n{part}");
            }
        };
        if let ModelRef::Hub { id, .. } = model {
            let told = match known {
                Known::Told(told) => Some(*told),
                Known::Asking(found) | Known::Offline(found) => *found,
                Known::Failed(_) | Known::Nothing => None,
            };
            add(self.doubt(model, told).unwrap_or_default());
            add(self.served.get(id).map(offers).unwrap_or_default());
            add(told.map(of_hub).unwrap_or_default());
            add(match known {
                Known::Asking(_) => "asking the Hub for more…".to_owned(),
                Known::Offline(_) => "offline: the Hub is not asked for more".to_owned(),
                Known::Failed(problem) => failed(problem),
                Known::Told(_) | Known::Nothing => String::new(),
            });
        } else if let Some(rented) = self.rented_of(model) {
            add(self.doubt(model, None).unwrap_or_default());
            add(of_rented(rented));
        }
        text
    }

    /// Why `model` may write no captions now, and what one can do; `None` where nothing speaks
    /// against it, or nothing is known.
    pub fn doubt(&self, model: &ModelRef, told: Option<&HubModel>) -> Option<String> {
        let name = model.name().shown(80);
        if let Some(rented) = self.rented_of(model) {
            return match &rented.state {
                RentedState::Paused => Some(format!(
                    "{name} is paused and does not wake up by itself: resume it at \
                     https://endpoints.huggingface.co"
                )),
                RentedState::Failed => Some(format!(
                    "{name} failed to start: see its log at https://endpoints.huggingface.co"
                )),
                RentedState::ScaledToZero => Some(format!(
                    "{name} is asleep: the first caption wakes it up, which takes minutes"
                )),
                _ => None,
            };
        }
        let ModelRef::Hub { id, route } = model else {
            return None;
        };
        self.served.asked?;
        let mut found = self.hub.found().iter();
        let told = told.or_else(|| found.find(|found| found.id == *id));
        let served = self.served.get(id);
        if served.is_some_and(|served| !served.sees) {
            return Some(format!(
                "{name} is said to take no pictures: it may answer all the same, and invent"
            ));
        }
        let serves = |offer: &Offer| match route {
            Route::Provider(pinned) => offer.provider == *pinned,
            _ => true,
        };
        if served.is_some_and(|served| served.live().any(serves)) {
            return None;
        }
        if let (Some(served), Route::Provider(pinned)) = (served, route)
            && served.is_live()
        {
            return Some(format!(
                "{} does not serve {} now, others do: enter in the zoomed list chooses among them",
                Foreign::new(pinned.as_str()).shown(40),
                Foreign::new(id.as_str()).shown(80)
            ));
        }
        if told.is_some_and(|told| told.providers.iter().flatten().count() > 0) {
            // The Hub knows of a provider that the router does not list yet.
            return None;
        }
        let id = HubModel {
            id: id.clone(),
            ..HubModel::default()
        };
        let related = relatives(&self.served, told.unwrap_or(&id));
        let or = if related.is_empty() {
            "choose another model".to_owned()
        } else {
            format!(
                "choose a relative that is served: {}",
                list(related.iter(), 5)
            )
        };
        Some(format!(
            "no provider serves {name}: run it at an endpoint of your own, or {or}"
        ))
    }

    /// Why a row cannot be chosen.
    pub(super) fn strange_name(&self, row: Row) -> String {
        let name = Foreign::new(self.name(row)).shown(200);
        format!(
            "{name}\n\nThis is no name of a model as Hugging Face gives them: it cannot be chosen."
        )
    }
}

/// What is known of a model, for people: where it runs, what it is sent and what it asks, for
/// pictures that are asked about by `asking`.
pub(super) fn facts_of(card: &ModelCard, asking: &Asking) -> String {
    let Asking {
        terms,
        presets,
        token,
    } = *asking;
    let terms = &presets.terms(terms, &card.model);
    let (runs, token) = match &card.model {
        ModelRef::Builtin(_) => ("on this machine", None),
        ModelRef::Hub { .. } => ("at a provider that Hugging Face routes to", Some(token)),
        ModelRef::Endpoint(_) | ModelRef::Url(_) => ("at an endpoint of your own", None),
    };
    let picture = say::upload(terms.upload);
    let told = Variable::all_said(Variable::in_terms(terms));
    let told = told.map_or_else(String::new, |told| format!(" with {told}"));
    let sends = match &card.model {
        ModelRef::Builtin(_) => "nothing".to_owned(),
        ModelRef::Hub { .. } => format!("{picture}; and the prompt{told}"),
        ModelRef::Endpoint(_) => format!("{picture}; in a chat the prompt{told} too"),
        ModelRef::Url(_) => picture,
    };
    let costs = match card.price {
        Price::Free => "nothing".to_owned(),
        Price::Own => "what your endpoint costs".to_owned(),
        Price::Unknown => "unknown".to_owned(),
        Price::Usage { input, output } => format!(
            "{} in, {} out for a million tokens",
            dollars(input),
            dollars(output)
        ),
    };
    let each = estimate(card.price, terms).filter(|each| *each > 0);
    Facts::default()
        .paragraph(&card.model.name().paragraphs())
        .paragraph(&card.about.paragraphs())
        .row("runs", runs.to_owned())
        .row(
            "to",
            card.host
                .as_ref()
                .map(|host| Foreign::new(host.as_str()).shown(200)),
        )
        .row("sends", sends)
        .row("preset", preset_of(&card.model, presets))
        .row("costs", costs)
        .row("picture", each.map(at_most))
        .row("token", token.map(ToOwned::to_owned))
        .text()
}

/// The preset in force for a model that takes one, for people.
fn preset_of(model: &ModelRef, presets: &Presets) -> Option<String> {
    let takes_none = matches!(model, ModelRef::Builtin(_) | ModelRef::Url(_));
    let name = presets.of(model).filter(|_| !takes_none)?;
    let whose = match presets.own(model) {
        Some(_) => "of this model alone",
        None => "of all models",
    };
    Some(format!("{}, {whose}", Foreign::new(name).shown(40)))
}

/// What stands beside the name of a provider.
pub const OFFERED: &str = "dollars for a million tokens in/out · context · first token · speed";

/// Who serves a model, one a line.
fn offers(served: &Served) -> String {
    let mut text = format!("served at: {OFFERED}");
    for offer in &served.offers {
        let name = Foreign::new(offer.provider.as_str()).shown(15);
        let _ = write!(text, "\n{name:<16}{}", offered(offer));
    }
    text
}

/// What one provider offers: `$0.18/$0.69 · 131k · 320 ms · 95 tok/s`.
pub(super) fn offered(offer: &Offer) -> String {
    let price = match offer.price {
        Price::Usage { input, output } => {
            format!("{}/{}", dollars(input), dollars(output))
        }
        Price::Free => "free".to_owned(),
        Price::Own | Price::Unknown => "price unknown".to_owned(),
    };
    let tokens = offer.context.map(context);
    let latency = offer.latency_ms.map(|ms| format!("{} ms", measured(ms)));
    let speed = offer.throughput.map(|it| format!("{} tok/s", measured(it)));
    let down = (!offer.live).then(|| "down".to_owned());
    let facts = [down, Some(price), tokens, latency, speed];
    facts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What the Hub keeps of a model.
fn of_hub(model: &HubModel) -> String {
    let shown = |text: &String| Foreign::new(text.as_str()).shown(200);
    let day = |time: &jiff::Timestamp| time.strftime("%Y-%m-%d").to_string();
    let number = |number: u64| say::thousands(usize::try_from(number).unwrap_or(usize::MAX));
    let page = Foreign::new(model.id.as_str()).shown(120);
    let gate = match model.gate {
        Gate::Open => "for everybody".to_owned(),
        Gate::Licence => {
            format!("after accepting its licence at huggingface.co/{page}, logged in")
        }
        Gate::Approval => {
            format!("when its makers let you in: ask at huggingface.co/{page}, logged in")
        }
    };
    let providers = model.providers.as_ref().map(|names| match names.len() {
        0 => "none serves it".to_owned(),
        _ => list(names.iter(), 10),
    });
    Facts::default()
        .row("task", model.task.as_ref().map(shown))
        .row(
            "size",
            model
                .parameters
                .map(|it| format!("{} parameters", compact(it))),
        )
        .row("licence", model.licence.as_ref().map(shown))
        .row("open", gate)
        .row("provider", providers)
        .row("base", list(model.base_models.iter(), 5))
        .row("library", model.library.as_ref().map(shown))
        .row(
            "fetched",
            model
                .downloads
                .map(|it| format!("{} times in thirty days", number(it))),
        )
        .row("likes", model.likes.map(number))
        .row("made", model.created.as_ref().map(day))
        .row("changed", model.updated.as_ref().map(day))
        .text()
}

/// What the account's service says of an endpoint.
fn of_rented(rented: &Rented) -> String {
    let shown = |text: &String| Foreign::new(text.as_str()).shown(200);
    Facts::default()
        .row("state", rented.state.said())
        .row("says", rented.message.as_ref().map(shown))
        .row("model", rented.model.as_ref().map(shown))
        .row("task", rented.task.as_ref().map(shown))
        .row("machine", rented.machine.as_ref().map(shown))
        .row("owner", shown(&rented.owner))
        .text()
}

fn failed(problem: &Problem) -> String {
    let mut text = format!("✗ {}", problem.sentence().paragraphs());
    if let Some(hint) = &problem.hint {
        let _ = write!(text, "\n{}", hint.paragraphs());
    }
    text
}

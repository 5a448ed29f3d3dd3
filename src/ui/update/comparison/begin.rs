//! Comparisons begun: who takes part, over what, and what has to be asked for.

use super::super::super::command::Context;
use super::super::super::comparison::Comparison;
use super::super::super::effect::{Effect, Ticket};
use super::super::super::message::Surveyed;
use super::super::super::overlay::Overlay;
use super::super::super::panes::Pane;
use super::super::super::say;
use super::super::super::state::State;
use super::super::presets;
use super::send;
use crate::domain::comparison::Entrant;
use crate::domain::model::{ModelRef, Protocol};
use crate::domain::verdict::{Contestant, MOST};

/// The chosen models, each asked as it is asked now.
pub(super) fn chosen(state: &State) -> Vec<Entrant> {
    let entrant = |model: &ModelRef| Entrant {
        contestant: Contestant {
            model: model.clone(),
            preset: None,
        },
        terms: state.terms_of(model),
    };
    state.models.chosen().iter().map(entrant).collect()
}

/// Compares what the one chosen model says under each of these presets.
pub(in super::super) fn begin_presets(
    state: &mut State,
    names: Vec<String>,
    is_blind: bool,
) -> Vec<Effect> {
    if names.len() < 2 {
        let key = state.key(Context::Menu, "select");
        state.notify(format!("2 to {MOST} presets are compared: {key} marks one"));
        return Vec::new();
    }
    let model = match state.models.chosen() {
        [model] => model.clone(),
        chosen => {
            let models = say::count(chosen.len(), "model");
            let is = if chosen.len() == 1 { "is" } else { "are" };
            state.notify(format!(
                "presets are compared with one model, and {models} {is} chosen"
            ));
            return Vec::new();
        }
    };
    let own = match &model {
        ModelRef::Endpoint(name) => state.endpoints.get(name),
        _ => None,
    };
    let is_told_nothing = own.is_some_and(|own| own.protocol == Protocol::ImageToText);
    if is_told_nothing || presets::takes_no_prompt(&model) {
        let name = model.name().shown(40);
        state.notify(format!("{name} takes no prompt"));
        return Vec::new();
    }
    let entrant = |name: String| {
        let preset = state.presets.all().get(&name)?;
        Some(Entrant {
            terms: preset.over(&state.terms),
            contestant: Contestant {
                model: model.clone(),
                preset: Some(name),
            },
        })
    };
    let lineup = names.into_iter().filter_map(entrant).collect();
    state.overlays.clear();
    begin(state, lineup, is_blind)
}

/// Compares these over the selection, or over the whole folder; goes on where the same was left.
pub(in super::super) fn begin(
    state: &mut State,
    lineup: Vec<Entrant>,
    is_blind: bool,
) -> Vec<Effect> {
    if lineup.len() < 2 {
        let (models, select) = (
            state.key(Context::Global, "models"),
            state.key(Context::Models, "select"),
        );
        state.notify(format!(
            "a comparison takes 2 to {MOST} models: {models} goes there, {select} chooses"
        ));
        return Vec::new();
    }
    if lineup.len() > MOST {
        let chosen = lineup.len();
        state.notify(format!(
            "{chosen} are too many: at most {MOST} are compared"
        ));
        return Vec::new();
    }
    let ask_the_same = |it: &Entrant, other: &Entrant| {
        it.contestant.model == other.contestant.model && it.terms == other.terms
    };
    let mut others = lineup.iter().enumerate().flat_map(|(at, it)| {
        let before = lineup.iter().take(at);
        before.filter(|other| ask_the_same(it, other))
    });
    if let Some(double) = others.next() {
        let name = double.contestant.name().shown(60);
        state.notify(format!("{name} would be asked the same twice"));
        return Vec::new();
    }
    let images = state.files.selection();
    if images.is_empty() {
        state.notify("there is no picture in this folder");
        return Vec::new();
    }
    let left = state.comparison.as_ref();
    if left.is_none_or(|it| !it.is_over(&lineup, &images)) {
        state.comparison = Some(Comparison::new(lineup, images));
    }
    state.focus = Pane::Captions;
    state.zoomed = true;
    state.is_compared = true;
    let seed = seed(state);
    let Some(comparison) = &mut state.comparison else {
        return Vec::new();
    };
    if is_blind {
        comparison.hide(seed);
    }
    comparison.look_into_history()
}

/// Nobody knows the very moment at which a key is pressed.
pub(super) fn seed(state: &State) -> u64 {
    let now = state.now.as_nanosecond().to_le_bytes();
    now.first_chunk().copied().map_or(0, u64::from_le_bytes)
}

/// History told of some pictures. Once it told of all, what is missing is asked for.
pub(in super::super) fn surveyed(
    state: &mut State,
    ticket: Ticket,
    surveyed: Vec<Surveyed>,
) -> Vec<Effect> {
    let Some(comparison) = &mut state.comparison else {
        return Vec::new();
    };
    if !comparison.absorb_survey(ticket, surveyed) || !state.is_compared {
        return Vec::new();
    }
    let missing = comparison.missing(&state.jobs);
    let (held, all) = comparison.answered();
    let effects = send(state, missing);
    let number = say::thousands(all);
    let asks = matches!(state.overlays.last(), Some(Overlay::Question(_)));
    let says = match held {
        0 => None,
        held if held == all => Some(format!("history holds all {number} captions")),
        held => Some(format!(
            "history holds {} of {number} captions",
            say::thousands(held)
        )),
    };
    if let Some(says) = says.filter(|_| asks || !effects.is_empty() || held == all) {
        state.notify(says);
    }
    effects
}

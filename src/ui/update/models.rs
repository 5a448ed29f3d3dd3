//! What the catalogue of models does with commands and answers.

use super::super::command::{Command, Context};
use super::super::effect::{Effect, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::field::{Field, Purpose};
use super::super::overlay::menu::{Menu, Row, Subject};
use super::super::overlay::question::Then;
use super::super::overlay::reading::Reading;
use super::super::panes::Pane;
use super::super::panes::models::{Asking, OFFERED, Opening};
use super::super::state::State;
use crate::domain::catalogue::HubModel;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;

/// The models pane obeys; who chooses a model that may write no captions is told.
pub(super) fn act(state: &mut State, command: &Command) -> Vec<Effect> {
    let page = state.page(Pane::Models);
    let needs_one = matches!(command, Command::Select | Command::Favourite);
    if needs_one && state.models.model().is_none() {
        let key = state.key(Context::Models, "info");
        state.notify(format!(
            "what is under the cursor cannot be chosen: {key} tells why"
        ));
        return Vec::new();
    }
    told_of(state, |state| {
        if is_open(state) && *command == Command::Activate {
            open(state)
        } else if is_open(state) {
            state.models.browse(command, page, state.now)
        } else {
            state.models.handle(command, page)
        }
    })
}

fn told_of(state: &mut State, work: impl FnOnce(&mut State) -> Vec<Effect>) -> Vec<Effect> {
    let before = state.models.chosen().to_vec();
    let effects = work(state);
    let chosen = state.models.chosen().iter();
    let new: Vec<ModelRef> = chosen.filter(|it| !before.contains(it)).cloned().collect();
    for model in new {
        if let Some(doubt) = state.models.doubt(&model, None) {
            state.notify(doubt);
        }
    }
    effects
}

/// A model that is named is chosen, or dropped.
pub(super) fn choose(state: &mut State, command: &Command) -> Vec<Effect> {
    let page = state.page(Pane::Models);
    told_of(state, |state| state.models.handle(command, page))
}

/// A model is chosen with its provider.
pub(super) fn pin(state: &mut State, model: ModelRef) -> Vec<Effect> {
    told_of(state, |state| state.models.pin(model))
}

/// Opens the model under the cursor: who may serve it, or else what is known of it.
fn open(state: &mut State) -> Vec<Effect> {
    match state.models.opening() {
        Some(Opening::Ways(id, ways)) => {
            let rows = ways.into_iter().map(|way| {
                let then = way.model.map(|model| Then::Obey(Command::Pin(model)));
                let row = Row::new(way.label, then.unwrap_or(Then::Stay));
                row.detail(way.detail).chosen(way.is_chosen)
            });
            let title = Foreign::new(id).shown(60);
            let facts = format!("Providers: {OFFERED}");
            let menu = Menu::new(Subject::Fixed, title, facts, rows.collect());
            let menu = menu.at(|row| row.mark == Some('●'));
            state.overlays.push(Overlay::Menu(menu));
            Vec::new()
        }
        Some(Opening::Facts) => inform(state),
        Some(Opening::Choice) => state.models.toggle_row(),
        None => Vec::new(),
    }
}

/// True while the catalogue is on screen.
pub(super) fn is_open(state: &State) -> bool {
    state.zoomed && state.focus == Pane::Models
}

/// The field in the head of the catalogue, with what was typed before.
pub(super) fn open_filter(state: &mut State) {
    state.focus = Pane::Models;
    state.zoomed = true;
    let field = Field::new(Purpose::Filter).with(state.models.filtered());
    state.overlays.push(Overlay::Field(field));
}

/// Lists what fits what is typed.
pub(super) fn filter(state: &mut State, text: &str) {
    state.models.filter(text, state.now);
}

/// Shows all again, and tells whether anything was hidden.
pub(super) fn clear_filter(state: &mut State) -> bool {
    let was_filtered = !state.models.filtered().is_empty();
    filter(state, "");
    was_filtered
}

/// Asks the router, the account and the Hub again.
pub(super) fn reload(state: &mut State) -> Vec<Effect> {
    if state.token.state == crate::domain::account::TokenState::Offline {
        state.notify("offline: nobody is asked");
        return Vec::new();
    }
    state.models.reload(state.now)
}

/// Everything known of the model under the cursor; the Hub completes it.
pub(super) fn inform(state: &mut State) -> Vec<Effect> {
    let token = state.token_facts();
    let Some((text, question)) = state.models.inform(&Asking {
        terms: &state.terms,
        presets: &state.presets,
        token: &token,
    }) else {
        state.notify("no model under the cursor");
        return Vec::new();
    };
    let awaited = question.as_ref().and_then(|_| state.models.awaited());
    let reading = Reading::new("Info", text).awaiting(awaited);
    state.overlays.push(Overlay::Reading(reading));
    question.into_iter().collect()
}

/// The Hub told of a model: the box that waits for it is completed.
pub(super) fn about(state: &mut State, ticket: Ticket, answer: &Result<HubModel, Problem>) {
    let token = state.token_facts();
    let asking = Asking {
        terms: &state.terms,
        presets: &state.presets,
        token: &token,
    };
    let told = state.models.informed(ticket, answer, &asking);
    for overlay in &mut state.overlays {
        if let (Overlay::Reading(reading), Some(text)) = (overlay, &told) {
            reading.complete(ticket, text);
        }
    }
}

#[cfg(test)]
mod tests;

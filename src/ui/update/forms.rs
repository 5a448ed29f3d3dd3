//! The form on top, and the one that waits for an answer.

use super::super::effect::{Effect, Handover, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::form::{Form, Purpose};
use super::super::state::State;

/// The form on top.
pub(super) fn on_top(state: &mut State) -> Option<&mut Form> {
    match state.overlays.last_mut() {
        Some(Overlay::Form(form)) => Some(form),
        _ => None,
    }
}

/// The form that waits for this answer; `None` where the person left it.
pub(super) fn waiting(state: &mut State, ticket: Ticket) -> Option<&mut Form> {
    let mut forms = state
        .overlays
        .iter_mut()
        .filter_map(|overlay| match overlay {
            Overlay::Form(form) => Some(form),
            _ => None,
        });
    forms.find(|form| form.waits_for(ticket))
}

/// The person leaves the form on top: what would come of it is not looked for any more.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = state.overlays.pop() else {
        return Vec::new();
    };
    match form.purpose() {
        Purpose::Export | Purpose::Import | Purpose::Reword => {
            state.foresight.leave();
            vec![Effect::Handover(state.sent.renew(), Handover::Leave)]
        }
        Purpose::LogIn | Purpose::Endpoint { .. } | Purpose::Preset { .. } | Purpose::Filter => {
            Vec::new()
        }
    }
}

/// The form that waited for this answer has it, and goes; so does the card that led to it. False
/// where the person left it before.
pub(super) fn close(state: &mut State, ticket: Ticket) -> bool {
    let is_it =
        |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if form.waits_for(ticket));
    let waited = state.overlays.iter().any(is_it);
    if waited {
        let stays = |overlay: &Overlay| !(is_it(overlay) || matches!(overlay, Overlay::Card(_)));
        state.overlays.retain(stays);
    }
    waited
}

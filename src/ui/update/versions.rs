//! Versions of a caption: looked at, compared, gone back to.

use super::super::command::Command;
use super::super::effect::{Effect, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::versions::Versions;
use super::super::state::State;
use super::{review, sight, told};
use crate::domain::problem::Problem;
use crate::domain::review::{Change, Maker, Revision};
use crate::engine::Spans;

/// Opens the versions of the caption in sight.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if sight::says_that_it_is_hidden(state) {
        return Vec::new();
    }
    let stored = sight::run_in_sight(state).and_then(|run| Some((run.clone(), run.id?)));
    let Some((run, id)) = stored else {
        state.notify("no stored run under the cursor");
        return Vec::new();
    };
    let ticket = state.added.renew();
    let versions = Versions::new(&run, id, ticket);
    state.overlays.push(Overlay::Versions(versions));
    vec![Effect::Versions(ticket, id)]
}

/// The box obeys; `None` where the command means nothing in it.
pub(super) fn act(state: &mut State, command: &Command) -> Option<Vec<Effect>> {
    let Some(Overlay::Versions(versions)) = state.overlays.last_mut() else {
        return None;
    };
    match command {
        Command::Move(motion) => versions.step(*motion),
        Command::Select => versions.turn_base(),
        Command::Activate => return Some(go_back(state)),
        _ => return None,
    }
    Some(differ(state))
}

/// The caption reads again as it did; that is a version, too.
fn go_back(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Versions(versions)) = state.overlays.last() else {
        return Vec::new();
    };
    let Some((run, caption)) = versions.way_back() else {
        state.notify("the caption reads so already");
        return Vec::new();
    };
    state.overlays.pop();
    state.notify("the caption reads again as it did");
    let change = Change {
        run,
        decision: None,
        caption: Some(caption),
    };
    review::change(state, vec![change], Maker::Hand)
}

/// What people wrote is known.
pub(super) fn absorb(
    state: &mut State,
    ticket: Ticket,
    revisions: Result<Vec<Revision>, Problem>,
) -> Vec<Effect> {
    if let Some(versions) = open_box(state) {
        versions.absorb(ticket, revisions);
    }
    differ(state)
}

fn differ(state: &mut State) -> Vec<Effect> {
    let ticket = state.added.renew();
    let question = open_box(state).and_then(|versions| versions.differ(ticket));
    let effect = question.map(|question| Effect::DifferVersions(ticket, question));
    effect.into_iter().collect()
}

/// Takes in which words differ.
pub(super) fn differences(state: &mut State, ticket: Ticket, spans: Result<Vec<Spans>, Problem>) {
    if let Some(spans) = told(state, spans)
        && let Some(versions) = open_box(state)
    {
        versions.absorb_spans(ticket, spans);
    }
}

fn open_box(state: &mut State) -> Option<&mut Versions> {
    state.overlays.iter_mut().find_map(|overlay| match overlay {
        Overlay::Versions(versions) => Some(versions),
        _ => None,
    })
}

#[cfg(test)]
mod tests;

//! Captions decided on, taken back and made again.

use super::super::command::Command;
use super::super::effect::{Effect, ReviewId, Reviewing};
use super::super::reviews::{Shift, Stand};
use super::super::say;
use super::super::state::State;
use super::{act, told};
use crate::domain::problem::Problem;
use crate::domain::review::{Change, Decision, Maker, Review};
use crate::domain::run::{Run, RunId};

/// Obeys what has to do with decisions; `None` where the command means something else here.
pub(super) fn act(state: &mut State, command: &Command) -> Option<Vec<Effect>> {
    match command {
        Command::Decide(decision) => Some(decide(state, *decision)),
        Command::Undo | Command::Redo if !state.is_comparing() => {
            Some(turn_back(state, *command == Command::Undo))
        }
        _ => None,
    }
}

/// Decides on the caption in sight; the same decision once more takes it back.
fn decide(state: &mut State, decision: Decision) -> Vec<Effect> {
    if act::says_that_it_is_hidden(state) {
        return Vec::new();
    }
    let Some(run) = act::run_in_sight(state) else {
        state.notify("no caption under the cursor");
        return Vec::new();
    };
    let Some(id) = run.id else {
        state.notify("this run was never stored");
        return Vec::new();
    };
    if run.text().is_blank() {
        state.notify("there is no caption to decide on");
        return Vec::new();
    }
    let is_again = run.review.decision == decision;
    let doubt = say::doubt(run).filter(|_| decision == Decision::Accepted && !is_again);
    let decision = if is_again {
        Decision::Pending
    } else {
        decision
    };
    if let Some(doubt) = doubt {
        state.notify(format!("accepted, though {doubt}"));
    }
    change(state, vec![Change::decide(id, decision)], Maker::Hand)
}

/// Changes how some runs stand, all at once: on screen now, and in history as soon as it can.
pub(super) fn change(state: &mut State, changes: Vec<Change>, maker: Maker) -> Vec<Effect> {
    let shifts = shifts(state, &changes);
    let (id, stand) = state.reviews.change(shifts);
    state.stand(&stand);
    let moment = state.now;
    let what = Reviewing::Change {
        changes,
        maker,
        moment,
    };
    vec![Effect::Review(id, what)]
}

/// How the runs that are changed stand before and after, as far as they are on screen; and where
/// one is accepted, the one that was accepted for the same picture.
fn shifts(state: &State, changes: &[Change]) -> Vec<Shift> {
    let mut shifts = Vec::new();
    for change in changes {
        let Some(run) = state.run(change.run) else {
            continue;
        };
        let before = run.review.clone();
        let after = Review {
            decision: change.decision.unwrap_or(before.decision),
            caption: change.caption.clone().or_else(|| before.caption.clone()),
        };
        if after.decision == Decision::Accepted {
            shifts.extend(stepping_down(state, run));
        }
        shifts.push(Shift {
            run: change.run,
            before,
            after,
        });
    }
    shifts
}

fn stepping_down(state: &State, chosen: &Run) -> Vec<Shift> {
    let Some(picture) = chosen.image_id else {
        return Vec::new();
    };
    let accepted = state.runs().filter(|run| {
        let is_other = run.id != chosen.id && run.image_id == Some(picture);
        is_other && run.review.decision == Decision::Accepted
    });
    let shift = |run: &Run| {
        let before = run.review.clone();
        let after = Review {
            decision: Decision::Pending,
            ..before.clone()
        };
        let run = run.id?;
        Some(Shift { run, before, after })
    };
    accepted.filter_map(shift).collect()
}

fn turn_back(state: &mut State, is_undo: bool) -> Vec<Effect> {
    let turned = if is_undo {
        state.reviews.undo()
    } else {
        state.reviews.redo()
    };
    let Some((id, stand)) = turned else {
        state.notify(if is_undo {
            "nothing of this session is left to take back"
        } else {
            "nothing was taken back"
        });
        return Vec::new();
    };
    state.stand(&stand);
    let what = match stand.len() {
        0 | 1 => "it".to_owned(),
        runs => say::count(runs, "caption"),
    };
    let (what, way) = if is_undo {
        (format!("{what} stands as before"), Reviewing::TakeBack)
    } else {
        (format!("{what} stands as decided"), Reviewing::Restore)
    };
    state.notify(what);
    vec![Effect::Review(id, way)]
}

/// History took a change, or did not.
pub(super) fn reviewed(
    state: &mut State,
    id: ReviewId,
    stand: Result<Vec<(RunId, Review)>, Problem>,
) -> Vec<Effect> {
    let stand = match told(state, stand) {
        Some(stand) => state.reviews.stored(id, stand),
        None => state.reviews.lost(id),
    };
    state.stand(&stand);
    mark(state, &stand)
}

/// The marks of files tell of decisions, too.
fn mark(state: &mut State, stand: &Stand) -> Vec<Effect> {
    let runs = state
        .runs()
        .filter(|run| run.id.is_some_and(|id| stand.contains_key(&id)));
    let images: Vec<_> = runs.map(|run| run.request.image.clone()).collect();
    state.files.ask_again(&images)
}

#[cfg(test)]
mod tests;

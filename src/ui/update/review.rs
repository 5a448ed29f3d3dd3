//! Captions decided on, taken back and made again.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use super::super::command::{Context, Motion};
use super::super::effect::{Effect, ReviewId, Reviewing, Ticket};
use super::super::message::SoFar;
use super::super::overlay::Overlay;
use super::super::overlay::question::{Answer, Question, Then};
use super::super::panes::Pane;
use super::super::reviews::{Shift, Stand, Turn};
use super::super::say;
use super::super::state::State;
use super::{sight, told};
use crate::domain::image::ImageId;
use crate::domain::problem::Problem;
use crate::domain::review::{Change, Decision, Maker, Review};
use crate::domain::run::{Run, RunId};

/// Decides on the caption in sight; the same decision once more takes it back.
pub(super) fn decide(state: &mut State, decision: Decision) -> Vec<Effect> {
    if sight::says_that_it_is_hidden(state) {
        return Vec::new();
    }
    let Some(run) = sight::run_in_sight(state) else {
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
    let mut effects = change(state, vec![Change::decide(id, decision)], Maker::Hand);
    if decision != Decision::Pending {
        effects.extend(go_on(state));
    }
    effects
}

/// In the review what is decided on makes room for what is not.
pub(super) fn go_on(state: &mut State) -> Vec<Effect> {
    if !state.is_reviewing() {
        return Vec::new();
    }
    to_pending(state)
}

/// To the next caption that nobody decided on.
pub(super) fn to_pending(state: &mut State) -> Vec<Effect> {
    let page = state.page(Pane::History);
    let hidden = state.comparison.as_ref();
    let hides = |run: &Run| hidden.is_some_and(|it| it.hides_request(&run.request));
    let (is_found, effects) = state.history.to_pending(page, hides);
    if !is_found {
        state.notify("every caption here is decided on");
    }
    effects
}

/// More of history came, where what is pending may be.
pub(super) fn read(
    state: &mut State,
    ticket: Ticket,
    answer: Result<(Vec<Run>, bool), Problem>,
) -> Vec<Effect> {
    let page = state.page(Pane::History);
    state.history.absorb(ticket, answer, page);
    if state.history.is_seeking() {
        to_pending(state)
    } else {
        Vec::new()
    }
}

/// What was found so far of what is looked for.
pub(super) fn found(state: &mut State, ticket: Ticket, so_far: SoFar) {
    let page = state.page(Pane::History);
    state.history.absorb_so_far(ticket, so_far, page);
}

/// Looks no further.
pub(super) fn stop_searching(state: &mut State) -> Vec<Effect> {
    let page = state.page(Pane::History);
    state.history.stop(page)
}

/// Another caption of the picture in sight.
pub(super) fn to_sibling(state: &mut State, back: bool) -> Vec<Effect> {
    let areas = state.areas().unwrap_or_default();
    let captions = state.review_page(&areas).captions;
    let id = state.history.run().and_then(|run| run.id);
    let at = captions.iter().position(|run| run.id == id);
    let step = if back {
        captions.len().saturating_sub(1)
    } else {
        1
    };
    let next = at.map_or(0, |at| (at + step) % captions.len().max(1));
    let Some(next) = captions.get(next).filter(|run| run.id != id) else {
        state.notify("there is no other caption of this picture");
        return Vec::new();
    };
    let (next, page) = ((*next).clone(), state.page(Pane::History));
    state.history.go_to(&next, page);
    Vec::new()
}

pub(super) fn scroll(state: &mut State, motion: Motion) {
    let areas = state.areas().unwrap_or_default();
    let Some(run) = state.history.run() else {
        return;
    };
    let scene = state.scene(Pane::History);
    let (rows, page) = state.review_page(&areas).measure(run, &scene);
    state.history.scroll(motion, rows, page);
}

/// What was typed is looked for without waiting for more of it.
pub(super) fn search_now(state: &mut State) -> Vec<Effect> {
    state.history.seek_now(state.files.folder(), None)
}

/// Everything is in sight again.
pub(super) fn search_everything(state: &mut State) -> Vec<Effect> {
    state.history.search("", state.now);
    search_now(state)
}

/// Asks before it accepts many: those that nobody doubts, of pictures of which there is no other.
pub(super) fn ask_to_accept_all(state: &mut State) -> Vec<Effect> {
    let pending = state
        .history
        .pending_after(usize::MAX, |run| state.hides(run));
    let mut by_picture: HashMap<Option<ImageId>, usize> = HashMap::new();
    for run in &pending {
        *by_picture.entry(run.image_id).or_default() += 1;
    }
    let is_alone = |run: &&&Run| {
        let picture = run.image_id;
        picture.is_none() || by_picture.get(&picture) == Some(&1)
    };
    let alone: Vec<_> = pending.iter().filter(is_alone).collect();
    let sure = alone.iter().filter(|run| say::doubt(run).is_none());
    let sure: Vec<_> = sure.filter_map(|run| run.id).collect();
    let (doubtful, several) = (alone.len() - sure.len(), pending.len() - alone.len());
    if sure.is_empty() {
        state.notify("nothing here is pending, undoubted and the only caption of its picture");
        return Vec::new();
    }
    let mut text = format!(
        "{} at hand will be accepted.",
        say::count(sure.len(), "pending caption")
    );
    let left_out = [
        (doubtful, "doubtful"),
        (several, "of pictures with several"),
    ];
    for (count, which) in left_out.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(
            text,
            "\nLeft for a look: {} {which}.",
            say::thousands(count)
        );
    }
    let _ = write!(
        text,
        "\n{} takes it back.",
        state.key(Context::History, "undo")
    );
    let changes = sure
        .into_iter()
        .map(|id| Change::decide(id, Decision::Accepted));
    let answers = vec![
        Answer {
            label: "accept them",
            then: Then::Review(changes.collect()),
        },
        Answer {
            label: "look at each",
            then: Then::Stay,
        },
    ];
    let question = Question::new("Accept", text, answers);
    state.overlays.push(Overlay::Question(question));
    Vec::new()
}

/// Another program may have decided meanwhile: how do the runs at hand stand?
pub(super) fn look_again(state: &State) -> Vec<Effect> {
    let runs: BTreeSet<_> = state.runs().filter_map(|run| run.id).collect();
    if runs.is_empty() {
        return Vec::new();
    }
    vec![Effect::Standing(runs.into_iter().collect())]
}

/// So they stand; what was decided here since is on its way into history.
pub(super) fn standing(state: &mut State, stand: Result<Vec<(RunId, Review)>, Problem>) {
    if let Some(stand) = told(state, stand) {
        let stand = state.reviews.settled(stand.into_iter().collect());
        state.stand(&stand);
    }
}

/// Changes how some runs stand, all at once: on screen now, and in history as soon as it can.
pub(super) fn change(state: &mut State, changes: Vec<Change>, maker: Maker) -> Vec<Effect> {
    let shifts = shifts(state, &changes);
    let Turn { id, stand, .. } = state.reviews.change(shifts);
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
    let at_hand: HashMap<_, _> = state.runs().map(|run| (run.id, run)).collect();
    for change in changes {
        let Some(run) = at_hand.get(&Some(change.run)) else {
            continue;
        };
        let before = run.review.clone();
        let after = Review {
            decision: change.decision.unwrap_or(before.decision),
            caption: change.caption.clone().or_else(|| before.caption.clone()),
        };
        let is_accepted = after.decision == Decision::Accepted;
        shifts.push(Shift {
            run: change.run,
            before,
            after,
        });
        if is_accepted {
            shifts.extend(stepping_down(state, run));
        }
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

pub(super) fn turn_back(state: &mut State, is_undo: bool) -> Vec<Effect> {
    let turned = if is_undo {
        state.reviews.undo()
    } else {
        state.reviews.redo()
    };
    let Some(Turn { id, stand, first }) = turned else {
        state.notify(if is_undo {
            "nothing of this session is left to take back"
        } else {
            "nothing was taken back"
        });
        return Vec::new();
    };
    state.stand(&stand);
    if let Some(first) = first.filter(|_| state.focus == Pane::History) {
        let page = state.page(Pane::History);
        state.history.go_to_id(first, page);
    }
    let what = match stand.len() {
        0 | 1 => "it stands".to_owned(),
        runs => format!("{} stand", say::count(runs, "caption")),
    };
    let (what, way) = if is_undo {
        (format!("{what} as before"), Reviewing::TakeBack)
    } else {
        (format!("{what} as decided"), Reviewing::Restore)
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
    let images: Vec<_> = runs.map(|run| state.places.image(run).clone()).collect();
    state.files.ask_again(&images)
}

#[cfg(test)]
mod tests;

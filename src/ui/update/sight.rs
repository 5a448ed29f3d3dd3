//! What a command is about: the run or the job under the cursor.

use super::super::command::Context;
use super::super::jobs::{Job, Says};
use super::super::panes::Pane;
use super::super::state::State;
use crate::domain::image::ImageRef;
use crate::domain::run::Run;

/// The run in sight: the one under the cursor in history, or the caption under the cursor.
pub(super) fn run_in_sight(state: &State) -> Option<&Run> {
    if let Some(comparison) = state.comparison.as_ref().filter(|_| state.is_comparing()) {
        return comparison.run(&state.jobs);
    }
    if state.focus == Pane::History {
        return state.history.run();
    }
    let chosen = state.models.chosen();
    match state.captions.voice(chosen, &state.jobs)?.says {
        Says::Run(run) => Some(run),
        Says::Job(..) | Says::Nothing => None,
    }
}

/// The job under the cursor among captions.
pub(super) fn job_in_sight(state: &State) -> Option<&Job> {
    if state.focus != Pane::Captions || state.is_comparing() {
        return None;
    }
    match state
        .captions
        .voice(state.models.chosen(), &state.jobs)?
        .says
    {
        Says::Job(_, job) => Some(job),
        Says::Run(_) | Says::Nothing => None,
    }
}

/// The pictures that a command is about: those that are selected, or the one in sight. Where there
/// is none, the person is told why.
pub(super) fn pictures(state: &mut State) -> Vec<ImageRef> {
    if state.focus != Pane::Files {
        return picture(state).into_iter().collect();
    }
    let pictures = state.files.targets();
    if pictures.is_empty() {
        state.notify("no picture under the cursor");
    }
    pictures
}

/// The picture in sight. Where there is none, the person is told why.
pub(super) fn picture(state: &mut State) -> Option<ImageRef> {
    let picture = state.image_at_hand();
    picture.map_err(|why| state.notify(why)).ok()
}

/// What a blind comparison hides is neither copied nor deleted by somebody who cannot see it.
pub(super) fn says_that_it_is_hidden(state: &mut State) -> bool {
    let is_hidden = run_in_sight(state).is_some_and(|run| state.hides(run));
    if is_hidden {
        let key = state.key(Context::Comparison, "reveal");
        state.notify(format!(
            "hidden while blind: {key} in the comparison reveals it"
        ));
    }
    is_hidden
}

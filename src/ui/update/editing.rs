//! Captions rewritten, here or in the person's own editor.

use super::super::command::{Command, Context};
use super::super::effect::Effect;
use super::super::overlay::Overlay;
use super::super::overlay::editing::Editing;
use super::super::overlay::question::{Answer, Question, Then};
use super::super::state::State;
use super::{review, sight};
use crate::domain::problem::Problem;
use crate::domain::review::{Change, Decision, Maker};
use crate::domain::run::{Outcome, RunId};
use crate::domain::text::Foreign;

/// A longer caption, in bytes, is left to an editor that is made for it.
const MOST: usize = 32 << 10;

/// Opens the caption in sight.
pub(super) fn begin(state: &mut State) -> Vec<Effect> {
    let Some((run, text)) = caption_in_sight(state) else {
        return Vec::new();
    };
    if text.len() > MOST {
        let key = state.key(Context::History, "edit-outside");
        state.notify(format!(
            "too long to be edited here: {key} opens your editor"
        ));
        return Vec::new();
    }
    state
        .overlays
        .push(Overlay::Editing(Editing::new(run, &text)));
    Vec::new()
}

/// Opens it in the person's own editor.
pub(super) fn begin_outside(state: &mut State) -> Vec<Effect> {
    let caption = caption_in_sight(state).into_iter();
    caption
        .map(|(run, text)| Effect::EditOutside(run, text))
        .collect()
}

fn caption_in_sight(state: &mut State) -> Option<(RunId, String)> {
    if sight::says_that_it_is_hidden(state) {
        return None;
    }
    let run = sight::run_in_sight(state);
    let run = run.filter(|run| run.outcome == Outcome::Captioned || !run.text().is_blank());
    let Some(run) = run else {
        state.notify("no caption to edit here");
        return None;
    };
    let Some(id) = run.id else {
        state.notify("this run was never stored");
        return None;
    };
    Some((id, run.text().raw().to_owned()))
}

/// The box obeys.
pub(super) fn act(state: &mut State, command: &Command) -> Vec<Effect> {
    let area = state.editing_area();
    let Some(Overlay::Editing(editing)) = state.overlays.last_mut() else {
        return Vec::new();
    };
    match command {
        Command::Move(motion) => editing.step(*motion, area),
        Command::LineBreak => editing.break_line(),
        Command::Activate => return accept(state),
        Command::Back | Command::Quit if editing.is_changed() => ask_to_leave(state),
        Command::Back | Command::Quit => {
            state.overlays.pop();
        }
        _ => {}
    }
    Vec::new()
}

/// Whoever rewrote a caption finds it good.
fn accept(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Editing(editing)) = state.overlays.last() else {
        return Vec::new();
    };
    let (run, text) = (editing.run(), editing.text().to_owned());
    let text = Some(text).filter(|_| editing.is_changed());
    if editing.text().trim().is_empty() {
        state.notify("a caption without a word is not kept");
        return Vec::new();
    }
    state.overlays.pop();
    keep(state, run, text)
}

fn keep(state: &mut State, run: RunId, text: Option<String>) -> Vec<Effect> {
    let is_rewritten = text.is_some();
    let changes = vec![Change {
        run,
        decision: Some(Decision::Accepted),
        caption: text.map(Foreign::new),
    }];
    let mut effects = review::change(state, changes, Maker::Hand);
    state.notify(if is_rewritten {
        "rewritten and accepted"
    } else {
        "accepted as it was"
    });
    effects.extend(review::go_on(state));
    effects
}

fn ask_to_leave(state: &mut State) {
    let answers = vec![
        Answer {
            label: "accept what is written",
            then: Then::Obey(Command::Activate),
        },
        Answer {
            label: "throw it away",
            then: Then::DropEdit,
        },
        Answer {
            label: "go on editing",
            then: Then::Stay,
        },
    ];
    let text = "The caption was changed.";
    let question = Question::new("Edit", text, answers);
    state.overlays.push(Overlay::Question(question));
}

/// What was written in the person's own editor. Where that went wrong, what there is of it is
/// looked at before it counts.
pub(super) fn edited(
    state: &mut State,
    run: RunId,
    text: Option<String>,
    problem: Option<&Problem>,
) -> Vec<Effect> {
    match (text, problem) {
        (Some(text), None) if text.trim().is_empty() => {
            state.notify("a caption without a word is not kept");
        }
        (Some(text), None) => return keep(state, run, Some(text)),
        (None, None) => state.notify("nothing was changed"),
        (text, Some(problem)) => {
            state.complain(problem);
            let before = state.run(run).map(|run| run.text().raw().to_owned());
            if let Some(text) = text {
                let editing = Editing::new(run, &before.unwrap_or_default()).with(&text);
                state.overlays.push(Overlay::Editing(editing));
            }
        }
    }
    Vec::new()
}

/// The program must leave: what was written is kept, and nothing is decided.
pub(super) fn rescue(state: &mut State) -> Vec<Effect> {
    let written = state.overlays.iter().find_map(|overlay| match overlay {
        Overlay::Editing(editing) if editing.is_changed() => {
            Some((editing.run(), editing.text().to_owned()))
        }
        _ => None,
    });
    let Some((run, text)) = written.filter(|(_, text)| !text.trim().is_empty()) else {
        return Vec::new();
    };
    let change = Change {
        run,
        decision: None,
        caption: Some(Foreign::new(text)),
    };
    review::change(state, vec![change], Maker::Hand)
}

#[cfg(test)]
mod tests;

//! Comparisons: begun, left, gone on with, judged.

mod begin;

use super::super::command::{Command, Context};
use super::super::comparison::Comparison;
use super::super::effect::{Effect, Ruling, RulingId, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::field::{Field, Purpose};
use super::super::panes::Pane;
use super::super::panes::captions::measure;
use super::super::say;
use super::super::state::State;
use super::{jobs, told};
use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::request::CaptionRequest;
use crate::domain::verdict::Choice;
use crate::engine::{Again, Held, Spans};
use begin::{chosen, seed};

pub(super) use begin::{begin, begin_presets, surveyed};

/// Obeys what has to do with comparisons; `None` where the command means something else here.
pub(super) fn act(state: &mut State, command: &Command) -> Option<Vec<Effect>> {
    match command {
        Command::Compare { is_blind } => {
            let lineup = chosen(state);
            return Some(begin(state, lineup, *is_blind));
        }
        Command::Blind
        | Command::Reveal
        | Command::Judge(_)
        | Command::Reason
        | Command::Undo
        | Command::Redo
        | Command::Differences { .. }
        | Command::ScrollAlone
        | Command::Turn { .. }
        | Command::Unjudged => {}
        Command::Move(_)
        | Command::Into
        | Command::Out
        | Command::Activate
        | Command::Caption
        | Command::Reload
            if state.is_comparing() => {}
        _ => return None,
    }
    if !state.is_comparing() {
        let key = state.key(Context::Global, "compare");
        state.notify(format!("no comparison is in sight: {key} begins one"));
        return Some(Vec::new());
    }
    Some(in_sight(state, command))
}

/// The comparison in sight obeys.
fn in_sight(state: &mut State, command: &Command) -> Vec<Effect> {
    match command {
        Command::Judge(choice) => return judge(state, *choice),
        Command::Undo | Command::Redo => return turn_back(state, *command == Command::Undo),
        Command::Activate | Command::Caption => return ask(state),
        Command::Reload => return reload(state),
        Command::Blind => turn_blind(state),
        Command::Reveal => reveal(state),
        Command::Move(_) => scroll(state, command),
        _ => {}
    }
    let Some(comparison) = &mut state.comparison else {
        return Vec::new();
    };
    let notice = match command {
        Command::Into => {
            comparison.columns.turn(false);
            None
        }
        Command::Out => {
            comparison.columns.turn(true);
            None
        }
        Command::Reason => {
            let field = Field::new(Purpose::Reason).with(comparison.reason());
            state.overlays.push(Overlay::Field(field));
            None
        }
        Command::Differences { is_exact: true } => {
            comparison.differences.turn_exact();
            None
        }
        Command::Differences { .. } => {
            comparison.differences.turn(comparison.columns.cursor());
            None
        }
        Command::ScrollAlone => Some(turn_alone(comparison)),
        Command::Turn { back } => {
            let before = comparison.place();
            comparison.step(*back);
            let is_end = before == comparison.place();
            is_end.then_some("there is no further picture")
        }
        Command::Unjudged => {
            let is_found = comparison.to_unjudged();
            (!is_found).then_some("every picture has a verdict")
        }
        _ => None,
    };
    if let Some(notice) = notice {
        state.notify(notice);
    }
    Vec::new()
}

fn turn_alone(comparison: &mut Comparison) -> &'static str {
    comparison.columns.turn_alone();
    if comparison.columns.is_alone() {
        "each column scrolls by itself"
    } else {
        "columns scroll together"
    }
}

fn send(state: &mut State, missing: Vec<CaptionRequest>) -> Vec<Effect> {
    if missing.is_empty() {
        return Vec::new();
    }
    jobs::begin(state, missing, Again::Reuse)
}

/// Asks for what is missing of the picture in sight.
fn ask(state: &mut State) -> Vec<Effect> {
    let comparison = state.comparison.iter();
    let missing: Vec<_> = comparison
        .flat_map(|it| it.missing_here(&state.jobs))
        .collect();
    if missing.is_empty() {
        state.notify("nothing is missing here");
    }
    send(state, missing)
}

fn judge(state: &mut State, choice: Choice) -> Vec<Effect> {
    let Some(comparison) = &mut state.comparison else {
        return Vec::new();
    };
    let was_blind = comparison.is_blind();
    match comparison.judge(choice, state.now, &state.jobs) {
        Err(why) => {
            state.notify(why);
            Vec::new()
        }
        Ok(ruling) => {
            say_how_far(state, was_blind);
            rule(ruling)
        }
    }
}

fn rule((id, ruling): (RulingId, Ruling)) -> Vec<Effect> {
    vec![Effect::Rule(id, ruling)]
}

/// After the last picture, that it was the last.
fn say_how_far(state: &mut State, was_blind: bool) {
    let Some(comparison) = &state.comparison else {
        return;
    };
    let (_, all) = comparison.place();
    if comparison.judged() < all {
        return;
    }
    let key = state.key(Context::Global, "standings");
    let revealed = if was_blind { ", names are shown" } else { "" };
    let pictures = say::count(all, "picture");
    state.notify(format!("{pictures} judged{revealed}: {key} adds up"));
}

fn turn_back(state: &mut State, is_undo: bool) -> Vec<Effect> {
    let Some(comparison) = &mut state.comparison else {
        return Vec::new();
    };
    let was_blind = comparison.is_blind();
    let ruling = if is_undo {
        comparison.undo()
    } else {
        comparison.redo()
    };
    let Some(ruling) = ruling else {
        state.notify(if is_undo {
            "no verdict of this session is left to take back"
        } else {
            "nothing was taken back"
        });
        return Vec::new();
    };
    if is_undo {
        state.notify("the verdict is taken back");
    } else {
        say_how_far(state, was_blind);
    }
    rule(ruling)
}

/// What history holds of a picture is known.
pub(super) fn held(state: &mut State, image: &ImageRef, held: Result<Held, Problem>) {
    if let Some(comparison) = &mut state.comparison {
        comparison.absorb(image, held);
    }
}

/// The reason was typed.
pub(super) fn give_reason(state: &mut State, reason: &str) -> Vec<Effect> {
    let Some(comparison) = &mut state.comparison else {
        return Vec::new();
    };
    let ruling = comparison.give_reason(reason.trim().to_owned(), state.now);
    if ruling.is_none() && !reason.trim().is_empty() {
        state.notify("the verdict will have this reason");
    }
    ruling.map(rule).unwrap_or_default()
}

fn turn_blind(state: &mut State) {
    let seed = seed(state);
    let Some(comparison) = &mut state.comparison else {
        return;
    };
    let says = if comparison.is_blind() {
        comparison.reveal_all();
        "names are shown: verdicts are not blind from now on"
    } else {
        comparison.hide(seed);
        if comparison.hides_here() {
            "blind: nobody sees who wrote what"
        } else {
            "blind, but for pictures that were seen with names"
        }
    };
    state.notify(says);
}

fn reveal(state: &mut State) {
    let Some(comparison) = &mut state.comparison else {
        return;
    };
    if comparison.hides_here() {
        comparison.reveal();
        state.notify("names are shown: a verdict on this picture is not blind");
    } else {
        state.notify("nothing is hidden here");
    }
}

fn scroll(state: &mut State, command: &Command) {
    let Command::Move(motion) = command else {
        return;
    };
    let area = state.areas().unwrap_or_default().captions;
    let scene = state.scene(Pane::Captions);
    let (rows, page) = measure(area, &scene);
    if let Some(comparison) = &mut state.comparison {
        comparison.columns.scroll(*motion, &rows, page);
    }
}

/// Files or history changed: what history holds is read again.
pub(super) fn reload(state: &mut State) -> Vec<Effect> {
    let comparison = state.comparison.as_mut();
    comparison.map(Comparison::reload).unwrap_or_default()
}

/// Takes in which words differ.
pub(super) fn differ(state: &mut State, ticket: Ticket, marks: Result<Vec<Spans>, Problem>) {
    if let Some(marks) = told(state, marks)
        && let Some(comparison) = &mut state.comparison
    {
        comparison.differences.absorb(ticket, marks);
    }
}

/// History took a verdict, or did not.
pub(super) fn ruled(state: &mut State, id: RulingId, ruled: Result<(), Problem>) {
    if told(state, ruled).is_none()
        && let Some(comparison) = &mut state.comparison
    {
        comparison.lose(id);
    }
}

//! What commands and typing do while something stands over the panes.

use super::super::command::{Command, Context, Motion};
use super::super::commands;
use super::super::effect::Effect;
use super::super::overlay::Overlay;
use super::super::overlay::field;
use super::super::overlay::form::Purpose;
use super::super::overlay::menu::Subject;
use super::super::overlay::question::Then;
use super::super::state::{State, contexts};
use super::{
    account, card, comparison, editing, endpoints, filters, forms, handover, held, intake, jobs,
    models, presets, review, rewording, standings, typing, versions,
};
use crate::domain::problem::Problem;
use crate::domain::review::Maker;

/// True for what the topmost overlay answers itself; everything else works under it as ever.
pub(super) fn takes(command: &Command) -> bool {
    !matches!(
        command,
        Command::Redraw
            | Command::Suspend
            | Command::Cancel
            | Command::Pause
            | Command::StopAll
            | Command::RetryAll
            | Command::Help
    )
}

/// What follows from a command that an overlay took.
pub(super) enum Next {
    /// This is to be done.
    Do(Vec<Effect>),
    /// This is to be obeyed.
    Obey(Command),
}

impl Next {
    fn nothing() -> Self {
        Self::Do(Vec::new())
    }
}

/// The topmost overlay obeys.
pub(super) fn act(state: &mut State, command: &Command) -> Next {
    match state.overlays.last() {
        Some(Overlay::Field(_)) => return in_field(state, command),
        Some(Overlay::Form(_)) => return Next::Do(in_form(state, command)),
        Some(Overlay::Editing(_)) => return Next::Do(editing::act(state, command)),
        _ => {}
    }
    if matches!(command, Command::Back | Command::Quit) {
        state.overlays.pop();
        return Next::nothing();
    }
    let asks = matches!(state.overlays.last(), Some(Overlay::Question(_)));
    if asks && *command == Command::Activate && held::is_held(state) {
        return Next::nothing();
    }
    if let Some(effects) = versions::act(state, command) {
        return Next::Do(effects);
    }
    in_box(state, command)
}

fn in_box(state: &mut State, command: &Command) -> Next {
    let motion = match command {
        Command::Move(motion) => Some(*motion),
        _ => None,
    };
    let (jobs, body) = (&state.jobs, state.overlay_area());
    match (state.overlays.last_mut(), motion) {
        (Some(Overlay::Card(card)), Some(motion)) => card.step(motion),
        (Some(Overlay::Help(help)), Some(motion)) => help.step(motion, body, &state.keymap),
        (Some(Overlay::Jobs(list)), Some(motion)) => list.step(motion, jobs),
        (Some(Overlay::Menu(menu)), Some(motion)) => menu.step(motion, body),
        (Some(Overlay::Question(question)), Some(motion)) => question.step(motion),
        (Some(Overlay::Reading(reading)), Some(motion)) => reading.step(motion, body),
        (Some(Overlay::Standings(standings)), Some(motion)) => standings.step(motion, body),
        (Some(Overlay::Standings(_)), _) if *command == Command::Blind => {
            return Next::Do(standings::narrow(state));
        }
        (Some(Overlay::Jobs(_)), _) => return Next::Do(in_jobs(state, command)),
        (Some(Overlay::Menu(_)), _) => return in_menu(state, command),
        (Some(Overlay::Card(card)), _) if *command == Command::Activate => {
            let way = card.way();
            return Next::Do(card::take(state, way));
        }
        (Some(Overlay::Question(_)), _) if matches!(command, Command::Activate | Command::Yes) => {
            return answer(state, *command == Command::Yes);
        }
        (Some(Overlay::Reading(_)), _) if matches!(command, Command::Activate | Command::Info) => {
            state.overlays.pop();
        }
        (Some(Overlay::Help(_)), _) if *command == Command::Activate => {
            state.overlays.pop();
        }
        // The card only shows ways: who knows another one takes it.
        (Some(Overlay::Card(_)), _) => {
            state.overlays.pop();
            return Next::Obey(command.clone());
        }
        _ => say_what_closes(state),
    }
    Next::nothing()
}

/// A key that counts elsewhere was pressed.
fn say_what_closes(state: &mut State) {
    let contexts = contexts(state);
    let key = state.keymap.said(&contexts, "back");
    state.notify(format!("not while this is open: {key} closes it"));
}

/// The question goes, unless something only opens over it.
fn answer(state: &mut State, yes: bool) -> Next {
    if let Some(Overlay::Question(question)) = state.overlays.last()
        && let Some(overlay) = question.opens(yes)
    {
        state.overlays.push(overlay);
        return Next::nothing();
    }
    let Some(Overlay::Question(question)) = state.overlays.pop() else {
        return Next::nothing();
    };
    follow(state, question.answer(yes))
}

/// The menu on top obeys. It stays where something opens over it, or where the row says so.
fn in_menu(state: &mut State, command: &Command) -> Next {
    let Some(Overlay::Menu(menu)) = state.overlays.last_mut() else {
        return Next::nothing();
    };
    let taken = match command {
        Command::Select if menu.turn_mark() => return Next::nothing(),
        Command::Compare { is_blind } if *menu.subject() == Subject::Presets => {
            let names = menu.marked();
            return Next::Do(comparison::begin_presets(state, names, *is_blind));
        }
        Command::Activate => Some(menu.take()),
        Command::Delete if *menu.subject() == Subject::Filters => {
            let name = menu.filter().map(str::to_owned);
            filters::ask_to_delete(state, name);
            return Next::nothing();
        }
        _ => menu.take_by(command),
    };
    let Some(then) = taken else {
        say_what_closes(state);
        return Next::nothing();
    };
    if matches!(then, Then::Stay) {
        let why = menu.why_not();
        state.notify(why);
        return Next::nothing();
    }
    if !matches!(then, Then::Keep(_) | Then::Change(_) | Then::Open(_)) {
        state.overlays.pop();
    }
    follow(state, then)
}

/// The form on top obeys.
fn in_form(state: &mut State, command: &Command) -> Vec<Effect> {
    let Some(form) = forms::on_top(state) else {
        return Vec::new();
    };
    match command {
        Command::Back | Command::Quit => return forms::leave(state),
        Command::NextPane => form.step(Motion::Down),
        Command::PreviousPane => form.step(Motion::Up),
        Command::Move(motion) => form.step(*motion),
        Command::CopyLink if *form.purpose() == Purpose::LogIn => return account::copy_link(),
        Command::Activate if !form.is_waiting() => return send(state),
        _ => {}
    }
    Vec::new()
}

/// What the form on top is for is done.
fn send(state: &mut State) -> Vec<Effect> {
    match forms::on_top(state).map(|form| form.purpose().clone()) {
        Some(Purpose::LogIn) => account::log_in(state),
        Some(Purpose::Endpoint { .. }) => endpoints::keep(state),
        Some(Purpose::Preset { changed }) => presets::save(state, changed),
        Some(Purpose::Export) => handover::plan(state),
        Some(Purpose::Import) => intake::plan(state),
        Some(Purpose::Reword) => rewording::plan(state),
        Some(Purpose::Filter) => filters::save(state),
        None => Vec::new(),
    }
}

/// Does what follows from an answer or a row.
fn follow(state: &mut State, then: Then) -> Next {
    Next::Do(match then {
        Then::Do(effects) | Then::Keep(effects) => effects,
        Then::Change(change) => account::change(state, change),
        Then::Obey(command) => return Next::Obey(command),
        Then::Open(overlay) => {
            state.overlays.push(*overlay);
            Vec::new()
        }
        Then::UsePreset(model, name) => presets::choose(state, model, name),
        Then::UseFilter(name) => filters::put_in_force(state, name.as_deref()),
        Then::Send {
            requests,
            again,
            consents,
        } => jobs::agreed(state, requests, again, consents),
        Then::DropEdit => {
            state.overlays.pop();
            Vec::new()
        }
        Then::Review(changes) => review::change(state, changes, Maker::Hand),
        Then::Reword(changes) => rewording::apply(state, changes),
        Then::TakeOver { found, accept } => intake::carry_out(state, found, accept),
        Then::HandOver(plan) => handover::carry_out(state, plan),
        Then::LeaveLater => {
            state.leaving = true;
            // What is held back would never be over.
            let effects = if state.jobs.is_paused() {
                jobs::pause(state)
            } else {
                Vec::new()
            };
            let key = state.key(Context::Global, "cancel");
            state.notify(format!(
                "leaving when every job is over; {key} leaves at once"
            ));
            effects
        }
        Then::LeaveNow => {
            state.leaving = true;
            jobs::stop_all(state)
        }
        Then::Stay => Vec::new(),
    })
}

fn in_jobs(state: &mut State, command: &Command) -> Vec<Effect> {
    let Some(Overlay::Jobs(list)) = state.overlays.last() else {
        return Vec::new();
    };
    match (command, list.job(&state.jobs)) {
        (Command::Stop, Some(job)) => return jobs::stop(state, vec![job]),
        (Command::Retry, Some(job)) => return jobs::retry(state, &[job]),
        (Command::Stop | Command::Retry, None) => state.notify("no job under the cursor"),
        _ => say_what_closes(state),
    }
    Vec::new()
}

fn in_field(state: &mut State, command: &Command) -> Next {
    let is_filter = matches!(state.overlays.last(), Some(Overlay::Field(field)) if field.purpose == field::Purpose::Filter);
    match command {
        Command::Back | Command::Quit => {
            let left = state.overlays.pop();
            if is_filter {
                models::clear_filter(state);
            }
            if matches!(left, Some(Overlay::Field(field)) if field.purpose == field::Purpose::Search)
            {
                return Next::Do(review::search_everything(state));
            }
        }
        // The list below goes on moving while its filter is typed.
        Command::Move(_) if is_filter => return Next::Do(models::act(state, command)),
        Command::Complete => typing::complete(state),
        Command::Activate => {
            let Some(Overlay::Field(field)) = state.overlays.pop() else {
                return Next::Do(Vec::new());
            };
            let typed = field.input.value();
            match field.purpose {
                field::Purpose::Reason => {
                    return Next::Do(comparison::give_reason(state, typed));
                }
                field::Purpose::Search if state.history.sought().error().is_some() => {
                    state.overlays.push(Overlay::Field(field));
                }
                field::Purpose::Search => return Next::Do(review::search_now(state)),
                _ if typed.trim().is_empty() => {}
                field::Purpose::Filter => {}
                field::Purpose::Command => return read(state, typed),
                field::Purpose::Find if state.find(typed) => {}
                field::Purpose::Find => state.notify(format!("no row here holds “{typed}”")),
            }
        }
        _ => {}
    }
    Next::Do(Vec::new())
}

/// Reads a line that was typed.
fn read(state: &mut State, line: &str) -> Next {
    match commands::parse(line) {
        Ok(command) => Next::Obey(command),
        Err(error) => {
            state.complain(&Problem::from_error(&error));
            Next::Do(Vec::new())
        }
    }
}

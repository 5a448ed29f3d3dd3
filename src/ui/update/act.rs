//! What a command does.

use std::path::Path;

use jiff::civil::Date;

use super::super::command::Command;
use super::super::effect::{Copied, Effect};
use super::super::overlay::Overlay;
use super::super::overlay::card::Card;
use super::super::overlay::field::{Field, Purpose};
use super::super::overlay::help::Help;
use super::super::overlay::jobs::JobsList;
use super::super::overlay::reading::Reading;
use super::super::panes::captions;
use super::super::panes::files::RowKind;
use super::super::panes::{Pane, history};
use super::super::state::{State, contexts};
use super::overlays::{self, Next};
use super::{
    account, comparison, endpoints, filters, handover, intake, jobs, models, paths, presets,
    review, reviewing, rewording, sight, standings,
};
use crate::domain::image::ImageRef;
use crate::domain::text::Foreign;
use crate::engine::{FilesView, Forget};

/// Obeys a command.
pub(super) fn act(state: &mut State, command: Command) -> Vec<Effect> {
    forget_what_was_pressed(state, &command);
    if !state.overlays.is_empty() && overlays::takes(&command) {
        return match overlays::act(state, &command) {
            Next::Do(effects) => effects,
            Next::Obey(typed) => act(state, typed),
        };
    }
    if let Some(overlay) = opened(state, &command) {
        state.overlays.push(overlay);
        return Vec::new();
    }
    let taken = reviewing::act(state, &command).or_else(|| comparison::act(state, &command));
    if let Some(effects) = taken {
        return effects;
    }
    match command {
        Command::Standings => return standings::open(state),
        Command::Reword => return rewording::open(state),
        Command::Focus(pane) => focus(state, pane),
        Command::NextPane => focus(state, state.focus.next()),
        Command::PreviousPane => focus(state, state.focus.previous()),
        Command::Zoom => state.zoomed = !state.zoomed,
        Command::Sheet => return turn_sheet(state),
        Command::Info if state.focus == Pane::Models => return models::inform(state),
        Command::Info => info(state),
        Command::Presets => presets::open(state),
        Command::OwnPreset => presets::open_own(state),
        Command::AddEndpoint => endpoints::add(state),
        Command::EditEndpoint => endpoints::edit(state),
        Command::Back => return back(state),
        Command::Caption => return jobs::caption(state),
        Command::Activate => return activate(state),
        Command::Delete => ask_to_forget_run(state),
        Command::ForgetBefore(date) => return ask_to_forget_before(state, date),
        Command::CopyCaption => return copy_caption(state),
        Command::CopyPath => return copy_path(state),
        Command::Reload if models::is_open(state) => return models::reload(state),
        Command::CopyLink => return account::copy_link(),
        Command::Reload => return reload(state),
        Command::Filter => models::open_filter(state),
        Command::Filters(name) => return filters::act(state, name.as_deref()),
        Command::Redraw => return vec![Effect::Redraw],
        Command::Suspend => return vec![Effect::Suspend],
        Command::Cancel => return jobs::cancel(state),
        Command::Quit => return quit(state),
        Command::Pause => return jobs::pause(state),
        Command::StopAll => return jobs::stop_all(state),
        Command::RetryAll => return jobs::retry_all(state),
        Command::Pin(model) => return models::pin(state, model),
        Command::Choose(_) => return models::choose(state, &command),
        Command::Go(folder) => return go(state, &folder),
        Command::Hidden | Command::Sort(_) | Command::Uncaptioned => {
            return in_files(state, &command);
        }
        Command::Scope => return in_history(state, &command),
        other => return in_pane(state, &other),
    }
    Vec::new()
}

/// What a second Enter or a second Ctrl-c would mean holds only until another key.
fn forget_what_was_pressed(state: &mut State, command: &Command) {
    let asks = matches!(command, Command::Caption | Command::Activate);
    if !asks {
        state.answered.clear();
    }
    let repeats = matches!(
        command,
        Command::Retry | Command::RetryAll | Command::AskAgain
    );
    if !asks && !repeats {
        state.asked = None;
        state.doubled = None;
    }
    if !matches!(command, Command::Cancel) {
        state.cancelled = None;
    }
}

/// What a command puts over the panes.
fn opened(state: &State, command: &Command) -> Option<Overlay> {
    Some(match command {
        Command::Line => Overlay::Field(Field::new(Purpose::Command)),
        Command::Find if state.is_reviewing() => {
            let written = state.history.sought().written();
            Overlay::Field(Field::new(Purpose::Search).with(written))
        }
        Command::Find => Overlay::Field(Field::new(Purpose::Find)),
        Command::Help => Overlay::Help(Help::new(contexts(state))),
        Command::Jobs => Overlay::Jobs(JobsList::new(&state.jobs)),
        Command::Account => Overlay::Menu(account::menu(state)),
        Command::LogIn => account::log_in_form(state),
        Command::Export => handover::form(),
        Command::Import => intake::form(),
        Command::FirstSteps => Overlay::Card(Card::default()),
        _ => return None,
    })
}

fn focus(state: &mut State, pane: Pane) {
    state.focus = pane;
    if matches!(pane, Pane::Files | Pane::History) {
        state.sight = pane;
    }
}

/// Where files have the whole screen, the other view of them; else the contact sheet.
fn turn_sheet(state: &mut State) -> Vec<Effect> {
    let is_open = state.zoomed && state.focus == Pane::Files;
    let view = if is_open {
        state.files.view().other()
    } else {
        FilesView::Sheet
    };
    focus(state, Pane::Files);
    state.zoomed = true;
    state.files.show_as(view).into_iter().collect()
}

/// The focused pane obeys.
fn in_pane(state: &mut State, command: &Command) -> Vec<Effect> {
    match state.focus {
        Pane::Files => in_files(state, command),
        Pane::Models => models::act(state, command),
        Pane::History => in_history(state, command),
        Pane::Captions => {
            let (chosen, scene) = (state.models.chosen(), state.scene(Pane::Captions));
            let len = state.captions.voices(chosen, &state.jobs).len();
            let area = state.areas().unwrap_or_default().captions;
            let (rows, page) = if state.zoomed {
                let (rows, page) = state.captions.column(area, chosen, &scene);
                (Some(rows), page)
            } else {
                (None, state.page(Pane::Captions))
            };
            state.captions.handle(command, len, page, rows);
            Vec::new()
        }
    }
}

fn in_files(state: &mut State, command: &Command) -> Vec<Effect> {
    if *command == Command::Uncaptioned && state.files.uncaptioned().is_none() {
        state.notify("every picture here has a caption");
        return Vec::new();
    }
    let (folder, selected) = (state.files.folder().to_owned(), state.files.selected());
    let mut effects = state.files.handle(command, state.files_page());
    if state.files.folder() != folder {
        if selected > 0 {
            state.notify("the selection was dropped on leaving the folder");
        }
        effects.extend(state.history.turn_to(state.files.folder()));
    }
    effects
}

/// To a folder as `cd` in a shell takes it: `~` is home, and `..` leads where one came from.
fn go(state: &mut State, folder: &Path) -> Vec<Effect> {
    let whole = paths::whole(state, folder);
    in_files(state, &Command::Go(whole))
}

fn in_history(state: &mut State, command: &Command) -> Vec<Effect> {
    let page = state.page(Pane::History);
    state.history.handle(command, state.files.folder(), page)
}

fn activate(state: &mut State) -> Vec<Effect> {
    match state.focus {
        Pane::Files => match state.files.row().map(|row| row.kind) {
            Some(RowKind::Parent | RowKind::Folder) => in_files(state, &Command::Into),
            Some(RowKind::Unsupported(why)) => {
                state.notify(format!(
                    "{why} cannot be read; JPEG, PNG, WebP, GIF, BMP and TIFF can"
                ));
                Vec::new()
            }
            Some(RowKind::Picture) => jobs::caption(state),
            None => Vec::new(),
        },
        Pane::Models => in_pane(state, &Command::Activate),
        Pane::Captions => jobs::caption(state),
        Pane::History => {
            state.zoomed = !state.zoomed;
            Vec::new()
        }
    }
}

/// One level back: the selection, a search that goes on, what is looked for, then the zoom.
fn back(state: &mut State) -> Vec<Effect> {
    if state.focus == Pane::Files && state.files.selected() > 0 {
        in_files(state, &Command::Back);
    } else if models::is_open(state) && models::clear_filter(state) {
    } else if state.focus == Pane::History && state.history.is_searching() {
        return review::stop_searching(state);
    } else if state.focus == Pane::History && state.history.sought().filter().is_some() {
        return review::search_everything(state);
    } else if state.zoomed {
        state.zoomed = false;
    } else {
        in_files(state, &Command::Back);
        state.notice = None;
    }
    Vec::new()
}

fn quit(state: &mut State) -> Vec<Effect> {
    if state.zoomed {
        state.zoomed = false;
        return Vec::new();
    }
    jobs::ask_to_leave(state)
}

fn reload(state: &mut State) -> Vec<Effect> {
    state.pictures.clear();
    state.places.clear();
    let standing = review::look_again(state);
    let mut effects = state.files.reload();
    effects.extend(state.captions.reload());
    effects.extend(state.history.read(state.files.folder()));
    effects.extend(standing);
    effects
}

/// Counts first what would go: the question that follows says how much.
fn ask_to_forget_before(state: &State, date: Date) -> Vec<Effect> {
    let day = date.to_zoned(state.zone.clone()).ok();
    let before = day.map(|day| Effect::Count(Forget::Before(day.timestamp())));
    before.into_iter().collect()
}

fn ask_to_forget_run(state: &mut State) {
    if sight::says_that_it_is_hidden(state) {
        return;
    }
    let Some(run) = sight::run_in_sight(state) else {
        return state.notify("no stored run under the cursor");
    };
    let Some(id) = run.id else {
        return state.notify("this run was never stored");
    };
    let text = format!(
        "The run of {} on {} will be deleted for good:\n{}",
        run.request.model.name().shown(60),
        run.request.image.name().shown(60),
        run.text().shown(160),
    );
    let question = super::ask_to_delete(text, Forget::Run(id));
    state.overlays.push(question);
}

fn copy_caption(state: &mut State) -> Vec<Effect> {
    if sight::says_that_it_is_hidden(state) {
        return Vec::new();
    }
    match sight::run_in_sight(state).map(|run| run.text().clone()) {
        Some(caption) if !caption.is_blank() => {
            vec![Effect::Copy(
                Copied::Caption,
                caption.raw().trim().to_owned(),
            )]
        }
        _ => {
            state.notify("no caption to copy here");
            Vec::new()
        }
    }
}

fn copy_path(state: &mut State) -> Vec<Effect> {
    let copy = |image: ImageRef| {
        let path = Foreign::from_os(image.path().as_os_str());
        Effect::Copy(Copied::Path, path.raw().to_owned())
    };
    sight::picture(state).map(copy).into_iter().collect()
}

/// Everything known of the item under the cursor.
fn info(state: &mut State) {
    let scene = state.scene(state.focus);
    let text = match state.focus {
        Pane::Files => state.picture_facts(),
        Pane::Models => None,
        Pane::Captions | Pane::History => sight::run_in_sight(state)
            .map(|run| history::facts_of(run, &scene))
            .or_else(|| sight::job_in_sight(state).map(|job| captions::facts_of(job, &scene))),
    };
    match text {
        Some(text) => state
            .overlays
            .push(Overlay::Reading(Reading::new("Info", text))),
        None => state.notify("nothing more is known here"),
    }
}

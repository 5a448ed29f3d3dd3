//! Many captions worded anew at once: a form, what would change, and one step that can be taken back.

use super::super::command::Context;
use super::super::effect::{Effect, Handover, Ticket};
use super::super::foresight::Asked;
use super::super::message::Reworded;
use super::super::overlay::Overlay;
use super::super::overlay::form::{Form, Purpose};
use super::super::overlay::question::{Answer, Question, Then};
use super::super::say;
use super::super::state::State;
use super::handover::{ALL, HERE};
use super::{forms, review};
use crate::domain::problem::Problem;
use crate::domain::replace::{Wish, WishError, Wording};
use crate::domain::review::{Change, Maker};
use crate::domain::text::Foreign;
use crate::engine::{Among, HistoryQuery};

/// Captions of the pictures that are selected among files.
const SELECTED: &str = "selected";
/// Captions that the history pane shows, those included that are not read yet.
const SHOWN: &str = "shown";

/// Opens the form. At once it is told how many captions are meant: those of what is selected, else
/// those that history was narrowed down to, else those of the folder.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let shown = state.history.query();
    let is_narrow = shown.filter.is_some() || shown.folder.is_some();
    let whose: &[&str] = match (state.files.selected() > 0, is_narrow) {
        (true, true) => &[SELECTED, SHOWN, HERE, ALL],
        (true, false) => &[SELECTED, HERE, ALL],
        (false, true) => &[SHOWN, HERE, ALL],
        (false, false) => &[HERE, ALL],
    };
    let help = "Finds and replaces in captions, or puts something before or behind.";
    let form = Form::new(Purpose::Reword, "Word captions anew", help)
        .text("find", "", "")
        .text("replace by", "nothing", "")
        .choice("as", &["plain text", "regular expression"], "plain text")
        .choice("case", &["matters", "is ignored"], "matters")
        .text("prefix", "before captions that do not begin so", "")
        .text("suffix", "behind captions that do not end so", "")
        .text(
            "trigger",
            "a word, and a comma, before captions without it",
            "",
        )
        .choice("of", whose, "")
        .with_foresight();
    state.overlays.push(Overlay::Form(form));
    note(state);
    foresee(state)
}

/// What is filled in.
fn wish(form: &Form) -> Wish {
    Wish {
        find: form.value("find").to_owned(),
        with: form.value("replace by").to_owned(),
        is_regex: form.value("as") == "regular expression",
        ignores_case: form.value("case") == "is ignored",
        prefix: form.value("prefix").to_owned(),
        suffix: form.value("suffix").to_owned(),
        trigger: form.value("trigger").to_owned(),
    }
}

/// The field that a mistake is in.
fn field(error: &WishError) -> &'static str {
    match error {
        WishError::Group(_) => "replace by",
        WishError::Empty | WishError::Syntax(_) | WishError::TooLarge => "find",
    }
}

/// Whose captions are meant by the word that is chosen, and how that is told.
fn among(state: &State, whose: &str) -> (Among, String) {
    let shown = state.history.query();
    let everything = HistoryQuery {
        folder: None,
        filter: None,
        ..shown.clone()
    };
    let all = Among {
        query: everything,
        below: None,
        pictures: None,
    };
    let folder = |folder| say::path(folder, state.home.as_deref(), 36);
    match whose {
        SELECTED => {
            let told = say::count(state.files.selected(), "selected picture");
            let pictures = Some(state.files.targets());
            (Among { pictures, ..all }, told)
        }
        SHOWN => {
            let sought = shown.filter.as_ref().map(|_| state.history.sought());
            let sought = sought.map(|it| format!("/{}", Foreign::new(it.written()).shown(30)));
            let here = shown.folder.as_deref().map(folder);
            let told = [sought, here].into_iter().flatten();
            let told = told.collect::<Vec<_>>().join(" in ");
            (
                Among {
                    query: shown,
                    ..all
                },
                told,
            )
        }
        HERE => {
            let here = state.files.folder();
            let told = format!("{} and the folders in it", folder(here));
            let below = Some(here.to_owned());
            (Among { below, ..all }, told)
        }
        _ => (all, ALL.to_owned()),
    }
}

/// Something was typed, perhaps: what it would change is asked as soon as nothing more is typed.
pub(super) fn note(state: &mut State) {
    let now = state.now;
    let Some(Overlay::Form(form)) = state.overlays.last_mut() else {
        return;
    };
    if *form.purpose() == Purpose::Reword && state.foresight.note(wish(form), form.value("of"), now)
    {
        form.outdate();
    }
}

/// Asks about what was typed, where that is due.
pub(super) fn tick(state: &mut State) -> Vec<Effect> {
    if state.foresight.take_turn(state.now) {
        return foresee(state);
    }
    Vec::new()
}

fn foresee(state: &mut State) -> Vec<Effect> {
    let Some(form) = forms::on_top(state).filter(|form| !form.is_waiting()) else {
        return Vec::new();
    };
    let (wish, whose) = (wish(form), form.value("of").to_owned());
    let wording = match Wording::new(wish) {
        Ok(wording) => Some(Box::new(wording)),
        Err(WishError::Empty) => None,
        Err(error) => {
            form.point_out(Some(field(&error)), Problem::from_error(&error));
            return vec![Effect::Handover(state.sent.renew(), Handover::Leave)];
        }
    };
    let (among, whose) = among(state, &whose);
    let is_wish = wording.is_some();
    let ticket = state.foresight.ask(Asked { whose, is_wish });
    let what = Handover::Foresee(wording, Box::new(among));
    vec![Effect::Handover(ticket, what)]
}

/// What would change is there, in short.
pub(super) fn foreseen(state: &mut State, ticket: Ticket, came: Result<Reworded, Problem>) {
    let Some(Asked { whose, is_wish }) = state.foresight.answers(ticket).cloned() else {
        return;
    };
    let Some(form) = forms::on_top(state) else {
        return;
    };
    match came {
        Ok(Reworded { found, .. }) if !is_wish => {
            let count = say::count(found.looked_at, "caption");
            let how = "what changes is seen here while you type, and taken back as one";
            form.foresee(vec![format!("{count} · {whose}"), how.to_owned()]);
        }
        Ok(reworded) => {
            form.foresee(told(&reworded, &whose));
        }
        Err(problem) => form.point_out(None, problem),
    }
}

/// What would change, line by line: `3 of 12 captions change · all folders`, and the first of them.
fn told(Reworded { found, samples }: &Reworded, whose: &str) -> Vec<String> {
    let change = match found.changing {
        1 => "changes",
        _ => "change",
    };
    let mut lines = vec![format!(
        "{} of {} {change} · {whose}",
        say::thousands(found.changing),
        say::count(found.looked_at, "caption")
    )];
    if found.emptied > 0 {
        let emptied = say::count(found.emptied, "caption");
        lines.push(format!("{emptied} would be empty: nothing changes there"));
    }
    lines.extend(samples.iter().flat_map(|it| it.lines()).map(str::to_owned));
    if found.changing > samples.len() {
        lines.push("…".to_owned());
    }
    lines
}

/// What was filled in is tried on every caption.
pub(super) fn plan(state: &mut State) -> Vec<Effect> {
    let Some(form) = forms::on_top(state) else {
        return Vec::new();
    };
    let (wish, whose) = (wish(form), form.value("of").to_owned());
    let wording = match Wording::new(wish) {
        Ok(wording) => wording,
        Err(error) => {
            form.complain(Some(field(&error)), Problem::from_error(&error));
            return Vec::new();
        }
    };
    let (among, whose) = among(state, &whose);
    let is_wish = true;
    let _ = state.foresight.ask(Asked { whose, is_wish });
    let ticket = state.sent.renew();
    if let Some(form) = forms::on_top(state) {
        form.wait(ticket, "looking…");
    }
    let what = Handover::Reword(Box::new(wording), Box::new(among));
    vec![Effect::Handover(ticket, what)]
}

/// What would change is there: it is shown, and done only if somebody says so.
pub(super) fn planned(state: &mut State, ticket: Ticket, came: Result<Reworded, Problem>) {
    let whose = state.foresight.whose().to_owned();
    let Some(form) = forms::waiting(state, ticket) else {
        return;
    };
    let reworded = match came {
        Ok(reworded) => reworded,
        Err(problem) => return form.complain(None, problem),
    };
    if reworded.found.changing == 0 {
        let looked_at = say::count(reworded.found.looked_at, "caption");
        let problem = Problem::new(format!("nothing would change in {looked_at}"));
        return form.complain(Some("find"), problem);
    }
    form.go_on();
    let lines = told(&reworded, &whose);
    form.foresee(lines.clone());
    let changes = reworded.found.changes.into_iter().map(|change| Change {
        run: change.run,
        decision: None,
        caption: Some(Foreign::new(change.after)),
    });
    let answers = vec![
        Answer {
            label: "change them",
            then: Then::Reword(changes.collect()),
        },
        Answer {
            label: "change nothing",
            then: Then::Stay,
        },
    ];
    let question = Question::new("Word captions anew", lines.join("\n"), answers);
    state.overlays.push(Overlay::Question(question));
}

/// Somebody said so.
pub(super) fn apply(state: &mut State, changes: Vec<Change>) -> Vec<Effect> {
    let is_mine = |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if *form.purpose() == Purpose::Reword);
    state.overlays.retain(|overlay| !is_mine(overlay));
    state.foresight.leave();
    let count = say::count(changes.len(), "caption");
    let effects = review::change(state, changes, Maker::Replacement);
    let key = state.key(Context::Global, "undo");
    state.notify(format!("changed {count}; {key} takes it back"));
    effects
}

#[cfg(test)]
mod tests;

//! Many captions worded anew at once: a form, what would change, and one step that can be taken back.

use std::fmt::Write as _;

use super::super::command::Context;
use super::super::effect::{Effect, Handover, Ticket};
use super::super::message::Reworded;
use super::super::overlay::Overlay;
use super::super::overlay::form::{Form, Purpose};
use super::super::overlay::question::{Answer, Question, Then};
use super::super::say;
use super::super::state::State;
use super::handover::{WHOSE, is_here};
use super::{forms, review};
use crate::domain::problem::Problem;
use crate::domain::replace::{Wish, WishError, Wording};
use crate::domain::review::{Change, Maker};
use crate::domain::text::Foreign;

/// The form to fill in.
pub(super) fn form() -> Overlay {
    let help = "Finds and replaces in every caption, or puts something before or behind. You see \
                what changes first, and it is taken back as one.";
    let form = Form::new(
        Purpose::Reword,
        "Word captions anew",
        help,
        "shows the changes",
    )
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
    .choice("of", WHOSE, "this folder");
    Overlay::Form(form)
}

/// What was filled in is tried on every caption.
pub(super) fn plan(state: &mut State) -> Vec<Effect> {
    let ticket = state.sent.renew();
    let folder = state.files.folder().to_owned();
    let Some(form) = forms::on_top(state) else {
        return Vec::new();
    };
    let wish = Wish {
        find: form.value("find").to_owned(),
        with: form.value("replace by").to_owned(),
        is_regex: form.value("as") == "regular expression",
        ignores_case: form.value("case") == "is ignored",
        prefix: form.value("prefix").to_owned(),
        suffix: form.value("suffix").to_owned(),
        trigger: form.value("trigger").to_owned(),
    };
    match Wording::new(wish) {
        Ok(wording) => {
            let folder = is_here(form).then_some(folder);
            form.wait(ticket, "looking…");
            vec![Effect::Handover(
                ticket,
                Handover::Reword(Box::new(wording), folder),
            )]
        }
        Err(error) => {
            let label = match error {
                WishError::Group(_) => "replace by",
                WishError::Empty | WishError::Syntax(_) | WishError::TooLarge => "find",
            };
            form.complain(Some(label), Problem::from_error(&error));
            Vec::new()
        }
    }
}

/// What would change is there: it is shown, and done only if somebody says so.
pub(super) fn planned(state: &mut State, ticket: Ticket, came: Result<Reworded, Problem>) {
    let Some(form) = forms::waiting(state, ticket) else {
        return;
    };
    let Reworded { found, samples } = match came {
        Ok(reworded) => reworded,
        Err(problem) => return form.complain(None, problem),
    };
    if found.changes.is_empty() {
        let looked_at = say::count(found.looked_at, "caption");
        let problem = Problem::new(format!("nothing would change in {looked_at}"));
        return form.complain(Some("find"), problem);
    }
    form.go_on();
    let count = found.changes.len();
    let mut text = format!(
        "{count} of {} would change:\n",
        say::count(found.looked_at, "caption")
    );
    text.push_str(&samples.join("\n"));
    if count > samples.len() {
        text.push_str("\n…");
    }
    if found.emptied > 0 {
        let emptied = say::count(found.emptied, "caption");
        let _ = write!(
            text,
            "\nNothing of {emptied} would stay, so nothing changes there."
        );
    }
    let changes = found.changes.into_iter().map(|change| Change {
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
    let question = Question::new("Word captions anew", text, answers);
    state.overlays.push(Overlay::Question(question));
}

/// Somebody said so.
pub(super) fn apply(state: &mut State, changes: Vec<Change>) -> Vec<Effect> {
    let is_mine = |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if *form.purpose() == Purpose::Reword);
    state.overlays.retain(|overlay| !is_mine(overlay));
    let count = say::count(changes.len(), "caption");
    let effects = review::change(state, changes, Maker::Replacement);
    let key = state.key(Context::Global, "undo");
    state.notify(format!("changed {count}; {key} takes it back"));
    effects
}

//! Captions taken over from files that other tools wrote: a form, what would be taken over and what
//! not, and its carrying out.

use std::fmt::Write as _;
use std::path::Path;

use super::super::command::Context;
use super::super::effect::{Effect, Handover, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::form::{Form, Purpose};
use super::super::overlay::question::{Answer, Question, Then};
use super::super::overlay::reading::Reading;
use super::super::say;
use super::super::state::State;
use super::handover::{HERE, LISTED, NAMED, nearby};
use super::{forms, read_runs, review};
use crate::domain::intake::{Found, Intake, Source, Spot, Trouble};
use crate::domain::problem::Problem;
use crate::domain::review::{Change, Decision, Maker};
use crate::domain::run::RunId;
use crate::domain::text::{self, Foreign};

/// Captions that lie in this folder and in the folders in it.
const DEEP: &str = "folders in it too";
/// Whatever can be read.
const EVERY: &str = "all";

/// The form to fill in.
pub(super) fn form() -> Overlay {
    let help = "Captions that other tools wrote beside the pictures of this folder come into \
                history. You see which before anything is done; the files stay as they are.";
    let form = Form::new(Purpose::Import, "Take captions over", help)
        .choice("of", &[HERE, DEEP], HERE)
        .choice("from", &[EVERY, "txt", "caption", "metadata"], EVERY)
        .choice("accept", &["no", "yes"], "no");
    Overlay::Form(form)
}

/// Asks which captions there are.
pub(super) fn plan(state: &mut State) -> Vec<Effect> {
    let ticket = state.sent.renew();
    let folder = state.files.folder().to_owned();
    let Some(form) = forms::on_top(state) else {
        return Vec::new();
    };
    form.wait(ticket, "looking…");
    let is_meant = |source: &Source| [EVERY, source.word()].contains(&form.value("from"));
    let what = Handover::FindCaptions {
        folder,
        is_deep: form.value("of") == DEEP,
        sources: Source::ALL.into_iter().filter(is_meant).collect(),
    };
    vec![Effect::Handover(ticket, what)]
}

/// What there is is shown, and taken over only if somebody says so.
pub(super) fn planned(state: &mut State, ticket: Ticket, came: Result<Intake, Problem>) {
    let folder = state.files.folder().to_owned();
    let Some(form) = forms::waiting(state, ticket) else {
        return;
    };
    let intake = match came {
        Ok(intake) => intake,
        Err(problem) => return form.complain(None, problem),
    };
    if intake.found.is_empty() && intake.troubles.is_empty() {
        let problem = match intake.known {
            0 => Problem::new("no caption lies beside the pictures"),
            known => Problem::new(format!(
                "history holds {} already, and there is no other",
                say::count(known, "caption")
            )),
        };
        return form.complain(Some("of"), problem);
    }
    form.go_on();
    let accept = form.value("accept") == "yes";
    let text = told(&intake, accept, &folder);
    let list = Reading::new("What is taken over", list(&intake, &folder));
    let mut answers = vec![
        Answer {
            label: "list all",
            then: Then::Open(Box::new(Overlay::Reading(list))),
        },
        Answer {
            label: "take nothing",
            then: Then::Stay,
        },
    ];
    if !intake.found.is_empty() {
        let found = intake.found;
        let take = Answer {
            label: "take them over",
            then: Then::TakeOver { found, accept },
        };
        answers.insert(0, take);
    }
    let question = Question::new("Take captions over", text, answers);
    state.overlays.push(Overlay::Question(question));
}

/// Somebody said so.
pub(super) fn carry_out(state: &mut State, found: Vec<Found>, accept: bool) -> Vec<Effect> {
    let ticket = state.sent.renew();
    if let Some(form) = forms::on_top(state) {
        form.wait(ticket, "taking over…");
    }
    vec![Effect::Handover(
        ticket,
        Handover::TakeOver { found, accept },
    )]
}

/// They are in history, or some of them.
pub(super) fn taken_over(
    state: &mut State,
    ticket: Ticket,
    runs: Result<Vec<RunId>, Problem>,
    accept: bool,
) -> Vec<Effect> {
    forms::close(state, ticket);
    let mut effects = Vec::new();
    match runs {
        Err(problem) => state.complain(&problem),
        Ok(runs) => {
            let mut told = format!("took over {}", say::count(runs.len(), "caption"));
            if accept {
                let accepted = |run| Change::decide(run, Decision::Accepted);
                let changes = runs.into_iter().map(accepted).collect();
                effects = review::change(state, changes, Maker::Hand);
                let key = state.key(Context::Global, "undo");
                let _ = write!(told, " and accepted; {key} takes the acceptance back");
            }
            state.notify(told);
        }
    }
    effects.extend(read_runs(state));
    effects
}

fn told(intake: &Intake, accept: bool, folder: &Path) -> String {
    let found = say::count(intake.found.len(), "caption");
    let accepted = if accept { ", and accepted" } else { "" };
    let mut told = format!("{found} would be taken over{accepted}.");
    if intake.known > 0 {
        let known = say::count(intake.known, "caption");
        let _ = write!(told, "\nHistory holds {known} already.");
    }
    if !intake.troubles.is_empty() {
        let places = intake.troubles.iter().map(|it| passed_over(it, folder));
        let places: Vec<_> = places.collect();
        let places = text::list(places.iter(), NAMED);
        let _ = write!(told, "\nPassed over: {places}.");
    }
    told
}

/// `metadata.jsonl:7 (it is no object of JSON)`.
fn passed_over(Trouble { spot, says }: &Trouble, folder: &Path) -> String {
    format!("{} ({says})", place(spot, folder))
}

fn place(spot: &Spot, folder: &Path) -> String {
    let file = nearby(&spot.file, folder);
    match spot.line {
        Some(line) => format!("{file}:{line}"),
        None => file,
    }
}

fn list(intake: &Intake, folder: &Path) -> String {
    let troubles = intake.troubles.iter();
    let troubles = troubles.map(|it| format!("passed over {}", passed_over(it, folder)));
    let found = intake.found.iter().map(|found| {
        let text = Foreign::new(found.text.as_str()).shown(160);
        let picture = nearby(found.image.path(), folder);
        format!("{picture}: {text} ({})", place(&found.spot, folder))
    });
    let all = intake.troubles.len() + intake.found.len();
    let mut lines: Vec<_> = troubles.chain(found).take(LISTED).collect();
    if all > LISTED {
        lines.push(format!(
            "… and {} more: `blipboard history import --dry-run` lists all",
            say::thousands(all - LISTED)
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;

//! Captions handed over to other tools: a form, the plan that comes of it, and its carrying out.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::super::effect::{Effect, Handover, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::form::{Form, Purpose};
use super::super::overlay::question::{Answer, Question, Then};
use super::super::overlay::reading::Reading;
use super::super::say;
use super::super::state::State;
use super::{forms, paths};
use crate::domain::handover::{
    self, Clash, Doubt, Existing, Fate, LeftOut, Order, Place, Plan, Planned, Summary, Which,
};
use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::text;

const WHICH: &[&str] = &["newest", "accepted", "all"];
/// Captions of pictures in the folder on screen and in the folders in it.
pub(super) const HERE: &str = "this folder";
/// Whatever history holds.
pub(super) const ALL: &str = "all folders";
/// Whose captions are meant.
const WHOSE: &[&str] = &[HERE, ALL];
const FORMS: &[&str] = &["txt", "caption", "metadata", "jsonl", "csv", "markdown"];
const EXISTING: &[&str] = &["skip", "overwrite", "append", "prepend"];
const CLASHES: &[&str] = &["skip", "whole-name"];

/// So many are named where many have the same trouble.
pub(super) const NAMED: usize = 3;
/// So many files are listed.
pub(super) const LISTED: usize = 1000;

/// The form to fill in.
pub(super) fn form() -> Overlay {
    let help = "Captions as files that other tools read. You see what becomes of every file before \
                anything is written. What was rejected is left out.";
    let form = Form::new(Purpose::Export, "Hand captions over", help)
        .choice("captions", WHICH, "newest")
        .choice("of", WHOSE, HERE)
        .choice("format", FORMS, "txt")
        .choice("existing", EXISTING, "skip")
        .choice("collisions", CLASHES, "skip")
        .text(
            "to",
            "beside the pictures; else a folder, or a table's file",
            "",
        );
    Overlay::Form(form)
}

/// What was filled in becomes a plan.
pub(super) fn plan(state: &mut State) -> Vec<Effect> {
    let ticket = state.sent.renew();
    let folder = state.files.folder().to_owned();
    let to = forms::on_top(state).map(|form| form.value("to").trim().to_owned());
    let to = to.filter(|to| !to.is_empty());
    let to = to.map(|to| paths::whole(state, Path::new(&to)));
    let Some(form) = forms::on_top(state) else {
        return Vec::new();
    };
    match order(form, folder, to) {
        Ok(order) => {
            form.wait(ticket, "looking…");
            vec![Effect::Handover(ticket, Handover::Plan(order))]
        }
        Err((label, problem)) => {
            form.complain(Some(label), problem);
            Vec::new()
        }
    }
}

fn order(
    form: &Form,
    folder: PathBuf,
    to: Option<PathBuf>,
) -> Result<Order, (&'static str, Problem)> {
    let chosen = |label: &str| form.value(label).to_owned();
    let which = Which::ALL
        .into_iter()
        .find(|it| it.word() == chosen("captions"));
    let written = handover::Form::ALL
        .into_iter()
        .find(|it| it.word() == chosen("format"));
    let existing = Existing::ALL
        .into_iter()
        .find(|it| it.word() == chosen("existing"));
    let clash = Clash::ALL
        .into_iter()
        .find(|it| it.word() == chosen("collisions"));
    let written = written.unwrap_or(handover::Form::Txt);
    let existing = existing.unwrap_or(Existing::Skip);
    let is_table = written.is_table();
    if is_table && matches!(existing, Existing::Append | Existing::Prepend) {
        let problem = Problem::new("a table is written as a whole: choose skip or overwrite");
        return Err(("existing", problem));
    }
    let place = match to {
        None if is_table => return Err(("to", Problem::new("write the name of the table's file"))),
        None => Place::Beside,
        Some(file) if is_table => Place::File(file),
        Some(to) => Place::Below {
            root: folder.clone(),
            folder: to,
        },
    };
    Ok(Order {
        which: which.unwrap_or(Which::Newest),
        folder: (form.value("of") == HERE).then_some(folder),
        filter: None,
        form: written,
        existing,
        clash: clash.unwrap_or_default(),
        place,
    })
}

/// The plan is there: it is shown, and carried out only if somebody says so.
pub(super) fn planned(state: &mut State, ticket: Ticket, plan: Result<Plan, Problem>) {
    let folder = state.files.folder().to_owned();
    let Some(form) = forms::waiting(state, ticket) else {
        return;
    };
    let plan = match plan {
        Ok(plan) if plan.captions == 0 && plan.left_out.is_empty() => {
            let label = Some("captions");
            return form.complain(label, Problem::new("there is no such caption"));
        }
        Ok(plan) => plan,
        Err(problem) => return form.complain(None, problem),
    };
    form.go_on();
    let list = Reading::new("What becomes of each file", list(&plan, &folder));
    let list = Then::Open(Box::new(Overlay::Reading(list)));
    let mut answers = vec![Answer {
        label: "list every file",
        then: list,
    }];
    if plan.writes() {
        answers.insert(
            0,
            Answer {
                label: "write them",
                then: Then::HandOver(Box::new(plan.clone())),
            },
        );
    }
    answers.push(Answer {
        label: "write nothing",
        then: Then::Stay,
    });
    let question = Question::new("Hand captions over", told(&plan, &folder), answers);
    state.overlays.push(Overlay::Question(question));
}

/// Somebody said so.
pub(super) fn carry_out(state: &mut State, plan: Box<Plan>) -> Vec<Effect> {
    let ticket = state.sent.renew();
    if let Some(form) = forms::on_top(state) {
        form.wait(ticket, "writing…");
    }
    vec![Effect::Handover(ticket, Handover::CarryOut(plan))]
}

/// The files are written, or some of them.
pub(super) fn handed_over(state: &mut State, ticket: Ticket, came: Result<Summary, Problem>) {
    forms::close(state, ticket);
    let summary = match came {
        Ok(summary) => summary,
        Err(problem) => return state.complain(&problem),
    };
    let written = say::count(summary.written, "file");
    if summary.failed.is_empty() {
        return state.notify(format!("wrote {written}"));
    }
    let mut problem = Problem::new(format!(
        "wrote {written}; {} could not be written",
        summary.failed.len()
    ));
    problem.causes = summary.failed.into_iter().map(|(_, why)| why).collect();
    let reading = Overlay::Reading(Reading::problem(&problem));
    state.overlays.push(reading);
}

/// A path as seen from the folder on screen, safe to show.
pub(super) fn nearby(path: &Path, folder: &Path) -> String {
    say::path(path.strip_prefix(folder).unwrap_or(path), None, 60)
}

fn told(plan: &Plan, folder: &Path) -> String {
    let mut told = format!("{}; files: ", say::count(plan.captions, "caption"));
    let mut fates: Vec<&Fate> = Vec::new();
    for file in &plan.files {
        if fates.iter().all(|fate| fate.word() != file.fate.word()) {
            fates.push(&file.fate);
        }
    }
    let counts = fates
        .iter()
        .map(|fate| format!("{} {}", plan.count(fate), fate.word()));
    let counts = counts.collect::<Vec<_>>().join(", ");
    told += if counts.is_empty() { "none" } else { &counts };
    for line in left_alone(plan, folder) {
        let _ = write!(told, "\n{line}");
    }
    if !plan.doubtful.is_empty() {
        let name = |doubt: &Doubt| {
            let flags: Vec<_> = doubt.flags.iter().map(|flag| flag.word()).collect();
            let name = nearby(doubt.image.path(), folder);
            format!("{name} ({})", flags.join(", "))
        };
        let names: Vec<_> = plan.doubtful.iter().map(name).collect();
        let names = text::list(names.iter(), NAMED);
        let _ = write!(told, "\n{} doubtful: {names}", plan.doubtful.len());
    }
    told
}

/// What is not written though a caption belongs there, and why.
fn left_alone(plan: &Plan, folder: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let names = |paths: &mut dyn Iterator<Item = &Path>| {
        let names: Vec<_> = paths.map(|path| nearby(path, folder)).collect();
        text::list(names.iter(), NAMED)
    };
    let refused = plan.files.iter().filter_map(|file| match &file.fate {
        Fate::Refused(why) => Some(format!("{} ({why})", nearby(&file.path, folder))),
        _ => None,
    });
    let refused: Vec<_> = refused.collect();
    if !refused.is_empty() {
        lines.push(format!("refused: {}", text::list(refused.iter(), NAMED)));
    }
    let open = plan.collisions.iter().filter(|it| !it.is_resolved);
    for collision in open.take(NAMED) {
        let images = names(&mut collision.images.iter().map(ImageRef::path));
        let place = nearby(&collision.path, folder);
        lines.push(format!(
            "{place} has room for one, and stays as it is: {images}"
        ));
    }
    if plan.homeless() > 0 {
        let homeless = say::count(plan.homeless(), "caption");
        lines.push(format!("{homeless} collide so"));
    }
    let ways = plan.moved.iter().map(|it| {
        let (from, to) = (nearby(it.from.path(), folder), nearby(it.to.path(), folder));
        format!("{from} → {to}")
    });
    let ways: Vec<_> = ways.collect();
    if !ways.is_empty() {
        let ways = text::list(ways.iter(), NAMED);
        lines.push(format!("moved since, and captioned where they are: {ways}"));
    }
    for why in LeftOut::ALL {
        let of_it = plan.left_out.iter().filter(|(_, it)| *it == why);
        let images = names(&mut of_it.map(|(image, _)| image.path()));
        if !images.is_empty() {
            lines.push(format!("left out: {images}: {}", why.sentence()));
        }
    }
    lines
}

fn list(plan: &Plan, folder: &Path) -> String {
    let fate = |file: &Planned| match &file.fate {
        Fate::Refused(why) => format!("refused: {why}"),
        fate => fate.word().to_owned(),
    };
    let line = |file: &Planned| format!("{}  {}", nearby(&file.path, folder), fate(file));
    let mut lines: Vec<_> = plan.files.iter().take(LISTED).map(line).collect();
    let more = plan.files.len().saturating_sub(LISTED);
    if more > 0 {
        lines.push(format!(
            "… and {more} more: `blipboard history export --dry-run` lists all"
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;

//! `blipboard history`.

mod export;
mod import;
mod replace;
mod search;
mod show;

use std::path::Path;

use jiff::tz::TimeZone;

use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::record::Record;
use crate::domain::review::Decision;
use crate::domain::run::{Outcome, Run, RunId};
use crate::domain::text::Foreign;
use crate::engine::{Engine, Forget, HistoryQuery};

use super::report::Report;
use super::{Desk, Exit, ForgetArgs, HistoryCommand, Stop, absolute, nearby, shown};

/// Lists runs, deletes runs, or says where they are kept.
pub(super) async fn run(
    command: HistoryCommand,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    match command {
        HistoryCommand::Ls {
            json,
            limit,
            folder,
        } => {
            let query = HistoryQuery {
                folder: folder.as_deref().map(absolute),
                ..HistoryQuery::default()
            };
            let runs = (desk.open)(report)?.history(query, None, limit).await?;
            list(&runs, json, report)
        }
        HistoryCommand::Search(args) => {
            let engine = (desk.open)(report)?;
            search::run(args, &engine, report).await
        }
        HistoryCommand::Show { run, json } => {
            let engine = (desk.open)(report)?;
            show::run(RunId(run), json, &engine, report).await
        }
        HistoryCommand::Export(args) => export::run(args, desk, report).await,
        HistoryCommand::Import(args) => import::run(args, desk, report).await,
        HistoryCommand::Replace(args) => replace::run(args, desk, report).await,
        HistoryCommand::Undo => replace::undo(desk, report).await,
        HistoryCommand::Forget { what, yes } => {
            let engine = (desk.open)(report)?;
            forget(&engine, what, yes, report).await
        }
        HistoryCommand::Path => {
            report.data(&shown(&desk.folders.history_file()))?;
            Ok(Exit::Done)
        }
    }
}

fn list(runs: &[Run], json: bool, report: &mut Report) -> Result<Exit, Stop> {
    for run in runs {
        if json {
            report.object(&Record::of(run, true))?;
            continue;
        }
        let number = run.id.map_or(0, |RunId(number)| number);
        let started = run.timing.started.to_zoned(TimeZone::system());
        let sign = match run.review.decision {
            Decision::Pending => ' ',
            Decision::Accepted => '+',
            Decision::Rejected => '-',
        };
        let label = format!("{number:>6} {sign} {}", started.strftime("%Y-%m-%d %H:%M"));
        let image = nearby(run.request.image.path());
        let model = run.request.model.name().shown(usize::MAX);
        report.labelled(&label, &format!(" {image}  {model}  {}", told(run)))?;
    }
    Ok(Exit::Done)
}

/// The caption as it reads now, or why there is none.
fn told(run: &Run) -> String {
    let reason = run.failure.as_ref().map(|failure| &failure.message);
    match (run.outcome, reason) {
        (Outcome::Captioned, _) => run.text().shown(usize::MAX),
        (outcome, None) => format!("({})", outcome.word()),
        (outcome, Some(reason)) => format!("({}: {})", outcome.word(), reason.shown(usize::MAX)),
    }
}

async fn forget(
    engine: &Engine,
    what: ForgetArgs,
    yes: bool,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let what = match what {
        ForgetArgs { consent: true, .. } => return withdraw(engine, report).await,
        ForgetArgs { run: Some(run), .. } => Forget::Run(RunId(run)),
        ForgetArgs {
            before: Some(before),
            ..
        } => Forget::Before(before),
        ForgetArgs { image, .. } => image_of(engine, &image.unwrap_or_default()).await?,
    };
    if !yes {
        let count = engine.forget_count(what).await?;
        if count > 0 && !agreed(count, report)? {
            report.note("nothing was deleted");
            return Ok(Exit::Done);
        }
    }
    match engine.forget(what).await? {
        0 => report.note("history holds nothing of it"),
        gone => report.note(&format!("deleted {}", runs(gone))),
    }
    Ok(Exit::Done)
}

/// Nothing is lost by it, so nobody is asked.
async fn withdraw(engine: &Engine, report: &mut Report) -> Result<Exit, Stop> {
    let receivers = engine.disallow_all().await?;
    for receiver in &receivers {
        let receiver = Foreign::new(receiver.as_str()).shown(200);
        report.note(&format!(
            "you are asked again before {receiver} gets a picture"
        ));
    }
    if receivers.is_empty() {
        report.note("nobody may have pictures unasked");
    }
    Ok(Exit::Done)
}

fn agreed(count: u64, report: &mut Report) -> Result<bool, Problem> {
    let runs = runs(count);
    report
        .ask(&format!("delete {runs} for good?"))
        .ok_or_else(|| {
            Problem::new(format!("{runs} would be deleted for good"))
                .with_hint("add --yes to delete without asking")
        })
}

fn runs(count: u64) -> String {
    match count {
        1 => "1 run".to_owned(),
        count => format!("{count} runs"),
    }
}

async fn image_of(engine: &Engine, path: &Path) -> Result<Forget, Stop> {
    let image = ImageRef::new(absolute(path));
    let id = engine.identify(&image).await.map_err(|error| {
        error
            .problem()
            .with_hint("where the file is gone, `blipboard history ls` has the numbers for --run")
    })?;
    Ok(Forget::Image(id))
}

//! `blipboard history`.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::run::{Outcome, Run, RunId};
use crate::engine::{Engine, Forget, HistoryQuery};

use super::record::Record;
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
                folder: folder.map(absolute),
                ..HistoryQuery::default()
            };
            let runs = (desk.open)(report)?.history(query, None, limit).await?;
            list(&runs, json, report)
        }
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
            report.object(&Record::of(run))?;
            continue;
        }
        let number = run.id.map_or(0, |RunId(number)| number);
        let started = run.timing.started.to_zoned(TimeZone::system());
        let label = format!("{number:>6}  {}", started.strftime("%Y-%m-%d %H:%M"));
        let image = nearby(run.request.image.path());
        let model = run.request.model.name().shown(usize::MAX);
        report.labelled(&label, &format!(" {image}  {model}  {}", told(run)))?;
    }
    Ok(Exit::Done)
}

/// The caption, or why there is none.
fn told(run: &Run) -> String {
    let reason = run.failure.as_ref().map(|failure| &failure.message);
    match (run.outcome, reason) {
        (Outcome::Captioned, _) => run.caption.shown(usize::MAX),
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
        ForgetArgs { run: Some(run), .. } => Forget::Run(RunId(run)),
        ForgetArgs {
            before: Some(before),
            ..
        } => Forget::Before(before),
        ForgetArgs { image, .. } => image_of(engine, image.unwrap_or_default()).await?,
    };
    let count = engine.forget_count(what).await?;
    let runs = if count == 1 { "run" } else { "runs" };
    if count == 0 {
        report.note("history holds nothing of it");
        return Ok(Exit::Done);
    }
    if !yes {
        let question = format!("delete {count} {runs} for good?");
        match report.ask(&question) {
            Some(true) => {}
            Some(false) => {
                report.note("nothing was deleted");
                return Ok(Exit::Done);
            }
            None => {
                let problem = Problem::new(format!("{count} {runs} would be deleted for good"));
                return Err(problem
                    .with_hint("add --yes to delete without asking")
                    .into());
            }
        }
    }
    let gone = engine.forget(what).await?;
    let runs = if gone == 1 { "run" } else { "runs" };
    report.note(&format!("deleted {gone} {runs}"));
    Ok(Exit::Done)
}

async fn image_of(engine: &Engine, path: PathBuf) -> Result<Forget, Stop> {
    let image = ImageRef::new(absolute(path));
    let id = engine.identify(&image).await.map_err(|error| {
        error
            .problem()
            .with_hint("where the file is gone, `blipboard history ls` has the numbers for --run")
    })?;
    Ok(Forget::Image(id))
}

//! `blipboard compare`.

mod entrants;
mod printer;

use std::path::PathBuf;

use crate::domain::comparison::{Comparison, Entrant};
use crate::domain::image::ImageRef;
use crate::domain::record::StandingsRecord;
use crate::domain::request::CaptionRequest;
use crate::engine::{Again, Engine, Target};

use super::batch::{self, consent};
use super::report::Report;
use super::{CompareArgs, Desk, Exit, Stop, nearby, standings};
use printer::Printer;

/// Has all contestants caption all pictures; each picture is printed as soon as all are done with
/// it.
pub(super) async fn run(
    args: CompareArgs,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let contestants = entrants::read(&args.presets, desk)?;
    let target = target(args.report.clone(), args.force)?;
    let engine = (desk.open)(report)?;
    batch::check_models(&desk.loaded.settings.models.value, &engine, desk).await?;
    let entrants = entrants::fitted(contestants, &engine)?;
    let found = batch::pictures(&engine, &args.paths, args.recursive, report).await?;
    let Some(found) = found else {
        return Ok(Exit::CouldNotStart);
    };
    let requests = requests(&found.pictures, &entrants);
    let again = Again::asked(args.sending.again);
    let all = requests.len();
    let requests = batch::askable(&engine, requests, again, report).await;
    // There is nothing to compare where somebody cannot even be asked.
    if requests.len() < all
        || !consent::given(&engine, &requests, again, args.sending.yes, report).await?
    {
        return Ok(Exit::CouldNotStart);
    }
    let mut printer = Printer::new(&engine, &requests, &entrants, args.json, report);
    let stopped = batch::run(&engine, requests, again, &mut printer).await?;
    let (some_failed, pictures) = printer.finish();
    if stopped.is_none() {
        let comparison = engine.comparison(entrants, pictures).await?;
        sum_up(&engine, comparison, target, args.json, report).await?;
    } else {
        report.note("started again, it goes on from here");
    }
    Ok(batch::exit(stopped, some_failed || found.some_missed))
}

/// A place that takes no report is noticed before anything is sent.
fn target(path: Option<PathBuf>, force: bool) -> Result<Option<Target>, Stop> {
    let target = path.map(|path| Target::new(path, force)).transpose();
    Ok(target.map_err(crate::engine::EngineError::from)?)
}

/// Every picture for every contestant, picture by picture.
fn requests(images: &[ImageRef], entrants: &[Entrant]) -> Vec<CaptionRequest> {
    let request = |image: &ImageRef, entrant: &Entrant| {
        let model = entrant.contestant.model.clone();
        CaptionRequest::new(image.clone(), model, &entrant.terms)
    };
    images
        .iter()
        .flat_map(|image| entrants.iter().map(move |entrant| request(image, entrant)))
        .collect()
}

/// Prints the standings, and writes the report where one is wanted.
async fn sum_up(
    engine: &Engine,
    comparison: Comparison,
    target: Option<Target>,
    json: bool,
    report: &mut Report,
) -> Result<(), Stop> {
    if json {
        report.object(&StandingsRecord::of(&comparison.compared))?;
    } else {
        standings::print(&comparison.compared, report)?;
    }
    if let Some(target) = target {
        let file = nearby(target.path());
        engine.export(comparison, target).await?;
        report.note(&format!("the report is in {file}"));
    }
    Ok(())
}

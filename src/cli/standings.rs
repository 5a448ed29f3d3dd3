//! `blipboard standings`.

use std::collections::HashSet;

use crate::domain::problem::Problem;
use crate::domain::record::StandingsRecord;
use crate::domain::standing::{Compared, TITLES};
use crate::domain::verdict::{Contestant, Verdict};
use crate::engine::Engine;

use super::report::Report;
use super::{Desk, Exit, StandingsArgs, Stop, batch, columns};

/// Prints what verdicts add up to.
pub(super) async fn run(
    args: StandingsArgs,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let engine = (desk.open)(report)?;
    let mut some_missed = false;
    let images = if args.paths.is_empty() {
        None
    } else {
        let found = batch::pictures(&engine, &args.paths, args.recursive, report).await?;
        let Some(found) = found else {
            return Ok(Exit::CouldNotStart);
        };
        some_missed = found.some_missed;
        let mut images = HashSet::new();
        for picture in &found.pictures {
            match engine.identify(picture).await {
                Ok(image) => _ = images.insert(image),
                Err(error) => {
                    some_missed = true;
                    report.error(&error.problem());
                }
            }
        }
        Some(images)
    };
    let StandingsArgs {
        models,
        presets,
        blind,
        json,
        ..
    } = args;
    let is_meant = move |one: &Contestant| {
        let preset = one.preset.as_ref();
        (models.is_empty() || models.contains(&one.model))
            && (presets.is_empty() || preset.is_some_and(|preset| presets.contains(preset)))
    };
    let part = move |verdict: Verdict| {
        let is_of_them = images.as_ref().is_none_or(|it| it.contains(&verdict.image));
        (is_of_them && (verdict.blind || !blind)).then(|| verdict.among(&is_meant))?
    };
    let compared = engine.compared(part).await?;
    if json {
        report.object(&StandingsRecord::of(&compared))?;
    } else if compared.standings.verdicts == 0 {
        return Err(none(&engine).await?.into());
    } else {
        print(&compared, report)?;
    }
    Ok(batch::exit(None, some_missed))
}

/// Why there are no standings.
async fn none(engine: &Engine) -> Result<Problem, Stop> {
    let all = engine.compared(Some).await?.standings.verdicts;
    Ok(if all == 0 {
        Problem::new("there are no verdicts yet")
            .with_hint("caption pictures with several models and judge them in the dashboard")
    } else {
        Problem::new("none of the verdicts is about these")
            .with_hint("`blipboard standings` alone adds up all of them")
    })
}

/// A table for people, and what it tells in words.
pub(super) fn print(compared: &Compared, report: &mut Report) -> Result<(), Stop> {
    let titles = [&[""], TITLES.as_slice()].concat();
    let rows: Vec<_> = compared
        .rows()
        .map(|row| {
            let name = row.name().shown(usize::MAX);
            std::iter::once(name).chain(row.cells()).collect()
        })
        .collect();
    for line in columns::table(&titles, &rows, report.columns()) {
        report.data(&line)?;
    }
    for sentence in compared.standings.words() {
        report.data(&sentence.shown(usize::MAX))?;
    }
    Ok(())
}

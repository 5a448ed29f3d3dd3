//! `blipboard cache`.

use std::io;

use serde::Serialize;

use crate::domain::problem::Problem;
use crate::domain::text::Foreign;
use crate::engine::{Holdings, Thumbnails};

use super::report::Report;
use super::{CacheCommand, Desk, Exit, Stop, shown};

/// What a script is told.
#[derive(Serialize)]
struct Record {
    folder: String,
    thumbnails: u64,
    bytes: u64,
}

/// Tells how much the thumbnails take and where they lie, or deletes them.
pub(super) fn run(
    command: Option<CacheCommand>,
    json: bool,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let thumbnails = Thumbnails::new(&desk.folders.cache);
    let held = match command {
        None => thumbnails.holdings(),
        Some(CacheCommand::Clear) => thumbnails.clear(),
    };
    let held = held.map_err(|error| problem(&thumbnails, &error))?;
    let folder = thumbnails.folder();
    match (command, json) {
        (Some(CacheCommand::Clear), _) => report.note(&format!("deleted {}", told(held))),
        (None, true) => report.object(&Record {
            folder: Foreign::from_os(folder.as_os_str()).raw().to_owned(),
            thumbnails: held.count,
            bytes: held.bytes,
        })?,
        (None, false) => report.labelled(&told(held), &format!(" {}", shown(folder)))?,
    }
    Ok(Exit::Done)
}

fn problem(thumbnails: &Thumbnails, error: &io::Error) -> Problem {
    let folder = shown(thumbnails.folder());
    Problem::new(format!("cannot use the thumbnails in {folder}: {error}"))
}

/// `1 thumbnail, 0.1 MB`.
fn told(held: Holdings) -> String {
    let tenths = held.bytes.div_ceil(100_000);
    let thumbnails = match held.count {
        1 => "1 thumbnail".to_owned(),
        count => format!("{count} thumbnails"),
    };
    format!("{thumbnails}, {}.{} MB", tenths / 10, tenths % 10)
}

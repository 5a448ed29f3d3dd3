//! `blipboard config`.

use std::collections::BTreeMap;

use crate::domain::text::Foreign;

use super::report::Report;
use super::{ConfigCommand, Desk, Exit, Stop, shown};

/// Shows the settings, or where our own files lie.
pub(super) fn run(
    command: &ConfigCommand,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    match command {
        ConfigCommand::Show => show(desk, report),
        ConfigCommand::Path { json } => paths(*json, desk, report),
    }
}

/// What holds, and beside it what was wrong.
fn show(desk: &Desk<'_>, report: &mut Report) -> Result<Exit, Stop> {
    report.data(desk.loaded.settings.to_string().trim_end())?;
    for problem in &desk.loaded.problems {
        report.error(problem);
    }
    Ok(if desk.loaded.problems.is_empty() {
        Exit::Done
    } else {
        Exit::CouldNotStart
    })
}

fn paths(json: bool, desk: &Desk<'_>, report: &mut Report) -> Result<Exit, Stop> {
    let files = [
        ("settings", desk.folders.config_file()),
        ("keymap", desk.folders.keymap_file()),
        ("history", desk.folders.history_file()),
        ("log", desk.folders.log_file()),
    ];
    if json {
        let object: BTreeMap<_, _> = files
            .iter()
            .map(|(label, path)| (label, Foreign::from_os(path.as_os_str()).raw().to_owned()))
            .collect();
        report.object(&object)?;
        return Ok(Exit::Done);
    }
    for (label, path) in files {
        report.labelled(&format!("{label:<8}"), &shown(&path))?;
    }
    Ok(Exit::Done)
}

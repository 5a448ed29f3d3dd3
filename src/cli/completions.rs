//! `blipboard completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::report::Report;
use super::{Cli, Exit, Stop};

/// Prints the completions for `shell`.
pub(super) fn print(shell: Shell, report: &mut Report) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "blipboard", &mut script);
    report.data(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Done)
}

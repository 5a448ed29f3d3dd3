//! The command line: what can be typed, and one function for each subcommand.
//!
//! Data goes to stdout, everything else to stderr; [`Exit`] lists the exit codes.

mod args;
mod auth;
mod batch;
mod cache;
mod caption;
mod columns;
mod compare;
mod completions;
mod config;
pub mod delay;
mod doctor;
mod history;
mod models;
mod preview;
pub mod report;
mod standings;
mod unseen;

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::config::{Environment, Folders, Loaded};
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::terminal::Findings;
use crate::domain::text::Foreign;
use crate::engine::{Engine, EngineError};

pub use args::{
    AuthCommand, CacheCommand, CaptionArgs, Cli, Command, Common, CompareArgs, ConfigCommand,
    ExportArgs, ForgetArgs, HistoryCommand, ImportArgs, LsArgs, ModelSort, ModelsCommand,
    ReplaceArgs, SearchArgs, StandingsArgs,
};
use report::Report;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything was done, or nobody reads the rest of it.
    Done,
    /// 1: some of it failed.
    SomeFailed,
    /// 2: nothing was begun, or the dashboard broke.
    CouldNotStart,
    /// 129: the line to the terminal is gone.
    Hangup,
    /// 130: the person stopped it.
    Interrupted,
    /// 143: the system stopped it.
    Terminated,
}

impl Exit {
    fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeFailed => 1,
            Self::CouldNotStart => 2,
            Self::Hangup => 129,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a subcommand ended early.
#[derive(Debug)]
enum Stop {
    /// Something that the person has to know.
    Problem(Problem),
    /// Stdout takes no more.
    Output(io::Error),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Self::Problem(error.problem())
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// What a subcommand finds ready.
pub struct Desk<'a> {
    /// Where our own files lie.
    pub folders: &'a Folders,
    /// The settings, and what was wrong with them.
    pub loaded: &'a Loaded,
    /// The environment.
    pub environment: &'a Environment,
    /// Opens history, and tells on the way what the person should know of it.
    pub open: &'a dyn Fn(&mut Report) -> Result<Engine, Problem>,
    /// Finds out what there is to know of the terminal.
    pub examine: &'a dyn Fn() -> Findings,
}

/// Does what was typed.
pub async fn run(command: Command, desk: &Desk<'_>, report: &mut Report) -> Exit {
    let problems = &desk.loaded.problems;
    if command.uses_history() && !problems.is_empty() {
        for problem in problems {
            report.error(problem);
        }
        return Exit::CouldNotStart;
    }
    let ended = match command {
        Command::Caption(args) => caption::run(args, desk, report).await,
        Command::Compare(args) => compare::run(args, desk, report).await,
        Command::Standings(args) => standings::run(args, desk, report).await,
        Command::History(command) => history::run(command, desk, report).await,
        Command::Models(command) => models::run(command, desk, report).await,
        Command::Auth(command) => auth::run(command, desk, report).await,
        Command::Config(command) => config::run(&command, desk, report),
        Command::Cache { command, json } => cache::run(command, json, desk, report),
        Command::Doctor { json } => doctor::run(json, desk, report),
        Command::Completions { shell } => completions::print(shell, report),
    };
    match ended {
        Ok(exit) => exit,
        Err(Stop::Problem(problem)) => {
            report.error(&problem);
            Exit::CouldNotStart
        }
        // Whoever closed the pipe has read what they wanted.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(Stop::Output(error)) => {
            report.error(&Problem::new(format!("cannot write to stdout: {error}")));
            Exit::SomeFailed
        }
    }
}

/// Looks for an endpoint that may be rented.
///
/// # Errors
/// It is neither configured nor rented.
async fn find(engine: &Engine, model: &ModelRef, desk: &Desk<'_>) -> Result<(), Problem> {
    if engine.finds(model).await {
        return Ok(());
    }
    let name = model.name().shown(120);
    let name = name.trim_start_matches("endpoint:");
    let file = shown(&desk.folders.config_file());
    Err(
        Problem::new(format!("no endpoint is called `{name}`")).with_hint(format!(
            "`blipboard models ls` lists yours; one more is a table [endpoints.{name}] in {file}"
        )),
    )
}

/// A path that means the same everywhere, its folder named as the dashboard names it. A link to a
/// file keeps its own name; what cannot be found stays as it was written.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let found = match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if !path.is_dir() => {
            folder.canonicalize().map(|folder| folder.join(name))
        }
        _ => path.canonicalize(),
    };
    found.unwrap_or(path)
}

/// A whole path, safe to show.
fn shown(path: &Path) -> String {
    Foreign::from_os(path.as_os_str()).shown(usize::MAX)
}

/// A path as seen from the working folder, where it lies below; safe to show.
fn nearby(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    shown(path.strip_prefix(here).unwrap_or(path))
}

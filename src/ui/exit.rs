//! How the dashboard ends.

use std::io;

use crate::domain::problem::Problem;

/// How the dashboard ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The person left.
    Done,
    /// By SIGINT.
    Interrupted,
    /// By SIGTERM.
    Terminated,
    /// By SIGHUP, or the line is gone.
    Hangup,
}

/// Why the dashboard could not begin, or not go on.
#[derive(Debug, thiserror::Error)]
pub enum UiError {
    /// There is no terminal to take over.
    #[error("the terminal cannot be used")]
    NoTerminal(#[source] io::Error),
    /// Keys are read no more, and the dashboard ended for that.
    #[error("the dashboard ended: the part of it that reads keys broke")]
    Deaf,
}

impl UiError {
    /// The error as a person reads it.
    pub fn problem(&self) -> Problem {
        let problem = Problem::from_error(self);
        match self {
            Self::NoTerminal(_) => problem,
            Self::Deaf => problem.with_hint("see the log file; `blipboard config path` names it"),
        }
    }
}

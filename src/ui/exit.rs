//! How the dashboard ends.

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

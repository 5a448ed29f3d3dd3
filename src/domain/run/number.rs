//! The number of a run, apart from the run: what is said of a run needs no more.

/// Number of a run in history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

//! A passing line in place of the hints.

use jiff::Timestamp;

use crate::domain::problem::Problem;
use crate::domain::text::Foreign;

/// It stays for so long, in milliseconds.
const STAYS_MS: i64 = 6_000;

/// A passing line.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// What it says.
    pub text: Foreign,
    /// What the person can do about it.
    pub hint: Option<Foreign>,
    /// True for something that went wrong.
    pub bad: bool,
    since: Timestamp,
}

impl Notice {
    /// Says `text` from now on.
    pub fn of(text: impl Into<String>, now: Timestamp) -> Self {
        Self {
            text: Foreign::new(text),
            hint: None,
            bad: false,
            since: now,
        }
    }

    /// Says from now on what went wrong.
    pub fn of_problem(problem: &Problem, now: Timestamp) -> Self {
        Self {
            text: problem.sentence(),
            hint: problem.hint.clone(),
            bad: true,
            since: now,
        }
    }

    /// True once it stood long enough.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.as_millisecond() - self.since.as_millisecond() > STAYS_MS
    }
}

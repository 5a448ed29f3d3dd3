//! What stands over the panes: boxes to read, lists, questions, and the field in the last line.

pub mod card;
pub mod field;
pub mod help;
pub mod jobs;
pub mod question;
pub mod reading;

use super::command::Context;

/// Something over the panes; only the topmost gets keys.
#[derive(Debug)]
pub enum Overlay {
    /// The card of the first start.
    Card(card::Card),
    /// The field in the last line: a command, or what to find.
    Field(field::Field),
    /// Help of what is on screen.
    Help(help::Help),
    /// The list of jobs.
    Jobs(jobs::JobsList),
    /// A question.
    Question(question::Question),
    /// A box to read and close.
    Reading(reading::Reading),
}

impl Overlay {
    /// Which keys count while it is on top.
    pub fn context(&self) -> Context {
        match self {
            Self::Card(_) => Context::Card,
            Self::Field(_) | Self::Help(_) => Context::Text,
            Self::Jobs(_) => Context::Jobs,
            Self::Question(_) => Context::Question,
            Self::Reading(_) => Context::Reading,
        }
    }
}

//! What stands over the panes: boxes to read, lists, menus, questions, forms, and the field in the
//! last line.

pub mod card;
pub mod editing;
pub mod field;
pub mod form;
pub mod help;
pub mod jobs;
pub mod menu;
pub mod question;
pub mod reading;
pub mod standings;
pub mod versions;

use super::command::Context;

/// Something over the panes; only the topmost gets keys.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The card of the first start.
    Card(card::Card),
    /// A caption that is rewritten.
    Editing(editing::Editing),
    /// The field in the last line: a command, or what to find.
    Field(field::Field),
    /// A form to fill in.
    Form(form::Form),
    /// Help of what is on screen.
    Help(help::Help),
    /// The list of jobs.
    Jobs(jobs::JobsList),
    /// Rows to choose from.
    Menu(menu::Menu),
    /// A question.
    Question(question::Question),
    /// A box to read and close.
    Reading(reading::Reading),
    /// Standings.
    Standings(standings::StandingsBox),
    /// Versions of a caption.
    Versions(versions::Versions),
}

impl Overlay {
    /// Which keys count while it is on top.
    pub fn context(&self) -> Context {
        match self {
            Self::Card(_) => Context::Card,
            Self::Field(_) | Self::Help(_) => Context::Text,
            Self::Editing(_) => Context::Editing,
            Self::Form(_) => Context::Form,
            Self::Jobs(_) => Context::Jobs,
            Self::Menu(_) => Context::Menu,
            Self::Question(_) => Context::Question,
            Self::Reading(_) => Context::Reading,
            Self::Standings(_) => Context::Standings,
            Self::Versions(_) => Context::Versions,
        }
    }
}

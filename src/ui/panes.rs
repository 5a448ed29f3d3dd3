//! The four panes: each keeps its own state, answers commands, takes in news and draws itself.

pub mod captions;
pub mod files;
pub mod history;
pub mod models;

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::jobs::Jobs;
use super::theme::Theme;

/// A pane of the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The folder.
    Files,
    /// The models.
    Models,
    /// What models say of the picture in sight.
    Captions,
    /// What was done.
    History,
}

impl Pane {
    /// In the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Files, Self::Models, Self::Captions, Self::History];

    /// The one after it, round and round.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Files => Self::Models,
            Self::Models => Self::Captions,
            Self::Captions => Self::History,
            Self::History => Self::Files,
        }
    }

    /// The one before it.
    #[must_use]
    pub fn previous(self) -> Self {
        self.next().next().next()
    }
}

/// What a pane needs to draw itself beside its own state.
pub struct Scene<'a> {
    /// How things look.
    pub theme: Theme,
    /// True where keys go to this pane.
    pub focused: bool,
    /// True where it has the whole screen.
    pub zoomed: bool,
    /// What runs.
    pub jobs: &'a Jobs,
    /// The time.
    pub now: Timestamp,
    /// The person's time zone.
    pub zone: &'a TimeZone,
    /// The person's home folder.
    pub home: Option<&'a Path>,
}

impl Scene<'_> {
    /// A turning sign of work.
    pub fn spinner(&self) -> &'static str {
        const SIGNS: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
        let step = self.now.as_millisecond().rem_euclid(1_000) / 100;
        SIGNS
            .get(usize::try_from(step).unwrap_or(0))
            .unwrap_or(&"⠋")
    }
}

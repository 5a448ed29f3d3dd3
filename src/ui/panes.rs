//! The four panes: each keeps its own state, answers commands, takes in news and draws itself.

pub mod captions;
pub mod files;
pub mod history;
pub mod models;

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::command::Context;
pub use super::command::Pane;
use super::comparison::Comparison;
use super::jobs::Jobs;
use super::keymap::Keymap;
use super::places::Places;
use super::presets::Presets;
use super::theme::Theme;
use crate::domain::request::CaptionRequest;

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
    /// Where the pictures of runs lie now.
    pub places: &'a Places,
    /// The comparison, where one was begun.
    pub comparison: Option<&'a Comparison>,
    /// The time.
    pub now: Timestamp,
    /// The person's time zone.
    pub zone: &'a TimeZone,
    /// The person's home folder.
    pub home: Option<&'a Path>,
    /// Presets, and which is in force.
    pub presets: &'a Presets,
    /// Which key does what.
    pub keymap: &'a Keymap,
}

impl Scene<'_> {
    /// The key of a command that counts in this context or everywhere, for people.
    pub fn key(&self, context: Context, name: &str) -> String {
        self.keymap.said(&[context, Context::Global], name)
    }

    /// True while nobody may see what became of this request: it is part of a blind comparison.
    pub fn hides(&self, request: &CaptionRequest) -> bool {
        self.comparison.is_some_and(|it| it.hides_request(request))
    }

    /// A turning sign of work.
    pub fn spinner(&self) -> &'static str {
        const SIGNS: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
        let step = self.now.as_millisecond().rem_euclid(1_000) / 100;
        SIGNS
            .get(usize::try_from(step).unwrap_or(0))
            .unwrap_or(&"⠋")
    }
}

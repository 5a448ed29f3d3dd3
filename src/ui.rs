//! The dashboard.
//!
//! A key press becomes a [`command::Command`], anything that happens a [`message::Message`];
//! [`update::update`] changes the [`state::State`] and answers with [`effect::Effect`]s, which the
//! runtime performs; [`view::view`] draws the state. Only the runtime, the terminal and what
//! performs effects know a clock, a thread or a file.

pub mod account;
pub mod ascii;
mod burst;
pub mod command;
pub mod commands;
pub mod comparison;
pub mod doctor;
pub mod editor;
pub mod effect;
mod escapes;
mod events;
mod exit;
pub mod facts;
pub mod foresight;
pub mod jobs;
pub mod keymap;
pub mod layout;
mod line;
pub mod list;
mod look;
pub mod message;
pub mod notice;
mod outside;
pub mod overlay;
pub mod painter;
pub mod panes;
pub mod pen;
mod perform;
pub mod pictures;
pub mod places;
pub mod presets;
pub mod probe;
pub mod reviews;
mod runtime;
pub mod say;
pub mod search;
mod signals;
pub mod spending;
pub mod state;
mod status;
mod surroundings;
pub mod terminal;
pub mod theme;
pub mod token;
pub mod update;
pub mod view;
pub mod wrap;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::Environment;
use crate::domain::endpoint::Endpoint;
use crate::domain::graphics::Graphics;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::request::Terms;
use crate::domain::sort::Sort;
use crate::engine::Engine;
use keymap::Keymap;
use line::Live;
use painter::press::Press;
use presets::Presets;
use probe::choice::Wish;
use runtime::Runtime;
use state::{Start, State};
use theme::Theme;

pub use exit::{Exit, UiError};
pub use surroundings::{Surroundings, Unfit};

/// The time between two frames, and the time that a lone Esc waits for a tail: on this machine, and
/// over ssh.
const NEAR: (Duration, Duration) = (Duration::from_millis(16), Duration::from_millis(10));
const FAR: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(40));

/// What the dashboard is given.
pub struct Setup {
    /// Does all the work.
    pub engine: Engine,
    /// The folder to show, absolute.
    pub folder: PathBuf,
    /// The file in it to begin with.
    pub file: Option<OsString>,
    /// What is chosen until something else was remembered.
    pub models: Vec<ModelRef>,
    /// How pictures are asked about where no preset is in force.
    pub terms: Terms,
    /// Presets, and which is in force.
    pub presets: Presets,
    /// How files stand.
    pub sort: Sort,
    /// Whether hidden files are shown.
    pub hidden: bool,
    /// Which key does what.
    pub keymap: Keymap,
    /// What is known of the terminal.
    pub surroundings: Surroundings,
    /// How the person wants pictures to be shown.
    pub graphics: Graphics,
    /// What one picture may cost on the line, in bytes; `None` where nobody said.
    pub picture_budget: Option<usize>,
    /// Endpoints of one's own, by name, as the configuration has them.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Where the tokens of endpoints may lie.
    pub environment: Environment,
    /// The person's home folder.
    pub home: Option<PathBuf>,
    /// Where the configuration file is.
    pub config_file: PathBuf,
    /// What went wrong before the screen was there.
    pub problems: Vec<Problem>,
}

/// Shows the dashboard until the person or the system wants no more.
///
/// # Errors
/// There is no terminal to take over, or no key can be read any more.
pub async fn run(setup: Setup) -> Result<Exit, UiError> {
    // What may wait for a disk, and what a signal does, is settled before the terminal is ours.
    let first = setup.engine.is_first_start().await;
    let signals = signals::Signals::new().map_err(UiError::NoTerminal)?;
    let far = setup.surroundings.ssh;
    let (interval, patience) = if far { FAR } else { NEAR };
    let press = Press::take().inspect_err(|error| {
        tracing::warn!(%error, "pictures stay in half blocks");
    });
    let wish = Wish {
        surroundings: setup.surroundings,
        graphics: setup.graphics,
        budget: setup.picture_budget,
        cell: terminal::cell(),
    };
    let line = Live::take(signals, patience, wish).map_err(UiError::NoTerminal)?;
    let size = terminal::size().map_err(UiError::NoTerminal)?;
    let (state, effects) = State::new(Start {
        folder: setup.folder,
        file: setup.file,
        sort: setup.sort,
        hidden: setup.hidden,
        cards: setup.engine.models(),
        token: setup.engine.token(),
        endpoints: setup.endpoints,
        chosen: setup.models,
        terms: setup.terms,
        presets: setup.presets,
        keymap: setup.keymap,
        theme: Theme::new(setup.surroundings.depth).with_utf8(setup.surroundings.utf8),
        size,
        now: Timestamp::now(),
        zone: TimeZone::system(),
        home: setup.home,
        first,
        config_file: setup.config_file,
        problems: setup.problems,
        read_only: setup.engine.read_only().cloned(),
    });
    let runtime = Runtime::new(
        state,
        effects,
        setup.engine,
        setup.environment,
        line,
        interval,
        press.ok().map(Arc::new),
    );
    runtime.run().await
}

#[cfg(test)]
mod tests;

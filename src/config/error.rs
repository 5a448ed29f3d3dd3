//! What can be wrong with the configuration.

use std::io;

use crate::domain::problem::Problem;
use crate::domain::text::{Foreign, list};

use super::Source;

/// What can be wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Nobody said where files shall lie.
    #[error("this account has no home folder")]
    NoHome,
    /// The file is there and cannot be read.
    #[error("cannot read {file}")]
    Unreadable {
        /// The file, safe to show.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// A folder, a pipe or a device has the file's name.
    #[error("{0} is no plain file")]
    NotAFile(String),
    /// No person wrote a file as large as this.
    #[error("{0} is larger than 1 MiB")]
    TooLarge(String),
    /// The file is no text.
    #[error("{0}: this line is not UTF-8 text")]
    NotText(Source),
    /// The file is no TOML.
    #[error("{place}: {message}")]
    Syntax {
        /// Where.
        place: Source,
        /// What the parser says.
        message: String,
    },
    /// A key that means nothing.
    #[error("{place}: nothing is called `{key}`")]
    UnknownKey {
        /// Where.
        place: Source,
        /// The key, safe to show.
        key: String,
        /// What to write instead.
        instead: String,
    },
    /// A table whose name is none.
    #[error("{place}: `{name}` cannot be the name of {whose}")]
    Name {
        /// Where.
        place: Source,
        /// The name, safe to show.
        name: String,
        /// Of what: `an endpoint`, `a preset`.
        whose: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
    /// A preset that is not there.
    #[error("{place}: no preset is called `{name}`")]
    UnknownPreset {
        /// Where it is named.
        place: Source,
        /// The name, safe to show.
        name: String,
        /// What to write instead.
        instead: String,
    },
    /// A key that has to be there is not.
    #[error("{place}: `{key}` is missing")]
    MissingKey {
        /// Where it should be.
        place: Source,
        /// The key, safe to show.
        key: String,
        /// What to write.
        instead: String,
    },
    /// A value of the wrong type or out of range.
    #[error("{place}: `{key}` cannot be `{found}`")]
    Value {
        /// Where.
        place: Source,
        /// The key, safe to show.
        key: String,
        /// What is written there, safe to show.
        found: String,
        /// What to write instead.
        instead: String,
    },
    /// The Hugging Face token would go over the network for everybody to read.
    #[error("{place}: the Hugging Face token may not go to `{endpoint}` over plain http")]
    InTheClear {
        /// Where the endpoint is.
        place: Source,
        /// The endpoint's name.
        endpoint: String,
    },
    /// The file cannot be changed; it is as it was.
    #[error("cannot write {file}")]
    Unwritable {
        /// The file, safe to show.
        file: String,
        /// Why.
        source: io::Error,
    },
}

impl ConfigError {
    /// A value that cannot be. What may be an address with a password in it is not repeated.
    pub(super) fn value(place: Source, key: &str, found: &str, instead: String) -> Self {
        let found = if found.contains('@') { "…" } else { found };
        Self::Value {
            place,
            key: Foreign::new(key).shown(40),
            found: Foreign::new(found).shown(40),
            instead,
        }
    }

    /// A preset is named that is none of `known`.
    pub(super) fn unknown_preset<'a>(
        place: Source,
        name: &str,
        known: impl ExactSizeIterator<Item = &'a String>,
    ) -> Self {
        let instead = match known.len() {
            0 => format!("there are none yet: write a table [presets.{name}]"),
            _ => format!("there are: {}", list(known, 20)),
        };
        Self::UnknownPreset {
            place,
            name: Foreign::new(name).shown(40),
            instead: Foreign::new(instead).shown(500),
        }
    }

    /// True where `key` is wrong.
    pub(super) fn is_about(&self, key: &str) -> bool {
        matches!(self, Self::Value { key: wrong, .. } if wrong == key)
    }

    /// True where the person may have set a key of the file that was not understood.
    pub(super) fn may_hide_a_key(&self) -> bool {
        match self {
            Self::Unreadable { .. }
            | Self::NotAFile(_)
            | Self::TooLarge(_)
            | Self::NotText(_)
            | Self::Syntax { .. }
            | Self::UnknownKey { .. }
            | Self::Name { .. } => true,
            Self::NoHome
            | Self::MissingKey { .. }
            | Self::UnknownPreset { .. }
            | Self::Value { .. }
            | Self::InTheClear { .. }
            | Self::Unwritable { .. } => false,
        }
    }

    /// The error as a person reads it, with what to do.
    pub fn problem(&self) -> Problem {
        let hint = match self {
            Self::NoHome => "set BLIPBOARD_CONFIG_DIR, BLIPBOARD_DATA_DIR and BLIPBOARD_CACHE_DIR",
            Self::Unreadable { .. } => "make it readable for you, or move it away",
            Self::NotAFile(_) | Self::TooLarge(_) => "move it away",
            Self::NotText(_) => "save the file as UTF-8",
            Self::Syntax { .. } => "the file is TOML: one `key = value` a line, text in quotes",
            Self::InTheClear { .. } => "write an address that begins with https://",
            Self::Unwritable { .. } => "make the file and its folder writable for you",
            Self::Name { instead, .. } => instead,
            Self::UnknownKey { instead, .. }
            | Self::MissingKey { instead, .. }
            | Self::UnknownPreset { instead, .. }
            | Self::Value { instead, .. } => instead,
        };
        Problem::from_error(self).with_hint(hint)
    }
}

/// A path or key as it stands in a message: safe to show, and long enough to be found.
pub(super) fn shown(text: &Foreign) -> String {
    text.shown(1000)
}

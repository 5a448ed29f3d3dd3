//! The person's settings: defaults, then `config.toml`, then the environment, then flags.
//!
//! Every value knows where it came from. What is wrong is told as a [`Problem`] with its place and
//! what to write instead, and the value below it stays in force; whether that is reason enough to
//! stop is for the caller to decide. Nothing here is ever read from a folder of pictures.

mod draft;
pub mod edit;
mod endpoint;
mod error;
mod file;
mod folders;
mod hugging_face;
mod number;
mod preset;
mod settings;
mod show;
mod value;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;

use crate::domain::graphics::Graphics;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::request::{Effort, UploadSpec};
use crate::domain::text::Foreign;

pub use draft::{Draft, Fault};
pub use endpoint::look_up_token;
pub use error::ConfigError;
pub use folders::Folders;
pub use hugging_face::HuggingFace;
pub use number::{
    Concurrency, DailyCap, LengthLimit, MaxTokens, PictureBudget, Temperature, Timeout, Whole,
};
pub use settings::Settings;
pub use value::{Color, LogLevel, SCALED, Word};

/// The environment as it was handed in, so that a test needs no variable of its process.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

/// Only the names: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        std::env::vars_os().collect()
    }

    /// The variable `name`; one that is empty counts as not set.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        let value = self.0.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value)
    }

    /// The variables that name proxies, or whom to reach without one. What is no text stays there
    /// as something that names no proxy.
    pub fn proxies(&self) -> BTreeMap<String, String> {
        let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];
        let names = names.map(str::to_owned);
        let names = names
            .iter()
            .cloned()
            .chain(names.iter().map(|name| name.to_lowercase()));
        names
            .filter_map(|name| {
                Some((
                    name.clone(),
                    self.get(&name)?.to_string_lossy().into_owned(),
                ))
            })
            .collect()
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Built in.
    Default,
    /// Line `line` (from 1) of the file `path`.
    File {
        /// The file.
        path: Foreign,
        /// The line, counted from 1.
        line: usize,
    },
    /// Nothing yet: it was handed in to be written.
    Unwritten,
    /// A variable of the environment.
    Environment(String),
    /// A flag on the command line, with its dashes.
    Flag(&'static str),
}

/// `default`, `PATH:LINE`, `not written`, the name of the variable, the flag.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", error::shown(path)),
            Self::Unwritten => f.write_str("not written"),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// What holds.
    pub value: T,
    /// Who said so.
    pub source: Source,
}

impl<T> Setting<T> {
    fn built_in(value: T) -> Self {
        Self {
            value,
            source: Source::Default,
        }
    }

    fn by_flag(&mut self, value: Option<T>, flag: &'static str) {
        if let Some(value) = value {
            *self = Self {
                value,
                source: Source::Flag(flag),
            };
        }
    }

    /// The value, where a flag said it.
    fn typed(&self) -> Option<T>
    where
        T: Clone,
    {
        matches!(self.source, Source::Flag(_)).then(|| self.value.clone())
    }
}

/// What the command line said.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--model`; not empty.
    pub models: Option<Vec<ModelRef>>,
    /// `--concurrency`.
    pub concurrency: Option<Concurrency>,
    /// `--prompt`.
    pub prompt: Option<String>,
    /// `--system`.
    pub system: Option<String>,
    /// `--max-tokens`.
    pub max_tokens: Option<MaxTokens>,
    /// `--temperature`.
    pub temperature: Option<Temperature>,
    /// `--seed`.
    pub seed: Option<i64>,
    /// `--effort`.
    pub effort: Option<Effort>,
    /// `--preset`.
    pub preset: Option<String>,
    /// `--upload`.
    pub upload: Option<UploadSpec>,
    /// `--timeout`.
    pub timeout: Option<Timeout>,
    /// `--color`, or `--no-color` for never.
    pub color: Option<Color>,
    /// `--graphics`.
    pub graphics: Option<Graphics>,
}

/// What was found, and what was wrong with it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What holds: whatever was wrong is left out.
    pub settings: Settings,
    /// The text of `keymap.toml`, where there is one.
    pub keymap: Option<String>,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

/// Reads all settings. What is wrong is told in [`Loaded::problems`] and otherwise ignored.
pub fn load(folders: &Folders, environment: &Environment, flags: Flags) -> Loaded {
    let mut settings = Settings::default();
    let mut errors = file::take(&mut settings, &folders.config_file());
    errors.extend(settings.take_environment(environment));
    settings.doubt_the_cap(&errors);
    settings.take_flags(flags);
    errors.extend(settings.settle_preset());
    settings.look_up_tokens(environment);
    let keymap = file::read(&folders.keymap_file()).unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    Loaded {
        settings,
        keymap,
        problems: errors.iter().map(ConfigError::problem).collect(),
    }
}

#[cfg(test)]
mod tests;

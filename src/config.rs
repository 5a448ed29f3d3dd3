//! The person's settings: defaults, then `config.toml`, then the environment, then flags.
//!
//! Every value knows where it came from. What is wrong is told as a [`Problem`] with its place and
//! what to write instead, and the value below it stays in force; whether that is reason enough to
//! stop is for the caller to decide. Nothing here is ever read from a folder of pictures.

mod endpoint;
mod error;
mod file;
mod folders;
mod show;
mod value;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;

use crate::domain::model::{Builtin, ModelRef};
use crate::domain::problem::Problem;
use crate::domain::sort::Sort;
use crate::domain::text::Foreign;

pub use endpoint::{Endpoint, TokenSource};
pub use error::ConfigError;
pub use folders::Folders;
pub use value::{Color, Concurrency, LogLevel, Word};

use value::{Value, Written};

/// The environment as it was handed in, so that a test needs no variable of its process.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

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
    /// A variable of the environment.
    Environment(String),
    /// A flag on the command line, with its dashes.
    Flag(&'static str),
}

/// `default`, `PATH:LINE`, the name of the variable, the flag.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", error::shown(path)),
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
}

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Who captions where nobody says otherwise; never empty.
    pub models: Setting<Vec<ModelRef>>,
    /// The instruction that goes with a picture.
    pub prompt: Setting<String>,
    /// How many requests may be in flight at once.
    pub concurrency: Setting<Concurrency>,
    /// True where hidden files are listed.
    pub hidden: Setting<bool>,
    /// The order of the list of files.
    pub sort: Setting<Sort>,
    /// When output is coloured.
    pub color: Setting<Color>,
    /// How much is written to the log.
    pub log: Setting<LogLevel>,
    /// Endpoints of one's own by their names.
    pub endpoints: BTreeMap<String, Setting<Endpoint>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            models: Setting::built_in(vec![ModelRef::Builtin(Builtin::Describe)]),
            prompt: Setting::built_in("Describe this image in one sentence.".to_owned()),
            concurrency: Setting::built_in(Concurrency::default()),
            hidden: Setting::built_in(false),
            sort: Setting::built_in(Sort::Name),
            color: Setting::built_in(Color::Auto),
            log: Setting::built_in(LogLevel::Info),
            endpoints: BTreeMap::new(),
        }
    }
}

/// The keys that hold one value. The environment calls them `BLIPBOARD_` and the key in capitals.
const KEYS: [&str; 7] = [
    "models",
    "prompt",
    "concurrency",
    "hidden",
    "sort",
    "color",
    "log",
];

impl Settings {
    /// Takes the value of one of [`KEYS`].
    ///
    /// # Errors
    /// What to write instead.
    fn take(&mut self, key: &str, written: &Written<'_>, source: Source) -> Result<(), String> {
        fn read<T: Value>(
            setting: &mut Setting<T>,
            written: &Written<'_>,
            source: Source,
        ) -> Result<(), String> {
            *setting = Setting {
                value: T::read(written)?,
                source,
            };
            Ok(())
        }
        match key {
            "models" => read(&mut self.models, written, source),
            "prompt" => read(&mut self.prompt, written, source),
            "concurrency" => read(&mut self.concurrency, written, source),
            "hidden" => read(&mut self.hidden, written, source),
            "sort" => read(&mut self.sort, written, source),
            "color" => read(&mut self.color, written, source),
            "log" => read(&mut self.log, written, source),
            other => Err(format!("nothing is called `{other}`")),
        }
    }

    fn take_environment(&mut self, environment: &Environment) -> Vec<ConfigError> {
        let no_color = "NO_COLOR"; // https://no-color.org
        if environment.get(no_color).is_some() {
            self.color = Setting {
                value: Color::Never,
                source: Source::Environment(no_color.to_owned()),
            };
        }
        let mut errors = Vec::new();
        for key in KEYS {
            let name = format!("BLIPBOARD_{}", key.to_ascii_uppercase());
            let Some(value) = environment.get(&name) else {
                continue;
            };
            let text = Foreign::from_os(value);
            let source = Source::Environment(name);
            if let Err(instead) = self.take(key, &Written::Text(text.raw()), source.clone()) {
                errors.push(ConfigError::Value {
                    place: source,
                    key: key.to_owned(),
                    found: text.shown(40),
                    instead,
                });
            }
        }
        errors
    }

    fn take_flags(&mut self, flags: Flags) {
        self.models.by_flag(flags.models, "--model");
        self.concurrency.by_flag(flags.concurrency, "--concurrency");
        self.color.by_flag(flags.color, "--color");
    }
}

/// What the command line said.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--model`; not empty.
    pub models: Option<Vec<ModelRef>>,
    /// `--concurrency`.
    pub concurrency: Option<Concurrency>,
    /// `--color`, or `--no-color` for never.
    pub color: Option<Color>,
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
    settings.take_flags(flags);
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

//! The values of settings: how each is read and written.

use toml::de::DeValue;

use crate::domain::model::ModelRef;
use crate::domain::sort::Sort;

/// A value as a person wrote it.
pub(super) enum Written<'a> {
    /// In the file.
    Toml(&'a DeValue<'a>),
    /// In the environment.
    Text(&'a str),
}

impl Written<'_> {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Toml(value) => value.as_str(),
            Self::Text(text) => Some(text),
        }
    }

    fn truth(&self) -> Option<bool> {
        match self {
            Self::Toml(value) => value.as_bool(),
            Self::Text(text) => text.parse().ok(),
        }
    }

    fn number(&self) -> Option<u64> {
        match self {
            Self::Toml(value) => {
                let number = value.as_integer()?;
                u64::from_str_radix(number.as_str(), number.radix()).ok()
            }
            Self::Text(text) => text.trim().parse().ok(),
        }
    }

    /// A list of texts; in the environment they are kept apart by commas.
    fn list(&self) -> Option<Vec<&str>> {
        match self {
            Self::Toml(value) => value
                .as_array()?
                .iter()
                .map(|item| item.get_ref().as_str())
                .collect(),
            Self::Text(text) => Some(text.split(',').map(str::trim).collect()),
        }
    }
}

/// A value that a setting can have.
pub(super) trait Value: Sized {
    /// The value that is written there.
    ///
    /// # Errors
    /// What to write instead.
    fn read(written: &Written<'_>) -> Result<Self, String>;

    /// As it is written in the file.
    fn toml(&self) -> String;
}

impl Value for Vec<ModelRef> {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        match written.list() {
            Some(names) if !names.is_empty() => names
                .into_iter()
                .map(|name| name.parse().map_err(|error| format!("{error}")))
                .collect(),
            _ => Err("write at least one model, such as [\"builtin/describe\"]".to_owned()),
        }
    }

    fn toml(&self) -> String {
        let names: Vec<String> = self
            .iter()
            .map(|model| quoted(model.name().raw()))
            .collect();
        format!("[{}]", names.join(", "))
    }
}

impl Value for String {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        match written.text() {
            Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
            _ => Err("write some text in quotes".to_owned()),
        }
    }

    fn toml(&self) -> String {
        quoted(self)
    }
}

impl Value for bool {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        written
            .truth()
            .ok_or_else(|| "write true or false".to_owned())
    }

    fn toml(&self) -> String {
        self.to_string()
    }
}

/// How many requests may be in flight at once: 1 to 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concurrency(u8);

impl Concurrency {
    /// `None` unless `number` is 1 to 64.
    pub fn new(number: u64) -> Option<Self> {
        u8::try_from(number)
            .ok()
            .filter(|number| (1..=64).contains(number))
            .map(Self)
    }

    /// The number.
    pub fn get(self) -> usize {
        self.0.into()
    }
}

/// Eight: enough to hide the waiting, few enough for a free account.
impl Default for Concurrency {
    fn default() -> Self {
        Self(8)
    }
}

impl std::str::FromStr for Concurrency {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        Self::read(&Written::Text(written))
    }
}

impl Value for Concurrency {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        written
            .number()
            .and_then(Self::new)
            .ok_or_else(|| "write a whole number from 1 to 64".to_owned())
    }

    fn toml(&self) -> String {
        self.0.to_string()
    }
}

/// A value that is one of a few words.
pub trait Word: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];

    /// The word for it.
    fn word(self) -> &'static str;
}

impl<T: Word> Value for T {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        let all = || T::ALL.iter().copied();
        written
            .text()
            .and_then(|text| all().find(|value| value.word() == text))
            .ok_or_else(|| {
                let words: Vec<&str> = all().map(Word::word).collect();
                format!("write one of {}", words.join(", "))
            })
    }

    fn toml(&self) -> String {
        quoted(self.word())
    }
}

impl Word for Sort {
    const ALL: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        self.name()
    }
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl Word for Color {
    const ALL: &'static [Self] = &[Self::Auto, Self::Always, Self::Never];

    fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// How much is written to the log: each level and those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// What went wrong.
    Error,
    /// What may go wrong.
    Warn,
    /// What happens.
    Info,
    /// How it happens.
    Debug,
    /// Every step.
    Trace,
}

impl Word for LogLevel {
    const ALL: &'static [Self] = &[
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Text as a TOML string on one line, with whatever a terminal must not see escaped.
pub(super) fn quoted(text: &str) -> String {
    use std::fmt::Write as _;

    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            letter if crate::domain::text::is_unsafe(letter) => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

//! The values of settings: how each is read and written.

use toml::de::DeValue;
use url::Url;

use crate::domain::graphics::Graphics;
use crate::domain::model::ModelRef;
use crate::domain::request::UploadSpec;
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

    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Self::Toml(value) => {
                let number = value.as_integer()?;
                i64::from_str_radix(number.as_str(), number.radix()).ok()
            }
            Self::Text(text) => text.trim().parse().ok(),
        }
    }

    /// With a point in it or without.
    pub(super) fn decimal(&self) -> Option<f64> {
        match self {
            Self::Toml(value) => match value.as_float() {
                Some(number) => number.as_str().parse().ok(),
                None => value
                    .as_integer()
                    .filter(|number| number.radix() == 10)?
                    .as_str()
                    .parse()
                    .ok(),
            },
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

    /// As it is written in the file; empty where there is nothing to write.
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

/// A setting that need not be set.
impl<T: Value> Value for Option<T> {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        T::read(written).map(Some)
    }

    fn toml(&self) -> String {
        self.as_ref().map(T::toml).unwrap_or_default()
    }
}

/// An address of the web.
impl Value for Url {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        let url = written
            .text()
            .filter(|text| !text.contains(|c: char| c.is_whitespace() || c.is_control()))
            .and_then(|text| Self::parse(text).ok())
            .filter(|url| matches!(url.scheme(), "https" | "http"))
            .ok_or("write an address that begins with https:// or http://")?;
        if url.username().is_empty() && url.password().is_none() {
            Ok(url)
        } else {
            Err("write the address without a name or a password in it".to_owned())
        }
    }

    fn toml(&self) -> String {
        quoted(self.as_str())
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

impl Word for Graphics {
    const ALL: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        self.name()
    }
}

/// What can be sent of a picture, whoever gets it; what runs here is sent nothing anyway.
impl Word for UploadSpec {
    const ALL: &'static [Self] = &[SCALED, Self::Original];

    fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Original => "original",
            Self::Scaled { .. } => "scaled",
        }
    }
}

/// A picture as large as vision models look at it, and small enough for every server.
pub const SCALED: UploadSpec = UploadSpec::Scaled {
    side: 1024,
    bytes: 1_000_000,
};

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

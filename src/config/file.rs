//! The file `config.toml`: what it holds, and where it is wrong.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::endpoint::{Endpoint, TokenSource};
use crate::domain::model::{ModelRef, Protocol};
use crate::domain::preset::Preset;
use crate::domain::text::Foreign;

use super::endpoint::in_the_clear;
use super::error::shown;
use super::number::{MaxTokens, Temperature};
use super::settings::{KEYS, Settings};
use super::value::{Value, Written};
use super::{ConfigError, Setting, Source, preset};

/// No file that a person wrote is larger, in bytes.
const LARGEST: u64 = 1 << 20;

/// The text of a file; `None` where there is no such file.
///
/// # Errors
/// Where there is something that is no readable text of at most [`LARGEST`] bytes.
pub(super) fn read(path: &Path) -> Result<Option<String>, ConfigError> {
    let name = Foreign::from_os(path.as_os_str());
    let unreadable = |source| ConfigError::Unreadable {
        file: shown(&name),
        source,
    };
    // Asked before it is opened, since opening a pipe would wait for its writer.
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(facts) if !facts.is_file() => return Err(ConfigError::NotAFile(shown(&name))),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(ConfigError::TooLarge(shown(&name)));
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to());
        ConfigError::NotText(Source::File {
            path: name,
            line: line_after(good.unwrap_or_default()),
        })
    })
}

/// Takes into `settings` whatever is right in the file, and tells the rest.
pub(super) fn take(settings: &mut Settings, path: &Path) -> Vec<ConfigError> {
    match read(path) {
        Ok(Some(text)) => take_text(settings, &text, Some(path)),
        Ok(None) => Vec::new(),
        Err(error) => vec![error],
    }
}

/// The same for the text of the file at `path`, or for one that is not written yet.
pub(super) fn take_text(
    settings: &mut Settings,
    text: &str,
    path: Option<&Path>,
) -> Vec<ConfigError> {
    let mut reader = Reader {
        path,
        text,
        errors: Vec::new(),
    };
    match DeTable::parse(text) {
        Ok(table) => reader.take_settings(settings, table.get_ref()),
        Err(error) => {
            let place = reader.place(&error.span().unwrap_or_default());
            reader.errors.push(no_toml(place, error.message()));
        }
    }
    reader.errors
}

/// The error of a file that is no TOML, as the parser words it.
pub(super) fn no_toml(place: Source, message: &str) -> ConfigError {
    let message = Foreign::new(message).shown(200);
    ConfigError::Syntax { place, message }
}

/// The place that begins at byte `start` of `text`, which is that of the file at `path`.
pub(super) fn place(path: &Path, text: &str, start: usize) -> Source {
    let before = text.get(..start).unwrap_or(text);
    Source::File {
        path: Foreign::from_os(path.as_os_str()),
        line: line_after(before.as_bytes()),
    }
}

/// Reads one file and gathers what is wrong with it.
struct Reader<'a> {
    /// `None` where it is not written yet.
    path: Option<&'a Path>,
    text: &'a str,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    fn place(&self, span: &Range<usize>) -> Source {
        self.path
            .map_or(Source::Unwritten, |path| place(path, self.text, span.start))
    }

    fn take_settings(&mut self, settings: &mut Settings, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if name == "endpoints" {
                self.take_endpoints(settings, value);
            } else if name == "presets" {
                self.take_presets(settings, value);
            } else if KEYS.contains(&name) {
                let written = Written::Toml(value.get_ref());
                let taken = settings.take(name, &written, self.place(&key.span()));
                if let Err(instead) = taken {
                    self.wrong(name, value, instead);
                }
            } else {
                let known: Vec<&str> = KEYS.into_iter().chain(["endpoints", "presets"]).collect();
                self.unknown(key, &known);
            }
        }
    }

    fn take_endpoints(&mut self, settings: &mut Settings, value: &Spanned<DeValue<'_>>) {
        let instead = "write a table for each endpoint: [endpoints.NAME]";
        self.each_table(
            "endpoints",
            value,
            instead,
            |reader, name, table, source| {
                if format!("endpoint:{name}").parse::<ModelRef>().is_err() {
                    return reader.errors.push(ConfigError::Name {
                        place: source,
                        name: Foreign::new(name).shown(40),
                        whose: "an endpoint",
                        instead: "name it with letters, digits, `-`, `_` and `.`",
                    });
                }
                let Some(value) = reader.endpoint(table, &source) else {
                    return;
                };
                if in_the_clear(&value) && value.token == Some(TokenSource::HuggingFace) {
                    return reader.errors.push(ConfigError::InTheClear {
                        place: source,
                        endpoint: name.to_owned(),
                    });
                }
                let endpoint = Setting { value, source };
                settings.endpoints.insert(name.to_owned(), endpoint);
            },
        );
    }

    fn take_presets(&mut self, settings: &mut Settings, value: &Spanned<DeValue<'_>>) {
        let instead = "write a table for each preset: [presets.NAME]";
        self.each_table("presets", value, instead, |reader, name, table, source| {
            if !preset::is_name(name) {
                return reader.errors.push(ConfigError::Name {
                    place: source,
                    name: Foreign::new(name).shown(40),
                    whose: "a preset",
                    instead: preset::NAME,
                });
            }
            if let Some(value) = reader.preset(table) {
                let preset = Setting { value, source };
                settings.presets.insert(name.to_owned(), preset);
            }
        });
    }

    /// Hands on each table of the table `key` with its name and its place.
    fn each_table(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        instead: &str,
        mut take: impl FnMut(&mut Self, &str, &DeTable<'_>, Source),
    ) {
        let Some(tables) = value.get_ref().as_table() else {
            return self.wrong(key, value, instead.to_owned());
        };
        for (name, value) in tables {
            let place = self.place(&name.span());
            let name = name.get_ref().as_ref();
            match value.get_ref().as_table() {
                Some(table) => take(self, name, table, place),
                None => self.wrong(&format!("{key}.{name}"), value, instead.to_owned()),
            }
        }
    }

    /// `None` where something is wrong with it.
    fn preset(&mut self, table: &DeTable<'_>) -> Option<Preset> {
        let errors_before = self.errors.len();
        self.only(table, &preset::KEYS);
        let max_tokens: Option<MaxTokens> = self.value(table, "max_tokens");
        let temperature: Option<Temperature> = self.value(table, "temperature");
        let preset = Preset {
            prompt: self.value(table, "prompt"),
            system: self.value(table, "system"),
            max_tokens: max_tokens.map(MaxTokens::get),
            temperature: temperature.map(Temperature::get),
            seed: self.value(table, "seed"),
            effort: self.value(table, "effort"),
        };
        (self.errors.len() == errors_before).then_some(preset)
    }

    /// `None` where something is wrong with it.
    fn endpoint(&mut self, table: &DeTable<'_>, place: &Source) -> Option<Endpoint> {
        const KEYS: [&str; 4] = ["url", "protocol", "model", "token"];
        let errors_before = self.errors.len();
        self.only(table, &KEYS);
        let url = self.value(table, "url");
        let protocol: Option<Protocol> = self.value(table, "protocol");
        let model = self.value(table, "model");
        let token: Option<TokenSource> = self.value(table, "token");
        for (key, instead) in [
            ("url", "write url = \"https://…\""),
            (
                "protocol",
                "write protocol = \"chat\", or \"image-to-text\" where the picture alone is posted",
            ),
        ] {
            if table.get(key).is_none() {
                self.errors.push(ConfigError::MissingKey {
                    place: place.clone(),
                    key: key.to_owned(),
                    instead: instead.to_owned(),
                });
            }
        }
        (self.errors.len() == errors_before).then_some(Endpoint {
            url: url?,
            protocol: protocol?,
            model,
            token,
        })
    }

    /// Tells the keys that are none of `known`.
    fn only(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for (key, _) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                self.unknown(key, known);
            }
        }
    }

    fn value<T: Value>(&mut self, table: &DeTable<'_>, key: &str) -> Option<T> {
        let value = table.get(key)?;
        match T::read(&Written::Toml(value.get_ref())) {
            Ok(read) => Some(read),
            Err(instead) => {
                self.wrong(key, value, instead);
                None
            }
        }
    }

    fn wrong(&mut self, key: &str, value: &Spanned<DeValue<'_>>, instead: String) {
        // Somebody may have put the secret itself there, and messages are logged.
        let found = if key.starts_with("endpoints") || key == "token" {
            "…"
        } else {
            self.text.get(value.span()).unwrap_or_default()
        };
        let place = self.place(&value.span());
        self.errors
            .push(ConfigError::value(place, key, found, instead));
    }

    fn unknown<K: AsRef<str>>(&mut self, key: &Spanned<K>, known: &[&str]) {
        let name = key.get_ref().as_ref();
        let nearest = known
            .iter()
            .map(|known| (strsim::jaro_winkler(name, known), known))
            .filter(|(likeness, _)| *likeness > 0.7)
            .max_by(|(one, _), (other, _)| one.total_cmp(other));
        let instead = match nearest {
            Some((_, nearest)) => format!("write `{nearest}`"),
            None => format!("write one of {}", known.join(", ")),
        };
        self.errors.push(ConfigError::UnknownKey {
            place: self.place(&key.span()),
            key: Foreign::new(name).shown(40),
            instead,
        });
    }
}

/// The number of the line (from 1) that follows on `before`.
fn line_after(before: &[u8]) -> usize {
    before.split(|byte| *byte == b'\n').count()
}

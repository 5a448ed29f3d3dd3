//! The file `config.toml`: what it holds, and where it is wrong.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::endpoint::{Endpoint, TokenSource};
use crate::domain::model::{ModelRef, Protocol};
use crate::domain::text::Foreign;

use super::endpoint::in_the_clear;
use super::error::shown;
use super::settings::{KEYS, Settings};
use super::value::{Value, Written};
use super::{ConfigError, Setting, Source};

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
    let text = match read(path) {
        Ok(Some(text)) => text,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![error],
    };
    let mut reader = Reader {
        path: Foreign::from_os(path.as_os_str()),
        text: &text,
        errors: Vec::new(),
    };
    match DeTable::parse(&text) {
        Ok(table) => reader.take_settings(settings, table.get_ref()),
        Err(error) => {
            let place = reader.place(&error.span().unwrap_or_default());
            let message = Foreign::new(error.message()).shown(200);
            reader.errors.push(ConfigError::Syntax { place, message });
        }
    }
    reader.errors
}

/// Reads one file and gathers what is wrong with it.
struct Reader<'a> {
    path: Foreign,
    text: &'a str,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    fn place(&self, span: &Range<usize>) -> Source {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        Source::File {
            path: self.path.clone(),
            line: line_after(before.as_bytes()),
        }
    }

    fn take_settings(&mut self, settings: &mut Settings, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if name == "endpoints" {
                self.take_endpoints(settings, value);
            } else if KEYS.contains(&name) {
                let written = Written::Toml(value.get_ref());
                let taken = settings.take(name, &written, self.place(&key.span()));
                if let Err(instead) = taken {
                    self.wrong(name, value, instead);
                }
            } else {
                let known: Vec<&str> = KEYS.into_iter().chain(["endpoints"]).collect();
                self.unknown(key, &known);
            }
        }
    }

    fn take_endpoints(&mut self, settings: &mut Settings, value: &Spanned<DeValue<'_>>) {
        let instead = || "write a table for each endpoint: [endpoints.NAME]".to_owned();
        let Some(endpoints) = value.get_ref().as_table() else {
            return self.wrong("endpoints", value, instead());
        };
        for (key, value) in endpoints {
            let name = key.get_ref().as_ref();
            let source = self.place(&key.span());
            let Some(table) = value.get_ref().as_table() else {
                self.wrong(&format!("endpoints.{name}"), value, instead());
                continue;
            };
            if let Err(error) = format!("endpoint:{name}").parse::<ModelRef>() {
                self.errors.push(ConfigError::UnknownKey {
                    place: source,
                    key: Foreign::new(name).shown(40),
                    instead: format!("name it with letters, digits, `-`, `_` and `.`: {error}"),
                });
            } else if let Some(value) = self.endpoint(table, &source) {
                if in_the_clear(&value) && value.token == Some(TokenSource::HuggingFace) {
                    self.errors.push(ConfigError::InTheClear {
                        place: source,
                        endpoint: name.to_owned(),
                    });
                    continue;
                }
                let endpoint = Setting { value, source };
                settings.endpoints.insert(name.to_owned(), endpoint);
            }
        }
    }

    /// `None` where something is wrong with it.
    fn endpoint(&mut self, table: &DeTable<'_>, place: &Source) -> Option<Endpoint> {
        const KEYS: [&str; 4] = ["url", "protocol", "model", "token"];
        let errors_before = self.errors.len();
        for (key, _) in table {
            if !KEYS.contains(&key.get_ref().as_ref()) {
                self.unknown(key, &KEYS);
            }
        }
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

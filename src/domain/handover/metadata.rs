//! The rows of a `metadata.jsonl`: an object a line, of which `file_name` and `text` concern us. All
//! else in it is somebody's, and stays to the letter.

use std::collections::BTreeMap;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Existing, Fate, Refusal, tidy};
use crate::domain::record::harmless;

/// The name that such a file has in every folder.
pub const METADATA: &str = "metadata.jsonl";

/// What is wrong with a line.
pub type Says = &'static str;

/// A row, as far as it concerns us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The picture, seen from the folder of the file.
    pub file_name: String,
    /// Its caption; `None` where there is none.
    pub text: Option<String>,
}

/// An object whose keys and values are kept as they are written, in their order.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        from.deserialize_map(Keys)
    }
}

impl<'a> Object<'a> {
    fn read(line: &'a str) -> Result<Self, Says> {
        serde_json::from_str(line).map_err(|_| "it is no object of JSON")
    }

    fn row(&self) -> Result<Row, Says> {
        let file_name = self.get("file_name").ok_or("it has no `file_name`")?;
        let file_name = serde_json::from_str(file_name.get());
        let text = self
            .get("text")
            .map(|text| serde_json::from_str(text.get()));
        Ok(Row {
            file_name: file_name.map_err(|_| "its `file_name` is no text")?,
            text: text
                .transpose()
                .map_err(|_| "its `text` is no text")?
                .flatten(),
        })
    }

    /// The last of several counts, as in most readers of JSON.
    fn get(&self, key: &str) -> Option<&'a RawValue> {
        let mut pairs = self.0.iter().rev();
        pairs.find(|(it, _)| it == key).map(|(_, value)| *value)
    }

    /// The same object with another text in it.
    fn with_text(&self, text: &str) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        for (key, value) in self.0.iter().filter(|(key, _)| key != "text") {
            pairs.push((key, value.get().to_owned()));
        }
        let at = self.0.iter().position(|(key, _)| key == "text");
        let at = at.unwrap_or(pairs.len()).min(pairs.len());
        pairs.insert(at, ("text", quoted(text)));
        let pairs = pairs
            .iter()
            .map(|(key, value)| format!("{}: {value}", quoted(key)));
        format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
    }
}

/// Reads a line; `None` where nothing stands in it.
///
/// # Errors
/// It is no row.
pub fn read(line: &str) -> Result<Option<Row>, Says> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.is_empty() {
        return Ok(None);
    }
    Object::read(line)?.row().map(Some)
}

/// A row of its own.
fn written(file_name: &str, text: &str) -> String {
    let (file_name, text) = (quoted(file_name), quoted(text));
    format!("{{\"file_name\": {file_name}, \"text\": {text}}}\n")
}

/// A text of JSON on one line, whatever a reader takes for the end of one.
fn quoted(text: &str) -> String {
    harmless(&serde_json::Value::from(text).to_string())
}

/// What becomes of the file, and how it reads afterwards where that is any different. `captions` are
/// tidy and have the names of their pictures for keys; `before` is `None` where there is no file.
pub fn settle(
    before: Option<&str>,
    captions: &BTreeMap<&str, &str>,
    existing: Existing,
) -> (Fate, Option<String>) {
    let mut left = captions.clone();
    let mut after = String::new();
    let mut fates = Vec::new();
    for (line, number) in before.unwrap_or_default().split_inclusive('\n').zip(1..) {
        match settled(line, &mut left, existing) {
            Ok((fate, text)) => {
                fates.extend(fate);
                after.push_str(text.as_deref().unwrap_or(line));
            }
            Err(says) => return (Fate::Refused(Refusal::Broken { line: number, says }), None),
        }
    }
    if !left.is_empty() && !after.is_empty() && !after.ends_with('\n') {
        after.push('\n');
    }
    for (name, text) in &left {
        after.push_str(&written(name, text));
    }
    if before.is_none() {
        return (Fate::New, Some(after));
    }
    let changed = fates
        .iter()
        .find(|fate| !matches!(fate, Fate::Same | Fate::Kept));
    let fate = match changed {
        Some(fate) => fate.clone(),
        None if !left.is_empty() => Fate::Appended,
        None if fates.contains(&Fate::Kept) => Fate::Kept,
        None => Fate::Same,
    };
    let is_written = !matches!(fate, Fate::Same | Fate::Kept);
    (fate, is_written.then_some(after))
}

/// What becomes of a line, and how it reads afterwards where that is any different; the caption
/// that belongs into it is taken out of `left`.
fn settled(
    line: &str,
    left: &mut BTreeMap<&str, &str>,
    existing: Existing,
) -> Result<(Option<Fate>, Option<String>), Says> {
    let end = &line[line.trim_end_matches(['\r', '\n']).len()..];
    let mark = if line.starts_with('\u{feff}') {
        "\u{feff}"
    } else {
        ""
    };
    let bare = line.trim_start_matches('\u{feff}').trim();
    if bare.is_empty() {
        return Ok((None, None));
    }
    let object = Object::read(bare)?;
    let row = object.row()?;
    let name = row.file_name.strip_prefix("./").unwrap_or(&row.file_name);
    let Some(caption) = left.remove(name) else {
        return Ok((None, None));
    };
    let before = tidy(row.text.as_deref().unwrap_or_default());
    let (fate, text) = if before.is_empty() {
        (Fate::Appended, Some(caption.to_owned()))
    } else {
        existing.settle(Some(&before), caption)
    };
    let text = text.map(|text| format!("{mark}{}{end}", object.with_text(&text)));
    Ok((Some(fate), text))
}

#[cfg(test)]
mod tests;

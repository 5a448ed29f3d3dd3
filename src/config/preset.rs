//! A preset: a table `[presets.NAME]` of the file.

use super::value::{Value, Word};
use crate::domain::preset::Preset;
use crate::domain::request::Effort;
use crate::domain::text::is_unsafe;

/// What a preset can name.
pub(super) const KEYS: [&str; 6] = [
    "prompt",
    "system",
    "max_tokens",
    "temperature",
    "seed",
    "effort",
];

/// How long a name may be, in letters: it has to stand in a list.
const LONGEST_NAME: usize = 40;

/// What a name of a preset has to be like.
pub(super) const NAME: &str = "write a name of 1 to 40 letters, with no blanks around it";

/// True where a preset may be called so: it can be typed, shown and told from others.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= LONGEST_NAME
        && !name.contains(is_unsafe)
}

/// Its keys and what is written for each; empty where there is nothing to write.
pub(super) fn lines(preset: &Preset) -> [(&'static str, String); 6] {
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    [
        ("prompt", preset.prompt.toml()),
        ("system", preset.system.toml()),
        ("max_tokens", number(preset.max_tokens).unwrap_or_default()),
        ("temperature", written(preset.temperature)),
        ("seed", preset.seed.toml()),
        ("effort", preset.effort.toml()),
    ]
}

/// A temperature out of bounds is written too, for the reader to refuse.
fn written(temperature: Option<f64>) -> String {
    temperature.map_or_else(String::new, |number| format!("{number:?}").to_lowercase())
}

/// How long a model may think.
impl Word for Effort {
    const ALL: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        Self::word(self)
    }
}

//! What a refusal means, and what to do about it. The same status means different things at
//! Hugging Face's router and at an endpoint of one's own, and one status has many causes that only
//! the server's words tell apart. The words themselves are told beside it.
//!
//! Gathered from the documentation (<https://huggingface.co/docs/inference-providers>), test
//! recordings of `huggingface_hub` and `huggingface.js`, and public threads.

mod rows;

use std::fmt;

use crate::domain::text::Foreign;
use crate::domain::token::NEW_TOKEN_PAGE;
use crate::http::Refusal;
use rows::{CLASSIC, EVEN_SMALLER, OTHER, ROWS, Said, TOO_LARGE, TOO_LONG};

/// Who was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Hugging Face's router, in the name of the person.
    Router,
    /// An endpoint of the configuration.
    Endpoint,
    /// An address that was written where a model is named; it never gets a token.
    Address,
}

/// What a next step names.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// The model at Hugging Face, `org/name`.
    pub(super) model: Option<String>,
    /// The organisation that is billed.
    pub(super) organisation: Option<String>,
}

/// What a refusal means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// A word that programs can rely on.
    pub kind: &'static str,
    headline: String,
    hint: String,
}

/// What it means, without the next step.
impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl Meaning {
    /// What `refusal` means where it comes from whom was `asked`; the next step uses `names`.
    pub(super) fn of(refusal: &Refusal, asked: Asked, names: &Names) -> Self {
        let words = refusal.message.as_ref().map_or("", |words| words.raw());
        let code = refusal.code.as_deref().unwrap_or_default();
        let said = format!("{words} {code}").to_lowercase();
        let mut rows = ROWS.iter();
        let row = rows.find(|row| row.fits(asked, refusal.status, &said));
        let meaning = match row.map_or(&OTHER, |row| &row.meaning) {
            known if known.kind == TOO_LONG.kind && leaves_room(&said) => &TOO_LARGE,
            known if is_unserved(known.kind) && asked == Asked::Router && names.is_classic() => {
                &CLASSIC
            }
            known => known,
        };
        Self::new(meaning, names)
    }

    fn new(said: &Said, names: &Names) -> Self {
        Self {
            kind: said.kind,
            headline: names.filled(said.headline),
            hint: names.filled(said.hint),
        }
    }

    /// The next step.
    pub fn hint(&self) -> &str {
        &self.hint
    }

    /// True where the same picture, smaller, may be taken.
    pub(super) fn is_too_large(&self) -> bool {
        self.kind == TOO_LARGE.kind
    }

    /// The same of a picture that was smaller already.
    pub(super) fn even_smaller() -> Self {
        Self::new(&EVEN_SMALLER, &Names::default())
    }
}

impl Names {
    /// `text` with these names in their places.
    fn filled(&self, text: &str) -> String {
        let shown = |name: &str| Foreign::new(name).shown(60);
        let page = self.model.as_deref().map_or_else(
            || "its page on huggingface.co".to_owned(),
            |model| format!("https://huggingface.co/{}", shown(model)),
        );
        let organisation = self.organisation.as_deref().map(shown);
        let whose = organisation.as_ref().map(|name| format!("{name}'s"));
        text.replace("{page}", &page)
            .replace("{new_token}", NEW_TOKEN_PAGE)
            .replace("{whose}", whose.as_deref().unwrap_or("your"))
            .replace(
                "{organisation}",
                organisation.as_deref().unwrap_or("the organisation"),
            )
    }

    /// True for the captioners of old tutorials, which answer to no chat.
    fn is_classic(&self) -> bool {
        let model = self.model.as_deref().unwrap_or_default().to_lowercase();
        let name = model.split_once('/').map_or("", |(_, name)| name);
        ["blip", "git-", "vit-gpt2"]
            .iter()
            .any(|classic| name.starts_with(classic))
    }
}

/// True where the model is not there to be asked, for whatever reason.
fn is_unserved(kind: &str) -> bool {
    ["no-provider", "unknown-model", "gone", "no-chat"].contains(&kind)
}

/// True where the answer alone would have had room, so that what takes too much is the picture.
/// Servers count both behind their limit, the answer last: `must be <= 1512. Given: 2 inputs tokens
/// and 10000 max_new_tokens`, `context length is 4096 tokens. However, you requested 5000 tokens
/// (4500 in the messages, 500 in the completion)`.
fn leaves_room(said: &str) -> bool {
    if said.contains("max_tokens' or 'max_completion_tokens' is too large") {
        return false;
    }
    let mut marks = ["must be <=", "context length"].iter();
    let after = marks.find_map(|mark| Some(said.split_once(mark)?.1));
    let numbers = after
        .unwrap_or_default()
        .split(|letter: char| !letter.is_ascii_digit());
    let numbers: Vec<u64> = numbers.filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [limit, .., answer] => answer < limit,
        _ => false,
    }
}

#[cfg(test)]
mod tests;

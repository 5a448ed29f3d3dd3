//! Text that is looked for.

use std::fmt;

use crate::domain::words::{fold, words, words_and_stars};

/// Text that is looked for: a phrase, or a word in which `*` stands for any letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    written: String,
    has_stars: bool,
}

/// One of the words that must stand side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoughtWord {
    /// What stands between the stars, folded; one piece where there is none.
    pieces: Vec<String>,
}

impl Sought {
    /// This text, in which nothing has a meaning of its own.
    pub(super) fn phrase(written: String) -> Self {
        Self {
            written,
            has_stars: false,
        }
    }

    /// A word as it was written outside of quotation marks.
    pub(super) fn word(written: &str) -> Self {
        Self {
            written: written.to_owned(),
            has_stars: written.contains('*'),
        }
    }

    /// What [`Sought::written`] and [`Sought::has_stars`] say of another one.
    pub fn new(written: &str, has_stars: bool) -> Self {
        Self {
            written: written.to_owned(),
            has_stars,
        }
    }

    /// The text, without quotation marks.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// True where `*` stands for any letters.
    pub fn has_stars(&self) -> bool {
        self.has_stars
    }

    /// The words that must stand side by side; none where there is no letter in it.
    pub fn words(&self) -> Vec<SoughtWord> {
        let spaced = if self.has_stars {
            words_and_stars(&self.written)
        } else {
            words(&self.written)
        };
        let mut found: Vec<_> = spaced.split(' ').filter(|it| !it.is_empty()).collect();
        let is_star = |word: &&str| word.bytes().all(|byte| byte == b'*');
        // Before and behind a phrase anything may stand anyway.
        while found.last().is_some_and(is_star) {
            found.pop();
        }
        let words = found.into_iter().skip_while(is_star);
        words.map(SoughtWord::new).collect()
    }

    /// True where its words stand side by side somewhere in `text`.
    pub fn is_said_by(&self, text: &str) -> bool {
        let wanted = self.words();
        let text = words(text);
        let said: Vec<&str> = text.split(' ').collect();
        !wanted.is_empty()
            && said.windows(wanted.len()).any(|side_by_side| {
                side_by_side
                    .iter()
                    .zip(&wanted)
                    .all(|(it, word)| word.fits(it))
            })
    }

    /// What must stand in a name, in this order and folded, with anything in between.
    pub fn pieces(&self) -> Vec<String> {
        let folded = fold(&self.written);
        if !self.has_stars {
            return vec![folded.into_owned()];
        }
        let pieces = folded.split('*').filter(|piece| !piece.is_empty());
        pieces.map(str::to_owned).collect()
    }

    /// True where it stands somewhere in `name`.
    pub fn is_in(&self, name: &str) -> bool {
        let name = fold(name);
        let mut rest = name.as_ref();
        self.pieces().iter().all(|piece| match rest.find(piece) {
            Some(at) => {
                rest = rest.get(at + piece.len()..).unwrap_or_default();
                true
            }
            None => false,
        })
    }

    /// Writes it as it is read; `alone` where no field stands before it.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, alone: bool) -> fmt::Result {
        if self.has_stars || (is_plain(&self.written) && !(alone && is_taken(&self.written))) {
            return f.write_str(&self.written);
        }
        f.write_str("\"")?;
        for letter in self.written.chars() {
            if matches!(letter, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{letter}")?;
        }
        f.write_str("\"")
    }
}

impl SoughtWord {
    fn new(written: &str) -> Self {
        Self {
            pieces: written.split('*').map(str::to_owned).collect(),
        }
    }

    /// The word itself, where nothing is left open.
    pub fn whole(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [word] => Some(word),
            _ => None,
        }
    }

    /// How it begins.
    pub fn beginning(&self) -> &str {
        self.pieces.first().map_or("", String::as_str)
    }

    /// True where every word that begins so is meant.
    pub fn is_prefix(&self) -> bool {
        let (first, rest) = match self.pieces.split_first() {
            Some((first, rest)) => (first.as_str(), rest),
            None => ("", &[] as &[_]),
        };
        !first.is_empty() && !rest.is_empty() && rest.iter().all(String::is_empty)
    }

    /// True where `word`, folded, is meant.
    pub fn fits(&self, word: &str) -> bool {
        let (Some(first), Some(last)) = (self.pieces.first(), self.pieces.last()) else {
            return false;
        };
        if self.pieces.len() == 1 {
            return word == first;
        }
        let Some(inner) = word.strip_prefix(first.as_str()) else {
            return false;
        };
        let Some(mut inner) = inner.strip_suffix(last.as_str()) else {
            return false;
        };
        let between = self.pieces.iter().skip(1).take(self.pieces.len() - 2);
        for piece in between {
            let Some(at) = inner.find(piece.as_str()) else {
                return false;
            };
            inner = inner.get(at + piece.len()..).unwrap_or_default();
        }
        true
    }
}

/// True where it means the same with and without quotation marks.
fn is_plain(written: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || "_./,;!?'#+=&@%".contains(letter);
    let mut letters = written.chars();
    letters.next().is_some_and(is_plain) && letters.all(|it| is_plain(it) || "-:".contains(it))
}

/// True where the word alone has a meaning in the language.
fn is_taken(written: &str) -> bool {
    written.contains(':')
        || ["and", "or", "not"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(written))
}

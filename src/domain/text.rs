//! Text that came from outside: file names, captions, model names, server messages.
//!
//! Whoever writes such text can put terminal commands, invisible letters or direction overrides
//! into it. [`Foreign`] keeps it as it came and shows it only in a form that a terminal prints as
//! plain, visible, one-direction text. It has no `Display`, so it cannot slip into a `format!`.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Text from outside, kept as it came.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Foreign(String);

impl Foreign {
    /// Keeps `text` as it came.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A file name or path. Bytes that are no UTF-8 become a readable `\xFF`.
    pub fn from_os(name: &OsStr) -> Self {
        let mut text = String::new();
        for chunk in name.as_bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            for byte in chunk.invalid() {
                let _ = write!(text, "\\x{byte:02X}");
            }
        }
        Self(text)
    }

    /// The text as it came: for storing, exporting and comparing, never for a terminal.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// True where there is nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// One line of at most `width` columns, safe for a terminal; `…` stands for what was cut.
    pub fn shown(&self, width: usize) -> String {
        // A caption may hold megabytes; a column never needs more than a few bytes of it.
        let enough = width.saturating_mul(32).saturating_add(256);
        let head = &self.0[..self.0.floor_char_boundary(enough)];
        let line = one_line(head);
        if head.len() == self.0.len() && line.width() <= width {
            return line.into_owned();
        }
        let mut shown = clip(&line, width.saturating_sub(1)).to_owned();
        if width > 0 {
            shown.push('…');
        }
        shown
    }

    /// At most the first `bytes` bytes, safe for a terminal, with their own line breaks kept: for
    /// a place that shows a text of any length again and again.
    pub fn opening(&self, bytes: usize) -> String {
        let head = &self.0[..self.0.floor_char_boundary(bytes)];
        let mut opening = Self::new(head).paragraphs();
        if head.len() < self.0.len() {
            opening.push('…');
        }
        opening
    }

    /// The whole text, safe for a terminal, with its own line breaks kept.
    pub fn paragraphs(&self) -> String {
        let mut safe = String::with_capacity(self.0.len());
        for (index, line) in self.0.split('\n').enumerate() {
            if index > 0 {
                safe.push('\n');
            }
            safe.push_str(&one_line(line.strip_suffix('\r').unwrap_or(line)));
        }
        safe
    }
}

/// Escaped like a Rust literal, so that even a debug print is harmless.
impl std::fmt::Debug for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"")?;
        for letter in self.0.chars() {
            if is_unsafe(letter) {
                write!(f, "\\u{{{:x}}}", u32::from(letter))?;
            } else {
                write!(f, "{letter}")?;
            }
        }
        write!(f, "\"")
    }
}

/// The longest start of `text` that fits into `width` columns and cuts no grapheme in two.
pub fn clip(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > width {
            return &text[..at];
        }
    }
    text
}

/// True for a character that must not reach a terminal, or another program's log, as it is:
/// C0 and C1 controls, direction marks and overrides, invisible separators and fillers, tags.
pub fn is_unsafe(letter: char) -> bool {
    matches!(letter,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Line breaks and tabs become one blank, everything else that is unsafe a visible escape.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => line.push(' '),
            '\u{1b}' => line.push('␛'),
            letter if is_unsafe(letter) => {
                let _ = write!(line, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => line.push(letter),
        }
    }
    Cow::Owned(line)
}

/// Names for people, safe to show, at most `most` of them: `a, b and 3 others`.
pub fn list<'a>(names: impl ExactSizeIterator<Item = &'a String>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let shown = names
        .take(most)
        .map(|name| Foreign::new(name.as_str()).shown(60));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match more {
        0 => shown,
        1 => format!("{shown} and 1 other"),
        more => format!("{shown} and {more} others"),
    }
}

#[cfg(test)]
mod tests;

//! Many captions worded anew at once: something found and replaced, something put before or behind.

use std::ops::Range;

use regex::{NoExpand, Regex, RegexBuilder};

use super::image::ImageRef;
use super::run::RunId;
use super::text::Foreign;

/// Bytes that a pattern may take when it is made ready: much for a pattern, little for a machine.
const LARGEST_PATTERN: usize = 1 << 20;

/// What shall be worded anew, as a person writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// What is replaced wherever it stands; nothing where it is empty.
    pub find: String,
    /// What comes in its place; of a regular expression `$1` or `${name}` stands for a group, and
    /// `$$` for a dollar.
    pub with: String,
    /// True where [`Wish::find`] is a regular expression (<https://docs.rs/regex/latest/regex/#syntax>).
    pub is_regex: bool,
    /// True where upper and lower case are the same when finding.
    pub ignores_case: bool,
    /// Comes before each caption that does not begin with it.
    pub prefix: String,
    /// Comes behind each caption that does not end with it.
    pub suffix: String,
    /// A word that each caption shall hold; it comes before those that do not, and a comma behind it.
    pub trigger: String,
}

/// Why captions cannot be worded like this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WishError {
    /// Nothing is asked for.
    #[error("there is nothing to find and nothing to add")]
    Empty,
    /// A mistake in the regular expression.
    #[error("the pattern is no regular expression: {}", .0.shown(200))]
    Syntax(Foreign),
    /// It would take a machine's memory.
    #[error("the pattern is too large; {{…}} repeats less, or find something plainer")]
    TooLarge,
    /// `$1` of a pattern that has no such group.
    #[error(
        "the pattern has no group `{0}`; write ${{1}}a for a letter behind a group, $$ for a dollar"
    )]
    Group(String),
}

/// A [`Wish`] made ready.
#[derive(Clone, Debug)]
pub struct Wording {
    wish: Wish,
    pattern: Option<Regex>,
}

/// A caption that would be worded anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewording {
    /// Whose.
    pub run: RunId,
    /// Of which picture.
    pub image: ImageRef,
    /// As it reads now.
    pub before: String,
    /// As it would read.
    pub after: String,
}

/// What a wording would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewordings {
    /// Captions that would change, the newest first, or as many of them as were wanted.
    pub changes: Vec<Rewording>,
    /// How many captions would change.
    pub changing: usize,
    /// Captions of which nothing would be left; they stay as they are.
    pub emptied: usize,
    /// Captions that were looked at.
    pub looked_at: usize,
}

impl Wording {
    /// Makes a wish ready.
    ///
    /// # Errors
    /// It cannot be understood.
    pub fn new(wish: Wish) -> Result<Self, WishError> {
        let additions = [&wish.prefix, &wish.suffix, &wish.trigger];
        if wish.find.is_empty() && additions.iter().all(|it| it.is_empty()) {
            return Err(WishError::Empty);
        }
        let pattern = (!wish.find.is_empty())
            .then(|| pattern(&wish))
            .transpose()?;
        Ok(Self { wish, pattern })
    }

    /// How a caption reads then.
    pub fn apply(&self, caption: &str) -> String {
        let Wish {
            with,
            prefix,
            suffix,
            trigger,
            ..
        } = &self.wish;
        let mut text = match &self.pattern {
            None => caption.to_owned(),
            Some(pattern) if self.wish.is_regex => pattern.replace_all(caption, with).into_owned(),
            Some(pattern) => pattern.replace_all(caption, NoExpand(with)).into_owned(),
        };
        if text.trim().is_empty() {
            return text;
        }
        if !text.starts_with(prefix) {
            text.insert_str(0, prefix);
        }
        if !text.ends_with(suffix) {
            text.push_str(suffix);
        }
        if !trigger.is_empty() && !holds_word(&text, trigger) {
            text = format!("{trigger}, {text}");
        }
        text
    }
}

/// A wish of the same words is the same wording.
impl PartialEq for Wording {
    fn eq(&self, other: &Self) -> bool {
        self.wish == other.wish
    }
}

impl Rewordings {
    /// Looks at one more caption, and keeps what would change of it where fewer than `most` are kept.
    pub fn look_at(
        &mut self,
        wording: &Wording,
        (run, image): (RunId, &ImageRef),
        caption: &str,
        most: usize,
    ) {
        self.looked_at += 1;
        let after = wording.apply(caption);
        if after == caption {
            return;
        }
        if after.trim().is_empty() {
            self.emptied += 1;
            return;
        }
        self.changing += 1;
        if self.changes.len() == most {
            return;
        }
        self.changes.push(Rewording {
            run,
            image: image.clone(),
            before: caption.to_owned(),
            after,
        });
    }
}

fn pattern(wish: &Wish) -> Result<Regex, WishError> {
    let written = if wish.is_regex {
        wish.find.clone()
    } else {
        regex::escape(&wish.find)
    };
    let built = RegexBuilder::new(&written)
        .case_insensitive(wish.ignores_case)
        .size_limit(LARGEST_PATTERN)
        .dfa_size_limit(LARGEST_PATTERN)
        .build();
    let pattern = built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => WishError::TooLarge,
        // The last line says what is wrong, those before it draw where.
        error => {
            let told = error.to_string();
            let last = told.lines().last().unwrap_or_default();
            WishError::Syntax(Foreign::new(last.trim_start_matches("error: ")))
        }
    })?;
    match missing_group(&pattern, &wish.with) {
        Some(group) if wish.is_regex => Err(WishError::Group(group)),
        _ => Ok(pattern),
    }
}

/// A group that a replacement names and the pattern does not have: it would stand for nothing.
fn missing_group(pattern: &Regex, with: &str) -> Option<String> {
    let mut rest = with;
    while let Some((_, after)) = rest.split_once('$') {
        if let Some(plain) = after.strip_prefix('$') {
            rest = plain;
            continue;
        }
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let braced = after.strip_prefix('{').and_then(|it| it.split_once('}'));
        let name = match braced {
            Some((name, _)) => name,
            None => after
                .split(|letter| !is_name(letter))
                .next()
                .unwrap_or_default(),
        };
        let is_known = match name.parse::<usize>() {
            Ok(number) => number < pattern.captures_len(),
            Err(_) => pattern.capture_names().flatten().any(|known| known == name),
        };
        if !name.is_empty() && !is_known {
            return Some(Foreign::new(name).shown(40));
        }
        rest = after;
    }
    None
}

/// True where `word` stands in a text and is no part of a longer word.
fn holds_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|it| it.chars().next());
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}

/// Letters before the first one that differs, and letters in all, of an excerpt.
const BEFORE: usize = 24;
const EXCERPT: usize = 120;

/// Two texts around the place where they begin to differ; `…` stands for what is left out.
pub fn excerpts(texts: [&str; 2]) -> [String; 2] {
    let [one, other] = texts;
    let same = one.chars().zip(other.chars());
    let same = same.take_while(|(one, other)| one == other);
    let same: usize = same.map(|(letter, _)| letter.len_utf8()).sum();
    let common = one.get(..same).unwrap_or_default();
    let start = common.char_indices().rev().take(BEFORE).last();
    let start = start.map_or(0, |(start, _)| start);
    // No word is cut where one begins near by.
    let near = common.get(start..).unwrap_or_default();
    let word = near.find(char::is_whitespace).map_or(0, |blank| blank + 1);
    let start = if start == 0 { 0 } else { start + word };
    texts.map(|text| {
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.char_indices().nth(EXCERPT).map(|(end, _)| end);
        let shown = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
        let sign = |is_cut: bool| if is_cut { "…" } else { "" };
        format!("{}{shown}{}", sign(start > 0), sign(end.is_some()))
    })
}

/// A text on one line, safe to show, with what lies in `spans` between two marks; words that follow
/// each other are one.
pub fn marked(text: &str, spans: &[Range<usize>], [open, close]: [&str; 2]) -> String {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if is_gap(text, last.end..span.start) => last.end = span.end,
            _ => joined.push(span.clone()),
        }
    }
    let shown = |range: Range<usize>| {
        let part = text.get(range).unwrap_or_default();
        Foreign::new(part).shown(usize::MAX)
    };
    let mut line = String::new();
    let mut at = 0;
    for span in joined {
        line.push_str(&shown(at..span.start));
        line.push_str(open);
        line.push_str(&shown(span.clone()));
        line.push_str(close);
        at = span.end;
    }
    line + &shown(at..text.len())
}

fn is_gap(text: &str, range: Range<usize>) -> bool {
    text.get(range).is_some_and(|gap| gap.trim().is_empty())
}

#[cfg(test)]
mod tests;

//! Words that captions do not share.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use unicode_segmentation::UnicodeSegmentation as _;

use super::{Engine, EngineError};

/// Places of words in a text, in bytes, from left to right.
pub type Spans = Vec<Range<usize>>;

/// Differences are as small as they can be found within this time for all texts together; what is
/// left then is told more coarsely.
const PATIENCE: Duration = Duration::from_millis(200);

impl Engine {
    /// The words of each text that the one at place `against` does not have there; in that one, the
    /// words that not all others have. Case and punctuation count only where it is to be `exact`.
    /// `None` stands for somebody who said nothing, and differs from nobody.
    ///
    /// # Errors
    /// A worker broke.
    pub async fn differences(
        &self,
        texts: Vec<Option<String>>,
        against: usize,
        exact: bool,
    ) -> Result<Vec<Spans>, EngineError> {
        let compare = move || {
            let deadline = Instant::now() + PATIENCE;
            Ok::<_, EngineError>(differences(&texts, against, exact, deadline))
        };
        self.0.scouts.run(compare).await
    }
}

fn differences(
    texts: &[Option<String>],
    against: usize,
    exact: bool,
    deadline: Instant,
) -> Vec<Spans> {
    let texts = texts.iter().map(Option::as_deref);
    let words: Vec<_> = texts
        .map(|text| text.map(|text| words(text, exact)))
        .collect();
    let mut marks = vec![Spans::new(); words.len()];
    let Some(Some(base)) = words.get(against) else {
        return marks;
    };
    let mut differs_from_base = vec![false; base.len()];
    for (place, other) in words.iter().enumerate() {
        let Some(other) = other.as_ref().filter(|_| place != against) else {
            continue;
        };
        let (old, new) = (keys(base), keys(other));
        let changes = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(deadline));
        for change in changes
            .iter()
            .filter(|it| !matches!(it, DiffOp::Equal { .. }))
        {
            let missing = differs_from_base.get_mut(change.old_range());
            missing.into_iter().flatten().for_each(|it| *it = true);
            let added = other.get(change.new_range()).into_iter().flatten();
            if let Some(marks) = marks.get_mut(place) {
                marks.extend(added.map(|word| word.place.clone()));
            }
        }
    }
    let differing = base.iter().zip(differs_from_base);
    let differing = differing.filter(|(_, differs)| *differs);
    if let Some(marks) = marks.get_mut(against) {
        marks.extend(differing.map(|(word, _)| word.place.clone()));
    }
    marks
}

/// A word, and what it is compared by.
struct Word {
    place: Range<usize>,
    key: String,
}

fn keys(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.key.as_str()).collect()
}

/// The words of a text as Unicode tells them apart (UAX 29); punctuation marks are words only where
/// they count.
fn words(text: &str, exact: bool) -> Vec<Word> {
    let words = text.split_word_bound_indices();
    let counts = |word: &str| {
        word.chars()
            .any(|letter| !letter.is_whitespace() && (exact || !is_punctuation(letter)))
    };
    let words = words.filter(|(_, word)| counts(word));
    let word = |(at, word): (usize, &str)| Word {
        place: at..at + word.len(),
        key: if exact {
            word.to_owned()
        } else {
            word.to_lowercase().replace('’', "'")
        },
    };
    words.map(word).collect()
}

/// True for a mark between words; a picture such as an emoji is a word.
fn is_punctuation(letter: char) -> bool {
    matches!(letter,
        '!'..='/' | ':'..='@' | '['..='`' | '{'..='~'
        | '¡' | '§' | '«' | '¶' | '·' | '»' | '¿'
        | '،' | '؛' | '؟' | '۔' | '।'
        | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{301f}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff3d}')
}

#[cfg(test)]
mod tests;

//! Names found by a few of their letters: `qvl8` finds `Qwen/Qwen3-VL-8B-Instruct`.

use std::fmt;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str, pattern};

/// What is looked for. Letters must come in their order, words in any; case does not count.
#[derive(Clone)]
pub struct Pattern {
    words: pattern::Pattern,
    matcher: Matcher,
    /// A text beyond ASCII as the matcher wants it, kept so that it is not made anew each time.
    letters: Vec<char>,
}

impl Pattern {
    /// Looks for `written`; nothing but blanks finds everything.
    pub fn new(written: &str) -> Self {
        Self {
            // Letter by letter: no sign has a meaning of its own.
            words: pattern::Pattern::new(
                written,
                CaseMatching::Ignore,
                Normalization::Smart,
                AtomKind::Fuzzy,
            ),
            // A part of a name begins behind a slash, too.
            matcher: Matcher::new(Config::DEFAULT.match_paths()),
            letters: Vec::new(),
        }
    }

    /// How well `text` fits, the more the better; `None` where it does not.
    pub fn score(&mut self, text: &str) -> Option<u32> {
        let text = Utf32Str::new(text, &mut self.letters);
        self.words.score(text, &mut self.matcher)
    }
}

/// Only what is looked for: the matcher's memory is large and tells nothing.
impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.words.atoms).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QWEN: &str = "Qwen/Qwen3-VL-8B-Instruct";

    fn fits(written: &str, text: &str) -> bool {
        Pattern::new(written).score(text).is_some()
    }

    #[test]
    fn letters_fit_in_their_order_and_words_in_any_whatever_their_case() {
        for written in ["", "  ", "qvl8", "8b qwen", "instruct vl", "QWEN", "n/q"] {
            assert!(fits(written, QWEN), "{written}");
        }
        for written in ["8vlq", "qwen gemma", "!qwen", "^qwen", "qwen$"] {
            assert!(!fits(written, QWEN), "{written}");
        }
        assert!(fits("übung", "lab/Übung-é"));
        assert!(fits("e", "lab/\u{1b}[31m-é"));
        assert!(!fits("a", ""));
    }

    #[test]
    fn what_stands_together_fits_better() {
        let mut pattern = Pattern::new("qwen");
        let together = pattern.score(QWEN);
        let apart = pattern.score("quiet/water-lens");
        assert!(
            apart.is_some() && together > apart,
            "{together:?} {apart:?}"
        );
    }
}

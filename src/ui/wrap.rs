//! Breaking text into rows. ratatui's own wrapping does not tell how many rows there will be, and
//! scrolling must know.

use std::ops::Range;

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The rows of `text` in a column of `width`: broken where Unicode allows a break (UAX 14), inside
/// a word that is wider than the column, and at every line break. Blanks at a break are left out.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    first(text, width, usize::MAX)
}

/// The same, but no row after the first `most`: what is out of sight costs nothing.
pub fn first(text: &str, width: usize, most: usize) -> Vec<Range<usize>> {
    let mut rows = Rows::default();
    let mut from = 0;
    for (to, opportunity) in linebreaks(text) {
        if rows.whole.len() >= most {
            break;
        }
        rows.add(text, from..to, width.max(1));
        if opportunity == BreakOpportunity::Mandatory {
            rows.end(to);
        }
        from = to;
    }
    if rows.whole.is_empty() {
        rows.end(0);
    }
    rows.whole.truncate(most);
    rows.whole
}

/// Columns of what stands before a tab.
const NAMES: usize = 9;

/// The same as lines of text. What stands before a tab, the name of a fact, has a column of its
/// own, and what follows it stays beside that column on all of its rows.
pub fn hanging(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let (name, value) = match line.split_once('\t') {
            Some((name, value)) => (format!("{name:<NAMES$}"), value),
            None => (String::new(), line),
        };
        let beside = name.width();
        for (at, row) in wrap(value, width.saturating_sub(beside))
            .into_iter()
            .enumerate()
        {
            let before = if at == 0 { &name } else { &" ".repeat(beside) };
            lines.push(format!("{before}{}", &value[row]));
        }
    }
    lines
}

/// Rows that are whole, and the one that grows.
#[derive(Default)]
struct Rows {
    whole: Vec<Range<usize>>,
    row: Range<usize>,
    used: usize,
}

impl Rows {
    /// Puts a piece that is not to be broken onto the row, or onto the next one.
    fn add(&mut self, text: &str, piece: Range<usize>, width: usize) {
        let whole = &text[piece.clone()];
        let word = whole.trim_end();
        // Blanks may stand over the edge; the word before them may not.
        if self.used + word.width() > width {
            if self.row.is_empty() {
                // Nothing but blanks before it: they are worth no row.
                (self.row, self.used) = (piece.start..piece.start, 0);
            } else {
                self.end(piece.start);
            }
            self.break_up(word, piece.start, width);
        } else {
            self.used += word.width();
        }
        if !word.is_empty() {
            self.row.end = piece.start + word.len();
        }
        self.used += whole.width() - word.width();
    }

    /// Puts as much of a word on each row as it holds.
    fn break_up(&mut self, word: &str, start: usize, width: usize) {
        for (at, grapheme) in word.grapheme_indices(true) {
            if self.used + grapheme.width() > width && self.used > 0 {
                self.row.end = start + at;
                self.end(start + at);
            }
            self.used += grapheme.width();
        }
    }

    /// Ends the row; the next one begins at `next`.
    fn end(&mut self, next: usize) {
        self.whole.push(self.row.clone());
        self.row = next..next;
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, width: usize) -> Vec<&str> {
        wrap(text, width)
            .into_iter()
            .map(|row| &text[row])
            .collect()
    }

    fn rows_of_the_first(text: &str, width: usize, most: usize) -> Vec<&str> {
        let rows = first(text, width, most).into_iter();
        rows.map(|row| &text[row]).collect()
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(
            rows("A tabby cat with green eyes", 11),
            ["A tabby cat", "with green", "eyes"]
        );
    }

    #[test]
    fn an_endless_word_is_broken() {
        assert_eq!(rows("aaaaaaaaaa bb", 4), ["aaaa", "aaaa", "aa", "bb"]);
        assert_eq!(rows("猫猫猫猫猫", 5), ["猫猫", "猫猫", "猫"]);
    }

    // A comma stood alone at the start of a row.
    #[test]
    fn punctuation_stays_with_its_word() {
        assert_eq!(rows("one two, three", 7), ["one", "two,", "three"]);
        assert_eq!(rows("(one) two", 6), ["(one)", "two"]);
    }

    #[test]
    fn what_follows_a_tab_stays_beside_it() {
        let text = "runs\ton this machine or another\n\tnobody knows\n\nA sentence below it.";
        assert_eq!(
            hanging(text, 22),
            [
                "runs     on this",
                "         machine or",
                "         another",
                "         nobody knows",
                "",
                "A sentence below it."
            ]
        );
        assert_eq!(hanging("", 5), [""]);
    }

    #[test]
    fn line_breaks_are_kept() {
        assert_eq!(rows("one\n\ntwo", 10), ["one", "", "two"]);
        assert_eq!(rows("", 10), [""]);
    }

    /// Once a row took a word that began behind blanks for which there was no room.
    #[test]
    fn blanks_for_which_there_is_no_room_end_the_row() {
        assert_eq!(rows("one two   three", 8), ["one two", "three"]);
        assert_eq!(rows("one two   t", 8), ["one two", "t"]);
    }

    proptest! {
        // A file of failures found would lie beside the sources.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_row_is_too_wide_and_no_letter_is_lost(text in "[a-zA-Z猫é ,.\n-]{0,200}", width in 2_usize..40) {
            let rows = rows(&text, width);
            for row in &rows {
                prop_assert!(row.width() <= width, "{row:?}");
            }
            prop_assert_eq!(&rows_of_the_first(&text, width, 3), &rows[..rows.len().min(3)]);
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&rows.concat()), letters(&text));
        }
    }
}

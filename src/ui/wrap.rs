//! Breaking text into rows. ratatui's own wrapping does not tell how many rows there will be, and
//! scrolling must know.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The rows of `text` in a column of `width`: broken between words where that is possible, inside
/// a word that is wider than the column, and at every line break. Blanks at a break are left out.
pub fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        wrap_line(line, start, width.max(1), &mut rows);
        start += line.len() + 1;
    }
    rows
}

fn wrap_line(line: &str, offset: usize, width: usize, rows: &mut Vec<Range<usize>>) {
    let (mut from, mut to, mut used) = (0, 0, 0);
    for (at, word) in line.split_word_bound_indices() {
        let wide = word.width();
        let blank = word.chars().all(char::is_whitespace);
        // Blanks may stand over the edge; the word after them may not.
        if blank || used + wide <= width {
            used += wide;
            if !blank {
                to = at + word.len();
            } else if to == from {
                // Blanks at the start of a row that was broken are not worth a column.
                if from > 0 {
                    (from, to, used) = (at + word.len(), at + word.len(), 0);
                }
            }
            continue;
        }
        if to > from {
            rows.push(offset + from..offset + to);
        }
        (from, to, used) = (at, at, 0);
        for (inside, grapheme) in word.grapheme_indices(true) {
            let wide = grapheme.width();
            if used + wide > width && at + inside > from {
                rows.push(offset + from..offset + at + inside);
                (from, used) = (at + inside, 0);
            }
            used += wide;
            to = at + inside + grapheme.len();
        }
    }
    rows.push(offset + from..offset + to.max(from));
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
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&rows.concat()), letters(&text));
        }
    }
}

//! What counts when text is looked for: words without their capitals and accents.
//!
//! A word is a run of letters and digits. Chinese, Japanese, Thai, Lao, Khmer and Burmese put no
//! spaces between words, and finding them would take a dictionary: there each letter is a word of
//! its own, and whoever looks for several finds them as they stand side by side. So any part of
//! such a text is found, and sometimes one that crosses two words.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A longer word becomes several, as if it were written with spaces.
const LONGEST: usize = 64;

/// `text` without what does not count: capitals, accents, and how a letter is put together.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let plain = text.nfkd().filter(|&letter| !is_accent(letter));
    let small = plain.flat_map(char::to_lowercase);
    let folded = small.filter(|&letter| !is_accent(letter)).nfkc();
    Cow::Owned(
        folded
            .map(|letter| if letter == 'ς' { 'σ' } else { letter })
            .collect(),
    )
}

/// The words of `text`, folded, with one space between two.
pub fn words(text: &str) -> String {
    spaced(text, |_| false)
}

/// The same, where `*` counts as a letter of the word that it touches.
pub(super) fn words_and_stars(text: &str) -> String {
    spaced(text, |letter| letter == '*')
}

fn spaced(text: &str, also: impl Fn(char) -> bool) -> String {
    let folded = fold(text);
    let mut words = String::with_capacity(folded.len());
    // Letters and marks of the word at the end of `words`; 0 where none is open.
    let mut length = 0;
    let mut was_alone = false;
    for letter in folded.chars() {
        if is_combining_mark(letter) {
            // It belongs to the letter before it, if there is one. Nobody writes so many.
            if (1..2 * LONGEST).contains(&length) {
                words.push(letter);
                length += 1;
            }
        } else if letter.is_alphanumeric() || also(letter) {
            let is_alone = has_no_spaces(letter);
            if length == 0 || length >= LONGEST || is_alone || was_alone {
                if !words.is_empty() {
                    words.push(' ');
                }
                length = 0;
            }
            words.push(letter);
            length += 1;
            was_alone = is_alone;
        } else if !is_joiner(letter) {
            length = 0;
        }
    }
    words
}

/// Accents of Latin, Greek and Cyrillic. Marks of other scripts may be vowels.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// What is invisible within a word.
fn is_joiner(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}'
    )
}

/// Letters of scripts that put no spaces between words
/// (<https://www.unicode.org/reports/tr14/>, classes ID of letters and SA).
fn has_no_spaces(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' // Burmese, Khmer
        | '\u{1950}'..='\u{19df}' | '\u{1a20}'..='\u{1aaf}' // Tai
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}'
        | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' // Hiragana, Katakana
        | '\u{3100}'..='\u{312f}' // Bopomofo
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' // Han
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_without_capitals_and_accents() {
        let table = [
            ("", ""),
            (" .,! ", ""),
            ("A red CAR, parked.", "a red car parked"),
            ("DSC_0123.JPG", "dsc 0123 jpg"),
            ("don't", "don t"),
            ("Café cafe\u{301} CAFÉ", "cafe cafe cafe"),
            ("Straße ÜBER İstanbul", "straße uber istanbul"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("ﬁne Ｗｉｄｅ", "fine wide"),
            ("soft\u{ad}hyphen", "softhyphen"),
            ("a\0b", "a b"),
            ("\u{301}a", "a"),
            ("שָׁלוֹם עולם", "שָׁלוֹם עולם"),
            ("क्या हिन्दी", "क्या हिन्दी"),
            ("한국어 사진", "한국어 사진"),
        ];
        for (text, expected) in table {
            assert_eq!(words(text), words(expected), "{text}");
            if !expected.contains('ש') {
                assert_eq!(words(text), expected, "{text}");
            }
        }
    }

    #[test]
    fn where_no_spaces_are_written_each_letter_is_a_word() {
        assert_eq!(words("猫が椅子の上"), "猫 が 椅 子 の 上");
        assert_eq!(words("abc猫def"), "abc 猫 def");
        assert_eq!(words("ไทย").split(' ').count(), 3);
        assert_eq!(
            words("ที่").split(' ').count(),
            1,
            "marks stay with their letter"
        );
    }

    #[test]
    fn what_was_made_of_words_is_made_of_the_same_words() {
        for text in ["Ünïcödé ΑΣ", "猫がいる", "ที่นี่", "a\u{301}\u{302}b", "ﬃ Ⅷ ㎏"]
        {
            let once = words(text);
            assert_eq!(words(&once), once);
        }
    }

    #[test]
    fn a_word_without_end_becomes_many_and_takes_no_time() {
        let long = words(&"x".repeat(100_000));
        assert!(long.split(' ').all(|word| word.len() <= LONGEST));
        assert_eq!(long.replace(' ', "").len(), 100_000);
        let marks = format!("a{}", "\u{5b0}".repeat(1_000_000));
        assert!(words(&marks).len() < 4 * LONGEST);
    }
}

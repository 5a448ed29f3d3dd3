use std::os::unix::ffi::OsStrExt;

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::*;

#[test]
fn plain_text_is_shown_as_it_is() {
    assert_eq!(Foreign::new("a tabby cat").shown(20), "a tabby cat");
}

#[test]
fn what_does_not_fit_ends_in_an_ellipsis() {
    assert_eq!(Foreign::new("a tabby cat").shown(7), "a tabb…");
    assert_eq!(Foreign::new("猫猫猫").shown(4), "猫…");
    assert_eq!(Foreign::new("abc").shown(0), "");
}

#[test]
fn terminal_commands_become_visible() {
    let title = Foreign::new("\u{1b}]0;owned\u{7}cat");
    assert_eq!(title.shown(40), "␛]0;owned\\u{7}cat");
    assert_eq!(Foreign::new("\u{9b}2Jcat").shown(40), "\\u{9b}2Jcat");
}

#[test]
fn direction_overrides_become_visible() {
    assert_eq!(
        Foreign::new("cat\u{202e}gpj.exe").shown(40),
        "cat\\u{202e}gpj.exe"
    );
}

#[test]
fn line_breaks_are_kept_only_in_paragraphs() {
    let text = Foreign::new("one\r\ntwo\tthree");
    assert_eq!(text.paragraphs(), "one\ntwo three");
    assert_eq!(Foreign::new("one\ntwo").shown(10), "one two");
}

#[test]
fn a_name_that_is_no_utf8_stays_distinct() {
    let name = |bytes: &[u8]| Foreign::from_os(OsStr::from_bytes(bytes)).shown(20);
    assert_eq!(name(b"a\xff.jpg"), "a\\xFF.jpg");
    assert_ne!(name(b"a\xff.jpg"), name(b"a\xfe.jpg"));
}

#[test]
fn a_huge_caption_is_clipped_without_reading_all_of_it() {
    let huge = Foreign::new("x".repeat(64 << 20));
    assert_eq!(huge.shown(10), "xxxxxxxxx…");
}

#[test]
fn the_opening_of_a_text_ends_at_a_letter() {
    assert_eq!(Foreign::new("a\u{7}é…").opening(3), "a\\u{7}…");
    assert_eq!(Foreign::new("a\nb").opening(3), "a\nb");
}

#[test]
fn of_many_names_the_first_are_listed_and_the_rest_is_counted() {
    let names = ["a", "b\u{1b}", "c", "d"].map(ToOwned::to_owned);
    let listed = |most| list(names.iter(), most);
    assert_eq!(listed(9), "a, b␛, c, d");
    assert_eq!(listed(3), "a, b␛, c and 1 other");
    assert_eq!(listed(2), "a, b␛ and 2 others");
    assert_eq!(list([].iter(), 2), "");
}

#[test]
fn a_family_is_not_cut_in_two() {
    let family = "👨‍👩‍👧‍👦";
    assert_eq!(clip(&format!("{family}{family}"), 2), family);
}

proptest! {
    // A file of failures found would lie beside the sources.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn nothing_unsafe_is_ever_shown(text in any::<String>(), width in 0_usize..200) {
        let foreign = Foreign::new(text);
        let shown = foreign.shown(width);
        prop_assert!(!shown.chars().any(is_unsafe));
        prop_assert!(shown.width() <= width);
        prop_assert!(!foreign.paragraphs().chars().any(|letter| letter != '\n' && is_unsafe(letter)));
    }
}

use proptest::prelude::*;

use super::*;

fn press(editor: &mut Editor, keys: &str) {
    for key in keys.split(' ') {
        let (modifiers, rest) = match key.split_once('+') {
            Some(("ctrl", rest)) => (KeyModifiers::CONTROL, rest),
            Some(("alt", rest)) => (KeyModifiers::ALT, rest),
            _ => (KeyModifiers::NONE, key),
        };
        let code = match rest {
            "left" => KeyCode::Left,
            "right" => KeyCode::Right,
            "home" => KeyCode::Home,
            "end" => KeyCode::End,
            "delete" => KeyCode::Delete,
            "backspace" => KeyCode::Backspace,
            letter => KeyCode::Char(letter.chars().next().unwrap()),
        };
        editor.press(KeyEvent::new(code, modifiers));
    }
}

/// The text with `|` where the cursor is.
fn state(editor: &Editor) -> String {
    let (before, after) = editor.halves();
    format!("{before}|{after}")
}

fn after(text: &str, keys: &str) -> String {
    let mut editor = Editor::new(text);
    press(&mut editor, keys);
    state(&editor)
}

#[test]
fn letters_and_words_are_written_and_removed() {
    assert_eq!(after("A cat", "s ."), "A cats.|");
    assert_eq!(after("A cat", "left left o"), "A co|at");
    assert_eq!(after("A small cat.", "ctrl+w"), "A small |");
    assert_eq!(after("A small cat.", "ctrl+left ctrl+backspace"), "A |cat.");
    assert_eq!(after("A cat", "home alt+d"), "| cat");
    assert_eq!(after("A cat", "ctrl+a ctrl+f ctrl+d"), "A|cat");
    assert_eq!(after("", "backspace delete left right ctrl+w"), "|");
}

#[test]
fn lines_begin_and_end_at_their_breaks() {
    assert_eq!(after("one\ntwo", "home"), "one\n|two");
    assert_eq!(after("one\ntwo", "home left end"), "one|\ntwo");
    assert_eq!(after("one\r\ntwo", "home left ctrl+a end"), "one|\r\ntwo");
    assert_eq!(after("one\ntwo", "left ctrl+u"), "one\n|o");
    assert_eq!(after("one\ntwo", "home ctrl+k"), "one\n|");
    assert_eq!(after("one\ntwo", "ctrl+home"), "|one\ntwo");
}

#[test]
fn a_letter_of_several_signs_is_one() {
    assert_eq!(after("a👩‍👩‍👧‍👦", "backspace"), "a|");
    assert_eq!(after("e\u{301}a", "home right"), "e\u{301}|a");
    assert_eq!(after("one\r\n", "backspace"), "one|");
}

#[test]
fn up_and_down_go_through_rows_and_keep_their_column() {
    let text = "one two three\nno\nfour five";
    let mut editor = Editor::new(text);
    let width = 9;
    let rows = editor.shown(width).rows;
    assert_eq!(rows, ["one two", "three", "no", "four", "five"]);
    press(&mut editor, "left");
    editor.step(Motion::Up, width, 3);
    assert_eq!(state(&editor), "one two three\nno\nfou|r five");
    editor.step(Motion::Up, width, 3);
    assert_eq!(state(&editor), "one two three\nno|\nfour five");
    editor.step(Motion::Up, width, 3);
    assert_eq!(state(&editor), "one two thr|ee\nno\nfour five");
    editor.step(Motion::PageDown, width, 3);
    assert_eq!(state(&editor), "one two three\nno\nfour fiv|e");
    editor.step(Motion::Down, width, 3);
    assert_eq!(state(&editor), "one two three\nno\nfour five|");
    editor.step(Motion::PageUp, width, 9);
    editor.step(Motion::Up, width, 9);
    assert_eq!(state(&editor), "|one two three\nno\nfour five");
}

#[test]
fn what_a_terminal_must_not_see_is_shown_in_another_form_and_kept() {
    let text = "red\u{1b}[31m\tcat\u{202e}\r\n猫\rend\n";
    let mut editor = Editor::new(text);
    let shown = editor.shown(30);
    assert_eq!(shown.rows, ["red␛[31m cat\\u{202e}", "猫\\u{d}end", ""]);
    assert_eq!((shown.row, shown.column), (2, 0));
    press(&mut editor, "left left left left left");
    let shown = editor.shown(30);
    assert_eq!((shown.row, shown.column), (1, 2));
    assert_eq!(editor.text(), text);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn moving_changes_nothing_and_stays_between_letters(
        text in "[a-c猫é \u{1b}\t\r\n👩‍👧]{0,60}",
        width in 3_usize..20,
        moves in proptest::collection::vec(0..8_usize, 0..30),
    ) {
        let mut editor = Editor::new(text.clone());
        for which in moves {
            match which {
                0 => editor.step(Motion::Up, width, 3),
                1 => editor.step(Motion::Down, width, 3),
                2 => editor.step(Motion::PageUp, width, 3),
                3 => editor.step(Motion::PageDown, width, 3),
                4 => press(&mut editor, "left"),
                5 => press(&mut editor, "right"),
                6 => press(&mut editor, "home ctrl+left"),
                _ => press(&mut editor, "end ctrl+right"),
            }
            prop_assert_eq!(editor.text(), &text);
            let is_between = editor.at == text.len()
                || text.grapheme_indices(true).any(|(at, _)| at == editor.at);
            prop_assert!(is_between, "{}", state(&editor));
            let shown = editor.shown(width);
            prop_assert!(shown.row < shown.rows.len());
            prop_assert!(shown.column < width);
            for row in &shown.rows {
                prop_assert!(row.width() <= width);
            }
        }
    }
}

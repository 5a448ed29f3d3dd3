//! Captions that come in and go out from keys alone.

use std::fs;

use crate::home::Home;
use crate::terminal::{ENTER, TAB};
use crate::{dashboard, leaves};

const BACK_TAB: &str = "\x1b[Z";

#[test]
fn captions_are_taken_over_worded_anew_and_handed_over() {
    let home = Home::new();
    for (name, colour) in [("cat", [250, 0, 0]), ("dog", [0, 0, 250])] {
        home.dot(&format!("{name}.png"), colour);
        let text = format!("a photo of a {name}");
        home.write(format!("{name}.txt"), text.as_bytes());
    }
    home.write("metadata.jsonl", b"no row\n");
    let mut terminal = dashboard(&home);

    terminal.press("I");
    terminal.shows("Take captions over");
    terminal.press(ENTER);
    terminal.shows("2 captions would be taken over");
    terminal.shows("metadata.jsonl:1 (it is no object of JSON)");
    terminal.press("y");
    terminal.shows("took over 2 captions");

    terminal.press("%");
    terminal.shows("2 captions · ");
    // Each key waits for the one before: what comes at once is a paste.
    for (keys, then) in [
        ("a photo of (.*)", "a photo of (.*)"),
        (TAB, ">replace by"),
        ("$2", "replace by  $2"),
        (TAB, ">as"),
        ("r", "the pattern has no group `2`"),
        (BACK_TAB, ">replace by"),
        ("\x7f", "replace by  $ "),
        ("1", "replace by  $1"),
    ] {
        terminal.press(keys);
        terminal.shows(then);
    }
    terminal.shows("2 of 2 captions change");
    terminal.shows("[-photo of a-] cat");
    terminal.press(ENTER);
    terminal.shows("change nothing");
    terminal.press("y");
    terminal.shows("changed 2 captions; u takes it back");
    terminal.press("u");
    terminal.shows("stand as before");
    terminal.press("\x12");
    terminal.shows("stand as decided");

    terminal.press("X");
    terminal.shows("enter show the plan");
    for (keys, then) in [
        (TAB, ">of"),
        (TAB, ">format"),
        (TAB, ">existing"),
        ("o", "● overwrite"),
    ] {
        terminal.press(keys);
        terminal.shows(then);
    }
    terminal.press(ENTER);
    terminal.shows("2 overwritten");
    terminal.press("y");
    terminal.shows("wrote 2 files");
    for name in ["cat", "dog"] {
        let text = fs::read_to_string(home.path(&format!("pictures/{name}.txt"))).unwrap();
        assert_eq!(text, format!("a {name}\n"));
    }
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

//! A review from keys alone: of what the command line captioned, accepted, rejected and rewritten.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::home::Home;
use crate::terminal::{ENTER, ESC, Terminal};
use crate::{PROGRAM, command, leaves};

/// Somebody with so many pictures, all of them captioned.
fn captioned(pictures: u8) -> Home {
    let home = Home::new();
    for number in 0..pictures {
        home.dot(
            &format!("p{number:02}.png"),
            [number * 12, 90, 200 - number],
        );
    }
    home.run(&["caption", ".", "--quiet"]).ok();
    home
}

/// The review, past the card of the first start.
fn review(home: &Home, editor: &str) -> Terminal {
    let mut command = command(home, &[PROGRAM]);
    command.env("VISUAL", editor);
    let mut terminal = Terminal::start(command);
    terminal.wait_for("the dashboard, or the card over it", |screen| {
        let text = screen.contents();
        text.contains("p00.png") || text.contains("Welcome to blipboard")
    });
    if terminal.screen().contains("Welcome to blipboard") {
        terminal.press(ESC);
        terminal.wait_for("the dashboard", |screen| {
            !screen.contents().contains("Welcome to blipboard")
        });
    }
    terminal.press("4z");
    terminal.shows("Review · ");
    terminal
}

fn pending(terminal: &Terminal, count: usize) {
    terminal.shows(&format!("Review · {count} pending"));
}

/// What history holds, the newest first.
fn history(home: &Home) -> Vec<Value> {
    let lines = home
        .run(&["history", "ls", "--json", "--limit", "100"])
        .ok();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn twenty_pictures_are_reviewed_by_keys() {
    let home = captioned(20);
    let mut terminal = review(&home, "false");
    pending(&terminal, 20);
    for left in (11..20).rev() {
        terminal.press("a");
        pending(&terminal, left);
    }
    for left in (6..11).rev() {
        terminal.press("x");
        pending(&terminal, left);
    }
    terminal.press("uu");
    pending(&terminal, 8);
    terminal.press("\x12\x12");
    pending(&terminal, 6);
    terminal.press("J");
    for left in (1..6).rev() {
        terminal.press("e");
        terminal.shows("Edit");
        terminal.press(" It was looked at.");
        terminal.shows("looked at.");
        terminal.press(ENTER);
        pending(&terminal, left);
    }
    terminal.press("a");
    terminal.shows("every caption here is decided on");
    terminal.press("qq");
    leaves(&terminal, Ok(0));

    // All of it is there again.
    let mut terminal = review(&home, "false");
    pending(&terminal, 0);
    terminal.press("/");
    terminal.wait_for("the field", |screen| {
        !screen.contents().contains("x reject")
    });
    terminal.press("decision:accepted \"looked at\"");
    terminal.press(ENTER);
    terminal.wait_for("those that were rewritten", |screen| {
        let text = screen.contents();
        text.matches("✓ ✎").count() >= 5 && !text.contains("× ")
    });
    terminal.press(ESC);
    pending(&terminal, 0);
    terminal.press("q");
    terminal.shows("History · all folders");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert_eq!(history(&home).len(), 20, "nothing was asked once more");
}

#[test]
fn an_own_editor_has_the_terminal_and_gives_it_back() {
    let home = captioned(2);
    let editor = home.path("my editor");
    // It asks the person, so it must have the keys, and the screen as it was.
    let script =
        "#!/bin/sh\nprintf 'how is it? '\nread -r word\nprintf '%s %s' \"$1\" \"$word\" >\"$2\"\n";
    fs::write(&editor, script).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o700)).unwrap();
    let wanted = format!("'{}' --wait", editor.to_str().unwrap());
    let mut terminal = review(&home, &wanted);
    pending(&terminal, 2);
    terminal.press("E");
    terminal.shows("how is it?");
    terminal.press("fine\r");
    pending(&terminal, 1);
    terminal.shows("--wait fine");
    terminal.press("u");
    pending(&terminal, 2);
    terminal.press("qq");
    leaves(&terminal, Ok(0));

    let mut terminal = review(&home, "no-such-editor");
    pending(&terminal, 2);
    terminal.press("E");
    terminal.shows("the editor `no-such-editor` was not found");
    terminal.press("qq");
    leaves(&terminal, Ok(0));
}

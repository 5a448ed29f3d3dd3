//! The dashboard in a real terminal, from the first key to the last.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on has failed its test"
)]

#[path = "pty/account.rs"]
mod account;
#[path = "pty/auth.rs"]
mod auth;
#[path = "pty/bytes.rs"]
mod bytes;
#[path = "pty/comparison.rs"]
mod comparison;
#[path = "pty/demo.rs"]
mod demo;
#[path = "pty/handover.rs"]
mod handover;
#[expect(dead_code, reason = "the command line's tests need more of it")]
#[path = "support/home.rs"]
mod home;
#[path = "pty/leaving.rs"]
mod leaving;
#[path = "pty/panics.rs"]
mod panics;
#[path = "pty/pictures.rs"]
mod pictures;
#[path = "pty/probe.rs"]
mod probe;
#[path = "pty/review.rs"]
mod review;
#[expect(dead_code, reason = "the wire's own tests need more of it")]
#[path = "support/server.rs"]
mod server;
#[path = "support/terminal.rs"]
mod terminal;
#[path = "pty/wire.rs"]
mod wire;

use std::cell::RefCell;
use std::fs;

use home::Home;
use portable_pty::CommandBuilder;
use terminal::{CTRL_C, CTRL_Z, ENTER, ESC, End, TAB, Terminal};

const PROGRAM: &str = env!("CARGO_BIN_EXE_blipboard");

/// Somebody with four pictures who has never started the program.
fn newcomer() -> Home {
    Home::with(&["astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg"])
}

/// The same, with a caption of the cat from the command line.
fn with_a_caption() -> Home {
    let home = newcomer();
    home.run(&["caption", "cat.jpg", "--quiet"]).ok();
    home
}

/// Starts a program among the pictures.
fn start(home: &Home, words: &[&str]) -> Terminal {
    Terminal::start(command(home, words))
}

fn command(home: &Home, words: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::from_argv(words.iter().map(Into::into).collect());
    command.env_clear();
    for (name, value) in home.variables() {
        command.env(name, value);
    }
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.cwd(home.path("pictures"));
    command
}

/// The dashboard, past the card of the first start.
fn dashboard(home: &Home) -> Terminal {
    let mut terminal = start(home, &[PROGRAM]);
    terminal.shows("Welcome to blipboard");
    terminal.press(ESC);
    shows_files(&terminal);
    terminal
}

/// Waits for the files, with nothing over them.
#[track_caller]
fn shows_files(terminal: &Terminal) {
    terminal.wait_for("files and nothing over them", |screen| {
        screen.contents().starts_with("┍ Files ~/pictures")
    });
}

/// What stands on the right of the smallest screen, where no line is broken.
fn right_side(screen: &vt100::Screen) -> String {
    let rows: Vec<String> = screen.rows(33, 46).collect();
    let text = rows.join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Moves down in the files until `name` is under the cursor.
fn walk_to(terminal: &mut Terminal, name: &str) {
    // What stands beside it on the screen changes by itself, and a frame may be half there.
    let here = |screen: &str| {
        let row = screen.lines().find_map(|line| line.strip_prefix("│> "))?;
        row.split_whitespace().next().map(str::to_owned)
    };
    let now = RefCell::new(None);
    let mut before = None;
    while before.as_deref() != Some(name) {
        if before.is_some() {
            terminal.press("j");
        }
        terminal.wait_for("the next row", |screen| {
            now.replace(here(&screen.contents()));
            now.borrow().is_some() && *now.borrow() != before
        });
        before = now.take();
    }
}

#[track_caller]
fn leaves(terminal: &Terminal, expected: End) {
    assert_eq!(terminal.wait_exit(), expected, "{}", terminal.screen());
    terminal.is_as_before();
}

#[test]
fn a_first_caption_needs_nothing_but_enter_and_is_remembered() {
    let home = newcomer();
    let mut terminal = dashboard(&home);
    walk_to(&mut terminal, "cat.jpg");
    terminal.press(ENTER);
    terminal.shows("1 ✓");
    terminal.shows("cat.jpg      describe");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    let history = home.run(&["history", "ls", "--json"]).objects();
    assert_eq!(history.len(), 1, "{history:?}");
    assert!(history[0].to_string().contains("cat.jpg"), "{history:?}");

    let mut again = start(&home, &[PROGRAM, "cat.jpg"]);
    again.shows("> cat.jpg                 1 ✓");
    again.shows("cat.jpg      describe");
    shows_files(&again);
    again.press("q");
    leaves(&again, Ok(0));
}

#[test]
fn a_screen_may_change_its_size() {
    let home = newcomer();
    let mut terminal = dashboard(&home);
    terminal.resize(120, 36);
    terminal.wait_for("three columns", |screen| {
        screen
            .contents()
            .lines()
            .next()
            .is_some_and(|top| top.contains("History"))
    });
    terminal.resize(60, 15);
    terminal.shows("blipboard needs 80×24 cells");
    terminal.resize(80, 24);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn ctrl_z_goes_to_the_shell_and_fg_comes_back() {
    let home = newcomer();
    let script = format!("set -m; '{PROGRAM}'; echo stopped $?; read line; fg; exit $?");
    let mut terminal = start(&home, &["/bin/sh", "-c", &script]);
    terminal.shows("Welcome to blipboard");
    terminal.press(CTRL_Z);
    terminal.shows("stopped 14");
    terminal.is_as_before();
    terminal.press(ENTER);
    terminal.shows("Welcome to blipboard");
    terminal.press(ESC);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn ctrl_c_twice_leaves() {
    let home = newcomer();
    let mut terminal = dashboard(&home);
    terminal.press(CTRL_C);
    terminal.shows("once more leaves");
    terminal.press(CTRL_C);
    leaves(&terminal, Ok(0));
}

#[test]
fn a_lost_line_leaves_no_process_and_a_whole_history() {
    let home = with_a_caption();
    let mut terminal = dashboard(&home);
    terminal.shows("1 ✓");
    assert_eq!(terminal.hang_up(), Ok(129));
    let history = home.run(&["history", "ls", "--json"]).objects();
    assert_eq!(history.len(), 1);
}

#[test]
fn help_is_searched_as_one_types() {
    let home = newcomer();
    let mut terminal = dashboard(&home);
    terminal.press("?");
    terminal.shows("one down");
    terminal.press("full screen");
    terminal.wait_for("only what was looked for", |screen| {
        let text = screen.contents();
        text.contains("this pane full screen") && !text.contains("one down")
    });
    terminal.press(ESC);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn every_pane_has_the_whole_screen_in_turn() {
    let home = newcomer();
    let mut terminal = dashboard(&home);
    let panes = ["Files ", "Models ", "Captions ", "History "];
    let zoomed = ["Files ", "Models ", "Captions ", "Review "];
    for (key, (pane, title)) in ["1", "2", "3", "4"]
        .into_iter()
        .zip(panes.into_iter().zip(zoomed))
    {
        let alone = |screen: &vt100::Screen| {
            let text = screen.contents();
            let mut others = panes.iter().filter(|other| **other != pane);
            text.contains(title) && !others.any(|other| text.contains(other))
        };
        terminal.press(key);
        terminal.press("z");
        terminal.wait_for(title, alone);
        terminal.press("z");
        terminal.wait_for("all panes", |screen| !alone(screen));
    }
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn a_typed_command_is_completed_and_obeyed() {
    let home = newcomer();
    let mut terminal = dashboard(&home);
    terminal.press(":");
    terminal.shows("tab completes");
    terminal.press("hist");
    terminal.shows(":hist");
    terminal.press(TAB);
    terminal.shows(":history");
    terminal.press(ENTER);
    terminal.wait_for("no field", |screen| !screen.contents().contains(":history"));
    terminal.press(":");
    terminal.press("colour");
    terminal.press(ENTER);
    terminal.shows("there is no command `colour`");
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn a_run_is_deleted_only_after_a_yes() {
    let home = with_a_caption();
    let mut terminal = dashboard(&home);
    terminal.shows("1 ✓");
    terminal.press("4");
    terminal.press("D");
    terminal.shows("delete for good");
    terminal.press("n");
    terminal.wait_for("no question", |screen| {
        !screen.contents().contains("delete for good")
    });
    terminal.press("D");
    terminal.shows("delete for good");
    terminal.press("y");
    terminal.shows("1 run deleted");
    terminal.shows("Nothing was captioned yet");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert_eq!(home.run(&["history", "ls"]).ok(), "");
}

#[test]
fn pictures_that_cannot_be_read_say_why() {
    let home = newcomer();
    let cat = fs::read(home.path("pictures/cat.jpg")).unwrap();
    let files: [(&str, &[u8], &str); 3] = [
        ("a-empty.png", b"", "a-empty.png is empty"),
        (
            "b-text.jpg",
            b"This is no picture.",
            "b-text.jpg is not a picture",
        ),
        (
            "c-torn.jpg",
            &cat[..20_000],
            "is cut off: its end is missing",
        ),
    ];
    for (name, bytes, _) in files {
        home.write(name, bytes);
    }
    let mut terminal = dashboard(&home);
    for (name, _, sentence) in files {
        walk_to(&mut terminal, name);
        terminal.wait_for(sentence, |screen| right_side(screen).contains(sentence));
    }
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

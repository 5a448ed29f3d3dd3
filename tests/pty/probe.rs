//! A terminal that is asked what it can do, and has its own way to answer.

use std::fs;

use crate::home::Home;
use crate::terminal::{ENTER, ESC, Script, Terminal};
use crate::{PROGRAM, command, leaves, newcomer, shows_files, start};

/// What every terminal here sends has keys before, between and behind the answers. They type this.
const TYPED: &str = ":abcdeä";

const PLAIN: Script = Script {
    answers: &[
        ("\x1b[16t", ":ax\x7f\x1b[6;20;10t"),
        ("\x1b[c", "b\x1b[?62;22c\x1b[200~c\x1b[201~"),
        ("\x1b_Gi=31,", "e\x1b[D"),
        ("\x1b[c", "d\x1b[C\x1b[?62;22cä"),
    ],
    in_pieces: false,
    stalls: None,
};

const KITTY: Script = Script {
    answers: &[
        ("\x1b[16t", ":ax\x7f\x1b[6;20;10t"),
        ("\x1b[c", "b\x1b[?62;4c\x1b[200~c\x1b[201~"),
        ("\x1b_Gi=31,", "e\x1b[D\x1b_Gi=31;OK\x1b\\"),
        ("\x1b[c", "d\x1b[C\x1b[?62;4cä"),
    ],
    in_pieces: false,
    stalls: None,
};

const SIXEL: Script = Script {
    answers: &[("\x1b[c", ":ab\x1b[?62;4cc"), ("\x1b[c", "d\x1b[?62;4ceä")],
    in_pieces: false,
    stalls: None,
};

const TMUX: Script = Script {
    answers: &[("\x1b[c", ":abc\x1b[?1;2;4cdeä")],
    in_pieces: false,
    stalls: None,
};

const SILENT: Script = Script {
    answers: &[("\x1b[c", ":abx\x7f\x1b[200~c\x1b[201~e\x1b[Dd\x1b[Cä")],
    in_pieces: false,
    stalls: None,
};

/// Only answers, and no kitty.
const ANSWERS: Script = Script {
    answers: &[("\x1b[c", "\x1b[?62;22c"), ("\x1b[c", "\x1b[?62;22c")],
    in_pieces: false,
    stalls: None,
};

/// Somebody who has seen the card of the first start.
fn regular() -> Home {
    let home = newcomer();
    let mut terminal = start(&home, &[PROGRAM]);
    terminal.shows("Welcome to blipboard");
    terminal.press(ESC);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
    home
}

fn log(home: &Home) -> String {
    fs::read_to_string(home.path("data/blipboard.log")).unwrap()
}

/// The dashboard in a terminal that plays `script`, after the keys in it; answers what the log says
/// of pictures.
#[track_caller]
fn types_and_leaves(home: &Home, script: Script, variables: &[&str]) -> String {
    let before = log(home).len();
    let words = [&["/usr/bin/env"], variables, &[PROGRAM]].concat();
    let mut terminal = Terminal::playing(command(home, &words), script);
    terminal.shows(TYPED);
    let written = terminal.written();
    let (frame, question) = (written.find("Files"), written.find("\x1b[c"));
    assert!(frame.is_some() && frame < question, "{written:?}");
    terminal.press(ENTER);
    terminal.shows("there is no command `abcdeä`");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    log(home).split_off(before)
}

#[test]
fn whatever_a_terminal_answers_every_key_is_kept_in_order() {
    let home = regular();
    let in_pieces = |script| Script {
        in_pieces: true,
        ..script
    };
    for (script, way) in [
        (PLAIN, "shown as blocks"),
        (KITTY, "shown as kitty"),
        (SIXEL, "shown as sixel"),
        (in_pieces(PLAIN), "shown as blocks"),
        (in_pieces(KITTY), "shown as kitty"),
    ] {
        let log = types_and_leaves(&home, script, &[]);
        assert!(log.contains(way), "{log}");
    }
    let tmux = ["TMUX=socket", "TERM=tmux-256color", "LC_TERMINAL=iTerm2"];
    let log = types_and_leaves(&home, TMUX, &tmux);
    assert!(log.contains("shown as sixel"), "{log}");
}

#[test]
fn a_terminal_that_never_answers_keeps_nobody_waiting() {
    let log = types_and_leaves(&regular(), SILENT, &[]);
    assert!(!log.contains("shown as"), "it was still asked: {log}");
}

#[test]
fn nothing_is_asked_where_the_person_said_how() {
    let home = regular();
    let mut terminal = start(&home, &[PROGRAM, "--graphics", "blocks"]);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert!(!terminal.written().contains("\x1b[c"));
    assert!(log(&home).contains("shown as blocks: the setting"));
}

/// Answers that nobody waits for any more once were read as keys, among them one that captions.
#[test]
fn an_answer_that_comes_too_late_runs_no_command() {
    let home = regular();
    let mut terminal = start(&home, &[PROGRAM]);
    terminal.is_sent("\x1b[c");
    // Whoever is asked after it has had as much time as it had.
    let other = start(&home, &[PROGRAM, "doctor"]);
    other.shows("none within");
    assert_eq!(other.wait_exit(), Ok(0));
    for piece in [
        "\x1b[6;20;10t\x1b[?62;4c",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b",
        "[?62;4c",
        "\x1b[",
        "?62;4c",
        "j",
    ] {
        terminal.press(piece);
    }
    terminal.shows("> cat.jpg");
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert!(log(&home).contains("did not answer in time"));
    assert_eq!(home.run(&["history", "ls"]).ok(), "");
}

#[test]
fn a_terminal_without_utf8_gets_ascii_alone() {
    let home = regular();
    let words = ["/usr/bin/env", "LANG=C", PROGRAM];
    let mut terminal = Terminal::playing(command(&home, &words), ANSWERS);
    terminal.shows("+ Files ~/pictures =");
    terminal.shows("astronaut.jpg 512x512");
    assert!(terminal.screen().is_ascii(), "{}", terminal.screen());
    terminal.is_sent("\x1b_Gi=31,");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert!(log(&home).contains("shown as off: there are no half blocks without UTF-8"));
}

#[test]
fn a_dumb_terminal_is_told_the_plain_commands() {
    let terminal = start(&newcomer(), &["/usr/bin/env", "TERM=dumb", PROGRAM]);
    assert_eq!(terminal.wait_exit(), Ok(2));
    terminal.shows("TERM=dumb cannot show a dashboard");
    terminal.shows("blipboard caption PATH");
}

#[test]
fn the_doctor_tells_what_the_terminal_answered() {
    let home = regular();
    let terminal = Terminal::playing(
        command(&home, &[PROGRAM, "doctor"]),
        Script {
            answers: &[
                ("\x1b[16t", "\x1b[6;20;10t"),
                ("\x1b[c", "typed\x1b[?62;4c"),
                ("\x1b_Gi=31,", "\x1b_Gi=31;OK\x1b\\"),
                ("\x1b[c", "\x1b[?62;4c"),
            ],
            in_pieces: false,
            stalls: None,
        },
    );
    assert_eq!(terminal.wait_exit(), Ok(0));
    let text = terminal.screen().replace('\n', "");
    let raw = r"\x1b[6;20;10t\x1b[?62;4c\x1b_Gi=31;OK\x1b\\\x1b[?62;4c within ";
    assert!(text.contains(raw), "{text}");
    assert!(text.contains("kitty: the terminal says"), "{text}");
    assert!(text.contains("cells of 10 by 20 pixels"), "{text}");
    assert!(text.contains("80 columns, 24 rows"), "{text}");
    assert!(!text.contains("typed"), "{text}");
    terminal.is_as_before();
}

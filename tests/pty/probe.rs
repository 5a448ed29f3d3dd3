//! A terminal that is asked what it can do, and has its own way to answer.

use std::fs;

use crate::home::Home;
use crate::terminal::{ENTER, ESC, Script, Terminal};
use crate::{PROGRAM, command, leaves, newcomer, shows_files, start};

/// Typed before the first answer: a line that Esc closes, one that Enter obeys, and the first third
/// of all letters of ASCII. Never so many at once that they are a paste.
macro_rules! before {
    () => {
        concat!(
            ":a\x1b\x1b[A:\t\x15b\r:\"!#$%&'()\x1b[D\x1b[C*+,-./01",
            "\x1b[D\x1b[C23456789\x1b[D\x1b[C:;<=>?@"
        )
    };
}

/// Between two answers.
macro_rules! between {
    () => {
        "ABCDEFGH\x02\x06IJKLMNOP\x1b[D\x1b[CQRSTUVWX\x01\x05YZ[\\]^_`"
    };
}

/// Behind the last one.
macro_rules! behind {
    () => {
        "\x1b[D\x1b[Cabcdefgh\x7fh\x1b[D\x1b[Cijklmnop\x1b[D\x1b[Cqrstuvw\x1b[D\x1b[Cxyz{|}~ ä"
    };
}

/// How the line ends that they type, and how it begins.
const END: &str = "IJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~ ä";
const BEGINNING: &str = ":\"!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJ";

/// It answers what it is asked, in this way.
macro_rules! answers {
    ($cell:literal, $attributes:literal, $kitty:literal) => {
        Script {
            answers: &[
                ("\x1b[16t", concat!(before!(), $cell)),
                ("\x1b[c", concat!($attributes, between!())),
                ("\x1b_Gi=31,", $kitty),
                ("\x1b[c", concat!($attributes, behind!())),
            ],
            in_pieces: false,
            stalls: None,
        }
    };
}

const PLAIN: Script = answers!("\x1b[6;20;10t", "\x1b[?62;22c", "");
const KITTY: Script = answers!("\x1b[6;20;10t", "\x1b[?62;4c", "\x1b_Gi=31;OK\x1b\\");
const SIXEL: Script = answers!("", "\x1b[?62;4c", "");

const TMUX: Script = Script {
    answers: &[(
        "\x1b[c",
        concat!(before!(), "\x1b[?1;2;4c", between!(), behind!()),
    )],
    in_pieces: false,
    stalls: None,
};

const SILENT: Script = Script {
    answers: &[("\x1b[c", concat!(before!(), between!(), behind!()))],
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
    terminal.shows(END);
    let written = terminal.written();
    let (frame, question) = (written.find("Files"), written.find("\x1b[c"));
    assert!(frame.is_some() && frame < question, "{written:?}");
    terminal.press("\x01");
    terminal.shows(BEGINNING);
    terminal.press(ENTER);
    terminal.shows("there is no command `\"!#$%&'()*+");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    log(home).split_off(before)
}

const HERE: &[&str] = &[];
const SSH: &[&str] = &["SSH_CONNECTION=192.0.2.1 50000 192.0.2.2 22"];
const ITERM: &[&str] = &["TERM_PROGRAM=iTerm.app"];
const IN_TMUX: &[&str] = &["TMUX=socket", "TERM=tmux-256color", "LC_TERMINAL=iTerm2"];

#[test]
fn whatever_a_terminal_answers_every_key_is_kept_in_order() {
    let home = regular();
    for (script, variables, way) in [
        (PLAIN, HERE, "shown as blocks"),
        (KITTY, HERE, "shown as kitty"),
        (KITTY, SSH, "shown as kitty"),
        (PLAIN, ITERM, "shown as iterm"),
        (SIXEL, HERE, "shown as sixel"),
        (TMUX, IN_TMUX, "shown as sixel"),
    ] {
        for in_pieces in [false, true] {
            let script = Script {
                in_pieces,
                ..script
            };
            let log = types_and_leaves(&home, script, variables);
            assert!(log.contains(way), "{log}");
        }
    }
}

#[test]
fn a_terminal_that_never_answers_keeps_nobody_waiting() {
    let home = regular();
    for variables in [HERE, SSH, ITERM, IN_TMUX] {
        let log = types_and_leaves(&home, SILENT, variables);
        let is_in_doubt = !log.contains("shown as") || log.contains("did not answer in time");
        assert!(is_in_doubt || variables == ITERM, "{log}");
    }
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
    // Whoever is asked after it has about as much time as it has.
    while !log(&home).contains("did not answer in time") {
        let other = start(&home, &[PROGRAM, "doctor"]);
        other.shows("none within");
        assert_eq!(other.wait_exit(), Ok(0));
    }
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

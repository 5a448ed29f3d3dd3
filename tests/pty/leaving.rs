//! Whoever ends or stops the program, and when: the terminal is as it was, or as it was left.

use std::thread;

use rustix::process::Signal;
use serde_json::Value;

use crate::home::Home;
use crate::server::{Answer, Gate, Server};
use crate::terminal::{ENTER, ESC, Script, Terminal};
use crate::wire::{END, word};
use crate::{PROGRAM, command, dashboard, leaves, newcomer, shows_files, start, walk_to};

/// A moment in the life of a dashboard.
struct Moment {
    /// The dashboard at that moment.
    come: fn(&Home) -> Terminal,
    /// A word that every whole frame of it holds.
    says: &'static str,
}

const MOMENTS: [Moment; 6] = [
    Moment {
        come: taking_over,
        says: "Welcome",
    },
    Moment {
        come: asking,
        says: "Welcome",
    },
    Moment {
        come: asking_more,
        says: "Welcome",
    },
    Moment {
        come: with_a_picture,
        says: "Files",
    },
    Moment {
        come: with_a_sixel,
        says: "Files",
    },
    Moment {
        come: under_a_popup,
        says: "Help",
    },
];

/// There may be no frame yet.
fn taking_over(home: &Home) -> Terminal {
    let terminal = start(home, &[PROGRAM]);
    terminal.is_sent("\x1b[?1049h");
    terminal
}

/// The terminal is asked what it can do, and has not answered.
fn asking(home: &Home) -> Terminal {
    let terminal = start(home, &[PROGRAM]);
    terminal.is_sent("\x1b[c");
    terminal
}

/// It has answered, and is asked for kitty's way.
fn asking_more(home: &Home) -> Terminal {
    let script = Script {
        answers: &[("\x1b[c", "\x1b[?62;22c")],
        ..Script::default()
    };
    let terminal = Terminal::playing(command(home, &[PROGRAM]), script);
    terminal.is_sent("\x1b_Gi=31,");
    terminal
}

/// kitty keeps a picture for us.
fn with_a_picture(home: &Home) -> Terminal {
    home.config("graphics = \"kitty\"\n");
    let terminal = dashboard(home);
    terminal.frame(0, SHOWN);
    terminal
}

/// A picture has just begun.
fn with_a_sixel(home: &Home) -> Terminal {
    home.config("graphics = \"sixel\"\n");
    let terminal = dashboard(home);
    terminal.is_sent("\x1bP");
    terminal
}

/// The picture is hidden, and kitty still keeps it.
fn under_a_popup(home: &Home) -> Terminal {
    let mut terminal = with_a_picture(home);
    terminal.press("?");
    terminal.shows("one down");
    terminal
}

/// What shows a new picture, and what deletes one.
const SHOWN: &str = "\x1b_Ga=T,";
const DELETED: &str = "\x1b_Ga=d,d=I,";

/// Asserts that no picture is kept in the end.
#[track_caller]
fn forgets_its_pictures(terminal: &Terminal) {
    let written = terminal.written();
    let (shown, deleted) = (written.rfind(SHOWN), written.rfind(DELETED));
    assert!(shown.is_none() || shown < deleted, "a picture stays");
}

#[test]
fn a_signal_leaves_the_terminal_in_order_whenever_it_comes() {
    for signal in [Signal::HUP, Signal::INT, Signal::TERM] {
        for moment in &MOMENTS {
            let home = newcomer();
            let terminal = (moment.come)(&home);
            terminal.signal(signal);
            leaves(&terminal, Ok(128 + signal.as_raw()));
            forgets_its_pictures(&terminal);
        }
    }
}

#[test]
fn a_picture_comes_back_after_a_stop() {
    let home = newcomer();
    let terminal = with_a_picture(&home);
    let mark = terminal.mark();
    terminal.signal(Signal::STOP);
    terminal.signal(Signal::CONT);
    terminal.frame(mark, SHOWN);
}

/// Somebody who stops a program from outside gives the terminal back to the shell, which sets it up.
#[test]
fn whoever_goes_on_sets_the_terminal_up_again() {
    for moment in &MOMENTS[1..] {
        let home = newcomer();
        let terminal = (moment.come)(&home);
        terminal.signal(Signal::STOP);
        terminal.is_stopped();
        terminal.is_taken_by_the_shell();
        let mark = terminal.mark();
        terminal.signal(Signal::CONT);
        terminal.frame(mark, moment.says);
        let again = terminal.frame(mark, "?1004h");
        for mode in ["?1049h", "?25l", "?2004h", "?1004h"] {
            assert!(again.contains(mode), "{mode} in {again:?}");
        }
        terminal.has_a_raw_line();
        terminal.signal(Signal::TERM);
        leaves(&terminal, Ok(128 + Signal::TERM.as_raw()));
        forgets_its_pictures(&terminal);
    }
}

/// Ctrl-Z at a moment, and back: the shell gets the terminal as it was, and nothing types at it.
#[test]
fn ctrl_z_is_in_order_whenever_it_comes() {
    for moment in &MOMENTS {
        let home = newcomer();
        let terminal = (moment.come)(&home);
        terminal.signal(Signal::TSTP);
        terminal.is_stopped();
        terminal.is_as_before();
        forgets_its_pictures(&terminal);
        let mark = terminal.mark();
        terminal.signal(Signal::CONT);
        terminal.frame(mark, moment.says);
        terminal.has_a_raw_line();
        terminal.signal(Signal::INT);
        leaves(&terminal, Ok(128 + Signal::INT.as_raw()));
        forgets_its_pictures(&terminal);
    }
}

/// What it was asked before, the shell may have been told.
#[test]
fn a_terminal_that_was_left_while_it_was_asked_is_asked_again() {
    let home = newcomer();
    let mut terminal = asking(&home);
    terminal.signal(Signal::TSTP);
    terminal.press("\x1b[6;20;10t\x1b[?62;4c");
    terminal.is_stopped();
    terminal.is_as_before();
    terminal.signal(Signal::CONT);
    terminal.writes("\x1b[c", 2);
    terminal.press("\x1b[?62;4c");
    terminal.is_sent("\x1b_Gi=31,");
    terminal.press("\x1b[?62;4c");
    terminal.press(ESC);
    shows_files(&terminal);
    terminal.is_sent("\x1bP");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert_eq!(home.run(&["history", "ls"]).ok(), "");
}

/// Among the letters of an answer are keys that caption and leave.
#[test]
fn an_answer_that_comes_after_a_stop_runs_no_command() {
    for answer in [
        "\x1b[6;20;10t\x1b[?62;22c",
        "\x1b_Gi=31;OK\x1b\\\x1b[?62;22c",
    ] {
        let home = newcomer();
        let mut terminal = asking(&home);
        terminal.signal(Signal::STOP);
        terminal.is_stopped();
        let mark = terminal.mark();
        terminal.press(answer);
        terminal.signal(Signal::CONT);
        terminal.frame(mark, "Files");
        terminal.press(answer);
        terminal.press(ESC);
        shows_files(&terminal);
        terminal.press("j");
        terminal.shows("> cat.jpg");
        terminal.press("q");
        leaves(&terminal, Ok(0));
        assert_eq!(home.run(&["history", "ls"]).ok(), "");
    }
}

/// A model that has begun to answer, and does not go on before `gate` opens.
fn captioning(home: &Home, gate: &Gate) -> (Server, Terminal) {
    let server = Server::start({
        let gate = gate.clone();
        move |_| Answer::stream([word("A tabby"), word(" cat."), END.to_owned()]).behind(&gate)
    });
    home.config(&format!(
        "models = [\"endpoint:lab\"]\n\
         [endpoints.lab]\nurl = \"{}\"\nprotocol = \"chat\"\n",
        server.url()
    ));
    let mut terminal = dashboard(home);
    walk_to(&mut terminal, "cat.jpg");
    terminal.press(ENTER);
    terminal.shows("for the first time");
    terminal.press("y");
    gate.open();
    terminal.shows("A tabby");
    (server, terminal)
}

/// The one run in history.
#[track_caller]
fn run(home: &Home) -> Value {
    let runs = home.run(&["history", "ls", "--json"]).objects();
    let [run] = runs.try_into().unwrap();
    run
}

#[test]
fn what_is_on_its_way_when_the_line_is_lost_is_waited_for_and_kept() {
    let (home, gate) = (newcomer(), Gate::default());
    let (_server, mut terminal) = captioning(&home, &gate);
    thread::scope(|scope| {
        scope.spawn(|| {
            gate.open();
            gate.open();
        });
        assert_eq!(terminal.hang_up(), Ok(129));
    });
    let run = run(&home);
    assert_eq!(run["outcome"], "captioned");
    assert_eq!(run["caption"], "A tabby cat.");
}

#[test]
fn a_signal_waits_for_what_is_on_its_way_and_a_second_one_does_not() {
    for signal in [Signal::HUP, Signal::INT, Signal::TERM] {
        for is_patient in [true, false] {
            let (home, gate) = (newcomer(), Gate::default());
            let (_server, terminal) = captioning(&home, &gate);
            terminal.signal(signal);
            terminal.shows("leaving once all answers are here");
            let (outcome, caption) = if is_patient {
                gate.open();
                gate.open();
                ("captioned", "A tabby cat.")
            } else {
                terminal.signal(Signal::TERM);
                ("cancelled", "A tabby")
            };
            leaves(&terminal, Ok(128 + signal.as_raw()));
            let run = run(&home);
            assert_eq!(run["outcome"], outcome);
            assert_eq!(run["caption"], caption);
        }
    }
}

#[test]
fn an_answer_goes_on_after_a_stop() {
    let (home, gate) = (newcomer(), Gate::default());
    let (_server, mut terminal) = captioning(&home, &gate);
    for stop in [Signal::STOP, Signal::TSTP] {
        terminal.signal(stop);
        terminal.is_stopped();
        let mark = terminal.mark();
        terminal.signal(Signal::CONT);
        terminal.frame(mark, "tabby");
    }
    gate.open();
    gate.open();
    terminal.shows("A tabby cat.");
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

/// Each letter of a sentence once was a command.
#[test]
fn a_sentence_pasted_without_marks_runs_no_command() {
    let home = newcomer();
    let mut terminal = dashboard(&home);
    terminal.press("jjjj: quit, copy, delete?\rDy\r");
    terminal.press("\x1b[A");
    terminal.shows("> ../");
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert_eq!(home.run(&["history", "ls"]).ok(), "");
}

#[test]
fn a_key_that_is_held_moves_as_often_as_it_comes() {
    let home = Home::new();
    for number in 10..40 {
        home.dot(&format!("{number}.png"), [number, 0, 0]);
    }
    let mut terminal = dashboard(&home);
    terminal.shows("> 10.png");
    terminal.press(&"j".repeat(16));
    terminal.shows("> 26.png");
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

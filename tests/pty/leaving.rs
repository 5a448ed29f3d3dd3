//! Whoever ends or stops the program, and when: the terminal is as it was, or as it was left.

use std::thread;

use rustix::process::Signal;

use crate::home::Home;
use crate::server::{Answer, Gate, Server};
use crate::terminal::{ENTER, Terminal};
use crate::wire::{END, word};
use crate::{PROGRAM, dashboard, leaves, newcomer, shows_files, start, walk_to};

/// A moment in the life of a dashboard.
struct Moment {
    /// The dashboard at that moment.
    come: fn(&Home) -> Terminal,
    /// A word that every whole frame of it holds.
    says: &'static str,
}

const MOMENTS: [Moment; 3] = [
    Moment {
        come: asking,
        says: "Welcome",
    },
    Moment {
        come: with_a_picture,
        says: "Files",
    },
    Moment {
        come: under_a_popup,
        says: "Help",
    },
];

/// The terminal is asked what it can do, and has not answered.
fn asking(home: &Home) -> Terminal {
    let terminal = start(home, &[PROGRAM]);
    terminal.is_sent("\x1b[c");
    terminal
}

/// kitty keeps a picture for us.
fn with_a_picture(home: &Home) -> Terminal {
    home.config("graphics = \"kitty\"\n");
    let terminal = dashboard(home);
    terminal.frame(0, SHOWN);
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
fn whoever_was_stopped_and_goes_on_draws_everything_again() {
    for moment in &MOMENTS {
        let home = newcomer();
        let terminal = (moment.come)(&home);
        let mark = terminal.mark();
        terminal.signal(Signal::STOP);
        terminal.signal(Signal::CONT);
        terminal.frame(mark, moment.says);
        terminal.signal(Signal::TERM);
        leaves(&terminal, Ok(128 + Signal::TERM.as_raw()));
        forgets_its_pictures(&terminal);
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

#[test]
fn what_is_on_its_way_when_the_line_is_lost_is_waited_for_and_kept() {
    let gate = Gate::default();
    let server = Server::start({
        let gate = gate.clone();
        move |_| Answer::stream([word("A tabby"), word(" cat."), END.to_owned()]).behind(&gate)
    });
    let home = newcomer();
    home.config(&format!(
        "models = [\"endpoint:lab\"]\n\
         [endpoints.lab]\nurl = \"{}\"\nprotocol = \"chat\"\n",
        server.url()
    ));
    let mut terminal = dashboard(&home);
    walk_to(&mut terminal, "cat.jpg");
    terminal.press(ENTER);
    terminal.shows("for the first time");
    terminal.press("y");
    gate.open();
    terminal.shows("A tabby");
    thread::scope(|scope| {
        scope.spawn(|| {
            gate.open();
            gate.open();
        });
        assert_eq!(terminal.hang_up(), Ok(129));
    });
    let [run] = home
        .run(&["history", "ls", "--json"])
        .objects()
        .try_into()
        .unwrap();
    assert_eq!(run["outcome"], "captioned");
    assert_eq!(run["caption"], "A tabby cat.");
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

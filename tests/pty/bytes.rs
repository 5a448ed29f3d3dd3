//! What the terminal is sent: how much, how often, and in whose way.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::home::Home;
use crate::terminal::{ESC, Script, Terminal};
use crate::{PROGRAM, command, leaves, newcomer};

const KITTY: Script = Script {
    answers: &[
        ("\x1b[16t", "\x1b[6;20;10t"),
        ("\x1b[c", "\x1b[?62;22c"),
        ("\x1b_Gi=31,", "\x1b_Gi=31;OK\x1b\\"),
        ("\x1b[c", "\x1b[?62;22c"),
    ],
    in_pieces: false,
    stalls: None,
};

/// It answers, shows sixel, and does not know kitty's way.
const SIXEL: Script = Script {
    answers: &[
        ("\x1b[16t", "\x1b[6;20;10t"),
        ("\x1b[c", "\x1b[?62;4c"),
        ("\x1b[c", "\x1b[?62;4c"),
    ],
    in_pieces: false,
    stalls: None,
};

const PLAIN: Script = Script {
    answers: &[
        ("\x1b[16t", "\x1b[6;20;10t"),
        ("\x1b[c", "\x1b[?62;22c"),
        ("\x1b[c", "\x1b[?62;22c"),
    ],
    in_pieces: false,
    stalls: None,
};

/// How a picture begins.
const KITTY_SENDS: &str = "\x1b_Ga=T,";
const ITERM_SENDS: &str = "\x1b]1337;File=inline=1;";
const SIXEL_SENDS: &str = "\x1bP";

/// What one picture may cost over ssh, and what on this machine, in bytes.
const FAR: usize = 96_000;
const NEAR: usize = 400_000;

/// What a picture in half blocks of 256 colours may cost, together with the cells around it.
const BLOCKS: usize = 22_000;

/// The dashboard at 120×36 in a terminal that plays `script`, with the first picture there.
fn wide(home: &Home, script: Script, variables: &[&str], sends: &str) -> Terminal {
    let words = [&["/usr/bin/env"], variables, &[PROGRAM]].concat();
    let mut terminal = Terminal::playing(command(home, &words), script);
    terminal.shows("Welcome to blipboard");
    terminal.resize(120, 36);
    let mark = terminal.mark();
    terminal.press(ESC);
    terminal.frame(mark, sends);
    terminal
}

/// The letters of the first picture in some frames for kitty.
fn letters(frames: &str) -> usize {
    let (_, after) = frames.split_once(KITTY_SENDS).unwrap();
    let mut sum = 0;
    for chunk in after.split("\x1b\\") {
        let (head, letters) = chunk.split_once(';').unwrap();
        sum += letters.len();
        if head.ends_with("m=0") {
            break;
        }
    }
    sum
}

/// What a program finds in its environment on this machine, and over ssh.
const HERE: &[&str] = &[];
const SSH: &[&str] = &["SSH_CONNECTION=192.0.2.1 50000 192.0.2.2 22"];

#[test]
fn over_ssh_a_picture_costs_less() {
    for (variables, least, most) in [(HERE, FAR, NEAR), (SSH, FAR / 4, FAR)] {
        let home = newcomer();
        let terminal = wide(&home, KITTY, variables, KITTY_SENDS);
        let size = letters(&terminal.frame(0, KITTY_SENDS));
        assert!((least..=most).contains(&size), "{size} bytes");
    }
}

#[test]
fn over_ssh_there_are_at_most_twenty_frames_a_second() {
    const KEYS: u32 = 8;
    let home = newcomer();
    let mut terminal = wide(&home, KITTY, SSH, KITTY_SENDS);
    let began = Instant::now();
    for turn in 0..KEYS {
        let (key, shows) = if turn % 2 == 0 {
            ("j", "> cat.jpg")
        } else {
            ("k", "> astronaut.jpg")
        };
        terminal.press(key);
        terminal.shows(shows);
    }
    // The first is drawn at once.
    assert!(began.elapsed() >= (KEYS - 1) * Duration::from_millis(50));
}

#[test]
fn a_key_costs_no_more_than_its_way_of_showing_pictures() {
    let iterm: &[&str] = &["TERM_PROGRAM=iTerm.app"];
    let blocks: &[&str] = &["BLIPBOARD_GRAPHICS=blocks"];
    for (script, variables, sends, most) in [
        (KITTY, HERE, KITTY_SENDS, NEAR),
        (SIXEL, HERE, SIXEL_SENDS, NEAR),
        (PLAIN, iterm, ITERM_SENDS, NEAR),
        (PLAIN, blocks, "▀", 0),
    ] {
        let home = newcomer();
        let mut terminal = wide(&home, script, variables, sends);
        let mark = terminal.mark();
        terminal.press("j");
        let size = terminal.frame(mark, sends).len();
        // Half blocks come first, and the other panes change, too.
        assert!(size <= most + BLOCKS, "{sends:?}: {size} bytes");
        terminal.press("q");
        leaves(&terminal, Ok(0));
    }
}

/// Seen in no such terminal yet: here are the bytes that its documentation asks for.
#[test]
fn iterm_gets_a_whole_file_at_the_size_that_it_has() {
    let home = newcomer();
    let terminal = wide(&home, PLAIN, &["TERM_PROGRAM=iTerm.app"], ITERM_SENDS);
    let frames = terminal.frame(0, ITERM_SENDS);
    let (_, after) = frames.split_once(ITERM_SENDS).unwrap();
    let (sequence, _) = after.split_once('\x07').unwrap();
    let (facts, letters) = sequence.split_once(':').unwrap();
    let file = STANDARD.decode(letters).unwrap();
    assert!(facts.contains(&format!("size={};", file.len())), "{facts}");
    let picture = image::load_from_memory(&file).unwrap();
    assert_eq!(picture.width(), picture.height(), "the astronaut is square");
}

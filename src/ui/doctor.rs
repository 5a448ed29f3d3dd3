//! Looks at the terminal as the dashboard would, without taking it over.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyModifiers};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, fstat};
use rustix::process::getpgrp;
use rustix::termios::{QueueSelector, tcflush, tcgetpgrp};

use super::events;
use super::probe::choice::{Questions, Wish};
use super::probe::decoder::{Decoder, Input};
use super::probe::{Answers, Probe};
use super::surroundings::Surroundings;
use super::terminal;
use super::theme::Depth;
use crate::domain::graphics::Graphics;
use crate::domain::image::Size;
use crate::domain::terminal::{Asked, Findings};
use crate::domain::text::Foreign;

/// What tells of a terminal and of nobody who sits at it.
const VARIABLES: [&str; 11] = [
    "TERM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "COLORTERM",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
    "LC_TERMINAL",
    "LC_TERMINAL_VERSION",
    "NO_COLOR",
    "BLIPBOARD_GRAPHICS",
];

/// Finds out what there is to know of the terminal, and asks it where nobody else listens. `get`
/// reads the environment; the rest is what the person wants, as in [`super::Setup`] and
/// [`Surroundings::of`].
pub fn examine(
    get: impl Fn(&str) -> Option<String>,
    colour: Option<bool>,
    graphics: Graphics,
    budget: Option<usize>,
) -> Findings {
    let surroundings = Surroundings::of(&get, colour);
    let is_terminal = io::stdin().is_terminal();
    let wish = Wish {
        surroundings,
        graphics,
        budget,
        cell: is_terminal.then(terminal::cell).flatten(),
    };
    let (asked, told) = match reason_not_to_ask(&get("TERM").unwrap_or_default()) {
        Some(reason) => (Err(reason), Answers::default()),
        None => match ask(&surroundings) {
            Ok((asked, told)) => (Ok(asked), told),
            Err(_) => (Err("the terminal cannot be written to"), Answers::default()),
        },
    };
    let choice = wish.choose(&told);
    let variables = VARIABLES.into_iter();
    Findings {
        variables: variables
            .filter_map(|name| Some((name, Foreign::new(get(name)?))))
            .collect(),
        cells: is_terminal
            .then(|| terminal::size().ok().map(|size| (size.width, size.height)))
            .flatten(),
        window: is_terminal.then(window).flatten(),
        asked,
        means: choice.means,
        why: choice.why,
        colours: match surroundings.depth {
            Depth::Mono => "none",
            Depth::Basic => "16",
            Depth::Indexed => "256",
            Depth::True => "16 million",
        },
        colours_by: surroundings.depth_by,
        multiplexer: surroundings.multiplexer,
        ssh: surroundings.ssh,
        utf8: surroundings.utf8,
    }
}

fn window() -> Option<Size> {
    let window = crossterm::terminal::window_size().ok()?;
    let (width, height) = (window.width.into(), window.height.into());
    (width > 0 && height > 0).then_some(Size { width, height })
}

/// Whoever reads what we write into a pipe, a pager above all, may set the terminal up meanwhile.
fn reason_not_to_ask(term: &str) -> Option<&'static str> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Some("stdin is no terminal");
    }
    let out = fstat(io::stdout());
    if out.is_ok_and(|out| FileType::from_raw_mode(out.st_mode) == FileType::Fifo) {
        return Some("stdout is a pipe, whose reader may use the terminal");
    }
    if tcgetpgrp(&stdin).ok() != Some(getpgrp()) {
        return Some("this runs in the background");
    }
    matches!(term, "" | "dumb").then_some("TERM names no terminal that could answer")
}

/// The terminal in a state that shows nothing of what it answers.
struct Hushed;

impl Drop for Hushed {
    fn drop(&mut self) {
        // What still comes would be typed at the shell.
        let _ = tcflush(io::stdin(), QueueSelector::IFlush);
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

fn ask(surroundings: &Surroundings) -> io::Result<(Asked, Answers)> {
    let questions = if surroundings.multiplexer {
        Questions::Attributes
    } else {
        Questions::All
    };
    let mut terminal = terminal::open()?;
    crossterm::terminal::enable_raw_mode()?;
    let _hushed = Hushed;
    let begun = Instant::now();
    let mut probe = Probe::new(questions, surroundings.ssh);
    if let Some(question) = probe.begin(begun) {
        terminal.write_all(question)?;
    }
    let mut asked = listen(&mut probe, None, |question| terminal.write_all(question))?;
    asked.took = begun.elapsed();
    Ok((asked, *probe.told()))
}

/// Waits for the answers to what was asked, `at_most` so long. What is typed meanwhile is dropped,
/// but Ctrl-C ends the waiting.
///
/// # Errors
/// The terminal is gone.
pub(super) fn listen(
    probe: &mut Probe,
    at_most: Option<Duration>,
    mut ask: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Asked> {
    let mut asked = Asked::default();
    let mut decoder = Decoder::default();
    let limit = at_most.map(|at_most| Instant::now() + at_most);
    while let Some(deadline) = probe.deadline() {
        let end = limit.map_or(deadline, |limit| limit.min(deadline));
        if !is_readable(end.saturating_duration_since(Instant::now()))? {
            asked.timed_out = true;
            probe.give_up();
            break;
        }
        for input in decoder.feed(&events::read_bytes()?) {
            match input {
                Input::Told(answer, raw) => {
                    asked.raw.extend(raw);
                    if let Some(question) = answer.and_then(|answer| probe.hear(answer)) {
                        ask(question)?;
                    }
                }
                Input::Event(event) if is_ctrl_c(&event) => probe.give_up(),
                Input::Event(_) => {}
            }
        }
    }
    Ok(asked)
}

fn is_ctrl_c(event: &Event) -> bool {
    matches!(event, Event::Key(key)
        if key.code == KeyCode::Char('c') && key.modifiers == KeyModifiers::CONTROL)
}

/// False where nothing comes in that time, or never will.
fn is_readable(within: Duration) -> io::Result<bool> {
    let stdin = io::stdin();
    let mut line = [PollFd::new(&stdin, PollFlags::IN)];
    let within = Timespec::try_from(within).ok();
    rustix::io::retry_on_intr(|| poll(&mut line, within.as_ref()))?;
    let [line] = line;
    Ok(line.revents() == PollFlags::IN)
}

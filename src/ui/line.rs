//! The line to the person: what comes over it, and the frames that go back.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use crossterm::event::Event;
use ratatui::Frame;
use ratatui::layout::Size;
use rustix::process::{Pid, Signal as Number, kill_process};

use super::doctor;
use super::events::Events;
use super::exit::Exit;
use super::painter::Painting;
use super::probe::Probe;
use super::probe::bytes::Answer;
use super::probe::choice::{Choice, Wish};
use super::probe::decoder::Input;
use super::signals::{self, Signal, Signals};
use super::terminal::{self, Terminal};

/// What comes over the line.
#[derive(Debug)]
pub(super) enum Heard {
    /// The system wants something.
    Signal(Signal),
    /// A key, a paste; `None` once the line is gone.
    Event(Option<Event>),
    /// No key will ever come, though the line stands: a part of the program broke.
    Deaf,
    /// The last frame is out.
    Flushed,
    /// How pictures are shown: the terminal has told, or will not.
    Choice(Choice),
}

/// A line with a screen at its other end; a test has one of its own.
pub(super) trait Line {
    /// What comes next. Nothing is lost where the future is dropped.
    async fn next(&mut self) -> Heard;
    /// Listens to no more keys: the line is gone.
    fn close(&mut self);
    /// The size of the screen.
    fn size(&self) -> io::Result<Size>;
    /// True while the last frame is not out, or the shell has the screen: then nothing is drawn.
    fn is_busy(&self) -> bool;
    /// Draws a frame, and its pictures behind it.
    fn draw(&mut self, view: impl FnOnce(&mut Frame) -> Painting) -> io::Result<()>;
    /// The next frame is drawn as if nothing were on screen.
    fn start_over(&mut self, size: Size) -> io::Result<()>;
    /// Fills the clipboard, together with the next frame.
    fn copy(&mut self, text: &str);
    /// Gives the screen back to the shell and stops, until [`Signal::Continued`].
    fn suspend(&mut self) -> io::Result<()>;
    /// Gives the screen over to a command, and takes it back when that is over: how that ended.
    async fn give_over(&mut self, command: Command) -> io::Result<io::Result<ExitStatus>>;
    /// Gives the screen back for good.
    fn leave(&mut self);
}

/// The terminal of this process.
pub(super) struct Live {
    terminal: Terminal,
    events: Option<Events>,
    signals: Signals,
    wish: Wish,
    /// How long a lone Esc is held.
    patience: Duration,
    probe: Probe,
    /// True once there is a first frame.
    is_drawn: bool,
    /// True while the shell has the screen.
    is_away: bool,
    /// How pictures are shown, where that is not told yet.
    choice: Option<Choice>,
    /// What the system wanted while the screen was given over.
    missed: Option<Signal>,
}

/// Leaving waits so long for answers that would else be typed at the shell.
const LAST_ANSWER: Duration = Duration::from_millis(300);

impl Live {
    /// Takes the terminal over; a lone Esc is held for `patience`.
    pub(super) fn take(signals: Signals, patience: Duration, wish: Wish) -> io::Result<Self> {
        let terminal = Terminal::take()?;
        let mut live = Self {
            terminal,
            events: Some(Events::start(patience)?),
            signals,
            wish,
            patience,
            probe: new_probe(&wish),
            is_drawn: false,
            is_away: false,
            choice: Some(wish.meanwhile()),
            missed: None,
        };
        if live.probe.is_over() {
            live.settle();
        }
        Ok(live)
    }

    /// Asks the terminal what it can do, once the first frame stands.
    fn begin_to_ask(&mut self) {
        if self.is_drawn
            && !self.is_busy()
            && let Some(question) = self.probe.begin(Instant::now())
        {
            self.terminal.write(question);
        }
    }

    fn hear(&mut self, answer: Answer) {
        if self.probe.is_over() {
            return;
        }
        if let Some(question) = self.probe.hear(answer) {
            self.terminal.write(question);
        }
        if self.probe.is_over() {
            self.settle();
        }
    }

    /// Nothing more is waited for.
    fn settle(&mut self) {
        self.probe.give_up();
        if let Some(events) = &mut self.events {
            events.expect_no_answers();
        }
        self.choose();
    }

    /// Does what a signal means for the terminal, and hands it on.
    fn obey(&mut self, signal: Signal) -> Heard {
        let obeyed = match signal {
            Signal::Resized => {
                self.measure();
                Ok(())
            }
            Signal::Continued => self.come_back(),
            Signal::Suspend | Signal::Leave(_) => Ok(()),
        };
        match obeyed {
            Ok(()) => Heard::Signal(signal),
            Err(_) => Heard::Event(None),
        }
    }

    /// Nothing more comes: why?
    fn end_of_events(&mut self) -> Heard {
        if self.events.take().is_none_or(Events::stop) {
            Heard::Event(None)
        } else {
            Heard::Deaf
        }
    }

    /// Lets nobody else read the answers that are on their way. What is typed meanwhile is dropped.
    fn await_answers(&mut self) {
        self.close();
        self.probe.ask_no_more();
        if let Err(error) = doctor::listen(&mut self.probe, Some(LAST_ANSWER), |_| Ok(())) {
            tracing::debug!(%error, "the terminal is gone");
        }
    }

    /// A question that is open is put again once the screen is back.
    fn put_off_the_question(&mut self) {
        if self.probe.deadline().is_some() {
            self.await_answers();
            self.probe = new_probe(&self.wish);
        }
    }

    /// Takes the screen back from the shell.
    fn come_back(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.is_away) {
            return self.terminal.hold();
        }
        if self.events.is_none() {
            self.events = Some(Events::start(self.patience)?);
        }
        self.terminal.return_to()
    }

    /// Another size of the window may mean another size of its letters.
    fn measure(&mut self) {
        let cell = terminal::cell();
        let is_other = cell != self.wish.cell;
        self.wish.cell = cell;
        if is_other && self.probe.is_over() {
            self.choose();
        }
    }

    /// Waits for a command that has the terminal. Ctrl-c is for it, Ctrl-z for both.
    async fn wait_for(&mut self, mut child: Child) -> io::Result<ExitStatus> {
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let mut over = tokio::task::spawn_blocking(move || child.wait());
        loop {
            tokio::select! {
                status = &mut over => return status.map_err(io::Error::other)?,
                signal = self.signals.next() => match signal {
                    Signal::Suspend => signals::stop_here()?,
                    Signal::Resized | Signal::Continued | Signal::Leave(Exit::Interrupted) => {}
                    Signal::Leave(_) => {
                        self.missed = Some(signal);
                        if let Some(id) = id {
                            // Where it is over already, it is over.
                            let _ = kill_process(id, Number::TERM);
                        }
                    }
                },
            }
        }
    }

    fn choose(&mut self) {
        let choice = self.wish.choose(self.probe.told());
        tracing::info!(
            "pictures are shown as {}: {}",
            choice.means.protocol.name(),
            choice.why
        );
        self.choice = Some(choice);
    }
}

impl Line for Live {
    async fn next(&mut self) -> Heard {
        loop {
            self.begin_to_ask();
            if let Some(signal) = self.missed.take() {
                return Heard::Signal(signal);
            }
            if let Some(choice) = self.choice.take() {
                return Heard::Choice(choice);
            }
            let is_busy = self.terminal.is_busy();
            let deadline = self.probe.deadline();
            tokio::select! {
                biased;
                signal = self.signals.next() => {
                    return self.obey(signal);
                }
                input = next_input(&mut self.events) => match input {
                    None => return self.end_of_events(),
                    Some(Input::Event(event)) => return Heard::Event(Some(event)),
                    Some(Input::Told(Some(answer), _)) => self.hear(answer),
                    Some(Input::Told(None, _)) => {}
                },
                () = self.terminal.flushed(), if is_busy => {
                    self.terminal.write(&[]);
                    return Heard::Flushed;
                }
                () = until(deadline) => self.settle(),
            }
        }
    }

    fn close(&mut self) {
        if let Some(events) = self.events.take() {
            events.stop();
        }
    }

    fn size(&self) -> io::Result<Size> {
        terminal::size()
    }

    fn is_busy(&self) -> bool {
        self.is_away || self.terminal.is_busy()
    }

    fn draw(&mut self, view: impl FnOnce(&mut Frame) -> Painting) -> io::Result<()> {
        self.is_drawn = true;
        self.terminal.draw(view)
    }

    fn start_over(&mut self, size: Size) -> io::Result<()> {
        self.terminal.start_over(size)
    }

    fn copy(&mut self, text: &str) {
        self.terminal.copy(text);
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.put_off_the_question();
        self.terminal.leave();
        // Another thread may be the one that stops first, and this one goes on a little.
        self.is_away = true;
        signals::stop_here()
    }

    async fn give_over(&mut self, mut command: Command) -> io::Result<io::Result<ExitStatus>> {
        self.put_off_the_question();
        self.close();
        self.terminal.leave();
        let status = match command.spawn() {
            Ok(child) => self.wait_for(child).await,
            Err(error) => Err(error),
        };
        self.terminal.return_to()?;
        let mut events = Events::start(self.patience)?;
        if self.probe.is_over() {
            events.expect_no_answers();
        }
        self.events = Some(events);
        Ok(status)
    }

    fn leave(&mut self) {
        self.await_answers();
        self.terminal.leave();
    }
}

fn new_probe(wish: &Wish) -> Probe {
    Probe::new(wish.questions(), wish.surroundings.ssh)
}

async fn next_input(events: &mut Option<Events>) -> Option<Input> {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

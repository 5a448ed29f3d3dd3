//! The line to the person: what comes over it, and the frames that go back.

use std::io;
use std::time::Duration;

use crossterm::event::Event;
use ratatui::Frame;
use ratatui::layout::Size;

use super::events::Events;
use super::painter::Painting;
use super::signals::{self, Signal, Signals};
use super::terminal::{self, Terminal};
use crate::domain::graphics::Means;

/// What comes over the line.
#[derive(Debug)]
pub(super) enum Heard {
    /// The system wants something.
    Signal(Signal),
    /// A key, a paste; `None` once the line is gone.
    Event(Option<Event>),
    /// The last frame is out.
    Flushed,
    /// How pictures are shown: the terminal has told, or will not.
    Means(Means),
}

/// A line with a screen at its other end; a test has one of its own.
pub(super) trait Line {
    /// What comes next. Nothing is lost where the future is dropped.
    async fn next(&mut self) -> Heard;
    /// Listens to no more keys: the line is gone.
    fn close(&mut self);
    /// The size of the screen.
    fn size(&self) -> io::Result<Size>;
    /// True while the last frame is not out: then nothing is drawn.
    fn is_busy(&self) -> bool;
    /// Draws a frame, and its pictures behind it.
    fn draw(&mut self, view: impl FnOnce(&mut Frame) -> Painting) -> io::Result<()>;
    /// The next frame is drawn as if nothing were on screen.
    fn start_over(&mut self, size: Size) -> io::Result<()>;
    /// Fills the clipboard, together with the next frame.
    fn copy(&mut self, text: &str);
    /// Gives the screen back to the shell, stops, and takes it over again.
    fn suspend(&mut self) -> io::Result<()>;
    /// Gives the screen back for good.
    fn leave(&mut self);
}

/// The terminal of this process.
pub(super) struct Live {
    terminal: Terminal,
    events: Option<Events>,
    signals: Signals,
}

impl Live {
    /// Takes the terminal over; a lone Esc is held for `patience`.
    pub(super) fn take(signals: Signals, patience: Duration) -> io::Result<Self> {
        let terminal = Terminal::take()?;
        Ok(Self {
            terminal,
            events: Some(Events::start(patience)?),
            signals,
        })
    }
}

impl Line for Live {
    async fn next(&mut self) -> Heard {
        let is_busy = self.terminal.is_busy();
        tokio::select! {
            biased;
            signal = self.signals.next() => Heard::Signal(signal),
            event = next_event(&mut self.events) => Heard::Event(event),
            () = self.terminal.flushed(), if is_busy => Heard::Flushed,
        }
    }

    fn close(&mut self) {
        self.events = None;
    }

    fn size(&self) -> io::Result<Size> {
        terminal::size()
    }

    fn is_busy(&self) -> bool {
        self.terminal.is_busy()
    }

    fn draw(&mut self, view: impl FnOnce(&mut Frame) -> Painting) -> io::Result<()> {
        self.terminal.draw(view)
    }

    fn start_over(&mut self, size: Size) -> io::Result<()> {
        self.terminal.start_over(size)
    }

    fn copy(&mut self, text: &str) {
        self.terminal.copy(text);
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.terminal.leave();
        signals::stop_here()?;
        self.terminal.return_to()
    }

    fn leave(&mut self) {
        self.terminal.leave();
    }
}

async fn next_event(events: &mut Option<Events>) -> Option<Event> {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}

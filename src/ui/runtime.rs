//! The loop: keys, news and time go in, effects go out, and the screen is drawn when it changed.
//!
//! Shutdown comes before keys, keys before news. A frame is drawn at once if the last one is old
//! enough and out; otherwise as soon as both hold, so that a burst of news makes one frame. A
//! frame for a key looks at the last frame for a key only: news never holds it up.

mod given_over;

use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, KeyEventKind};
use jiff::Timestamp;
use ratatui::layout::Size;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::command::Context;
use super::effect::Effect;
use super::exit::{Exit, UiError};
use super::keymap::Key;
use super::line::{Heard, Line};
use super::message::{JobNews, Message};
use super::outside;
use super::painter::Painter;
use super::painter::order::Sharp;
use super::painter::press::Press;
use super::perform::Performer;
use super::probe::choice::Choice;
use super::signals::Signal;
use super::state::{State, contexts};
use super::update::update;
use super::view::view;
use crate::config::Environment;
use crate::domain::graphics::Protocol;
use crate::domain::run::RunId;
use crate::engine::Engine;

/// Messages that wait at most; who has more waits.
const INBOX: usize = 256;

/// A screen that changes with the time alone is drawn so often.
const BEAT: Duration = Duration::from_millis(100);

/// A sharp picture is made and sent once no key was pressed for so long.
const QUIET: Duration = Duration::from_millis(120);

/// What is in flight may take so long once the program is asked to leave from outside.
const GRACE: Duration = Duration::from_secs(20);

/// What is gone of the line to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// All of it.
    Line,
    /// Its keys, which can be read no more.
    Keys,
}

pub(super) struct Runtime<L> {
    state: State,
    line: L,
    performer: Performer,
    inbox: mpsc::Receiver<Message>,
    ended: mpsc::UnboundedReceiver<Message>,
    interval: Duration,
    /// True while the screen does not show the state.
    stale: bool,
    /// True while the screen does not answer a key.
    is_pressed: bool,
    drawn: Option<Instant>,
    /// When the last frame that answered a key was drawn.
    answered: Option<Instant>,
    /// When what is in flight is stopped, and what the program answers then.
    deadline: Option<Instant>,
    exit: Option<Exit>,
    asked_to_leave: Option<Exit>,
    loss: Option<Loss>,
    painter: Painter,
    /// Makes pictures sharp, where the system lets it.
    press: Option<Arc<Press>>,
    sharp: mpsc::Receiver<Sharp>,
    /// When the last key was pressed.
    pressed: Option<Instant>,
    /// The person's own editor, as a line for the shell.
    editor: OsString,
    /// A caption that is to be rewritten in it.
    outside: Option<(RunId, String)>,
}

impl<L: Line> Runtime<L> {
    /// A loop that draws at most once in `interval` for the same cause.
    pub(super) fn new(
        state: State,
        first: Vec<Effect>,
        engine: Engine,
        environment: Environment,
        line: L,
        interval: Duration,
        press: Option<Arc<Press>>,
    ) -> Self {
        let editor = outside::editor(&environment);
        let (outbox, inbox) = mpsc::channel(INBOX);
        let (sharp_outbox, sharp) = mpsc::channel(1);
        let (ended_outbox, ended) = mpsc::unbounded_channel();
        let mut runtime = Self {
            state,
            line,
            performer: Performer::new(engine, environment, outbox, ended_outbox, sharp_outbox),
            inbox,
            ended,
            interval,
            stale: true,
            is_pressed: false,
            drawn: None,
            answered: None,
            deadline: None,
            exit: None,
            asked_to_leave: None,
            loss: None,
            // Other programs in this terminal have other numbers.
            painter: Painter::new(std::process::id() << 8 | 1),
            press,
            sharp,
            pressed: None,
            editor,
            outside: None,
        };
        for effect in first {
            runtime.performer.perform(effect);
        }
        runtime
    }

    /// Runs until the person or the system wants no more.
    ///
    /// # Errors
    /// No key can be read any more.
    pub(super) async fn run(mut self) -> Result<Exit, UiError> {
        while self.exit.is_none() {
            let drawn = self.draw_if_due();
            if drawn.is_err() || self.step().await.is_err() || self.edit_outside().await.is_err() {
                self.lose_the_line();
            }
        }
        self.line.leave();
        self.performer.finish().await;
        match self.loss {
            Some(Loss::Keys) => Err(UiError::Deaf),
            Some(Loss::Line) | None => Ok(self.exit.unwrap_or(Exit::Done)),
        }
    }

    /// True once the line to the terminal is gone.
    fn is_lost(&self) -> bool {
        self.loss == Some(Loss::Line)
    }

    /// Nothing is drawn and no key is read any more; what is in flight is given its time.
    fn lose_the_line(&mut self) {
        self.loss = Some(Loss::Line);
        self.line.close();
        if self.asked_to_leave.is_none() {
            let _ = self.signal(Signal::Leave(Exit::Hangup));
        }
    }

    async fn step(&mut self) -> io::Result<()> {
        let wake = self.wake();
        tokio::select! {
            biased;
            heard = self.line.next() => match heard {
                Heard::Signal(signal) => self.signal(signal)?,
                Heard::Event(event) => self.event(event)?,
                Heard::Deaf => {
                    self.loss = Some(Loss::Keys);
                    self.signal(Signal::Leave(Exit::Hangup))?;
                }
                Heard::Flushed => {}
                Heard::Choice(Choice { means, why }) => {
                    self.state.no_pictures = (means.protocol == Protocol::Off).then_some(why);
                    self.painter.use_means(means);
                    self.stale = true;
                }
            },
            Some(message) = self.ended.recv() => self.take(message)?,
            Some(message) = self.inbox.recv() => self.take(message)?,
            Some(sharp) = self.sharp.recv() => {
                self.painter.absorb(sharp);
                self.stale = true;
            }
            () = self.performer.deltas.arrived() => self.stale = true,
            () = tokio::time::sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {
                self.time();
            }
        }
        // What piled up meanwhile makes one frame.
        for _ in 0..INBOX {
            match self.ended.try_recv().or_else(|_| self.inbox.try_recv()) {
                Ok(message) => self.take(message)?,
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// When something is to be done though nothing happens; `None` on a screen at rest.
    fn wake(&self) -> Option<Instant> {
        let can_draw = !self.is_lost() && !self.line.is_busy();
        let frame = (can_draw && self.stale).then(|| self.due().unwrap_or_else(Instant::now));
        let beat = (can_draw && self.state.is_moving())
            .then(|| self.drawn.map_or_else(Instant::now, |drawn| drawn + BEAT));
        let picture = (can_draw && self.painter.waits())
            .then(|| self.quiet_from().unwrap_or_else(Instant::now));
        let all = [frame, beat, picture, self.deadline];
        all.into_iter().flatten().min()
    }

    /// When no key was pressed for long enough; `None` where none was yet.
    fn quiet_from(&self) -> Option<Instant> {
        self.pressed.map(|pressed| pressed + QUIET)
    }

    fn is_quiet(&self) -> bool {
        let from = self.quiet_from();
        from.is_none_or(|from| from <= Instant::now())
    }

    /// When the next frame may be drawn; `None` for at once. A key never waits behind a frame that
    /// was drawn for something else.
    fn due(&self) -> Option<Instant> {
        let last = if self.is_pressed {
            self.answered
        } else {
            self.drawn
        };
        last.map(|last| last + self.interval)
    }

    fn time(&mut self) {
        if self
            .deadline
            .is_some_and(|deadline| deadline <= Instant::now())
        {
            self.leave_now();
        }
        if self.state.is_moving() || self.painter.waits() && self.is_quiet() {
            self.stale = true;
        }
    }

    fn draw_if_due(&mut self) -> io::Result<()> {
        let now = Instant::now();
        let is_due = self.due().is_none_or(|due| due <= now);
        if self.is_lost() || !self.stale || !is_due || self.line.is_busy() {
            return Ok(());
        }
        self.hear()?;
        self.feed(Message::Tick(Timestamp::now()))?;
        self.stale = false;
        self.drawn = Some(now);
        if std::mem::take(&mut self.is_pressed) {
            self.answered = self.drawn;
        }
        let is_quiet = self.is_quiet();
        let (state, painter) = (&self.state, &mut self.painter);
        self.line.draw(|frame| {
            let slots = view(state, frame);
            let (depth, buffer) = (state.theme.depth(), frame.buffer_mut());
            painter.paint(&slots, &state.pictures, depth, is_quiet, buffer)
        })?;
        if is_quiet
            && let Some(press) = &self.press
            && let Some(orders) = self.painter.orders()
        {
            self.performer.sharpen(orders, press);
        }
        Ok(())
    }

    /// Takes in what jobs told since the last time.
    fn hear(&mut self) -> io::Result<()> {
        for (job, heard) in self.performer.deltas.take() {
            self.feed(Message::Job(job, JobNews::Heard(heard)))?;
        }
        Ok(())
    }

    fn take(&mut self, message: Message) -> io::Result<()> {
        if let Message::Job(job, JobNews::Ended(_) | JobNews::Dropped) = &message {
            self.performer.over(*job);
        }
        self.stale = true;
        self.state.now = Timestamp::now();
        self.feed(message)
    }

    fn feed(&mut self, message: Message) -> io::Result<()> {
        for effect in update(&mut self.state, message) {
            match self.performer.perform(effect) {
                None => {}
                Some(Effect::Copy(what, text)) => {
                    self.line.copy(&text);
                    self.feed(Message::Copied(what))?;
                }
                Some(Effect::Redraw) => self.start_over(self.state.size)?,
                Some(Effect::Suspend) => self.line.suspend()?,
                Some(Effect::EditOutside(run, text)) => self.outside = Some((run, text)),
                Some(_) => self.exit = Some(self.asked_to_leave.unwrap_or(Exit::Done)),
            }
        }
        Ok(())
    }

    fn event(&mut self, event: Option<Event>) -> io::Result<()> {
        let message = match event {
            None => {
                self.lose_the_line();
                return Ok(());
            }
            Some(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                // What a key means depends on what runs by now.
                self.hear()?;
                let contexts = contexts(&self.state);
                match self.state.keymap.command(&contexts, Key::from(key)) {
                    Some(command) => Message::Command(command.clone()),
                    None if contexts.contains(&Context::Text) => Message::Field(key),
                    None => return Ok(()),
                }
            }
            Some(Event::Paste(text)) => Message::Paste(text),
            Some(Event::FocusGained) => {
                self.painter.doubt();
                Message::Focused
            }
            Some(_) => return Ok(()),
        };
        self.is_pressed = true;
        self.pressed = Some(Instant::now());
        self.take(message)
    }

    fn resize(&mut self) -> io::Result<()> {
        let size = self.line.size()?;
        self.start_over(size)?;
        self.take(Message::Resize(size))
    }

    fn start_over(&mut self, size: Size) -> io::Result<()> {
        self.painter.start_over();
        self.line.start_over(size)
    }

    fn signal(&mut self, signal: Signal) -> io::Result<()> {
        match signal {
            Signal::Suspend => self.line.suspend(),
            Signal::Resized | Signal::Continued => self.resize(),
            // A line that is lost may be told twice, and that makes nobody less patient.
            Signal::Leave(Exit::Hangup) if self.asked_to_leave.is_some() => Ok(()),
            Signal::Leave(_) if self.asked_to_leave.is_some() => {
                self.leave_now();
                Ok(())
            }
            Signal::Leave(exit) => {
                self.asked_to_leave = Some(exit);
                self.deadline = Some(Instant::now() + GRACE);
                self.hear()?;
                self.take(Message::Leave)
            }
        }
    }

    /// Waits for nothing more; what is in flight is stopped and still has a moment to be stored.
    fn leave_now(&mut self) {
        self.deadline = None;
        self.performer.stop_all();
        self.exit = self.asked_to_leave;
    }
}

#[cfg(test)]
mod tests;

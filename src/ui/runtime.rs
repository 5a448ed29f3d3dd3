//! The loop: keys, news and time go in, effects go out, and the screen is drawn when it changed.
//!
//! Shutdown comes before keys, keys before news. A frame is drawn at once if the last one is old
//! enough and out; otherwise as soon as both hold, so that a burst of news makes one frame. A
//! frame for a key looks at the last frame for a key only: news never holds it up.

use std::io;
use std::time::Duration;

use crossterm::event::{Event, KeyEventKind};
use jiff::Timestamp;
use ratatui::layout::Size;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::command::Context;
use super::effect::Effect;
use super::events::Events;
use super::keymap::Key;
use super::message::{JobNews, Message};
use super::painter::blocks;
use super::perform::Performer;
use super::signals::{Signal, Signals};
use super::state::{State, contexts};
use super::terminal::{self, Terminal};
use super::update::update;
use super::view::view;
use super::{Exit, UiError};
use crate::engine::Engine;

/// Messages that wait at most; who has more waits.
const INBOX: usize = 256;

/// A screen that changes with the time alone is drawn so often.
const BEAT: Duration = Duration::from_millis(100);

/// What is in flight may take so long once the program is asked to leave from outside.
const GRACE: Duration = Duration::from_secs(20);

/// The time between two frames, and the time that a lone Esc waits for a tail: on this machine, and
/// over ssh.
const NEAR: (Duration, Duration) = (Duration::from_millis(16), Duration::from_millis(10));
const FAR: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(40));

pub(super) struct Runtime {
    state: State,
    terminal: Terminal,
    performer: Performer,
    inbox: mpsc::Receiver<Message>,
    ended: mpsc::UnboundedReceiver<Message>,
    events: Option<Events>,
    signals: Signals,
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
    /// True once the line to the terminal is gone.
    is_lost: bool,
}

impl Runtime {
    pub(super) fn new(
        state: State,
        first: Vec<Effect>,
        engine: Engine,
        terminal: Terminal,
        signals: Signals,
        is_far: bool,
    ) -> io::Result<Self> {
        let (interval, patience) = if is_far { FAR } else { NEAR };
        let (outbox, inbox) = mpsc::channel(INBOX);
        let (ended_outbox, ended) = mpsc::unbounded_channel();
        let mut runtime = Self {
            state,
            terminal,
            performer: Performer::new(engine, outbox, ended_outbox),
            inbox,
            ended,
            events: Some(Events::start(patience)?),
            signals,
            interval,
            stale: true,
            is_pressed: false,
            drawn: None,
            answered: None,
            deadline: None,
            exit: None,
            asked_to_leave: None,
            is_lost: false,
        };
        for effect in first {
            runtime.performer.perform(effect);
        }
        Ok(runtime)
    }

    /// Runs until the person or the system wants no more.
    pub(super) async fn run(mut self) -> Result<Exit, UiError> {
        while self.exit.is_none() {
            let drawn = self.draw_if_due();
            if drawn.is_err() || self.step().await.is_err() {
                self.lose_the_line();
            }
        }
        self.terminal.leave();
        self.performer.finish().await;
        Ok(self.exit.unwrap_or(Exit::Done))
    }

    /// Nothing is drawn and no key is read any more; what is in flight is given its time.
    fn lose_the_line(&mut self) {
        self.is_lost = true;
        self.events = None;
        if self.asked_to_leave.is_none() {
            let _ = self.signal(Signal::Leave(Exit::Hangup));
        }
    }

    async fn step(&mut self) -> io::Result<()> {
        let wake = self.wake();
        let busy = self.terminal.is_busy();
        tokio::select! {
            biased;
            signal = self.signals.next() => self.signal(signal)?,
            event = next_event(&mut self.events) => self.event(event)?,
            Some(message) = self.ended.recv() => self.take(message)?,
            Some(message) = self.inbox.recv() => self.take(message)?,
            () = self.performer.deltas.arrived() => self.stale = true,
            () = self.terminal.flushed(), if busy => {}
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
        let can_draw = !self.is_lost && !self.terminal.is_busy();
        let frame = (can_draw && self.stale).then(|| self.due().unwrap_or_else(Instant::now));
        let beat = (can_draw && self.state.is_moving())
            .then(|| self.drawn.map_or_else(Instant::now, |drawn| drawn + BEAT));
        [frame, beat, self.deadline].into_iter().flatten().min()
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
        if self.state.is_moving() {
            self.stale = true;
        }
    }

    fn draw_if_due(&mut self) -> io::Result<()> {
        let now = Instant::now();
        let is_due = self.due().is_none_or(|due| due <= now);
        if self.is_lost || !self.stale || !is_due || self.terminal.is_busy() {
            return Ok(());
        }
        self.hear()?;
        self.feed(Message::Tick(Timestamp::now()))?;
        self.stale = false;
        self.drawn = Some(now);
        if std::mem::take(&mut self.is_pressed) {
            self.answered = self.drawn;
        }
        let state = &self.state;
        self.terminal.draw(|frame| {
            for slot in view(state, frame) {
                if let Some(Ok((_, pixels))) = state.pictures.get(&slot.image) {
                    blocks::paint(pixels, &slot, frame.buffer_mut(), state.theme.depth());
                }
            }
        })
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
        self.feed(message)
    }

    fn feed(&mut self, message: Message) -> io::Result<()> {
        for effect in update(&mut self.state, message) {
            match self.performer.perform(effect) {
                None => {}
                Some(Effect::Copy(what, text)) => {
                    self.terminal.copy(&text);
                    self.feed(Message::Copied(what))?;
                }
                Some(Effect::Redraw) => self.terminal.start_over(self.state.size)?,
                Some(Effect::Suspend) => self.suspend()?,
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
                self.state.now = Timestamp::now();
                let contexts = contexts(&self.state);
                match self.state.keymap.command(&contexts, Key::from(key)) {
                    Some(command) => Message::Command(command.clone()),
                    None if contexts.first() == Some(&Context::Text) => Message::Field(key),
                    None => return Ok(()),
                }
            }
            Some(Event::Paste(text)) => Message::Paste(text),
            Some(Event::FocusGained) => Message::Focused,
            Some(_) => return Ok(()),
        };
        self.is_pressed = true;
        self.take(message)
    }

    fn resize(&mut self) -> io::Result<()> {
        let size: Size = terminal::size()?;
        self.terminal.start_over(size)?;
        self.take(Message::Resize(size))
    }

    fn signal(&mut self, signal: Signal) -> io::Result<()> {
        match signal {
            Signal::Suspend => self.suspend(),
            Signal::Resized | Signal::Continued => self.resize(),
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

    /// To the shell and back, as Ctrl-z does.
    fn suspend(&mut self) -> io::Result<()> {
        self.terminal.leave();
        super::signals::stop_here()?;
        self.terminal.return_to()?;
        self.resize()
    }
}

async fn next_event(events: &mut Option<Events>) -> Option<Event> {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}

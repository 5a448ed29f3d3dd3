//! Signals, as the dashboard understands them.

use std::io;

use rustix::process::{Signal as Number, getpid, kill_process};
use tokio::signal::unix::{self, SignalKind};

use super::exit::Exit;

/// What the system wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Leave, and answer this.
    Leave(Exit),
    /// Give the terminal back and stop.
    Suspend,
    /// The program was stopped and goes on.
    Continued,
    /// The terminal has another size.
    Resized,
}

pub(super) struct Signals {
    terminate: unix::Signal,
    hangup: unix::Signal,
    interrupt: unix::Signal,
    suspend: unix::Signal,
    go_on: unix::Signal,
    resize: unix::Signal,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        let listen = |number: Number| unix::signal(SignalKind::from_raw(number.as_raw()));
        Ok(Self {
            terminate: listen(Number::TERM)?,
            hangup: listen(Number::HUP)?,
            interrupt: listen(Number::INT)?,
            suspend: listen(Number::TSTP)?,
            go_on: listen(Number::CONT)?,
            resize: listen(Number::WINCH)?,
        })
    }

    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Leave(Exit::Terminated),
            _ = self.hangup.recv() => Signal::Leave(Exit::Hangup),
            _ = self.interrupt.recv() => Signal::Leave(Exit::Interrupted),
            _ = self.suspend.recv() => Signal::Suspend,
            _ = self.go_on.recv() => Signal::Continued,
            _ = self.resize.recv() => Signal::Resized,
        }
    }
}

/// Stops this process until somebody continues it. Not SIGTSTP, which is listened to.
pub(super) fn stop_here() -> io::Result<()> {
    Ok(kill_process(getpid(), Number::STOP)?)
}

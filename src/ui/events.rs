//! Keys, as they come from the terminal.
//!
//! A thread of its own waits for them, and asks crossterm only when there is something to read:
//! crossterm would read a terminal that hung up for ever. Its feature `use-dev-tty` is needed:
//! without it, a key that comes together with a change of size is not seen before the next one.

use std::io::{self, PipeReader, PipeWriter};
use std::time::Duration;

use crossterm::event::{self, Event};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::mpsc;

use super::escapes;

/// crossterm looks at nothing where it is given no time at all.
const A_MOMENT: Duration = Duration::from_millis(1);

/// Keys, pastes and the like, until the line is gone.
pub(super) struct Events {
    inbox: mpsc::UnboundedReceiver<Event>,
    /// Closing it ends the thread.
    _stop: PipeWriter,
}

impl Events {
    /// Begins to listen. A lone Esc is held for `patience`, since it may be the head of a key.
    pub(super) fn start(patience: Duration) -> io::Result<Self> {
        let (stopped, stop) = io::pipe()?;
        let (outbox, inbox) = mpsc::unbounded_channel();
        let ear = Ear { stopped, patience };
        std::thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || {
                if let Err(error) = ear.listen(&outbox) {
                    tracing::warn!(%error, "no more keys can be read");
                }
            })?;
        Ok(Self { inbox, _stop: stop })
    }

    /// What comes next; `None` once the line is gone.
    pub(super) async fn next(&mut self) -> Option<Event> {
        self.inbox.recv().await
    }
}

struct Ear {
    stopped: PipeReader,
    patience: Duration,
}

/// What waiting came to.
#[derive(PartialEq)]
enum Waited {
    /// There is something to read.
    Keys,
    /// Time went by.
    InVain,
    /// Nobody listens any more, or the line is gone.
    Over,
}

impl Ear {
    /// Hands events on until nobody wants them or the line is gone.
    fn listen(&self, outbox: &mpsc::UnboundedSender<Event>) -> io::Result<()> {
        while self.wait(None)? == Waited::Keys {
            let mut events = read()?;
            while escapes::is_cut(&events) && self.wait(Some(self.patience))? == Waited::Keys {
                events.extend(read()?);
            }
            for event in escapes::whole(&events) {
                if outbox.send(event).is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn wait(&self, at_most: Option<Duration>) -> io::Result<Waited> {
        let stdin = io::stdin();
        let at_most = at_most.and_then(|time| Timespec::try_from(time).ok());
        loop {
            let mut sources = [
                PollFd::new(&self.stopped, PollFlags::IN),
                PollFd::new(&stdin, PollFlags::IN),
            ];
            match poll(&mut sources, at_most.as_ref()) {
                Err(rustix::io::Errno::INTR) => continue,
                Ok(0) => return Ok(Waited::InVain),
                other => other?,
            };
            let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
            let [stop, keys] = sources.map(|source| source.revents());
            let is_over = !stop.is_empty() || keys.intersects(gone);
            return Ok(if is_over { Waited::Over } else { Waited::Keys });
        }
    }
}

/// Everything that can be read at once.
fn read() -> io::Result<Vec<Event>> {
    let mut events = Vec::new();
    while event::poll(A_MOMENT)? {
        events.push(event::read()?);
    }
    Ok(events)
}

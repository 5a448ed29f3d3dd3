//! Keys, as they come from the terminal.
//!
//! A thread of its own waits for them, and asks crossterm only when there is something to read:
//! crossterm would read a terminal that hung up for ever. Its feature `use-dev-tty` is needed:
//! without it, a key that comes together with a change of size is not seen before the next one.

use std::io::{self, PipeReader, PipeWriter};
use std::time::Duration;

use crossterm::event::{self, Event};
use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::mpsc;

/// crossterm looks at nothing where it is given no time at all.
const A_MOMENT: Duration = Duration::from_millis(1);

/// Keys, pastes and the like, until the line is gone.
pub(super) struct Events {
    inbox: mpsc::UnboundedReceiver<Event>,
    /// Closing it ends the thread.
    _stop: PipeWriter,
}

impl Events {
    pub(super) fn start() -> io::Result<Self> {
        let (stopped, stop) = io::pipe()?;
        let (outbox, inbox) = mpsc::unbounded_channel();
        std::thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || {
                if let Err(error) = listen(&stopped, &outbox) {
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

/// Hands events on until nobody wants them or the line is gone.
fn listen(stopped: &PipeReader, outbox: &mpsc::UnboundedSender<Event>) -> io::Result<()> {
    let stdin = io::stdin();
    loop {
        let mut sources = [
            PollFd::new(stopped, PollFlags::IN),
            PollFd::new(&stdin, PollFlags::IN),
        ];
        match poll(&mut sources, None) {
            Err(rustix::io::Errno::INTR) => continue,
            other => other?,
        };
        let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        let [stop, keys] = sources.map(|source| source.revents());
        if !stop.is_empty() || keys.intersects(gone) {
            return Ok(());
        }
        while event::poll(A_MOMENT)? {
            if outbox.send(event::read()?).is_err() {
                return Ok(());
            }
        }
    }
}

//! Keys, as they come from the terminal.
//!
//! A thread of its own waits for them. While the terminal is asked what it can do, it reads the bytes
//! itself, since answers and keys come mixed; then crossterm reads, which is asked only when there is
//! something to read: it would read a terminal that hung up for ever. Its feature `use-dev-tty` is
//! needed: without it, a key that comes together with a change of size is not seen before the next
//! one.

use std::io::{self, PipeReader, PipeWriter, Write as _};
use std::thread::JoinHandle;
use std::time::Duration;

use crossterm::event::{self, Event};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::mpsc;

use super::probe::decoder::{Decoder, Input};
use super::{burst, escapes};

/// crossterm looks at nothing where it is given no time at all.
const A_MOMENT: Duration = Duration::from_millis(1);

/// Keys, pastes and the like, until the line is gone.
pub(super) struct Events {
    inbox: mpsc::UnboundedReceiver<Input>,
    /// A byte in it ends the reading of answers; closing it ends the thread.
    word: PipeWriter,
    thread: JoinHandle<()>,
}

impl Events {
    /// Begins to listen. A lone Esc is held for `patience`, since it may be the head of a key.
    /// Answers are told until [`Events::expect_no_answers`].
    pub(super) fn start(patience: Duration) -> io::Result<Self> {
        let (words, word) = io::pipe()?;
        let (outbox, inbox) = mpsc::unbounded_channel();
        let ear = Ear {
            words,
            patience,
            outbox,
        };
        let thread = std::thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || {
                if let Err(error) = ear.listen() {
                    tracing::warn!(%error, "no more keys can be read");
                }
            })?;
        Ok(Self {
            inbox,
            word,
            thread,
        })
    }

    /// Nothing more is asked: whatever the terminal tells from now on is dropped.
    pub(super) fn expect_no_answers(&mut self) {
        // Where nobody listens any more, nobody needs to know.
        let _ = self.word.write_all(&[0]);
    }

    /// What comes next; `None` once nothing more will.
    pub(super) async fn next(&mut self) -> Option<Input> {
        self.inbox.recv().await
    }

    /// Listens no more: from now on somebody else may read. What was heard and not told is dropped.
    /// False where the listening broke.
    pub(super) fn stop(self) -> bool {
        drop((self.inbox, self.word));
        self.thread.join().is_ok()
    }
}

struct Ear {
    words: PipeReader,
    patience: Duration,
    outbox: mpsc::UnboundedSender<Input>,
}

/// What waiting came to.
#[derive(PartialEq)]
enum Waited {
    /// There is something to read.
    Keys,
    /// Time went by.
    InVain,
    /// No answers are expected any more.
    Word,
    /// Nobody listens any more, or the line is gone.
    Over,
}

impl Ear {
    /// Hands on what comes until nobody wants it or the line is gone.
    fn listen(&self) -> io::Result<()> {
        if self.listen_for_answers()? {
            tracing::debug!("no more answers are expected");
            self.listen_for_keys()?;
        }
        Ok(())
    }

    /// False where there is nothing more to listen to. crossterm cannot be handed bytes, so what is
    /// half there is waited for.
    fn listen_for_answers(&self) -> io::Result<bool> {
        let mut decoder = Decoder::default();
        // Held while they end in a paste that may go on.
        let mut inputs = Vec::new();
        let mut is_asked = true;
        while is_asked || !decoder.is_at_rest() || !inputs.is_empty() {
            let patience = if inputs.is_empty() {
                decoder.patience(self.patience)
            } else {
                Some(self.patience)
            };
            let is_held = match self.wait(patience)? {
                Waited::Keys => {
                    let bytes = read_bytes()?;
                    if bytes.is_empty() {
                        return Ok(false);
                    }
                    inputs.extend(decoder.feed(&bytes));
                    burst::goes_on(&inputs)
                }
                Waited::InVain => {
                    if inputs.is_empty() {
                        inputs = decoder.give_up();
                    }
                    false
                }
                Waited::Over => return Ok(false),
                Waited::Word => {
                    is_asked = false;
                    !inputs.is_empty()
                }
            };
            if !is_held && !self.tell(&std::mem::take(&mut inputs)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn listen_for_keys(&self) -> io::Result<()> {
        while self.wait(None)? == Waited::Keys {
            let mut inputs = Vec::new();
            loop {
                let mut events = read_events()?;
                while let Some(patience) = escapes::awaited(&events, self.patience)
                    && self.wait(Some(patience))? == Waited::Keys
                {
                    events.extend(read_events()?);
                }
                inputs.extend(escapes::whole(&events).into_iter().map(Input::Event));
                let goes_on = burst::goes_on(&inputs);
                if !goes_on || self.wait(Some(self.patience))? != Waited::Keys {
                    break;
                }
            }
            if !self.tell(&inputs) {
                break;
            }
        }
        Ok(())
    }

    /// False where nobody wants to know.
    fn tell(&self, inputs: &[Input]) -> bool {
        let mut whole = burst::pasted(inputs).into_iter();
        whole.all(|input| self.outbox.send(input).is_ok())
    }

    fn wait(&self, at_most: Option<Duration>) -> io::Result<Waited> {
        let stdin = io::stdin();
        let at_most = at_most.and_then(|time| Timespec::try_from(time).ok());
        loop {
            let mut sources = [
                PollFd::new(&self.words, PollFlags::IN),
                PollFd::new(&stdin, PollFlags::IN),
            ];
            match poll(&mut sources, at_most.as_ref()) {
                Err(rustix::io::Errno::INTR) => continue,
                Ok(0) => return Ok(Waited::InVain),
                other => other?,
            };
            let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
            let [word, keys] = sources.map(|source| source.revents());
            if word.contains(PollFlags::IN) {
                let length = rustix::io::read(&self.words, &mut [0])?;
                return Ok(if length == 0 {
                    Waited::Over
                } else {
                    Waited::Word
                });
            }
            let is_over = !word.is_empty() || keys.intersects(gone);
            return Ok(if is_over { Waited::Over } else { Waited::Keys });
        }
    }
}

/// All bytes that can be read at once; none where the line is gone.
pub(super) fn read_bytes() -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4096];
    let length = rustix::io::retry_on_intr(|| rustix::io::read(io::stdin(), &mut *bytes))?;
    bytes.truncate(length);
    Ok(bytes)
}

/// Everything that can be read at once, as crossterm understands it.
fn read_events() -> io::Result<Vec<Event>> {
    let mut events = Vec::new();
    while event::poll(A_MOMENT)? {
        events.push(event::read()?);
    }
    Ok(events)
}

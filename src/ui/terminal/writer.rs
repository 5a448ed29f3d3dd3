//! The thread that writes frames. Whoever gives the terminal back, in order or in a panic, brings it
//! to an end first: what it wrote afterwards would stand on the shell's screen.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use tokio::sync::Notify;

/// A frame that shows no new picture goes out in one piece, in bytes; a longer one can be cut off
/// between two.
const PIECE: usize = 32 * 1024;

/// Hands frames to the thread, which ends when this is dropped.
pub(super) struct Writer {
    frames: mpsc::SyncSender<Vec<u8>>,
    way: Arc<Way>,
}

/// How a frame is on its way, for all who want to know.
#[derive(Default)]
pub(super) struct Way {
    state: Mutex<State>,
    /// The state is another.
    changed: Condvar,
    flushed: Notify,
}

#[derive(Default)]
struct State {
    /// A frame is not out.
    is_busy: bool,
    /// Nothing more is to be written.
    is_cut: bool,
    /// The line takes nothing any more.
    is_lost: bool,
}

impl Writer {
    pub(super) fn start(terminal: impl Write + Send + 'static) -> io::Result<Self> {
        // One waits at most, since nobody sends while a frame is on its way.
        let (frames, inbox) = mpsc::sync_channel(1);
        let way = Arc::new(Way::default());
        let shared = Arc::clone(&way);
        std::thread::Builder::new()
            .name("frames".to_owned())
            .spawn(move || {
                let end = End(shared);
                end.0.follow(terminal, &inbox);
            })?;
        Ok(Self { frames, way })
    }

    pub(super) fn way(&self) -> &Arc<Way> {
        &self.way
    }

    pub(super) fn send(&self, frame: Vec<u8>) {
        self.way.state().is_busy = true;
        if self.frames.send(frame).is_err() {
            self.way.state().is_lost = true;
        }
    }
}

/// Tells of the end of the thread, however it comes.
struct End(Arc<Way>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.state().is_lost = true;
        self.0.is_out();
    }
}

impl Way {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True while the last frame is not out.
    pub(super) fn is_busy(&self) -> bool {
        self.state().is_busy
    }

    /// True where the line takes nothing any more.
    pub(super) fn is_lost(&self) -> bool {
        self.state().is_lost
    }

    /// Resolves when a frame is out.
    pub(super) async fn flushed(&self) {
        self.flushed.notified().await;
    }

    /// Lets the last frame out, and writes nothing more: one that takes longer than `patience` is cut
    /// off. False where the line is stuck even then: whatever is written to it waits behind the rest
    /// of a piece.
    pub(super) fn finish(&self, patience: Duration) -> bool {
        let is_out = self.wait(patience);
        self.state().is_cut = true;
        is_out || self.wait(patience)
    }

    /// False where a frame is not out in time.
    fn wait(&self, patience: Duration) -> bool {
        let is_busy = |state: &mut State| state.is_busy;
        let waited = self
            .changed
            .wait_timeout_while(self.state(), patience, is_busy);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_busy
    }

    fn is_out(&self) {
        self.state().is_busy = false;
        self.changed.notify_all();
        self.flushed.notify_one();
    }

    fn follow(&self, mut terminal: impl Write, frames: &mpsc::Receiver<Vec<u8>>) {
        for frame in frames {
            let written = frame
                .chunks(PIECE)
                .take_while(|_| !self.state().is_cut)
                .try_for_each(|piece| terminal.write_all(piece))
                .and_then(|()| terminal.flush());
            if written.is_err() {
                self.state().is_lost = true;
            }
            self.is_out();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that tells of each piece, and takes it only when it is let.
    struct Slow {
        turns: mpsc::Receiver<()>,
        begun: mpsc::Sender<usize>,
    }

    impl Write for Slow {
        fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
            _ = self.begun.send(piece.len());
            let gone = |_| io::ErrorKind::BrokenPipe;
            self.turns.recv().map_err(gone)?;
            Ok(piece.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn slow() -> (Writer, mpsc::Sender<()>, mpsc::Receiver<usize>) {
        let (turn, turns) = mpsc::channel();
        let (begun, pieces) = mpsc::channel();
        let writer = Writer::start(Slow { turns, begun }).unwrap();
        (writer, turn, pieces)
    }

    const NO_TIME: Duration = Duration::ZERO;
    /// Longer than anything takes; only a failing test waits so long.
    const PATIENCE: Duration = Duration::from_secs(30);

    #[test]
    fn the_last_frame_is_waited_for() {
        let (writer, turn, pieces) = slow();
        writer.send(vec![b'a'; 3 * PIECE]);
        for _ in 0..3 {
            turn.send(()).unwrap();
        }
        assert!(writer.way().finish(PATIENCE));
        assert_eq!(pieces.try_iter().sum::<usize>(), 3 * PIECE);
    }

    /// Frames were once drawn onto the shell's screen, when that was given back meanwhile.
    #[test]
    fn nothing_is_written_after_the_end_but_the_rest_of_a_piece() {
        let (writer, turn, pieces) = slow();
        writer.send(vec![b'a'; 3 * PIECE]);
        assert_eq!(pieces.recv(), Ok(PIECE));
        assert!(!writer.way().finish(NO_TIME), "the line is stuck");
        for _ in 0..3 {
            turn.send(()).unwrap();
        }
        assert!(writer.way().finish(PATIENCE));
        writer.send(b"one more".to_vec());
        assert!(writer.way().finish(PATIENCE));
        assert_eq!(pieces.try_iter().count(), 0);
    }

    #[test]
    fn a_line_that_is_gone_is_lost_and_keeps_nobody_waiting() {
        let (writer, turn, _pieces) = slow();
        drop(turn);
        writer.send(b"a frame".to_vec());
        assert!(writer.way().finish(PATIENCE));
        assert!(writer.way().is_lost() && !writer.way().is_busy());
    }
}

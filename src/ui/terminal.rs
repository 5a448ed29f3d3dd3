//! The live terminal: taken over, given back whatever happens, written to by one thread.
//!
//! The dashboard writes to its own handle of the terminal and never to stdout, so no stray print
//! of any library can spoil the screen. Whole frames go to a thread that writes them; the next
//! frame is drawn when the last is out, so a slow line never blocks a key.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError, mpsc};
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange,
};
use crossterm::style::ResetColor;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::{Frame, TerminalOptions, Viewport};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::Notify;

use super::painter::Painting;
use crate::domain::image;

/// How long giving the terminal back waits for a line that does not take the last frame.
const LAST_FRAME: Duration = Duration::from_millis(500);

/// True while the terminal is ours: then a panic gives it back first.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// What makes the terminal forget the pictures that it keeps for us.
static UNDO: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The terminal while it is ours.
pub struct Terminal {
    ratatui: ratatui::Terminal<CrosstermBackend<Frames>>,
    frames: Frames,
    writer: Option<Writer>,
    shown: Buffer,
    /// Goes out in front of the next frame.
    pending: Vec<u8>,
}

/// Takes what ratatui draws until the frame is whole.
#[derive(Clone, Default)]
struct Frames(Arc<Mutex<Vec<u8>>>);

impl Frames {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Frames {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut frame = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The thread that writes frames.
struct Writer {
    frames: mpsc::SyncSender<Vec<u8>>,
    state: Arc<WriterState>,
    over: mpsc::Receiver<()>,
}

#[derive(Default)]
struct WriterState {
    busy: AtomicBool,
    lost: AtomicBool,
    flushed: Notify,
}

impl Writer {
    fn start(mut terminal: File) -> io::Result<Self> {
        let (frames, inbox) = mpsc::sync_channel::<Vec<u8>>(1);
        let (ended, over) = mpsc::channel();
        let state = Arc::new(WriterState::default());
        let shared = Arc::clone(&state);
        std::thread::Builder::new()
            .name("frames".to_owned())
            .spawn(move || {
                for frame in inbox {
                    if terminal
                        .write_all(&frame)
                        .and_then(|()| terminal.flush())
                        .is_err()
                    {
                        shared.lost.store(true, Ordering::Release);
                    }
                    shared.busy.store(false, Ordering::Release);
                    shared.flushed.notify_one();
                }
                let _ = ended.send(());
            })?;
        Ok(Self {
            frames,
            state,
            over,
        })
    }

    fn send(&self, frame: Vec<u8>) {
        self.state.busy.store(true, Ordering::Release);
        if self.frames.send(frame).is_err() {
            self.state.lost.store(true, Ordering::Release);
        }
    }

    /// Lets the thread write what it has and waits for it a little.
    fn finish(self) {
        let Self { frames, over, .. } = self;
        drop(frames);
        let _ = over.recv_timeout(LAST_FRAME);
    }
}

impl Terminal {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// This process has no terminal, or it cannot be written to.
    pub fn take() -> io::Result<Self> {
        give_back_on_panic();
        enter()?;
        Self::over_the_screen().inspect_err(|_| give_back())
    }

    fn over_the_screen() -> io::Result<Self> {
        let frames = Frames::default();
        let area = Rect::from((Position::ORIGIN, size()?));
        let options = TerminalOptions {
            viewport: Viewport::Fixed(area),
        };
        let backend = CrosstermBackend::new(frames.clone());
        Ok(Self {
            ratatui: ratatui::Terminal::with_options(backend, options)?,
            frames,
            writer: Some(Writer::start(open()?)?),
            shown: Buffer::empty(area),
            pending: Vec::new(),
        })
    }

    /// Draws a frame, the pictures behind its cells, and sends what changed; a frame that changes
    /// nothing writes nothing. Not to be called while [`Terminal::is_busy`]: it would wait for the
    /// line.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame) -> Painting) -> io::Result<()> {
        queue!(self.frames, BeginSynchronizedUpdate)?;
        let mut painting = Painting::default();
        let drawn = self.ratatui.draw(|frame| painting = view(frame))?;
        let same = *drawn.buffer == self.shown && painting.bytes.is_empty();
        if !same {
            self.shown.clone_from(drawn.buffer);
        }
        self.frames.write_all(&painting.bytes)?;
        *UNDO.lock().unwrap_or_else(PoisonError::into_inner) = painting.undo;
        queue!(self.frames, EndSynchronizedUpdate)?;
        let frame = self.frames.take();
        if !same {
            self.pending.extend(frame);
        }
        if !self.pending.is_empty() {
            self.send();
        }
        self.check()
    }

    /// The next frame is drawn as if nothing were on screen, at the terminal's size.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn start_over(&mut self, size: Size) -> io::Result<()> {
        let area = Rect::from((Position::ORIGIN, size));
        self.ratatui.resize(area)?;
        // What was shown counts no more, whatever is drawn next.
        self.shown = Buffer::default();
        Ok(())
    }

    /// Fills the clipboard through the terminal (OSC 52), together with the next frame.
    pub fn copy(&mut self, text: &str) {
        if queue!(self.frames, CopyToClipboard::to_clipboard_from(text)).is_ok() {
            self.pending.extend(self.frames.take());
        }
    }

    /// Writes something that is no frame: at once, or together with the next frame while one is on
    /// its way.
    pub fn write(&mut self, bytes: &[u8]) {
        self.pending.extend(bytes);
        if !self.pending.is_empty() && !self.is_busy() {
            self.send();
        }
    }

    fn send(&mut self) {
        if let Some(writer) = &self.writer {
            writer.send(std::mem::take(&mut self.pending));
        }
    }

    fn check(&self) -> io::Result<()> {
        let lost = |writer: &Writer| writer.state.lost.load(Ordering::Acquire);
        if self.writer.as_ref().is_some_and(lost) {
            Err(io::ErrorKind::BrokenPipe.into())
        } else {
            Ok(())
        }
    }

    /// True while the last frame is not out.
    pub fn is_busy(&self) -> bool {
        let busy = |writer: &Writer| writer.state.busy.load(Ordering::Acquire);
        self.writer.as_ref().is_some_and(busy)
    }

    /// Resolves when a frame is out.
    pub async fn flushed(&self) {
        match &self.writer {
            Some(writer) => writer.state.flushed.notified().await,
            None => std::future::pending().await,
        }
    }

    /// Gives the terminal back, as for Ctrl-z.
    pub fn leave(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.finish();
        }
        give_back();
    }

    /// Takes the terminal over again after [`Terminal::leave`].
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn return_to(&mut self) -> io::Result<()> {
        enter()?;
        self.writer = Some(Writer::start(open()?)?);
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Columns and rows of the terminal.
///
/// # Errors
/// This process has no terminal.
pub fn size() -> io::Result<Size> {
    let (width, height) = crossterm::terminal::size()?;
    Ok(Size::new(width, height))
}

/// The pixels of a cell, where the terminal told the system how large its window is.
pub fn cell() -> Option<image::Size> {
    let window = crossterm::terminal::window_size().ok()?;
    let side = |pixels: u16, cells: u16| pixels.checked_div(cells).filter(|side| *side > 0);
    Some(image::Size {
        width: side(window.width, window.columns)?.into(),
        height: side(window.height, window.rows)?.into(),
    })
}

/// The terminal of this process, to write to.
pub(super) fn open() -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .custom_flags(rustix::fs::OFlags::NOCTTY.bits().cast_signed())
        .open("/dev/tty")
}

fn enter() -> io::Result<()> {
    let mut terminal = open()?;
    crossterm::terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::Release);
    let entered = execute!(
        terminal,
        EnterAlternateScreen,
        Hide,
        EnableBracketedPaste,
        EnableFocusChange
    );
    if entered.is_err() {
        give_back();
    }
    entered
}

/// Once is enough, and a terminal that is gone is no reason to stop.
fn give_back() {
    if !TAKEN.swap(false, Ordering::AcqRel) {
        return;
    }
    if let Ok(mut terminal) = open()
        && takes_more(&terminal)
    {
        // A frame that was cut off may end within a picture.
        let undo = std::mem::take(&mut *UNDO.lock().unwrap_or_else(PoisonError::into_inner));
        if !undo.is_empty() {
            let _ = terminal.write_all(&[b"\x1b\\", undo.as_slice()].concat());
        }
        let _ = execute!(
            terminal,
            EndSynchronizedUpdate,
            DisableFocusChange,
            DisableBracketedPaste,
            ResetColor,
            LeaveAlternateScreen,
            Show
        );
    }
    let _ = crossterm::terminal::disable_raw_mode();
}

/// False for a line that takes nothing, not even after a moment: leaving must not wait for it.
fn takes_more(terminal: &File) -> bool {
    let moment = Timespec::try_from(LAST_FRAME).ok();
    let mut line = [PollFd::new(terminal, PollFlags::OUT)];
    poll(&mut line, moment.as_ref()).is_ok_and(|ready| ready > 0)
}

/// A panic on the screen's own thread gives the terminal back before it is told; one on a worker
/// goes to the log, since the dashboard goes on.
fn give_back_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let tell = std::panic::take_hook();
        let screen = std::thread::current().id();
        std::panic::set_hook(Box::new(move |panic| {
            tracing::error!(%panic, "panic");
            if std::thread::current().id() == screen {
                give_back();
                tell(panic);
            } else if !TAKEN.load(Ordering::Acquire) {
                tell(panic);
            }
        }));
    });
}

//! The live terminal: taken over, given back whatever happens, written to by one thread.
//!
//! The dashboard writes to its own handle of the terminal and never to stdout, so no stray print
//! of any library can spoil the screen. Whole frames go to a thread that writes them; the next
//! frame is drawn when the last is out, so a slow line never blocks a key.

mod writer;

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
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

use super::painter::Painting;
use crate::domain::image;
use writer::{Way, Writer};

/// How long giving the terminal back waits for a line that takes nothing: for the last frame, for
/// what is left of it, and for room.
const STUCK: Duration = Duration::from_millis(500);

/// What is to be undone while the terminal is ours, where a panic finds it.
static HELD: Mutex<Option<Held>> = Mutex::new(None);

#[derive(Default)]
struct Held {
    /// Frames that are on their way.
    way: Option<Arc<Way>>,
    /// What makes the terminal forget the pictures that it keeps for us.
    undo: Vec<u8>,
}

fn held() -> MutexGuard<'static, Option<Held>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

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

impl Terminal {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// This process has no terminal, or it cannot be written to.
    pub fn take() -> io::Result<Self> {
        give_back_on_panic();
        enter()?;
        Self::over_the_screen().inspect_err(|_| _ = give_back())
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
            writer: Some(start_writer()?),
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
        if let Some(held) = &mut *held() {
            held.undo = painting.undo;
        }
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
        if self.way().is_some_and(Way::is_lost) {
            Err(io::ErrorKind::BrokenPipe.into())
        } else {
            Ok(())
        }
    }

    fn way(&self) -> Option<&Way> {
        self.writer.as_ref().map(|writer| &**writer.way())
    }

    /// True while the last frame is not out.
    pub fn is_busy(&self) -> bool {
        self.way().is_some_and(Way::is_busy)
    }

    /// Resolves when a frame is out.
    pub async fn flushed(&self) {
        match self.way() {
            Some(way) => way.flushed().await,
            None => std::future::pending().await,
        }
    }

    /// Gives the terminal back, as for Ctrl-z.
    pub fn leave(&mut self) {
        give_back();
        self.writer = None;
    }

    /// Holds on to the terminal where somebody else may have set it up meanwhile: a shell does, while
    /// the program is stopped and could not give it back. Nothing is drawn by that.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn hold(&mut self) -> io::Result<()> {
        // Raw mode is not set again where crossterm knows that it set it.
        crossterm::terminal::disable_raw_mode()?;
        crossterm::terminal::enable_raw_mode()?;
        modes(&mut self.frames)?;
        let modes = self.frames.take();
        self.write(&modes);
        Ok(())
    }

    /// Takes the terminal over again after [`Terminal::leave`].
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn return_to(&mut self) -> io::Result<()> {
        enter()?;
        self.writer = Some(start_writer().inspect_err(|_| _ = give_back())?);
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
    *held() = Some(Held::default());
    let entered = modes(&mut terminal);
    if entered.is_err() {
        give_back();
    }
    entered
}

/// Sets the terminal up for us.
fn modes(terminal: &mut impl Write) -> io::Result<()> {
    execute!(
        terminal,
        EnterAlternateScreen,
        Hide,
        EnableBracketedPaste,
        EnableFocusChange
    )
}

fn start_writer() -> io::Result<Writer> {
    let writer = Writer::start(open()?)?;
    if let Some(held) = &mut *held() {
        held.way = Some(Arc::clone(writer.way()));
    }
    Ok(writer)
}

/// Once is enough, and a terminal that is gone is no reason to stop. False where the line is stuck.
fn give_back() -> bool {
    let Some(held) = held().take() else {
        return true;
    };
    let terminal = open().ok();
    let takes_more =
        held.way.is_none_or(|way| way.finish(STUCK)) && terminal.as_ref().is_none_or(takes_more);
    if let Some(mut terminal) = terminal.filter(|_| takes_more) {
        // A frame that was cut off may end within a picture.
        let _ = terminal.write_all(&[END_OF_STRING, &held.undo].concat());
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
    takes_more
}

/// Ends a picture that is half there, and nothing else.
const END_OF_STRING: &[u8] = b"\x1b\\";

/// False for a line that takes nothing, not even after a moment: leaving must not wait for it.
fn takes_more(terminal: &File) -> bool {
    let moment = Timespec::try_from(STUCK).ok();
    let mut line = [PollFd::new(terminal, PollFlags::OUT)];
    poll(&mut line, moment.as_ref()).is_ok_and(|ready| ready > 0)
}

/// A panic on the screen's own thread gives the terminal back before it is told; one on a worker
/// goes to the log, since the dashboard goes on. Whoever tells it over a stuck line waits for ever.
fn give_back_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let tell = std::panic::take_hook();
        let screen = std::thread::current().id();
        std::panic::set_hook(Box::new(move |panic| {
            tracing::error!(%panic, "panic");
            let is_ours = held().is_some();
            if !is_ours || std::thread::current().id() == screen && give_back() {
                tell(panic);
            }
        }));
    });
}

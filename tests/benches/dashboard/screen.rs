//! The program in a terminal, each of its frames with the time at which its last byte came.

use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::home::Home;

const COLUMNS: u16 = 120;
const ROWS: u16 = 36;

/// The program writes this behind each frame (synchronized output, private mode 2026).
const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

/// Longer than anything takes; only a broken program is waited for so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running dashboard. Dropped, it is asked to leave.
pub(crate) struct Dashboard {
    _line: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    program: Box<dyn Child + Send + Sync>,
    output: Receiver<(Instant, Vec<u8>)>,
    /// What came and is not on the screen: its frame is not whole yet.
    coming: Vec<u8>,
    came: Instant,
    screen: vt100::Parser,
    /// When the program was started.
    pub(crate) started: Instant,
}

impl Dashboard {
    /// Starts the program over `folder`, with the history of `home`.
    pub(crate) fn start(home: &Home, folder: &Path) -> Self {
        let size = PtySize {
            rows: ROWS,
            cols: COLUMNS,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_blipboard"));
        command.env_clear();
        for (name, value) in home.variables() {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("LANG", "C.UTF-8");
        command.arg(folder);
        let keyboard = pair.master.take_writer().unwrap();
        let output = stamped(pair.master.try_clone_reader().unwrap());
        let started = Instant::now();
        let program = pair.slave.spawn_command(command).unwrap();
        let cells = |count| NonZeroU16::new(count).unwrap();
        Self {
            _line: pair.master,
            keyboard,
            program,
            output,
            coming: Vec::new(),
            came: started,
            screen: vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0),
            started,
        }
    }

    /// Presses `keys` and tells when.
    pub(crate) fn press(&mut self, keys: &str) -> Instant {
        let pressed = Instant::now();
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        pressed
    }

    /// Shows the next frame and tells when it was whole; `None` where none is until `deadline`.
    pub(crate) fn frame(&mut self, deadline: Instant) -> Option<Instant> {
        let mut searched = 0;
        loop {
            let unsearched = self.coming.get(searched..).unwrap_or_default();
            if let Some(end) = position(unsearched, END_OF_FRAME) {
                let end = searched + end + END_OF_FRAME.len();
                self.screen.process(&self.coming[..end]);
                self.coming.drain(..end);
                return Some(self.came);
            }
            searched = self.coming.len().saturating_sub(END_OF_FRAME.len() - 1);
            let left = deadline.saturating_duration_since(Instant::now());
            let (came, bytes) = self.output.recv_timeout(left).ok()?;
            self.came = came;
            self.coming.extend(bytes);
        }
    }

    /// Waits for a frame that is as `is_right` wants it, and tells when it was whole.
    pub(crate) fn wait(&mut self, what: &str, is_right: impl Fn(&Self) -> bool) -> Instant {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let frame = self.frame(deadline);
            let contents = self.contents();
            let frame = frame.unwrap_or_else(|| panic!("waited in vain for {what}:\n{contents}"));
            if is_right(self) {
                return frame;
            }
        }
    }

    /// Lets `time` pass and tells how many bytes were written meanwhile.
    pub(crate) fn rest(&mut self, time: Duration) -> usize {
        let end = Instant::now() + time;
        let left = || end.saturating_duration_since(Instant::now());
        let mut written = 0;
        while let Ok((came, bytes)) = self.output.recv_timeout(left()) {
            written += bytes.len();
            self.came = came;
            self.coming.extend(bytes);
        }
        written
    }

    pub(crate) fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// True where a cell is about as red, green and blue as `wanted`.
    pub(crate) fn is_coloured(&self, row: u16, column: u16, wanted: [u8; 3]) -> bool {
        let cell = self.screen.screen().cell(row, column);
        let Some(vt100::Color::Rgb(red, green, blue)) = cell.map(vt100::Cell::fgcolor) else {
            return false;
        };
        let pairs = [red, green, blue].into_iter().zip(wanted);
        pairs
            .into_iter()
            .all(|(is, wanted)| is.abs_diff(wanted) < 16)
    }

    /// The line of the screen with the cursor of the files, and the name in it.
    pub(crate) fn cursor(&self) -> Option<(usize, String)> {
        let mut lines = self.screen.screen().rows(1, COLUMNS / 4).enumerate();
        lines.find_map(|(line, text)| {
            let name = text.strip_prefix('>')?.trim_start_matches(['*', ' ']);
            Some((line, name.split(' ').next()?.to_owned()))
        })
    }

    /// The name under the cursor of the contact sheet: its lower border tells it.
    pub(crate) fn foot(&self) -> Option<String> {
        let mut lines = self.screen.screen().rows(0, COLUMNS);
        let foot = lines.find(|line| line.starts_with("┕ "))?;
        foot.split(' ').nth(1).map(str::to_owned)
    }

    /// A figure that the system keeps of the process, or the sum over its threads; `None` where
    /// the system tells no such thing.
    pub(crate) fn status(&self, figure: &str, of: Status) -> Option<u64> {
        let process = format!("/proc/{}", self.program.process_id()?);
        let files = match of {
            Status::Process => vec![Path::new(&process).join("status")],
            Status::Threads => fs::read_dir(process + "/task")
                .ok()?
                .filter_map(|thread| Some(thread.ok()?.path().join("status")))
                .collect(),
        };
        let figures = files.iter().filter_map(|file| {
            let status = fs::read_to_string(file).ok()?;
            let mut lines = status.lines().filter_map(|line| line.split_once(':'));
            let (_, value) = lines.find(|(name, _)| *name == figure)?;
            value.split_whitespace().next()?.parse::<u64>().ok()
        });
        figures.reduce(|sum, figure| sum + figure)
    }
}

/// Whose figures.
#[derive(Clone, Copy)]
pub(crate) enum Status {
    Process,
    Threads,
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Stamps what is read at once: whoever looks at it may be late.
fn stamped(mut output: Box<dyn Read + Send>) -> Receiver<(Instant, Vec<u8>)> {
    let (stamped, inbox) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = output.read(&mut buffer) {
            let bytes = buffer[..length].to_vec();
            if stamped.send((Instant::now(), bytes)).is_err() {
                break;
            }
        }
    });
    inbox
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

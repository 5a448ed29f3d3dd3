//! A real terminal for tests: a program in a pty, its screen kept as a person would see it.
//!
//! Nothing here sleeps: whoever waits is woken when the program writes or ends. The terminal answers
//! no question, as some do, and over a bad line all; but for one that plays a script.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, kill_process_group, waitpid};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

/// Longer than anything takes on a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) const ENTER: &str = "\r";
pub(crate) const ESC: &str = "\x1b";
pub(crate) const TAB: &str = "\t";
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const CTRL_Z: &str = "\x1a";

/// What ends a frame.
const END_OF_FRAME: &str = "\x1b[?2026l";

/// What every terminal leaves out.
const NOTHING: &str = "\x1b_nothing\x1b\\";

/// How a program ended: its exit code, or the signal that killed it.
pub(crate) type End = Result<i32, i32>;

/// What a terminal is asked, in order, and what it sends then.
#[derive(Clone, Copy, Default)]
pub(crate) struct Script {
    pub(crate) answers: &'static [(&'static str, &'static str)],
    /// True where each byte is sent by itself, but for the head of a sequence: alone it is a key.
    pub(crate) in_pieces: bool,
    /// Where the line takes nothing more, until [`Terminal::goes_on`].
    pub(crate) stalls: Option<&'static str>,
}

/// A terminal that plays a script.
struct Player {
    script: Script,
    keyboard: Keyboard,
    /// How many bytes of what was written are done with.
    heard: usize,
}

impl Player {
    /// Answers the questions among all that was `written`.
    fn hear(&mut self, written: &[u8]) {
        while let Some(((question, answer), rest)) = self.script.answers.split_first() {
            let mut places = written[self.heard..].windows(question.len());
            let Some(place) = places.position(|place| place == question.as_bytes()) else {
                return;
            };
            self.heard += place + question.len();
            self.script.answers = rest;
            let pieces = answer
                .as_bytes()
                .chunk_by(|byte, _| !self.script.in_pieces || matches!(byte, 0x1b | b'[' | b'_'));
            for piece in pieces {
                self.keyboard.lock().unwrap().write_all(piece).unwrap();
            }
        }
    }
}

type Keyboard = Arc<Mutex<Box<dyn Write + Send>>>;

/// A program in a terminal of its own. Dropped while the program runs, it kills the program.
pub(crate) struct Terminal {
    line: Option<Line>,
    state: Arc<State>,
    pid: Pid,
    device: PathBuf,
    /// How the line was set before the program began.
    before: Termios,
}

/// Our end of the line; the program is hung up on when all of it is gone.
struct Line {
    master: Box<dyn MasterPty + Send>,
    keyboard: Keyboard,
    reader: JoinHandle<()>,
}

/// What is known of the program, and the call to look again.
struct State {
    seen: Mutex<Seen>,
    changed: Condvar,
}

/// Whether the line takes what the program writes.
#[derive(PartialEq)]
enum Flow {
    Free,
    /// Up to the place that the script names.
    Stalls,
    /// It is cut.
    Cut,
}

struct Seen {
    parser: vt100::Parser,
    /// All that the program wrote.
    written: Vec<u8>,
    /// Nobody holds the terminal any more, and all that was written is read.
    is_closed: bool,
    flow: Flow,
    is_stopped: bool,
    end: Option<End>,
}

impl State {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    fn change(&self, how: impl FnOnce(&mut Seen)) {
        how(&mut self.seen());
        self.changed.notify_all();
    }

    /// Follows the program until nobody holds the terminal, or the line is cut.
    fn follow(&self, mut output: Box<dyn Read + Send>, mut player: Player) {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = output.read(&mut buffer) {
            self.change(|seen| {
                seen.written.extend(&buffer[..length]);
                seen.parser.process(&buffer[..length]);
                player.hear(&seen.written);
            });
            if self.seen().flow == Flow::Cut {
                break;
            }
            if let Some(stalls) = player.script.stalls {
                self.stall(stalls);
            }
        }
        self.change(|seen| seen.is_closed = true);
    }

    /// Looks after the program until it ends.
    fn watch(&self, pid: Pid) {
        loop {
            let (_, status) = waitpid(Some(pid), WaitOptions::UNTRACED).unwrap().unwrap();
            if status.stopped() {
                self.change(|seen| seen.is_stopped = true);
                continue;
            }
            let end = status
                .exit_status()
                .ok_or_else(|| status.terminating_signal().unwrap());
            self.change(|seen| seen.end = Some(end));
            return;
        }
    }

    /// Reads no further than to the chunk that ends behind `text`, until it may.
    fn stall(&self, text: &str) {
        let goes_on = |seen: &mut Seen| seen.flow == Flow::Stalls && contains(&seen.written, text);
        drop(self.changed.wait_while(self.seen(), goes_on).unwrap());
    }
}

fn contains(written: &[u8], text: &str) -> bool {
    let mut places = written.windows(text.len());
    places.any(|place| place == text.as_bytes())
}

impl Terminal {
    /// Starts `command` in a terminal of 80 columns and 24 rows that answers nothing.
    pub(crate) fn start(command: CommandBuilder) -> Self {
        Self::playing(command, Script::default())
    }

    /// Starts `command` in a terminal of 80 columns and 24 rows that plays `script`.
    pub(crate) fn playing(command: CommandBuilder, script: Script) -> Self {
        let size = PtySize {
            cols: 80,
            rows: 24,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let device = pair.master.tty_name().unwrap();
        let before = tcgetattr(open(&device)).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let pid = Pid::from_raw(child.process_id().unwrap().cast_signed()).unwrap();
        let seen = Seen {
            parser: vt100::Parser::new(cells(24), cells(80), 0),
            written: Vec::new(),
            is_closed: false,
            flow: if script.stalls.is_some() {
                Flow::Stalls
            } else {
                Flow::Free
            },
            is_stopped: false,
            end: None,
        };
        let state = Arc::new(State {
            seen: Mutex::new(seen),
            changed: Condvar::new(),
        });
        let keyboard: Keyboard = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let player = Player {
            script,
            keyboard: Arc::clone(&keyboard),
            heard: 0,
        };
        let output = pair.master.try_clone_reader().unwrap();
        let reader = thread::spawn({
            let state = Arc::clone(&state);
            move || state.follow(output, player)
        });
        thread::spawn({
            let state = Arc::clone(&state);
            move || state.watch(pid)
        });
        let line = Some(Line {
            master: pair.master,
            keyboard,
            reader,
        });
        Self {
            line,
            state,
            pid,
            device,
            before,
        }
    }

    /// Types `keys` at once.
    pub(crate) fn press(&mut self, keys: &str) {
        let keyboard = &self.line.as_ref().unwrap().keyboard;
        let mut keyboard = keyboard.lock().unwrap();
        keyboard.write_all(keys.as_bytes()).unwrap();
    }

    pub(crate) fn resize(&self, cols: u16, rows: u16) {
        self.state
            .change(|seen| seen.parser.set_size(cells(rows), cells(cols)));
        let size = PtySize {
            cols,
            rows,
            ..PtySize::default()
        };
        self.line.as_ref().unwrap().master.resize(size).unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        if signal == Signal::CONT {
            self.state.change(|seen| seen.is_stopped = false);
        }
        kill_process(self.pid, signal).unwrap();
    }

    /// Sends `signal` to whoever has the terminal by now, as a shell hands it on.
    pub(crate) fn signal_foreground(&self, signal: Signal) {
        let master = &self.line.as_ref().unwrap().master;
        let group = Pid::from_raw(master.process_group_leader().unwrap());
        kill_process_group(group.unwrap(), signal).unwrap();
    }

    /// What stands on the screen now.
    pub(crate) fn screen(&self) -> String {
        self.state.seen().parser.screen().contents()
    }

    /// All that the program wrote, whether it still stands on the screen or not.
    pub(crate) fn written(&self) -> String {
        String::from_utf8_lossy(&self.state.seen().written).into_owned()
    }

    /// How many bytes the program wrote so far.
    pub(crate) fn mark(&self) -> usize {
        self.state.seen().written.len()
    }

    /// Waits for a whole frame that holds `text`, and answers all that was written from `mark` to its
    /// end.
    #[track_caller]
    pub(crate) fn frame(&self, mark: usize, text: &str) -> String {
        let whole = |seen: &Seen| {
            let written = String::from_utf8_lossy(&seen.written[mark..]);
            let text = written.find(text)?;
            let end = text + written[text..].find(END_OF_FRAME)?;
            Some(written[..end].to_owned())
        };
        self.wait(text, |seen| whole(seen).is_some());
        whole(&self.state.seen()).unwrap()
    }

    /// Waits until the program wrote `bytes`, whether they show or not.
    #[track_caller]
    pub(crate) fn is_sent(&self, bytes: &str) {
        self.wait(bytes, |seen| contains(&seen.written, bytes));
    }

    /// The line takes everything from now on.
    pub(crate) fn goes_on(&self) {
        self.state.change(|seen| seen.flow = Flow::Free);
    }

    /// Waits until `text` stands on the screen.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        self.wait_for(text, |screen| screen.contents().contains(text));
    }

    /// Waits until the screen is as `is_right` wants it.
    #[track_caller]
    pub(crate) fn wait_for(&self, what: &str, is_right: impl Fn(&vt100::Screen) -> bool) {
        self.wait(what, |seen| is_right(seen.parser.screen()));
    }

    /// Waits until the program has written `text` so many times, whether it shows or not.
    #[track_caller]
    pub(crate) fn writes(&self, text: &str, times: usize) {
        self.wait(text, |seen| {
            String::from_utf8_lossy(&seen.written).matches(text).count() >= times
        });
    }

    /// Waits for the end of the program.
    #[track_caller]
    pub(crate) fn wait_exit(&self) -> End {
        self.wait("the program to end", |seen| {
            seen.end.is_some() && seen.is_closed
        });
        self.state.seen().end.unwrap()
    }

    /// Waits until the program is stopped, and all that it wrote before is read.
    #[track_caller]
    pub(crate) fn is_stopped(&self) {
        self.wait("the program to stop", |seen| seen.is_stopped);
        let times = self.written().matches(NOTHING).count() + 1;
        rustix::io::write(open(&self.device), NOTHING.as_bytes()).unwrap();
        self.writes(NOTHING, times);
    }

    /// Sets the line up as a shell does that finds its program stopped.
    pub(crate) fn is_taken_by_the_shell(&self) {
        tcsetattr(open(&self.device), OptionalActions::Now, &self.before).unwrap();
    }

    /// Asserts that keys reach the program as they are pressed, and do not show.
    #[track_caller]
    pub(crate) fn has_a_raw_line(&self) {
        let modes = tcgetattr(open(&self.device)).unwrap().local_modes;
        let cooked = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        assert!(!modes.intersects(cooked), "{modes:?}");
    }

    /// Waits for the end of the program, while its last words may still be on their way.
    #[track_caller]
    pub(crate) fn dies(&self) -> End {
        self.wait("the program to end", |seen| seen.end.is_some());
        self.state.seen().end.unwrap()
    }

    /// Cuts the line as a lost connection does, and waits for the end of the program.
    #[track_caller]
    pub(crate) fn hang_up(&mut self) -> End {
        let device = open(&self.device);
        // Dropping the keyboard would type the key for end of file, so there shall be none.
        let mut modes = tcgetattr(&device).unwrap();
        modes.special_codes[SpecialCodeIndex::VEOF] = 0;
        tcsetattr(&device, OptionalActions::Now, &modes).unwrap();
        self.state.change(|seen| seen.flow = Flow::Cut);
        // The reader holds the line until it has something to read.
        rustix::io::write(&device, b"\r").unwrap();
        let line = self.line.take().unwrap();
        line.reader.join().unwrap();
        drop((line.master, line.keyboard, device));
        self.wait_exit()
    }

    /// Asserts that the program, ended or stopped, left the terminal as it found it.
    #[track_caller]
    pub(crate) fn is_as_before(&self) {
        let on = modes_on(&self.state.seen().written);
        assert_eq!(
            on,
            BTreeSet::from([7, 25]),
            "a line wraps and the cursor shows, nothing else"
        );
        self.has_its_line_as_before();
    }

    /// Asserts the same of the line alone: what is typed shows, and Ctrl-C interrupts.
    #[track_caller]
    pub(crate) fn has_its_line_as_before(&self) {
        let now = tcgetattr(open(&self.device)).unwrap();
        assert_eq!(now.input_modes, self.before.input_modes);
        assert_eq!(now.output_modes, self.before.output_modes);
        assert_eq!(now.local_modes, self.before.local_modes);
    }

    #[track_caller]
    fn wait(&self, what: &str, is_right: impl Fn(&Seen) -> bool) {
        let is_over = |seen: &Seen| seen.end.is_some() && seen.is_closed;
        let goes_on = |seen: &mut Seen| !(is_right(seen) || is_over(seen));
        let waited = self
            .state
            .changed
            .wait_timeout_while(self.state.seen(), PATIENCE, goes_on);
        let seen = waited.unwrap().0;
        let (is_right, end) = (is_right(&seen), seen.end);
        let screen = seen.parser.screen().contents();
        drop(seen);
        assert!(
            is_right,
            "waited in vain for: {what}\nended: {end:?}\nthe screen:\n{screen}"
        );
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.goes_on();
        if self.state.seen().end.is_none() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

/// The program's end of the line, without taking it for our own terminal.
fn open(device: &PathBuf) -> OwnedFd {
    rustix::fs::open(device, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap()
}

/// The private modes (`CSI ? n h`) that are on after `written`, of those on at the start or named.
fn modes_on(written: &[u8]) -> BTreeSet<u16> {
    let mut on = BTreeSet::from([7, 25]);
    let written = String::from_utf8_lossy(written);
    for after in written.split("\x1b[?").skip(1) {
        let end = after.find(|letter: char| !letter.is_ascii_digit() && letter != ';');
        let (numbers, rest) = after.split_at(end.unwrap_or(after.len()));
        for mode in numbers.split(';').filter_map(|number| number.parse().ok()) {
            match rest.chars().next() {
                Some('h') => _ = on.insert(mode),
                Some('l') => _ = on.remove(&mode),
                _ => {}
            }
        }
    }
    on
}

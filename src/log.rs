//! The log: a file beside history, turned over by size, never the terminal.
//!
//! One event is one line, whatever it tells: file names, captions and server messages go into it
//! with everything escaped that could forge a line or command the terminal of its reader.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;

use crate::config::LogLevel;
use crate::domain::text::{Foreign, is_unsafe};

/// A log is turned over before it grows larger, in bytes.
const LARGEST: u64 = 1 << 20;

/// So many older logs are kept: `blipboard.log.1`, the newest of them, to `blipboard.log.3`.
const KEPT: u32 = 3;

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The folder or the file can be neither made nor opened.
    #[error("cannot write the log {path}")]
    Closed {
        /// The file, safe to show.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The log of this process is open already.
    #[error("the log was started twice")]
    Twice,
}

/// Writes everything from `level` up to the file `path` from now on.
///
/// # Errors
/// There is no log then, which is no reason to stop.
pub fn start(path: &Path, level: LogLevel) -> Result<(), LogError> {
    let subscriber = subscriber(path, level)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| LogError::Twice)
}

fn subscriber(path: &Path, level: LogLevel) -> Result<impl Subscriber + use<>, LogError> {
    let file = LogFile::open(path).map_err(|source| LogError::Closed {
        path: Foreign::from_os(path.as_os_str()).shown(1000),
        source,
    })?;
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    // What libraries tell is for their authors, unless something is wrong.
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target(env!("CARGO_CRATE_NAME"), level);
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(Lines(file)))
        // A full disk would otherwise be told on stderr, in the middle of the screen.
        .log_internal_errors(false);
    Ok(tracing_subscriber::registry().with(targets).with(lines))
}

/// Takes whole events and makes each of them one harmless line.
struct Lines<W>(W);

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let mut line = String::with_capacity(text.len() + 1);
        for letter in text.trim_end_matches('\n').chars() {
            if is_unsafe(letter) {
                let _ = write!(line, "\\u{{{:x}}}", u32::from(letter));
            } else {
                line.push(letter);
            }
        }
        line.push('\n');
        self.0.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A file that is renamed and begun anew before it grows too large. Several copies of the program
/// may write to it at once.
struct LogFile {
    path: PathBuf,
    file: File,
    size: u64,
}

impl LogFile {
    fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)?;
        let size = file.metadata()?.len();
        Ok(Self {
            path: path.to_owned(),
            file,
            size,
        })
    }

    /// Begins a new file.
    fn turn_over(&mut self) -> io::Result<()> {
        // Another copy of the program may have done it already.
        if self.is_current()? {
            for age in (0..KEPT).rev() {
                match fs::rename(self.aged(age), self.aged(age + 1)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        *self = Self::open(&self.path)?;
        Ok(())
    }

    fn is_current(&self) -> io::Result<bool> {
        let ours = self.file.metadata()?;
        Ok(fs::metadata(&self.path)
            .is_ok_and(|there| (there.dev(), there.ino()) == (ours.dev(), ours.ino())))
    }

    fn aged(&self, age: u32) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        if age > 0 {
            path.push(format!(".{age}"));
        }
        path.into()
    }
}

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let length = line.len() as u64;
        if self.size > 0 && self.size + length > LARGEST {
            self.turn_over()?;
        }
        self.file.write_all(line)?;
        self.size += length;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;
    use tracing::{Level, event};

    use super::*;

    /// Runs `work` with a log of `level` in an empty folder, which is returned.
    fn logged(level: LogLevel, work: impl FnOnce()) -> TempDir {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("new/blipboard.log");
        tracing::subscriber::with_default(subscriber(&path, level).unwrap(), work);
        folder
    }

    fn text(folder: &TempDir) -> String {
        fs::read_to_string(folder.path().join("new/blipboard.log")).unwrap()
    }

    #[test]
    fn an_event_is_one_line_with_its_time_in_utc() {
        let folder = logged(LogLevel::Info, || tracing::info!(count = 3, "scanned"));
        let text = text(&folder);
        let (time, rest) = text.trim_start().split_once(' ').unwrap();
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
        assert!(time.ends_with('Z'), "{time}");
        assert!(rest.contains("INFO blipboard::log::tests: scanned count=3\n"));
    }

    #[test]
    fn what_is_below_the_level_is_left_out() {
        let folder = logged(LogLevel::Info, || {
            tracing::debug!("ours");
            event!(target: "library", Level::INFO, "theirs");
            event!(target: "library", Level::WARN, "their warning");
        });
        assert_eq!(text(&folder).lines().count(), 1);
        assert!(text(&folder).contains("their warning"));
    }

    #[test]
    fn a_file_name_can_neither_forge_a_line_nor_command_a_terminal() {
        let name = "a\u{1b}]0;x\u{7}\n2026-11-23 ERROR forged\u{9b}2J\u{202e}gpj.exe";
        let folder = logged(LogLevel::Info, || {
            tracing::info!(name, "opened {name}");
            tracing::info!(name = %name, other = ?name);
        });
        let text = text(&folder);
        assert_eq!(text.lines().count(), 2);
        let unsafe_letters = text.chars().filter(|c| is_unsafe(*c) && *c != '\n');
        assert_eq!(unsafe_letters.count(), 0, "{text}");
        assert!(text.contains("\\u{a}2026-11-23 ERROR forged"), "{text}");
    }

    #[test]
    fn only_the_person_can_read_it() {
        let folder = logged(LogLevel::Info, || tracing::info!("secret"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join("new")), 0o700);
        assert_eq!(mode(&folder.path().join("new/blipboard.log")), 0o600);
    }

    #[test]
    fn a_log_that_grows_too_large_is_turned_over_and_the_oldest_is_dropped() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("blipboard.log");
        let mut log = LogFile::open(&path).unwrap();
        for number in 0..6_u8 {
            let line = vec![b'0' + number; LARGEST as usize];
            log.write_all(&line).unwrap();
        }
        let first = |age: u32| fs::read(log.aged(age)).map(|bytes| bytes[0]).ok();
        let all: Vec<_> = (0..5).map(first).collect();
        assert_eq!(all, [Some(b'5'), Some(b'4'), Some(b'3'), Some(b'2'), None]);
    }

    #[test]
    fn two_copies_of_the_program_turn_it_over_once() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("blipboard.log");
        let full = vec![b'x'; LARGEST as usize - 1];
        let mut one = LogFile::open(&path).unwrap();
        one.write_all(&full).unwrap();
        let mut other = LogFile::open(&path).unwrap();
        one.write_all(b"one").unwrap();
        other.write_all(b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"onetwo");
        assert!(!one.aged(2).exists());
    }

    #[test]
    fn a_log_that_cannot_be_opened_names_its_file() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("blipboard.log");
        fs::create_dir(&path).unwrap();
        let error = subscriber(&path, LogLevel::Info).err().unwrap().to_string();
        assert!(error.starts_with("cannot write the log /"), "{error}");
    }
}

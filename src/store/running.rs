//! Which programs have the history open.
//!
//! A row in state *sent* belongs to the program that waits for its answer. To tell a killed program
//! from a living one, each holds a lock on a file of its own, `running/<session>.lock`, which the
//! system lets go when the program ends, however it ends. A number of a process would not do: it
//! is given again, and means nothing on another host.
//!
//! Opening is done by one program at a time, under the lock of `running/opening.lock`. So nobody
//! sees another's file between its making and its locking, and nobody moves a damaged history
//! away twice.

use std::collections::HashSet;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

/// Opening takes less, unless the history has to be brought up to date first.
const MOMENT: Duration = Duration::from_millis(500);

/// The right to open the history, held by one program at a time.
#[derive(Debug)]
pub(super) struct Opening {
    running: PathBuf,
    _lock: File,
}

/// This program's own lock, held while it has the history open.
#[derive(Debug)]
pub(super) struct Session {
    /// Unlike that of any other program, past or present: the microsecond of its start.
    pub id: i64,
    running: PathBuf,
    _lock: File,
}

impl Opening {
    /// Makes what is missing of the folder and waits for the right to open; `on` hears once that it
    /// takes more than a moment.
    pub(super) fn wait(folder: &Path, on: impl FnOnce()) -> io::Result<Self> {
        let running = folder.join("running");
        make_private_folder(&running)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(running.join("opening.lock"))?;
        hold_telling(&lock, on)?;
        Ok(Self {
            running,
            _lock: lock,
        })
    }

    /// Starts a session of this program.
    pub(super) fn start_session(&self) -> io::Result<Session> {
        let mut id = Timestamp::now().as_microsecond();
        loop {
            match make_private_file(&lock_of(&self.running, id)) {
                Ok(lock) => {
                    hold(&lock)?;
                    return Ok(Session {
                        id,
                        running: self.running.clone(),
                        _lock: lock,
                    });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => id += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// The sessions of programs that live; the files of all others are removed.
    pub(super) fn living(&self) -> io::Result<HashSet<i64>> {
        let mut living = HashSet::new();
        for entry in fs::read_dir(&self.running)? {
            let entry = entry?;
            let Some(id) = session_of(&entry.path()) else {
                continue;
            };
            match OpenOptions::new().write(true).open(entry.path()) {
                Ok(file) => match file.try_lock() {
                    Ok(()) => remove_if_there(&entry.path())?,
                    // Where locks do not work we cannot know, and must not take a living
                    // program's rows away.
                    Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {
                        living.insert(id);
                    }
                },
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(living)
    }

    /// True where a program met damage since the last start.
    pub(super) fn is_suspect(&self) -> bool {
        suspicion(&self.running).exists()
    }

    /// The file was looked through or moved away.
    pub(super) fn clear_suspicion(&self) -> io::Result<()> {
        remove_if_there(&suspicion(&self.running))
    }
}

impl Session {
    /// Asks the next start to look through the whole file.
    pub(super) fn suspect(&self) -> io::Result<()> {
        match make_private_file(&suspicion(&self.running)) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // What cannot be removed now, the next start removes.
        let _ = fs::remove_file(lock_of(&self.running, self.id));
    }
}

/// Makes an empty file that only its owner may read; it must not exist yet.
pub(super) fn make_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)
}

fn make_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Waits for the lock; `on` hears where somebody else holds it for more than a moment.
fn hold_telling(file: &File, on: impl FnOnce()) -> io::Result<()> {
    if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        return Ok(());
    }
    thread::scope(|scope| {
        let (sender, held) = mpsc::channel();
        thread::Builder::new().spawn_scoped(scope, move || sender.send(hold(file)))?;
        held.recv_timeout(MOMENT).unwrap_or_else(|_| {
            on();
            held.recv().unwrap_or(Ok(()))
        })
    })
}

/// Some network file systems know no locks; there we do without.
fn hold(file: &File) -> io::Result<()> {
    match file.lock() {
        Err(error) if error.kind() == ErrorKind::Interrupted => hold(file),
        _ => Ok(()),
    }
}

/// Stands while a program has met damage that no start has looked into.
fn suspicion(running: &Path) -> PathBuf {
    running.join("suspect")
}

fn lock_of(running: &Path, session: i64) -> PathBuf {
    running.join(format!("{session}.lock"))
}

fn session_of(path: &Path) -> Option<i64> {
    let name = path.file_name()?.to_str()?;
    name.strip_suffix(".lock")?.parse().ok()
}

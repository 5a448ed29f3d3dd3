//! Files with secrets in them: read with care, written whole or not at all, for their owner alone.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::domain::text::Foreign;

/// No file of tokens is larger, in bytes.
const LARGEST: u64 = 64 << 10;
/// How often it is tried again to get a lock that another program holds.
const RETRY: Duration = Duration::from_millis(20);

/// Why a file with secrets in it cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot read {file}")]
    Unreadable {
        /// The file, safe to show.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// It is a folder, or something stranger.
    #[error("{0} is no plain file")]
    NotAFile(String),
    /// There is more in it than tokens.
    #[error("{0} is too large for a token")]
    TooLarge(String),
    /// It can be neither made nor replaced.
    #[error("cannot write {file}")]
    Unwritable {
        /// The file, safe to show.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// Another program has the tokens in its hands and does not let go.
    #[error("another program holds {0}")]
    Held(String),
}

/// What is in the file; `None` where there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    let file = || shown(path);
    let unreadable = |source| FileError::Unreadable {
        file: file(),
        source,
    };
    // Asked before it is opened, since opening a pipe would wait for its writer.
    match fs::metadata(path) {
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(facts) if !facts.is_file() => return Err(FileError::NotAFile(file())),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(FileError::TooLarge(file()));
    }
    Ok(Some(bytes))
}

/// Puts `bytes` in place of what was in the file. Others see the old content or the new one, never
/// a part of it, and a link to the file stays a link.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let unwritable = |source| FileError::Unwritable {
        file: shown(path),
        source,
    };
    let place = followed(path);
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = place.with_file_name(name);
    let written = replace(&place, &new, bytes);
    if written.is_err() {
        // It may hold a secret, or may never have been made.
        let _ = fs::remove_file(&new);
    }
    written.map_err(unwritable)
}

fn replace(place: &Path, new: &Path, bytes: &[u8]) -> io::Result<()> {
    // What a killed program of the same number left behind.
    remove_if_there(new)?;
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(new, place)
}

/// The file that a link leads to, whether it is there or not.
fn followed(path: &Path) -> PathBuf {
    path.canonicalize()
        .or_else(|_| Ok(path.with_file_name(fs::read_link(path)?)))
        .unwrap_or_else(|_: io::Error| path.to_owned())
}

/// Removes the file; it may be gone already.
pub(super) fn remove(path: &Path) -> Result<(), FileError> {
    remove_if_there(path).map_err(|source| FileError::Unwritable {
        file: shown(path),
        source,
    })
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if !is_missing(&error) => Err(error),
        _ => Ok(()),
    }
}

/// True where others than the owner may read the file.
pub(super) fn is_exposed(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|facts| facts.mode() & 0o044 != 0)
}

/// The right to change the files of a folder, as far as all programs ask for it.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "held, not looked at")] File);

/// Waits for the lock at `path` at most as long as `patience` lasts; makes what is missing of its
/// folder.
pub(super) fn lock(path: &Path, patience: Duration) -> Result<Lock, FileError> {
    let unwritable = |source| FileError::Unwritable {
        file: shown(path),
        source,
    };
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(unwritable)?;
    }
    let until = Instant::now() + patience;
    loop {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path)
            .map_err(unwritable)?;
        match file.try_lock() {
            // Whoever had it before may have removed it.
            Ok(()) if is_still_at(&file, path) => return Ok(Lock(file)),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if Instant::now() < until => rest(),
            Err(TryLockError::WouldBlock) => return Err(FileError::Held(shown(path))),
            // Some network file systems know no locks; there we do without.
            Err(TryLockError::Error(_)) => return Ok(Lock(file)),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "no lock tells when it is let go within a given time, and nobody waits on this thread"
)]
fn rest() {
    thread::sleep(RETRY);
}

fn is_still_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

fn is_missing(error: &io::Error) -> bool {
    error.kind() == ErrorKind::NotFound
}

/// A path, safe to show.
pub(super) fn shown(path: &Path) -> String {
    Foreign::from_os(path.as_os_str()).shown(200)
}

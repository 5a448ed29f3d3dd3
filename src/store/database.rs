//! The SQLite file itself: whose it is, whether it is whole, how it is opened and kept aside.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::{migrations, search};

/// How long a call waits for another program to finish its own, which takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pages (4 KiB) up to which a file is looked through at every start; a larger one only where
/// damage was met, since that takes seconds.
const SMALL: u32 = 1024;

/// What the file turned out to be.
pub(super) enum Found {
    /// Ours, of this version or an earlier one; an empty file is version 0.
    Ours(Connection, usize),
    /// Ours, of a version that a later program wrote.
    Newer(Connection, usize),
    /// A sound database of somebody else.
    NotOurs,
}

/// Opens the file at `path`, which must exist, and looks what it is without changing it. What is
/// no database, or a broken one, is [`StoreError::Damaged`].
pub(super) fn open(path: &Path, thorough: bool) -> Result<Found, StoreError> {
    let connection = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))?;
    // Until we know whose it is, not even closing it may move pages.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let found = look(connection, thorough)?;
    if let Found::Ours(connection, _) = &found {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    }
    Ok(found)
}

/// Opens the file at `path` for reading, where we may not write.
pub(super) fn open_unwritable(path: &Path) -> Result<Found, StoreError> {
    let plain = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_ONLY))
        .map_err(StoreError::from)
        .and_then(|connection| look(connection, false));
    match plain {
        Err(StoreError::Database(_)) => {
            // SQLite reads a history in WAL mode only where it can make a file beside it, unless
            // it is told that nobody writes.
            let flags = flags(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI);
            look(
                Connection::open_with_flags(immutable_uri(path), flags)?,
                false,
            )
        }
        found => found,
    }
}

/// A second connection that cannot write, for reading while the first one writes.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_ONLY))?;
    connection.busy_timeout(PATIENCE)?;
    plan_once(&connection)?;
    search::register(&connection)?;
    Ok(connection)
}

/// An empty history in memory.
pub(super) fn in_memory() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    search::register(&connection)?;
    migrations::migrate(&mut connection)?;
    Ok(connection)
}

/// Sets how a connection writes to its file, which may lie on a network file system.
pub(super) fn prepare_writer(connection: &Connection, remote: bool) -> rusqlite::Result<()> {
    // The write-ahead log lets others read while one writes, but lives in memory shared between
    // processes, which no network file system has. With it, NORMAL leaves out the wait for the
    // disk at each commit: a power cut may cost the last rows but harms no page, and a kill costs
    // nothing. Without it, NORMAL could harm the file.
    let (journal, synchronous) = if remote {
        ("DELETE", "FULL")
    } else {
        ("WAL", "NORMAL")
    };
    connection.pragma_update(None, "journal_mode", journal)?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    plan_once(connection)?;
    // A run takes more statements than the 16 that are kept unless told.
    connection.set_prepared_statement_cache_capacity(64);
    // What is forgotten is overwritten with zeros.
    connection.pragma_update(None, "secure_delete", true)
}

/// A statement that is kept stays as it was planned. Otherwise SQLite plans it anew whenever a value
/// is bound that might let it use another index, at each run of a statement that knows its row.
fn plan_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Moves a damaged file and what belongs to it to a name beside it, which is returned.
pub(super) fn keep_aside(path: &Path) -> io::Result<PathBuf> {
    let now = Timestamp::now().strftime("%Y-%m-%dT%H-%M-%SZ").to_string();
    let mut kept = with_suffix(path, &format!(".damaged-{now}"));
    let mut attempt = 1;
    while kept.exists() {
        attempt += 1;
        kept = with_suffix(path, &format!(".damaged-{now}-{attempt}"));
    }
    // The file itself goes last: were we killed half-way, it would be found damaged again.
    for belonging in ["-wal", "-shm", "-journal", ""] {
        match fs::rename(with_suffix(path, belonging), with_suffix(&kept, belonging)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(kept)
}

fn flags(access: OpenFlags) -> OpenFlags {
    // Each connection has a lock of ours, so SQLite needs none.
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn look(connection: Connection, thorough: bool) -> Result<Found, StoreError> {
    connection.busy_timeout(PATIENCE)?;
    search::register(&connection)?;
    let Some(version) = our_version(&connection)? else {
        return Ok(Found::NotOurs);
    };
    if let Some(fault) = fault(&connection, thorough)? {
        return Err(StoreError::Damaged(fault.into()));
    }
    Ok(if version > migrations::LATEST {
        Found::Newer(connection, version)
    } else {
        Found::Ours(connection, version)
    })
}

/// `None` for the database of another program.
fn our_version(connection: &Connection) -> rusqlite::Result<Option<usize>> {
    let tables: u32 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    match (application, tables) {
        (migrations::APPLICATION_ID, _) => migrations::version(connection).map(Some),
        (0, 0) => Ok(Some(0)),
        _ => Ok(None),
    }
}

/// The first fault that SQLite finds in the pages of a small or suspected file.
fn fault(connection: &Connection, thorough: bool) -> rusqlite::Result<Option<String>> {
    let pages: u32 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    if pages > SMALL && !thorough {
        return Ok(None);
    }
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((verdict != "ok").then_some(verdict))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// <https://www.sqlite.org/uri.html>: every byte that could mean something is escaped.
fn immutable_uri(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02x}");
            }
        }
    }
    uri + "?immutable=1"
}

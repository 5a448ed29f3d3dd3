//! What can go wrong with the history.

use std::io::{self, ErrorKind};
use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::domain::text::Foreign;

/// Columns that a path takes at most in a message.
const PATH_WIDTH: usize = 200;

/// Why the store could not keep its promise.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The history is open for reading only; [`super::Store::read_only`] tells the same.
    #[error("nothing can be stored: {0}")]
    ReadOnly(String),
    /// Space has to be made first.
    #[error("the disk that holds the history is full")]
    Full(#[source] Cause),
    /// The next start keeps the file aside and begins a fresh one.
    #[error("the history file is damaged; the next start keeps it aside and begins a fresh one")]
    Damaged(#[source] Cause),
    /// Another program held the file for longer than we wait.
    #[error("another program holds the history")]
    Busy(#[source] Cause),
    /// A database, but none of ours; it is left as it is.
    #[error("`{0}` belongs to another program; move it away or choose another data folder")]
    NotOurs(String),
    /// The folder, or a file in it, can be neither made nor opened.
    #[error("cannot use the data folder `{folder}`")]
    Folder {
        /// The folder, safe to show.
        folder: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Whoever looked for something did not want to wait for it any longer.
    #[error("the search was stopped")]
    Stopped(#[source] Cause),
    /// Anything else that the database said.
    #[error("the history cannot be used")]
    Database(#[source] rusqlite::Error),
}

/// What the system or the database said.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

impl StoreError {
    /// What the system said when we made or opened something in `folder`.
    pub(super) fn in_folder(folder: &Path, source: io::Error) -> Self {
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full(source.into()),
            _ => Self::Folder {
                folder: shown(folder),
                source,
            },
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        // The file of shared memory beside the history is the first to feel a full disk.
        let no_room_to_share = error
            .sqlite_error()
            .is_some_and(|told| told.extended_code == ffi::SQLITE_IOERR_SHMSIZE);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(error.into()),
            _ if no_room_to_share => Self::Full(error.into()),
            Some(ErrorCode::OperationInterrupted) => Self::Stopped(error.into()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error.into()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.into())
            }
            _ => Self::Database(error),
        }
    }
}

/// A path, safe to show.
pub(super) fn shown(path: &Path) -> String {
    Foreign::from_os(path.as_os_str()).shown(PATH_WIDTH)
}

//! What can go wrong with the history.

use std::io;

/// Why the store could not keep its promise.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store was opened for reading only; [`super::Store::read_only`] tells the same.
    #[error("nothing can be stored: {0}")]
    ReadOnly(String),
    /// Space has to be made first.
    #[error("the disk that holds the history is full")]
    Full(#[source] Cause),
    /// The next start keeps the file aside and begins a fresh one.
    #[error("the history file is damaged; start again to keep it aside and begin a fresh one")]
    Damaged(#[source] Cause),
    /// Another program held the file for longer than we wait.
    #[error("the history is held by another program")]
    Busy(#[source] Cause),
    /// A database, but none of ours; it is left as it is.
    #[error("`{0}` belongs to another program; move it away or choose another data folder")]
    NotOurs(String),
    /// The folder or a file in it can be neither made nor opened.
    #[error("cannot use the data folder `{folder}`")]
    Folder {
        /// The folder, safe to show.
        folder: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Anything else that the database said.
    #[error("the history cannot be read or written")]
    Database(#[source] rusqlite::Error),
}

/// What the system or the database said.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

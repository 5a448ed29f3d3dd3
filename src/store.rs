//! History, file identities and preferences, kept in one SQLite file.

mod error;
mod files;
mod history;
mod preferences;

use std::path::{Path, PathBuf};

use crate::domain::problem::Problem;

pub use error::{Cause, StoreError};
pub use files::Marks;
pub use history::{Forget, HistoryQuery, NewRun};

/// The open history. Every call may wait for the disk.
pub struct Store {
    path: PathBuf,
    read_only: Option<Problem>,
}

/// What came of opening the store.
pub struct Opened {
    /// The open history.
    pub store: Store,
    /// What the person should know, such as where a damaged history was kept.
    pub notice: Option<Problem>,
}

#[expect(unused_variables, reason = "only the signatures stand yet")]
impl Store {
    /// Opens the history in `folder`, making both where they are missing.
    ///
    /// # Errors
    /// Where there is no way to a history, not even an empty one for reading.
    pub fn open(folder: &Path) -> Result<Opened, StoreError> {
        todo!()
    }

    /// The file that holds the history.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why nothing can be stored, if so.
    pub fn read_only(&self) -> Option<&Problem> {
        self.read_only.as_ref()
    }
}

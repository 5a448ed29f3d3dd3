//! History, file identities, spending and preferences, kept in one SQLite file.
//!
//! Several programs may have the history open at once, on one machine or on several. A row is
//! written before a job sends its first byte and completed when it ends; what a killed program left
//! is told from what a living one waits for (`running.rs`). The file grows with the program by
//! steps that are never changed (`migrations.rs`). All SQL stands here.

mod consent;
mod database;
mod error;
mod files;
mod forget;
mod history;
mod migrations;
mod network;
mod open;
mod preferences;
mod query;
mod reviews;
mod row;
mod running;
mod search;
mod spending;
mod steps;
mod values;
mod verdicts;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::domain::problem::Problem;
use running::Session;

pub use error::{Cause, StoreError};
pub use files::Marks;
pub use forget::{Forget, Forgotten};
pub use history::{Begun, Ending, NewRun};
pub use open::Delay;
pub use query::{HistoryQuery, Looked, Stop};
pub use spending::{Cap, Reserve, Spent};
pub use steps::Step;

/// After so many of its steps, each of less than a microsecond, SQLite asks whether to go on.
const OFTEN: i32 = 10_000;

/// The open history. Every call may wait for the disk, so none belongs on the thread of a screen.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    reader: Mutex<Connection>,
    writer: Writer,
    /// Captions of more characters are too long.
    length_limit: Option<u64>,
}

/// What came of opening the store.
#[derive(Debug)]
pub struct Opened {
    /// The open history.
    pub store: Store,
    /// What the person should know: where a damaged history was kept, why nothing can be stored.
    pub notice: Option<Problem>,
}

#[derive(Debug)]
enum Writer {
    Open {
        connection: Mutex<Connection>,
        session: Session,
    },
    /// Why there is none.
    Missing(Problem),
}

impl Store {
    /// The file that holds the history, or would.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why nothing can be stored, if so.
    pub fn read_only(&self) -> Option<&Problem> {
        match &self.writer {
            Writer::Open { .. } => None,
            Writer::Missing(why) => Some(why),
        }
    }

    /// The same history, in which captions of more than `characters` are too long.
    #[must_use]
    pub fn with_length_limit(mut self, characters: Option<u64>) -> Self {
        self.length_limit = characters;
        self
    }

    fn read<T>(
        &self,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        job(&lock(&self.reader)).map_err(|error| self.told(error))
    }

    /// Reads what may take long, so that nobody else has to wait for it.
    fn read_aside<T>(
        &self,
        stop: &Stop,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        if self.read_only().is_some() {
            // What stands in for a history may be in memory alone.
            return self.read(job);
        }
        let mut connection = database::reader(&self.path)?;
        let stop = stop.clone();
        connection.progress_handler(OFTEN, Some(move || stop.is_stopped()))?;
        job(&connection).map_err(|error| self.told(error))
    }

    /// Does all of `job` or nothing of it.
    fn write<T>(
        &self,
        job: impl FnOnce(&Transaction<'_>, &Session) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let (connection, session) = match &self.writer {
            Writer::Open {
                connection,
                session,
            } => (connection, session),
            Writer::Missing(why) => {
                return Err(StoreError::ReadOnly(why.sentence().raw().to_owned()));
            }
        };
        let mut connection = lock(connection);
        in_transaction(&mut connection, |step| job(step, session)).map_err(|error| self.told(error))
    }

    /// Does `job` for each of `entries`, in one step for all: most of what a step costs is its end.
    /// Should that fail, each is done in a step of its own, so that none fails for another.
    fn write_each<E, T>(
        &self,
        entries: &[E],
        job: impl Fn(&Transaction<'_>, &Session, &E) -> rusqlite::Result<T>,
    ) -> Vec<Result<T, StoreError>> {
        let alone = |entry| self.write(|step, session| job(step, session, entry));
        if let [entry] = entries {
            return vec![alone(entry)];
        }
        let all = self.write(|step, session| {
            let done = entries.iter().map(|entry| job(step, session, entry));
            done.collect::<rusqlite::Result<Vec<_>>>()
        });
        match all {
            Ok(done) => done.into_iter().map(Ok).collect(),
            // Each would wait as long again.
            Err(StoreError::Busy(cause)) => {
                let why = cause.to_string();
                let busy = |_| Err(StoreError::Busy(why.clone().into()));
                entries.iter().map(busy).collect()
            }
            Err(_) => entries.iter().map(alone).collect(),
        }
    }

    fn told(&self, error: rusqlite::Error) -> StoreError {
        let error = StoreError::from(error);
        if let (StoreError::Damaged(_), Writer::Open { session, .. }) = (&error, &self.writer) {
            // Should this fail, the damage will be met again.
            let _ = session.suspect();
        }
        error
    }
}

/// Takes the write lock at once: a transaction that reads first may find that it cannot write.
fn in_transaction<T>(
    connection: &mut Connection,
    job: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = job(&step)?;
    step.commit()?;
    Ok(done)
}

/// A panic elsewhere leaves the connection whole: its transaction was rolled back on the way.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

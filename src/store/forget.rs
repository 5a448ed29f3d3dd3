//! Deleting for good.

use jiff::Timestamp;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ToSql};

use super::{Store, StoreError, Writer, lock};
use crate::domain::image::ImageId;
use crate::domain::run::RunId;

/// What to delete for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forget {
    /// One run.
    Run(RunId),
    /// All runs of one picture.
    Image(ImageId),
    /// All runs that started before this moment.
    Before(Timestamp),
}

/// What no run needs any longer. Of a picture without runs nothing is kept, not even which file
/// held it: a file that is still there is simply looked at again.
const SWEEP: &str = "
    DELETE FROM picture
        WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.picture = picture.id);
    DELETE FROM folder
        WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.folder = folder.id)
        AND NOT EXISTS (SELECT 1 FROM file WHERE file.folder = folder.id);
    DELETE FROM request
        WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.request = request.id);
    DELETE FROM batch
        WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.batch = batch.id);";

impl Store {
    /// Deletes runs for good, with all that only they needed, and returns how many. Runs under way
    /// are among them; their answers will not be stored.
    ///
    /// # Errors
    /// Whatever keeps them from being deleted; all or none are.
    pub fn forget(&self, what: &Forget) -> Result<u64, StoreError> {
        let forgotten = self.write(|step, _| {
            let runs = step.execute(&format!("DELETE FROM run WHERE {}", what.sql()), [what])?;
            step.execute_batch(SWEEP)?;
            Ok(runs as u64)
        })?;
        if let Writer::Open { connection, .. } = &self.writer {
            // The log still holds the pages as they were, until all of it is in the file. Where
            // another program is just reading, that is left to the next time.
            let _ = empty_log(&lock(connection));
        }
        Ok(forgotten)
    }

    /// How many runs [`Store::forget`] would delete.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn count(&self, what: &Forget) -> Result<u64, StoreError> {
        self.read(|connection| {
            let sql = format!("SELECT count(*) FROM run WHERE {}", what.sql());
            let runs: i64 = connection
                .prepare_cached(&sql)?
                .query_row([what], |row| row.get(0))?;
            Ok(runs.unsigned_abs())
        })
    }
}

impl Forget {
    fn sql(self) -> &'static str {
        match self {
            Self::Run(_) => "id = ?1",
            Self::Image(_) => "picture = (SELECT id FROM picture WHERE sha256 = ?1)",
            Self::Before(_) => "started < ?1",
        }
    }
}

/// The parameter of its condition.
impl ToSql for Forget {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Run(run) => run.0.to_sql(),
            Self::Image(image) => image.to_sql(),
            Self::Before(moment) => Ok(moment.as_microsecond().into()),
        }
    }
}

fn empty_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
}

#[cfg(test)]
mod tests;

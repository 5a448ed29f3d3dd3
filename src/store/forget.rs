//! Deleting for good.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OptionalExtension as _, ToSql, Transaction};

use super::{Store, StoreError, Writer, lock, search};
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

/// What was deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Number of runs.
    pub runs: u64,
    /// Pictures of which nothing is kept any more.
    pub pictures: Vec<ImageId>,
}

/// What no run needs any longer.
const SWEEP: &str = "
    DELETE FROM folder
        WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.folder = folder.id)
        AND NOT EXISTS (SELECT 1 FROM file WHERE file.folder = folder.id);
    DELETE FROM request
        WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.request = request.id);
    DELETE FROM batch
        WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.batch = batch.id);";

impl Store {
    /// Deletes runs for good, with all that only they needed. Runs under way are among them; their
    /// answers will not be stored. Of a picture without runs nothing is kept, not even which file
    /// held it: a file that is still there is simply looked at again.
    ///
    /// # Errors
    /// Whatever keeps them from being deleted; all or none are.
    pub fn forget(&self, what: &Forget) -> Result<Forgotten, StoreError> {
        let forgotten = self.write(|step, _| {
            let sql = format!("DELETE FROM run WHERE {} RETURNING id, picture", what.sql());
            let mut deleted: Vec<(RunId, Option<i64>)> = step
                .prepare(&sql)?
                .query_map([what], |row| Ok((RunId(row.get(0)?), row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            // The index takes them best in their order.
            deleted.sort_unstable();
            search::forget_all(step, &deleted)?;
            let runs = deleted.len() as u64;
            let pictures = deleted.into_iter().filter_map(|(_, picture)| picture);
            let mut pictures: BTreeSet<i64> = pictures.collect();
            if let Forget::Image(image) = what {
                // It may have been looked at and never captioned.
                pictures.extend(picture(step, image)?);
            }
            let pictures = delete_unneeded(step, &pictures)?;
            step.execute_batch(SWEEP)?;
            Ok(Forgotten { runs, pictures })
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

fn picture(step: &Transaction<'_>, image: &ImageId) -> rusqlite::Result<Option<i64>> {
    step.prepare_cached("SELECT id FROM picture WHERE sha256 = ?1")?
        .query_row([image], |row| row.get(0))
        .optional()
}

/// Deletes those of the `pictures` that have no runs, with the files that held them.
fn delete_unneeded(
    step: &Transaction<'_>,
    pictures: &BTreeSet<i64>,
) -> rusqlite::Result<Vec<ImageId>> {
    let mut delete = step.prepare_cached(
        "DELETE FROM picture
         WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM run WHERE run.picture = picture.id)
         RETURNING sha256",
    )?;
    let deleted = pictures.iter().filter_map(|id| {
        let deleted = delete.query_row([id], |row| row.get(0)).optional();
        deleted.transpose()
    });
    deleted.collect()
}

fn empty_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
}

#[cfg(test)]
mod tests;

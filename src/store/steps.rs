//! What was changed last.

use rusqlite::OptionalExtension;

use super::{Store, StoreError};
use crate::domain::review::{Maker, StepId};

/// What was changed at once, and still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number.
    pub id: StepId,
    /// How it was made.
    pub maker: Maker,
    /// How many runs stand otherwise since.
    pub runs: u64,
}

impl Store {
    /// The newest step that counts; `None` where nothing is left to be taken back.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn newest_step(&self) -> Result<Option<Step>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT step, maker, count(DISTINCT run) FROM review
                     WHERE step = (SELECT step FROM review WHERE counts ORDER BY id DESC LIMIT 1)
                     AND counts",
                )?
                .query_row([], |row| {
                    let Some(id) = row.get(0)? else {
                        return Ok(None);
                    };
                    Ok(Some(Step {
                        id: StepId(id),
                        maker: row.get(1)?,
                        runs: row.get::<_, i64>(2)?.unsigned_abs(),
                    }))
                })
                .optional()
                .map(Option::flatten)
        })
    }
}

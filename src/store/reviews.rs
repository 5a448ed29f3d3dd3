//! Reviews: what people decided and wrote of captions.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, named_params};

use super::values::Moment;
use super::{Store, StoreError, search};
use crate::domain::review::{Change, Decision, Maker, Review, Revision, StepId};
use crate::domain::run::RunId;

impl Store {
    /// Changes how some runs stand, all or none of them. Where a caption is accepted, the one that
    /// was accepted for the same picture is pending again. Runs that were deleted are left out.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn review(
        &self,
        changes: &[Change],
        maker: Maker,
        moment: Timestamp,
    ) -> Result<StepId, StoreError> {
        self.write(|step, _| {
            step.prepare_cached("INSERT INTO step DEFAULT VALUES")?
                .execute([])?;
            let writer = Writer {
                step,
                id: StepId(step.last_insert_rowid()),
                maker,
                moment,
            };
            for change in changes {
                let Some(before) = stands(step, change.run)? else {
                    continue;
                };
                let after = Review {
                    decision: change.decision.unwrap_or(before.decision),
                    caption: change.caption.clone().or(before.caption),
                };
                if after.decision == Decision::Accepted {
                    writer.step_down(change.run)?;
                }
                writer.write(change.run, &after)?;
                settle(step, change.run)?;
            }
            Ok(writer.id)
        })
    }

    /// Takes back what was changed at once. What was changed since stays.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn take_back_review(&self, id: StepId) -> Result<(), StoreError> {
        self.count_review(id, false)
    }

    /// Lets count again what was taken back.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn restore_review(&self, id: StepId) -> Result<(), StoreError> {
        self.count_review(id, true)
    }

    fn count_review(&self, id: StepId, counts: bool) -> Result<(), StoreError> {
        self.write(|step, _| {
            let runs: Vec<i64> = step
                .prepare_cached("UPDATE review SET counts = ?2 WHERE step = ?1 RETURNING run")?
                .query_map((id.0, counts), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            runs.into_iter()
                .try_for_each(|run| settle(step, RunId(run)))
        })
    }

    /// How these runs stand; what was deleted is left out.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn stand(&self, runs: &[RunId]) -> Result<Vec<(RunId, Review)>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT run.id, decision, reviewed.caption AS revision FROM run
                 LEFT JOIN reviewed ON reviewed.run = run.id WHERE run.id = ?1",
            )?;
            let mut stand = Vec::with_capacity(runs.len());
            for run in runs {
                stand.extend(query.query_row([run.0], read_stand).optional()?);
            }
            Ok(stand)
        })
    }

    /// How the runs stand that such a change may have touched: its own, and all others of their
    /// pictures, of which one is accepted at most.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn stand_after(&self, id: StepId) -> Result<Vec<(RunId, Review)>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT run.id, decision, reviewed.caption AS revision FROM run
                     LEFT JOIN reviewed ON reviewed.run = run.id
                     WHERE run.id IN (
                         SELECT run FROM review WHERE step = ?1 UNION
                         SELECT id FROM run WHERE picture IN (
                             SELECT picture FROM run JOIN review ON review.run = run.id
                             WHERE step = ?1))",
                )?
                .query_map([id.0], read_stand)?
                .collect()
        })
    }

    /// What people wrote instead of the model's own words, the oldest first; what was taken back is
    /// among it.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn revisions(&self, run: RunId) -> Result<Vec<Revision>, StoreError> {
        self.read(|connection| {
            let mut revisions: Vec<Revision> = Vec::new();
            let mut query = connection.prepare_cached(
                "SELECT moment, maker, caption, counts FROM review
                 WHERE run = ?1 AND caption IS NOT NULL ORDER BY id",
            )?;
            for revision in query.query_map([run.0], read)? {
                let revision = revision?;
                // Who only decides leaves the words as they are.
                match revisions.last_mut() {
                    Some(last) if last.caption == revision.caption => {
                        last.is_taken_back &= revision.is_taken_back;
                    }
                    _ => revisions.push(revision),
                }
            }
            Ok(revisions)
        })
    }
}

/// Writes the rows of one step.
struct Writer<'a> {
    step: &'a Transaction<'a>,
    id: StepId,
    maker: Maker,
    moment: Timestamp,
}

impl Writer<'_> {
    fn write(&self, run: RunId, review: &Review) -> rusqlite::Result<()> {
        self.step
            .prepare_cached(
                "INSERT INTO review (step, run, moment, maker, counts, decision, caption)
                 VALUES (:step, :run, :moment, :maker, 1, :decision, :caption)",
            )?
            .execute(named_params! {
                ":step": self.id.0,
                ":run": run.0,
                ":moment": Moment(self.moment),
                ":maker": self.maker.word(),
                ":decision": review.decision.word(),
                ":caption": review.caption,
            })?;
        Ok(())
    }

    /// Another caption of its picture is accepted instead of what was.
    fn step_down(&self, chosen: RunId) -> rusqlite::Result<()> {
        let accepted: Vec<RunId> = self
            .step
            .prepare_cached(
                "SELECT run FROM reviewed JOIN run ON run.id = reviewed.run
                 WHERE decision = 'accepted' AND run.id <> ?1
                 AND picture = (SELECT picture FROM run WHERE id = ?1)",
            )?
            .query_map([chosen.0], |row| row.get(0).map(RunId))?
            .collect::<rusqlite::Result<_>>()?;
        for run in accepted {
            if let Some(before) = stands(self.step, run)? {
                let decision = Decision::Pending;
                self.write(run, &Review { decision, ..before })?;
            }
        }
        Ok(())
    }
}

/// How a run stands; `None` of one that was deleted.
fn stands(step: &Transaction<'_>, run: RunId) -> rusqlite::Result<Option<Review>> {
    step.prepare_cached(
        "SELECT decision, reviewed.caption AS revision FROM run
         LEFT JOIN reviewed ON reviewed.run = run.id WHERE run.id = ?1",
    )?
    .query_row([run.0], read_review)
    .optional()
}

/// Works out how the runs of a picture stand, after the reviews of one of them have changed.
fn settle(step: &Transaction<'_>, changed: RunId) -> rusqlite::Result<()> {
    step.prepare_cached(
        "DELETE FROM reviewed WHERE run IN (
             SELECT ?1 UNION
             SELECT id FROM run WHERE picture = (SELECT picture FROM run WHERE id = ?1))",
    )?
    .execute([changed.0])?;
    // Two programs may have accepted one each: the later acceptance counts.
    step.prepare_cached(
        "WITH
             about AS (
                 SELECT ?1 AS run UNION
                 SELECT id FROM run WHERE picture = (SELECT picture FROM run WHERE id = ?1)),
             last AS (
                 SELECT run, max(id) AS id FROM review
                 WHERE counts AND run IN (SELECT run FROM about) GROUP BY run),
             accepted AS (
                 SELECT max(last.id) AS id FROM last JOIN review USING (id)
                 WHERE decision = 'accepted')
         INSERT INTO reviewed (run, decision, caption)
         SELECT review.run,
             CASE WHEN decision = 'accepted' AND review.id <> (SELECT id FROM accepted)
                 THEN 'pending' ELSE decision END,
             caption
         FROM last JOIN review USING (id)",
    )?
    .execute([changed.0])?;
    let about: Vec<i64> = step
        .prepare_cached(
            "SELECT ?1 UNION
             SELECT id FROM run WHERE picture = (SELECT picture FROM run WHERE id = ?1)
             ORDER BY 1",
        )?
        .query_map([changed.0], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    about
        .into_iter()
        .try_for_each(|run| search::index(step, RunId(run)))
}

/// How the run of a row stands that has the columns `decision` and `revision`.
pub(super) fn read_review(row: &Row<'_>) -> rusqlite::Result<Review> {
    Ok(Review {
        decision: row.get::<_, Option<_>>("decision")?.unwrap_or_default(),
        caption: row.get("revision")?,
    })
}

fn read_stand(row: &Row<'_>) -> rusqlite::Result<(RunId, Review)> {
    Ok((RunId(row.get(0)?), read_review(row)?))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Revision> {
    let counts: bool = row.get("counts")?;
    Ok(Revision {
        moment: row.get::<_, Moment>("moment")?.0,
        maker: row.get("maker")?,
        caption: row.get("caption")?,
        is_taken_back: !counts,
    })
}

#[cfg(test)]
mod tests;

//! Money: reserved before a paid run begins, settled when its cost is known.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use super::values::{Count, Moment};
use super::{Store, StoreError};
use crate::domain::run::{Run, RunId};

/// What a run may cost at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserve {
    /// The estimate, in micro-dollars; `None` where nobody knows, which no cap has room for.
    pub micro_usd: Option<u64>,
    /// What must not be passed; `None` where the person set no cap.
    pub cap: Option<Cap>,
}

/// What all programs on this history may spend together from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// The most, in micro-dollars.
    pub micro_usd: u64,
    /// From when on spending counts: midnight where the person is.
    pub since: Timestamp,
}

/// What all programs on this history spent from a moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Micro-dollars. A run whose cost is not known counts with what was reserved for it.
    pub micro_usd: u64,
    /// Runs of which nobody knows, or could say beforehand, what they cost.
    pub unpriced: u64,
}

/// More micro-dollars than a row is believed: a million dollars. A database adds up 63 bits, and
/// what a server counts could be anything.
const MOST: u64 = 1_000_000_000_000;

impl Store {
    /// What was spent since this moment.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn spent(&self, since: Timestamp) -> Result<Spent, StoreError> {
        self.read(|connection| spent(connection, since))
    }
}

impl Reserve {
    /// What was spent already, where this would pass the cap.
    pub(super) fn passes_cap(&self, step: &Transaction<'_>) -> rusqlite::Result<Option<u64>> {
        let Some(cap) = &self.cap else {
            return Ok(None);
        };
        let spent = spent(step, cap.since)?.micro_usd;
        let fits = |estimate| spent.saturating_add(estimate) <= cap.micro_usd;
        Ok((!self.micro_usd.is_some_and(fits)).then_some(spent))
    }

    /// Reserves it for a run that was started at this moment.
    pub(super) fn keep(
        &self,
        step: &Transaction<'_>,
        run: RunId,
        started: Timestamp,
    ) -> rusqlite::Result<()> {
        // Midnight may have passed since: it counts for the day whose cap was asked.
        let moment = self.cap.map_or(started, |cap| cap.since.max(started));
        insert(step, run, moment, self.micro_usd, false)
    }
}

/// Puts what the run cost in place of what was reserved for it. Where nobody knows, it may have
/// been paid, and what was reserved stands.
pub(super) fn settle(step: &Transaction<'_>, id: RunId, run: &Run) -> rusqlite::Result<()> {
    let Some(cost) = run.cost_micro_usd else {
        if run.is_unpriced() {
            insert(step, id, run.timing.started, None, true)?;
        }
        return Ok(());
    };
    let settled = step
        .prepare_cached("UPDATE spending SET amount = ?2, settled = 1 WHERE run = ?1")?
        .execute((id.0, amount(cost)))?;
    if settled == 0 && cost > 0 {
        insert(step, id, run.timing.started, Some(cost), true)?;
    }
    Ok(())
}

fn spent(connection: &Connection, since: Timestamp) -> rusqlite::Result<Spent> {
    connection
        .prepare_cached(
            "SELECT coalesce(sum(amount), 0), count(*) - count(amount)
             FROM spending WHERE moment >= ?1",
        )?
        .query_row([Moment(since)], |row| {
            let (Count(micro_usd), Count(unpriced)) = (row.get(0)?, row.get(1)?);
            Ok(Spent {
                micro_usd,
                unpriced,
            })
        })
}

/// Unless the run has a row already.
fn insert(
    step: &Transaction<'_>,
    run: RunId,
    moment: Timestamp,
    micro_usd: Option<u64>,
    settled: bool,
) -> rusqlite::Result<()> {
    step.prepare_cached("INSERT OR IGNORE INTO spending VALUES (?1, ?2, ?3, ?4)")?
        .execute((run.0, Moment(moment), micro_usd.map(amount), settled))?;
    Ok(())
}

fn amount(micro_usd: u64) -> Count {
    Count(micro_usd.min(MOST))
}

#[cfg(test)]
mod tests;

//! Verdicts: which captions were preferred.

use rusqlite::{OptionalExtension, Row, Transaction, named_params};

use super::files::picture_row;
use super::row;
use super::values::{Bits, Count, Moment};
use super::{Store, StoreError};
use crate::domain::image::ImageId;
use crate::domain::run::{Run, RunId};
use crate::domain::verdict::{Choice, Contestant, Side, Verdict, VerdictId};

const SELECT: &str = "
    SELECT verdict.id, sha256, moment, choice, best, blind, seed, reason,
        model, preset, run, chars
    FROM verdict
    JOIN picture ON picture.id = verdict.picture
    JOIN side ON side.verdict = verdict.id
    WHERE counts";

impl Store {
    /// Stores a verdict. It counts instead of any other over the same picture and the same
    /// contestants.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn judge(&self, verdict: &Verdict) -> Result<VerdictId, StoreError> {
        self.write(|step, _| {
            let picture = picture_row(step, &verdict.image, None)?;
            let lineup = lineup(verdict);
            let replaces = counting(step, picture, &lineup)?;
            silence(step, picture, &lineup)?;
            let best = match verdict.choice {
                Choice::Best(place) => Some(Count(place as u64)),
                Choice::Tie | Choice::NoneIsGood => None,
            };
            step.prepare_cached(
                "INSERT INTO verdict
                     (picture, moment, choice, best, blind, seed, counts, replaces, lineup, reason)
                 VALUES (:picture, :moment, :choice, :best, :blind, :seed, 1, :replaces, :lineup,
                     :reason)",
            )?
            .execute(named_params! {
                ":picture": picture,
                ":moment": Moment(verdict.moment),
                ":choice": verdict.choice.word(),
                ":best": best,
                ":blind": verdict.blind,
                ":seed": verdict.seed.map(Bits),
                ":replaces": replaces,
                ":lineup": lineup,
                ":reason": verdict.reason,
            })?;
            let id = step.last_insert_rowid();
            let mut insert =
                step.prepare_cached("INSERT INTO side VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
            for (place, side) in verdict.sides.iter().enumerate() {
                insert.execute((
                    id,
                    Count(place as u64),
                    side.contestant.model.name(),
                    &side.contestant.preset,
                    side.run.map(|run| run.0),
                    side.chars.map(Count),
                ))?;
            }
            Ok(VerdictId(id))
        })
    }

    /// Takes a verdict back; the one that it replaced counts again, unless a later one does.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn take_back(&self, id: VerdictId) -> Result<(), StoreError> {
        self.write(|step, _| {
            let taken_back = step
                .prepare_cached("UPDATE verdict SET counts = 0 WHERE id = ?1 AND counts")?
                .execute([id.0])?;
            if taken_back > 0 {
                step.prepare_cached(
                    "UPDATE verdict SET counts = 1
                     WHERE id = (SELECT replaces FROM verdict WHERE id = ?1)",
                )?
                .execute([id.0])?;
            }
            Ok(())
        })
    }

    /// Lets a verdict that was taken back count again, instead of any other over the same picture
    /// and the same contestants.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn restore(&self, id: VerdictId) -> Result<(), StoreError> {
        self.write(|step, _| {
            let about = step
                .prepare_cached("SELECT picture, lineup FROM verdict WHERE id = ?1")?
                .query_row([id.0], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                })
                .optional()?;
            if let Some((picture, lineup)) = about {
                silence(step, picture, &lineup)?;
                step.prepare_cached("UPDATE verdict SET counts = 1 WHERE id = ?1")?
                    .execute([id.0])?;
            }
            Ok(())
        })
    }

    /// All verdicts that count, the oldest first.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn verdicts(&self) -> Result<Vec<(VerdictId, Verdict)>, StoreError> {
        self.read(|connection| {
            let mut query =
                connection.prepare_cached(&format!("{SELECT} ORDER BY verdict.id, place"))?;
            gather(query.query([])?)
        })
    }

    /// The runs that these verdicts compared, each with its contestant; those that were deleted since
    /// are left out.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn compared(&self, only: &[VerdictId]) -> Result<Vec<(Contestant, Run)>, StoreError> {
        self.read(|connection| {
            let mut sides = connection.prepare_cached(
                "SELECT model, preset, run, chars FROM side
                 WHERE verdict = ?1 AND run IS NOT NULL ORDER BY place",
            )?;
            let mut run =
                connection.prepare_cached(&format!("{} WHERE run.id = ?1", row::SELECT))?;
            let mut compared = Vec::new();
            for verdict in only {
                let sides = sides.query_map([verdict.0], read_side)?;
                for side in sides {
                    let side = side?;
                    let id = side.run.map(|run| run.0);
                    let found = run.query_row([id], row::read).optional()?;
                    compared.extend(found.map(|run| (side.contestant, run)));
                }
            }
            Ok(compared)
        })
    }

    /// The verdicts over one picture that count, the oldest first.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn verdicts_of(&self, image: &ImageId) -> Result<Vec<(VerdictId, Verdict)>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(&format!(
                "{SELECT} AND sha256 = ?1 ORDER BY verdict.id, place"
            ))?;
            gather(query.query([image])?)
        })
    }
}

/// The contestants of a verdict as one text, whatever their order.
fn lineup(verdict: &Verdict) -> String {
    let name = |side: &Side| {
        let Contestant { model, preset } = &side.contestant;
        // Neither name holds a line end.
        let preset = preset.as_deref().unwrap_or_default();
        format!("{}\t{preset}", model.name().raw())
    };
    let mut names: Vec<_> = verdict.sides.iter().map(name).collect();
    names.sort_unstable();
    names.join("\n")
}

fn counting(step: &Transaction<'_>, picture: i64, lineup: &str) -> rusqlite::Result<Option<i64>> {
    step.prepare_cached("SELECT id FROM verdict WHERE picture = ?1 AND lineup = ?2 AND counts")?
        .query_row((picture, lineup), |row| row.get(0))
        .optional()
}

fn silence(step: &Transaction<'_>, picture: i64, lineup: &str) -> rusqlite::Result<()> {
    step.prepare_cached(
        "UPDATE verdict SET counts = 0 WHERE picture = ?1 AND lineup = ?2 AND counts",
    )?
    .execute((picture, lineup))?;
    Ok(())
}

/// One verdict of each run of rows with the same number.
fn gather(mut rows: rusqlite::Rows<'_>) -> rusqlite::Result<Vec<(VerdictId, Verdict)>> {
    let mut verdicts: Vec<(VerdictId, Verdict)> = Vec::new();
    while let Some(row) = rows.next()? {
        let id = VerdictId(row.get("id")?);
        let side = read_side(row)?;
        match verdicts.last_mut() {
            Some((last, verdict)) if *last == id => verdict.sides.push(side),
            _ => verdicts.push((id, read(row, side)?)),
        }
    }
    Ok(verdicts)
}

fn read(row: &Row<'_>, first: Side) -> rusqlite::Result<Verdict> {
    let best: Option<Count> = row.get("best")?;
    let choice: String = row.get("choice")?;
    Ok(Verdict {
        image: row.get("sha256")?,
        moment: row.get::<_, Moment>("moment")?.0,
        choice: match (choice.as_str(), best) {
            ("best", Some(Count(place))) => {
                Choice::Best(usize::try_from(place).unwrap_or(usize::MAX))
            }
            ("tie", _) => Choice::Tie,
            _ => Choice::NoneIsGood,
        },
        blind: row.get("blind")?,
        seed: row.get::<_, Option<i64>>("seed")?.map(i64::cast_unsigned),
        reason: row.get("reason")?,
        sides: vec![first],
    })
}

fn read_side(row: &Row<'_>) -> rusqlite::Result<Side> {
    Ok(Side {
        contestant: Contestant {
            model: row.get("model")?,
            preset: row.get("preset")?,
        },
        run: row.get::<_, Option<_>>("run")?.map(RunId),
        chars: row.get::<_, Option<Count>>("chars")?.map(|chars| chars.0),
    })
}

#[cfg(test)]
mod tests;

//! What can be looked for, kept beside the runs.
//!
//! Full-text search is that of SQLite (<https://www.sqlite.org/fts5.html>), over words that
//! [`words`] makes. Beside the words of a run stand tags: its model, its folder, how it ended. So a
//! word and a condition are one question to one index, answered newest first, and stopped where a
//! page is full.

mod compile;
mod functions;

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::in_transaction;
use super::values::Name;
use crate::domain::flags;
use crate::domain::review::Decision;
use crate::domain::run::{Outcome, RunId};
use crate::domain::text::Foreign;
use crate::domain::words::words;

pub(super) use compile::{Compiler, Question, folder};
pub(super) use functions::{count, meaning, register};

/// So many runs of an older history are made to be found in one step.
const STEP: i64 = 5_000;

/// From so many runs on it takes less time to write the index anew than to clean it up.
const MANY: usize = 500;

/// Begins each tag. No word has it in it.
const TAG: char = '§';

/// What a run is found by.
#[derive(PartialEq)]
struct Entry {
    caption: String,
    name: String,
    tags: String,
}

/// Makes a run be found as it stands now. One that is under way or deleted is not found.
pub(super) fn index(step: &Transaction<'_>, run: RunId) -> rusqlite::Result<()> {
    let before = entry(step, run)?;
    let now = Entry::of(step, run)?;
    let Some((now, picture)) = now.filter(|(now, _)| before.as_ref() != Some(now)) else {
        return Ok(());
    };
    if before.is_some() {
        forget(step, run, picture)?;
    }
    step.prepare_cached("INSERT INTO found (rowid, caption, name, tags) VALUES (?1, ?2, ?3, ?4)")?
        .execute((run.0, &now.caption, &now.name, &now.tags))?;
    if let (Some(hash), Some(picture)) = (meaning(&now.caption), picture) {
        step.prepare_cached("INSERT INTO said VALUES (?1, ?2, ?3)")?
            .execute((hash, picture, run.0))?;
    }
    Ok(())
}

/// Makes the same for the runs of a history that was begun before anything could be found: some at
/// a time, so that others can write in between, and whoever is stopped goes on from there. `on`
/// hears what is done of it between two steps, in percent.
pub(super) fn catch_up(
    connection: &mut Connection,
    on: &mut dyn FnMut(u8),
) -> rusqlite::Result<()> {
    while let Some((up_to, until)) = behind(connection)? {
        if up_to > 0 {
            on(u8::try_from(up_to.saturating_mul(100) / until.max(1)).unwrap_or(99));
        }
        in_transaction(connection, |step| {
            // Asked again: another program may have done this meanwhile.
            let Some((up_to, until)) = behind(step)? else {
                return Ok(());
            };
            let runs: Vec<i64> = step
                .prepare_cached(
                    "SELECT id FROM run WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3",
                )?
                .query_map([up_to, until, STEP], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for &run in &runs {
                index(step, RunId(run))?;
            }
            let last = runs.last().copied();
            step.execute("UPDATE indexed SET up_to = coalesce(?1, until)", [last])?;
            Ok(())
        })?;
    }
    Ok(())
}

/// The numbers of the last older run that can be found, and of the last one of all, where there are
/// any between.
fn behind(connection: &Connection) -> rusqlite::Result<Option<(i64, i64)>> {
    connection
        .query_row(
            "SELECT up_to, until FROM indexed WHERE up_to < until",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
}

/// Takes these runs, each with its picture, out of what can be found; nothing of them stays in the
/// file.
pub(super) fn forget_all(
    step: &Transaction<'_>,
    runs: &[(RunId, Option<i64>)],
) -> rusqlite::Result<()> {
    let are_many = runs.len() > MANY;
    if are_many {
        step.execute_batch("INSERT INTO found (found, rank) VALUES ('secure-delete', 0)")?;
    }
    for (run, picture) in runs {
        forget(step, *run, *picture)?;
    }
    if are_many {
        step.execute_batch(
            "INSERT INTO found (found) VALUES ('optimize');
             INSERT INTO found (found, rank) VALUES ('secure-delete', 1);",
        )?;
    }
    step.execute(
        "DELETE FROM label
         WHERE NOT EXISTS (SELECT 1 FROM found WHERE found MATCH ?1 || kind || label.id)",
        [TAG.to_string()],
    )?;
    Ok(())
}

fn forget(step: &Transaction<'_>, run: RunId, picture: Option<i64>) -> rusqlite::Result<()> {
    let Some(Entry { caption, .. }) = entry(step, run)? else {
        return Ok(());
    };
    step.prepare_cached("DELETE FROM found WHERE rowid = ?1")?
        .execute([run.0])?;
    if let (Some(hash), Some(picture)) = (meaning(&caption), picture) {
        step.prepare_cached("DELETE FROM said WHERE hash = ?1 AND picture = ?2 AND run = ?3")?
            .execute((hash, picture, run.0))?;
    }
    Ok(())
}

/// What a run is found by at present.
fn entry(step: &Transaction<'_>, run: RunId) -> rusqlite::Result<Option<Entry>> {
    step.prepare_cached("SELECT caption, name, tags FROM found WHERE rowid = ?1")?
        .query_row([run.0], |row| {
            Ok(Entry {
                caption: row.get(0)?,
                name: row.get(1)?,
                tags: row.get(2)?,
            })
        })
        .optional()
}

impl Entry {
    /// What a finished run is to be found by, and its picture.
    fn of(step: &Transaction<'_>, run: RunId) -> rusqlite::Result<Option<(Self, Option<i64>)>> {
        let mut find = step.prepare_cached(
            "SELECT name, coalesce(reviewed.caption, run.caption) AS text, finish_reason, prompt,
                 state, decision, folder, model, provider, picture
             FROM run JOIN request ON request.id = run.request
             LEFT JOIN reviewed ON reviewed.run = run.id
             WHERE run.id = ?1 AND state <> 'sent'",
        )?;
        let mut rows = find.query([run.0])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let Name(name) = row.get("name")?;
        let text: String = row.get("text")?;
        let outcome: Outcome = row.get("state")?;
        let decision: Option<Decision> = row.get("decision")?;
        let reason: Option<String> = row.get("finish_reason")?;
        let doubtful = flags::Doubtful {
            caption: &text,
            finish_reason: reason.as_deref(),
            prompt: &row.get::<_, String>("prompt")?,
            is_finished: outcome == Outcome::Captioned,
        };
        let mut tags = Tags::default();
        tags.add(&compile::outcome(outcome));
        tags.add(&compile::decision(decision.unwrap_or_default()));
        tags.add(&compile::folder(row.get("folder")?));
        tags.add(&compile::label(
            'm',
            label(step, 'm', &row.get::<_, String>("model")?)?,
        ));
        if let Some(provider) = row.get::<_, Option<String>>("provider")? {
            tags.add(&compile::label('p', label(step, 'p', &provider)?));
        }
        for flag in doubtful.flags() {
            tags.add(&compile::flag(flag));
        }
        let entry = Self {
            caption: words(&text),
            name: words(Foreign::from_os(&name).raw()),
            tags: tags.0,
        };
        Ok(Some((entry, row.get("picture")?)))
    }
}

#[derive(Default)]
struct Tags(String);

impl Tags {
    fn add(&mut self, tag: &str) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0 += tag;
    }
}

/// The number of a name, given where it is missing.
fn label(step: &Transaction<'_>, kind: char, name: &str) -> rusqlite::Result<i64> {
    let kind = kind.to_string();
    let known = step
        .prepare_cached("SELECT id FROM label WHERE kind = ?1 AND name = ?2")?
        .query_row([&kind, name], |row| row.get(0))
        .optional()?;
    match known {
        Some(id) => Ok(id),
        None => step
            .prepare_cached("INSERT INTO label (kind, name) VALUES (?1, ?2)")?
            .insert([&kind, name]),
    }
}

#[cfg(test)]
mod tests;

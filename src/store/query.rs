//! Runs as they are looked for: newest first, one by one or in pages.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiff::tz::TimeZone;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::row::{self, SELECT, SELECT_FOUND, folder_name};
use super::search::{self, Compiler};
use super::{Store, StoreError};
use crate::domain::filter::Filter;
use crate::domain::flags::Flag;
use crate::domain::image::ImageId;
use crate::domain::run::{Run, RunId};

/// Which part of history to read; all conditions must hold, the default is all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Only runs of pictures that lay directly in this folder.
    pub folder: Option<PathBuf>,
    /// Only runs of this picture, wherever it lay.
    pub image: Option<ImageId>,
    /// Only runs like these.
    pub filter: Option<Filter>,
    /// Where the days of the filter begin; here, unless told.
    pub zone: TimeZone,
}

impl Default for HistoryQuery {
    fn default() -> Self {
        Self {
            folder: None,
            image: None,
            filter: None,
            zone: TimeZone::system(),
        }
    }
}

/// Stops a search from elsewhere; clones stop the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// The search ends within milliseconds, with [`StoreError::Stopped`].
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True once it was stopped.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many runs a search has asked about one by one, told elsewhere; clones tell the same. What an
/// index finds by itself is not among them.
#[derive(Clone, Debug, Default)]
pub struct Looked(Arc<AtomicU64>);

impl Looked {
    /// So many by now.
    pub fn runs(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Store {
    /// At most `limit` finished runs, newest first, older than `before`.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn page(
        &self,
        query: &HistoryQuery,
        before: Option<RunId>,
        limit: usize,
    ) -> Result<Vec<Run>, StoreError> {
        self.page_until(query, before, limit, &Stop::default())
    }

    /// The same, until it is stopped: a filter that no index helps looks through everything.
    ///
    /// # Errors
    /// It was stopped, or history cannot be read.
    pub fn page_until(
        &self,
        query: &HistoryQuery,
        before: Option<RunId>,
        limit: usize,
        stop: &Stop,
    ) -> Result<Vec<Run>, StoreError> {
        let mut runs = Vec::new();
        if limit == 0 {
            return Ok(runs);
        }
        let mut take = |run| {
            runs.push(run);
            if runs.len() < limit {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        if query.filter.is_some() {
            self.each(query, before, stop, take)?;
        } else {
            self.read(|connection| self.walk(connection, query, before, &mut take))?;
        }
        Ok(runs)
    }

    /// Hands over the finished runs that are older than `before`, newest first, until `on` breaks
    /// off. What is stored meanwhile is not among them, and nobody waits.
    ///
    /// # Errors
    /// It was stopped, or history cannot be read.
    pub fn each(
        &self,
        query: &HistoryQuery,
        before: Option<RunId>,
        stop: &Stop,
        on: impl FnMut(Run) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.each_watched(query, before, (stop, &Looked::default()), on)
    }

    /// The same, telling on the way how far it has come.
    ///
    /// # Errors
    /// It was stopped, or history cannot be read.
    pub fn each_watched(
        &self,
        query: &HistoryQuery,
        before: Option<RunId>,
        (stop, looked): (&Stop, &Looked),
        mut on: impl FnMut(Run) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        // Rows may come faster than SQLite asks whether to go on.
        let mut on = |run| {
            if stop.is_stopped() {
                ControlFlow::Break(())
            } else {
                on(run)
            }
        };
        let looked = Arc::clone(&looked.0);
        self.read_aside(stop, |connection| {
            search::count(connection, looked)?;
            self.walk(connection, query, before, &mut on)
        })?;
        if stop.is_stopped() {
            return Err(StoreError::Stopped("between two runs".into()));
        }
        Ok(())
    }

    fn walk(
        &self,
        connection: &Connection,
        query: &HistoryQuery,
        before: Option<RunId>,
        on: &mut dyn FnMut(Run) -> ControlFlow<()>,
    ) -> rusqlite::Result<()> {
        let Question { sql, values } = question(connection, query, before, self.length_limit)?;
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            if on(self.noticing(row::read(row)?)).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The finished run of this number.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn run(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        let run = self.read(|connection| {
            connection
                .prepare_cached(&format!("{SELECT} WHERE run.id = ?1 AND state <> 'sent'"))?
                .query_row([id.0], row::read)
                .optional()
        })?;
        Ok(run.map(|run| self.noticing(run)))
    }

    /// The newest 200 finished runs of a picture, newest first.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn runs_of(&self, image: &ImageId) -> Result<Vec<Run>, StoreError> {
        let query = HistoryQuery {
            image: Some(*image),
            ..HistoryQuery::default()
        };
        self.page(&query, None, 200)
    }

    /// The run with the doubt that the person's limit gives rise to.
    pub(super) fn noticing(&self, mut run: Run) -> Run {
        let limit = self.length_limit.unwrap_or(u64::MAX);
        if run.text().raw().chars().count() as u64 > limit {
            run.noticed.push(Flag::TooLong);
        }
        run
    }
}

/// What is asked of the database, and the values of its parameters in their order.
struct Question {
    sql: String,
    values: Vec<Value>,
}

/// Only conditions that are asked for stand in the text, so that each form has its index.
fn question(
    connection: &Connection,
    query: &HistoryQuery,
    before: Option<RunId>,
    length_limit: Option<u64>,
) -> rusqlite::Result<Question> {
    let folder = match &query.folder {
        Some(folder) => Some(folder_id(connection, folder)?),
        None => None,
    };
    let mut compiler = Compiler {
        connection,
        zone: &query.zone,
        length_limit,
        values: Vec::new(),
    };
    let filter = match &query.filter {
        Some(filter) => compiler.compile(filter)?,
        None => search::Question::default(),
    };
    let Picked {
        select,
        id,
        mut conditions,
    } = picked(&mut compiler, &filter, query.image, folder);
    let before = compiler.value(before.map_or(i64::MAX, |run| run.0));
    conditions.push(format!("{id} < {before}"));
    if let Some(row) = filter.row {
        // Whatever an index narrows down comes before it.
        conditions.push("looked_at(run.id)".to_owned());
        conditions.push(row);
    }
    let conditions = conditions.join(" AND ");
    Ok(Question {
        sql: format!("{select} WHERE {conditions} ORDER BY {id} DESC"),
        values: compiler.values,
    })
}

/// Where rows are taken from, and what they must be like beside the filter's own conditions.
struct Picked {
    select: &'static str,
    /// The column of their numbers.
    id: &'static str,
    conditions: Vec<String>,
}

/// The index hands out what it finds; of a picture the few runs are asked about one by one.
fn picked(
    compiler: &mut Compiler<'_>,
    filter: &search::Question,
    image: Option<ImageId>,
    folder: Option<i64>,
) -> Picked {
    let mut conditions = Vec::new();
    let (select, id) = match (filter.matching(), image) {
        (Some(matching), None) => {
            let within =
                folder.map_or_else(String::new, |id| format!(" AND {}", search::folder(id)));
            let matching = compiler.value(format!("({matching}){within}"));
            conditions.push(format!("found MATCH {matching}"));
            (SELECT_FOUND, "found.rowid")
        }
        (matching, image) => {
            conditions.push("state <> 'sent'".to_owned());
            if let Some(image) = image {
                let image = compiler.value(image.0.to_vec());
                conditions.push(format!(
                    "run.picture = (SELECT id FROM picture WHERE sha256 = {image})"
                ));
            }
            // A picture has few runs: each of them is asked about.
            if let Some(matching) = matching {
                let matching = compiler.value(matching);
                conditions.push(format!(
                    "EXISTS (SELECT 1 FROM found WHERE found MATCH {matching} AND rowid = run.id)"
                ));
            }
            if let Some(folder) = folder {
                // The plus keeps SQLite from looking through a whole folder for one picture.
                let plus = image.map_or("", |_| "+");
                let folder = compiler.value(folder);
                conditions.push(format!("{plus}run.folder = {folder}"));
            }
            (SELECT, "run.id")
        }
    };
    Picked {
        select,
        id,
        conditions,
    }
}

/// The number of the folder's row; of one that is unknown a number that no row has.
fn folder_id(connection: &Connection, folder: &Path) -> rusqlite::Result<i64> {
    let found = connection
        .prepare_cached("SELECT id FROM folder WHERE path = ?1")?
        .query_row([folder_name(folder)], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(0))
}

#[cfg(test)]
mod tests;

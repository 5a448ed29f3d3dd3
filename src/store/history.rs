//! Runs: written when they start, completed when they end, read newest first.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::files::{file_row, folder_row, picture_row};
use super::row::{self, SELECT, split};
use super::running::Session;
use super::spending::{self, Reserve};
use super::values::{Count, Moment};
use super::{Store, StoreError, search};
use crate::domain::image::{Fingerprint, ImageFacts, ImageId};
use crate::domain::model::Price;
use crate::domain::request::{BatchId, CaptionRequest, Effort, RequestKey};
use crate::domain::run::{Run, RunId, Sent};

/// A job about to send its first byte.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// What is asked.
    pub request: CaptionRequest,
    /// Which picture it is.
    pub image_id: ImageId,
    /// What is known of it.
    pub facts: Option<ImageFacts>,
    /// What its file was like before it was read; `None` leaves what is known of the file.
    pub fingerprint: Option<Fingerprint>,
    /// True where a stored answer will do.
    pub reuse: bool,
    /// What it is started together with.
    pub batch: Option<BatchId>,
    /// Price at this time.
    pub price: Price,
    /// What will leave this machine; `None` where nothing will.
    pub sent: Option<Sent>,
    /// What it may cost; `None` where it costs nothing.
    pub reserve: Option<Reserve>,
    /// When the work on the request began.
    pub started: Timestamp,
}

/// A run that is over.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Its row; `None` where it ended before anything was sent or its beginning could not be written.
    pub row: Option<RunId>,
    /// How it ended.
    pub run: Arc<Run>,
}

/// What came of beginning a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// Its row is written and its money reserved: the first byte may leave.
    Started(RunId),
    /// History holds the answer: no row was written.
    Answered(Box<Run>),
    /// It might pass the cap: no row was written.
    OverCap {
        /// Micro-dollars that count against the cap already.
        spent: u64,
    },
}

impl Store {
    /// Writes the row of a job in state *sent*, tells which picture its file holds and reserves its
    /// money, before the first byte leaves. All happens in one step, so that programs on one history
    /// never pass a cap together.
    ///
    /// # Errors
    /// Whatever keeps the row from being written. The caption can still be made, shown and copied,
    /// and [`Store::add`] may yet take its run; but under a cap it must not be, since nobody would
    /// count it.
    pub fn begin(&self, run: &NewRun) -> Result<Begun, StoreError> {
        self.write(|step, session| self.begun(step, session, run))
    }

    /// The same for several, in one step.
    pub fn begin_all(&self, runs: &[NewRun]) -> Vec<Result<Begun, StoreError>> {
        self.write_each(runs, |step, session, run| self.begun(step, session, run))
    }

    fn begun(
        &self,
        step: &Transaction<'_>,
        session: &Session,
        run: &NewRun,
    ) -> rusqlite::Result<Begun> {
        let picture = picture_row(step, &run.image_id, run.facts.as_ref())?;
        if let Some(fingerprint) = &run.fingerprint {
            file_row(step, run.request.image.path(), fingerprint, picture)?;
        }
        if run.reuse
            && let Some(run) = answer(step, &run.image_id, &run.request.key())?
        {
            return Ok(Begun::Answered(Box::new(self.noticing(run))));
        }
        if let Some(reserve) = &run.reserve
            && let Some(spent) = reserve.passes_cap(step)?
        {
            return Ok(Begun::OverCap { spent });
        }
        let start = Start {
            request: &run.request,
            picture: Some(picture),
            batch: run.batch,
            started: run.started,
            price: run.price,
            sent: run.sent,
        };
        let id = start.insert(step, session.id)?;
        if let Some(reserve) = &run.reserve {
            reserve.keep(step, id, run.started)?;
        }
        Ok(Begun::Started(id))
    }

    /// Completes the row of a finished job, whatever [`Run::id`] says, and settles its money. A
    /// row that was forgotten meanwhile stays forgotten; its money is settled all the same.
    ///
    /// # Errors
    /// Whatever keeps the row from being written.
    pub fn complete(&self, id: RunId, run: &Run) -> Result<(), StoreError> {
        self.write(|step, _| completed(step, id, run))
    }

    /// Adds a run that is over and has no row: it ended before anything was sent, or its beginning
    /// could not be written.
    ///
    /// # Errors
    /// Whatever keeps the row from being written.
    pub fn add(&self, run: &Run) -> Result<RunId, StoreError> {
        self.write(|step, session| added(step, session, run))
    }

    /// Completes those runs that have a row and adds the others, in one step.
    pub fn end_all(&self, endings: &[Ending]) -> Vec<Result<RunId, StoreError>> {
        self.write_each(endings, |step, session, ending| match ending.row {
            Some(id) => completed(step, id, &ending.run).map(|()| id),
            None => added(step, session, &ending.run),
        })
    }

    /// A number for requests that are started together.
    ///
    /// # Errors
    /// Whatever keeps the row from being written.
    pub fn new_batch(&self, started: Timestamp) -> Result<BatchId, StoreError> {
        self.write(|step, _| {
            step.execute("INSERT INTO batch (started) VALUES (?1)", [Moment(started)])?;
            Ok(BatchId(step.last_insert_rowid()))
        })
    }

    /// The newest run of this request for this picture that has a caption. An answer without a word
    /// answers nothing: the next one may say more.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn answered(&self, image: &ImageId, key: &RequestKey) -> Result<Option<Run>, StoreError> {
        let run = self.read(|connection| answer(connection, image, key))?;
        Ok(run.map(|run| self.noticing(run)))
    }
}

fn completed(step: &Transaction<'_>, id: RunId, run: &Run) -> rusqlite::Result<()> {
    row::finish(step, id, run)?;
    search::index(step, id)?;
    spending::settle(step, id, run)
}

fn added(step: &Transaction<'_>, session: &Session, run: &Run) -> rusqlite::Result<RunId> {
    let picture = match &run.image_id {
        Some(image) => Some(picture_row(step, image, None)?),
        None => None,
    };
    let start = Start {
        request: &run.request,
        picture,
        batch: run.batch,
        started: run.timing.started,
        price: run.price,
        sent: run.sent,
    };
    let id = start.insert(step, session.id)?;
    completed(step, id, run)?;
    Ok(id)
}

fn answer(
    connection: &Connection,
    image: &ImageId,
    key: &RequestKey,
) -> rusqlite::Result<Option<Run>> {
    connection
        .prepare_cached(&answered_sql())?
        .query_row((image, key), row::read)
        .optional()
}

/// What is known of a run when its row is made.
struct Start<'a> {
    request: &'a CaptionRequest,
    picture: Option<i64>,
    batch: Option<BatchId>,
    started: Timestamp,
    price: Price,
    sent: Option<Sent>,
}

impl Start<'_> {
    /// Writes a row in state *sent* that belongs to `session`.
    fn insert(&self, step: &Transaction<'_>, session: i64) -> rusqlite::Result<RunId> {
        let (folder, name) = split(self.request.image.path());
        let (price, price_input, price_output) = row::written_price(self.price);
        if let Some(batch) = self.batch {
            // It may have been forgotten since its number was given.
            step.prepare_cached("INSERT OR IGNORE INTO batch (id, started) VALUES (?1, ?2)")?
                .execute((batch.0, Moment(self.started)))?;
        }
        step.prepare_cached(
            "INSERT INTO run (request, folder, name, picture, batch, state, session, started,
                 price, price_input, price_output, sent_bytes, sent_width, sent_height)
             VALUES (:request, :folder, :name, :picture, :batch, 'sent', :session, :started,
                 :price, :price_input, :price_output, :sent_bytes, :sent_width, :sent_height)",
        )?
        .execute(named_params! {
            ":request": request_row(step, self.request)?,
            ":folder": folder_row(step, &folder)?,
            ":name": name,
            ":picture": self.picture,
            ":batch": self.batch.map(|batch| batch.0),
            ":session": session,
            ":started": Moment(self.started),
            ":price": price,
            ":price_input": price_input,
            ":price_output": price_output,
            ":sent_bytes": self.sent.map(|sent| Count(sent.bytes)),
            ":sent_width": self.sent.map(|sent| sent.size.width),
            ":sent_height": self.sent.map(|sent| sent.size.height),
        })?;
        Ok(RunId(step.last_insert_rowid()))
    }
}

fn answered_sql() -> String {
    format!(
        "{SELECT} WHERE run.id = (
             SELECT max(id) FROM run WHERE state = 'captioned' AND caption_chars > 0
             AND picture = (SELECT id FROM picture WHERE sha256 = ?1)
             AND request = (SELECT id FROM request WHERE key = ?2))"
    )
}

/// The number of the request's row, made where it is missing.
fn request_row(step: &Transaction<'_>, request: &CaptionRequest) -> rusqlite::Result<i64> {
    let key = request.key();
    let known = step
        .prepare_cached("SELECT id FROM request WHERE key = ?1")?
        .query_row([&key], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    step.prepare_cached(
        "INSERT INTO request
             (key, model, served, prompt, system, max_tokens, temperature, seed, upload,
              effort)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .insert((
        key,
        request.model.name(),
        &request.served,
        &request.prompt.text,
        &request.prompt.system,
        request.parameters.max_tokens,
        request.parameters.temperature,
        request.parameters.seed,
        request.upload.written(),
        request.parameters.effort.map(Effort::word),
    ))
}

#[cfg(test)]
mod tests;

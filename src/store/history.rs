//! Runs: written when they start, completed when they end, read newest first.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{Store, StoreError};
use crate::domain::image::{ImageFacts, ImageId};
use crate::domain::model::Price;
use crate::domain::request::{BatchId, CaptionRequest, RequestKey};
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
    /// What it is started together with.
    pub batch: Option<BatchId>,
    /// Price at this time.
    pub price: Price,
    /// What will leave this machine; `None` where nothing will.
    pub sent: Option<Sent>,
    /// When the work on the request began.
    pub started: Timestamp,
}

/// Which part of history to read; both conditions must hold, the default is all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Only runs of pictures that lay directly in this folder.
    pub folder: Option<PathBuf>,
    /// Only runs of this picture, wherever it lay.
    pub image: Option<ImageId>,
}

/// What to delete for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forget {
    /// One run.
    Run(RunId),
    /// All runs of one picture, and the picture.
    Image(ImageId),
    /// All runs that started before this moment.
    Before(Timestamp),
}

#[expect(unused_variables, reason = "only the signatures stand yet")]
impl Store {
    /// Writes the row of a job in state *sent*, before the first byte leaves.
    ///
    /// # Errors
    /// Whatever keeps the row from being written; nothing should be sent then.
    pub fn begin(&self, run: &NewRun) -> Result<RunId, StoreError> {
        todo!()
    }
    /// Completes the row of a finished job.
    ///
    /// # Errors
    /// Whatever keeps the row from being written.
    pub fn complete(&self, id: RunId, run: &Run) -> Result<(), StoreError> {
        todo!()
    }
    /// Adds a run that ended before anything was sent.
    ///
    /// # Errors
    /// Whatever keeps the row from being written.
    pub fn add(&self, run: &Run) -> Result<RunId, StoreError> {
        todo!()
    }
    /// A number for requests that are started together.
    ///
    /// # Errors
    /// Whatever keeps the row from being written.
    pub fn new_batch(&self, started: Timestamp) -> Result<BatchId, StoreError> {
        todo!()
    }
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
        todo!()
    }
    /// The finished run of this number.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn run(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        todo!()
    }
    /// The newest finished runs of a picture, newest first.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn runs_of(&self, image: &ImageId) -> Result<Vec<Run>, StoreError> {
        todo!()
    }
    /// The newest captioned run of this request for this picture.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn answered(&self, image: &ImageId, key: &RequestKey) -> Result<Option<Run>, StoreError> {
        todo!()
    }
    /// Deletes runs for good and returns how many.
    ///
    /// # Errors
    /// Whatever keeps them from being deleted; all or none are.
    pub fn forget(&self, what: &Forget) -> Result<u64, StoreError> {
        todo!()
    }
    /// How many runs [`Store::forget`] would delete.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn count(&self, what: &Forget) -> Result<u64, StoreError> {
        todo!()
    }
}

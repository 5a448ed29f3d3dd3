//! What people decide and write.

use jiff::Timestamp;

use super::{Engine, EngineError};
use crate::domain::review::{Change, Maker, Review, Revision, StepId};
use crate::domain::run::{Run, RunId};

impl Engine {
    /// Changes how some runs stand, all or none of them; see [`crate::store::Store::review`].
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn review(
        &self,
        changes: Vec<Change>,
        maker: Maker,
        moment: Timestamp,
    ) -> Result<StepId, EngineError> {
        self.ask(move |store| store.review(&changes, maker, moment))
            .await
    }

    /// Takes back what was changed at once, or lets it count again.
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn turn_review(&self, step: StepId, counts: bool) -> Result<(), EngineError> {
        self.ask(move |store| {
            if counts {
                store.restore_review(step)
            } else {
                store.take_back_review(step)
            }
        })
        .await
    }

    /// How these runs stand now; what was deleted is left out.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn stand(&self, runs: Vec<RunId>) -> Result<Vec<(RunId, Review)>, EngineError> {
        self.ask(move |store| store.stand(&runs)).await
    }

    /// How the runs stand that such a change may have touched, since it was made, taken back or
    /// made again; see [`crate::store::Store::stand_after`].
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn stand_after(&self, step: StepId) -> Result<Vec<(RunId, Review)>, EngineError> {
        self.ask(move |store| store.stand_after(step)).await
    }

    /// What people wrote instead of the model's own words, the oldest first.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn revisions(&self, run: RunId) -> Result<Vec<Revision>, EngineError> {
        self.ask(move |store| store.revisions(run)).await
    }

    /// A run as it stands now; `None` of one that was deleted.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn run(&self, id: RunId) -> Result<Option<Run>, EngineError> {
        self.ask(move |store| store.run(id)).await
    }
}

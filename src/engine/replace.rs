//! Many captions worded anew at once.

use std::ops::ControlFlow;
use std::path::PathBuf;

use jiff::Timestamp;

use super::{Engine, EngineError};
use crate::domain::filter::Filter;
use crate::domain::handover::caption_of;
use crate::domain::replace::{Rewording, Rewordings, Wording};
use crate::domain::review::{Change, Maker, StepId};
use crate::domain::text::Foreign;
use crate::store::{HistoryQuery, Step, Stop, Store};

impl Engine {
    /// What a wording would change of the captions of pictures in `folder` and in the folders in it,
    /// or of all; of those that may be handed over, and of runs that are like
    /// `filter`. Nothing is written.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn rewordings(
        &self,
        wording: Wording,
        folder: Option<PathBuf>,
        filter: Option<Filter>,
    ) -> Result<Rewordings, EngineError> {
        self.ask(move |store| {
            let mut found = Rewordings::default();
            let query = HistoryQuery {
                filter,
                ..HistoryQuery::default()
            };
            store.each(&query, None, &Stop::default(), |run| {
                let image = &run.request.image;
                let is_meant = folder
                    .as_ref()
                    .is_none_or(|it| image.path().starts_with(it));
                if let (true, Some(id), Some(_)) = (is_meant, run.id, caption_of(&run)) {
                    found.look_at(&wording, id, image, run.text().raw());
                }
                ControlFlow::Continue(())
            })?;
            Ok(found)
        })
        .await
    }

    /// Words captions anew, in one step that can be taken back; what was decided of them stays.
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn reword(
        &self,
        changes: Vec<Rewording>,
        moment: Timestamp,
    ) -> Result<StepId, EngineError> {
        let change = |change: Rewording| Change {
            run: change.run,
            decision: None,
            caption: Some(Foreign::new(change.after)),
        };
        let changes = changes.into_iter().map(change).collect();
        self.review(changes, Maker::Replacement, moment).await
    }

    /// What was changed last and still counts; `None` where nothing is left to be taken back.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn newest_step(&self) -> Result<Option<Step>, EngineError> {
        self.ask(Store::newest_step).await
    }
}

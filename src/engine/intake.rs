//! Captions that other tools wrote, taken over into history.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{Engine, EngineError};
use crate::domain::handover::tidy;
use crate::domain::image::ImageId;
use crate::domain::intake::{Found, Intake, Source, Trouble};
use crate::domain::model::{Builtin, ModelRef, Price};
use crate::domain::request::{CaptionRequest, Terms};
use crate::domain::review::{Change, Decision, Maker, Review};
use crate::domain::run::{Outcome, Run, RunId, Timing};
use crate::domain::text::Foreign;
use crate::media::{MediaError, intake};
use crate::store::{Ending, HistoryQuery, Stop, Store};

/// So many captions are taken over in one step: few enough that nobody waits long for their end.
const STEP: usize = 500;

impl Engine {
    /// Finds the captions in files that history does not hold yet of their pictures. Nothing is
    /// written.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn find_captions(
        &self,
        roots: Vec<PathBuf>,
        recursive: bool,
        sources: Vec<Source>,
    ) -> Result<Intake, EngineError> {
        let read = move || Ok::<_, MediaError>(intake::captions_below(&roots, recursive, &sources));
        let mut intake = self.0.scouts.run(read).await?;
        let mut once = HashSet::new();
        let mut new = Vec::new();
        for found in std::mem::take(&mut intake.found) {
            let id = match self.identify(&found.image).await {
                Ok(id) => id,
                Err(error) => {
                    let says = error.problem().sentence().shown(400);
                    let spot = found.spot;
                    intake.troubles.push(Trouble { spot, says });
                    continue;
                }
            };
            let is_new = once.insert((id, found.text.clone()));
            if is_new && !self.has_caption(id, found.text.clone()).await? {
                new.push(found);
            } else {
                intake.known += 1;
            }
        }
        intake.found = new;
        Ok(intake)
    }

    /// Puts captions into history as runs of `builtin/import`, and answers which. Where they are
    /// accepted, that is one step, which can be taken back.
    ///
    /// # Errors
    /// A picture or history cannot be used; what was taken over before stays.
    pub async fn take_over(
        &self,
        found: Vec<Found>,
        accept: bool,
        moment: Timestamp,
    ) -> Result<Vec<RunId>, EngineError> {
        let mut runs = Vec::with_capacity(found.len());
        let mut left = found.into_iter();
        while left.len() > 0 {
            let mut step = Vec::with_capacity(STEP);
            for found in left.by_ref().take(STEP) {
                let image_id = self.identify(&found.image).await?;
                let run = Arc::new(imported(found, image_id, moment));
                step.push(Ending { row: None, run });
            }
            let added = move |store: &Store| store.end_all(&step).into_iter().collect();
            runs.extend(self.ask::<Vec<_>>(added).await?);
        }
        if accept && !runs.is_empty() {
            let accepted = |run: &RunId| Change::decide(*run, Decision::Accepted);
            let changes = runs.iter().map(accepted).collect();
            self.review(changes, Maker::Hand, moment).await?;
        }
        Ok(runs)
    }

    /// True where some caption of the picture reads like this, or did.
    async fn has_caption(&self, id: ImageId, text: String) -> Result<bool, EngineError> {
        let query = HistoryQuery {
            image: Some(id),
            ..HistoryQuery::default()
        };
        self.ask(move |store| {
            let mut is_there = false;
            store.each(&query, None, &Stop::default(), |run| {
                let reads = |caption: &Foreign| tidy(caption.raw()) == text;
                is_there = reads(run.text()) || reads(&run.caption);
                if is_there {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })?;
            Ok(is_there)
        })
        .await
    }
}

fn imported(found: Found, image_id: ImageId, moment: Timestamp) -> Run {
    let model = ModelRef::Builtin(Builtin::Import);
    Run {
        id: None,
        request: CaptionRequest::new(found.image, model, &Terms::default()),
        image_id: Some(image_id),
        batch: None,
        outcome: Outcome::Captioned,
        caption: Foreign::new(found.text),
        thinking: Foreign::default(),
        finish_reason: None,
        failure: None,
        provider: None,
        usage: None,
        price: Price::Free,
        cost_micro_usd: None,
        sent: None,
        request_id: None,
        timing: Timing {
            started: moment,
            first_answer: None,
            elapsed: Duration::ZERO,
        },
        review: Review::default(),
        noticed: Vec::new(),
    }
}

#[cfg(test)]
mod tests;

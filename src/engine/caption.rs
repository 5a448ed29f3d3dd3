//! The one road of a caption: prepare, a row before the work, the captioner, the row completed.

mod alone;
mod call;
mod fill;
mod work;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::batch::{Again, Ended};
use super::pace::Host;
use super::pictures::{Found, Ready};
use super::{Engine, EngineError};
use crate::domain::image::ImageId;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::request::{BatchId, CaptionRequest, RequestKey};
use crate::domain::run::{Failure, Progress, Run, RunId};
use crate::inference::{Captioner, InferenceError};
use crate::store::{Begun, Ending, NewRun, Reserve};
use alone::Alone;
pub(super) use alone::Asking;
use call::{Call, sent};
use work::Work;

type On<'a> = &'a (dyn Fn(Progress) + Send + Sync);

impl Engine {
    /// Captions one picture with one model and stores what became of it, whatever it is. How many
    /// do so at a time is for [`Engine::batch`] to bound.
    ///
    /// `on` hears what happens meanwhile, from any thread. After `cancel` the run ends as
    /// cancelled, with the text that had arrived.
    ///
    /// # Errors
    /// [`EngineError::NotStored`] carries a run that history could not take. A picture that cannot
    /// be read and a model that fails are no errors but failed runs.
    pub async fn caption(
        &self,
        request: CaptionRequest,
        batch: Option<BatchId>,
        cancel: CancellationToken,
        on: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Run, EngineError> {
        let ended = self.answer(request, batch, Again::Repeat, &cancel, on);
        Ok(ended.await?.run)
    }

    /// The same, unless history holds the answer and that will do.
    pub(super) async fn answer(
        &self,
        request: CaptionRequest,
        batch: Option<BatchId>,
        again: Again,
        cancel: &CancellationToken,
        on: On<'_>,
    ) -> Result<Ended, EngineError> {
        // Whatever is known then, that it was cancelled is seen before anything is sent.
        let known = cancel.run_until_cancelled(self.look_up(&request.model));
        let _ = known.await;
        let wire = self.wire();
        let mut work = Work::new(wire.fit(request), batch);
        let (answer, alone) = match self.begin(&mut work, again, cancel).await {
            Ok(Begin::Stored(run)) => {
                return Ok(Ended {
                    // The same picture may lie in several places: show it where it was asked for.
                    run: Run {
                        request: work.run.request,
                        ..*run
                    },
                    from_history: true,
                });
            }
            Ok(Begin::Sent(captioner, prepared, alone)) => {
                let host = self.host_of(&work.run.request.model);
                let mut call = Call {
                    engine: self,
                    captioner: &captioner,
                    prepared,
                    is_smaller: false,
                    host: host.as_deref(),
                    cancel,
                    on,
                };
                (call.answer(&mut work).await, alone)
            }
            Err(stop) => (Err(stop), None),
        };
        let (begun, model) = (work.begun, work.run.request.model.clone());
        let price_at = |provider: &str| self.price_at(&model, Some(provider));
        let run = work.finish(answer, price_at);
        self.heed(&run, &wire);
        let run = self.store_run(begun, run).await?;
        drop(alone);
        Ok(Ended {
            run,
            from_history: false,
        })
    }

    /// Everything that comes before the first byte leaves: the prompt filled in, the stored answer,
    /// the picture made ready, money put aside, the row.
    async fn begin(
        &self,
        work: &mut Work,
        again: Again,
        cancel: &CancellationToken,
    ) -> Result<Begin, Stop> {
        let filled = unless(cancel, self.fill(work.run.request.clone())).await;
        work.run.request = self.named(work, cancel, filled).await?;
        let (image, model) = (
            work.run.request.image.clone(),
            work.run.request.model.clone(),
        );
        let key = (again == Again::Reuse).then(|| work.run.request.key());
        let captioner = match self.captioner(&model) {
            Ok(captioner) => captioner,
            Err(error) => return self.stored(work, key).await.ok_or_else(|| error.into()),
        };
        let price = cancel.run_until_cancelled(self.price(&model));
        work.run.price = price.await.ok_or(Stop::Cancelled)?;
        let reserve = match self.reserve(&work.run) {
            Ok(reserve) => reserve,
            Err(failure) => return self.stored(work, key).await.ok_or_else(|| failure.into()),
        };
        let upload = work.run.request.upload;
        let found = unless(cancel, self.0.pictures.find(&image, upload, key)).await;
        let prepared = match self.named(work, cancel, found).await? {
            Found::Stored(run) => return Ok(Begin::Stored(run)),
            Found::Ready(prepared) => prepared,
            Found::Undecoded => {
                let decoded = unless(cancel, self.0.pictures.decoded(&image, upload)).await;
                self.named(work, cancel, decoded).await?
            }
        };
        work.run.image_id = Some(prepared.id);
        let alone = match key {
            None => None,
            Some(key) => {
                let alone = cancel.run_until_cancelled(self.alone(prepared.id, key));
                Some(alone.await.ok_or(Stop::Cancelled)?)
            }
        };
        if let Some(run) = self.announce(work, &prepared, reserve, again).await? {
            return Ok(Begin::Stored(run));
        }
        Ok(Begin::Sent(Box::new(captioner), prepared, alone))
    }

    /// Writes the row before the work, unless history holds the answer, which it gives then.
    async fn announce(
        &self,
        work: &mut Work,
        prepared: &Ready,
        reserve: Option<Reserve>,
        again: Again,
    ) -> Result<Option<Box<Run>>, Stop> {
        let new = new_run(&work.run, prepared, reserve, again);
        // Not to be cancelled: a row that is written must be known, or it is never completed.
        match self.0.begin.add(new).await {
            Ok(Begun::Started(id)) => work.begun = Some(id),
            Ok(Begun::Answered(run)) => return Ok(Some(run)),
            Ok(Begun::OverCap { spent }) => return Err(self.past_cap(&work.run, spent).into()),
            Err(error) => {
                // A history that takes nothing may yet hold the answer.
                let key = (again == Again::Reuse).then(|| work.run.request.key());
                if let Some(run) = self.answered(prepared.id, key).await {
                    return Ok(Some(run));
                }
                // Other programs would not know of what goes out now.
                if reserve.is_some_and(|reserve| reserve.cap.is_some()) {
                    return Err(error.into());
                }
                // The caption is made all the same: it is shown and can be copied.
                tracing::warn!(%error, "a run could not be announced in history");
            }
        }
        Ok(None)
    }

    /// What history holds of a request that may not go out; no file is read for it.
    async fn stored(&self, work: &mut Work, key: Option<RequestKey>) -> Option<Begin> {
        let id = self.known(&work.run.request.image).await.ok()??;
        work.run.image_id = Some(id);
        self.answered(id, key).await.map(Begin::Stored)
    }

    async fn answered(&self, id: ImageId, key: Option<RequestKey>) -> Option<Box<Run>> {
        let key = key?;
        let run = self.ask(move |store| store.answered(&id, &key)).await;
        run.ok()?.map(Box::new)
    }

    /// A picture that could not be made ready is still that picture: its failure is found again.
    async fn named<T>(
        &self,
        work: &mut Work,
        cancel: &CancellationToken,
        made: Result<T, Stop>,
    ) -> Result<T, Stop> {
        if matches!(made, Err(Stop::Failed(_))) {
            let image = self.0.pictures.identify(&work.run.request.image);
            work.run.image_id = unless(cancel, image).await.ok();
        }
        made
    }

    /// The pace of the host that serves `model`.
    fn host_of(&self, model: &ModelRef) -> Option<Arc<Host>> {
        let name = self.wire().host(model)?;
        Some(self.0.pace.host(&name))
    }

    async fn store_run(&self, begun: Option<RunId>, run: Run) -> Result<Run, EngineError> {
        let run = Arc::new(run);
        let ending = Ending {
            row: begun,
            run: Arc::clone(&run),
        };
        let stored = self.0.end.add(ending).await;
        let mut run = Arc::unwrap_or_clone(run);
        match stored {
            Ok(id) => {
                run.id = Some(id);
                Ok(run)
            }
            Err(cause) => {
                tracing::error!(%cause, "a run could not be stored");
                let (run, cause) = (Box::new(run), Box::new(cause));
                Err(EngineError::NotStored { run, cause })
            }
        }
    }
}

/// How a request begins.
enum Begin {
    /// Not at all: history holds the answer.
    Stored(Box<Run>),
    /// It may be sent; nobody else asks the same before it is stored.
    Sent(Box<Captioner>, Arc<Ready>, Option<Alone>),
}

/// The row before the work, with the money that is put aside.
fn new_run(run: &Run, prepared: &Ready, reserve: Option<Reserve>, again: Again) -> NewRun {
    NewRun {
        request: run.request.clone(),
        image_id: prepared.id,
        facts: Some(prepared.facts.clone()),
        fingerprint: Some(prepared.fingerprint),
        reuse: again == Again::Reuse,
        batch: run.batch,
        price: run.price,
        sent: sent(prepared),
        started: run.timing.started,
        reserve,
    }
}

/// What `work` gives, unless it is cancelled first.
async fn unless<T, E>(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Stop>
where
    Stop: From<E>,
{
    match cancel.run_until_cancelled(work).await {
        Some(result) => Ok(result?),
        None => Err(Stop::Cancelled),
    }
}

/// Why there is no answer.
pub(super) enum Stop {
    Cancelled,
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<InferenceError> for Stop {
    fn from(error: InferenceError) -> Self {
        Self::Failed(failure(error.kind(), error.problem()))
    }
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        let kind = match &error {
            EngineError::Media(media) => media.kind(),
            _ => "internal",
        };
        Self::Failed(failure(kind, error.problem()))
    }
}

fn failure(kind: &str, problem: Problem) -> Failure {
    Failure {
        kind: kind.to_owned(),
        message: problem.sentence(),
        hint: problem.hint,
    }
}

#[cfg(test)]
mod tests;

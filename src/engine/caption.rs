//! The one road of a caption: prepare, a row before the work, the captioner, the row completed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{Engine, EngineError};
use crate::domain::image::Prepared;
use crate::domain::model::{ModelRef, Price};
use crate::domain::problem::Problem;
use crate::domain::request::{BatchId, CaptionRequest};
use crate::domain::run::{Failure, Outcome, Progress, Run, RunId, Timing};
use crate::domain::text::Foreign;
use crate::inference::{Answer, InferenceError};
use crate::store::{Begun, NewRun};

impl Engine {
    /// Captions one picture with one model and stores what became of it, whatever it is.
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
        let mut work = Work::new(request, batch);
        let answer = self.answer(&mut work, &cancel, on).await;
        if matches!(answer, Err(Stop::Failed(_))) && work.run.image_id.is_none() {
            // What failed before the picture was known belongs to that picture all the same.
            let image = self.0.pictures.identify(&work.run.request.image);
            work.run.image_id = unless(&cancel, image).await.ok();
        }
        let begun = work.begun;
        self.store_run(begun, work.finish(answer)).await
    }

    async fn answer(
        &self,
        work: &mut Work,
        cancel: &CancellationToken,
        on: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Answer, Stop> {
        let captioner = (self.0.captioner)(&work.run.request.model)?;
        let request = &work.run.request;
        let prepare = self.0.pictures.prepare(&request.image, request.upload);
        let prepared = unless(cancel, prepare).await?;
        work.run.image_id = Some(prepared.id);
        self.begin(work, &prepared).await;
        on(Progress::Sending(None));
        let heard = |progress: Progress| {
            work.heard(&progress);
            on(progress);
        };
        let answer = captioner.caption(&prepared, &work.run.request, &heard);
        unless(cancel, answer).await
    }

    /// The row before the work. Without it the caption is still made: it is shown and can be
    /// copied.
    async fn begin(&self, work: &mut Work, prepared: &Prepared) {
        let new = NewRun {
            request: work.run.request.clone(),
            image_id: prepared.id,
            facts: Some(prepared.facts.clone()),
            batch: work.run.batch,
            price: work.run.price,
            sent: work.run.sent,
            reserve: None,
            started: work.run.timing.started,
        };
        match self.ask(move |store| store.begin(&new)).await {
            Ok(Begun::Started(id)) => work.begun = Some(id),
            Ok(Begun::OverCap { .. }) => {}
            Err(error) => tracing::warn!(%error, "a run could not be announced in history"),
        }
    }

    async fn store_run(&self, begun: Option<RunId>, run: Run) -> Result<Run, EngineError> {
        let run = Arc::new(run);
        let kept = Arc::clone(&run);
        let stored = self.ask(move |store| match begun {
            Some(id) => store.complete(id, &kept).map(|()| id),
            None => store.add(&kept),
        });
        let stored = stored.await;
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
enum Stop {
    Cancelled,
    Failed(Failure),
}

impl From<InferenceError> for Stop {
    fn from(error: InferenceError) -> Self {
        Self::Failed(failure(error.kind(), &error))
    }
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        let kind = match &error {
            EngineError::Media(media) => media.kind(),
            _ => "internal",
        };
        Self::Failed(failure(kind, &error))
    }
}

fn failure(kind: &str, error: &dyn std::error::Error) -> Failure {
    Failure {
        kind: kind.to_owned(),
        message: Problem::from_error(error).sentence(),
    }
}

/// A run in the making.
struct Work {
    run: Run,
    clock: Instant,
    begun: Option<RunId>,
    partial: Mutex<Partial>,
}

#[derive(Default)]
struct Partial {
    caption: String,
    thinking: String,
    first: Option<Instant>,
}

impl Work {
    fn new(request: CaptionRequest, batch: Option<BatchId>) -> Self {
        let price = match request.model {
            ModelRef::Builtin(_) => Price::Free,
            ModelRef::Endpoint(_) | ModelRef::Url(_) => Price::Own,
            ModelRef::Hub { .. } => Price::Unknown,
        };
        let run = Run {
            id: None,
            request,
            image_id: None,
            batch,
            outcome: Outcome::Cancelled,
            caption: Foreign::default(),
            thinking: Foreign::default(),
            finish_reason: None,
            failure: None,
            provider: None,
            usage: None,
            price,
            cost_micro_usd: None,
            sent: None,
            request_id: None,
            timing: Timing {
                started: Timestamp::now(),
                first_answer: None,
                elapsed: std::time::Duration::ZERO,
            },
        };
        Self {
            run,
            clock: Instant::now(),
            begun: None,
            partial: Mutex::default(),
        }
    }

    fn heard(&self, progress: &Progress) {
        let mut partial = self.partial.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Progress::Answer(text) => partial.caption.push_str(text.raw()),
            Progress::Thinking(text) => partial.thinking.push_str(text.raw()),
            Progress::Waiting { .. } | Progress::Sending(_) => return,
        }
        partial.first.get_or_insert_with(Instant::now);
    }

    fn finish(self, answer: Result<Answer, Stop>) -> Run {
        let mut run = self.run;
        let partial = self
            .partial
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        run.timing.elapsed = self.clock.elapsed();
        run.timing.first_answer = partial.first.map(|first| first - self.clock);
        run.caption = Foreign::new(partial.caption);
        run.thinking = Foreign::new(partial.thinking);
        match answer {
            Ok(answer) => {
                run.outcome = Outcome::Captioned;
                run.caption = answer.caption;
                run.thinking = answer.thinking;
                run.finish_reason = answer.finish_reason;
                run.provider = answer.provider;
                run.usage = answer.usage;
                run.request_id = answer.request_id;
                run.timing.first_answer.get_or_insert(run.timing.elapsed);
                run.cost_micro_usd = (run.price == Price::Free).then_some(0);
            }
            Err(Stop::Cancelled) => run.outcome = Outcome::Cancelled,
            Err(Stop::Failed(failure)) => {
                run.outcome = Outcome::Failed;
                run.failure = Some(failure);
            }
        }
        run
    }
}

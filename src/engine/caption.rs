//! The one road of a caption: prepare, a row before the work, the captioner, the row completed.

mod work;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::pace::{Host, Patience};
use super::{Engine, EngineError};
use crate::domain::image::Prepared;
use crate::domain::problem::Problem;
use crate::domain::request::{BatchId, CaptionRequest};
use crate::domain::run::{Failure, Progress, Run, RunId, Wait};
use crate::inference::{Answer, Captioner, InferenceError};
use crate::store::{Begun, NewRun};
use work::Work;

type On<'a> = &'a (dyn Fn(Progress) + Send + Sync);

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
        on: On<'_>,
    ) -> Result<Answer, Stop> {
        let model = work.run.request.model.clone();
        let captioner = (self.0.captioner)(&model)?;
        work.fit(&self.0.wire);
        let request = &work.run.request;
        let prepared = self.0.pictures.prepare(&request.image, request.upload);
        let (prepared, price) = tokio::join!(unless(cancel, prepared), self.price(&model));
        let prepared = prepared?;
        work.takes(&prepared);
        work.run.price = price;
        let host = self.0.wire.host(&model).map(|name| self.0.pace.host(&name));
        let _turn = match &host {
            Some(host) => cancel
                .run_until_cancelled(host.turn())
                .await
                .ok_or(Stop::Cancelled)?,
            None => None,
        };
        self.begin(work, &prepared).await?;
        on(Progress::Sending(work.run.sent));
        let call = Call {
            captioner: &captioner,
            prepared: &prepared,
            host: host.as_deref(),
            cancel,
            on,
        };
        call.answer(work).await
    }

    /// The row before the work, and with it the money. Without a row the caption is still made: it
    /// is shown and can be copied.
    async fn begin(&self, work: &mut Work, prepared: &Prepared) -> Result<(), Stop> {
        let reserve = self.reserve(&work.run)?;
        let holds_a_cap = reserve.is_some_and(|reserve| reserve.cap.is_some());
        let new = NewRun {
            request: work.run.request.clone(),
            image_id: prepared.id,
            facts: Some(prepared.facts.clone()),
            batch: work.run.batch,
            price: work.run.price,
            sent: work.run.sent,
            started: work.run.timing.started,
            reserve,
        };
        match self.ask(move |store| store.begin(&new)).await {
            Ok(Begun::Started(id)) => work.begun = Some(id),
            Ok(Begun::OverCap { spent }) => return Err(self.past_cap(&work.run, spent).into()),
            // Other programs would not know of what goes out now.
            Err(error) if holds_a_cap => return Err(error.into()),
            Err(error) => tracing::warn!(%error, "a run could not be announced in history"),
        }
        Ok(())
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

/// A request on its way.
struct Call<'a> {
    captioner: &'a Captioner,
    prepared: &'a Prepared,
    host: Option<&'a Host>,
    cancel: &'a CancellationToken,
    on: On<'a>,
}

impl Call<'_> {
    /// Asks until there is an answer, an error that another try does not mend, or no try left.
    async fn answer(&self, work: &mut Work) -> Result<Answer, Stop> {
        let mut patience = Patience::new();
        loop {
            while let Some(rest) = self.host.and_then(Host::resting) {
                self.wait(rest, Wait::RateLimit).await?;
            }
            let error = match self.once(work).await? {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            work.may_be_billed = error.may_be_billed();
            // What has spoken once is not asked again: it may be billed, and it was read.
            let retry = error.retry().filter(|_| !work.has_heard());
            let wait = retry.and_then(|retry| Some((patience.wait(retry.after)?, retry.why)));
            match (wait, self.host) {
                (None, _) => return Err(error.into()),
                (Some((wait, Wait::RateLimit)), Some(host)) => host.rest(wait),
                (Some((wait, why)), _) => self.wait(wait, why).await?,
            }
        }
    }

    async fn once(&self, work: &mut Work) -> Result<Result<Answer, InferenceError>, Stop> {
        work.may_be_billed = true;
        let heard = |progress: Progress| {
            work.heard(&progress);
            (self.on)(progress);
        };
        let answer = self
            .captioner
            .caption(self.prepared, &work.run.request, &heard);
        let answer = self.cancel.run_until_cancelled(answer).await;
        let answer = answer.ok_or(Stop::Cancelled)?;
        Ok(answer.map_err(|unanswered| work.knows(unanswered)))
    }

    async fn wait(&self, wait: Duration, why: Wait) -> Result<(), Stop> {
        let until = Timestamp::now() + wait;
        (self.on)(Progress::Waiting { until, why });
        let slept = self.cancel.run_until_cancelled(tokio::time::sleep(wait));
        slept.await.ok_or(Stop::Cancelled)
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

#[cfg(test)]
mod tests;

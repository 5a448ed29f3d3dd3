//! Many captions: bounded, paused, cancelled, and nothing asked twice that history can answer.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Engine, EngineError};
use crate::domain::request::{BatchId, CaptionRequest};
use crate::domain::run::{Progress, Run};

/// Number of a job while the program runs; the face that starts it chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// A request that waits for its turn.
#[derive(Clone, Debug)]
pub struct Queued {
    /// Its number.
    pub job: JobId,
    /// What is asked.
    pub request: CaptionRequest,
    /// Stops it, waiting or running.
    pub cancel: CancellationToken,
}

/// What to do with a request whose answer history holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Take the answer from history.
    Reuse,
    /// Ask again.
    Repeat,
}

/// What a batch tells of one of its jobs.
#[derive(Debug)]
pub enum JobEvent {
    /// Its turn has come.
    Started,
    /// What it tells while it runs.
    Progress(Progress),
    /// It was cancelled before its turn: nothing was done and nothing is stored.
    Dropped,
    /// It is over.
    Ended(Box<Result<Ended, EngineError>>),
}

/// A job that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// What became of it.
    pub run: Run,
    /// True where history held the answer and nothing was asked.
    pub from_history: bool,
}

type Listener = Arc<dyn Fn(JobId, JobEvent) + Send + Sync>;

impl Engine {
    /// Runs every queued request, as many at once as the settings allow over all batches, and
    /// returns when all are over. The last event of a job is `Ended` or `Dropped`.
    pub async fn batch(&self, queue: Vec<Queued>, again: Again, on: Listener) {
        let batch = match queue.len() {
            0 | 1 => None,
            _ => self.new_batch().await,
        };
        let mut tasks = JoinSet::new();
        let mut running = HashMap::new();
        for queued in queue {
            let job = queued.job;
            let Some(turn) = self.turn(&queued.cancel).await else {
                on(job, JobEvent::Dropped);
                continue;
            };
            let (engine, heard) = (self.clone(), Arc::clone(&on));
            let task = tasks.spawn(async move {
                let _turn = turn;
                heard(job, JobEvent::Started);
                let ended = engine.job(queued, batch, again, &heard).await;
                heard(job, JobEvent::Ended(Box::new(ended)));
            });
            running.insert(task.id(), job);
            while let Some(over) = tasks.try_join_next_with_id() {
                settle(over, &mut running, &on);
            }
        }
        while let Some(over) = tasks.join_next_with_id().await {
            settle(over, &mut running, &on);
        }
    }

    /// Holds back every request that has not begun, or lets them go.
    pub fn pause(&self, paused: bool) {
        self.0.paused.send_replace(paused);
    }

    /// `None` once the job is cancelled.
    async fn turn(&self, cancel: &CancellationToken) -> Option<OwnedSemaphorePermit> {
        let mut paused = self.0.paused.subscribe();
        let flights = Arc::clone(&self.0.flights);
        let turn = async {
            let turn = flights.acquire_owned().await.ok()?;
            paused.wait_for(|paused| !paused).await.ok()?;
            Some(turn)
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => None,
            turn = turn => turn,
        }
    }

    async fn job(
        &self,
        queued: Queued,
        batch: Option<BatchId>,
        again: Again,
        on: &Listener,
    ) -> Result<Ended, EngineError> {
        let stored = match again {
            Again::Reuse => {
                let answered = self.answered(&queued.request);
                queued.cancel.run_until_cancelled(answered).await.flatten()
            }
            Again::Repeat => None,
        };
        if let Some(run) = stored {
            return Ok(Ended {
                run,
                from_history: true,
            });
        }
        let progress = |progress: Progress| on(queued.job, JobEvent::Progress(progress));
        let run = self
            .caption(queued.request, batch, queued.cancel, &progress)
            .await?;
        Ok(Ended {
            run,
            from_history: false,
        })
    }

    /// Those of `requests` that history does not answer.
    pub async fn unanswered(&self, requests: &[CaptionRequest]) -> Vec<CaptionRequest> {
        let mut unanswered = Vec::new();
        for request in requests {
            if self.answered(request).await.is_none() {
                unanswered.push(request.clone());
            }
        }
        unanswered
    }

    /// What history holds for this request; a picture or a history that cannot be read holds
    /// nothing, and [`Engine::caption`] will say why.
    async fn answered(&self, request: &CaptionRequest) -> Option<Run> {
        let image = self.0.pictures.identify(&request.image).await.ok()?;
        let request = self.0.wire.fit(request.clone());
        let key = request.key();
        let run = self
            .ask(move |store| store.answered(&image, &key))
            .await
            .ok()??;
        // The same picture may lie in several places: show it where it was asked for.
        Some(Run { request, ..run })
    }

    async fn new_batch(&self) -> Option<BatchId> {
        let batch = self.ask(|store| store.new_batch(Timestamp::now())).await;
        batch
            .inspect_err(|error| tracing::warn!(%error, "a batch could not be numbered"))
            .ok()
    }
}

/// A task that broke still ends its job.
fn settle(over: Result<(Id, ()), JoinError>, running: &mut HashMap<Id, JobId>, on: &Listener) {
    match over {
        Ok((id, ())) => {
            running.remove(&id);
        }
        Err(error) => {
            tracing::error!(%error, "a job broke");
            if let Some(job) = running.remove(&error.id()) {
                on(job, JobEvent::Ended(Box::new(Err(EngineError::Worker))));
            }
        }
    }
}

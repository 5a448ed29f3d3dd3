//! Many captions: bounded, paused, cancelled, and nothing asked twice that history can answer.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::pace::Host;
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

impl Again {
    /// Asks again only where somebody said so.
    pub fn asked(again: bool) -> Self {
        if again { Self::Repeat } else { Self::Reuse }
    }
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
    ///
    /// Hosts have queues of their own, so that one that rests keeps nobody else waiting.
    pub async fn batch(&self, queue: Vec<Queued>, again: Again, on: Listener) {
        let batch = match queue.len() {
            0 | 1 => None,
            _ => self.new_batch().await,
        };
        let mut hosts: BTreeMap<Option<String>, Vec<Queued>> = BTreeMap::new();
        for queued in queue {
            let host = self.wire().host(&queued.request.model);
            hosts.entry(host).or_default().push(queued);
        }
        let queues = hosts.into_iter().map(|(host, queue)| {
            let host = host.map(|name| self.0.pace.host(&name));
            self.queue(queue, host, batch, again, &on)
        });
        join_all(queues).await;
    }

    /// Runs the requests to one host, in their order.
    async fn queue(
        &self,
        queue: Vec<Queued>,
        host: Option<Arc<Host>>,
        batch: Option<BatchId>,
        again: Again,
        on: &Listener,
    ) {
        let mut tasks = JoinSet::new();
        let mut running = HashMap::new();
        for queued in queue {
            let job = queued.job;
            let Some(turn) = self.turn(host.as_deref(), &queued.cancel).await else {
                on(job, JobEvent::Dropped);
                continue;
            };
            let (engine, heard) = (self.clone(), Arc::clone(on));
            let task = tasks.spawn(async move {
                let _turn = turn;
                heard(job, JobEvent::Started);
                let progress = |progress: Progress| heard(job, JobEvent::Progress(progress));
                let Queued {
                    request, cancel, ..
                } = queued;
                let ended = engine.answer(request, batch, again, &cancel, &progress);
                let ended = ended.await;
                heard(job, JobEvent::Ended(Box::new(ended)));
            });
            running.insert(task.id(), job);
            while let Some(over) = tasks.try_join_next_with_id() {
                settle(over, &mut running, on);
            }
        }
        while let Some(over) = tasks.join_next_with_id().await {
            settle(over, &mut running, on);
        }
    }

    /// Holds back every request that has not gone out, or lets them go.
    pub fn pause(&self, paused: bool) {
        self.0.paused.send_replace(paused);
    }

    /// Those of `requests` that history does not answer.
    pub async fn unanswered(&self, requests: &[CaptionRequest]) -> Vec<CaptionRequest> {
        let mut unanswered = Vec::new();
        for request in requests {
            if !self.holds(request).await {
                unanswered.push(request.clone());
            }
        }
        unanswered
    }

    /// True where history holds the answer; a picture or a history that cannot be read holds none.
    pub async fn holds(&self, request: &CaptionRequest) -> bool {
        self.stored_answer(request).await.is_some()
    }

    /// The newest answer to this very request that history holds; a picture or a history that
    /// cannot be read holds none.
    pub async fn stored_answer(&self, request: &CaptionRequest) -> Option<Run> {
        let filled = self.fill(self.wire().fit(request.clone())).await.ok()?;
        let key = filled.key();
        let image = self.0.pictures.identify(&request.image).await.ok()?;
        let answered = self.ask(move |store| store.answered(&image, &key)).await;
        answered.ok().flatten()
    }

    /// A turn with the host, or with this machine; `None` once the job is cancelled.
    async fn turn(
        &self,
        host: Option<&Host>,
        cancel: &CancellationToken,
    ) -> Option<OwnedSemaphorePermit> {
        let mut paused = self.0.paused.subscribe();
        let turn = async {
            let turn = match host {
                Some(host) => host.turn().await,
                None => Arc::clone(&self.0.turns_here).acquire_owned().await.ok(),
            };
            paused.wait_for(|paused| !paused).await.ok()?;
            turn
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => None,
            turn = turn => turn,
        }
    }

    /// The right to be asked now: one of so many over all hosts, while nothing is held back.
    pub(super) async fn flight(&self) -> Option<OwnedSemaphorePermit> {
        let mut paused = self.0.paused.subscribe();
        paused.wait_for(|paused| !paused).await.ok()?;
        Arc::clone(&self.0.flights).acquire_owned().await.ok()
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

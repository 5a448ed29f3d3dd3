//! Requests that wait or run, and those that failed, as the screen sees them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::message::Heard;
use crate::domain::image::ImageRef;
use crate::domain::model::ModelRef;
use crate::domain::request::{CaptionRequest, RequestKey};
use crate::domain::run::{Failure, Outcome, Run, Sent, Wait};
use crate::engine::{Again, Ended, JobId};

/// Failed jobs beyond so many are forgotten here; history keeps them.
const FAILED_KEPT: usize = 500;

/// What there is of a caption.
#[derive(Debug)]
pub enum Says<'a> {
    /// The model was not asked.
    Nothing,
    /// A job is on its way.
    Job(JobId, &'a Job),
    /// The newest run.
    Run(&'a Run),
}

/// A request on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// What was asked.
    pub request: CaptionRequest,
    /// Whether a stored answer does.
    pub again: Again,
    /// How far it is.
    pub state: JobState,
    /// When its turn came.
    pub begun: Option<Timestamp>,
    /// What leaves this machine for it.
    pub sent: Option<Sent>,
    /// True where that is less than at first, which was too large for the server.
    pub smaller: bool,
    /// What has come of the caption.
    pub partial: String,
    /// What the model thinks aloud.
    pub thinking: Thinking,
}

/// What a model thinks aloud. Words are counted as they come: every frame shows how many.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thinking {
    text: String,
    words: usize,
}

impl Thinking {
    fn push(&mut self, more: &str) {
        let mut between = self
            .text
            .chars()
            .next_back()
            .is_none_or(char::is_whitespace);
        for letter in more.chars() {
            let blank = letter.is_whitespace();
            self.words += usize::from(between && !blank);
            between = blank;
        }
        self.text.push_str(more);
    }

    /// As it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many words it has.
    pub fn words(&self) -> usize {
        self.words
    }
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq)]
pub enum JobState {
    /// Its turn has not come.
    Queued,
    /// It runs since then.
    Running(Timestamp),
    /// It waits until then.
    Waiting(Timestamp, Wait),
    /// It failed, and why.
    Failed(Failure),
}

impl Job {
    /// That the picture goes out smaller than it was to, where it does.
    pub fn sent_again(&self) -> Option<String> {
        let sent = self.sent.filter(|_| self.smaller)?;
        Some(sent.again())
    }
}

impl JobState {
    /// True until it is over.
    pub fn is_live(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }
}

/// How far all that was started together is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauge {
    /// Jobs since the last time nothing ran.
    pub total: usize,
    /// Of these, over.
    pub done: usize,
    /// Of these, failed.
    pub failed: usize,
    /// Of these, answered by history.
    pub from_history: usize,
    /// Micro-dollars that they cost, where known.
    pub cost_micro_usd: u64,
    /// Of these, perhaps billed, and nobody knows how much.
    pub unpriced: u64,
    /// When the first was started; later by as much as was paused.
    pub since: Option<Timestamp>,
}

/// All jobs.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    next: u64,
    all: BTreeMap<JobId, Job>,
    /// A batch may hold 10,000 jobs, and every row on screen asks for its own.
    by_image: HashMap<ImageRef, Vec<JobId>>,
    /// Those of them that failed.
    failed: BTreeSet<JobId>,
    gauge: Gauge,
    /// Since when waiting jobs are held back.
    paused: Option<Timestamp>,
}

impl Jobs {
    /// Takes in a request and gives it a number.
    pub fn add(&mut self, request: CaptionRequest, again: Again, now: Timestamp) -> JobId {
        if self.is_idle() {
            self.gauge = Gauge {
                since: Some(now),
                ..Gauge::default()
            };
        }
        self.gauge.total += 1;
        if let Some(failure) = self.failure_of(&request) {
            self.remove(failure);
        }
        self.next += 1;
        let id = JobId(self.next);
        self.by_image
            .entry(request.image.clone())
            .or_default()
            .push(id);
        let job = Job {
            request,
            again,
            state: JobState::Queued,
            begun: None,
            sent: None,
            smaller: false,
            partial: String::new(),
            thinking: Thinking::default(),
        };
        self.all.insert(id, job);
        id
    }

    /// Takes in what a job tells.
    pub fn hear(&mut self, id: JobId, heard: &Heard, now: Timestamp) {
        // What is heard in the frame of the end comes after it, and a failed job stays.
        let Some(job) = self.all.get_mut(&id).filter(|job| job.state.is_live()) else {
            return;
        };
        let begun = *job.begun.get_or_insert(now);
        job.partial.push_str(&heard.answer);
        job.thinking.push(&heard.thinking);
        job.sent = heard.sent.or(job.sent);
        job.smaller |= heard.smaller;
        job.state = match heard.waiting {
            Some((until, why)) => JobState::Waiting(until, why),
            None => JobState::Running(begun),
        };
    }

    /// Takes in the end of a job and tells whether it was known.
    pub fn end(&mut self, id: JobId, ended: &Ended) -> bool {
        let Some(job) = self.all.get_mut(&id) else {
            return false;
        };
        self.gauge.done += 1;
        self.gauge.from_history += usize::from(ended.from_history);
        if !ended.from_history {
            self.gauge.cost_micro_usd += ended.run.cost_micro_usd.unwrap_or(0);
            self.gauge.unpriced += u64::from(ended.run.is_unpriced());
        }
        match (&ended.run.outcome, &ended.run.failure) {
            (Outcome::Failed, Some(failure)) => {
                self.gauge.failed += 1;
                job.state = JobState::Failed(failure.clone());
                self.failed.insert(id);
                self.drop_oldest_failure();
            }
            _ => {
                self.remove(id);
            }
        }
        true
    }

    /// Forgets a job that was cancelled before its turn, or a failure that was seen.
    pub fn drop(&mut self, id: JobId) {
        if let Some(job) = self.remove(id)
            && job.state.is_live()
        {
            self.gauge.total = self.gauge.total.saturating_sub(1);
        }
    }

    fn drop_oldest_failure(&mut self) {
        if self.failed.len() > FAILED_KEPT
            && let Some(oldest) = self.failed.pop_first()
        {
            self.remove(oldest);
        }
    }

    fn remove(&mut self, id: JobId) -> Option<Job> {
        let job = self.all.remove(&id)?;
        self.failed.remove(&id);
        if let Some(ids) = self.by_image.get_mut(&job.request.image) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.by_image.remove(&job.request.image);
            }
        }
        Some(job)
    }

    /// A failure that is tried again is no longer one.
    fn failure_of(&self, request: &CaptionRequest) -> Option<JobId> {
        let key = request.key();
        self.of_image(&request.image)
            .find(|(_, job)| !job.state.is_live() && job.request.key() == key)
            .map(|(id, _)| id)
    }

    /// The jobs of one picture, oldest first.
    pub fn of_image(&self, image: &ImageRef) -> impl Iterator<Item = (JobId, &Job)> {
        let ids = self.by_image.get(image).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| Some((*id, self.all.get(id)?)))
    }

    /// All jobs, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (JobId, &Job)> {
        self.all.iter().map(|(id, job)| (*id, job))
    }

    /// One job.
    pub fn get(&self, id: JobId) -> Option<&Job> {
        self.all.get(&id)
    }

    /// Holds waiting jobs back, or lets them go; time that is paused does not count.
    pub fn pause(&mut self, now: Timestamp) {
        let Some(then) = self.paused.take() else {
            self.paused = Some(now);
            return;
        };
        if let Some(since) = &mut self.gauge.since {
            *since += now.duration_since(then.max(*since));
        }
    }

    /// True while waiting jobs are held back.
    pub fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// True where every job is over.
    pub fn is_idle(&self) -> bool {
        self.live() == 0
    }

    /// True where a job has its turn: what is queued changes nothing by itself.
    pub fn is_moving(&self) -> bool {
        let moves = |job: &Job| !matches!(job.state, JobState::Queued | JobState::Failed(_));
        self.all.values().any(moves)
    }

    /// How many are not over.
    pub fn live(&self) -> usize {
        self.all.len() - self.failed.len()
    }

    /// How many failed.
    pub fn failed(&self) -> usize {
        self.failed.len()
    }

    /// How many have their turn.
    pub fn running(&self) -> usize {
        self.live() - self.queued()
    }

    /// How many wait for their turn.
    pub fn queued(&self) -> usize {
        self.all
            .values()
            .filter(|job| job.state == JobState::Queued)
            .count()
    }

    /// How far all that was started together is.
    pub fn gauge(&self) -> Gauge {
        self.gauge
    }

    /// The job that asks this very request of `image` and is not over.
    pub fn asking(&self, image: &ImageRef, key: &RequestKey) -> Option<(JobId, &Job)> {
        self.of_image(image)
            .find(|(_, job)| job.state.is_live() && job.request.key() == *key)
    }

    /// The job that captions `image` with `model` and is not over.
    pub fn of(&self, image: &ImageRef, model: &ModelRef) -> Option<(JobId, &Job)> {
        self.of_image(image)
            .find(|(_, job)| job.state.is_live() && job.request.model == *model)
    }
}

#[cfg(test)]
mod tests;

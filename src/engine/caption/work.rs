//! A run in the making.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::Stop;
use crate::domain::model::Price;
use crate::domain::request::{BatchId, CaptionRequest};
use crate::domain::review::Review;
use crate::domain::run::{Outcome, Progress, Run, RunId, Timing};
use crate::domain::spending;
use crate::domain::text::Foreign;
use crate::inference::{Answer, InferenceError, Unanswered};

/// What is known of a run before it is over.
pub(super) struct Work {
    pub(super) run: Run,
    /// Its row, once there is one.
    pub(super) begun: Option<RunId>,
    /// True once a request is on its way or ended in a way that may be billed, but for the last
    /// answer, whose cost is known.
    pub(super) may_be_billed: bool,
    /// True where the last try ended with a whole answer, with or without a caption in it: what it
    /// counted is what it cost.
    pub(super) is_counted: bool,
    clock: Instant,
    partial: Mutex<Partial>,
}

#[derive(Default)]
struct Partial {
    caption: String,
    thinking: String,
    first: Option<Instant>,
}

impl Work {
    pub(super) fn new(request: CaptionRequest, batch: Option<BatchId>) -> Self {
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
            price: Price::Unknown,
            cost_micro_usd: None,
            sent: None,
            request_id: None,
            timing: Timing {
                started: Timestamp::now(),
                first_answer: None,
                elapsed: Duration::ZERO,
            },
            review: Review::default(),
            noticed: Vec::new(),
        };
        Self {
            run,
            begun: None,
            may_be_billed: false,
            is_counted: false,
            clock: Instant::now(),
            partial: Mutex::default(),
        }
    }

    pub(super) fn heard(&self, progress: &Progress) {
        let mut partial = self.partial.lock().unwrap_or_else(PoisonError::into_inner);
        match progress {
            Progress::Answer(text) => partial.caption.push_str(text.raw()),
            Progress::Thinking(text) => partial.thinking.push_str(text.raw()),
            Progress::Waiting { .. } | Progress::Sending(_) | Progress::Smaller(_) => return,
        }
        partial.first.get_or_insert_with(Instant::now);
    }

    /// A try ended without a whole answer: what is known of it belongs to the run.
    pub(super) fn knows(&mut self, unanswered: Unanswered) -> InferenceError {
        let Unanswered { error, partial } = unanswered;
        if !(partial.caption.is_blank() && partial.thinking.is_blank()) {
            // It knows better than who listened what was thinking.
            let heard = self
                .partial
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner);
            partial.caption.raw().clone_into(&mut heard.caption);
            partial.thinking.raw().clone_into(&mut heard.thinking);
        }
        self.run.finish_reason = partial.finish_reason;
        self.run.provider = partial.provider;
        self.run.usage = partial.usage;
        self.run.request_id = partial.request_id;
        error
    }

    /// True once the model said a word.
    pub(super) fn has_heard(&self) -> bool {
        let partial = self.partial.lock().unwrap_or_else(PoisonError::into_inner);
        partial.first.is_some()
    }

    /// The run as it is stored; `price_at` tells what the provider that served it takes.
    pub(super) fn finish(
        self,
        answer: Result<Answer, Stop>,
        price_at: impl Fn(&str) -> Price,
    ) -> Run {
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
            }
            Err(Stop::Cancelled) => run.outcome = Outcome::Cancelled,
            Err(Stop::Failed(failure)) => {
                run.outcome = Outcome::Failed;
                run.failure = Some(failure);
            }
        }
        if let Some(provider) = &run.provider {
            run.price = price_at(provider.raw());
        }
        run.cost_micro_usd = cost(&run, self.may_be_billed, self.is_counted);
        run
    }
}

/// What it cost; `None` where nobody knows.
fn cost(run: &Run, may_be_billed: bool, is_counted: bool) -> Option<u64> {
    match run.price {
        Price::Free => (run.outcome == Outcome::Captioned).then_some(0),
        Price::Own => None,
        Price::Usage { .. } | Price::Unknown if may_be_billed => None,
        Price::Usage { .. } | Price::Unknown if is_counted => {
            run.usage.and_then(|usage| spending::cost(run.price, usage))
        }
        Price::Usage { .. } | Price::Unknown => Some(0),
    }
}

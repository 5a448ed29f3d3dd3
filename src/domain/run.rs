//! What became of a request.

pub(super) mod number;

use std::time::Duration;

use jiff::Timestamp;

use super::flags::Doubtful;
pub use super::flags::Flag;
use super::image::{ImageId, Size};
use super::model::Price;
use super::request::{BatchId, CaptionRequest};
use super::review::Review;
use super::text::Foreign;

pub use number::RunId;

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The model answered.
    Captioned,
    /// Something went wrong; [`Run::failure`] says what.
    Failed,
    /// The person stopped it.
    Cancelled,
    /// The program was stopped from outside; whether it was paid for is unknown.
    Interrupted,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Captioned,
        Self::Failed,
        Self::Cancelled,
        Self::Interrupted,
    ];

    /// The word for it, in history and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Captioned => "captioned",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// The opposite of [`Outcome::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A word that programs can rely on: `gone`, `not-a-picture`, `too-many-pixels`, …
    pub kind: String,
    /// A sentence for people: what it means, and why.
    pub message: Foreign,
    /// What the person can do about it, where anything can be done.
    pub hint: Option<Foreign>,
}

/// Tokens that were counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of prompt and picture.
    pub prompt: u64,
    /// Of the answer, thinking included.
    pub completion: u64,
}

/// What left this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Size of the picture as it was sent, in bytes.
    pub bytes: u64,
    /// Its width and height in pixels.
    pub size: Size,
}

impl Sent {
    /// That it went out because more was too large.
    pub fn again(&self) -> String {
        let side = self.size.width.max(self.size.height);
        format!("too large for the server; sent again at {side} px")
    }
}

/// When it happened and how long it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// When the work on the request began.
    pub started: Timestamp,
    /// From there to the first word of the answer.
    pub first_answer: Option<Duration>,
    /// From there to the end.
    pub elapsed: Duration,
}

/// A finished job.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its number in history; `None` while it could not be stored.
    pub id: Option<RunId>,
    /// What was asked.
    pub request: CaptionRequest,
    /// Which picture it was; `None` where the file could not be read.
    pub image_id: Option<ImageId>,
    /// What it was started together with.
    pub batch: Option<BatchId>,
    /// How it ended.
    pub outcome: Outcome,
    /// The caption, or what there is of it.
    pub caption: Foreign,
    /// What the model thought aloud, kept apart from the caption.
    pub thinking: Foreign,
    /// Why the model stopped, in its own word.
    pub finish_reason: Option<Foreign>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Who served it.
    pub provider: Option<Foreign>,
    /// Tokens that were counted.
    pub usage: Option<Usage>,
    /// Price at the time.
    pub price: Price,
    /// What it cost in micro-dollars; `None` where nobody knows.
    pub cost_micro_usd: Option<u64>,
    /// What left this machine; `None` where nothing did.
    pub sent: Option<Sent>,
    /// The server's own number for the request.
    pub request_id: Option<Foreign>,
    /// When it happened and how long it took.
    pub timing: Timing,
    /// What people made of its caption.
    pub review: Review,
    /// Doubts that the run alone does not give rise to: history and the settings do.
    pub noticed: Vec<Flag>,
}

impl Run {
    /// True where it may have been billed and nobody knows how much. What an endpoint of one's own
    /// takes is not for us to count.
    pub fn is_unpriced(&self) -> bool {
        let is_billed = matches!(self.price, Price::Usage { .. } | Price::Unknown);
        is_billed && self.sent.is_some() && self.cost_micro_usd.is_none()
    }

    /// The caption as it reads now: what a person wrote, else what the model did.
    pub fn text(&self) -> &Foreign {
        self.review.caption.as_ref().unwrap_or(&self.caption)
    }

    /// The doubts about its caption as it reads now.
    pub fn flags(&self) -> Vec<Flag> {
        let doubtful = Doubtful {
            caption: self.text().raw(),
            finish_reason: self.finish_reason.as_ref().map(Foreign::raw),
            prompt: &self.request.prompt.text,
            is_finished: self.outcome == Outcome::Captioned,
        };
        let mut flags = doubtful.flags();
        flags.extend(&self.noticed);
        flags.sort_unstable();
        flags
    }
}

/// What a job tells while it runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Nothing happens before this moment.
    Waiting {
        /// When it goes on.
        until: Timestamp,
        /// What it waits for.
        why: Wait,
    },
    /// The picture is made ready and goes out; `None` where the captioner runs here.
    Sending(Option<Sent>),
    /// The server found the picture too large: it goes out once more, so small.
    Smaller(Sent),
    /// More of the caption.
    Answer(Foreign),
    /// More of the thinking.
    Thinking(Foreign),
}

/// What a job waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The server asked for fewer requests.
    RateLimit,
    /// The model is being loaded, or the server is busy.
    Loading,
    /// An endpoint that slept is waking up, which takes minutes.
    WakingUp,
    /// The connection failed; it is tried again.
    Connection,
}

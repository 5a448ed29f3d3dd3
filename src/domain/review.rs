//! What people make of captions: decided on, rewritten, taken back.

use jiff::Timestamp;

use super::run::number::RunId;
use super::text::Foreign;

/// Whether a caption is good enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Nobody decided yet.
    #[default]
    Pending,
    /// It is the caption of its picture, of which there is one at most.
    Accepted,
    /// It is not good enough.
    Rejected,
}

impl Decision {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Accepted, Self::Rejected];

    /// The word for it, on screen, in history and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }

    /// The opposite of [`Decision::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// Who wrote a version of a caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Maker {
    /// The model that was asked.
    Model,
    /// A person, word by word.
    Hand,
    /// A person, in many captions at once.
    Replacement,
}

impl Maker {
    /// The word for it, on screen, in history and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Hand => "hand",
            Self::Replacement => "replacement",
        }
    }

    /// The opposite of [`Maker::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Model, Self::Hand, Self::Replacement]
            .into_iter()
            .find(|it| it.word() == word)
    }
}

/// How a run stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// Whether its caption is good enough.
    pub decision: Decision,
    /// How the caption reads now; `None` where it reads as the model wrote it.
    pub caption: Option<Foreign>,
}

/// What shall be different about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub run: RunId,
    /// Whether its caption is good enough; `None` leaves it undecided or decided as it is.
    pub decision: Option<Decision>,
    /// How the caption reads from now on; `None` leaves it.
    pub caption: Option<Foreign>,
}

impl Change {
    /// Another decision and the same words.
    pub fn decide(run: RunId, decision: Decision) -> Self {
        Self {
            run,
            decision: Some(decision),
            caption: None,
        }
    }
}

/// Number of what was changed at once, and is taken back at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub i64);

/// A version of a caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// When it was written.
    pub moment: Timestamp,
    /// Who wrote it.
    pub maker: Maker,
    /// How it reads.
    pub caption: Foreign,
    /// True where it was taken back since.
    pub is_taken_back: bool,
}

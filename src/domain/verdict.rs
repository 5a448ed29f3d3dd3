//! Which of several captions of one picture was preferred.

use jiff::Timestamp;

use super::image::ImageId;
use super::model::ModelRef;
use super::run::RunId;

/// So many captions are judged at once, at most.
pub const MOST: usize = 6;

/// Who takes part in a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contestant {
    /// The model.
    pub model: ModelRef,
    /// Under which preset, where several of one model are compared.
    pub preset: Option<String>,
}

/// What somebody prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The caption at this place, counted from 0 in the order in which they were shown.
    Best(usize),
    /// All are as good.
    Tie,
    /// None is good enough: nobody won and nobody lost.
    NoneIsGood,
}

impl Choice {
    /// The word for it, in history and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Best(_) => "best",
            Self::Tie => "tie",
            Self::NoneIsGood => "none",
        }
    }
}

/// One of those who were compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Whose.
    pub contestant: Contestant,
    /// Which run; `None` where it was deleted since.
    pub run: Option<RunId>,
    /// Length of the caption in characters; `None` where it failed, and so met nobody.
    pub chars: Option<u64>,
}

/// A judgement of the captions of one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Of which picture.
    pub image: ImageId,
    /// When.
    pub moment: Timestamp,
    /// What was preferred.
    pub choice: Choice,
    /// True where nobody could see who wrote what.
    pub blind: bool,
    /// What the order was drawn with, where it was drawn.
    pub seed: Option<u64>,
    /// Why, in the person's own words.
    pub reason: String,
    /// Who was shown, in the order in which they were.
    pub sides: Vec<Side>,
}

/// Number of a verdict in history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerdictId(pub i64);

impl Verdict {
    /// Who won, where somebody did.
    pub fn winner(&self) -> Option<&Contestant> {
        match self.choice {
            Choice::Best(place) => self.sides.get(place).map(|side| &side.contestant),
            Choice::Tie | Choice::NoneIsGood => None,
        }
    }
}

//! Which of several captions of one picture was preferred.

use jiff::Timestamp;

use super::image::ImageId;
use super::model::ModelRef;
use super::run::RunId;
use super::text::Foreign;

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

impl Contestant {
    /// `org/name`, or `org/name (preset)`.
    pub fn name(&self) -> Foreign {
        let model = self.model.name();
        match &self.preset {
            Some(preset) => Foreign::new(format!("{} ({preset})", model.raw())),
            None => model,
        }
    }
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

    /// What it says of one of those whom it is about: `best`, `beaten`, `tie`, `none good`; nothing
    /// of somebody who failed or took no part.
    pub fn fate(&self, of: &Contestant) -> Option<&'static str> {
        let took_part = |side: &Side| side.contestant == *of && side.chars.is_some();
        if !self.sides.iter().any(took_part) {
            return None;
        }
        Some(match self.choice {
            Choice::Best(_) if self.winner() == Some(of) => "best",
            Choice::Best(_) => "beaten",
            Choice::Tie => "tie",
            Choice::NoneIsGood => "none good",
        })
    }

    /// What it says of some contestants alone. `None` where fewer than two of them took part, or
    /// where another was preferred, which tells nothing about them.
    #[must_use]
    pub fn among(mut self, is_meant: impl Fn(&Contestant) -> bool) -> Option<Self> {
        if let Some(winner) = self.winner() {
            if !is_meant(winner) {
                return None;
            }
            let winner = winner.clone();
            self.sides.retain(|side| is_meant(&side.contestant));
            let place = |side: &Side| side.contestant == winner;
            self.choice = Choice::Best(self.sides.iter().position(place)?);
        } else {
            self.sides.retain(|side| is_meant(&side.contestant));
        }
        (self.sides.len() > 1).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(choice: Choice) -> Verdict {
        let side = |name: &str| Side {
            contestant: contestant(name),
            run: None,
            chars: Some(1),
        };
        Verdict {
            image: ImageId([1; 32]),
            moment: Timestamp::UNIX_EPOCH,
            choice,
            blind: true,
            seed: None,
            reason: String::new(),
            sides: ["o/a", "o/b", "o/c"].map(side).into(),
        }
    }

    fn contestant(name: &str) -> Contestant {
        Contestant {
            model: name.parse().unwrap(),
            preset: None,
        }
    }

    #[test]
    fn a_verdict_says_of_some_what_it_said_of_all() {
        let is_b_or_c = |one: &Contestant| *one != contestant("o/a");
        let best = |place| verdict(Choice::Best(place)).among(is_b_or_c);
        assert_eq!(best(2).unwrap().choice, Choice::Best(1));
        assert_eq!(best(2).unwrap().winner(), Some(&contestant("o/c")));
        assert_eq!(
            best(0),
            None,
            "who lost against another lost to nobody here"
        );
        let tie = verdict(Choice::Tie).among(is_b_or_c).unwrap();
        assert_eq!((tie.choice, tie.sides.len()), (Choice::Tie, 2));
    }

    #[test]
    fn a_verdict_says_nothing_of_one_alone() {
        let alone = |one: &Contestant| *one == contestant("o/a");
        assert_eq!(verdict(Choice::Best(0)).among(alone), None);
        assert_eq!(verdict(Choice::Tie).among(alone), None);
    }

    #[test]
    fn each_side_has_its_fate() {
        let mut best = verdict(Choice::Best(0));
        best.sides[2].chars = None;
        let fate = |name| best.fate(&contestant(name));
        assert_eq!(fate("o/a"), Some("best"));
        assert_eq!(fate("o/b"), Some("beaten"));
        assert_eq!(fate("o/c"), None, "it failed");
        assert_eq!(fate("o/d"), None);
        assert_eq!(verdict(Choice::Tie).fate(&contestant("o/a")), Some("tie"));
    }
}

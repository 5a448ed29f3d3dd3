//! Asks the terminal what it can do, while the first frame already stands.
//!
//! Some terminals never answer, and over ssh answers come late and in pieces. So every question has
//! its deadline; what can be asked of any terminal comes first (`CSI c` is as old as the VT100 and
//! answered by nearly all), and only who has answered that is asked what others might print.

pub mod bytes;
pub mod choice;
pub mod decoder;

use std::time::{Duration, Instant};

use crate::domain::image::Size;
use bytes::Answer;
use choice::Questions;

/// How long the first answer may take, and all of them: on this machine, and over ssh.
const NEAR: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(1200));
const FAR: (Duration, Duration) = (Duration::from_secs(2), Duration::from_millis(2500));

/// `CSI 16 t`, the size of a cell, and `CSI c`, the attributes, whose answer ends the waiting.
const CELL: &[u8] = b"\x1b[16t\x1b[c";
const ATTRIBUTES: &[u8] = b"\x1b[c";
/// Whether a picture of one pixel could be shown, and the attributes once more.
const KITTY: &[u8] = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c";

/// What a terminal has told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The pixels of a cell.
    pub cell: Option<Size>,
    /// True where it shows sixel pictures; `None` where it did not answer at all.
    pub sixel: Option<bool>,
    /// True where it shows pictures in kitty's way.
    pub kitty: bool,
}

/// The asking. Times are handed in.
#[derive(Clone, Debug)]
pub struct Probe {
    questions: Questions,
    limits: (Duration, Duration),
    step: Step,
    told: Answers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing was asked yet.
    Ready,
    /// The first questions went out then.
    Asked(Instant),
    /// Kitty's went out as well; the first ones went out then.
    AskedMore(Instant),
    /// Nothing more will be asked.
    Over,
}

impl Probe {
    /// The asking of `questions`; `far` over ssh.
    pub fn new(questions: Questions, far: bool) -> Self {
        Self {
            questions,
            limits: if far { FAR } else { NEAR },
            step: match questions {
                Questions::None => Step::Over,
                Questions::Cell | Questions::Attributes | Questions::All => Step::Ready,
            },
            told: Answers::default(),
        }
    }

    /// What is written to the terminal to begin with; `None` where it was already.
    pub fn begin(&mut self, now: Instant) -> Option<&'static [u8]> {
        if self.step != Step::Ready {
            return None;
        }
        self.step = Step::Asked(now);
        Some(match self.questions {
            Questions::Attributes => ATTRIBUTES,
            Questions::None | Questions::Cell | Questions::All => CELL,
        })
    }

    /// Takes in an answer, and says what is written to the terminal next.
    pub fn hear(&mut self, answer: Answer) -> Option<&'static [u8]> {
        match answer {
            Answer::Cell(cell) => self.told.cell = Some(cell),
            Answer::Kitty(shows) => self.told.kitty = shows,
            Answer::Attributes { sixel } => {
                self.told.sixel = Some(sixel);
                if let (Step::Asked(then), Questions::All) = (self.step, self.questions) {
                    self.step = Step::AskedMore(then);
                    return Some(KITTY);
                }
                self.step = Step::Over;
            }
        }
        None
    }

    /// When to wait no more; `None` while nothing is waited for.
    pub fn deadline(&self) -> Option<Instant> {
        let (first, all) = self.limits;
        match self.step {
            Step::Asked(then) => Some(then + first),
            Step::AskedMore(then) => Some(then + all),
            Step::Ready | Step::Over => None,
        }
    }

    /// Waits for what was asked, and asks no more.
    pub fn ask_no_more(&mut self) {
        self.questions = Questions::None;
    }

    /// Waits no more.
    pub fn give_up(&mut self) {
        self.step = Step::Over;
    }

    /// True where nothing more is waited for.
    pub fn is_over(&self) -> bool {
        self.step == Step::Over
    }

    /// What was told so far.
    pub fn told(&self) -> &Answers {
        &self.told
    }
}

#[cfg(test)]
mod tests;

//! What is known of one picture of a comparison.

use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::run::{Outcome, Run};
use crate::domain::verdict::Verdict;
use crate::engine::Held;

/// What one of them said of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Answer {
    /// Nothing.
    #[default]
    Nothing,
    /// History holds it.
    Stored,
    /// This.
    Run(Box<Run>),
}

impl Answer {
    /// True where there is a caption.
    pub(super) fn is_answered(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Stored => true,
            Self::Run(run) => has_caption(run),
        }
    }

    /// Leaves to history what history holds; what failed is nowhere but here.
    pub(super) fn put_away(&mut self) {
        if let Self::Run(run) = self
            && run.id.is_some()
            && has_caption(run)
        {
            *self = Self::Stored;
        }
    }
}

/// True where a run can be preferred to another.
pub(super) fn has_caption(run: &Run) -> bool {
    run.outcome == Outcome::Captioned && !run.caption.is_blank()
}

/// One picture.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) image: ImageRef,
    /// One for each contestant, in the order of the lineup.
    pub(super) answers: Vec<Answer>,
    pub(super) verdict: Option<Verdict>,
    /// True once somebody saw who wrote what.
    pub(super) is_revealed: bool,
    /// True while its captions are being read.
    pub(super) is_asked: bool,
    /// Why they could not be.
    pub(super) failed: Option<Problem>,
}

impl Picture {
    pub(super) fn new(image: ImageRef, contestants: usize) -> Self {
        Self {
            image,
            answers: vec![Answer::Nothing; contestants],
            verdict: None,
            is_revealed: false,
            is_asked: false,
            failed: None,
        }
    }

    /// What came meanwhile is newer than what history says, and a verdict of this session counts.
    pub(super) fn absorb_survey(&mut self, answered: &[bool], verdict: Option<Verdict>) {
        for (answer, answered) in self.answers.iter_mut().zip(answered) {
            match (&answer, answered) {
                (Answer::Nothing, true) => *answer = Answer::Stored,
                (Answer::Stored, false) => *answer = Answer::Nothing,
                _ => {}
            }
        }
        if self.verdict.is_none() {
            self.verdict = verdict;
        }
    }

    pub(super) fn wants_reading(&self) -> bool {
        let is_stored = self.answers.contains(&Answer::Stored);
        is_stored && !self.is_asked && self.failed.is_none()
    }

    pub(super) fn absorb(&mut self, held: Result<Held, Problem>) {
        self.is_asked = false;
        match held {
            Ok(held) => {
                let answers = self.answers.iter_mut().zip(held.runs);
                for (answer, run) in answers.filter(|(it, _)| **it == Answer::Stored) {
                    *answer = run.map_or(Answer::Nothing, |run| Answer::Run(Box::new(run)));
                }
            }
            Err(problem) => self.failed = Some(problem),
        }
    }

    pub(super) fn put_away(&mut self) {
        self.failed = None;
        self.answers.iter_mut().for_each(Answer::put_away);
    }
}

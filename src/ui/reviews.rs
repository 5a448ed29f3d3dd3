//! What was decided and written in this session: shown at once, stored one after the other, taken
//! back and made again without limit.

use std::collections::{HashMap, HashSet, VecDeque};

use super::effect::ReviewId;
use crate::domain::review::Review;
use crate::domain::run::{Run, RunId};

/// How a run stood and stands, as far as it is on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Which.
    pub run: RunId,
    /// How it stood.
    pub before: Review,
    /// How it stands.
    pub after: Review,
}

/// How some runs stand from now on.
pub type Stand = HashMap<RunId, Review>;

/// Has a run stand so, where it is among them.
pub fn stand(run: &mut Run, stand: &Stand) {
    if let Some(review) = run.id.and_then(|id| stand.get(&id)) {
        run.review.clone_from(review);
    }
}

/// A step on its way into history.
#[derive(Debug, PartialEq)]
pub struct Turn {
    /// Its number.
    pub id: ReviewId,
    /// How its runs stand from now on.
    pub stand: Stand,
    /// The first of them.
    pub first: Option<RunId>,
}

/// What was changed at once, and is taken back at once.
#[derive(Debug)]
struct Step {
    id: ReviewId,
    shifts: Vec<Shift>,
}

impl Step {
    fn stand(&self, counts: bool) -> Stand {
        let review = |shift: &Shift| {
            let review = if counts { &shift.after } else { &shift.before };
            (shift.run, review.clone())
        };
        self.shifts.iter().map(review).collect()
    }
}

/// What history is asked to do with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    New,
    Back,
    Again,
}

/// What was changed in this session.
#[derive(Debug, Default)]
pub struct Reviews {
    last: ReviewId,
    done: Vec<Step>,
    undone: Vec<Step>,
    /// What history has not answered yet, in the order in which it answers.
    under_way: VecDeque<(ReviewId, Way, HashSet<RunId>)>,
}

impl Reviews {
    /// Notes a new step; what was taken back before cannot be made again any more.
    pub fn change(&mut self, shifts: Vec<Shift>) -> Turn {
        self.last.0 += 1;
        self.undone.clear();
        let step = Step {
            id: self.last,
            shifts,
        };
        let sent = self.send(&step, Way::New);
        self.done.push(step);
        sent
    }

    /// Takes the newest step back.
    pub fn undo(&mut self) -> Option<Turn> {
        let step = self.done.pop()?;
        let sent = self.send(&step, Way::Back);
        self.undone.push(step);
        Some(sent)
    }

    /// Makes the step again that was taken back last.
    pub fn redo(&mut self) -> Option<Turn> {
        let step = self.undone.pop()?;
        let sent = self.send(&step, Way::Again);
        self.done.push(step);
        Some(sent)
    }

    fn send(&mut self, step: &Step, way: Way) -> Turn {
        let runs = step.shifts.iter().map(|shift| shift.run).collect();
        self.under_way.push_back((step.id, way, runs));
        Turn {
            id: step.id,
            stand: step.stand(way != Way::Back),
            first: step.shifts.first().map(|shift| shift.run),
        }
    }

    /// How runs `stand` in history, but for those that were changed here meanwhile.
    pub fn settled(&self, mut stand: Stand) -> Stand {
        stand.retain(|run, _| self.is_settled(*run));
        stand
    }

    /// History took a change: what is to be shown of how runs `stand`. What was changed on screen
    /// since has its own answer coming.
    pub fn stored(&mut self, id: ReviewId, stand: Vec<(RunId, Review)>) -> Stand {
        self.answer(id);
        self.settled(stand.into_iter().collect())
    }

    /// History did not take a change: it never was, and so the runs stand as before.
    pub fn lost(&mut self, id: ReviewId) -> Stand {
        let way = self.answer(id);
        let is_it = |step: &mut Step| step.id == id;
        let done = self.done.extract_if(.., is_it).next();
        let step = done.or_else(|| self.undone.extract_if(.., is_it).next());
        let (Some(step), Some(way)) = (step, way) else {
            return Stand::new();
        };
        let stand = self.settled(step.stand(way == Way::Back));
        match way {
            Way::New => {}
            Way::Back => self.done.push(step),
            Way::Again => self.undone.push(step),
        }
        stand
    }

    fn answer(&mut self, id: ReviewId) -> Option<Way> {
        let (first, way, _) = self.under_way.front()?;
        let way = (*first == id).then_some(*way)?;
        self.under_way.pop_front();
        Some(way)
    }

    fn is_settled(&self, run: RunId) -> bool {
        self.under_way
            .iter()
            .all(|(_, _, runs)| !runs.contains(&run))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::Decision;

    fn review(decision: Decision) -> Review {
        Review {
            decision,
            caption: None,
        }
    }

    fn shift(run: i64, before: Decision, after: Decision) -> Shift {
        Shift {
            run: RunId(run),
            before: review(before),
            after: review(after),
        }
    }

    fn stands(run: i64, decision: Decision) -> Stand {
        Stand::from([(RunId(run), review(decision))])
    }

    use Decision::{Accepted, Pending, Rejected};

    /// The number of a step and how its runs stand.
    fn told(turn: Option<Turn>) -> Option<(ReviewId, Stand)> {
        turn.map(|turn| (turn.id, turn.stand))
    }

    #[test]
    fn steps_are_taken_back_and_made_again_in_their_order() {
        let mut reviews = Reviews::default();
        assert_eq!(reviews.undo(), None);
        let first = reviews.change(vec![shift(1, Pending, Accepted)]);
        assert_eq!(first.stand, stands(1, Accepted));
        let second = reviews.change(vec![shift(2, Pending, Rejected)]).id;
        assert_eq!(told(reviews.undo()), Some((second, stands(2, Pending))));
        assert_eq!(told(reviews.undo()), Some((first.id, stands(1, Pending))));
        assert_eq!(reviews.undo(), None);
        assert_eq!(reviews.redo(), Some(first));
        let third = reviews.change(vec![shift(3, Pending, Rejected)]).id;
        assert_eq!(reviews.redo(), None, "something else was done instead");
        assert_eq!(told(reviews.undo()), Some((third, stands(3, Pending))));
    }

    #[test]
    fn a_late_answer_does_not_change_what_was_decided_since() {
        let mut reviews = Reviews::default();
        let first = reviews.change(vec![shift(1, Pending, Accepted)]).id;
        let second = reviews.change(vec![shift(1, Accepted, Rejected)]).id;
        let answer = vec![(RunId(1), review(Accepted)), (RunId(2), review(Pending))];
        assert_eq!(reviews.stored(first, answer), stands(2, Pending));
        assert_eq!(reviews.settled(stands(1, Accepted)), Stand::new());
        let answer = vec![(RunId(1), review(Rejected))];
        assert_eq!(reviews.stored(second, answer), stands(1, Rejected));
        assert_eq!(reviews.settled(stands(1, Accepted)), stands(1, Accepted));
    }

    #[test]
    fn what_could_not_be_stored_never_was() {
        let mut reviews = Reviews::default();
        let id = reviews.change(vec![shift(1, Pending, Accepted)]).id;
        assert_eq!(reviews.lost(id), stands(1, Pending));
        assert_eq!(reviews.undo(), None);

        let id = reviews.change(vec![shift(1, Pending, Accepted)]).id;
        reviews.stored(id, Vec::new());
        reviews.undo();
        assert_eq!(reviews.lost(id), stands(1, Accepted), "it still counts");
        assert_eq!(told(reviews.undo()), Some((id, stands(1, Pending))));
    }
}

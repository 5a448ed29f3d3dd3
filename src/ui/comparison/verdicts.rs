//! Verdicts of this session: given, taken back, given again.

use jiff::Timestamp;

use super::super::effect::{Ruling, RulingId};
use super::super::jobs::Jobs;
use super::super::say;
use super::picture::has_caption;
use super::{Column, Comparison};
use crate::domain::verdict::{Choice, Side, Verdict};

/// A verdict, and what it took the place of.
#[derive(Debug)]
struct Step {
    id: RulingId,
    place: usize,
    before: Option<Verdict>,
    after: Verdict,
}

/// What was ruled in this session.
#[derive(Debug, Default)]
pub(super) struct Book {
    last: RulingId,
    done: Vec<Step>,
    undone: Vec<Step>,
    /// Why the next verdict will be what it is.
    pub(super) reason: String,
}

impl Comparison {
    /// The verdict over the picture in sight.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.here()?.verdict.as_ref()
    }

    /// The reason of the verdict over the picture in sight, or of the one that comes.
    pub fn reason(&self) -> &str {
        match self.verdict() {
            Some(verdict) => &verdict.reason,
            None => &self.book.reason,
        }
    }

    /// Judges the picture in sight and goes on to the next one without a verdict.
    ///
    /// # Errors
    /// It cannot be judged so now; the text says why.
    pub fn judge(
        &mut self,
        choice: Choice,
        now: Timestamp,
        jobs: &Jobs,
    ) -> Result<(RulingId, Ruling), String> {
        let columns = self.columns(jobs);
        check(choice, &columns)?;
        let image = columns.iter().find_map(|it| it.run()?.image_id);
        let Some(image) = image else {
            return Err("nobody could tell which picture this is".to_owned());
        };
        let sides = columns.iter().map(side).collect();
        let verdict = Verdict {
            image,
            moment: now,
            choice,
            blind: self.hides_here(),
            seed: self.drawn_with(),
            reason: std::mem::take(&mut self.book.reason),
            sides,
        };
        let ruling = self.rule(verdict);
        self.move_on();
        Ok(ruling)
    }

    /// Gives the verdict over the picture in sight this reason, or the one that comes.
    pub fn give_reason(&mut self, reason: String, now: Timestamp) -> Option<(RulingId, Ruling)> {
        match self.verdict().cloned() {
            None => {
                self.book.reason = reason;
                None
            }
            Some(verdict) if verdict.reason == reason => None,
            Some(verdict) => Some(self.rule(Verdict {
                reason,
                moment: now,
                ..verdict
            })),
        }
    }

    fn rule(&mut self, verdict: Verdict) -> (RulingId, Ruling) {
        let book = &mut self.book;
        book.last.0 += 1;
        book.undone.clear();
        let before = self.pictures.get_mut(self.at);
        let before = before.and_then(|it| it.verdict.replace(verdict.clone()));
        book.done.push(Step {
            id: book.last,
            place: self.at,
            before,
            after: verdict.clone(),
        });
        (book.last, Ruling::Judge(verdict))
    }

    /// To the next picture without a verdict; after the last, everything is revealed.
    fn move_on(&mut self) {
        self.went = true;
        match self.unjudged_from(self.at + 1) {
            Some(next) => self.go(next),
            None => self.reveal_all(),
        }
    }

    /// Takes the newest verdict back; its picture is in sight again.
    pub fn undo(&mut self) -> Option<(RulingId, Ruling)> {
        let step = self.book.done.pop()?;
        let id = step.id;
        self.went = true;
        self.go(step.place);
        if let Some(picture) = self.pictures.get_mut(step.place) {
            picture.verdict.clone_from(&step.before);
        }
        self.book.undone.push(step);
        Some((id, Ruling::TakeBack))
    }

    /// Gives the verdict again that was taken back last.
    pub fn redo(&mut self) -> Option<(RulingId, Ruling)> {
        let step = self.book.undone.pop()?;
        let id = step.id;
        self.go(step.place);
        if let Some(picture) = self.pictures.get_mut(step.place) {
            picture.verdict = Some(step.after.clone());
        }
        self.book.done.push(step);
        self.move_on();
        Some((id, Ruling::Restore))
    }

    /// A verdict could not be stored: it never was.
    pub fn lose(&mut self, id: RulingId) {
        let is_it = |step: &mut Step| step.id == id;
        let done = self.book.done.extract_if(.., is_it).next();
        if let Some(step) = done
            && let Some(picture) = self.pictures.get_mut(step.place)
            && picture.verdict.as_ref() == Some(&step.after)
        {
            picture.verdict = step.before;
        }
        self.book.undone.retain(|step| step.id != id);
    }
}

/// A verdict takes that all have ended, that two of them have captions, and that the best is one
/// of these.
fn check(choice: Choice, columns: &[Column]) -> Result<(), String> {
    let over = columns.iter().filter(|it| it.run().is_some()).count();
    if over < columns.len() {
        return Err(format!("not yet: {over} of {} are there", columns.len()));
    }
    match columns.iter().filter(|it| it.captioned().is_some()).count() {
        0 => return Err("there is no caption to judge: all failed".to_owned()),
        1 => return Err("one caption alone cannot be judged: the others failed".to_owned()),
        _ => {}
    }
    match choice {
        Choice::Best(place) if place >= columns.len() => {
            Err(format!("there are {}", say::count(columns.len(), "column")))
        }
        Choice::Best(place) if columns.get(place).is_none_or(|it| it.captioned().is_none()) => {
            Err(format!("column {} has no caption", place + 1))
        }
        Choice::Best(_) | Choice::Tie | Choice::NoneIsGood => Ok(()),
    }
}

fn side(column: &Column) -> Side {
    let run = column.run();
    let captioned = run.filter(|run| has_caption(run));
    Side {
        contestant: column.entrant.contestant.clone(),
        run: run.and_then(|run| run.id),
        chars: captioned.map(|run| run.caption.raw().chars().count() as u64),
    }
}

//! Which words are marked in the columns.

use jiff::Timestamp;

use super::super::effect::{Differ, Effect, Ticket};
use super::super::jobs::Jobs;
use super::Comparison;
use crate::domain::run::{Run, RunId};
use crate::engine::Spans;

/// What the captions are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// Nothing is marked.
    #[default]
    Nobody,
    /// The first column.
    First,
    /// The column under the cursor.
    Cursor,
}

/// What a marking is of: where none of it changes, neither do the marks.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Subject {
    place: usize,
    against: usize,
    is_exact: bool,
    is_hidden: bool,
    runs: Vec<Option<(Option<RunId>, Timestamp)>>,
}

/// What is marked, and against what.
#[derive(Debug, Default)]
pub struct Differences {
    against: Against,
    is_exact: bool,
    ticket: Ticket,
    asked: Option<Subject>,
    marks: Vec<Spans>,
}

impl Differences {
    /// Marks against the next there is; against nobody after the last. `cursor` is the column under
    /// the cursor.
    pub fn turn(&mut self, cursor: usize) {
        self.against = match self.against {
            Against::Nobody => Against::First,
            // The first was had already.
            Against::First if cursor > 0 => Against::Cursor,
            Against::First | Against::Cursor => Against::Nobody,
        };
    }

    /// Case and punctuation count from now on, or no more.
    pub fn turn_exact(&mut self) {
        self.is_exact = !self.is_exact;
        if self.against == Against::Nobody {
            self.against = Against::First;
        }
    }

    /// True where case and punctuation count.
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// The column that the others are compared with.
    pub fn against(&self, cursor: usize) -> Option<usize> {
        match self.against {
            Against::Nobody => None,
            Against::First => Some(0),
            Against::Cursor => Some(cursor),
        }
    }

    /// The places in a column's caption that are marked.
    pub fn marks(&self, column: usize) -> &[std::ops::Range<usize>] {
        self.marks.get(column).map_or(&[], Vec::as_slice)
    }

    /// Takes in an answer, unless another question was asked since.
    pub fn absorb(&mut self, ticket: Ticket, marks: Vec<Spans>) {
        if ticket == self.ticket && self.asked.is_some() {
            self.marks = marks;
        }
    }
}

impl Comparison {
    /// Asks for the marks of what is in sight, where they are of something else. Captions that
    /// nobody may see are not compared.
    pub fn differ(&mut self, jobs: &Jobs) -> Option<Effect> {
        let columns = self.columns(jobs);
        let is_hidden = self.hides_here();
        let is_over = columns.iter().all(|column| column.run().is_some());
        let against = self.differences.against(self.columns.cursor());
        let subject = against.filter(|_| is_over || !is_hidden).map(|against| {
            let run = |run: &Run| (run.id, run.timing.started);
            Subject {
                place: self.at,
                against,
                is_exact: self.differences.is_exact,
                is_hidden,
                runs: columns.iter().map(|it| it.captioned().map(run)).collect(),
            }
        });
        if subject == self.differences.asked {
            return None;
        }
        let caption = |column: &super::Column| column.captioned().map(|run| self.caption(run));
        let texts = subject
            .as_ref()
            .map(|_| columns.iter().map(caption).collect());
        drop(columns);
        let differences = &mut self.differences;
        differences.marks.clear();
        let ticket = differences.ticket.renew();
        let is_exact = differences.is_exact;
        differences.asked = subject;
        let question = Differ {
            texts: texts?,
            against: against?,
            is_exact,
        };
        Some(Effect::Differ(ticket, question))
    }
}

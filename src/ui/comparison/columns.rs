//! The columns of the picture in sight.

use super::super::command::Motion;
use super::super::jobs::{Jobs, Says};
use super::super::list::List;
use super::picture::has_caption;
use super::{Answer, Comparison};
use crate::domain::blind;
use crate::domain::comparison::Entrant;
use crate::domain::problem::Problem;
use crate::domain::run::Run;
use crate::domain::text::Foreign;

/// So many bytes of a caption are shown and compared.
pub(super) const READ: usize = 64 << 10;

/// Which column is under the cursor, and how far each is scrolled.
#[derive(Debug)]
pub struct Columns {
    cursor: usize,
    /// For each column, the row that is the first in sight.
    tops: Vec<List>,
    /// True where each is scrolled by itself.
    is_alone: bool,
}

impl Columns {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            cursor: 0,
            tops: vec![List::default(); columns],
            is_alone: false,
        }
    }

    /// The column under the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The row of a column that is the first in sight.
    pub fn top(&self, column: usize) -> usize {
        self.tops.get(column).map_or(0, |top| top.cursor())
    }

    /// True where each is scrolled by itself.
    pub fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// One column to the right, or to the left.
    pub fn turn(&mut self, back: bool) {
        let last = self.tops.len().saturating_sub(1);
        self.cursor = if back {
            self.cursor.saturating_sub(1)
        } else {
            (self.cursor + 1).min(last)
        };
    }

    /// Scrolls the column under the cursor, or all; `rows` are those of each, `page` those in
    /// sight.
    pub fn scroll(&mut self, motion: Motion, rows: &[usize], page: usize) {
        let (cursor, is_alone) = (self.cursor, self.is_alone);
        let longest = rows.iter().max().copied().unwrap_or(0);
        for (column, top) in self.tops.iter_mut().enumerate() {
            let rows = if is_alone {
                rows.get(column).copied().unwrap_or(0)
            } else {
                longest
            };
            if !is_alone || column == cursor {
                top.step(motion, rows.saturating_sub(page) + 1, page);
            }
        }
    }

    /// Scrolls each by itself from now on, or all together.
    pub fn turn_alone(&mut self) {
        self.is_alone = !self.is_alone;
        if !self.is_alone {
            self.rewind();
        }
    }

    /// Another picture is in sight.
    pub(super) fn rewind(&mut self) {
        self.tops.fill(List::default());
    }
}

/// What one contestant says of the picture in sight.
pub struct Column<'a> {
    /// Who; to be shown only where nothing is hidden.
    pub entrant: &'a Entrant,
    /// What there is of it.
    pub says: Says<'a>,
    /// True while history is being asked for it.
    pub is_awaited: bool,
    /// True where it was found the best.
    pub is_best: bool,
}

impl Column<'_> {
    /// The run, where it is over.
    pub fn run(&self) -> Option<&Run> {
        match self.says {
            Says::Run(run) => Some(run),
            Says::Job(..) | Says::Nothing => None,
        }
    }

    /// The run, where it holds a caption.
    pub fn captioned(&self) -> Option<&Run> {
        self.run().filter(|run| has_caption(run))
    }
}

impl Comparison {
    /// The columns of the picture in sight, in the order in which they are shown.
    pub fn columns<'a>(&'a self, jobs: &'a Jobs) -> Vec<Column<'a>> {
        let Some(picture) = self.here() else {
            return Vec::new();
        };
        let winner = picture.verdict.as_ref().and_then(|it| it.winner());
        let column = |who: usize| {
            let (entrant, answer) = (self.lineup.get(who)?, picture.answers.get(who)?);
            let says = match jobs.asking(&picture.image, self.keys.get(who)?) {
                Some((id, job)) => Says::Job(id, job),
                None => match answer {
                    Answer::Run(run) => Says::Run(run),
                    Answer::Nothing | Answer::Stored => Says::Nothing,
                },
            };
            Some(Column {
                entrant,
                says,
                is_awaited: *answer == Answer::Stored || self.looked_into.is_some(),
                is_best: winner == Some(&entrant.contestant),
            })
        };
        self.order().into_iter().filter_map(column).collect()
    }

    /// How many of the columns are over.
    pub fn over(&self, jobs: &Jobs) -> usize {
        let columns = self.columns(jobs);
        columns.iter().filter(|it| it.run().is_some()).count()
    }

    /// Why the captions of the picture in sight could not be read.
    pub fn failed(&self) -> Option<&Problem> {
        self.here()?.failed.as_ref()
    }

    /// The run under the cursor.
    pub fn run<'a>(&'a self, jobs: &'a Jobs) -> Option<&'a Run> {
        let mut columns = self.columns(jobs).into_iter();
        match columns.nth(self.columns.cursor)?.says {
            Says::Run(run) => Some(run),
            Says::Job(..) | Says::Nothing => None,
        }
    }

    /// A caption as it is shown: at most its opening, safe for a terminal, and where it is hidden
    /// who wrote it, without the habits that tell.
    pub fn caption(&self, run: &Run) -> String {
        let raw = run.caption.raw();
        if !self.hides_here() {
            return Foreign::new(raw.trim()).opening(READ);
        }
        // Habits show at both ends; what is between them may be megabytes.
        let head = raw.get(..raw.floor_char_boundary(READ)).unwrap_or(raw);
        let stripped = Foreign::new(blind::stripped(head)).paragraphs();
        if head.len() < raw.len() {
            format!("{stripped}…")
        } else {
            stripped
        }
    }
}

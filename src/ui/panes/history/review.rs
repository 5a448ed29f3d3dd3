//! The review: one caption at a time with all that is known of it, and what is next.

use std::collections::HashSet;

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;

use super::super::super::command::{Context, Motion};
use super::super::super::effect::Effect;
use super::super::super::facts::Facts;
use super::super::super::list::List;
use super::super::super::pen::{self, Pen};
use super::super::super::{say, wrap};
use super::super::Scene;
use super::draw::{OPENING, answer_of, provenance};
use super::{HIDDEN, HistoryPane, More};
use crate::domain::image::ImageId;
use crate::domain::review::Decision;
use crate::domain::run::{Outcome, Run, RunId};
use crate::domain::text::Foreign;

/// So many columns of another caption are shown beside the one in review.
const GLANCE: usize = 160;

/// Rows above the caption: how it stands, and an empty one.
const HEAD: u16 = 2;

impl HistoryPane {
    /// To the next run below that waits for a decision, round and round; where what is at hand holds
    /// none, more is read. False where there is none.
    pub fn to_pending(&mut self, page: usize, hides: impl Fn(&Run) -> bool) -> (bool, Vec<Effect>) {
        let below = self.pending_places(hides);
        let cursor = self.list.cursor();
        let next = below.iter().find(|at| **at > cursor);
        let is_all = matches!(self.more, More::No | More::Coming | More::Stopped);
        match next.or(below.first().filter(|_| is_all)) {
            Some(at) => {
                self.is_seeking = false;
                self.go(*at, page);
                (true, self.read_ahead())
            }
            None if is_all => {
                self.is_seeking = false;
                (false, Vec::new())
            }
            None => {
                self.is_seeking = true;
                (true, self.read_ahead())
            }
        }
    }

    /// True while what is pending is looked for in what comes.
    pub fn is_seeking(&self) -> bool {
        self.is_seeking
    }

    /// The next runs below the cursor that wait for a decision, round and round.
    pub fn pending_after(&self, most: usize, hides: impl Fn(&Run) -> bool) -> Vec<&Run> {
        let places = self.pending_places(hides);
        let cursor = self.list.cursor();
        let (before, after) = places.split_at(places.partition_point(|at| *at <= cursor));
        let next = after.iter().chain(before).take(most);
        next.filter_map(|at| self.runs.get(*at)).collect()
    }

    /// What waits for a decision: a stored caption whose picture has none that is accepted.
    fn pending_places(&self, hides: impl Fn(&Run) -> bool) -> Vec<usize> {
        let accepted = |run: &&Run| run.review.decision == Decision::Accepted;
        let done: HashSet<ImageId> = self
            .runs()
            .filter(accepted)
            .filter_map(|it| it.image_id)
            .collect();
        let waits = |run: &Run| {
            let is_done = run.image_id.is_some_and(|picture| done.contains(&picture));
            is_pending(run) && !is_done && !hides(run)
        };
        let places = self.runs.iter().enumerate();
        places
            .filter(|(_, run)| waits(run))
            .map(|(at, _)| at)
            .collect()
    }

    /// How many of the runs at hand wait for a decision.
    pub fn pending(&self, hides: impl Fn(&Run) -> bool) -> usize {
        self.pending_places(hides).len()
    }

    /// Puts the cursor on a run, or looks at it aside where it is not in the list.
    pub fn go_to(&mut self, run: &Run, page: usize) {
        match self.runs.iter().position(|it| it.id == run.id) {
            Some(at) => self.go(at, page),
            None => self.aside = Some(Box::new(run.clone())),
        }
    }

    /// The same for the run of this number, where it is in the list.
    pub fn go_to_id(&mut self, id: RunId, page: usize) {
        if let Some(at) = self.runs.iter().position(|it| it.id == Some(id)) {
            self.go(at, page);
        }
    }

    pub(super) fn go(&mut self, at: usize, page: usize) {
        self.leave();
        self.list.go(at, self.runs.len(), page);
    }

    /// Looks at nothing aside any more, and looks for nothing.
    pub(super) fn leave(&mut self) {
        self.aside = None;
        self.is_seeking = false;
    }

    /// Scrolls the text of the run in sight.
    pub fn scroll(&mut self, motion: Motion, rows: usize, page: usize) {
        let id = self.run().and_then(|run| run.id);
        if self.top.0 != id {
            self.top = (id, List::default());
        }
        self.top.1.step(motion, rows.saturating_sub(page) + 1, page);
    }

    /// The row of its text that is the first in sight.
    fn top(&self) -> usize {
        let id = self.run().and_then(|run| run.id);
        if self.top.0 == id {
            self.top.1.cursor()
        } else {
            0
        }
    }

    /// Draws the run in review.
    pub fn draw_review(&self, page: &Page, buffer: &mut Buffer, scene: &Scene) {
        let inner = pen::frame(page.caption, buffer, "Caption", false, scene.theme);
        let about = pen::frame(page.about, buffer, "About", false, scene.theme);
        let Some(run) = self.run() else {
            return;
        };
        page.draw_head(run, inner, buffer, scene);
        let top = self.top();
        let body = below_the_head(inner);
        let rows = wrap::hanging(&page.caption_of(run, scene), body.width.into());
        draw_rows(&rows, top, body, buffer);
        if rows.len() > usize::from(body.height) {
            let (on, back) = (
                scene.key(Context::HistoryZoomed, "read-on"),
                scene.key(Context::HistoryZoomed, "read-back"),
            );
            pen::foot(
                page.caption,
                buffer,
                &format!("{on} {back} scroll"),
                scene.theme.dim(),
            );
        }
        if !about.is_empty() {
            let rows = wrap::hanging(&page.about_of(run, scene), about.width.into());
            draw_rows(&rows, 0, about, buffer);
        }
    }
}

/// True for a caption on which nobody decided.
fn is_pending(run: &Run) -> bool {
    run.id.is_some()
        && run.outcome == Outcome::Captioned
        && run.review.decision == Decision::Pending
        && !run.text().is_blank()
}

/// Where the review stands on screen, and what else is said of the picture.
pub struct Page<'a> {
    /// Where the caption is, with its border.
    pub caption: Rect,
    /// Where all else is, with its border; empty where it follows the caption.
    pub about: Rect,
    /// All stored captions of the same picture, newest first; none while they are read.
    pub captions: Vec<&'a Run>,
}

impl Page<'_> {
    /// Rows of the text that scrolls, and how many of them are in sight.
    pub fn measure(&self, run: &Run, scene: &Scene) -> (usize, usize) {
        let body = below_the_head(self.caption.inner(Margin::new(1, 1)));
        let rows = wrap::hanging(&self.caption_of(run, scene), body.width.into());
        (rows.len(), body.height.into())
    }

    fn draw_head(&self, run: &Run, area: Rect, buffer: &mut Buffer, scene: &Scene) {
        let theme = scene.theme;
        if scene.hides(&run.request) {
            return;
        }
        let mut pen = Pen::new(buffer, area, 0);
        let place = self.captions.iter().position(|it| it.id == run.id);
        if let Some(place) = place.filter(|_| self.captions.len() > 1) {
            let (next, previous) = (
                scene.key(Context::History, "next-caption"),
                scene.key(Context::History, "previous-caption"),
            );
            let text = format!("{} of {} {previous} {next}", place + 1, self.captions.len());
            pen.right(&text, theme.dim()).right(" ", Style::new());
        }
        if run.outcome == Outcome::Captioned {
            let (decision, style) = match run.review.decision {
                Decision::Pending => ("pending", theme.dim()),
                Decision::Accepted => ("✓ accepted", theme.good()),
                Decision::Rejected => ("× rejected", theme.doubtful()),
            };
            pen.write(decision, style);
        }
        if run.review.caption.is_some() {
            pen.write(" ✎ rewritten", theme.name());
        }
        let flags: Vec<_> = run.flags().iter().map(|it| it.word()).collect();
        let flags = Foreign::new(flags.join(" ! ")).shown(pen.left().saturating_sub(3));
        if !flags.is_empty() {
            pen.write(" ! ", theme.doubtful());
        }
        pen.write(&flags, theme.doubtful());
    }

    /// The caption, and below it all else where that has no place of its own.
    fn caption_of(&self, run: &Run, scene: &Scene) -> String {
        if scene.hides(&run.request) {
            return HIDDEN.to_owned();
        }
        let caption = answer_of(run);
        if self.about.is_empty() {
            format!("{caption}\n\n{}", self.about_of(run, scene))
        } else {
            caption
        }
    }

    /// Where the caption came from, and what else was said of its picture.
    fn about_of(&self, run: &Run, scene: &Scene) -> String {
        if scene.hides(&run.request) {
            return String::new();
        }
        let mut facts = provenance(run, Facts::default(), scene);
        let others = self.captions.iter().filter(|it| it.id != run.id);
        let mut others = others.filter(|it| !scene.hides(&it.request)).peekable();
        if others.peek().is_some() {
            facts = facts.line("").line("Others of this picture:");
        }
        for other in others {
            let model = other.request.model.short_name().shown(30);
            let signs = say::signs(other);
            let text = other.text().shown(GLANCE);
            facts = facts.line("").line(&format!("{signs}{model}: {text}"));
        }
        facts.thoughts(&run.thinking.opening(OPENING)).text()
    }
}

/// The rows of an area below its head.
fn below_the_head(area: Rect) -> Rect {
    Rect {
        y: area.y + HEAD.min(area.height),
        height: area.height.saturating_sub(HEAD),
        ..area
    }
}

fn draw_rows(rows: &[String], top: usize, area: Rect, buffer: &mut Buffer) {
    let page = usize::from(area.height);
    let top = top.min(rows.len().saturating_sub(page));
    for (y, row) in (0..area.height).zip(rows.iter().skip(top)) {
        Pen::new(buffer, area, y).write(row, Style::new());
    }
}

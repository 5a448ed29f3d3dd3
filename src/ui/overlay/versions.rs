//! The versions of a caption: who wrote which, in which words two of them differ, and a way back.

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::command::{Context, Motion};
use super::super::effect::{Differ, Ticket};
use super::super::keymap::Keymap;
use super::super::list::List;
use super::super::pen::{self, Pen};
use super::super::say;
use super::super::theme::Theme;
use super::super::wrap;
use crate::domain::problem::Problem;
use crate::domain::review::{Maker, Revision};
use crate::domain::run::{Run, RunId};
use crate::domain::text::Foreign;
use crate::engine::Spans;

/// So many bytes of a version are shown and compared.
const READ: usize = 16 << 10;

/// Columns of the widest box.
const WIDEST: u16 = 92;

/// All versions of one caption, the model's own words first.
#[derive(Clone, Debug)]
pub struct Versions {
    run: RunId,
    all: Vec<Revision>,
    /// How it reads now.
    now: Foreign,
    list: List,
    /// What the one under the cursor is compared with; the one before it, unless chosen.
    base: Option<usize>,
    /// Who asked last: for the versions, and then for the words that differ.
    ticket: Ticket,
    /// Why there are no more of them.
    failed: Option<Problem>,
    is_read: bool,
    spans: Vec<Spans>,
}

impl Versions {
    /// What is known of a run before history answers the question of this ticket.
    pub fn new(run: &Run, id: RunId, ticket: Ticket) -> Self {
        let own = Revision {
            moment: run.timing.started,
            maker: Maker::Model,
            caption: run.caption.clone(),
            is_taken_back: false,
        };
        Self {
            run: id,
            all: vec![own],
            now: run.text().clone(),
            list: List::default(),
            base: None,
            ticket,
            failed: None,
            is_read: false,
            spans: Vec::new(),
        }
    }

    /// Takes in what people wrote; the cursor is on the newest.
    pub fn absorb(&mut self, ticket: Ticket, revisions: Result<Vec<Revision>, Problem>) {
        if ticket != self.ticket {
            return;
        }
        self.is_read = true;
        match revisions {
            Ok(revisions) => self.all.extend(revisions),
            Err(problem) => self.failed = Some(problem),
        }
        let len = self.all.len();
        self.list.step(Motion::Bottom, len, len);
    }

    /// Takes in which words differ.
    pub fn absorb_spans(&mut self, ticket: Ticket, spans: Vec<Spans>) {
        if ticket == self.ticket {
            self.spans = spans;
        }
    }

    /// Moves between the versions.
    pub fn step(&mut self, motion: Motion) {
        let len = self.all.len();
        self.list.step(motion, len, len);
    }

    /// Compares with the version under the cursor from now on, or with the one before each again.
    pub fn turn_base(&mut self) {
        let here = Some(self.list.cursor());
        self.base = here.filter(|_| self.base != here);
    }

    /// In which words the version under the cursor differs from what it is compared with; `None`
    /// where there is nothing to compare.
    pub fn differ(&mut self, ticket: Ticket) -> Option<Differ> {
        self.ticket = ticket;
        self.spans.clear();
        let (base, here) = self.pair()?;
        let texts = [base, here].map(|at| self.all.get(at).map(text_of));
        Some(Differ {
            texts: texts.into(),
            against: 0,
            is_exact: true,
        })
    }

    /// What is compared with what.
    fn pair(&self) -> Option<(usize, usize)> {
        let here = self.list.cursor();
        let base = self.base.or(here.checked_sub(1))?;
        (base != here).then_some((base, here))
    }

    /// Which run, and the version under the cursor; `None` where it reads so already.
    pub fn way_back(&self) -> Option<(RunId, Foreign)> {
        let version = self.all.get(self.list.cursor())?;
        (version.caption != self.now).then(|| (self.run, version.caption.clone()))
    }

    /// Draws the box in the middle of `body` and answers where it stands.
    pub fn draw(
        &self,
        body: Rect,
        buffer: &mut Buffer,
        (keymap, theme): (&Keymap, Theme),
        (now, zone): (Timestamp, &TimeZone),
    ) -> Rect {
        let area = pen::popup(body, buffer, WIDEST, body.height);
        let inner = pen::frame(area, buffer, "Versions", true, theme);
        let list = u16::try_from(self.all.len()).unwrap_or(u16::MAX);
        let list = Rect {
            height: list.min(inner.height / 3).max(1),
            ..inner
        };
        let page = usize::from(list.height);
        for (y, at) in (0..).zip(self.list.window(self.all.len(), page)) {
            let mut pen = Pen::new(buffer, list, y);
            self.draw_version(at, &mut pen, theme, say_moment(now, zone));
        }
        let below = Rect {
            y: list.bottom() + 1,
            height: inner.height.saturating_sub(list.height + 1),
            ..inner
        };
        self.draw_texts(below, buffer, theme);
        let key = |name| keymap.said(&[Context::Versions, Context::Global], name);
        let hint = format!(
            " {} back to this one · {} compare with it · {} closes ",
            key("activate"),
            key("select"),
            key("back")
        );
        pen::foot(area, buffer, hint.trim(), theme.dim());
        area
    }

    fn draw_version(
        &self,
        at: usize,
        pen: &mut Pen,
        theme: Theme,
        moment: impl Fn(Timestamp) -> String,
    ) {
        let Some(version) = self.all.get(at) else {
            return;
        };
        let is_cursor = at == self.list.cursor();
        let base = if is_cursor {
            theme.cursor(true)
        } else {
            Style::new()
        };
        let with = |style: Style| if is_cursor { base } else { style };
        let is_base = self.pair().is_some_and(|(it, _)| it == at);
        let signs = [
            if is_cursor { ">" } else { " " },
            if is_base { "=" } else { " " },
            if version.caption == self.now {
                "●"
            } else {
                " "
            },
        ];
        pen.write(&signs.concat(), base).write(" ", base);
        pen.column(&moment(version.moment), 6, with(theme.dim()));
        pen.column(version.maker.word(), 12, with(theme.name()));
        if version.is_taken_back {
            pen.write("taken back  ", with(theme.doubtful()));
        }
        pen.write(&version.caption.shown(pen.left()), with(Style::new()));
        pen.fill(base);
    }

    /// The version under the cursor, and above it the one that it is compared with.
    fn draw_texts(&self, area: Rect, buffer: &mut Buffer, theme: Theme) {
        let here = self.list.cursor();
        let spans = |at: usize| self.spans.get(at).map_or(&[][..], Vec::as_slice);
        let texts = match self.pair() {
            Some((base, here)) => vec![
                (base, spans(0), theme.bad()),
                (here, spans(1), theme.good()),
            ],
            None => vec![(here, &[][..], Style::new())],
        };
        let count = u16::try_from(texts.len()).unwrap_or(1);
        let mut y = area.y;
        for (at, spans, style) in texts {
            let part = Rect {
                y,
                height: area.height / count,
                ..area
            };
            if let Some(version) = self.all.get(at) {
                draw_marked(&text_of(version), spans, style, part, buffer);
            }
            y += part.height;
        }
        if let Some(problem) = &self.failed {
            pen::below(area, buffer, &problem.sentence(), theme.bad());
        } else if !self.is_read {
            Pen::new(buffer, area, area.height.saturating_sub(1)).write("reading…", theme.dim());
        }
    }
}

fn say_moment(now: Timestamp, zone: &TimeZone) -> impl Fn(Timestamp) -> String {
    move |then| say::moment(then, now, zone)
}

/// The opening of a version, safe to show.
fn text_of(version: &Revision) -> String {
    version.caption.opening(READ)
}

/// Draws a text with some of its words in a style of their own.
fn draw_marked(text: &str, spans: &[Range<usize>], style: Style, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width);
    let rows = wrap::first(text, width, area.height.into());
    for (y, row) in (0..area.height).zip(rows) {
        let mut pen = Pen::new(buffer, area, y);
        let mut at = row.start;
        let marked = spans
            .iter()
            .filter(|it| it.end > row.start && it.start < row.end);
        for span in marked {
            let (from, to) = (span.start.max(row.start), span.end.min(row.end));
            pen.write(text.get(at..from).unwrap_or_default(), Style::new());
            let word = text.get(from..to).unwrap_or_default();
            pen.write(
                word,
                style.add_modifier(ratatui::style::Modifier::UNDERLINED),
            );
            at = to;
        }
        pen.write(text.get(at..row.end).unwrap_or_default(), Style::new());
    }
}

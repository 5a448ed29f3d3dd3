//! A box to read and close: everything known of an item, or a problem.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::command::{Context, Motion};
use super::super::effect::Ticket;
use super::super::facts::Facts;
use super::super::keymap::Keymap;
use super::super::list::List;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;
use super::super::wrap;
use crate::domain::problem::Problem;

/// A titled text, longer than its box perhaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    title: String,
    text: String,
    /// The row in sight that is first.
    list: List,
    grave: bool,
    /// The question whose answer completes the text.
    awaits: Option<Ticket>,
}

impl Reading {
    /// A box with `text`, which must be safe to show.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
            list: List::default(),
            grave: false,
            awaits: None,
        }
    }

    /// The same, to be completed by the answer to this question.
    #[must_use]
    pub fn awaiting(mut self, ticket: Option<Ticket>) -> Self {
        self.awaits = ticket;
        self
    }

    /// Takes the whole `text`, where this is the answer that the box waits for.
    pub fn complete(&mut self, ticket: Ticket, text: &str) {
        if self.awaits == Some(ticket) {
            self.awaits = None;
            text.clone_into(&mut self.text);
        }
    }

    /// A problem with its causes and the next step.
    pub fn problem(problem: &Problem) -> Self {
        let mut facts = Facts::default().paragraph(&problem.headline.paragraphs());
        for cause in &problem.causes {
            facts = facts.paragraph(&format!("because: {}", cause.paragraphs()));
        }
        if let Some(hint) = &problem.hint {
            facts = facts.paragraph(&hint.paragraphs());
        }
        Self {
            grave: true,
            ..Self::new("Problem", facts.text())
        }
    }

    /// Scrolls in the box that `body` has room for.
    pub fn step(&mut self, motion: Motion, body: Rect) {
        let (_, page, rows) = self.measure(body);
        let most = rows.len().saturating_sub(page.into());
        self.list.step(motion, most + 1, page.into());
    }

    /// Columns of the box, rows inside it, and the rows of the text.
    fn measure(&self, body: Rect) -> (u16, u16, Vec<String>) {
        let width = body.width.saturating_sub(8).min(92);
        let rows = wrap::hanging(&self.text, usize::from(width.saturating_sub(4)));
        let page = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        (width, page.min(body.height.saturating_sub(4)), rows)
    }

    /// Draws the box in the middle of `body` and answers where it stands.
    pub fn draw(&self, body: Rect, buffer: &mut Buffer, keymap: &Keymap, theme: Theme) -> Rect {
        let (width, height, rows) = self.measure(body);
        let area = pen::popup(body, buffer, width, height + 2);
        let inner = pen::frame(area, buffer, &self.title, true, theme);
        let inner = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            ..inner
        };
        let page = usize::from(inner.height);
        let top = self.list.cursor().min(rows.len().saturating_sub(page));
        for (y, row) in rows.iter().skip(top).take(page).enumerate() {
            let grave = self.grave && y + top == 0;
            let style = if grave { theme.bad() } else { Style::new() };
            let y = u16::try_from(y).unwrap_or(u16::MAX);
            Pen::new(buffer, inner, y).write(row, style);
        }
        let key = |name| keymap.said(&[Context::Reading, Context::Global], name);
        let mut hint = format!(" {} closes ", key("back"));
        if rows.len() > page {
            hint = format!(" {} {} scroll ·{hint}", key("down"), key("up"));
        }
        pen::hint(area, buffer, &hint, theme.dim());
        area
    }
}

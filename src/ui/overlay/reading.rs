//! A box to read and close: everything known of an item, or a problem.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::command::Motion;
use super::super::facts::Facts;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;
use super::super::wrap;
use crate::domain::problem::Problem;

/// A titled text, longer than its box perhaps.
#[derive(Debug, PartialEq)]
pub struct Reading {
    title: String,
    text: String,
    scroll: usize,
    grave: bool,
}

impl Reading {
    /// A box with `text`, which must be safe to show.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
            scroll: 0,
            grave: false,
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

    /// Scrolls.
    pub fn step(&mut self, motion: Motion) {
        self.scroll = match motion {
            Motion::Up => self.scroll.saturating_sub(1),
            Motion::Down => self.scroll + 1,
            Motion::HalfUp | Motion::PageUp => self.scroll.saturating_sub(10),
            Motion::HalfDown | Motion::PageDown => self.scroll + 10,
            Motion::Top => 0,
            Motion::Bottom => usize::MAX / 2,
        };
    }

    /// Draws the box in the middle of `body` and answers where it stands.
    pub fn draw(&self, body: Rect, buffer: &mut Buffer, theme: Theme) -> Rect {
        let width = body.width.saturating_sub(8).min(92);
        let rows = wrap::wrap(&self.text, usize::from(width.saturating_sub(4)));
        let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
        let area = pen::popup(
            body,
            buffer,
            width,
            height.min(body.height.saturating_sub(2)),
        );
        let inner = pen::frame(area, buffer, &self.title, true, theme);
        let inner = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            ..inner
        };
        let page = usize::from(inner.height);
        let top = self.scroll.min(rows.len().saturating_sub(page));
        for (y, row) in rows.iter().skip(top).take(page).enumerate() {
            let grave = self.grave && y + top == 0;
            let style = if grave { theme.bad() } else { Style::new() };
            let y = u16::try_from(y).unwrap_or(u16::MAX);
            Pen::new(buffer, inner, y).write(&self.text[row.clone()], style);
        }
        let hint = if rows.len() > page {
            " j k scroll · esc closes "
        } else {
            " esc closes "
        };
        let edge = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        Pen::new(buffer, edge, area.height.saturating_sub(1)).right(hint, theme.dim());
        area
    }
}

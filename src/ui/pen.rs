//! Drawing on rows: text that never leaves its area, and the frames around panes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, BorderType, Borders, Clear, Widget};
use unicode_width::UnicodeWidthStr;

use super::theme::Theme;
use crate::domain::text::{Foreign, clip};

/// Writes on one row from left to right and stops at its end.
pub struct Pen<'a> {
    buffer: &'a mut Buffer,
    row: Rect,
}

impl<'a> Pen<'a> {
    /// A pen at the left end of row `y` of `area`; below the area it writes nothing.
    pub fn new(buffer: &'a mut Buffer, area: Rect, y: u16) -> Self {
        let row = Rect {
            y: area.y.saturating_add(y),
            height: 1,
            ..area
        };
        Self {
            buffer,
            row: row.intersection(area),
        }
    }

    /// Columns that are left.
    pub fn left(&self) -> usize {
        match self.row.height {
            0 => 0,
            _ => self.row.width.into(),
        }
    }

    /// Writes `text`, cut at the end of the row.
    pub fn write(&mut self, text: &str, style: Style) -> &mut Self {
        self.write_in(text, self.left(), style)
    }

    /// Writes `text` into exactly `width` columns, cut or filled up with blanks.
    pub fn column(&mut self, text: &str, width: usize, style: Style) -> &mut Self {
        let width = width.min(self.left());
        let mut used = clip(text, width).width();
        self.write_in(text, width, style);
        while used < width {
            self.write_in(" ", 1, style);
            used += 1;
        }
        self
    }

    /// Writes `text` at the right end of the row and keeps the rest for what follows.
    pub fn right(&mut self, text: &str, style: Style) -> &mut Self {
        let text = clip(text, self.left());
        let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
        let at = self.row.right().saturating_sub(width);
        if self.left() > 0 {
            self.buffer.set_string(at, self.row.y, text, style);
            self.row.width -= width.min(self.row.width);
        }
        self
    }

    /// Paints what is left of the row.
    pub fn fill(&mut self, style: Style) {
        if self.left() > 0 {
            self.buffer.set_style(self.row, style);
        }
    }

    fn write_in(&mut self, text: &str, width: usize, style: Style) -> &mut Self {
        let text = clip(text, width.min(self.left()));
        if !text.is_empty() {
            self.buffer.set_string(self.row.x, self.row.y, text, style);
            let used = u16::try_from(text.width())
                .unwrap_or(u16::MAX)
                .min(self.row.width);
            self.row.x += used;
            self.row.width -= used;
        }
        self
    }
}

/// Draws the frame of a pane and answers the area inside. Only its upper and lower line tell that it
/// has the focus: the sides would have to be sent again, row by row, wherever the focus moves.
pub fn pane(area: Rect, buffer: &mut Buffer, title: &str, focused: bool, theme: Theme) -> Rect {
    let inner = frame(area, buffer, title, false, theme);
    if focused && !area.is_empty() {
        let style = theme.border(true).remove_modifier(Modifier::DIM);
        for y in [area.top(), area.bottom() - 1] {
            buffer.set_style(
                Rect {
                    y,
                    height: 1,
                    ..area
                },
                style,
            );
            for x in area.left()..area.right() {
                if let Some(cell) = buffer.cell_mut((x, y)) {
                    let heavy = match cell.symbol() {
                        "─" => "━",
                        "┌" => "┍",
                        "┐" => "┑",
                        "└" => "┕",
                        "┘" => "┙",
                        _ => continue,
                    };
                    cell.set_symbol(heavy);
                }
            }
        }
    }
    inner
}

/// Draws a frame and answers the area inside.
pub fn frame(area: Rect, buffer: &mut Buffer, title: &str, focused: bool, theme: Theme) -> Rect {
    let style = theme.border(focused);
    let kind = if focused {
        BorderType::Thick
    } else {
        BorderType::Plain
    };
    let block = Block::new()
        .borders(Borders::ALL)
        .border_type(kind)
        .border_style(style);
    let inner = block.inner(area);
    block.render(area, buffer);
    let room = area.width.saturating_sub(4).into();
    let title = clip(title, room);
    if !title.is_empty() && area.width > 4 {
        buffer.set_string(area.x + 1, area.y, format!(" {title} "), style);
    }
    inner
}

/// Writes on the lower border of a pane.
pub fn foot(area: Rect, buffer: &mut Buffer, text: &str, style: Style) {
    let text = clip(text, usize::from(area.width).saturating_sub(4));
    if let Some(y) = area.bottom().checked_sub(1).filter(|_| !text.is_empty()) {
        buffer.set_string(area.x + 1, y, format!(" {text} "), style);
    }
}

/// Writes at the right end of the lower border of a box.
pub fn hint(area: Rect, buffer: &mut Buffer, text: &str, style: Style) {
    let edge = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    Pen::new(buffer, edge, area.height.saturating_sub(1)).right(text, style);
}

/// Clears a box in the middle of `area` and answers it; `rows` and `columns` include its border.
pub fn popup(area: Rect, buffer: &mut Buffer, columns: u16, rows: u16) -> Rect {
    let (width, height) = (columns.min(area.width), rows.min(area.height));
    let popup = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    Clear.render(popup, buffer);
    popup
}

/// Writes `text` wrapped, facts hanging beside their names, from row `y` of `area` on, and answers the row after it.
pub fn paragraph(area: Rect, buffer: &mut Buffer, y: u16, text: &str, style: Style) -> u16 {
    let mut y = y;
    for line in super::wrap::hanging(text, area.width.into()) {
        if y >= area.height {
            break;
        }
        Pen::new(buffer, area, y).write(&line, style);
        y += 1;
    }
    y
}

/// What went wrong, on the last row of an area; answers the area above it.
pub fn below(area: Rect, buffer: &mut Buffer, problem: &Foreign, style: Style) -> Rect {
    let height = area.height.saturating_sub(1);
    let mut pen = Pen::new(buffer, area, height);
    let text = problem.shown(pen.left().saturating_sub(2));
    pen.write("✗ ", style).write(&text, style);
    Rect { height, ..area }
}

/// A sentence in the middle of an area with nothing else in it.
pub fn note(area: Rect, buffer: &mut Buffer, text: &str, style: Style) {
    let inner = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let rows = super::wrap::wrap(text, inner.width.into()).len();
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height);
    paragraph(inner, buffer, (area.height - rows) / 2, text, style);
}

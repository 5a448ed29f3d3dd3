//! The box in which a person rewrites a caption.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;

use super::super::command::Motion;
use super::super::editor::Editor;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;
use crate::domain::run::RunId;

/// A caption while it is rewritten.
#[derive(Clone, Debug)]
pub struct Editing {
    run: RunId,
    before: String,
    editor: Editor,
}

impl Editing {
    /// The caption of a run as it reads `before`, with the cursor at its end.
    pub fn new(run: RunId, before: &str) -> Self {
        Self {
            run,
            before: before.to_owned(),
            editor: Editor::new(before),
        }
    }

    /// The same with other words in it, which are not stored yet.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.editor = Editor::new(text);
        self
    }

    /// Which run.
    pub fn run(&self) -> RunId {
        self.run
    }

    /// The caption as it is now.
    pub fn text(&self) -> &str {
        self.editor.text()
    }

    /// True where leaving would lose something.
    pub fn is_changed(&self) -> bool {
        self.editor.text() != self.before
    }

    /// A key that is no command.
    pub fn press(&mut self, key: KeyEvent) {
        self.editor.press(key);
    }

    /// Text that was pasted, with its line breaks and without commands to a terminal.
    pub fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
        let text: String = text.chars().filter(kept).collect();
        self.editor.insert(&text);
    }

    /// Breaks the line.
    pub fn break_line(&mut self) {
        self.editor.insert("\n");
    }

    /// Up and down in a box that stands in `area`.
    pub fn step(&mut self, motion: Motion, area: Rect) {
        let inner = area.inner(Margin::new(1, 1));
        self.editor
            .step(motion, inner.width.into(), inner.height.into());
    }

    /// Draws the box over `area` and answers where it stands.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, theme: Theme) -> Rect {
        let area = pen::popup(area, buffer, area.width, area.height);
        let inner = pen::frame(area, buffer, "Edit", true, theme);
        let shown = self.editor.shown(inner.width.into());
        let page = usize::from(inner.height);
        let top = (shown.row + 1).saturating_sub(page);
        for (y, row) in (0..inner.height).zip(shown.rows.iter().skip(top)) {
            Pen::new(buffer, inner, y).write(row, Style::new());
        }
        let y = u16::try_from(shown.row - top).unwrap_or(0);
        let x = u16::try_from(shown.column).unwrap_or(0);
        let cell = Rect {
            x: inner.x + x.min(inner.width.saturating_sub(1)),
            y: inner.y + y,
            width: 1,
            height: 1,
        };
        buffer.set_style(cell.intersection(inner), theme.cursor(true));
        area
    }
}

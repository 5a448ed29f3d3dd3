//! The card of the first start: ways to the first caption.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::command::{Context, Motion};
use super::super::keymap::Keymap;
use super::super::list::List;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;

/// A cursor on the ways.
#[derive(Clone, Debug, Default)]
pub struct Card {
    list: List,
}

/// A way to the first caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// What is built in: nothing to set up.
    BuiltIn,
    /// A Hugging Face token.
    Token,
    /// An endpoint of one's own.
    Endpoint,
}

const WAYS: [(Way, &str, &str); 3] = [
    (
        Way::BuiltIn,
        "Start now with builtin/describe",
        "no token, no network: it measures the picture, it is no neural model",
    ),
    (
        Way::Token,
        "Paste a Hugging Face token",
        "for models of Hugging Face: checked, then kept for the next start",
    ),
    (
        Way::Endpoint,
        "Add an endpoint of your own",
        "a server that you run or rent: where it is and how it is spoken to",
    ),
];

impl Card {
    /// Moves the cursor.
    pub fn step(&mut self, motion: Motion) {
        self.list.step(motion, WAYS.len(), WAYS.len());
    }

    /// The way under the cursor.
    pub fn way(&self) -> Way {
        WAYS.get(self.list.cursor())
            .map_or(Way::BuiltIn, |(way, ..)| *way)
    }

    /// Draws the card in the middle of `body` and answers where it stands.
    pub fn draw(&self, body: Rect, buffer: &mut Buffer, keymap: &Keymap, theme: Theme) -> Rect {
        let area = pen::popup(body, buffer, 76, 16);
        let inner = pen::frame(area, buffer, "Welcome to blipboard", true, theme);
        let inner = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            ..inner
        };
        let text = "Captions for your pictures, from one model or several, side by side. \
                    Three ways to the first one:";
        let mut y = pen::paragraph(inner, buffer, 0, text, Style::new()) + 1;
        for (at, (_, title, about)) in WAYS.iter().enumerate() {
            let cursor = at == self.list.cursor();
            let style = if cursor {
                theme.cursor(true)
            } else {
                theme.strong()
            };
            let mut pen = Pen::new(buffer, inner, y);
            pen.write(if cursor { "> " } else { "  " }, style)
                .write(title, style);
            pen.fill(style);
            Pen::new(buffer, inner, y + 1)
                .write("    ", theme.dim())
                .write(about, theme.dim());
            y += 3;
        }
        let key = |name| keymap.said(&[Context::Card, Context::Global], name);
        let keys = format!(
            "{} {} choose · {} takes it · {} straight to the dashboard · {} help",
            key("down"),
            key("up"),
            key("activate"),
            key("back"),
            key("help")
        );
        Pen::new(buffer, inner, inner.height.saturating_sub(1)).write(&keys, theme.dim());
        area
    }
}

//! Help of what is on screen, drawn from the table of commands, searched as one types.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use tui_input::Input;

use super::super::command::{Context, Motion};
use super::super::commands::COMMANDS;
use super::super::keymap::Keymap;
use super::super::list::List;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;
use crate::domain::text::Foreign;

/// The list of commands that count now, then of all others.
#[derive(Clone, Debug)]
pub struct Help {
    /// What is looked for.
    pub input: Input,
    contexts: Vec<Context>,
    /// The line in sight that is first.
    list: List,
}

struct Line {
    keys: String,
    name: &'static str,
    sentence: &'static str,
    here: bool,
}

impl Help {
    /// Help for where `contexts` hold.
    pub fn new(contexts: Vec<Context>) -> Self {
        Self {
            input: Input::default(),
            contexts,
            list: List::default(),
        }
    }

    /// Scrolls in the box that `body` has room for.
    pub fn step(&mut self, motion: Motion, body: Rect, keymap: &Keymap) {
        let page = page(body);
        let most = self.lines(keymap).len().saturating_sub(page);
        self.list.step(motion, most + 1, page);
    }

    /// What was typed changed: from the top again.
    pub fn rewind(&mut self) {
        self.list = List::default();
    }

    fn lines(&self, keymap: &Keymap) -> Vec<Line> {
        let wanted = self.input.value().to_lowercase();
        let mut lines: Vec<_> = COMMANDS
            .iter()
            .map(|spec| {
                let keys_in = |context: &Context| keymap.keys_of(*context, spec.name);
                let here = keymap.keys_here(&self.contexts, spec.name);
                let keys = if here.is_empty() {
                    Context::ALL.iter().flat_map(keys_in).collect()
                } else {
                    here.clone()
                };
                let mut words: Vec<String> = Vec::new();
                for key in keys.iter().map(ToString::to_string) {
                    if !words.contains(&key) {
                        words.push(key);
                    }
                }
                Line {
                    keys: words.join(" "),
                    name: spec.name,
                    sentence: spec.sentence,
                    here: !here.is_empty(),
                }
            })
            .filter(|line| {
                let texts = [line.keys.as_str(), line.name, line.sentence];
                texts
                    .iter()
                    .any(|text| text.to_lowercase().contains(&wanted))
            })
            .collect();
        lines.sort_by_key(|line| !line.here);
        lines
    }

    /// Draws help over `body` and answers where it stands.
    pub fn draw(&self, body: Rect, buffer: &mut Buffer, keymap: &Keymap, theme: Theme) -> Rect {
        let area = pen::popup(body, buffer, 76, body.height);
        let closes = keymap.said(&[Context::Text], "back");
        let title = format!("Help · type to search, {closes} closes");
        let inner = pen::frame(area, buffer, &title, true, theme);
        let inner = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            ..inner
        };
        let mut pen = Pen::new(buffer, inner, 0);
        pen.write("find: ", theme.dim());
        let typed = Foreign::new(self.input.value()).shown(pen.left().saturating_sub(1));
        pen.write(&typed, theme.strong());
        pen.write("▏", theme.strong());
        let lines = self.lines(keymap);
        let page = page(body);
        let top = self.list.cursor().min(lines.len().saturating_sub(page));
        for (y, line) in lines.iter().skip(top).take(page).enumerate() {
            let y = u16::try_from(y).unwrap_or(u16::MAX).saturating_add(2);
            let dim = |style: Style| if line.here { style } else { theme.dim() };
            Pen::new(buffer, inner, y)
                .column(&line.keys, 21, dim(theme.strong()))
                .column(line.name, 15, dim(theme.name()))
                .write(line.sentence, dim(Style::new()));
        }
        if lines.is_empty() {
            let text = "No command has this in its key, its name or its sentence.";
            Pen::new(buffer, inner, 2).write(text, theme.dim());
        } else if top + page < lines.len() {
            let more = format!(" {} more, down ", lines.len() - top - page);
            let edge = Rect {
                width: area.width.saturating_sub(1),
                ..area
            };
            Pen::new(buffer, edge, area.height - 1).right(&more, theme.dim());
        }
        area
    }
}

/// Lines that a box in `body` shows below the field and inside the frame.
fn page(body: Rect) -> usize {
    body.height.saturating_sub(4).into()
}

//! The field in the last line: a command after `:`, or what to find after `/`.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use tui_input::Input;
use unicode_width::UnicodeWidthStr;

use super::super::command::Context;
use super::super::commands::{COMMANDS, Takes};
use super::super::keymap::Keymap;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;
use crate::domain::sort::Sort;
use crate::domain::text::Foreign;

/// Candidates in sight at a time.
const SHOWN: usize = 8;

/// A field and what it is for.
#[derive(Clone, Debug)]
pub struct Field {
    /// What it is for.
    pub purpose: Purpose,
    /// What was typed.
    pub input: Input,
    /// What was typed before the first Tab, and the candidate that stands in its place now.
    cycle: Option<(String, usize)>,
}

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A command.
    Command,
    /// What to find in the focused pane.
    Find,
    /// What to list of the catalogue of models.
    Filter,
    /// What to look for in history.
    Search,
    /// Why a verdict is what it is.
    Reason,
}

/// Words that a command can take, besides those of the table.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Models.
    pub models: &'a [String],
    /// Folders.
    pub folders: &'a [String],
}

impl Field {
    /// An empty field.
    pub fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            input: Input::default(),
            cycle: None,
        }
    }

    /// The same with `text` in it.
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.input = Input::new(text.to_owned());
        self
    }

    /// True where words besides those of the table can follow: after a command and a blank.
    pub fn takes_words(&self) -> bool {
        let before_tab = self.cycle.as_ref().map(|(typed, _)| typed.as_str());
        let typed = before_tab.unwrap_or(self.input.value());
        self.purpose == Purpose::Command && typed.contains(' ')
    }

    /// What was typed changed by hand.
    pub fn typed(&mut self) {
        self.cycle = None;
    }

    /// Puts the next candidate in place of what was typed.
    pub fn complete(&mut self, words: Words) {
        let (typed, next) = match self.cycle.take() {
            Some((typed, at)) => (typed, at + 1),
            None => (self.input.value().to_owned(), 0),
        };
        let candidates = self.candidates(&typed, words);
        if let Some((line, _)) = candidates.get(next % candidates.len().max(1)) {
            self.input = Input::new(line.clone());
            self.cycle = Some((typed, next % candidates.len()));
        }
    }

    /// Lines that begin as what was typed, with what they do.
    fn candidates(&self, typed: &str, words: Words) -> Vec<(String, String)> {
        if self.purpose != Purpose::Command {
            return Vec::new();
        }
        let Some((name, rest)) = typed.split_once(' ') else {
            let named = COMMANDS.iter().filter(|spec| spec.name.starts_with(typed));
            return named
                .map(|spec| (spec.name.to_owned(), spec.sentence.to_owned()))
                .collect();
        };
        let Some(spec) = COMMANDS.iter().find(|spec| spec.name == name) else {
            return Vec::new();
        };
        let orders: Vec<_> = Sort::ALL.map(|sort| sort.name().to_owned()).into();
        let exact = ["exact".to_owned()];
        let known = match spec.takes {
            Takes::Nothing(_) | Takes::Date(_) => &[][..],
            Takes::Model(_) => words.models,
            Takes::Folder(_) => words.folders,
            Takes::Order(_) => &orders,
            Takes::Exact(_) => &exact,
        };
        let rest = rest.trim_start();
        known
            .iter()
            .filter(|word| word.starts_with(rest))
            .map(|word| (format!("{name} {word}"), String::new()))
            .collect()
    }

    /// Draws the field in its line with the candidates above it, and answers where these stand.
    pub fn draw(
        &self,
        line: Rect,
        buffer: &mut Buffer,
        words: Words,
        (keymap, theme): (&Keymap, Theme),
    ) -> Rect {
        let completes = keymap.key_of(&[Context::Text], "complete");
        let title = completes.map_or_else(String::new, |key| format!("{key} completes"));
        let candidates = self.draw_candidates(line, buffer, words, (&title, theme));
        let sign = match self.purpose {
            Purpose::Command => ":",
            Purpose::Find | Purpose::Search => "/",
            Purpose::Filter => "filter ",
            Purpose::Reason => "why: ",
        };
        let room = usize::from(line.width).saturating_sub(sign.len() + 2);
        let scroll = self.input.visual_scroll(room);
        let text: String = self.input.value().chars().skip(scroll).collect();
        let text = Foreign::new(text).shown(room);
        let blank = " ".repeat(line.width.into());
        buffer.set_string(line.x, line.y, blank, Style::new());
        Pen::new(buffer, line, 0)
            .write(sign, theme.strong())
            .write(&text, Style::new());
        let column = self.input.visual_cursor().saturating_sub(scroll) + sign.len();
        let column = u16::try_from(column).unwrap_or(0);
        let x = line.x + column.min(line.width.saturating_sub(1));
        buffer.set_style(
            Rect {
                x,
                width: 1,
                ..line
            },
            theme.cursor(true),
        );
        candidates
    }

    /// Marks a part of what was typed, given in bytes, in the line in which it was drawn.
    pub fn mark(&self, part: Range<usize>, line: Rect, buffer: &mut Buffer, theme: Theme) {
        let typed = self.input.value();
        let room = usize::from(line.width).saturating_sub(3);
        let scroll = self.input.visual_scroll(room);
        let column = |at: usize| {
            let before = typed.get(..at).unwrap_or(typed);
            u16::try_from(before.width().saturating_sub(scroll) + 1).unwrap_or(u16::MAX)
        };
        let (from, to) = (column(part.start), column(part.end));
        let part = Rect {
            x: line.x.saturating_add(from),
            width: to.saturating_sub(from).max(1),
            ..line
        };
        let style = theme.bad().add_modifier(Modifier::UNDERLINED);
        buffer.set_style(part.intersection(line), style);
    }

    fn draw_candidates(
        &self,
        line: Rect,
        buffer: &mut Buffer,
        words: Words,
        (title, theme): (&str, Theme),
    ) -> Rect {
        let (typed, chosen) = match &self.cycle {
            Some((typed, at)) => (typed.as_str(), Some(*at)),
            None => (self.input.value(), None),
        };
        let candidates = self.candidates(typed, words);
        let first = chosen.map_or(0, |at| (at + 1).saturating_sub(SHOWN));
        let shown = candidates.len().min(SHOWN);
        let Ok(rows) = u16::try_from(shown) else {
            return Rect::ZERO;
        };
        if rows == 0 || line.y < rows + 2 {
            return Rect::ZERO;
        }
        let above = Rect {
            y: line.y - rows - 2,
            height: rows + 2,
            ..line
        };
        let above = Rect {
            width: above.width.min(60),
            ..above
        };
        let area = pen::popup(above, buffer, above.width, above.height);
        let inner = pen::frame(area, buffer, title, false, theme);
        for (y, (at, (line, sentence))) in candidates
            .iter()
            .enumerate()
            .skip(first)
            .take(shown)
            .enumerate()
        {
            let style = if Some(at) == chosen {
                theme.cursor(true)
            } else {
                Style::new()
            };
            let mut pen = Pen::new(buffer, inner, u16::try_from(y).unwrap_or(u16::MAX));
            let line = Foreign::new(line.as_str());
            let width = if sentence.is_empty() { pen.left() } else { 20 };
            pen.column(&line.shown(width), width, style);
            pen.write(sentence, theme.dim());
        }
        area
    }
}

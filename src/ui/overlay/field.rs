//! The field in the last line: a command after `:`, or what to find after `/`.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::super::command::Context;
use super::super::commands::{COMMANDS, Takes};
use super::super::keymap::Keymap;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;
use crate::domain::filter::Filter;
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

/// Words that can be typed, besides those of the table.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Models.
    pub models: Vec<String>,
    /// Folders.
    pub folders: Vec<String>,
    /// Filters of history: their names, and what they look for, safe to show.
    pub filters: Vec<(String, String)>,
}

impl Words {
    /// Lines that name a filter that begins so, with what it looks for.
    fn filters_that_begin(&self, begun: &str, before: &str) -> Vec<(String, String)> {
        let named = self.filters.iter();
        named
            .filter(|(name, _)| name.starts_with(begun))
            .map(|(name, filter)| (format!("{before}{name}"), filter.clone()))
            .collect()
    }
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

    /// True where words besides those of the table can follow: after a command and a blank, or
    /// where a saved filter is named.
    pub fn takes_words(&self) -> bool {
        let before_tab = self.cycle.as_ref().map(|(typed, _)| typed.as_str());
        let typed = before_tab.unwrap_or(self.input.value());
        match self.purpose {
            Purpose::Command => typed.contains(' '),
            Purpose::Search => Filter::name_in(typed).is_some(),
            Purpose::Find | Purpose::Filter | Purpose::Reason => false,
        }
    }

    /// What was typed changed by hand.
    pub fn typed(&mut self) {
        self.cycle = None;
    }

    /// Puts the next candidate in place of what was typed.
    pub fn complete(&mut self, words: &Words) {
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
    fn candidates(&self, typed: &str, words: &Words) -> Vec<(String, String)> {
        match (self.purpose, Filter::name_in(typed)) {
            (Purpose::Command, _) => {}
            (Purpose::Search, Some(begun)) => return words.filters_that_begin(begun, "@"),
            _ => return Vec::new(),
        }
        let Some((name, rest)) = typed.split_once(' ') else {
            let named = COMMANDS.iter().filter(|spec| spec.name.starts_with(typed));
            return named
                .map(|spec| (spec.name.to_owned(), spec.sentence.to_owned()))
                .collect();
        };
        let rest = rest.trim_start();
        let Some(spec) = COMMANDS.iter().find(|spec| spec.name == name) else {
            return Vec::new();
        };
        let orders: Vec<_> = Sort::ALL.map(|sort| sort.name().to_owned()).into();
        let exact = ["exact".to_owned()];
        let known = match spec.takes {
            Takes::Nothing(_) | Takes::Date(_) => &[][..],
            Takes::Model(_) => &words.models,
            Takes::Folder(_) => &words.folders,
            Takes::Order(_) => &orders,
            Takes::Exact(_) => &exact,
            Takes::Filter(_) => return words.filters_that_begin(rest, "filters "),
        };
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
        words: &Words,
        (keymap, theme): (&Keymap, Theme),
    ) -> Rect {
        let completes = keymap.key_of(&[Context::Text], "complete");
        let title = completes.map_or_else(String::new, |key| format!("{key} completes"));
        let candidates = self.draw_candidates(line, buffer, words, (&title, theme));
        let (sign, room) = (self.sign(), self.room(line));
        let (cursor, first) = (self.cursor(), self.first(room));
        let text = self.input.value().get(first..).unwrap_or_default();
        let text = Foreign::new(text).shown(room);
        let blank = " ".repeat(line.width.into());
        buffer.set_string(line.x, line.y, blank, Style::new());
        Pen::new(buffer, line, 0)
            .write(sign, theme.strong())
            .write(&text, Style::new());
        let column = sign.len() + self.columns(first..cursor);
        let column = u16::try_from(column).unwrap_or(u16::MAX);
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

    /// Marks a part of what was typed, given in bytes, in the line in which it was drawn: as much
    /// of it as is in sight.
    pub fn mark(&self, part: &Range<usize>, line: Rect, buffer: &mut Buffer, theme: Theme) {
        let first = self.first(self.room(line));
        if part.end < first || part.end == first && !part.is_empty() {
            return;
        }
        let from = part.start.max(first);
        let before = self.sign().len() + self.columns(first..from);
        let marked = self.columns(from..part.end).max(1);
        let [before, width] = [before, marked].map(|it| u16::try_from(it).unwrap_or(u16::MAX));
        let part = Rect {
            x: line.x.saturating_add(before),
            width,
            ..line
        };
        let style = theme.bad().add_modifier(Modifier::UNDERLINED);
        buffer.set_style(part.intersection(line), style);
    }

    /// What stands before the text.
    fn sign(&self) -> &'static str {
        match self.purpose {
            Purpose::Command => ":",
            Purpose::Find | Purpose::Search => "/",
            Purpose::Filter => "filter ",
            Purpose::Reason => "why: ",
        }
    }

    /// Columns for the text before the cursor.
    fn room(&self, line: Rect) -> usize {
        usize::from(line.width).saturating_sub(self.sign().len() + 2)
    }

    /// The byte before which the cursor stands.
    fn cursor(&self) -> usize {
        let typed = self.input.value();
        let mut letters = typed.char_indices().map(|(at, _)| at);
        letters.nth(self.input.cursor()).unwrap_or(typed.len())
    }

    /// The first byte in sight, where all from there to the cursor is to stand in `room` columns.
    fn first(&self, room: usize) -> usize {
        let (typed, mut first) = (self.input.value(), self.cursor());
        let mut used = 0;
        let before = typed.get(..first).unwrap_or_default();
        for (at, letter) in before.grapheme_indices(true).rev() {
            used += self.columns(at..at + letter.len());
            if used > room {
                break;
            }
            first = at;
        }
        first
    }

    /// Columns of a part of the text as it is shown.
    fn columns(&self, part: Range<usize>) -> usize {
        let text = self.input.value().get(part).unwrap_or_default();
        Foreign::new(text).shown(usize::MAX).width()
    }

    fn draw_candidates(
        &self,
        line: Rect,
        buffer: &mut Buffer,
        words: &Words,
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

#[cfg(test)]
mod tests;

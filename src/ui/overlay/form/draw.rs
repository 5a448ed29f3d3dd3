//! How a form looks.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::super::super::command::Context;
use super::super::super::keymap::Keymap;
use super::super::super::panes::Scene;
use super::super::super::pen::{self, Pen};
use super::super::super::theme::Theme;
use super::super::super::{say, wrap};
use super::{Content, Field, Foreseen, Form};
use crate::domain::text::Foreign;

/// Columns of the widest box.
const WIDEST: u16 = 76;

/// Rows that are kept for what would come of it, lest the box jump while somebody types.
const FORESEEN: usize = 14;

impl Form {
    /// Draws the form in the middle of `body` and answers where it stands. Where there is little
    /// room, help goes before the fields do.
    pub fn draw(&self, body: Rect, buffer: &mut Buffer, keymap: &Keymap, scene: &Scene) -> Rect {
        let width = body.width.min(WIDEST);
        let column = usize::from(width.saturating_sub(4));
        let news = self.news(scene);
        let (help, news_rows) = (wrap::wrap(&self.help, column), rows_of(&news, column));
        let kept = if self.foresight.is_some() {
            FORESEEN
        } else {
            1
        };
        let below = self.fields.len() + 1 + news_rows.len().max(kept);
        let height = u16::try_from(help.len() + 1 + below + 2).unwrap_or(u16::MAX);
        let area = pen::popup(body, buffer, width, height);
        let inner = pen::frame(area, buffer, &self.title, true, scene.theme);
        let inner = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            ..inner
        };
        let room = usize::from(inner.height).saturating_sub(below + 1);
        let mut y = 0;
        for row in help.into_iter().take(room) {
            Pen::new(buffer, inner, y).write(&self.help[row], Style::new());
            y += 1;
        }
        y += u16::from(y > 0);
        y = self.draw_fields(inner, buffer, y, scene.theme);
        y += 1;
        let style = match &self.problem {
            Some(_) => scene.theme.bad(),
            None => scene.theme.doubtful(),
        };
        if news.is_empty() {
            self.draw_foresight(inner, buffer, y, scene.theme);
        }
        for row in news_rows {
            Pen::new(buffer, inner, y).write(&news[row], style);
            y += 1;
        }
        self.draw_keys(area, buffer, keymap, scene.theme);
        area
    }

    /// The fields, a row each; answers which row is the first below them.
    fn draw_fields(&self, inner: Rect, buffer: &mut Buffer, top: u16, theme: Theme) -> u16 {
        let mut y = top;
        let labels = self.fields.iter().map(|field| field.label.width()).max();
        for (at, field) in self.fields.iter().enumerate() {
            let mut pen = Pen::new(buffer, inner, y);
            let is_open = at == self.focus && !self.is_waiting();
            let is_faulty = self.fault == Some(field.label);
            let style = match (is_faulty, is_open) {
                (true, _) => theme.bad(),
                (false, true) => theme.strong(),
                (false, false) => theme.dim(),
            };
            let sign = match (is_faulty, is_open) {
                (_, true) => ">",
                (true, false) => "✗",
                (false, false) => " ",
            };
            let column = labels.unwrap_or(0) + 2;
            pen.write(sign, style).column(field.label, column, style);
            field.draw(is_open, pen, theme);
            y += 1;
        }
        y
    }

    /// What would come of it, a line a row.
    fn draw_foresight(&self, inner: Rect, buffer: &mut Buffer, top: u16, theme: Theme) {
        let Some(Foreseen { lines, is_old }) = &self.foresight else {
            return;
        };
        let style = if *is_old { theme.dim() } else { Style::new() };
        for (y, line) in (top..inner.height).zip(lines) {
            let mut pen = Pen::new(buffer, inner, y);
            let line = Foreign::new(line.as_str()).shown(pen.left());
            pen.write(&line, style);
        }
    }

    /// What is wrong, with what to do about it; or what is waited for.
    fn news(&self, scene: &Scene) -> String {
        match (&self.problem, &self.waits) {
            (Some(problem), _) => {
                let hint = problem.hint.as_ref();
                let hint = hint.map_or(String::new(), |hint| format!("\n{}", hint.paragraphs()));
                format!("✗ {}{hint}", problem.sentence().paragraphs())
            }
            (None, Some((_, what_for))) => format!("{} {what_for}", scene.spinner()),
            (None, None) => String::new(),
        }
    }

    /// The keys, on the lower edge; the last go first where there is no room.
    fn draw_keys(&self, area: Rect, buffer: &mut Buffer, keymap: &Keymap, theme: Theme) {
        let key = |name: &str| {
            let key = keymap.key_of(&[Context::Form, Context::Text], name);
            key.map(|key| key.to_string())
        };
        let focused = self.fields.get(self.focus).map(|field| &field.content);
        let mut keys = Vec::new();
        let [_, does] = self.purpose.verbs();
        keys.extend(key("activate").map(|key| format!("{key} {does}")));
        keys.extend(key("back").map(|key| format!("{key} leaves")));
        if self.fields.len() > 1 {
            keys.extend(key("next-pane").map(|key| format!("{key} next")));
        }
        if matches!(focused, Some(Content::Choice(..))) {
            keys.push("← → choose".to_owned());
        }
        while !keys.is_empty() && keys.join(" · ").width() + 6 > usize::from(area.width) {
            keys.pop();
        }
        let edge = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        let keys = format!(" {} ", keys.join(" · "));
        Pen::new(buffer, edge, area.height.saturating_sub(1)).right(&keys, theme.dim());
    }
}

impl Field {
    fn draw(&self, is_open: bool, mut pen: Pen, theme: Theme) {
        let cursor = theme.cursor(true);
        match &self.content {
            Content::Text(input) if input.value().is_empty() => {
                with_cursor(&mut pen, is_open, self.hint, theme.dim(), theme);
            }
            Content::Text(input) => {
                let (before, after) = in_sight(input.value(), input.cursor(), pen.left());
                pen.write(&before, Style::new());
                with_cursor(&mut pen, is_open, &after, Style::new(), theme);
            }
            Content::Secret(typed) if typed.letters() == 0 => {
                with_cursor(&mut pen, is_open, self.hint, theme.dim(), theme);
            }
            Content::Secret(typed) => {
                let count = format!(" {}", say::count(typed.letters(), "letter"));
                let room = pen.left().saturating_sub(count.width() + 1);
                pen.write(&"•".repeat(typed.letters().min(room)), Style::new());
                with_cursor(&mut pen, is_open, " ", Style::new(), theme);
                pen.write(&count, theme.dim());
            }
            Content::Choice(words, chosen) => {
                for (at, word) in words.iter().enumerate() {
                    let (sign, style) = match at == *chosen {
                        true if is_open => ("● ", cursor),
                        true => ("● ", Style::new()),
                        false => ("○ ", theme.dim()),
                    };
                    pen.write(sign, style)
                        .write(word, style)
                        .write("  ", Style::new());
                }
            }
        }
    }
}

/// Writes what begins under the cursor; the cursor is seen in a field that is open.
fn with_cursor(pen: &mut Pen, is_open: bool, text: &str, style: Style, theme: Theme) {
    let under = text.graphemes(true).next().unwrap_or(" ");
    let rest = text.get(under.len()..).unwrap_or_default();
    if is_open {
        pen.write(under, theme.cursor(true)).write(rest, style);
    } else {
        pen.write(text, style);
    }
}

/// What stands before the cursor, which is on the letter `at`, and from it on: as much of it as
/// `width` columns show, safe for a terminal. Line breaks are seen as signs.
fn in_sight(text: &str, at: usize, width: usize) -> (String, String) {
    let cursor = text.char_indices().nth(at);
    let (before, after) = text.split_at(cursor.map_or(text.len(), |(at, _)| at));
    let safe = |text: &str| Foreign::new(text.replace('\n', "⏎")).paragraphs();
    let before = safe(before);
    let room = width.saturating_sub(1);
    let (mut from, mut used) = (before.len(), 0);
    for (start, grapheme) in before.grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > room {
            break;
        }
        from = start;
    }
    (before[from..].to_owned(), safe(after))
}

fn rows_of(text: &str, width: usize) -> Vec<Range<usize>> {
    if text.is_empty() {
        return Vec::new();
    }
    wrap::wrap(text, width)
}

//! How the captions pane looks: a line a model, or a column a model.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::super::command::Context;
use super::super::super::comparison::Comparison;
use super::super::super::jobs::Says;
use super::super::super::pen::{self, Pen};
use super::super::super::wrap;
use super::super::Scene;
use super::voice::{READ, head, in_few_rows, in_sight, words};
use super::{CaptionsPane, Voice};
use crate::domain::model::ModelRef;
use crate::domain::text::clip;

/// Columns of a model at least: two stand side by side on the smallest screen.
const NARROWEST: u16 = 24;

impl CaptionsPane {
    /// Draws the pane with its frame.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, chosen: &[ModelRef], scene: &Scene) {
        let voices = self.voices(chosen, scene.jobs);
        let hidden = |it: &Comparison| self.image.as_ref().is_some_and(|image| it.hides(image));
        let is_hidden = scene.comparison.is_some_and(hidden);
        let inner = pen::pane(
            area,
            buffer,
            &self.title(&voices),
            scene.focused,
            scene.theme,
        );
        if is_hidden {
            let key = scene.key(Context::Captions, "compare");
            let text = format!("Part of a blind comparison.\n{key} goes on with it");
            return pen::note(inner, buffer, &text, scene.theme.dim());
        }
        let is_silent = |voice: &Voice| matches!(voice.says, Says::Nothing);
        if let Some(problem) = &self.failed {
            if voices.iter().all(is_silent) {
                let text = problem.sentence().paragraphs();
                return pen::note(inner, buffer, &text, scene.theme.bad());
            }
            pen::below(inner, buffer, &problem.sentence(), scene.theme.bad());
        }
        let inner = self.above_the_problem(inner);
        if voices.is_empty() {
            let text = match self.image {
                None => "No picture in sight.".to_owned(),
                Some(_) => format!(
                    "No model is chosen.\n{} goes to the models, {} chooses one",
                    scene.key(Context::Captions, "models"),
                    scene.key(Context::Models, "select")
                ),
            };
            return pen::note(inner, buffer, &text, scene.theme.dim());
        }
        if scene.zoomed {
            self.draw_columns(&voices, inner, buffer, scene);
        } else {
            self.draw_lines(&voices, inner, buffer, scene);
        }
    }

    /// What is left for captions where a problem has the last row.
    fn above_the_problem(&self, inner: Rect) -> Rect {
        let problem = u16::from(self.failed.is_some());
        Rect {
            height: inner.height.saturating_sub(problem),
            ..inner
        }
    }

    fn title(&self, voices: &[Voice]) -> String {
        let more = match voices.len() {
            0 | 1 => String::new(),
            n => format!(" · {n} models"),
        };
        match &self.image {
            Some(image) => format!("Captions · {}{more}", image.name().shown(30)),
            None => "Captions".to_owned(),
        }
    }

    /// The voice under the cursor is wrapped, the others take a row each. It has all rows that
    /// are left from the start, so that nothing moves while its text arrives.
    fn draw_lines(&self, voices: &[Voice], area: Rect, buffer: &mut Buffer, scene: &Scene) {
        let page = usize::from(area.height);
        let cursor = self.list.cursor().min(voices.len().saturating_sub(1));
        let window = self.list.window(voices.len(), page);
        let others = window.len().saturating_sub(1);
        let room = u16::try_from(page.saturating_sub(others))
            .unwrap_or(1)
            .max(1);
        let mut y = 0;
        for (at, voice) in voices
            .iter()
            .enumerate()
            .take(window.end)
            .skip(window.start)
        {
            let rows = if at == cursor { room } else { 1 };
            let part = Rect {
                y: area.y + y,
                height: rows.min(area.height.saturating_sub(y)),
                ..area
            };
            draw_line(voice, at == cursor, part, buffer, scene);
            y += rows;
        }
    }

    /// Rows of the text in the column under the cursor, and how many of them are in sight.
    pub fn column(&self, area: Rect, chosen: &[ModelRef], scene: &Scene) -> (usize, usize) {
        let inside = self.above_the_problem(area.inner(Margin::new(1, 1)));
        let voices = self.voices(chosen, scene.jobs);
        let voice = self.voice(chosen, scene.jobs);
        let (_, width) = columns(inside, voices.len());
        let column = body(Rect { width, ..inside });
        let rows = voice.map_or(0, |voice| {
            let words = words(&voice, scene, READ);
            wrap::wrap(&words.text, column.width.into()).len()
        });
        (rows, column.height.into())
    }

    /// As many columns as have room, the one under the cursor among them.
    fn draw_columns(&self, voices: &[Voice], area: Rect, buffer: &mut Buffer, scene: &Scene) {
        let (fit, width) = columns(area, voices.len());
        let cursor = self.list.cursor().min(voices.len() - 1);
        let first = (cursor + 1).saturating_sub(fit).min(voices.len() - fit);
        for (at, voice) in voices.iter().enumerate().skip(first).take(fit) {
            let column = Rect {
                x: area.x + (width + 1) * u16::try_from(at - first).unwrap_or(0),
                width,
                ..area
            };
            let scroll = if at == cursor {
                self.scroll.cursor()
            } else {
                0
            };
            draw_column(voice, at == cursor, scroll, column, buffer, scene);
        }
        if fit < voices.len() {
            let text = format!(
                "{} of {} · {} {}",
                cursor + 1,
                voices.len(),
                scene.key(Context::CaptionsZoomed, "out"),
                scene.key(Context::CaptionsZoomed, "into")
            );
            Pen::new(buffer, area, area.height - 1).right(&text, scene.theme.dim());
        }
    }
}

/// How many of so many columns have room, and the width of each without the blank after it.
pub(super) fn columns(area: Rect, voices: usize) -> (usize, u16) {
    let fit = (area.width / NARROWEST).max(1);
    let fit = fit.min(u16::try_from(voices).unwrap_or(u16::MAX)).max(1);
    (fit.into(), (area.width / fit).saturating_sub(1))
}

/// Rows for the facts in the head of a column of this width: the same whatever is known, so that
/// the text below stays where it is.
pub(super) fn head_rows(width: u16) -> u16 {
    match width {
        0..34 => 3,
        34..64 => 2,
        _ => 1,
    }
}

/// Where the text of a column stands, below its head and above a free row.
fn body(column: Rect) -> Rect {
    let head = head_rows(column.width) + 2;
    Rect {
        y: column.y + head,
        height: column.height.saturating_sub(head + 1),
        ..column
    }
}

/// Draws a voice from the top of `area` on.
fn draw_line(voice: &Voice, cursor: bool, area: Rect, buffer: &mut Buffer, scene: &Scene) {
    let theme = scene.theme;
    let base = if cursor {
        theme.cursor(scene.focused)
    } else {
        Style::new()
    };
    let name_width = usize::from(area.width / 4).clamp(10, 24);
    let height = usize::from(area.height);
    let words = words(voice, scene, in_sight(height, area.width.into()));
    let mut pen = Pen::new(buffer, area, 0);
    pen.write(if cursor { ">" } else { " " }, base);
    pen.column(
        &voice.model.short_name().shown(name_width),
        name_width,
        if cursor { base } else { theme.name() },
    );
    pen.write(" ", base)
        .column(&words.time, 6, theme.dim())
        .write(" ", Style::new());
    let room = pen.left();
    let text = in_few_rows(voice, height, room).unwrap_or(words.text);
    let rows = wrap::first(&text, room, height + 1);
    for (y, row) in rows.iter().take(height).enumerate() {
        let last = y + 1 == height && rows.len() > height;
        let line = &text[row.clone()];
        let line = if last {
            format!("{}…", clip(line, room.saturating_sub(1)))
        } else {
            line.to_owned()
        };
        let x = area.right() - u16::try_from(room).unwrap_or(0);
        let column = Rect {
            x,
            width: area.right() - x,
            ..area
        };
        Pen::new(buffer, column, u16::try_from(y).unwrap_or(u16::MAX)).write(&line, words.style);
    }
}

fn draw_column(
    voice: &Voice,
    cursor: bool,
    scroll: usize,
    area: Rect,
    buffer: &mut Buffer,
    scene: &Scene,
) {
    let theme = scene.theme;
    let body = body(area);
    let height = usize::from(body.height);
    let words = words(voice, scene, in_sight(scroll + height, body.width.into()));
    let name = voice.model.name().shown(area.width.into());
    let base = if cursor {
        theme.cursor(scene.focused)
    } else {
        theme.name()
    };
    let mut pen = Pen::new(buffer, area, 0);
    pen.write(&name, base);
    pen.fill(if cursor { base } else { Style::new() });
    let facts = head(voice, &words.time);
    for (y, row) in (1..=head_rows(area.width)).zip(joined(&facts, area.width.into())) {
        Pen::new(buffer, area, y).write(&row, theme.dim());
    }
    let rows = wrap::first(&words.text, body.width.into(), scroll + height);
    let top = scroll.min(rows.len().saturating_sub(height));
    for (y, row) in rows.into_iter().skip(top).take(height).enumerate() {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        Pen::new(buffer, body, y).write(&words.text[row], words.style);
    }
}

/// Rows of facts, none of them broken in two.
pub(super) fn joined(facts: &[String], width: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for fact in facts {
        match rows.last_mut() {
            Some(row) if row.width() + 3 + fact.width() <= width => {
                row.push_str(" · ");
                row.push_str(fact);
            }
            _ => rows.push(fact.clone()),
        }
    }
    rows
}

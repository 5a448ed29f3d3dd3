//! How the captions pane looks: a line a model, or a column a model.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;

use super::super::super::jobs::{Job, JobState};
use super::super::super::pen::{self, Pen};
use super::super::super::{say, wrap};
use super::super::Scene;
use super::{CaptionsPane, Says, Voice};
use crate::domain::model::ModelRef;
use crate::domain::run::{Outcome, Run, Wait};
use crate::domain::text::Foreign;

/// Columns of a model at least: two stand side by side on the smallest screen.
const NARROWEST: u16 = 24;

/// A row of a pane shows at most so much of a caption: a column of 1 MB is wrapped only as far as
/// anybody scrolls.
const READ: usize = 64 << 10;

impl CaptionsPane {
    /// Draws the pane with its frame.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, chosen: &[ModelRef], scene: &Scene) {
        let voices = self.voices(chosen, scene.jobs);
        let inner = pen::frame(
            area,
            buffer,
            &self.title(&voices),
            scene.focused,
            scene.theme,
        );
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
                None => "No picture in sight.",
                Some(_) => "No model is chosen.\nm goes to the models, space chooses one",
            };
            return pen::note(inner, buffer, text, scene.theme.dim());
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

    /// The voice under the cursor is wrapped, the others take a row each.
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
                height: rows.min(area.height - y),
                ..area
            };
            y += draw_line(voice, at == cursor, part, buffer, scene);
            if y >= area.height {
                break;
            }
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
            let (_, text, _) = summary(&voice, scene);
            wrap::wrap(&text, column.width.into()).len()
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
            let text = format!("{} of {} · h l", cursor + 1, voices.len());
            Pen::new(buffer, area, area.height - 1).right(&text, scene.theme.dim());
        }
    }
}

/// How many of so many columns have room, and the width of each without the blank after it.
fn columns(area: Rect, voices: usize) -> (usize, u16) {
    let fit = (area.width / NARROWEST).max(1);
    let fit = fit.min(u16::try_from(voices).unwrap_or(u16::MAX)).max(1);
    (fit.into(), (area.width / fit).saturating_sub(1))
}

/// Where the text of a column stands, below its head and above a free row.
fn body(column: Rect) -> Rect {
    Rect {
        y: column.y + 3,
        height: column.height.saturating_sub(4),
        ..column
    }
}

/// Draws a voice from the top of `area` on and answers the rows it took.
fn draw_line(voice: &Voice, cursor: bool, area: Rect, buffer: &mut Buffer, scene: &Scene) -> u16 {
    let theme = scene.theme;
    let base = if cursor {
        theme.cursor(scene.focused)
    } else {
        Style::new()
    };
    let name_width = usize::from(area.width / 4).clamp(10, 24);
    let (time, text, style) = summary(voice, scene);
    let mut pen = Pen::new(buffer, area, 0);
    pen.write(if cursor { ">" } else { " " }, base);
    pen.column(
        &voice.model.short_name().shown(name_width),
        name_width,
        if cursor { base } else { theme.name() },
    );
    pen.write(" ", base)
        .column(&time, 6, theme.dim())
        .write(" ", Style::new());
    let room = pen.left();
    let rows = wrap::wrap(&text, room);
    let height = usize::from(area.height);
    for (y, row) in rows.iter().take(height).enumerate() {
        let last = y + 1 == height && rows.len() > height;
        let line = &text[row.clone()];
        let line = if last {
            format!(
                "{}…",
                crate::domain::text::clip(line, room.saturating_sub(1))
            )
        } else {
            line.to_owned()
        };
        let x = area.right() - u16::try_from(room).unwrap_or(0);
        let column = Rect {
            x,
            width: area.right() - x,
            ..area
        };
        Pen::new(buffer, column, u16::try_from(y).unwrap_or(u16::MAX)).write(&line, style);
    }
    u16::try_from(rows.len().clamp(1, height)).unwrap_or(1)
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
    let (time, text, style) = summary(voice, scene);
    let name = voice.model.name().shown(area.width.into());
    let base = if cursor {
        theme.cursor(scene.focused)
    } else {
        theme.name()
    };
    let mut pen = Pen::new(buffer, area, 0);
    pen.write(&name, base);
    pen.fill(if cursor { base } else { Style::new() });
    let about = match &voice.says {
        Says::Run(run) => facts(run, &time),
        Says::Job(..) | Says::Nothing => time,
    };
    Pen::new(buffer, area, 1).write(&about, theme.dim());
    let body = body(area);
    let rows = wrap::wrap(&text, body.width.into());
    let top = scroll.min(rows.len().saturating_sub(body.height.into()));
    for (y, row) in rows
        .into_iter()
        .skip(top)
        .take(body.height.into())
        .enumerate()
    {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        Pen::new(buffer, body, y).write(&text[row], style);
    }
}

fn facts(run: &Run, time: &str) -> String {
    let mut facts = vec![time.to_owned()];
    facts.extend(run.provider.as_ref().map(|provider| provider.shown(16)));
    facts.extend(
        run.usage
            .map(|usage| format!("{} tokens", usage.completion)),
    );
    facts.extend(run.cost_micro_usd.filter(|cost| *cost > 0).map(say::money));
    facts.extend(run.flags().iter().map(|flag| flag.word().to_owned()));
    facts.join(" · ")
}

/// Time, text and style of a voice.
fn summary(voice: &Voice, scene: &Scene) -> (String, String, Style) {
    match &voice.says {
        Says::Nothing => (String::new(), "not asked yet".to_owned(), scene.theme.dim()),
        Says::Job(_, job) => of_job(job, scene),
        Says::Run(run) => of_run(run, scene),
    }
}

fn of_job(job: &Job, scene: &Scene) -> (String, String, Style) {
    let dim = scene.theme.dim();
    let sign = scene.spinner().to_owned();
    match &job.state {
        JobState::Waiting(until, why) => {
            let seconds = until.duration_since(scene.now).as_secs().max(0);
            let text = match why {
                Wait::RateLimit => format!("asked to slow down, on in {seconds} s"),
                Wait::Loading => format!("the model wakes up, on in {seconds} s"),
                Wait::Connection => format!("the connection failed, again in {seconds} s"),
            };
            (sign, text, scene.theme.doubtful())
        }
        JobState::Queued => ("···".to_owned(), "waits for its turn".to_owned(), dim),
        _ if job.partial.is_empty() && job.thinking => (sign, "thinking…".to_owned(), dim),
        _ if job.partial.is_empty() => (sign, "working…".to_owned(), dim),
        _ => (sign, readable(&job.partial), Style::new()),
    }
}

fn of_run(run: &Run, scene: &Scene) -> (String, String, Style) {
    let theme = scene.theme;
    let time = say::elapsed(run.timing.elapsed);
    let caption = readable(run.caption.raw());
    match run.outcome {
        Outcome::Captioned if run.caption.is_blank() => (
            time,
            "✗ the answer holds no caption".to_owned(),
            theme.doubtful(),
        ),
        Outcome::Captioned => (time, caption, Style::new()),
        Outcome::Failed => {
            let why = run
                .failure
                .as_ref()
                .map(|failure| failure.message.paragraphs());
            (time, format!("✗ {}", why.unwrap_or_default()), theme.bad())
        }
        Outcome::Cancelled => (time, format!("cancelled  {caption}"), theme.doubtful()),
        Outcome::Interrupted => (time, format!("interrupted  {caption}"), theme.doubtful()),
    }
}

/// The opening of a caption, safe to show.
fn readable(text: &str) -> String {
    Foreign::new(text.trim()).opening(READ)
}

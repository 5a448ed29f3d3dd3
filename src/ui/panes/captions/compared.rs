//! How a comparison looks: a column a contestant.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::super::super::command::Context;
use super::super::super::comparison::{Column, Comparison};
use super::super::super::jobs::Says;
use super::super::super::pen::{self, Pen};
use super::super::super::say;
use super::super::super::wrap;
use super::super::Scene;
use super::Voice;
use super::draw::{columns, head_rows, joined};
use super::voice::{READ, head, words};
use crate::domain::run::{Outcome, Run};
use crate::domain::text::Foreign;
use crate::domain::verdict::Choice;

/// Lines below the last in sight are counted so far.
const COUNTED: usize = 999;

/// What stands in a column below its head.
struct Body {
    text: String,
    style: Style,
    /// True for a caption: only in these, words are marked.
    is_caption: bool,
}

/// Rows of the text in each column, and how many rows of it are in sight.
pub fn measure(area: Rect, scene: &Scene) -> (Vec<usize>, usize) {
    let Some(comparison) = scene.comparison else {
        return (Vec::new(), 0);
    };
    let inside = area.inner(Margin::new(1, 1));
    let shown = comparison.columns(scene.jobs);
    let (_, width) = columns(inside, shown.len());
    let below = below(Rect { width, ..inside });
    let rows = |column: &Column| {
        let body = body(column, comparison, scene);
        wrap::wrap(&body.text, below.width.into()).len()
    };
    (shown.iter().map(rows).collect(), below.height.into())
}

/// Draws the comparison with its frame.
pub fn draw_comparison(area: Rect, buffer: &mut Buffer, scene: &Scene) {
    let Some(comparison) = scene.comparison else {
        return;
    };
    let title = title(comparison, usize::from(area.width).saturating_sub(4));
    let inner = pen::pane(area, buffer, &title, scene.focused, scene.theme);
    if let Some(problem) = comparison.failed() {
        let text = problem.sentence().paragraphs();
        return pen::note(inner, buffer, &text, scene.theme.bad());
    }
    let all = comparison.columns(scene.jobs);
    let (fit, width) = columns(inner, all.len());
    let cursor = comparison.columns.cursor().min(all.len().saturating_sub(1));
    let first = (cursor + 1)
        .saturating_sub(fit)
        .min(all.len() - fit.min(all.len()));
    for (at, column) in all.iter().enumerate().skip(first).take(fit) {
        let x = (width + 1) * u16::try_from(at - first).unwrap_or(0);
        let place = Rect {
            x: inner.x + x,
            width,
            ..inner
        };
        draw_column(column, at, place, buffer, scene, comparison);
    }
    let foot = foot(comparison, first..first + fit, &all);
    pen::foot(area, buffer, &foot, scene.theme.border(scene.focused));
}

/// How far one is, and what counts here, on `width` cells where it can be so short.
fn title(comparison: &Comparison, width: usize) -> String {
    let (_, all) = comparison.place();
    let number = say::thousands;
    let mut parts = vec![match comparison.looked_into() {
        Some(done) => format!("looking into history: {} of {}", number(done), number(all)),
        None => format!("{} of {} judged", number(comparison.judged()), number(all)),
    }];
    if comparison.hides_here() {
        parts.push("blind".to_owned());
    } else if comparison.is_blind() {
        parts.push("names shown".to_owned());
    }
    let differences = &comparison.differences;
    if let Some(column) = differences.against(comparison.columns.cursor()) {
        let exact = if differences.is_exact() { "exact " } else { "" };
        let name = sign(column, comparison);
        parts.push(format!("{exact}differences from {name}"));
    }
    let short = parts.join(" · ");
    let full = format!("Comparison · {short}");
    if full.width() > width { short } else { full }
}

/// Which picture it is, which columns are in sight, and what was preferred.
fn foot(comparison: &Comparison, shown: Range<usize>, columns: &[Column]) -> String {
    let all = columns.len();
    let (at, of) = comparison.place();
    let mut parts = vec![format!(
        "picture {} of {}",
        say::thousands(at),
        say::thousands(of)
    )];
    if shown.len() < all {
        parts.push(match shown.len() {
            1 => format!("column {} of {all}", shown.end),
            _ => format!("columns {}-{} of {all}", shown.start + 1, shown.end),
        });
    }
    if let Some(verdict) = comparison.verdict() {
        let choice = match verdict.choice {
            Choice::Best(_) => {
                let best = columns.iter().position(|column| column.is_best);
                let best = best.map(|column| sign(column, comparison));
                format!("{} is best", best.unwrap_or_default())
            }
            Choice::Tie => "a tie".to_owned(),
            Choice::NoneIsGood => "none is good".to_owned(),
        };
        parts.push(choice);
    }
    if !comparison.reason().is_empty() {
        parts.push(Foreign::new(comparison.reason()).shown(60));
    }
    parts.join(" · ")
}

/// What a column is called: the number that its key has, and a letter where nobody may know more.
fn sign(column: usize, comparison: &Comparison) -> String {
    let letter = u8::try_from(column)
        .ok()
        .and_then(|at| b'A'.checked_add(at));
    match letter {
        Some(letter) if comparison.hides_here() => {
            format!("{} {}", column + 1, char::from(letter))
        }
        _ => (column + 1).to_string(),
    }
}

fn draw_column(
    column: &Column,
    at: usize,
    area: Rect,
    buffer: &mut Buffer,
    scene: &Scene,
    comparison: &Comparison,
) {
    let theme = scene.theme;
    let is_under_cursor = at == comparison.columns.cursor();
    let is_hidden = comparison.hides_here();
    let has_failed = column.run().is_some() && column.captioned().is_none();
    let base = match (is_under_cursor, has_failed) {
        (true, _) => theme.cursor(scene.focused),
        (false, true) => theme.bad(),
        (false, false) => theme.name(),
    };
    let mut pen = Pen::new(buffer, area, 0);
    pen.write(&sign(at, comparison), base).write(" ", base);
    if column.is_best {
        pen.write("★ ", base);
    }
    if !is_hidden {
        let name = column.entrant.contestant.name();
        let room = pen.left();
        pen.write(&name.shown(room), base);
    }
    pen.fill(if is_under_cursor { base } else { Style::new() });
    let facts = facts(column, is_hidden, scene);
    for (y, row) in (1..=head_rows(area.width)).zip(joined(&facts, area.width.into())) {
        Pen::new(buffer, area, y).write(&row, theme.dim());
    }
    let body = body(column, comparison, scene);
    let marks = if body.is_caption {
        comparison.differences.marks(at)
    } else {
        &[]
    };
    let top = comparison.columns.top(at);
    draw_body(&body, marks, top, below(area), buffer, scene);
}

/// Where the text of a column stands, below its head; the row after it tells what follows.
fn below(column: Rect) -> Rect {
    let head = head_rows(column.width) + 2;
    Rect {
        y: column.y + head,
        height: column.height.saturating_sub(head + 1),
        ..column
    }
}

fn draw_body(
    body: &Body,
    marks: &[Range<usize>],
    top: usize,
    area: Rect,
    buffer: &mut Buffer,
    scene: &Scene,
) {
    let height = usize::from(area.height);
    let rows = wrap::first(&body.text, area.width.into(), top + height + COUNTED + 1);
    let top = top.min(rows.len().saturating_sub(height));
    for (y, row) in (0..).zip(rows.iter().skip(top).take(height)) {
        let mut pen = Pen::new(buffer, area, y);
        let mut from = row.start;
        let first = marks.partition_point(|mark| mark.end <= row.start);
        let marks = marks.iter().skip(first);
        for mark in marks.take_while(|mark| mark.start < row.end) {
            let mark = mark.start.max(from)..mark.end.min(row.end);
            pen.write(
                body.text.get(from..mark.start).unwrap_or_default(),
                body.style,
            );
            let style = scene.theme.doubtful().add_modifier(Modifier::UNDERLINED);
            pen.write(body.text.get(mark.clone()).unwrap_or_default(), style);
            from = mark.end;
        }
        pen.write(body.text.get(from..row.end).unwrap_or_default(), body.style);
    }
    let more = match rows.len().saturating_sub(top + height) {
        0 => return,
        more if more > COUNTED => format!("… more than {COUNTED} more lines"),
        1 => "… 1 more line".to_owned(),
        more => format!("… {more} more lines"),
    };
    let edge = Rect {
        height: area.height + 1,
        ..area
    };
    Pen::new(buffer, edge, area.height).write(&more, scene.theme.dim());
}

fn voice<'a>(column: &Column<'a>) -> Voice<'a> {
    Voice {
        model: column.entrant.contestant.model.clone(),
        says: match column.says {
            Says::Nothing => Says::Nothing,
            Says::Job(id, job) => Says::Job(id, job),
            Says::Run(run) => Says::Run(run),
        },
    }
}

/// What is known of a caption; doubts about its text alone where who wrote it is hidden.
fn facts(column: &Column, is_hidden: bool, scene: &Scene) -> Vec<String> {
    if !is_hidden {
        let voice = voice(column);
        let time = words(&voice, scene, 0).time;
        return head(&voice, &time);
    }
    let flags = column.captioned().map(Run::flags).unwrap_or_default();
    flags.iter().map(|flag| flag.word().to_owned()).collect()
}

fn body(column: &Column, comparison: &Comparison, scene: &Scene) -> Body {
    let note = |text: String| Body {
        text,
        style: scene.theme.dim(),
        is_caption: false,
    };
    let is_hidden = comparison.hides_here();
    let (over, all) = (comparison.over(scene.jobs), comparison.lineup().len());
    match &column.says {
        // Who is quick would tell who it is.
        _ if is_hidden && over < all => {
            let ask = scene.key(Context::Captions, "activate");
            let is_coming = |it: &Column| it.is_awaited || !matches!(it.says, Says::Nothing);
            let is_coming = comparison.columns(scene.jobs).iter().all(is_coming);
            note(if is_coming {
                format!("hidden until all are there: {over} of {all} are")
            } else {
                format!("{over} of {all} are there; {ask} asks for the others")
            })
        }
        Says::Nothing if column.is_awaited => note("reading…".to_owned()),
        Says::Nothing => {
            let ask = scene.key(Context::Captions, "activate");
            note(format!("not asked yet; {ask} asks"))
        }
        Says::Job(..) => {
            let words = words(&voice(column), scene, READ);
            Body {
                text: words.text,
                style: words.style,
                is_caption: false,
            }
        }
        Says::Run(run) if column.captioned().is_some() => Body {
            text: comparison.caption(run),
            style: Style::new(),
            is_caption: true,
        },
        // Why it failed may tell who it is.
        Says::Run(_) if is_hidden => Body {
            text: "✗ no caption".to_owned(),
            style: scene.theme.bad(),
            is_caption: false,
        },
        Says::Run(run) => {
            let words = words(&voice(column), scene, READ);
            let is_bad = run.outcome == Outcome::Failed;
            Body {
                text: words.text,
                style: if is_bad {
                    scene.theme.bad()
                } else {
                    words.style
                },
                is_caption: false,
            }
        }
    }
}

//! The box of standings: who wins how often, how sure that is, and at what price.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::command::{Context, Motion};
use super::super::effect::{Counted, Ticket};
use super::super::keymap::Keymap;
use super::super::list::List;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;
use super::super::wrap;
use crate::domain::problem::Problem;
use crate::domain::standing::{Estimate, Row, Standings, UNKNOWN};
use crate::engine::Compared;

/// Columns of the widest box.
const WIDEST: u16 = 110;

/// Standings, once they are there.
#[derive(Clone, Debug)]
pub struct StandingsBox {
    ticket: Ticket,
    counted: Counted,
    answer: Option<Result<Compared, Problem>>,
    /// The row in sight that is first.
    top: List,
}

/// How a line looks.
#[derive(Clone, Copy)]
enum Look {
    Name,
    Plain,
    Dim,
}

impl StandingsBox {
    /// A box that waits for the answer to a question.
    pub fn new(ticket: Ticket, counted: Counted) -> Self {
        Self {
            ticket,
            counted,
            answer: None,
            top: List::default(),
        }
    }

    /// Counts blind verdicts alone, or all; what is counted is asked for with `ticket`.
    pub fn narrow(&mut self, ticket: Ticket) -> Counted {
        self.ticket = ticket;
        self.counted.is_blind = !self.counted.is_blind;
        self.counted.clone()
    }

    /// Takes in an answer, unless another question was asked since.
    pub fn absorb(&mut self, ticket: Ticket, answer: Result<Compared, Problem>) {
        if ticket == self.ticket {
            self.answer = Some(answer);
        }
    }

    /// Scrolls in the box that `body` has room for.
    pub fn step(&mut self, motion: Motion, body: Rect) {
        let (width, page) = measure(body);
        let rows = self.lines(usize::from(width)).len();
        self.top.step(motion, rows.saturating_sub(page) + 1, page);
    }

    fn lines(&self, width: usize) -> Vec<(String, Look)> {
        match &self.answer {
            None => vec![("adding up…".to_owned(), Look::Dim)],
            Some(Err(problem)) => wrapped(&problem.sentence().paragraphs(), width, Look::Plain),
            Some(Ok(compared)) => lines_of(compared, width),
        }
    }

    /// Draws the box in the middle of `body` and answers where it stands.
    pub fn draw(&self, body: Rect, buffer: &mut Buffer, keymap: &Keymap, theme: Theme) -> Rect {
        let (width, most) = measure(body);
        let lines = self.lines(usize::from(width));
        let page = lines.len().min(most);
        let rows = u16::try_from(page).unwrap_or(u16::MAX);
        let area = pen::popup(body, buffer, width + 4, rows + 2);
        let whose = match &self.counted.among {
            Some(_) => "of those compared here",
            None => "of all who were judged",
        };
        let which = if self.counted.is_blind {
            "blind verdicts"
        } else {
            "all verdicts"
        };
        let title = format!("Standings {whose} · {which}");
        let inner = pen::frame(area, buffer, &title, true, theme);
        let inner = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            ..inner
        };
        let hidden = lines.len() - page;
        let top = self.top.cursor().min(hidden);
        for (y, (line, look)) in (0..).zip(lines.iter().skip(top).take(page)) {
            let style = match look {
                Look::Name => theme.name().patch(theme.strong()),
                Look::Plain => Style::new(),
                Look::Dim => theme.dim(),
            };
            Pen::new(buffer, inner, y).write(line, style);
        }
        let key = |name| keymap.said(&[Context::Standings, Context::Global], name);
        let others = if self.counted.is_blind {
            "all"
        } else {
            "blind ones"
        };
        let mut hint = format!(" {} {others} · {} closes ", key("blind"), key("back"));
        if hidden > top {
            hint = format!(" {} {} more lines ·{hint}", key("down"), hidden - top);
        }
        pen::hint(area, buffer, &hint, theme.dim());
        area
    }
}

/// Columns and rows of the text.
fn measure(body: Rect) -> (u16, usize) {
    let width = body.width.saturating_sub(2).min(WIDEST);
    let rows = usize::from(body.height.saturating_sub(2));
    (width.saturating_sub(4), rows)
}

fn wrapped(text: &str, width: usize, look: Look) -> Vec<(String, Look)> {
    let rows = wrap::wrap(text, width).into_iter();
    let line = |row: Range<usize>| text.get(row).unwrap_or_default().to_owned();
    rows.map(|row| (line(row), look)).collect()
}

/// For each contestant a name with what was won, its strength, and what its captions took; then who
/// beats whom and what all that tells, in words.
fn lines_of(compared: &Compared, width: usize) -> Vec<(String, Look)> {
    let standings = &compared.standings;
    let scale = scale(standings);
    let mut lines = Vec::new();
    if !standings.standings.is_empty() {
        let title = "won–tied–lost  win rate (95% interval)";
        let gap = " ".repeat(width.saturating_sub(title.width() + 1));
        lines.push((format!("{gap}{title}"), Look::Dim));
    }
    for (rank, row) in (1..).zip(compared.rows()) {
        let [
            tally,
            rate,
            strength,
            median,
            cost,
            letters,
            failed,
            flagged,
        ] = row.cells();
        let won = format!("{tally}  {rate}");
        let room = width.saturating_sub(won.width() + 6);
        let name = row.name().shown(room);
        let gap = " ".repeat(room.saturating_sub(name.width()));
        lines.push((format!("{rank}. {name}{gap}  {won}"), Look::Name));
        lines.extend(strength_of(&row, &strength, scale, width));
        let priced = if cost == UNKNOWN {
            "cost unknown".to_owned()
        } else {
            format!("{cost} a thousand")
        };
        let took = if median == UNKNOWN {
            format!("   {failed} failed")
        } else {
            format!(
                "   {median} · {priced} · {letters} letters · {failed} failed · {flagged} flagged"
            )
        };
        lines.extend(wrapped(&took, width, Look::Dim));
    }
    if !lines.is_empty() {
        lines.push((String::new(), Look::Plain));
    }
    for sentence in standings.words() {
        lines.extend(wrapped(&sentence.paragraphs(), width, Look::Plain));
    }
    lines
}

/// From where to where strengths reach.
fn scale(standings: &Standings) -> Option<(f64, f64)> {
    let strengths = standings.standings.iter().filter_map(|it| it.strength);
    let both = strengths.map(|it| (it.low, it.high));
    both.reduce(|(low, high), (other_low, other_high)| (low.min(other_low), high.max(other_high)))
}

fn strength_of(
    row: &Row,
    said: &str,
    scale: Option<(f64, f64)>,
    width: usize,
) -> Option<(String, Look)> {
    let (strength, scale) = (row.standing.strength?, scale?);
    let room = width.saturating_sub(30).min(50);
    let bar = bar(strength, scale, room);
    Some((format!("   {bar}  {said}"), Look::Plain))
}

/// A strength within its interval: `   ├──●────┤   `.
fn bar(strength: Estimate, (from, to): (f64, f64), width: usize) -> String {
    let at = |points: f64| {
        let share = (points - from) / (to - from).max(f64::MIN_POSITIVE);
        let last = width.saturating_sub(1);
        (0..last)
            .take_while(|step| half_steps(*step, last) < share)
            .count()
    };
    let (low, value, high) = (at(strength.low), at(strength.value), at(strength.high));
    let letter = |column: usize| match column {
        _ if column == value => '●',
        _ if column == low => '├',
        _ if column == high => '┤',
        _ if (low..high).contains(&column) => '─',
        _ => '·',
    };
    (0..width).map(letter).collect()
}

/// The share of the way at which the middle between a step and the next one lies.
#[expect(
    clippy::cast_precision_loss,
    reason = "columns of a screen, of which there are few"
)]
fn half_steps(step: usize, last: usize) -> f64 {
    (step as f64 + 0.5) / last as f64
}

#[cfg(test)]
mod tests;

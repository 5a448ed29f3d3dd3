//! A menu: what is known of something, and what can be done about it, a row each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::command::{Command, Context, Motion};
use super::super::commands;
use super::super::keymap::Keymap;
use super::super::list::List;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;
use super::super::wrap;
use super::question::Then;
use crate::domain::model::ModelRef;
use crate::domain::text::Foreign;

/// Columns of the widest box.
const WIDEST: u16 = 92;

/// Facts above, rows to choose from below. However long the facts are, rows are in sight: both
/// scroll by themselves.
#[derive(Clone, Debug)]
pub struct Menu {
    subject: Subject,
    title: String,
    facts: String,
    rows: Vec<Row>,
    list: List,
    /// The line of the facts that is the first in sight.
    top: List,
}

/// What a menu is about: news of it make the menu anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nothing that changes while the menu is open.
    Fixed,
    /// The account.
    Account,
    /// Presets, and the one of all models.
    Presets,
    /// The preset that this model has for itself.
    OwnPreset(ModelRef),
    /// Presets, one of them to be changed.
    ChangePreset,
    /// Presets, one of them to be deleted.
    DeletePreset,
    /// Filters of history that have a name.
    Filters,
}

/// Something to choose. Its texts must be safe to show.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it does; tells rows of a menu apart.
    pub label: String,
    /// What is to be known of it, beside the label.
    pub detail: String,
    /// A sign before it: `●` for what is chosen.
    pub mark: Option<char>,
    /// What follows from it.
    pub then: Then,
    /// True where it was marked, to be taken together with others.
    pub is_marked: bool,
    /// A command that takes it wherever the cursor is, by its name; its key is shown.
    pub key: Option<&'static str>,
}

impl Row {
    /// A row with neither detail, mark nor key.
    pub fn new(label: impl Into<String>, then: Then) -> Self {
        Self {
            label: label.into(),
            detail: String::new(),
            mark: None,
            is_marked: false,
            then,
            key: None,
        }
    }

    /// With something to be known beside it.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { detail, ..self }
    }

    /// Marked as the one that is chosen, or as one that is not.
    #[must_use]
    pub fn chosen(self, is_chosen: bool) -> Self {
        let mark = Some(if is_chosen { '●' } else { '○' });
        Self { mark, ..self }
    }

    /// The preset that it puts in force for all models.
    fn preset(&self) -> Option<&str> {
        match &self.then {
            Then::UsePreset(None, name) => name.as_deref(),
            _ => None,
        }
    }

    /// True where it puts a filter in force that has a name.
    fn is_filter(&self) -> bool {
        matches!(self.then, Then::UseFilter(Some(_)))
    }

    /// Taken by this command, too.
    #[must_use]
    pub fn key(self, command: &'static str) -> Self {
        let key = Some(command);
        Self { key, ..self }
    }
}

/// How much of a menu is in sight.
struct Measure {
    width: u16,
    /// Lines of the facts, and how many of them are in sight.
    facts: Vec<String>,
    facts_page: usize,
    rows_page: usize,
}

impl Measure {
    fn height(&self) -> usize {
        self.facts_page + self.gap() + self.rows_page
    }

    fn gap(&self) -> usize {
        usize::from(self.facts_page > 0)
    }
}

impl Menu {
    /// A menu with the cursor on the first row; `facts` must be safe to show.
    pub fn new(
        subject: Subject,
        title: impl Into<String>,
        facts: impl Into<String>,
        rows: Vec<Row>,
    ) -> Self {
        Self {
            subject,
            title: title.into(),
            facts: facts.into(),
            rows,
            list: List::default(),
            top: List::default(),
        }
    }

    /// What it is about.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Puts the cursor on the first row that `is_wanted`, if there is one.
    #[must_use]
    pub fn at(mut self, is_wanted: impl Fn(&Row) -> bool) -> Self {
        if let Some(at) = self.rows.iter().position(is_wanted) {
            self.list.go(at, self.rows.len(), self.rows.len());
        }
        self
    }

    /// News: becomes `new` with the cursor on the same row, however the rows stand now, and the
    /// facts scrolled as they were.
    pub fn renew(&mut self, new: Self) {
        let label = self.rows.get(self.list.cursor()).map(|row| &row.label);
        let same = new.rows.iter().position(|row| Some(&row.label) == label);
        let at = same.unwrap_or(self.list.cursor());
        let (mut list, top) = (self.list, self.top);
        list.go(at, new.rows.len(), new.rows.len());
        *self = Self { list, top, ..new };
    }

    /// Moves: by the page through facts that are longer than their place, else between rows.
    pub fn step(&mut self, motion: Motion, body: Rect) {
        let measure = self.measure(body);
        let hidden = measure.facts.len() - measure.facts_page;
        match motion {
            Motion::HalfUp | Motion::HalfDown | Motion::PageUp | Motion::PageDown if hidden > 0 => {
                self.top.step(motion, hidden + 1, measure.facts_page);
            }
            _ => self.list.step(motion, self.rows.len(), measure.rows_page),
        }
    }

    /// What follows from the row under the cursor.
    pub fn take(&self) -> Then {
        let row = self.rows.get(self.list.cursor());
        row.map_or(Then::Stay, |row| row.then.clone())
    }

    /// The name of the filter under the cursor.
    pub fn filter(&self) -> Option<&str> {
        match &self.rows.get(self.list.cursor())?.then {
            Then::UseFilter(name) => name.as_deref(),
            _ => None,
        }
    }

    /// Why nothing follows from the row under the cursor, for people.
    pub fn why_not(&self) -> String {
        match self.rows.get(self.list.cursor()) {
            Some(row) if row.mark == Some('●') => format!("{}: so it is already", row.label),
            Some(row) if !row.detail.is_empty() => format!("{}: {}", row.label, row.detail),
            _ => "nothing follows from this".to_owned(),
        }
    }

    /// What follows from the row that `command` takes; the cursor goes there.
    pub fn take_by(&mut self, command: &Command) -> Option<Then> {
        let is_its = |row: &Row| {
            let told = row.key.and_then(|key| commands::parse(key).ok());
            told.as_ref() == Some(command)
        };
        let at = self.rows.iter().position(is_its)?;
        self.list.go(at, self.rows.len(), self.rows.len());
        Some(self.take())
    }

    /// Marks the preset under the cursor, or does so no more, and goes on to the next row; false
    /// where there is none.
    pub fn turn_mark(&mut self) -> bool {
        let row = self.rows.get_mut(self.list.cursor());
        let row = row.filter(|row| row.preset().is_some());
        let Some(row) = row else {
            return false;
        };
        row.is_marked = !row.is_marked;
        self.list
            .step(Motion::Down, self.rows.len(), self.rows.len());
        true
    }

    /// The names of marked presets.
    pub fn marked(&self) -> Vec<String> {
        let marked = self.rows.iter().filter(|row| row.is_marked);
        marked.filter_map(Row::preset).map(str::to_owned).collect()
    }

    /// Rows have two thirds of the box, if they need them; facts what is left.
    fn measure(&self, body: Rect) -> Measure {
        let margin = if body.width > 60 { 8 } else { 0 };
        let width = body.width.saturating_sub(margin).min(WIDEST);
        let facts = if self.facts.is_empty() {
            Vec::new()
        } else {
            wrap::hanging(&self.facts, usize::from(width.saturating_sub(4)))
        };
        let room = usize::from(body.height.saturating_sub(2));
        let beside_facts = room.saturating_sub(facts.len() + 1);
        let rows_page = self.rows.len().min(beside_facts.max(room * 2 / 3));
        let facts_page = facts.len().min(room.saturating_sub(rows_page + 1));
        Measure {
            width,
            facts,
            facts_page,
            rows_page,
        }
    }

    /// Draws the menu in the middle of `body` and answers where it stands.
    pub fn draw(&self, body: Rect, buffer: &mut Buffer, keymap: &Keymap, theme: Theme) -> Rect {
        let measure = self.measure(body);
        let height = u16::try_from(measure.height() + 2).unwrap_or(u16::MAX);
        let area = pen::popup(body, buffer, measure.width, height);
        let inner = pen::frame(area, buffer, &self.title, true, theme);
        let inner = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            ..inner
        };
        let hidden = measure.facts.len() - measure.facts_page;
        let top = self.top.cursor().min(hidden);
        let lines = measure.facts.iter().skip(top).take(measure.facts_page);
        for (y, line) in (0..).zip(lines) {
            Pen::new(buffer, inner, y).write(line, Style::new());
        }
        let rows = u16::try_from(measure.facts_page + measure.gap()).unwrap_or(u16::MAX);
        let below = Rect {
            y: inner.y.saturating_add(rows),
            height: inner.height.saturating_sub(rows),
            ..inner
        };
        self.draw_rows(below, buffer, keymap, theme);
        let key = |name| key_of(keymap, name).unwrap_or_default();
        let mut hint = format!(" {} takes · {} closes ", key("activate"), key("back"));
        if self
            .rows
            .iter()
            .filter(|row| row.preset().is_some())
            .count()
            > 1
        {
            let (select, compare) = (key("select"), key("compare"));
            hint = format!(" {select} marks · {compare} compares marked ·{hint}");
        }
        if self.rows.iter().any(Row::is_filter) {
            hint = format!(" {} deletes ·{hint}", key("delete"));
        }
        if hidden > 0 {
            hint = format!(" {} {} more lines ·{hint}", key("page-down"), hidden - top);
        }
        pen::hint(area, buffer, &hint, theme.dim());
        area
    }

    fn draw_rows(&self, area: Rect, buffer: &mut Buffer, keymap: &Keymap, theme: Theme) {
        let detailed = self.rows.iter().filter(|row| !row.detail.is_empty());
        let widest = detailed.map(|row| row.label.width()).max();
        let room = usize::from(area.width).saturating_sub(4);
        let column = widest.unwrap_or(0).min(room * 3 / 5) + 2;
        let has_marks = self.rows.iter().any(|row| row.mark.is_some());
        let window = self.list.window(self.rows.len(), area.height.into());
        for (y, at) in (0..).zip(window) {
            let Some(row) = self.rows.get(at) else {
                continue;
            };
            let is_under_cursor = at == self.list.cursor();
            let (plain, dim, good) = if is_under_cursor {
                let cursor = theme.cursor(true);
                (cursor, cursor, cursor)
            } else {
                (Style::new(), theme.dim(), theme.good())
            };
            let mut pen = Pen::new(buffer, area, y);
            pen.write(if is_under_cursor { ">" } else { " " }, plain);
            if let Some(key) = row.key.and_then(|name| key_of(keymap, name)) {
                pen.right(&key, plain).right(" ", plain);
            }
            if has_marks {
                pen.write(&row.mark.unwrap_or(' ').to_string(), good);
            }
            pen.write(if row.is_marked { "*" } else { " " }, plain);
            let width = if row.detail.is_empty() {
                pen.left()
            } else {
                column
            };
            pen.column(&cut(&row.label, width.saturating_sub(1)), width, plain);
            let detail = cut(&row.detail, pen.left());
            pen.write(&detail, dim).fill(plain);
        }
    }
}

/// As much of a text as `width` columns show.
fn cut(text: &str, width: usize) -> String {
    Foreign::new(text).shown(width)
}

/// The key that obeys a command in a menu.
fn key_of(keymap: &Keymap, name: &str) -> Option<String> {
    let key = keymap.key_of(&[Context::Menu, Context::Global], name);
    key.map(|key| key.to_string())
}

#[cfg(test)]
mod tests;

//! Text of several lines that a person changes. It is kept letter by letter as it came; what a
//! terminal must not see is shown in its visible form and keeps its place.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::command::Motion;
use super::wrap;
use crate::domain::text::Foreign;

/// A text and the place in it where letters go.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    text: String,
    /// In bytes, between two letters as people see them.
    at: usize,
    /// The column to which up and down lead, until something else is pressed.
    goal: Option<usize>,
}

/// A text as it is shown: its rows, and where in them the cursor is.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    /// The rows, safe for a terminal.
    pub rows: Vec<String>,
    /// The row of the cursor.
    pub row: usize,
    /// Its column, at most the width.
    pub column: usize,
}

impl Editor {
    /// With the cursor at the end of `text`.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            at: text.len(),
            text,
            goal: None,
        }
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts `text` where the cursor is.
    pub fn insert(&mut self, text: &str) {
        self.goal = None;
        self.text.insert_str(self.at, text);
        self.at += text.len();
    }

    /// Pressed keys do what hands expect of a shell; others do nothing.
    pub fn press(&mut self, key: KeyEvent) {
        let held = |modifier| key.modifiers.contains(modifier);
        let (ctrl, alt) = (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT));
        let by_word = ctrl || alt;
        match key.code {
            KeyCode::Char('w') if ctrl => self.remove_to(self.word_before()),
            KeyCode::Backspace if by_word => self.remove_to(self.word_before()),
            KeyCode::Char('u') if ctrl => self.remove_to(self.line_start()),
            KeyCode::Char('k') if ctrl => self.remove_to(self.line_end()),
            KeyCode::Char('d') if alt => self.remove_to(self.word_after()),
            KeyCode::Char('a') if ctrl => self.go(self.line_start()),
            KeyCode::Char('e') if ctrl => self.go(self.line_end()),
            KeyCode::Char('b') if ctrl => self.go(self.before()),
            KeyCode::Char('f') if ctrl => self.go(self.after()),
            KeyCode::Char('b') if alt => self.go(self.word_before()),
            KeyCode::Char('f') if alt => self.go(self.word_after()),
            KeyCode::Char('h') if ctrl => self.remove_to(self.before()),
            KeyCode::Char('d') if ctrl => self.remove_to(self.after()),
            KeyCode::Backspace => self.remove_to(self.before()),
            KeyCode::Delete => self.remove_to(self.after()),
            KeyCode::Left if by_word => self.go(self.word_before()),
            KeyCode::Right if by_word => self.go(self.word_after()),
            KeyCode::Left => self.go(self.before()),
            KeyCode::Right => self.go(self.after()),
            KeyCode::Home if ctrl => self.go(0),
            KeyCode::End if ctrl => self.go(self.text.len()),
            KeyCode::Home => self.go(self.line_start()),
            KeyCode::End => self.go(self.line_end()),
            KeyCode::Char(letter) if !by_word => self.insert(letter.encode_utf8(&mut [0; 4])),
            _ => {}
        }
    }

    /// Up and down through the rows that stand in so many columns.
    pub fn step(&mut self, motion: Motion, width: usize, page: usize) {
        let view = View::of(&self.text, width);
        let (row, column) = view.place(self.at);
        let goal = *self.goal.get_or_insert(column);
        let last = view.rows.len().saturating_sub(1);
        let target = match motion {
            Motion::Up => row.checked_sub(1),
            Motion::Down => Some(row + 1).filter(|row| *row <= last),
            Motion::PageUp => Some(row.saturating_sub(page)),
            Motion::PageDown => Some((row + page).min(last)),
            _ => Some(row),
        };
        // Beyond the first and the last row are the ends of the text.
        self.at = match target {
            Some(target) => view.letter(target, goal),
            None if row == 0 => 0,
            None => self.text.len(),
        };
    }

    /// The text in so many columns.
    pub fn shown(&self, width: usize) -> Shown {
        let view = View::of(&self.text, width);
        let (row, column) = view.place(self.at);
        Shown {
            row,
            column,
            rows: view.rows().map(str::to_owned).collect(),
        }
    }

    fn go(&mut self, at: usize) {
        self.goal = None;
        self.at = at;
    }

    fn remove_to(&mut self, other: usize) {
        let (from, to) = (other.min(self.at), other.max(self.at));
        self.text.replace_range(from..to, "");
        self.go(from);
    }

    /// The text before the cursor, and the one after it.
    fn halves(&self) -> (&str, &str) {
        self.text
            .split_at_checked(self.at)
            .unwrap_or((&self.text, ""))
    }

    fn before(&self) -> usize {
        let mut letters = self.halves().0.graphemes(true);
        self.at - letters.next_back().map_or(0, str::len)
    }

    fn after(&self) -> usize {
        let mut letters = self.halves().1.graphemes(true);
        self.at + letters.next().map_or(0, str::len)
    }

    fn word_before(&self) -> usize {
        let mut words = self.halves().0.unicode_word_indices();
        words.next_back().map_or(0, |(at, _)| at)
    }

    fn word_after(&self) -> usize {
        let mut words = self.halves().1.unicode_word_indices();
        let end = words.next().map(|(at, word)| self.at + at + word.len());
        end.unwrap_or(self.text.len())
    }

    fn line_start(&self) -> usize {
        self.halves().0.rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        let after = self.halves().1;
        let end = after.find('\n').map(|at| self.at + at);
        let is_carriage = |end: &usize| self.text[..*end].ends_with('\r') && *end > self.at;
        end.map_or(self.text.len(), |end| end - usize::from(is_carriage(&end)))
    }
}

/// A text, each of its letters in a form that is safe to show, broken into rows.
struct View {
    shown: String,
    /// Where each letter begins, in the text and in what is shown; the end of both is the last.
    letters: Vec<(usize, usize)>,
    /// Where each row begins and ends, in what is shown.
    rows: Vec<std::ops::Range<usize>>,
    width: usize,
}

impl View {
    fn of(text: &str, width: usize) -> Self {
        let mut shown = String::with_capacity(text.len());
        let mut letters = Vec::new();
        for (at, letter) in text.grapheme_indices(true) {
            letters.push((at, shown.len()));
            match letter {
                "\n" | "\r\n" => shown.push('\n'),
                letter => shown.push_str(&Foreign::new(letter).shown(letter.len() * 16)),
            }
        }
        letters.push((text.len(), shown.len()));
        // A column is left for a cursor behind the last letter.
        let mut rows = wrap::wrap(&shown, width.saturating_sub(1));
        if shown.ends_with('\n') && rows.last().is_none_or(|row| row.start < shown.len()) {
            rows.push(shown.len()..shown.len());
        }
        Self {
            shown,
            letters,
            rows,
            width,
        }
    }

    fn rows(&self) -> impl Iterator<Item = &str> {
        let row = |row: &std::ops::Range<usize>| self.shown.get(row.clone());
        self.rows.iter().map(move |it| row(it).unwrap_or_default())
    }

    /// The row and column of a place in the text. Blanks at the end of a row take no columns of
    /// their own once it is full.
    fn place(&self, at: usize) -> (usize, usize) {
        let letter = self.letters.partition_point(|(raw, _)| *raw < at);
        let shown = self.letters.get(letter).map_or(self.shown.len(), |it| it.1);
        let row = self.rows.partition_point(|row| row.start <= shown);
        let row = row.saturating_sub(1);
        let start = self.rows.get(row).map_or(0, |row| row.start);
        let before = self.shown.get(start..shown).unwrap_or_default();
        (row, before.width().min(self.width.saturating_sub(1)))
    }

    /// The place in the text of the letter that is nearest to a column of a row.
    fn letter(&self, row: usize, column: usize) -> usize {
        let Some(here) = self.rows.get(row) else {
            return self.letters.last().map_or(0, |letter| letter.0);
        };
        let next = self.rows.get(row + 1).map(|row| row.start);
        let is_here = |shown: usize| {
            shown >= here.start && (shown <= here.end) && next.is_none_or(|next| shown < next)
        };
        let letters = self.letters.iter().filter(|(_, shown)| is_here(*shown));
        let mut best = letters.clone().next().map_or(0, |letter| letter.0);
        for (raw, shown) in letters {
            let before = self.shown.get(here.start..*shown).unwrap_or_default();
            if before.width() > column {
                break;
            }
            best = *raw;
        }
        best
    }
}

#[cfg(test)]
mod tests;

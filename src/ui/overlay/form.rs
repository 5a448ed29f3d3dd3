//! A form: labelled fields to fill in, sent together. What is wrong with them is told below them,
//! and what was typed stays.

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::backend::crossterm::to_input_request;
use tui_input::{Input, InputRequest};

use super::super::command::Motion;
use super::super::effect::Ticket;
use crate::domain::problem::Problem;
use crate::domain::token::typed::Typed;

mod draw;

/// Letters that a field takes at most from one paste.
const LONGEST_PASTE: usize = 4_096;

/// A form and what it is for.
#[derive(Clone, Debug)]
pub struct Form {
    purpose: Purpose,
    title: String,
    /// What it is for, safe to show.
    help: String,
    fields: Vec<Field>,
    focus: usize,
    problem: Option<Problem>,
    /// The field that the problem is about.
    fault: Option<&'static str>,
    /// What would come of it, where that is told while it is filled in.
    foresight: Option<Foreseen>,
    /// What it waits for, in words, and the ticket of the answer.
    waits: Option<(Ticket, &'static str)>,
}

/// What is done with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A token is checked, stored and used from now on.
    LogIn,
    /// An endpoint of one's own is written into the configuration.
    Endpoint {
        /// The one that is changed; `None` for a new one.
        changed: Option<String>,
    },
    /// A preset is written into the configuration.
    Preset {
        /// The one that is changed; `None` for a new one.
        changed: Option<String>,
    },
    /// Captions are handed over to other tools.
    Export,
    /// Captions of other tools are taken over.
    Import,
    /// Many captions are worded anew.
    Reword,
    /// The filter in force gets a name.
    Filter,
}

impl Purpose {
    /// What Enter does, as it is told of a key, and of the form: `save`, `saves`.
    pub fn verbs(&self) -> [&'static str; 2] {
        match self {
            Self::LogIn => ["log in", "logs in"],
            Self::Endpoint { .. } | Self::Preset { .. } | Self::Filter => ["save", "saves"],
            Self::Export | Self::Import => ["show the plan", "shows the plan"],
            Self::Reword => ["show the changes", "shows the changes"],
        }
    }
}

/// What would come of a form, line by line and safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Foreseen {
    lines: Vec<String>,
    /// True once something else was typed.
    is_old: bool,
}

#[derive(Clone, Debug)]
struct Field {
    label: &'static str,
    /// Stands in a field with nothing in it.
    hint: &'static str,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Text(Input),
    Secret(Typed),
    Choice(&'static [&'static str], usize),
}

impl Form {
    /// A form without fields; `help` must be safe to show.
    pub fn new(purpose: Purpose, title: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            purpose,
            title: title.into(),
            help: help.into(),
            fields: Vec::new(),
            focus: 0,
            problem: None,
            fault: None,
            foresight: None,
            waits: None,
        }
    }

    /// With room for what would come of it.
    #[must_use]
    pub fn with_foresight(self) -> Self {
        Self {
            foresight: Some(Foreseen::default()),
            ..self
        }
    }

    /// With a field for text that begins with `value`; `hint` stands in it while it is empty.
    #[must_use]
    pub fn text(self, label: &'static str, hint: &'static str, value: impl Into<String>) -> Self {
        self.field(label, hint, Content::Text(Input::new(value.into())))
    }

    /// With a field for a secret, which is never shown.
    #[must_use]
    pub fn secret(self, label: &'static str, hint: &'static str) -> Self {
        self.field(label, hint, Content::Secret(Typed::default()))
    }

    /// With a field for one of a few words, `chosen` to begin with.
    #[must_use]
    pub fn choice(self, label: &'static str, words: &'static [&'static str], chosen: &str) -> Self {
        let at = words.iter().position(|word| *word == chosen);
        self.field(label, "", Content::Choice(words, at.unwrap_or(0)))
    }

    fn field(mut self, label: &'static str, hint: &'static str, content: Content) -> Self {
        self.fields.push(Field {
            label,
            hint,
            content,
        });
        self
    }

    /// What is done with it.
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// What stands in a field: the text, or the word that is chosen; nothing of a secret.
    pub fn value(&self, label: &str) -> &str {
        let field = self.fields.iter().find(|field| field.label == label);
        match field.map(|field| &field.content) {
            Some(Content::Text(input)) => input.value(),
            Some(Content::Choice(words, at)) => words.get(*at).copied().unwrap_or_default(),
            Some(Content::Secret(_)) | None => "",
        }
    }

    /// What was typed into the field for a secret.
    pub fn typed(&self) -> Option<&Typed> {
        self.fields.iter().find_map(|field| match &field.content {
            Content::Secret(typed) => Some(typed),
            Content::Text(_) | Content::Choice(..) => None,
        })
    }

    /// True where what is typed now is a secret.
    pub fn takes_a_secret(&self) -> bool {
        let field = self.fields.get(self.focus);
        field.is_some_and(|field| matches!(field.content, Content::Secret(_)))
    }

    /// Something is wrong; the cursor goes to the field that is meant, if one is.
    pub fn complain(&mut self, label: Option<&'static str>, problem: Problem) {
        self.waits = None;
        self.point_out(label, problem);
        let meant = |field: &Field| Some(field.label) == label;
        if let Some(at) = self.fields.iter().position(meant) {
            self.focus = at;
        }
    }

    /// Something is wrong with what is typed, and the cursor stays where it is.
    pub fn point_out(&mut self, label: Option<&'static str>, problem: Problem) {
        self.problem = Some(problem);
        self.fault = label;
    }

    /// Shows what would come of it, which must be safe to show.
    pub fn foresee(&mut self, lines: Vec<String>) {
        let is_old = false;
        self.foresight = Some(Foreseen { lines, is_old });
    }

    /// Something else was typed since it was told what would come of it.
    pub fn outdate(&mut self) {
        if let Some(foresight) = &mut self.foresight {
            foresight.is_old = true;
        }
    }

    /// It was sent: it shows what it waits for and changes no more until the answer comes.
    pub fn wait(&mut self, ticket: Ticket, what_for: &'static str) {
        self.problem = None;
        self.fault = None;
        self.waits = Some((ticket, what_for));
    }

    /// What it waited for is there.
    pub fn go_on(&mut self) {
        self.waits = None;
    }

    /// True while it waits for any answer.
    pub fn is_waiting(&self) -> bool {
        self.waits.is_some()
    }

    /// True where it waits for this answer.
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.waits.is_some_and(|(waited, _)| waited == ticket)
    }

    /// To another field, round and round.
    pub fn step(&mut self, motion: Motion) {
        let count = self.fields.len().max(1);
        self.focus = match motion {
            Motion::Up | Motion::Left => (self.focus + count - 1) % count,
            Motion::Down | Motion::Right => (self.focus + 1) % count,
            Motion::Top | Motion::PageUp | Motion::HalfUp => 0,
            Motion::Bottom | Motion::PageDown | Motion::HalfDown => count - 1,
        };
    }

    /// A key for the field under the cursor.
    pub fn press(&mut self, key: KeyEvent) {
        let request = to_input_request(&Event::Key(key));
        match self.open_field() {
            Some(Content::Text(input)) => {
                if let Some(request) = request {
                    input.handle(request);
                }
            }
            Some(Content::Secret(typed)) => match request {
                Some(InputRequest::InsertChar(letter)) => {
                    typed.push(letter.encode_utf8(&mut [0; 4]));
                }
                Some(InputRequest::DeletePrevChar) => typed.pop(),
                Some(InputRequest::DeleteLine | InputRequest::DeletePrevWord) => {
                    *typed = Typed::default();
                }
                _ => {}
            },
            Some(Content::Choice(words, at)) => choose(words, at, key.code),
            None => {}
        }
    }

    /// Pasted text, in one go: as it is but for blanks around it. A secret takes the place of what
    /// was there, since nobody can see where one ends and the next begins.
    pub fn paste(&mut self, text: &str) {
        let text = text.trim();
        let end = text.char_indices().nth(LONGEST_PASTE);
        let text = end.map_or(text, |(end, _)| &text[..end]);
        match self.open_field() {
            Some(Content::Text(input)) => {
                let is_kept = |letter: &char| *letter == '\n' || !letter.is_control();
                for letter in text.chars().filter(is_kept) {
                    input.handle(InputRequest::InsertChar(letter));
                }
            }
            Some(Content::Secret(typed)) => {
                *typed = Typed::default();
                typed.push(text);
            }
            Some(Content::Choice(..)) | None => {}
        }
    }

    /// The field under the cursor, which changes: what was wrong may be right now. `None` while
    /// the form waits.
    fn open_field(&mut self) -> Option<&mut Content> {
        if self.is_waiting() {
            return None;
        }
        self.problem = None;
        self.fault = None;
        let field = self.fields.get_mut(self.focus)?;
        Some(&mut field.content)
    }
}

/// The next word, the previous one, or the next that begins with a letter.
fn choose(words: &[&str], at: &mut usize, key: KeyCode) {
    let count = words.len().max(1);
    match key {
        KeyCode::Right | KeyCode::Char(' ') => *at = (*at + 1) % count,
        KeyCode::Left => *at = (*at + count - 1) % count,
        KeyCode::Char(letter) => {
            let mut others = (1..=count).map(|step| (*at + step) % count);
            let is_meant = |at: &usize| words.get(*at).is_some_and(|word| word.starts_with(letter));
            if let Some(meant) = others.find(is_meant) {
                *at = meant;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;

//! A question with its answers, for everything that cannot be taken back.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::command::{Command, Context, Motion};
use super::super::effect::{Change, Effect};
use super::super::keymap::Keymap;
use super::super::list::List;
use super::super::pen::{self, Pen};
use super::super::theme::Theme;
use super::super::wrap;
use super::Overlay;
use crate::domain::handover::Plan;
use crate::domain::intake::Found;
use crate::domain::model::ModelRef;
use crate::domain::request::CaptionRequest;
use crate::domain::review::Change as Decided;
use crate::domain::spending::Consent;
use crate::engine::Again;

/// A question; the first answer is the one that `y` gives.
#[derive(Clone, Debug)]
pub struct Question {
    title: String,
    text: String,
    answers: Vec<Answer>,
    list: List,
}

/// An answer and what follows from it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What it says.
    pub label: &'static str,
    /// What is done.
    pub then: Then,
}

/// What follows from an answer, or from a row of a menu.
#[derive(Clone, Debug)]
pub enum Then {
    /// This is done.
    Do(Vec<Effect>),
    /// This is done, and a menu stays as it is.
    Keep(Vec<Effect>),
    /// The account is changed; a menu stays as it is until it is.
    Change(Change),
    /// This is obeyed as if a key had said so.
    Obey(Command),
    /// This opens; a menu stays below it.
    Open(Box<Overlay>),
    /// This preset is in force for this model, or for all; `None` takes the choice back.
    UsePreset(Option<ModelRef>, Option<String>),
    /// The filter of this name is in force for history; `None` shows everything.
    UseFilter(Option<String>),
    /// These requests go out, and who gets pictures may have them from now on.
    Send {
        /// What is asked.
        requests: Vec<CaptionRequest>,
        /// Whether a stored answer does.
        again: Again,
        /// Who gets pictures like these for the first time.
        consents: BTreeSet<Consent>,
    },
    /// These runs stand so from now on.
    Review(Vec<Decided>),
    /// These captions read so from now on.
    Reword(Vec<Decided>),
    /// These captions of other tools are taken over.
    TakeOver {
        /// Which.
        found: Vec<Found>,
        /// True where each becomes the caption of its picture.
        accept: bool,
    },
    /// This plan is carried out.
    HandOver(Box<Plan>),
    /// What was written is forgotten.
    DropEdit,
    /// The program leaves when no job is left.
    LeaveLater,
    /// Every job is stopped and the program leaves.
    LeaveNow,
    /// Nothing; a menu stays as it is.
    Stay,
}

impl Question {
    /// Asks with the cursor on the last answer: the one that changes nothing.
    pub fn new(title: &str, text: impl Into<String>, answers: Vec<Answer>) -> Self {
        let mut list = List::default();
        list.step(Motion::Bottom, answers.len(), answers.len());
        Self {
            title: title.to_owned(),
            text: text.into(),
            answers,
            list,
        }
    }

    /// Moves between the answers.
    pub fn step(&mut self, motion: Motion) {
        self.list
            .step(motion, self.answers.len(), self.answers.len());
    }

    /// What follows from `y`, or else from the answer under the cursor.
    pub fn answer(self, yes: bool) -> Then {
        let at = self.chosen(yes);
        self.answers
            .into_iter()
            .nth(at)
            .map_or(Then::Stay, |answer| answer.then)
    }

    /// What that answer opens, where it does nothing else.
    pub fn opens(&self, yes: bool) -> Option<Overlay> {
        match &self.answers.get(self.chosen(yes))?.then {
            Then::Open(overlay) => Some((**overlay).clone()),
            _ => None,
        }
    }

    fn chosen(&self, yes: bool) -> usize {
        if yes { 0 } else { self.list.cursor() }
    }

    /// Draws the question in the middle of `body` and answers where it stands.
    pub fn draw(&self, body: Rect, buffer: &mut Buffer, keymap: &Keymap, theme: Theme) -> Rect {
        let width = body.width.saturating_sub(8).min(64);
        let rows = wrap::wrap(&self.text, usize::from(width.saturating_sub(4)));
        let height = u16::try_from(rows.len() + self.answers.len() + 3).unwrap_or(u16::MAX);
        let area = pen::popup(body, buffer, width, height);
        let inner = pen::frame(area, buffer, &self.title, true, theme);
        let inner = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            ..inner
        };
        // However long the text is, the answers are seen.
        let answers = u16::try_from(self.answers.len()).unwrap_or(u16::MAX);
        let above = Rect {
            height: inner.height.saturating_sub(answers.saturating_add(1)),
            ..inner
        };
        let key = |name: &str| {
            let key = keymap.key_of(&[Context::Question, Context::Global], name);
            key.map_or_else(String::new, |key| key.to_string())
        };
        let keys = key("yes").width().max(key("back").width());
        let below = pen::paragraph(above, buffer, 0, &self.text, Style::new()) + 1;
        for (y, (at, answer)) in (below..).zip(self.answers.iter().enumerate()) {
            let cursor = at == self.list.cursor();
            let style = if cursor {
                theme.cursor(true)
            } else {
                Style::new()
            };
            let key = match at {
                0 => key("yes"),
                at if at + 1 == self.answers.len() => key("back"),
                _ => String::new(),
            };
            let mut pen = Pen::new(buffer, inner, y);
            pen.write(if cursor { ">" } else { " " }, style)
                .column(&key, keys + 2, style);
            pen.write(answer.label, style).fill(style);
        }
        area
    }
}

//! A search that goes on: what it found so far is shown, and whoever has enough of it stops it.

use unicode_width::UnicodeWidthStr;

use super::super::super::command::Context;
use super::super::super::effect::{Effect, Ticket};
use super::super::super::message::SoFar;
use super::super::super::say;
use super::super::Scene;
use super::{HistoryPane, More};
use crate::domain::run::Run;

/// How far the reading of a page has come.
#[derive(Debug, Default)]
pub(super) struct Going {
    /// So many runs were looked through; `None` before anything was told.
    looked: Option<u64>,
    /// Found and not shown: the run under the cursor is not among them yet.
    held: Vec<Run>,
    /// True where what is on screen belongs to it.
    pub(super) is_shown: bool,
    /// True where what was on screen before was something else.
    pub(super) is_other: bool,
}

impl Going {
    /// All that was found and not shown, and what came last.
    pub(super) fn rest(&mut self, last: Vec<Run>) -> Vec<Run> {
        self.held.extend(last);
        std::mem::take(&mut self.held)
    }
}

impl HistoryPane {
    /// Takes in what was found so far; `page` is the number of rows in sight.
    pub fn absorb_so_far(&mut self, ticket: Ticket, so_far: SoFar, page: usize) {
        if ticket != self.ticket {
            return;
        }
        self.going.looked = Some(so_far.looked);
        self.going.held.extend(so_far.runs);
        if self.going.is_shown {
            let found = self.going.rest(Vec::new());
            self.append(found);
        } else if self.going.is_other || self.holds_the_cursor() {
            self.show_what_is_held(page);
        }
    }

    /// True where what was found can take the place of what is shown and the cursor stays.
    fn holds_the_cursor(&self) -> bool {
        let here = self.run().and_then(|run| run.id);
        let held = &self.going.held;
        match self.list.cursor() {
            0 => !held.is_empty(),
            _ => held.iter().any(|run| run.id == here),
        }
    }

    fn show_what_is_held(&mut self, page: usize) {
        self.going.is_shown = true;
        let found = self.going.rest(Vec::new());
        self.replace(found, true, page);
    }

    /// True while a search goes on for long enough to be told.
    pub fn is_searching(&self) -> bool {
        self.going.looked.is_some() && matches!(self.more, More::Coming | More::OlderComing)
    }

    /// Looks no further; what was found stays.
    pub fn stop(&mut self, page: usize) -> Vec<Effect> {
        if !self.is_searching() {
            return Vec::new();
        }
        if !self.going.is_shown && !self.going.held.is_empty() {
            self.show_what_is_held(page);
        }
        let _ = self.ticket.renew();
        self.more = More::Stopped;
        self.leave();
        vec![Effect::StopReading]
    }

    /// How a search stands that goes on or was stopped, in the longest words that have room.
    pub(super) fn tells(&self, room: usize, scene: &Scene) -> Option<String> {
        let looked = usize::try_from(self.going.looked?).unwrap_or(usize::MAX);
        let (state, key, does) = match (self.more, looked) {
            (More::Stopped, 0) => ("stopped".to_owned(), "reload", "searches again"),
            (More::Stopped, looked) => {
                let state = format!("stopped after {}", say::count(looked, "run"));
                (state, "reload", "searches again")
            }
            _ if !self.is_searching() => return None,
            (_, 0) => ("searching…".to_owned(), "back", "stops"),
            (_, looked) => {
                let looked = say::thousands(looked);
                let state = format!("searching… {looked} looked through");
                (state, "back", "stops")
            }
        };
        let key = scene.key(Context::History, key);
        let whole = format!("{state} · {key} {does}");
        // In another pane, or in a field, the key means something else.
        let whole = Some(whole.as_str()).filter(|_| scene.focused);
        let mut words = whole.into_iter().chain([state.as_str()]);
        let fitting = words.find(|it| it.width() <= room);
        // In a narrow column millions take the place of a word.
        let fitting = fitting.unwrap_or_else(|| state.trim_start_matches("searching"));
        Some(fitting.to_owned())
    }
}

//! What the Hub is asked and what it found: one search a pause in typing, page after page.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::super::super::effect::{Effect, Ticket};
use crate::domain::catalogue::{HubModel, HubSort, NextPage, Page, RateLimit, Search, Task};
use crate::domain::problem::Problem;

/// The Hub is asked when nothing was typed for so long.
const PAUSE: SignedDuration = SignedDuration::from_millis(300);

/// A search and what came of it.
#[derive(Debug, Default)]
pub(super) struct HubSearch {
    ticket: Ticket,
    wanted: Search,
    stage: Stage,
    found: Vec<HubModel>,
    /// What `found` answers.
    answered: Option<Search>,
    limit: Option<RateLimit>,
}

/// How far a search is.
#[derive(Debug, Default)]
pub(super) enum Stage {
    /// Nobody wanted anything.
    #[default]
    Idle,
    /// It is asked for then.
    Due(Timestamp),
    /// The first page is on its way.
    Coming,
    /// There are further pages.
    More(NextPage),
    /// The next page is on its way.
    MoreComing,
    /// That was all.
    End,
    /// It could not be asked.
    Failed(Problem),
}

impl HubSearch {
    /// Looks for something else once typing pauses. An answer that is on its way comes too late.
    pub(super) fn want(&mut self, change: impl FnOnce(&mut Search), now: Timestamp) {
        let before = self.wanted.clone();
        change(&mut self.wanted);
        if self.wanted != before {
            let _ = self.ticket.renew();
            self.stage = Stage::Due(now + PAUSE);
        }
    }

    /// Asks once more, or for the first time, without a pause.
    pub(super) fn ask_again(&mut self, now: Timestamp) {
        let _ = self.ticket.renew();
        self.stage = Stage::Due(now);
    }

    /// Asks what is due; where the Hub answers no more questions, once it does again.
    pub(super) fn tick(&mut self, now: Timestamp) -> Option<Effect> {
        if !matches!(self.stage, Stage::Due(due) if due <= now) {
            return None;
        }
        if let Some(limit) = self.used_up(now) {
            self.stage = Stage::Due(limit.until);
            return None;
        }
        self.stage = Stage::Coming;
        let search = self.wanted.clone();
        Some(Effect::Search(self.ticket.renew(), search, None))
    }

    /// Asks for the next page, where there is one.
    pub(super) fn go_on(&mut self, now: Timestamp) -> Option<Effect> {
        if self.used_up(now).is_some() {
            return None;
        }
        let next = match &self.stage {
            Stage::More(next) => next.clone(),
            _ => return None,
        };
        self.stage = Stage::MoreComing;
        let search = self.wanted.clone();
        Some(Effect::Search(self.ticket.renew(), search, Some(next)))
    }

    /// Takes in a page, but for one that nobody wants any more.
    pub(super) fn absorb(&mut self, ticket: Ticket, answer: Result<Page, Problem>) {
        if ticket != self.ticket {
            return;
        }
        match answer {
            Ok(page) => {
                if !matches!(self.stage, Stage::MoreComing) {
                    self.found.clear();
                }
                // The Hub counts pages by what it sorts by, which changes meanwhile.
                let known: HashSet<_> = self.found.iter().map(|model| model.id.clone()).collect();
                let is_new = |model: &HubModel| !known.contains(&model.id);
                self.found.extend(page.models.into_iter().filter(is_new));
                self.answered = Some(self.wanted.clone());
                self.limit = page.limit.or(self.limit);
                self.stage = page.next.map_or(Stage::End, Stage::More);
            }
            Err(problem) => self.stage = Stage::Failed(problem),
        }
    }

    /// What was found last.
    pub(super) fn found(&self) -> &[HubModel] {
        &self.found
    }

    /// True where what was found answers `text`: then all of it does, whatever its names.
    pub(super) fn answers(&self, text: &str) -> bool {
        let answered = self.answered.as_ref();
        answered.is_some_and(|search| search.text == text)
    }

    /// True while a question is due.
    pub(super) fn is_due(&self) -> bool {
        matches!(self.stage, Stage::Due(_))
    }

    /// How far the search is.
    pub(super) fn stage(&self) -> &Stage {
        &self.stage
    }

    /// What models are looked for.
    pub(super) fn task(&self) -> Task {
        self.wanted.task
    }

    /// What comes first.
    pub(super) fn sort(&self) -> HubSort {
        self.wanted.sort
    }

    /// How often the Hub may still be asked, while that counts.
    pub(super) fn limit(&self, now: Timestamp) -> Option<RateLimit> {
        self.limit.filter(|limit| limit.until > now)
    }

    /// True while the Hub answers no more questions.
    pub(super) fn is_used_up(&self, now: Timestamp) -> bool {
        self.used_up(now).is_some()
    }

    fn used_up(&self, now: Timestamp) -> Option<RateLimit> {
        self.limit(now).filter(|limit| limit.left == 0)
    }
}

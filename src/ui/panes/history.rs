//! The history pane: what was done, newest first.

mod draw;
mod going;
mod review;
mod sought;

use std::cmp::Reverse;
use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};

use super::super::command::{Command, Motion};
use super::super::effect::{Effect, Ticket};
use super::super::list::List;
use super::super::reviews::{self, Stand};
use super::super::search::{Begin, Search};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::filter::Saved;
use crate::domain::problem::Problem;
use crate::domain::run::{Run, RunId};
use crate::engine::HistoryQuery;

pub use draw::{HIDDEN, facts_of};
use going::Going;
pub use review::Page;
pub use sought::Sought;

/// More is read when fewer rows than this are left below the cursor.
const AHEAD: usize = 50;

/// So many runs are kept in memory, or as many as the cursor has gone through; older ones are read
/// again.
const KEPT: usize = 4_000;

/// The state of the pane.
#[derive(Debug)]
pub struct HistoryPane {
    ticket: Ticket,
    /// Newest first.
    runs: VecDeque<Run>,
    /// So many of them came after the last reading began; its answer may not know them.
    fresh: usize,
    /// What could not be stored is nowhere but here, whatever is read. Newest first.
    unstored: VecDeque<Run>,
    list: List,
    /// A run that is looked at though it is not in the list: another caption of the same picture.
    aside: Option<Box<Run>>,
    /// The row of the text that is the first in sight, and of which run.
    top: (Option<RunId>, List),
    /// True while what is pending is looked for in what comes.
    is_seeking: bool,
    scope: Scope,
    /// The folder whose runs are shown; `None` for all.
    folder: Option<PathBuf>,
    more: More,
    going: Going,
    failed: Option<Problem>,
    search: Search,
    sought: Sought,
    /// Where the days of a search begin.
    zone: TimeZone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Folder,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum More {
    /// The newest page is on its way.
    Coming,
    /// A page of older runs is on its way.
    OlderComing,
    /// There are older runs.
    There,
    /// There may be older runs, but nobody wants to wait for them.
    Stopped,
    /// That was all.
    No,
}

impl Default for HistoryPane {
    fn default() -> Self {
        Self {
            ticket: Ticket::default(),
            runs: VecDeque::new(),
            fresh: 0,
            unstored: VecDeque::new(),
            list: List::default(),
            aside: None,
            top: (None, List::default()),
            is_seeking: false,
            scope: Scope::All,
            folder: None,
            more: More::Coming,
            going: Going::default(),
            failed: None,
            search: Search::default(),
            sought: Sought::default(),
            zone: TimeZone::UTC,
        }
    }
}

impl HistoryPane {
    /// A pane that counts days as the person does.
    pub fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            ..Self::default()
        }
    }

    /// Reads the newest page.
    pub fn read(&mut self, folder: &Path) -> Vec<Effect> {
        self.more = More::Coming;
        self.going = Going::default();
        self.fresh = 0;
        self.folder = (self.scope == Scope::Folder).then(|| folder.to_owned());
        vec![Effect::History(self.ticket.renew(), self.query(), None)]
    }

    /// What history is asked for.
    pub fn query(&self) -> HistoryQuery {
        HistoryQuery {
            folder: self.folder.clone(),
            image: None,
            filter: self.sought.filter(),
            zone: self.zone.clone(),
        }
    }

    /// Looks for these runs from now on, as soon as nothing more is typed.
    pub fn search(&mut self, written: &str, now: Timestamp) {
        self.sought.write(written, now);
    }

    /// These filters have a name by now.
    pub fn take_saved(&mut self, saved: Saved) {
        self.sought.take_saved(saved);
    }

    /// What is looked for, and why it is nothing that can be looked for.
    pub fn sought(&self) -> &Sought {
        &self.sought
    }

    /// Reads what is looked for, where that is due.
    pub fn seek_now(&mut self, folder: &Path, due: Option<Timestamp>) -> Vec<Effect> {
        if self.sought.take_turn(due) {
            self.list = List::default();
            self.leave();
            let effects = self.read(folder);
            self.going.is_other = true;
            return effects;
        }
        Vec::new()
    }

    /// The folder in sight changed.
    pub fn turn_to(&mut self, folder: &Path) -> Vec<Effect> {
        match self.scope {
            Scope::All => Vec::new(),
            Scope::Folder => self.read_anew(folder),
        }
    }

    fn read_anew(&mut self, folder: &Path) -> Vec<Effect> {
        self.runs.clear();
        self.list = List::default();
        self.aside = None;
        self.read(folder)
    }

    /// Takes in some runs, and whether more follow; `page` is the number of rows in sight.
    pub fn absorb(
        &mut self,
        ticket: Ticket,
        answer: Result<(Vec<Run>, bool), Problem>,
        page: usize,
    ) {
        if ticket != self.ticket {
            return;
        }
        match answer {
            Ok((runs, more)) => {
                let runs = self.going.rest(runs);
                if self.going.is_shown {
                    self.append(runs);
                } else {
                    self.replace(runs, more, page);
                }
                self.more = if more { More::There } else { More::No };
                self.failed = None;
            }
            Err(problem) => {
                self.more = More::No;
                self.failed = Some(problem);
            }
        }
    }

    /// Older runs follow, but for those that came of themselves meanwhile.
    fn append(&mut self, older: Vec<Run>) {
        let known: HashSet<_> = self.runs.iter().filter_map(|run| run.id).collect();
        let is_new = |run: &Run| run.id.is_none_or(|id| !known.contains(&id));
        self.runs.extend(older.into_iter().filter(is_new));
    }

    /// Takes the newest page, and what it does not know yet or never will. The cursor stays on its
    /// run, but on the newest it stays on the newest.
    fn replace(&mut self, page_of_runs: Vec<Run>, more: bool, page: usize) {
        let cursor = self.list.cursor();
        let here = self.run().and_then(|run| run.id).filter(|_| cursor > 0);
        let fresh = self.runs.drain(..).take(self.fresh);
        // Before its oldest run the page says nothing; that comes with older pages.
        let oldest = page_of_runs.last().and_then(|run| run.id);
        let is_missing = |run: &Run| {
            run.id.is_some()
                && (!more || run.id > oldest)
                && page_of_runs.iter().all(|stored| stored.id != run.id)
        };
        let mut all: Vec<_> = fresh.filter(is_missing).collect();
        all.extend(page_of_runs);
        all.sort_by_key(|run| Reverse(run.id));
        for run in self.unstored.iter().filter(|run| self.shows(run)) {
            let at = all.partition_point(|stored| stored.timing.started > run.timing.started);
            all.insert(at, run.clone());
        }
        self.runs = all.into();
        let at = here.and_then(|here| self.runs.iter().position(|run| run.id == Some(here)));
        self.list.go(at.unwrap_or(cursor), self.runs.len(), page);
    }

    /// What is looked for is found by history alone.
    fn shows(&self, run: &Run) -> bool {
        let image = &run.request.image;
        let folder = self.folder.as_ref();
        self.sought.filter().is_none() && folder.is_none_or(|it| image.folder() == it)
    }

    /// A run is over; the cursor stays on its own.
    pub fn add(&mut self, run: &Run, page: usize) {
        if run.id.is_none() {
            self.unstored.push_front(run.clone());
            self.unstored.truncate(KEPT);
        }
        let known = run.id.is_some() && self.runs.iter().take(AHEAD).any(|old| old.id == run.id);
        if known || !self.shows(run) {
            return;
        }
        self.runs.push_front(run.clone());
        self.fresh += 1;
        if self.list.cursor() > 0 {
            self.list.go(self.list.cursor() + 1, self.runs.len(), page);
        }
        self.forget_the_oldest();
    }

    /// Lets go of what is far below the cursor; it is read again where it is wanted.
    fn forget_the_oldest(&mut self) {
        let kept = KEPT.max(self.list.cursor() + 2 * AHEAD);
        if self.runs.len() <= kept {
            return;
        }
        self.runs.truncate(kept);
        if self.more == More::OlderComing {
            // What comes would follow on runs that are gone.
            let _ = self.ticket.renew();
        }
        if self.more != More::Coming {
            self.more = More::There;
        }
    }

    /// Obeys a command; `page` is the number of rows in sight.
    pub fn handle(&mut self, command: &Command, folder: &Path, page: usize) -> Vec<Effect> {
        match command {
            Command::Move(motion) => {
                self.leave();
                self.list.step(*motion, self.runs.len(), page);
            }
            Command::Scope => {
                self.scope = match self.scope {
                    Scope::All => Scope::Folder,
                    Scope::Folder => Scope::All,
                };
                return self.read_anew(folder);
            }
            Command::FindNext { back } if self.sought.filter().is_some() => {
                self.leave();
                let motion = if *back { Motion::Up } else { Motion::Down };
                self.list.step(motion, self.runs.len(), page);
            }
            Command::FindNext { back: false } => {
                self.seek(Begin::After(self.list.cursor()), page);
            }
            Command::FindNext { back: true } => {
                self.seek(Begin::Before(self.list.cursor()), page);
            }
            _ => {}
        }
        self.read_ahead()
    }

    fn read_ahead(&mut self) -> Vec<Effect> {
        let near = self.is_seeking || self.list.cursor() + AHEAD >= self.runs.len();
        let oldest = self.runs.iter().rev().find_map(|run| run.id);
        match (self.more, oldest) {
            (More::There, Some(oldest)) if near => {
                self.more = More::OlderComing;
                self.going = Going::default();
                self.going.is_shown = true;
                let query = self.query();
                vec![Effect::History(self.ticket.renew(), query, Some(oldest))]
            }
            _ => Vec::new(),
        }
    }

    /// Finds `text` in names, models and captions, from the cursor on, and tells whether it is there.
    pub fn find(&mut self, text: &str, page: usize) -> bool {
        self.search.look_for(text);
        self.seek(Begin::Here(self.list.cursor()), page)
    }

    fn seek(&mut self, from: Begin, page: usize) -> bool {
        let text = |at: usize| {
            let Some(run) = self.runs.get(at) else {
                return String::new();
            };
            let (image, model) = (run.request.image.name(), run.request.model.name());
            [image.raw(), model.raw(), run.text().raw()].join("\n")
        };
        let found = self.search.find(from, self.runs.len(), text);
        if let Some(at) = found {
            self.go(at, page);
        }
        found.is_some()
    }

    /// The runs that are at hand, newest first.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().chain(self.aside.as_deref())
    }

    /// Some runs stand so from now on.
    pub fn stand(&mut self, stand: &Stand) {
        let aside = self.aside.as_deref_mut();
        for run in self.runs.iter_mut().chain(aside) {
            reviews::stand(run, stand);
        }
    }

    /// The run under the cursor.
    pub fn run(&self) -> Option<&Run> {
        let listed = self.runs.get(self.list.cursor());
        self.aside.as_deref().or(listed)
    }

    /// The runs beside the cursor: those that are looked at next.
    pub fn neighbours(&self) -> impl Iterator<Item = &Run> {
        let cursor = self.list.cursor();
        [cursor.checked_add(1), cursor.checked_sub(1)]
            .into_iter()
            .flatten()
            .filter_map(|at| self.runs.get(at))
    }
}

#[cfg(test)]
mod tests;

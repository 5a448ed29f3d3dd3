//! What the zoomed pane lists: sections of rows, sorted, filtered, with a cursor that stands on
//! rows only.

use std::cmp::Reverse;

use super::super::super::command::Motion;
use super::super::super::list::List;
use super::ModelsPane;
use super::hub::Stage;
use crate::domain::catalogue::{HubModel, Served};
use crate::domain::endpoint::Rented;
use crate::domain::fuzzy::Pattern;
use crate::domain::model::{ModelCard, ModelRef, Price, Route};

/// A part of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// What needs nobody's list: built in, one's own, chosen, favourite, recent.
    Mine,
    /// Vision models of the router that somebody serves.
    Live,
    /// What the Hub found.
    Hub,
}

/// A row, by its place where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// A card of the pane.
    Card(usize),
    /// A rented endpoint without a card.
    Rented(usize),
    /// A model of the router.
    Served(usize),
    /// A model of the Hub.
    Found(usize),
}

impl Row {
    fn section(self) -> Section {
        match self {
            Self::Card(_) | Self::Rented(_) => Section::Mine,
            Self::Served(_) => Section::Live,
            Self::Found(_) => Section::Hub,
        }
    }
}

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The heading of a section; the first one has none, since the pane's own head says it.
    Heading(Section),
    /// A row.
    Row(Row),
    /// How a section stands, in words, below its rows.
    Note(Section),
}

/// What a row is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'a> {
    /// A card of the pane.
    Card(&'a ModelCard),
    /// A rented endpoint without a card.
    Rented(&'a ModelRef, &'a Rented),
    /// A model of the router.
    Served(&'a Served),
    /// A model of the Hub.
    Found(&'a HubModel),
}

/// The list with its cursor. Rows are places, so that a frame looks at those in sight only.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// All rows, sorted within their sections, each with what a filter looks at.
    rows: Vec<(Row, String)>,
    lines: Vec<Line>,
    list: List,
    /// What is left where something is typed.
    filter: Option<(String, Pattern)>,
}

impl Listing {
    /// The lines, those that nobody sees included.
    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The cursor.
    pub(super) fn list(&self) -> List {
        self.list
    }

    /// The row under the cursor.
    pub(super) fn row(&self) -> Option<Row> {
        match self.lines.get(self.list.cursor()) {
            Some(Line::Row(row)) => Some(*row),
            _ => None,
        }
    }

    /// The section of the first line in sight, where `top` is its place: the head tells of it.
    pub(super) fn section(&self, top: usize) -> Section {
        let line = self.lines.get(top);
        // A heading in sight says itself what follows.
        let line = match line {
            Some(Line::Heading(_)) => self.lines.get(top.saturating_sub(1)),
            line => line,
        };
        match line {
            Some(Line::Row(row)) => row.section(),
            Some(Line::Heading(section) | Line::Note(section)) => *section,
            None => Section::Mine,
        }
    }

    /// How many rows of a section are listed.
    pub(super) fn count(&self, section: Section) -> usize {
        let is_of = |line: &&Line| matches!(line, Line::Row(row) if row.section() == section);
        self.lines.iter().filter(is_of).count()
    }

    /// What is typed; empty where nothing is.
    pub(super) fn filter(&self) -> &str {
        self.filter.as_ref().map_or("", |(text, _)| text.as_str())
    }

    /// Lists only what fits `text` from the next sifting on.
    pub(super) fn set_filter(&mut self, text: &str) {
        let is_blank = text.trim().is_empty();
        self.filter = (!is_blank).then(|| (text.trim().to_owned(), Pattern::new(text)));
    }

    /// Moves the cursor; on what is no row it goes on, or back where there is nothing more.
    pub(super) fn step(&mut self, motion: Motion, page: usize) {
        self.list.step(motion, self.lines.len(), page);
        let rises = matches!(
            motion,
            Motion::Up | Motion::Left | Motion::HalfUp | Motion::PageUp | Motion::Bottom
        );
        self.settle(rises, page);
    }

    /// Puts the cursor on a line.
    pub(super) fn go(&mut self, line: usize, page: usize) {
        self.list.go(line, self.lines.len(), page);
    }

    fn settle(&mut self, rises: bool, page: usize) {
        let at = self.list.cursor();
        let is_row = |line: &usize| matches!(self.lines.get(*line), Some(Line::Row(_)));
        let above = (0..=at).rev().find(is_row);
        let below = (at..self.lines.len()).find(is_row);
        let nearest = if rises {
            above.or(below)
        } else {
            below.or(above)
        };
        if let Some(line) = nearest {
            self.list.go(line, self.lines.len(), page);
        }
    }

    /// The rows of a section that are left, the best first where something is typed and `best`
    /// says so.
    fn sift(&mut self, section: Section, all: bool) -> Vec<Row> {
        let rows = self.rows.iter();
        let rows = rows.filter(|(row, _)| row.section() == section);
        let Some((_, pattern)) = self.filter.as_mut().filter(|_| !all) else {
            return rows.map(|(row, _)| *row).collect();
        };
        let scored = rows.filter_map(|(row, text)| Some((pattern.score(text)?, *row)));
        let mut scored: Vec<_> = scored.collect();
        scored.sort_by_key(|(score, _)| Reverse(*score));
        scored.into_iter().map(|(_, row)| row).collect()
    }
}

impl ModelsPane {
    /// Lists everything anew; the cursor stays with its row, and the row where it is on screen.
    pub(super) fn list_anew(&mut self) {
        let here = self.listing.row().and_then(|row| self.identity(row));
        self.listing.rows = self.rows();
        self.sift(here.as_ref());
    }

    /// Lists what fits the filter; the cursor goes to the row `here`, or else to the first.
    pub(super) fn sift(&mut self, here: Option<&(Section, String)>) {
        let mut lines = Vec::new();
        for section in [Section::Mine, Section::Live, Section::Hub] {
            // What the Hub found for these very words, it found for a reason, and in its order
            // further pages follow.
            let all = section == Section::Hub && self.hub.answers(self.listing.filter());
            let rows = self.listing.sift(section, all);
            if rows.is_empty() && !self.has_note(section, true) {
                continue;
            }
            if !lines.is_empty() {
                lines.push(Line::Heading(section));
            }
            let is_empty = rows.is_empty();
            lines.extend(rows.into_iter().map(Line::Row));
            if self.has_note(section, is_empty) {
                lines.push(Line::Note(section));
            }
        }
        let is_here = |line: &Line| match line {
            Line::Row(row) => here.is_some() && self.identity(*row).as_ref() == here,
            _ => false,
        };
        let at = lines.iter().position(is_here);
        self.listing.lines = lines;
        match at {
            Some(at) => self.listing.list.carry(at),
            None if here.is_none() => {
                self.listing.list = List::default();
                self.listing.settle(false, 1);
            }
            None => self.listing.settle(false, 1),
        }
    }

    fn has_note(&self, section: Section, is_empty: bool) -> bool {
        match section {
            Section::Mine => self.rented_failed.is_some(),
            Section::Live => is_empty || self.served_failed.is_some(),
            Section::Hub => is_empty || !matches!(self.hub.stage(), Stage::Idle),
        }
    }

    /// All rows, sorted within their sections.
    fn rows(&self) -> Vec<(Row, String)> {
        let cards = (0..self.cards.len()).map(Row::Card);
        let rented = self.rented.iter().enumerate();
        let rented = rented.filter(|(_, (model, _))| self.card_of(model).is_none());
        let rented = rented.map(|(at, _)| Row::Rented(at));
        let mut mine: Vec<_> = cards.chain(rented).collect();
        mine.sort_by_cached_key(|row| {
            let model = self.model_of(*row);
            let is_favourite = model.as_ref().is_some_and(|it| self.is_favourite(it));
            (
                !is_favourite,
                self.rank(*row),
                self.name(*row).to_lowercase(),
            )
        });
        let served = self.served.models.iter().enumerate();
        let live = served.filter(|(_, served)| served.is_live());
        let mut live: Vec<_> = live.map(|(at, _)| Row::Served(at)).collect();
        live.sort_by_cached_key(|row| (self.rank(*row), self.name(*row).to_lowercase()));
        let found = (0..self.hub.found().len()).map(Row::Found);
        let rows = mine.into_iter().chain(live).chain(found);
        rows.map(|row| (row, self.sought_in(row))).collect()
    }

    fn rank(&self, row: Row) -> u64 {
        let price = match self.item(row) {
            Some(Item::Card(card)) => self.price(&card.model),
            Some(Item::Served(served)) => served.price(&self.route_of(&served.id)),
            Some(Item::Rented(..)) => Price::Own,
            Some(Item::Found(_)) | None => Price::Unknown,
        };
        self.order.rank(self.served_of(row), price)
    }

    /// What a filter looks at: name and providers, and what else names the row.
    fn sought_in(&self, row: Row) -> String {
        let mut text = self.name(row);
        let mut add = |word: &str| {
            text.push(' ');
            text.push_str(word);
        };
        match self.item(row) {
            Some(Item::Card(card)) => add(card.about.raw()),
            Some(Item::Rented(_, rented)) => add(rented.about().raw()),
            Some(Item::Served(served)) => served.live().for_each(|offer| add(&offer.provider)),
            Some(Item::Found(model)) => {
                let providers = model.providers.iter().flatten();
                providers.chain(&model.licence).for_each(|word| add(word));
            }
            None => {}
        }
        text
    }

    /// What tells a row from all others, whatever its place.
    fn identity(&self, row: Row) -> Option<(Section, String)> {
        Some((row.section(), self.name(row))).filter(|(_, name)| !name.is_empty())
    }

    /// What a row is.
    pub(super) fn item(&self, row: Row) -> Option<Item<'_>> {
        match row {
            Row::Card(at) => self.cards.get(at).map(Item::Card),
            Row::Rented(at) => {
                let (model, rented) = self.rented.get(at)?;
                Some(Item::Rented(model, rented))
            }
            Row::Served(at) => self.served.models.get(at).map(Item::Served),
            Row::Found(at) => self.hub.found().get(at).map(Item::Found),
        }
    }

    /// The name of a row as it came.
    pub(super) fn name(&self, row: Row) -> String {
        match self.item(row) {
            Some(Item::Card(card)) => card.model.name().raw().to_owned(),
            Some(Item::Rented(model, _)) => model.name().raw().to_owned(),
            Some(Item::Served(served)) => served.id.clone(),
            Some(Item::Found(model)) => model.id.clone(),
            None => String::new(),
        }
    }

    /// The model of a row as it would be chosen; `None` where its name can be none.
    pub(super) fn model_of(&self, row: Row) -> Option<ModelRef> {
        match self.item(row)? {
            Item::Card(card) => Some(card.model.clone()),
            Item::Rented(model, _) => Some(model.clone()),
            Item::Served(Served { id, .. }) | Item::Found(HubModel { id, .. }) => {
                let model = id.parse().ok()?;
                match &model {
                    ModelRef::Hub { id, .. } => Some(ModelRef::Hub {
                        route: self.route_of(id),
                        id: id.clone(),
                    }),
                    _ => None,
                }
            }
        }
    }

    /// By whom a model is to be served that is chosen or a favourite; by anybody elsewhere.
    pub(super) fn route_of(&self, sought: &str) -> Route {
        let kept = self.chosen.iter().chain(&self.favourites);
        let mut routes = kept.filter_map(|model| match model {
            ModelRef::Hub { id, route } if id == sought => Some(route),
            _ => None,
        });
        routes.next().cloned().unwrap_or(Route::Default)
    }

    /// What the router says of the model of a row.
    pub(super) fn served_of(&self, row: Row) -> Option<&Served> {
        match self.item(row)? {
            Item::Card(card) => match &card.model {
                ModelRef::Hub { id, .. } => self.served.get(id),
                _ => None,
            },
            Item::Served(served) => Some(served),
            Item::Found(model) => self.served.get(&model.id),
            Item::Rented(..) => None,
        }
    }

    /// The rented endpoint that `model` names.
    pub(super) fn rented_of(&self, model: &ModelRef) -> Option<&Rented> {
        let mut rented = self.rented.iter();
        let (_, rented) = rented.find(|(named, _)| named == model)?;
        Some(rented)
    }
}

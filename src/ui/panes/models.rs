//! The models pane: who writes the next caption. On the dashboard it lists what one has; zoomed it
//! is the catalogue: that, what providers serve, and what the Hub has.

mod browse;
mod columns;
mod doubt;
mod draw;
mod facts;
mod hub;
mod listing;
mod notes;
mod order;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::super::command::{Command, Motion};
use super::super::effect::{Effect, Ticket};
use super::super::list::List;
use super::super::search::{Begin, Search};
use crate::domain::catalogue::Catalogue;
use crate::domain::endpoint::Rented;
use crate::domain::model::{ModelCard, ModelRef, Price};
use crate::domain::problem::Problem;
use crate::engine::{Refresh, Remembered};
use hub::HubSearch;
use listing::Listing;
use order::Order;

pub use browse::{Opening, Sight, Way};
pub use draw::field_area;
pub use facts::{Asking, OFFERED};

/// A price that nobody told is asked for again after this time.
const SOON: SignedDuration = SignedDuration::from_secs(60);
/// A price that was told is asked for again after this time: a dashboard may stand open for days.
const LATER: SignedDuration = SignedDuration::from_secs(600);
/// So many models that captioned something last are remembered.
const RECENT: usize = 10;

/// The state of the pane.
#[derive(Debug)]
pub struct ModelsPane {
    cards: Vec<ModelCard>,
    chosen: Vec<ModelRef>,
    favourites: Vec<ModelRef>,
    /// Those that captioned something last, the newest first.
    recent: Vec<ModelRef>,
    /// True once the person chose; what was remembered knows nothing of it and comes too late.
    chosen_by_hand: bool,
    /// The same for favourites.
    favourites_by_hand: bool,
    /// Named and perhaps not listed yet.
    named: Vec<ModelRef>,
    /// When the price of a model was asked for last.
    asked: BTreeMap<ModelRef, Timestamp>,
    list: List,
    search: Search,
    /// The router's list.
    served: Catalogue,
    /// Why the last question about it had no answer.
    served_failed: Option<Problem>,
    /// What was asked of it last, and when; `None` as the first once that is answered.
    refresh: (Option<Refresh>, Timestamp),
    /// What the account rents, each as it is chosen.
    rented: Vec<(ModelRef, Rented)>,
    /// Why that could not be listed.
    rented_failed: Option<Problem>,
    /// For whom that was asked.
    rented_for: Option<String>,
    hub: HubSearch,
    /// The question about one model that the box with its facts waits for.
    about: Option<(Ticket, ModelRef)>,
    about_ticket: Ticket,
    order: Order,
    listing: Listing,
    seen: Seen,
}

/// How the catalogue was looked at last.
#[derive(Debug, Default)]
struct Seen {
    /// True while it is on screen.
    in_sight: bool,
    /// True once it was.
    opened: bool,
    /// True where nobody is asked.
    offline: bool,
}

impl ModelsPane {
    /// The pane with what can be chosen, and what is chosen until something is remembered.
    pub fn new(cards: Vec<ModelCard>, chosen: Vec<ModelRef>) -> Self {
        let mut pane = Self {
            cards,
            named: chosen.clone(),
            chosen,
            favourites: Vec::new(),
            recent: Vec::new(),
            chosen_by_hand: false,
            favourites_by_hand: false,
            asked: BTreeMap::new(),
            list: List::default(),
            search: Search::default(),
            served: Catalogue::default(),
            served_failed: None,
            refresh: (None, Timestamp::MIN),
            rented: Vec::new(),
            rented_failed: None,
            rented_for: None,
            hub: HubSearch::default(),
            about: None,
            about_ticket: Ticket::default(),
            order: Order::default(),
            listing: Listing::default(),
            seen: Seen::default(),
        };
        pane.list_anew();
        pane
    }

    /// Asks what is known of models that are named and not listed, and, where `online`, for prices
    /// of chosen ones: of those that nobody told yet soon again, of all now and then.
    pub fn look_up(&mut self, now: Timestamp, online: bool) -> Vec<Effect> {
        let mut unlisted = std::mem::take(&mut self.named);
        unlisted.retain(|model| self.card_of(model).is_none());
        let mut prices = Vec::new();
        for card in self.cards.iter().filter(|_| online) {
            let is_here = matches!(card.model, ModelRef::Builtin(_));
            if is_here || card.price == Price::Own || !self.chosen.contains(&card.model) {
                continue;
            }
            let (asked, wait) = match card.price {
                Price::Unknown => (Timestamp::MIN, SOON),
                _ => (now, LATER),
            };
            let asked = self.asked.entry(card.model.clone()).or_insert(asked);
            if now.duration_since(*asked) >= wait {
                *asked = now;
                prices.push(card.model.clone());
            }
        }
        let mut effects = Vec::new();
        if !unlisted.is_empty() {
            effects.push(Effect::Cards(unlisted));
        }
        if !prices.is_empty() {
            effects.push(Effect::Price(prices));
        }
        effects
    }

    /// Takes in what is known of some models; new ones are listed too.
    pub fn take(&mut self, cards: Vec<ModelCard>) {
        for card in cards {
            match self.cards.iter_mut().find(|old| old.model == card.model) {
                Some(old) => *old = card,
                None => self.cards.push(card),
            }
        }
        self.arrange_behind();
    }

    /// Takes in what was remembered, but for what the person changed meanwhile.
    pub fn absorb(
        &mut self,
        chosen: Option<Vec<ModelRef>>,
        favourites: Vec<ModelRef>,
        recent: Vec<ModelRef>,
    ) -> Vec<Effect> {
        let chosen_or_not = chosen.iter().flatten();
        let named = chosen_or_not.chain(&favourites).chain(&recent);
        self.named.extend(named.cloned());
        let used_meanwhile = std::mem::replace(&mut self.recent, recent);
        let effects = self.used(used_meanwhile);
        if let Some(chosen) = chosen
            && !self.chosen_by_hand
        {
            self.chosen = chosen;
        }
        if !self.favourites_by_hand {
            self.favourites = favourites;
        }
        self.arrange_behind();
        effects
    }

    /// Favourites come first; otherwise the order stays, and the cursor on its model.
    fn arrange(&mut self) {
        let here = self.card().map(|card| card.model.clone());
        let favourites = &self.favourites;
        self.cards
            .sort_by_key(|card| !favourites.contains(&card.model));
        let is_here = |card: &ModelCard| Some(&card.model) == here.as_ref();
        if let Some(at) = self.cards.iter().position(is_here) {
            self.list.carry(at);
        }
        self.list_anew();
    }

    /// The same for news: whoever has not moved the cursor yet sees the first model.
    fn arrange_behind(&mut self) {
        let is_untouched = self.list == List::default();
        self.arrange();
        if is_untouched {
            self.list = List::default();
        }
    }

    /// These captioned something just now; tells what is to be remembered, where that is new.
    pub fn used(&mut self, models: Vec<ModelRef>) -> Vec<Effect> {
        let mut recent = models;
        recent.extend(self.recent.iter().cloned());
        let mut seen = BTreeSet::new();
        recent.retain(|model| seen.insert(model.clone()));
        recent.truncate(RECENT);
        if recent == self.recent {
            return Vec::new();
        }
        self.recent = recent;
        vec![Effect::Remember(Remembered::Recent, self.recent.clone())]
    }

    /// Obeys a command; `page` is the number of rows in sight.
    pub fn handle(&mut self, command: &Command, page: usize) -> Vec<Effect> {
        match command {
            Command::Move(motion) => self.list.step(*motion, self.cards.len(), page),
            Command::Select => {
                let effects = self.toggle_under_cursor();
                self.list.step(Motion::Down, self.cards.len(), page);
                return effects;
            }
            Command::Activate => return self.toggle_under_cursor(),
            Command::Choose(model) => return self.toggle(model.clone()),
            Command::Favourite => {
                let model = self.model();
                return model.map_or_else(Vec::new, |model| self.favourite(model));
            }
            Command::FindNext { back: false } => {
                self.seek(Begin::After(self.list.cursor()), page);
            }
            Command::FindNext { back: true } => {
                self.seek(Begin::Before(self.list.cursor()), page);
            }
            _ => {}
        }
        Vec::new()
    }

    fn toggle_under_cursor(&mut self) -> Vec<Effect> {
        match self.model() {
            Some(model) => self.toggle(model),
            None => Vec::new(),
        }
    }

    fn toggle(&mut self, model: ModelRef) -> Vec<Effect> {
        flip(&mut self.chosen, model.clone());
        self.remember_chosen(model)
    }

    /// The person chose, or dropped, `model`.
    fn remember_chosen(&mut self, model: ModelRef) -> Vec<Effect> {
        // Who chooses a model anew wants to know its price anew.
        self.asked.remove(&model);
        self.named.push(model);
        self.chosen_by_hand = true;
        self.list_anew();
        vec![Effect::Remember(Remembered::Chosen, self.chosen.clone())]
    }

    /// Chooses `model` for the next caption, if it is not chosen yet.
    pub fn choose(&mut self, model: ModelRef) -> Vec<Effect> {
        if self.chosen.contains(&model) {
            return Vec::new();
        }
        self.toggle(model)
    }

    /// Makes `model` a favourite, or not any more.
    fn favourite(&mut self, model: ModelRef) -> Vec<Effect> {
        self.named.push(model.clone());
        flip(&mut self.favourites, model);
        self.favourites_by_hand = true;
        self.arrange();
        vec![Effect::Remember(
            Remembered::Favourite,
            self.favourites.clone(),
        )]
    }

    /// True for a favourite.
    fn is_favourite(&self, model: &ModelRef) -> bool {
        self.favourites.contains(model)
    }

    /// Puts the cursor on `model`, if it is listed.
    pub fn point_at(&mut self, model: &ModelRef, page: usize) {
        if let Some(at) = self.cards.iter().position(|card| card.model == *model) {
            self.list.go(at, self.cards.len(), page);
        }
        if self.seen.in_sight {
            self.follow_the_cursor();
        }
    }

    /// Finds `text` in the names, from the cursor on, and tells whether it is there.
    pub fn find(&mut self, text: &str, page: usize) -> bool {
        if self.seen.in_sight {
            return self.find_row(text, page);
        }
        self.search.look_for(text);
        self.seek(Begin::Here(self.list.cursor()), page)
    }

    fn seek(&mut self, from: Begin, page: usize) -> bool {
        let name = |at: usize| self.cards.get(at).map(|card| card.model.name());
        let text = |at| name(at).unwrap_or_default().raw().to_owned();
        let found = self.search.find(from, self.cards.len(), text);
        if let Some(at) = found {
            self.list.go(at, self.cards.len(), page);
        }
        found.is_some()
    }

    /// The models of the next caption.
    pub fn chosen(&self) -> &[ModelRef] {
        &self.chosen
    }

    /// Every model that can be chosen.
    pub fn cards(&self) -> &[ModelCard] {
        &self.cards
    }

    /// What is known of a model; `None` while nobody told.
    pub fn card_of(&self, model: &ModelRef) -> Option<&ModelCard> {
        self.cards.iter().find(|card| card.model == *model)
    }

    /// What is known of the model under the cursor of the dashboard's list.
    pub fn card(&self) -> Option<&ModelCard> {
        self.cards.get(self.list.cursor())
    }

    /// The model under the cursor, on the dashboard or in the catalogue.
    pub fn model(&self) -> Option<ModelRef> {
        if self.seen.in_sight {
            self.model_of(self.listing.row()?)
        } else {
            self.card().map(|card| card.model.clone())
        }
    }
}

/// Takes `model` out of the list, or puts it in at the end.
fn flip(list: &mut Vec<ModelRef>, model: ModelRef) {
    match list.iter().position(|listed| *listed == model) {
        Some(at) => {
            list.remove(at);
        }
        None => list.push(model),
    }
}

#[cfg(test)]
mod tests;

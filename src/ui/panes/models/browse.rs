//! The zoomed pane at work: what it asks, what it is told, what its keys do.

use jiff::Timestamp;

use super::super::super::command::{Command, Motion};
use super::super::super::effect::{Effect, Ticket};
use super::super::super::search::Begin;
use super::ModelsPane;
use super::facts::Known;
use super::listing::{Item, Line, Row};
use super::order::Order;
use crate::domain::catalogue::{Catalogue, HubModel, Page, Task};
use crate::domain::endpoint::Rented;
use crate::domain::model::{ModelRef, Route};
use crate::domain::problem::Problem;
use crate::domain::request::Terms;
use crate::engine::{Refresh, Remembered};

/// Lines of the zoomed pane above its list.
pub(super) const HEAD: usize = 2;

/// The next page is asked for when fewer lines than this are left below the cursor.
const AHEAD: usize = 20;

/// How the catalogue is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The time.
    pub now: Timestamp,
    /// True while it is on screen.
    pub is_open: bool,
    /// True where nobody is to be asked.
    pub is_offline: bool,
    /// Whose account it is, once that is known.
    pub account: Option<&'a str>,
}

impl ModelsPane {
    /// Asks what the catalogue lacks: nothing before it is on screen.
    pub fn look_around(&mut self, sight: Sight) -> Vec<Effect> {
        if self.offline != sight.is_offline {
            self.offline = sight.is_offline;
            self.list_anew();
        }
        if self.in_sight != sight.is_open {
            self.in_sight = sight.is_open;
            self.follow_the_cursor();
        }
        let mut effects = Vec::new();
        if !self.in_sight {
            return effects;
        }
        if !self.opened {
            self.opened = true;
            let refresh = if self.offline {
                Refresh::Cached
            } else {
                self.hub.ask_again(sight.now);
                Refresh::IfOld
            };
            effects.push(self.ask_router(refresh, sight.now));
        }
        if self.offline {
            return effects;
        }
        if sight.account.is_some() && sight.account != self.rented_for.as_deref() {
            self.rented_for = sight.account.map(ToOwned::to_owned);
            effects.push(Effect::Rented);
        }
        effects.extend(self.tick(sight.now));
        if self.listing.list().cursor() + AHEAD >= self.listing.lines().len() {
            effects.extend(self.hub.go_on(sight.now));
        }
        effects
    }

    /// The list of the dashboard and the catalogue have a cursor each: it stays on its model.
    fn follow_the_cursor(&mut self) {
        if self.in_sight {
            let row = Line::Row(Row::Card(self.list.cursor()));
            let lines = self.listing.lines();
            if let Some(line) = lines.iter().position(|line| *line == row) {
                self.listing.go(line, usize::MAX);
            }
        } else if let Some(Row::Card(at)) = self.listing.row() {
            self.list.go(at, self.cards.len(), 1);
        }
    }

    /// Asks the Hub what is due by now.
    pub fn tick(&mut self, now: Timestamp) -> Option<Effect> {
        let is_asked = self.in_sight && !self.offline;
        let effect = is_asked.then(|| self.hub.tick(now)).flatten();
        if effect.is_some() {
            self.list_anew();
        }
        effect
    }

    /// True while [`ModelsPane::tick`] is going to ask.
    pub fn is_moving(&self) -> bool {
        self.in_sight && !self.offline && self.hub.is_due()
    }

    fn ask_router(&mut self, refresh: Refresh, now: Timestamp) -> Effect {
        self.refresh = (Some(refresh), now);
        Effect::Catalogue(refresh)
    }

    /// Asks the router, the account and the Hub again.
    pub fn reload(&mut self, now: Timestamp) -> Vec<Effect> {
        self.hub.ask_again(now);
        self.list_anew();
        let mut effects = vec![self.ask_router(Refresh::Now, now)];
        effects.extend(self.rented_for.as_ref().map(|_| Effect::Rented));
        effects
    }

    /// Takes in the router's list as `refresh` found it, unless a newer one is here.
    pub fn absorb_catalogue(
        &mut self,
        refresh: Refresh,
        told: Catalogue,
        problem: Option<Problem>,
    ) {
        if self.refresh.0 == Some(refresh) {
            self.refresh.0 = None;
            self.served_failed = problem;
        }
        if told.asked >= self.served.asked {
            self.served = told;
        }
        self.list_anew();
    }

    /// Takes in what the account rents.
    pub fn absorb_rented(&mut self, answer: Result<Vec<Rented>, Problem>) {
        match answer {
            Ok(rented) => {
                self.rented = rented;
                self.rented_failed = None;
            }
            Err(problem) => self.rented_failed = Some(problem),
        }
        self.list_anew();
    }

    /// Takes in a page of what the Hub found.
    pub fn absorb_page(&mut self, ticket: Ticket, answer: Result<Page, Problem>) {
        self.hub.absorb(ticket, answer);
        self.list_anew();
    }

    /// Obeys a command on the zoomed pane; `page` is the number of rows inside its frame.
    pub fn browse(&mut self, command: &Command, page: usize, now: Timestamp) -> Vec<Effect> {
        let page = page.saturating_sub(HEAD);
        match command {
            Command::Move(motion) => self.listing.step(*motion, page),
            Command::Select => {
                let effects = self.toggle_row();
                self.listing.step(Motion::Down, page);
                return effects;
            }
            Command::Activate => return self.toggle_row(),
            Command::Favourite => return self.favourite_row(),
            Command::FindNext { back } => {
                let at = self.listing.list().cursor();
                let from = if *back {
                    Begin::Before(at)
                } else {
                    Begin::After(at)
                };
                self.seek_row(from, page);
            }
            Command::NextOrder => {
                self.order = self.order.next();
                if let Order::Hub(sort) = self.order {
                    self.hub.want(|search| search.sort = sort, now);
                }
                self.list_anew();
            }
            Command::Task => {
                let next = match self.hub.task() {
                    Task::ImageTextToText => Task::ImageToText,
                    Task::ImageToText => Task::ImageTextToText,
                };
                self.hub.want(|search| search.task = next, now);
                self.list_anew();
            }
            _ => {}
        }
        Vec::new()
    }

    /// Lists what fits `text`, the best first, and has the Hub look for it once typing pauses.
    pub fn filter(&mut self, text: &str, now: Timestamp) {
        if text.trim() == self.listing.filter() {
            return;
        }
        self.listing.set_filter(text);
        let text = self.listing.filter().to_owned();
        self.hub.want(|search| search.text = text, now);
        self.sift(None);
    }

    /// What is typed; empty where nothing is.
    pub fn filtered(&self) -> &str {
        self.listing.filter()
    }

    /// Finds `text` in the names of the catalogue, from the cursor on, and tells whether it is there.
    pub(super) fn find_row(&mut self, text: &str, page: usize) -> bool {
        self.search.look_for(text);
        let from = Begin::Here(self.listing.list().cursor());
        self.seek_row(from, page.saturating_sub(HEAD))
    }

    fn seek_row(&mut self, from: Begin, page: usize) -> bool {
        let lines = self.listing.lines();
        let text = |at: usize| match lines.get(at) {
            Some(Line::Row(row)) => self.name(*row),
            _ => String::new(),
        };
        let found = self.search.find(from, lines.len(), text);
        if let Some(at) = found {
            self.listing.go(at, page);
        }
        found.is_some()
    }

    /// Chooses the model under the cursor, or drops it, by whomever it is served.
    fn toggle_row(&mut self) -> Vec<Effect> {
        let row = self.listing.row();
        match row.and_then(|row| self.model_of(row)) {
            Some(model) => self.toggle(model),
            None => Vec::new(),
        }
    }

    fn favourite_row(&mut self) -> Vec<Effect> {
        let row = self.listing.row();
        match row.and_then(|row| self.model_of(row)) {
            Some(model) => self.favourite(model, 1),
            None => Vec::new(),
        }
    }

    /// Has the chosen model `id` served by `route` from now on; one that is not chosen is.
    pub fn pin(&mut self, id: &str, route: Route) -> Vec<Effect> {
        let model = ModelRef::Hub {
            id: id.to_owned(),
            route,
        };
        let is_other =
            |chosen: &ModelRef| matches!(chosen, ModelRef::Hub { id: other, .. } if other == id);
        let place = self.chosen.iter().position(is_other);
        self.chosen.retain(|chosen| !is_other(chosen));
        let place = place.unwrap_or(self.chosen.len());
        self.chosen
            .insert(place.min(self.chosen.len()), model.clone());
        self.chosen_by_hand = true;
        self.asked.remove(&model);
        self.named.push(model);
        self.list_anew();
        vec![Effect::Remember(Remembered::Chosen, self.chosen.clone())]
    }

    /// Everything known of the model under the cursor, for pictures that are asked about as `terms`
    /// say, and the question to the Hub that tells the rest.
    pub fn inform(&mut self, terms: &Terms, token: &str) -> Option<(String, Option<Effect>)> {
        let row = if self.in_sight {
            self.listing.row()?
        } else {
            Row::Card(self.list.cursor())
        };
        self.item(row)?;
        let Some(model) = self.model_of(row) else {
            return Some((self.strange_name(row), None));
        };
        let ModelRef::Hub { id, .. } = &model else {
            return Some((self.facts(&model, &Known::Nothing, terms, token), None));
        };
        let found = match self.item(row) {
            Some(Item::Found(found)) => Some(found),
            _ => None,
        };
        if !self.in_sight {
            // The dashboard asks the Hub for nothing.
            return Some((self.facts(&model, &Known::Nothing, terms, token), None));
        }
        if self.offline {
            let known = Known::Offline(found);
            return Some((self.facts(&model, &known, terms, token), None));
        }
        let text = self.facts(&model, &Known::Asking(found), terms, token);
        let ticket = self.about_ticket.renew();
        let effect = Effect::About(ticket, id.clone());
        self.about = Some((ticket, model));
        Some((text, Some(effect)))
    }

    /// The same with what the Hub told; `None` where nobody waits for it any more.
    pub fn informed(
        &mut self,
        ticket: Ticket,
        answer: Result<HubModel, Problem>,
        terms: &Terms,
        token: &str,
    ) -> Option<String> {
        let (_, model) = self.about.take_if(|(waiting, _)| *waiting == ticket)?;
        let known = match &answer {
            Ok(told) => Known::Told(told),
            Err(problem) => Known::Failed(problem),
        };
        Some(self.facts(&model, &known, terms, token))
    }

    /// The ticket of the question that the box with facts waits for.
    pub fn awaited(&self) -> Option<Ticket> {
        self.about.as_ref().map(|(ticket, _)| *ticket)
    }
}

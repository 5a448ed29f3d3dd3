//! The zoomed pane at work: what it asks, what it is told, what its keys do.

use jiff::Timestamp;

use super::super::super::command::{Command, Motion};
use super::super::super::effect::{Effect, Ticket};
use super::super::super::search::Begin;
use super::ModelsPane;
use super::facts::{Asking, Known, offered};
use super::listing::{Item, Line, Row};
use super::order::Order;
use crate::domain::catalogue::{Catalogue, HubModel, Page, Served, Task};
use crate::domain::endpoint::Rented;
use crate::domain::model::{ModelRef, Route};
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;
use crate::engine::Refresh;

/// Lines of the zoomed pane above its list.
pub(super) const HEAD: usize = 2;

/// The next page is asked for when fewer lines than this are left below the cursor.
const AHEAD: usize = 20;

/// What opening a row leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Opening {
    /// A model has several ways to be served: its id, and these.
    Ways(String, Vec<Way>),
    /// There is nothing to choose from: what is known of it says why.
    Facts,
    /// There is one way only: it is chosen, or dropped.
    Choice,
}

/// A way in which a model can be served.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Its name, safe to show.
    pub label: String,
    /// What is known of it, safe to show.
    pub detail: String,
    /// True where the model is chosen so.
    pub is_chosen: bool,
    /// The model, served so; `None` where that cannot be written.
    pub model: Option<ModelRef>,
}

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
        if self.seen.offline != sight.is_offline {
            self.seen.offline = sight.is_offline;
            self.list_anew();
        }
        if self.seen.in_sight != sight.is_open {
            self.seen.in_sight = sight.is_open;
            self.follow_the_cursor();
        }
        let mut effects = Vec::new();
        if !self.seen.in_sight {
            return effects;
        }
        if !self.seen.opened {
            self.seen.opened = true;
            let refresh = if self.seen.offline {
                Refresh::Cached
            } else {
                self.hub.ask_again(sight.now);
                Refresh::IfOld
            };
            effects.push(self.ask_router(refresh, sight.now));
        }
        if self.seen.offline {
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
    pub(super) fn follow_the_cursor(&mut self) {
        if self.seen.in_sight {
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
        let is_asked = self.seen.in_sight && !self.seen.offline;
        let effect = is_asked.then(|| self.hub.tick(now)).flatten();
        if effect.is_some() {
            self.list_anew();
        }
        effect
    }

    /// True while [`ModelsPane::tick`] is going to ask, or the Hub's limit counts down.
    pub fn is_moving(&self, now: Timestamp) -> bool {
        let moves = || self.hub.is_due() || self.hub.is_used_up(now);
        self.seen.in_sight && !self.seen.offline && moves()
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
    pub fn absorb_rented(&mut self, answer: Result<Vec<(ModelRef, Rented)>, Problem>) {
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
    pub fn toggle_row(&mut self) -> Vec<Effect> {
        self.model()
            .map_or_else(Vec::new, |model| self.toggle(model))
    }

    fn favourite_row(&mut self) -> Vec<Effect> {
        self.model()
            .map_or_else(Vec::new, |model| self.favourite(model))
    }

    /// Has `model` served as it says from now on; where it is chosen for another provider, that one
    /// goes.
    pub fn pin(&mut self, model: ModelRef) -> Vec<Effect> {
        let id = match &model {
            ModelRef::Hub { id, .. } => Some(id.clone()),
            _ => None,
        };
        let is_same = |chosen: &ModelRef| match chosen {
            ModelRef::Hub { id: other, .. } => Some(other) == id.as_ref(),
            _ => *chosen == model,
        };
        let place = self.chosen.iter().position(is_same);
        self.chosen.retain(|chosen| !is_same(chosen));
        let place = place.unwrap_or(self.chosen.len());
        self.chosen.insert(place, model.clone());
        self.remember_chosen(model)
    }

    /// What opening the row under the cursor leads to.
    pub fn opening(&self) -> Option<Opening> {
        let row = self.listing.row()?;
        let model = self.model_of(row);
        let Some(ModelRef::Hub { id, route }) = &model else {
            return Some(match model {
                Some(_) => Opening::Choice,
                None => Opening::Facts,
            });
        };
        let served = self.served.get(id);
        if self.served.asked.is_some() && !served.is_some_and(Served::is_live) {
            return Some(Opening::Facts);
        }
        let is_chosen = model.as_ref().is_some_and(|it| self.chosen.contains(it));
        let way = |to: Route, label: String, detail: String| Way {
            label,
            detail,
            is_chosen: is_chosen && to == *route,
            model: match to.suffix() {
                Some(suffix) => format!("{id}:{suffix}").parse().ok(),
                None => id.parse().ok(),
            },
        };
        let ways = [
            (Route::Fastest, "fastest", "the most tokens a second"),
            (Route::Cheapest, "cheapest", "the lowest price of an answer"),
            (Route::Preferred, "preferred", "the order of your settings"),
            (
                Route::Default,
                "default",
                "as your account says, else the fastest",
            ),
        ];
        let ways = ways.map(|(to, label, detail)| way(to, label.to_owned(), detail.to_owned()));
        let offers = served.iter().flat_map(|served| &served.offers);
        let pinned = offers.map(|offer| {
            let to = Route::Provider(offer.provider.clone());
            let label = Foreign::new(offer.provider.as_str()).shown(24);
            way(to, label, offered(offer))
        });
        Some(Opening::Ways(
            id.clone(),
            ways.into_iter().chain(pinned).collect(),
        ))
    }

    /// Everything known of the model under the cursor, and the question to the Hub that tells the rest.
    pub fn inform(&mut self, asking: &Asking) -> Option<(String, Option<Effect>)> {
        let row = if self.seen.in_sight {
            self.listing.row()?
        } else {
            Row::Card(self.list.cursor())
        };
        self.item(row)?;
        let Some(model) = self.model_of(row) else {
            return Some((self.strange_name(row), None));
        };
        let ModelRef::Hub { id, .. } = &model else {
            return Some((self.facts(&model, &Known::Nothing, asking), None));
        };
        let found = match self.item(row) {
            Some(Item::Found(found)) => Some(found),
            _ => None,
        };
        if !self.seen.in_sight {
            // The dashboard asks the Hub for nothing.
            return Some((self.facts(&model, &Known::Nothing, asking), None));
        }
        if self.seen.offline {
            let known = Known::Offline(found);
            return Some((self.facts(&model, &known, asking), None));
        }
        let text = self.facts(&model, &Known::Asking(found), asking);
        let ticket = self.about_ticket.renew();
        let effect = Effect::About(ticket, id.clone());
        self.about = Some((ticket, model));
        Some((text, Some(effect)))
    }

    /// The same with what the Hub told; `None` where nobody waits for it any more.
    pub fn informed(
        &mut self,
        ticket: Ticket,
        answer: &Result<HubModel, Problem>,
        asking: &Asking,
    ) -> Option<String> {
        let (_, model) = self.about.take_if(|(waiting, _)| *waiting == ticket)?;
        let known = match answer {
            Ok(told) => Known::Told(told),
            Err(problem) => Known::Failed(problem),
        };
        Some(self.facts(&model, &known, asking))
    }

    /// The ticket of the question that the box with facts waits for.
    pub fn awaited(&self) -> Option<Ticket> {
        self.about.as_ref().map(|(ticket, _)| *ticket)
    }
}

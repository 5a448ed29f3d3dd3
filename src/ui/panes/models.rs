//! The models pane: who writes the next caption.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::command::{Command, Motion};
use super::super::effect::Effect;
use super::super::facts::Facts;
use super::super::list::List;
use super::super::pen::{self, Pen};
use super::super::presets::Presets;
use super::super::say;
use super::super::search::{Begin, Search};
use super::Scene;
use crate::domain::model::{ModelCard, ModelRef, Price};
use crate::domain::preset::Variable;
use crate::domain::request::Terms;
use crate::domain::spending::{at_most, dollars, estimate};
use crate::domain::text::Foreign;
use crate::engine::Remembered;

/// A price that nobody told is asked for again after this time.
const SOON: SignedDuration = SignedDuration::from_secs(60);
/// A price that was told is asked for again after this time: a dashboard may stand open for days.
const LATER: SignedDuration = SignedDuration::from_secs(600);

/// The state of the pane.
#[derive(Debug)]
pub struct ModelsPane {
    cards: Vec<ModelCard>,
    chosen: Vec<ModelRef>,
    favourites: Vec<ModelRef>,
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
}

impl ModelsPane {
    /// The pane with what can be chosen, and what is chosen until something is remembered.
    pub fn new(cards: Vec<ModelCard>, chosen: Vec<ModelRef>) -> Self {
        Self {
            cards,
            named: chosen.clone(),
            chosen,
            favourites: Vec::new(),
            chosen_by_hand: false,
            favourites_by_hand: false,
            asked: BTreeMap::new(),
            list: List::default(),
            search: Search::default(),
        }
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
        self.arrange();
    }

    /// Takes in what was remembered, but for what the person changed meanwhile.
    pub fn absorb(&mut self, chosen: Option<Vec<ModelRef>>, favourites: Vec<ModelRef>) {
        self.named.extend(chosen.iter().flatten().cloned());
        self.named.extend(favourites.iter().cloned());
        if let Some(chosen) = chosen
            && !self.chosen_by_hand
        {
            self.chosen = chosen;
        }
        if !self.favourites_by_hand {
            self.favourites = favourites;
        }
        self.arrange();
    }

    /// Favourites come first; otherwise the order stays.
    fn arrange(&mut self) {
        let favourites = &self.favourites;
        self.cards
            .sort_by_key(|card| !favourites.contains(&card.model));
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
            Command::Favourite => return self.favourite(page),
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
        match self.card().map(|card| card.model.clone()) {
            Some(model) => self.toggle(model),
            None => Vec::new(),
        }
    }

    fn toggle(&mut self, model: ModelRef) -> Vec<Effect> {
        // Who chooses a model anew wants to know its price anew.
        self.asked.remove(&model);
        self.named.push(model.clone());
        flip(&mut self.chosen, model);
        self.chosen_by_hand = true;
        vec![Effect::Remember(Remembered::Chosen, self.chosen.clone())]
    }

    /// Chooses `model` for the next caption, if it is not chosen yet.
    pub fn choose(&mut self, model: ModelRef) -> Vec<Effect> {
        if self.chosen.contains(&model) {
            return Vec::new();
        }
        self.toggle(model)
    }

    /// The cursor goes with its model.
    fn favourite(&mut self, page: usize) -> Vec<Effect> {
        let Some(model) = self.card().map(|card| card.model.clone()) else {
            return Vec::new();
        };
        flip(&mut self.favourites, model.clone());
        self.favourites_by_hand = true;
        self.arrange();
        self.point_at(&model, page);
        vec![Effect::Remember(
            Remembered::Favourite,
            self.favourites.clone(),
        )]
    }

    /// Puts the cursor on `model`, if it is listed.
    pub fn point_at(&mut self, model: &ModelRef, page: usize) {
        if let Some(at) = self.cards.iter().position(|card| card.model == *model) {
            self.list.go(at, self.cards.len(), page);
        }
    }

    /// Finds `text` in the names, from the cursor on, and tells whether it is there.
    pub fn find(&mut self, text: &str, page: usize) -> bool {
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

    /// The model under the cursor.
    pub fn card(&self) -> Option<&ModelCard> {
        self.cards.get(self.list.cursor())
    }

    /// Draws the pane with its frame.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, scene: &Scene) {
        let mut title = format!("Models · {} chosen", self.chosen.len());
        if let Some(preset) = scene.presets.for_all_or_configured() {
            let _ = write!(title, " · {}", Foreign::new(preset).shown(24));
        }
        let inner = pen::frame(area, buffer, &title, scene.focused, scene.theme);
        for (y, at) in self
            .list
            .window(self.cards.len(), inner.height.into())
            .enumerate()
        {
            if let (Some(card), Ok(y)) = (self.cards.get(at), u16::try_from(y)) {
                let cursor = at == self.list.cursor();
                self.draw_card(card, cursor, Pen::new(buffer, inner, y), scene);
            }
        }
        let left = usize::from(inner.height).saturating_sub(self.cards.len());
        if left > 1 && !scene.zoomed {
            let y = inner.height - 1;
            let hint = "space chooses · z more";
            Pen::new(buffer, inner, y)
                .write(" ", scene.theme.dim())
                .write(hint, scene.theme.dim());
        }
    }

    fn draw_card(&self, card: &ModelCard, cursor: bool, mut pen: Pen, scene: &Scene) {
        let theme = scene.theme;
        let chosen = self.chosen.contains(&card.model);
        let base = match chosen {
            _ if cursor => theme.cursor(scene.focused),
            true => theme.strong(),
            false => Style::new(),
        };
        pen.write(if cursor { ">" } else { " " }, base);
        pen.write(
            if chosen { "● " } else { "○ " },
            if cursor { base } else { theme.good() },
        );
        pen.right(&format!("{} ", card.price), base);
        let star = if self.favourites.contains(&card.model) {
            " ★"
        } else {
            ""
        };
        // Where there is no room for both, the name is worth more; `about` stands beside it too.
        let both = scene.zoomed && pen.left() >= 60;
        let name_width = if both { 34 } else { pen.left() };
        let name = card.model.name().shown(name_width.saturating_sub(3));
        let preset = scene.presets.own(&card.model);
        let preset = preset.map_or_else(String::new, |name| {
            format!(" · {}", Foreign::new(name).shown(16))
        });
        pen.column(&format!("{name}{star}{preset}"), name_width, base);
        if both {
            let about = card.about.shown(pen.left().saturating_sub(1));
            pen.write(&about, if cursor { base } else { theme.dim() });
        }
        pen.fill(base);
    }
}

/// What is known of a model, for people: where it runs, what it is sent and what it asks, for
/// pictures that are asked about as `terms` say, and as the preset that is in force for it. `token`
/// says whose token a router gets.
pub fn facts_of(card: &ModelCard, terms: &Terms, presets: &Presets, token: &str) -> String {
    let terms = &presets.terms(terms, &card.model);
    let (runs, token) = match &card.model {
        ModelRef::Builtin(_) => ("on this machine", None),
        ModelRef::Hub { .. } => ("at a provider that Hugging Face routes to", Some(token)),
        ModelRef::Endpoint(_) | ModelRef::Url(_) => ("at an endpoint of your own", None),
    };
    let picture = say::upload(terms.upload);
    let told = Variable::all_said(Variable::in_terms(terms));
    let told = told.map_or_else(String::new, |told| format!(" with {told}"));
    let sends = match &card.model {
        ModelRef::Builtin(_) => "nothing".to_owned(),
        ModelRef::Hub { .. } => format!("{picture}; and the prompt{told}"),
        ModelRef::Endpoint(_) => format!("{picture}; in a chat the prompt{told} too"),
        ModelRef::Url(_) => picture,
    };
    let costs = match card.price {
        Price::Free => "nothing".to_owned(),
        Price::Own => "what your endpoint costs".to_owned(),
        Price::Unknown => "unknown".to_owned(),
        Price::Usage { input, output } => format!(
            "{} in, {} out for a million tokens",
            dollars(input),
            dollars(output)
        ),
    };
    let each = estimate(card.price, terms).filter(|each| *each > 0);
    Facts::default()
        .paragraph(&card.model.name().paragraphs())
        .paragraph(&card.about.paragraphs())
        .row("runs", runs.to_owned())
        .row(
            "to",
            card.host
                .as_ref()
                .map(|host| Foreign::new(host.as_str()).shown(200)),
        )
        .row("sends", sends)
        .row("preset", preset_of(&card.model, presets))
        .row("costs", costs)
        .row("picture", each.map(at_most))
        .row("token", token.map(ToOwned::to_owned))
        .text()
}

/// The preset in force for a model that takes one, for people.
fn preset_of(model: &ModelRef, presets: &Presets) -> Option<String> {
    let takes_none = matches!(model, ModelRef::Builtin(_) | ModelRef::Url(_));
    let name = presets.of(model).filter(|_| !takes_none)?;
    let whose = match presets.own(model) {
        Some(_) => "of this model alone",
        None => "of all models",
    };
    Some(format!("{}, {whose}", Foreign::new(name).shown(40)))
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

//! Everything the screen knows. `update` changes it, `view` draws it, nobody else touches it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::layout::{Margin, Rect, Size as Cells};

use super::command::Context;
use super::comparison::Comparison;
use super::effect::{Effect, Saving, Ticket};
use super::foresight::Foresight;
use super::jobs::Jobs;
use super::keymap::Keymap;
use super::layout::{Areas, layout};
use super::notice::Notice;
use super::overlay::Overlay;
use super::overlay::card::Card;
use super::overlay::field::{Field, Words};
use super::overlay::reading::Reading;
use super::panes::captions::CaptionsPane;
use super::panes::files::FilesPane;
use super::panes::history::HistoryPane;
use super::panes::models::ModelsPane;
use super::panes::{Pane, Scene, models};
use super::pictures::Pictures;
use super::places::Places;
use super::presets::Presets;
use super::reviews::Reviews;
use super::spending::Spending;
use super::theme::Theme;
use super::token;
use crate::domain::account::{TokenState, TokenStatus};
use crate::domain::endpoint::Endpoint;
use crate::domain::filter::Filter;
use crate::domain::image::ImageRef;
use crate::domain::model::{ModelCard, ModelRef};
use crate::domain::problem::Problem;
use crate::domain::request::{CaptionRequest, RequestKey, Terms};
use crate::domain::sort::Sort;
use crate::domain::text::Foreign;
use crate::engine::Again;

/// What the screen wants to know first of what is remembered.
const FIRST: [Effect; 6] = [
    Effect::Recall,
    Effect::RecallPresets,
    Effect::RecallView,
    Effect::Filters(Saving::Nothing),
    Effect::Token,
    Effect::Consents,
];

/// What the screen is given when it starts.
#[derive(Debug)]
pub struct Start {
    /// The folder to show.
    pub folder: PathBuf,
    /// The file in it to begin with.
    pub file: Option<OsString>,
    /// How files stand.
    pub sort: Sort,
    /// Whether hidden files are shown.
    pub hidden: bool,
    /// What can be chosen.
    pub cards: Vec<ModelCard>,
    /// What is known of the token.
    pub token: TokenStatus,
    /// Endpoints of one's own, by name, as the configuration has them.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// What is chosen until something else was remembered.
    pub chosen: Vec<ModelRef>,
    /// How pictures are asked about where no preset is in force.
    pub terms: Terms,
    /// Presets, and which is in force.
    pub presets: Presets,
    /// Which key does what.
    pub keymap: Keymap,
    /// How things look.
    pub theme: Theme,
    /// The size of the screen.
    pub size: Cells,
    /// The time.
    pub now: Timestamp,
    /// The person's time zone.
    pub zone: TimeZone,
    /// The person's home folder.
    pub home: Option<PathBuf>,
    /// True where the card of the first start is shown.
    pub first: bool,
    /// Where the configuration file is, for telling.
    pub config_file: PathBuf,
    /// What went wrong before the screen was there.
    pub problems: Vec<Problem>,
    /// Why nothing can be stored.
    pub read_only: Option<Problem>,
}

/// Everything the screen knows.
#[derive(Debug)]
pub struct State {
    /// The size of the screen.
    pub size: Cells,
    /// The pane that gets keys.
    pub focus: Pane,
    /// True where the focused pane has the whole screen.
    pub zoomed: bool,
    /// The pane whose picture is in sight: files or history.
    pub(super) sight: Pane,
    /// The files pane.
    pub files: FilesPane,
    /// The models pane.
    pub models: ModelsPane,
    /// The captions pane.
    pub captions: CaptionsPane,
    /// The history pane.
    pub history: HistoryPane,
    /// The comparison, where one was begun.
    pub comparison: Option<Comparison>,
    /// True while it stands in the captions pane.
    pub(super) is_compared: bool,
    /// What runs, waits or failed.
    pub jobs: Jobs,
    /// Pictures made ready.
    pub pictures: Pictures,
    /// Where the pictures of runs lie now.
    pub places: Places,
    /// Why this terminal shows none; `None` where it does.
    pub no_pictures: Option<&'static str>,
    /// What stands over the panes, topmost last.
    pub overlays: Vec<Overlay>,
    /// A passing line.
    pub notice: Option<Notice>,
    /// Which key does what.
    pub keymap: Keymap,
    /// How things look.
    pub theme: Theme,
    /// The time.
    pub now: Timestamp,
    /// The person's time zone.
    pub zone: TimeZone,
    /// The person's home folder.
    pub home: Option<PathBuf>,
    /// Where the configuration file is.
    pub config_file: PathBuf,
    /// How pictures are asked about where no preset is in force.
    pub terms: Terms,
    /// Presets, and which is in force.
    pub presets: Presets,
    /// What is known of the token.
    pub token: TokenStatus,
    /// Endpoints of one's own, by name, as the configuration has them.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// The ticket of the form that was sent last.
    pub(super) sent: Ticket,
    /// What a wording would change, asked while it is typed.
    pub(super) foresight: Foresight,
    /// The ticket of the standings that were asked for last.
    pub(super) added: Ticket,
    /// What is known of money, and of who may have pictures.
    pub spending: Spending,
    /// What was decided and written in this session.
    pub reviews: Reviews,
    /// Why nothing can be stored.
    pub read_only: Option<Problem>,
    /// Requests that history answered just now: asked once more, they go out again.
    pub(super) answered: BTreeSet<(ImageRef, ModelRef)>,
    /// What was asked for by the keys that were pressed last, and when the last of them was.
    pub(super) asked: Option<(BTreeSet<(ImageRef, RequestKey)>, Timestamp)>,
    /// What was asked for again so soon that a held key may have asked, and when.
    pub(super) doubled: Option<(Vec<CaptionRequest>, Again, Timestamp)>,
    /// When Ctrl-c was pressed last.
    pub(super) cancelled: Option<Timestamp>,
    /// True while the program leaves as soon as no job is left.
    pub leaving: bool,
}

impl State {
    /// The screen as it starts, and what it wants to know first.
    pub fn new(start: Start) -> (Self, Vec<Effect>) {
        let mut state = Self {
            files: FilesPane::new(start.folder, start.file, start.sort, start.hidden),
            models: ModelsPane::new(start.cards, start.chosen),
            captions: CaptionsPane::default(),
            history: HistoryPane::new(start.zone.clone()),
            size: start.size,
            focus: Pane::Files,
            zoomed: false,
            sight: Pane::Files,
            comparison: None,
            is_compared: false,
            jobs: Jobs::default(),
            pictures: Pictures::default(),
            places: Places::default(),
            no_pictures: None,
            overlays: Vec::new(),
            notice: None,
            keymap: start.keymap,
            theme: start.theme,
            now: start.now,
            zone: start.zone,
            home: start.home,
            config_file: start.config_file,
            terms: start.terms,
            presets: start.presets,
            token: start.token,
            endpoints: start.endpoints,
            sent: Ticket::default(),
            foresight: Foresight::default(),
            added: Ticket::default(),
            spending: Spending::default(),
            reviews: Reviews::default(),
            read_only: start.read_only,
            answered: BTreeSet::new(),
            asked: None,
            doubled: None,
            cancelled: None,
            leaving: false,
        };
        let card = start.first.then(|| Overlay::Card(Card::default()));
        state.overlays.extend(card);
        let problems = start.problems.iter().rev().map(Reading::problem);
        state.overlays.extend(problems.map(Overlay::Reading));
        let mut effects = FIRST.to_vec();
        effects.extend(state.spending.tick(state.now, &state.zone));
        effects.extend(state.look_up());
        effects.extend(state.files.read());
        effects.extend(state.history.read(state.files.folder()));
        (state, effects)
    }

    /// Where everything is; `None` where the screen is too small.
    pub fn areas(&self) -> Option<Areas> {
        let zoomed = self.zoomed.then_some(self.focus);
        layout(self.size, zoomed, self.files.view())
    }

    /// Where boxes stand; empty where the screen is too small.
    pub fn overlay_area(&self) -> Rect {
        let body = self.areas().unwrap_or_default().body;
        body.inner(Margin::new(1, 1))
    }

    /// Where a caption is rewritten: over the one in review, or over what models say.
    pub fn editing_area(&self) -> Rect {
        let areas = self.areas().unwrap_or_default();
        let places = [areas.detail, areas.captions];
        let place = places.into_iter().find(|area| !area.is_empty());
        place.unwrap_or_else(|| self.overlay_area())
    }

    /// Rows of a pane in sight.
    pub fn page(&self, pane: Pane) -> usize {
        self.areas().map_or(1, |areas| areas.page(pane))
    }

    /// Asks for what is not known of chosen models; offline nobody is asked for prices.
    pub(super) fn look_up(&mut self) -> Vec<Effect> {
        let is_offline = self.token.state == TokenState::Offline;
        let account = match &self.token.state {
            TokenState::Good(account) => Some(account.name.raw()),
            _ => None,
        };
        let mut effects = self.models.look_up(self.now, !is_offline);
        effects.extend(self.models.look_around(models::Sight {
            now: self.now,
            is_open: self.zoomed && self.focus == Pane::Models,
            is_offline,
            account,
        }));
        effects
    }

    /// What a pane needs to draw itself.
    pub fn scene(&self, pane: Pane) -> Scene<'_> {
        Scene {
            theme: self.theme,
            focused: self.focus == pane && self.overlays.is_empty(),
            zoomed: self.zoomed,
            jobs: &self.jobs,
            places: &self.places,
            comparison: self.comparison.as_ref(),
            now: self.now,
            zone: &self.zone,
            home: self.home.as_deref(),
            presets: &self.presets,
            keymap: &self.keymap,
        }
    }

    /// The key of a command that counts in this context or everywhere, for people.
    pub fn key(&self, context: Context, name: &str) -> String {
        self.keymap.said(&[context, Context::Global], name)
    }

    /// How pictures are asked about by this model.
    pub fn terms_of(&self, model: &ModelRef) -> Terms {
        self.presets.terms(&self.terms, model)
    }

    /// What is known of the token, for people.
    pub fn token_facts(&self) -> String {
        let home = self.home.as_deref();
        token::long(&self.token, self.now, &self.zone, home)
    }

    /// Words that a field can complete: models, folders in sight, saved filters. There may be
    /// thousands, so they are gathered only for a field that asks for them.
    pub fn words(&self, field: &Field) -> Words {
        if !field.takes_words() {
            return Words::default();
        }
        let models = self.models.cards().iter();
        let models = models.map(|card| card.model.name().raw().to_owned());
        let folders = self.files.folders().map(|name| name.raw().to_owned());
        let shown = |filter: &Filter| Foreign::new(filter.to_string()).shown(60);
        let filters = self.history.sought().saved().iter();
        let filters = filters.map(|(name, filter)| (name.clone(), shown(filter)));
        Words {
            models: models.collect(),
            folders: folders.collect(),
            filters: filters.collect(),
        }
    }

    /// Shows a passing line.
    pub fn notify(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice::of(text, self.now));
    }

    /// Shows what went wrong in a passing line.
    pub fn complain(&mut self, problem: &Problem) {
        self.notice = Some(Notice::of_problem(problem, self.now));
    }

    /// Finds `text` in the focused pane, from its cursor on, and tells whether it is there.
    pub(super) fn find(&mut self, text: &str) -> bool {
        let page = self.page(self.focus);
        match self.focus {
            Pane::Files => self.files.find(text, self.files_page()),
            Pane::Models => self.models.find(text, page),
            Pane::History => self.history.find(text, page),
            Pane::Captions => false,
        }
    }

    /// Takes in the time: a passing line passes.
    pub(super) fn tick(&mut self, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        self.notice.take_if(|notice| notice.is_over(now));
        let mut effects: Vec<_> = self.models.tick(now).into_iter().collect();
        effects.extend(self.history.seek_now(self.files.folder(), Some(now)));
        effects.extend(self.spending.tick(now, &self.zone));
        effects
    }

    /// True while the screen changes with the time alone.
    pub fn is_moving(&self) -> bool {
        let waits = matches!(self.overlays.last(), Some(Overlay::Form(form)) if form.is_waiting());
        let counts = token::seconds_left(&self.token, self.now).is_some();
        waits
            || counts
            || self.doubled.is_some()
            || self.notice.is_some()
            || self.models.is_moving(self.now)
            || self.history.sought().is_due()
            || self.foresight.is_due()
            || self.jobs.is_moving()
            || self.spending.is_moving()
    }
}

/// Where keys count now, strongest first.
pub fn contexts(state: &State) -> Vec<Context> {
    if let Some(overlay) = state.overlays.last() {
        return match overlay.context() {
            // What is typed is text, whatever it means elsewhere.
            Context::Text => vec![Context::Text],
            context @ (Context::Form | Context::Editing) => vec![context, Context::Text],
            context => vec![context, Context::Global],
        };
    }
    let (zoomed, pane) = match state.focus {
        Pane::Files => (Context::FilesZoomed, Context::Files),
        Pane::Models => (Context::ModelsZoomed, Context::Models),
        Pane::Captions => (Context::CaptionsZoomed, Context::Captions),
        Pane::History => (Context::HistoryZoomed, Context::History),
    };
    let sheet = state.is_sheet().then_some(Context::Sheet);
    let comparison = state.is_comparing().then_some(Context::Comparison);
    let strongest = state.zoomed.then_some(zoomed);
    sheet
        .into_iter()
        .chain(comparison)
        .chain(strongest)
        .chain([pane, Context::Global])
        .collect()
}

//! What is looked at, and which pictures the screen wants: those in sight, the nearest to the cursor first, and then those
//! that come into sight next.

use ratatui::layout::{Margin, Rect};

use super::comparison::Comparison;
use super::effect::Effect;
use super::facts::Facts;
use super::layout::Areas;
use super::list;
use super::painter::ImageSlot;
use super::panes::Pane;
use super::panes::files::sheet::Grid;
use super::panes::history::Page;
use super::pictures::Wish;
use super::reviews::Stand;
use super::say;
use super::state::State;
use crate::domain::image::ImageRef;
use crate::domain::run::{Run, RunId};
use crate::domain::whereabouts::Whereabouts;
use crate::engine::FilesView;

impl State {
    /// Shows wherever a run is on screen how it stands now.
    pub(super) fn stand(&mut self, stand: &Stand) {
        self.history.stand(stand);
        self.captions.stand(stand);
        if let Some(comparison) = &mut self.comparison {
            comparison.stand(stand);
        }
    }

    /// A run that is on screen somewhere.
    pub(super) fn run(&self, id: RunId) -> Option<&Run> {
        self.runs().find(|run| run.id == Some(id))
    }

    /// True while nobody may see a run: it is part of a blind comparison.
    pub(super) fn hides(&self, run: &Run) -> bool {
        let comparison = self.comparison.as_ref();
        comparison.is_some_and(|it| it.hides_request(&run.request))
    }

    /// Every run that is on screen somewhere; some of them twice.
    pub(super) fn runs(&self) -> impl Iterator<Item = &Run> {
        let compared = self.comparison.iter().flat_map(Comparison::runs);
        let runs = self.history.runs().chain(self.captions.runs());
        runs.chain(compared)
    }

    /// True where the contact sheet has the whole screen.
    pub fn is_sheet(&self) -> bool {
        self.zoomed && self.focus == Pane::Files && self.files.view() == FilesView::Sheet
    }

    /// True where a comparison has the whole screen.
    pub fn is_comparing(&self) -> bool {
        let is_open = self.is_compared && self.comparison.is_some();
        is_open && self.zoomed && self.focus == Pane::Captions
    }

    /// True where history has the whole screen.
    pub fn is_reviewing(&self) -> bool {
        self.zoomed && self.focus == Pane::History
    }

    /// The review as it stands on screen.
    pub fn review_page(&self, areas: &Areas) -> Page<'_> {
        let captions = self.captions.runs();
        let captions = captions.filter(|run| run.id.is_some() && !run.text().is_blank());
        Page {
            caption: areas.detail,
            about: areas.about,
            captions: captions.collect(),
        }
    }

    /// The picture that is looked at.
    pub fn image(&self) -> Option<ImageRef> {
        match self.sight {
            _ if self.is_comparing() => self.comparison.as_ref()?.image().cloned(),
            Pane::History => self.history.run().map(|run| self.places.image(run).clone()),
            _ => self.files.image(),
        }
    }

    /// The run whose picture is looked at; `None` where that is a file.
    pub(super) fn run_looked_at(&self) -> Option<&Run> {
        let is_history = self.sight == Pane::History && !self.is_comparing();
        self.history.run().filter(|_| is_history)
    }

    /// True where the picture that is looked at does not lie where it was captioned.
    pub(super) fn run_moved(&self) -> bool {
        let place = self.run_looked_at().and_then(|run| self.places.of(run));
        matches!(place, Some(Whereabouts::Moved(_)))
    }

    /// The picture that is looked at, where it is known where it lies; else why there is none.
    ///
    /// # Errors
    /// A sentence for the person.
    pub(super) fn image_at_hand(&self) -> Result<ImageRef, String> {
        let image = self.image().ok_or("no picture in sight")?;
        match self.run_looked_at().map(|run| self.places.of(run)) {
            None | Some(Some(Whereabouts::There | Whereabouts::Moved(_))) => Ok(image),
            Some(Some(Whereabouts::Lost(loss))) => {
                Err(format!("{} {}", image.name().shown(40), loss.sentence()))
            }
            Some(None) => Err(format!("{} is looked for", image.name().shown(40))),
        }
    }

    /// What is known of the picture in sight, for people.
    pub fn picture_facts(&self) -> Option<String> {
        let image = self.image()?;
        let path = say::path(image.path(), self.home.as_deref(), usize::MAX);
        let facts = Facts::default().paragraph(&path);
        Some(self.pictures.facts(&image, facts)?.text())
    }

    /// What is in sight of the files, as a list or as the contact sheet.
    pub(super) fn files_page(&self) -> list::Page {
        match self.areas() {
            Some(areas) if self.is_sheet() => Grid::new(inside(areas.files)).page(),
            _ => self.page(Pane::Files).into(),
        }
    }

    /// Asks for what is to be seen and is not there.
    pub(super) fn look(&mut self) -> Vec<Effect> {
        let mut effects = self.locate();
        let image = self.image();
        let is_comparing = self.is_comparing();
        effects.extend(match &mut self.comparison {
            Some(comparison) if is_comparing => {
                comparison.see();
                let mut effects = comparison.read_ahead();
                effects.extend(comparison.differ(&self.jobs));
                effects
            }
            _ => {
                let run = (self.sight == Pane::History).then(|| self.history.run());
                let id = run.flatten().and_then(|run| run.image_id);
                self.captions.turn_to(image.clone(), id)
            }
        });
        if let Some((sight, next)) = self.wishes(image) {
            effects.extend(self.pictures.want(&sight, &next));
        }
        effects
    }

    /// Asks where the pictures of the runs lie that are looked at now or next.
    fn locate(&mut self) -> Vec<Effect> {
        if self.run_looked_at().is_none() {
            return Vec::new();
        }
        let here = self.history.run().cloned();
        let runs: Vec<_> = here
            .into_iter()
            .chain(self.coming_runs().cloned())
            .collect();
        self.places.want(runs.iter())
    }

    /// In the review those come first that are still to be decided on.
    fn coming_runs(&self) -> impl Iterator<Item = &Run> {
        let pending = if self.is_reviewing() {
            self.history.pending_after(2, |run| self.hides(run))
        } else {
            Vec::new()
        };
        pending.into_iter().chain(self.history.neighbours())
    }

    /// What is in sight, and what may come next; `None` where the screen is too small.
    fn wishes(&self, image: Option<ImageRef>) -> Option<(Vec<Wish>, Vec<Wish>)> {
        let areas = self.areas()?;
        let page = self.files_page();
        let card = ImageSlot::pixels_of(Grid::new(inside(areas.body)).picture());
        let cards = |images: Vec<ImageRef>| images.into_iter().map(|image| (image, card)).collect();
        if self.is_sheet() {
            return Some((
                cards(self.files.in_sight(page)),
                cards(self.files.coming(page)),
            ));
        }
        let within = ImageSlot::pixels_of(inside(areas.picture));
        let beside: Vec<_> = match self.sight {
            _ if self.is_comparing() => {
                let comparison = self.comparison.iter();
                comparison.flat_map(Comparison::neighbours).collect()
            }
            Pane::History => {
                let images = self.coming_runs().map(|run| self.places.image(run).clone());
                images.collect()
            }
            _ => self.files.neighbours().collect(),
        };
        let sight = image.map(|image| (image, within)).into_iter().collect();
        let mut next: Vec<_> = beside.into_iter().map(|image| (image, within)).collect();
        if self.zoomed && self.focus == Pane::Files {
            // The wide list tells their facts, and the sheet is there when it is turned to.
            let rows: Vec<_> = cards(self.files.in_sight(page));
            next.extend(rows);
        }
        Some((sight, next))
    }
}

/// What a border leaves of a pane.
fn inside(area: Rect) -> Rect {
    area.inner(Margin::new(1, 1))
}

#[cfg(test)]
mod tests;

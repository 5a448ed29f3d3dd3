//! The captions pane: what models say of the picture in sight.

mod compared;
mod draw;
mod voice;

use std::cmp::Reverse;

use super::super::command::{Command, Motion};
use super::super::effect::{Effect, Ticket};
use super::super::jobs::{Jobs, Says};
use super::super::list::List;
use super::super::reviews::{self, Stand};
use crate::domain::image::{ImageId, ImageRef};
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::run::{Run, Sent};

pub use compared::{draw_comparison, measure};
pub use voice::facts_of;

/// The state of the pane.
#[derive(Debug, Default)]
pub struct CaptionsPane {
    image: Option<ImageRef>,
    id: Option<ImageId>,
    ticket: Ticket,
    runs: Vec<Run>,
    /// So many of them came after the last question; its answer may not know them.
    fresh: usize,
    failed: Option<Problem>,
    list: List,
    /// The row in sight of the column under the cursor that is first.
    scroll: List,
}

/// What one model says, or is about to.
#[derive(Debug)]
pub struct Voice<'a> {
    /// Who speaks.
    pub model: ModelRef,
    /// What there is of it.
    pub says: Says<'a>,
}

impl CaptionsPane {
    /// Turns to another picture and asks what is known of it.
    ///
    /// `id` is the picture that the file held, where that is asked about and not what it holds.
    pub fn turn_to(&mut self, image: Option<ImageRef>, id: Option<ImageId>) -> Vec<Effect> {
        if (&image, id) == (&self.image, self.id) {
            return Vec::new();
        }
        self.image = image;
        if id.is_some() && id == self.id {
            // It was found elsewhere, and is the same picture.
            return Vec::new();
        }
        self.id = id;
        self.runs.clear();
        self.failed = None;
        self.list = List::default();
        self.scroll = List::default();
        self.reload()
    }

    /// Asks again what is known of the picture.
    pub fn reload(&mut self) -> Vec<Effect> {
        let ticket = self.ticket.renew();
        self.fresh = 0;
        self.image
            .iter()
            .map(|image| Effect::Captions(ticket, image.clone(), self.id))
            .collect()
    }

    /// Takes in the runs of the picture.
    pub fn absorb(&mut self, ticket: Ticket, runs: Result<Vec<Run>, Problem>) {
        if ticket != self.ticket {
            return;
        }
        match runs {
            Ok(runs) => {
                // What could not be stored is nowhere but here.
                let is_kept = |(at, run): &(usize, Run)| {
                    run.id.is_none() || *at < self.fresh && runs.iter().all(|new| new.id != run.id)
                };
                let kept = self.runs.drain(..).enumerate().filter(is_kept);
                let mut all: Vec<_> = kept.map(|(_, run)| run).collect();
                all.extend(runs);
                all.sort_by_key(|run| Reverse(run.timing.started));
                self.runs = all;
                self.failed = None;
            }
            Err(problem) => self.failed = Some(problem),
        }
    }

    /// A run of the picture in sight is over.
    pub fn add(&mut self, run: &Run) {
        let known = run.id.is_some() && self.runs.iter().any(|old| old.id == run.id);
        if self.image.as_ref() == Some(&run.request.image) && !known {
            self.runs.insert(0, run.clone());
            self.fresh += 1;
        }
    }

    /// The runs of the picture in sight.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter()
    }

    /// Some runs stand so from now on.
    pub fn stand(&mut self, stand: &Stand) {
        for run in &mut self.runs {
            reviews::stand(run, stand);
        }
    }

    /// One line for each chosen model, then for each other one that said something.
    pub fn voices<'a>(&'a self, chosen: &[ModelRef], jobs: &'a Jobs) -> Vec<Voice<'a>> {
        let Some(image) = &self.image else {
            return Vec::new();
        };
        let running = jobs.of_image(image).filter(|(_, job)| job.state.is_live());
        let mut models: Vec<_> = chosen.to_vec();
        let others = running
            .map(|(_, job)| &job.request.model)
            .chain(self.runs.iter().map(|run| &run.request.model));
        for model in others {
            if !models.contains(model) {
                models.push(model.clone());
            }
        }
        models
            .into_iter()
            .map(|model| Voice {
                says: self.says(image, &model, jobs),
                model,
            })
            .collect()
    }

    fn says<'a>(&'a self, image: &ImageRef, model: &ModelRef, jobs: &'a Jobs) -> Says<'a> {
        if let Some((id, job)) = jobs.of(image, model) {
            return Says::Job(id, job);
        }
        let newest = self.runs.iter().find(|run| run.request.model == *model);
        newest.map_or(Says::Nothing, Says::Run)
    }

    /// Obeys a command; `len` is the number of voices, `page` the number of rows in sight, `rows`
    /// that of the text in the column under the cursor, where there are columns.
    pub fn handle(&mut self, command: &Command, len: usize, page: usize, rows: Option<usize>) {
        match (command, rows) {
            (Command::Move(motion), Some(rows)) => {
                let most = rows.saturating_sub(page);
                self.scroll.step(*motion, most + 1, page);
            }
            (Command::Move(motion), None) => self.list.step(*motion, len, page),
            (Command::Into, _) => self.turn_column(Motion::Down, len),
            (Command::Out, _) => self.turn_column(Motion::Up, len),
            _ => {}
        }
    }

    fn turn_column(&mut self, motion: Motion, len: usize) {
        self.scroll = List::default();
        self.list.step(motion, len, 1);
    }

    /// The voice under the cursor.
    pub fn voice<'a>(&'a self, chosen: &[ModelRef], jobs: &'a Jobs) -> Option<Voice<'a>> {
        let mut voices = self.voices(chosen, jobs);
        let at = self.list.cursor().min(voices.len().checked_sub(1)?);
        Some(voices.swap_remove(at))
    }

    /// What was sent of the picture the last time.
    pub fn sent(&self, jobs: &Jobs) -> Option<Sent> {
        let jobs = jobs.of_image(self.image.as_ref()?);
        let now = jobs.filter_map(|(_, job)| job.sent).last();
        now.or_else(|| self.runs.iter().find_map(|run| run.sent))
    }

    /// The picture in sight.
    pub fn image(&self) -> Option<&ImageRef> {
        self.image.as_ref()
    }
}

#[cfg(test)]
mod tests;

//! The captions pane: what models say of the picture in sight.

mod draw;

use std::cmp::Reverse;

use super::super::command::{Command, Motion};
use super::super::effect::{Effect, Ticket};
use super::super::jobs::{Job, Jobs};
use super::super::list::List;
use crate::domain::image::ImageRef;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::run::Run;
use crate::engine::JobId;

/// The state of the pane.
#[derive(Debug, Default)]
pub struct CaptionsPane {
    image: Option<ImageRef>,
    ticket: Ticket,
    runs: Vec<Run>,
    /// So many of them came after the last question; its answer may not know them.
    fresh: usize,
    failed: Option<Problem>,
    list: List,
    /// Rows that a zoomed column is scrolled down by.
    scroll: usize,
}

/// What one model says, or is about to.
#[derive(Debug)]
pub struct Voice<'a> {
    /// Who speaks.
    pub model: ModelRef,
    /// What there is of it.
    pub says: Says<'a>,
}

/// What there is of a caption.
#[derive(Debug)]
pub enum Says<'a> {
    /// The model was not asked.
    Nothing,
    /// A job is on its way.
    Job(JobId, &'a Job),
    /// The newest run.
    Run(&'a Run),
}

impl CaptionsPane {
    /// Turns to another picture and asks what is known of it.
    pub fn turn_to(&mut self, image: Option<ImageRef>) -> Vec<Effect> {
        if image == self.image {
            return Vec::new();
        }
        self.image = image;
        self.runs.clear();
        self.failed = None;
        self.list = List::default();
        self.scroll = 0;
        self.reload()
    }

    /// Asks again what is known of the picture.
    pub fn reload(&mut self) -> Vec<Effect> {
        let ticket = self.ticket.renew();
        self.fresh = 0;
        self.image
            .iter()
            .map(|image| Effect::Captions(ticket, image.clone()))
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

    /// Obeys a command; `len` is the number of voices, `page` the number of rows in sight.
    pub fn handle(&mut self, command: &Command, len: usize, page: usize, zoomed: bool) {
        match command {
            Command::Move(motion) if zoomed => self.scroll_by(*motion, page),
            Command::Move(motion) => self.list.step(*motion, len, page),
            Command::Into => self.turn_column(Motion::Down, len),
            Command::Out => self.turn_column(Motion::Up, len),
            _ => {}
        }
    }

    fn turn_column(&mut self, motion: Motion, len: usize) {
        self.scroll = 0;
        self.list.step(motion, len, 1);
    }

    fn scroll_by(&mut self, motion: Motion, page: usize) {
        self.scroll = match motion {
            Motion::Up => self.scroll.saturating_sub(1),
            Motion::Down => self.scroll + 1,
            Motion::HalfUp => self.scroll.saturating_sub(page / 2),
            Motion::HalfDown => self.scroll + page / 2,
            Motion::PageUp => self.scroll.saturating_sub(page),
            Motion::PageDown => self.scroll + page,
            Motion::Top => 0,
            Motion::Bottom => usize::MAX / 2,
        };
    }

    /// The voice under the cursor.
    pub fn voice<'a>(&'a self, chosen: &[ModelRef], jobs: &'a Jobs) -> Option<Voice<'a>> {
        let mut voices = self.voices(chosen, jobs);
        let at = self.list.cursor().min(voices.len().checked_sub(1)?);
        Some(voices.swap_remove(at))
    }

    /// The picture in sight.
    pub fn image(&self) -> Option<&ImageRef> {
        self.image.as_ref()
    }
}

#[cfg(test)]
mod tests;

//! A comparison: who takes part, over which pictures, what is known of each of them, and what was
//! preferred.
//!
//! It begins by asking history what it holds, has captions made that are missing, and goes from
//! picture to picture as verdicts are given. Left and opened again over the same pictures, it goes
//! on where it was.

mod blindness;
mod columns;
mod differences;
mod picture;
mod verdicts;

use std::collections::HashMap;

use super::effect::{Effect, Ticket};
use super::jobs::Jobs;
use super::message::Surveyed;
use super::reviews::{self, Stand};
use crate::domain::comparison::Entrant;
use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::request::{CaptionRequest, RequestKey};
use crate::domain::run::Run;
use crate::engine::Held;

pub use columns::{Column, Columns};
pub use differences::{Against, Differences};
pub use picture::Answer;

use picture::Picture;
use verdicts::Book;

/// So many pictures keep their captions at hand; those of others are read again.
const KEPT: usize = 12;

/// A comparison.
#[derive(Debug)]
pub struct Comparison {
    lineup: Vec<Entrant>,
    /// What each of them is asked, whatever the picture.
    keys: Vec<RequestKey>,
    pictures: Vec<Picture>,
    places: HashMap<ImageRef, usize>,
    /// The picture in sight.
    at: usize,
    /// True once the person went somewhere: from then on nothing else moves the picture in sight.
    went: bool,
    survey: Ticket,
    /// Pictures that history was asked about, while it is asked.
    looked_into: Option<usize>,
    /// Pictures whose captions were read, the newest last.
    read: Vec<usize>,
    /// What orders are drawn with, once it was blind.
    seed: Option<u64>,
    /// True while it is blind.
    is_blind: bool,
    book: Book,
    /// Where the columns stand.
    pub columns: Columns,
    /// What is marked in them.
    pub differences: Differences,
}

impl Comparison {
    /// Nothing is known yet. Neither list is empty.
    pub fn new(lineup: Vec<Entrant>, images: Vec<ImageRef>) -> Self {
        let picture = |image| Picture::new(image, lineup.len());
        let pictures: Vec<_> = images.into_iter().map(picture).collect();
        let places = pictures.iter().enumerate();
        let keys = lineup.iter().filter_map(|entrant| {
            let image = pictures.first()?.image.clone();
            Some(request(entrant, image).key())
        });
        Self {
            keys: keys.collect(),
            places: places.map(|(at, it)| (it.image.clone(), at)).collect(),
            pictures,
            at: 0,
            went: false,
            survey: Ticket::default(),
            looked_into: None,
            read: Vec::new(),
            seed: None,
            is_blind: false,
            book: Book::default(),
            columns: Columns::new(lineup.len()),
            differences: Differences::default(),
            lineup,
        }
    }

    /// True where it is over these pictures and contestants.
    pub fn is_over(&self, lineup: &[Entrant], images: &[ImageRef]) -> bool {
        let pictures = self.pictures.iter().map(|picture| &picture.image);
        self.lineup == lineup && pictures.eq(images)
    }

    /// Who takes part.
    pub fn lineup(&self) -> &[Entrant] {
        &self.lineup
    }

    /// The picture in sight.
    pub fn image(&self) -> Option<&ImageRef> {
        self.here().map(|picture| &picture.image)
    }

    /// Its number, from 1 on, and how many there are.
    pub fn place(&self) -> (usize, usize) {
        (self.at + 1, self.pictures.len())
    }

    /// How many pictures have a verdict.
    pub fn judged(&self) -> usize {
        let judged = self.pictures.iter().filter(|it| it.verdict.is_some());
        judged.count()
    }

    /// How many pictures history was asked about; `None` once it was asked about all.
    pub fn looked_into(&self) -> Option<usize> {
        self.looked_into
    }

    /// Captions that history holds, or that were made since, and all that there can be.
    pub fn answered(&self) -> (usize, usize) {
        let answers = self.pictures.iter().flat_map(|picture| &picture.answers);
        let answered = answers.filter(|answer| answer.is_answered()).count();
        (answered, self.pictures.len() * self.lineup.len())
    }

    fn here(&self) -> Option<&Picture> {
        self.pictures.get(self.at)
    }

    /// Asks history what it holds of every picture.
    pub fn look_into_history(&mut self) -> Vec<Effect> {
        self.looked_into = Some(0);
        let images = self.pictures.iter().map(|it| it.image.clone()).collect();
        vec![Effect::Survey(
            self.survey.renew(),
            self.lineup.clone(),
            images,
        )]
    }

    /// Takes in what history holds of some pictures. True where that was the last of it.
    pub fn absorb_survey(&mut self, ticket: Ticket, surveyed: Vec<Surveyed>) -> bool {
        let Some(looked_into) = self.looked_into.filter(|_| ticket == self.survey) else {
            return false;
        };
        let looked_into = looked_into + surveyed.len();
        for Surveyed {
            image,
            answered,
            verdict,
        } in surveyed
        {
            let place = self.places.get(&image);
            if let Some(picture) = place.and_then(|place| self.pictures.get_mut(*place)) {
                picture.absorb_survey(&answered, verdict);
            }
        }
        let is_last = looked_into >= self.pictures.len();
        self.looked_into = (!is_last).then_some(looked_into);
        if is_last && !self.went {
            self.to_unjudged();
        }
        is_last
    }

    /// What nobody has answered and nobody is asked.
    pub fn missing(&self, jobs: &Jobs) -> Vec<CaptionRequest> {
        let missing = self
            .pictures
            .iter()
            .flat_map(|it| self.missing_of(it, jobs));
        missing.collect()
    }

    /// The same of the picture in sight.
    pub fn missing_here(&self, jobs: &Jobs) -> Vec<CaptionRequest> {
        let here = self.here().into_iter();
        here.flat_map(|it| self.missing_of(it, jobs)).collect()
    }

    fn missing_of(&self, picture: &Picture, jobs: &Jobs) -> Vec<CaptionRequest> {
        let entrants = self.lineup.iter().zip(&self.keys).zip(&picture.answers);
        let is_missing = |key: &RequestKey, answer: &Answer| {
            !answer.is_answered() && jobs.asking(&picture.image, key).is_none()
        };
        let missing = entrants.filter(|((_, key), answer)| is_missing(key, answer));
        let request =
            |((entrant, _), _): ((&Entrant, _), _)| request(entrant, picture.image.clone());
        missing.map(request).collect()
    }

    /// A run is over that was asked for by this key.
    pub fn add(&mut self, key: &RequestKey, run: &Run) {
        let near = self.near();
        let place = self.places.get(&run.request.image).copied();
        let who = self.keys.iter().position(|known| known == key);
        let (Some(place), Some(who)) = (place, who) else {
            return;
        };
        if let Some(answer) = self
            .pictures
            .get_mut(place)
            .and_then(|picture| picture.answers.get_mut(who))
        {
            *answer = Answer::Run(Box::new(run.clone()));
            if !near.contains(&place) {
                answer.put_away();
            }
        }
    }

    /// Captions of the pictures in sight and of those that come next are read ahead.
    pub fn read_ahead(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for place in self.near() {
            let Some(picture) = self.pictures.get_mut(place) else {
                continue;
            };
            if picture.wants_reading() {
                picture.is_asked = true;
                self.read.retain(|read| *read != place);
                self.read.push(place);
                effects.push(Effect::Held(self.lineup.clone(), picture.image.clone()));
            }
        }
        while self.read.len() > KEPT {
            let oldest = self.read.remove(0);
            if let Some(picture) = self.pictures.get_mut(oldest) {
                picture.put_away();
            }
        }
        effects
    }

    /// Takes in what history holds of a picture.
    pub fn absorb(&mut self, image: &ImageRef, held: Result<Held, Problem>) {
        let place = self.places.get(image);
        if let Some(picture) = place.and_then(|place| self.pictures.get_mut(*place)) {
            picture.absorb(held);
        }
    }

    /// The runs that are at hand.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        let answers = self.pictures.iter().flat_map(|picture| &picture.answers);
        answers.filter_map(|answer| match answer {
            Answer::Run(run) => Some(&**run),
            Answer::Nothing | Answer::Stored => None,
        })
    }

    /// Some runs stand so from now on. What is compared stays what models said.
    pub fn stand(&mut self, stand: &Stand) {
        let answers = self.pictures.iter_mut().flat_map(|it| &mut it.answers);
        for answer in answers {
            if let Answer::Run(run) = answer {
                reviews::stand(run, stand);
            }
        }
    }

    /// Runs were deleted: what history holds is read again.
    pub fn reload(&mut self) -> Vec<Effect> {
        for picture in &mut self.pictures {
            picture.put_away();
        }
        self.look_into_history()
    }

    /// The picture in sight, and those that may be next.
    fn near(&self) -> Vec<usize> {
        let unjudged = self.unjudged_from(self.at + 1);
        let after = unjudged.and_then(|place| self.unjudged_from(place + 1));
        let beside = [Some(self.at + 1), self.at.checked_sub(1)];
        let all = [Some(self.at), unjudged, after].into_iter().chain(beside);
        let mut near: Vec<usize> = Vec::new();
        for place in all.flatten().filter(|place| *place < self.pictures.len()) {
            if !near.contains(&place) {
                near.push(place);
            }
        }
        near
    }

    /// The pictures that may be looked at next.
    pub fn neighbours(&self) -> Vec<ImageRef> {
        let near = self.near().into_iter().skip(1);
        let pictures = near.filter_map(|place| self.pictures.get(place));
        pictures.map(|picture| picture.image.clone()).collect()
    }

    /// The first picture without a verdict from there on, round and round.
    fn unjudged_from(&self, from: usize) -> Option<usize> {
        let places = (from..self.pictures.len()).chain(0..from.min(self.pictures.len()));
        let mut places = places.filter(|place| {
            let picture = self.pictures.get(*place);
            picture.is_some_and(|picture| picture.verdict.is_none())
        });
        places.next()
    }

    /// To the first picture without a verdict; false where every one has one.
    pub fn to_unjudged(&mut self) -> bool {
        let unjudged = self.unjudged_from(0);
        self.go(unjudged.unwrap_or(self.at));
        unjudged.is_some()
    }

    /// One picture on, or back.
    pub fn step(&mut self, back: bool) {
        self.went = true;
        let last = self.pictures.len().saturating_sub(1);
        self.go(if back {
            self.at.saturating_sub(1)
        } else {
            (self.at + 1).min(last)
        });
    }

    fn go(&mut self, place: usize) {
        if place != self.at {
            self.at = place;
            self.columns.rewind();
            self.book.reason.clear();
        }
    }
}

fn request(entrant: &Entrant, image: ImageRef) -> CaptionRequest {
    CaptionRequest::new(image, entrant.contestant.model.clone(), &entrant.terms)
}

#[cfg(test)]
mod tests;

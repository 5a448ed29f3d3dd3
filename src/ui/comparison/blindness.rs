//! What a blind comparison hides, and from when on it does not.

use super::{Answer, Comparison};
use crate::domain::blind;
use crate::domain::image::ImageRef;
use crate::domain::model::ModelRef;
use crate::domain::request::CaptionRequest;

impl Comparison {
    /// True while it is blind.
    pub fn is_blind(&self) -> bool {
        self.is_blind
    }

    /// Hides from now on who wrote what; `seed` draws the orders. What was seen stays seen.
    pub fn hide(&mut self, seed: u64) {
        self.seed.get_or_insert(seed);
        self.is_blind = true;
    }

    /// Shows of every picture who wrote what.
    pub fn reveal_all(&mut self) {
        self.is_blind = false;
    }

    /// Shows of the picture in sight who wrote what.
    pub fn reveal(&mut self) {
        if let Some(picture) = self.pictures.get_mut(self.at) {
            picture.is_revealed = true;
        }
    }

    /// The picture in sight is looked at with open eyes.
    pub(in super::super) fn see(&mut self) {
        if !self.is_blind
            && let Some(picture) = self.pictures.get_mut(self.at)
            && picture.answers.iter().any(|it| *it != Answer::Nothing)
        {
            picture.is_revealed = true;
        }
    }

    /// True while nobody may see who wrote what about the picture in sight.
    pub fn hides_here(&self) -> bool {
        self.image().is_some_and(|image| self.hides(image))
    }

    /// True while nobody may see who wrote what about this picture.
    pub fn hides(&self, image: &ImageRef) -> bool {
        let place = self.places.get(image).filter(|_| self.is_blind);
        let picture = place.and_then(|place| self.pictures.get(*place));
        picture.is_some_and(|picture| !picture.is_revealed)
    }

    /// True while nobody may see what became of this request.
    pub fn hides_request(&self, request: &CaptionRequest) -> bool {
        let is_in = |model: &ModelRef| self.lineup.iter().any(|it| it.contestant.model == *model);
        is_in(&request.model) && self.hides(&request.image)
    }

    /// For each column of the picture in sight, who of the lineup stands there. Once drawn, the
    /// order stays, whatever is revealed.
    pub(super) fn order(&self) -> Vec<usize> {
        match self.drawn_with() {
            Some(seed) => blind::order(seed, self.lineup.len()),
            None => (0..self.lineup.len()).collect(),
        }
    }

    /// What that order is drawn with.
    pub(super) fn drawn_with(&self) -> Option<u64> {
        Some(blind::seed_of(self.seed?, self.image()?))
    }
}

//! Pictures made ready for the screen, kept while they may be looked at again.

use std::num::NonZeroUsize;
use std::sync::Arc;

use lru::LruCache;

use super::effect::{Effect, Ticket};
use super::facts::Facts;
use super::message::Looked;
use super::say;
use crate::domain::image::{ImageFacts, ImageRef, Pixels, Size};
use crate::domain::problem::Problem;

/// So many are kept; a picture of a screen of 200×60 cells takes less than 100 KB.
const KEPT: NonZeroUsize = NonZeroUsize::new(96).expect("96 is not 0");

type Look = Result<(ImageFacts, Arc<Pixels>), Problem>;

/// What was made ready, and what is being made ready.
#[derive(Debug)]
pub struct Pictures {
    looks: LruCache<ImageRef, (Size, Look)>,
    ticket: Ticket,
    asked: Option<(ImageRef, Size)>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            looks: LruCache::new(KEPT),
            ticket: Ticket::default(),
            asked: None,
        }
    }
}

impl Pictures {
    /// What there is of a picture, in whatever size.
    pub fn get(&self, image: &ImageRef) -> Option<&Look> {
        self.looks.peek(image).map(|(_, look)| look)
    }

    /// Which reading of the files these are; another one once all was forgotten.
    pub fn reading(&self) -> Ticket {
        self.ticket
    }

    /// Adds what is known of a picture, or why nothing is; `None` while nobody knows.
    pub fn facts(&self, image: &ImageRef, facts: Facts) -> Option<Facts> {
        let animated = |known: &ImageFacts| {
            let text = "animated: the first one is used";
            known.animated.then(|| text.to_owned())
        };
        Some(match self.get(image)? {
            Err(problem) => facts.paragraph(&format!("✗ {}", problem.sentence().paragraphs())),
            Ok((known, _)) => facts
                .row("format", known.format.name().to_owned())
                .row("frames", animated(known))
                .row("size", known.size.to_string())
                .row("file", say::bytes(known.bytes))
                .row(
                    "taken",
                    known
                        .taken
                        .map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()),
                )
                .row(
                    "camera",
                    known.camera.as_ref().map(|camera| camera.shown(60)),
                ),
        })
    }

    /// Asks for the picture in sight, or else for the first of those that may come next.
    pub fn want(
        &mut self,
        sight: Option<ImageRef>,
        next: impl Iterator<Item = ImageRef>,
        within: Size,
    ) -> Option<Effect> {
        if within.pixels() == 0 {
            return None;
        }
        let sight_waits = sight
            .as_ref()
            .is_some_and(|image| !self.is_ready(image, within));
        let image = match sight {
            Some(image) if sight_waits => image,
            _ if self.asked.is_some() => return None,
            _ => next
                .into_iter()
                .find(|image| !self.is_ready(image, within))?,
        };
        let question = (image, within);
        if self.asked.as_ref() == Some(&question) {
            return None;
        }
        self.asked = Some(question.clone());
        Some(Effect::Look(self.ticket, question.0, question.1))
    }

    fn is_ready(&self, image: &ImageRef, within: Size) -> bool {
        self.looks
            .peek(image)
            .is_some_and(|(size, _)| *size == within)
    }

    /// Takes in a picture. One that nobody waits for any more is kept all the same: it is made
    /// ready, and may be looked at next.
    pub fn absorb(&mut self, ticket: Ticket, looked: Looked) {
        if ticket != self.ticket {
            return;
        }
        if self
            .asked
            .as_ref()
            .is_some_and(|(image, within)| *image == looked.image && *within == looked.within)
        {
            self.asked = None;
        }
        self.looks.put(looked.image, (looked.within, looked.look));
    }

    /// Forgets everything: files may have changed.
    pub fn clear(&mut self) {
        self.looks.clear();
        self.asked = None;
        let _ = self.ticket.renew();
    }
}

#[cfg(test)]
mod tests;

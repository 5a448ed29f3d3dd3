//! Where the pictures of runs lie now, as far as anybody asked.

use std::num::NonZero;

use lru::LruCache;

use super::effect::{Effect, Ticket};
use crate::domain::image::{ImageId, ImageRef};
use crate::domain::run::Run;
use crate::domain::whereabouts::Whereabouts;

/// So many are kept; what was forgotten is asked about again.
const KEPT: NonZero<usize> = NonZero::<usize>::MIN.saturating_add(2_000);

/// Where a picture lay when it was captioned, and which one it was.
pub type Trace = (ImageRef, ImageId);

/// What is known of a picture's place.
#[derive(Debug, Default)]
struct Place {
    /// The last answer.
    known: Option<Whereabouts>,
    /// True where a question is on its way, or its answer still holds.
    is_asked: bool,
}

/// Where the pictures of runs lie now. A file that has taken a picture's place is never taken for it.
#[derive(Debug)]
pub struct Places {
    places: LruCache<Trace, Place>,
    ticket: Ticket,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            places: LruCache::new(KEPT),
            ticket: Ticket::default(),
        }
    }
}

impl Places {
    /// Where the picture of a run lies; `None` while nobody knows. A picture that was never read
    /// can be told from no other, so it lies where it lay.
    pub fn of(&self, run: &Run) -> Option<&Whereabouts> {
        match trace(run) {
            Some(trace) => self.places.peek(&trace)?.known.as_ref(),
            None => Some(&Whereabouts::There),
        }
    }

    /// The file to look at for the picture of a run.
    pub fn image<'a>(&'a self, run: &'a Run) -> &'a ImageRef {
        match self.of(run) {
            Some(Whereabouts::Moved(to)) => to,
            _ => &run.request.image,
        }
    }

    /// Asks where the pictures of these runs lie, as far as nobody did.
    pub fn want<'a>(&mut self, runs: impl Iterator<Item = &'a Run>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (image, id) in runs.filter_map(trace) {
            let place = (image.clone(), id);
            let place = self.places.get_or_insert_mut(place, Place::default);
            if !place.is_asked {
                place.is_asked = true;
                effects.push(Effect::Locate(self.ticket, image, id));
            }
        }
        effects
    }

    /// Takes in an answer.
    pub fn absorb(&mut self, ticket: Ticket, trace: &Trace, whereabouts: Whereabouts) {
        if ticket == self.ticket
            && let Some(place) = self.places.peek_mut(trace)
        {
            place.known = Some(whereabouts);
        }
    }

    /// Files may have been moved: what is known holds until there is another answer.
    pub fn doubt(&mut self) {
        let _ = self.ticket.renew();
        for (_, place) in &mut self.places {
            place.is_asked = false;
        }
    }

    /// History has met more files: what was lost may be among them.
    pub fn hope(&mut self) {
        for (_, place) in &mut self.places {
            if matches!(place.known, Some(Whereabouts::Lost(_))) {
                place.is_asked = false;
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        let _ = self.ticket.renew();
        self.places.clear();
    }
}

fn trace(run: &Run) -> Option<Trace> {
    Some((run.request.image.clone(), run.image_id?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::whereabouts::Loss;
    use crate::ui::tests::{picture, run};

    fn cat() -> Run {
        Run {
            image_id: Some(ImageId([1; 32])),
            ..run(1, "cat.jpg", "org/one", "A cat.")
        }
    }

    /// The ticket of the question that is asked about the cat.
    fn ask(places: &mut Places) -> Option<Ticket> {
        match places.want([cat()].iter()).as_slice() {
            [] => None,
            [Effect::Locate(ticket, ..)] => Some(*ticket),
            other => panic!("{other:?}"),
        }
    }

    fn answer(places: &mut Places, ticket: Ticket, whereabouts: Whereabouts) {
        places.absorb(ticket, &trace(&cat()).unwrap(), whereabouts);
    }

    #[test]
    fn a_place_is_asked_about_once_until_files_may_have_moved() {
        let (mut places, moved) = (Places::default(), Whereabouts::Moved(picture("tiger.jpg")));
        assert_eq!(places.of(&cat()), None);
        let first = ask(&mut places).unwrap();
        assert_eq!(ask(&mut places), None);
        answer(&mut places, first, Whereabouts::There);
        assert_eq!(places.image(&cat()), &picture("cat.jpg"));

        places.doubt();
        assert_eq!(places.of(&cat()), Some(&Whereabouts::There));
        let second = ask(&mut places).unwrap();
        answer(&mut places, first, Whereabouts::Lost(Loss::Gone));
        assert_eq!(
            places.of(&cat()),
            Some(&Whereabouts::There),
            "a late answer"
        );
        answer(&mut places, second, moved.clone());
        assert_eq!(places.image(&cat()), &picture("tiger.jpg"));

        places.hope();
        assert_eq!(ask(&mut places), None);
        places.clear();
        assert_eq!(places.of(&cat()), None);
    }

    #[test]
    fn what_was_lost_is_looked_for_again_once_more_files_were_met() {
        let mut places = Places::default();
        let ticket = ask(&mut places).unwrap();
        answer(&mut places, ticket, Whereabouts::Lost(Loss::Changed));
        assert_eq!(ask(&mut places), None);
        places.hope();
        assert!(ask(&mut places).is_some());
    }

    #[test]
    fn a_picture_that_was_never_read_lies_where_it_lay() {
        let never_read = run(1, "cat.jpg", "org/one", "A cat.");
        let mut places = Places::default();
        assert_eq!(places.want([&never_read].into_iter()), []);
        assert_eq!(places.of(&never_read), Some(&Whereabouts::There));
    }
}

//! What is looked for in history while it is typed.

use jiff::{SignedDuration, Timestamp};

use crate::domain::filter::{Filter, FilterError, Saved};

/// Somebody who types on is not answered yet.
const PAUSE: SignedDuration = SignedDuration::from_millis(150);

/// What is looked for; everything at first.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    written: String,
    filter: Option<Filter>,
    error: Option<FilterError>,
    /// Filters that have a name.
    saved: Saved,
    /// When it is looked for.
    due: Option<Timestamp>,
}

impl Sought {
    /// Takes in what is written now. What cannot be understood leaves what was found before.
    pub(super) fn write(&mut self, written: &str, now: Timestamp) {
        written.clone_into(&mut self.written);
        match Filter::parse_or_find(written, &self.saved) {
            Ok(filter) => {
                self.error = None;
                let filter = Some(filter).filter(|filter| !filter.is_everything());
                if filter != self.filter {
                    self.filter = filter;
                    self.due = Some(now + PAUSE);
                }
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// True once where it is to be looked for by `now`; `None` stands for at once.
    pub(super) fn take_turn(&mut self, now: Option<Timestamp>) -> bool {
        let due = self.due.take_if(|due| now.is_none_or(|now| *due <= now));
        due.is_some()
    }

    pub(super) fn take_saved(&mut self, saved: Saved) {
        self.saved = saved;
    }

    /// Filters that have a name.
    pub fn saved(&self) -> &Saved {
        &self.saved
    }

    /// What was written, understood or not.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// What is looked for; `None` for everything.
    pub fn filter(&self) -> Option<Filter> {
        self.filter.clone()
    }

    /// Why what was written cannot be understood, and where.
    pub fn error(&self) -> Option<&FilterError> {
        self.error.as_ref()
    }

    /// True while it will be looked for though nothing more happens.
    pub fn is_due(&self) -> bool {
        self.due.is_some()
    }
}

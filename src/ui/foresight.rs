//! What a wording would change, asked while it is typed.

use jiff::{SignedDuration, Timestamp};

use super::effect::Ticket;
use crate::domain::replace::Wish;

/// Somebody who types on is not answered yet.
const PAUSE: SignedDuration = SignedDuration::from_millis(150);

/// What was typed last, and when it is asked about.
#[derive(Debug, Default)]
pub struct Foresight {
    ticket: Ticket,
    typed: Option<(Wish, String)>,
    due: Option<Timestamp>,
    asked: Asked,
}

/// What was asked last.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// Whose captions are meant, safe to show.
    pub(super) whose: String,
    /// False where nothing was to be changed yet, and captions are only counted.
    pub(super) is_wish: bool,
}

impl Foresight {
    /// Takes in what is typed `now`: a wish, and the word for whose captions are meant. True where
    /// it is anything else than before.
    pub(super) fn note(&mut self, wish: Wish, whose: &str, now: Timestamp) -> bool {
        let typed = Some((wish, whose.to_owned()));
        let is_new = typed != self.typed;
        if is_new {
            self.typed = typed;
            self.due = Some(now + PAUSE);
        }
        is_new
    }

    /// True once where it is to be asked by `now`.
    pub(super) fn take_turn(&mut self, now: Timestamp) -> bool {
        self.due.take_if(|due| *due <= now).is_some()
    }

    /// Asks; who asked before is not answered any more.
    pub(super) fn ask(&mut self, asked: Asked) -> Ticket {
        self.due = None;
        self.asked = asked;
        self.ticket.renew()
    }

    /// Whose captions were asked about last, safe to show.
    pub(super) fn whose(&self) -> &str {
        &self.asked.whose
    }

    /// What this is the answer to; `None` where it comes too late.
    pub(super) fn answers(&self, ticket: Ticket) -> Option<&Asked> {
        (ticket == self.ticket).then_some(&self.asked)
    }

    /// Nothing is typed any more.
    pub(super) fn leave(&mut self) {
        let _ = self.ticket.renew();
        self.typed = None;
        self.due = None;
    }

    /// True while it will be asked though nothing more happens.
    pub(super) fn is_due(&self) -> bool {
        self.due.is_some()
    }
}

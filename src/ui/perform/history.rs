//! Performs what reads history.

use super::super::effect::Ticket;
use super::super::message::Message;
use super::{Performer, told};
use crate::domain::image::{ImageId, ImageRef};
use crate::domain::run::RunId;
use crate::domain::whereabouts::{Loss, Whereabouts};
use crate::engine::{Forget, HistoryQuery};

/// Runs of history that are read at a time.
const PAGE: usize = 200;

impl Performer {
    pub(super) fn captions(&self, ticket: Ticket, image: ImageRef, id: Option<ImageId>) {
        self.ask(move |engine| async move {
            let query = HistoryQuery {
                image: id,
                ..HistoryQuery::default()
            };
            let runs = match id {
                Some(_) => engine.history(query, None, PAGE).await,
                None => engine.runs_of(&image).await,
            };
            let runs = told(runs);
            Some(Message::Captions(ticket, runs))
        });
    }

    pub(super) fn locate(&self, ticket: Ticket, image: ImageRef, id: ImageId) {
        self.ask(move |engine| async move {
            let whereabouts = engine.locate(image.clone(), id).await;
            let whereabouts = whereabouts.unwrap_or(Whereabouts::Lost(Loss::Unreadable));
            Some(Message::Located(ticket, (image, id), whereabouts))
        });
    }

    pub(super) fn history(&self, ticket: Ticket, query: HistoryQuery, before: Option<RunId>) {
        self.ask(|engine| async move {
            let page = told(engine.history(query, before, PAGE).await);
            let page = page.map(|runs| {
                let more = runs.len() == PAGE;
                (runs, more)
            });
            Some(Message::History(ticket, page))
        });
    }

    pub(super) fn standing(&self, runs: Vec<RunId>) {
        self.ask(|engine| async move {
            let stand = told(engine.stand(runs).await);
            Some(Message::Standing(stand))
        });
    }

    pub(super) fn count(&self, what: Forget) {
        self.ask(|engine| async move {
            let count = told(engine.forget_count(what).await);
            Some(Message::Counted(what, count))
        });
    }
}

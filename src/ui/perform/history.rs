//! Performs what reads history.

use super::super::effect::{Saving, Ticket};
use super::super::message::Message;
use super::{Performer, told};
use crate::domain::image::{ImageId, ImageRef};
use crate::domain::run::RunId;
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

    pub(super) fn filters(&self, what: Saving) {
        self.ask(|engine| async move {
            let done = match what.clone() {
                Saving::Nothing => Ok(()),
                Saving::Save(name, filter) => engine.save_filter(name, filter).await,
                Saving::Remove(name) => engine.remove_filter(name).await,
            };
            let saved = match done {
                Ok(()) => engine.saved_filters().await,
                Err(error) => Err(error),
            };
            Some(Message::Filters(what, told(saved)))
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

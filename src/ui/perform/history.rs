//! Performs what reads history.

use tokio_util::sync::CancellationToken;

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

    /// Who looks for something else waits no more for what was looked for before.
    pub(super) fn history(&mut self, ticket: Ticket, query: HistoryQuery, before: Option<RunId>) {
        self.reading.cancel();
        self.reading = CancellationToken::new();
        let cancel = self.reading.clone();
        self.ask(|engine| async move {
            let page = engine.history(query, before, PAGE);
            let page = told(cancel.run_until_cancelled(page).await?);
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

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;
    use crate::config::Environment;
    use crate::domain::filter::Filter;
    use crate::engine::Engine;
    use crate::inference::Captioner;

    #[tokio::test]
    async fn who_types_on_stops_what_was_looked_for_before() {
        let home = tempfile::tempdir().unwrap();
        let silent = Captioner::scripted(|_, _| Box::pin(std::future::pending()));
        let engine = Engine::scripted(home.path(), silent);
        let (outbox, mut inbox) = mpsc::channel(1);
        let (ended, _) = mpsc::unbounded_channel();
        let (sharp, _) = mpsc::channel(1);
        let mut performer = Performer::new(engine, Environment::default(), outbox, ended, sharp);
        let mut ticket = Ticket::default();
        for written in ["c", "ca", "cat"] {
            let filter = Some(Filter::parse(written).unwrap());
            let query = HistoryQuery {
                filter,
                ..HistoryQuery::default()
            };
            performer.history(ticket.renew(), query, None);
        }
        let told = inbox.recv().await;
        assert!(
            matches!(&told, Some(Message::History(it, Ok(_))) if *it == ticket),
            "{told:?}"
        );
        drop(performer);
        assert!(inbox.recv().await.is_none(), "the others told nothing");
    }
}

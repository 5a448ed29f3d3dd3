//! Performs what reads history.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::super::effect::{Saving, Ticket};
use super::super::message::{Message, SoFar};
use super::{Performer, told};
use crate::domain::image::{ImageId, ImageRef};
use crate::domain::run::{Run, RunId};
use crate::domain::whereabouts::{Loss, Whereabouts};
use crate::engine::{Engine, EngineError, Forget, HistoryQuery, Looked};

/// Runs of history that are read at a time.
const PAGE: usize = 200;

/// Who waits for long is told so often what was found so far.
const BEAT: Duration = Duration::from_millis(150);

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

    /// Who looks for something else waits no more for what was looked for before.
    pub(super) fn history(&mut self, ticket: Ticket, query: HistoryQuery, before: Option<RunId>) {
        self.reading.cancel();
        self.reading = CancellationToken::new();
        let (cancel, outbox) = (self.reading.clone(), self.outbox.clone());
        self.ask(|engine| async move {
            let page = async {
                if query.filter.is_some() {
                    let on = |found| outbox.send(Message::Found(ticket, found));
                    return find(&engine, query, before, on).await;
                }
                let runs = engine.history(query, before, PAGE).await?;
                let more = runs.len() == PAGE;
                Ok((runs, more))
            };
            let page = told(cancel.run_until_cancelled(page).await?);
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

/// Looks for runs; what was found before it was over is told `on` the way, the rest is the answer.
async fn find<F: Future>(
    engine: &Engine,
    query: HistoryQuery,
    before: Option<RunId>,
    on: impl Fn(SoFar) -> F,
) -> Result<(Vec<Run>, bool), EngineError> {
    let (outbox, found) = mpsc::unbounded_channel();
    let looked = Looked::default();
    let take = move |run| {
        let _ = outbox.send(run);
    };
    let search = engine.find_runs(query, before, PAGE, looked.clone(), take);
    tell_on_the_way(search, found, || looked.runs(), on).await
}

async fn tell_on_the_way<F: Future>(
    search: impl Future<Output = Result<bool, EngineError>>,
    mut found: mpsc::UnboundedReceiver<Run>,
    looked: impl Fn() -> u64,
    on: impl Fn(SoFar) -> F,
) -> Result<(Vec<Run>, bool), EngineError> {
    let mut news = || std::iter::from_fn(|| found.try_recv().ok()).collect();
    tokio::pin!(search);
    loop {
        if let Ok(more) = tokio::time::timeout(BEAT, &mut search).await {
            return Ok((news(), more?));
        }
        let (runs, looked) = (news(), looked());
        on(SoFar { runs, looked }).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;
    use crate::config::Environment;
    use crate::domain::filter::Filter;
    use crate::inference::Captioner;
    use crate::ui::tests::run;

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_told_what_was_found_so_far() {
        let (outbox, found) = mpsc::unbounded_channel();
        let looked = Cell::new(0);
        let search = async {
            for (id, half_beats) in [(3, 3), (2, 4), (1, 0)] {
                outbox.send(run(id, "a.jpg", "org/one", "A cat.")).unwrap();
                looked.set(looked.get() + 1_000);
                tokio::time::sleep(BEAT / 2 * half_beats).await;
            }
            Ok(true)
        };
        let told = RefCell::new(Vec::new());
        let ids = |runs: Vec<Run>| runs.iter().map(|run| run.id.unwrap().0).collect::<Vec<_>>();
        let on = |so_far: SoFar| {
            told.borrow_mut().push((ids(so_far.runs), so_far.looked));
            std::future::ready(())
        };
        let (rest, more) = tell_on_the_way(search, found, || looked.get(), on)
            .await
            .unwrap();
        let expected = [(vec![3], 1_000), (vec![2], 2_000), (vec![], 2_000)];
        assert_eq!(*told.borrow(), expected);
        assert_eq!((ids(rest), more), (vec![1], true));
    }

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

//! Performs what has to do with what people decide and write.

use std::collections::HashMap;

use tokio::sync::mpsc;

use super::super::effect::{Effect, ReviewId, Reviewing, Ticket};
use super::super::message::Message;
use super::{Performer, told};
use crate::domain::review::{Review, StepId};
use crate::domain::run::RunId;
use crate::engine::{Engine, EngineError};

impl Performer {
    /// Performs what has to do with reviews; all else comes back.
    pub(super) fn perform_review(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Standing(runs) => self.standing(runs),
            Effect::Versions(ticket, run) => self.versions(ticket, run),
            Effect::DifferVersions(ticket, question) => {
                self.differ(question, move |spans| {
                    Message::VersionsDiffer(ticket, spans)
                });
            }
            Effect::Review(id, what) => self.review(id, what),
            other => return Some(other),
        }
        None
    }

    /// One after the other, as they were made.
    fn review(&mut self, id: ReviewId, what: Reviewing) {
        let reviews = self.reviews.get_or_insert_with(|| {
            let (sender, inbox) = mpsc::unbounded_channel();
            let follow = follow(self.engine.clone(), inbox, self.outbox.clone());
            self.tasks.spawn(follow);
            sender
        });
        let _ = reviews.send(Some((id, what)));
    }

    fn versions(&self, ticket: Ticket, run: RunId) {
        self.ask(move |engine| async move {
            let revisions = told(engine.revisions(run).await);
            Some(Message::Versions(ticket, revisions))
        });
    }

    /// Nobody decides any more; what was decided is still stored.
    pub(super) fn end_reviews(&self) {
        if let Some(reviews) = &self.reviews {
            let _ = reviews.send(None);
        }
    }
}

async fn follow(
    engine: Engine,
    mut inbox: mpsc::UnboundedReceiver<Option<(ReviewId, Reviewing)>>,
    outbox: mpsc::Sender<Message>,
) {
    let mut stored: HashMap<ReviewId, StepId> = HashMap::new();
    while let Some(Some((id, what))) = inbox.recv().await {
        let done = perform(&engine, &mut stored, id, what).await;
        if outbox
            .send(Message::Reviewed(id, told(done)))
            .await
            .is_err()
        {
            return;
        }
    }
}

async fn perform(
    engine: &Engine,
    stored: &mut HashMap<ReviewId, StepId>,
    id: ReviewId,
    what: Reviewing,
) -> Result<Vec<(RunId, Review)>, EngineError> {
    let known = stored.get(&id).copied();
    let step = match (what, known) {
        (
            Reviewing::Change {
                changes,
                maker,
                moment,
            },
            _,
        ) => {
            let step = engine.review(changes, maker, moment).await?;
            stored.insert(id, step);
            step
        }
        (Reviewing::TakeBack, Some(step)) => {
            engine.turn_review(step, false).await?;
            step
        }
        (Reviewing::Restore, Some(step)) => {
            engine.turn_review(step, true).await?;
            step
        }
        // It was never stored, and that was told.
        (Reviewing::TakeBack | Reviewing::Restore, None) => return Ok(Vec::new()),
    };
    // What was stored counts, whether or not it can be read again.
    Ok(engine.stand_after(step).await.unwrap_or_default())
}

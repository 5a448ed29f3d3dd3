//! Performs what has to do with comparisons.

use std::collections::HashMap;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::super::effect::{Counted, Differ, Effect, Ruling, RulingId, Ticket};
use super::super::message::{Message, Surveyed};
use super::{Performer, told};
use crate::domain::comparison::Entrant;
use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::verdict::{Verdict, VerdictId};
use crate::engine::{Engine, Spans};

/// So many pictures are told of together.
const CHUNK: usize = 64;

impl Performer {
    /// Performs what has to do with comparisons; all else comes back.
    pub(super) fn perform_comparison(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Survey(ticket, lineup, images) => self.survey(ticket, lineup, images),
            Effect::Held(lineup, image) => self.held(lineup, image),
            Effect::Differ(ticket, question) => {
                self.differ(question, move |spans| Message::Differences(ticket, spans));
            }
            Effect::Rule(id, ruling) => self.rule(id, ruling),
            Effect::Standings(ticket, counted) => self.standings(ticket, counted),
            other => return Some(other),
        }
        None
    }

    /// Of a picture that cannot be found nothing is held; whoever asks about it is told why.
    fn survey(&mut self, ticket: Ticket, lineup: Vec<Entrant>, images: Vec<ImageRef>) {
        self.survey.cancel();
        self.survey = CancellationToken::new();
        let (cancel, outbox) = (self.survey.clone(), self.outbox.clone());
        self.ask(|engine| async move {
            let mut chunk = Vec::new();
            for image in images {
                let held = engine.held(&image, &lineup).await.unwrap_or_default();
                if cancel.is_cancelled() {
                    return None;
                }
                chunk.push(Surveyed {
                    image,
                    answered: held.runs.iter().map(Option::is_some).collect(),
                    verdict: held.verdict,
                });
                if chunk.len() == CHUNK {
                    let chunk = std::mem::take(&mut chunk);
                    outbox.send(Message::Surveyed(ticket, chunk)).await.ok()?;
                }
            }
            Some(Message::Surveyed(ticket, chunk))
        });
    }

    fn held(&self, lineup: Vec<Entrant>, image: ImageRef) {
        self.ask(|engine| async move {
            let held = told(engine.held(&image, &lineup).await);
            Some(Message::Held(image, held))
        });
    }

    /// Marks what differs; `tell` makes a message of it.
    pub(super) fn differ(
        &self,
        question: Differ,
        tell: impl FnOnce(Result<Vec<Spans>, Problem>) -> Message + Send + 'static,
    ) {
        let Differ {
            texts,
            against,
            is_exact,
        } = question;
        self.ask(move |engine| async move {
            let spans = engine.differences(texts, against, is_exact).await;
            Some(tell(told(spans)))
        });
    }

    /// One after the other, as they were given.
    fn rule(&mut self, id: RulingId, ruling: Ruling) {
        let rulings = self.rulings.get_or_insert_with(|| {
            let (sender, inbox) = mpsc::unbounded_channel();
            let follow = follow(self.engine.clone(), inbox, self.outbox.clone());
            self.tasks.spawn(follow);
            sender
        });
        let _ = rulings.send(Some((id, ruling)));
    }

    /// Nobody rules any more; what was ruled is still stored.
    pub(super) fn end_rulings(&self) {
        if let Some(rulings) = &self.rulings {
            let _ = rulings.send(None);
        }
    }

    fn standings(&self, ticket: Ticket, counted: Counted) {
        self.ask(move |engine| async move {
            let part = move |verdict: Verdict| {
                let verdict = Some(verdict).filter(|it| it.blind || !counted.is_blind)?;
                match &counted.among {
                    Some(lineup) => verdict.among(|one| lineup.contains(one)),
                    None => Some(verdict),
                }
            };
            let compared = told(engine.compared(part).await);
            Some(Message::Standings(ticket, compared))
        });
    }
}

async fn follow(
    engine: Engine,
    mut inbox: mpsc::UnboundedReceiver<Option<(RulingId, Ruling)>>,
    outbox: mpsc::Sender<Message>,
) {
    let mut stored: HashMap<RulingId, VerdictId> = HashMap::new();
    while let Some(Some((id, ruling))) = inbox.recv().await {
        let known = stored.get(&id).copied();
        let ruled = match (ruling, known) {
            (Ruling::Judge(verdict), _) => match engine.judge(verdict).await {
                Ok(verdict) => {
                    stored.insert(id, verdict);
                    Ok(())
                }
                Err(error) => Err(error),
            },
            (Ruling::TakeBack, Some(verdict)) => engine.take_back(verdict).await,
            (Ruling::Restore, Some(verdict)) => engine.restore(verdict).await,
            // It was never stored, and that was told.
            (Ruling::TakeBack | Ruling::Restore, None) => Ok(()),
        };
        if outbox.send(Message::Ruled(id, told(ruled))).await.is_err() {
            return;
        }
    }
}

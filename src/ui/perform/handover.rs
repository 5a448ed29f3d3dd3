//! Performs what has to do with handing captions over and wording them anew.

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::super::effect::{Handover, Ticket};
use super::super::message::{HandoverNews, Message, Reworded};
use super::{Performer, told};
use crate::domain::replace::{Rewording, Wording, excerpts, marked};
use crate::engine::{Among, Engine, EngineError};

/// So many changes are shown.
const SAMPLES: usize = 4;

impl Performer {
    pub(super) fn handover(&mut self, ticket: Ticket, what: Handover) {
        let is_work = matches!(what, Handover::CarryOut(_) | Handover::TakeOver { .. });
        let cancel = if is_work {
            CancellationToken::new()
        } else {
            self.look_ahead()
        };
        self.ask(move |engine| async move {
            let news = cancel.run_until_cancelled(perform(&engine, what)).await;
            news.flatten().map(|news| Message::Handover(ticket, news))
        });
    }

    /// Who asks what would be waits for no earlier answer.
    fn look_ahead(&mut self) -> CancellationToken {
        self.foresight.cancel();
        self.foresight = CancellationToken::new();
        self.foresight.clone()
    }
}

async fn perform(engine: &Engine, what: Handover) -> Option<HandoverNews> {
    Some(match what {
        Handover::Plan(order) => HandoverNews::Planned(told(engine.plan_handover(order).await)),
        Handover::CarryOut(plan) => {
            let done = engine.hand_over(*plan, CancellationToken::new(), |_| {});
            HandoverNews::Done(told(done.await))
        }
        Handover::FindCaptions {
            folder,
            is_deep,
            sources,
        } => {
            let found = engine.find_captions(vec![folder], is_deep, sources);
            HandoverNews::Found(told(found.await))
        }
        Handover::TakeOver { found, accept } => {
            // It is accepted like anything else on screen, to be taken back like it.
            let runs = engine.take_over(found, false, Timestamp::now());
            let runs = told(runs.await);
            HandoverNews::TakenOver { runs, accept }
        }
        Handover::Reword(wording, among) => {
            let found = reworded(engine, Some(*wording), *among, usize::MAX);
            HandoverNews::Reworded(told(found.await))
        }
        Handover::Foresee(wording, among) => {
            let found = reworded(engine, wording.map(|it| *it), *among, SAMPLES);
            HandoverNews::Foreseen(told(found.await))
        }
        Handover::Leave => return None,
    })
}

async fn reworded(
    engine: &Engine,
    wording: Option<Wording>,
    among: Among,
    most: usize,
) -> Result<Reworded, EngineError> {
    let found = engine.rewordings(wording, among, most).await?;
    let mut samples = Vec::new();
    for change in found.changes.iter().take(SAMPLES) {
        samples.push(sample(engine, change).await?);
    }
    Ok(Reworded { found, samples })
}

async fn sample(engine: &Engine, change: &Rewording) -> Result<String, EngineError> {
    let [before, after] = excerpts([&change.before, &change.after]);
    let texts = vec![Some(before.clone()), Some(after.clone())];
    let mut spans = engine.differences(texts, 0, true).await?.into_iter();
    let old = marked(&before, &spans.next().unwrap_or_default(), ["[-", "-]"]);
    let new = marked(&after, &spans.next().unwrap_or_default(), ["{+", "+}"]);
    let name = change.image.name().shown(40);
    Ok(format!("{name}\n- {old}\n+ {new}"))
}

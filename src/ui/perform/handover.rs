//! Performs what has to do with handing captions over and wording them anew.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::super::effect::{Handover, Ticket};
use super::super::message::{HandoverNews, Message, Reworded};
use super::{Performer, told};
use crate::domain::replace::{Wording, marked};
use crate::engine::{Engine, EngineError};

/// So many changes are shown.
const SAMPLES: usize = 4;

impl Performer {
    pub(super) fn handover(&self, ticket: Ticket, what: Handover) {
        self.ask(move |engine| async move {
            let news = match what {
                Handover::Plan(order) => {
                    HandoverNews::Planned(told(engine.plan_handover(order).await))
                }
                Handover::CarryOut(plan) => {
                    let done = engine.hand_over(*plan, CancellationToken::new(), |_| {});
                    HandoverNews::Done(told(done.await))
                }
                Handover::Reword(wording, folder) => {
                    HandoverNews::Reworded(told(reworded(&engine, *wording, folder).await))
                }
            };
            Some(Message::Handover(ticket, news))
        });
    }
}

async fn reworded(
    engine: &Engine,
    wording: Wording,
    folder: Option<PathBuf>,
) -> Result<Reworded, EngineError> {
    let found = engine.rewordings(wording, folder, None).await?;
    let mut samples = Vec::new();
    for change in found.changes.iter().take(SAMPLES) {
        let texts = vec![Some(change.before.clone()), Some(change.after.clone())];
        let mut spans = engine.differences(texts, 0, true).await?.into_iter();
        let (old, new) = (
            spans.next().unwrap_or_default(),
            spans.next().unwrap_or_default(),
        );
        let name = change.image.name().shown(40);
        let old = marked(&change.before, &old, ["[-", "-]"]);
        let new = marked(&change.after, &new, ["{+", "+}"]);
        samples.push(format!("{name}\n- {old}\n+ {new}"));
    }
    Ok(Reworded { found, samples })
}

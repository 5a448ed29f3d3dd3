//! What jobs tell, gathered between two frames.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::super::message::Heard;
use crate::domain::run::Progress;
use crate::engine::JobId;

/// What was heard of jobs since the last frame: a stream of 50 words a second and a frame every
/// 16 ms must not become 50 frames.
#[derive(Default)]
pub(in super::super) struct Deltas {
    heard: Mutex<BTreeMap<JobId, Heard>>,
    arrived: Notify,
}

impl Deltas {
    pub(super) fn add(&self, job: JobId, progress: Option<Progress>) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = heard.entry(job).or_default();
        heard.waiting = None;
        match progress {
            None | Some(Progress::Sending(None)) => {}
            Some(Progress::Sending(sent)) => heard.sent = sent,
            Some(Progress::Smaller(sent)) => {
                heard.sent = Some(sent);
                heard.smaller = true;
            }
            Some(Progress::Answer(text)) => heard.answer.push_str(text.raw()),
            Some(Progress::Thinking(text)) => heard.thinking.push_str(text.raw()),
            Some(Progress::Waiting { until, why }) => heard.waiting = Some((until, why)),
        }
        self.arrived.notify_one();
    }

    /// Everything that was heard since the last call.
    pub(in super::super) fn take(&self) -> BTreeMap<JobId, Heard> {
        std::mem::take(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Resolves when something was heard.
    pub(in super::super) async fn arrived(&self) {
        self.arrived.notified().await;
    }
}

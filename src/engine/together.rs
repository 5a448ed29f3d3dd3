//! Rows that are to be written at about the same time go into history in one step: what a step costs
//! is mostly its end, and a batch begins and ends many runs at once.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::EngineError;
use super::workers::Workers;
use crate::store::{Store, StoreError};

/// Writes as much as it is given and tells of each what came of it, in the same order.
type Write<In, Out> = fn(&Store, &[In]) -> Vec<Result<Out, StoreError>>;

/// Entries of one kind, and who writes them.
pub(super) struct Together<In, Out> {
    store: Arc<Store>,
    write: Write<In, Out>,
    /// Held while entries are written; what comes meanwhile goes into the next step.
    pen: Mutex<()>,
    waiting: Mutex<Vec<Waiting<In, Out>>>,
}

type Waiting<In, Out> = (In, oneshot::Sender<Result<Out, StoreError>>);

impl<In: Send + 'static, Out: Send + 'static> Together<In, Out> {
    pub(super) fn new(store: &Arc<Store>, write: Write<In, Out>) -> Arc<Self> {
        Arc::new(Self {
            store: Arc::clone(store),
            write,
            pen: Mutex::new(()),
            waiting: Mutex::default(),
        })
    }

    /// Writes `entry` on one of the `clerks`, together with whatever else waits by then. It is
    /// written though nobody waits for that any more.
    pub(super) async fn add(
        self: &Arc<Self>,
        clerks: &Workers,
        entry: In,
    ) -> Result<Out, EngineError> {
        let (sender, written) = oneshot::channel();
        lock(&self.waiting).push((entry, sender));
        let this = Arc::clone(self);
        clerks.start(move || this.write_all());
        Ok(written.await.map_err(|_| EngineError::Worker)??)
    }

    fn write_all(&self) {
        let _pen = lock(&self.pen);
        let (entries, senders): (Vec<_>, Vec<_>) =
            mem::take(&mut *lock(&self.waiting)).into_iter().unzip();
        if entries.is_empty() {
            return;
        }
        let written = (self.write)(&self.store, &entries);
        drop(entries);
        for (sender, written) in senders.into_iter().zip(written) {
            // Whoever waits no longer does not mind.
            let _ = sender.send(written);
        }
    }
}

/// A panic elsewhere leaves both whole: what was being written has nobody waiting any more.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

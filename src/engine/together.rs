//! Rows that are to be written at about the same time go into history in one step: what a step costs
//! is mostly its end, and a batch begins and ends many runs at once.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;

use super::EngineError;
use super::workers::Workers;
use crate::store::{Store, StoreError};

/// Before each step somebody waits so long for others: nothing beside an answer from the network, and
/// enough for those whose answers came with its own.
const MOMENT: Duration = Duration::from_millis(1);

/// Writes as much as it is given and tells of each what came of it, in the same order.
type Write<In, Out> = fn(&Store, &[In]) -> Vec<Result<Out, StoreError>>;

/// Entries of one kind, and who writes them.
pub(super) struct Together<In, Out> {
    /// Whoever has the engine may close it.
    store: Weak<Store>,
    clerks: Arc<Workers>,
    write: Write<In, Out>,
    queue: Mutex<Queue<In, Out>>,
}

struct Queue<In, Out> {
    waiting: Vec<Waiting<In, Out>>,
    /// True while somebody sees to it that they are written.
    is_served: bool,
}

type Waiting<In, Out> = (In, oneshot::Sender<Result<Out, StoreError>>);

impl<In: Send + 'static, Out: Send + 'static> Together<In, Out> {
    pub(super) fn new(
        store: &Arc<Store>,
        clerks: &Arc<Workers>,
        write: Write<In, Out>,
    ) -> Arc<Self> {
        Arc::new(Self {
            store: Arc::downgrade(store),
            clerks: Arc::clone(clerks),
            write,
            queue: Mutex::new(Queue {
                waiting: Vec::new(),
                is_served: false,
            }),
        })
    }

    /// Writes `entry` with those that come at the same time. It is written though nobody waits for
    /// that any more.
    pub(super) async fn add(self: &Arc<Self>, entry: In) -> Result<Out, EngineError> {
        let (sender, written) = oneshot::channel();
        let is_served = {
            let mut queue = self.queue();
            queue.waiting.push((entry, sender));
            mem::replace(&mut queue.is_served, true)
        };
        if !is_served {
            tokio::spawn(Arc::clone(self).serve());
        }
        Ok(written.await.map_err(|_| EngineError::Worker)??)
    }

    /// Writes until nobody waits; what comes while one step is written goes into the next.
    async fn serve(self: Arc<Self>) {
        loop {
            sleep(MOMENT).await;
            let Some(waiting) = self.take() else {
                return;
            };
            let this = Arc::clone(&self);
            let write = move || {
                this.write(waiting);
                Ok::<_, StoreError>(())
            };
            // Those whose entries a broken worker held hear of it.
            let _ = self.clerks.run(write).await;
        }
    }

    fn take(&self) -> Option<Vec<Waiting<In, Out>>> {
        let mut queue = self.queue();
        queue.is_served = !queue.waiting.is_empty();
        queue.is_served.then(|| mem::take(&mut queue.waiting))
    }

    fn write(&self, waiting: Vec<Waiting<In, Out>>) {
        let (entries, senders): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
        let Some(store) = self.store.upgrade() else {
            return;
        };
        let written = (self.write)(&store, &entries);
        // Whoever hears of it may close history and open it again.
        drop((store, entries));
        for (sender, written) in senders.into_iter().zip(written) {
            // Whoever waits no longer does not mind.
            let _ = sender.send(written);
        }
    }

    /// A panic elsewhere leaves it whole.
    fn queue(&self) -> MutexGuard<'_, Queue<In, Out>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

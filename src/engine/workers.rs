//! Threads for work that blocks: few, so that what comes at once waits in a queue instead of waking
//! a thread each, and so that what one decode leaves in its thread's memory serves the next.

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::EngineError;

/// So many threads of their own, or those that everybody shares.
#[derive(Debug)]
pub(super) struct Workers(Option<Runtime>);

impl Workers {
    /// So many threads and no more, made when they are needed; the shared ones where the system
    /// gives none.
    pub(super) fn new(threads: usize) -> Self {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(threads.max(1))
            .build();
        Self(runtime.ok())
    }

    /// The threads that everybody shares: where time stands still, it must not go on while others
    /// work.
    pub(super) fn shared() -> Self {
        Self(None)
    }

    /// Runs `work` on one of the threads.
    pub(super) async fn run<T, E>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, EngineError>
    where
        T: Send + 'static,
        E: Send + 'static,
        EngineError: From<E>,
    {
        match self.spawn(work).await {
            Ok(result) => Ok(result?),
            Err(error) => {
                tracing::error!(%error, "a blocking worker stopped");
                Err(EngineError::Worker)
            }
        }
    }

    /// Begins `work` on one of the threads; nobody waits for its end.
    pub(super) fn start(&self, work: impl FnOnce() + Send + 'static) {
        drop(self.spawn(work));
    }

    fn spawn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
        match &self.0 {
            Some(runtime) => runtime.spawn_blocking(work),
            None => tokio::task::spawn_blocking(work),
        }
    }
}

/// Nobody waits for what is at work.
impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

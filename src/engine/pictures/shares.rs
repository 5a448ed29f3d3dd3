//! What this machine bears at a time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::image::Size;
use crate::engine::EngineError;

/// A picture counts as at least so many megapixels; as many of these as work at once fit at once.
const SHARE: u32 = 16;

/// Room in megapixels, so that many small pictures or few large ones are worked on at a time.
pub(super) struct Shares {
    room: Arc<Semaphore>,
    pub(super) budget: u32,
}

impl Shares {
    /// Room for so many pictures of the usual size, 1 to 64.
    pub(super) fn new(at_once: usize) -> Self {
        let budget = u32::try_from(at_once).unwrap_or(64).clamp(1, 64) * SHARE;
        let room = Arc::new(Semaphore::new(budget as usize));
        Self { room, budget }
    }

    /// A share of this machine for a picture of this size: memory for its pixels, and a core for
    /// whoever decodes or measures them, so that a batch never takes the screen's thread its turn.
    pub(super) async fn take(&self, size: Size) -> Result<OwnedSemaphorePermit, EngineError> {
        let megapixels = u32::try_from(size.pixels() / 1_000_000).unwrap_or(u32::MAX);
        let share = megapixels.clamp(SHARE, self.budget);
        let room = Arc::clone(&self.room);
        let taken = room.acquire_many_owned(share).await;
        taken.map_err(|_| EngineError::Worker)
    }
}

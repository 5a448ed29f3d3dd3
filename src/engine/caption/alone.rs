//! The same picture may lie in several files of a batch: it is asked about once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use super::Engine;
use crate::domain::image::ImageId;
use crate::domain::request::RequestKey;

/// Those who want to ask the same take turns.
type Turns = Arc<tokio::sync::Mutex<()>>;

/// What is being asked, each by one at a time.
#[derive(Debug, Default)]
pub(in crate::engine) struct Asking(Mutex<HashMap<(ImageId, RequestKey), Turns>>);

/// The right to ask, until it is dropped.
pub(super) type Alone = OwnedMutexGuard<()>;

impl Asking {
    fn turns(&self, what: (ImageId, RequestKey)) -> Turns {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, turns| Arc::strong_count(turns) > 1);
        Arc::clone(all.entry(what).or_default())
    }
}

impl Engine {
    /// Waits until nobody else asks the same of the picture `image`; history may hold the answer
    /// by then.
    pub(super) async fn alone(&self, image: ImageId, key: RequestKey) -> Alone {
        self.0.asking.turns((image, key)).lock_owned().await
    }
}

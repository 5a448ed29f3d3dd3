//! Decoding: once for all who want the same picture, and never more at a time than memory bears.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

use super::{EngineError, blocking};
use crate::domain::image::{ImageFacts, ImageId, ImageRef, Pixels, Prepared, Size};
use crate::media::{MediaError, decode, identify, thumbnail};
use crate::store::Store;

/// A decode counts as at least so many megapixels; as many of these as there are cores run at once.
const SHARE: u32 = 16;

/// A picture for the screen.
#[derive(Clone, Debug)]
pub struct Look {
    /// What is known of it.
    pub facts: ImageFacts,
    /// What it looks like, scaled.
    pub pixels: Arc<Pixels>,
}

type Flight = OnceCell<Arc<Prepared>>;

pub(super) struct Pictures {
    store: Arc<Store>,
    /// In megapixels, so that many small pictures or few large ones are decoded at a time.
    decoding: Semaphore,
    budget: u32,
    /// Looking never waits behind a batch.
    looking: Arc<Semaphore>,
    flights: Mutex<HashMap<PathBuf, Weak<Flight>>>,
}

impl Pictures {
    pub(super) fn new(store: Arc<Store>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, |n| n.get().min(64));
        let budget = u32::try_from(cores).unwrap_or(2) * SHARE;
        Self {
            store,
            decoding: Semaphore::new(budget as usize),
            budget,
            looking: Arc::new(Semaphore::new(1)),
            flights: Mutex::default(),
        }
    }

    /// The picture, decoded and identified; those who ask at the same time share one decode.
    pub(super) async fn prepare(&self, image: &ImageRef) -> Result<Arc<Prepared>, EngineError> {
        let flight = self.flight(image);
        let prepared = flight.get_or_try_init(|| self.decode(image)).await?;
        Ok(Arc::clone(prepared))
    }

    pub(super) async fn look(&self, image: &ImageRef, within: Size) -> Result<Look, EngineError> {
        let turn = Arc::clone(&self.looking).acquire_owned().await;
        let path = image.path().to_owned();
        blocking(move || -> Result<Look, MediaError> {
            // A decode cannot be stopped: it keeps its turn even where nobody waits any more.
            let _turn = turn;
            let (facts, pixels) = decode::decode(&path)?;
            let pixels = Arc::new(thumbnail::fit(&pixels, within));
            Ok(Look { facts, pixels })
        })
        .await
    }

    /// Which picture the file holds; hashed unless its fingerprint is known.
    pub(super) async fn identify(&self, image: &ImageRef) -> Result<ImageId, EngineError> {
        let (store, image) = (Arc::clone(&self.store), image.clone());
        blocking(move || identify_with(&store, &image)).await
    }

    fn flight(&self, image: &ImageRef) -> Arc<Flight> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(image.path()).and_then(Weak::upgrade) {
            return flight;
        }
        flights.retain(|_, flight| flight.strong_count() > 0);
        let flight = Arc::new(Flight::new());
        flights.insert(image.path().to_owned(), Arc::downgrade(&flight));
        flight
    }

    async fn decode(&self, image: &ImageRef) -> Result<Arc<Prepared>, EngineError> {
        let path = image.path().to_owned();
        let facts = blocking(move || decode::inspect(&path)).await?;
        let _share = self.share(facts.size).await?;
        let (store, image) = (Arc::clone(&self.store), image.clone());
        blocking(move || -> Result<_, MediaError> {
            let id = identify_with(&store, &image)?;
            let (facts, pixels) = decode::decode(image.path())?;
            let pixels = Arc::new(pixels);
            Ok(Arc::new(Prepared { id, facts, pixels }))
        })
        .await
    }

    /// A share of this machine for work on a picture of this size: as many shares as there are
    /// cores, so that a batch never takes the screen's thread its turn.
    pub(super) async fn share(&self, size: Size) -> Result<SemaphorePermit<'_>, EngineError> {
        let megapixels = u32::try_from(size.pixels() / 1_000_000).unwrap_or(u32::MAX);
        let share = megapixels.clamp(SHARE, self.budget);
        self.decoding
            .acquire_many(share)
            .await
            .map_err(|_| EngineError::Worker)
    }
}

/// A store that cannot be read or written costs a second hash, no more.
fn identify_with(store: &Store, image: &ImageRef) -> Result<ImageId, MediaError> {
    let fingerprint = identify::fingerprint(image.path())?;
    match store.known_file(image.path(), &fingerprint) {
        Ok(Some(id)) => return Ok(id),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "file identities could not be read"),
    }
    let id = identify::hash(image.path())?;
    if let Err(error) = store.remember_file(image.path(), &fingerprint, &id) {
        tracing::warn!(%error, "a file identity could not be stored");
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn large_pictures_wait_for_each_other() {
        let home = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(home.path()).unwrap().store);
        let pictures = Pictures::new(store);
        let picture = |megapixels| Size {
            width: 1_000 * megapixels,
            height: 1_000,
        };
        let larger_than_all = picture(pictures.budget + 1);
        let one = pictures
            .share(larger_than_all)
            .now_or_never()
            .unwrap()
            .unwrap();
        assert!(pictures.share(picture(1)).now_or_never().is_none());
        drop(one);
        let small = pictures.share(picture(1)).now_or_never().unwrap().unwrap();
        assert!(pictures.share(larger_than_all).now_or_never().is_none());
        drop(small);
        let most = pictures.budget / SHARE;
        let shares: Vec<_> = (0..=most)
            .map(|_| pictures.share(picture(1)).now_or_never())
            .collect();
        let given = shares.iter().flatten().count();
        assert_eq!(given, usize::try_from(most).unwrap(), "one a core");
    }
}

//! Decoding: once for all who want the same picture, and never more pictures at a time than this
//! machine bears.

use std::collections::HashMap;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use super::{EngineError, blocking};
use crate::domain::image::{Form, ImageFacts, ImageId, ImageRef, Pixels, Prepared, Size};
use crate::media::{MediaError, decode, identify, thumbnail};
use crate::store::Store;

/// A picture counts as at least so many megapixels; as many of these as there are cores fit at once.
const SHARE: u32 = 16;

/// A picture for the screen.
#[derive(Clone, Debug)]
pub struct Look {
    /// What is known of it.
    pub facts: ImageFacts,
    /// What it looks like, scaled.
    pub pixels: Arc<Pixels>,
}

/// A picture made ready, with its share of this machine, which is given back with the picture.
pub(super) struct Ready {
    prepared: Prepared,
    _share: OwnedSemaphorePermit,
}

impl Deref for Ready {
    type Target = Prepared;

    fn deref(&self) -> &Prepared {
        &self.prepared
    }
}

type Flight = OnceCell<Arc<Ready>>;

pub(super) struct Pictures {
    store: Arc<Store>,
    /// In megapixels, so that many small pictures or few large ones are worked on at a time.
    shares: Arc<Semaphore>,
    budget: u32,
    /// Looking never waits behind a batch.
    looking: Arc<Semaphore>,
    flights: Mutex<HashMap<PathBuf, Weak<Flight>>>,
}

impl Pictures {
    /// At most so many pictures at a time as there are `cores`, 1 to 64.
    pub(super) fn new(store: Arc<Store>, cores: usize) -> Self {
        let budget = u32::try_from(cores).unwrap_or(64).clamp(1, 64) * SHARE;
        Self {
            store,
            shares: Arc::new(Semaphore::new(budget as usize)),
            budget,
            looking: Arc::new(Semaphore::new(1)),
            flights: Mutex::default(),
        }
    }

    /// The picture, decoded and identified; those who ask at the same time share one decode.
    ///
    /// Whoever holds one picture must not wait for another: all shares may be held by such.
    pub(super) async fn prepare(&self, image: &ImageRef) -> Result<Arc<Ready>, EngineError> {
        let flight = self.flight(image);
        let ready = flight.get_or_try_init(|| self.decode(image)).await?;
        Ok(Arc::clone(ready))
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

    async fn decode(&self, image: &ImageRef) -> Result<Arc<Ready>, EngineError> {
        let path = image.path().to_owned();
        let facts = blocking(move || decode::inspect(&path)).await?;
        let share = self.share(facts.size).await?;
        let (store, image) = (Arc::clone(&self.store), image.clone());
        // The share goes along: a decode cannot be stopped, even where nobody waits any more.
        blocking(move || -> Result<_, MediaError> {
            let id = identify_with(&store, &image)?;
            let (facts, pixels) = decode::decode(image.path())?;
            let form = Form::Pixels(Arc::new(pixels));
            Ok(Arc::new(Ready {
                prepared: Prepared { id, facts, form },
                _share: share,
            }))
        })
        .await
    }

    /// A share of this machine for a picture of this size: memory for its pixels, and a core for
    /// whoever decodes or measures them, so that a batch never takes the screen's thread its turn.
    async fn share(&self, size: Size) -> Result<OwnedSemaphorePermit, EngineError> {
        let megapixels = u32::try_from(size.pixels() / 1_000_000).unwrap_or(u32::MAX);
        let share = megapixels.clamp(SHARE, self.budget);
        let shares = Arc::clone(&self.shares);
        shares
            .acquire_many_owned(share)
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

    /// Pictures on a machine of two cores, and a home for what they need.
    fn pictures() -> (tempfile::TempDir, Pictures) {
        let home = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(home.path()).unwrap().store);
        (home, Pictures::new(store, 2))
    }

    fn megapixels(count: u32) -> Size {
        Size {
            width: 1_000 * count,
            height: 1_000,
        }
    }

    #[tokio::test]
    async fn large_pictures_wait_for_each_other() {
        let (_home, pictures) = pictures();
        let share = |size| pictures.share(size).now_or_never().map(Result::unwrap);
        let larger_than_all = megapixels(pictures.budget + 1);
        let one = share(larger_than_all).unwrap();
        assert!(share(megapixels(1)).is_none());
        drop(one);
        let small = share(megapixels(1)).unwrap();
        assert!(share(larger_than_all).is_none());
        drop(small);
        let shares = [1, 1, 1].map(|count| share(megapixels(count)));
        assert_eq!(shares.iter().flatten().count(), 2, "one a core");
    }

    #[tokio::test]
    async fn a_picture_keeps_its_share_until_nobody_holds_its_pixels() {
        // The share was given back after the decode, while the pixels lived on.
        let (home, pictures) = pictures();
        let path = home.path().join("cat.png");
        image::RgbImage::new(4, 3).save(&path).unwrap();
        let cat = ImageRef::new(path);
        let all = megapixels(pictures.budget);
        let (one, other) = tokio::join!(pictures.prepare(&cat), pictures.prepare(&cat));
        assert!(pictures.share(all).now_or_never().is_none());
        drop(one);
        assert!(pictures.share(all).now_or_never().is_none());
        assert!(pictures.share(megapixels(1)).now_or_never().is_some());
        drop(other);
        assert!(pictures.share(all).now_or_never().is_some());
    }
}

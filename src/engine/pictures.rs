//! Making pictures ready: once for all who want the same one in the same form, and never more at a
//! time than this machine bears.

mod desk;
mod looks;
mod shares;

use std::collections::HashMap;
use std::ops::{ControlFlow, Deref};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OnceCell, OwnedSemaphorePermit};

use super::EngineError;
use super::workers::Workers;
use crate::domain::image::{Fingerprint, ImageId, ImageRef, Prepared, Size};
use crate::domain::request::{RequestKey, UploadSpec};
use crate::domain::run::Run;
use crate::domain::whereabouts::Whereabouts;
use crate::media::MediaError;
use crate::media::cache::Thumbnails;
use crate::store::Store;
use desk::Desk;
pub use looks::Look;
use looks::Looks;
use shares::Shares;

/// Files that are read at a time without decoding: enough for a disk far away, and little memory.
const READERS: usize = 4;

/// A picture made ready. Pixels hold their share of this machine, which is given back with them;
/// an upload is small and holds none.
pub(super) struct Ready {
    prepared: Prepared,
    /// What its file was like before it was read.
    pub(super) fingerprint: Fingerprint,
    _share: Option<OwnedSemaphorePermit>,
}

impl Deref for Ready {
    type Target = Prepared;

    fn deref(&self) -> &Prepared {
        &self.prepared
    }
}

/// Which file, and in which form.
type Wish = (PathBuf, UploadSpec);

/// What the first look at a file gives.
pub(super) enum Found {
    /// History holds the answer.
    Stored(Box<Run>),
    /// The picture is ready.
    Ready(Arc<Ready>),
    /// It has to be decoded first.
    Undecoded,
}

type Flight = OnceCell<Arc<Ready>>;

pub(super) struct Pictures {
    desk: Arc<Desk>,
    shares: Shares,
    decoders: Workers,
    readers: Workers,
    looks: Looks,
    flights: Mutex<HashMap<Wish, Weak<Flight>>>,
}

impl Pictures {
    /// At most so many pictures at a time as there are `cores`, 1 to 64.
    pub(super) fn new(
        store: Arc<Store>,
        thumbnails: Arc<Thumbnails>,
        cores: usize,
        workers: &dyn Fn(usize) -> Workers,
    ) -> Self {
        let desk = Arc::new(Desk::new(store));
        Self {
            looks: Looks::new(Arc::clone(&desk), thumbnails, cores, workers),
            desk,
            shares: Shares::new(cores),
            decoders: workers(cores),
            readers: workers(READERS),
            flights: Mutex::default(),
        }
    }

    /// All that can be had without decoding: the picture in the form that `upload` names where it was
    /// made lately or goes out as it is, or else the run that `key` asks for.
    pub(super) async fn find(
        &self,
        image: &ImageRef,
        upload: UploadSpec,
        key: Option<RequestKey>,
    ) -> Result<Found, EngineError> {
        let (desk, wish) = (Arc::clone(&self.desk), (image.path().to_owned(), upload));
        let find = move || desk.find(&wish, key.as_ref());
        self.readers.run(find).await
    }

    /// The picture decoded, identified and in the form that `upload` names. Those who ask at the
    /// same time share one preparation, and an upload that was made lately is not made again while
    /// the file stays the same. Whoever stops waiting leaves the work to the others.
    ///
    /// Whoever holds pixels must not wait for other pixels: all shares may be held by such.
    pub(super) async fn decoded(
        &self,
        image: &ImageRef,
        upload: UploadSpec,
    ) -> Result<Arc<Ready>, EngineError> {
        let wish = (image.path().to_owned(), upload);
        let flight = self.flight(&wish);
        let ready = flight.get_or_try_init(|| self.decode(wish)).await?;
        Ok(Arc::clone(ready))
    }

    pub(super) async fn look(&self, image: &ImageRef, within: Size) -> Result<Look, EngineError> {
        self.looks.look(image, within).await
    }

    pub(super) async fn glimpse(&self, image: &ImageRef, within: Size) -> Option<Look> {
        self.looks.glimpse(image, within).await
    }

    /// Which picture the file holds; hashed unless its fingerprint is known.
    pub(super) async fn identify(&self, image: &ImageRef) -> Result<ImageId, EngineError> {
        let (desk, path) = (Arc::clone(&self.desk), image.path().to_owned());
        self.readers.run(move || desk.identify(&path)).await
    }

    /// Where the picture lies now that lay at `image`.
    pub(super) async fn locate(
        &self,
        image: ImageRef,
        id: ImageId,
    ) -> Result<Whereabouts, EngineError> {
        let desk = Arc::clone(&self.desk);
        let locate = move || Ok::<_, MediaError>(desk.locate(&image, &id));
        self.readers.run(locate).await
    }

    fn flight(&self, wish: &Wish) -> Arc<Flight> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(wish).and_then(Weak::upgrade) {
            return flight;
        }
        flights.retain(|_, flight| flight.strong_count() > 0);
        let flight = Arc::new(Flight::new());
        flights.insert(wish.clone(), Arc::downgrade(&flight));
        flight
    }

    async fn decode(&self, wish: Wish) -> Result<Arc<Ready>, EngineError> {
        let (desk, wanted) = (Arc::clone(&self.desk), wish.clone());
        let size = match self.readers.run(move || desk.begin(&wanted)).await? {
            ControlFlow::Break(ready) => return Ok(ready),
            ControlFlow::Continue(size) => size,
        };
        let share = self.shares.take(size).await?;
        let desk = Arc::clone(&self.desk);
        // The share goes along: a decode cannot be stopped, even where nobody waits any more.
        self.decoders.run(move || desk.decode(wish, share)).await
    }
}

#[cfg(test)]
mod tests;

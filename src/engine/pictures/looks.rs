//! Pictures for the screen: from the thumbnails on disk, or out of their files.
//!
//! Looking has threads and shares of its own, so that it waits neither behind a batch nor behind
//! anything but other looks. Whoever drops a look that has not begun gives up its turn; one that
//! has begun is finished and kept, since it may be wanted next.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::desk::Desk;
use super::shares::Shares;
use crate::domain::image::{Fingerprint, ImageFacts, ImageRef, Pixels, Size};
use crate::engine::EngineError;
use crate::engine::workers::Workers;
use crate::media::cache::Thumbnails;
use crate::media::thumbnail::{Thumbnail, fit, fitted};
use crate::media::{MediaError, decode, embedded, identify};

/// So many are looked up on disk at a time.
const GLANCES: usize = 2;
/// At least so many are decoded at a time: a large one holds up no small ones.
const FEWEST: usize = 2;
/// A smaller picture is decoded before anybody sees an embedded one, in pixels.
const QUICKLY_DECODED: u64 = 1_000_000;

/// A picture for the screen.
#[derive(Clone, Debug)]
pub struct Look {
    /// What is known of it.
    pub facts: ImageFacts,
    /// What it looks like, scaled.
    pub pixels: Arc<Pixels>,
}

impl Look {
    fn new((facts, pixels): (ImageFacts, Pixels)) -> Self {
        let pixels = Arc::new(pixels);
        Self { facts, pixels }
    }
}

pub(super) struct Looks {
    gallery: Arc<Gallery>,
    glancers: Workers,
    glances: Arc<Semaphore>,
    lookers: Workers,
    shares: Shares,
}

impl Looks {
    pub(super) fn new(
        desk: Arc<Desk>,
        thumbnails: Arc<Thumbnails>,
        cores: usize,
        workers: &dyn Fn(usize) -> Workers,
    ) -> Self {
        let at_once = cores.max(FEWEST);
        Self {
            gallery: Arc::new(Gallery { desk, thumbnails }),
            glancers: workers(GLANCES),
            glances: Arc::new(Semaphore::new(GLANCES)),
            lookers: workers(at_once),
            shares: Shares::new(at_once),
        }
    }

    /// The picture as sharp as it gets within `within`.
    pub(super) async fn look(&self, image: &ImageRef, within: Size) -> Result<Look, EngineError> {
        let path = image.path().to_owned();
        let found = self.glance(move |gallery| gallery.find(&path, within));
        let size = match found.await? {
            ControlFlow::Break(look) => return Ok(look),
            ControlFlow::Continue(size) => size,
        };
        let share = self.shares.take(size).await?;
        let (answer, answered) = oneshot::channel();
        let (gallery, path) = (Arc::clone(&self.gallery), image.path().to_owned());
        self.lookers
            .start(move || gallery.draw(&path, size, within, share, answer));
        match answered.await {
            Ok(look) => Ok(look?),
            Err(_) => Err(EngineError::Worker),
        }
    }

    /// What can be had at once of a picture that takes longer.
    pub(super) async fn glimpse(&self, image: &ImageRef, within: Size) -> Option<Look> {
        let path = image.path().to_owned();
        let glimpse = self.glance(move |gallery| Ok(gallery.glimpse(&path, within)));
        glimpse.await.ok().flatten()
    }

    async fn glance<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Gallery) -> Result<T, MediaError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let turn = Arc::clone(&self.glances).acquire_owned().await;
        let gallery = Arc::clone(&self.gallery);
        let work = move || {
            // It cannot be stopped: it keeps its turn even where nobody waits any more.
            let _turn = turn;
            work(&gallery)
        };
        self.glancers.run(work).await
    }
}

/// The work on one picture, on a blocking thread.
struct Gallery {
    desk: Arc<Desk>,
    thumbnails: Arc<Thumbnails>,
}

impl Gallery {
    /// The picture from disk, where its file is known and not even opened, or how large a picture
    /// there is to decode.
    fn find(&self, path: &Path, within: Size) -> Result<ControlFlow<Look, Size>, MediaError> {
        let fingerprint = identify::fingerprint(path)?;
        let id = self.desk.known(path, &fingerprint);
        let found = id.and_then(|id| self.thumbnails.find(&id, within));
        Ok(match found {
            Some(found) => ControlFlow::Break(Look::new(found)),
            None => ControlFlow::Continue(decode::inspect(path)?.size),
        })
    }

    /// `None` where there is nothing, and where the picture itself is as quickly there.
    fn glimpse(&self, path: &Path, within: Size) -> Option<Look> {
        let fingerprint = identify::fingerprint(path).ok()?;
        let kept = match self.desk.known(path, &fingerprint) {
            Some(id) if self.thumbnails.has(&id, within) => return None,
            Some(id) => self.thumbnails.nearest(&id, within),
            None => None,
        };
        let is_slow = |(facts, _): &(ImageFacts, _)| facts.size.pixels() > QUICKLY_DECODED;
        let embedded = || embedded::embedded(path, within).filter(is_slow);
        kept.or_else(embedded).map(Look::new)
    }

    /// Decodes the picture of about that `size`, answers, and keeps it for the next time.
    fn draw(
        &self,
        path: &Path,
        size: Size,
        within: Size,
        share: OwnedSemaphorePermit,
        answer: oneshot::Sender<Result<Look, MediaError>>,
    ) {
        let kept_at = self.thumbnails.side(size, within);
        let drawn = identify::fingerprint(path).and_then(|fingerprint| {
            let thumbnail = Thumbnail::of(path, room_for(size, within, kept_at))?;
            Ok((fingerprint, thumbnail))
        });
        let (fingerprint, thumbnail) = match drawn {
            Ok(drawn) => drawn,
            Err(error) => {
                let _ = answer.send(Err(error));
                return;
            }
        };
        let pixels = fit(&thumbnail.pixels, within);
        let _ = answer.send(Ok(Look::new((thumbnail.facts.clone(), pixels))));
        if let Some(side) = kept_at {
            self.keep(path, &fingerprint, side, &thumbnail);
        }
        drop(share);
    }

    fn keep(&self, path: &Path, before: &Fingerprint, side: u32, thumbnail: &Thumbnail) {
        // A file that was written meanwhile may hold half of each.
        if identify::fingerprint(path).ok().as_ref() != Some(before) {
            return;
        }
        let id = self.desk.known(path, before).unwrap_or_else(|| {
            let id = thumbnail.id();
            self.desk.remember(path, before, &id);
            id
        });
        let Thumbnail { facts, pixels, .. } = thumbnail;
        self.thumbnails.keep(&id, side, facts, pixels);
    }
}

/// The box to decode into, which serves `within` and the thumbnail that is to be kept.
fn room_for(size: Size, within: Size, kept_at: Option<u32>) -> Size {
    let target = fitted(size, within);
    let kept_at = kept_at.filter(|length| *length >= target.width.max(target.height));
    kept_at.map_or(within, |length| Size {
        width: length,
        height: length,
    })
}

#[cfg(test)]
mod tests;

//! The work on one picture, on a blocking thread, and what is kept of it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use lru::LruCache;
use tokio::sync::OwnedSemaphorePermit;

use super::{Found, Ready, Wish};
use crate::domain::image::{Fingerprint, Form, ImageId, ImageRef, Prepared, Size};
use crate::domain::request::{RequestKey, UploadSpec};
use crate::domain::run::Run;
use crate::domain::whereabouts::{Loss, Whereabouts};
use crate::media::{MediaError, decode, identify, upload};
use crate::store::Store;

/// Bytes of uploads that are kept for whoever asks next: some fifty scaled pictures. The models
/// that want a picture do not all begin at once, but soon after each other.
const MOST_RECENT: usize = 16 << 20;

pub(super) struct Desk {
    store: Arc<Store>,
    recent: Mutex<Recent>,
}

impl Desk {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            recent: Mutex::new(Recent::new(MOST_RECENT)),
        }
    }

    /// Which picture the file holds; hashed unless its fingerprint is known.
    pub(super) fn identify(&self, path: &Path) -> Result<ImageId, MediaError> {
        self.identify_as(path, &identify::fingerprint(path)?)
    }

    /// Where the picture lies now that lay at `image` when it was captioned. A file is read only
    /// where it is not the same as when it was last looked at.
    pub(super) fn locate(&self, image: &ImageRef, id: &ImageId) -> Whereabouts {
        let found = self.identify(image.path());
        if found.as_ref().is_ok_and(|it| it == id) {
            return Whereabouts::There;
        }
        let others = self.store.files_of(id).unwrap_or_else(|error| {
            tracing::warn!(%error, "the files of a picture could not be read");
            Vec::new()
        });
        let holds_it =
            |path: &PathBuf| path != image.path() && self.identify(path).is_ok_and(|it| it == *id);
        match (others.into_iter().find(holds_it), found) {
            (Some(path), _) => Whereabouts::Moved(ImageRef::new(path)),
            (None, Ok(_)) => Whereabouts::Lost(Loss::Changed),
            (None, Err(MediaError::Gone(_) | MediaError::NotAFile(_))) => {
                Whereabouts::Lost(Loss::Gone)
            }
            (None, Err(_)) => Whereabouts::Lost(Loss::Unreadable),
        }
    }

    /// All that can be had of a picture without decoding it, in one go: the picture itself where it
    /// was made lately or goes out as it is, or else the run of it that `key` asks for.
    pub(super) fn find(&self, wish: &Wish, key: Option<&RequestKey>) -> Result<Found, MediaError> {
        // Taken before the file is read: should it change meanwhile, what is kept is not found.
        let fingerprint = identify::fingerprint(&wish.0)?;
        if let Some(ready) = self.recent().find(wish, &fingerprint) {
            return Ok(Found::Ready(ready));
        }
        if wish.1 == UploadSpec::Original {
            return Ok(Found::Ready(self.read(wish.clone(), fingerprint)?));
        }
        if let Some(key) = key {
            let id = self.identify_as(&wish.0, &fingerprint)?;
            if let Some(run) = self.answered(&id, key) {
                return Ok(Found::Stored(Box::new(run)));
            }
        }
        Ok(Found::Undecoded)
    }

    /// A history that cannot be read holds nothing; whoever writes to it will be told why.
    fn answered(&self, id: &ImageId, key: &RequestKey) -> Option<Run> {
        let answered = self.store.answered(id, key);
        answered.unwrap_or_else(|error| {
            tracing::warn!(%error, "stored answers could not be read");
            None
        })
    }

    /// The file's own bytes.
    fn read(&self, wish: Wish, fingerprint: Fingerprint) -> Result<Arc<Ready>, MediaError> {
        let (id, facts, upload) = upload::original(&wish.0)?;
        let form = Form::Upload(upload);
        Ok(self.keep(wish, fingerprint, Prepared { id, facts, form }))
    }

    /// What was made lately, or how large a picture there is to decode.
    pub(super) fn begin(&self, wish: &Wish) -> Result<ControlFlow<Arc<Ready>, Size>, MediaError> {
        let fingerprint = identify::fingerprint(&wish.0)?;
        if let Some(ready) = self.recent().find(wish, &fingerprint) {
            return Ok(ControlFlow::Break(ready));
        }
        Ok(ControlFlow::Continue(decode::inspect(&wish.0)?.size))
    }

    /// The pixels with their `share` of this machine, or what is made of them.
    pub(super) fn decode(
        &self,
        wish: Wish,
        share: OwnedSemaphorePermit,
    ) -> Result<Arc<Ready>, MediaError> {
        let fingerprint = identify::fingerprint(&wish.0)?;
        let id = self.identify_as(&wish.0, &fingerprint)?;
        let UploadSpec::Scaled { side, bytes } = wish.1 else {
            let (facts, pixels) = decode::decode(&wish.0)?;
            let form = Form::Pixels(Arc::new(pixels));
            return Ok(Arc::new(Ready {
                prepared: Prepared { id, facts, form },
                fingerprint,
                _share: Some(share),
            }));
        };
        let (facts, upload) = upload::scaled(&wish.0, side, bytes)?;
        drop(share);
        let form = Form::Upload(upload);
        Ok(self.keep(wish, fingerprint, Prepared { id, facts, form }))
    }

    fn identify_as(&self, path: &Path, fingerprint: &Fingerprint) -> Result<ImageId, MediaError> {
        if let Some(id) = self.known(path, fingerprint) {
            return Ok(id);
        }
        let id = identify::hash(path)?;
        self.remember(path, fingerprint, &id);
        Ok(id)
    }

    /// A store that cannot be read or written costs a second hash, no more.
    pub(super) fn known(&self, path: &Path, fingerprint: &Fingerprint) -> Option<ImageId> {
        let known = self.store.known_file(path, fingerprint);
        known.unwrap_or_else(|error| {
            tracing::warn!(%error, "file identities could not be read");
            None
        })
    }

    pub(super) fn remember(&self, path: &Path, fingerprint: &Fingerprint, id: &ImageId) {
        // Said once already, when history was opened.
        if self.store.read_only().is_some() {
            return;
        }
        if let Err(error) = self.store.remember_file(path, fingerprint, id) {
            tracing::warn!(%error, "a file identity could not be stored");
        }
    }

    fn keep(&self, wish: Wish, fingerprint: Fingerprint, prepared: Prepared) -> Arc<Ready> {
        let ready = Arc::new(Ready {
            prepared,
            fingerprint,
            _share: None,
        });
        self.recent().keep(wish, &ready);
        ready
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Uploads that were wanted lately.
struct Recent {
    /// Those that take work to make.
    made: LruCache<Wish, Arc<Ready>>,
    bytes: usize,
    most: usize,
    /// Files as they are, while somebody sends them: they are read again in no time.
    originals: HashMap<Wish, Weak<Ready>>,
}

impl Recent {
    fn new(most: usize) -> Self {
        Self {
            made: LruCache::unbounded(),
            bytes: 0,
            most,
            originals: HashMap::new(),
        }
    }

    /// What was made of the file while it was as it is now.
    fn find(&mut self, wish: &Wish, fingerprint: &Fingerprint) -> Option<Arc<Ready>> {
        let ready = match self.made.get(wish) {
            Some(ready) => Arc::clone(ready),
            None => self.originals.get(wish)?.upgrade()?,
        };
        (ready.fingerprint == *fingerprint).then_some(ready)
    }

    /// Keeps `ready` in place of those that nobody wanted for longest.
    fn keep(&mut self, wish: Wish, ready: &Arc<Ready>) {
        if wish.1 == UploadSpec::Original {
            self.originals.retain(|_, ready| ready.strong_count() > 0);
            self.originals.insert(wish, Arc::downgrade(ready));
            return;
        }
        self.bytes += weight(ready);
        if let Some((_, old)) = self.made.push(wish, Arc::clone(ready)) {
            self.bytes -= weight(&old);
        }
        while self.bytes > self.most
            && let Some((_, oldest)) = self.made.pop_lru()
        {
            self.bytes -= weight(&oldest);
        }
    }
}

fn weight(ready: &Ready) -> usize {
    match &ready.form {
        Form::Upload(upload) => upload.bytes.len(),
        Form::Pixels(pixels) => pixels.rgba().len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::image::{Format, ImageFacts, Upload};

    const FINGERPRINT: Fingerprint = Fingerprint {
        device: 1,
        inode: 2,
        size: 3,
        modified_ns: 4,
    };

    fn ready(bytes: usize, fingerprint: Fingerprint) -> Arc<Ready> {
        let size = Size {
            width: 1,
            height: 1,
        };
        let upload = Upload {
            bytes: vec![0; bytes].into(),
            format: Format::Jpeg,
            size,
        };
        let facts = ImageFacts {
            format: Format::Jpeg,
            size,
            bytes: 3,
            animated: false,
            taken: None,
            camera: None,
        };
        Arc::new(Ready {
            prepared: Prepared {
                id: ImageId([0; 32]),
                facts,
                form: Form::Upload(upload),
            },
            fingerprint,
            _share: None,
        })
    }

    fn wish(name: &str) -> Wish {
        let scaled = UploadSpec::Scaled {
            side: 1024,
            bytes: 1_000_000,
        };
        (name.into(), scaled)
    }

    #[test]
    fn what_nobody_wanted_for_longest_makes_room() {
        let mut recent = Recent::new(100);
        for name in ["a", "b"] {
            recent.keep(wish(name), &ready(40, FINGERPRINT));
        }
        assert!(recent.find(&wish("a"), &FINGERPRINT).is_some());
        recent.keep(wish("c"), &ready(40, FINGERPRINT));
        let kept = ["a", "b", "c"].map(|name| recent.find(&wish(name), &FINGERPRINT).is_some());
        assert_eq!(kept, [true, false, true]);
        recent.keep(wish("d"), &ready(101, FINGERPRINT));
        assert_eq!((recent.made.len(), recent.bytes), (0, 0));
    }

    #[test]
    fn what_is_made_again_takes_the_place_of_what_was() {
        let mut recent = Recent::new(100);
        recent.keep(wish("a"), &ready(60, FINGERPRINT));
        let changed = Fingerprint {
            size: 9,
            ..FINGERPRINT
        };
        assert!(recent.find(&wish("a"), &changed).is_none());
        recent.keep(wish("a"), &ready(70, changed));
        assert!(recent.find(&wish("a"), &FINGERPRINT).is_none());
        assert!(recent.find(&wish("a"), &changed).is_some());
        assert_eq!(recent.bytes, 70);
    }

    #[test]
    fn a_file_as_it_is_is_shared_while_somebody_sends_it() {
        let mut recent = Recent::new(100);
        let original = (PathBuf::from("a"), UploadSpec::Original);
        let sent = ready(60, FINGERPRINT);
        recent.keep(original.clone(), &sent);
        let shared = recent.find(&original, &FINGERPRINT).unwrap();
        assert!(Arc::ptr_eq(&sent, &shared));
        let changed = Fingerprint {
            size: 4,
            ..FINGERPRINT
        };
        assert!(recent.find(&original, &changed).is_none());
        drop((sent, shared));
        assert!(recent.find(&original, &FINGERPRINT).is_none());
        recent.keep(
            (PathBuf::from("b"), UploadSpec::Original),
            &ready(60, FINGERPRINT),
        );
        assert_eq!(
            recent.originals.len(),
            1,
            "what nobody sends leaves nothing"
        );
    }
}

//! Folders of pictures: what lies there, and what history knows of it.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::{Engine, EngineError};
use crate::domain::image::{Fingerprint, ImageId, ImageRef};
use crate::media::pictures::{self, Collected};
use crate::media::scan::{self, Entry, ScanEnd};
use crate::media::{MediaError, identify};
use crate::store::{Marks, Store, StoreError};

/// So many files are recognised between two answers.
const CHUNK: usize = 256;

/// What history knows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Its name in the folder.
    pub name: OsString,
    /// What the file system says of it.
    pub fingerprint: Fingerprint,
    /// What became of its captions.
    pub marks: Marks,
}

impl Engine {
    /// Lists a folder; `on` gets its entries in pieces as they are read, in no order.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub async fn scan(
        &self,
        folder: PathBuf,
        cancel: CancellationToken,
        on: impl Fn(Vec<Entry>) + Send + 'static,
    ) -> Result<ScanEnd, EngineError> {
        self.0
            .scouts
            .run(move || {
                scan::scan(&folder, &mut |entries| {
                    on(entries);
                    going_on(&cancel)
                })
            })
            .await
    }

    /// Finds out what history knows of the files `names` in `folder`; `on` gets it in pieces.
    ///
    /// A file is read only where it is new and as large as a picture that history knows: a folder
    /// of 10,000 pictures on a slow disk costs no full read, and a picture that was moved is
    /// still found.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn recognise(
        &self,
        folder: PathBuf,
        names: Vec<OsString>,
        cancel: CancellationToken,
        on: impl Fn(Vec<Recognised>) + Send + 'static,
    ) -> Result<(), EngineError> {
        self.ask(move |store| {
            let known = Known::read(store, &folder)?;
            for chunk in names.chunks(CHUNK) {
                let recognised = chunk
                    .iter()
                    .filter_map(|name| known.recognise(&folder, name));
                on(recognised.collect());
                if going_on(&cancel).is_break() {
                    break;
                }
            }
            Ok(())
        })
        .await
    }

    /// The pictures that a command line means by files and folders.
    pub async fn collect(&self, paths: Vec<PathBuf>, recursive: bool) -> Collected {
        self.0
            .scouts
            .run(move || Ok::<_, MediaError>(pictures::pictures_below(&paths, recursive)))
            .await
            .unwrap_or_default()
    }

    /// Which picture a file holds, told without reading the file; `None` where it is new.
    pub(super) async fn known(&self, image: &ImageRef) -> Result<Option<ImageId>, EngineError> {
        let path = image.path().to_owned();
        let fingerprint = self
            .0
            .scouts
            .run(move || identify::fingerprint(&path))
            .await?;
        let path = image.path().to_owned();
        self.ask(move |store| store.known_file(&path, &fingerprint))
            .await
    }
}

fn going_on(cancel: &CancellationToken) -> ControlFlow<()> {
    if cancel.is_cancelled() {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

/// What history knows before any file of the folder is looked at.
struct Known<'a> {
    store: &'a Store,
    sizes: HashSet<u64>,
    marks: HashMap<OsString, Marks>,
}

impl<'a> Known<'a> {
    fn read(store: &'a Store, folder: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            store,
            sizes: store.known_sizes()?,
            marks: store.marks(folder)?.into_iter().collect(),
        })
    }

    /// `None` for a file that is gone meanwhile or cannot be read.
    fn recognise(&self, folder: &Path, name: &OsString) -> Option<Recognised> {
        let path = folder.join(name);
        let fingerprint = identify::fingerprint(&path).ok()?;
        let marks = self
            .marks(&path, name, &fingerprint)
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "marks could not be read");
                Marks::default()
            });
        Some(Recognised {
            name: name.clone(),
            fingerprint,
            marks,
        })
    }

    fn marks(
        &self,
        path: &Path,
        name: &OsString,
        fingerprint: &Fingerprint,
    ) -> Result<Marks, StoreError> {
        if !self.sizes.contains(&fingerprint.size) {
            return Ok(Marks::default());
        }
        if self.store.known_file(path, fingerprint)?.is_some() {
            return Ok(self.marks.get(name).copied().unwrap_or_default());
        }
        let Ok(id) = identify::hash(path) else {
            return Ok(Marks::default());
        };
        self.store.remember_file(path, fingerprint, &id)?;
        self.store.marks_of(&id)
    }
}

//! Which file holds which picture, and what history knows of it.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::Path;

use super::{Store, StoreError};
use crate::domain::image::{Fingerprint, ImageId};

/// What history knows of a picture, for a list of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Number of its captioned runs.
    pub captions: u32,
    /// True where its newest finished run failed.
    pub failed: bool,
}

#[expect(unused_variables, reason = "only the signatures stand yet")]
impl Store {
    /// The marks of every known file in `folder`, by name.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn marks(&self, folder: &Path) -> Result<Vec<(OsString, Marks)>, StoreError> {
        todo!()
    }
    /// The marks of one picture.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn marks_of(&self, image: &ImageId) -> Result<Marks, StoreError> {
        todo!()
    }
    /// Which picture a file holds, if it is the same file as when it was remembered.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn known_file(
        &self,
        path: &Path,
        fingerprint: &Fingerprint,
    ) -> Result<Option<ImageId>, StoreError> {
        todo!()
    }
    /// Remembers which picture a file holds while its fingerprint stays the same.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn remember_file(
        &self,
        path: &Path,
        fingerprint: &Fingerprint,
        id: &ImageId,
    ) -> Result<(), StoreError> {
        todo!()
    }
    /// The file sizes of known pictures, in bytes: a file of another size holds none of them.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn known_sizes(&self) -> Result<HashSet<u64>, StoreError> {
        todo!()
    }
}

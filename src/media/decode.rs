//! From a file to pixels.

use std::path::Path;

use super::MediaError;
use crate::domain::image::{ImageFacts, Pixels};

/// A picture of more pixels is refused before memory is taken for it.
pub const MOST_PIXELS: u64 = 64_000_000;
/// A file of more bytes is refused before it is read: as much as [`MOST_PIXELS`] can need in any
/// format, 16 bytes each.
pub const MOST_BYTES: u64 = 1 << 30;

/// Reads headers and EXIF only.
///
/// # Errors
/// The file cannot be read, or it is no picture that [`decode`] could try.
pub fn inspect(path: &Path) -> Result<ImageFacts, MediaError> {
    Err(MediaError::NotAPicture(path.to_owned()))
}

/// The first frame, turned by its EXIF orientation.
///
/// # Errors
/// The file cannot be read, or it is no whole picture in a format that is read here.
pub fn decode(path: &Path) -> Result<(ImageFacts, Pixels), MediaError> {
    Err(MediaError::NotAPicture(path.to_owned()))
}

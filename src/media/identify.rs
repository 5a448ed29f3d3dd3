//! Which picture a file holds, told by its bytes.

use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{MediaError, open};
use crate::domain::image::{Fingerprint, ImageId};

/// What the file system says of the file; it is not opened.
///
/// # Errors
/// The file is gone or no regular file, or its folder cannot be entered.
pub fn fingerprint(path: &Path) -> Result<Fingerprint, MediaError> {
    let meta = std::fs::metadata(path).map_err(|cause| MediaError::from_io(path, cause))?;
    if !meta.is_file() {
        return Err(MediaError::NotAFile(path.to_owned()));
    }
    Ok(Fingerprint {
        device: meta.dev(),
        inode: meta.ino(),
        size: meta.len(),
        modified_ns: meta
            .mtime()
            .saturating_mul(1_000_000_000)
            .saturating_add(meta.mtime_nsec()),
    })
}

/// Reads the whole file, of any size, piece by piece.
///
/// # Errors
/// The file is gone, no regular file or cannot be read.
pub fn hash(path: &Path) -> Result<ImageId, MediaError> {
    let (mut file, _) = open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 128 * 1024];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(ImageId(hash.finalize().into())),
            Ok(read) => hash.update(piece.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(MediaError::from_io(path, error)),
        }
    }
}

/// Which picture these bytes of a whole file are.
pub(super) fn hash_of(bytes: &[u8]) -> ImageId {
    ImageId(Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests;

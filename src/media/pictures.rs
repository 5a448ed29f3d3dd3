//! Gathering the pictures that a command line names.

use std::collections::HashSet;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::MediaError;
use super::scan::{EntryKind, scan};
use crate::domain::image::ImageRef;

/// The pictures that were found, and what went wrong beside.
#[derive(Debug, Default)]
pub struct Collected {
    /// In the order in which they were named, those of a folder by name; each path once.
    pub pictures: Vec<ImageRef>,
    /// Pictures within folders whose format is not read here.
    pub unsupported: usize,
    /// What was named and is missing, and folders that cannot be read.
    pub problems: Vec<MediaError>,
}

/// Takes each root that is a file as it is, whatever its name; of each that is a folder the
/// pictures inside, with `recursive` those of its folders too. Hidden pictures and folders are
/// taken only where a root names them.
pub fn pictures_below(roots: &[PathBuf], recursive: bool) -> Collected {
    let mut collected = Collected::default();
    let mut once = HashSet::new();
    for root in roots {
        let found = collected.below(root, recursive);
        let new = found.into_iter().filter(|path| once.insert(path.clone()));
        collected.pictures.extend(new.map(ImageRef::new));
    }
    collected
}

impl Collected {
    fn below(&mut self, root: &Path, recursive: bool) -> Vec<PathBuf> {
        let found =
            std::path::absolute(root).and_then(|path| fs::metadata(&path).map(|meta| (path, meta)));
        match found {
            Err(cause) => {
                self.problems.push(MediaError::from_io(root, cause));
                Vec::new()
            }
            Ok((path, meta)) if meta.is_dir() => {
                let mut pictures = self.in_folder(path, recursive);
                pictures.sort_unstable();
                pictures
            }
            // Whoever decodes it tells what is wrong with it.
            Ok((path, _)) => vec![path],
        }
    }

    fn in_folder(&mut self, folder: PathBuf, recursive: bool) -> Vec<PathBuf> {
        let mut pictures = Vec::new();
        let mut seen = HashSet::new();
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            // A link can lead back up; the same folder under another name is not read again.
            let new = fs::metadata(&folder).map(|meta| seen.insert((meta.dev(), meta.ino())));
            if matches!(new, Ok(false)) {
                continue;
            }
            let scanned = scan(&folder, &mut |chunk| {
                for entry in chunk.into_iter().filter(|entry| !entry.hidden) {
                    match entry.kind {
                        EntryKind::Picture => pictures.push(folder.join(entry.name)),
                        EntryKind::Folder if recursive => folders.push(folder.join(entry.name)),
                        EntryKind::Folder => {}
                        EntryKind::Unsupported(_) => self.unsupported += 1,
                    }
                }
                ControlFlow::Continue(())
            });
            self.problems.extend(scanned.err());
        }
        pictures
    }
}

#[cfg(test)]
mod tests;

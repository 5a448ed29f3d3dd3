//! Files of the person's own that captions go into: looked at before, written whole or not at all.
//!
//! They are the person's data for other tools, not files of ours: a new one can be read by whoever may
//! read the pictures beside it, and one that takes another's place gets the other's permissions.

use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, ErrorKind, Read as _, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{ExportError, file, unwritable};
use crate::domain::handover::Refusal;
use crate::domain::image::Fingerprint;
use crate::domain::text::Foreign;

/// What the file system says of a file that may be written; `None` where there is none.
///
/// # Errors
/// What is there is left alone.
pub fn stat(path: &Path) -> Result<Option<Fingerprint>, Refusal> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        // The second: what should be its folder is a file, which whoever makes the folder will find.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(&error)),
    };
    if meta.is_symlink() {
        return Err(Refusal::Link);
    }
    if !meta.is_file() {
        return Err(Refusal::NotAFile);
    }
    // Nobody who took away the right to write wants it replaced, though the folder would allow it.
    if meta.permissions().readonly() {
        return Err(Refusal::Protected);
    }
    Ok(Some(fingerprint(&meta)))
}

/// The same, and the text in it. A text that is not going to stay may hold bytes that are no UTF-8.
///
/// # Errors
/// What is there is left alone: it has more than `most` bytes, or is no text.
pub fn look(path: &Path, most: u64, stays: bool) -> Result<Option<(String, Fingerprint)>, Refusal> {
    let Some(fingerprint) = stat(path)? else {
        return Ok(None);
    };
    if fingerprint.size > most {
        return Err(Refusal::TooLarge);
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| unreadable(&error))?;
    // Neither a picture nor UTF-16 is anything that a caption stands in.
    if bytes.contains(&0) {
        return Err(Refusal::NotText);
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) if stays => return Err(Refusal::NotText),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    Ok(Some((text, fingerprint)))
}

/// Writes what `fill` writes, unless somebody changed the file since it was looked at. With
/// `makes_folder` its folder is made where it is missing.
///
/// # Errors
/// It is not written, and whatever was there still is.
pub fn write(
    path: &Path,
    before: Option<Fingerprint>,
    makes_folder: bool,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), ExportError> {
    if stat(path) != Ok(before) {
        return Err(ExportError::Changed(path.to_owned()));
    }
    if makes_folder && let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|source| unwritable(path, source))?;
    }
    file::put(path, before.is_some(), |out| fill(out))
}

/// True where the disk takes names in this folder for one that differ in nothing but case. Nothing is
/// written to find out: a name that is there is looked for in other letters.
pub fn folds_case(folder: &Path) -> bool {
    let mut place = Some(folder);
    while let Some(folder) = place {
        if let Some(name) = a_name_in(folder) {
            let here = fs::symlink_metadata(&name).map(|meta| fingerprint(&meta));
            let there = fs::symlink_metadata(swapped(&name)).map(|meta| fingerprint(&meta));
            return matches!((here, there), (Ok(here), Ok(there)) if here == there);
        }
        place = folder.parent();
    }
    false
}

/// Something in this folder that has letters of two cases.
fn a_name_in(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut names = entries.map(|entry| entry.path());
    names.find(|path| swapped(path) != *path)
}

fn swapped(path: &Path) -> PathBuf {
    let name = path.file_name().and_then(|name| name.to_str());
    let swap = |letter: char| match letter {
        letter if letter.is_ascii_lowercase() => letter.to_ascii_uppercase(),
        letter => letter.to_ascii_lowercase(),
    };
    name.map_or_else(
        || path.to_owned(),
        |name| path.with_file_name(name.chars().map(swap).collect::<String>()),
    )
}

/// Tells whether a file holds a text that comes in pieces.
#[derive(Debug)]
pub struct Comparison(Option<BufReader<File>>);

impl Comparison {
    /// Begins with an empty text.
    pub fn with(path: &Path) -> Self {
        Self(File::open(path).ok().map(BufReader::new))
    }

    /// The next piece of the text.
    pub fn push(&mut self, piece: &str) {
        let mut held = vec![0; piece.len()];
        let is_same = self
            .0
            .as_mut()
            .is_some_and(|file| file.read_exact(&mut held).is_ok() && held == piece.as_bytes());
        if !is_same {
            self.0 = None;
        }
    }

    /// True where the file held all pieces and nothing else.
    pub fn is_same(self) -> bool {
        self.0
            .is_some_and(|mut file| matches!(file.read(&mut [0]), Ok(0)))
    }
}

fn fingerprint(meta: &Metadata) -> Fingerprint {
    let seconds = meta.mtime().saturating_mul(1_000_000_000);
    Fingerprint {
        device: meta.dev(),
        inode: meta.ino(),
        size: meta.len(),
        modified_ns: seconds.saturating_add(meta.mtime_nsec()),
    }
}

fn unreadable(error: &io::Error) -> Refusal {
    Refusal::Unreadable(Foreign::new(error.to_string()).shown(200))
}

#[cfg(test)]
mod tests;

//! Listing one folder.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry};
use std::io;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::MediaError;
use super::format::{self, Promise};

/// One row of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Name within the folder.
    pub name: OsString,
    /// What it is.
    pub kind: EntryKind,
    /// True where the name starts with a dot.
    pub hidden: bool,
}

/// What a row is, by its name: no file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A folder, or a link to one.
    Folder,
    /// A picture that is probably readable.
    Picture,
    /// A picture in a format of this name, which is not read here.
    Unsupported(&'static str),
}

/// What is known when a folder has been read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanEnd {
    /// Stems of the captions that lie in the folder as `STEM.txt` or `STEM.caption`;
    /// [`ScanEnd::has_sidecar`] asks for one. Known only at the end, since a folder lists its
    /// files in any order.
    sidecars: BTreeSet<OsString>,
    /// Files that are no pictures, sidecars among them.
    pub other_files: usize,
}

impl ScanEnd {
    /// True where `cat.txt` or `cat.caption` lies beside the picture `cat.jpg`.
    pub fn has_sidecar(&self, picture: &OsStr) -> bool {
        Path::new(picture)
            .file_stem()
            .is_some_and(|stem| self.sidecars.contains(stem))
    }
}

/// Entries of the first chunk: a screenful, so that something is seen at once.
const FIRST_CHUNK: usize = 64;
/// Entries of every later chunk.
const CHUNK: usize = 1024;

/// Lists folders and pictures of `folder` in the order of the file system, in chunks; stops early
/// when `on_chunk` breaks.
///
/// Only symbolic links are asked what they lead to. Links to nothing, pipes, sockets and devices
/// are left out.
///
/// # Errors
/// The folder is gone, no folder, or cannot be read.
pub fn scan(
    folder: &Path,
    on_chunk: &mut dyn FnMut(Vec<Entry>) -> ControlFlow<()>,
) -> Result<ScanEnd, MediaError> {
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotADirectory => MediaError::NotAFolder(folder.to_owned()),
        _ => MediaError::from_io(folder, cause),
    };
    let mut end = ScanEnd::default();
    let mut chunk = Vec::with_capacity(FIRST_CHUNK);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Some(found) = Found::of(&entry) else {
            continue;
        };
        let name = entry.file_name();
        let Some(kind) = found.listed(&name) else {
            end.other_files += 1;
            end.sidecars
                .extend(captioned_stem(&name).map(OsStr::to_owned));
            continue;
        };
        chunk.push(Entry {
            kind,
            hidden: name.as_bytes().starts_with(b"."),
            name,
        });
        if chunk.len() == chunk.capacity() {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            if on_chunk(full).is_break() {
                return Ok(end);
            }
        }
    }
    if !chunk.is_empty() {
        let _ = on_chunk(chunk);
    }
    Ok(end)
}

/// What a folder holds, before its name is looked at.
enum Found {
    Folder,
    File,
}

impl Found {
    /// `None` for what is neither folder nor file, and for what has vanished meanwhile.
    fn of(entry: &DirEntry) -> Option<Self> {
        let mut kind = entry.file_type().ok()?;
        if kind.is_symlink() {
            kind = fs::metadata(entry.path()).ok()?.file_type();
        }
        if kind.is_dir() {
            Some(Self::Folder)
        } else {
            kind.is_file().then_some(Self::File)
        }
    }

    fn listed(self, name: &OsStr) -> Option<EntryKind> {
        match self {
            Self::Folder => Some(EntryKind::Folder),
            Self::File => format::by_name(name).map(|promise| match promise {
                Promise::Readable(_) => EntryKind::Picture,
                Promise::Unsupported(format) => EntryKind::Unsupported(format),
            }),
        }
    }
}

fn captioned_stem(name: &OsStr) -> Option<&OsStr> {
    let name = Path::new(name);
    let extension = name.extension()?;
    (extension == "txt" || extension == "caption")
        .then(|| name.file_stem())
        .flatten()
}

#[cfg(test)]
mod tests;

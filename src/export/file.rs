//! A file that is written whole or not at all.
//!
//! Unlike our own files, a report belongs to whoever asked for it, to be shown to others: it gets the
//! permissions that any new file of theirs gets, and one that takes another's place gets the
//! other's.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::{ExportError, unwritable};

/// Most file systems take names of 255 bytes.
const LONGEST_NAME: usize = 200;

/// That a report can be written there.
pub(super) fn check(path: &Path, force: bool) -> Result<(), ExportError> {
    match fs::metadata(path) {
        Ok(facts) if !facts.is_file() => return Err(ExportError::NotAFile(path.to_owned())),
        Ok(_) if !force => return Err(ExportError::Exists(path.to_owned())),
        Ok(_) | Err(_) => {}
    }
    let beside = beside(&followed(path));
    create(&beside)
        .and_then(|_| fs::remove_file(&beside))
        .map_err(|source| unwritable(path, source))
}

/// Writes what `fill` writes, and then puts it in its place.
pub(super) fn write(
    path: &Path,
    force: bool,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), ExportError> {
    put(path, force, |out| {
        fill(out)?;
        out.flush()?;
        out.get_ref().sync_all()
    })
}

/// The same, for what can be written again: nobody waits until it is on the disk.
pub(super) fn put(
    path: &Path,
    force: bool,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), ExportError> {
    let place = followed(path);
    let beside = beside(&place);
    let written = create(&beside).and_then(|file| {
        let mut out = BufWriter::new(file);
        fill(&mut out)?;
        out.flush()?;
        settle(&beside, &place, force)
    });
    // After a link there are two names, and after a failure something that nobody needs.
    let _ = fs::remove_file(&beside);
    written.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists if !force => ExportError::Exists(path.to_owned()),
        _ => unwritable(path, source),
    })
}

/// Gives the new file its name.
fn settle(new: &Path, place: &Path, force: bool) -> io::Result<()> {
    if force {
        if let Ok(old) = fs::metadata(place) {
            fs::set_permissions(new, old.permissions())?;
        }
        return fs::rename(new, place);
    }
    // Unlike a change of name, a link never takes the place of a file that came meanwhile.
    match fs::hard_link(new, place) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists && !place.exists() => {
            // Not every disk knows links.
            fs::rename(new, place)
        }
        linked => linked,
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Where a link leads to; the file itself where it is none.
fn followed(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// A name in the same folder that nobody else uses. A name as long as can be is cut, so that there is
/// room for what makes it another.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().as_bytes();
    let name = name.get(..LONGEST_NAME).unwrap_or(name);
    let mut name = OsStr::from_bytes(name).to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

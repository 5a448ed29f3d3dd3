//! Thumbnails kept on disk, by what the pictures are and not where they lie, so that a folder that
//! was seen once is there at once. Nothing here is worth an error: what cannot be kept or read is
//! made again.

mod entry;

use std::fs::{self, DirBuilder, File, FileTimes, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::thumbnail::{fit, fitted};
use crate::domain::image::{ImageFacts, ImageId, Pixels, Size};
use crate::domain::text::Foreign;
use entry::Entry;

/// The long sides of what is kept, in pixels, ascending: for the contact sheet, and for panes of some
/// sizes, since what is much larger than wanted takes its time. The last is no 1024, since a quarter
/// of the 4000 pixels of many a photograph is quickly decoded, and half of them is not.
const SIDES: [u32; 4] = [256, 640, 800, 1000];
/// All thumbnails together are not larger, in bytes: those that nobody wanted for longest go.
const ROOM: u64 = 256 << 20;
/// The folder is looked through when this part of the room was written anew, and at the first
/// writing, since many short runs make a long one.
const STEPS: u64 = 16;
/// A use is noted by the time of the file, and no more often than this.
const SAME_USE: Duration = Duration::from_hours(1);
/// A draft as old as this was left behind by a program that was killed.
const ABANDONED: Duration = Duration::from_hours(1);

/// A folder of thumbnails, which several programs may share.
#[derive(Debug)]
pub struct Thumbnails {
    folder: PathBuf,
    room: u64,
    /// Bytes written since the folder was last looked through.
    fresh: AtomicU64,
    is_writable: AtomicBool,
}

/// What a folder of thumbnails holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Number of thumbnails.
    pub count: u64,
    /// Size of all together, in bytes.
    pub bytes: u64,
}

impl Thumbnails {
    /// What lies in the folder `thumbnails` of `cache`; it need not exist.
    pub fn new(cache: &Path) -> Self {
        Self::with_room(cache, ROOM)
    }

    fn with_room(cache: &Path, room: u64) -> Self {
        Self {
            folder: cache.join("thumbnails"),
            room,
            fresh: AtomicU64::new(room),
            is_writable: AtomicBool::new(true),
        }
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The picture as sharp as the screen shows it within `within`.
    pub fn find(&self, id: &ImageId, within: Size) -> Option<(ImageFacts, Pixels)> {
        let (side, entry) = self.sharp(id, within)?;
        let pixels = entry.pixels(|size| fitted(size, within))?;
        self.touch(id, side);
        Some((entry.facts, pixels))
    }

    /// True where [`Thumbnails::find`] has it.
    pub fn has(&self, id: &ImageId, within: Size) -> bool {
        self.sharp(id, within).is_some()
    }

    /// Whatever there is of the picture, at the size that it has within `within`, larger than it
    /// was kept if need be.
    pub fn nearest(&self, id: &ImageId, within: Size) -> Option<(ImageFacts, Pixels)> {
        let mut entries = SIDES.iter().rev().filter_map(|side| self.read(id, *side));
        let entry = entries.next()?;
        let pixels = entry.pixels(|_| fitted(entry.facts.size, within))?;
        Some((entry.facts, pixels))
    }

    /// The box to scale a picture of `size` into, so that the result serves within `within` and is
    /// worth keeping. `None` where nothing would be kept: a picture no larger than its thumbnail is
    /// read itself.
    pub fn side(&self, size: Size, within: Size) -> Option<u32> {
        let [.., largest] = SIDES;
        let wanted = long_side(fitted(size, within));
        let serves = SIDES.into_iter().find(|side| *side >= wanted);
        let length = serves.unwrap_or(largest);
        let is_kept = long_side(size) > length && self.is_writable.load(Ordering::Relaxed);
        is_kept.then_some(length)
    }

    /// Keeps a picture for [`Thumbnails::find`], scaled to that `side`.
    pub fn keep(&self, id: &ImageId, side: u32, facts: &ImageFacts, pixels: &Pixels) {
        if self.read(id, side).is_some() {
            return;
        }
        let within = Size {
            width: side,
            height: side,
        };
        let small = fit(pixels, within);
        let written = Entry::encode(facts, &small).and_then(|bytes| self.write(id, side, &bytes));
        if let Err(error) = written
            && self.is_writable.swap(false, Ordering::Relaxed)
        {
            let folder = Foreign::from_os(self.folder.as_os_str()).shown(400);
            tracing::warn!(%error, folder, "thumbnails cannot be kept");
        }
    }

    /// Deletes every thumbnail of these pictures.
    ///
    /// # Errors
    /// The system does not let us delete one that is there.
    pub fn forget(&self, ids: &[ImageId]) -> io::Result<()> {
        for id in ids {
            for side in SIDES {
                delete(&self.file(id, side))?;
            }
        }
        Ok(())
    }

    /// What there is; nothing where the folder is missing.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn holdings(&self) -> io::Result<Holdings> {
        Ok(total(&self.list()?))
    }

    /// Deletes them all and tells what they were. Whatever else lies in the folder stays.
    ///
    /// # Errors
    /// The folder cannot be read or changed.
    pub fn clear(&self) -> io::Result<Holdings> {
        let files = self.list()?;
        for file in &files {
            delete(&file.path)?;
        }
        Ok(total(&files))
    }

    /// The smallest thumbnail that serves within `within`, and its side.
    fn sharp(&self, id: &ImageId, within: Size) -> Option<(u32, Entry)> {
        let short = within.width.min(within.height);
        SIDES
            .into_iter()
            .filter(|side| *side >= short)
            .filter_map(|side| Some((side, self.read(id, side)?)))
            .find(|(side, entry)| long_side(fitted(entry.facts.size, within)) <= *side)
    }

    fn read(&self, id: &ImageId, side: u32) -> Option<Entry> {
        let mut bytes = Vec::new();
        let file = File::open(self.file(id, side)).ok()?;
        let read = file.take(entry::LARGEST + 1).read_to_end(&mut bytes);
        read.ok().and_then(|_| Entry::decode(&bytes, side))
    }

    /// Notes that it was used. Where that cannot be written, it merely goes sooner.
    fn touch(&self, id: &ImageId, side: u32) {
        let now = SystemTime::now();
        let touched = File::open(self.file(id, side)).and_then(|file| {
            let last = file.metadata()?.modified()?;
            if now.duration_since(last).unwrap_or_default() < SAME_USE {
                return Ok(());
            }
            file.set_times(FileTimes::new().set_modified(now))
        });
        if let Err(error) = touched {
            tracing::debug!(%error, "the use of a thumbnail could not be noted");
        }
    }

    fn file(&self, id: &ImageId, side: u32) -> PathBuf {
        self.folder.join(format!("{id}-{side}"))
    }

    /// Whole or not at all, whoever else writes.
    fn write(&self, id: &ImageId, side: u32, bytes: &[u8]) -> io::Result<()> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let draft = format!("{}-{number}.draft", process::id());
        let draft = self.folder.join(draft);
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&draft, self.file(id, side)));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written?;
        let fresh = bytes.len() as u64;
        let fresh = self.fresh.fetch_add(fresh, Ordering::Relaxed) + fresh;
        if fresh > self.room / STEPS {
            self.fresh.store(0, Ordering::Relaxed);
            self.make_room()?;
        }
        Ok(())
    }

    /// Lets those go that nobody wanted for longest, until there is room for a while.
    fn make_room(&self) -> io::Result<()> {
        let mut files = self.list()?;
        files.sort_by_key(|file| std::cmp::Reverse(file.used));
        let enough = self.room - self.room / STEPS;
        let mut bytes = 0;
        for file in files {
            bytes += file.bytes;
            if bytes > enough {
                delete(&file.path)?;
            }
        }
        Ok(())
    }

    /// Every thumbnail; drafts that were left behind are deleted on the way.
    fn list(&self) -> io::Result<Vec<Listed>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().unwrap_or_default();
            // Another program may have been faster.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            let used = metadata.modified()?;
            if is_thumbnail(name) {
                files.push(Listed {
                    used,
                    bytes: metadata.len(),
                    path: entry.path(),
                });
            } else if entry.path().extension() == Some("draft".as_ref())
                && used.elapsed().is_ok_and(|elapsed| elapsed > ABANDONED)
            {
                delete(&entry.path())?;
            }
        }
        Ok(files)
    }
}

/// A thumbnail in its folder.
struct Listed {
    used: SystemTime,
    bytes: u64,
    path: PathBuf,
}

fn total(files: &[Listed]) -> Holdings {
    Holdings {
        count: files.len() as u64,
        bytes: files.iter().map(|file| file.bytes).sum(),
    }
}

/// A picture's name by content, a line, a side.
fn is_thumbnail(name: &str) -> bool {
    name.split_once('-').is_some_and(|(id, side)| {
        let is_id = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id && !side.is_empty() && side.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// What is gone already is deleted.
fn delete(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn long_side(size: Size) -> u32 {
    size.width.max(size.height)
}

#[cfg(test)]
mod tests;

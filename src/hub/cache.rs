//! What Hugging Face told, kept on disk so that the next start has it at once. Nothing here is
//! worth an error: what cannot be kept or read is asked for again.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::address::without_secrets;
use crate::domain::token::Token;

/// What another version of this program kept in another form is asked for again.
const VERSION: u32 = 2;
/// A file is not larger, in bytes.
const LARGEST: u64 = 4 << 20;
/// All of them together are not larger, in bytes: the oldest go.
const ROOM: u64 = 8 << 20;

/// A folder of what was told.
#[derive(Clone, Debug)]
pub struct Cache(PathBuf);

/// What was told, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<T> {
    /// What.
    pub what: T,
    /// When.
    pub asked: Timestamp,
}

/// Who told, and whom: another server's answer is not this one's, nor is what somebody else was
/// told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teller {
    server: String,
    /// The fingerprint of the token that was shown.
    to: Option<String>,
}

impl Teller {
    /// What `server` tells who shows `token`, or everybody.
    pub fn new(server: &Url, token: Option<&Token>) -> Self {
        Self {
            server: without_secrets(server).into(),
            to: token.map(Token::fingerprint),
        }
    }
}

/// A file.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    version: u32,
    teller: Teller,
    asked: Timestamp,
    told: T,
}

impl Cache {
    /// What lies in the folder `hub` of `cache`; it need not exist.
    pub fn new(cache: &Path) -> Self {
        Self(cache.join("hub"))
    }

    /// What `teller` told under `name`; `None` where that is not known, or cannot be read.
    pub fn told<T: DeserializeOwned>(&self, name: &str, teller: &Teller) -> Option<Told<T>> {
        let path = self.file(name)?;
        if fs::metadata(&path).ok()?.len() > LARGEST {
            return None;
        }
        let kept: Kept<T> = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let is_same = kept.version == VERSION && kept.teller == *teller;
        is_same.then_some(Told {
            what: kept.told,
            asked: kept.asked,
        })
    }

    /// Keeps what `teller` told under `name`.
    pub fn keep<T: Serialize>(&self, name: &str, teller: &Teller, told: &Told<T>) {
        let Some(path) = self.file(name) else {
            return;
        };
        let kept = Kept {
            version: VERSION,
            teller: teller.clone(),
            asked: told.asked,
            told: &told.what,
        };
        let written = serde_json::to_vec(&kept).map_err(io::Error::other);
        let written = written.and_then(|bytes| self.write(&path, &bytes));
        if let Err(error) = written {
            tracing::warn!(%error, name, "what Hugging Face told could not be kept");
        }
    }

    /// `None` for a name that is too long for a file.
    fn file(&self, name: &str) -> Option<PathBuf> {
        (name.len() <= 200).then(|| self.0.join(format!("{name}.json")))
    }

    /// Whole or not at all, whoever else writes.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        if bytes.len() as u64 > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.0)?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let draft = self.0.join(format!("{}-{number}.draft", process::id()));
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&draft, path));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written?;
        self.make_room()
    }

    /// Lets the oldest files go until there is room.
    fn make_room(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            // Another copy of the program may have been faster.
            if let Ok(metadata) = entry.metadata() {
                files.push((metadata.modified()?, metadata.len(), entry.path()));
            }
        }
        files.sort_by(|one, other| other.cmp(one));
        let mut size = 0;
        for (_, bytes, path) in files {
            size += bytes;
            if size > ROOM {
                let _ = fs::remove_file(path);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

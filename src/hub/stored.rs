//! Tokens that are kept by name, where `hf auth login` keeps them: the active one alone in the
//! token file, all that have a name in `stored_tokens` beside it
//! (`huggingface_hub` 2.4: `utils/_auth.py`, `_login.py`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::files::{self, FileError, Lock, shown};
use super::ini::{Ini, RESERVED, Section, Strange};
use crate::domain::account::StoredToken;
use crate::domain::token::{Token, looks_secret, shown_name};

/// Another program needs no longer to write a few lines; one that asks Hugging Face for a new
/// token meanwhile may.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a token is called that lay in the token file without a name.
const UNNAMED: &str = "unnamed";

/// Why the tokens that are kept cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file of named tokens is none; nothing was changed.
    #[error("{file} is not what `hf auth login` writes")]
    Strange {
        /// The file, safe to show.
        file: String,
        /// What is wrong with it; `None` where it is no text at all.
        source: Option<Strange>,
    },
    /// No token has this name.
    #[error("no token is kept as {}", shown_name(.name))]
    Unknown {
        /// The name.
        name: String,
        /// The names of those that are kept.
        known: Vec<String>,
    },
    /// What has this name is no token.
    #[error("what is kept as {} is no token", shown_name(.0))]
    NoToken(String),
    /// A different token has this name.
    #[error("another token is kept as {}", shown_name(.0))]
    Taken(String),
    /// It is empty, has line ends in it, means something else to `hf`, or is a token itself.
    #[error("a token cannot be kept by this name")]
    BadName,
    /// There is no token that could be forgotten.
    #[error("nobody is logged in: there is no {0}")]
    Nobody(String),
}

/// A token that is kept by name.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    /// `None` where what is kept is no token.
    pub(super) token: Option<Token>,
    /// When it expires, where that was written down.
    pub(super) expires: Option<Timestamp>,
}

impl Entry {
    fn of(section: &Section) -> Self {
        let token = section.value("hf_token");
        let expires = section.value("expires_at");
        Self {
            name: section.name.clone(),
            token: token.and_then(|token| Token::read(token).ok()),
            expires: expires.and_then(|at| Timestamp::from_second(at.parse().ok()?).ok()),
        }
    }

    /// As a person sees it; `active` is what the token file holds.
    pub(super) fn shown(&self, active: Option<&Token>) -> StoredToken {
        let token = self.token.as_ref();
        StoredToken {
            name: self.name.clone(),
            masked: token.map_or_else(|| "no token".to_owned(), ToString::to_string),
            is_active: token.is_some() && token == active,
            expires: self.expires,
        }
    }
}

/// How a token shall be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// As the person says: never in place of another one.
    Chosen(String),
    /// As Hugging Face calls it: with a number behind it where another one is called so, and not
    /// at all where it is kept already.
    Suggested(String),
}

/// All that are kept beside the token file `file`.
///
/// # Errors
/// They cannot be read.
pub(super) fn entries(file: &Path) -> Result<Vec<Entry>, StoredError> {
    Ok(Kept::read(file)?.entries().collect())
}

/// All that are kept beside the token file `file`, as a person sees them.
///
/// # Errors
/// They cannot be read.
pub fn list(file: &Path) -> Result<Vec<StoredToken>, StoredError> {
    let active = active(file)?;
    let entries = entries(file)?;
    Ok(entries
        .iter()
        .map(|entry| entry.shown(active.as_ref()))
        .collect())
}

/// Keeps `token` by name and makes it the active one. Another one that was active without a name
/// gets one. Returns the name.
///
/// # Errors
/// The name will not do, or the files cannot be read or written.
pub fn keep(
    file: &Path,
    name: &Name,
    token: &Token,
    expires: Option<Timestamp>,
) -> Result<String, StoredError> {
    if let Name::Chosen(name) = name
        && (tidy(name) != *name || name == RESERVED || looks_secret(name))
    {
        return Err(StoredError::BadName);
    }
    let _lock = lock(file)?;
    let mut kept = Kept::read(file)?;
    let name = match name {
        Name::Chosen(name) => name.clone(),
        Name::Suggested(name) => kept
            .name_of(token)
            .unwrap_or_else(|| kept.free(&tidy(name))),
    };
    match kept.named(&name) {
        None => kept.add(&name, token, expires),
        Some(known) if known.token.as_ref() == Some(token) => {}
        Some(_) => return Err(StoredError::Taken(name)),
    }
    kept.name_the_active(file)?;
    kept.write()?;
    files::write(file, token.secret().as_bytes())?;
    Ok(name)
}

/// Makes the one called `name` the active one.
///
/// # Errors
/// There is none, or the files cannot be read or written.
pub fn switch(file: &Path, name: &str) -> Result<(), StoredError> {
    // Asked before anything is made: who has nothing shall not get a folder for it.
    Kept::read(file)?.token(name)?;
    let _lock = lock(file)?;
    let mut kept = Kept::read(file)?;
    let token = kept.token(name)?;
    kept.name_the_active(file)?;
    kept.write()?;
    Ok(files::write(file, token.secret().as_bytes())?)
}

/// Forgets the one called `name`, or the active one. The token file goes where it holds that one;
/// all others stay.
///
/// # Errors
/// There is none, or the files cannot be read or written.
pub fn remove(file: &Path, name: Option<&str>) -> Result<(), StoredError> {
    match name {
        None if files::read(file)?.is_none() => return Err(StoredError::Nobody(shown(file))),
        None => {}
        Some(name) => drop(Kept::read(file)?.entry(name)?),
    }
    let _lock = lock(file)?;
    let mut kept = Kept::read(file)?;
    let active = active(file)?;
    let is_active = |entry: &Entry| entry.token.is_some() && entry.token == active;
    let gone: Vec<Entry> = match name {
        // Every name that leads to the same secret would keep it.
        None => kept.entries().filter(is_active).collect(),
        Some(name) => vec![kept.entry(name)?],
    };
    for entry in &gone {
        kept.remove(&entry.name);
    }
    kept.write()?;
    if name.is_none() || gone.iter().any(is_active) {
        files::remove(file)?;
    }
    Ok(())
}

/// What the token file holds, where that is a token.
fn active(file: &Path) -> Result<Option<Token>, FileError> {
    let bytes = files::read(file)?;
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(text.and_then(|text| Token::read(&text).ok()))
}

/// The lock that `hf` takes, too, before it changes what is kept.
fn lock(file: &Path) -> Result<Lock, FileError> {
    files::lock(&beside(file, "stored_tokens.lock"), PATIENCE)
}

fn beside(file: &Path, name: &str) -> PathBuf {
    file.with_file_name(name)
}

/// A name without what would end its line.
fn tidy(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let name = name.trim();
    if name.is_empty() { UNNAMED } else { name }.to_owned()
}

/// The file of named tokens, and what is in it.
struct Kept {
    path: PathBuf,
    ini: Ini,
    is_changed: bool,
}

impl Kept {
    fn read(file: &Path) -> Result<Self, StoredError> {
        let path = beside(file, "stored_tokens");
        let bytes = files::read(&path)?.unwrap_or_default();
        let strange = |source| StoredError::Strange {
            file: shown(&path),
            source,
        };
        let text = str::from_utf8(&bytes).map_err(|_| strange(None))?;
        let ini = Ini::read(text).map_err(|why| strange(Some(why)))?;
        Ok(Self {
            path,
            ini,
            is_changed: false,
        })
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        self.ini.sections().map(Entry::of)
    }

    fn named(&self, name: &str) -> Option<Entry> {
        self.entries().find(|entry| entry.name == name)
    }

    /// The name that `token` is kept by.
    fn name_of(&self, token: &Token) -> Option<String> {
        let mut entries = self.entries();
        let entry = entries.find(|entry| entry.token.as_ref() == Some(token))?;
        Some(entry.name)
    }

    fn entry(&self, name: &str) -> Result<Entry, StoredError> {
        self.named(name).ok_or_else(|| StoredError::Unknown {
            name: name.to_owned(),
            known: self.entries().map(|entry| entry.name).collect(),
        })
    }

    fn token(&self, name: &str) -> Result<Token, StoredError> {
        let token = self.entry(name)?.token;
        token.ok_or_else(|| StoredError::NoToken(name.to_owned()))
    }

    /// `name`, or with the first number behind it that nobody has.
    fn free(&self, name: &str) -> String {
        let is_free = |name: &String| name != RESERVED && self.named(name).is_none();
        let numbered = (2..).map(|number: u32| format!("{name}-{number}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(is_free).unwrap_or_default()
    }

    /// Gives what the token file holds a name where it has none: another one takes its place there.
    fn name_the_active(&mut self, file: &Path) -> Result<(), FileError> {
        if let Some(active) = active(file)?
            && self.name_of(&active).is_none()
        {
            let name = self.free(UNNAMED);
            self.add(&name, &active, None);
        }
        Ok(())
    }

    fn add(&mut self, name: &str, token: &Token, expires: Option<Timestamp>) {
        let at = expires.map(|expires| expires.as_second().to_string());
        let mut values = vec![("hf_token", token.secret())];
        values.extend(at.as_deref().map(|at| ("expires_at", at)));
        self.ini.add(name, &values);
        self.is_changed = true;
    }

    fn remove(&mut self, name: &str) {
        self.ini.remove(name);
        self.is_changed = true;
    }

    fn write(&self) -> Result<(), FileError> {
        if self.is_changed {
            files::write(&self.path, self.ini.text().as_bytes())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

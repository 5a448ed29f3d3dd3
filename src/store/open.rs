//! Opening the history, whatever is found in its place.

use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::Connection;

use super::database::{self, Found};
use super::error::{Cause, shown};
use super::running::{self, Opening, Session};
use super::{Opened, Store, StoreError, Writer, in_transaction, migrations, network, search};
use crate::domain::problem::Problem;
use crate::domain::run::RunId;
use crate::domain::text::Foreign;

/// Why opening the history takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Another program opens it, and may be bringing it up to date.
    Another,
    /// An earlier version wrote it, and it is brought up to date. Whoever is stopped loses nothing:
    /// the next start goes on from there.
    Upgrade {
        /// So much of it is done, 0 to 99.
        percent: u8,
    },
}

impl Store {
    /// Opens the history in `folder`, making both where they are missing.
    ///
    /// Where nothing can be written, what is there is opened for reading, and an empty history
    /// stands in for what is not. A damaged file is kept aside and a fresh one begun.
    ///
    /// # Errors
    /// Where the folder cannot be used, the disk is full, or the file belongs to another program.
    pub fn open(folder: &Path) -> Result<Opened, StoreError> {
        Self::open_telling(folder, &mut |_| {})
    }

    /// The same; `on` hears why it takes more than a moment, where it does.
    ///
    /// # Errors
    /// As above.
    pub fn open_telling(folder: &Path, on: &mut dyn FnMut(Delay)) -> Result<Opened, StoreError> {
        Self::open_where(folder, network::is_remote, on)
    }

    /// `is_remote` says of a folder whether it lies on a network file system.
    pub(super) fn open_where(
        folder: &Path,
        is_remote: fn(&Path) -> bool,
        on: &mut dyn FnMut(Delay),
    ) -> Result<Opened, StoreError> {
        let path = folder.join("history.sqlite");
        match Entrance::wait(folder, &path, is_remote, on) {
            Ok(entrance) => entrance.open(path, on),
            Err(error) if is_denied(&error) => {
                let why = Problem::from_error(&StoreError::in_folder(folder, error));
                Self::open_unwritable(path, why.with_hint(MAKE_WRITABLE))
            }
            Err(error) => Err(StoreError::in_folder(folder, error)),
        }
    }

    /// Opens what is at `path` for reading, because of `why`.
    pub(super) fn open_unwritable(path: PathBuf, mut why: Problem) -> Result<Opened, StoreError> {
        if !path.exists() {
            return Self::open_empty(path, why);
        }
        match database::open_unwritable(&path) {
            Ok(Found::Ours(connection, migrations::LATEST) | Found::Newer(connection, _)) => {
                Ok(Self::reading(path, connection, why))
            }
            Ok(Found::Ours(..)) => Self::open_empty(path, why),
            Ok(Found::NotOurs) => Err(StoreError::NotOurs(shown(&path))),
            Err(StoreError::Damaged(cause)) => {
                why.causes
                    .push(Foreign::new(format!("the history is damaged: {cause}")));
                Self::open_empty(path, why)
            }
            Err(error) => Err(error),
        }
    }

    /// An empty history stands in for the one that cannot be used because of `why`.
    fn open_empty(path: PathBuf, why: Problem) -> Result<Opened, StoreError> {
        Ok(Self::reading(path, database::in_memory()?, why))
    }

    fn reading(path: PathBuf, connection: Connection, why: Problem) -> Opened {
        Opened {
            notice: Some(why.clone()),
            store: Self {
                path,
                reader: Mutex::new(connection),
                writer: Writer::Missing(why),
                length_limit: None,
            },
        }
    }
}

/// The one program that opens at this time, in a folder that it may write to.
struct Entrance<'a> {
    folder: &'a Path,
    is_remote: bool,
    opening: Opening,
    session: Session,
    /// Sessions of the other programs that have the history open.
    others: HashSet<i64>,
}

impl<'a> Entrance<'a> {
    fn wait(
        folder: &'a Path,
        path: &Path,
        is_remote: fn(&Path) -> bool,
        on: &mut dyn FnMut(Delay),
    ) -> io::Result<Self> {
        let opening = Opening::wait(folder, || on(Delay::Another))?;
        match running::make_private_file(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        Ok(Self {
            folder,
            is_remote: is_remote(folder),
            others: opening.living()?,
            session: opening.start_session()?,
            opening,
        })
    }

    fn open(self, path: PathBuf, on: &mut dyn FnMut(Delay)) -> Result<Opened, StoreError> {
        let mut notice = None;
        let mut found = self.ready(&path, on);
        if let Err(StoreError::Damaged(cause)) = found {
            if !self.others.is_empty() {
                return Store::open_empty(path, damaged_but_in_use(&cause));
            }
            let kept = self.start_afresh(&path)?;
            notice = Some(kept_aside(&cause, &kept));
            found = self.ready(&path, on);
        }
        match found? {
            Found::Ours(connection, _) if connection.is_readonly("main")? => {
                let why = Problem::new(format!("`{}` cannot be written", shown(&path)));
                Store::open_unwritable(path, why.with_hint(MAKE_WRITABLE))
            }
            Found::Ours(connection, _) => {
                let store = Store {
                    reader: Mutex::new(database::reader(&path)?),
                    writer: Writer::Open {
                        connection: Mutex::new(connection),
                        session: self.session,
                    },
                    path,
                    length_limit: None,
                };
                Ok(Opened { store, notice })
            }
            Found::Newer(_, version) => Store::open_unwritable(path, newer(version)),
            Found::NotOurs => Err(StoreError::NotOurs(shown(&path))),
        }
    }

    /// What is at `path`; if it is ours and can be written, it is brought up to date.
    fn ready(&self, path: &Path, on: &mut dyn FnMut(Delay)) -> Result<Found, StoreError> {
        let mut found = database::open(path, self.opening.is_suspect())?;
        self.opening
            .clear_suspicion()
            .map_err(|error| StoreError::in_folder(self.folder, error))?;
        if let Found::Ours(connection, _) = &mut found
            && !connection.is_readonly("main")?
        {
            database::prepare_writer(connection, self.is_remote)?;
            migrations::migrate(connection)?;
            search::catch_up(connection, &mut |percent| on(Delay::Upgrade { percent }))?;
            interrupt_all_but(connection, &self.others)?;
        }
        Ok(found)
    }

    /// Keeps the damaged file at `path` aside, under the name that is returned.
    fn start_afresh(&self, path: &Path) -> Result<PathBuf, StoreError> {
        let in_folder = |error| StoreError::in_folder(self.folder, error);
        let kept = database::keep_aside(path).map_err(in_folder)?;
        running::make_private_file(path).map_err(in_folder)?;
        self.opening.clear_suspicion().map_err(in_folder)?;
        Ok(kept)
    }
}

/// The rows of programs that ended without completing them.
fn interrupt_all_but(connection: &mut Connection, living: &HashSet<i64>) -> rusqlite::Result<()> {
    in_transaction(connection, |step| {
        let sessions: Vec<i64> = step
            .prepare("SELECT DISTINCT session FROM run WHERE state = 'sent'")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for dead in sessions.iter().filter(|session| !living.contains(session)) {
            let interrupted: Vec<i64> = step
                .prepare(
                    "UPDATE run SET state = 'interrupted', session = NULL
                     WHERE state = 'sent' AND session = ?1 RETURNING id",
                )?
                .query_map([dead], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for run in interrupted {
                search::index(step, RunId(run))?;
            }
        }
        Ok(())
    })
}

fn is_denied(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
    )
}

const MAKE_WRITABLE: &str = "make it writable, or choose another data folder";

fn newer(version: usize) -> Problem {
    Problem::new(format!(
        "the history was written by a later blipboard: it has version {version}, and this program \
         writes version {}",
        migrations::LATEST
    ))
    .with_hint("update blipboard")
}

fn damaged_but_in_use(cause: &Cause) -> Problem {
    let mut problem = Problem::new("the history is damaged, and another blipboard has it open");
    problem.causes.push(Foreign::new(cause.to_string()));
    problem.with_hint("end the other blipboard and start again: the damaged file is kept aside")
}

fn kept_aside(cause: &Cause, kept: &Path) -> Problem {
    let mut problem = Problem::new(format!(
        "the history was damaged: it is kept as `{}`, and a fresh one begins",
        shown(kept)
    ));
    problem.causes.push(Foreign::new(cause.to_string()));
    problem.with_hint("a daily cap counts from nothing: what was spent today is in the old one")
}

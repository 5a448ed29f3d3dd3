//! Which file holds which picture, and what history knows of it.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use rusqlite::{OptionalExtension, Row, Transaction};

use super::row::{folder_name, split};
use super::values::{Bits, Count, Name};
use super::{Store, StoreError};
use crate::domain::image::{Fingerprint, ImageFacts, ImageId};
use crate::domain::review::Decision;

/// What history knows of a picture, for a list of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Number of its captioned runs.
    pub captions: u32,
    /// True where its newest finished run failed.
    pub failed: bool,
    /// True where one of its captions is accepted.
    pub accepted: bool,
    /// How many of its captions are rejected.
    pub rejected: u32,
}

impl Marks {
    /// How its captions stand together; `None` where there is nothing to decide.
    pub fn decision(&self) -> Option<Decision> {
        match self.captions {
            _ if self.accepted => Some(Decision::Accepted),
            0 => None,
            captions if self.rejected >= captions => Some(Decision::Rejected),
            _ => Some(Decision::Pending),
        }
    }
}

impl Store {
    /// The marks of every known file in `folder`, by name.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn marks(&self, folder: &Path) -> Result<Vec<(OsString, Marks)>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&marks_in_folder_sql())?
                .query_map([folder_name(folder)], |row| {
                    let Name(name) = row.get("name")?;
                    Ok((name, read_marks(row)?))
                })?
                .collect()
        })
    }

    /// The marks of one picture; none at all where it is unknown.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn marks_of(&self, image: &ImageId) -> Result<Marks, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&marks_of_sql())?
                .query_row([image], read_marks)
                .optional()
                .map(Option::unwrap_or_default)
        })
    }

    /// Which picture a file holds, if it is the same file as when it was remembered.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn known_file(
        &self,
        path: &Path,
        fingerprint: &Fingerprint,
    ) -> Result<Option<ImageId>, StoreError> {
        let (folder, name) = split(path);
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT sha256 FROM file JOIN picture ON picture.id = file.picture
                     WHERE folder = (SELECT id FROM folder WHERE path = ?1) AND name = ?2
                     AND device = ?3 AND inode = ?4 AND size = ?5 AND modified_ns = ?6",
                )?
                .query_row(
                    (
                        folder,
                        name,
                        Bits(fingerprint.device),
                        Bits(fingerprint.inode),
                        Count(fingerprint.size),
                        fingerprint.modified_ns,
                    ),
                    |row| row.get(0),
                )
                .optional()
        })
    }

    /// Remembers which picture a file holds while its fingerprint stays the same.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub fn remember_file(
        &self,
        path: &Path,
        fingerprint: &Fingerprint,
        id: &ImageId,
    ) -> Result<(), StoreError> {
        self.write(|step, _| {
            let picture = picture_row(step, id, None)?;
            step.prepare_cached("UPDATE picture SET bytes = ?2 WHERE id = ?1 AND bytes IS NOT ?2")?
                .execute((picture, Count(fingerprint.size)))?;
            file_row(step, path, fingerprint, picture)
        })
    }

    /// The file sizes of known pictures, in bytes: a file of another size holds none of them.
    ///
    /// # Errors
    /// Whatever keeps history from being read.
    pub fn known_sizes(&self) -> Result<HashSet<u64>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT bytes FROM picture WHERE bytes IS NOT NULL")?
                .query_map([], |row| row.get(0).map(|Count(bytes)| bytes))?
                .collect()
        })
    }
}

/// The columns of [`Marks`] for each picture that is selected from.
const MARKS: &str = "
    (SELECT count(*) FROM run WHERE run.picture = picture.id AND state = 'captioned'),
    (SELECT state = 'failed' FROM run WHERE run.picture = picture.id AND state <> 'sent'
     ORDER BY id DESC LIMIT 1),
    EXISTS (SELECT 1 FROM run JOIN reviewed ON reviewed.run = run.id
     WHERE run.picture = picture.id AND decision = 'accepted'),
    (SELECT count(*) FROM run JOIN reviewed ON reviewed.run = run.id
     WHERE run.picture = picture.id AND state = 'captioned' AND decision = 'rejected')";

fn marks_in_folder_sql() -> String {
    format!(
        "SELECT {MARKS}, name FROM file JOIN picture ON picture.id = file.picture
         WHERE folder = (SELECT id FROM folder WHERE path = ?1)"
    )
}

fn marks_of_sql() -> String {
    format!("SELECT {MARKS} FROM picture WHERE sha256 = ?1")
}

fn read_marks(row: &Row<'_>) -> rusqlite::Result<Marks> {
    Ok(Marks {
        captions: row.get(0)?,
        failed: row.get::<_, Option<bool>>(1)?.unwrap_or_default(),
        accepted: row.get(2)?,
        rejected: row.get(3)?,
    })
}

/// The number of the folder's row, made where it is missing.
pub(super) fn folder_row(step: &Transaction<'_>, path: &Name<&OsStr>) -> rusqlite::Result<i64> {
    let known = step
        .prepare_cached("SELECT id FROM folder WHERE path = ?1")?
        .query_row([path], |row| row.get(0))
        .optional()?;
    match known {
        Some(id) => Ok(id),
        None => step
            .prepare_cached("INSERT INTO folder (path) VALUES (?1)")?
            .insert([path]),
    }
}

/// Tells which picture a file holds, unless that is told already.
pub(super) fn file_row(
    step: &Transaction<'_>,
    path: &Path,
    fingerprint: &Fingerprint,
    picture: i64,
) -> rusqlite::Result<()> {
    let (folder, name) = split(path);
    step.prepare_cached(
        "INSERT INTO file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (folder, name) DO UPDATE SET
             device = excluded.device, inode = excluded.inode, size = excluded.size,
             modified_ns = excluded.modified_ns, picture = excluded.picture
         WHERE (device, inode, size, modified_ns, picture) IS NOT
             (excluded.device, excluded.inode, excluded.size, excluded.modified_ns,
              excluded.picture)",
    )?
    .execute((
        folder_row(step, &folder)?,
        name,
        Bits(fingerprint.device),
        Bits(fingerprint.inode),
        Count(fingerprint.size),
        fingerprint.modified_ns,
        picture,
    ))?;
    Ok(())
}

/// The number of the picture's row, made where it is missing and filled in where more is known.
pub(super) fn picture_row(
    step: &Transaction<'_>,
    image: &ImageId,
    facts: Option<&ImageFacts>,
) -> rusqlite::Result<i64> {
    step.prepare_cached(
        "INSERT INTO picture (sha256, bytes, format, width, height)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (sha256) DO UPDATE SET
             bytes = coalesce(excluded.bytes, bytes), format = coalesce(excluded.format, format),
             width = coalesce(excluded.width, width), height = coalesce(excluded.height, height)
         RETURNING id",
    )?
    .query_row(
        (
            image,
            facts.map(|facts| Count(facts.bytes)),
            facts.map(|facts| facts.format.name()),
            facts.map(|facts| facts.size.width),
            facts.map(|facts| facts.size.height),
        ),
        |row| row.get(0),
    )
}

#[cfg(test)]
mod tests;

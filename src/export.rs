//! Reports that leave the program: captions of several pictures side by side, as a page, a text, a
//! table or an object. One file a format; each knows how its readers must be protected from what
//! models and file names may hold. Captions handed over to other tools go out here, too: as a table
//! ([`table`]), or as files beside the pictures ([`place`]).

mod csv;
mod file;
mod html;
mod json;
mod markdown;
pub mod place;
pub mod table;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::comparison::Comparison;
use crate::domain::image::Upload;
use crate::domain::text::Foreign;

/// What a report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One page that needs nothing else, with thumbnails.
    Html,
    /// GitHub's Markdown.
    Markdown,
    /// A row for each picture and contestant (RFC 4180).
    Csv,
    /// One object, with all that is known.
    Json,
}

impl Format {
    /// By the ending of a file's name.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The ending names no format.
    #[error("{} names no format of a report", shown(.0))]
    Format(PathBuf),
    /// The file is there, and nobody said that it may go.
    #[error("{} is there already", shown(.0))]
    Exists(PathBuf),
    /// A folder, or something stranger, stands in the place.
    #[error("{} is no plain file", shown(.0))]
    NotAFile(PathBuf),
    /// Somebody else wrote it, or took it away, since it was looked at.
    #[error("{} has changed since it was looked at", shown(.0))]
    Changed(PathBuf),
    /// The file cannot be written.
    #[error("{} cannot be written", shown(.path))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl ExportError {
    /// What the person can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Format(_) => Some("write a name that ends in .html, .md, .csv or .json"),
            Self::Exists(_) => Some("add --force to put the report in its place"),
            Self::NotAFile(_) => Some("write the name of a file"),
            Self::Changed(_) => Some("begin again: what becomes of it is told anew"),
            Self::Unwritable { .. } => None,
        }
    }
}

/// A file that takes a report.
#[derive(Clone, Debug)]
pub struct Target {
    path: PathBuf,
    format: Format,
    force: bool,
}

impl Target {
    /// The file at `path`; with `force` it takes the place of one that is there. Whether it can be
    /// written is tried at once, before anybody works for it.
    ///
    /// # Errors
    /// It cannot take a report.
    pub fn new(path: PathBuf, force: bool) -> Result<Self, ExportError> {
        let format = Format::of(&path).ok_or_else(|| ExportError::Format(path.clone()))?;
        file::check(&path, force)?;
        Ok(Self {
            path,
            format,
            force,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// True where it shows pictures.
    pub fn shows_pictures(&self) -> bool {
        self.format == Format::Html
    }

    /// Writes the report, whole or not at all. `thumbnails` come in the order of the pictures; they
    /// are asked for only where [`Target::shows_pictures`].
    ///
    /// # Errors
    /// The file cannot be written, or somebody else wrote it meanwhile.
    pub fn write(
        &self,
        comparison: &Comparison,
        thumbnails: impl Iterator<Item = Option<Upload>>,
    ) -> Result<(), ExportError> {
        file::write(&self.path, self.force, |out| match self.format {
            Format::Html => html::write(comparison, thumbnails, out),
            Format::Markdown => out.write_all(markdown::text(comparison).as_bytes()),
            Format::Csv => out.write_all(csv::text(comparison).as_bytes()),
            Format::Json => out.write_all(json::text(comparison)?.as_bytes()),
        })
    }
}

fn unwritable(path: &Path, source: io::Error) -> ExportError {
    ExportError::Unwritable {
        path: path.to_owned(),
        source,
    }
}

fn shown(path: &Path) -> String {
    Foreign::from_os(path.as_os_str()).shown(200)
}

#[cfg(test)]
mod tests;

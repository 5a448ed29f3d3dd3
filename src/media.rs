//! Picture files: finding them, telling what they are, decoding, scaling, keeping thumbnails.
//!
//! Plain functions that block; whoever calls them from a task does so on a blocking thread.

pub mod cache;
pub mod decode;
pub mod embedded;
pub mod format;
pub mod identify;
pub mod intake;
pub mod pictures;
pub mod scan;
pub mod sidecar;
pub mod thumbnail;
pub mod upload;

mod exif;
mod gif;
mod jpeg;
#[cfg(test)]
pub(crate) mod samples;

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use image::ImageError;
use image::error::UnsupportedError;
use rustix::fs::OFlags;

use crate::domain::image::Size;
use crate::domain::text::Foreign;

/// Why a file or a folder could not be used.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// Nothing is there, or no longer.
    #[error("{} is not there", shown(.0))]
    Gone(PathBuf),
    /// The system does not let us read it.
    #[error("{} cannot be read", shown(.path))]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// A folder, device, socket or pipe where a picture was expected.
    #[error("{} is not a file", shown(.0))]
    NotAFile(PathBuf),
    /// A file where a folder was expected.
    #[error("{} is not a folder", shown(.0))]
    NotAFolder(PathBuf),
    /// No bytes in it.
    #[error("{} is empty", shown(.0))]
    Empty(PathBuf),
    /// Its content is no picture, whatever its name says.
    #[error("{} is not a picture: its content has no known picture format", shown(.0))]
    NotAPicture(PathBuf),
    /// A picture, but in a format that is not read here.
    #[error(
        "{} is {format}, a format that is not supported; convert it to JPEG or PNG",
        shown(.path)
    )]
    UnsupportedFormat {
        /// The file.
        path: PathBuf,
        /// The format's name as people write it.
        format: &'static str,
    },
    /// A picture of a rare kind within a format that is read here.
    #[error("{} is of a rare kind; save it as a plain JPEG or PNG", shown(.path))]
    UnsupportedKind {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        #[source]
        cause: UnsupportedError,
    },
    /// The end of the file is missing, as after a broken download.
    #[error("{} is cut off: its end is missing; copy or download it again", shown(.0))]
    Truncated(PathBuf),
    /// Its content breaks the rules of its own format.
    #[error("{} is damaged", shown(.path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        #[source]
        cause: ImageError,
    },
    /// More pixels than [`decode::MOST_PIXELS`].
    #[error(
        "{} has {} megapixels ({size}), the most is {}; make it smaller",
        shown(.path), .size.pixels().div_ceil(1_000_000), decode::MOST_PIXELS / 1_000_000
    )]
    TooManyPixels {
        /// The file.
        path: PathBuf,
        /// Its size in pixels.
        size: Size,
    },
    /// More bytes than [`decode::MOST_BYTES`].
    #[error(
        "{} has {} MiB, the most is {}; make it smaller",
        shown(.path), .bytes >> 20, decode::MOST_BYTES >> 20
    )]
    TooManyBytes {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
    },
    /// More bytes than [`upload::MOST_ORIGINAL`], in a picture that was to be sent as it is.
    #[error(
        "{} has {} MiB, the most that is sent as it is are {}; send it scaled",
        shown(.path), .bytes.div_ceil(1 << 20), upload::MOST_ORIGINAL >> 20
    )]
    TooManyBytesToSend {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
    },
    /// However small it is made, it takes more than this.
    #[error("{} does not fit into {bytes} bytes; allow more for an upload", shown(.path))]
    DoesNotFit {
        /// The file.
        path: PathBuf,
        /// How many bytes there were.
        bytes: u32,
    },
}

impl MediaError {
    /// A word for each variant that programs can rely on.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Gone(_) => "gone",
            Self::Unreadable { .. } => "unreadable",
            Self::NotAFile(_) => "not-a-file",
            Self::NotAFolder(_) => "not-a-folder",
            Self::Empty(_) => "empty",
            Self::NotAPicture(_) => "not-a-picture",
            Self::UnsupportedFormat { .. } | Self::UnsupportedKind { .. } => "unsupported-format",
            Self::Truncated(_) => "truncated",
            Self::Damaged { .. } => "damaged",
            Self::TooManyPixels { .. } => "too-many-pixels",
            Self::TooManyBytes { .. } | Self::TooManyBytesToSend { .. } => "too-many-bytes",
            Self::DoesNotFit { .. } => "does-not-fit",
        }
    }

    /// The file or folder that it is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Gone(path)
            | Self::NotAFile(path)
            | Self::NotAFolder(path)
            | Self::Empty(path)
            | Self::NotAPicture(path)
            | Self::Truncated(path)
            | Self::Unreadable { path, .. }
            | Self::UnsupportedFormat { path, .. }
            | Self::UnsupportedKind { path, .. }
            | Self::Damaged { path, .. }
            | Self::TooManyPixels { path, .. }
            | Self::TooManyBytes { path, .. }
            | Self::TooManyBytesToSend { path, .. }
            | Self::DoesNotFit { path, .. } => path,
        }
    }

    fn from_io(path: &Path, cause: io::Error) -> Self {
        let path = path.to_owned();
        match cause.kind() {
            // The second: what should be its folder is a file.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Gone(path),
            _ => Self::Unreadable { path, cause },
        }
    }
}

/// The name alone: whoever shows the error shows beside it which file it is about.
fn shown(path: &Path) -> String {
    Foreign::from_os(path.file_name().unwrap_or(path.as_os_str())).shown(400)
}

/// Opens what is a regular file and nothing else, following symlinks.
fn open(path: &Path) -> Result<(File, Metadata), MediaError> {
    let is_file = |meta: Metadata| {
        let file = meta.is_file().then_some(meta);
        file.ok_or_else(|| MediaError::NotAFile(path.to_owned()))
    };
    let failed = |cause| MediaError::from_io(path, cause);
    // Asked before opening, since opening alone can wind a tape or wait for a pipe's writer;
    // asked again and without waiting, since the name may mean something else by then.
    std::fs::metadata(path).map_err(failed).and_then(is_file)?;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed())
        .open(path)
        .map_err(failed)?;
    let meta = file.metadata().map_err(failed).and_then(is_file)?;
    Ok((file, meta))
}

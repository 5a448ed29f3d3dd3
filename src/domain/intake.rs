//! Captions taken over from files that other tools wrote.

use std::path::PathBuf;

use super::image::ImageRef;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// `cat.txt` beside `cat.jpg`.
    Txt,
    /// `cat.caption` beside `cat.jpg`.
    Caption,
    /// The rows of `metadata.jsonl`.
    Metadata,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Txt, Self::Caption, Self::Metadata];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Caption => "caption",
            Self::Metadata => "metadata",
        }
    }
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub file: PathBuf,
    /// Counted from 1, in a file that has a caption a line.
    pub line: Option<usize>,
}

/// A caption in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Of which picture.
    pub image: ImageRef,
    /// How it reads, tidied.
    pub text: String,
    /// Where it stands.
    pub spot: Spot,
}

/// Something that holds no caption though it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub spot: Spot,
    /// What is wrong with it, safe to show.
    pub says: String,
}

/// What files hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intake {
    /// Captions that are to be taken over.
    pub found: Vec<Found>,
    /// How many more history holds already.
    pub known: usize,
    /// What could not be read.
    pub troubles: Vec<Trouble>,
}

//! What would become of every file, and what came of it.

use std::path::PathBuf;

use super::Order;
use crate::domain::image::{Fingerprint, ImageRef};
use crate::domain::run::Flag;
use crate::domain::text::Foreign;

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// There is none yet.
    New,
    /// It holds the caption already and is not touched.
    Same,
    /// The caption takes the place of another text.
    Overwritten,
    /// The caption comes behind another text, or rows behind others.
    Appended,
    /// The caption comes before another text.
    Prepended,
    /// It holds another text, and keeps it.
    Kept,
    /// It cannot be written.
    Refused(Refusal),
}

impl Fate {
    /// The word for it, on screen and in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Same => "same",
            Self::Overwritten => "overwritten",
            Self::Appended => "appended",
            Self::Prepended => "prepended",
            Self::Kept => "skipped",
            Self::Refused(_) => "refused",
        }
    }
}

/// Why a file that is there is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What it leads to may be anybody's.
    #[error("it is a link")]
    Link,
    /// A folder, or something stranger.
    #[error("it is no plain file")]
    NotAFile,
    /// The picture itself has this name.
    #[error("it is a picture")]
    Picture,
    /// Nobody may write it.
    #[error("it is write-protected")]
    Protected,
    /// Nothing that a caption could stand in.
    #[error("it is no text in UTF-8")]
    NotText,
    /// More than [`super::LONGEST`].
    #[error("it is larger than a caption can be")]
    TooLarge,
    /// A row that would be lost if the file was written again.
    #[error("line {line}: {says}")]
    Broken {
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        says: &'static str,
    },
    /// The folder that it belongs into is not there.
    #[error("its folder is gone")]
    NoFolder,
    /// The system does not let us read it.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

/// A file that would be written, or why it would not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Where it lies.
    pub path: PathBuf,
    /// What becomes of it.
    pub fate: Fate,
    /// How many captions are meant for it.
    pub captions: usize,
    /// All that it shall hold; `None` where it is not written, and of a table, which is written as
    /// history is read.
    pub content: Option<String>,
    /// What the file system said of the file when it was looked at; `None` where there was none.
    pub before: Option<Fingerprint>,
}

/// Captions that belong into one place, of which there is room for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// The place.
    pub path: PathBuf,
    /// Whose captions.
    pub images: Vec<ImageRef>,
    /// True where they got names of their own; else none of them is written.
    pub is_resolved: bool,
}

/// Why a picture has no part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeftOut {
    /// It does not lie there any more.
    Gone,
    /// Another picture lies there by now.
    Changed,
    /// The system does not let us read it.
    Unreadable,
    /// It lies outside of the folder whose likeness is made.
    Outside,
    /// Its name is no UTF-8, which JSON cannot say.
    Name,
}

impl LeftOut {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Gone,
        Self::Changed,
        Self::Unreadable,
        Self::Outside,
        Self::Name,
    ];

    /// What it is about, of a picture.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Gone => "is not there any more",
            Self::Changed => "is another picture by now",
            Self::Unreadable => "cannot be read",
            Self::Outside => "lies outside of the folder",
            Self::Name => "has a name that JSON cannot hold",
        }
    }
}

/// A picture that lies elsewhere by now; what belongs beside it goes there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    /// Where it was captioned.
    pub from: ImageRef,
    /// Where it lies.
    pub to: ImageRef,
}

/// A caption that is handed over though there is something to doubt about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Of which picture.
    pub image: ImageRef,
    /// What.
    pub flags: Vec<Flag>,
}

/// All that would happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What was asked for.
    pub order: Order,
    /// How many captions are handed over, those in [`Plan::collisions`] among them.
    pub captions: usize,
    /// Every file, by name.
    pub files: Vec<Planned>,
    /// Where there is room for one caption only, by name.
    pub collisions: Vec<Collision>,
    /// Pictures that lie elsewhere by now.
    pub moved: Vec<Moved>,
    /// Pictures whose captions are not handed over.
    pub left_out: Vec<(ImageRef, LeftOut)>,
    /// Captions that somebody should look at.
    pub doubtful: Vec<Doubt>,
}

impl Plan {
    /// How many files have a fate of this word.
    pub fn count(&self, fate: &Fate) -> usize {
        let same = |file: &&Planned| file.fate.word() == fate.word();
        self.files.iter().filter(same).count()
    }

    /// True where some file is written.
    pub fn writes(&self) -> bool {
        self.files.iter().any(Planned::is_written)
    }

    /// The files that are written.
    pub fn written(&self) -> impl Iterator<Item = &Planned> {
        self.files.iter().filter(|file| file.is_written())
    }

    /// How many captions have no place since another one wants the same.
    pub fn homeless(&self) -> usize {
        let open = self.collisions.iter().filter(|it| !it.is_resolved);
        open.map(|collision| collision.images.len()).sum()
    }
}

impl Planned {
    /// True where it is written.
    pub fn is_written(&self) -> bool {
        match self.fate {
            Fate::New | Fate::Overwritten | Fate::Appended | Fate::Prepended => true,
            Fate::Same | Fate::Kept | Fate::Refused(_) => false,
        }
    }
}

/// What came of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were written.
    pub written: usize,
    /// Files that were to be written and are not, and why.
    pub failed: Vec<(PathBuf, Foreign)>,
    /// Files that nobody got to, since it was stopped.
    pub not_begun: usize,
}

//! Captions handed over to other tools: which of them, written as what, and what that does to each
//! file. A [`Plan`] says all of it before anything is written.

mod layout;
pub mod metadata;

use std::path::{Path, PathBuf};

use super::filter::Filter;
use super::image::{Fingerprint, ImageId, ImageRef};
use super::review::{Decision, Review};
use super::run::{Flag, Outcome, Run, RunId};
use super::text::Foreign;

pub use layout::{Layout, Slot, lay};

/// Which captions. One that was rejected is never among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// Of each picture the one that was accepted; pictures without one are left out.
    Accepted,
    /// Of each picture the one that was accepted, else the newest.
    Newest,
    /// All of every picture.
    All,
}

impl Which {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Newest, Self::All];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Newest => "newest",
            Self::All => "all",
        }
    }
}

/// What captions are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `cat.txt` beside `cat.jpg`, as trainers read it.
    Txt,
    /// `cat.caption` beside `cat.jpg`.
    Caption,
    /// `metadata.jsonl` in each folder of pictures, a row `{"file_name": …, "text": …}` for each
    /// (<https://huggingface.co/docs/datasets/image_dataset#imagefolder>).
    Metadata,
    /// An object for each caption, one a line, with all that is known of it.
    Jsonl,
    /// A table (RFC 4180).
    Csv,
    /// GitHub's Markdown.
    Markdown,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Txt,
        Self::Caption,
        Self::Metadata,
        Self::Jsonl,
        Self::Csv,
        Self::Markdown,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Txt => "txt",
            Self::Caption => "caption",
            Self::Metadata => "metadata",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
        }
    }

    /// True where all captions go into one file.
    pub fn is_table(self) -> bool {
        matches!(self, Self::Jsonl | Self::Csv | Self::Markdown)
    }
}

/// What happens to text that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Existing {
    /// It stays as it is.
    Skip,
    /// The caption takes its place.
    Overwrite,
    /// The caption comes behind it.
    Append,
    /// The caption comes before it.
    Prepend,
}

impl Existing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Skip, Self::Overwrite, Self::Append, Self::Prepend];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Overwrite => "overwrite",
            Self::Append => "append",
            Self::Prepend => "prepend",
        }
    }

    /// What becomes of a text, and how it reads afterwards where that is any different. Both texts
    /// are [`tidy`]; `before` is `None` where there is none.
    pub fn settle(self, before: Option<&str>, caption: &str) -> (Fate, Option<String>) {
        let Some(before) = before else {
            return (Fate::New, Some(caption.to_owned()));
        };
        if before == caption {
            return (Fate::Same, None);
        }
        match self {
            Self::Skip => (Fate::Kept, None),
            Self::Overwrite => (Fate::Overwritten, Some(caption.to_owned())),
            Self::Append if is_behind(before, caption) => (Fate::Same, None),
            Self::Append => (Fate::Appended, Some(joined(before, caption))),
            Self::Prepend if is_before(before, caption) => (Fate::Same, None),
            Self::Prepend => (Fate::Prepended, Some(joined(caption, before))),
        }
    }
}

/// What lies between two texts that were put behind each other: nothing but a blank where the first
/// ends by itself, as a sentence does, else a comma, as between tags.
fn joined(first: &str, second: &str) -> String {
    let ends = [
        '.', '!', '?', '…', '。', '！', '？', ',', ';', ':', '"', '”',
    ];
    let glue = match first {
        "" => "",
        first if first.ends_with(ends) => " ",
        _ => ", ",
    };
    format!("{first}{glue}{second}")
}

/// True where `caption` was put behind the rest of `text` before.
fn is_behind(text: &str, caption: &str) -> bool {
    let rest = text.strip_suffix(caption).map(str::trim_end);
    let rest = rest.map(|rest| [rest, rest.strip_suffix(',').unwrap_or(rest)]);
    rest.is_some_and(|rest| rest.iter().any(|rest| joined(rest, caption) == text))
}

/// True where `caption` was put before the rest of `text` before.
fn is_before(text: &str, caption: &str) -> bool {
    let rest = text.strip_prefix(caption);
    let rest = rest.map(|rest| rest.strip_prefix(',').unwrap_or(rest).trim_start());
    rest.is_some_and(|rest| joined(caption, rest) == text)
}

/// What to do where two captions belong into one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Clash {
    /// Neither is written.
    #[default]
    Skip,
    /// Files get whole names: `cat.jpg.txt` and `cat.png.txt`; where one picture has several
    /// captions, with the number of the run: `cat.jpg.12.txt`.
    WholeName,
}

impl Clash {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Skip, Self::WholeName];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::WholeName => "whole-name",
        }
    }
}

/// Where the files go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Beside their pictures.
    Beside,
    /// Below `folder` as the pictures lie below `root`; both are absolute.
    Below {
        /// The folder that holds all pictures, however deep.
        root: PathBuf,
        /// Where its likeness is made.
        folder: PathBuf,
    },
    /// All into this file.
    File(PathBuf),
}

impl Place {
    /// The folder for what belongs to the pictures in `pictures`; `None` where these lie outside.
    fn folder(&self, pictures: &Path) -> Option<PathBuf> {
        match self {
            Self::Beside | Self::File(_) => Some(pictures.to_owned()),
            Self::Below { root, folder } => {
                let below = pictures.strip_prefix(root).ok()?;
                Some(if below.as_os_str().is_empty() {
                    folder.clone()
                } else {
                    folder.join(below)
                })
            }
        }
    }
}

/// What shall be handed over, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which captions.
    pub which: Which,
    /// Only of pictures in this folder and in the folders in it; `None` for all that history knows.
    pub folder: Option<PathBuf>,
    /// Only of runs like these.
    pub filter: Option<Filter>,
    /// As what.
    pub form: Form,
    /// What happens to text that is there already.
    pub existing: Existing,
    /// What happens where two captions belong into one place.
    pub clash: Clash,
    /// Where the files go.
    pub place: Place,
}

/// A caption that is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Where its picture lay.
    pub image: ImageRef,
    /// Which picture it was.
    pub image_id: ImageId,
    /// Whose it is.
    pub run: RunId,
    /// How it reads, tidied.
    pub text: String,
    /// What there is to doubt about it.
    pub flags: Vec<Flag>,
}

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
    /// More than [`LONGEST`].
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

/// Largest sidecar that is read, and longest caption in a row, in bytes.
pub const LONGEST: u64 = 1 << 20;

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

/// The caption of a run that may be handed over; `None` where it has none, or one that nobody wants.
/// Half a caption counts only where a person took it.
pub fn caption_of(run: &Run) -> Option<String> {
    let Review { decision, caption } = &run.review;
    let is_taken = *decision == Decision::Accepted || caption.is_some();
    let is_whole = run.outcome == Outcome::Captioned;
    let text = tidy(run.text().raw());
    let is_wanted = *decision != Decision::Rejected && (is_whole || is_taken);
    (is_wanted && !text.is_empty()).then_some(text)
}

/// A caption as all tools read it the same: no white space around it, lines that end as on Unix, and
/// none of the characters that no text file holds.
pub fn tidy(text: &str) -> String {
    let text = text.replace('\0', "").replace("\r\n", "\n");
    let is_around = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
    text.trim_matches(is_around).to_owned()
}

#[cfg(test)]
mod tests;

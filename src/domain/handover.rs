//! Captions handed over to other tools: which of them, written as what, and what that does to each
//! file. A [`Plan`] says all of it before anything is written.

mod layout;
pub mod metadata;
mod plan;

use std::path::{Path, PathBuf};

use super::filter::Filter;
use super::image::{ImageId, ImageRef};
use super::review::{Decision, Review};
use super::run::{Flag, Outcome, Run, RunId};

pub use layout::{Layout, Slot, lay};
pub use plan::{Collision, Doubt, Fate, LeftOut, Moved, Plan, Planned, Refusal, Summary};

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
    /// Only of pictures that were captioned in this folder or in the folders in it, or lie there by
    /// now; `None` for all that history knows. What belongs beside pictures is written there alone.
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

impl Order {
    /// True for a picture that lies where captions may be handed over.
    pub fn is_within(&self, image: &ImageRef) -> bool {
        let folder = self.folder.as_deref();
        folder.is_none_or(|folder| image.path().starts_with(folder))
    }
}

/// A caption that is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Where its picture lay, or lies.
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

/// Largest sidecar that is read, and longest caption in a row, in bytes.
pub const LONGEST: u64 = 1 << 20;

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
    let text = text.replace('\0', "");
    let lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    let text = lines.collect::<Vec<_>>().join("\n");
    let is_around = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
    text.trim_matches(is_around).to_owned()
}

#[cfg(test)]
mod tests;

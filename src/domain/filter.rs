//! What is looked for in history, as a person writes it: `cat -"black cat" model:qwen chars:<125`.
//!
//! ```text
//! filter    = and { "or" and }
//! and       = not { [ "and" ] not }
//! not       = ( "not" | "-" ) not | "(" filter ")" | condition
//! condition = [ field ":" ] value
//! ```
//!
//! A value is one word, in which `*` stands for any letters, or a phrase in quotation marks, where
//! nothing but `\"` and `\\` means anything else. Words without a field are looked for in the
//! caption as it reads now and in the file name; see [`super::words`] for what counts.

mod fields;
mod number;
mod parse;
mod saved;
mod sought;

use std::fmt;
use std::ops::Range;

use jiff::civil::Date;

use super::flags::Flag;
use super::problem::Problem;
use super::review::Decision;
use super::run::Outcome;

pub use number::Bounds;
pub use saved::Saved;
pub use sought::{Sought, SoughtWord};

/// Which runs are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those for which all of these hold; every run where there are none.
    All(Vec<Filter>),
    /// Those for which one of these holds.
    Any(Vec<Filter>),
    /// Those for which this does not hold.
    Not(Box<Filter>),
    /// Those that are so.
    Is(Condition),
}

/// What a run is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// These words stand in the caption as it reads now, or in the file name.
    Says(Sought),
    /// These words stand in the caption as it reads now.
    Caption(Sought),
    /// These words stand in the file name.
    Name(Sought),
    /// This stands in the name of the model.
    Model(Sought),
    /// This stands in the name of the provider.
    Provider(Sought),
    /// This stands in the path of the picture's folder.
    Folder(Sought),
    /// This stands in the prompt, or in what the model was told before it.
    Prompt(Sought),
    /// It was decided on so.
    Decision(Decision),
    /// It ended so.
    Outcome(Outcome),
    /// Its caption is doubted so.
    Flag(Flag),
    /// Its answer took so many tokens; no run of which nobody knows is among them.
    Usage(Bounds),
    /// Its caption as it reads now has so many characters.
    Chars(Bounds),
    /// It cost so many micro-dollars; no run of which nobody knows is among them.
    Cost(Bounds),
    /// It started before this day.
    Before(Date),
    /// It started on this day or later.
    After(Date),
}

/// Why a text is no filter, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FilterError {
    /// The bytes of the text that are at fault; both ends lie between two characters, and the range
    /// is empty where something is missing.
    pub at: Range<usize>,
    /// What is wrong, safe to show.
    pub text: String,
    /// What to write instead, safe to show.
    pub hint: Option<String>,
}

impl FilterError {
    /// The same for people.
    pub fn problem(&self) -> Problem {
        let problem = Problem::from_error(self);
        match &self.hint {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        }
    }
}

impl Filter {
    /// Reads what a person wrote. Nothing but blanks looks for every run.
    ///
    /// # Errors
    /// It is no filter; the error says why and where.
    pub fn parse(written: &str) -> Result<Self, FilterError> {
        parse::parse(written)
    }

    /// True where every run is looked for.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }
}

/// As a person may write it; reads back to the same value.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => joined(f, parts, " "),
            Self::Any(parts) => joined(f, parts, " or "),
            Self::Not(part) => {
                f.write_str("-")?;
                part.bracketed(f)
            }
            Self::Is(condition) => write!(f, "{condition}"),
        }
    }
}

impl Filter {
    fn bracketed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) | Self::Any(_) => write!(f, "({self})"),
            Self::Not(_) | Self::Is(_) => write!(f, "{self}"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Filter], between: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        part.bracketed(f)?;
    }
    Ok(())
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Says(sought) => sought.write(f, true),
            Self::Caption(sought) => field(f, "caption", sought),
            Self::Name(sought) => field(f, "name", sought),
            Self::Model(sought) => field(f, "model", sought),
            Self::Provider(sought) => field(f, "provider", sought),
            Self::Folder(sought) => field(f, "folder", sought),
            Self::Prompt(sought) => field(f, "prompt", sought),
            Self::Decision(decision) => write!(f, "decision:{}", decision.word()),
            Self::Outcome(outcome) => write!(f, "outcome:{}", outcome.word()),
            Self::Flag(flag) => write!(f, "flag:{}", flag.word()),
            Self::Usage(bounds) => write!(f, "usage:{}", bounds.counted()),
            Self::Chars(bounds) => write!(f, "chars:{}", bounds.counted()),
            Self::Cost(bounds) => write!(f, "cost:{}", bounds.in_dollars()),
            Self::Before(day) => write!(f, "before:{day}"),
            Self::After(day) => write!(f, "after:{day}"),
        }
    }
}

fn field(f: &mut fmt::Formatter<'_>, name: &str, sought: &Sought) -> fmt::Result {
    write!(f, "{name}:")?;
    sought.write(f, false)
}

#[cfg(test)]
mod tests;

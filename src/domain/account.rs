//! Whose token it is, where it was found, and what it may do.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;

use super::text::Foreign;
use super::token::{Token, TokenError};

/// Where a Hugging Face token was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenPlace {
    /// A variable of the environment, by name.
    Variable(&'static str),
    /// A file that `hf auth login` writes.
    File(PathBuf),
}

/// For a narrow place: the name of the variable, or `file`.
impl fmt::Display for TokenPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.pad(name),
            Self::File(_) => f.pad("file"),
        }
    }
}

/// Where a Hugging Face token may lie; the first that is there counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenPlaces {
    /// Variables of the environment that hold something, by name, the first one first.
    pub variables: Vec<(&'static str, Result<Token, TokenError>)>,
    /// The file that `hf auth login` writes, whether it is there or not; it counts last.
    pub file: Option<PathBuf>,
    /// The variable that forbids to use any of them unasked.
    pub forbidden: Option<&'static str>,
}

/// What is known of the account that a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name people are known by on Hugging Face.
    pub name: Foreign,
    /// True for a paying person.
    pub pro: bool,
    /// May the token call models? `None` where Hugging Face does not tell.
    pub may_infer: Option<bool>,
}

/// What is known of the token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TokenState {
    /// There is none.
    #[default]
    Missing,
    /// What was found is no token, and why.
    Unusable(Foreign),
    /// Hugging Face is being asked.
    Checking,
    /// It is good.
    Good(Account),
    /// Hugging Face does not know it, or no longer.
    Rejected,
    /// Hugging Face asked to be asked less; it may be asked again then.
    Limited(Option<Timestamp>),
    /// Hugging Face could not be reached, and why.
    Unreachable(Foreign),
    /// The person wants no contact with Hugging Face.
    Offline,
}

/// The token as the person sees it: never the token itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenStatus {
    /// What is known of it.
    pub state: TokenState,
    /// Where it was found.
    pub place: Option<TokenPlace>,
    /// Another place that holds a different token, which this one hides.
    pub hides: Option<TokenPlace>,
}

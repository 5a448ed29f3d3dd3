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

/// What is known of the account that a token belongs to. Whatever Hugging Face does not tell, or
/// the token may not read, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The name people are known by on Hugging Face.
    pub name: Foreign,
    /// The person's own name.
    pub full_name: Option<Foreign>,
    /// True for a paying person.
    pub pro: bool,
    /// May the token call models in the person's name?
    pub may_infer: Option<bool>,
    /// The name of the token on the settings page.
    pub token_name: Option<Foreign>,
    /// Its role, in Hugging Face's word: `read`, `write`, `fineGrained`.
    pub role: Option<Foreign>,
    /// What a fine-grained token may do.
    pub scopes: Vec<Scope>,
    /// When the token expires.
    pub expires: Option<Timestamp>,
    /// How the person pays.
    pub billing: Billing,
    /// The organisations that the person belongs to.
    pub organisations: Vec<Organisation>,
}

/// What a fine-grained token may do with something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// With what: a person, an organisation or a repository.
    pub entity: Foreign,
    /// What, in Hugging Face's words: `inference.serverless.write`.
    pub permissions: Vec<Foreign>,
}

/// An organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    /// Its name in addresses.
    pub name: String,
    /// Its name for people.
    pub full_name: Option<Foreign>,
    /// What it pays for, in Hugging Face's word.
    pub plan: Option<Foreign>,
    /// The person's role in it.
    pub role: Option<Foreign>,
    /// May the token call models in its name?
    pub may_infer: Option<bool>,
    /// How it pays.
    pub billing: Billing,
}

/// How somebody pays Hugging Face.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Billing {
    /// True where there is a way to pay beyond what is included.
    pub can_pay: Option<bool>,
    /// `prepaid` or `postpaid`.
    pub mode: Option<Foreign>,
    /// When included credit is counted anew.
    pub period_end: Option<Timestamp>,
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
    Good(Box<Account>),
    /// Hugging Face does not know it, or no longer.
    Rejected,
    /// Its time was over at that moment.
    Expired(Timestamp),
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
    /// True where others on this machine can read the file that it lies in.
    pub is_exposed: bool,
    /// Tokens that `hf auth login` and this program keep by name.
    pub stored: Vec<StoredToken>,
    /// The organisation that is billed; the person where there is none.
    pub bill_to: Option<String>,
}

/// A token that is kept by name; never the token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// The name it is kept by.
    pub name: String,
    /// How it is shown: `hf_****abcd`.
    pub masked: String,
    /// True for the one in the token file, which counts where no variable holds one.
    pub is_active: bool,
    /// When it expires, where that was written down with it.
    pub expires: Option<Timestamp>,
}

//! The token: which of the places it may lie in counts
//! (`huggingface_hub` 2.4: `utils/_auth.py`).

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::domain::account::{TokenPlace, TokenPlaces, TokenState, TokenStatus};
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;
use crate::domain::token::{NoToken, Token, TokenError, TokenKind};

/// No file with one token in it is larger, in bytes.
const LARGEST: u64 = 64 << 10;

/// The token, and what is known of it before anybody is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The token, where there is one that Hugging Face may know.
    pub token: Option<Token>,
    /// [`TokenState::Checking`] where there is one, else missing, or unusable and why.
    pub status: TokenStatus,
}

impl Found {
    /// The token, or why there is none.
    ///
    /// # Errors
    /// None was found, or what was found cannot be used.
    pub fn usable(&self) -> Result<Token, NoToken> {
        self.token.clone().ok_or_else(|| match &self.status.state {
            TokenState::Unusable(why) => NoToken::Unusable(why.clone()),
            _ => NoToken::Missing,
        })
    }
}

/// Why what lies in a place is not used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("{0} forbids to use the token")]
    Forbidden(&'static str),
    #[error("{place} holds no token")]
    Broken { place: String, source: TokenError },
    #[error("{0} holds a token of an organisation, which Hugging Face takes no more")]
    Organisation(String),
    #[error("{0} holds no token of Hugging Face's: those begin with hf_")]
    Other(String),
    #[error("cannot read {file}")]
    Unreadable { file: String, source: io::Error },
    #[error("{0} is no plain file")]
    NotAFile(String),
    #[error("{0} is too large for a token")]
    TooLarge(String),
}

/// Looks into `places` now: `hf auth login` may have written another token since the last time.
/// The first place that holds anything counts, be it a token or not, so that nobody is taken for
/// somebody else without a word.
pub fn find(places: &TokenPlaces) -> Found {
    let mut filled = filled(places).into_iter();
    let Some((place, first)) = filled.next() else {
        return Found {
            token: None,
            status: TokenStatus::default(),
        };
    };
    let used = first.as_ref().ok();
    let hidden = filled.find(|(_, other)| other.as_ref().is_ok_and(|other| Some(other) != used));
    let hides = hidden.map(|(place, _)| place);
    let allowed = match places.forbidden {
        Some(variable) => Err(Unusable::Forbidden(variable)),
        None => first.and_then(|token| of_hugging_face(token, &place)),
    };
    let (token, state) = match allowed {
        Ok(token) => (Some(token), TokenState::Checking),
        Err(why) => (
            None,
            TokenState::Unusable(Problem::from_error(&why).sentence()),
        ),
    };
    let status = TokenStatus {
        state,
        place: Some(place),
        hides,
        ..TokenStatus::default()
    };
    Found { token, status }
}

/// The places that hold anything, the first one first.
fn filled(places: &TokenPlaces) -> Vec<(TokenPlace, Result<Token, Unusable>)> {
    let mut filled = Vec::new();
    for (name, token) in &places.variables {
        let place = TokenPlace::Variable(name);
        let token = token.clone().map_err(|source| Unusable::Broken {
            place: shown(&place),
            source,
        });
        filled.push((place, token));
    }
    if let Some(path) = &places.file
        && let Some(token) = in_file(path).transpose()
    {
        filled.push((TokenPlace::File(path.clone()), token));
    }
    filled
}

fn of_hugging_face(token: Token, place: &TokenPlace) -> Result<Token, Unusable> {
    match token.kind() {
        TokenKind::Access | TokenKind::OAuth => Ok(token),
        TokenKind::Organisation => Err(Unusable::Organisation(shown(place))),
        TokenKind::Other => Err(Unusable::Other(shown(place))),
    }
}

/// The token in the file; `None` where there is no file, or nothing in it.
fn in_file(path: &Path) -> Result<Option<Token>, Unusable> {
    let file = || name(path);
    let unreadable = |source| Unusable::Unreadable {
        file: file(),
        source,
    };
    // Asked before it is opened, since opening a pipe would wait for its writer.
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(facts) if !facts.is_file() => return Err(Unusable::NotAFile(file())),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Unusable::TooLarge(file()));
    }
    let text = str::from_utf8(&bytes).map_err(|_| TokenError::Broken);
    match text.and_then(Token::read) {
        Ok(token) => Ok(Some(token)),
        Err(TokenError::Empty) => Ok(None),
        Err(source) => Err(Unusable::Broken {
            place: file(),
            source,
        }),
    }
}

fn shown(place: &TokenPlace) -> String {
    match place {
        TokenPlace::Variable(name) => (*name).to_owned(),
        TokenPlace::File(path) => name(path),
    }
}

fn name(path: &Path) -> String {
    Foreign::from_os(path.as_os_str()).shown(200)
}

#[cfg(test)]
mod tests;

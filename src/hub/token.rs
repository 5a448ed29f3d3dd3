//! The token: which of the places it may lie in counts
//! (`huggingface_hub` 2.4: `utils/_auth.py`).

use std::path::Path;

use jiff::Timestamp;

use super::files::{self, FileError, shown};
use super::stored::{self, Entry};
use crate::domain::account::{TokenPlace, TokenPlaces, TokenState, TokenStatus};
use crate::domain::problem::Problem;
use crate::domain::token::{NoToken, Token, TokenError, TokenKind};

/// The token, and what is known of it before anybody is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The token, where there is one that Hugging Face may know.
    pub token: Option<Token>,
    /// [`TokenState::Checking`] where there is one, or [`TokenState::Expired`] where it is written
    /// beside it that its time is over; else missing, or unusable and why.
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
    #[error(transparent)]
    File(#[from] FileError),
}

/// Looks into `places` now: `hf auth login` may have written another token since the last time.
/// The first place that holds anything counts, be it a token or not, so that nobody is taken for
/// somebody else without a word.
pub fn find(places: &TokenPlaces) -> Found {
    let in_file = places
        .file
        .as_deref()
        .and_then(|path| in_file(path).transpose());
    let kept = kept(places.file.as_deref());
    let active = in_file.as_ref().and_then(|token| token.as_ref().ok());
    let stored = kept.iter().map(|entry| entry.shown(active)).collect();
    let mut filled = filled(places, in_file).into_iter();
    let Some((place, first)) = filled.next() else {
        let status = TokenStatus {
            stored,
            ..TokenStatus::default()
        };
        return Found {
            token: None,
            status,
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
        Ok(token) => {
            let state = match expired(&kept, &token) {
                Some(moment) => TokenState::Expired(moment),
                None => TokenState::Checking,
            };
            (Some(token), state)
        }
        Err(why) => (
            None,
            TokenState::Unusable(Problem::from_error(&why).sentence()),
        ),
    };
    let status = TokenStatus {
        state,
        is_exposed: matches!(&place, TokenPlace::File(path) if files::is_exposed(path)),
        place: Some(place),
        hides,
        stored,
        bill_to: None,
    };
    Found { token, status }
}

/// All tokens that have a name. That they cannot be read is told where one of them is wanted.
fn kept(file: Option<&Path>) -> Vec<Entry> {
    let kept = file.map_or_else(|| Ok(Vec::new()), stored::entries);
    kept.unwrap_or_else(|error| {
        tracing::warn!("{}", Problem::from_error(&error).sentence().shown(1000));
        Vec::new()
    })
}

/// When the time of `token` was over, where that is so.
fn expired(kept: &[Entry], token: &Token) -> Option<Timestamp> {
    let entry = kept
        .iter()
        .find(|entry| entry.token.as_ref() == Some(token));
    entry?
        .expires
        .filter(|expires| *expires <= Timestamp::now())
}

/// The places that hold anything, the first one first.
fn filled(
    places: &TokenPlaces,
    in_file: Option<Result<Token, Unusable>>,
) -> Vec<(TokenPlace, Result<Token, Unusable>)> {
    let mut filled = Vec::new();
    for (name, token) in &places.variables {
        let place = TokenPlace::Variable(name);
        let token = token.clone().map_err(|source| Unusable::Broken {
            place: named(&place),
            source,
        });
        filled.push((place, token));
    }
    if let (Some(path), Some(token)) = (&places.file, in_file) {
        filled.push((TokenPlace::File(path.clone()), token));
    }
    filled
}

fn of_hugging_face(token: Token, place: &TokenPlace) -> Result<Token, Unusable> {
    match token.kind() {
        TokenKind::Access | TokenKind::OAuth => Ok(token),
        TokenKind::Organisation => Err(Unusable::Organisation(named(place))),
        TokenKind::Other => Err(Unusable::Other(named(place))),
    }
}

/// The token in the file; `None` where there is no file, or nothing in it.
fn in_file(path: &Path) -> Result<Option<Token>, Unusable> {
    let Some(bytes) = files::read(path)? else {
        return Ok(None);
    };
    let text = str::from_utf8(&bytes).map_err(|_| TokenError::Broken);
    match text.and_then(Token::read) {
        Ok(token) => Ok(Some(token)),
        Err(TokenError::Empty) => Ok(None),
        Err(source) => Err(Unusable::Broken {
            place: shown(path),
            source,
        }),
    }
}

fn named(place: &TokenPlace) -> String {
    match place {
        TokenPlace::Variable(name) => (*name).to_owned(),
        TokenPlace::File(path) => shown(path),
    }
}

#[cfg(test)]
mod tests;

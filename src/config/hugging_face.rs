//! What the environment says about Hugging Face, in the variables that its own programs read
//! (`huggingface_hub` 2.4: `constants.py`, `utils/_auth.py`).

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use url::Url;

use super::value::{Value, Written};
use super::{ConfigError, Environment, Setting, Source};
use crate::domain::account::TokenPlaces;
use crate::domain::text::Foreign;
use crate::domain::token::{Token, TokenError};

/// Where Hugging Face is, whether it may be asked, and where its token lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HuggingFace {
    /// Accounts and model pages: `HF_ENDPOINT`.
    pub endpoint: Setting<Url>,
    /// Chat with models, and their prices: `BLIPBOARD_ROUTER_URL`.
    pub router: Setting<Url>,
    /// What is told of rented endpoints: `BLIPBOARD_ENDPOINTS_URL`.
    pub service: Setting<Url>,
    /// The variable that forbids all contact with Hugging Face.
    pub offline: Option<&'static str>,
    /// Where the token may lie.
    pub token: TokenPlaces,
}

pub(super) const ENDPOINT: &str = "HF_ENDPOINT";
pub(super) const ROUTER: &str = "BLIPBOARD_ROUTER_URL";
pub(super) const SERVICE: &str = "BLIPBOARD_ENDPOINTS_URL";

impl Default for HuggingFace {
    fn default() -> Self {
        Self {
            endpoint: Setting::built_in(constant("https://huggingface.co")),
            router: Setting::built_in(constant("https://router.huggingface.co/v1")),
            service: Setting::built_in(constant("https://api.endpoints.huggingface.cloud/v2")),
            offline: None,
            token: TokenPlaces::default(),
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "an address of this file, read by every test"
)]
fn constant(url: &str) -> Url {
    Url::parse(url).expect("a good address")
}

impl HuggingFace {
    /// Takes whatever is right, and tells the rest.
    pub(super) fn take_environment(&mut self, environment: &Environment) -> Vec<ConfigError> {
        self.offline = offline(environment);
        self.token = token_places(environment);
        [
            take_url(&mut self.endpoint, ENDPOINT, environment),
            take_url(&mut self.router, ROUTER, environment),
            take_url(&mut self.service, SERVICE, environment),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect()
    }
}

fn take_url(
    setting: &mut Setting<Url>,
    name: &'static str,
    environment: &Environment,
) -> Result<(), ConfigError> {
    let Some(value) = environment.get(name) else {
        return Ok(());
    };
    let text = Foreign::from_os(value);
    let source = Source::Environment(name.to_owned());
    match Url::read(&Written::Text(text.raw().trim_end_matches('/'))) {
        Ok(value) => {
            *setting = Setting { value, source };
            Ok(())
        }
        Err(instead) => Err(ConfigError::value(source, "address", text.raw(), instead)),
    }
}

/// A variable that is empty says nothing, but `HF_HUB_OFFLINE=0` overrules the older name.
fn offline(environment: &Environment) -> Option<&'static str> {
    let name = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]
        .into_iter()
        .find(|name| environment.get(name).is_some())?;
    is_on(environment, name).then_some(name)
}

fn is_on(environment: &Environment, name: &str) -> bool {
    let value = environment.get(name).and_then(OsStr::to_str);
    let value = value.unwrap_or_default().to_ascii_uppercase();
    ["1", "ON", "YES", "TRUE"].contains(&value.as_str())
}

fn token_places(environment: &Environment) -> TokenPlaces {
    let variables = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"].into_iter();
    let variables = variables.filter_map(|name| Some((name, token(environment, name)?)));
    let forbids = "HF_HUB_DISABLE_IMPLICIT_TOKEN";
    TokenPlaces {
        variables: variables.collect(),
        file: token_file(environment),
        forbidden: is_on(environment, forbids).then_some(forbids),
    }
}

/// The token in a variable; `None` where there is nothing but blanks.
pub(super) fn token(environment: &Environment, name: &str) -> Option<Result<Token, TokenError>> {
    let written = environment.get(name)?.to_str();
    match written.ok_or(TokenError::Broken).and_then(Token::read) {
        Err(TokenError::Empty) => None,
        read => Some(read),
    }
}

/// `None` where there is no home folder and nobody says where else it lies.
fn token_file(environment: &Environment) -> Option<PathBuf> {
    let path = |name| Some(expand(environment.get(name)?, environment));
    let cache = || Some(PathBuf::from(environment.get("HOME")?).join(".cache"));
    let home = || {
        path("HF_HOME").or_else(|| Some(path("XDG_CACHE_HOME").or_else(cache)?.join("huggingface")))
    };
    path("HF_TOKEN_PATH").or_else(|| Some(home()?.join("token")))
}

/// Fills in `~`, `$NAME` and `${NAME}` as Python's `expanduser` and `expandvars` do; what is not
/// set stays as it is written.
fn expand(path: &OsStr, environment: &Environment) -> PathBuf {
    let mut rest = path.as_bytes();
    let mut full = Vec::new();
    if let Some(below) = rest.strip_prefix(b"~")
        && (below.is_empty() || below.starts_with(b"/"))
        && let Some(home) = environment.get("HOME")
    {
        full.extend_from_slice(home.as_bytes());
        rest = below;
    }
    while let Some((&letter, after)) = rest.split_first() {
        let variable = (letter == b'$').then(|| variable(after, environment));
        if let Some((value, after)) = variable.flatten() {
            full.extend_from_slice(value.as_bytes());
            rest = after;
        } else {
            full.push(letter);
            rest = after;
        }
    }
    OsString::from_vec(full).into()
}

/// The value of the variable that `written` begins with, and what follows it.
fn variable<'a, 'b>(
    written: &'a [u8],
    environment: &'b Environment,
) -> Option<(&'b OsStr, &'a [u8])> {
    let (name, after) = if let Some(braced) = written.strip_prefix(b"{") {
        let mut parts = braced.splitn(2, |byte| *byte == b'}');
        (parts.next()?, parts.next()?)
    } else {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let end = written.iter().position(|byte| !is_word(byte));
        written.split_at(end.unwrap_or(written.len()))
    };
    let name = str::from_utf8(name).ok()?;
    Some((environment.get(name)?, after))
}

#[cfg(test)]
mod tests;

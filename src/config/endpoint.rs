//! An endpoint of one's own: a table `[endpoints.NAME]` of the file.

use toml::de::DeValue;
use url::Url;

use super::value::{Value, Word, Written, quoted};
use super::{Environment, hugging_face};
use crate::domain::address;
use crate::domain::model::Protocol;
use crate::domain::token::{Token, TokenError};

/// An endpoint of one's own; `endpoint:NAME` where a model is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it listens: `https://…` or `http://…`.
    pub url: Url,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The name it knows its model by, where it serves several.
    pub model: Option<String>,
    /// Which token goes with a request; none where nobody said.
    pub token: Option<TokenSource>,
}

impl Endpoint {
    /// True where anybody on the way can read along: no Hugging Face token may go there.
    pub(super) fn in_the_clear(&self) -> bool {
        !address::is_private(&self.url)
    }

    /// Looks up the token that lies in the environment. One that is missing matters only to whom
    /// asks this endpoint, and is told there.
    pub(super) fn look_up_token(&mut self, environment: &Environment) {
        if let Some(TokenSource::Environment { variable, token }) = &mut self.token {
            let found = hugging_face::token(environment, variable);
            *token = found.unwrap_or(Err(TokenError::Empty));
        }
    }
}

/// What an endpoint of one's own can speak.
impl Word for Protocol {
    const ALL: &'static [Self] = &[Self::ImageToText, Self::Chat];

    fn word(self) -> &'static str {
        match self {
            Self::ImageToText => "image-to-text",
            Self::Chat => "chat",
            Self::Here => "here",
        }
    }
}

/// Where the token for an endpoint comes from. The token itself is never in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// The Hugging Face token: `"hf"`.
    HuggingFace,
    /// A variable of the environment: `{ env = "NAME" }`.
    Environment {
        /// Its name.
        variable: String,
        /// What it holds; [`TokenError::Empty`] where it is not set.
        token: Result<Token, TokenError>,
    },
}

impl Value for TokenSource {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        let read = |value: &DeValue<'_>| match value {
            DeValue::String(word) if word == "hf" => Some(Self::HuggingFace),
            DeValue::Table(table) if table.len() == 1 => table
                .get("env")
                .and_then(|name| name.get_ref().as_str())
                .filter(|name| is_variable(name))
                .map(|name| Self::Environment {
                    variable: name.to_owned(),
                    token: Err(TokenError::Empty),
                }),
            _ => None,
        };
        match written {
            Written::Toml(value) => read(value),
            Written::Text(_) => None,
        }
        .ok_or_else(|| {
            "write \"hf\" for the Hugging Face token, or { env = \"NAME\" } for a variable; \
             never the token itself"
                .to_owned()
        })
    }

    fn toml(&self) -> String {
        match self {
            Self::HuggingFace => quoted("hf"),
            Self::Environment { variable, .. } => format!("{{ env = {} }}", quoted(variable)),
        }
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '=' || c == '\0' || c.is_whitespace())
}

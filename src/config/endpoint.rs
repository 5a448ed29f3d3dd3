//! An endpoint of one's own: a table `[endpoints.NAME]` of the file.

use toml::de::DeValue;

use super::value::{Value, Word, Written, quoted};
use super::{Environment, hugging_face};
use crate::domain::address;
use crate::domain::endpoint::{Endpoint, TokenSource};
use crate::domain::model::Protocol;
use crate::domain::token::TokenError;

/// True where anybody on the way can read along: no Hugging Face token may go there.
pub(super) fn in_the_clear(endpoint: &Endpoint) -> bool {
    !address::is_private(&endpoint.url)
}

/// Looks up the token that lies in the environment. One that is missing matters only to whom asks
/// this endpoint, and is told there.
pub fn look_up_token(endpoint: &mut Endpoint, environment: &Environment) {
    if let Some(TokenSource::Environment { variable, token }) = &mut endpoint.token {
        let found = hugging_face::token(environment, variable);
        *token = found.unwrap_or(Err(TokenError::Empty));
    }
}

/// Its keys and what is written for each; empty where there is nothing to write.
pub(super) fn lines(endpoint: &Endpoint) -> [(&'static str, String); 4] {
    [
        ("url", endpoint.url.toml()),
        ("protocol", endpoint.protocol.toml()),
        ("model", endpoint.model.toml()),
        ("token", endpoint.token.toml()),
    ]
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

/// `"hf"` for the Hugging Face token, `{ env = "NAME" }` for a variable; never the token itself.
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

pub(super) fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '=' || c == '\0' || c.is_whitespace())
}

//! An endpoint of one's own: a table `[endpoints.NAME]` of the file.

use toml::de::DeValue;

use super::value::{Value, Word, Written, quoted};
use crate::domain::model::Protocol;

/// An endpoint of one's own; `endpoint:NAME` where a model is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it listens: `https://…` or `http://…`.
    pub url: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The name it knows its model by, where it serves several.
    pub model: Option<String>,
    /// Which token goes with a request; none where nobody said.
    pub token: Option<TokenSource>,
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
    Environment(String),
}

impl Value for TokenSource {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        let read = |value: &DeValue<'_>| match value {
            DeValue::String(word) if word == "hf" => Some(Self::HuggingFace),
            DeValue::Table(table) if table.len() == 1 => table
                .get("env")
                .and_then(|name| name.get_ref().as_str())
                .filter(|name| is_variable(name))
                .map(|name| Self::Environment(name.to_owned())),
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
            Self::Environment(name) => format!("{{ env = {} }}", quoted(name)),
        }
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '=' || c == '\0' || c.is_whitespace())
}

/// The address of an endpoint.
pub(super) struct Url(pub(super) String);

impl Value for Url {
    fn read(written: &Written<'_>) -> Result<Self, String> {
        let url = String::read(written)?;
        match url.parse() {
            Ok(crate::domain::model::ModelRef::Url(url)) => Ok(Self(url)),
            _ => Err("write an address that begins with https:// or http://".to_owned()),
        }
    }

    fn toml(&self) -> String {
        quoted(&self.0)
    }
}

//! Who writes captions: Hugging Face models, endpoints of one's own, what is built in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::text::Foreign;

/// A model as a person writes it, parsed once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModelRef {
    /// `builtin/NAME`: runs here, needs neither token nor network.
    Builtin(Builtin),
    /// `org/name`, with an optional suffix that says who shall serve it.
    Hub {
        /// `org/name`.
        id: String,
        /// Who shall serve it.
        route: Route,
    },
    /// `endpoint:NAME`, an endpoint of one's own from the configuration.
    Endpoint(String),
    /// `https://…` or `http://…`: a server, sent no token.
    Url(String),
}

/// A captioner that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Builtin {
    /// Measures the picture and says what it measured; no neural model.
    Describe,
    /// Nobody who could be asked: captions that were taken over from files.
    Import,
}

/// Who shall serve a Hugging Face model: the suffix of its name
/// (<https://huggingface.co/docs/inference-providers>).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// No suffix: as set in the person's account, else the fastest.
    Default,
    /// `:fastest`, the highest throughput.
    Fastest,
    /// `:cheapest`, the lowest price of an output token.
    Cheapest,
    /// `:preferred`, the order of the person's own settings.
    Preferred,
    /// `:PROVIDER`, this one and no other.
    Provider(String),
}

/// How a model is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// It is a part of this program: it is sent nothing and told nothing.
    Here,
    /// The picture's bytes are posted, the caption comes back; it takes no instruction.
    ImageToText,
    /// `OpenAI`'s chat completions with a picture in the message.
    Chat,
}

/// Why a text names no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelRefError {
    /// Nothing that could be a model.
    #[error("`{0}` is no model name; write org/name, endpoint:NAME, https://… or builtin/describe")]
    Shape(String),
    /// An address with a name, a password or a query in it, which may be a key: the name of a model
    /// is kept and shown.
    #[error(
        "an address with a name, a password or a query in it is no model, since models are kept \
         and shown; name the server as an endpoint in the configuration"
    )]
    Secret,
    /// `builtin/` and a name that is not built in.
    #[error("nothing called `{0}` is built in; there is builtin/describe")]
    Builtin(String),
}

impl ModelRef {
    /// The model as it is written everywhere; parses back to the same value.
    pub fn name(&self) -> Foreign {
        Foreign::new(match self {
            Self::Builtin(Builtin::Describe) => "builtin/describe".to_owned(),
            Self::Builtin(Builtin::Import) => "builtin/import".to_owned(),
            Self::Hub { id, route } => match route.suffix() {
                Some(suffix) => format!("{id}:{suffix}"),
                None => id.clone(),
            },
            Self::Endpoint(name) => format!("endpoint:{name}"),
            Self::Url(url) => url.clone(),
        })
    }

    /// The part of the name that tells models apart in a narrow column.
    pub fn short_name(&self) -> Foreign {
        match self {
            Self::Builtin(Builtin::Describe) => Foreign::new("describe"),
            Self::Builtin(Builtin::Import) => Foreign::new("import"),
            Self::Hub { id, .. } => {
                Foreign::new(id.split_once('/').map_or(id.as_str(), |(_, name)| name))
            }
            Self::Endpoint(name) => Foreign::new(name.as_str()),
            Self::Url(url) => {
                let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                Foreign::new(host)
            }
        }
    }
}

impl Route {
    /// The suffix without its colon; `None` for the default.
    pub fn suffix(&self) -> Option<&str> {
        match self {
            Self::Default => None,
            Self::Fastest => Some("fastest"),
            Self::Cheapest => Some("cheapest"),
            Self::Preferred => Some("preferred"),
            Self::Provider(name) => Some(name),
        }
    }

    fn from_suffix(suffix: &str) -> Self {
        match suffix {
            "fastest" => Self::Fastest,
            "cheapest" => Self::Cheapest,
            "preferred" => Self::Preferred,
            provider => Self::Provider(provider.to_owned()),
        }
    }
}

impl FromStr for ModelRef {
    type Err = ModelRefError;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        let written = written.trim();
        let wrong_shape = || ModelRefError::Shape(Foreign::new(written).shown(80));
        if let Some(name) = written.strip_prefix("builtin/") {
            return match name {
                "describe" => Ok(Self::Builtin(Builtin::Describe)),
                "import" => Ok(Self::Builtin(Builtin::Import)),
                other => Err(ModelRefError::Builtin(Foreign::new(other).shown(80))),
            };
        }
        if let Some(name) = written.strip_prefix("endpoint:") {
            return if is_word(name) {
                Ok(Self::Endpoint(name.to_owned()))
            } else {
                Err(wrong_shape())
            };
        }
        if let Some(rest) = written
            .strip_prefix("https://")
            .or_else(|| written.strip_prefix("http://"))
        {
            let plain = !rest.chars().any(|c| c.is_whitespace() || c.is_control());
            let server = rest.split(['/', '?', '#']).next().unwrap_or_default();
            if server.contains('@') || rest.contains('?') {
                return Err(ModelRefError::Secret);
            }
            return if plain && !server.is_empty() {
                Ok(Self::Url(written.to_owned()))
            } else {
                Err(wrong_shape())
            };
        }
        let (id, route) = match written.split_once(':') {
            Some((id, suffix)) if is_word(suffix) => (id, Route::from_suffix(suffix)),
            Some(_) => return Err(wrong_shape()),
            None => (written, Route::Default),
        };
        match id.split_once('/') {
            Some((org, name)) if is_word(org) && is_word(name) => Ok(Self::Hub {
                id: id.to_owned(),
                route,
            }),
            _ => Err(wrong_shape()),
        }
    }
}

/// True for the letters that Hugging Face allows in the names of accounts, models and providers.
pub fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 96
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// What a model costs, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Price {
    /// Costs nothing: it runs here, or its provider says so.
    Free,
    /// An endpoint of one's own, paid by the hour or not at all.
    Own,
    /// Micro-dollars (millionths of a US dollar) for a million tokens.
    Usage {
        /// For a million tokens of prompt and picture.
        input: u64,
        /// For a million tokens of answer.
        output: u64,
    },
    /// Nobody said.
    Unknown,
}

impl Price {
    /// What may be asked at most by one of two.
    #[must_use]
    pub fn dearest(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Usage { input, output },
                Self::Usage {
                    input: other_input,
                    output: other_output,
                },
            ) => Self::Usage {
                input: input.max(other_input),
                output: output.max(other_output),
            },
            (paid @ Self::Usage { .. }, _) | (_, paid) => paid,
        }
    }
}

/// For a narrow column: `free`, `mine`, `$0.12` (a million output tokens), `?`.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free => f.pad("free"),
            Self::Own => f.pad("mine"),
            Self::Unknown => f.pad("?"),
            Self::Usage { output, .. } => {
                let cents = (output + 5_000) / 10_000;
                f.pad(&format!("${}.{:02}", cents / 100, cents % 100))
            }
        }
    }
}

/// A model that one can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelCard {
    /// How it is written.
    pub model: ModelRef,
    /// What it costs.
    pub price: Price,
    /// Who gets the picture: a host, with `http://` in front where anybody on the way can read along;
    /// `None` where it stays in this program.
    pub host: Option<String>,
    /// One line that says what it is.
    pub about: Foreign,
}

#[cfg(test)]
mod tests;

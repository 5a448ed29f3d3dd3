//! Endpoints of one's own.

use url::Url;

use super::model::Protocol;
use super::token::{Token, TokenError};

/// A server that a person runs or rents; `endpoint:NAME` where a model is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it listens: `https://…` or `http://…`.
    pub url: Url,
    /// How it is spoken to; whatever is no chat gets the picture's bytes.
    pub protocol: Protocol,
    /// The name it knows its model by, where it serves several.
    pub model: Option<String>,
    /// Which token goes with a request; none where nobody said.
    pub token: Option<TokenSource>,
}

/// Where the token for an endpoint comes from. The token itself is in no file of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// The Hugging Face token.
    HuggingFace,
    /// A variable of the environment.
    Environment {
        /// Its name.
        variable: String,
        /// What it holds; [`TokenError::Empty`] where it is not set.
        token: Result<Token, TokenError>,
    },
}

/// An endpoint that an account rents at Hugging Face
/// (`huggingface_hub` 2.4: `_inference_endpoints.py`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rented {
    /// Whose it is: a person or an organisation.
    pub owner: String,
    /// Its name, unique for its owner.
    pub name: String,
    /// Where it listens; `None` before it was deployed once.
    pub url: Option<Url>,
    /// How it stands.
    pub state: RentedState,
    /// What the service says of that state.
    pub message: Option<String>,
    /// The model it serves.
    pub model: Option<String>,
    /// What it was made for: `image-text-to-text`, `image-to-text`, …
    pub task: Option<String>,
    /// The machine it runs on, as the service words it: `aws us-east-1, intel-icl x2`.
    pub machine: Option<String>,
}

impl Rented {
    /// How it is spoken to: only the classic task takes the picture's bytes.
    pub fn protocol(&self) -> Protocol {
        match self.task.as_deref() {
            Some("image-to-text") => Protocol::ImageToText,
            _ => Protocol::Chat,
        }
    }
}

/// How a rented endpoint stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RentedState {
    /// It waits for a machine, or is started.
    Starting,
    /// It answers.
    Running,
    /// It is changed, and may still answer.
    Updating,
    /// It sleeps and wakes up when it is asked, which takes minutes.
    ScaledToZero,
    /// It does not wake up by itself.
    Paused,
    /// It could not be started or changed.
    Failed,
    /// In a word that this program does not know.
    Other(String),
}

impl RentedState {
    /// The state that the service calls so.
    pub fn read(word: &str) -> Self {
        match word {
            "pending" | "initializing" => Self::Starting,
            "running" => Self::Running,
            "updating" => Self::Updating,
            "scaledToZero" => Self::ScaledToZero,
            "paused" => Self::Paused,
            "failed" | "updateFailed" => Self::Failed,
            other => Self::Other(other.to_owned()),
        }
    }

    /// For people, in a few words.
    pub fn said(&self) -> String {
        match self {
            Self::Starting => "starting".to_owned(),
            Self::Running => "running".to_owned(),
            Self::Updating => "updating".to_owned(),
            Self::ScaledToZero => "asleep, wakes up when asked".to_owned(),
            Self::Paused => "paused".to_owned(),
            Self::Failed => "failed".to_owned(),
            Self::Other(word) => super::text::Foreign::new(word.as_str()).shown(40),
        }
    }
}

//! Endpoints of one's own.

use std::collections::BTreeMap;

use url::Url;

use super::model::Protocol;
use super::text::Foreign;
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

    /// How it is asked, where it was deployed once.
    pub fn endpoint(&self) -> Option<Endpoint> {
        Some(Endpoint {
            url: self.url.clone()?,
            protocol: self.protocol(),
            model: None,
            token: Some(TokenSource::HuggingFace),
        })
    }

    /// One line for people: `gpt2 · running · aws us-east-1, intel-icl x2`.
    pub fn about(&self) -> Foreign {
        let parts = [
            self.model.clone(),
            Some(self.state.said()),
            self.machine.clone(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        Foreign::new(parts.join(" · "))
    }
}

/// Rented endpoints by the name that each is asked by, `endpoint:NAME`: its own where no other has
/// it and it is not `taken`, else with its owner in front, `OWNER.NAME`.
pub fn named(
    rented: impl IntoIterator<Item = Rented>,
    taken: impl Fn(&str) -> bool,
) -> BTreeMap<String, Rented> {
    let rented: Vec<Rented> = rented.into_iter().collect();
    let is_shared = |name: &str| rented.iter().filter(|one| one.name == name).count() > 1;
    let name_of = |one: &Rented| {
        if is_shared(&one.name) || taken(&one.name) {
            format!("{}.{}", one.owner, one.name)
        } else {
            one.name.clone()
        }
    };
    let names: Vec<String> = rented.iter().map(name_of).collect();
    names.into_iter().zip(rented).collect()
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
            Self::Other(word) => Foreign::new(word.as_str()).shown(40),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rented(owner: &str, name: &str) -> Rented {
        Rented {
            owner: owner.to_owned(),
            name: name.to_owned(),
            url: None,
            state: RentedState::Running,
            message: None,
            model: Some("org/blip".to_owned()),
            task: None,
            machine: Some("aws us-east-1".to_owned()),
        }
    }

    #[test]
    fn a_name_that_is_shared_or_taken_is_asked_with_its_owner_in_front() {
        let all = [
            rented("anna", "blip"),
            rented("lab", "blip"),
            rented("lab", "chat"),
            rented("lab", "mine"),
        ];
        let names = named(all, |name| name == "mine");
        let names: Vec<_> = names.keys().map(String::as_str).collect();
        assert_eq!(names, ["anna.blip", "chat", "lab.blip", "lab.mine"]);
    }

    #[test]
    fn a_rented_endpoint_is_told_in_one_line() {
        let about = rented("anna", "blip").about();
        assert_eq!(about.raw(), "org/blip · running · aws us-east-1");
    }
}

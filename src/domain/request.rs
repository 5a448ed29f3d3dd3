//! What is asked of a model: image, model, prompt, parameters.

use std::fmt;

use sha2::{Digest, Sha256};

use super::image::ImageRef;
use super::model::{ModelRef, Protocol};
use super::text::Foreign;

/// The instruction that goes with the picture, where the model takes one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Prompt {
    /// The instruction itself.
    pub text: String,
    /// What the model is told beforehand.
    pub system: Option<String>,
}

/// How the answer is made, where the model takes parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    /// At most so many tokens of answer, thinking included.
    pub max_tokens: Option<u32>,
    /// 0 (always the likeliest word) to 2.
    pub temperature: Option<f64>,
    /// The same seed asks for the same answer.
    pub seed: Option<i64>,
    /// How long a model may think; its own habit where nobody said.
    pub effort: Option<Effort>,
}

/// How long a model may think before it answers
/// (<https://huggingface.co/docs/inference-providers/tasks/chat-completion>: `reasoning_effort`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effort {
    /// Shortly.
    Low,
    /// As most models do.
    Medium,
    /// Long.
    High,
}

impl Effort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word for it, for people, servers and history.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The opposite of [`Effort::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effort| effort.word() == word)
    }
}

/// What is sent of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UploadSpec {
    /// Nothing: the captioner runs here and sees the decoded picture.
    #[default]
    Nothing,
    /// The file's own bytes.
    Original,
    /// A turned, scaled JPEG without metadata.
    Scaled {
        /// Longest side in pixels.
        side: u32,
        /// At most so many bytes.
        bytes: u32,
    },
}

impl UploadSpec {
    /// As it is kept in history: `nothing`, `original`, `jpeg 1024px 1000000B`.
    pub fn written(self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Original => "original".to_owned(),
            Self::Scaled { side, bytes } => format!("jpeg {side}px {bytes}B"),
        }
    }

    /// The opposite of [`UploadSpec::written`]; `None` for anything else.
    pub fn read(written: &str) -> Option<Self> {
        match written {
            "nothing" => Some(Self::Nothing),
            "original" => Some(Self::Original),
            other => {
                let (side, bytes) = other.strip_prefix("jpeg ")?.split_once(' ')?;
                Some(Self::Scaled {
                    side: side.strip_suffix("px")?.parse().ok()?,
                    bytes: bytes.strip_suffix('B')?.parse().ok()?,
                })
            }
        }
    }
}

/// How pictures are asked about, whichever they are and whoever is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// With which instruction.
    pub prompt: Prompt,
    /// Made how.
    pub parameters: Parameters,
    /// From what.
    pub upload: UploadSpec,
}

impl Terms {
    /// Without what this protocol does not carry.
    #[must_use]
    pub fn fitted(self, protocol: Protocol) -> Self {
        match protocol {
            Protocol::Chat => self,
            Protocol::ImageToText => Self {
                upload: self.upload,
                ..Self::default()
            },
            Protocol::Here => Self::default(),
        }
    }
}

/// Number of a batch: requests that were started together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(pub i64);

/// A caption that somebody wants.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptionRequest {
    /// Of which picture.
    pub image: ImageRef,
    /// By which model.
    pub model: ModelRef,
    /// What stands behind that name, where the person's settings can put something else there: the
    /// address of an endpoint and the model that is asked for at it. `None` elsewhere, and before
    /// the request is made ready.
    pub served: Option<Foreign>,
    /// With which instruction.
    pub prompt: Prompt,
    /// Made how.
    pub parameters: Parameters,
    /// From what.
    pub upload: UploadSpec,
}

impl CaptionRequest {
    /// What a face asks for. What the model takes no part of is left out by
    /// [`CaptionRequest::fitted`] once it is known how the model is spoken to.
    pub fn new(image: ImageRef, model: ModelRef, terms: &Terms) -> Self {
        let Terms {
            prompt,
            parameters,
            upload,
        } = terms.clone();
        Self {
            image,
            model,
            served: None,
            prompt,
            parameters,
            upload,
        }
    }

    /// The same request without what this protocol does not carry, so that what cannot change the
    /// answer does not change the key.
    #[must_use]
    pub fn fitted(self, protocol: Protocol) -> Self {
        match protocol {
            Protocol::Here => Self::new(self.image, self.model, &Terms::default()),
            Protocol::Chat | Protocol::ImageToText => {
                let Terms {
                    prompt, parameters, ..
                } = self.terms().fitted(protocol);
                Self {
                    prompt,
                    parameters,
                    ..self
                }
            }
        }
    }

    /// Its terms.
    pub fn terms(&self) -> Terms {
        Terms {
            prompt: self.prompt.clone(),
            parameters: self.parameters.clone(),
            upload: self.upload,
        }
    }

    /// True where these are its terms.
    pub fn is_under(&self, terms: &Terms) -> bool {
        let Terms {
            prompt,
            parameters,
            upload,
        } = terms;
        self.prompt == *prompt && self.parameters == *parameters && self.upload == *upload
    }

    /// The same for every request that asks the same of the same model, whatever the picture.
    pub fn key(&self) -> RequestKey {
        let Parameters {
            max_tokens,
            temperature,
            seed,
            effort,
        } = self.parameters;
        let mut hash = Sha256::new();
        let mut part = |text: Option<&str>| {
            // A length before each part keeps "ab" + "c" apart from "a" + "bc".
            hash.update(
                text.map_or(u64::MAX, |text| text.len() as u64)
                    .to_le_bytes(),
            );
            hash.update(text.unwrap_or_default());
        };
        part(Some(self.model.name().raw()));
        part(Some(&self.prompt.text));
        part(self.prompt.system.as_deref());
        part(max_tokens.map(|n| n.to_string()).as_deref());
        part(temperature.map(|t| t.to_string()).as_deref());
        part(seed.map(|s| s.to_string()).as_deref());
        part(Some(&self.upload.written()));
        // Where neither of these is said, the key is the one that it always was.
        if self.served.is_some() || effort.is_some() {
            part(self.served.as_ref().map(Foreign::raw));
        }
        if let Some(effort) = effort {
            part(Some(effort.word()));
        }
        RequestKey(hash.finalize().into())
    }
}

/// SHA-256 over model, prompt, parameters, upload spec and what serves the model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKey(pub [u8; 32]);

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .take(6)
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> CaptionRequest {
        CaptionRequest {
            image: ImageRef::new("/photos/cat.jpg"),
            model: "a/b".parse().unwrap(),
            served: None,
            prompt: Prompt {
                text: "ab".into(),
                system: Some("c".into()),
            },
            parameters: Parameters::default(),
            upload: UploadSpec::Original,
        }
    }

    #[test]
    fn the_key_is_of_what_is_asked_and_not_of_the_picture() {
        let other_picture = CaptionRequest {
            image: ImageRef::new("/other.jpg"),
            ..request()
        };
        assert_eq!(request().key(), other_picture.key());
    }

    #[test]
    fn whatever_changes_the_answer_changes_the_key() {
        let base = request();
        let changed = [
            CaptionRequest {
                model: "a/b:novita".parse().unwrap(),
                ..base.clone()
            },
            CaptionRequest {
                prompt: Prompt {
                    text: "a".into(),
                    system: Some("bc".into()),
                },
                ..base.clone()
            },
            CaptionRequest {
                prompt: Prompt {
                    text: "ab".into(),
                    system: None,
                },
                ..base.clone()
            },
            CaptionRequest {
                parameters: Parameters {
                    seed: Some(1),
                    ..Parameters::default()
                },
                ..base.clone()
            },
            CaptionRequest {
                parameters: Parameters {
                    max_tokens: Some(1),
                    ..Parameters::default()
                },
                ..base.clone()
            },
            CaptionRequest {
                parameters: Parameters {
                    temperature: Some(1.0),
                    ..Parameters::default()
                },
                ..base.clone()
            },
            CaptionRequest {
                parameters: Parameters {
                    effort: Some(Effort::Low),
                    ..Parameters::default()
                },
                ..base.clone()
            },
            CaptionRequest {
                upload: UploadSpec::Nothing,
                ..base.clone()
            },
            CaptionRequest {
                served: Some(Foreign::new("http://lab:8000/ blip")),
                ..base.clone()
            },
        ];
        for other in changed {
            assert_ne!(other.key(), base.key(), "{other:?}");
        }
    }

    #[test]
    fn what_a_protocol_does_not_carry_does_not_change_the_key() {
        let other = CaptionRequest {
            prompt: Prompt::default(),
            ..request()
        };
        let key = |request: CaptionRequest, protocol| request.fitted(protocol).key();
        assert_ne!(
            key(request(), Protocol::Chat),
            key(other.clone(), Protocol::Chat)
        );
        assert_eq!(
            key(request(), Protocol::ImageToText),
            key(other.clone(), Protocol::ImageToText)
        );
        let original = request().fitted(Protocol::ImageToText).upload;
        assert_eq!(original, UploadSpec::Original);
        let here = other.fitted(Protocol::Here);
        assert_eq!(here.terms(), Terms::default());
    }

    #[test]
    fn an_upload_spec_is_read_back_as_it_was_written() {
        for spec in [
            UploadSpec::Nothing,
            UploadSpec::Original,
            UploadSpec::Scaled {
                side: 1024,
                bytes: 1_000_000,
            },
        ] {
            assert_eq!(UploadSpec::read(&spec.written()), Some(spec));
        }
        assert_eq!(UploadSpec::read("jpeg bigpx"), None);
    }
}

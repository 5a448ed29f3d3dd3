//! Why there is no answer.

use std::time::Duration;

use super::refusal::Meaning;
use crate::domain::model::ModelRef;
use crate::domain::run::Wait;
use crate::domain::text::Foreign;
use crate::domain::token::TokenError;
use crate::http::{HttpError, Retry};

/// An endpoint that slept gets so long to wake up.
pub const WAKING_UP: Duration = Duration::from_mins(10);

/// Why there is no answer, or no whole one.
#[derive(Debug, thiserror::Error)]
pub enum InferenceError {
    /// The picture was not made ready in the form that the model's protocol takes; a fault of this
    /// program.
    #[error("{} cannot be asked with what was made of the picture", .0.name().shown(120))]
    NotServed(ModelRef),
    /// The captioner itself broke; a fault of this program.
    #[error("the captioner stopped in the middle of its work")]
    Broken(#[source] tokio::task::JoinError),
    /// It takes the Hugging Face token, and there is none.
    #[error(
        "a Hugging Face token is wanted and none was found; `hf auth login` gets one, or make one \
         at https://huggingface.co/settings/tokens and set HF_TOKEN"
    )]
    NoToken,
    /// It takes the Hugging Face token, and what was found cannot be used.
    #[error(
        "{}; a Hugging Face token is wanted, which `hf auth login` or \
         https://huggingface.co/settings/tokens gives", .0.shown(300)
    )]
    UnusableToken(Foreign),
    /// An endpoint of one's own, and no token where its table says that it lies.
    #[error(
        "[endpoints.{}] takes its token from {}, which holds none",
        Foreign::new(.endpoint.as_str()).shown(80), Foreign::new(.variable.as_str()).shown(80)
    )]
    NoOwnToken {
        /// The endpoint's name.
        endpoint: String,
        /// The variable of the environment that its table names.
        variable: String,
        /// What is wrong with what it holds.
        source: TokenError,
    },
    /// Hugging Face is not to be contacted.
    #[error(
        "Hugging Face is not asked while HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set; endpoints \
         of your own and builtin/describe still work"
    )]
    Offline,
    /// `endpoint:NAME`, which is neither configured nor rented.
    #[error(
        "there is no table [endpoints.{}] in the configuration, and none that your token shows is \
         called so", Foreign::new(.0.as_str()).shown(80)
    )]
    UnknownEndpoint(String),
    /// A rented endpoint that would not answer. Nothing was sent.
    #[error("endpoint:{} is {state}: {next}", Foreign::new(.endpoint.as_str()).shown(80))]
    NotReady {
        /// A word that programs can rely on.
        kind: &'static str,
        /// Its name.
        endpoint: String,
        /// How it stands, safe to show.
        state: String,
        /// What to do about it.
        next: &'static str,
    },
    /// An endpoint that slept is not awake yet.
    #[error(
        "the endpoint did not wake up in {} minutes; see what it does at \
         https://endpoints.huggingface.co, or try again later", WAKING_UP.as_secs() / 60
    )]
    Asleep {
        /// Who said so, and how.
        #[source]
        source: HttpError,
    },
    /// An address that cannot be read.
    #[error("{} is no address", Foreign::new(.address.as_str()).shown(120))]
    Address {
        /// As it was written.
        address: String,
        /// What is wrong with it.
        #[source]
        source: url::ParseError,
    },
    /// The address that every old tutorial names.
    #[error(
        "api-inference.huggingface.co was switched off; choose a model of Hugging Face by its \
         name, or run this one in an endpoint of your own"
    )]
    SwitchedOff,
    /// The request could not be written; a fault of this program.
    #[error("the request could not be written")]
    Unwritten(#[source] serde_json::Error),
    /// The server said no.
    #[error("{meaning}")]
    Refused {
        /// What it means.
        meaning: Meaning,
        /// True where text had come before.
        after_text: bool,
        /// Who said it, and how.
        #[source]
        source: HttpError,
    },
    /// The server could not be asked, or did not answer.
    #[error(transparent)]
    Http(HttpError),
    /// The connection broke in the middle of the answer.
    #[error("the caption is incomplete")]
    CutShort(#[source] HttpError),
    /// The answer ended without a word that this is its end.
    #[error("the caption is incomplete: the answer of {host} ended in the middle")]
    Unfinished {
        /// Who.
        host: String,
    },
    /// What came is no answer to such a question.
    #[error("{host} answers with {} and not with a caption; check the address", .content_type.shown(60))]
    NoCaptioner {
        /// Who.
        host: String,
        /// What it calls its answer.
        content_type: Foreign,
    },
    /// The answer is broken.
    #[error("the answer of {host} cannot be read")]
    Unreadable {
        /// Who.
        host: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The answer is well, but there is no caption in it.
    #[error("{host} returned no caption")]
    NoCaption {
        /// Who.
        host: String,
    },
}

impl InferenceError {
    /// A word for each variant that programs can rely on.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotServed(_) => "not-served",
            Self::Broken(_) | Self::Unwritten(_) => "internal",
            Self::NoToken
            | Self::NoOwnToken {
                source: TokenError::Empty,
                ..
            } => "no-token",
            Self::UnusableToken(_) | Self::NoOwnToken { .. } => "bad-token",
            Self::Offline => "offline",
            Self::UnknownEndpoint(_) => "unknown-endpoint",
            Self::NotReady { kind, .. } => kind,
            Self::Asleep { .. } => "asleep",
            Self::Address { .. } | Self::NoCaptioner { .. } => "wrong-address",
            Self::SwitchedOff => "gone",
            Self::Refused { meaning, .. } => meaning.kind,
            Self::Http(error) => error.kind(),
            Self::CutShort(_) | Self::Unfinished { .. } => "cut-short",
            Self::Unreadable { .. } => "unreadable",
            Self::NoCaption { .. } => "no-caption",
        }
    }

    /// The number that the server gave to a request that it refused.
    pub fn request_id(&self) -> Option<&Foreign> {
        match self {
            Self::Refused {
                source: HttpError::Refused(refusal),
                ..
            }
            | Self::Asleep {
                source: HttpError::Refused(refusal),
            } => refusal.request_id.as_ref(),
            _ => None,
        }
    }

    /// When the same request may be sent again by itself; `None` for never.
    pub fn retry(&self) -> Option<Retry> {
        match self {
            Self::Http(error) => error.retry(),
            Self::Asleep { source } => Some(Retry {
                why: Wait::WakingUp,
                after: source.retry().and_then(|retry| retry.after),
            }),
            Self::Refused {
                source,
                after_text: false,
                ..
            } => source.retry(),
            _ => None,
        }
    }

    /// True where an answer had begun, or may have while nobody listened. A refusal costs nothing
    /// (<https://huggingface.co/docs/inference-providers/pricing>).
    pub fn may_be_billed(&self) -> bool {
        match self {
            Self::Refused { after_text, .. } => *after_text,
            Self::CutShort(_)
            | Self::Unfinished { .. }
            | Self::Unreadable { .. }
            | Self::NoCaption { .. } => true,
            Self::Http(error) => matches!(
                error,
                HttpError::Lost { .. }
                    | HttpError::Silent { .. }
                    | HttpError::TooSlow { .. }
                    | HttpError::Cut { .. }
                    | HttpError::TooLarge { .. }
            ),
            _ => false,
        }
    }
}

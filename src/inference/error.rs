//! Why there is no answer, and what the person can do about it.

use std::borrow::Cow;
use std::time::Duration;

use super::refusal::Meaning;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::run::Wait;
use crate::domain::text::Foreign;
use crate::domain::token::{NEW_TOKEN_PAGE, TokenError};
use crate::http::{HttpError, Refusal, Retry};

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
    #[error("a Hugging Face token is wanted and none was found")]
    NoToken,
    /// It takes the Hugging Face token, and what was found cannot be used.
    #[error("the Hugging Face token cannot be used: {}", .0.shown(300))]
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
    /// The name that captions from files have.
    #[error("builtin/import stands for captions that were taken over from files: it writes none")]
    Nobody,
    /// Hugging Face is not to be contacted.
    #[error("Hugging Face is not asked while HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set")]
    Offline,
    /// `endpoint:NAME`, which is neither configured nor rented.
    #[error(
        "nothing rented is called {name}, and there is no table [endpoints.{name}] in the configuration",
        name = Foreign::new(.0.as_str()).shown(80)
    )]
    UnknownEndpoint(String),
    /// A rented endpoint that would not answer. Nothing was sent.
    #[error("endpoint:{} is {state}", Foreign::new(.endpoint.as_str()).shown(80))]
    NotReady {
        /// A word that programs can rely on.
        kind: &'static str,
        /// Its name.
        endpoint: String,
        /// How it stands, safe to show.
        state: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// An endpoint that slept is not awake yet.
    #[error("the endpoint did not wake up in {} minutes", WAKING_UP.as_secs() / 60)]
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
    #[error("api-inference.huggingface.co was switched off")]
    SwitchedOff,
    /// The request could not be written; a fault of this program.
    #[error("the request could not be written")]
    Unwritten(#[source] serde_json::Error),
    /// The server said no.
    #[error("{meaning}")]
    Refused {
        /// What it means.
        meaning: Box<Meaning>,
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
    #[error("{host} answers with {} and not with a caption", .content_type.shown(60))]
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
    #[error("{}", .why.headline(.host))]
    NoCaption {
        /// Who.
        host: String,
        /// Why, as far as the answer tells.
        why: Empty,
    },
}

/// Why a whole answer holds no caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// It has not even a place for one.
    NoAnswer,
    /// The model thought until no token was left.
    ThoughtTooLong,
    /// No token was left, and where they went is not told.
    CutOff,
    /// The server did not let it out.
    HeldBack,
    /// The model had nothing to say.
    Silent,
}

impl Empty {
    fn headline(self, host: &str) -> String {
        match self {
            Self::ThoughtTooLong => {
                "thinking took all the tokens, and none was left for a caption".to_owned()
            }
            Self::CutOff => format!("{host} returned no caption, and no token was left for one"),
            Self::HeldBack => format!("{host} held the caption back"),
            Self::NoAnswer | Self::Silent => format!("{host} returned no caption"),
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::ThoughtTooLong | Self::CutOff => {
                "raise max_tokens, set a lower effort, or choose a model that does not think"
            }
            Self::HeldBack => "ask in other words, or choose another model",
            Self::NoAnswer => "check that this is a captioner, or choose another model",
            Self::Silent => "try again, ask in other words, or choose another model",
        }
    }
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
            Self::Nobody => "not-a-captioner",
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
            Self::NoCaption {
                why: Empty::ThoughtTooLong,
                ..
            } => "thought-too-long",
            Self::NoCaption { .. } => "no-caption",
        }
    }

    /// What the person can do about it, where anything can be done: one sentence that can be read
    /// without what came before, and that names nothing which only one face has.
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::NotServed(_) | Self::Broken(_) | Self::Unwritten(_) => {
                "this is a fault of blipboard; its log file tells more (blipboard config path)"
            }
            Self::NoToken | Self::UnusableToken(_) => {
                return Some(Cow::Owned(format!(
                    "log in (blipboard auth login), or make one: {NEW_TOKEN_PAGE}"
                )));
            }
            Self::NoOwnToken { .. } => {
                "put the token into that variable, or name another in the table of the endpoint"
            }
            Self::Nobody => "choose another model; `blipboard models ls` lists them",
            Self::Offline => "endpoints of your own and builtin/describe still work",
            Self::UnknownEndpoint(_) => "add the table, with a url, or choose another model",
            Self::NotReady { hint, .. } => hint,
            Self::Asleep { .. } => {
                "see what it does at https://endpoints.huggingface.co, or try again later"
            }
            Self::Address { .. } => "write it whole, such as https://lab.example/caption",
            Self::SwitchedOff => {
                "choose a model of Hugging Face by its name, or run this one in an endpoint of your own"
            }
            Self::Refused { meaning, .. } => return Some(Cow::Owned(meaning.hint().to_owned())),
            Self::Http(error) => return error.hint().map(Cow::Borrowed),
            Self::CutShort(_) | Self::Unfinished { .. } => {
                "ask again; what came of the caption is kept"
            }
            Self::NoCaptioner { .. } => "check the address and its protocol",
            Self::Unreadable { .. } => "try again, or choose another provider or model",
            Self::NoCaption { why, .. } => why.hint(),
        }))
    }

    /// The error as a person reads it.
    pub fn problem(&self) -> Problem {
        let problem = Problem::from_error(self);
        match self.hint() {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        }
    }

    /// What the server said that refused the request.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused {
                source: HttpError::Refused(refusal),
                ..
            }
            | Self::Asleep {
                source: HttpError::Refused(refusal),
            } => Some(refusal),
            _ => None,
        }
    }

    /// True where the same picture, smaller, may be taken.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::Refused { meaning, .. } if meaning.is_too_large())
    }

    /// The same of a picture that was sent smaller than before already.
    #[must_use]
    pub fn even_smaller(mut self) -> Self {
        if let Self::Refused { meaning, .. } = &mut self {
            **meaning = Meaning::even_smaller();
        }
        self
    }

    /// True where an answer came whole, and what it counted is what it cost.
    pub fn is_whole_answer(&self) -> bool {
        matches!(self, Self::NoCaption { .. })
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

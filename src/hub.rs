//! Hugging Face itself: where its token is found, whose it is, which models there are, who serves
//! them at what price, and which endpoints an account rents.

pub mod account;
pub mod cache;
pub mod catalogue;
pub mod files;
mod ini;
pub mod rented;
pub mod search;
pub mod stored;
pub mod token;

use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use crate::domain::address;
use crate::domain::text::Foreign;
use crate::domain::token::Token;
use crate::http::{Auth, Http, HttpError, Refusal};

/// Columns that the name of a model gets in a sentence.
const WIDTH: usize = 120;

/// Why Hugging Face did not tell.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// There is no answer, or it is a refusal that says itself what it means.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// It answered something else than was asked.
    #[error("{host} does not answer as Hugging Face does")]
    Strange {
        /// Who.
        host: String,
        /// Why, where it was no JSON at all.
        source: Option<serde_json::Error>,
    },
    /// It was asked too often, and nobody asks before its time.
    #[error("{host} was asked too often{}", until(*.wait))]
    Limited {
        /// Who.
        host: String,
        /// How long it wants to be left alone, where it said so.
        wait: Option<Duration>,
    },
    /// It does not know the token, or no longer.
    #[error("{host} does not take the token")]
    BadToken {
        /// Who.
        host: String,
    },
    /// The token may not ask this.
    #[error("the token may not see this at {host}")]
    Forbidden {
        /// Who.
        host: String,
    },
    /// There is no such model, or it is hidden.
    #[error("{host} shows no model called {}", .id.shown(WIDTH))]
    NoModel {
        /// Who.
        host: String,
        /// As it was written.
        id: Foreign,
    },
    /// Its makers let in only whom they know.
    #[error("{} shows itself only to whom its makers let in", .id.shown(WIDTH))]
    Gated {
        /// The model.
        id: Foreign,
    },
    /// It takes longer than anybody wants to wait.
    #[error("{host} took longer than {time:?}")]
    Slow {
        /// Who.
        host: String,
        /// How long it was given.
        time: Duration,
    },
    /// Whose the token is could not be found out.
    #[error("nobody knows whose the token is: {}", .0.shown(300))]
    Nobody(Foreign),
    /// Hugging Face is not to be contacted.
    #[error("Hugging Face is not asked while HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set")]
    Offline,
}

impl HubError {
    fn strange(url: &Url, source: Option<serde_json::Error>) -> Self {
        let host = address::host(url);
        Self::Strange { host, source }
    }

    /// What a refusal means, whatever was asked.
    fn refused(error: HttpError) -> Self {
        let HttpError::Refused(refusal) = error else {
            return Self::Http(error);
        };
        let Refusal { host, status, .. } = &*refusal;
        let host = host.clone();
        match status {
            401 => Self::BadToken { host },
            403 => Self::Forbidden { host },
            429 => Self::Limited {
                host,
                wait: refusal.retry_after,
            },
            _ => Self::Http(HttpError::Refused(refusal)),
        }
    }

    /// What the person can do about it, where anything can be done.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Limited { .. } => {
                "wait; who shows a token is let in twice as often as who shows none".to_owned()
            }
            Self::BadToken { .. } => {
                "it was revoked, has expired or was not copied whole; `blipboard auth login` takes \
                 another one"
                    .to_owned()
            }
            Self::Forbidden { .. } => {
                "give the token the right to it at https://huggingface.co/settings/tokens"
                    .to_owned()
            }
            Self::NoModel { .. } => {
                "check the spelling; it may also be private or gated, and then it takes a token of \
                 somebody who may see it"
                    .to_owned()
            }
            Self::Gated { id } => format!(
                "open https://huggingface.co/{}, accept what it asks for, and try again",
                id.shown(WIDTH)
            ),
            Self::Strange { .. }
            | Self::Http(HttpError::NotHttp { .. } | HttpError::TooLarge { .. }) => {
                "see whether something on the way answers in its place: a proxy, the login page of \
                 a network"
                    .to_owned()
            }
            Self::Http(
                HttpError::Silent { .. } | HttpError::TooSlow { .. } | HttpError::Refused(_),
            )
            | Self::Slow { .. }
            | Self::Nobody(_) => "try again later".to_owned(),
            Self::Offline => "take HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE away".to_owned(),
            Self::Http(error) => return error.hint().map(ToOwned::to_owned),
        })
    }

    /// True where it may well tell at another time: what it told before still holds.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Http(_)
            | Self::Strange { .. }
            | Self::Limited { .. }
            | Self::Slow { .. }
            | Self::Offline => true,
            Self::BadToken { .. }
            | Self::Forbidden { .. }
            | Self::NoModel { .. }
            | Self::Gated { .. }
            | Self::Nobody(_) => false,
        }
    }
}

fn until(wait: Option<Duration>) -> String {
    wait.map_or_else(String::new, |wait| {
        format!("; it answers again in {} s", wait.as_secs().max(1))
    })
}

/// What `url` tells in JSON of at most `most` bytes.
async fn ask(http: &Http, url: &Url, auth: &Auth, most: usize) -> Result<Value, HubError> {
    let body = http.get(url, auth).await?.body(most).await?;
    serde_json::from_slice(&body).map_err(|error| HubError::strange(url, Some(error)))
}

/// What `work` brings of what `url` is asked, unless that takes longer than `time`.
///
/// # Errors
/// It does, or there is no answer.
pub fn within<T>(
    time: Duration,
    url: &Url,
    work: impl Future<Output = Result<T, HubError>>,
) -> impl Future<Output = Result<T, HubError>> {
    let host = address::host(url);
    // A question is large, and whoever waits for it need not be.
    let told = timeout(time, Box::pin(work));
    async move { told.await.unwrap_or(Err(HubError::Slow { host, time })) }
}

/// Who is known is let in more often.
fn auth(token: Option<&Token>) -> Auth {
    token.map_or(Auth::None, |token| Auth::HuggingFace(token.clone()))
}

/// The address of `path` below `base`, whether that ends in a slash or not.
fn below(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

//! Hugging Face itself: where its token is found, whose it is, what its models cost.

pub mod account;
pub mod catalogue;
mod files;
mod ini;
pub mod stored;
pub mod token;

use serde_json::Value;
use url::Url;

use crate::domain::address;
use crate::http::{Auth, Http, HttpError};

/// Why Hugging Face did not tell.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// There is no answer, or it is a refusal.
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
}

impl HubError {
    fn strange(url: &Url, source: Option<serde_json::Error>) -> Self {
        let host = address::host(url);
        Self::Strange { host, source }
    }
}

/// What `url` tells in JSON of at most `most` bytes.
async fn ask(http: &Http, url: &Url, auth: &Auth, most: usize) -> Result<Value, HubError> {
    let body = http.get(url, auth).await?.body(most).await?;
    serde_json::from_slice(&body).map_err(|error| HubError::strange(url, Some(error)))
}

/// The address of `path` below `base`, whether that ends in a slash or not.
fn below(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

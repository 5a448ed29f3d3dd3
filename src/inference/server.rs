//! Whom a captioner asks, whatever it asks.

use bytes::Bytes;
use url::Url;

use super::error::InferenceError;
use super::refusal::{Asked, Meaning};
use crate::domain::text::Foreign;
use crate::http::{Auth, Http, HttpError, Post, Reply};

/// A server, and what lets us in.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) http: Http,
    pub(super) url: Url,
    pub(super) auth: Auth,
    pub(super) asked: Asked,
}

impl Server {
    /// Sends `body`; the answer that comes back has begun well.
    pub(super) async fn post(
        &self,
        content_type: &'static str,
        accept: &'static str,
        body: Bytes,
    ) -> Result<Reply, InferenceError> {
        let post = Post {
            url: self.url.clone(),
            auth: self.auth.clone(),
            content_type,
            accept,
            body,
        };
        let reply = self.http.post(&post).await;
        reply.map_err(|error| self.failed(error))
    }

    /// The whole answer, of at most `most` bytes.
    pub(super) async fn whole(&self, reply: Reply, most: usize) -> Result<Bytes, InferenceError> {
        match reply.body(most).await {
            Ok(body) => Ok(body),
            Err(error @ HttpError::TooLarge { .. }) => Err(InferenceError::Http(error)),
            Err(error) => Err(self.cut_short(Some(error))),
        }
    }

    pub(super) fn failed(&self, error: HttpError) -> InferenceError {
        match &error {
            HttpError::Refused(refusal) => InferenceError::Refused {
                meaning: Meaning::of(refusal, self.asked),
                after_text: false,
                source: error,
            },
            _ => InferenceError::Http(error),
        }
    }

    /// An error inside an answer that began well.
    pub(super) fn refused(&self, _json: &[u8], after_text: bool) -> InferenceError {
        let refusal = crate::http::Refusal::default();
        InferenceError::Refused {
            meaning: Meaning::of(&refusal, self.asked),
            after_text,
            source: HttpError::Refused(Box::new(refusal)),
        }
    }

    pub(super) fn cut_short(&self, source: Option<HttpError>) -> InferenceError {
        let host = self.host();
        InferenceError::CutShort { host, source }
    }

    /// Reads an answer that came whole. What cannot be read and was not even meant to be JSON is
    /// some other page at this address.
    pub(super) fn read<T>(
        &self,
        content_type: &str,
        read: impl FnOnce() -> Result<T, serde_json::Error>,
    ) -> Result<T, InferenceError> {
        read().map_err(|source| {
            if content_type.is_empty() || content_type.contains("json") {
                self.unreadable(source)
            } else {
                InferenceError::NoCaptioner {
                    host: self.host(),
                    content_type: Foreign::new(content_type),
                }
            }
        })
    }

    pub(super) fn unreadable(
        &self,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> InferenceError {
        InferenceError::Unreadable {
            host: self.host(),
            source: Box::new(source),
        }
    }

    pub(super) fn no_caption(&self) -> InferenceError {
        InferenceError::NoCaption { host: self.host() }
    }

    pub(super) fn host(&self) -> String {
        host(&self.url)
    }
}

/// Whoever gets what is sent to `url`, with the port where it is not the usual one.
pub(super) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

//! Whom a captioner asks, whatever it asks.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use url::Url;

use super::error::{Empty, InferenceError};
use super::refusal::{Asked, Meaning, Names};
use crate::domain::address;
use crate::domain::text::Foreign;
use crate::http::{Auth, Http, HttpError, Post, Refusal, Reply};

/// What tells of an error is not longer.
const LONGEST_ERROR: usize = 1 << 20;

/// A server, and what lets us in.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) http: Http,
    pub(super) url: Url,
    pub(super) auth: Auth,
    pub(super) asked: Asked,
    /// What is said of a refusal names these.
    pub(super) names: Names,
    /// Further headers.
    pub(super) headers: Vec<(&'static str, String)>,
    /// Whether it is asked again until it is awake.
    pub(super) sleep: Sleep,
}

/// Whether a server sleeps while nobody asks it
/// (<https://huggingface.co/docs/inference-endpoints/guides/autoscaling>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sleep {
    /// It is awake, or not there.
    Never,
    /// It may: *503* says so.
    Possible,
    /// It was asleep when it was last seen: while it wakes up, *500* and *502* say no more.
    Known,
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
            headers: self.headers.clone(),
            body,
        };
        self.http.post(&post).await.map_err(|error| match error {
            HttpError::Refused(refusal) if self.sleeps(refusal.status) => InferenceError::Asleep {
                source: HttpError::Refused(refusal),
            },
            HttpError::Refused(refusal) => self.refused(*refusal, false),
            error => InferenceError::Http(error),
        })
    }

    /// True where a refusal says that it is not awake yet.
    fn sleeps(&self, status: u16) -> bool {
        match self.sleep {
            Sleep::Never => false,
            Sleep::Possible => status == 503,
            Sleep::Known => matches!(status, 500 | 502 | 503),
        }
    }

    /// The whole answer, of at most `most` bytes.
    pub(super) async fn whole(
        &self,
        reply: &mut Reply,
        most: usize,
    ) -> Result<Bytes, InferenceError> {
        reply.body(most).await.map_err(|error| match error {
            HttpError::TooLarge { .. } => InferenceError::Http(error),
            error => InferenceError::CutShort(error),
        })
    }

    /// The error that `json` tells of, if it does: an answer that began well, or a piece of one.
    pub(super) fn error_in(
        &self,
        reply: &Reply,
        json: &[u8],
        after_text: bool,
    ) -> Option<InferenceError> {
        if json.len() > LONGEST_ERROR {
            return None;
        }
        let refusal = reply.refusal(&serde_json::from_slice(json).ok()?)?;
        Some(self.refused(refusal, after_text))
    }

    fn refused(&self, refusal: Refusal, after_text: bool) -> InferenceError {
        InferenceError::Refused {
            meaning: Box::new(Meaning::of(&refusal, self.asked, &self.names)),
            after_text,
            source: HttpError::Refused(Box::new(refusal)),
        }
    }

    /// Reads an answer that came whole. What cannot be read and was not even meant to be JSON is
    /// some other page at this address.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        reply: &Reply,
        json: &[u8],
    ) -> Result<T, InferenceError> {
        serde_json::from_slice(json).map_err(|source| match reply.content_type() {
            "" => self.unreadable(source),
            json if json.ends_with("/json") => self.unreadable(source),
            other => InferenceError::NoCaptioner {
                host: self.host(),
                content_type: Foreign::new(other),
            },
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

    pub(super) fn unfinished(&self) -> InferenceError {
        InferenceError::Unfinished { host: self.host() }
    }

    /// The answer came whole, and holds no caption.
    pub(super) fn no_caption(&self, why: Empty) -> InferenceError {
        InferenceError::NoCaption {
            host: self.host(),
            why,
        }
    }

    fn host(&self) -> String {
        address::host(&self.url)
    }
}

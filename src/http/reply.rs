//! An answer that began well.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use reqwest::header::{CONNECTION, CONTENT_TYPE};
use serde_json::Value;

use crate::domain::text::Foreign;

use super::call::{Call, Kept};
use super::error::HttpError;
use super::refusal::{self, Refusal};

/// At most so much of a refusal is read: some servers send back the whole request, or more.
const LONGEST_REFUSAL: usize = 64 * 1024;

/// An answer that began well: its status is 2xx.
#[derive(Debug)]
pub struct Reply {
    response: Response,
    call: Call,
    /// Told once that the connection is free.
    kept: Option<Arc<Kept>>,
}

impl Reply {
    /// Takes an answer whose head has come, or reads why it is none.
    pub(super) async fn of(
        response: Response,
        call: Call,
        kept: Arc<Kept>,
    ) -> Result<Self, HttpError> {
        let mut reply = Self {
            response,
            call,
            kept: Some(kept),
        };
        if reply.response.status().is_success() {
            return Ok(reply);
        }
        let body = reply.some_of_a_refusal().await;
        let Self { response, call, .. } = &reply;
        let status = response.status().as_u16();
        let token = call.token.as_ref();
        let refusal = Refusal::read(&call.host, status, response.headers(), &body, token);
        Err(HttpError::Refused(Box::new(refusal)))
    }

    /// A header as the server wrote it.
    pub fn header(&self, name: &str) -> Option<Foreign> {
        let value = self.response.headers().get(name)?;
        Some(Foreign::new(String::from_utf8_lossy(value.as_bytes())))
    }

    /// What the server says the body is, such as `text/event-stream`, without its parameters;
    /// empty where it does not say.
    pub fn content_type(&self) -> &str {
        let value = self.response.headers().get(CONTENT_TYPE);
        let value = value.and_then(|value| value.to_str().ok());
        let essence = value.and_then(|value| value.split(';').next());
        essence.unwrap_or_default().trim()
    }

    /// The server's own number for the request.
    pub fn request_id(&self) -> Option<Foreign> {
        refusal::request_id(self.response.headers())
    }

    /// Who really served, where Hugging Face's router chose.
    pub fn provider(&self) -> Option<Foreign> {
        refusal::provider(self.response.headers())
    }

    /// What `value`, which is the body or an event of it, says, where it tells of an error.
    pub fn refusal(&self, value: &Value) -> Option<Refusal> {
        let Call { host, token, .. } = &self.call;
        Refusal::inside(host, self.response.headers(), value, token.as_ref())
    }

    /// More of the body as it comes; `None` at its end.
    ///
    /// # Errors
    /// The body broke off, or does not come in time.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, HttpError> {
        let chunk = self.call.piece(self.response.chunk()).await?;
        if chunk.is_none()
            && self.is_kept()
            && let Some(kept) = self.kept.take()
        {
            kept.give(&self.call.url);
        }
        Ok(chunk)
    }

    /// What came is worth waiting for more: the whole of the answer gets its time anew.
    pub fn renew(&mut self) {
        self.call.renew();
    }

    /// The whole body of at most `most` bytes.
    ///
    /// # Errors
    /// It is longer, broke off, or does not come in time.
    pub async fn body(&mut self, most: usize) -> Result<Bytes, HttpError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if chunk.len() > most - body.len() {
                let host = self.call.host.clone();
                return Err(HttpError::TooLarge { host, most });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    fn is_kept(&self) -> bool {
        let word = self.response.headers().get(CONNECTION);
        !word.is_some_and(|word| word.as_bytes().eq_ignore_ascii_case(b"close"))
    }

    /// As much of a refusal as comes in a short time and is not too long. Whether it is whole does
    /// not matter: the status tells the most.
    async fn some_of_a_refusal(&mut self) -> BytesMut {
        let mut body = BytesMut::new();
        self.call.hurry();
        while let Ok(Some(chunk)) = self.chunk().await {
            let room = LONGEST_REFUSAL - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == LONGEST_REFUSAL {
                break;
            }
        }
        body
    }
}

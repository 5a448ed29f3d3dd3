//! The picture's bytes are posted to a URL, the caption comes back: how classic captioners such as
//! BLIP are served (<https://huggingface.co/docs/inference-endpoints>).

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::error::Empty;
use super::server::Server;
use super::{Answer, InferenceError, Unanswered};
use crate::domain::image::Upload;
use crate::domain::text::Foreign;
use crate::http::Reply;

/// An answer is at most so many bytes.
const ANSWER: usize = 16 << 20;

/// The captioner for one URL.
#[derive(Clone, Debug)]
pub struct ImageToText(Server);

impl ImageToText {
    pub(super) fn new(server: Server) -> Self {
        Self(server)
    }

    /// Endpoint servers compare both headers as strings: a list in `Accept`, or `Content-Type`
    /// with anything behind it, is answered with 400.
    pub(super) async fn caption(&self, upload: &Upload) -> Result<Answer, Unanswered> {
        let server = &self.0;
        let content_type = upload.format.media_type();
        let body = upload.bytes.clone();
        let mut reply = server.post(content_type, "application/json", body).await?;
        let caption = self.read(&mut reply).await;
        let mut answer = Answer {
            request_id: reply.request_id(),
            ..Answer::default()
        };
        match caption {
            Ok(caption) => {
                answer.caption = caption;
                Ok(answer)
            }
            Err(error) => Err(Unanswered::new(error, answer)),
        }
    }

    async fn read(&self, reply: &mut Reply) -> Result<Foreign, InferenceError> {
        let server = &self.0;
        let body = server.whole(reply, ANSWER).await?;
        let Entry { caption } = server.read(reply, &body)?;
        let caption = Foreign::new(caption.unwrap_or_default().trim());
        if caption.is_blank() {
            let error = server.error_in(reply, &body, false);
            return Err(error.unwrap_or_else(|| server.no_caption(Empty::Silent)));
        }
        Ok(caption)
    }
}

/// The first entry of a list, or the only one.
#[derive(Default)]
struct Entry {
    caption: Option<String>,
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(First)
    }
}

/// Keeps what we want and passes over the rest, which may be large.
struct First;

impl<'de> Visitor<'de> for First {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Entry, A::Error> {
        let first = list.next_element()?.unwrap_or_default();
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Entry, A::Error> {
        let mut entry = Entry::default();
        while let Some(key) = object.next_key::<String>()? {
            if key == "generated_text" {
                entry.caption = object.next_value()?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(entry)
    }
}

#[cfg(test)]
mod tests;

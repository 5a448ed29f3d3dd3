//! `OpenAI`'s chat completions with the picture in the message: Hugging Face's router, and servers
//! such as vLLM, llama.cpp, Ollama and `transformers serve`.

mod answer;
mod body;
mod telling;

use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;
use url::Url;

use super::server::Server;
use super::sse::{Decoder, EVENT, StreamError};
use super::{Answer, InferenceError};
use crate::domain::image::Upload;
use crate::domain::request::CaptionRequest;
use crate::domain::run::Usage;
use crate::domain::text::Foreign;
use crate::http::Reply;
use answer::Piece;
use telling::{On, Telling};

/// What a server that serves one model only is told as its name
/// (`huggingface_hub` 2.4: `inference/_providers/hf_inference.py`).
const NAMELESS: &str = "dummy";
/// Who really served, where the router chose.
const PROVIDER: &str = "x-inference-provider";
/// How long the end of a body is waited for once there is nothing more in it.
const GOODBYE: Duration = Duration::from_millis(50);

/// The captioner for one model at one server.
#[derive(Clone, Debug)]
pub struct Chat {
    server: Server,
    model: String,
}

impl Chat {
    pub(super) fn new(server: Server, model: Option<&str>) -> Self {
        let url = completions(server.url);
        Self {
            server: Server { url, ..server },
            model: model.unwrap_or(NAMELESS).to_owned(),
        }
    }

    pub(super) async fn caption(
        &self,
        upload: &Upload,
        request: &CaptionRequest,
        on: On<'_>,
    ) -> Result<Answer, InferenceError> {
        let body = body::body(&self.model, request, upload).map_err(InferenceError::Unwritten)?;
        // No official client names a type here, and there are servers that take no list.
        let reply = self.server.post("application/json", "*/*", body).await?;
        let request_id = reply.request_id();
        let provider = reply.header(PROVIDER).map(Foreign::new);
        let mut heard = Heard::default();
        let end = if is_stream(reply.content_type()) {
            self.listen(reply, &mut heard, on).await
        } else {
            self.read(reply, &mut heard, on).await
        };
        // Letters that waited for the rest of a tag belong to what was heard of a broken answer.
        let (caption, thinking) = heard.telling.end(on);
        end?;
        if !heard.is_choice {
            return Err(self.server.no_caption());
        }
        Ok(Answer {
            caption,
            thinking,
            finish_reason: heard.finish_reason,
            provider,
            usage: heard.usage,
            request_id,
        })
    }

    /// An answer in one piece: some servers know no streams.
    async fn read(
        &self,
        reply: Reply,
        heard: &mut Heard,
        on: On<'_>,
    ) -> Result<(), InferenceError> {
        let content_type = reply.content_type().to_owned();
        let body = self.server.whole(reply, EVENT).await?;
        let piece = self.server.read(&content_type, || Piece::read(&body))?;
        self.take(piece, &body, heard, on)
    }

    /// An answer as it grows. It ends well with `[DONE]`; some servers only close the connection
    /// after they have said why the model stopped.
    async fn listen(
        &self,
        mut reply: Reply,
        heard: &mut Heard,
        on: On<'_>,
    ) -> Result<(), InferenceError> {
        let mut decoder = Decoder::new();
        let fault = loop {
            match reply.chunk().await {
                Ok(Some(chunk)) => self.hear(&mut decoder, chunk, heard, on)?,
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
            if heard.is_done {
                // Only the end of the body follows, after which the connection serves again.
                let _ = timeout(GOODBYE, reply.chunk()).await;
                return Ok(());
            }
        };
        match self.hear(&mut decoder, Decoder::END, heard, on) {
            Err(refused @ InferenceError::Refused { .. }) => Err(refused),
            // A last event that cannot be read was cut in the middle.
            _ if heard.is_done || heard.finish_reason.is_some() => Ok(()),
            _ => Err(self.server.cut_short(fault)),
        }
    }

    /// Takes the events that `chunk` completes.
    fn hear(
        &self,
        decoder: &mut Decoder,
        chunk: Bytes,
        heard: &mut Heard,
        on: On<'_>,
    ) -> Result<(), InferenceError> {
        let unreadable = |error: StreamError| self.server.unreadable(error);
        decoder.push(chunk).map_err(unreadable)?;
        while let Some(data) = decoder.next() {
            let data = data.map_err(unreadable)?;
            match data.trim() {
                "" => {}
                "[DONE]" => heard.is_done = true,
                json => {
                    let piece = Piece::read(json.as_bytes());
                    let piece = piece.map_err(|error| self.server.unreadable(error))?;
                    self.take(piece, json.as_bytes(), heard, on)?;
                }
            }
        }
        Ok(())
    }

    /// Takes a piece, which was read from `json`.
    fn take(
        &self,
        piece: Piece,
        json: &[u8],
        heard: &mut Heard,
        on: On<'_>,
    ) -> Result<(), InferenceError> {
        if piece.is_error {
            return Err(self.server.refused(json, heard.telling.has_begun()));
        }
        heard.is_choice |= piece.is_choice;
        heard.telling.think(&piece.thinking, on);
        heard.telling.hear(&piece.text, on);
        heard.finish_reason = piece.finish_reason.or(heard.finish_reason.take());
        heard.usage = piece.usage.or(heard.usage);
        Ok(())
    }
}

/// What has come of an answer.
#[derive(Default)]
struct Heard {
    telling: Telling,
    finish_reason: Option<Foreign>,
    usage: Option<Usage>,
    /// True as soon as there was an answer, be it empty.
    is_choice: bool,
    /// True after `[DONE]`.
    is_done: bool,
}

fn is_stream(content_type: &str) -> bool {
    content_type.starts_with("text/event-stream")
}

/// Where chats are answered below `url`; its query is kept
/// (`huggingface_hub` 2.4: `inference/_providers/hf_inference.py`).
fn completions(mut url: Url) -> Url {
    let path = url.path().trim_end_matches('/').to_owned();
    if path.ends_with("/chat/completions") {
        return url;
    }
    let version = if path.ends_with("/v1") { "" } else { "/v1" };
    url.set_path(&format!("{path}{version}/chat/completions"));
    url
}

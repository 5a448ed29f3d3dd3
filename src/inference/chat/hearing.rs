//! An answer while it comes, until it has come whole or has broken off.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;

use super::answer::Piece;
use super::telling::Telling;
use crate::domain::run::Usage;
use crate::domain::text::Foreign;
use crate::http::Reply;
use crate::inference::error::Empty;
use crate::inference::server::Server;
use crate::inference::sse::{Decoder, EVENT};
use crate::inference::{Answer, InferenceError, On, Unanswered};

/// The finish reason of a model that did not finish.
const ERROR: &str = "error";
/// That of a model that had no tokens left.
const LENGTH: &str = "length";
/// That of a server that does not let out what the model said.
const HELD_BACK: &str = "content_filter";
/// How long the end of a body is waited for once there is nothing more in it: it leaves a
/// connection that serves again.
const GOODBYE: Duration = Duration::from_millis(50);

/// Why a whole answer holds no caption.
fn why_empty(answer: &Answer) -> Empty {
    let thought = !answer.thinking.is_blank();
    match answer.finish_reason.as_ref().map(Foreign::raw) {
        Some(LENGTH) | None if thought => Empty::ThoughtTooLong,
        Some(LENGTH) => Empty::CutOff,
        Some(HELD_BACK) => Empty::HeldBack,
        _ => Empty::Silent,
    }
}

/// An answer that has begun well.
pub(super) struct Hearing<'a> {
    server: &'a Server,
    reply: Reply,
    on: On<'a>,
    telling: Telling,
    finish_reason: Option<Foreign>,
    usage: Option<Usage>,
    /// True as soon as there was a piece of an answer, be it without a word.
    is_choice: bool,
    /// True after `[DONE]`.
    is_done: bool,
}

impl<'a> Hearing<'a> {
    pub(super) fn new(server: &'a Server, reply: Reply, on: On<'a>) -> Self {
        Self {
            server,
            reply,
            on,
            telling: Telling::default(),
            finish_reason: None,
            usage: None,
            is_choice: false,
            is_done: false,
        }
    }

    /// The answer once it has come whole.
    pub(super) async fn answer(mut self) -> Result<Answer, Unanswered> {
        let content_type = self.reply.content_type();
        let end = if content_type.eq_ignore_ascii_case("text/event-stream") {
            self.listen().await
        } else {
            self.read().await
        };
        let end = end.and_then(|()| self.is_whole());
        // Letters that waited for the rest of a tag belong to a broken answer too.
        let (caption, thinking) = self.telling.end(self.on);
        let answer = Answer {
            caption,
            thinking,
            finish_reason: self.finish_reason,
            provider: self.reply.provider(),
            usage: self.usage,
            request_id: self.reply.request_id(),
        };
        match end {
            Ok(()) if answer.caption.is_blank() => {
                let error = self.server.no_caption(why_empty(&answer));
                Err(Unanswered::new(error, answer))
            }
            Ok(()) => Ok(answer),
            Err(error) => Err(Unanswered::new(error, answer)),
        }
    }

    /// Whether what ended well is an answer.
    fn is_whole(&self) -> Result<(), InferenceError> {
        match &self.finish_reason {
            _ if !self.is_choice => Err(self.server.no_caption(Empty::NoAnswer)),
            Some(reason) if reason.raw() == ERROR => Err(self.server.unfinished()),
            _ => Ok(()),
        }
    }

    /// An answer in one piece: some servers know no streams.
    async fn read(&mut self) -> Result<(), InferenceError> {
        let body = self.server.whole(&mut self.reply, EVENT).await?;
        let piece = self.server.read(&self.reply, &body)?;
        self.take(piece, &body)
    }

    /// An answer as it grows. It ends well with `[DONE]`; some servers, `transformers serve` among
    /// them, only close the connection after they have said why the model stopped.
    async fn listen(&mut self) -> Result<(), InferenceError> {
        let mut decoder = Decoder::new();
        let fault = loop {
            match self.reply.chunk().await {
                Ok(Some(chunk)) => self.hear(&mut decoder, chunk)?,
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
            if self.is_done {
                let _ = timeout(GOODBYE, self.reply.chunk()).await;
                return Ok(());
            }
        };
        match self.hear(&mut decoder, Decoder::END) {
            Err(refused @ InferenceError::Refused { .. }) => Err(refused),
            // A last event that cannot be read was cut in its middle.
            _ if self.is_done || self.finish_reason.is_some() => Ok(()),
            _ => Err(fault.map_or_else(|| self.server.unfinished(), InferenceError::CutShort)),
        }
    }

    /// Takes the events that `chunk` completes. Once the model has said why it stopped, what cannot
    /// be read is no part of the caption, and ends the answer as well as `[DONE]` does.
    fn hear(&mut self, decoder: &mut Decoder, chunk: Bytes) -> Result<(), InferenceError> {
        match self.events(decoder, chunk) {
            Err(InferenceError::Unreadable { .. }) if self.finish_reason.is_some() => {
                self.is_done = true;
                Ok(())
            }
            heard => heard,
        }
    }

    fn events(&mut self, decoder: &mut Decoder, chunk: Bytes) -> Result<(), InferenceError> {
        let server = self.server;
        decoder
            .push(chunk)
            .map_err(|error| server.unreadable(error))?;
        while let Some(data) = decoder.next() {
            let data = data.map_err(|error| server.unreadable(error))?;
            match data.trim() {
                "" => {}
                "[DONE]" => {
                    self.is_done = true;
                    break;
                }
                json => {
                    let piece = serde_json::from_str(json);
                    let piece = piece.map_err(|error| server.unreadable(error))?;
                    self.take(piece, json.as_bytes())?;
                }
            }
        }
        Ok(())
    }

    /// Takes a piece, which was read from `json`.
    fn take(&mut self, piece: Piece, json: &[u8]) -> Result<(), InferenceError> {
        if !piece.is_choice {
            let after_text = self.telling.has_begun();
            let error = self.server.error_in(&self.reply, json, after_text);
            error.map_or(Ok(()), Err)?;
        }
        if !piece.text.is_empty() || !piece.thinking.is_empty() {
            self.reply.renew();
        }
        self.is_choice |= piece.is_choice;
        self.telling.think(&piece.thinking, self.on);
        self.telling.hear(&piece.text, self.on);
        self.finish_reason = piece.finish_reason.or(self.finish_reason.take());
        self.usage = piece.usage.or(self.usage);
        Ok(())
    }
}

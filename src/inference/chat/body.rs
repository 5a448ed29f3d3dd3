//! What a chat is sent (<https://huggingface.co/docs/inference-providers/tasks/chat-completion>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;

use crate::domain::image::Upload;
use crate::domain::request::{CaptionRequest, Effort};

/// Stands before a picture in its data URI (RFC 2397).
const ENCODED: &str = ";base64,";

/// `model` is the first key: the router reads only the beginning of a body to know where it goes
/// (`huggingface_hub` 2.4: `inference/_providers/_common.py`).
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'static str>,
    stream: bool,
    stream_options: StreamOptions,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
enum Message<'a> {
    System { content: &'a str },
    User { content: Vec<Part<'a>> },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part<'a> {
    Text { text: &'a str },
    ImageUrl { image_url: ImageUrl },
}

#[derive(Serialize)]
struct ImageUrl {
    url: String,
}

/// The body of a request to `model`.
pub(super) fn body(
    model: &str,
    request: &CaptionRequest,
    upload: &Upload,
) -> Result<Bytes, serde_json::Error> {
    let prompt = &request.prompt;
    let mut messages = Vec::new();
    if let Some(content) = &prompt.system {
        messages.push(Message::System { content });
    }
    let mut content = Vec::new();
    if !prompt.text.is_empty() {
        content.push(Part::Text { text: &prompt.text });
    }
    let url = format!("data:{}{ENCODED}", upload.format.media_type());
    content.push(Part::ImageUrl {
        image_url: ImageUrl { url },
    });
    messages.push(Message::User { content });
    let body = Body {
        model,
        messages,
        max_tokens: request.parameters.max_tokens,
        temperature: request.parameters.temperature,
        seed: request.parameters.seed,
        reasoning_effort: request.parameters.effort.map(Effort::word),
        stream: true,
        stream_options: StreamOptions {
            include_usage: true,
        },
    };
    let mut written = serde_json::to_string(&body)?;
    // The picture goes to its place as it is: JSON escapes nothing of base64, and to look for that
    // takes longer than to encode it. Nothing that anybody else wrote stands behind its place.
    let place = written.rfind(ENCODED).map(|at| at + ENCODED.len());
    let rest = written.split_off(place.unwrap_or(written.len()));
    written.reserve(upload.bytes.len().div_ceil(3) * 4 + rest.len());
    STANDARD.encode_string(&upload.bytes, &mut written);
    written.push_str(&rest);
    Ok(written.into())
}

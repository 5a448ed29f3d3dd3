//! What a chat is sent (<https://huggingface.co/docs/inference-providers/tasks/chat-completion>).

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Serialize, Serializer};

use crate::domain::image::Upload;
use crate::domain::request::{CaptionRequest, Effort};

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
    ImageUrl { image_url: ImageUrl<'a> },
}

#[derive(Serialize)]
struct ImageUrl<'a> {
    #[serde(serialize_with = "data_uri")]
    url: &'a Upload,
}

/// Written straight into the body: a picture is held once more and not twice.
fn data_uri<S: Serializer>(upload: &Upload, serializer: S) -> Result<S::Ok, S::Error> {
    let media_type = upload.format.media_type();
    let base64 = Base64Display::new(&upload.bytes, &STANDARD);
    serializer.collect_str(&format_args!("data:{media_type};base64,{base64}"))
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
    content.push(Part::ImageUrl {
        image_url: ImageUrl { url: upload },
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
    let mut written = Vec::with_capacity(upload.bytes.len() / 3 * 4 + 4096);
    serde_json::to_writer(&mut written, &body)?;
    Ok(written.into())
}

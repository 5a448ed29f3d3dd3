//! `OpenAI`'s chat completions with the picture in the message: Hugging Face's router, and servers
//! such as vLLM, llama.cpp, Ollama and `transformers serve`.

mod answer;
mod body;
mod hearing;
mod telling;

use url::Url;

use super::server::Server;
use super::{Answer, InferenceError, On, Unanswered};
use crate::domain::image::Upload;
use crate::domain::request::CaptionRequest;
use hearing::Hearing;

/// What a server that serves one model only is told as its name
/// (`huggingface_hub` 2.4: `inference/_providers/hf_inference.py`).
const NAMELESS: &str = "dummy";

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
    ) -> Result<Answer, Unanswered> {
        let body = body::body(&self.model, request, upload).map_err(InferenceError::Unwritten)?;
        // No official client names a type here, and there are servers that take no list.
        let reply = self.server.post("application/json", "*/*", body).await?;
        Hearing::new(&self.server, reply, on).answer().await
    }
}

/// True for the path where chats are answered.
pub(super) fn is_completions(path: &str) -> bool {
    path.trim_end_matches('/').ends_with("/chat/completions")
}

/// Where chats are answered below `url`; its query is kept
/// (`huggingface_hub` 2.4: `inference/_providers/hf_inference.py`).
fn completions(mut url: Url) -> Url {
    let path = url.path().trim_end_matches('/').to_owned();
    if !is_completions(&path) {
        let version = if path.ends_with("/v1") { "" } else { "/v1" };
        url.set_path(&format!("{path}{version}/chat/completions"));
    }
    url
}

#[cfg(test)]
mod tests;

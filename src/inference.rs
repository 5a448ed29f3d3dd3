//! Who writes a caption: which code serves which model.

pub mod chat;
pub mod describe;
mod error;
pub mod image_to_text;
mod refusal;
#[cfg(test)]
pub(crate) mod scripted;
mod server;
mod sse;
mod wire;

use crate::domain::image::{Form, Prepared};
use crate::domain::request::CaptionRequest;
use crate::domain::run::{Progress, Usage};
use crate::domain::text::Foreign;

pub use error::{Empty, InferenceError, WAKING_UP};
pub use refusal::{Asked, Meaning};
pub use wire::{Wire, WireSettings};

/// The code that speaks one protocol. An enum and no trait object: the protocols are few and known.
#[derive(Clone, Debug)]
pub enum Captioner {
    /// Measures the picture on this machine.
    Describe,
    /// Asks in a chat.
    Chat(chat::Chat),
    /// Posts the picture's bytes.
    ImageToText(image_to_text::ImageToText),
    /// Does what a test wants.
    #[cfg(test)]
    Scripted(scripted::Script),
}

/// Whoever hears the answer grow, from any thread.
pub type On<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// What a model answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The caption.
    pub caption: Foreign,
    /// What the model thought aloud.
    pub thinking: Foreign,
    /// Why it stopped, in its own word.
    pub finish_reason: Option<Foreign>,
    /// Who served it.
    pub provider: Option<Foreign>,
    /// Tokens that were counted.
    pub usage: Option<Usage>,
    /// The server's own number for the request.
    pub request_id: Option<Foreign>,
}

/// Why there is no whole answer, and what there is of it.
#[derive(Debug)]
pub struct Unanswered {
    /// Why.
    pub error: InferenceError,
    /// Whatever came before: half a caption, who served it, what was counted.
    pub partial: Box<Answer>,
}

impl Unanswered {
    fn new(error: InferenceError, partial: Answer) -> Self {
        let partial = Box::new(partial);
        Self { error, partial }
    }
}

/// Nothing came before; a refusal has a number and a provider all the same.
impl From<InferenceError> for Unanswered {
    fn from(error: InferenceError) -> Self {
        let partial = Answer {
            provider: error.refusal().and_then(|it| it.provider.clone()),
            request_id: error.refusal().and_then(|it| it.request_id.clone()),
            ..Answer::default()
        };
        Self::new(error, partial)
    }
}

impl Captioner {
    /// Captions one picture; `on` hears the answer as it grows. Dropping the future stops it.
    ///
    /// # Errors
    /// There is no whole answer; what there was of it, `on` has heard, and the error holds it.
    pub async fn caption(
        &self,
        prepared: &Prepared,
        request: &CaptionRequest,
        on: On<'_>,
    ) -> Result<Answer, Unanswered> {
        match (self, &prepared.form) {
            (Self::Describe, Form::Pixels(pixels)) => {
                let (facts, pixels) = (prepared.facts.clone(), pixels.clone());
                let work = move || describe::describe(&facts, &pixels);
                let caption = tokio::task::spawn_blocking(work)
                    .await
                    .map_err(InferenceError::Broken)?;
                on(Progress::Answer(Foreign::new(caption.as_str())));
                Ok(Answer {
                    caption: Foreign::new(caption),
                    ..Answer::default()
                })
            }
            (Self::Chat(chat), Form::Upload(upload)) => chat.caption(upload, request, on).await,
            (Self::ImageToText(endpoint), Form::Upload(upload)) => {
                let answer = endpoint.caption(upload).await?;
                on(Progress::Answer(answer.caption.clone()));
                Ok(answer)
            }
            #[cfg(test)]
            (Self::Scripted(script), _) => Ok(script.play(request, on).await?),
            (Self::Describe, Form::Upload(_))
            | (Self::Chat(_) | Self::ImageToText(_), Form::Pixels(_)) => {
                Err(InferenceError::NotServed(request.model.clone()).into())
            }
        }
    }
}

#[cfg(test)]
mod tests;

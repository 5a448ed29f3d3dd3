//! Who writes a caption: which code serves which model.

pub mod describe;
#[cfg(test)]
pub(crate) mod scripted;

use crate::domain::image::{Form, Prepared};
use crate::domain::model::{Builtin, ModelRef};
use crate::domain::request::CaptionRequest;
use crate::domain::run::{Progress, Usage};
use crate::domain::text::Foreign;

/// The code that speaks one protocol. An enum and no trait object: the protocols are few and known.
#[derive(Clone, Debug)]
pub enum Captioner {
    /// Measures the picture on this machine.
    Describe,
    /// Does what a test wants.
    #[cfg(test)]
    Scripted(scripted::Script),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum InferenceError {
    /// No code here speaks to this model.
    #[error(
        "{} cannot be asked: this version captions with builtin/describe only",
        .0.name().shown(120)
    )]
    NotServed(ModelRef),
    /// The captioner itself broke; a fault of this program.
    #[error("the captioner stopped in the middle of its work")]
    Broken(#[source] tokio::task::JoinError),
}

impl InferenceError {
    /// A word for each variant that programs can rely on.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotServed(_) => "not-served",
            Self::Broken(_) => "internal",
        }
    }
}

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

/// The captioner that serves `model`.
///
/// # Errors
/// [`InferenceError::NotServed`].
pub fn captioner(model: &ModelRef) -> Result<Captioner, InferenceError> {
    match model {
        ModelRef::Builtin(Builtin::Describe) => Ok(Captioner::Describe),
        ModelRef::Hub { .. } | ModelRef::Endpoint(_) | ModelRef::Url(_) => {
            Err(InferenceError::NotServed(model.clone()))
        }
    }
}

impl Captioner {
    /// Captions one picture; `on` hears the answer as it grows. Dropping the future stops it.
    ///
    /// # Errors
    /// There is no whole answer; what there was of it, `on` has heard.
    pub async fn caption(
        &self,
        prepared: &Prepared,
        request: &CaptionRequest,
        on: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Answer, InferenceError> {
        match self {
            Self::Describe => {
                let Form::Pixels(pixels) = prepared.form.clone() else {
                    return Err(InferenceError::NotServed(request.model.clone()));
                };
                let facts = prepared.facts.clone();
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
            #[cfg(test)]
            Self::Scripted(script) => script.play(request, on).await,
        }
    }
}

#[cfg(test)]
mod tests;

//! A captioner that does what a test wants.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub(crate) use super::On;
use super::{Answer, Captioner, InferenceError};
use crate::domain::request::CaptionRequest;

pub(crate) type Play<'a> =
    Pin<Box<dyn Future<Output = Result<Answer, InferenceError>> + Send + 'a>>;

type Plan = dyn for<'a> Fn(&'a CaptionRequest, On<'a>) -> Play<'a> + Send + Sync;

/// What happens on each call.
#[derive(Clone)]
pub struct Script(Arc<Plan>);

impl Script {
    pub(super) fn play<'a>(&self, request: &'a CaptionRequest, on: On<'a>) -> Play<'a> {
        (self.0)(request, on)
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}

impl Captioner {
    /// `Captioner::scripted(|request, on| Box::pin(async move { … }))`: `on` hears what the test
    /// wants to be heard, a `Notify` or a oneshot lets it wait.
    pub(crate) fn scripted(
        script: impl for<'a> Fn(&'a CaptionRequest, On<'a>) -> Play<'a> + Send + Sync + 'static,
    ) -> Self {
        Self::Scripted(Script(Arc::new(script)))
    }
}

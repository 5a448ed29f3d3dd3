//! Captions as they are handed over.

use serde::Serialize;

use super::Record;
use crate::domain::run::Run;

/// A caption and where it comes from, as an object of JSON.
#[derive(Serialize)]
pub struct HandedRecord {
    /// The caption as it reads now; what the model wrote is the record's `caption`.
    text: String,
    decision: &'static str,
    #[serde(flatten)]
    run: Record,
}

impl HandedRecord {
    /// The record of a run whose caption reads `text` by now.
    pub fn of(run: &Run, text: String) -> Self {
        Self {
            text,
            decision: run.review.decision.word(),
            run: Record::of(run, true),
        }
    }
}

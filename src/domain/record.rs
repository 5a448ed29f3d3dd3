//! Runs, comparisons and standings as they are written for other programs.

mod comparison;
mod handed;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;

use serde::Serialize;

use super::request::Effort;
use super::run::{Flag, Run};
use super::text::{Foreign, is_unsafe};

pub use comparison::{ComparisonRecord, PictureRecord, StandingsRecord};
pub use handed::HandedRecord;

/// A run as an object of JSON; its keys come in this order and are never left out, but for
/// `image_bytes`.
#[derive(Serialize)]
pub struct Record {
    /// Path of the picture. Bytes that are no UTF-8 are written `\xFF`.
    image: String,
    /// The same path in hexadecimal, where it is no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    image_bytes: Option<String>,
    image_id: Option<String>,
    model: String,
    served: Option<String>,
    provider: Option<String>,
    /// How long the model was to think, where somebody said.
    effort: Option<&'static str>,
    outcome: &'static str,
    /// In the model's own words.
    caption: String,
    /// As the caption reads now.
    text: String,
    /// Whether it is good enough: pending, accepted, rejected.
    decision: &'static str,
    finish_reason: Option<String>,
    flags: Vec<&'static str>,
    error: Option<RecordError>,
    elapsed_ms: u128,
    usage: Option<RecordUsage>,
    cost_micro_usd: Option<u64>,
    sent_bytes: Option<u64>,
    run_id: Option<i64>,
    started: String,
    /// True where history held the answer: nothing was sent, and nothing is paid once more.
    from_history: bool,
}

#[derive(Serialize)]
struct RecordError {
    kind: String,
    message: String,
    hint: Option<String>,
}

#[derive(Serialize)]
struct RecordUsage {
    prompt: u64,
    completion: u64,
}

impl Record {
    /// `from_history` where the run was not made just now.
    pub fn of(run: &Run, from_history: bool) -> Self {
        let path = run.request.image.path().as_os_str();
        let raw = |text: &Foreign| text.raw().to_owned();
        Self {
            image: Foreign::from_os(path).raw().to_owned(),
            image_bytes: path.to_str().is_none().then(|| hex(path)),
            image_id: run.image_id.map(|id| id.to_string()),
            model: raw(&run.request.model.name()),
            served: run.request.served.as_ref().map(raw),
            provider: run.provider.as_ref().map(raw),
            effort: run.request.parameters.effort.map(Effort::word),
            outcome: run.outcome.word(),
            caption: raw(&run.caption),
            text: raw(run.text()),
            decision: run.review.decision.word(),
            finish_reason: run.finish_reason.as_ref().map(raw),
            flags: run.flags().into_iter().map(Flag::word).collect(),
            error: run.failure.as_ref().map(|failure| RecordError {
                kind: failure.kind.clone(),
                message: raw(&failure.message),
                hint: failure.hint.as_ref().map(raw),
            }),
            elapsed_ms: run.timing.elapsed.as_millis(),
            usage: run.usage.map(|usage| RecordUsage {
                prompt: usage.prompt,
                completion: usage.completion,
            }),
            cost_micro_usd: run.cost_micro_usd,
            sent_bytes: run.sent.map(|sent| sent.bytes),
            run_id: run.id.map(|id| id.0),
            started: run.timing.started.to_string(),
            from_history,
        }
    }
}

/// JSON in which whatever a terminal must not see is escaped, line ends apart; it still reads back
/// the same, since none of it stands outside of texts.
pub fn harmless(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_unsafe(letter) && letter != '\n' {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(letter);
        }
    }
    safe
}

fn hex(path: &OsStr) -> String {
    path.as_bytes().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

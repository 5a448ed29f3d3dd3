//! A run as a row.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rusqlite::{Row, Transaction, named_params};

use super::reviews;
use super::values::{Count, Moment, Name, Span};
use crate::domain::flags::Flag;
use crate::domain::image::{ImageRef, Size};
use crate::domain::model::Price;
use crate::domain::request::{BatchId, CaptionRequest, Parameters, Prompt};
use crate::domain::run::{Failure, Run, RunId, Sent, Timing, Usage};

/// The columns that [`read`] reads, and the tables that hold them beside `run`.
macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT run.*, path, sha256, model, served, prompt, system, max_tokens, temperature, seed,
                 effort, upload, decision, reviewed.caption AS revision,
                 EXISTS (SELECT 1 FROM said WHERE picture < run.picture
                     AND hash = meaning(coalesce(reviewed.caption, run.caption)))
                 OR EXISTS (SELECT 1 FROM said WHERE picture > run.picture
                     AND hash = meaning(coalesce(reviewed.caption, run.caption))) AS same_caption
             FROM ",
            $from,
            "
             JOIN request ON request.id = run.request
             JOIN folder ON folder.id = run.folder
             LEFT JOIN picture ON picture.id = run.picture
             LEFT JOIN reviewed ON reviewed.run = run.id"
        )
    };
}

/// Selects what [`read`] reads; conditions on `run` follow.
pub(super) const SELECT: &str = select!("run");

/// The same of what is found in the index, in its order.
pub(super) const SELECT_FOUND: &str = select!("found CROSS JOIN run ON run.id = found.rowid");

/// Reads a finished run.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Run> {
    let Name::<OsString>(folder) = row.get("path")?;
    let Name::<OsString>(name) = row.get("name")?;
    Ok(Run {
        id: Some(RunId(row.get("id")?)),
        request: CaptionRequest {
            image: ImageRef::new(PathBuf::from(folder).join(name)),
            model: row.get("model")?,
            served: row.get("served")?,
            prompt: Prompt {
                text: row.get("prompt")?,
                system: row.get("system")?,
            },
            parameters: Parameters {
                max_tokens: row.get("max_tokens")?,
                temperature: row.get("temperature")?,
                seed: row.get("seed")?,
                effort: row.get("effort")?,
            },
            upload: row.get("upload")?,
        },
        image_id: row.get("sha256")?,
        batch: row.get::<_, Option<_>>("batch")?.map(BatchId),
        outcome: row.get("state")?,
        caption: row.get("caption")?,
        thinking: row.get("thinking")?,
        finish_reason: row.get("finish_reason")?,
        failure: read_failure(row)?,
        provider: row.get("provider")?,
        usage: read_usage(row)?,
        price: read_price(row)?,
        cost_micro_usd: count(row, "cost")?,
        sent: read_sent(row)?,
        request_id: row.get("request_id")?,
        timing: read_timing(row)?,
        review: reviews::read_review(row)?,
        noticed: if row.get("same_caption")? {
            vec![Flag::SameCaption]
        } else {
            Vec::new()
        },
    })
}

/// Writes how a run ended into the row of this number, if it is still there.
pub(super) fn finish(step: &Transaction<'_>, id: RunId, run: &Run) -> rusqlite::Result<()> {
    let (price, price_input, price_output) = written_price(run.price);
    let failure = run.failure.as_ref();
    let characters = run.caption.raw().chars().count() as u64;
    step.prepare_cached(
        "UPDATE run SET
             state = :state, session = NULL,
             started = :started, first_answer = :first_answer, elapsed = :elapsed,
             sent_bytes = :sent_bytes, sent_width = :sent_width, sent_height = :sent_height,
             price = :price, price_input = :price_input, price_output = :price_output,
             cost = :cost,
             prompt_tokens = :prompt_tokens, completion_tokens = :completion_tokens,
             provider = :provider, request_id = :request_id, finish_reason = :finish_reason,
             failure_kind = :failure_kind, failure_message = :failure_message,
             failure_hint = :failure_hint,
             caption_chars = :caption_chars, caption = :caption, thinking = :thinking
         WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": id.0,
        ":state": run.outcome.word(),
        ":started": Moment(run.timing.started),
        ":first_answer": run.timing.first_answer.map(Span),
        ":elapsed": Span(run.timing.elapsed),
        ":sent_bytes": run.sent.map(|sent| Count(sent.bytes)),
        ":sent_width": run.sent.map(|sent| sent.size.width),
        ":sent_height": run.sent.map(|sent| sent.size.height),
        ":price": price,
        ":price_input": price_input,
        ":price_output": price_output,
        ":cost": run.cost_micro_usd.map(Count),
        ":prompt_tokens": run.usage.map(|usage| Count(usage.prompt)),
        ":completion_tokens": run.usage.map(|usage| Count(usage.completion)),
        ":provider": run.provider,
        ":request_id": run.request_id,
        ":finish_reason": run.finish_reason,
        ":failure_kind": failure.map(|failure| &failure.kind),
        ":failure_message": failure.map(|failure| &failure.message),
        ":failure_hint": failure.and_then(|failure| failure.hint.as_ref()),
        ":caption_chars": Count(characters),
        ":caption": run.caption,
        ":thinking": run.thinking,
    })?;
    Ok(())
}

/// The folder and the name within it; joined they give the same path again.
pub(super) fn split(path: &Path) -> (Name<&OsStr>, Name<&OsStr>) {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => (folder_name(folder), Name(name)),
        _ => (Name(OsStr::new("")), Name(path.as_os_str())),
    }
}

/// A folder as [`split`] names it, whatever stands at its end.
pub(super) fn folder_name(folder: &Path) -> Name<&OsStr> {
    Name(folder.components().as_path().as_os_str())
}

/// The columns `price`, `price_input` and `price_output`.
pub(super) fn written_price(price: Price) -> (&'static str, Option<Count>, Option<Count>) {
    match price {
        Price::Free => ("free", None, None),
        Price::Own => ("own", None, None),
        Price::Usage { input, output } => ("usage", Some(Count(input)), Some(Count(output))),
        Price::Unknown => ("unknown", None, None),
    }
}

fn read_price(row: &Row<'_>) -> rusqlite::Result<Price> {
    let kind: String = row.get("price")?;
    Ok(match kind.as_str() {
        "free" => Price::Free,
        "own" => Price::Own,
        "usage" => Price::Usage {
            input: count(row, "price_input")?.unwrap_or_default(),
            output: count(row, "price_output")?.unwrap_or_default(),
        },
        _ => Price::Unknown,
    })
}

fn read_failure(row: &Row<'_>) -> rusqlite::Result<Option<Failure>> {
    let Some(kind) = row.get("failure_kind")? else {
        return Ok(None);
    };
    Ok(Some(Failure {
        kind,
        message: row.get("failure_message")?,
        hint: row.get("failure_hint")?,
    }))
}

fn read_usage(row: &Row<'_>) -> rusqlite::Result<Option<Usage>> {
    let prompt = count(row, "prompt_tokens")?;
    let completion = count(row, "completion_tokens")?;
    Ok(prompt
        .zip(completion)
        .map(|(prompt, completion)| Usage { prompt, completion }))
}

fn read_sent(row: &Row<'_>) -> rusqlite::Result<Option<Sent>> {
    let Some(bytes) = count(row, "sent_bytes")? else {
        return Ok(None);
    };
    let size = Size {
        width: row.get("sent_width")?,
        height: row.get("sent_height")?,
    };
    Ok(Some(Sent { bytes, size }))
}

fn read_timing(row: &Row<'_>) -> rusqlite::Result<Timing> {
    let Moment(started) = row.get("started")?;
    let first_answer: Option<Span> = row.get("first_answer")?;
    let elapsed: Option<Span> = row.get("elapsed")?;
    Ok(Timing {
        started,
        first_answer: first_answer.map(|span| span.0),
        elapsed: elapsed.map(|span| span.0).unwrap_or_default(),
    })
}

fn count(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<u64>> {
    let count: Option<Count> = row.get(column)?;
    Ok(count.map(|count| count.0))
}

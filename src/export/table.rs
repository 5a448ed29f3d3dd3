//! Captions in one file, a row each: for tables, for other programs, for people.

use std::io;

use super::csv::{flags, quoted};
use super::markdown::{plain, row as markdown_row};
use crate::domain::handover::Form;
use crate::domain::record::{HandedRecord, harmless};
use crate::domain::run::Run;
use crate::domain::text::Foreign;

const TITLES: [&str; 10] = [
    "image",
    "image_id",
    "caption",
    "decision",
    "flags",
    "model",
    "provider",
    "cost_micro_usd",
    "started",
    "run_id",
];

/// What stands above all rows.
pub fn head(form: Form) -> String {
    match form {
        Form::Csv => csv(TITLES.map(str::to_owned)),
        Form::Markdown => {
            let mut head = String::from("# Captions\n\n");
            markdown_row(&mut head, ["picture", "caption", "model", "about"]);
            markdown_row(&mut head, ["---"; 4]);
            head
        }
        Form::Jsonl | Form::Txt | Form::Caption | Form::Metadata => String::new(),
    }
}

/// The row of a run whose caption reads `text` by now, its line end with it.
///
/// # Errors
/// It cannot be written as JSON; a fault of this program.
pub fn row(form: Form, run: &Run, text: &str) -> io::Result<String> {
    let image = Foreign::from_os(run.request.image.path().as_os_str());
    let caption = Foreign::new(text);
    let model = run.request.model.name();
    Ok(match form {
        Form::Csv => csv([
            image.paragraphs(),
            run.image_id.map(|id| id.to_string()).unwrap_or_default(),
            caption.paragraphs(),
            run.review.decision.word().to_owned(),
            flags(run),
            model.paragraphs(),
            run.provider
                .as_ref()
                .map(Foreign::paragraphs)
                .unwrap_or_default(),
            run.cost_micro_usd
                .map(|cost| cost.to_string())
                .unwrap_or_default(),
            run.timing.started.to_string(),
            run.id.map(|id| id.0.to_string()).unwrap_or_default(),
        ]),
        Form::Markdown => {
            let about = [run.review.decision.word().to_owned(), flags(run)];
            let about = about.join(" ");
            let mut line = String::new();
            let cells = [
                plain(&image),
                plain(&caption),
                plain(&model),
                about.trim().to_owned(),
            ];
            markdown_row(&mut line, cells);
            line
        }
        Form::Jsonl | Form::Txt | Form::Caption | Form::Metadata => {
            let record = HandedRecord::of(run, text.to_owned());
            harmless(&serde_json::to_string(&record)?) + "\n"
        }
    })
}

fn csv(cells: [String; TITLES.len()]) -> String {
    cells.map(|cell| quoted(&cell)).join(",") + "\r\n"
}

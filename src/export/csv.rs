//! A report as a table: a row for each picture and contestant (RFC 4180).
//!
//! Where a cell begins as a formula does, an apostrophe stands before it: spreadsheets would compute
//! it (<https://owasp.org/www-community/attacks/CSV_Injection>). Letters that steer terminals or the
//! direction of writing become visible escapes; JSON keeps them.

use crate::domain::comparison::{Answer, Comparison};
use crate::domain::run::{Flag, Run};
use crate::domain::text::Foreign;

const TITLES: [&str; 19] = [
    "image",
    "image_id",
    "model",
    "preset",
    "outcome",
    "caption",
    "error",
    "verdict",
    "blind",
    "reason",
    "flags",
    "finish_reason",
    "provider",
    "elapsed_ms",
    "prompt_tokens",
    "completion_tokens",
    "cost_micro_usd",
    "started",
    "from_history",
];

pub(super) fn text(comparison: &Comparison) -> String {
    let mut text = line(TITLES.map(str::to_owned));
    for picture in &comparison.pictures {
        let image = Foreign::from_os(picture.image.path().as_os_str());
        let id = picture.id().map(|id| id.to_string());
        let verdict = picture.verdict.as_ref();
        for (entrant, answer) in comparison.entrants.iter().zip(&picture.answers) {
            let contestant = &entrant.contestant;
            let fate = verdict.and_then(|verdict| verdict.fate(contestant));
            let judged = verdict.filter(|_| fate.is_some());
            let run = answer.run();
            let of_run =
                |tell: &dyn Fn(&Run) -> Option<String>| run.and_then(tell).unwrap_or_default();
            let foreign = |text: &Foreign| text.paragraphs();
            let usage = |tell: fn(crate::domain::run::Usage) -> u64| {
                of_run(&|run| run.usage.map(|usage| tell(usage).to_string()))
            };
            let from_history = match answer {
                Answer::Run { from_history, .. } => from_history.to_string(),
                Answer::Problem(_) | Answer::NotBegun => String::new(),
            };
            text.push_str(&line([
                image.paragraphs(),
                id.clone().unwrap_or_default(),
                contestant.model.name().paragraphs(),
                contestant.preset.clone().unwrap_or_default(),
                outcome(answer).to_owned(),
                of_run(&|run| Some(run.caption.paragraphs())),
                answer.trouble().as_ref().map(foreign).unwrap_or_default(),
                fate.unwrap_or_default().to_owned(),
                judged.map_or_else(String::new, |it| it.blind.to_string()),
                judged.map_or_else(String::new, |it| Foreign::new(&*it.reason).paragraphs()),
                of_run(&|run| Some(flags(run))),
                of_run(&|run| run.finish_reason.as_ref().map(foreign)),
                of_run(&|run| run.provider.as_ref().map(foreign)),
                of_run(&|run| Some(run.timing.elapsed.as_millis().to_string())),
                usage(|usage| usage.prompt),
                usage(|usage| usage.completion),
                of_run(&|run| Some(run.cost_micro_usd?.to_string())),
                of_run(&|run| Some(run.timing.started.to_string())),
                from_history,
            ]));
        }
    }
    text
}

fn outcome(answer: &Answer) -> &'static str {
    match answer {
        Answer::Run { run, .. } => run.outcome.word(),
        Answer::Problem(_) => "failed",
        Answer::NotBegun => "not begun",
    }
}

pub(super) fn flags(run: &Run) -> String {
    let flags: Vec<_> = run.flags().into_iter().map(Flag::word).collect();
    flags.join(" ")
}

fn line(cells: [String; TITLES.len()]) -> String {
    let mut line = cells.map(|cell| quoted(&cell)).join(",");
    line.push_str("\r\n");
    line
}

/// A cell that no program takes for a formula, for two cells or for two lines.
pub(super) fn quoted(cell: &str) -> String {
    let is_formula = cell
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let guard = if is_formula { "'" } else { "" };
    if is_formula || cell.contains(['"', ',', '\n', '\r', ';', '\'']) {
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

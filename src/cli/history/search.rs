//! `blipboard history search`.

use unicode_width::UnicodeWidthStr;

use crate::cli::report::Report;
use crate::cli::{Exit, SearchArgs, Stop};
use crate::domain::filter::{Filter, FilterError};
use crate::domain::problem::Problem;
use crate::domain::text::{Foreign, list};
use crate::engine::{Engine, HistoryQuery};

/// Columns of the text before and behind its fault.
const AROUND: usize = 30;
/// So many names are listed where there may be many.
const LISTED: usize = 10;

/// Lists what is found, newest first.
pub(super) async fn run(
    args: SearchArgs,
    engine: &Engine,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let filter = match Filter::name_in(&args.filter) {
        Some(name) => saved(name, engine).await?,
        None => Filter::parse(&args.filter).map_err(|error| {
            for line in marked(&args.filter, &error) {
                report.note(&line);
            }
            error.problem()
        })?,
    };
    if let Some(name) = args.save {
        let shown = Foreign::new(name.as_str()).shown(60);
        engine.save_filter(name, filter.clone()).await?;
        report.note(&format!("saved: `blipboard history search @{shown}`"));
    }
    let query = HistoryQuery {
        filter: Some(filter),
        ..HistoryQuery::default()
    };
    let runs = engine.history(query, None, args.limit).await?;
    super::list(&runs, args.json, report)
}

async fn saved(name: &str, engine: &Engine) -> Result<Filter, Stop> {
    let mut saved = engine.saved_filters().await?;
    if let Some(filter) = saved.remove(name) {
        return Ok(filter);
    }
    let shown = Foreign::new(name).shown(60);
    let problem = Problem::new(format!("no filter is saved as `{shown}`"));
    let hint = if saved.is_empty() {
        "`blipboard history search FILTER --save NAME` saves one".to_owned()
    } else {
        format!("there are {}", list(saved.keys(), LISTED))
    };
    Err(problem.with_hint(hint).into())
}

/// The text around what is wrong, and marks below that: `cat modle:qwen`, `    ^^^^^`.
fn marked(written: &str, error: &FilterError) -> [String; 2] {
    let part = |range| Foreign::new(written.get(range).unwrap_or_default());
    let before = ending(&part(0..error.at.start).shown(usize::MAX));
    let wrong = part(error.at.clone()).shown(AROUND);
    let behind = part(error.at.end..written.len()).shown(AROUND);
    let marks = "^".repeat(wrong.width().max(1));
    let blanks = " ".repeat(before.width());
    [
        format!("  {before}{wrong}{behind}"),
        format!("  {blanks}{marks}"),
    ]
}

/// The last columns of a text that is safe to show.
fn ending(text: &str) -> String {
    let mut used = 0;
    let is_near = |letter: &char| {
        used += letter.to_string().width();
        used <= AROUND
    };
    let near: Vec<char> = text.chars().rev().take_while(is_near).collect();
    let ending: String = near.iter().rev().collect();
    if ending.len() == text.len() {
        ending
    } else {
        format!("…{ending}")
    }
}

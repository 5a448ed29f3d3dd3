//! `blipboard models`.

mod hub;
mod list;
mod record;
mod show;

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr as _;

use super::args::ModelsCommand;
use super::report::Report;
use super::{Desk, Exit, Stop};
use crate::domain::catalogue::Served;
use crate::domain::model::Price;
use crate::domain::spending::dollars;
use crate::domain::text::Foreign;

/// Lists models, or shows one.
pub(super) async fn run(
    command: ModelsCommand,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    match command {
        ModelsCommand::Ls(args) if args.hub => hub::list(args, desk, report).await,
        ModelsCommand::Ls(args) => list::list(args, desk, report).await,
        ModelsCommand::Show { model, json } => show::show(&model, json, desk, report).await,
    }
}

/// Text from outside, safe to show.
fn shown(text: &str) -> String {
    Foreign::new(text).shown(usize::MAX)
}

/// Rows in columns, the first and the last to the left; a header where a person looks at them.
fn columns(header: [&str; 7], mut rows: Vec<[String; 7]>, report: &mut Report) -> Result<(), Stop> {
    if report.out_manner().terminal {
        rows.insert(0, header.map(str::to_owned));
    }
    let width = |column: usize| {
        let cells = rows.iter().map(|row: &[String; 7]| row.get(column));
        let widths = cells.flatten().map(|cell| cell.width());
        widths.max().unwrap_or(0)
    };
    let [a, b, c, d, e, f, _] = std::array::from_fn(width);
    for [name, one, two, three, four, five, last] in &rows {
        let rest = format!("{one:>b$}  {two:>c$}  {three:>d$}  {four:>e$}  {five:>f$}  {last}");
        report.labelled(&format!("{name:<a$} "), rest.trim_end())?;
    }
    Ok(())
}

/// How old something is, for people: `5 min old`.
fn age(asked: Timestamp) -> String {
    let seconds = Timestamp::now().duration_since(asked).as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds} s old"),
        60..3_600 => format!("{} min old", seconds / 60),
        3_600..172_800 => format!("{} h old", seconds / 3_600),
        _ => format!("{} days old", seconds / 86_400),
    }
}

/// What a million tokens cost, in and out: `$0.42/$3.00`, `free`, `?`.
fn per_million(price: Price) -> String {
    match price {
        Price::Usage { input, output } => format!("{}/{}", dollars(input), dollars(output)),
        other => other.to_string(),
    }
}

/// A large number in few letters: `65K`, `1.2M`, `30B`.
fn large(number: u64) -> String {
    for (unit, letter) in [(1_000_000_000, 'B'), (1_000_000, 'M'), (1_000, 'K')] {
        if number >= unit {
            let (whole, tenth) = (number / unit, number % unit * 10 / unit);
            return match tenth {
                1.. if whole < 10 => format!("{whole}.{tenth}{letter}"),
                _ => format!("{whole}{letter}"),
            };
        }
    }
    number.to_string()
}

/// The best that one of those who serve it now offers.
#[derive(Clone, Copy, Debug, Default)]
struct Best {
    context: Option<u64>,
    latency_ms: Option<f64>,
    throughput: Option<f64>,
}

impl Best {
    /// Of `provider`, or of all where none is named.
    fn of(model: &Served, provider: Option<&str>) -> Self {
        let mut best = Self::default();
        let offers = model.live();
        for offer in offers.filter(|offer| provider.is_none_or(|name| name == offer.provider)) {
            best.context = best.context.max(offer.context);
            best.latency_ms = fold(best.latency_ms, offer.latency_ms, f64::min);
            best.throughput = fold(best.throughput, offer.throughput, f64::max);
        }
        best
    }
}

fn fold(one: Option<f64>, other: Option<f64>, better: fn(f64, f64) -> f64) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(better(one, other)),
        (one, other) => one.or(other),
    }
}

/// Until the first token: `0.8s`; nothing where nobody measured it.
fn latency(milliseconds: Option<f64>) -> String {
    milliseconds.map_or_else(String::new, |time| format!("{:.1}s", time / 1000.0))
}

/// Tokens a second: `39/s`; nothing where nobody measured it.
fn throughput(tokens: Option<f64>) -> String {
    tokens.map_or_else(String::new, |tokens| format!("{tokens:.0}/s"))
}

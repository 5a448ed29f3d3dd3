//! What can be chosen: built in, endpoints of one's own, live vision models.

use std::cmp::Ordering;

use super::record::Listed;
use super::{Best, age, columns, large, latency, per_million, shown, throughput};
use crate::cli::args::{LsArgs, ModelSort};
use crate::cli::report::Report;
use crate::cli::{Desk, Exit, Stop};
use crate::domain::catalogue::{Served, Task};
use crate::domain::fuzzy::Pattern;
use crate::domain::model::{Price, Protocol, Route};
use crate::domain::problem::Problem;
use crate::domain::request::Terms;
use crate::domain::spending::{dollars, estimate};
use crate::engine::{Engine, Refresh};

/// So many pictures are priced.
const PICTURES: u64 = 1_000;
/// What the columns are called.
#[rustfmt::skip]
const HEADER: [&str; 7] =
    ["MODEL", "$/M IN/OUT", "1000 PICTURES", "CONTEXT", "FIRST", "SPEED", "PROVIDERS"];

pub(super) async fn list(args: LsArgs, desk: &Desk<'_>, report: &mut Report) -> Result<Exit, Stop> {
    if let Some(sort) = args.sort.filter(|sort| !sort.is_of_router()) {
        let headline = format!("only the Hub sorts by {}", sort.word());
        let hint = "add --hub, or sort by price, latency, throughput, name or created";
        return Err(Problem::new(headline).with_hint(hint).into());
    }
    let engine = (desk.open)(report)?;
    let refresh = if args.refresh {
        Refresh::Now
    } else {
        Refresh::IfOld
    };
    let ((catalogue, problem), rented) = tokio::join!(engine.catalogue(refresh), engine.rented());
    for problem in problem
        .into_iter()
        .chain(rented.err().map(|error| error.problem()))
    {
        report.warning(&problem);
    }
    if let Some(asked) = catalogue.asked {
        let age = age(asked);
        report.note(&format!("the list of Hugging Face's router is {age}"));
    }
    let terms = desk.loaded.settings.terms();
    let mut live: Vec<Listed> = catalogue
        .models
        .iter()
        .filter_map(|served| listed(served, &args, &terms))
        .collect();
    if let Some(sort) = args.sort {
        live.sort_by(|one, other| compare(sort, one, other));
    }
    let mut models = own(&engine, &args);
    models.extend(live);
    print(&found(models, &args), args.json, report)?;
    Ok(Exit::Done)
}

/// What is built in, and endpoints of one's own. No provider serves them.
fn own(engine: &Engine, args: &LsArgs) -> Vec<Listed> {
    let mut cards = engine.models();
    cards.retain(|card| {
        let task = match engine.protocol(&card.model) {
            Protocol::Here => None,
            Protocol::ImageToText => Some(Task::ImageToText),
            Protocol::Chat => Some(Task::ImageTextToText),
        };
        args.provider.is_none() && args.task.is_none_or(|wanted| task == Some(wanted))
    });
    cards.iter().map(Listed::card).collect()
}

/// `None` where it is not what is looked for.
fn listed(served: &Served, args: &LsArgs, terms: &Terms) -> Option<Listed> {
    let provider = args.provider.as_deref();
    let is_wanted = served.is_live()
        && args.task.is_none_or(|task| task == Task::ImageTextToText)
        && provider.is_none_or(|name| served.live().any(|offer| offer.provider == name));
    let route = provider.map_or(Route::Default, |name| Route::Provider(name.to_owned()));
    let price = served.price(&route);
    let pictures = estimate(price, terms).map(|each| each.saturating_mul(PICTURES));
    is_wanted.then(|| Listed::served(served, price, pictures, Best::of(served, provider)))
}

/// What the words fit, the best first where no other order is asked for, and no more than wanted.
fn found(mut models: Vec<Listed>, args: &LsArgs) -> Vec<Listed> {
    if let Some(text) = &args.search {
        let mut pattern = Pattern::new(text);
        let scored = models.into_iter().filter_map(|model| {
            let score = pattern.score(&model.model)?;
            Some((score, model))
        });
        let mut scored: Vec<(u32, Listed)> = scored.collect();
        if args.sort.is_none() {
            scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        }
        models = scored.into_iter().map(|(_, model)| model).collect();
    }
    models.truncate(args.limit.unwrap_or(usize::MAX));
    models
}

/// What is not known comes last, whatever the order.
fn compare(sort: ModelSort, one: &Listed, other: &Listed) -> Ordering {
    let output = |listed: &Listed| match listed.price {
        Price::Free | Price::Own => Some(0),
        Price::Usage { output, .. } => Some(output),
        Price::Unknown => None,
    };
    let known_first = |one: bool, other: bool| other.cmp(&one);
    let by = |one: Option<f64>, other: Option<f64>| {
        let both = one.zip(other).map(|(one, other)| one.total_cmp(&other));
        both.unwrap_or_else(|| known_first(one.is_some(), other.is_some()))
    };
    match sort {
        ModelSort::Price => {
            let (one, other) = (output(one), output(other));
            known_first(one.is_some(), other.is_some()).then(one.cmp(&other))
        }
        ModelSort::Latency => by(one.latency_ms, other.latency_ms),
        ModelSort::Throughput => by(
            one.throughput.map(std::ops::Neg::neg),
            other.throughput.map(std::ops::Neg::neg),
        ),
        ModelSort::Created => other.created.cmp(&one.created),
        _ => one.model.to_lowercase().cmp(&other.model.to_lowercase()),
    }
}

fn print(models: &[Listed], json: bool, report: &mut Report) -> Result<(), Stop> {
    if json {
        for model in models {
            report.object(model)?;
        }
        return Ok(());
    }
    let cells = models.iter().map(|listed| {
        [
            shown(&listed.model),
            per_million(listed.price),
            listed.thousand_pictures.map_or_else(String::new, dollars),
            listed.context.map_or_else(String::new, large),
            latency(listed.latency_ms),
            throughput(listed.throughput),
            shown(&match listed.providers.is_empty() {
                true => listed.about.clone(),
                false => listed.providers.join(", "),
            }),
        ]
    });
    columns(HEADER, cells.collect(), report)
}

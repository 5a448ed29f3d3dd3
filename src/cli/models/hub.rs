//! What the Hub finds.

use jiff::Timestamp;

use super::record::Found;
use super::{age, columns, large, shown};
use crate::cli::args::{LsArgs, ModelSort};
use crate::cli::report::Report;
use crate::cli::{Desk, Exit, Stop};
use crate::domain::catalogue::{Gate, HubModel, HubSort, Search};
use crate::domain::problem::Problem;

/// So many are listed where nobody says otherwise.
const USUAL: usize = 20;
/// Whoever has no more questions left than this is told so.
const FEW: u64 = 50;
/// No more pages are looked through for one list.
const PAGES: usize = 20;
/// What the columns are called.
#[rustfmt::skip]
const HEADER: [&str; 7] =
    ["MODEL", "SIZE", "DOWNLOADS", "LIKES", "LICENCE", "ACCESS", "PROVIDERS"];

pub(super) async fn list(args: LsArgs, desk: &Desk<'_>, report: &mut Report) -> Result<Exit, Stop> {
    let sort = match args.sort.map(ModelSort::hub) {
        None => HubSort::default(),
        Some(Some(sort)) => sort,
        Some(None) => {
            let headline = "the Hub knows neither prices nor speeds";
            let hint = "sort by trending, downloads, likes, created or updated, or leave --hub out";
            return Err(Problem::new(headline).with_hint(hint).into());
        }
    };
    let search = Search {
        text: args.search.clone().unwrap_or_default(),
        task: args.task.unwrap_or_default(),
        sort,
    };
    let engine = (desk.open)(report)?;
    let wanted = args.limit.unwrap_or(USUAL);
    let (mut models, mut next, mut limit) = (Vec::new(), None, None);
    for number in 0..PAGES {
        let page = match engine.search(search.clone(), next).await {
            Err(error) if number > 0 => {
                report.warning(&error.problem());
                break;
            }
            page => page?,
        };
        if let Some(asked) = page.asked.filter(|_| number == 0) {
            report.note(&format!("the Hub's answer is {}", age(asked)));
        }
        let is_wanted = |model: &HubModel| is_at(model, args.provider.as_deref());
        models.extend(page.models.into_iter().filter(is_wanted));
        (next, limit) = (page.next, page.limit);
        if next.is_none() || models.len() >= wanted {
            break;
        }
    }
    models.truncate(wanted);
    if let Some(limit) = limit.filter(|limit| limit.left <= FEW) {
        let seconds = limit
            .until
            .duration_since(Timestamp::now())
            .as_secs()
            .max(1);
        report.note(&format!(
            "the Hub answers {} more questions in the next {seconds} s",
            limit.left
        ));
    }
    if args.json {
        for model in &models {
            report.object(&Found::from(model))?;
        }
        return Ok(Exit::Done);
    }
    columns(HEADER, models.iter().map(cells).collect(), report)?;
    Ok(Exit::Done)
}

/// True where `provider` serves it, or none is asked for.
fn is_at(model: &HubModel, provider: Option<&str>) -> bool {
    let Some(provider) = provider else {
        return true;
    };
    let names = model.providers.iter().flatten();
    names.into_iter().any(|name| name == provider)
}

fn cells(model: &HubModel) -> [String; 7] {
    let number = |number: Option<u64>| number.map_or_else(String::new, large);
    [
        shown(&model.id),
        number(model.parameters),
        number(model.downloads),
        number(model.likes),
        shown(model.licence.as_deref().unwrap_or_default()),
        match model.gate {
            Gate::Open => String::new(),
            Gate::Licence | Gate::Approval => "gated".to_owned(),
        },
        match &model.providers {
            None => String::new(),
            Some(providers) if providers.is_empty() => "no provider".to_owned(),
            Some(providers) => shown(&providers.join(", ")),
        },
    ]
}

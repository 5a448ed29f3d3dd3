//! The question before money is spent, and before somebody gets pictures for the first time.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::Stop;
use crate::cli::report::Report;
use crate::domain::model::ModelRef;
use crate::domain::preset::Variable;
use crate::domain::problem::Problem;
use crate::domain::request::{CaptionRequest, UploadSpec};
use crate::domain::spending::{Money, Quote};
use crate::domain::text::Foreign;
use crate::engine::{Again, Engine};

/// True where `requests` may go out: nobody needs to be asked, or the person agreed.
pub(super) async fn given(
    engine: &Engine,
    requests: &[CaptionRequest],
    again: Again,
    yes: bool,
    report: &mut Report,
) -> Result<bool, Stop> {
    let mut quote = quote(engine, requests).await?;
    if quote.needs_asking() && again == Again::Reuse {
        // What history answers is not sent.
        quote = self::quote(engine, &engine.unanswered(requests).await).await?;
    }
    if quote.needs_asking() && !yes {
        let told = engine.tells(requests);
        let what = sentence(&quote, &engine.money().await?, requests, told);
        let agreed = report.ask(&format!("{what}?")).ok_or_else(|| {
            Problem::new(format!("this would {what}"))
                .with_hint("add --yes to do it without asking")
        })?;
        if !agreed {
            report.note("nothing was sent");
            return Ok(false);
        }
    }
    if !quote.missing.is_empty()
        && let Err(error) = engine.allow(quote.missing).await
    {
        report.warning(&error.problem());
    }
    Ok(true)
}

async fn quote(engine: &Engine, requests: &[CaptionRequest]) -> Result<Quote, Stop> {
    let mut pictures: BTreeMap<&ModelRef, usize> = BTreeMap::new();
    for request in requests {
        *pictures.entry(&request.model).or_default() += 1;
    }
    let Some(first) = requests.first() else {
        return Ok(Quote::default());
    };
    let (terms, given) = (first.terms(), engine.consents().await?);
    let models = pictures.keys().copied().cloned().collect();
    let mut quote = Quote::default();
    for card in engine.priced(models).await {
        let count = pictures.get(&card.model).copied().unwrap_or_default();
        quote.add(&card, count, &terms, &given);
    }
    Ok(quote)
}

/// `send 3 requests with the picture, at most 1024 pixels a side and without metadata, to
/// router.huggingface.co (for the first time); price: at most about $0.03, and unknown for a/b; spent
/// today: $0.10 of $2.00`.
fn sentence(
    quote: &Quote,
    money: &Money,
    requests: &[CaptionRequest],
    told: BTreeSet<Variable>,
) -> String {
    let receivers = quote.consents.iter().map(|consent| {
        let receiver = Foreign::new(consent.receiver.as_str()).shown(200);
        if quote.missing.contains(consent) {
            format!("{receiver} (for the first time)")
        } else {
            receiver
        }
    });
    let receivers = receivers.collect::<Vec<_>>().join(", ");
    let picture = match requests.first().map(|request| request.upload) {
        Some(UploadSpec::Original) => "the picture's file with all its metadata".to_owned(),
        Some(UploadSpec::Scaled { side, .. }) => {
            format!("the picture, at most {side} pixels a side and without metadata")
        }
        Some(UploadSpec::Nothing) | None => "the picture".to_owned(),
    };
    let count = match quote.requests {
        1 => "1 request".to_owned(),
        count => format!("{count} requests"),
    };
    let price = quote.price().map_or_else(String::new, |price| {
        format!("; price: {price}; spent today: {}", money.before(quote))
    });
    let told = Variable::all_said(told);
    let told = told.map_or_else(String::new, |told| format!(", and in the prompt {told}"));
    format!("send {count} with {picture}{told}, to {receivers}{price}")
}

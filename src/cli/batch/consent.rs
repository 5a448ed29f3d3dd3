//! The question before money is spent, and before somebody gets pictures for the first time.

use std::collections::BTreeSet;

use crate::cli::Stop;
use crate::cli::report::Report;
use crate::domain::model::ModelRef;
use crate::domain::preset::Variable;
use crate::domain::problem::Problem;
use crate::domain::request::{CaptionRequest, Terms, UploadSpec};
use crate::domain::spending::{Money, Quote};
use crate::domain::text::Foreign;
use crate::engine::{Again, Engine};

/// True where `requests` may go out: nobody needs to be asked, or the person agreed.
pub(crate) async fn given(
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
    /// Requests that cost the same each.
    struct Alike {
        model: ModelRef,
        terms: Terms,
        count: usize,
    }
    let mut kinds: Vec<Alike> = Vec::new();
    for request in requests {
        let is_alike =
            |kind: &&mut Alike| kind.model == request.model && request.is_under(&kind.terms);
        match kinds.iter_mut().find(is_alike) {
            Some(kind) => kind.count += 1,
            None => kinds.push(Alike {
                model: request.model.clone(),
                terms: request.terms(),
                count: 1,
            }),
        }
    }
    let given = engine.consents().await?;
    let models: BTreeSet<_> = kinds.iter().map(|kind| kind.model.clone()).collect();
    let mut quote = Quote::default();
    for card in engine.priced(models.into_iter().collect()).await {
        for kind in kinds.iter().filter(|kind| kind.model == card.model) {
            quote.add(&card, kind.count, &kind.terms, &given);
        }
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

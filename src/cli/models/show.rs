//! All that is known of one model.

use jiff::Timestamp;

use super::record::{Found, Listed, Whole};
use super::{age, large, latency, per_million, shown, throughput};
use crate::cli::report::Report;
use crate::cli::{Desk, Exit, Stop, find};
use crate::domain::catalogue::{Gate, HubModel, Offer, Served, relatives};
use crate::domain::model::{ModelCard, ModelRef};
use crate::engine::{Engine, Refresh};

pub(super) async fn show(
    model: &ModelRef,
    json: bool,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let engine = (desk.open)(report)?;
    match model {
        ModelRef::Hub { id, .. } => of_hub(&engine, id, json, report).await?,
        other => {
            find(&engine, other, desk).await?;
            for card in engine.priced(vec![other.clone()]).await {
                own(&card, json, report)?;
            }
            if let Some(problem) = engine.why_not(other) {
                report.warning(&problem);
            }
        }
    }
    Ok(Exit::Done)
}

/// A model of Hugging Face, as the router and the Hub know it.
async fn of_hub(engine: &Engine, id: &str, json: bool, report: &mut Report) -> Result<(), Stop> {
    let ((catalogue, problem), told) = tokio::join!(
        engine.catalogue(Refresh::IfOld),
        engine.about_model(id.to_owned())
    );
    let served = catalogue.get(id);
    let hub = match told {
        Ok(hub) => Some(hub),
        // The router may know more than the Hub shows.
        Err(error) if served.is_some() => {
            report.warning(&error.problem());
            None
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(problem) = problem {
        report.warning(&problem);
    }
    if let Some(asked) = catalogue.asked {
        report.note(&format!(
            "the list of Hugging Face's router is {}",
            age(asked)
        ));
    }
    let akin = match &hub {
        Some(hub) if !served.is_some_and(Served::is_live) => relatives(&catalogue, hub),
        _ => Vec::new(),
    };
    if json {
        let offers = served.map_or(&[][..], |served| &served.offers);
        report.object(&Whole {
            model: id,
            takes_pictures: served.map(|served| served.sees),
            offers: offers.iter().map(Into::into).collect(),
            hub: hub.as_ref().map(Found::from),
            relatives: &akin,
        })?;
        return Ok(());
    }
    report.data(&shown(hub.as_ref().map_or(id, |hub| hub.id.as_str())))?;
    if let Some(hub) = &hub {
        facts(hub, report)?;
    }
    for offer in served.iter().flat_map(|served| &served.offers) {
        line("provider", &offered(offer), report)?;
    }
    if !served.is_some_and(Served::is_live) {
        advice(served, catalogue.asked, &akin, report)?;
    }
    Ok(())
}

/// A model that the Hub does not know.
fn own(card: &ModelCard, json: bool, report: &mut Report) -> Result<(), Stop> {
    if json {
        return Ok(report.object(&Listed::card(card))?);
    }
    report.data(&card.model.name().shown(usize::MAX))?;
    line("about", &card.about.shown(usize::MAX), report)?;
    line("price", &card.price.to_string(), report)?;
    match &card.host {
        Some(host) => line("pictures go to", &shown(host), report),
        None => Ok(()),
    }
}

/// What the Hub tells, a fact a line; what it does not tell is left out.
fn facts(model: &HubModel, report: &mut Report) -> Result<(), Stop> {
    let word = |text: &Option<String>| text.as_deref().map(shown);
    let day = |moment: Option<Timestamp>| moment.map(|moment| moment.strftime("%F").to_string());
    let page = format!("https://huggingface.co/{}", shown(&model.id));
    let access = match model.gate {
        Gate::Open => None,
        Gate::Licence => Some(format!("accept its licence at {page}")),
        Gate::Approval => Some(format!("ask its makers at {page}")),
    };
    let bases = (!model.base_models.is_empty()).then(|| shown(&model.base_models.join(", ")));
    for (label, fact) in [
        ("task", word(&model.task)),
        ("parameters", model.parameters.map(large)),
        ("licence", word(&model.licence)),
        ("access", access),
        ("library", word(&model.library)),
        ("made from", bases),
        (
            "downloads",
            model.downloads.map(|count| format!("{count} in 30 days")),
        ),
        ("likes", model.likes.map(|count| count.to_string())),
        ("created", day(model.created)),
        ("updated", day(model.updated)),
    ] {
        if let Some(fact) = fact {
            line(label, &fact, report)?;
        }
    }
    Ok(())
}

/// What one provider offers.
fn offered(offer: &Offer) -> String {
    let facts = [
        Some(shown(&offer.provider)),
        Some(if offer.live { "live" } else { "down" }.to_owned()),
        Some(format!("{} a million tokens", per_million(offer.price))),
        offer
            .context
            .map(|tokens| format!("context {}", large(tokens))),
        Some(latency(offer.latency_ms)).filter(|text| !text.is_empty()),
        Some(throughput(offer.throughput)).filter(|text| !text.is_empty()),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

/// What one can do where nobody serves it.
fn advice(
    served: Option<&Served>,
    asked: Option<Timestamp>,
    relatives: &[String],
    report: &mut Report,
) -> Result<(), Stop> {
    let why = match (asked, served) {
        (None, _) => "whether anybody serves it is not known",
        (_, Some(served)) if !served.sees => "it takes no pictures",
        _ => "no provider serves it now",
    };
    line("note", why, report)?;
    let own = "run it in an endpoint of your own: https://endpoints.huggingface.co";
    if served.is_none_or(|served| served.sees) {
        line("you can", own, report)?;
    }
    for relative in relatives {
        line("or choose", &shown(relative), report)?;
    }
    Ok(())
}

fn line(label: &str, text: &str, report: &mut Report) -> Result<(), Stop> {
    Ok(report.labelled(&format!("  {label:<14}"), text)?)
}

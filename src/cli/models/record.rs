//! Models as objects of JSON.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::Best;
use crate::domain::catalogue::{Gate, HubModel, Offer, Served};
use crate::domain::model::{ModelCard, Price};

/// A model that can be chosen. What is not known is `null`.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    pub(super) model: String,
    #[serde(serialize_with = "price")]
    pub(super) price: Price,
    pub(super) about: String,
    /// What a thousand pictures cost at most.
    #[serde(rename = "thousand_pictures_micro_usd")]
    pub(super) thousand_pictures: Option<u64>,
    /// In tokens.
    pub(super) context: Option<u64>,
    /// Until the first token.
    pub(super) latency_ms: Option<f64>,
    /// Tokens a second.
    pub(super) throughput: Option<f64>,
    pub(super) providers: Vec<String>,
    pub(super) created: Option<Timestamp>,
}

impl Listed {
    pub(super) fn card(card: &ModelCard) -> Self {
        Self {
            model: card.model.name().raw().to_owned(),
            price: card.price,
            about: card.about.raw().to_owned(),
            thousand_pictures: None,
            context: None,
            latency_ms: None,
            throughput: None,
            providers: Vec::new(),
            created: None,
        }
    }

    pub(super) fn served(
        served: &Served,
        price: Price,
        thousand_pictures: Option<u64>,
        best: Best,
    ) -> Self {
        let providers = served.live().map(|offer| offer.provider.clone());
        Self {
            model: served.id.clone(),
            price,
            about: "through Hugging Face's router".to_owned(),
            thousand_pictures,
            context: best.context,
            latency_ms: best.latency_ms,
            throughput: best.throughput,
            providers: providers.collect(),
            created: served.created,
        }
    }
}

/// `"free"`, `"own"`, `"unknown"`, or micro-dollars for a million tokens.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
fn price<S: Serializer>(price: &Price, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Usage {
        input: u64,
        output: u64,
    }
    match *price {
        Price::Free => "free".serialize(to),
        Price::Own => "own".serialize(to),
        Price::Unknown => "unknown".serialize(to),
        Price::Usage { input, output } => Usage { input, output }.serialize(to),
    }
}

/// A model of the Hub. What is not known is `null`.
#[derive(Debug, Serialize)]
pub(super) struct Found<'a> {
    model: &'a str,
    task: Option<&'a str>,
    library: Option<&'a str>,
    licence: Option<&'a str>,
    access: &'static str,
    parameters: Option<u64>,
    downloads: Option<u64>,
    likes: Option<u64>,
    created: Option<Timestamp>,
    updated: Option<Timestamp>,
    base_models: &'a [String],
    /// Who serves it live.
    providers: Option<&'a [String]>,
}

impl<'a> From<&'a HubModel> for Found<'a> {
    fn from(model: &'a HubModel) -> Self {
        Self {
            model: &model.id,
            task: model.task.as_deref(),
            library: model.library.as_deref(),
            licence: model.licence.as_deref(),
            access: match model.gate {
                Gate::Open => "open",
                Gate::Licence => "licence",
                Gate::Approval => "approval",
            },
            parameters: model.parameters,
            downloads: model.downloads,
            likes: model.likes,
            created: model.created,
            updated: model.updated,
            base_models: &model.base_models,
            providers: model.providers.as_deref(),
        }
    }
}

/// All that is known of one model.
#[derive(Debug, Serialize)]
pub(super) struct Whole<'a> {
    pub(super) model: &'a str,
    /// Whether it takes pictures, where the router tells.
    pub(super) takes_pictures: Option<bool>,
    pub(super) offers: Vec<Offered<'a>>,
    pub(super) hub: Option<Found<'a>>,
    /// Models that are served, where this one is not.
    pub(super) relatives: &'a [String],
}

/// What one provider offers.
#[derive(Debug, Serialize)]
pub(super) struct Offered<'a> {
    provider: &'a str,
    live: bool,
    #[serde(serialize_with = "price")]
    price: Price,
    context: Option<u64>,
    latency_ms: Option<f64>,
    throughput: Option<f64>,
}

impl<'a> From<&'a Offer> for Offered<'a> {
    fn from(offer: &'a Offer) -> Self {
        Self {
            provider: &offer.provider,
            live: offer.live,
            price: offer.price,
            context: offer.context,
            latency_ms: offer.latency_ms,
            throughput: offer.throughput,
        }
    }
}

//! The models that the router serves
//! (<https://huggingface.co/docs/inference-providers/hub-api>: `GET /v1/models`).

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{HubError, ask, below};
use crate::domain::catalogue::{Offer, Served};
use crate::domain::model::{ModelRef, Price, is_word};
use crate::domain::spending::micro_usd;
use crate::http::{Auth, Http};

/// Enough, in bytes, for a list of ten thousand models.
const LARGEST: usize = 16 << 20;

/// Asks `router` for all models that it serves. It wants no token and gets none.
///
/// # Errors
/// It could not be asked, or answers something else.
pub async fn models(http: &Http, router: &Url) -> Result<Vec<Served>, HubError> {
    let url = below(router, &["models"]);
    let told = ask(http, &url, &Auth::None, LARGEST).await?;
    read(&told).ok_or_else(|| HubError::strange(&url, None))
}

/// `None` where it is no list of models. What is wrong in it is passed over.
fn read(told: &Value) -> Option<Vec<Served>> {
    let models = told.get("data")?.as_array()?;
    Some(models.iter().filter_map(served).collect())
}

/// `None` where it has no name that could be asked for.
fn served(told: &Value) -> Option<Served> {
    let id = told.get("id")?.as_str().filter(|id| is_model(id))?;
    let takes = told.pointer("/architecture/input_modalities");
    let takes = takes.and_then(Value::as_array);
    let offers = told.get("providers").and_then(Value::as_array);
    Some(Served {
        id: id.to_owned(),
        sees: takes.is_some_and(|takes| takes.iter().any(|one| one == "image")),
        created: told.get("created").and_then(moment),
        offers: offers.into_iter().flatten().filter_map(offer).collect(),
    })
}

/// True for `org/name`.
pub(super) fn is_model(id: &str) -> bool {
    !id.contains(':') && matches!(id.parse(), Ok(ModelRef::Hub { .. }))
}

/// Seconds since 1970.
fn moment(told: &Value) -> Option<Timestamp> {
    Timestamp::from_second(told.as_i64()?).ok()
}

/// `None` where the provider has no name that could be written behind a model.
fn offer(told: &Value) -> Option<Offer> {
    let word = |key| told.get(key).and_then(Value::as_str);
    // Nobody is slower or faster than nothing.
    let measured = |key| told.get(key)?.as_f64().filter(|number| *number > 0.0);
    Some(Offer {
        provider: word("provider").filter(|name| is_word(name))?.to_owned(),
        live: word("status") == Some("live"),
        price: price(told),
        context: told.get("context_length").and_then(Value::as_u64),
        latency_ms: measured("first_token_latency_ms"),
        throughput: measured("throughput"),
    })
}

/// The price that a provider names, in US dollars for a million tokens.
fn price(told: &Value) -> Price {
    if told.get("is_free") == Some(&Value::Bool(true)) {
        return Price::Free;
    }
    let of = |tokens: &str| micro_usd(told.get("pricing")?.get(tokens)?.as_f64()?);
    match (of("input"), of("output")) {
        (Some(input), Some(output)) => Price::Usage { input, output },
        _ => Price::Unknown,
    }
}

#[cfg(test)]
mod tests;

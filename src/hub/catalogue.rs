//! What models cost at which provider
//! (<https://huggingface.co/docs/inference-providers/hub-api>: `GET /v1/models`).

use std::collections::HashMap;

use serde_json::Value;
use url::Url;

use super::{HubError, ask, below};
use crate::domain::model::{Price, Route};
use crate::domain::spending::micro_usd;
use crate::http::{Auth, Http};

/// Enough, in bytes, for a list of ten thousand models.
const LARGEST: usize = 16 << 20;

/// Prices as they were when Hugging Face was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices(HashMap<String, Vec<Offer>>);

/// What a provider that is up and running takes for a model.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Offer {
    provider: String,
    price: Price,
}

/// Asks `router` for the prices of all models. It wants no token and gets none.
///
/// # Errors
/// It could not be asked, or answers something else.
pub async fn prices(http: &Http, router: &Url) -> Result<Prices, HubError> {
    let url = below(router, &["models"]);
    let told = ask(http, &url, &Auth::None, LARGEST).await?;
    Prices::read(&told).ok_or_else(|| HubError::strange(&url, None))
}

impl Prices {
    /// What the model `id` costs at most by this route: at the provider that it names, or else at
    /// the dearest of those that may be chosen and name a price.
    pub fn of(&self, id: &str, route: &Route) -> Price {
        let offers = self.0.get(id).into_iter().flatten();
        let may_serve = |offer: &&Offer| match route {
            Route::Provider(name) => *name == offer.provider,
            Route::Default | Route::Fastest | Route::Cheapest | Route::Preferred => true,
        };
        let prices = offers.filter(may_serve).map(|offer| offer.price);
        // Some providers name no price for anything; what the others take is the best guess.
        let known = prices.filter(|price| *price != Price::Unknown);
        known.reduce(dearest).unwrap_or(Price::Unknown)
    }

    /// `None` where it is no list of models. What is wrong in it is passed over.
    fn read(told: &Value) -> Option<Self> {
        let mut prices = HashMap::<_, Vec<_>>::new();
        for model in told.get("data")?.as_array()? {
            let id = model.get("id").and_then(Value::as_str);
            let providers = model.get("providers").and_then(Value::as_array);
            if let (Some(id), Some(providers)) = (id, providers) {
                let offers = prices.entry(id.to_owned()).or_default();
                offers.extend(providers.iter().filter_map(Offer::read));
            }
        }
        Some(Self(prices))
    }
}

impl Offer {
    /// `None` where the provider is nameless or not up and running.
    fn read(told: &Value) -> Option<Self> {
        let word = |key| told.get(key).and_then(Value::as_str);
        (word("status") == Some("live")).then_some(())?;
        Some(Self {
            provider: word("provider")?.to_owned(),
            price: price(told),
        })
    }
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

fn dearest(one: Price, other: Price) -> Price {
    match (one, other) {
        (
            Price::Usage { input, output },
            Price::Usage {
                input: other_input,
                output: other_output,
            },
        ) => Price::Usage {
            input: input.max(other_input),
            output: output.max(other_output),
        },
        (paid @ Price::Usage { .. }, _) | (_, paid) => paid,
    }
}

#[cfg(test)]
mod tests;

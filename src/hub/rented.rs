//! The endpoints that an account rents (`huggingface_hub` 2.4: `hf_api.py`,
//! `list_inference_endpoints`; `_inference_endpoints.py`).

use futures_util::future::join_all;
use serde_json::Value;
use url::Url;

use super::{HubError, below};
use crate::domain::account::Account;
use crate::domain::endpoint::{Rented, RentedState};
use crate::domain::model::is_word;
use crate::domain::token::Token;
use crate::http::{Auth, Http};

/// Enough, in bytes, for a thousand endpoints.
const LARGEST: usize = 4 << 20;
/// Who has more organisations sees the endpoints of so many.
const MOST: usize = 20;

/// Asks `service` for the endpoints of the person and of the organisations that `account` tells of.
/// Organisations that show the token nothing are passed over.
///
/// # Errors
/// It could not be asked, or the token may not see the person's own.
pub async fn list(
    http: &Http,
    service: &Url,
    token: &Token,
    account: &Account,
) -> Result<Vec<Rented>, HubError> {
    let organisations = account.organisations.iter().take(MOST);
    let organisations = organisations.map(|one| one.name.as_str());
    let owners = std::iter::once(account.name.raw()).chain(organisations);
    let owners = owners.filter(|name| is_word(name));
    let lists = owners.map(async |owner| list_of(http, service, token, owner).await);
    let mut rented = Vec::new();
    let mut refused = None;
    for list in join_all(lists).await {
        match list {
            Ok(list) => rented.extend(list),
            Err(HubError::Forbidden { host }) => {
                tracing::debug!(host, "the token may not see the endpoints of one owner");
                refused = Some(HubError::Forbidden { host });
            }
            Err(error) => return Err(error),
        }
    }
    match refused {
        Some(error) if rented.is_empty() => Err(error),
        _ => Ok(rented),
    }
}

async fn list_of(
    http: &Http,
    service: &Url,
    token: &Token,
    owner: &str,
) -> Result<Vec<Rented>, HubError> {
    let url = below(service, &["endpoint", owner]);
    let auth = Auth::HuggingFace(token.clone());
    let told = super::ask(http, &url, &auth, LARGEST).await;
    let told = told.map_err(|error| match error {
        HubError::Http(error) => HubError::refused(error),
        other => other,
    })?;
    let items = told.get("items").and_then(Value::as_array);
    let items = items.ok_or_else(|| HubError::strange(&url, None))?;
    Ok(items
        .iter()
        .filter_map(|item| rented(owner, item))
        .collect())
}

/// `None` where it has no name that could be asked for. Only what is named here is ever kept:
/// `model.secrets` and the variables of the container may hold anything.
fn rented(owner: &str, told: &Value) -> Option<Rented> {
    let word = |at| told.pointer(at).and_then(Value::as_str);
    let text = |at| word(at).map(ToOwned::to_owned);
    let both = |one, other| match (word(one), word(other)) {
        (Some(one), Some(other)) => Some(format!("{one} {other}")),
        (one, other) => one.or(other).map(ToOwned::to_owned),
    };
    let machine = [
        both("/provider/vendor", "/provider/region"),
        both("/compute/instanceType", "/compute/instanceSize"),
    ];
    let machine: Vec<String> = machine.into_iter().flatten().collect();
    Some(Rented {
        owner: owner.to_owned(),
        name: word("/name").filter(|name| is_word(name))?.to_owned(),
        url: word("/status/url").and_then(|url| url.parse().ok()),
        state: RentedState::read(word("/status/state").unwrap_or_default()),
        message: text("/status/message"),
        model: text("/model/repository"),
        task: text("/model/task"),
        machine: (!machine.is_empty()).then(|| machine.join(", ")),
    })
}

#[cfg(test)]
mod tests;

//! Whose the token is and what it may do
//! (<https://huggingface.co/.well-known/openapi.json>: `GET /api/whoami-v2`).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{HubError, ask, below, within};
use crate::domain::account::{Account, Billing, Organisation, Scope, TokenState};
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;
use crate::domain::token::Token;
use crate::http::{Auth, Http, HttpError};

/// Enough, in bytes, for an account with hundreds of organisations.
const LARGEST: usize = 4 << 20;

/// Nobody waits longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The permission to call models through the router.
const INFERENCE: &str = "inference.serverless.write";

/// Asks `endpoint` once about `token`. Hugging Face wants to be asked rarely: once a start.
pub async fn whoami(http: &Http, endpoint: &Url, token: &Token) -> TokenState {
    let url = below(endpoint, &["api", "whoami-v2"]);
    let auth = Auth::HuggingFace(token.clone());
    let told = within(PATIENCE, &url, ask(http, &url, &auth, LARGEST)).await;
    match told.and_then(|told| account(&told).ok_or_else(|| HubError::strange(&url, None))) {
        Ok(account) => match account.expires {
            Some(moment) if moment <= Timestamp::now() => TokenState::Expired(moment),
            _ => TokenState::Good(Box::new(account)),
        },
        Err(error) => refused(&error),
    }
}

/// `None` where it is nobody's. Whatever else is missing or new does not matter.
fn account(told: &Value) -> Option<Account> {
    let name = told.get("name")?.as_str()?;
    // A token made by `hf auth login` has none, but tells when it expires.
    let token = told.pointer("/auth/accessToken").unwrap_or(&Value::Null);
    let organisations = told.get("orgs").and_then(Value::as_array);
    Some(Account {
        name: Foreign::new(name),
        full_name: foreign(told, "fullname"),
        pro: told.get("isPro").and_then(Value::as_bool).unwrap_or(false),
        may_infer: may_infer(token, |entity| word(entity, "type") == Some("user")),
        token_name: foreign(token, "displayName"),
        role: foreign(token, "role"),
        scopes: scopes(token),
        expires: told.pointer("/auth/expiresAt").and_then(moment),
        billing: billing(told),
        organisations: organisations
            .into_iter()
            .flatten()
            .filter_map(|told| organisation(told, token))
            .collect(),
    })
}

/// `None` where it has no name that a bill could be sent to.
fn organisation(told: &Value, token: &Value) -> Option<Organisation> {
    let name = word(told, "name")?;
    let id = word(told, "id");
    let is_it = |entity: &Value| {
        let has_name = word(entity, "name") == Some(name);
        word(entity, "type") == Some("org")
            && (has_name || id.is_some() && word(entity, "_id") == id)
    };
    Some(Organisation {
        name: name.to_owned(),
        full_name: foreign(told, "fullname"),
        plan: foreign(told, "plan"),
        role: foreign(told, "roleInOrg"),
        may_infer: may_infer(token, is_it),
        billing: billing(told),
    })
}

fn billing(told: &Value) -> Billing {
    Billing {
        can_pay: told.get("canPay").and_then(Value::as_bool),
        mode: foreign(told, "billingMode"),
        period_end: told.get("periodEnd").and_then(moment),
    }
}

/// May the token call models in the name of whoever `is_meant`? Of one that only reads, and of one
/// that says nothing of itself, nobody knows.
fn may_infer(token: &Value, is_meant: impl Fn(&Value) -> bool) -> Option<bool> {
    match word(token, "role")? {
        "write" | "god" => Some(true),
        "fineGrained" => {
            let scopes = token.pointer("/fineGrained/scoped")?.as_array()?;
            let lets = |scope: &Value| {
                scope.get("entity").is_some_and(&is_meant)
                    && list(scope, "permissions").any(|one| one == INFERENCE)
            };
            Some(scopes.iter().any(lets))
        }
        _ => None,
    }
}

/// What a fine-grained token may do, with each thing and with everything.
fn scopes(token: &Value) -> Vec<Scope> {
    let Some(told) = token.get("fineGrained") else {
        return Vec::new();
    };
    let scope = |entity: &str, permissions: &mut dyn Iterator<Item = &Value>| Scope {
        entity: Foreign::new(entity),
        permissions: permissions
            .filter_map(Value::as_str)
            .map(Foreign::new)
            .collect(),
    };
    let scoped = list(told, "scoped").map(|told| {
        let entity = told.get("entity").unwrap_or(&Value::Null);
        let name = ["name", "_id", "type"]
            .iter()
            .find_map(|key| word(entity, key));
        scope(name.unwrap_or("something"), &mut list(told, "permissions"))
    });
    let everywhere = scope("everything", &mut list(told, "global"));
    scoped
        .chain([everywhere])
        .filter(|scope| !scope.permissions.is_empty())
        .collect()
}

/// A text that is there and not empty.
fn word<'a>(told: &'a Value, key: &str) -> Option<&'a str> {
    let text = told.get(key)?.as_str()?;
    (!text.trim().is_empty()).then_some(text)
}

fn foreign(told: &Value, key: &str) -> Option<Foreign> {
    word(told, key).map(Foreign::new)
}

/// What a list holds; nothing where there is none.
fn list<'a>(told: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    told.get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// A moment in seconds since 1970, or written out.
fn moment(told: &Value) -> Option<Timestamp> {
    match told {
        Value::String(written) => written.parse().ok(),
        told => Timestamp::from_second(told.as_i64()?).ok(),
    }
}

fn refused(error: &HubError) -> TokenState {
    if let HubError::Http(HttpError::Refused(refusal)) = error {
        if refusal.status == 401 {
            return TokenState::Rejected;
        }
        if refusal.status == 429 {
            let until = refusal
                .retry_after
                .and_then(|wait| Timestamp::now().checked_add(wait).ok());
            return TokenState::Limited(until);
        }
    }
    TokenState::Unreachable(Problem::from_error(error).sentence())
}

#[cfg(test)]
mod tests;

//! Whose the token is and what it may do
//! (<https://huggingface.co/.well-known/openapi.json>: `GET /api/whoami-v2`).

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{HubError, ask, below};
use crate::domain::account::{Account, TokenState};
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;
use crate::domain::token::Token;
use crate::http::{Auth, Http, HttpError};

/// Enough, in bytes, for an account with hundreds of organisations.
const LARGEST: usize = 4 << 20;

/// The permission to call models through the router.
const INFERENCE: &str = "inference.serverless.write";

/// Asks `endpoint` once about `token`. Hugging Face wants to be asked rarely: once a start.
pub async fn whoami(http: &Http, endpoint: &Url, token: &Token) -> TokenState {
    let url = below(endpoint, &["api", "whoami-v2"]);
    let auth = Auth::HuggingFace(token.clone());
    let told = ask(http, &url, &auth, LARGEST).await;
    match told.and_then(|told| account(&told).ok_or_else(|| HubError::strange(&url, None))) {
        Ok(account) => TokenState::Good(Box::new(account)),
        Err(error) => refused(&error),
    }
}

/// `None` where it is nobody's. Whatever else is missing or new does not matter.
fn account(told: &Value) -> Option<Account> {
    Some(Account {
        name: Foreign::new(told.get("name")?.as_str()?),
        pro: told.get("isPro").and_then(Value::as_bool).unwrap_or(false),
        may_infer: told.pointer("/auth/accessToken").and_then(may_infer),
        ..Account::default()
    })
}

/// A token made by `hf auth login` has no `accessToken`, and of one that only reads Hugging Face
/// does not say whether it may call models: nobody knows.
fn may_infer(token: &Value) -> Option<bool> {
    match token.get("role")?.as_str()? {
        "write" | "god" => Some(true),
        "fineGrained" => {
            let scopes = token.pointer("/fineGrained/scoped")?.as_array()?;
            Some(scopes.iter().any(lets_the_person_infer))
        }
        _ => None,
    }
}

fn lets_the_person_infer(scope: &Value) -> bool {
    let entity = scope.pointer("/entity/type").and_then(Value::as_str);
    let permissions = scope.get("permissions").and_then(Value::as_array);
    entity == Some("user") && permissions.is_some_and(|all| all.iter().any(|one| one == INFERENCE))
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

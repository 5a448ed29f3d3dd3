//! Whose token it is.

use std::sync::{PoisonError, RwLock};

use tokio::sync::Mutex;
use url::Url;

use super::Engine;
use crate::domain::account::{TokenState, TokenStatus};
use crate::domain::token::Token;
use crate::hub::account;
use crate::hub::token::Found;

/// The token, and what Hugging Face said of it.
#[derive(Debug)]
pub(super) struct Account {
    hub: Url,
    token: Option<Token>,
    status: RwLock<TokenStatus>,
    /// One question at a time.
    asking: Mutex<()>,
}

impl Account {
    pub(super) fn new(hub: Url, found: Found) -> Self {
        Self {
            hub,
            token: found.token,
            status: RwLock::new(found.status),
            asking: Mutex::default(),
        }
    }

    fn status(&self) -> TokenStatus {
        let status = self.status.read().unwrap_or_else(PoisonError::into_inner);
        status.clone()
    }

    fn set(&self, state: TokenState) {
        let mut status = self.status.write().unwrap_or_else(PoisonError::into_inner);
        status.state = state;
    }
}

impl Engine {
    /// What is known of the token without asking anybody.
    pub fn token(&self) -> TokenStatus {
        self.0.account.status()
    }

    /// Asks Hugging Face about the token; what it said once holds while the program runs, so only
    /// a question that found no answer is asked again. Without a token, or offline, nobody is
    /// asked.
    pub async fn check_token(&self) -> TokenStatus {
        let account = &self.0.account;
        let _one = account.asking.lock().await;
        let is_open = matches!(
            account.status().state,
            TokenState::Checking | TokenState::Unreachable(_) | TokenState::Limited(_)
        );
        if let Some(token) = account.token.as_ref().filter(|_| is_open) {
            account.set(account::whoami(&self.0.wire.http, &account.hub, token).await);
        }
        account.status()
    }
}

#[cfg(test)]
mod tests;

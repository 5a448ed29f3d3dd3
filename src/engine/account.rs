//! Whose token it is.

use std::sync::{PoisonError, RwLock};

use tokio::sync::Mutex;

use super::Engine;
use crate::domain::account::{TokenState, TokenStatus};
use crate::hub::account;

/// What Hugging Face said of the token.
#[derive(Debug)]
pub(super) struct Account {
    status: RwLock<TokenStatus>,
    /// One question at a time.
    asking: Mutex<()>,
}

impl Account {
    pub(super) fn new(status: TokenStatus) -> Self {
        Self {
            status: RwLock::new(status),
            asking: Mutex::default(),
        }
    }

    fn status(&self) -> TokenStatus {
        let status = self.status.read().unwrap_or_else(PoisonError::into_inner);
        status.clone()
    }

    /// The wire was laid anew; `is_same` says whether with the same token.
    pub(super) fn take(&self, laid: TokenStatus, is_same: bool) -> TokenStatus {
        let mut status = self.status.write().unwrap_or_else(PoisonError::into_inner);
        let state = std::mem::take(&mut status.state);
        *status = laid;
        if is_same {
            status.state = state;
        }
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
        let wire = self.wire();
        if let Some(token) = wire.token.as_ref().ok().filter(|_| is_open) {
            account.set(account::whoami(&wire.http, &wire.hub, token).await);
        }
        account.status()
    }
}

#[cfg(test)]
mod tests;

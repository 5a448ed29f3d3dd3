//! Whose token it is.

use tokio::sync::OnceCell;
use url::Url;

use super::Engine;
use crate::domain::account::{TokenState, TokenStatus};
use crate::hub::account;
use crate::hub::token::Found;

/// The token, and what Hugging Face said of it.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) hub: Url,
    pub(super) found: Found,
    pub(super) checked: OnceCell<TokenStatus>,
}

impl Engine {
    /// What is known of the token without asking anybody.
    pub fn token(&self) -> TokenStatus {
        let Account { found, checked, .. } = &self.0.account;
        let known = checked.get().unwrap_or(&found.status);
        known.clone()
    }

    /// Asks Hugging Face about the token, once while the program runs; without a token, or
    /// offline, nobody is asked.
    pub async fn check_token(&self) -> TokenStatus {
        let Account {
            found,
            checked,
            hub,
        } = &self.0.account;
        let Some(token) = &found.token else {
            return self.token();
        };
        if found.status.state == TokenState::Offline {
            return self.token();
        }
        let check = async || TokenStatus {
            state: account::whoami(&self.0.wire.http, hub, token).await,
            ..found.status.clone()
        };
        checked.get_or_init(check).await.clone()
    }
}

#[cfg(test)]
mod tests;

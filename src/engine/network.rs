//! The way to the network, put together from what the person set.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use url::Url;

use super::account::Accounts;
use super::billing::Billing;
use super::{Engine, EngineError, Inner};
use crate::domain::account::{TokenPlaces, TokenState, TokenStatus};
use crate::domain::endpoint::{Endpoint, Rented};
use crate::domain::model::{ModelCard, ModelRef};
use crate::domain::token::Token;
use crate::hub::token::{self, Found};
use crate::inference::{Wire, WireSettings};

/// What the engine needs to know of the network.
#[derive(Clone, Debug)]
pub struct Network {
    /// Where Hugging Face keeps accounts: `https://huggingface.co`.
    pub hub: Url,
    /// Where its models answer: `https://router.huggingface.co/v1`.
    pub router: Url,
    /// Where it tells of rented endpoints: `https://api.endpoints.huggingface.cloud/v2`.
    pub service: Url,
    /// True where no host of Hugging Face shall be contacted.
    pub offline: bool,
    /// Where its token may lie.
    pub token: TokenPlaces,
    /// The organisations that Hugging Face bills; history remembers them.
    pub billing: Billing,
    /// Endpoints of one's own, by name.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// What the account rents, as far as that is known.
    pub rented: Rentals,
    /// A server that says nothing for so long is given up.
    pub silence: Duration,
    /// Variables of the environment that name proxies, with their values.
    pub proxies: BTreeMap<String, String>,
}

/// What the owner of a token rents. The token goes to no other endpoints, and no other token to
/// these.
#[derive(Clone, Debug, Default)]
pub struct Rentals {
    /// The token that they were listed for.
    pub token: Option<Token>,
    /// The endpoints.
    pub endpoints: Vec<Rented>,
}

impl Network {
    /// Looks for the token and lays the wire; nobody is contacted.
    fn lay(&self) -> (Wire, Found) {
        let mut found = token::find(&self.token);
        let token = found.usable();
        if self.offline {
            found.status.state = TokenState::Offline;
        }
        let bill_to = token.as_ref().ok().and_then(|token| self.billing.of(token));
        found.status.bill_to.clone_from(&bill_to);
        let mut rented = Vec::new();
        if self.rented.token.is_some() && self.rented.token.as_ref() == token.as_ref().ok() {
            rented.clone_from(&self.rented.endpoints);
        }
        let wire = Wire::lay(WireSettings {
            hub: self.hub.clone(),
            router: self.router.clone(),
            service: self.service.clone(),
            token,
            offline: self.offline,
            bill_to,
            endpoints: self.endpoints.clone(),
            rented,
            silence: self.silence,
            proxies: self.proxies.clone(),
        });
        (wire, found)
    }
}

impl Engine {
    pub(super) fn wire(&self) -> Arc<Wire> {
        self.0.line.wire()
    }

    /// The file that holds the active token, or would.
    pub(super) fn token_place(&self) -> Option<PathBuf> {
        self.0.line.network().token.file.clone()
    }

    /// An endpoint that the person wrote down just now can be asked from now on, under the name
    /// that it was given.
    pub async fn add_endpoint(&self, name: String, endpoint: Endpoint) -> ModelCard {
        let model = ModelRef::Endpoint(name.clone());
        self.lay_anew(|network| {
            network.endpoints.insert(name, endpoint);
        })
        .await;
        self.card(&model)
    }

    /// The organisations that are billed, as far as that is remembered.
    pub(super) fn billing(&self) -> Billing {
        self.0.line.network().billing.clone()
    }

    /// Lays the wire anew after `change`. What is known of the token stays known while it is the
    /// same token.
    pub(super) async fn lay_anew(
        &self,
        change: impl FnOnce(&mut Network) + Send + 'static,
    ) -> TokenStatus {
        let engine = self.clone();
        let laid = self.0.clerks.run(move || {
            let Inner { line, accounts, .. } = &*engine.0;
            Ok::<_, EngineError>(line.lay_anew(change, accounts))
        });
        laid.await.unwrap_or_else(|_| self.token())
    }
}

/// The wire as it lies now. It is laid anew when the token, endpoints or who is billed change;
/// requests on their way keep the old one.
#[derive(Debug)]
pub(super) struct Line {
    network: Mutex<Network>,
    wire: RwLock<Arc<Wire>>,
}

impl Line {
    /// Lays the wire; the token's file is read for it.
    pub(super) fn lay(network: Network) -> (Self, Found) {
        let (wire, found) = network.lay();
        let line = Self {
            network: Mutex::new(network),
            wire: RwLock::new(Arc::new(wire)),
        };
        (line, found)
    }

    /// The wire as it lies now.
    pub(super) fn wire(&self) -> Arc<Wire> {
        let wire = self.wire.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&wire)
    }

    fn network(&self) -> MutexGuard<'_, Network> {
        self.network.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lays the wire anew after `change`, and tells `accounts` of the token that was found for it,
    /// in the same order as others do.
    fn lay_anew(&self, change: impl FnOnce(&mut Network), accounts: &Accounts) -> TokenStatus {
        let mut network = self.network();
        change(&mut network);
        let (wire, found) = network.lay();
        *self.wire.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(wire);
        accounts.take(found)
    }
}

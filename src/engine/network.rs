//! The way to the network, put together from what the person set.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use crate::domain::account::{TokenPlaces, TokenState};
use crate::hub::token::{self, Found};
use crate::inference::{Endpoint, Wire, WireSettings};

/// What the engine needs to know of the network.
#[derive(Clone, Debug)]
pub struct Network {
    /// Where Hugging Face keeps accounts: `https://huggingface.co`.
    pub hub: Url,
    /// Where its models answer: `https://router.huggingface.co/v1`.
    pub router: Url,
    /// True where no host of Hugging Face shall be contacted.
    pub offline: bool,
    /// Where its token may lie.
    pub token: TokenPlaces,
    /// Endpoints of one's own, by name.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// A server that says nothing for so long is given up.
    pub silence: Duration,
    /// Variables of the environment that name proxies, with their values.
    pub proxies: BTreeMap<String, String>,
}

impl Network {
    /// Looks for the token and lays the wire; nobody is contacted.
    pub(super) fn lay(self) -> (Wire, Found) {
        let mut found = token::find(&self.token);
        let token = found.usable();
        if self.offline {
            found.status.state = TokenState::Offline;
        }
        let wire = Wire::lay(WireSettings {
            hub: self.hub,
            router: self.router,
            token,
            offline: self.offline,
            endpoints: self.endpoints,
            silence: self.silence,
            proxies: self.proxies,
        });
        (wire, found)
    }
}

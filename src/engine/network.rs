//! The way to the network, put together from what the person set.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use super::EngineSettings;
use crate::domain::account::{TokenPlaces, TokenState, TokenStatus};
use crate::domain::model::Protocol;
use crate::domain::token::Token;
use crate::http::{Auth, Http, HttpSettings, Proxies, Timeouts, Trusted};
use crate::hub::token;
use crate::inference::{Endpoint, Wire};

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
    pub endpoints: BTreeMap<String, OwnEndpoint>,
    /// A server that says nothing for so long is given up.
    pub silence: Duration,
    /// Variables of the environment that name proxies, with their values.
    pub proxies: BTreeMap<String, String>,
}

/// An endpoint of one's own.
#[derive(Clone, Debug)]
pub struct OwnEndpoint {
    /// Where it listens.
    pub url: Url,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The name it knows its model by.
    pub model: Option<String>,
    /// What lets us in.
    pub token: OwnToken,
}

/// What lets us into an endpoint of one's own.
#[derive(Clone, Debug)]
pub enum OwnToken {
    /// Nothing.
    None,
    /// The Hugging Face token.
    HuggingFace,
    /// A token of its own.
    Own(Token),
    /// A token of its own that was not found.
    Missing,
}

/// The token that was found at the start, and how it stands.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) token: Option<Token>,
    pub(super) status: TokenStatus,
}

/// Reads the token and lays the wire; nothing is contacted.
pub(super) fn lay(settings: &EngineSettings) -> (Wire, Found) {
    let network = &settings.network;
    let found = token::find(&network.token);
    let mut status = found.status;
    if network.offline && found.token.is_some() {
        status.state = TokenState::Offline;
    }
    let own = network.endpoints.values();
    let own = own.filter(|own| matches!(own.token, OwnToken::HuggingFace));
    let trusted = [&network.hub, &network.router];
    let trusted = trusted.into_iter().chain(own.map(|own| &own.url));
    let http = Http::new(HttpSettings {
        timeouts: Timeouts {
            silence: network.silence,
            ..Timeouts::default()
        },
        trusted: Trusted::with(trusted),
        proxies: Proxies::read(|name| network.proxies.get(name).cloned()),
    });
    let endpoint = |own: &OwnEndpoint| Endpoint {
        url: own.url.clone(),
        protocol: own.protocol,
        model: own.model.clone(),
        auth: match (&own.token, &found.token) {
            (OwnToken::None, _) => Some(Auth::None),
            (OwnToken::HuggingFace, Some(token)) => Some(Auth::HuggingFace(token.clone())),
            (OwnToken::Own(token), _) => Some(Auth::Own(token.clone())),
            (OwnToken::HuggingFace, None) | (OwnToken::Missing, _) => None,
        },
    };
    let endpoints = network.endpoints.iter();
    let wire = Wire {
        http,
        router: network.router.clone(),
        token: found.token.clone(),
        offline: network.offline,
        endpoints: endpoints
            .map(|(name, own)| (name.clone(), endpoint(own)))
            .collect(),
    };
    let token = found.token;
    (wire, Found { token, status })
}

//! Which captioner serves which model.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use super::Captioner;
use super::chat::{Chat, is_completions};
use super::error::InferenceError;
use super::image_to_text::ImageToText;
use super::refusal::{Asked, Names};
use super::server::{Server, Sleep};
use crate::domain::address;
use crate::domain::endpoint::{Endpoint, Rented, RentedState, TokenSource, named};
use crate::domain::model::{Builtin, ModelRef, Protocol};
use crate::domain::request::CaptionRequest;
use crate::domain::text::Foreign;
use crate::domain::token::{NoToken, Token, TokenError};
use crate::http::{Auth, Http, HttpSettings, Proxies, Timeouts, Trusted};

/// A proxy gives up so long before we do, so that what it says is heard.
const MARGIN: Duration = Duration::from_secs(10);
/// A proxy holds a request no longer, in seconds: a countdown is better than silence.
const HELD: u64 = 60;

/// Everything that can be asked, and the way there.
#[derive(Clone, Debug)]
pub struct Wire {
    /// The way to the network.
    pub http: Http,
    /// Where Hugging Face keeps accounts, such as `https://huggingface.co`.
    pub hub: Url,
    /// Where Hugging Face's models answer, such as `https://router.huggingface.co/v1`.
    pub router: Url,
    /// Where Hugging Face tells of rented endpoints.
    pub service: Url,
    /// The token of the person at Hugging Face, or why there is none.
    pub token: Result<Token, NoToken>,
    /// True where Hugging Face is not to be contacted.
    pub offline: bool,
    /// The organisation that Hugging Face bills; the person where there is none.
    pub bill_to: Option<String>,
    /// Endpoints of one's own that have an address, by name: configured and rented.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Those that are rented, whether they have an address or not, by the same names.
    pub rented: BTreeMap<String, Rented>,
    /// A server that says nothing for so long is given up.
    silence: Duration,
}

/// What the wire is made of.
#[derive(Clone, Debug)]
pub struct WireSettings {
    /// Where Hugging Face keeps accounts; its token may go there.
    pub hub: Url,
    /// Where Hugging Face's models answer; its token may go there.
    pub router: Url,
    /// Where Hugging Face tells of rented endpoints; its token may go there.
    pub service: Url,
    /// The token of the person at Hugging Face, or why there is none.
    pub token: Result<Token, NoToken>,
    /// True where Hugging Face is not to be contacted.
    pub offline: bool,
    /// The organisation that Hugging Face bills; the person where there is none.
    pub bill_to: Option<String>,
    /// Configured endpoints, by name.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// Endpoints that the account of this very token rents; the token may go there.
    pub rented: Vec<Rented>,
    /// A server that says nothing for so long is given up.
    pub silence: Duration,
    /// Variables of the environment that name proxies, with their values.
    pub proxies: BTreeMap<String, String>,
}

impl Wire {
    /// Lays the wire; nobody is contacted.
    pub fn lay(settings: WireSettings) -> Self {
        let WireSettings {
            hub,
            router,
            service,
            token,
            offline,
            bill_to,
            mut endpoints,
            rented,
            silence,
            proxies,
        } = settings;
        let mut rented = named(rented, |name| endpoints.contains_key(name));
        rented.retain(|name, _| !endpoints.contains_key(name));
        for (name, rented) in &rented {
            endpoints.extend(rented.endpoint().map(|endpoint| (name.clone(), endpoint)));
        }
        let own = endpoints.values();
        let own = own.filter(|own| own.token == Some(TokenSource::HuggingFace));
        let trusted = [&hub, &router, &service].into_iter();
        let trusted = trusted.chain(own.map(|own| &own.url));
        let http = Http::new(HttpSettings {
            timeouts: Timeouts::of_silence(silence),
            trusted: Trusted::with(trusted),
            proxies: Proxies::read(|name| proxies.get(name).cloned()),
        });
        Self {
            http,
            hub,
            router,
            service,
            token,
            offline,
            bill_to,
            endpoints,
            rented,
            silence,
        }
    }

    /// The endpoint of one's own that `endpoint:NAME` asks.
    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        let of_owner = || self.endpoints.get(self.rental(name)?.0);
        self.endpoints.get(name).or_else(of_owner)
    }

    /// The same where it is rented.
    pub fn rented(&self, name: &str) -> Option<&Rented> {
        Some(self.rental(name)?.1)
    }

    /// A rented endpoint by its name here. With its owner in front it is always found.
    fn rental(&self, name: &str) -> Option<(&String, &Rented)> {
        let is_it = |rented: &Rented| {
            let rest = name.strip_prefix(rented.owner.as_str());
            rest.and_then(|rest| rest.strip_prefix('.')) == Some(rented.name.as_str())
        };
        let of_owner = || {
            let is_free = !self.endpoints.contains_key(name);
            let mut all = self.rented.iter().filter(|_| is_free);
            all.find(|(_, rented)| is_it(rented))
        };
        self.rented.get_key_value(name).or_else(of_owner)
    }

    /// The captioner that serves `model`. Nobody is asked for it.
    ///
    /// # Errors
    /// There is none, or what it takes to ask it is missing.
    pub fn captioner(&self, model: &ModelRef) -> Result<Captioner, InferenceError> {
        let (server, name) = match model {
            ModelRef::Builtin(Builtin::Describe) => return Ok(Captioner::Describe),
            ModelRef::Builtin(Builtin::Import) => return Err(InferenceError::Nobody),
            ModelRef::Hub { id, .. } => {
                let auth = || self.person();
                let server = self.server(self.router.clone(), auth, Asked::Router, None)?;
                let names = Names {
                    model: Some(id.clone()),
                    organisation: self.bill_to.clone(),
                };
                let server = Server { names, ..server };
                (server, Some(model.name().raw().to_owned()))
            }
            ModelRef::Endpoint(name) => {
                let rented = self.rented(name);
                if let Some(rented) = rented {
                    is_ready(name, rented)?;
                }
                let unknown = || InferenceError::UnknownEndpoint(name.clone());
                let endpoint = self.endpoint(name).ok_or_else(unknown)?;
                let auth = || match &endpoint.token {
                    None => Ok(Auth::None),
                    Some(TokenSource::HuggingFace) => self.person(),
                    Some(TokenSource::Environment { variable, token }) => {
                        own(name, variable, token)
                    }
                };
                let state = rented.map(|rented| &rented.state);
                let server = self.server(endpoint.url.clone(), auth, Asked::Endpoint, state)?;
                (server, endpoint.model.clone())
            }
            ModelRef::Url(address) => {
                let auth = || Ok(Auth::None);
                let server = self.server(parse(address)?, auth, Asked::Address, None)?;
                (server, None)
            }
        };
        Ok(match self.protocol(model) {
            Protocol::Chat => Captioner::Chat(Chat::new(server, name.as_deref())),
            Protocol::ImageToText | Protocol::Here => {
                Captioner::ImageToText(ImageToText::new(server))
            }
        })
    }

    /// Where what is sent to `model` goes; `None` where it stays here or nobody knows.
    pub fn url(&self, model: &ModelRef) -> Option<Url> {
        match model {
            ModelRef::Builtin(_) => None,
            ModelRef::Hub { .. } => Some(self.router.clone()),
            ModelRef::Endpoint(name) => Some(self.endpoint(name)?.url.clone()),
            ModelRef::Url(address) => parse(address).ok(),
        }
    }

    /// Whom a person lets have pictures by naming it: [`Wire::host`], with `http://` in front where
    /// anybody on the way can read along.
    pub fn receiver(&self, model: &ModelRef) -> Option<String> {
        let url = self.url(model)?;
        let host = address::host(&url);
        Some(if address::is_private(&url) {
            host
        } else {
            format!("http://{host}")
        })
    }

    /// How `model` is spoken to, whether it can be asked now or not.
    pub fn protocol(&self, model: &ModelRef) -> Protocol {
        match model {
            ModelRef::Builtin(_) => Protocol::Here,
            ModelRef::Hub { .. } => Protocol::Chat,
            ModelRef::Endpoint(name) => {
                let endpoint = self.endpoint(name);
                endpoint.map_or(Protocol::Chat, |endpoint| endpoint.protocol)
            }
            ModelRef::Url(address) => match parse(address) {
                Ok(url) if is_completions(url.path()) => Protocol::Chat,
                Ok(_) | Err(_) => Protocol::ImageToText,
            },
        }
    }

    /// The same request as it goes out: without what the model takes no part of, and with what
    /// serves it, so that another answer is not taken for this one's.
    pub fn fit(&self, request: CaptionRequest) -> CaptionRequest {
        let protocol = self.protocol(&request.model);
        CaptionRequest {
            served: self.served(&request.model),
            ..request.fitted(protocol)
        }
    }

    /// What an endpoint's table names: `http://lab:8000/ blip-large`, without what may be secret.
    fn served(&self, model: &ModelRef) -> Option<Foreign> {
        let ModelRef::Endpoint(name) = model else {
            return None;
        };
        let Endpoint { url, model, .. } = self.endpoint(name)?;
        let address = address::without_secrets(url);
        Some(Foreign::new(match model {
            Some(model) => format!("{address} {model}"),
            None => address.into(),
        }))
    }

    /// Who gets the pictures that are sent to `model`, with the port where it is not the usual
    /// one; `None` where they stay here or nobody knows.
    pub fn host(&self, model: &ModelRef) -> Option<String> {
        let url = self.url(model)?;
        Some(address::host(&url))
    }

    /// The server at `url`, whose state is known where it is a rented endpoint. That it may be
    /// asked at all is told before what lets us in is missing.
    fn server(
        &self,
        url: Url,
        auth: impl FnOnce() -> Result<Auth, InferenceError>,
        asked: Asked,
        state: Option<&RentedState>,
    ) -> Result<Server, InferenceError> {
        if bare_host(&url) == "api-inference.huggingface.co" {
            return Err(InferenceError::SwitchedOff);
        }
        if self.offline && self.is_hugging_face(&url) {
            return Err(InferenceError::Offline);
        }
        let sleep = match state {
            Some(RentedState::ScaledToZero | RentedState::Starting) => Sleep::Known,
            Some(_) => Sleep::Possible,
            None if bare_host(&url).ends_with(".endpoints.huggingface.cloud") => Sleep::Possible,
            None => Sleep::Never,
        };
        Ok(Server {
            http: self.http.clone(),
            url,
            auth: auth()?,
            asked,
            names: Names::default(),
            headers: self.headers(asked, sleep),
            sleep,
        })
    }

    /// What goes with a request besides: whom Hugging Face bills
    /// (<https://huggingface.co/docs/inference-providers/pricing>), and how many seconds the proxy
    /// before an endpoint that sleeps may hold it, rather than refuse it at once
    /// (<https://huggingface.co/docs/inference-endpoints/guides/autoscaling>).
    fn headers(&self, asked: Asked, sleep: Sleep) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if let (Some(organisation), Asked::Router) = (&self.bill_to, asked) {
            headers.push(("x-hf-bill-to", organisation.clone()));
        }
        if sleep != Sleep::Never {
            let held = self.silence.saturating_sub(MARGIN).as_secs().clamp(1, HELD);
            headers.push(("x-scale-up-timeout", held.to_string()));
        }
        headers
    }

    /// True for Hugging Face's own hosts, and for the servers that settings name in their place.
    /// What lies below `endpoints.huggingface.cloud` is somebody's own.
    fn is_hugging_face(&self, url: &Url) -> bool {
        let host = bare_host(url);
        let is_below = |domain: &str| match host.strip_suffix(domain) {
            Some(before) => before.is_empty() || before.ends_with('.'),
            None => false,
        };
        ["huggingface.co", "hf.co", "api.endpoints.huggingface.cloud"]
            .into_iter()
            .any(is_below)
            || [&self.hub, &self.router, &self.service]
                .into_iter()
                .any(|named| named.origin() == url.origin())
    }

    /// What lets the person in at Hugging Face.
    fn person(&self) -> Result<Auth, InferenceError> {
        match &self.token {
            Ok(token) => Ok(Auth::HuggingFace(token.clone())),
            Err(NoToken::Missing) => Err(InferenceError::NoToken),
            Err(NoToken::Unusable(why)) => Err(InferenceError::UnusableToken(why.clone())),
        }
    }
}

/// That a rented endpoint answers when it is asked, or wakes up then.
fn is_ready(name: &str, rented: &Rented) -> Result<(), InferenceError> {
    let (kind, hint) = match rented.state {
        RentedState::Paused => ("paused", "resume it at https://endpoints.huggingface.co"),
        RentedState::Failed => (
            "endpoint-failed",
            "see why at https://endpoints.huggingface.co",
        ),
        _ if rented.url.is_none() => (
            "loading",
            "it has no address yet; try again in some minutes",
        ),
        _ => return Ok(()),
    };
    Err(InferenceError::NotReady {
        kind,
        endpoint: name.to_owned(),
        state: rented.state.said(),
        hint,
    })
}

/// The host without the dot that may stand at the end of a whole name.
fn bare_host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_end_matches('.')
}

/// What lets us in at the endpoint `name`, whose token lies in `variable`.
fn own(
    name: &str,
    variable: &str,
    token: &Result<Token, TokenError>,
) -> Result<Auth, InferenceError> {
    let token = token.clone().map_err(|source| InferenceError::NoOwnToken {
        endpoint: name.to_owned(),
        variable: variable.to_owned(),
        source,
    });
    token.map(Auth::Own)
}

fn parse(address: &str) -> Result<Url, InferenceError> {
    Url::parse(address).map_err(|source| InferenceError::Address {
        address: address.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;

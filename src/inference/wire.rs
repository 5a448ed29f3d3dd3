//! Which captioner serves which model.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use super::Captioner;
use super::chat::{Chat, is_completions};
use super::error::InferenceError;
use super::image_to_text::ImageToText;
use super::refusal::Asked;
use super::server::Server;
use crate::domain::model::{Builtin, ModelRef, Protocol};
use crate::domain::token::{Token, TokenKind};
use crate::http::{self, Auth, Http, HttpSettings, Proxies, Timeouts, Trusted};

/// Everything that can be asked, and the way there.
#[derive(Clone, Debug)]
pub struct Wire {
    /// The way to the network.
    pub http: Http,
    /// Where Hugging Face's models answer, such as `https://router.huggingface.co/v1`.
    pub router: Url,
    /// The token of the person at Hugging Face.
    pub token: Option<Token>,
    /// True where Hugging Face is not to be contacted.
    pub offline: bool,
    /// Endpoints of one's own, by name.
    pub endpoints: BTreeMap<String, Endpoint>,
}

/// An endpoint of one's own.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Where it listens.
    pub url: Url,
    /// How it is spoken to; whatever is no chat gets the picture's bytes.
    pub protocol: Protocol,
    /// The name it knows its model by.
    pub model: Option<String>,
    /// What lets us in.
    pub token: EndpointToken,
}

/// What lets us into an endpoint of one's own.
#[derive(Clone, Debug)]
pub enum EndpointToken {
    /// Nothing.
    None,
    /// The Hugging Face token.
    HuggingFace,
    /// A token of its own.
    Own(Token),
    /// A token of its own that was not found.
    Missing,
}

/// What the wire is made of.
#[derive(Clone, Debug)]
pub struct WireSettings {
    /// Where Hugging Face keeps accounts; its token may go there.
    pub hub: Url,
    /// Where Hugging Face's models answer; its token may go there.
    pub router: Url,
    /// The token of the person at Hugging Face.
    pub token: Option<Token>,
    /// True where Hugging Face is not to be contacted.
    pub offline: bool,
    /// Endpoints of one's own, by name.
    pub endpoints: BTreeMap<String, Endpoint>,
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
            token,
            offline,
            endpoints,
            silence,
            proxies,
        } = settings;
        let own = endpoints.values();
        let own = own.filter(|own| matches!(own.token, EndpointToken::HuggingFace));
        let trusted = [&hub, &router].into_iter().chain(own.map(|own| &own.url));
        let http = Http::new(HttpSettings {
            timeouts: Timeouts {
                silence,
                ..Timeouts::default()
            },
            trusted: Trusted::with(trusted),
            proxies: Proxies::read(|name| proxies.get(name).cloned()),
        });
        Self {
            http,
            router,
            token,
            offline,
            endpoints,
        }
    }

    /// The captioner that serves `model`. Nobody is asked for it.
    ///
    /// # Errors
    /// There is none, or what it takes to ask it is missing.
    pub fn captioner(&self, model: &ModelRef) -> Result<Captioner, InferenceError> {
        let (server, name) = match model {
            ModelRef::Builtin(Builtin::Describe) => return Ok(Captioner::Describe),
            ModelRef::Hub { .. } => {
                let server = self.server(self.router.clone(), self.person()?, Asked::Router)?;
                (server, Some(model.name().raw().to_owned()))
            }
            ModelRef::Endpoint(name) => {
                let unknown = || InferenceError::UnknownEndpoint(name.clone());
                let endpoint = self.endpoints.get(name).ok_or_else(unknown)?;
                let auth = match (&endpoint.token, &self.token) {
                    (EndpointToken::None, _) => Auth::None,
                    (EndpointToken::Own(token), _) => Auth::Own(token.clone()),
                    (EndpointToken::HuggingFace, Some(token)) => Auth::HuggingFace(token.clone()),
                    (EndpointToken::HuggingFace, None) | (EndpointToken::Missing, _) => {
                        return Err(InferenceError::NoOwnToken(name.clone()));
                    }
                };
                let server = self.server(endpoint.url.clone(), auth, Asked::Endpoint)?;
                (server, endpoint.model.clone())
            }
            ModelRef::Url(address) => {
                let server = self.server(parse(address)?, Auth::None, Asked::Address)?;
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
            ModelRef::Endpoint(name) => Some(self.endpoints.get(name)?.url.clone()),
            ModelRef::Url(address) => parse(address).ok(),
        }
    }

    /// Whom a person lets have pictures by naming it: [`Wire::host`], with `http://` in front where
    /// anybody on the way can read along.
    pub fn receiver(&self, model: &ModelRef) -> Option<String> {
        let url = self.url(model)?;
        let host = http::host(&url);
        Some(if http::is_private(&url) {
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
                let endpoint = self.endpoints.get(name);
                endpoint.map_or(Protocol::Chat, |endpoint| endpoint.protocol)
            }
            ModelRef::Url(address) => match parse(address) {
                Ok(url) if is_completions(url.path()) => Protocol::Chat,
                Ok(_) | Err(_) => Protocol::ImageToText,
            },
        }
    }

    /// Who gets the pictures that are sent to `model`, with the port where it is not the usual
    /// one; `None` where they stay here or nobody knows.
    pub fn host(&self, model: &ModelRef) -> Option<String> {
        let url = self.url(model)?;
        Some(http::host(&url))
    }

    fn server(&self, url: Url, auth: Auth, asked: Asked) -> Result<Server, InferenceError> {
        let host = url.host_str().unwrap_or_default();
        if host == "api-inference.huggingface.co" {
            return Err(InferenceError::SwitchedOff);
        }
        let is_hub = host == "huggingface.co" || host.ends_with(".huggingface.co");
        if self.offline && (asked == Asked::Router || is_hub) {
            return Err(InferenceError::Offline);
        }
        let http = self.http.clone();
        Ok(Server {
            http,
            url,
            auth,
            asked,
        })
    }

    /// What lets the person in at Hugging Face. A token of another shape may be the key to
    /// something else, and is not shown there (`huggingface_hub` 2.4:
    /// `inference/_providers/_common.py` refuses it too).
    fn person(&self) -> Result<Auth, InferenceError> {
        let token = self.token.as_ref().ok_or(InferenceError::NoToken)?;
        match token.kind() {
            TokenKind::Access | TokenKind::OAuth => Ok(Auth::HuggingFace(token.clone())),
            TokenKind::Organisation | TokenKind::Other => Err(InferenceError::StrangeToken),
        }
    }
}

fn parse(address: &str) -> Result<Url, InferenceError> {
    Url::parse(address).map_err(|source| InferenceError::Address {
        address: address.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;

//! Which captioner serves which model.

use std::collections::BTreeMap;

use url::Url;

use super::Captioner;
use super::chat::{Chat, is_completions};
use super::error::InferenceError;
use super::image_to_text::ImageToText;
use super::refusal::Asked;
use super::server::Server;
use crate::domain::model::{Builtin, ModelRef, Protocol};
use crate::domain::token::{Token, TokenKind};
use crate::http::{self, Auth, Http};

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
    pub auth: Auth,
}

impl Wire {
    /// The captioner that serves `model`. Nobody is asked for it.
    ///
    /// # Errors
    /// There is none, or what it takes to ask it is missing.
    pub fn captioner(&self, model: &ModelRef) -> Result<Captioner, InferenceError> {
        match model {
            ModelRef::Builtin(Builtin::Describe) => Ok(Captioner::Describe),
            ModelRef::Hub { .. } => {
                let server = self.server(self.router.clone(), self.person()?, Asked::Router)?;
                Ok(Captioner::Chat(Chat::new(server, Some(model.name().raw()))))
            }
            ModelRef::Endpoint(name) => {
                let unknown = || InferenceError::UnknownEndpoint(name.clone());
                let endpoint = self.endpoints.get(name).ok_or_else(unknown)?;
                let (url, auth) = (endpoint.url.clone(), endpoint.auth.clone());
                let server = self.server(url, auth, Asked::Endpoint)?;
                Ok(match endpoint.protocol {
                    Protocol::Chat => Captioner::Chat(Chat::new(server, endpoint.model.as_deref())),
                    Protocol::ImageToText | Protocol::Here => {
                        Captioner::ImageToText(ImageToText::new(server))
                    }
                })
            }
            ModelRef::Url(address) => {
                let server = self.server(parse(address)?, Auth::None, Asked::Address)?;
                Ok(if is_completions(server.url.path()) {
                    Captioner::Chat(Chat::new(server, None))
                } else {
                    Captioner::ImageToText(ImageToText::new(server))
                })
            }
        }
    }

    /// Who gets the pictures that are sent to `model`, with the port where it is not the usual
    /// one; `None` where they stay here or nobody knows.
    pub fn host(&self, model: &ModelRef) -> Option<String> {
        let url = match model {
            ModelRef::Builtin(_) => return None,
            ModelRef::Hub { .. } => self.router.clone(),
            ModelRef::Endpoint(name) => self.endpoints.get(name)?.url.clone(),
            ModelRef::Url(address) => parse(address).ok()?,
        };
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

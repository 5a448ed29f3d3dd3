//! Where a token may go.

use url::{Host, Origin, Url};

use crate::domain::token::{Token, TokenKind};

use super::Auth;
use super::call::host;
use super::error::HttpError;

/// Hugging Face's own servers (`huggingface_hub` 2.4: `constants.py`). Not the hosts below
/// `endpoints.huggingface.cloud`: anybody can rent one of those.
const HUGGING_FACE: [&str; 3] = [
    "https://huggingface.co",
    "https://router.huggingface.co",
    "https://api.endpoints.huggingface.cloud",
];

/// Where the Hugging Face token may go.
#[derive(Clone, Debug)]
pub struct Trusted(Vec<Origin>);

/// Hugging Face's own servers and no others.
impl Default for Trusted {
    fn default() -> Self {
        Self::with([])
    }
}

impl Trusted {
    /// Hugging Face's own servers, and the very servers of these addresses, which the person's
    /// settings name for it.
    pub fn with<'a>(more: impl IntoIterator<Item = &'a Url>) -> Self {
        let fixed = HUGGING_FACE.iter().filter_map(|url| Url::parse(url).ok());
        let fixed = fixed.map(|url| url.origin());
        let more = more.into_iter().map(Url::origin);
        Self(fixed.chain(more).collect())
    }

    /// May the Hugging Face token go to `url`? Scheme, host and port count, nothing else; without
    /// encryption it stays on this machine.
    pub fn allows(&self, url: &Url) -> bool {
        is_private(url) && self.0.contains(&url.origin())
    }

    /// The token to show to `url`, if any.
    pub(super) fn admit<'a>(
        &self,
        url: &Url,
        auth: &'a Auth,
    ) -> Result<Option<&'a Token>, HttpError> {
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(HttpError::Address {
                scheme: url.scheme().to_owned(),
            });
        }
        let is_theirs =
            |token: &Token| matches!(token.kind(), TokenKind::Access | TokenKind::OAuth);
        match auth {
            Auth::None => Ok(None),
            Auth::HuggingFace(_) if !self.0.contains(&url.origin()) => {
                Err(HttpError::Stranger { host: host(url) })
            }
            Auth::HuggingFace(_) if !is_private(url) => Err(HttpError::Clear { host: host(url) }),
            Auth::Own(token) if is_theirs(token) && !is_private(url) => {
                Err(HttpError::Clear { host: host(url) })
            }
            Auth::HuggingFace(token) | Auth::Own(token) => Ok(Some(token)),
        }
    }
}

/// True where nobody on the way can read along.
fn is_private(url: &Url) -> bool {
    url.scheme() == "https" || is_here(url)
}

/// True for this machine: `localhost`, `127.0.0.0/8`, `::1`.
pub(super) fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

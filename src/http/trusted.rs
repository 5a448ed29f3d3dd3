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
pub fn is_private(url: &Url) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_to_the_very_servers_that_are_named() {
        let named = [
            "https://hub.example.org/api",
            "http://hub.example.org:81",
            "http://localhost:8000",
        ];
        let named = named.map(|url| Url::parse(url).unwrap());
        let trusted = Trusted::with(&named);
        for (url, expected) in [
            ("https://huggingface.co/api/whoami-v2", true),
            ("https://HuggingFace.co:443/", true),
            ("https://router.huggingface.co/v1/chat/completions", true),
            ("https://api.endpoints.huggingface.cloud/v2", true),
            ("https://hub.example.org/other?a=b", true),
            ("http://localhost:8000/v1", true),
            ("http://huggingface.co/", false),
            ("https://huggingface.co:8443/", false),
            ("https://huggingface.co./", false),
            ("https://cdn.huggingface.co/", false),
            ("https://huggingface.co.example.org/", false),
            ("https://nothuggingface.co/", false),
            ("https://huggingface.co@example.org/", false),
            ("https://example.org/huggingface.co", false),
            (
                "https://abc.us-east-1.aws.endpoints.huggingface.cloud/",
                false,
            ),
            ("http://hub.example.org/", false),
            ("http://hub.example.org:81/", false),
            ("http://localhost:8001/", false),
            ("http://127.0.0.1:8000/", false),
            ("ftp://huggingface.co/", false),
            ("data:,huggingface.co", false),
        ] {
            assert_eq!(trusted.allows(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn a_token_of_hugging_face_is_never_sent_unencrypted_whoever_names_it() {
        let trusted = Trusted::with(&[Url::parse("http://hub.example.org").unwrap()]);
        let own = |secret: &str| Auth::Own(Token::read(secret).unwrap());
        let theirs = Auth::HuggingFace(Token::read("hf_abcdefghijklmnop").unwrap());
        for (auth, url, expected) in [
            (&theirs, "http://hub.example.org", Err("token-kept")),
            (&theirs, "https://example.org", Err("token-kept")),
            (&theirs, "https://huggingface.co", Ok(true)),
            (
                &own("hf_abcdefghijklmnop"),
                "http://example.org",
                Err("token-kept"),
            ),
            (
                &own("hf_oauth_abcdefghij"),
                "http://10.0.0.1",
                Err("token-kept"),
            ),
            (&own("hf_abcdefghijklmnop"), "https://example.org", Ok(true)),
            (&own("hf_abcdefghijklmnop"), "http://127.8.0.1:80", Ok(true)),
            (&own("hf_abcdefghijklmnop"), "http://[::1]:80", Ok(true)),
            (&own("sk-abc"), "http://example.org", Ok(true)),
            (&Auth::None, "http://example.org", Ok(false)),
            (&Auth::None, "file:///etc/passwd", Err("address")),
        ] {
            let admitted = trusted.admit(&Url::parse(url).unwrap(), auth);
            let admitted = admitted.map(|token| token.is_some());
            assert_eq!(
                admitted.map_err(|error| error.kind()),
                expected,
                "{auth:?} {url}"
            );
        }
    }
}

//! Why there is no answer, and whether to ask again.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

use url::Url;

use crate::domain::address::without_secrets;
use crate::domain::run::Wait;
use crate::domain::text::Foreign;

use super::Retry;
use super::refusal::Refusal;

/// Columns that a foreign text gets in a sentence.
const WIDTH: usize = 200;

/// Why there is no answer, or no whole one. A `host` is the server as a person knows it, with its
/// port where that is not the usual one.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No address of a web server. Nothing was sent.
    #[error("{scheme}: is no address of a web server")]
    Address {
        /// How the address begins.
        scheme: String,
    },
    /// The Hugging Face token belongs elsewhere. Nothing was sent.
    #[error("the Hugging Face token does not go to {host}")]
    Stranger {
        /// Where it does not go.
        host: String,
    },
    /// Others on the way could read the token. Nothing was sent.
    #[error("the Hugging Face token does not go to {host} unencrypted")]
    Clear {
        /// Where it does not go.
        host: String,
    },
    /// The machine knows no authority whose word on a server could be believed.
    #[error("no server can be trusted, since this machine has no certificates of authorities")]
    NoCertificates(#[source] Cause),
    /// The client cannot be made.
    #[error("the network cannot be used")]
    Setup(#[source] Cause),
    /// Nobody knows the name.
    #[error("{host} is not found")]
    NotFound {
        /// Who.
        host: String,
        /// What the machine says.
        source: Cause,
    },
    /// There is no way to the server.
    #[error("there is no way to {host}")]
    NoNetwork {
        /// Who.
        host: String,
        /// What the machine says.
        source: Cause,
    },
    /// The machine is there, the server is not.
    #[error("nothing answers at {host}")]
    NotRunning {
        /// Who.
        host: String,
        /// What the machine says.
        source: Cause,
    },
    /// The connection does not come about in time.
    #[error("{host} did not take the connection within {time:?}")]
    NotTaken {
        /// Who.
        host: String,
        /// How long it was given.
        time: Duration,
    },
    /// The server cannot prove who it is.
    #[error("{host} cannot prove who it is")]
    Untrusted {
        /// Who.
        host: String,
        /// What is wrong with its proof.
        source: Cause,
    },
    /// The server speaks no TLS, or another one.
    #[error("no secure connection to {host} comes about")]
    Tls {
        /// Who.
        host: String,
        /// What is wrong with what it says.
        source: Cause,
    },
    /// The way leads through a proxy, and there it ends.
    #[error("{host} is not reached through the proxy that {variable} names")]
    Proxy {
        /// Who.
        host: String,
        /// The variable that could be wrong.
        variable: &'static str,
        /// What is wrong with the way.
        source: Cause,
    },
    /// The way would lead through a proxy, and what names it cannot be read. Nothing was sent.
    #[error("{variable} names no proxy that could be used")]
    BadProxy {
        /// The variable.
        variable: &'static str,
        /// What is wrong with its value.
        source: Cause,
    },
    /// The connection broke before the answer began.
    #[error("{host} hung up without an answer")]
    Lost {
        /// Who.
        host: String,
        /// What became of the connection.
        source: Cause,
    },
    /// What came is no HTTP.
    #[error("what {host} answers is no HTTP")]
    NotHttp {
        /// Who.
        host: String,
        /// What is wrong with it.
        source: Cause,
    },
    /// Not a byte for too long.
    #[error("{host} said nothing for {time:?}")]
    Silent {
        /// Who.
        host: String,
        /// For how long.
        time: Duration,
    },
    /// The end of the answer does not come.
    #[error("{host} took longer than {time:?}")]
    TooSlow {
        /// Who.
        host: String,
        /// How long it was given.
        time: Duration,
    },
    /// The connection broke in the middle of the answer, or the rest of it cannot be unpacked.
    #[error("the answer of {host} broke off")]
    Cut {
        /// Who.
        host: String,
        /// What became of it.
        source: Cause,
    },
    /// The answer is longer than anybody wants to read.
    #[error("{host} answered with more than {most} bytes")]
    TooLarge {
        /// Who.
        host: String,
        /// What is read at most.
        most: usize,
    },
    /// The server has another address, to which nothing was sent.
    #[error("{host} redirects to {}", .to.shown(WIDTH))]
    Redirected {
        /// Who.
        host: String,
        /// The address without its query and without a name and password.
        to: Foreign,
    },
    /// The server sends everybody in a circle.
    #[error("{host} redirects again and again")]
    Circle {
        /// Who.
        host: String,
    },
    /// The server said no.
    #[error("{0}")]
    Refused(Box<Refusal>),
}

impl HttpError {
    /// A word for programs to rely on.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Address { .. } => "address",
            Self::Stranger { .. } | Self::Clear { .. } => "token-kept",
            Self::NoCertificates(_) => "no-certificates",
            Self::Setup(_) => "internal",
            Self::NotFound { .. } => "dns",
            Self::NoNetwork { .. } => "no-network",
            Self::NotRunning { .. } | Self::Lost { .. } => "connection",
            Self::Untrusted { .. } | Self::Tls { .. } => "tls",
            Self::Proxy { .. } | Self::BadProxy { .. } => "proxy",
            Self::NotTaken { .. } | Self::Silent { .. } | Self::TooSlow { .. } => "timeout",
            Self::NotHttp { .. } => "not-http",
            Self::Cut { .. } => "broken-off",
            Self::TooLarge { .. } => "too-large",
            Self::Redirected { .. } | Self::Circle { .. } => "redirected",
            Self::Refused(refusal) => refusal.kind(),
        }
    }

    /// What the person can do about it. Of a refusal only who asked knows.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Address { .. } => "write an address that begins with https://",
            Self::Stranger { .. } => {
                "if it should, make the server an endpoint of the configuration with token = \"hf\""
            }
            Self::Clear { .. } => "write https:// in front of the address",
            Self::NoCertificates(_) => {
                "install the package ca-certificates, or name a file of them in SSL_CERT_FILE"
            }
            Self::NotFound { .. } => "check the spelling of the name, and the network",
            Self::NoNetwork { .. } => "check the network, and try again",
            Self::NotRunning { .. } => "start the server, or check the port",
            Self::Untrusted { .. } => {
                "where a company reads along, this machine must be told to trust its certificate"
            }
            Self::Tls { .. } => "write http:// if that is what the server speaks",
            Self::Proxy { .. } => "check that variable, and whether the proxy runs",
            Self::BadProxy { .. } => "correct that variable, or take it away",
            Self::NotTaken { .. } | Self::Lost { .. } | Self::Cut { .. } => "try again later",
            Self::NotHttp { .. } => "check that the address is that of a web server",
            Self::Silent { .. } | Self::TooSlow { .. } => {
                "try again later, lower max_tokens or choose a faster model"
            }
            Self::TooLarge { .. } | Self::Circle { .. } => "check the address",
            Self::Redirected { .. } => "write that address instead",
            Self::Setup(_) | Self::Refused(_) => return None,
        })
    }

    /// When the same request may be sent again; `None` where that would not help, or where the
    /// server may be at work on it.
    pub fn retry(&self) -> Option<Retry> {
        match self {
            Self::Refused(refusal) => refusal.retry(),
            Self::NotFound { .. }
            | Self::NoNetwork { .. }
            | Self::NotRunning { .. }
            | Self::NotTaken { .. }
            | Self::Proxy { .. }
            | Self::Lost { .. } => Some(Retry {
                why: Wait::Connection,
                after: None,
            }),
            _ => None,
        }
    }

    pub(super) fn redirected(from: &str, to: &Url) -> Self {
        Self::Redirected {
            host: from.to_owned(),
            to: Foreign::new(without_secrets(to)),
        }
    }

    /// Why the client could not be made.
    pub(super) fn of_building(error: &reqwest::Error) -> Self {
        let cause = Cause::of(error);
        match find::<rustls::Error>(error) {
            Some(_) => Self::NoCertificates(cause),
            None => Self::Setup(cause),
        }
    }

    /// Why the head of an answer did not come from `host`, which was to take the connection within
    /// `time`, over the proxy that the variable `proxy` names.
    pub(super) fn of_sending(
        host: String,
        proxy: Option<&'static str>,
        time: Duration,
        error: &reqwest::Error,
    ) -> Self {
        let source = Cause::of(error);
        match find(error) {
            Some(rustls::Error::InvalidCertificate(_)) => return Self::Untrusted { host, source },
            Some(_) => return Self::Tls { host, source },
            None if error.is_builder() => return Self::Setup(source),
            None => {}
        }
        let failure = find::<io::Error>(error).map(io::Error::kind);
        if !error.is_connect() {
            return match failure {
                None if !is_hung_up(error) => Self::NotHttp { host, source },
                _ => Self::Lost { host, source },
            };
        }
        if let Some(variable) = proxy {
            return Self::Proxy {
                host,
                variable,
                source,
            };
        }
        match failure {
            _ if error.is_timeout() => Self::NotTaken { host, time },
            _ if error.is_dns() => Self::NotFound { host, source },
            Some(ErrorKind::ConnectionRefused) => Self::NotRunning { host, source },
            Some(ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable) => {
                Self::NoNetwork { host, source }
            }
            _ => Self::Lost { host, source },
        }
    }

    /// Why the rest of an answer did not come.
    pub(super) fn of_receiving(host: String, error: &reqwest::Error) -> Self {
        let source = Cause::of(error);
        Self::Cut { host, source }
    }
}

/// What the machine, or the server's side of the connection, says itself, without the layers that
/// passed it on.
#[derive(Debug)]
pub struct Cause(String);

impl Cause {
    pub(super) fn new(says: impl fmt::Display) -> Self {
        Self(says.to_string())
    }

    fn of(error: &reqwest::Error) -> Self {
        // The outermost would tell the whole address, with what is secret in its query.
        let innermost = links(error).last();
        Self(innermost.map_or_else(|| "no reason is known".to_owned(), ToString::to_string))
    }
}

#[cfg(test)]
impl From<&str> for Cause {
    fn from(said: &str) -> Self {
        Self(said.to_owned())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Cause {}

/// An error and all that lie below it. What an [`io::Error`] wraps, it does not name as its source.
fn links(error: &dyn Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&error| {
        let wrapped = error.downcast_ref().and_then(io::Error::get_ref);
        wrapped.map_or_else(|| error.source(), |wrapped| Some(wrapped as _))
    })
}

fn find<E: Error + 'static>(error: &dyn Error) -> Option<&E> {
    links(error).find_map(|error| error.downcast_ref())
}

/// True where the connection ended before there was an answer, or within its head, which is
/// nearly the same. `hyper` tells that from an answer that is none in words only.
fn is_hung_up(error: &reqwest::Error) -> bool {
    let words = [
        "connection closed before message completed",
        "operation was canceled",
        "channel closed",
    ];
    links(error).any(|link| words.contains(&link.to_string().as_str()))
}

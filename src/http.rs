//! The one way to the network: a client made on first use, bounded in time and size, that lets a
//! token go only where it belongs and turns what servers say into sentences.

use std::time::Duration;

use bytes::Bytes;
use url::{Origin, Url};

use crate::domain::run::Wait;
use crate::domain::text::Foreign;
use crate::domain::token::Token;

/// How long something may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Until the server takes the connection.
    pub connect: Duration,
    /// Without a single byte from the server.
    pub silence: Duration,
    /// From the first byte sent to the last byte received.
    pub whole: Duration,
}

/// Where the Hugging Face token may go.
#[derive(Clone, Debug)]
pub struct Trusted(Vec<Origin>);

/// What a request shows to be let in.
#[derive(Clone, Debug)]
pub enum Auth {
    /// Nothing.
    None,
    /// The Hugging Face token: it goes to [`Trusted`] origins only.
    HuggingFace(Token),
    /// The token of an endpoint of one's own.
    Own(Token),
}

/// A request that sends something.
#[derive(Clone, Debug)]
pub struct Post {
    /// Where to.
    pub url: Url,
    /// What lets it in.
    pub auth: Auth,
    /// `Content-Type`, sent exactly so.
    pub content_type: &'static str,
    /// `Accept`, sent exactly so.
    pub accept: &'static str,
    /// The body.
    pub body: Bytes,
}

/// The client.
#[derive(Clone, Debug)]
pub struct Http;

/// An answer that began well: its status is 2xx.
#[derive(Debug)]
pub struct Reply;

/// Why there is no answer, or no whole one.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The answer is longer than anybody wants to read.
    #[error("{host} answered with more than {most} bytes")]
    TooLarge {
        /// Who.
        host: String,
        /// What is read at most.
        most: usize,
    },
    /// The server said no.
    #[error("{} answered {}", .0.host, .0.status)]
    Refused(Box<Refusal>),
}

/// What a server said that refused a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Who.
    pub host: String,
    /// The status, 300 to 599; 200 for an error inside an answer that began well.
    pub status: u16,
    /// The server's own words, on one line and not too long.
    pub message: Option<Foreign>,
    /// A word for programs: `error.code`, `X-Error-Code` or `error_type`.
    pub code: Option<String>,
    /// When it may be asked again.
    pub retry_after: Option<Duration>,
    /// When it expects to be ready.
    pub estimated: Option<Duration>,
    /// The server's own number for the request.
    pub request_id: Option<Foreign>,
}

/// When the same request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// What is waited for.
    pub why: Wait,
    /// For how long, where the server says so.
    pub after: Option<Duration>,
}

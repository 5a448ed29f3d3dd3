//! The one way to the network: a client made on first use, bounded in time and size, that lets a
//! token go only where it belongs and turns what servers say into sentences.
//!
//! HTTP/1.1 over rustls with the certificates of the machine. A question that sends something
//! follows no redirect, or the picture would go to somebody it was not meant for. Nothing here is
//! tried again but once: where a server seems to have closed a kept connection without saying so.

mod call;
mod error;
mod proxies;
mod refusal;
mod reply;
#[cfg(test)]
#[path = "../tests/support/server.rs"]
pub(crate) mod server;
mod trusted;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Client, Method, Request, Response};
use tokio::sync::OnceCell;
use tokio::time::Instant;
use url::Url;

use crate::domain::run::Wait;
use crate::domain::token::Token;

use call::{Call, Kept};

pub use error::{Cause, HttpError};
pub use proxies::Proxies;
pub use refusal::Refusal;
pub use reply::Reply;
pub use trusted::Trusted;

/// What this program calls itself.
const USER_AGENT: &str = concat!("blipboard/", env!("CARGO_PKG_VERSION"), "; rust");
/// A connection that was closed before the request came breaks as soon as it is used: what breaks
/// later was in the server's hands.
const AT_ONCE: Duration = Duration::from_secs(1);
/// A question that only asks is sent on at most so often.
const REDIRECTS: usize = 5;

/// What the client goes by.
#[derive(Clone, Debug, Default)]
pub struct HttpSettings {
    /// How long something may take.
    pub timeouts: Timeouts,
    /// Where the Hugging Face token may go.
    pub trusted: Trusted,
    /// Which way requests take.
    pub proxies: Proxies,
}

/// How long something may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Until the server takes the connection.
    pub connect: Duration,
    /// Without a single byte from the server; sending gets a second more for each 32 KiB.
    pub silence: Duration,
    /// From the first byte sent to the last byte received, or until [`Reply::renew`].
    pub whole: Duration,
    /// A connection that lies unused for so long is closed.
    pub idle: Duration,
}

impl Timeouts {
    /// A server that says nothing for `silence` is given up; the whole gets no less than that.
    pub fn of_silence(silence: Duration) -> Self {
        let usual = Self::default();
        Self {
            silence,
            whole: usual.whole.max(silence),
            ..usual
        }
    }
}

/// 10 seconds to connect, 2 minutes of silence, 10 minutes for the whole, 30 seconds unused.
impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_mins(2),
            whole: Duration::from_mins(10),
            idle: Duration::from_secs(30),
        }
    }
}

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
    /// Further headers. A value that no header can carry is an error.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

/// When the same request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// What is waited for.
    pub why: Wait,
    /// For how long, where the server says so.
    pub after: Option<Duration>,
}

/// The client. To make and to clone it costs nothing; it reads the machine's certificates when it
/// is first used.
#[derive(Clone, Debug, Default)]
pub struct Http(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    settings: HttpSettings,
    /// For `https`, and for every way through a proxy.
    secure: OnceCell<Client>,
    /// For `http` without one.
    plain: OnceCell<Client>,
    kept: Arc<Kept>,
}

impl Http {
    /// A client that goes by `settings`.
    pub fn new(settings: HttpSettings) -> Self {
        Self(Arc::new(Inner {
            settings,
            ..Inner::default()
        }))
    }

    /// Sends `post` and waits for the head of the answer. No redirect is followed.
    ///
    /// # Errors
    /// There is no answer, or it is a refusal.
    pub async fn post(&self, post: &Post) -> Result<Reply, HttpError> {
        let mut request = self.request(Method::POST, &post.url, &post.auth)?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(post.accept));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(post.content_type));
        for (name, value) in &post.headers {
            let value = HeaderValue::try_from(value.as_str());
            let value = value.map_err(|error| HttpError::Setup(Cause::new(error)))?;
            headers.insert(*name, value);
        }
        *request.body_mut() = Some(post.body.clone().into());
        let call = self.call(&post.url, &post.auth)?;
        let response = self.send(&call, request, post.body.len()).await?;
        match redirect(&response) {
            Some(to) => Err(HttpError::redirected(&call.host, &to)),
            None => Reply::of(response, call, Arc::clone(&self.0.kept)).await,
        }
    }

    /// Asks for `url` and waits for the head of the answer. At most 5 redirects are followed, and
    /// only where they stay with the same server.
    ///
    /// # Errors
    /// There is no answer, or it is a refusal.
    pub async fn get(&self, url: &Url, auth: &Auth) -> Result<Reply, HttpError> {
        let call = self.call(url, auth)?;
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let mut request = self.request(Method::GET, &url, auth)?;
            let headers = request.headers_mut();
            headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
            let response = self.send(&call, request, 0).await?;
            match redirect(&response) {
                None => return Reply::of(response, call, Arc::clone(&self.0.kept)).await,
                Some(to) if to.origin() == url.origin() => url = to,
                Some(to) => return Err(HttpError::redirected(&call.host, &to)),
            }
        }
        Err(HttpError::Circle { host: call.host })
    }

    fn call(&self, url: &Url, auth: &Auth) -> Result<Call, HttpError> {
        let token = match auth {
            Auth::None => None,
            Auth::HuggingFace(token) | Auth::Own(token) => Some(token.clone()),
        };
        let proxy = self.0.settings.proxies.variable(url)?;
        Ok(Call::new(url, token, proxy, self.0.settings.timeouts))
    }

    /// A request that shows `auth` where it may be shown.
    fn request(&self, method: Method, url: &Url, auth: &Auth) -> Result<Request, HttpError> {
        let mut request = Request::new(method, url.clone());
        if let Some(token) = self.0.settings.trusted.admit(url, auth)? {
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.secret()))
                .map_err(|error| HttpError::Setup(Cause::new(error)))?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Ok(request)
    }

    /// Sends a request whose body is `length` bytes, and waits for the head of the answer.
    async fn send(
        &self,
        call: &Call,
        request: Request,
        length: usize,
    ) -> Result<Response, HttpError> {
        let client = self.client(call).await?;
        let may_be_closed = self.0.kept.take(&call.url, call.timeouts.idle);
        let again = may_be_closed.then(|| request.try_clone()).flatten();
        let began = Instant::now();
        let sent = call.head(client.execute(request), length).await;
        match (sent, again) {
            (Err(HttpError::Lost { .. }), Some(again)) if began.elapsed() < AT_ONCE => {
                tracing::debug!(
                    host = call.host,
                    "a kept connection was closed; asked again"
                );
                call.head(client.execute(again), length).await
            }
            (sent, _) => sent,
        }
    }

    /// Where no TLS is spoken, the machine's certificates, which may be missing, are not needed.
    async fn client(&self, call: &Call) -> Result<&Client, HttpError> {
        let is_plain = call.is_plain();
        let Inner { plain, secure, .. } = &*self.0;
        let client = if is_plain { plain } else { secure };
        client
            .get_or_try_init(|| async { self.build(is_plain) })
            .await
    }

    fn build(&self, is_plain: bool) -> Result<Client, HttpError> {
        let settings = &self.0.settings;
        // Where somebody else was first, theirs will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .user_agent(USER_AGENT)
            .http1_only()
            .connect_timeout(settings.timeouts.connect)
            .pool_idle_timeout(settings.timeouts.idle)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy();
        if is_plain {
            client = client.tls_certs_only([]);
        } else if let Some(proxy) = settings.proxies.clone().into_proxy() {
            client = client.proxy(proxy);
        }
        client
            .build()
            .map_err(|error| HttpError::of_building(&error))
    }
}

/// Where an answer sends the one who asked, if it does.
fn redirect(response: &Response) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let to = response.headers().get(LOCATION)?.to_str().ok()?;
    response.url().join(to).ok()
}

#[cfg(test)]
mod tests;

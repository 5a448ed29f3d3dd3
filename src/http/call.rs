//! One question to one server: its clock, and what is said of it when it goes wrong.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout};
use url::{Origin, Url};

use crate::domain::token::Token;

use super::Timeouts;
use super::error::HttpError;

/// Bytes a second of the slowest line that a picture is sent over.
const SLOWEST: usize = 32 * 1024;
/// What the rest of a refusal gets.
const HURRY: Duration = Duration::from_secs(5);

/// One question, from its first byte to the last of its answer.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) url: Url,
    /// The server as a person knows it: `localhost:8080`.
    pub(super) host: String,
    /// The secret that the server is shown, and may say again.
    pub(super) token: Option<Token>,
    /// The variable whose proxy stands in between.
    pub(super) proxy: Option<&'static str>,
    pub(super) timeouts: Timeouts,
    since: Instant,
}

impl Call {
    pub(super) fn new(
        url: &Url,
        token: Option<Token>,
        proxy: Option<&'static str>,
        timeouts: Timeouts,
    ) -> Self {
        Self {
            url: url.clone(),
            host: host(url),
            token,
            proxy,
            timeouts,
            since: Instant::now(),
        }
    }

    /// True where neither the server nor anybody on the way speaks TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.url.scheme() == "http" && self.proxy.is_none()
    }

    /// Waits for the head of the answer to a body of `length` bytes.
    pub(super) async fn head<T>(
        &self,
        work: impl Future<Output = reqwest::Result<T>>,
        length: usize,
    ) -> Result<T, HttpError> {
        let sending = Duration::from_secs((length / SLOWEST) as u64);
        let patience = self.timeouts.silence.saturating_add(sending);
        let head = self.within(patience, work).await?;
        head.map_err(|error| {
            let time = self.timeouts.connect;
            HttpError::of_sending(self.host.clone(), self.proxy, time, &error)
        })
    }

    /// Waits for a piece of the body.
    pub(super) async fn piece<T>(
        &self,
        work: impl Future<Output = reqwest::Result<T>>,
    ) -> Result<T, HttpError> {
        let piece = self.within(self.timeouts.silence, work).await?;
        piece.map_err(|error| HttpError::of_receiving(self.host.clone(), &error))
    }

    /// What is still to come is not worth more than a few seconds.
    pub(super) fn hurry(&mut self) {
        let left = self.since.elapsed().saturating_add(HURRY);
        self.timeouts.whole = self.timeouts.whole.min(left);
    }

    async fn within<T>(
        &self,
        patience: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, HttpError> {
        let left = self.timeouts.whole.saturating_sub(self.since.elapsed());
        let host = self.host.clone();
        let done = timeout(patience.min(left), work).await;
        done.map_err(|_| {
            if patience < left {
                let time = patience;
                HttpError::Silent { host, time }
            } else {
                let time = self.timeouts.whole;
                HttpError::TooSlow { host, time }
            }
        })
    }
}

/// The server of `url` as a person knows it: with its port where that is not the usual one.
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// An address without its query and without a name and password: what may be shown and kept of it.
pub fn without_secrets(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // An address that cannot have them has none.
    let _ = (url.set_username(""), url.set_password(None));
    url
}

/// How many connections to each server lie ready to be used again, as far as that can be seen from
/// the answers that were read to their end.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<HashMap<Origin, usize>>);

impl Kept {
    /// One is taken for the next request; false where there is none, so that a new one is made.
    pub(super) fn take(&self, url: &Url) -> bool {
        let mut kept = self.lock();
        let count = kept.get_mut(&url.origin()).filter(|count| **count > 0);
        count.map(|count| *count -= 1).is_some()
    }

    /// An answer was read to its end.
    pub(super) fn give(&self, url: &Url) {
        *self.lock().entry(url.origin()).or_default() += 1;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Origin, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! One question to one server: its clock, and what is said of it when it goes wrong.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout};
use url::{Origin, Url};

use crate::domain::address::host;
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

    /// So much has come that the rest gets as long as the whole was given.
    pub(super) fn renew(&mut self) {
        self.since = Instant::now();
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

/// Since when connections to each server lie ready to be used again, as far as that can be seen
/// from the answers that were read to their end.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<HashMap<Origin, Vec<Instant>>>);

impl Kept {
    /// One is taken for the next request; false where none is left that is not older than `idle`,
    /// so that a new one is made.
    pub(super) fn take(&self, url: &Url, idle: Duration) -> bool {
        let mut kept = self.lock();
        let Some(since) = kept.get_mut(&url.origin()) else {
            return false;
        };
        since.retain(|since| since.elapsed() < idle);
        since.pop().is_some()
    }

    /// An answer was read to its end.
    pub(super) fn give(&self, url: &Url) {
        let mut kept = self.lock();
        kept.entry(url.origin()).or_default().push(Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Origin, Vec<Instant>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

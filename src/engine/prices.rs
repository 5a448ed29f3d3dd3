//! What the router says models cost, asked when somebody first wants to know and now and then
//! after.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::domain::model::{Price, Route};
use crate::hub::catalogue::{self, Prices};
use crate::inference::Wire;

/// Prices change seldom.
const FRESH: Duration = Duration::from_hours(1);
/// A router that could not tell is asked again after this time.
const SOON: Duration = Duration::from_mins(1);
/// Nobody waits longer for prices: a caption can be asked for without them.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct PriceList {
    known: RwLock<Prices>,
    /// When the router is asked next.
    next: Mutex<Option<Instant>>,
}

impl PriceList {
    /// What was heard so far.
    pub(super) fn known(&self, id: &str, route: &Route) -> Price {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.of(id, route)
    }

    /// Asks the router, unless it was asked just now; those who ask at the same time share one
    /// answer.
    pub(super) async fn ask(&self, wire: &Wire) {
        let mut next = self.next.lock().await;
        if wire.offline || next.is_some_and(|next| Instant::now() < next) {
            return;
        }
        let answer = timeout(PATIENCE, catalogue::prices(&wire.http, &wire.router)).await;
        let wait = match answer {
            Ok(Ok(prices)) => {
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = prices;
                FRESH
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the router did not tell its prices");
                SOON
            }
            Err(_) => {
                tracing::warn!("the router took too long to tell its prices");
                SOON
            }
        };
        *next = Some(Instant::now() + wait);
    }
}

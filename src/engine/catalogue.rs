//! The models that Hugging Face's router serves and what they cost: asked when somebody first wants
//! to know and now and then after, and kept on disk.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::{Engine, EngineError};
use crate::domain::catalogue::{Catalogue, RateLimit, Served};
use crate::domain::model::{Price, Route};
use crate::domain::problem::Problem;
use crate::domain::token::Token;
use crate::hub::cache::{Cache, Teller, Told};
use crate::hub::{HubError, catalogue, within};

/// Prices change seldom.
const FRESH: Duration = Duration::from_hours(1);
/// A router that could not tell is asked again after this time.
const SOON: Duration = Duration::from_mins(1);
/// However often somebody wants to know it anew, it is asked no sooner again.
const AT_ONCE: Duration = Duration::from_secs(5);
/// Nobody waits longer: a caption can be asked for without prices.
const PATIENCE: Duration = Duration::from_secs(10);
/// The list's name on disk.
const LIST: &str = "router";

/// How new something must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// As it is known; nobody is asked.
    Cached,
    /// Asked for where it is older than an hour.
    IfOld,
    /// Asked for unless it was just now.
    Now,
}

/// What Hugging Face told, in memory and on disk.
#[derive(Debug)]
pub(super) struct Shelf {
    cache: Cache,
    known: RwLock<Arc<Catalogue>>,
    /// What lay on disk is known.
    was_read: OnceCell<()>,
    /// How it went when the router was asked last; held while it is asked.
    last: tokio::sync::Mutex<Option<Last>>,
    /// How often the Hub may be asked still, and by whom.
    pub(super) limit: Mutex<Option<(Option<Token>, RateLimit)>>,
}

/// A question to the router.
#[derive(Debug)]
struct Last {
    at: Instant,
    problem: Option<Problem>,
}

impl Shelf {
    pub(super) fn new(cache: &Path) -> Self {
        Self {
            cache: Cache::new(cache),
            known: RwLock::default(),
            was_read: OnceCell::new(),
            last: tokio::sync::Mutex::default(),
            limit: Mutex::default(),
        }
    }

    fn known(&self) -> Arc<Catalogue> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, told: Told<Vec<Served>>) {
        let catalogue = Catalogue {
            models: told.what,
            asked: Some(told.asked),
        };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalogue);
    }

    /// What the model costs by this route, as far as it is known.
    pub(super) fn price(&self, id: &str, route: &Route) -> Price {
        let known = self.known();
        let model = known.get(id);
        model.map_or(Price::Unknown, |model| model.price(route))
    }

    fn is_due(&self, refresh: Refresh, last: Option<&Last>) -> bool {
        let age = last.map(|last| last.at.elapsed());
        match refresh {
            Refresh::Cached => false,
            Refresh::Now => age.is_none_or(|age| age >= AT_ONCE),
            Refresh::IfOld if last.is_some_and(|last| last.problem.is_some()) => {
                age.is_none_or(|age| age >= SOON)
            }
            Refresh::IfOld => {
                let asked = self.known().asked;
                !asked.is_some_and(|asked| is_younger(asked, FRESH))
            }
        }
    }
}

/// False for what lies in the future, too: somebody's clock was wrong.
pub(super) fn is_younger(asked: Timestamp, age: Duration) -> bool {
    let since = Duration::try_from(Timestamp::now().duration_since(asked));
    since.is_ok_and(|since| since < age)
}

impl Engine {
    /// The models that the router serves, as far as they are known, and why they could not be asked
    /// for anew.
    pub async fn catalogue(&self, refresh: Refresh) -> (Catalogue, Option<Problem>) {
        let problem = self.refresh(refresh).await;
        (Catalogue::clone(&self.0.shelf.known()), problem)
    }

    /// Asks the router where that is due; those who want to know at the same time share one answer.
    pub(super) async fn refresh(&self, refresh: Refresh) -> Option<Problem> {
        let (known, wire) = (&self.0.shelf, self.wire());
        // The router tells everybody the same.
        let teller = Teller::new(&wire.router, None);
        let take_from_disk = async || {
            if let Some(told) = self.told(LIST.to_owned(), &teller).await {
                known.set(told);
            }
        };
        known.was_read.get_or_init(take_from_disk).await;
        if refresh == Refresh::Cached {
            return None;
        }
        if wire.offline {
            return Some(not_refreshed(&HubError::Offline));
        }
        let mut last = known.last.lock().await;
        if !known.is_due(refresh, last.as_ref()) {
            return last.as_ref()?.problem.clone();
        }
        let models = catalogue::models(&wire.http, &wire.router);
        let problem = match within(PATIENCE, &wire.router, models).await {
            Ok(models) => {
                let told = self.keep(LIST.to_owned(), &teller, models).await;
                if let Some(told) = told {
                    known.set(told);
                }
                None
            }
            Err(error) => {
                tracing::warn!(%error, "the router did not tell its models");
                Some(not_refreshed(&error))
            }
        };
        *last = Some(Last {
            at: Instant::now(),
            problem: problem.clone(),
        });
        problem
    }

    /// What lies on disk of what `teller` told.
    pub(super) async fn told<T: DeserializeOwned + Send + 'static>(
        &self,
        name: String,
        teller: &Teller,
    ) -> Option<Told<T>> {
        let (cache, teller) = (self.0.shelf.cache.clone(), teller.clone());
        let read = move || Ok::<_, EngineError>(cache.told(&name, &teller));
        self.0.clerks.run(read).await.ok().flatten()
    }

    /// Keeps on disk what `teller` told just now, and gives it back.
    pub(super) async fn keep<T: Serialize + Send + 'static>(
        &self,
        name: String,
        teller: &Teller,
        what: T,
    ) -> Option<Told<T>> {
        let (cache, teller) = (self.0.shelf.cache.clone(), teller.clone());
        let asked = Timestamp::now();
        let told = Told { what, asked };
        let write = move || {
            cache.keep(&name, &teller, &told);
            Ok::<_, EngineError>(told)
        };
        self.0.clerks.run(write).await.ok()
    }
}

fn not_refreshed(error: &HubError) -> Problem {
    let problem = Problem::new("the list of models is not asked for anew").because(error);
    match error.hint() {
        Some(hint) => problem.with_hint(hint),
        None => problem,
    }
}

#[cfg(test)]
mod tests;

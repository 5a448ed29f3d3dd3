//! What the Hub knows of models: found again on disk while it is young, or while the Hub cannot be
//! asked.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded::byte_serialize;

use super::catalogue::is_younger;
use super::{Engine, EngineError};
use crate::domain::address;
use crate::domain::catalogue::{HubModel, NextPage, Page, RateLimit, Search};
use crate::hub::cache::{Teller, Told};
use crate::hub::{HubError, search, within};
use crate::inference::Wire;

/// What was told is told again without asking for so long.
const FRESH: Duration = Duration::from_mins(10);
/// Nobody waits longer for a page.
const PATIENCE: Duration = Duration::from_secs(20);

impl Engine {
    /// What the Hub finds: the first page, or the one that `next` asks for. `asked` says how old the
    /// page is; where the Hub cannot be asked, any age will do.
    ///
    /// # Errors
    /// It cannot be asked, and the page is not known.
    pub async fn search(
        &self,
        search: Search,
        next: Option<NextPage>,
    ) -> Result<Page, EngineError> {
        let wire = self.wire();
        let ask = async {
            let page = self.page(&wire, &search, next.as_ref()).await?;
            Ok((page.models, page.next))
        };
        let told = match next {
            None => self.recalled(&wire, name_of(&search), ask).await?,
            Some(_) => Told {
                what: ask.await?,
                asked: Timestamp::now(),
            },
        };
        let (models, next) = told.what;
        Ok(Page {
            models,
            next,
            asked: Some(told.asked),
            limit: self.limit(&wire),
        })
    }

    /// What the Hub knows of the model `id`, `org/name`.
    ///
    /// # Errors
    /// There is no such model, it is hidden, or the Hub cannot be asked and it is not known.
    pub async fn about_model(&self, id: String) -> Result<HubModel, EngineError> {
        let wire = self.wire();
        let ask = async {
            self.may_ask(&wire)?;
            let token = wire.token.as_ref().ok();
            let model = search::model(&wire.http, &wire.hub, token, &id);
            let told = within(PATIENCE, &wire.hub, model).await;
            let (model, limit) = self.heard(&wire, told)?;
            self.set_limit(&wire, limit);
            Ok(model)
        };
        let told = self.recalled(&wire, file("model", &id), ask).await?;
        Ok(told.what)
    }

    async fn page(
        &self,
        wire: &Wire,
        search: &Search,
        next: Option<&NextPage>,
    ) -> Result<Page, HubError> {
        self.may_ask(wire)?;
        let page = search::search(
            &wire.http,
            &wire.hub,
            wire.token.as_ref().ok(),
            search,
            next,
        );
        let page = self.heard(wire, within(PATIENCE, &wire.hub, page).await)?;
        self.set_limit(wire, page.limit);
        Ok(page)
    }

    /// What lies on disk while it is young or the Hub cannot be asked; else what it tells. It shows
    /// everybody other models: what was told to one token is not told to who has another.
    async fn recalled<T>(
        &self,
        wire: &Wire,
        name: String,
        ask: impl Future<Output = Result<T, HubError>>,
    ) -> Result<Told<T>, EngineError>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let teller = Teller::new(&wire.hub, wire.token.as_ref().ok());
        let known = match self.told(name.clone(), &teller).await {
            Some(told) if is_younger(told.asked, FRESH) => return Ok(told),
            known => known,
        };
        match (ask.await, known) {
            (Ok(what), _) => {
                let told = self.keep(name, &teller, what).await;
                told.ok_or(EngineError::Worker)
            }
            (Err(error), Some(told)) if error.is_passing() => {
                tracing::warn!(%error, "the Hub did not tell; what it told before is shown");
                Ok(told)
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    /// How often the Hub may be asked still, where that is known and still true.
    fn limit(&self, wire: &Wire) -> Option<RateLimit> {
        let limit = self.0.shelf.limit.lock();
        let limit = limit.unwrap_or_else(PoisonError::into_inner);
        let (by, limit) = limit.as_ref()?;
        let is_ours = by.as_ref() == wire.token.as_ref().ok();
        (is_ours && Timestamp::now() < limit.until).then_some(*limit)
    }

    fn set_limit(&self, wire: &Wire, limit: Option<RateLimit>) {
        let token = wire.token.as_ref().ok().cloned();
        let mut known = self
            .0
            .shelf
            .limit
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *known = limit.map(|limit| (token, limit));
    }

    /// Whoever has no question left asks none until there are new ones.
    fn may_ask(&self, wire: &Wire) -> Result<(), HubError> {
        if wire.offline {
            return Err(HubError::Offline);
        }
        match self.limit(wire) {
            Some(RateLimit { left: 0, until }) => Err(HubError::Limited {
                host: address::host(&wire.hub),
                wait: until.duration_since(Timestamp::now()).try_into().ok(),
            }),
            _ => Ok(()),
        }
    }

    /// Remembers what a refusal says of the time when the Hub may be asked again.
    fn heard<T>(&self, wire: &Wire, told: Result<T, HubError>) -> Result<T, HubError> {
        if let Err(HubError::Limited {
            wait: Some(wait), ..
        }) = &told
            && let Ok(until) = Timestamp::now().checked_add(*wait)
        {
            self.set_limit(wire, Some(RateLimit { left: 0, until }));
        }
        told
    }
}

/// Where the first page of a search lies. The Hub takes no heed of capitals, and neither do some
/// file systems.
fn name_of(search: &Search) -> String {
    let (task, sort) = (search.task.word(), search.sort.word());
    let text = search.text.trim().to_lowercase();
    file(&format!("search-{task}-{sort}"), &text)
}

fn file(kind: &str, text: &str) -> String {
    let text: String = byte_serialize(text.as_bytes()).collect();
    format!("{kind}-{text}")
}

#[cfg(test)]
mod tests;

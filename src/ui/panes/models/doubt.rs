//! What speaks against a model, and what one can do about it.

use super::ModelsPane;
use crate::domain::catalogue::{HubModel, Offer, relatives};
use crate::domain::endpoint::RentedState;
use crate::domain::model::{ModelRef, Route};
use crate::domain::text::{Foreign, list};

/// So many relatives are named.
const RELATIVES: usize = 5;

impl ModelsPane {
    /// Why `model` may write no captions now, and what one can do; `None` where nothing speaks
    /// against it, or nothing is known. `told` is what the Hub says of it.
    pub fn doubt(&self, model: &ModelRef, told: Option<&HubModel>) -> Option<String> {
        match model {
            ModelRef::Hub { id, route } => self.doubt_of_served(model, id, route, told),
            ModelRef::Endpoint(_) => self.doubt_of_rented(model),
            ModelRef::Builtin(_) | ModelRef::Url(_) => None,
        }
    }

    fn doubt_of_rented(&self, model: &ModelRef) -> Option<String> {
        let name = model.name().shown(80);
        match self.rented_of(model)?.state {
            RentedState::Paused => Some(format!(
                "{name} is paused and does not wake up by itself: resume it at \
                 https://endpoints.huggingface.co"
            )),
            RentedState::Failed => Some(format!(
                "{name} failed to start: see its log at https://endpoints.huggingface.co"
            )),
            RentedState::ScaledToZero => Some(format!(
                "{name} is asleep: the first caption wakes it up, which takes minutes"
            )),
            _ => None,
        }
    }

    fn doubt_of_served(
        &self,
        model: &ModelRef,
        id: &str,
        route: &Route,
        told: Option<&HubModel>,
    ) -> Option<String> {
        // Without a list nobody knows.
        self.served.asked?;
        let name = model.name().shown(80);
        let served = self.served.get(id);
        if served.is_some_and(|served| !served.sees) {
            return Some(format!(
                "{name} is said to take no pictures: it may answer all the same, and invent"
            ));
        }
        let may_serve = |offer: &Offer| match route {
            Route::Provider(pinned) => offer.provider == *pinned,
            _ => true,
        };
        if served.is_some_and(|served| served.live().any(may_serve)) {
            return None;
        }
        if let (Some(served), Route::Provider(pinned)) = (served, route)
            && served.is_live()
        {
            let pinned = Foreign::new(pinned.as_str()).shown(40);
            let id = Foreign::new(id).shown(80);
            return Some(format!(
                "{pinned} does not serve {id} now, others do: the zoomed list opens them"
            ));
        }
        self.doubt_of_unserved(id, &name, told)
    }

    fn doubt_of_unserved(&self, id: &str, name: &str, told: Option<&HubModel>) -> Option<String> {
        let mut found = self.hub.found().iter();
        let told = told.or_else(|| found.find(|found| found.id == id));
        if told.is_some_and(|told| told.providers.iter().flatten().count() > 0) {
            // The Hub knows of a provider that the router does not list yet.
            return None;
        }
        let untold = HubModel {
            id: id.to_owned(),
            ..HubModel::default()
        };
        let related = relatives(&self.served, told.unwrap_or(&untold));
        let or = if related.is_empty() {
            "choose another model".to_owned()
        } else {
            let related = list(related.iter(), RELATIVES);
            format!("choose a relative that is served: {related}")
        };
        Some(format!(
            "no provider serves {name}: run it at an endpoint of your own, or {or}"
        ))
    }
}

//! Captions of one picture side by side: which was preferred, and what that adds up to.

use std::collections::HashMap;

use super::{Engine, EngineError};
use crate::domain::image::ImageRef;
use crate::domain::standing::{Service, Standings, standings};
use crate::domain::verdict::{Contestant, Verdict, VerdictId};

/// Standings, and what the captions took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// Where all stand.
    pub standings: Standings,
    /// What their captions took, in the order of the standings.
    pub service: Vec<Service>,
}

/// Intervals are drawn with this, so that the same verdicts always give the same standings.
const SEED: u64 = 1952;

impl Engine {
    /// Stores a verdict; it counts instead of any other over the same picture and contestants.
    ///
    /// # Errors
    /// History cannot be changed.
    pub async fn judge(&self, verdict: Verdict) -> Result<VerdictId, EngineError> {
        self.ask(move |store| store.judge(&verdict)).await
    }

    /// Takes a verdict back.
    ///
    /// # Errors
    /// History cannot be changed.
    pub async fn take_back(&self, verdict: VerdictId) -> Result<(), EngineError> {
        self.ask(move |store| store.take_back(verdict)).await
    }

    /// Lets a verdict count again that was taken back.
    ///
    /// # Errors
    /// History cannot be changed.
    pub async fn restore(&self, verdict: VerdictId) -> Result<(), EngineError> {
        self.ask(move |store| store.restore(verdict)).await
    }

    /// The verdicts over the picture in this file, the oldest first.
    ///
    /// # Errors
    /// The file or history cannot be read.
    pub async fn verdicts_of(
        &self,
        image: &ImageRef,
    ) -> Result<Vec<(VerdictId, Verdict)>, EngineError> {
        let Some(id) = self.known(image).await? else {
            return Ok(Vec::new());
        };
        self.ask(move |store| store.verdicts_of(&id)).await
    }

    /// What all verdicts add up to that `counts` lets through.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn compared(
        &self,
        counts: impl Fn(&Verdict) -> bool + Send + 'static,
    ) -> Result<Compared, EngineError> {
        self.ask(move |store| {
            let mut verdicts = store.verdicts()?;
            verdicts.retain(|(_, verdict)| counts(verdict));
            let ids: Vec<_> = verdicts.iter().map(|(id, _)| *id).collect();
            let mut runs: HashMap<Contestant, Vec<_>> = HashMap::new();
            for (contestant, run) in store.compared(&ids)? {
                runs.entry(contestant).or_default().push(run);
            }
            let verdicts: Vec<_> = verdicts.into_iter().map(|(_, verdict)| verdict).collect();
            let standings = standings(&verdicts, SEED);
            let service = standings.standings.iter().map(|standing| {
                let runs = runs.get(&standing.contestant);
                Service::of(runs.into_iter().flatten())
            });
            Ok(Compared {
                service: service.collect(),
                standings,
            })
        })
        .await
    }
}

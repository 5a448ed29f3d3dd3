//! Captions of one picture side by side: which was preferred, and what that adds up to.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{Engine, EngineError};
use crate::domain::comparison::{Comparison, Entrant, Picture};
use crate::domain::image::ImageRef;
use crate::domain::run::{Run, RunId};
use crate::domain::standing::{Compared, Service, standings};
use crate::domain::verdict::{Contestant, Verdict, VerdictId};

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

    /// What all verdicts add up to, each as far as `part` lets it count.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn compared(
        &self,
        part: impl Fn(Verdict) -> Option<Verdict> + Send + 'static,
    ) -> Result<Compared, EngineError> {
        self.ask(move |store| {
            let counted = store.verdicts()?.into_iter();
            let counted = counted.filter_map(|(id, verdict)| Some((id, part(verdict)?)));
            let (ids, verdicts): (Vec<_>, Vec<_>) = counted.unzip();
            // Several verdicts may be about one caption.
            let mut runs: HashMap<Contestant, BTreeMap<Option<RunId>, Run>> = HashMap::new();
            for (contestant, run) in store.compared(&ids)? {
                runs.entry(contestant).or_default().insert(run.id, run);
            }
            let standings = standings(&verdicts, SEED);
            let service = standings.standings.iter().map(|standing| {
                let runs = runs.get(&standing.contestant);
                Service::of(runs.into_iter().flat_map(BTreeMap::values))
            });
            Ok(Compared {
                service: service.collect(),
                standings,
            })
        })
        .await
    }

    /// Captions side by side, with the verdicts that history holds over them.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn comparison(
        &self,
        entrants: Vec<Entrant>,
        pictures: Vec<Picture>,
    ) -> Result<Comparison, EngineError> {
        self.ask(move |store| {
            let verdicts = store.verdicts()?.into_iter();
            let verdicts = verdicts.map(|(_, verdict)| verdict).collect();
            let made = Timestamp::now();
            Ok(Comparison::new(made, entrants, pictures, verdicts, SEED))
        })
        .await
    }
}

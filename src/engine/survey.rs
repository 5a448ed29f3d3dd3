//! What history holds already for a comparison: answers to the very same requests, and a verdict
//! over the very same contestants.

use std::collections::HashSet;

use super::{Engine, EngineError};
use crate::domain::comparison::Entrant;
use crate::domain::image::ImageRef;
use crate::domain::request::CaptionRequest;
use crate::domain::run::Run;
use crate::domain::verdict::{Contestant, Verdict};

/// What history holds of one picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    /// The newest answer to each entrant's request, in their order.
    pub runs: Vec<Option<Run>>,
    /// The verdict over all of them and nobody else that counts.
    pub verdict: Option<Verdict>,
}

impl Engine {
    /// What history holds of a picture for these entrants. The file is not read: of one that is new
    /// history holds nothing.
    ///
    /// # Errors
    /// The file is gone, or history cannot be read.
    pub async fn held(&self, image: &ImageRef, lineup: &[Entrant]) -> Result<Held, EngineError> {
        let nothing = Held {
            runs: vec![None; lineup.len()],
            verdict: None,
        };
        let Some(id) = self.known(image).await? else {
            return Ok(nothing);
        };
        let mut keys = Vec::new();
        for Entrant { contestant, terms } in lineup {
            let request = CaptionRequest::new(image.clone(), contestant.model.clone(), terms);
            let filled = self.fill(self.wire().fit(request)).await;
            keys.push(filled.ok().map(|request| request.key()));
        }
        let contestants = lineup.iter().map(|it| it.contestant.clone());
        let contestants: HashSet<Contestant> = contestants.collect();
        self.ask(move |store| {
            let mut runs = Vec::new();
            for key in keys {
                runs.push(match key {
                    Some(key) => store.answered(&id, &key)?,
                    None => None,
                });
            }
            let mut verdicts = store
                .verdicts_of(&id)?
                .into_iter()
                .map(|(_, verdict)| verdict);
            let is_theirs = |verdict: &Verdict| {
                let sides = verdict.sides.iter().map(|side| &side.contestant);
                sides.collect::<HashSet<_>>() == contestants.iter().collect()
            };
            Ok(Held {
                runs,
                verdict: verdicts.rfind(is_theirs),
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests;

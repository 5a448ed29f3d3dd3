//! Many captions worded anew at once.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::PathBuf;

use jiff::Timestamp;

use super::{Engine, EngineError};
use crate::domain::handover::caption_of;
use crate::domain::image::{ImageId, ImageRef};
use crate::domain::replace::{Rewording, Rewordings, Wording};
use crate::domain::review::{Change, Maker, StepId};
use crate::domain::run::Run;
use crate::domain::text::Foreign;
use crate::media::identify;
use crate::store::{HistoryQuery, Step, Stop, Store, StoreError};

/// Whose captions are meant; all conditions must hold, the default is all that history holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Among {
    /// Those of runs that history finds so.
    pub query: HistoryQuery,
    /// Only of pictures in this folder and in the folders in it.
    pub below: Option<PathBuf>,
    /// Only of the pictures that lie in these files now, wherever they lay before.
    pub pictures: Option<Vec<ImageRef>>,
}

impl Among {
    /// Hands over every run that is meant.
    fn each(&self, store: &Store, stop: &Stop, on: &mut dyn FnMut(&Run)) -> Result<(), StoreError> {
        let mut take = |run: Run| {
            let path = run.request.image.path();
            if self.below.as_ref().is_none_or(|it| path.starts_with(it)) {
                on(&run);
            }
        };
        let Some(pictures) = &self.pictures else {
            return store.each(&self.query, None, stop, |run| {
                take(run);
                ControlFlow::Continue(())
            });
        };
        // Each has few runs, which are found by it at once.
        for image in known(store, pictures, stop)? {
            if stop.is_stopped() {
                break;
            }
            let query = HistoryQuery {
                image: Some(image),
                ..self.query.clone()
            };
            let runs = store.page(&query, None, usize::MAX)?;
            runs.into_iter().for_each(&mut take);
        }
        Ok(())
    }
}

/// The pictures that lie in these files, as far as history knows them; each once.
fn known(
    store: &Store,
    pictures: &[ImageRef],
    stop: &Stop,
) -> Result<HashSet<ImageId>, StoreError> {
    let mut known = HashSet::new();
    for image in pictures {
        if stop.is_stopped() {
            break;
        }
        // Of what is gone by now nobody can say which picture it was.
        if let Ok(fingerprint) = identify::fingerprint(image.path()) {
            known.extend(store.known_file(image.path(), &fingerprint)?);
        }
    }
    Ok(known)
}

impl Engine {
    /// What a wording would change of captions that may be handed over, and the first `most` of the
    /// changes; without one, how many captions are meant. Nothing is written. Whoever drops this
    /// future stops it.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn rewordings(
        &self,
        wording: Option<Wording>,
        among: Among,
        most: usize,
    ) -> Result<Rewordings, EngineError> {
        self.long_ask(move |store, stop| {
            let mut found = Rewordings::default();
            among.each(store, stop, &mut |run| {
                let (Some(id), Some(_)) = (run.id, caption_of(run)) else {
                    return;
                };
                match &wording {
                    Some(wording) => {
                        let whose = (id, &run.request.image);
                        found.look_at(wording, whose, run.text().raw(), most);
                    }
                    None => found.looked_at += 1,
                }
            })?;
            Ok(found)
        })
        .await
    }

    /// Words captions anew, in one step that can be taken back; what was decided of them stays.
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn reword(
        &self,
        changes: Vec<Rewording>,
        moment: Timestamp,
    ) -> Result<StepId, EngineError> {
        let change = |change: Rewording| Change {
            run: change.run,
            decision: None,
            caption: Some(Foreign::new(change.after)),
        };
        let changes = changes.into_iter().map(change).collect();
        self.review(changes, Maker::Replacement, moment).await
    }

    /// What was changed last and still counts; `None` where nothing is left to be taken back.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn newest_step(&self) -> Result<Option<Step>, EngineError> {
        self.ask(Store::newest_step).await
    }
}

#[cfg(test)]
mod tests;

//! Captions handed over to other tools: first a plan, which reads only, then its carrying out.

mod choose;
mod files;
mod tables;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Engine, EngineError};
use crate::domain::handover::{LeftOut, Moved, Order, Pick, Place, Plan, Summary, Which};
use crate::domain::image::ImageRef;
use crate::domain::whereabouts::Whereabouts;
pub use tables::Told;

/// So many pictures are looked for at a time.
const AT_ONCE: usize = 8;

impl Engine {
    /// Finds out what [`Engine::hand_over`] would do. Nothing is written.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn plan_handover(&self, order: Order) -> Result<Plan, EngineError> {
        if let Place::File(path) = order.place.clone() {
            return self
                .ask(move |store| tables::plan(store, order, path))
                .await;
        }
        let asked = order.clone();
        let picks = self.ask(move |store| choose::picks(store, &asked)).await?;
        let found = self.find(picks, &order).await;
        let work = move || Ok::<_, EngineError>(files::plan(order, found));
        self.0.scouts.run(work).await
    }

    /// Writes the files of a plan, one after the other, each whole or not at all; `on` hears how
    /// many are done. What has changed since the plan was made is left alone.
    ///
    /// # Errors
    /// History cannot be read. What goes wrong with a file is in the summary.
    pub async fn hand_over(
        &self,
        plan: Plan,
        cancel: CancellationToken,
        on: impl Fn(usize) + Send + 'static,
    ) -> Result<Summary, EngineError> {
        if plan.order.form.is_table() {
            return self.ask(move |store| tables::write(store, &plan)).await;
        }
        let work = move || Ok::<_, EngineError>(files::write(&plan, &cancel, &on));
        self.0.scouts.run(work).await
    }

    /// Sends a table in pieces to whoever prints it; where nobody takes them any more, it ends.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn tell_captions(
        &self,
        order: Order,
        to: mpsc::Sender<String>,
    ) -> Result<Told, EngineError> {
        self.ask(move |store| tables::tell(store, &order, &to))
            .await
    }

    /// Looks for the pictures of captions where they lie now.
    async fn find(&self, picks: Vec<Pick>, order: &Order) -> Found {
        let place = |pick: &Pick| (pick.image.clone(), pick.image_id);
        let places: BTreeSet<_> = picks.iter().map(place).collect();
        let looked = stream::iter(places).map(|(image, id)| async move {
            let place = (image.clone(), id);
            (place, self.locate(image, id).await)
        });
        let looked: BTreeMap<_, _> = looked.buffered(AT_ONCE).collect().await;
        let mut found = Found::default();
        for pick in picks {
            let from = pick.image.clone();
            let now = match looked.get(&place(&pick)) {
                Some(Ok(Whereabouts::There)) => Ok(from.clone()),
                Some(Ok(Whereabouts::Moved(to))) if order.is_within(to) => Ok(to.clone()),
                Some(Ok(Whereabouts::Moved(_))) => Err(LeftOut::Outside),
                Some(Ok(Whereabouts::Lost(loss))) => Err(LeftOut::from(*loss)),
                Some(Err(_)) | None => Err(LeftOut::Unreadable),
            };
            match now {
                Ok(image) => {
                    if image != from {
                        let to = image.clone();
                        found.moved.push(Moved { from, to });
                    }
                    found.picks.push(Pick { image, ..pick });
                }
                Err(why) => found.left_out.push((from, why)),
            }
        }
        found.tidy(order.which);
        found
    }
}

/// Captions whose pictures were looked for.
#[derive(Default)]
struct Found {
    /// Those whose pictures are there, each with where that is now.
    picks: Vec<Pick>,
    /// Pictures that were found elsewhere, each once.
    moved: Vec<Moved>,
    /// Pictures of which nothing is left to hand over, each once.
    left_out: Vec<(ImageRef, LeftOut)>,
}

impl Found {
    /// By picture and the newest caption first. Two pictures that were captioned apart may turn out
    /// to be one.
    fn tidy(&mut self, which: Which) {
        let Self {
            picks,
            moved,
            left_out,
        } = self;
        let kept: HashSet<_> = picks.iter().map(|pick| pick.image.clone()).collect();
        left_out.retain(|(image, _)| !kept.contains(image));
        left_out.dedup_by(|a, b| a.0 == b.0);
        moved.sort();
        moved.dedup();
        picks.sort_by(|a, b| (&a.image, b.run).cmp(&(&b.image, a.run)));
        if which != Which::All {
            picks.dedup_by(|a, b| a.image == b.image);
        }
    }
}

#[cfg(test)]
mod tests;

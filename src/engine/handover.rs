//! Captions handed over to other tools: first a plan, which reads only, then its carrying out.

mod choose;
mod files;
mod tables;

use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Engine, EngineError};
use crate::domain::handover::{LeftOut, Order, Pick, Place, Plan, Summary};
use crate::domain::image::ImageRef;
use crate::media::MediaError;
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
        let (picks, left_out) = self.still_there(picks).await;
        let work = move || Ok::<_, EngineError>(files::plan(order, picks, left_out));
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

    /// The captions whose pictures still lie where they lay; of the others the pictures, each once.
    async fn still_there(&self, picks: Vec<Pick>) -> (Vec<Pick>, Vec<(ImageRef, LeftOut)>) {
        let mut pictures: Vec<ImageRef> = picks.iter().map(|pick| pick.image.clone()).collect();
        pictures.dedup();
        let looked = stream::iter(pictures).map(|image| async move {
            let found = self.identify(&image).await;
            (image, found)
        });
        let mut looked = looked.buffered(AT_ONCE);
        let mut picks = picks.into_iter().peekable();
        let (mut left, mut left_out) = (Vec::new(), Vec::new());
        while let Some((image, found)) = looked.next().await {
            let known = left.len();
            while let Some(pick) = picks.next_if(|pick| pick.image == image) {
                if found.as_ref().is_ok_and(|id| *id == pick.image_id) {
                    left.push(pick);
                }
            }
            if left.len() == known {
                left_out.push((image, why(found.err().as_ref())));
            }
        }
        (left, left_out)
    }
}

fn why(error: Option<&EngineError>) -> LeftOut {
    match error {
        None => LeftOut::Changed,
        Some(EngineError::Media(MediaError::Gone(_) | MediaError::NotAFile(_))) => LeftOut::Gone,
        Some(_) => LeftOut::Unreadable,
    }
}

#[cfg(test)]
mod tests;

//! What history holds.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::{Engine, EngineError};
use crate::domain::image::ImageRef;
use crate::domain::run::{Run, RunId};
use crate::store::{Forget, HistoryQuery, Looked, Stop, Store, StoreError};

/// Stops a search once nobody waits for it.
struct Waiting(Stop);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Engine {
    /// At most `limit` runs, newest first, older than `before` where that is given. A filter may
    /// take its time: whoever drops this future stops the search.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn history(
        &self,
        query: HistoryQuery,
        before: Option<RunId>,
        limit: usize,
    ) -> Result<Vec<Run>, EngineError> {
        if query.filter.is_none() {
            return self
                .ask(move |store| store.page(&query, before, limit))
                .await;
        }
        self.long_ask(move |store, stop| store.page_until(&query, before, limit, stop))
            .await
    }

    /// Hands over runs while they are found, at most `limit` but at least one, newest first, older than `before` where
    /// that is given, and tells whether there may be more; `looked` tells how far it has come.
    /// Whoever drops this future stops the search; `on` may still be called once.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn find_runs(
        &self,
        query: HistoryQuery,
        before: Option<RunId>,
        limit: usize,
        looked: Looked,
        mut on: impl FnMut(Run) + Send + 'static,
    ) -> Result<bool, EngineError> {
        self.long_ask(move |store, stop| {
            let mut left = limit;
            let take = |run| {
                on(run);
                left = left.saturating_sub(1);
                if left > 0 {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            };
            store.each_watched(&query, before, (stop, &looked), take)?;
            Ok(left == 0)
        })
        .await
    }

    /// Asks what may take long, on a thread that keeps no other question waiting.
    pub(super) async fn long_ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Store, &Stop) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let store = Arc::clone(&self.0.store);
        let waiting = Waiting(Stop::default());
        let stop = waiting.0.clone();
        self.0.scouts.run(move || question(&store, &stop)).await
    }

    /// Every run of the picture in this file, newest first, wherever the picture lay at the time.
    ///
    /// # Errors
    /// The file or history cannot be read.
    pub async fn runs_of(&self, image: &ImageRef) -> Result<Vec<Run>, EngineError> {
        let Some(id) = self.known(image).await? else {
            return Ok(Vec::new());
        };
        self.ask(move |store| store.runs_of(&id)).await
    }

    /// How many runs [`Engine::forget`] would delete.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn forget_count(&self, what: Forget) -> Result<u64, EngineError> {
        self.ask(move |store| store.count(&what)).await
    }

    /// Deletes runs for good and returns how many; of a picture without runs the thumbnails, too.
    ///
    /// # Errors
    /// History or the thumbnails cannot be changed.
    pub async fn forget(&self, what: Forget) -> Result<u64, EngineError> {
        let forgotten = self.ask(move |store| store.forget(&what)).await?;
        let (thumbnails, pictures) = (Arc::clone(&self.0.thumbnails), forgotten.pictures);
        let forget = move || thumbnails.forget(&pictures);
        let deleted = self
            .0
            .clerks
            .run(move || forget().map_err(EngineError::Thumbnails));
        deleted.await?;
        Ok(forgotten.runs)
    }

    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let store = Arc::clone(&self.0.store);
        self.0.clerks.run(move || question(&store)).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use tokio::sync::oneshot;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::domain::request::{CaptionRequest, Terms};
    use crate::engine::EngineSettings;

    /// Three runs of a picture that is not there.
    async fn engine(home: &tempfile::TempDir) -> Engine {
        let settings = EngineSettings::offline();
        let engine = Engine::open(home.path(), settings).unwrap().0;
        let image = ImageRef::new(home.path().join("gone.jpg"));
        let model = "builtin/describe".parse().unwrap();
        let request = CaptionRequest::new(image, model, &Terms::default());
        for _ in 0..3 {
            let cancel = CancellationToken::new();
            let run = engine.caption(request.clone(), None, cancel, &|_| {});
            assert!(run.await.unwrap().id.is_some());
        }
        engine
    }

    #[tokio::test]
    async fn a_search_that_nobody_waits_for_ends() {
        let home = tempfile::tempdir().unwrap();
        let engine = engine(&home).await;
        let (begun, has_begun) = oneshot::channel();
        let (go_on, wait) = mpsc::channel::<()>();
        let (told, ended) = oneshot::channel::<()>();
        let (mut begun, found) = (Some(begun), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&found);
        let on = move |_: Run| {
            // It is dropped with the search, and that is heard.
            let _told = &told;
            count.fetch_add(1, Ordering::Relaxed);
            let _ = begun.take().map(|begun| begun.send(()));
            let _ = wait.recv();
        };
        let all = HistoryQuery::default();
        let search = engine.find_runs(all, None, 9, Looked::default(), on);
        tokio::select! {
            _ = search => panic!("it waits for us"),
            _ = has_begun => {}
        }
        drop(go_on);
        assert!(ended.await.is_err(), "it was dropped, not answered");
        assert_eq!(found.load(Ordering::Relaxed), 1, "nothing for nobody");
    }
}

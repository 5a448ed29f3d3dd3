//! Filters that the person gave a name.

use std::collections::BTreeMap;

use super::{Engine, EngineError};
use crate::domain::filter::{Filter, Saved};
use crate::store::Store;

const SAVED: &str = "history.filters";

impl Engine {
    /// The filters that were given a name, by their names.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn saved_filters(&self) -> Result<Saved, EngineError> {
        let written = self.ask(|store| store.preference(SAVED)).await?;
        let saved = read(written).into_iter();
        // What this version cannot read belongs to another one: left out, not an error.
        let readable =
            saved.filter_map(|(name, filter)| Some((name, Filter::parse(&filter).ok()?)));
        Ok(readable.collect())
    }

    /// Gives `filter` a name, in place of the one that has it.
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn save_filter(&self, name: String, filter: Filter) -> Result<(), EngineError> {
        self.change_filters(move |saved| {
            saved.insert(name, filter.to_string());
        })
        .await
    }

    /// Forgets the name of a filter.
    ///
    /// # Errors
    /// History cannot be written.
    pub async fn remove_filter(&self, name: String) -> Result<(), EngineError> {
        self.change_filters(move |saved| {
            saved.remove(&name);
        })
        .await
    }

    async fn change_filters(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, String>) + Send + 'static,
    ) -> Result<(), EngineError> {
        self.ask(move |store: &Store| {
            store.change_preference(SAVED, |written| {
                let mut saved = read(written);
                change(&mut saved);
                serde_json::Value::from_iter(saved).to_string()
            })
        })
        .await
    }
}

fn read(written: Option<String>) -> BTreeMap<String, String> {
    written
        .and_then(|written| serde_json::from_str(&written).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::domain::filter::Filter;
    use crate::engine::{Engine, EngineSettings};

    #[tokio::test]
    async fn a_filter_is_found_again_by_its_name_until_it_is_removed() {
        let home = tempfile::tempdir().unwrap();
        let open = || {
            Engine::open(home.path(), EngineSettings::offline())
                .unwrap()
                .0
        };
        let filter = |written| Filter::parse(written).unwrap();
        let engine = open();
        for (name, written) in [
            ("cats", "cat"),
            ("cats", "-\"black cat\" chars:<125"),
            ("b", "a"),
        ] {
            engine
                .save_filter(name.into(), filter(written))
                .await
                .unwrap();
        }
        engine.remove_filter("b".into()).await.unwrap();
        drop(engine);
        let saved = open().saved_filters().await.unwrap();
        let expected = ("cats".to_owned(), filter("-\"black cat\" chars:<125"));
        assert_eq!(saved.into_iter().collect::<Vec<_>>(), [expected]);
    }
}

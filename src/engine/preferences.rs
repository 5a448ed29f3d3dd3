//! What the program remembers of a person: models chosen, favourite and recent.

use super::{Engine, EngineError};
use crate::domain::model::ModelRef;

/// A list of models that is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// The models of the next caption.
    Chosen,
    /// Shown first in the list.
    Favourite,
    /// Those that were asked for captions last, the newest first.
    Recent,
}

const GREETED: &str = "greeted";

impl Remembered {
    fn key(self) -> &'static str {
        match self {
            Self::Chosen => "models.chosen",
            Self::Favourite => "models.favourite",
            Self::Recent => "models.recent",
        }
    }
}

impl Engine {
    /// True once: nobody started the dashboard on this history before.
    pub async fn is_first_start(&self) -> bool {
        let first = self.ask(|store| {
            let first = store.preference(GREETED)?.is_none();
            if first {
                store.set_preference(GREETED, "1")?;
            }
            Ok(first)
        });
        // A history that cannot be written would greet for ever.
        first.await.unwrap_or(false)
    }

    /// The remembered list; `None` where nothing was remembered yet.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn remembered(&self, list: Remembered) -> Result<Option<Vec<ModelRef>>, EngineError> {
        let written = self.ask(move |store| store.preference(list.key())).await?;
        // A name that this version cannot read belongs to another one: left out, not an error.
        Ok(written.map(|written| {
            written
                .lines()
                .filter_map(|name| name.parse().ok())
                .collect()
        }))
    }

    /// Remembers `models` in their order.
    ///
    /// # Errors
    /// History cannot be changed.
    pub async fn remember(&self, list: Remembered, models: &[ModelRef]) -> Result<(), EngineError> {
        let written: Vec<_> = models
            .iter()
            .map(|model| model.name().raw().to_owned())
            .collect();
        self.ask(move |store| store.set_preference(list.key(), &written.join("\n")))
            .await
    }
}

//! What the program remembers of a person: models chosen, favourite and recent, presets in force,
//! how files are shown.

use std::collections::BTreeMap;

use super::{Engine, EngineError};
use crate::domain::model::ModelRef;
use crate::store::Store;

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

/// Which presets are in force by choice, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChosenPresets {
    /// For every model that has none of its own; the configured one where none was chosen.
    pub for_all: Option<String>,
    /// Of single models.
    pub of_model: BTreeMap<ModelRef, String>,
}

/// How the files pane looks where it has the whole screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FilesView {
    /// A grid of thumbnails.
    #[default]
    Sheet,
    /// A wide list.
    List,
}

impl FilesView {
    const ALL: [Self; 2] = [Self::Sheet, Self::List];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Sheet => Self::List,
            Self::List => Self::Sheet,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Sheet => "sheet",
            Self::List => "list",
        }
    }
}

const FILES_VIEW: &str = "files.view";
const PRESET: &str = "preset";
const PRESETS_OF_MODELS: &str = "preset.models";
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

    /// The presets that were chosen.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn chosen_presets(&self) -> Result<ChosenPresets, EngineError> {
        let read = |store: &Store| {
            let written = store.preference(PRESETS_OF_MODELS)?;
            Ok((store.preference(PRESET)?, written))
        };
        let (for_all, written) = self.ask(read).await?;
        let of_model: BTreeMap<String, String> = written
            .and_then(|written| serde_json::from_str(&written).ok())
            .unwrap_or_default();
        Ok(ChosenPresets {
            for_all: for_all.filter(|name| !name.is_empty()),
            // As above: what this version cannot read is left out.
            of_model: of_model
                .into_iter()
                .filter_map(|(model, preset)| Some((model.parse().ok()?, preset)))
                .collect(),
        })
    }

    /// Remembers which presets were chosen.
    ///
    /// # Errors
    /// History cannot be changed.
    pub async fn choose_presets(&self, chosen: ChosenPresets) -> Result<(), EngineError> {
        let of_model = chosen.of_model.into_iter();
        let of_model: BTreeMap<_, _> = of_model
            .map(|(model, preset)| (model.name().raw().to_owned(), preset))
            .collect();
        let for_all = chosen.for_all.unwrap_or_default();
        self.ask(move |store| {
            let written = serde_json::to_string(&of_model).unwrap_or_default();
            store.set_preference(PRESET, &for_all)?;
            store.set_preference(PRESETS_OF_MODELS, &written)
        })
        .await
    }

    /// How files are shown; the contact sheet until something else was remembered.
    ///
    /// # Errors
    /// History cannot be read.
    pub async fn files_view(&self) -> Result<FilesView, EngineError> {
        let written = self.ask(|store| store.preference(FILES_VIEW)).await?;
        let known = |view: &FilesView| written.as_deref() == Some(view.word());
        Ok(FilesView::ALL.into_iter().find(known).unwrap_or_default())
    }

    /// Remembers how files are shown.
    ///
    /// # Errors
    /// History cannot be changed.
    pub async fn show_files_as(&self, view: FilesView) -> Result<(), EngineError> {
        self.ask(move |store| store.set_preference(FILES_VIEW, view.word()))
            .await
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

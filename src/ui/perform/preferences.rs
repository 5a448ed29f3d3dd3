//! What the program remembers of the person.

use std::path::PathBuf;

use super::{Performer, failure, told, write};
use crate::config::edit;
use crate::domain::model::ModelRef;
use crate::engine::{ChosenPresets, FilesView, Remembered};
use crate::ui::message::Message;

impl Performer {
    pub(super) fn remember(&self, list: Remembered, models: Vec<ModelRef>) {
        self.ask(|engine| async move { failure(engine.remember(list, &models).await) });
    }

    pub(super) fn recall_view(&self) {
        self.ask(|engine| async move {
            let view = told(engine.files_view().await);
            Some(view.map_or_else(Message::Failed, Message::FilesView))
        });
    }

    pub(super) fn show_as(&self, view: FilesView) {
        self.ask(move |engine| async move { failure(engine.show_files_as(view).await) });
    }

    pub(super) fn recall_presets(&self) {
        self.ask(|engine| async move {
            let chosen = told(engine.chosen_presets().await);
            Some(chosen.map_or_else(Message::Failed, Message::Presets))
        });
    }

    pub(super) fn choose_presets(&self, chosen: ChosenPresets) {
        self.ask(|engine| async move { failure(engine.choose_presets(chosen).await) });
    }

    pub(super) fn remove_preset(&self, path: PathBuf, name: String) {
        self.ask(|_| async move {
            let removed = write(move || edit::remove_preset(&path, &name, None).map(|()| name));
            Some(Message::PresetRemoved(removed.await))
        });
    }
}

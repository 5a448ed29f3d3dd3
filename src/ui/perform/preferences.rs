//! What the program remembers of the person.

use super::{Performer, failure, told};
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
}

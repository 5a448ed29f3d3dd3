//! What was spent, and who may have pictures.

use std::collections::BTreeSet;

use super::{Performer, failure, told};
use crate::domain::spending::Consent;
use crate::ui::message::Message;

impl Performer {
    pub(super) fn money(&self) {
        self.ask(|engine| async move { Some(Message::Money(told(engine.money().await))) });
    }

    pub(super) fn consents(&self) {
        self.ask(|engine| async move {
            let consents = told(engine.consents().await);
            Some(Message::Consents(consents))
        });
    }

    pub(super) fn allow(&self, consents: BTreeSet<Consent>) {
        self.ask(|engine| async move { failure(engine.allow(consents).await) });
    }
}

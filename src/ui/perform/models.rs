//! What is asked about models.

use super::{Performer, told};
use crate::domain::catalogue::{NextPage, Search};
use crate::domain::endpoint::Rented;
use crate::domain::model::ModelRef;
use crate::engine::{Engine, EngineError, Refresh, Remembered};
use crate::ui::effect::Ticket;
use crate::ui::message::Message;

impl Performer {
    pub(super) fn cards(&self, models: Vec<ModelRef>) {
        self.ask(|engine| async move {
            let cards = models.iter().map(|model| engine.card(model));
            Some(Message::Cards(cards.collect()))
        });
    }

    /// What is known is told at once, and what the router says behind it.
    pub(super) fn catalogue(&self, refresh: Refresh) {
        let (cancel, outbox) = (self.network.clone(), self.outbox.clone());
        self.ask(|engine| async move {
            if refresh != Refresh::Cached {
                let (known, _) = engine.catalogue(Refresh::Cached).await;
                let known = Message::Catalogue(Refresh::Cached, known, None);
                let _ = outbox.send(known).await;
            }
            let asked = cancel.run_until_cancelled(engine.catalogue(refresh));
            let (catalogue, problem) = asked.await?;
            Some(Message::Catalogue(refresh, catalogue, problem))
        });
    }

    /// The newest search wins: one that is still on its way is given up.
    pub(super) fn search(&mut self, ticket: Ticket, search: Search, next: Option<NextPage>) {
        self.search.cancel();
        self.search = self.network.child_token();
        let cancel = self.search.clone();
        self.ask(|engine| async move {
            let asked = cancel.run_until_cancelled(Box::pin(engine.search(search, next)));
            Some(Message::Searched(ticket, told(asked.await?)))
        });
    }

    pub(super) fn about(&self, ticket: Ticket, id: String) {
        let cancel = self.network.clone();
        self.ask(|engine| async move {
            let asked = cancel.run_until_cancelled(Box::pin(engine.about_model(id)));
            Some(Message::About(ticket, told(asked.await?)))
        });
    }

    pub(super) fn rented(&self) {
        let cancel = self.network.clone();
        self.ask(|engine| async move {
            let asked = cancel.run_until_cancelled(engine.rented()).await?;
            let named = |rented: Vec<Rented>| {
                let named = rented.into_iter();
                let named = named.filter_map(|it| Some((engine.rented_model(&it)?, it)));
                named.collect()
            };
            Some(Message::Rented(told(asked).map(named)))
        });
    }

    pub(super) fn price(&self, models: Vec<ModelRef>) {
        let cancel = self.network.clone();
        self.ask(|engine| async move {
            let priced = cancel.run_until_cancelled(engine.priced(models));
            priced.await.map(Message::Cards)
        });
    }

    pub(super) fn recall(&self) {
        self.ask(|engine| async move {
            let recalled = recall(&engine).await;
            Some(recalled.unwrap_or_else(|error| Message::Failed(error.problem())))
        });
    }
}

async fn recall(engine: &Engine) -> Result<Message, EngineError> {
    let chosen = engine.remembered(Remembered::Chosen).await?;
    let favourites = engine.remembered(Remembered::Favourite).await?;
    let recent = engine.remembered(Remembered::Recent).await?;
    Ok(Message::Chosen {
        chosen,
        favourites: favourites.unwrap_or_default(),
        recent: recent.unwrap_or_default(),
    })
}

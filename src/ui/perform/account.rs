//! Performs what has to do with the account and with endpoints of one's own.

use std::path::PathBuf;

use super::super::effect::{Change, Ticket};
use super::super::message::Message;
use super::{Performer, told, write};
use crate::config::{self, edit};
use crate::domain::endpoint::Endpoint;
use crate::domain::token::Token;

impl Performer {
    pub(super) fn log_in(&self, ticket: Ticket, token: Token) {
        let cancel = self.network.clone();
        self.ask(|engine| async move {
            let came = cancel.run_until_cancelled(engine.log_in(token)).await?;
            Some(Message::LoggedIn(ticket, told(came)))
        });
    }

    pub(super) fn change_account(&self, change: Change) {
        let cancel = self.network.clone();
        self.ask(|engine| async move {
            let changed = async {
                match change {
                    Change::Check => Ok(engine.check_token_anew().await),
                    Change::Switch(name) => engine.switch_token(name).await,
                    Change::LogOut => engine.log_out(None).await,
                    Change::BillTo(organisation) => engine.bill_to(organisation).await,
                }
            };
            Some(match cancel.run_until_cancelled(changed).await? {
                Ok(status) => Message::Account(status, None),
                Err(error) => Message::Account(engine.token(), Some(error.problem())),
            })
        });
    }

    /// The endpoint is written down first: who could not keep it is not asked either.
    pub(super) fn keep_endpoint(
        &self,
        ticket: Ticket,
        file: PathBuf,
        name: String,
        mut endpoint: Endpoint,
    ) {
        config::look_up_token(&mut endpoint, &self.environment);
        self.ask(|engine| async move {
            let written = write({
                let (name, endpoint) = (name.clone(), endpoint.clone());
                move || edit::set_endpoint(&file, &name, &endpoint)
            });
            let kept = match written.await {
                Ok(()) => {
                    let card = engine.add_endpoint(name, endpoint.clone()).await;
                    Ok((endpoint, card))
                }
                Err(problem) => Err(problem),
            };
            Some(Message::EndpointKept(ticket, kept))
        });
    }
}

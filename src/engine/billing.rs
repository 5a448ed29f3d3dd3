//! Who is billed: remembered for the account that chose it, and never taken for another's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::account::AccountError;
use super::{Engine, EngineError};
use crate::domain::account::{Account, TokenState, TokenStatus};
use crate::domain::token::Token;
use crate::store::Store;

/// What it is remembered under.
const BILLING: &str = "billing";

/// The organisations that accounts have billed. Whose a token is takes a question; what was
/// answered once is remembered by the token's fingerprint.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Billing {
    /// Names of accounts by fingerprints of their tokens.
    accounts: BTreeMap<String, String>,
    /// Names of organisations by names of accounts.
    organisations: BTreeMap<String, String>,
}

impl Billing {
    /// What `store` remembers. Without its history everybody pays for themselves.
    pub(super) fn read(store: &Store) -> Self {
        let written = store.preference(BILLING).ok().flatten();
        let read = written.and_then(|written| serde_json::from_str(&written).ok());
        read.unwrap_or_default()
    }

    /// The organisation that is billed for what goes out with `token`.
    pub(super) fn of(&self, token: &Token) -> Option<String> {
        let account = self.accounts.get(&token.fingerprint())?;
        self.organisations.get(account).cloned()
    }

    /// True where whose `token` is decides who is billed, and is not known.
    fn is_open(&self, token: &Token) -> bool {
        !self.organisations.is_empty() && !self.accounts.contains_key(&token.fingerprint())
    }

    fn learn(&mut self, token: &Token, account: String) {
        self.accounts.insert(token.fingerprint(), account);
    }

    /// Has the account of `token` bill `organisation`, or nobody else.
    fn choose(&mut self, token: &Token, organisation: Option<String>) {
        let Some(account) = self.accounts.get(&token.fingerprint()) else {
            return;
        };
        match organisation {
            Some(organisation) => drop(self.organisations.insert(account.clone(), organisation)),
            None => drop(self.organisations.remove(account)),
        }
        if self.organisations.is_empty() {
            self.accounts.clear();
        }
    }
}

impl Engine {
    /// Has Hugging Face bill an organisation of the person's, or the person again, and remembers
    /// it for the account that is used now.
    ///
    /// # Errors
    /// The person is not in it, it is not known who the person is, or it cannot be remembered.
    pub async fn bill_to(&self, organisation: Option<String>) -> Result<TokenStatus, EngineError> {
        let (token, account) = match (self.wire().token.clone(), self.token().state) {
            (Ok(token), TokenState::Good(account)) => (token, Some(account)),
            (Ok(token), _) if organisation.is_none() => (token, None),
            (Err(_), _) if organisation.is_none() => return Ok(self.token()),
            _ => return Err(AccountError::Nobody.into()),
        };
        let organisation = match (organisation, &account) {
            (Some(name), Some(account)) => Some(own(account, name)?),
            _ => None,
        };
        self.change_billing(move |billing| {
            if let Some(account) = account {
                billing.learn(&token, account.name.raw().to_owned());
            }
            billing.choose(&token, organisation);
        })
        .await
    }

    /// Finds out who is billed where that takes asking Hugging Face whose the token is: at most
    /// once a start, and only after some account chose an organisation.
    pub async fn settle_billing(&self) -> TokenStatus {
        let is_open = || {
            let wire = self.wire();
            let token = wire.token.as_ref();
            token.is_ok_and(|token| self.billing().is_open(token))
        };
        self.find_out(|state| *state == TokenState::Checking && is_open())
            .await
    }

    /// Whose `token` is counts for who is billed from now on.
    pub(super) async fn bill_as_told(&self, token: &Token, account: &str) {
        if !self.billing().is_open(token) {
            return;
        }
        let (token, account) = (token.clone(), account.to_owned());
        let learn = move |billing: &mut Billing| billing.learn(&token, account.clone());
        let learn_now = learn.clone();
        self.lay_anew(move |network| learn_now(&mut network.billing))
            .await;
        if let Err(error) = self.change_billing(learn).await {
            tracing::warn!(%error, "whose a token is could not be remembered");
        }
    }

    /// Another program may have changed it meanwhile, so that what it left is what is changed.
    async fn change_billing(
        &self,
        change: impl FnOnce(&mut Billing) + Send + 'static,
    ) -> Result<TokenStatus, EngineError> {
        let changed = self.ask(|store| {
            let mut billing = Billing::read(store);
            change(&mut billing);
            let written = serde_json::to_string(&billing).unwrap_or_default();
            store.set_preference(BILLING, &written)?;
            Ok(billing)
        });
        let billing = changed.await?;
        Ok(self
            .lay_anew(move |network| network.billing = billing)
            .await)
    }
}

/// The name of an organisation as Hugging Face writes it.
fn own(account: &Account, name: String) -> Result<String, AccountError> {
    let known: Vec<String> = account
        .organisations
        .iter()
        .map(|own| own.name.clone())
        .collect();
    match known.iter().find(|own| own.eq_ignore_ascii_case(&name)) {
        Some(own) => Ok(own.clone()),
        None => Err(AccountError::NoMember { name, known }),
    }
}

//! Whose token it is, which one is used, and who is billed.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError, RwLock};

use jiff::Timestamp;

use super::{Engine, EngineError};
use crate::domain::account::{Account, StoredToken, TokenState, TokenStatus};
use crate::domain::model::ModelRef;
use crate::domain::run::Run;
use crate::domain::text::Foreign;
use crate::domain::token::{NEW_TOKEN_PAGE, Token, TokenKind, looks_secret, shown_name};
use crate::hub::account;
use crate::hub::stored::{self, Name, StoredError};
use crate::inference::Wire;
use crate::store::Store;

/// What the organisation that is billed is remembered under; empty for the person.
const BILL_TO: &str = "bill-to";

/// Why a token was not taken, or an account not changed. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// It is none of Hugging Face's.
    #[error("this is no token of Hugging Face's: those begin with hf_")]
    NotTheirs,
    /// It is an organisation's own.
    #[error("this is a token of an organisation, which Hugging Face takes no more")]
    OfOrganisation,
    /// Hugging Face does not know it.
    #[error("Hugging Face does not know this token: it is wrong, revoked, or was not copied whole")]
    Rejected,
    /// Its time is over.
    #[error("this token expired on {}", .0.strftime("%Y-%m-%d"))]
    Expired(Timestamp),
    /// Hugging Face wants no questions now.
    #[error("the token could not be checked: Hugging Face was asked too often")]
    Limited(Option<Timestamp>),
    /// Hugging Face could not be asked, and why.
    #[error("the token could not be checked: {}", .0.shown(300))]
    Unreachable(Foreign),
    /// The person wants no contact with Hugging Face.
    #[error("the token could not be checked: this program is offline")]
    Offline,
    /// Nobody says where tokens are kept.
    #[error("there is no folder to keep a token in: neither HOME nor HF_HOME is set")]
    NoFolder,
    /// The person is in no such organisation.
    #[error("you are in no organisation called {}", shown_name(.name))]
    NoMember {
        /// What it was called.
        name: String,
        /// Those that the person is in.
        known: Vec<String>,
    },
    /// What is kept cannot be read or changed.
    #[error(transparent)]
    Stored(#[from] StoredError),
}

impl AccountError {
    /// What the person can do about it.
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotTheirs | Self::OfOrganisation | Self::Rejected | Self::Expired(_) => {
                format!("make one at {NEW_TOKEN_PAGE}")
            }
            Self::Limited(Some(until)) => {
                let left = until.duration_since(Timestamp::now()).as_secs().max(1);
                format!("nothing was stored; try again in {left} s")
            }
            Self::Limited(None) | Self::Unreachable(_) => {
                "nothing was stored; try again later".to_owned()
            }
            Self::Offline => "take HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE away".to_owned(),
            Self::NoFolder => "set HF_HOME to a folder of your own".to_owned(),
            Self::NoMember { known, .. } => match listed(known) {
                Some(known) => format!("yours are {known}"),
                None => "you are in none that this token knows of".to_owned(),
            },
            Self::Stored(error) => return stored_hint(error),
        })
    }
}

fn stored_hint(error: &StoredError) -> Option<String> {
    Some(match error {
        StoredError::Strange { .. } => {
            "nothing was changed; correct the file, or move it away".to_owned()
        }
        StoredError::Unknown { known, .. } => match listed(known) {
            Some(known) => format!("kept are {known}"),
            None => "none is kept; `blipboard auth login` takes one".to_owned(),
        },
        StoredError::Taken(_) => {
            "choose another name, or forget that one first: `blipboard auth logout NAME`".to_owned()
        }
        StoredError::NoToken(_) | StoredError::Nobody(_) => {
            "`blipboard auth login` takes one".to_owned()
        }
        StoredError::BadName => "choose another name".to_owned(),
        StoredError::File(_) => return None,
    })
}

/// True for what a header can carry and nobody need hide.
fn is_name(name: &str) -> bool {
    let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    is_word && !looks_secret(name)
}

/// `a, b`, safe to show; `None` where there are none.
fn listed(names: &[String]) -> Option<String> {
    let shown = names
        .iter()
        .map(|name| Foreign::new(name.as_str()).shown(80));
    (!names.is_empty()).then(|| shown.collect::<Vec<_>>().join(", "))
}

/// The organisation that the person chose to be billed before. Without its history the person is.
pub(super) fn billed(store: &Store) -> Option<String> {
    let remembered = store.preference(BILL_TO).ok().flatten();
    remembered.filter(|name| !name.is_empty())
}

/// What Hugging Face said of the tokens.
#[derive(Debug)]
pub(super) struct Accounts {
    status: RwLock<TokenStatus>,
    /// One question at a time.
    asking: tokio::sync::Mutex<()>,
    /// What was said once of a token holds while the program runs.
    told: Mutex<Vec<(Token, TokenState)>>,
}

impl Accounts {
    pub(super) fn new(status: TokenStatus) -> Self {
        Self {
            status: RwLock::new(status),
            asking: tokio::sync::Mutex::default(),
            told: Mutex::default(),
        }
    }

    fn status(&self) -> TokenStatus {
        let status = self.status.read().unwrap_or_else(PoisonError::into_inner);
        status.clone()
    }

    /// The wire was laid anew; `is_same` says whether with the same token.
    pub(super) fn take(&self, laid: TokenStatus, is_same: bool) -> TokenStatus {
        let mut status = self.status.write().unwrap_or_else(PoisonError::into_inner);
        let state = std::mem::take(&mut status.state);
        *status = laid;
        if is_same {
            status.state = state;
        }
        status.clone()
    }

    fn set(&self, state: TokenState) {
        let mut status = self.status.write().unwrap_or_else(PoisonError::into_inner);
        status.state = state;
    }

    fn told(&self, token: &Token) -> Option<TokenState> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, state) = told.iter().find(|(known, _)| known == token)?;
        Some(state.clone())
    }

    /// Keeps what was said of `token`, unless it was said of the journey only.
    fn keep(&self, token: &Token, state: &TokenState) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|(known, _)| known != token);
        if matches!(
            state,
            TokenState::Good(_) | TokenState::Rejected | TokenState::Expired(_)
        ) {
            told.push((token.clone(), state.clone()));
        }
    }
}

impl Engine {
    /// What is known of the token without asking anybody.
    pub fn token(&self) -> TokenStatus {
        self.0.accounts.status()
    }

    /// Asks Hugging Face about the token; what it said once holds while the program runs, so only
    /// a question that found no answer is asked again. Without a token, or offline, nobody is
    /// asked.
    pub async fn check_token(&self) -> TokenStatus {
        let accounts = &self.0.accounts;
        let _one = accounts.asking.lock().await;
        let is_open = matches!(
            accounts.status().state,
            TokenState::Checking | TokenState::Unreachable(_) | TokenState::Limited(_)
        );
        let wire = self.wire();
        if let Some(token) = wire.token.as_ref().ok().filter(|_| is_open) {
            let state = match accounts.told(token) {
                Some(state) => state,
                None => account::whoami(&wire.http, &wire.hub, token).await,
            };
            self.learn(token, state);
        }
        accounts.status()
    }

    /// Asks once more, whatever was said before, about the token that lies in its place now.
    pub async fn check_token_anew(&self) -> TokenStatus {
        let status = self.lay_anew(|_| {}).await;
        if let Ok(token) = &self.wire().token
            && status.state != TokenState::Offline
        {
            self.0.accounts.keep(token, &TokenState::Checking);
            self.0.accounts.set(TokenState::Checking);
        }
        self.check_token().await
    }

    /// Takes a token of the person's: asks Hugging Face whose it is, keeps it where `hf auth login`
    /// does, by the name that Hugging Face gives it, and uses it from now on. A variable of the
    /// environment may hide it; the status tells.
    ///
    /// # Errors
    /// It is no token, Hugging Face does not know it or cannot be asked, or it cannot be kept.
    /// Nothing was stored then.
    pub async fn log_in(&self, token: Token) -> Result<TokenStatus, EngineError> {
        self.log_in_as(None, token).await
    }

    /// The same, kept by the name that the person chose.
    ///
    /// # Errors
    /// As of [`Engine::log_in`]; besides, another token may have this name.
    pub async fn log_in_as(
        &self,
        name: Option<String>,
        token: Token,
    ) -> Result<TokenStatus, EngineError> {
        match token.kind() {
            TokenKind::Access | TokenKind::OAuth => {}
            TokenKind::Organisation => return Err(AccountError::OfOrganisation.into()),
            TokenKind::Other => return Err(AccountError::NotTheirs.into()),
        }
        let file = self.token_file()?;
        let account = self.whose(&token).await?;
        let suggested = || account.token_name.as_ref().unwrap_or(&account.name);
        let name = match name {
            Some(name) => Name::Chosen(name),
            None => Name::Suggested(suggested().raw().to_owned()),
        };
        let (kept, expires) = (token.clone(), account.expires);
        self.change_stored(move || stored::keep(&file, &name, &kept, expires).map(drop))
            .await?;
        self.learn(&token, TokenState::Good(account));
        Ok(self.token())
    }

    /// Uses the token that is kept as `name` from now on, and asks Hugging Face about it.
    ///
    /// # Errors
    /// None is, or the files cannot be read or written.
    pub async fn switch_token(&self, name: String) -> Result<TokenStatus, EngineError> {
        let file = self.token_file()?;
        self.change_stored(move || stored::switch(&file, &name))
            .await?;
        Ok(self.check_token().await)
    }

    /// Forgets the token that is kept as `name`, or the one in the token file under whatever name.
    ///
    /// # Errors
    /// There is none, or the files cannot be read or written.
    pub async fn log_out(&self, name: Option<String>) -> Result<TokenStatus, EngineError> {
        let file = self.token_file()?;
        self.change_stored(move || stored::remove(&file, name.as_deref()))
            .await?;
        Ok(self.check_token().await)
    }

    /// All tokens that are kept by name.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn stored_tokens(&self) -> Result<Vec<StoredToken>, EngineError> {
        let file = self.token_file()?;
        let list = move || stored::list(&file).map_err(AccountError::from);
        self.0.clerks.run(list).await
    }

    /// Has Hugging Face bill an organisation of the person's, or the person again, and remembers
    /// it.
    ///
    /// # Errors
    /// The person is not in it, or it cannot be remembered.
    pub async fn bill_to(&self, organisation: Option<String>) -> Result<TokenStatus, EngineError> {
        let organisation = match organisation {
            Some(name) => Some(self.own_organisation(name)?),
            None => None,
        };
        let written = organisation.clone().unwrap_or_default();
        self.ask(move |store| store.set_preference(BILL_TO, &written))
            .await?;
        Ok(self
            .lay_anew(move |network| network.bill_to = organisation)
            .await)
    }

    /// What a run tells of the token that it was asked with.
    pub(super) fn heed(&self, run: &Run, wire: &Wire) {
        let is_refused = run
            .failure
            .as_ref()
            .is_some_and(|failure| failure.kind == "bad-token");
        if let (true, ModelRef::Hub { .. }, Ok(token)) =
            (is_refused, &run.request.model, &wire.token)
        {
            self.learn(token, TokenState::Rejected);
        }
    }

    fn token_file(&self) -> Result<PathBuf, AccountError> {
        self.token_place().ok_or(AccountError::NoFolder)
    }

    /// Whose token it is.
    async fn whose(&self, token: &Token) -> Result<Box<Account>, AccountError> {
        let _one = self.0.accounts.asking.lock().await;
        let wire = self.wire();
        if wire.offline {
            return Err(AccountError::Offline);
        }
        match account::whoami(&wire.http, &wire.hub, token).await {
            TokenState::Good(account) => Ok(account),
            TokenState::Expired(moment) => Err(AccountError::Expired(moment)),
            TokenState::Limited(until) => Err(AccountError::Limited(until)),
            TokenState::Unreachable(why) => Err(AccountError::Unreachable(why)),
            _ => Err(AccountError::Rejected),
        }
    }

    /// Changes what is kept, and looks again which token counts.
    async fn change_stored(
        &self,
        change: impl FnOnce() -> Result<(), StoredError> + Send + 'static,
    ) -> Result<(), EngineError> {
        let changed = self.0.clerks.run(|| change().map_err(AccountError::from));
        let changed = changed.await;
        // A part of it may have been done.
        self.lay_anew(|_| {}).await;
        changed
    }

    /// Hugging Face said something of `token`, which may no longer be the one in use.
    fn learn(&self, token: &Token, state: TokenState) {
        let accounts = &self.0.accounts;
        let is_used = self.wire().token.as_ref() == Ok(token);
        let state = match state {
            TokenState::Rejected if is_used => accounts.status().refused(Timestamp::now()),
            state => state,
        };
        accounts.keep(token, &state);
        if is_used {
            accounts.set(state);
        }
    }

    /// The name of an organisation as Hugging Face writes it. While nobody knows which ones the
    /// person is in, any that a header can carry may be.
    fn own_organisation(&self, name: String) -> Result<String, AccountError> {
        let own = match self.token().state {
            TokenState::Good(account) => account.organisations,
            _ if is_name(&name) => return Ok(name),
            _ => Vec::new(),
        };
        let known: Vec<String> = own.into_iter().map(|own| own.name).collect();
        match known.iter().find(|own| own.eq_ignore_ascii_case(&name)) {
            Some(own) => Ok(own.clone()),
            None => Err(AccountError::NoMember { name, known }),
        }
    }
}

#[cfg(test)]
mod tests;

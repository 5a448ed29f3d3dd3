//! Whose token it is, and which one is used.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;

use super::{Engine, EngineError};
use crate::domain::account::{Account, StoredToken, TokenState, TokenStatus};
use crate::domain::model::ModelRef;
use crate::domain::run::Run;
use crate::domain::text::Foreign;
use crate::domain::token::{NEW_TOKEN_PAGE, Token, TokenKind, shown_name};
use crate::hub::account;
use crate::hub::files::FileError;
use crate::hub::stored::{self, Name, StoredError};
use crate::hub::token::Found;
use crate::inference::Wire;

/// Limits of Hugging Face's hold for windows of five minutes
/// (<https://huggingface.co/docs/hub/rate-limits>): so long nobody asks again who was not told how
/// long to wait.
const WINDOW: Duration = Duration::from_mins(5);

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
    /// Nobody is known who could be in an organisation.
    #[error("it is not known who you are, so no organisation of yours can be billed")]
    Nobody,
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
    pub(super) fn hint(&self) -> String {
        match self {
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
            Self::Nobody => "`blipboard auth whoami` says what is missing".to_owned(),
            Self::NoFolder => "set HF_HOME to a folder of your own".to_owned(),
            Self::NoMember { known, .. } => match listed(known) {
                Some(known) => format!("yours are {known}"),
                None => "you are in none that this token knows of".to_owned(),
            },
            Self::Stored(error) => stored_hint(error),
        }
    }
}

fn stored_hint(error: &StoredError) -> String {
    match error {
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
        StoredError::File(FileError::Held(_)) => "try again when it has ended".to_owned(),
        StoredError::File(_) => {
            "see whose it is and what it may do, or name another place in HF_TOKEN_PATH".to_owned()
        }
    }
}

/// `a, b`, safe to show; `None` where there are none.
fn listed(names: &[String]) -> Option<String> {
    let shown = names
        .iter()
        .map(|name| Foreign::new(name.as_str()).shown(80));
    (!names.is_empty()).then(|| shown.collect::<Vec<_>>().join(", "))
}

/// What Hugging Face said of the tokens.
#[derive(Debug)]
pub(super) struct Accounts {
    used: RwLock<Used>,
    /// One question at a time.
    asking: tokio::sync::Mutex<()>,
    /// What was said once of a token holds while the program runs.
    told: Mutex<Vec<(Token, TokenState)>>,
}

/// The token that is used, and how it stands: both change together, so that nothing that is said
/// of one token is taken for another's.
#[derive(Debug)]
struct Used {
    token: Option<Token>,
    status: TokenStatus,
}

impl Accounts {
    pub(super) fn new(found: Found) -> Self {
        let Found { token, status } = found;
        Self {
            used: RwLock::new(Used { token, status }),
            asking: tokio::sync::Mutex::default(),
            told: Mutex::default(),
        }
    }

    fn status(&self) -> TokenStatus {
        let used = self.used.read().unwrap_or_else(PoisonError::into_inner);
        used.status.clone()
    }

    /// It was looked again which token counts. What is known of it stays known while it is the
    /// same one.
    pub(super) fn take(&self, found: Found) -> TokenStatus {
        let Found { token, mut status } = found;
        let mut used = self.used.write().unwrap_or_else(PoisonError::into_inner);
        if token.is_some() && token == used.token {
            status.state = std::mem::take(&mut used.status.state);
        }
        *used = Used {
            token,
            status: status.clone(),
        };
        status
    }

    /// Hugging Face said something of `token`, which may no longer be the one that is used.
    fn hear(&self, token: &Token, mut state: TokenState) {
        let now = Timestamp::now();
        let mut used = self.used.write().unwrap_or_else(PoisonError::into_inner);
        let is_used = used.token.as_ref() == Some(token);
        match state {
            TokenState::Rejected if is_used => state = used.status.refused(now),
            TokenState::Limited(None) => state = TokenState::Limited(now.checked_add(WINDOW).ok()),
            _ => {}
        }
        self.keep(token, &state);
        if is_used {
            used.status.state = state;
        }
    }

    fn told(&self, token: &Token) -> Option<TokenState> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, state) = told.iter().find(|(known, _)| known == token)?;
        (!may_ask(state)).then(|| state.clone())
    }

    /// Keeps what was said of `token`, unless it was said of the journey only.
    fn keep(&self, token: &Token, state: &TokenState) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|(known, _)| known != token);
        if !may_ask(state) {
            told.push((token.clone(), state.clone()));
        }
    }
}

/// True where the state leaves something to ask, and Hugging Face lets itself be asked.
fn may_ask(state: &TokenState) -> bool {
    match state {
        TokenState::Checking | TokenState::Unreachable(_) => true,
        TokenState::Limited(until) => until.is_none_or(|until| until <= Timestamp::now()),
        _ => false,
    }
}

impl Engine {
    /// What is known of the token without asking anybody.
    pub fn token(&self) -> TokenStatus {
        self.0.accounts.status()
    }

    /// Asks Hugging Face about the token; what it said once holds while the program runs, so only
    /// a question that found no answer is asked again, and not before its time. Without a token,
    /// or offline, nobody is asked.
    pub async fn check_token(&self) -> TokenStatus {
        self.find_out(may_ask).await
    }

    /// The same where `is_open` finds that how the token stands is worth a question.
    pub(super) async fn find_out(&self, is_open: impl Fn(&TokenState) -> bool) -> TokenStatus {
        let accounts = &self.0.accounts;
        let is_open = || is_open(&accounts.status().state);
        // Nobody waits for what Hugging Face says of a token that is used no more.
        if is_open() {
            let _one = accounts.asking.lock().await;
            let wire = self.wire();
            if let Some(token) = wire.token.as_ref().ok().filter(|_| is_open()) {
                let state = match accounts.told(token) {
                    Some(state) => state,
                    None => account::whoami(&wire.http, &wire.hub, token).await,
                };
                self.learn(token, state).await;
            }
        }
        accounts.status()
    }

    /// Asks once more, whatever was said before, about the token that lies in its place now; but
    /// not before Hugging Face lets itself be asked.
    pub async fn check_token_anew(&self) -> TokenStatus {
        let status = self.lay_anew(|_| {}).await;
        if let Ok(token) = &self.wire().token
            && matches!(
                status.state,
                TokenState::Good(_) | TokenState::Rejected | TokenState::Expired(_)
            )
        {
            self.0.accounts.hear(token, TokenState::Checking);
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
        self.learn(&token, TokenState::Good(account)).await;
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

    /// What a run tells of the token that it was asked with.
    pub(super) fn heed(&self, run: &Run, wire: &Wire) {
        let is_refused = run
            .failure
            .as_ref()
            .is_some_and(|failure| failure.kind == "bad-token");
        if let (true, ModelRef::Hub { .. }, Ok(token)) =
            (is_refused, &run.request.model, &wire.token)
        {
            self.0.accounts.hear(token, TokenState::Rejected);
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

    /// Hugging Face said something of `token`. Whose it is decides who is billed.
    async fn learn(&self, token: &Token, state: TokenState) {
        if let TokenState::Good(account) = &state {
            self.bill_as_told(token, account.name.raw()).await;
        }
        self.0.accounts.hear(token, state);
    }
}

#[cfg(test)]
mod tests;

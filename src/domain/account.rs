//! Whose token it is, where it was found, and what it may do.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;

use super::problem::Problem;
use super::text::Foreign;
use super::token::{NEW_TOKEN_PAGE, Token, TokenError, shown_name};

/// Where a Hugging Face token was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenPlace {
    /// A variable of the environment, by name.
    Variable(&'static str),
    /// A file that `hf auth login` writes.
    File(PathBuf),
}

/// For a narrow place: the name of the variable, or `file`.
impl fmt::Display for TokenPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.pad(name),
            Self::File(_) => f.pad("file"),
        }
    }
}

/// Where a Hugging Face token may lie; the first that is there counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenPlaces {
    /// Variables of the environment that hold something, by name, the first one first.
    pub variables: Vec<(&'static str, Result<Token, TokenError>)>,
    /// The file that `hf auth login` writes, whether it is there or not; it counts last.
    pub file: Option<PathBuf>,
    /// The variable that forbids to use any of them unasked.
    pub forbidden: Option<&'static str>,
}

/// What is known of the account that a token belongs to. Whatever Hugging Face does not tell, or
/// the token may not read, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The name people are known by on Hugging Face.
    pub name: Foreign,
    /// The person's own name.
    pub full_name: Option<Foreign>,
    /// True for a paying person.
    pub pro: bool,
    /// May the token call models in the person's name?
    pub may_infer: Option<bool>,
    /// The name of the token on the settings page.
    pub token_name: Option<Foreign>,
    /// Its role, in Hugging Face's word: `read`, `write`, `fineGrained`.
    pub role: Option<Foreign>,
    /// What a fine-grained token may do.
    pub scopes: Vec<Scope>,
    /// When the token expires.
    pub expires: Option<Timestamp>,
    /// How the person pays.
    pub billing: Billing,
    /// The organisations that the person belongs to.
    pub organisations: Vec<Organisation>,
}

/// What a fine-grained token may do with something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// With what: a person, an organisation or a repository.
    pub entity: Foreign,
    /// What, in Hugging Face's words: `inference.serverless.write`.
    pub permissions: Vec<Foreign>,
}

/// An organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    /// Its name in addresses.
    pub name: String,
    /// Its name for people.
    pub full_name: Option<Foreign>,
    /// What it pays for, in Hugging Face's word.
    pub plan: Option<Foreign>,
    /// The person's role in it.
    pub role: Option<Foreign>,
    /// May the token call models in its name?
    pub may_infer: Option<bool>,
    /// How it pays.
    pub billing: Billing,
}

/// How somebody pays Hugging Face.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Billing {
    /// True where there is a way to pay beyond what is included.
    pub can_pay: Option<bool>,
    /// `prepaid` or `postpaid`.
    pub mode: Option<Foreign>,
    /// When included credit is counted anew.
    pub period_end: Option<Timestamp>,
}

/// What is known of the token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TokenState {
    /// There is none.
    #[default]
    Missing,
    /// What was found is no token, and why.
    Unusable(Foreign),
    /// Hugging Face is being asked.
    Checking,
    /// It is good.
    Good(Box<Account>),
    /// Hugging Face does not know it, or no longer.
    Rejected,
    /// Its time was over at that moment.
    Expired(Timestamp),
    /// Hugging Face asked to be asked less; it may be asked again then.
    Limited(Option<Timestamp>),
    /// Hugging Face could not be reached, and why.
    Unreachable(Foreign),
    /// The person wants no contact with Hugging Face.
    Offline,
}

/// The token as the person sees it: never the token itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenStatus {
    /// What is known of it.
    pub state: TokenState,
    /// Where it was found.
    pub place: Option<TokenPlace>,
    /// Another place that holds a different token, which this one hides.
    pub hides: Option<TokenPlace>,
    /// True where others on this machine can read the file that it lies in.
    pub is_exposed: bool,
    /// Tokens that `hf auth login` and this program keep by name.
    pub stored: Vec<StoredToken>,
    /// The organisation that is billed; the person where there is none.
    pub bill_to: Option<String>,
}

impl TokenStatus {
    /// May it call models in the name of whoever is billed?
    pub fn may_infer(&self) -> Option<bool> {
        let TokenState::Good(account) = &self.state else {
            return None;
        };
        match &self.bill_to {
            None => account.may_infer,
            Some(name) => account
                .organisation(name)
                .map_or(Some(false), |own| own.may_infer),
        }
    }

    /// What it is that Hugging Face did not take at `now`: wrong, or only old.
    pub fn refused(&self, now: Timestamp) -> TokenState {
        let is_in_file = matches!(self.place, Some(TokenPlace::File(_)));
        let mut stored = self.stored.iter().filter(|_| is_in_file);
        let expires = stored
            .find(|token| token.is_active)
            .and_then(|token| token.expires);
        match expires {
            Some(moment) if moment <= now => TokenState::Expired(moment),
            _ => TokenState::Rejected,
        }
    }

    /// What is wrong with it that the person can mend.
    pub fn problem(&self) -> Option<Problem> {
        let place = self.place.as_ref();
        let place = place.map_or(String::new(), |place| format!(" ({place})"));
        let problem = match &self.state {
            TokenState::Unusable(why) => {
                let mut problem =
                    Problem::new(format!("the Hugging Face token{place} is unusable"));
                problem.causes.push(why.clone());
                problem.with_hint(format!(
                    "put that right; a new token is made at {NEW_TOKEN_PAGE}"
                ))
            }
            TokenState::Expired(_) => {
                let problem = Problem::new(format!("the Hugging Face token{place} has expired"));
                problem.with_hint("`blipboard auth login` takes another one")
            }
            TokenState::Rejected => {
                let problem = Problem::new(format!("Hugging Face rejects the token{place}"));
                problem.with_hint(match &self.hides {
                    Some(hidden) => format!("it hides another one ({hidden})"),
                    None => "`blipboard auth login` takes another one".to_owned(),
                })
            }
            TokenState::Good(account) => return self.restriction(account, &place),
            _ => return None,
        };
        Some(problem)
    }

    /// What a good token may not do.
    fn restriction(&self, account: &Account, place: &str) -> Option<Problem> {
        if self.may_infer() != Some(false) {
            return None;
        }
        let new = format!("make one that may: {NEW_TOKEN_PAGE}");
        Some(match &self.bill_to {
            None => Problem::new(format!("the token{place} may not call models")).with_hint(new),
            Some(name) => {
                let shown = shown_name(name);
                let headline = match account.organisation(name) {
                    Some(_) => {
                        format!("the token{place} may not call models in the name of {shown}")
                    }
                    None => format!(
                        "{} is not in {shown}, which is to be billed",
                        account.name.shown(80)
                    ),
                };
                Problem::new(headline).with_hint("`blipboard auth bill-to --me` bills you again")
            }
        })
    }
}

impl Account {
    /// The organisation of that name, where the person is in it.
    pub fn organisation(&self, name: &str) -> Option<&Organisation> {
        self.organisations.iter().find(|own| own.name == name)
    }
}

/// A token that is kept by name; never the token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// The name it is kept by.
    pub name: String,
    /// How it is shown: `hf_****abcd`.
    pub masked: String,
    /// True for the one in the token file, which counts where no variable holds one.
    pub is_active: bool,
    /// When it expires, where that was written down with it.
    pub expires: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A good token of somebody who is in `lab`, which is or is not billed.
    fn status(person: Option<bool>, lab: Option<bool>, bill_to: Option<&str>) -> TokenStatus {
        let lab = Organisation {
            name: "lab".to_owned(),
            may_infer: lab,
            ..Organisation::default()
        };
        let account = Account {
            name: Foreign::new("anna"),
            may_infer: person,
            organisations: vec![lab],
            ..Account::default()
        };
        TokenStatus {
            state: TokenState::Good(Box::new(account)),
            bill_to: bill_to.map(str::to_owned),
            ..TokenStatus::default()
        }
    }

    #[test]
    fn what_the_token_may_do_is_asked_of_whoever_is_billed() {
        let (yes, no) = (Some(true), Some(false));
        for (person, lab, bill_to, expected, says) in [
            (yes, no, None, yes, None),
            (no, yes, None, no, Some("the token may not call models")),
            (no, yes, Some("lab"), yes, None),
            (
                yes,
                no,
                Some("lab"),
                no,
                Some("the token may not call models in the name of lab"),
            ),
            (yes, None, Some("lab"), None, None),
            (
                yes,
                yes,
                Some("else"),
                no,
                Some("anna is not in else, which is to be billed"),
            ),
        ] {
            let status = status(person, lab, bill_to);
            assert_eq!(status.may_infer(), expected);
            let problem = status.problem();
            let headline = problem.as_ref().map(|problem| problem.headline.raw());
            assert_eq!(headline, says);
        }
        assert_eq!(TokenStatus::default().may_infer(), None);
    }
}

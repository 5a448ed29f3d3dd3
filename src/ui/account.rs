//! The account in words: what is known of it, and what can be done about it.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::command::Context;
use super::effect::{Change, Copied, Effect};
use super::facts::Facts;
use super::keymap::Keymap;
use super::overlay::Overlay;
use super::overlay::form::{Form, Purpose};
use super::overlay::menu::{Menu, Row, Subject};
use super::overlay::question::{Answer, Question, Then};
use super::say;
use crate::domain::account::{
    Account, Billing, Organisation, StoredToken, TokenPlace, TokenState, TokenStatus,
};
use crate::domain::text::Foreign;
use crate::domain::token::NEW_TOKEN_PAGE;

/// Names of people, organisations and tokens take at most so many columns.
const NAME: usize = 30;

/// Where and when the account is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// The time.
    pub now: Timestamp,
    /// The person's time zone.
    pub zone: &'a TimeZone,
    /// The person's home folder.
    pub home: Option<&'a Path>,
    /// Which key does what.
    pub keymap: &'a Keymap,
}

/// Everything known of the account, and everything that can be done about it.
pub fn menu(status: &TokenStatus, here: Here) -> Menu {
    Menu::new(
        Subject::Account,
        "Account",
        facts(status, here),
        rows(status, here),
    )
}

/// The form that takes a token.
pub fn log_in_form(status: &TokenStatus, keymap: &Keymap) -> Form {
    let key = keymap.key_of(&[Context::Form], "copy-link");
    let copies = key.map_or(String::new(), |key| format!("({key} copies this link)\n"));
    let mut help = format!(
        "Make a token that may call models, and nothing else:\n{NEW_TOKEN_PAGE}\n\
         {copies}\n\
         It is checked with Hugging Face and then kept where `hf auth login` keeps it, in a file \
         that only you can read."
    );
    if let Some(variable) = variable(status) {
        help = format!("{help} {}", counts_first(variable));
    }
    Form::new(Purpose::LogIn, "Log in to Hugging Face", help)
        .secret("token", "paste it here; it is not shown")
}

/// The variable that the token in use was found in.
pub fn variable(status: &TokenStatus) -> Option<&'static str> {
    match status.place {
        Some(TokenPlace::Variable(name)) => Some(name),
        Some(TokenPlace::File(_)) | None => None,
    }
}

/// What a variable means for every other token.
pub fn counts_first(variable: &str) -> String {
    format!("{variable} counts first: any other token is used only once {variable} is unset.")
}

fn facts(status: &TokenStatus, here: Here) -> String {
    let found = |place: &TokenPlace| match place {
        TokenPlace::Variable(name) => format!("in the variable {name}"),
        TokenPlace::File(path) => format!("in {}", say::path(path, here.home, usize::MAX)),
    };
    let mut facts = Facts::default();
    if let Some(variable) = variable(status) {
        facts = facts.line(&format!("! {}", counts_first(variable)));
    }
    if status.is_exposed {
        facts = facts.line("! others on this machine can read the token's file: chmod 600 it");
    }
    let facts = match &status.state {
        TokenState::Good(account) => person(account, here, facts),
        other => facts.row("token", condition(other, here)),
    };
    let hidden = status.hides.as_ref();
    let facts = facts.row("found", status.place.as_ref().map(found)).row(
        "hides",
        hidden.map(|place| format!("another one {}", found(place))),
    );
    let facts = match &status.state {
        TokenState::Good(account) => permissions(account, billing(account, here, facts)),
        _ => facts,
    };
    facts.text()
}

/// How a token that is not good stands.
fn condition(state: &TokenState, here: Here) -> String {
    let moment = |then: Timestamp| say::date_and_time(then, here.zone);
    match state {
        TokenState::Good(_) => String::new(),
        TokenState::Missing => {
            "none was found; what runs here and endpoints of your own need none, \
                                models of Hugging Face do"
                .to_owned()
        }
        TokenState::Unusable(why) => format!("unusable: {}", why.paragraphs()),
        TokenState::Checking => "Hugging Face is being asked whose it is".to_owned(),
        TokenState::Rejected => {
            "Hugging Face does not know it: it is wrong, revoked or expired".to_owned()
        }
        TokenState::Expired(when) => format!("expired {}", moment(*when)),
        TokenState::Limited(None) => {
            "not checked: Hugging Face wants no more questions for now".to_owned()
        }
        TokenState::Limited(Some(until)) => format!(
            "not checked: Hugging Face wants no more questions before {}",
            moment(*until)
        ),
        TokenState::Unreachable(why) => format!(
            "not checked: Hugging Face cannot be reached: {}",
            why.paragraphs()
        ),
        TokenState::Offline => "not used: offline, as the environment wants it".to_owned(),
    }
}

fn person(account: &Account, here: Here, facts: Facts) -> Facts {
    let mut who = vec![account.name.shown(NAME)];
    who.extend(account.full_name.as_ref().map(|name| name.shown(60)));
    who.push(if account.pro { "PRO" } else { "free plan" }.to_owned());
    let named = account
        .token_name
        .as_ref()
        .map(|name| format!("“{}”", name.shown(NAME)));
    let role = account.role.as_ref().map(|role| match role.raw() {
        "fineGrained" => "fine-grained".to_owned(),
        _ => format!("role {}", role.shown(NAME)),
    });
    let token: Vec<_> = named.into_iter().chain(role).collect();
    let expires = account
        .expires
        .map(|when| say::date_and_time(when, here.zone));
    facts
        .row("account", who.join(" · "))
        .row("token", token.join(", "))
        .row("calls", callers(account))
        .row("expires", expires)
}

/// In whose name the token may call models.
fn callers(account: &Account) -> String {
    let person = (account.name.shown(NAME), account.may_infer);
    let organisations = account.organisations.iter().map(|organisation| {
        let name = Foreign::new(organisation.name.as_str());
        (name.shown(NAME), organisation.may_infer)
    });
    let all: Vec<_> = std::iter::once(person).chain(organisations).collect();
    let groups = [
        ("models for", Some(true)),
        ("none for", Some(false)),
        ("unknown for", None),
    ];
    let told = groups.map(|(word, may)| {
        let names = all.iter().filter(|(_, its)| *its == may);
        let names: Vec<_> = names.map(|(name, _)| name.as_str()).collect();
        (!names.is_empty()).then(|| format!("{word} {}", names.join(", ")))
    });
    told.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn billing(account: &Account, here: Here, facts: Facts) -> Facts {
    let period = account.billing.period_end;
    let anew = period.map(|end| format!("counted anew {}; ", say::date_and_time(end, here.zone)));
    let credit = format!(
        "{}what is left: huggingface.co/settings/billing",
        anew.unwrap_or_default()
    );
    facts
        .row("pays", paying(&account.billing))
        .row("credit", credit)
}

fn paying(billing: &Billing) -> Option<String> {
    let mode = billing.mode.as_ref().map(|mode| mode.shown(NAME));
    match billing.can_pay {
        Some(true) => Some(match mode {
            Some(mode) => format!("beyond included credit, {mode}"),
            None => "beyond included credit".to_owned(),
        }),
        Some(false) => Some("nothing beyond included credit".to_owned()),
        None => mode,
    }
}

/// What a fine-grained token may do, a line each.
fn permissions(account: &Account, mut facts: Facts) -> Facts {
    let mut name = "may";
    for scope in &account.scopes {
        for permission in &scope.permissions {
            let line = format!("{} · {}", permission.shown(60), scope.entity.shown(NAME));
            facts = facts.row(name, line);
            name = "";
        }
    }
    facts
}

fn rows(status: &TokenStatus, here: Here) -> Vec<Row> {
    let has_token = status.place.is_some() || !status.stored.is_empty();
    let log_in = if has_token {
        "Log in with another token"
    } else {
        "Log in"
    };
    let form = Box::new(Overlay::Form(log_in_form(status, here.keymap)));
    let mut rows = vec![Row::new(log_in, Then::Open(form)).detail("checked, then kept by name")];
    rows.extend(
        status
            .stored
            .iter()
            .map(|token| stored(token, status, here)),
    );
    rows.extend(bills(status));
    let is_asked = !matches!(status.state, TokenState::Missing | TokenState::Offline);
    if is_asked {
        rows.push(
            Row::new("Check again", Then::Change(Change::Check))
                .detail("asks Hugging Face once")
                .key("reload"),
        );
    }
    let link = Effect::Copy(Copied::Link, NEW_TOKEN_PAGE.to_owned());
    rows.push(
        Row::new("Copy the link that makes a token", Then::Keep(vec![link])).key("copy-link"),
    );
    let in_file = matches!(status.place, Some(TokenPlace::File(_)));
    if in_file || status.stored.iter().any(|token| token.is_active) {
        rows.push(Row::new(
            "Log out",
            Then::Open(Box::new(ask_to_log_out(status))),
        ));
    }
    rows
}

/// A row that makes a stored token the active one.
fn stored(token: &StoredToken, status: &TokenStatus, here: Here) -> Row {
    let name = Foreign::new(token.name.as_str()).shown(NAME);
    let mut detail = vec![Foreign::new(token.masked.as_str()).shown(NAME)];
    detail.extend(token.expires.map(|when| {
        let word = if when <= here.now {
            "expired"
        } else {
            "expires"
        };
        format!("{word} {}", say::moment(when, here.now, here.zone))
    }));
    if token.is_active {
        detail.extend(variable(status).map(|variable| format!("hidden by {variable}")));
    }
    let then = if token.is_active {
        Then::Stay
    } else {
        Then::Change(Change::Switch(token.name.clone()))
    };
    Row::new(format!("Use token {name}"), then)
        .detail(detail.join(", "))
        .chosen(token.is_active)
}

/// A row for everybody who can be billed, and for whoever is billed now.
fn bills(status: &TokenStatus) -> Vec<Row> {
    let organisations = match &status.state {
        TokenState::Good(account) => account.organisations.as_slice(),
        _ => &[],
    };
    let billed = status.bill_to.as_deref();
    let mut rows: Vec<_> = organisations
        .iter()
        .map(|organisation| bill(organisation, billed))
        .collect();
    let is_listed = |name: &str| organisations.iter().any(|one| one.name == name);
    if let Some(stranger) = billed.filter(|name| !is_listed(name)) {
        let name = Foreign::new(stranger).shown(NAME);
        let row = Row::new(format!("Bill to {name}"), Then::Stay).chosen(true);
        rows.push(match status.state {
            TokenState::Good(_) => row.detail("you are not one of its members"),
            _ => row,
        });
    }
    if !rows.is_empty() {
        let me = Row::new("Bill to me", Then::Change(Change::BillTo(None)));
        rows.insert(0, me.chosen(billed.is_none()));
    }
    rows
}

fn bill(organisation: &Organisation, billed: Option<&str>) -> Row {
    let name = organisation.name.as_str();
    let label = format!("Bill to {}", Foreign::new(name).shown(NAME));
    let is_billed = billed == Some(name);
    if organisation.may_infer == Some(false) && !is_billed {
        return Row::new(label, Then::Stay)
            .chosen(false)
            .detail("the token may not call models for it");
    }
    let mut detail: Vec<_> = organisation
        .plan
        .iter()
        .map(|plan| plan.shown(NAME))
        .collect();
    if organisation.may_infer == Some(false) {
        detail.insert(0, "the token may not call models for it".to_owned());
    }
    detail.extend(
        organisation
            .role
            .as_ref()
            .map(|role| format!("you: {}", role.shown(NAME))),
    );
    detail.extend(paying(&organisation.billing).map(|how| format!("pays {how}")));
    Row::new(label, Then::Change(Change::BillTo(Some(name.to_owned()))))
        .chosen(is_billed)
        .detail(detail.join(", "))
}

fn ask_to_log_out(status: &TokenStatus) -> Overlay {
    let active = status.stored.iter().find(|token| token.is_active);
    let name = active.map_or(String::new(), |token| {
        format!(" “{}”", Foreign::new(token.name.as_str()).shown(NAME))
    });
    let text = format!(
        "The token{name} is deleted from this machine, for `hf` too. It stays valid until you \
         delete it at huggingface.co/settings/tokens."
    );
    let answers = vec![
        Answer {
            label: "log out",
            then: Then::Change(Change::LogOut),
        },
        Answer {
            label: "stay logged in",
            then: Then::Stay,
        },
    ];
    Overlay::Question(Question::new("Log out", text, answers))
}

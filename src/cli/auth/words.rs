//! What is known of a token, for people.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::shown;
use crate::domain::account::{Account, Billing, Organisation, TokenPlace, TokenState, TokenStatus};
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;
use crate::domain::token::NEW_TOKEN_PAGE;

/// Columns of a foreign text.
const WIDTH: usize = 200;

/// Everything, each line with its label; what nobody knows is left out.
pub(super) fn all(status: &TokenStatus, now: Timestamp) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let TokenState::Good(account) = &status.state {
        lines.push(("name", name(account)));
        lines.push(("plan", if account.pro { "PRO" } else { "free" }.to_owned()));
        lines.extend(token(account).map(|token| ("token", token)));
        lines.extend(account.scopes.iter().map(|scope| {
            let permissions = listed(&scope.permissions);
            (
                "permissions",
                format!("{}: {permissions}", scope.entity.shown(WIDTH)),
            )
        }));
        lines.push(("calls models", may(status.may_infer()).to_owned()));
        lines.extend(
            account
                .expires
                .map(|moment| ("expires", expiry(moment, now))),
        );
        lines.extend(billing(&account.billing).map(|billing| ("billing", billing)));
        lines.extend(
            account
                .organisations
                .iter()
                .map(|own| ("organisation", organisation(own))),
        );
        lines.push(("billed", billed(status)));
    }
    lines.extend(status.place.as_ref().map(|place| ("source", found(place))));
    lines.extend(status.hides.as_ref().map(|place| ("hides", found(place))));
    lines
}

fn name(account: &Account) -> String {
    let name = account.name.shown(WIDTH);
    match &account.full_name {
        Some(full) => format!("{name} ({})", full.shown(WIDTH)),
        None => name,
    }
}

/// `my-token, fineGrained`.
fn token(account: &Account) -> Option<String> {
    let parts: Vec<Foreign> = account
        .token_name
        .iter()
        .chain(&account.role)
        .cloned()
        .collect();
    (!parts.is_empty()).then(|| listed(&parts))
}

/// `lab (team, admin), calls models in its name: yes; prepaid`.
fn organisation(own: &Organisation) -> String {
    let name = Foreign::new(own.name.as_str()).shown(WIDTH);
    let parts: Vec<Foreign> = own.plan.iter().chain(&own.role).cloned().collect();
    let parts = match parts.len() {
        0 => String::new(),
        _ => format!(" ({})", listed(&parts)),
    };
    let may = may(own.may_infer);
    let billing = billing(&own.billing).map_or_else(String::new, |billing| format!("; {billing}"));
    format!("{name}{parts}, calls models in its name: {may}{billing}")
}

/// `prepaid, can pay beyond what is included, counted anew on 2026-08-01`.
fn billing(billing: &Billing) -> Option<String> {
    let mode = billing.mode.as_ref().map(|mode| mode.shown(WIDTH));
    let can_pay = billing.can_pay.map(|can_pay| {
        let can = if can_pay { "can" } else { "cannot" };
        format!("{can} pay beyond what is included")
    });
    let anew = billing.period_end;
    let anew = anew.map(|end| format!("counted anew on {}", day(end)));
    let parts: Vec<String> = [mode, can_pay, anew].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The organisation that is billed, or `you`.
pub(super) fn billed(status: &TokenStatus) -> String {
    let name = status.bill_to.as_deref();
    name.map_or_else(|| "you".to_owned(), |name| Foreign::new(name).shown(WIDTH))
}

pub(super) fn expiry(moment: Timestamp, now: Timestamp) -> String {
    let over = if moment <= now {
        "expired on"
    } else {
        "expires on"
    };
    format!("{over} {}", day(moment))
}

fn day(moment: Timestamp) -> String {
    let moment = moment.to_zoned(TimeZone::system());
    moment.strftime("%Y-%m-%d").to_string()
}

fn may(may: Option<bool>) -> &'static str {
    match may {
        Some(true) => "yes",
        Some(false) => "no",
        None => "Hugging Face does not say",
    }
}

fn found(place: &TokenPlace) -> String {
    match place {
        TokenPlace::Variable(name) => format!("the variable {name}"),
        TokenPlace::File(path) => shown(path),
    }
}

fn listed(words: &[Foreign]) -> String {
    let words = words.iter().map(|word| word.shown(WIDTH));
    words.collect::<Vec<_>>().join(", ")
}

/// Why the token is of no use now; `None` where it is.
pub(super) fn problem(status: &TokenStatus, now: Timestamp) -> Option<Problem> {
    Some(match &status.state {
        TokenState::Missing => Problem::new("no Hugging Face token was found").with_hint(format!(
            "`blipboard auth login` takes one; it is made at {NEW_TOKEN_PAGE}"
        )),
        TokenState::Offline => Problem::new("nobody was asked about the token: offline")
            .with_hint("take HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE away"),
        TokenState::Limited(until) => {
            let problem = Problem::new("Hugging Face wants no more questions about the token now");
            match until {
                Some(until) => {
                    let left = until.duration_since(now).as_secs().max(1);
                    problem.with_hint(format!("try again in {left} s"))
                }
                None => problem.with_hint("try again later"),
            }
        }
        TokenState::Unreachable(why) => {
            let mut problem = Problem::new("Hugging Face could not be asked about the token");
            problem.causes.push(why.clone());
            problem.with_hint("check the network, and try again")
        }
        TokenState::Good(_)
        | TokenState::Unusable(_)
        | TokenState::Rejected
        | TokenState::Expired(_)
        | TokenState::Checking => return status.problem(),
    })
}

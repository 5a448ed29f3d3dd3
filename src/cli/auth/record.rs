//! What is known of a token, as an object of JSON.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::account::{Account, Billing, Organisation, TokenPlace, TokenState, TokenStatus};
use crate::domain::text::Foreign;

/// `null` stands for what nobody knows.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    /// `good`, `missing`, `unusable`, `rejected`, `expired`, `limited`, `unreachable`, `offline`.
    state: &'static str,
    /// Why, where that is known.
    why: Option<&'a str>,
    source: Option<RecordPlace>,
    hides: Option<RecordPlace>,
    is_exposed: bool,
    may_call_models: Option<bool>,
    bill_to: Option<&'a str>,
    account: Option<RecordAccount<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum RecordPlace {
    Variable(&'static str),
    File(String),
}

#[derive(Serialize)]
struct RecordAccount<'a> {
    name: &'a str,
    full_name: Option<&'a str>,
    pro: bool,
    token_name: Option<&'a str>,
    role: Option<&'a str>,
    permissions: Vec<RecordScope<'a>>,
    expires: Option<Timestamp>,
    billing: RecordBilling<'a>,
    organisations: Vec<RecordOrganisation<'a>>,
}

#[derive(Serialize)]
struct RecordScope<'a> {
    entity: &'a str,
    permissions: Vec<&'a str>,
}

#[derive(Serialize)]
struct RecordOrganisation<'a> {
    name: &'a str,
    full_name: Option<&'a str>,
    plan: Option<&'a str>,
    role: Option<&'a str>,
    may_call_models: Option<bool>,
    billing: RecordBilling<'a>,
}

#[derive(Serialize)]
struct RecordBilling<'a> {
    can_pay: Option<bool>,
    mode: Option<&'a str>,
    period_end: Option<Timestamp>,
}

impl<'a> Record<'a> {
    pub(super) fn of(status: &'a TokenStatus) -> Self {
        let (state, why, account) = match &status.state {
            TokenState::Missing => ("missing", None, None),
            TokenState::Unusable(why) => ("unusable", Some(why), None),
            TokenState::Checking => ("checking", None, None),
            TokenState::Good(account) => ("good", None, Some(account)),
            TokenState::Rejected => ("rejected", None, None),
            TokenState::Expired(_) => ("expired", None, None),
            TokenState::Limited(_) => ("limited", None, None),
            TokenState::Unreachable(why) => ("unreachable", Some(why), None),
            TokenState::Offline => ("offline", None, None),
        };
        Self {
            state,
            why: why.map(Foreign::raw),
            source: status.place.as_ref().map(RecordPlace::of),
            hides: status.hides.as_ref().map(RecordPlace::of),
            is_exposed: status.is_exposed,
            may_call_models: status.may_infer(),
            bill_to: status.bill_to.as_deref(),
            account: account.map(|account| RecordAccount::of(account)),
        }
    }
}

impl RecordPlace {
    fn of(place: &TokenPlace) -> Self {
        match place {
            TokenPlace::Variable(name) => Self::Variable(name),
            TokenPlace::File(path) => {
                Self::File(Foreign::from_os(path.as_os_str()).raw().to_owned())
            }
        }
    }
}

impl<'a> RecordAccount<'a> {
    fn of(account: &'a Account) -> Self {
        let scopes = account.scopes.iter().map(|scope| RecordScope {
            entity: scope.entity.raw(),
            permissions: scope.permissions.iter().map(Foreign::raw).collect(),
        });
        Self {
            name: account.name.raw(),
            full_name: raw(account.full_name.as_ref()),
            pro: account.pro,
            token_name: raw(account.token_name.as_ref()),
            role: raw(account.role.as_ref()),
            permissions: scopes.collect(),
            expires: account.expires,
            billing: RecordBilling::of(&account.billing),
            organisations: account
                .organisations
                .iter()
                .map(RecordOrganisation::of)
                .collect(),
        }
    }
}

impl<'a> RecordOrganisation<'a> {
    fn of(own: &'a Organisation) -> Self {
        Self {
            name: &own.name,
            full_name: raw(own.full_name.as_ref()),
            plan: raw(own.plan.as_ref()),
            role: raw(own.role.as_ref()),
            may_call_models: own.may_infer,
            billing: RecordBilling::of(&own.billing),
        }
    }
}

impl<'a> RecordBilling<'a> {
    fn of(billing: &'a Billing) -> Self {
        Self {
            can_pay: billing.can_pay,
            mode: raw(billing.mode.as_ref()),
            period_end: billing.period_end,
        }
    }
}

fn raw(text: Option<&Foreign>) -> Option<&str> {
    text.map(Foreign::raw)
}

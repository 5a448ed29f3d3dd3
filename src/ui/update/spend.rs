//! The question before money is spent, and before somebody gets pictures for the first time.

use std::collections::BTreeSet;

use super::super::overlay::question::{Answer, Question, Then};
use super::super::say;
use super::super::state::State;
use crate::domain::model::{ModelRef, Route};
use crate::domain::request::{CaptionRequest, UploadSpec};
use crate::domain::spending::{Quote, dollars};
use crate::domain::text::Foreign;
use crate::engine::Again;

/// So many names are listed; the rest is counted.
const LISTED: usize = 3;

/// Asks whether `requests` shall go out. What changes nothing is the answer under the cursor.
pub(super) fn question(
    state: &State,
    quote: &Quote,
    requests: Vec<CaptionRequest>,
    again: Again,
) -> Question {
    let text = [
        amount(state, &requests),
        price(quote),
        purse(state, quote),
        receivers(state, quote, &requests),
        upload(state.terms.upload),
    ];
    let text = text.into_iter().filter(|line| !line.is_empty());
    let send = Then::Send {
        requests,
        again,
        hosts: quote.new_hosts.clone(),
    };
    let answers = vec![
        Answer {
            label: "send",
            then: send,
        },
        Answer {
            label: "send nothing",
            then: Then::Stay,
        },
    ];
    Question::new("Send?", text.collect::<Vec<_>>().join("\n"), answers)
}

/// How much leaves this machine.
fn amount(state: &State, requests: &[CaptionRequest]) -> String {
    let leaves = |model: &ModelRef| {
        let card = state.models.card_of(model);
        card.is_some_and(|card| card.host.is_some())
    };
    let sent: Vec<_> = requests.iter().filter(|it| leaves(&it.model)).collect();
    let pictures: BTreeSet<_> = sent.iter().map(|request| &request.image).collect();
    let models: BTreeSet<_> = sent.iter().map(|request| &request.model).collect();
    format!(
        "{}: {}, {}.",
        say::count(sent.len(), "request"),
        say::count(pictures.len(), "picture"),
        say::count(models.len(), "model")
    )
}

fn price(quote: &Quote) -> String {
    let known = match dollars(quote.estimate).strip_prefix('<') {
        Some(little) => format!("Less than {little}"),
        None => format!("About {} at most", dollars(quote.estimate)),
    };
    match (quote.paid, quote.unpriced.len()) {
        (0, _) => "No price is asked for a request.".to_owned(),
        (_, 0) => format!("{known}."),
        (_, _) => {
            let names = list(quote.unpriced.iter(), LISTED);
            if quote.estimate == 0 {
                format!("The price of {names} is not known.")
            } else {
                format!("{known}, and the price of {names} is not known.")
            }
        }
    }
}

/// What was spent today, and what of this it holds back.
fn purse(state: &State, quote: &Quote) -> String {
    let Some(money) = state.spending.money().filter(|_| quote.paid > 0) else {
        return String::new();
    };
    format!("Spent today: {}.", money.before(quote))
}

/// Who gets the pictures. Whoever gets one for the first time is named, however many there are.
fn receivers(state: &State, quote: &Quote, requests: &[CaptionRequest]) -> String {
    let known: BTreeSet<_> = quote.hosts.difference(&quote.new_hosts).collect();
    let first = if state.spending.knows_hosts() {
        ", for the first time"
    } else {
        ""
    };
    let mut lines = Vec::new();
    if !quote.new_hosts.is_empty() {
        let names = list(quote.new_hosts.iter(), usize::MAX);
        lines.push(format!("Pictures go to {names}{first}."));
    }
    if !known.is_empty() {
        let names = list(known.into_iter(), LISTED);
        lines.push(format!("Pictures go to {names}."));
    }
    let providers = providers(requests);
    if !providers.is_empty() {
        let names = list(providers.iter(), LISTED);
        lines.push(format!("Hugging Face passes pictures on to {names}."));
    }
    lines.join("\n")
}

/// Who serves what goes through Hugging Face's router.
fn providers(requests: &[CaptionRequest]) -> BTreeSet<String> {
    let routes = requests.iter().filter_map(|request| match &request.model {
        ModelRef::Hub { route, .. } => Some(route),
        _ => None,
    });
    let provider = |route: &Route| match route {
        Route::Provider(name) => name.clone(),
        _ => "a provider that it chooses".to_owned(),
    };
    routes.map(provider).collect()
}

fn upload(upload: UploadSpec) -> String {
    match say::upload(upload) {
        what if what.is_empty() => what,
        what => format!("Of each is sent: {what}."),
    }
}

/// Names for people, at most `most` of them: `a, b and 3 others`.
fn list<'a>(names: impl ExactSizeIterator<Item = &'a String>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let names = names.take(most);
    let names: Vec<_> = names
        .map(|name| Foreign::new(name.as_str()).shown(60))
        .collect();
    match more {
        0 => names.join(", "),
        more => format!("{} and {}", names.join(", "), say::count(more, "other")),
    }
}

#[cfg(test)]
mod tests;

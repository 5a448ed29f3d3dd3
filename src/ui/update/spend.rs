//! The question before money is spent, and before somebody gets pictures for the first time.

use std::collections::BTreeSet;

use super::super::overlay::question::{Answer, Question, Then};
use super::super::say;
use super::super::state::State;
use crate::domain::model::{ModelRef, Route};
use crate::domain::preset::Variable;
use crate::domain::request::{CaptionRequest, UploadSpec};
use crate::domain::spending::{LISTED, Quote};
use crate::domain::text::list;
use crate::engine::Again;

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
        told(&requests),
    ];
    let text = text.into_iter().filter(|line| !line.is_empty());
    let send = Then::Send {
        requests,
        again,
        consents: quote.missing.clone(),
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
    match quote.price() {
        Some(price) => format!("Price: {price}."),
        None => "No price is asked for a request.".to_owned(),
    }
}

/// What was spent today, and what that holds back.
fn purse(state: &State, quote: &Quote) -> String {
    let Some(money) = state.spending.money().filter(|_| quote.paid > 0) else {
        return String::new();
    };
    format!("Spent today: {}.", money.before(quote))
}

/// Who gets the pictures. Whoever gets such for the first time is named, however many there are.
fn receivers(state: &State, quote: &Quote, requests: &[CaptionRequest]) -> String {
    let known: BTreeSet<_> = quote.consents.difference(&quote.missing).collect();
    let pictures = match state.terms.upload {
        UploadSpec::Original => "Files go as they are",
        UploadSpec::Scaled { .. } | UploadSpec::Nothing => "Pictures go",
    };
    let first = if state.spending.knows_consents() {
        ", for the first time"
    } else {
        ""
    };
    let mut lines = Vec::new();
    if !quote.missing.is_empty() {
        let names = list(quote.missing.iter().map(|it| &it.receiver), usize::MAX);
        lines.push(format!("{pictures} to {names}{first}."));
    }
    if !known.is_empty() {
        let names = list(known.into_iter().map(|it| &it.receiver), LISTED);
        lines.push(format!("{pictures} to {names}."));
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

/// What prompts tell, where one goes along: file names are personal.
fn told(requests: &[CaptionRequest]) -> String {
    let told = requests.iter().map(CaptionRequest::terms);
    let told: BTreeSet<_> = told
        .flat_map(|terms| Variable::in_terms(&terms).collect::<Vec<_>>())
        .collect();
    let told = Variable::all_said(told);
    told.map_or_else(String::new, |told| {
        format!("Where a prompt goes, it tells {told}.")
    })
}

#[cfg(test)]
mod tests;

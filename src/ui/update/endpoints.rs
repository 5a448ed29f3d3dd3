//! Endpoints of one's own: added and changed in a form, written into the configuration.

use super::super::effect::{Effect, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::form::{Form, Purpose};
use super::super::panes::Pane;
use super::super::say;
use super::super::state::State;
use super::forms;
use crate::config::Draft;
use crate::domain::endpoint::{Endpoint, TokenSource};
use crate::domain::model::{ModelCard, ModelRef, Protocol};
use crate::domain::problem::Problem;

const PROTOCOLS: &[&str] = &["chat", "image-to-text"];
const TOKENS: &[&str] = &["none", "hf", "variable"];

/// Opens the form of a new endpoint.
pub(super) fn add(state: &mut State) {
    let file = say::path(&state.config_file, state.home.as_deref(), 60);
    let help = format!(
        "A server that you run or rent. chat speaks as OpenAI's API does; image-to-text takes the \
         picture's bytes. It is written into {file} and can be asked at once, as endpoint:NAME."
    );
    let purpose = Purpose::Endpoint { changed: None };
    let form = Form::new(purpose, "Add an endpoint", help);
    let form = form.text("name", "a short name of your own", "");
    let form = Overlay::Form(with_fields(form, None));
    state.overlays.push(form);
}

/// Opens the form of the endpoint under the cursor of the models pane.
pub(super) fn edit(state: &mut State) {
    let own = match state.models.model() {
        Some(ModelRef::Endpoint(name)) => state.endpoints.get_key_value(&name),
        _ => None,
    };
    let Some((name, endpoint)) = own else {
        state.notify("only an endpoint of your own, from the configuration, can be changed here");
        return;
    };
    let file = say::path(&state.config_file, state.home.as_deref(), 60);
    let help = format!("It is written into {file} and asked so from the next request on.");
    let changed = Some(name.clone());
    let title = format!("Change endpoint:{name}");
    let form = Form::new(Purpose::Endpoint { changed }, title, help);
    let form = Overlay::Form(with_fields(form, Some(endpoint)));
    state.overlays.push(form);
}

fn with_fields(form: Form, endpoint: Option<&Endpoint>) -> Form {
    let url = endpoint.map_or("", |endpoint| endpoint.url.as_str());
    let protocol = match endpoint.map(|endpoint| endpoint.protocol) {
        Some(Protocol::ImageToText) => "image-to-text",
        _ => "chat",
    };
    let model = endpoint.and_then(|endpoint| endpoint.model.as_deref());
    let (token, variable) = match endpoint.and_then(|endpoint| endpoint.token.as_ref()) {
        None => ("none", ""),
        Some(TokenSource::HuggingFace) => ("hf", ""),
        Some(TokenSource::Environment { variable, .. }) => ("variable", variable.as_str()),
    };
    form.text("url", "https://… or http://…", url)
        .choice("protocol", PROTOCOLS, protocol)
        .text(
            "model",
            "where the server knows several",
            model.unwrap_or_default(),
        )
        .choice("token", TOKENS, token)
        .text(
            "variable",
            "the name of the one that holds the token",
            variable,
        )
}

/// What was filled in is written down, if it is right.
pub(super) fn keep(state: &mut State) -> Vec<Effect> {
    let ticket = state.sent.renew();
    let Some(Overlay::Form(form)) = state.overlays.last_mut() else {
        return Vec::new();
    };
    let Purpose::Endpoint { changed } = form.purpose().clone() else {
        return Vec::new();
    };
    let name = changed
        .as_deref()
        .unwrap_or(form.value("name"))
        .trim()
        .to_owned();
    let draft = Draft {
        name: &name,
        url: form.value("url"),
        protocol: form.value("protocol"),
        model: form.value("model"),
        token: form.value("token"),
        variable: form.value("variable"),
    };
    let is_taken = changed.is_none() && state.endpoints.contains_key(&name);
    match draft.read() {
        Ok(_) if is_taken => {
            let problem = Problem::new(format!("there is an endpoint called {name}"));
            let hint = "choose another name, or change that one in the models pane";
            form.complain(Some("name"), problem.with_hint(hint));
            Vec::new()
        }
        Ok(endpoint) => {
            form.wait(ticket, "writing…");
            let file = state.config_file.clone();
            vec![Effect::KeepEndpoint(ticket, file, name, endpoint)]
        }
        Err(fault) => {
            form.complain(Some(fault.part), Problem::new(fault.instead));
            Vec::new()
        }
    }
}

/// What came of an endpoint that was to be written down: it is listed and chosen, the cursor on it.
pub(super) fn kept(
    state: &mut State,
    ticket: Ticket,
    came: Result<(Endpoint, ModelCard), Problem>,
) -> Vec<Effect> {
    let (endpoint, card) = match came {
        Ok(kept) => kept,
        Err(problem) => {
            match forms::waiting(state, ticket) {
                Some(form) => form.complain(None, problem),
                None => state.complain(&problem),
            }
            return Vec::new();
        }
    };
    let waited = forms::close(state, ticket);
    let model = card.model.clone();
    if let ModelRef::Endpoint(name) = &model {
        state.endpoints.insert(name.clone(), endpoint);
    }
    state.models.take(vec![card]);
    let effects = state.models.choose(model.clone());
    // Who left the form is somewhere else by now, and stays there.
    if waited {
        let page = state.page(Pane::Models);
        state.models.point_at(&model, page);
        state.focus = Pane::Models;
    }
    let file = say::path(&state.config_file, state.home.as_deref(), 60);
    state.notify(format!(
        "{} is written into {file} and chosen",
        model.name().shown(40)
    ));
    effects
}

#[cfg(test)]
mod tests;

//! What is typed and pasted into fields.

use crossterm::event::{Event, KeyEvent};
use tui_input::InputRequest;
use tui_input::backend::crossterm::to_input_request;

use super::super::command::Context;
use super::super::effect::Effect;
use super::super::overlay::Overlay;
use super::super::overlay::field::Purpose;
use super::super::state::State;
use super::{forms, models, rewording};
use crate::domain::token::looks_secret;

/// A key for the field that takes text.
pub(super) fn typed(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if let Some(form) = forms::on_top(state) {
        form.press(key);
        rewording::note(state);
    } else if let Some(Overlay::Editing(editing)) = state.overlays.last_mut() {
        editing.press(key);
    } else if let Some(request) = to_input_request(&Event::Key(key)) {
        edit(state, [request]);
    }
    Vec::new()
}

/// Pasted text goes into the field as it is, without line breaks; elsewhere it is no command. A
/// token goes into the one field that hides it.
pub(super) fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    let is_hidden = forms::on_top(state).is_some_and(|form| form.takes_a_secret());
    if looks_secret(text) && !is_hidden {
        let key = state.key(Context::Global, "account");
        state.notify(format!(
            "this is a token, and would be seen here: {key} takes it"
        ));
        return Vec::new();
    }
    if let Some(form) = forms::on_top(state) {
        form.paste(text);
        rewording::note(state);
        return Vec::new();
    }
    if let Some(Overlay::Editing(editing)) = state.overlays.last_mut() {
        editing.paste(text);
        return Vec::new();
    }
    let letters = text.trim().chars().filter(|letter| !letter.is_control());
    let requests: Vec<_> = letters.take(4_096).map(InputRequest::InsertChar).collect();
    edit(state, requests);
    Vec::new()
}

fn edit(state: &mut State, requests: impl IntoIterator<Item = InputRequest>) {
    match state.overlays.last_mut() {
        Some(Overlay::Field(field)) => {
            for request in requests {
                field.input.handle(request);
            }
            field.typed();
            let text = field.input.value().to_owned();
            let purpose = field.purpose;
            follow(state, purpose, &text);
        }
        Some(Overlay::Help(help)) => {
            for request in requests {
                help.input.handle(request);
            }
            help.rewind();
        }
        _ => {}
    }
}

/// Puts the next candidate in place of what was typed.
pub(super) fn complete(state: &mut State) {
    let words = match state.overlays.last() {
        Some(Overlay::Field(field)) => state.words(field),
        _ => return,
    };
    if let Some(Overlay::Field(field)) = state.overlays.last_mut() {
        field.complete(&words);
        let (purpose, text) = (field.purpose, field.input.value().to_owned());
        follow(state, purpose, &text);
    }
}

/// What a field is for follows what is typed into it.
fn follow(state: &mut State, purpose: Purpose, text: &str) {
    match purpose {
        Purpose::Find => {
            state.find(text);
        }
        Purpose::Filter => models::filter(state, text),
        Purpose::Search => state.history.search(text, state.now),
        Purpose::Command | Purpose::Reason => {}
    }
}

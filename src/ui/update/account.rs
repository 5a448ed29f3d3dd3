//! The account: who is logged in, and who pays.

use super::super::account::{self, Here};
use super::super::command::Context;
use super::super::effect::{Change, Copied, Effect, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::menu::{Menu, Subject};
use super::super::state::State;
use super::super::token;
use super::forms;
use crate::domain::account::{TokenState, TokenStatus};
use crate::domain::problem::Problem;
use crate::domain::token::NEW_TOKEN_PAGE;

/// Everything known of the account, and what can be done about it.
pub(super) fn menu(state: &State) -> Menu {
    let here = Here {
        now: state.now,
        zone: &state.zone,
        home: state.home.as_deref(),
        keymap: &state.keymap,
    };
    account::menu(&state.token, here)
}

/// The form that takes a token.
pub(super) fn log_in_form(state: &State) -> Overlay {
    Overlay::Form(account::log_in_form(&state.token, &state.keymap))
}

/// What somebody who wants to use a token needs first: the form, or the account where there is a
/// token already.
pub(super) fn way_in(state: &State) -> Overlay {
    match state.token.state {
        TokenState::Missing => log_in_form(state),
        _ => Overlay::Menu(menu(state)),
    }
}

/// The link that makes a token goes into the clipboard.
pub(super) fn copy_link() -> Vec<Effect> {
    vec![Effect::Copy(Copied::Link, NEW_TOKEN_PAGE.to_owned())]
}

/// The token that was typed into the form on top is tried.
pub(super) fn log_in(state: &mut State) -> Vec<Effect> {
    let ticket = state.sent.renew();
    let Some(form) = forms::on_top(state) else {
        return Vec::new();
    };
    match form.typed().map(crate::domain::token::typed::Typed::read) {
        Some(Ok(token)) => {
            form.wait(ticket, "asking Hugging Face…");
            vec![Effect::LogIn(ticket, token)]
        }
        Some(Err(error)) => {
            let problem = Problem::from_error(&error);
            form.complain(
                None,
                problem.with_hint("copy it again, and paste it in one go"),
            );
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// What came of a token that was tried.
pub(super) fn logged_in(state: &mut State, ticket: Ticket, came: Result<TokenStatus, Problem>) {
    match came {
        Ok(status) => {
            let variable = account::variable(&status);
            state.notify(match (&status.state, variable) {
                (_, Some(variable)) => format!("kept; {}", account::counts_first(variable)),
                (TokenState::Good(account), None) => {
                    format!("logged in as {}", account.name.shown(40))
                }
                _ => "logged in".to_owned(),
            });
            forms::close(state, ticket);
            take(state, status);
        }
        Err(problem) => match forms::waiting(state, ticket) {
            Some(form) => form.complain(None, problem),
            None => state.complain(&problem),
        },
    }
}

/// Wants the account changed; until the answer comes, Hugging Face may be being asked.
pub(super) fn change(state: &mut State, change: Change) -> Vec<Effect> {
    if matches!(change, Change::Check | Change::Switch(_)) {
        state.token.state = TokenState::Checking;
        renew(state);
    }
    vec![Effect::Account(change)]
}

/// What came of a change: how the account stands now, and what went wrong.
pub(super) fn changed(state: &mut State, status: TokenStatus, problem: Option<&Problem>) {
    take(state, status);
    if let Some(problem) = problem {
        state.complain(problem);
    }
}

/// What is known of the token now.
pub(super) fn take(state: &mut State, status: TokenStatus) {
    let key = state.key(Context::Global, "account");
    if let Some(problem) = token::problem(&status, &key) {
        state.complain(&problem);
    }
    state.token = status;
    renew(state);
}

/// Time went on: who asked Hugging Face too often may ask again.
pub(super) fn tick(state: &mut State) -> Option<Effect> {
    match state.token.state {
        TokenState::Limited(Some(until)) if until <= state.now => {
            state.token.state = TokenState::Checking;
            renew(state);
            Some(Effect::Token)
        }
        _ => None,
    }
}

/// A menu that shows the account shows it as it is now.
fn renew(state: &mut State) {
    let is_its = |overlay: &Overlay| matches!(overlay, Overlay::Menu(menu) if *menu.subject() == Subject::Account);
    let Some(at) = state.overlays.iter().position(is_its) else {
        return;
    };
    let new = menu(state);
    if let Some(Overlay::Menu(menu)) = state.overlays.get_mut(at) {
        menu.renew(new);
    }
}

#[cfg(test)]
mod tests;

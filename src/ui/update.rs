//! What a message changes, and what it wants done. No clock, no file, no lock, no waiting: the same
//! state and message always give the same state and effects.

mod account;
mod act;
mod card;
mod comparison;
mod editing;
mod endpoints;
mod filters;
mod forms;
mod handover;
mod held;
mod intake;
mod jobs;
mod models;
mod overlays;
mod paths;
mod presets;
mod review;
mod reviewing;
mod rewording;
mod sight;
mod spend;
mod standings;
mod typing;
mod versions;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::effect::{Copied, Effect, Ticket};
use super::message::{FilesNews, HandoverNews, Message};
use super::overlay::Overlay;
use super::overlay::question::{Answer, Question, Then};
use super::say;
use super::state::State;
use crate::domain::account::TokenState;
use crate::domain::problem::Problem;
use crate::domain::spending::{Consent, Money};
use crate::engine::Forget;

/// Takes in a message.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    let mut effects = take_in(state, message);
    state.is_compared &= state.zoomed;
    effects.extend(state.look());
    effects.extend(state.look_up());
    if state.leaving && state.jobs.is_idle() {
        effects.push(Effect::Quit);
    }
    effects
}

fn take_in(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Command(command) => return act::act(state, command),
        Message::Field(key) => return typing::typed(state, key),
        Message::Paste(text) => return typing::pasted(state, &text),
        Message::Resize(size) => state.size = size,
        Message::Focused => return focused(state),
        Message::Tick(now) => return tick(state, now),
        Message::Files(ticket, news) => return listed(state, ticket, news),
        Message::Chosen {
            chosen,
            favourites,
            recent,
        } => return state.models.absorb(chosen, favourites, recent),
        Message::FilesView(view) => state.files.absorb_view(view),
        Message::Presets(chosen) => state.presets.absorb(chosen),
        Message::PresetSaved(ticket, saved) => return presets::saved(state, ticket, saved),
        Message::PresetRemoved(removed) => return presets::removed(state, removed),
        Message::Cards(cards) => state.models.take(cards),
        Message::Catalogue(refresh, catalogue, problem) => {
            state.models.absorb_catalogue(refresh, catalogue, problem);
        }
        Message::Searched(ticket, page) => state.models.absorb_page(ticket, page),
        Message::About(ticket, answer) => models::about(state, ticket, &answer),
        Message::Rented(answer) => state.models.absorb_rented(answer),
        Message::Token(status) => account::take(state, status),
        Message::LoggedIn(ticket, came) => account::logged_in(state, ticket, came),
        Message::Account(status, problem) => account::changed(state, status, problem.as_ref()),
        Message::EndpointKept(ticket, came) => return endpoints::kept(state, ticket, came),
        Message::Money(money) => spent(state, money),
        Message::Consents(consents) => agreed(state, consents),
        Message::Captions(ticket, runs) => state.captions.absorb(ticket, runs),
        Message::History(ticket, answer) => return review::read(state, ticket, answer),
        Message::Found(ticket, so_far) => review::found(state, ticket, so_far),
        Message::Filters(what, saved) => filters::absorb(state, &what, saved),
        Message::Looked(ticket, looked) => state.pictures.absorb(ticket, looked),
        Message::Located(ticket, trace, place) => state.places.absorb(ticket, &trace, place),
        Message::Job(id, news) => return jobs::hear(state, id, news),
        Message::Surveyed(ticket, part) => return comparison::surveyed(state, ticket, part),
        Message::Held(image, held) => comparison::held(state, &image, held),
        Message::Differences(ticket, marks) => comparison::differ(state, ticket, marks),
        Message::Ruled(id, ruled) => comparison::ruled(state, id, ruled),
        news @ (Message::Reviewed(..)
        | Message::Standing(..)
        | Message::Versions(..)
        | Message::VersionsDiffer(..)
        | Message::Edited(..)) => return reviewing::hear(state, news),
        Message::Handover(ticket, news) => return handed(state, ticket, news),
        Message::Standings(ticket, compared) => standings::absorb(state, ticket, compared),
        Message::Counted(what, count) => counted(state, what, count),
        Message::Forgotten(count) => return forgotten(state, count),
        Message::Copied(what) => copied(state, what),
        Message::Failed(problem) => state.complain(&problem),
        Message::Leave => return leave(state),
    }
    Vec::new()
}

/// What history has met now may be what was lost elsewhere.
fn listed(state: &mut State, ticket: Ticket, news: FilesNews) -> Vec<Effect> {
    if matches!(news, FilesNews::Recognised(_)) {
        state.places.hope();
    }
    state.files.absorb(ticket, news, state.files_page())
}

/// What is being written is kept, and what is in flight is waited for.
fn leave(state: &mut State) -> Vec<Effect> {
    let mut effects = editing::rescue(state);
    effects.extend(jobs::leave(state));
    effects
}

fn handed(state: &mut State, ticket: Ticket, news: HandoverNews) -> Vec<Effect> {
    match news {
        HandoverNews::Planned(plan) => handover::planned(state, ticket, plan),
        HandoverNews::Done(came) => handover::handed_over(state, ticket, came),
        HandoverNews::Reworded(came) => rewording::planned(state, ticket, came),
        HandoverNews::Foreseen(came) => rewording::foreseen(state, ticket, came),
        HandoverNews::Found(came) => intake::planned(state, ticket, came),
        HandoverNews::TakenOver { runs, accept } => {
            return intake::taken_over(state, ticket, runs, accept);
        }
    }
    Vec::new()
}

fn tick(state: &mut State, now: Timestamp) -> Vec<Effect> {
    let mut effects = state.tick(now);
    effects.extend(account::tick(state));
    effects.extend(jobs::tick(state));
    effects.extend(rewording::tick(state));
    effects
}

fn spent(state: &mut State, money: Result<Money, Problem>) {
    let money = told(state, money);
    state.spending.absorb(money);
}

fn agreed(state: &mut State, consents: Result<BTreeSet<Consent>, Problem>) {
    if let Some(consents) = told(state, consents) {
        state.spending.absorb_consents(consents);
    }
}

/// Somebody may have changed files meanwhile, and spent money.
fn focused(state: &mut State) -> Vec<Effect> {
    state.spending.spoil();
    state.places.doubt();
    let mut effects = state.files.reload();
    effects.extend(review::look_again(state));
    // A machine that was asleep may have asked before its network was back.
    if matches!(
        state.token.state,
        TokenState::Unreachable(_) | TokenState::Limited(_)
    ) {
        effects.push(Effect::Token);
    }
    effects
}

/// What came of a question; a problem is told.
fn told<T>(state: &mut State, answer: Result<T, Problem>) -> Option<T> {
    answer.inspect_err(|problem| state.complain(problem)).ok()
}

fn counted(state: &mut State, what: Forget, count: Result<u64, Problem>) {
    match count {
        Err(problem) => state.complain(&problem),
        Ok(0) => state.notify("nothing to forget"),
        Ok(count) => {
            let runs = say::count(usize::try_from(count).unwrap_or(usize::MAX), "run");
            let text = format!("{runs} will be deleted for good, captions included.");
            state.overlays.push(ask_to_delete(text, what));
        }
    }
}

fn ask_to_delete(text: String, what: Forget) -> Overlay {
    let answers = vec![
        Answer {
            label: "delete for good",
            then: Then::Do(vec![Effect::Forget(what)]),
        },
        Answer {
            label: "keep",
            then: Then::Stay,
        },
    ];
    Overlay::Question(Question::new("Delete", text, answers))
}

/// Everything that shows runs is read again.
fn forgotten(state: &mut State, count: Result<u64, Problem>) -> Vec<Effect> {
    match count {
        Err(problem) => {
            state.complain(&problem);
            Vec::new()
        }
        Ok(count) => {
            let runs = say::count(usize::try_from(count).unwrap_or(usize::MAX), "run");
            state.notify(format!("{runs} deleted"));
            read_runs(state)
        }
    }
}

/// Reads everything again that shows runs.
fn read_runs(state: &mut State) -> Vec<Effect> {
    let mut effects = state.files.recognise();
    effects.extend(state.captions.reload());
    effects.extend(comparison::reload(state));
    effects.extend(state.history.read(state.files.folder()));
    effects
}

fn copied(state: &mut State, what: Copied) {
    let what = match what {
        Copied::Caption => "caption",
        Copied::Path => "path",
        Copied::Link => "link",
    };
    state.notify(format!(
        "{what} sent to the terminal's clipboard (in tmux: set -s set-clipboard on)"
    ));
}

#[cfg(test)]
mod tests;

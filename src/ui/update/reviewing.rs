//! What has to do with a review: commands, and what history answers.

use super::super::command::Command;
use super::super::effect::Effect;
use super::super::message::Message;
use super::super::state::State;
use super::{editing, jobs, review, sight, versions};
use crate::domain::request::CaptionRequest;

/// Obeys what has to do with decisions; `None` where the command means something else here.
pub(super) fn act(state: &mut State, command: &Command) -> Option<Vec<Effect>> {
    match command {
        Command::Decide(decision) => Some(review::decide(state, *decision)),
        Command::Undo | Command::Redo if !state.is_comparing() => {
            Some(review::turn_back(state, *command == Command::Undo))
        }
        Command::Edit => Some(editing::begin(state)),
        Command::Versions => Some(versions::open(state)),
        Command::AskAgain => Some(ask_again(state)),
        Command::EditOutside => Some(editing::begin_outside(state)),
        Command::AcceptAll => Some(review::ask_to_accept_all(state)),
        Command::Pending => Some(review::to_pending(state)),
        Command::Sibling { back } => Some(review::to_sibling(state, *back)),
        Command::Read(motion) => {
            review::scroll(state, *motion);
            Some(Vec::new())
        }
        _ => None,
    }
}

/// Asks the same model the same, whatever it answered before; money is asked about as ever.
fn ask_again(state: &mut State) -> Vec<Effect> {
    if sight::says_that_it_is_hidden(state) {
        return Vec::new();
    }
    let request = sight::run_in_sight(state).map(|run| run.request.clone());
    let Some(request) = request else {
        state.notify("no run under the cursor");
        return Vec::new();
    };
    match sight::picture(state) {
        Some(image) => jobs::repeat(state, CaptionRequest { image, ..request }),
        None => Vec::new(),
    }
}

/// Takes in what history and the person's own editor answer.
pub(super) fn hear(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Reviewed(id, stand) => return review::reviewed(state, id, stand),
        Message::Standing(stand) => review::standing(state, stand),
        Message::Versions(ticket, revisions) => return versions::absorb(state, ticket, revisions),
        Message::VersionsDiffer(ticket, spans) => versions::differences(state, ticket, spans),
        Message::Edited(run, text, problem) => {
            return editing::edited(state, run, text, problem.as_ref());
        }
        _ => {}
    }
    Vec::new()
}

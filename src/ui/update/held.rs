//! A key that is held, told from one that is pressed again: money is spent for a wish, and not for a
//! finger that stays where it is.

use jiff::{SignedDuration, Timestamp};

use super::super::state::State;
use crate::domain::request::CaptionRequest;
use crate::engine::Again;

/// The same wish within this time may come from a key that is held: keyboards wait at most so long
/// before they repeat a key. A held key sends nothing, not even what history answered meanwhile.
const HELD: SignedDuration = SignedDuration::from_secs(1);

/// A held key repeats sooner than this: where it did not, somebody pressed it a second time.
const REPEAT: SignedDuration = SignedDuration::from_millis(150);

/// Those of `requests` that are new. What was asked for just now waits until it is known whether the
/// key is held.
pub(super) fn told_apart(
    state: &mut State,
    mut requests: Vec<CaptionRequest>,
    again: Again,
) -> Vec<CaptionRequest> {
    let now = state.now;
    let last = state.asked.as_ref();
    let gap = last.map(|(_, then)| now.duration_since(*then));
    let repeated = leave_out_repeated(state, &mut requests);
    let may_be_meant = !repeated.is_empty() && gap.is_some_and(|gap| gap >= REPEAT);
    state.doubled = may_be_meant.then_some((repeated, again, now));
    requests
}

/// What was asked for twice, and not by a held key: that would have repeated it by now.
pub(super) fn meant(state: &mut State) -> Option<(Vec<CaptionRequest>, Again)> {
    let now = state.now;
    let is_over = |(_, _, then): &mut (_, _, Timestamp)| now.duration_since(*then) >= REPEAT;
    let (requests, again, _) = state.doubled.take_if(is_over)?;
    Some((requests, again))
}

/// A key that is held must not send twice, however soon what it asked for is over. Answers what was
/// left out.
pub(super) fn leave_out_repeated(
    state: &mut State,
    requests: &mut Vec<CaptionRequest>,
) -> Vec<CaptionRequest> {
    let now = state.now;
    let last = state.asked.take();
    let last = last.filter(|(_, then)| now.duration_since(*then) < HELD);
    let mut asked = last.map(|(asked, _)| asked).unwrap_or_default();
    let is_new =
        |request: &mut CaptionRequest| asked.insert((request.image.clone(), request.key()));
    let new = requests.extract_if(.., is_new).collect();
    state.asked = Some((asked, now));
    std::mem::replace(requests, new)
}

/// True where Enter is pressed as fast as a held key presses it: nobody has read a question yet
/// that it opened. Asked again and again, it stays true.
pub(super) fn is_held(state: &mut State) -> bool {
    let now = state.now;
    let last = state.asked.as_mut();
    last.is_some_and(|(_, then)| now.duration_since(std::mem::replace(then, now)) < HELD)
}

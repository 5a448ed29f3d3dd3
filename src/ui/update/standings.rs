//! Standings: opened, narrowed, filled in.

use super::super::command::Context;
use super::super::comparison::Comparison;
use super::super::effect::{Counted, Effect, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::standings::StandingsBox;
use super::super::state::State;
use crate::domain::problem::Problem;
use crate::engine::Compared;

/// Opens the standings: of those who are being compared, or of whoever was ever judged. How long
/// captions are, and how fast they come, tells who wrote them: a blind comparison has none.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if state.comparison.as_ref().is_some_and(Comparison::is_blind) {
        let key = state.key(Context::Comparison, "blind");
        state.notify(format!(
            "standings tell who wrote what: {key} in the comparison ends its blindness"
        ));
        return Vec::new();
    }
    let comparison = state.comparison.as_ref().filter(|_| state.is_comparing());
    let among = comparison.map(|comparison| {
        let lineup = comparison.lineup().iter();
        lineup.map(|entrant| entrant.contestant.clone()).collect()
    });
    let counted = Counted {
        among,
        is_blind: false,
    };
    let ticket = state.added.renew();
    let standings = StandingsBox::new(ticket, counted.clone());
    state.overlays.push(Overlay::Standings(standings));
    vec![Effect::Standings(ticket, counted)]
}

/// Counts blind verdicts alone, or all.
pub(super) fn narrow(state: &mut State) -> Vec<Effect> {
    let ticket = state.added.renew();
    let Some(Overlay::Standings(standings)) = state.overlays.last_mut() else {
        return Vec::new();
    };
    let counted = standings.narrow(ticket);
    vec![Effect::Standings(ticket, counted)]
}

/// Takes in what verdicts add up to.
pub(super) fn absorb(state: &mut State, ticket: Ticket, compared: Result<Compared, Problem>) {
    for overlay in &mut state.overlays {
        if let Overlay::Standings(standings) = overlay {
            standings.absorb(ticket, compared);
            return;
        }
    }
}

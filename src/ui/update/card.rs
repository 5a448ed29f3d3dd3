//! What the card of the first start leads to.

use super::super::command::Context;
use super::super::effect::Effect;
use super::super::overlay::card::Way;
use super::super::state::State;
use super::{account, endpoints};
use crate::domain::model::{Builtin, ModelRef};

/// Takes a way on. What a form leaves behind when it is left is the card again.
pub(super) fn take(state: &mut State, way: Way) -> Vec<Effect> {
    match way {
        Way::BuiltIn => {
            state.overlays.pop();
            state.notify(format!(
                "{} on a picture describes it; {} shows all keys",
                state.key(Context::Files, "activate"),
                state.key(Context::Global, "help")
            ));
            return state.models.choose(ModelRef::Builtin(Builtin::Describe));
        }
        Way::Token => state.overlays.push(account::way_in(state)),
        Way::Endpoint => endpoints::add(state),
    }
    Vec::new()
}

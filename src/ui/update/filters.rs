//! Filters of history that have a name: put in force, saved and deleted.

use super::super::command::Context;
use super::super::effect::{Effect, Saving};
use super::super::overlay::Overlay;
use super::super::overlay::form::{Form, Purpose};
use super::super::overlay::menu::{Menu, Row, Subject};
use super::super::overlay::question::{Answer, Question, Then};
use super::super::panes::Pane;
use super::super::state::State;
use super::{forms, review, told};
use crate::domain::filter::{Filter, Saved};
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;

/// Columns for a name, and for a filter in a row or in a question.
const NAME: usize = 28;
const FILTER: usize = 60;
const WHOLE: usize = 200;

/// Letters of the longest name.
const LONGEST: usize = 60;

/// The menu of saved filters, or the one of this name at once. Another program may have saved
/// others meanwhile.
pub(super) fn act(state: &mut State, name: Option<&str>) -> Vec<Effect> {
    state.focus = Pane::History;
    state.sight = Pane::History;
    if let Some(name) = name {
        return put_in_force(state, Some(name));
    }
    let is_in_force = |row: &Row| row.mark == Some('●') || matches!(row.then, Then::Open(_));
    let menu = menu(state).at(is_in_force);
    state.overlays.push(Overlay::Menu(menu));
    vec![Effect::Filters(Saving::Nothing)]
}

fn menu(state: &State) -> Menu {
    let sought = state.history.sought();
    let (saved, in_force) = (sought.saved(), sought.filter());
    let mut rows = vec![Row::new("everything", Then::UseFilter(None)).chosen(in_force.is_none())];
    rows.extend(saved.iter().map(|(name, filter)| {
        Row::new(shown(name, NAME), Then::UseFilter(Some(name.clone())))
            .detail(shown(&filter.to_string(), FILTER))
            .chosen(in_force.as_ref() == Some(filter))
    }));
    let unsaved = in_force.filter(|it| saved.values().all(|filter| filter != it));
    if let Some(filter) = &unsaved {
        let row = Row::new("save what is looked for", opens_form(filter));
        rows.push(row.detail(shown(&filter.to_string(), FILTER)));
    }
    let facts = if saved.is_empty() && unsaved.is_none() {
        nothing_saved(state)
    } else {
        String::new()
    };
    Menu::new(Subject::Filters, "Filters of history", facts, rows)
}

fn nothing_saved(state: &State) -> String {
    let key = |name| state.key(Context::History, name);
    let (review, find, filters) = (key("zoom"), key("find"), key("filters"));
    let way = if state.zoomed {
        find
    } else {
        format!("{review} opens the review, {find} there")
    };
    format!(
        "No filter is saved yet. {way} looks for runs, and {filters} then saves what is looked for \
         under a name."
    )
}

fn opens_form(filter: &Filter) -> Then {
    let help = format!(
        "A name for what is looked for now: {}",
        shown(&filter.to_string(), WHOLE)
    );
    let form = Form::new(Purpose::Filter, "Save this filter", help);
    let form = form.text("name", "what it is called", "");
    Then::Open(Box::new(Overlay::Form(form)))
}

/// The filter of this name is in force; without a name, none is.
pub(super) fn put_in_force(state: &mut State, name: Option<&str>) -> Vec<Effect> {
    let Some(name) = name else {
        return review::search_everything(state);
    };
    // On the `:` line it may be written as in the field for a search.
    let name = Filter::name_in(name).unwrap_or(name);
    let saved = state.history.sought().saved();
    match Filter::parse_or_find(&format!("@{name}"), saved) {
        Ok(filter) => {
            state.history.search(&filter.to_string(), state.now);
            review::search_now(state)
        }
        Err(error) => {
            state.complain(&error.problem());
            vec![Effect::Filters(Saving::Nothing)]
        }
    }
}

/// What is in force gets the name in the form on top; where another filter has it, that is asked.
pub(super) fn save(state: &mut State) -> Vec<Effect> {
    let sought = state.history.sought();
    let (Some(filter), saved) = (sought.filter(), sought.saved().clone()) else {
        return Vec::new();
    };
    let Some(form) = forms::on_top(state) else {
        return Vec::new();
    };
    let written = form.value("name").trim();
    let name = Filter::name_in(written).unwrap_or(written).to_owned();
    let wrong = match name.chars().count() {
        0 => Some("a name is missing".to_owned()),
        1..=LONGEST => None,
        _ => Some(format!("a name has at most {LONGEST} letters")),
    };
    if let Some(wrong) = wrong {
        form.complain(Some("name"), Problem::new(wrong));
        return Vec::new();
    }
    if let Some(other) = saved.get(&name) {
        let question = ask_to_replace(name, other, filter);
        state.overlays.push(Overlay::Question(question));
        return Vec::new();
    }
    vec![Effect::Filters(Saving::Save(name, filter))]
}

fn ask_to_replace(name: String, other: &Filter, filter: Filter) -> Question {
    let text = format!(
        "{} is the name of another filter:\n{}\nFrom now on it would be:\n{}",
        shown(&name, NAME),
        shown(&other.to_string(), WHOLE),
        shown(&filter.to_string(), WHOLE),
    );
    let save = Effect::Filters(Saving::Save(name, filter));
    asked("Save", text, "replace it", save)
}

/// Asks before a name is forgotten; nothing where there is none under the cursor.
pub(super) fn ask_to_delete(state: &mut State, name: Option<String>) {
    let saved = state.history.sought().saved();
    let Some((name, filter)) = name.and_then(|name| saved.get_key_value(&name)) else {
        return state.notify("no saved filter under the cursor");
    };
    let text = format!(
        "The filter {} will be forgotten:\n{}",
        shown(name, NAME),
        shown(&filter.to_string(), WHOLE)
    );
    let remove = Effect::Filters(Saving::Remove(name.clone()));
    let question = asked("Delete", text, "delete", remove);
    state.overlays.push(Overlay::Question(question));
}

fn asked(title: &str, text: String, label: &'static str, effect: Effect) -> Question {
    let answers = vec![
        Answer {
            label,
            then: Then::Do(vec![effect]),
        },
        Answer {
            label: "keep it",
            then: Then::Stay,
        },
    ];
    Question::new(title, text, answers)
}

/// So filters are saved by now: what shows them shows these, and the form that gave a name goes.
pub(super) fn absorb(state: &mut State, what: &Saving, saved: Result<Saved, Problem>) {
    let Some(saved) = told(state, saved) else {
        return;
    };
    state.history.take_saved(saved);
    match what {
        Saving::Nothing => {}
        Saving::Save(name, _) => {
            let names = |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if *form.purpose() == Purpose::Filter);
            state.overlays.retain(|overlay| !names(overlay));
            let name = shown(name, NAME);
            state.notify(format!("saved: @{name} finds it"));
        }
        Saving::Remove(name) => state.notify(format!("{} is forgotten", shown(name, NAME))),
    }
    let new = menu(state);
    for overlay in &mut state.overlays {
        if let Overlay::Menu(menu) = overlay
            && *menu.subject() == Subject::Filters
        {
            menu.renew(new.clone());
        }
    }
}

fn shown(text: &str, width: usize) -> String {
    Foreign::new(text).shown(width)
}

#[cfg(test)]
mod tests;

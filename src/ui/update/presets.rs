//! Presets put in force, made, changed and deleted.

use std::str::FromStr;

use super::super::command::Context;
use super::super::effect::{Effect, SavedPreset, Ticket};
use super::super::overlay::Overlay;
use super::super::overlay::form::{Form, Purpose};
use super::super::overlay::menu::{Menu, Row, Subject};
use super::super::overlay::question::{Answer, Question, Then};
use super::super::presets::{Presets, opening};
use super::super::state::State;
use super::forms;
use crate::config::{MaxTokens, Temperature};
use crate::domain::model::ModelRef;
use crate::domain::preset::Preset;
use crate::domain::problem::Problem;
use crate::domain::request::Effort;
use crate::domain::text::Foreign;

/// What a field says that names nothing.
const AS_CONFIGURED: &str = "as configured";

/// Columns for a name, and for what a preset begins with.
const NAME: usize = 28;
const OPENING: usize = 60;

const FACTS: &str = "A preset is a prompt with parameters; what it does not name is as configured. \
                     In a prompt, {filename}, {folder} and {caption} are filled in for each \
                     picture, and so they are sent.";

/// The menu of all presets opens, with the cursor on the one in force.
pub(super) fn open(state: &mut State) {
    push(state, Subject::Presets);
}

/// The menu of the preset that the model under the cursor has for itself.
pub(super) fn open_own(state: &mut State) {
    let Some(model) = state.models.model() else {
        return state.notify("no model under the cursor");
    };
    let name = model.name().shown(40);
    if takes_no_prompt(&model) {
        return state.notify(format!("{name} takes no prompt"));
    }
    if state.presets.all().is_empty() {
        let key = state.key(Context::Global, "presets");
        return state.notify(format!("there are no presets yet: {key} makes one"));
    }
    push(state, Subject::OwnPreset(model));
}

fn push(state: &mut State, subject: Subject) {
    if let Some(menu) = menu_of(state, subject) {
        let menu = menu.at(|row| row.mark == Some('●'));
        state.overlays.push(Overlay::Menu(menu));
    }
}

/// The menu as it is now; `None` for another subject, and where nothing is left to choose from.
fn menu_of(state: &State, subject: Subject) -> Option<Menu> {
    let presets = &state.presets;
    let (title, facts, rows) = match &subject {
        Subject::Presets => (
            "Preset of all models".to_owned(),
            FACTS,
            rows_for_all(state),
        ),
        Subject::OwnPreset(model) => {
            let title = format!("Preset of {} alone", model.name().shown(40));
            (title, "", rows_for(presets, model))
        }
        Subject::ChangePreset if !presets.all().is_empty() => {
            ("Change a preset".to_owned(), "", rows_to_change(presets))
        }
        Subject::DeletePreset if !presets.all().is_empty() => {
            ("Delete a preset".to_owned(), "", rows_to_delete(state))
        }
        _ => return None,
    };
    Some(Menu::new(subject, title, facts, rows))
}

fn rows_for_all(state: &State) -> Vec<Row> {
    let presets = &state.presets;
    let configured = presets
        .configured()
        .map(|name| Foreign::new(name).shown(NAME));
    let plain = Foreign::new(state.terms.prompt.text.as_str()).shown(OPENING);
    let as_configured = Row::new(AS_CONFIGURED, use_it(None, None))
        .detail(configured.unwrap_or(plain))
        .chosen(presets.for_all().is_none());
    let mut rows = vec![as_configured];
    rows.extend(rows_of(presets, presets.for_all(), None));
    rows.push(Row::new(
        "make a preset",
        opens_form(None, &Preset::default()),
    ));
    rows.extend(
        menu_of(state, Subject::ChangePreset).map(|menu| Row::new("change one", opens(menu))),
    );
    rows.extend(
        menu_of(state, Subject::DeletePreset).map(|menu| Row::new("delete one", opens(menu))),
    );
    rows
}

fn rows_for(presets: &Presets, model: &ModelRef) -> Vec<Row> {
    let own = presets.own(model);
    let for_all = presets.for_all_or_configured();
    let for_all = for_all.map_or_else(
        || AS_CONFIGURED.to_owned(),
        |name| Foreign::new(name).shown(NAME),
    );
    let as_all = Row::new("as all models", use_it(Some(model), None))
        .detail(for_all)
        .chosen(own.is_none());
    let mut rows = vec![as_all];
    rows.extend(rows_of(presets, own, Some(model)));
    rows
}

/// A row for each preset, which puts it in force.
fn rows_of(presets: &Presets, chosen: Option<&str>, model: Option<&ModelRef>) -> Vec<Row> {
    let row = |(name, preset): (&String, &Preset)| {
        row_of(name, preset, use_it(model, Some(name))).chosen(chosen == Some(name))
    };
    presets.all().iter().map(row).collect()
}

fn row_of(name: &str, preset: &Preset, then: Then) -> Row {
    Row::new(Foreign::new(name).shown(NAME), then).detail(opening(preset, OPENING))
}

fn use_it(model: Option<&ModelRef>, name: Option<&str>) -> Then {
    Then::UsePreset(model.cloned(), name.map(str::to_owned))
}

fn opens(menu: Menu) -> Then {
    Then::Open(Box::new(Overlay::Menu(menu)))
}

fn rows_to_change(presets: &Presets) -> Vec<Row> {
    let row =
        |(name, preset): (&String, &Preset)| row_of(name, preset, opens_form(Some(name), preset));
    presets.all().iter().map(row).collect()
}

fn rows_to_delete(state: &State) -> Vec<Row> {
    let row = |(name, preset): (&String, &Preset)| {
        let question = Overlay::Question(ask_to_delete(state, name));
        row_of(name, preset, Then::Open(Box::new(question)))
    };
    state.presets.all().iter().map(row).collect()
}

fn ask_to_delete(state: &State, name: &str) -> Question {
    let shown = Foreign::new(name).shown(NAME);
    let mut text = format!("The preset {shown} will be taken out of the configuration.");
    if state.presets.configured() == Some(name) {
        text.push_str(" The line `preset` there, which names it, goes too.");
    }
    let remove = Effect::RemovePreset(state.config_file.clone(), name.to_owned());
    let answers = vec![
        Answer {
            label: "delete",
            then: Then::Do(vec![remove]),
        },
        Answer {
            label: "keep",
            then: Then::Stay,
        },
    ];
    Question::new("Delete", text, answers)
}

/// A form with what `preset` says; `changed` is its name, where it has one.
fn opens_form(changed: Option<&str>, preset: &Preset) -> Then {
    const EFFORTS: [&str; 4] = [AS_CONFIGURED, "low", "medium", "high"];
    fn text(value: Option<impl ToString>) -> String {
        value.map_or_else(String::new, |value| value.to_string())
    }
    let purpose = Purpose::Preset {
        changed: changed.map(str::to_owned),
    };
    let title = match changed {
        Some(name) => format!("Preset {}", Foreign::new(name).shown(NAME)),
        None => "A new preset".to_owned(),
    };
    let help = "It is written into config.toml. What stays empty is as configured. {filename}, \
                {folder} and {caption} in a prompt are filled in for each picture.";
    let effort = preset.effort.map_or(AS_CONFIGURED, Effort::word);
    let form = Form::new(purpose, title, help)
        .text("name", "what it is called", text(changed))
        .text("prompt", AS_CONFIGURED, text(preset.prompt.as_ref()))
        .text("system", AS_CONFIGURED, text(preset.system.as_ref()))
        .text("max tokens", AS_CONFIGURED, text(preset.max_tokens))
        .text("temperature", AS_CONFIGURED, text(preset.temperature))
        .text("seed", AS_CONFIGURED, text(preset.seed))
        .choice("effort", &EFFORTS, effort);
    Then::Open(Box::new(Overlay::Form(form)))
}

/// Puts a preset in force, for one model or for all; `None` takes the choice back.
pub(super) fn choose(
    state: &mut State,
    model: Option<ModelRef>,
    name: Option<String>,
) -> Vec<Effect> {
    let shown = |name: &str| Foreign::new(name).shown(NAME);
    let whose = model.as_ref().map(|model| model.name().shown(40));
    let said = match (&name, whose) {
        (Some(name), None) => format!("preset {} is in force", shown(name)),
        (Some(name), Some(model)) => format!("preset {} is in force for {model}", shown(name)),
        (None, None) => "models are asked as configured".to_owned(),
        (None, Some(model)) => format!("{model} is asked as all models are"),
    };
    state.presets.choose(model, name);
    state.notify(said);
    vec![Effect::ChoosePresets(state.presets.chosen().clone())]
}

/// True for what is told nothing but the picture.
pub(super) fn takes_no_prompt(model: &ModelRef) -> bool {
    matches!(model, ModelRef::Builtin(_) | ModelRef::Url(_))
}

/// The form on top is written into the configuration, if it can be understood.
pub(super) fn save(state: &mut State, changed: Option<String>) -> Vec<Effect> {
    let ticket = state.sent.renew();
    let path = state.config_file.clone();
    let taken: Vec<String> = state.presets.all().keys().cloned().collect();
    let Some(form) = forms::on_top(state) else {
        return Vec::new();
    };
    let name = form.value("name").trim().to_owned();
    let read = read(form).and_then(|preset| {
        if changed.as_ref() != Some(&name) && taken.contains(&name) {
            let shown = Foreign::new(name.as_str()).shown(NAME);
            let problem = Problem::new(format!("a preset is called {shown} already"));
            return Err((
                "name",
                problem.with_hint("choose another name, or change that one"),
            ));
        }
        Ok(preset)
    });
    match read {
        Ok(preset) => {
            form.wait(ticket, "writing…");
            vec![Effect::SavePreset(
                ticket,
                path,
                SavedPreset {
                    old: changed,
                    name,
                    preset,
                },
            )]
        }
        Err((field, problem)) => {
            form.complain(Some(field), problem);
            Vec::new()
        }
    }
}

/// What the form says, or which of its fields is wrong.
fn read(form: &Form) -> Result<Preset, (&'static str, Problem)> {
    fn number<T: FromStr>(
        form: &Form,
        field: &'static str,
        instead: &str,
    ) -> Result<Option<T>, (&'static str, Problem)> {
        let written = form.value(field).trim();
        if written.is_empty() {
            return Ok(None);
        }
        written.parse().map(Some).map_err(|_| {
            let shown = Foreign::new(written).shown(40);
            let problem = Problem::new(format!("{field} cannot be {shown}"));
            (field, problem.with_hint(instead))
        })
    }
    let text = |field| Some(form.value(field).trim().to_owned()).filter(|text| !text.is_empty());
    let most: Option<MaxTokens> =
        number(form, "max tokens", "write a whole number from 1 to 1000000")?;
    let temperature: Option<Temperature> = number(
        form,
        "temperature",
        "write a number from 0 to 2, such as 0.7",
    )?;
    Ok(Preset {
        prompt: text("prompt"),
        system: text("system"),
        max_tokens: most.map(MaxTokens::get),
        temperature: temperature.map(Temperature::get),
        seed: number(form, "seed", "write a whole number")?,
        effort: Effort::from_word(form.value("effort")),
    })
}

/// A preset was written, or could not be: the form that waits for it says so.
pub(super) fn saved(
    state: &mut State,
    ticket: Ticket,
    saved: Result<SavedPreset, Problem>,
) -> Vec<Effect> {
    let SavedPreset { old, name, preset } = match saved {
        Ok(saved) => saved,
        Err(problem) => {
            match forms::waiting(state, ticket) {
                Some(form) => form.complain(Some("name"), problem),
                None => state.complain(&problem),
            }
            return Vec::new();
        }
    };
    forms::close(state, ticket);
    state.notify(format!(
        "preset {} is saved",
        Foreign::new(name.as_str()).shown(NAME)
    ));
    change(state, |presets| presets.set(old.as_deref(), name, preset))
}

/// A preset was taken out of the configuration, or could not be.
pub(super) fn removed(state: &mut State, removed: Result<String, Problem>) -> Vec<Effect> {
    match removed {
        Ok(name) => {
            state.notify(format!(
                "preset {} is deleted",
                Foreign::new(name.as_str()).shown(NAME)
            ));
            change(state, |presets| presets.remove(&name))
        }
        Err(problem) => {
            state.complain(&problem);
            Vec::new()
        }
    }
}

/// Menus of presets that are open show them as they are now, each where it stands; who used one
/// remembers it.
fn change(state: &mut State, what: impl FnOnce(&mut Presets)) -> Vec<Effect> {
    let before = state.presets.chosen().clone();
    what(&mut state.presets);
    let mut overlays = std::mem::take(&mut state.overlays);
    overlays.retain_mut(|overlay| match overlay {
        Overlay::Menu(menu) if is_about_presets(menu) => {
            let new = menu_of(state, menu.subject().clone());
            new.map(|new| menu.renew(new)).is_some()
        }
        _ => true,
    });
    state.overlays = overlays;
    if *state.presets.chosen() == before {
        return Vec::new();
    }
    vec![Effect::ChoosePresets(state.presets.chosen().clone())]
}

fn is_about_presets(menu: &Menu) -> bool {
    !matches!(
        menu.subject(),
        Subject::Fixed | Subject::Account | Subject::Filters
    )
}

#[cfg(test)]
mod tests;

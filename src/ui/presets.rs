//! Presets as the screen knows them: which there are, and which is in force for whom.

use std::collections::BTreeMap;

use crate::domain::model::ModelRef;
use crate::domain::preset::Preset;
use crate::domain::request::Terms;
use crate::domain::text::Foreign;
use crate::engine::ChosenPresets;

/// Presets by their names, and which is in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Presets {
    all: BTreeMap<String, Preset>,
    /// In force until another is chosen.
    configured: Option<String>,
    chosen: ChosenPresets,
    /// True once the person chose; what was remembered knows nothing of it and comes too late.
    by_hand: bool,
}

impl Presets {
    /// Those of the configuration, and the one that it puts in force.
    pub fn new(all: BTreeMap<String, Preset>, configured: Option<String>) -> Self {
        Self {
            all,
            configured,
            chosen: ChosenPresets::default(),
            by_hand: false,
        }
    }

    /// All of them, by name.
    pub fn all(&self) -> &BTreeMap<String, Preset> {
        &self.all
    }

    /// The one that the configuration puts in force.
    pub fn configured(&self) -> Option<&str> {
        self.known(self.configured.as_ref())
    }

    /// The one that was chosen for all models, in place of the configured one.
    pub fn for_all(&self) -> Option<&str> {
        self.known(self.chosen.for_all.as_ref())
    }

    /// The one that is in force for models that have none of their own.
    pub fn for_all_or_configured(&self) -> Option<&str> {
        self.for_all().or_else(|| self.configured())
    }

    /// The one that this model has for itself.
    pub fn own(&self, model: &ModelRef) -> Option<&str> {
        self.known(self.chosen.of_model.get(model))
    }

    /// The one that is in force for this model: its own, else the one for all, else the configured
    /// one.
    pub fn of(&self, model: &ModelRef) -> Option<&str> {
        self.own(model).or_else(|| self.for_all_or_configured())
    }

    /// What was chosen, to be remembered.
    pub fn chosen(&self) -> &ChosenPresets {
        &self.chosen
    }

    /// Takes in what was remembered, unless the person chose meanwhile.
    pub fn absorb(&mut self, chosen: ChosenPresets) {
        if !self.by_hand {
            self.chosen = chosen;
        }
    }

    /// Puts a preset in force, for one model or for all; `None` takes the choice back.
    pub fn choose(&mut self, model: Option<ModelRef>, name: Option<String>) {
        self.by_hand = true;
        match (model, name) {
            (None, name) => self.chosen.for_all = name,
            (Some(model), Some(name)) => {
                self.chosen.of_model.insert(model, name);
            }
            (Some(model), None) => {
                self.chosen.of_model.remove(&model);
            }
        }
    }

    /// A preset was written into the configuration; who used it under its `old` name goes along.
    pub fn set(&mut self, old: Option<&str>, name: String, preset: Preset) {
        if let Some(old) = old.filter(|old| *old != name) {
            self.all.remove(old);
            let chosen = &mut self.chosen;
            let uses = chosen
                .for_all
                .iter_mut()
                .chain(chosen.of_model.values_mut())
                .chain(&mut self.configured);
            for used in uses.filter(|used| *used == old) {
                used.clone_from(&name);
            }
        }
        self.all.insert(name, preset);
    }

    /// A preset was taken out of the configuration; nobody uses it any more.
    pub fn remove(&mut self, name: &str) {
        self.all.remove(name);
        self.configured.take_if(|configured| configured == name);
        self.chosen.for_all.take_if(|chosen| chosen == name);
        self.chosen.of_model.retain(|_, chosen| chosen != name);
    }

    /// How pictures are asked about by this model, where the settings alone say `plain`.
    pub fn terms(&self, plain: &Terms, model: &ModelRef) -> Terms {
        let preset = self.of(model).and_then(|name| self.all.get(name));
        preset.map_or_else(|| plain.clone(), |preset| preset.over(plain))
    }

    /// A name that is remembered or configured and that no preset has counts for nothing.
    fn known<'a>(&'a self, name: Option<&'a String>) -> Option<&'a str> {
        name.filter(|name| self.all.contains_key(*name))
            .map(String::as_str)
    }
}

/// What a preset begins with, on one line of at most `width` columns.
pub fn opening(preset: &Preset, width: usize) -> String {
    let text = preset.prompt.as_ref().or(preset.system.as_ref());
    text.map_or_else(String::new, |text| Foreign::new(text.as_str()).shown(width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(text: &str) -> Preset {
        Preset {
            prompt: Some(text.to_owned()),
            ..Preset::default()
        }
    }

    fn some() -> Presets {
        let all = ["a", "b", "c"].map(|name| (name.to_owned(), prompt(name)));
        Presets::new(all.into(), Some("a".to_owned()))
    }

    fn model(name: &str) -> ModelRef {
        name.parse().unwrap()
    }

    #[test]
    fn a_models_own_preset_comes_before_that_for_all_and_that_before_the_configured_one() {
        let (mut presets, plain) = (some(), Terms::default());
        let (one, other) = (model("org/one"), model("org/other"));
        let texts = |presets: &Presets| {
            [&one, &other].map(|model| presets.terms(&plain, model).prompt.text)
        };
        assert_eq!(texts(&presets), ["a", "a"]);
        presets.choose(None, Some("b".to_owned()));
        presets.choose(Some(one.clone()), Some("c".to_owned()));
        assert_eq!(texts(&presets), ["c", "b"]);
        presets.choose(None, None);
        presets.choose(Some(one.clone()), None);
        assert_eq!(texts(&presets), ["a", "a"]);
        assert_eq!(Presets::default().terms(&plain, &one), plain);
    }

    #[test]
    fn a_preset_that_is_gone_is_in_force_nowhere() {
        let (mut presets, one) = (some(), model("org/one"));
        presets.choose(None, Some("b".to_owned()));
        presets.choose(Some(one.clone()), Some("c".to_owned()));
        presets.remove("c");
        assert_eq!(presets.of(&one), Some("b"));
        presets.remove("b");
        assert_eq!(presets.of(&one), Some("a"));
        assert_eq!(presets.chosen(), &ChosenPresets::default());
        let remembered = |name: &str| ChosenPresets {
            for_all: Some(name.to_owned()),
            ..ChosenPresets::default()
        };
        presets.absorb(remembered("a"));
        assert_eq!(presets.for_all(), None, "the person chose meanwhile");
        let mut fresh = some();
        fresh.absorb(remembered("of another time"));
        assert_eq!(fresh.of(&one), Some("a"));
    }

    #[test]
    fn a_preset_that_is_renamed_stays_in_force() {
        let (mut presets, one) = (some(), model("org/one"));
        presets.choose(None, Some("b".to_owned()));
        presets.choose(Some(one.clone()), Some("b".to_owned()));
        presets.set(Some("b"), "new".to_owned(), prompt("better"));
        assert_eq!(presets.own(&one), Some("new"));
        assert_eq!(presets.for_all(), Some("new"));
        assert!(presets.all().keys().eq(["a", "c", "new"]));
    }

    /// The line of the configuration goes along when its preset is renamed or deleted: once the
    /// next preset of the old name was in force unasked.
    #[test]
    fn the_configured_preset_goes_along_with_its_name() {
        let (mut presets, one) = (some(), model("org/one"));
        presets.set(Some("a"), "new".to_owned(), prompt("a"));
        assert_eq!(presets.of(&one), Some("new"));
        presets.remove("new");
        presets.set(None, "new".to_owned(), prompt("another"));
        assert_eq!(presets.of(&one), None);
    }
}

//! All settings, and how each source overrules the one before it.

use std::collections::BTreeMap;

use super::endpoint::look_up_token;
use super::hugging_face::HuggingFace;
use super::number::{
    Concurrency, DailyCap, LengthLimit, MaxTokens, PictureBudget, Temperature, Timeout,
};
use super::value::{Color, LogLevel, SCALED, Value, Written};
use super::{ConfigError, Environment, Flags, Setting, Source};
use crate::domain::endpoint::Endpoint;
use crate::domain::graphics::Graphics;
use crate::domain::model::{Builtin, ModelRef};
use crate::domain::preset::Preset;
use crate::domain::request::{Effort, Parameters, Prompt, Terms, UploadSpec};
use crate::domain::sort::Sort;
use crate::domain::spending::Limit;
use crate::domain::text::Foreign;

/// All settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Who captions where nobody says otherwise; never empty.
    pub models: Setting<Vec<ModelRef>>,
    /// The instruction that goes with a picture.
    pub prompt: Setting<String>,
    /// What a model is told beforehand.
    pub system: Setting<Option<String>>,
    /// How long an answer may be.
    pub max_tokens: Setting<MaxTokens>,
    /// How freely words are chosen; the model's own habit where nobody said.
    pub temperature: Setting<Option<Temperature>>,
    /// What makes an answer repeatable, where a model can.
    pub seed: Setting<Option<i64>>,
    /// How long a model may think; its own habit where nobody said.
    pub effort: Setting<Option<Effort>>,
    /// The preset in force: a name of [`Settings::presets`].
    pub preset: Setting<Option<String>>,
    /// What is sent of a picture.
    pub upload: Setting<UploadSpec>,
    /// How many requests may be in flight at once.
    pub concurrency: Setting<Concurrency>,
    /// How many of them to one host; as many as in all where nobody said.
    pub concurrency_per_host: Setting<Concurrency>,
    /// What may be spent in a day; anything where nobody said.
    pub daily_cap: Setting<Option<DailyCap>>,
    /// True where a mistake may hide the cap that the person set.
    pub cap_in_doubt: bool,
    /// How long a server may be silent.
    pub timeout: Setting<Timeout>,
    /// True where hidden files are listed.
    pub hidden: Setting<bool>,
    /// The order of the list of files.
    pub sort: Setting<Sort>,
    /// When output is coloured.
    pub color: Setting<Color>,
    /// How pictures are shown on the dashboard.
    pub graphics: Setting<Graphics>,
    /// What one picture may cost on the way to the terminal; as the line allows where nobody said.
    pub picture_budget: Setting<Option<PictureBudget>>,
    /// Captions of more characters are flagged as too long; none is where nobody said.
    pub length_limit: Setting<Option<LengthLimit>>,
    /// How much is written to the log.
    pub log: Setting<LogLevel>,
    /// Endpoints of one's own by their names.
    pub endpoints: BTreeMap<String, Setting<Endpoint>>,
    /// Presets by their names.
    pub presets: BTreeMap<String, Setting<Preset>>,
    /// What the environment says about Hugging Face.
    pub hugging_face: HuggingFace,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            models: Setting::built_in(vec![ModelRef::Builtin(Builtin::Describe)]),
            prompt: Setting::built_in("Describe this image in one sentence.".to_owned()),
            system: Setting::built_in(None),
            max_tokens: Setting::built_in(MaxTokens::default()),
            temperature: Setting::built_in(None),
            seed: Setting::built_in(None),
            effort: Setting::built_in(None),
            preset: Setting::built_in(None),
            upload: Setting::built_in(SCALED),
            concurrency: Setting::built_in(Concurrency::default()),
            concurrency_per_host: Setting::built_in(Concurrency::default()),
            daily_cap: Setting::built_in(None),
            cap_in_doubt: false,
            timeout: Setting::built_in(Timeout::default()),
            hidden: Setting::built_in(false),
            sort: Setting::built_in(Sort::Name),
            color: Setting::built_in(Color::Auto),
            graphics: Setting::built_in(Graphics::Auto),
            picture_budget: Setting::built_in(None),
            length_limit: Setting::built_in(None),
            log: Setting::built_in(LogLevel::Info),
            endpoints: BTreeMap::new(),
            presets: BTreeMap::new(),
            hugging_face: HuggingFace::default(),
        }
    }
}

/// The keys that hold one value. The environment calls them `BLIPBOARD_` and the key in capitals.
pub(super) const KEYS: [&str; 20] = [
    "models",
    "prompt",
    "system",
    "max_tokens",
    "temperature",
    "seed",
    "effort",
    "preset",
    "upload",
    "concurrency",
    "concurrency_per_host",
    "daily_cap",
    "timeout",
    "hidden",
    "sort",
    "color",
    "graphics",
    "picture_budget",
    "length_limit",
    "log",
];

impl Settings {
    /// How pictures are asked about: as the settings say, then as the preset in force says, then as
    /// the flags say.
    pub fn terms(&self) -> Terms {
        let preset = self.preset.value.as_ref();
        match preset.and_then(|name| self.presets.get(name)) {
            Some(preset) => self.terms_under(&preset.value),
            None => self.plain_terms(),
        }
    }

    /// The same with the preset of this name in force instead.
    ///
    /// # Errors
    /// No preset is called so.
    pub fn terms_of(&self, name: &str) -> Result<Terms, ConfigError> {
        let preset = self.presets.get(name).ok_or_else(|| {
            ConfigError::unknown_preset(Source::Flag("--preset"), name, self.presets.keys())
        })?;
        Ok(self.terms_under(&preset.value))
    }

    fn terms_under(&self, preset: &Preset) -> Terms {
        let typed = Preset {
            prompt: self.prompt.typed(),
            system: self.system.typed().flatten(),
            max_tokens: self.max_tokens.typed().map(MaxTokens::get),
            temperature: self.temperature.typed().flatten().map(Temperature::get),
            seed: self.seed.typed().flatten(),
            effort: self.effort.typed().flatten(),
        };
        typed.over(&preset.over(&self.plain_terms()))
    }

    /// How pictures are asked about where no preset is in force.
    pub fn plain_terms(&self) -> Terms {
        Terms {
            prompt: Prompt {
                text: self.prompt.value.clone(),
                system: self.system.value.clone(),
            },
            parameters: Parameters {
                max_tokens: Some(self.max_tokens.value.get()),
                temperature: self.temperature.value.map(Temperature::get),
                seed: self.seed.value,
                effort: self.effort.value,
            },
            upload: self.upload.value,
        }
    }

    /// What may be spent in a day.
    pub fn limit(&self) -> Limit {
        match self.daily_cap.value {
            _ if self.cap_in_doubt => Limit::InDoubt,
            Some(cap) => Limit::Daily(cap.micro_usd),
            None => Limit::None,
        }
    }

    /// Says whether `errors` may hide a cap. Who overrules the file in the environment said clearly
    /// what holds.
    pub(super) fn doubt_the_cap(&mut self, errors: &[ConfigError]) {
        let may_hide = |error: &ConfigError| match self.daily_cap.source {
            Source::Environment(_) => false,
            Source::Default => error.is_about("daily_cap") || error.may_hide_a_key(),
            Source::File { .. } | Source::Flag(_) | Source::Unwritten => {
                error.is_about("daily_cap")
            }
        };
        self.cap_in_doubt = errors.iter().any(may_hide);
    }

    /// Takes the value of one of [`KEYS`].
    ///
    /// # Errors
    /// What to write instead.
    pub(super) fn take(
        &mut self,
        key: &str,
        written: &Written<'_>,
        source: Source,
    ) -> Result<(), String> {
        fn read<T: Value>(
            setting: &mut Setting<T>,
            written: &Written<'_>,
            source: Source,
        ) -> Result<(), String> {
            let value = T::read(written)?;
            *setting = Setting { value, source };
            Ok(())
        }
        match key {
            "models" => read(&mut self.models, written, source),
            "prompt" => read(&mut self.prompt, written, source),
            "system" => read(&mut self.system, written, source),
            "max_tokens" => read(&mut self.max_tokens, written, source),
            "temperature" => read(&mut self.temperature, written, source),
            "seed" => read(&mut self.seed, written, source),
            "effort" => read(&mut self.effort, written, source),
            "preset" => read(&mut self.preset, written, source),
            "upload" => read(&mut self.upload, written, source),
            "concurrency" => read(&mut self.concurrency, written, source),
            "concurrency_per_host" => read(&mut self.concurrency_per_host, written, source),
            "daily_cap" => read(&mut self.daily_cap, written, source),
            "timeout" => read(&mut self.timeout, written, source),
            "hidden" => read(&mut self.hidden, written, source),
            "sort" => read(&mut self.sort, written, source),
            "color" => read(&mut self.color, written, source),
            "graphics" => read(&mut self.graphics, written, source),
            "picture_budget" => read(&mut self.picture_budget, written, source),
            "length_limit" => read(&mut self.length_limit, written, source),
            "log" => read(&mut self.log, written, source),
            other => Err(format!("nothing is called `{other}`")),
        }
    }

    pub(super) fn take_environment(&mut self, environment: &Environment) -> Vec<ConfigError> {
        let no_color = "NO_COLOR"; // https://no-color.org
        if environment.get(no_color).is_some() {
            self.color = Setting {
                value: Color::Never,
                source: Source::Environment(no_color.to_owned()),
            };
        }
        let mut errors = Vec::new();
        for key in KEYS {
            let name = format!("BLIPBOARD_{}", key.to_ascii_uppercase());
            let Some(value) = environment.get(&name) else {
                continue;
            };
            let text = Foreign::from_os(value);
            let source = Source::Environment(name);
            if let Err(instead) = self.take(key, &Written::Text(text.raw()), source.clone()) {
                errors.push(ConfigError::value(source, key, text.raw(), instead));
            }
        }
        errors.extend(self.hugging_face.take_environment(environment));
        errors
    }

    /// The last to overrule; what follows from other settings is settled here, too.
    pub(super) fn take_flags(&mut self, flags: Flags) {
        self.models.by_flag(flags.models, "--model");
        self.prompt.by_flag(flags.prompt, "--prompt");
        self.system.by_flag(flags.system.map(Some), "--system");
        self.max_tokens.by_flag(flags.max_tokens, "--max-tokens");
        let temperature = flags.temperature.map(Some);
        self.temperature.by_flag(temperature, "--temperature");
        self.seed.by_flag(flags.seed.map(Some), "--seed");
        self.effort.by_flag(flags.effort.map(Some), "--effort");
        self.preset.by_flag(flags.preset.map(Some), "--preset");
        self.upload.by_flag(flags.upload, "--upload");
        self.concurrency.by_flag(flags.concurrency, "--concurrency");
        self.timeout.by_flag(flags.timeout, "--timeout");
        self.color.by_flag(flags.color, "--color");
        self.graphics.by_flag(flags.graphics, "--graphics");
        if self.concurrency_per_host.source == Source::Default {
            self.concurrency_per_host = self.concurrency.clone();
        }
    }

    /// Settles which preset is in force, once all are known: a name that none has is none.
    pub(super) fn settle_preset(&mut self) -> Option<ConfigError> {
        let name = self.preset.value.as_ref()?;
        if self.presets.contains_key(name) {
            return None;
        }
        let place = self.preset.source.clone();
        let error = ConfigError::unknown_preset(place, name, self.presets.keys());
        self.preset = Setting::built_in(None);
        Some(error)
    }

    /// Looks up the tokens that endpoints of one's own find in the environment.
    pub(super) fn look_up_tokens(&mut self, environment: &Environment) {
        for endpoint in self.endpoints.values_mut() {
            look_up_token(&mut endpoint.value, environment);
        }
    }
}

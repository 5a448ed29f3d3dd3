use std::fs;

use tempfile::TempDir;

use super::*;
use crate::domain::endpoint::{Endpoint, TokenSource};
use crate::domain::graphics;
use crate::domain::model::Protocol;
use crate::domain::request::{Effort, Parameters, Prompt, Terms};
use crate::domain::sort::Sort;
use crate::domain::spending::Limit;
use crate::domain::token::{Token, TokenError};

/// A folder for everything of ours, as a person would have it.
struct Home {
    dir: TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
            variables: Vec::new(),
        }
    }

    fn with(file: &str) -> Self {
        let home = Self::new();
        fs::write(home.folders().config_file(), file).unwrap();
        home
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn folders(&self) -> Folders {
        let path = self.dir.path();
        let environment = ["CONFIG", "DATA", "CACHE"]
            .map(|which| (format!("BLIPBOARD_{which}_DIR"), path))
            .into_iter()
            .collect();
        Folders::find(&environment).unwrap()
    }

    fn load(&self) -> Loaded {
        self.load_with(Flags::default())
    }

    fn load_with(&self, flags: Flags) -> Loaded {
        load(
            &self.folders(),
            &self.variables.iter().cloned().collect(),
            flags,
        )
    }

    /// The place of line `line` of the file.
    fn at(&self, line: usize) -> String {
        format!("{}/config.toml:{line}", self.dir.path().to_str().unwrap())
    }

    /// The only problem: its one line, and the hint.
    fn problem(&self) -> (String, String) {
        let problems = self.load().problems;
        let [problem] = problems.as_slice() else {
            panic!("not one problem but {problems:?}");
        };
        let hint = problem.hint.clone().unwrap();
        (problem.sentence().raw().to_owned(), hint.raw().to_owned())
    }
}

#[test]
fn without_a_file_the_defaults_hold() {
    let loaded = Home::new().load();
    assert_eq!(loaded.settings, Settings::default());
    assert_eq!(loaded.keymap, None);
    assert_eq!(loaded.problems, []);
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let home =
        Home::with("prompt = \"Who?\"\nsort = \"size\"\nconcurrency = 2\ncolor = \"always\"")
            .variable("BLIPBOARD_CONCURRENCY", "3")
            .variable("BLIPBOARD_SORT", "date")
            .variable("BLIPBOARD_MODELS", "builtin/describe, org/name:novita");
    let Loaded { settings, .. } = home.load_with(Flags {
        concurrency: Concurrency::new(4),
        ..Flags::default()
    });
    assert_eq!(settings.prompt.value, "Who?");
    assert_eq!(settings.prompt.source.to_string(), home.at(1));
    assert_eq!(settings.sort.value, Sort::Date);
    assert_eq!(settings.sort.source.to_string(), "BLIPBOARD_SORT");
    assert_eq!(settings.concurrency.value.get(), 4);
    assert_eq!(settings.concurrency.source, Source::Flag("--concurrency"));
    assert_eq!(settings.color.source.to_string(), home.at(4));
    let models: Vec<_> = settings.models.value.iter().map(ModelRef::name).collect();
    assert_eq!(
        models,
        ["builtin/describe", "org/name:novita"].map(Foreign::new)
    );
}

#[test]
fn no_color_holds_against_the_file_and_yields_to_a_flag() {
    let home = Home::with("color = \"always\"").variable("NO_COLOR", "1");
    assert_eq!(home.load().settings.color.value, Color::Never);
    let flags = Flags {
        color: Some(Color::Always),
        ..Flags::default()
    };
    assert_eq!(home.load_with(flags).settings.color.value, Color::Always);
    let empty = Home::with("color = \"always\"").variable("NO_COLOR", "");
    assert_eq!(empty.load().settings.color.value, Color::Always);
}

#[test]
fn how_pictures_are_shown_is_set_like_everything_else() {
    let home = Home::with("graphics = \"sixel\"\npicture_budget = 50000");
    let settings = home.load().settings;
    assert_eq!(
        settings.graphics.value,
        Graphics::Fixed(graphics::Protocol::Sixel)
    );
    assert_eq!(settings.picture_budget.value.unwrap().get(), 50_000);
    assert_eq!(settings.picture_budget.source.to_string(), home.at(2));
    let home = home.variable("BLIPBOARD_GRAPHICS", "off");
    let settings = home.load().settings;
    assert_eq!(
        settings.graphics.value,
        Graphics::Fixed(graphics::Protocol::Off)
    );
    assert!(
        settings
            .to_string()
            .contains("graphics = \"off\"  # from BLIPBOARD_GRAPHICS\n")
    );
    let flags = Flags {
        graphics: Some(Graphics::Auto),
        ..Flags::default()
    };
    let typed = home.load_with(flags).settings.graphics;
    assert_eq!(
        (typed.value, typed.source),
        (Graphics::Auto, Source::Flag("--graphics"))
    );
}

#[test]
fn terms_are_what_was_set_and_otherwise_the_defaults() {
    let bare = Home::new().load().settings.terms();
    assert_eq!(bare.prompt.system, None);
    let defaults = Parameters {
        max_tokens: Some(1024),
        ..Parameters::default()
    };
    assert_eq!(bare.parameters, defaults);
    assert_eq!(bare.upload, SCALED);
    let home = Home::with("system = \"Be terse.\"\nseed = -7\ntemperature = 1\nmax_tokens = 64")
        .variable("BLIPBOARD_UPLOAD", "original")
        .variable("BLIPBOARD_MAX_TOKENS", "65");
    let flags = Flags {
        prompt: Some("Who?".into()),
        temperature: Temperature::new(0.5),
        ..Flags::default()
    };
    let full = home.load_with(flags).settings.terms();
    assert_eq!(
        full,
        Terms {
            prompt: Prompt {
                text: "Who?".into(),
                system: Some("Be terse.".into()),
            },
            parameters: Parameters {
                max_tokens: Some(65),
                temperature: Some(0.5),
                seed: Some(-7),
                effort: None,
            },
            upload: UploadSpec::Original,
        }
    );
}

const PRESETS: &str = "effort = \"low\"\nseed = 1\n[presets.\"alt text\"]\n\
    prompt = \"Alt text of {filename}.\"\nmax_tokens = 99\nseed = 2\neffort = \"high\"\n\
    [presets.bare]\n";

#[test]
fn a_preset_overrules_settings_and_flags_overrule_it() {
    let home = Home::with(PRESETS).variable("BLIPBOARD_PRESET", "alt text");
    let Loaded {
        settings, problems, ..
    } = home.load();
    assert_eq!(problems, []);
    assert_eq!(settings.preset.source.to_string(), "BLIPBOARD_PRESET");
    let terms = settings.terms();
    assert_eq!(terms.prompt.text, "Alt text of {filename}.");
    let parameters = Parameters {
        max_tokens: Some(99),
        temperature: None,
        seed: Some(2),
        effort: Some(Effort::High),
    };
    assert_eq!(terms.parameters, parameters);
    assert_eq!(settings.plain_terms().parameters.effort, Some(Effort::Low));
    let typed = home.load_with(Flags {
        prompt: Some("Who?".to_owned()),
        seed: Some(3),
        ..Flags::default()
    });
    let terms = typed.settings.terms();
    assert_eq!(
        (&*terms.prompt.text, terms.parameters.seed),
        ("Who?", Some(3))
    );
    assert_eq!(terms.parameters.max_tokens, Some(99));
    let bare = home.load_with(Flags {
        preset: Some("bare".to_owned()),
        ..Flags::default()
    });
    assert_eq!(bare.settings.terms(), settings.plain_terms());
}

#[test]
fn a_preset_that_nobody_wrote_is_told_with_those_that_are_there() {
    let home = Home::with(&format!("preset = \"alt\"\n{PRESETS}"));
    let (sentence, hint) = home.problem();
    assert_eq!(
        sentence,
        format!("{}: no preset is called `alt`", home.at(1))
    );
    assert_eq!(hint, "there are: alt text, bare");
    let settings = home.load().settings;
    assert_eq!(settings.terms(), settings.plain_terms());
    let none = Home::new().variable("BLIPBOARD_PRESET", "alt");
    assert_eq!(
        none.problem().1,
        "there are none yet: write a table [presets.alt]"
    );
    let other = home.load_with(Flags {
        preset: Some("bare".to_owned()),
        ..Flags::default()
    });
    assert_eq!(other.problems, []);
}

#[test]
fn a_host_gets_as_many_requests_as_all_where_nobody_said() {
    let per_host = |home: Home| home.load().settings.concurrency_per_host;
    let following = per_host(Home::with("concurrency = 3"));
    assert_eq!(following.value.get(), 3);
    assert!(following.source.to_string().ends_with(":1"));
    let own = per_host(Home::with("concurrency = 3\nconcurrency_per_host = 8"));
    assert_eq!(own.value.get(), 8);
}

/// A typing mistake once switched the cap off in the dashboard, which starts all the same.
#[test]
fn a_mistake_that_may_hide_a_cap_puts_it_in_doubt() {
    let limit = |home: &Home| home.load().settings.limit();
    for mistaken in [
        "daily_cap = \"2.00 USD\"",
        "dayly_cap = 2",
        "daily_cap = 2\ndaily_cap = 3",
        "prompt = ",
        "[endpoints.lab]\nurl = \"https://lab.example/\"\nprotocol = \"chat\"\ndaily_cap = 2",
    ] {
        let home = Home::with(mistaken);
        assert_eq!(limit(&home), Limit::InDoubt, "{mistaken}");
        let clear = home.variable("BLIPBOARD_DAILY_CAP", "2");
        assert_eq!(limit(&clear), Limit::Daily(2_000_000), "{mistaken}");
    }
    let unreadable = Home::new();
    fs::create_dir(unreadable.folders().config_file()).unwrap();
    assert_eq!(limit(&unreadable), Limit::InDoubt);
    for file in ["", "daily_cap = 2"] {
        let wrong = Home::with(file).variable("BLIPBOARD_DAILY_CAP", "two");
        assert_eq!(limit(&wrong), Limit::InDoubt, "{file}");
    }
}

#[test]
fn a_mistake_elsewhere_leaves_the_cap_alone() {
    let limit = |file| Home::with(file).load().settings.limit();
    assert_eq!(limit(""), Limit::None);
    assert_eq!(limit("sort = \"colour\""), Limit::None);
    let capped = "daily_cap = 2\ntempratur = 1";
    assert_eq!(limit(capped), Limit::Daily(2_000_000));
}

#[test]
fn the_daily_cap_is_kept_in_micro_dollars() {
    for (written, micro_usd) in [
        ("2.00", 2_000_000),
        ("2", 2_000_000),
        ("0", 0),
        ("0.1", 100_000),
        ("1_000.000_001", 1_000_000_001),
    ] {
        let home = Home::with(&format!("daily_cap = {written}"));
        let cap = home.load().settings.daily_cap.value;
        assert_eq!(cap, Some(DailyCap { micro_usd }), "{written}");
    }
    let variable = Home::new().variable("BLIPBOARD_DAILY_CAP", " 0.50 ");
    let cap = variable.load().settings.daily_cap;
    assert_eq!(cap.value, Some(DailyCap { micro_usd: 500_000 }));
    assert_eq!(cap.source.to_string(), "BLIPBOARD_DAILY_CAP");
    for refused in ["NaN", "inf", "-0.01", "1e300", "two"] {
        let home = Home::new().variable("BLIPBOARD_DAILY_CAP", refused);
        assert_eq!(home.load().settings.daily_cap.value, None, "{refused}");
        assert!(home.problem().1.contains("US dollars"), "{refused}");
    }
}

#[test]
fn an_endpoint_is_read_with_its_token() {
    let home = Home::with(
        "[endpoints.lab]\nurl = \"http://10.0.0.1:80/x\"\nprotocol = \"chat\"\nmodel = \"m\"\n\
         token = { env = \"LAB_TOKEN\" }\n\
         [endpoints.hf]\nurl = \"https://x.example\"\nprotocol = \"image-to-text\"\ntoken = \"hf\"",
    )
    .variable("LAB_TOKEN", "lab-secret-of-mine\n");
    let Loaded {
        settings, problems, ..
    } = home.load();
    assert_eq!(problems, []);
    assert_eq!(
        settings.endpoints["lab"].value,
        Endpoint {
            url: "http://10.0.0.1:80/x".parse().unwrap(),
            protocol: Protocol::Chat,
            model: Some("m".into()),
            token: Some(TokenSource::Environment {
                variable: "LAB_TOKEN".into(),
                token: Token::read("lab-secret-of-mine"),
            }),
        }
    );
    assert_eq!(settings.endpoints["hf"].source.to_string(), home.at(6));
    assert_eq!(
        settings.endpoints["hf"].value.token,
        Some(TokenSource::HuggingFace)
    );
}

#[test]
fn an_endpoint_without_its_token_is_listed_all_the_same() {
    let lab = "[endpoints.lab]\nurl = \"http://lab\"\nprotocol = \"chat\"\n\
               token = { env = \"LAB_TOKEN\" }";
    for (value, why) in [
        (None, TokenError::Empty),
        (Some(" "), TokenError::Empty),
        (Some("my secret"), TokenError::Broken),
    ] {
        let mut home = Home::with(lab);
        if let Some(value) = value {
            home = home.variable("LAB_TOKEN", value);
        }
        let Loaded {
            settings, problems, ..
        } = home.load();
        assert_eq!(problems, []);
        let endpoint = &settings.endpoints["lab"].value;
        let Some(TokenSource::Environment { token, .. }) = &endpoint.token else {
            panic!("{endpoint:?}");
        };
        assert_eq!(*token, Err(why), "{value:?}");
    }
}

#[test]
fn a_hugging_face_token_goes_nowhere_in_the_clear() {
    for (url, is_right) in [
        ("https://lab", true),
        ("http://localhost:8080", true),
        ("http://127.0.0.9", true),
        ("http://[::1]:80", true),
        ("http://lab", false),
        ("http://10.0.0.1", false),
        ("http://localhost.lab", false),
    ] {
        let file = format!("[endpoints.lab]\nurl = \"{url}\"\nprotocol = \"chat\"\ntoken = \"hf\"");
        let home = Home::with(&file);
        let endpoints = home.load().settings.endpoints;
        assert_eq!(endpoints.contains_key("lab"), is_right, "{url}");
        if !is_right {
            let says = "the Hugging Face token may not go to `lab` over plain http";
            assert_eq!(home.problem().0, format!("{}: {says}", home.at(1)));
        }
    }
}

#[test]
fn a_password_in_an_address_is_refused_and_never_repeated() {
    let file = "[endpoints.x]\nurl = \"https://me:pass@x\"\nprotocol = \"chat\"";
    let in_file = Home::with(file);
    let in_variable = Home::new().variable("HF_ENDPOINT", "https://me:pass@x");
    for home in [in_file, in_variable] {
        let (sentence, hint) = home.problem();
        assert!(hint.contains("without a name or a password"), "{hint}");
        assert!(!sentence.contains("pass"), "{sentence}");
    }
    let bare = Home::new().variable("BLIPBOARD_ROUTER_URL", "me:pass@x");
    let (sentence, _) = bare.problem();
    assert!(!sentence.contains("pass"), "{sentence}");
}

/// Each file is wrong in one line, where a headline begins; the hint says what to write instead.
#[track_caller]
fn assert_told(wrong: &[(&str, usize, &str, &str)]) {
    for (file, line, headline, hint) in wrong {
        let home = Home::with(file);
        let (sentence, told) = home.problem();
        let place = home.at(*line);
        assert!(
            sentence.starts_with(&format!("{place}: {headline}")),
            "{sentence}"
        );
        assert!(told.contains(hint), "{file}: {told}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_what_to_write_instead() {
    assert_told(&[
        (
            "\nprompts = \"x\"",
            2,
            "nothing is called `prompts`",
            "write `prompt`",
        ),
        (
            "zzz = 1",
            1,
            "nothing is called `zzz`",
            "write one of models",
        ),
        (
            "hidden = false\nconcurrency = 65",
            2,
            "`concurrency` cannot be `65`",
            "1 to 64",
        ),
        (
            "concurrency = \"8\"",
            1,
            "`concurrency` cannot be `\"8\"`",
            "1 to 64",
        ),
        (
            "sort = \"colour\"",
            1,
            "`sort` cannot be `\"colour\"`",
            "write one of name, date, size",
        ),
        ("hidden = 1", 1, "`hidden` cannot be `1`", "true or false"),
        ("models = []", 1, "`models` cannot be `[]`", "at least one"),
        (
            "models = [\"blip\"]",
            1,
            "`models` cannot be `[\"blip\"]`",
            "`blip` is no model name; write org/name",
        ),
        (
            "[endpoints.x]\nurl = \"https://a b\"\nprotocol = \"chat\"",
            2,
            "`url` cannot be `\"https://a b\"`",
            "https://",
        ),
        ("prompt = \" \"", 1, "`prompt` cannot be", "some text"),
        ("prompt = \"x", 1, "", "TOML"),
        ("hidden = true\nhidden = true", 2, "", "TOML"),
        (
            "[endpoints.x]\nurl = \"ftp://x\"\nprotocol = \"chat\"",
            2,
            "`url` cannot be `\"ftp://x\"`",
            "https://",
        ),
        (
            "[endpoints.x]\nurl = \"http://x\"",
            1,
            "`protocol` is missing",
            "chat",
        ),
        (
            "[endpoints.x]\nurl = \"http://x\"\nprotocol = \"chat\"\nmodle = \"y\"",
            4,
            "nothing is called `modle`",
            "write `model`",
        ),
        (
            "[endpoints.\"a b\"]\nurl = \"http://x\"\nprotocol = \"chat\"",
            1,
            "`a b` cannot be the name of an endpoint",
            "letters",
        ),
        (
            "endpoints = 1",
            1,
            "`endpoints` cannot be `…`",
            "[endpoints.NAME]",
        ),
    ]);
}

#[test]
fn what_is_wrong_with_a_preset_is_told_like_a_setting() {
    assert_told(&[
        (
            "[presets.x]\ntempratur = 1",
            2,
            "nothing is called `tempratur`",
            "write `temperature`",
        ),
        (
            "[presets.x]\neffort = \"much\"",
            2,
            "`effort` cannot be `\"much\"`",
            "write one of low, medium, high",
        ),
        (
            "[presets.x]\nmax_tokens = 0",
            2,
            "`max_tokens` cannot be `0`",
            "1 to 1000000",
        ),
        (
            "[presets.\" \"]\nseed = 1",
            1,
            "` ` cannot be the name of a preset",
            "write a name",
        ),
        (
            "presets = [1]",
            1,
            "`presets` cannot be `[1]`",
            "[presets.NAME]",
        ),
    ]);
}

#[test]
fn what_is_out_of_bounds_is_told_with_its_bounds() {
    assert_told(&[
        (
            "max_tokens = 1000001",
            1,
            "`max_tokens` cannot be `1000001`",
            "1 to 1000000",
        ),
        ("timeout = 0", 1, "`timeout` cannot be `0`", "1 to 3600"),
        (
            "graphics = \"Kitty\"",
            1,
            "`graphics` cannot be `\"Kitty\"`",
            "write one of auto, kitty, iterm, sixel, blocks, off",
        ),
        (
            "length_limit = 0",
            1,
            "`length_limit` cannot be `0`",
            "1 to 1000000",
        ),
        (
            "picture_budget = 9999",
            1,
            "`picture_budget` cannot be `9999`",
            "10000 to 100000000",
        ),
        (
            "temperature = 2.1",
            1,
            "`temperature` cannot be `2.1`",
            "0 to 2",
        ),
        ("temperature = nan", 1, "`temperature` cannot be", "0 to 2"),
        (
            "temperature = 0x1",
            1,
            "`temperature` cannot be `0x1`",
            "0 to 2",
        ),
        ("seed = 1.5", 1, "`seed` cannot be `1.5`", "whole number"),
        ("system = \"\"", 1, "`system` cannot be", "some text"),
        (
            "upload = \"nothing\"",
            1,
            "`upload` cannot be `\"nothing\"`",
            "write one of scaled, original",
        ),
        (
            "daily_cap = -1",
            1,
            "`daily_cap` cannot be `-1`",
            "US dollars",
        ),
        (
            "daily_cap = \"2\"",
            1,
            "`daily_cap` cannot be `\"2\"`",
            "US dollars",
        ),
    ]);
}

#[test]
fn a_wrong_variable_is_told_by_its_name() {
    let home = Home::with("sort = \"size\"").variable("BLIPBOARD_SORT", "\u{1b}[2J");
    let (sentence, hint) = home.problem();
    assert_eq!(sentence, "BLIPBOARD_SORT: `sort` cannot be `␛[2J`");
    assert_eq!(hint, "write one of name, date, size");
    assert_eq!(home.load().settings.sort.value, Sort::Size);
}

#[test]
fn what_is_right_in_a_wrong_file_still_holds() {
    let loaded = Home::with("sort = 7\nprompt = \"Who?\"\nmodles = 1").load();
    assert_eq!(loaded.settings.prompt.value, "Who?");
    assert_eq!(loaded.settings.sort, Settings::default().sort);
    assert_eq!(loaded.problems.len(), 2);
}

#[test]
fn a_token_in_the_file_is_refused_and_never_repeated() {
    let home =
        Home::with("[endpoints.x]\nurl = \"http://x\"\nprotocol = \"chat\"\ntoken = \"hf_secret\"");
    let loaded = home.load();
    assert_eq!(loaded.settings.endpoints, BTreeMap::new());
    let told = format!("{:?}", loaded.problems);
    assert!(told.contains("never the token itself"), "{told}");
    assert!(!told.contains("hf_secret"), "{told}");
}

#[test]
fn what_is_no_readable_file_is_told() {
    let told = |make: fn(&std::path::Path)| {
        let home = Home::new();
        make(&home.folders().config_file());
        home.problem().0
    };
    let folder = told(|path| fs::create_dir(path).unwrap());
    assert!(
        folder.ends_with("/config.toml is no plain file"),
        "{folder}"
    );
    let latin = told(|path| fs::write(path, b"# ok\nprompt = \"caf\xe9\"").unwrap());
    assert!(
        latin.ends_with("/config.toml:2: this line is not UTF-8 text"),
        "{latin}"
    );
    let huge = told(|path| fs::write(path, "#".repeat((1 << 20) + 1)).unwrap());
    assert!(
        huge.ends_with("/config.toml is larger than 1 MiB"),
        "{huge}"
    );
    let circle = told(|path| std::os::unix::fs::symlink(path, path).unwrap());
    assert!(circle.starts_with("cannot read /"), "{circle}");
}

#[test]
fn the_keymap_is_handed_on_as_text() {
    let home = Home::new();
    fs::write(home.folders().keymap_file(), "x = \"quit\"").unwrap();
    assert_eq!(home.load().keymap.as_deref(), Some("x = \"quit\""));
}

#[test]
fn what_is_shown_says_where_from_and_reads_back_the_same() {
    let home = Home::with(
        "preset = \"x y\"\neffort = \"low\"\nprompt = \"a \\\"b\\\" \\\\ \\u001b[2J\\n猫\"\nmodels = [\"endpoint:lab\"]\n\
         daily_cap = 2.5\ntemperature = 1\nseed = -1\nupload = \"original\"\n\
         [endpoints.lab]\nurl = \"http://x\"\nprotocol = \"chat\"\ntoken = { env = \"T\" }\n\
         [presets.\"x y\"]\nprompt = \"a\\tb\"\ntemperature = 1\nseed = 0\neffort = \"high\"",
    )
    .variable("BLIPBOARD_HIDDEN", "true")
    .variable("T", "a-secret-of-the-lab");
    let settings = home.load().settings;
    let shown = settings.to_string();
    for line in [
        "concurrency = 8  # from default\n",
        "hidden = true  # from BLIPBOARD_HIDDEN\n",
        &format!("daily_cap = 2.50  # from {}\n", home.at(5)),
        "# system is not set\n",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    assert!(!shown.contains('\u{1b}'), "{shown}");
    assert!(!shown.contains("a-secret-of-the-lab"), "{shown}");
    let again = Home::with(&shown)
        .variable("T", "a-secret-of-the-lab")
        .load();
    assert_eq!(again.problems, []);
    assert_eq!(again.settings.terms(), settings.terms());
    assert_eq!(again.settings.daily_cap.value, settings.daily_cap.value);
    assert_eq!(
        again.settings.presets["x y"].value,
        settings.presets["x y"].value
    );
    assert_eq!(again.settings.models.value, settings.models.value);
    assert_eq!(again.settings.hidden.value, settings.hidden.value);
    assert_eq!(
        again.settings.endpoints["lab"].value,
        settings.endpoints["lab"].value
    );
}

#[test]
fn the_environment_is_never_printed_with_its_values() {
    let home = Home::new().variable("HF_TOKEN", "hf_abcdefghijklmnop");
    let environment: Environment = home.variables.iter().cloned().collect();
    let printed = format!("{environment:?} {:?}", home.load());
    assert!(printed.contains("HF_TOKEN"), "{printed}");
    assert!(!printed.contains("hf_abcdefgh"), "{printed}");
}

#[test]
fn a_relative_folder_counts_from_the_working_folder() {
    let environment = [
        ("BLIPBOARD_CONFIG_DIR", "c"),
        ("BLIPBOARD_DATA_DIR", "d"),
        ("BLIPBOARD_CACHE_DIR", "e"),
    ];
    let folders = Folders::find(&environment.into_iter().collect()).unwrap();
    let here = std::env::current_dir().unwrap();
    assert_eq!(folders.config_file(), here.join("c/config.toml"));
    assert_eq!(folders.log_file(), here.join("d/blipboard.log"));
    assert_eq!(folders.cache, here.join("e"));
}

use std::os::unix::fs::{PermissionsExt, symlink};

use tempfile::TempDir;

use super::*;
use crate::config::{Folders, Loaded, load};
use crate::domain::endpoint::TokenSource;
use crate::domain::model::Protocol;
use crate::domain::request::Effort;
use crate::domain::token::TokenError;

/// A file of the configuration in a folder of its own.
struct Home(TempDir);

impl Home {
    fn with(text: &str) -> Self {
        let home = Self(TempDir::new().unwrap());
        fs::write(home.path(), text).unwrap();
        home
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("config.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn load(&self) -> Loaded {
        let folders = ["CONFIG", "DATA", "CACHE"]
            .map(|which| (format!("BLIPBOARD_{which}_DIR"), self.0.path()));
        let environment = folders.into_iter().collect();
        let folders = Folders::find(&environment).unwrap();
        load(&folders, &environment, crate::config::Flags::default())
    }
}

fn lab() -> Endpoint {
    Endpoint {
        url: "http://lab:8000/v1".parse().unwrap(),
        protocol: Protocol::Chat,
        model: Some("blip".to_owned()),
        token: Some(TokenSource::Environment {
            variable: "LAB_TOKEN".to_owned(),
            token: Err(TokenError::Empty),
        }),
    }
}

fn terse() -> Preset {
    Preset {
        prompt: Some("Say \"{filename}\"\nand \\ what it is.".to_owned()),
        system: Some("Be terse.".to_owned()),
        max_tokens: Some(64),
        temperature: Some(0.5),
        seed: Some(-7),
        effort: Some(Effort::Low),
    }
}

/// What a person might have written, with everything that an editor could spoil.
const MINE: &str = "# mine\n\n  prompt   =  'Who?' # asked\nmodels=[ \"builtin/describe\" , ]\n\n\
    # the lab, ask Bob\n[endpoints.lab] # upstairs\nprotocol = 'chat'\n# where\n\
    url = \"http://lab\"   # slow\n\n# the other\n[ endpoints.\"b\" ]\nurl='http://b'\n\
    protocol=\"chat\"\n# the end";

#[test]
fn what_is_new_comes_last_and_everything_else_stays_byte_for_byte() {
    for before in [
        "",
        "# only a comment",
        "hidden = true",
        MINE,
        "\u{feff}hidden = true\r\n# yes\r\n",
        "[endpoints]\n",
        "[presets]\n# none yet\n",
        "endpoints.lab.url = 'http://lab'\nendpoints.lab.protocol = 'chat'\n",
        "[endpoints.lab]\nurl = 'http://lab'\nprotocol = 'chat'\n[endpoints.lab.token]\nenv = 'A'\n",
    ] {
        let home = Home::with(before);
        set_preset(&home.path(), "my terse one", &terse()).unwrap();
        set_endpoint(&home.path(), "attic", &lab()).unwrap();
        let after = home.text();
        assert!(after.starts_with(before), "{before}\n=>\n{after}");
        assert!(after.contains("[presets.\"my terse one\"]"), "{after}");
        let Loaded {
            settings, problems, ..
        } = home.load();
        assert_eq!(problems, [], "{after}");
        assert_eq!(settings.presets["my terse one"].value, terse());
        assert_eq!(settings.endpoints["attic"].value, lab());
        remove_preset(&home.path(), "my terse one", None).unwrap();
        remove_endpoint(&home.path(), "attic").unwrap();
        assert_eq!(home.text().trim_end(), before.trim_end());
        let left = home.text();
        for _ in 0..3 {
            set_preset(&home.path(), "my terse one", &terse()).unwrap();
            remove_preset(&home.path(), "my terse one", None).unwrap();
            assert_eq!(home.text(), left, "empty lines do not pile up");
        }
    }
}

#[test]
fn a_table_that_is_changed_keeps_the_form_of_what_stays_the_same() {
    let home = Home::with(MINE);
    let moved = Endpoint {
        url: "http://lab:8000/".parse().unwrap(),
        ..lab()
    };
    set_endpoint(&home.path(), "lab", &moved).unwrap();
    let written = "url = \"http://lab:8000/\"   # slow\nmodel = \"blip\"\n\
                   token = { env = \"LAB_TOKEN\" }\n";
    let after = MINE.replace("url = \"http://lab\"   # slow\n", written);
    assert_eq!(home.text(), after);
    let plain = Endpoint {
        model: None,
        token: None,
        ..moved
    };
    set_endpoint(&home.path(), "lab", &plain).unwrap();
    let written = "url = \"http://lab:8000/\"   # slow\n";
    let after = MINE.replace("url = \"http://lab\"   # slow\n", written);
    assert_eq!(home.text(), after);
    assert_eq!(home.load().settings.endpoints["lab"].value, plain);
}

#[test]
fn what_is_said_in_another_form_is_not_written_again() {
    let terse = "[presets.terse]\nprompt = '''Say \"{filename}\"\nand \\ what it is.'''\n\
                 system='Be terse.' #!\nmax_tokens = 0x40\ntemperature = 5e-1\n\
                 seed = -0_7\neffort = \"\\u006cow\"\n"
        .replace("-0_7", "-7");
    let home = Home::with(&terse);
    set_preset(&home.path(), "terse", &self::terse()).unwrap();
    assert_eq!(home.text(), terse);
}

#[test]
fn what_is_removed_takes_no_comment_of_others_with_it() {
    let home = Home::with(MINE);
    remove_endpoint(&home.path(), "lab").unwrap();
    let (before, after) = (
        MINE.split_once("[endpoints.lab]").unwrap().0,
        MINE.split_once("# slow\n").unwrap().1,
    );
    assert_eq!(home.text(), format!("{before}{after}"));
    remove_endpoint(&home.path(), "b").unwrap();
    assert_eq!(home.text(), format!("{before}\n# the other\n# the end"));
    remove_endpoint(&home.path(), "b").unwrap();
    remove_preset(&home.path(), "never there", None).unwrap();
    assert_eq!(home.text(), format!("{before}\n# the other\n# the end"));
}

/// The line `preset` was left behind once, and named a preset that was gone.
#[test]
fn the_line_that_names_a_preset_goes_with_it_or_takes_its_new_name() {
    let table = "\n# a table\n[presets.terse]\nseed = 1\n";
    for (before, renamed, removed) in [
        (
            "# first\npreset = 'terse' # mine\nsort = \"name\"\n",
            "# first\npreset = \"short\" # mine\nsort = \"name\"\n",
            "# first\nsort = \"name\"\n",
        ),
        (
            "sort = \"name\"\n# last\npreset = \"terse\"\n",
            "sort = \"name\"\n# last\npreset = \"short\"\n",
            "sort = \"name\"\n# last\n",
        ),
        (
            "preset = \"another\"\n",
            "preset = \"another\"\n",
            "preset = \"another\"\n",
        ),
    ] {
        for (instead, after) in [(Some("short"), renamed), (None, removed)] {
            let home = Home::with(&format!("{before}{table}"));
            remove_preset(&home.path(), "terse", instead).unwrap();
            assert_eq!(home.text(), format!("{after}\n# a table\n"));
        }
    }
}

#[test]
fn tables_on_one_line_are_changed_where_they_stand() {
    let home = Home::with("presets = { a = { seed = 1 }, b = { seed = 2 } } # mine\n");
    let seed = |seed| Preset {
        seed: Some(seed),
        ..Preset::default()
    };
    set_preset(&home.path(), "a", &seed(3)).unwrap();
    set_preset(&home.path(), "c", &seed(4)).unwrap();
    remove_preset(&home.path(), "b", None).unwrap();
    let presets = home.load().settings.presets;
    let presets = presets
        .iter()
        .map(|(name, preset)| (name.as_str(), preset.value.seed));
    assert!(
        presets.eq([("a", Some(3)), ("c", Some(4))]),
        "{}",
        home.text()
    );
    assert!(home.text().ends_with(" # mine\n"));
}

#[test]
fn what_the_reader_would_refuse_is_not_written() {
    let home = Home::with("# mine");
    let told = |result: Result<(), ConfigError>| {
        let problem = result.unwrap_err().problem();
        assert_eq!(home.text(), "# mine");
        format!(
            "{} ({})",
            problem.headline.raw(),
            problem.hint.unwrap().raw()
        )
    };
    let path = home.path();
    let warm = Preset {
        temperature: Some(3.0),
        ..terse()
    };
    assert_eq!(
        told(set_preset(&path, "warm", &warm)),
        "not written: `temperature` cannot be `3.0` (write a number from 0 to 2, such as 0.7)"
    );
    for name in [
        "",
        " blank",
        "line\nend",
        "\u{202e}drawkcab",
        &"long".repeat(11),
    ] {
        let told = told(set_preset(&path, name, &terse()));
        assert!(told.contains("cannot be the name of a preset"), "{told}");
    }
    let told_name = told(set_endpoint(&path, "a b", &lab()));
    assert!(
        told_name.contains("cannot be the name of an endpoint"),
        "{told_name}"
    );
    let open = Endpoint {
        token: Some(TokenSource::HuggingFace),
        ..lab()
    };
    let told_open = told(set_endpoint(&path, "lab", &open));
    assert!(told_open.contains("over plain http"), "{told_open}");
}

#[test]
fn a_file_that_cannot_be_understood_is_left_alone() {
    for (text, line) in [
        ("hidden = true\nprompt =", 2),
        ("hidden = true\nhidden = true", 2),
        ("\npresets = 3", 2),
        ("\n\n[presets]\nterse = 3", 4),
    ] {
        let home = Home::with(text);
        let error = set_preset(&home.path(), "terse", &terse()).unwrap_err();
        let place = format!("/config.toml:{line}: ");
        assert!(error.to_string().contains(&place), "{error}");
        assert_eq!(home.text(), text);
    }
    let home = Home::with("");
    fs::write(home.path(), b"\nprompt = \"caf\xe9\"").unwrap();
    let error = remove_preset(&home.path(), "terse", None).unwrap_err();
    assert!(matches!(error, ConfigError::NotText(_)), "{error}");
}

#[test]
fn the_file_is_its_owners_alone_and_a_link_to_it_stays() {
    let folder = TempDir::new().unwrap();
    let [kept, config] = ["dotfiles", "config/blipboard"].map(|name| folder.path().join(name));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let new = config.join("config.toml");
    set_preset(&new, "terse", &terse()).unwrap();
    assert_eq!((mode(&config), mode(&new)), (0o700, 0o600));

    fs::create_dir(&kept).unwrap();
    fs::rename(&new, kept.join("mine.toml")).unwrap();
    fs::set_permissions(kept.join("mine.toml"), fs::Permissions::from_mode(0o644)).unwrap();
    symlink("../../dotfiles/mine.toml", &new).unwrap();
    set_endpoint(&new, "lab", &lab()).unwrap();
    assert!(fs::symlink_metadata(&new).unwrap().is_symlink());
    let text = fs::read_to_string(kept.join("mine.toml")).unwrap();
    assert!(
        text.contains("[presets.terse]") && text.contains("[endpoints.lab]"),
        "{text}"
    );
    assert_eq!(mode(&kept.join("mine.toml")), 0o600);
    for folder in [&kept, &config] {
        assert_eq!(
            fs::read_dir(folder).unwrap().count(),
            1,
            "nothing is left beside"
        );
    }
}

#[test]
fn those_who_write_at_the_same_time_lose_nothing() {
    let home = Home::with("# mine\n");
    std::thread::scope(|scope| {
        for number in 0..8 {
            let path = home.path();
            scope.spawn(move || set_preset(&path, &format!("p{number}"), &terse()).unwrap());
        }
    });
    assert_eq!(home.load().settings.presets.len(), 8);
}

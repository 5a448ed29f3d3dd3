use std::collections::BTreeSet;

use super::*;
use crate::ui::tests::Screen;

fn key(written: &str) -> Key {
    written.parse().unwrap()
}

fn file() -> Foreign {
    Foreign::new("keymap.toml")
}

fn changed(text: &str) -> Keymap {
    let (keymap, problems) = Keymap::with_changes(&file(), text);
    assert_eq!(problems, []);
    keymap
}

/// Headlines of what is wrong with a file.
fn wrong(text: &str) -> Vec<String> {
    let (_, problems) = Keymap::with_changes(&file(), text);
    assert!(problems.iter().all(|problem| problem.hint.is_some()));
    let headlines = problems.iter().map(|problem| problem.headline.raw());
    headlines.map(str::to_owned).collect()
}

/// Where keys count at the same time, strongest first.
fn places() -> Vec<Vec<Context>> {
    use Context as X;
    let mut places: Vec<_> = [
        X::Question,
        X::Menu,
        X::Jobs,
        X::Reading,
        X::Card,
        X::Standings,
        X::Versions,
    ]
    .map(|context| vec![context, X::Global])
    .into();
    places.push(vec![X::Form, X::Text]);
    places.push(vec![X::Editing, X::Text]);
    places.push(vec![X::Sheet, X::FilesZoomed, X::Files, X::Global]);
    places.push(vec![
        X::Comparison,
        X::CaptionsZoomed,
        X::Captions,
        X::Global,
    ]);
    places.extend(
        [
            (X::FilesZoomed, X::Files),
            (X::ModelsZoomed, X::Models),
            (X::CaptionsZoomed, X::Captions),
            (X::HistoryZoomed, X::History),
        ]
        .map(|(zoomed, pane)| vec![zoomed, pane, X::Global]),
    );
    places
}

#[test]
fn a_key_is_written_as_it_was_read() {
    let named = NAMED.iter().map(|(name, _)| *name);
    let others = [
        "j",
        "G",
        "ä",
        "?",
        "~",
        ":",
        "+",
        "f1",
        "f12",
        "ctrl+d",
        "alt+x",
        "ctrl+alt+x",
    ];
    let ctrl = ["ctrl+space", "ctrl+left", "ctrl++", "alt+enter"];
    for written in named.chain(others).chain(ctrl) {
        assert_eq!(key(written).to_string(), written);
    }
}

#[test]
fn what_is_no_key_is_refused() {
    for written in [
        "", "jj", "ctrl+", "ctrl", "Enter", "f0", "f25", "f999", "alt+ctrl", "\u{7}",
    ] {
        assert!(written.parse::<Key>().is_err(), "{written:?}");
    }
}

#[test]
fn a_key_of_the_terminal_is_the_key_that_was_written() {
    let pressed = |code, modifiers| Key::from(KeyEvent::new(code, modifiers));
    let (none, shift, ctrl) = (
        KeyModifiers::NONE,
        KeyModifiers::SHIFT,
        KeyModifiers::CONTROL,
    );
    assert_eq!(pressed(KeyCode::Char('j'), none), key("j"));
    assert_eq!(pressed(KeyCode::Char('G'), shift), key("G"));
    assert_eq!(pressed(KeyCode::BackTab, shift), key("shift+tab"));
    assert_eq!(pressed(KeyCode::Char('d'), ctrl), key("ctrl+d"));
}

#[test]
fn no_key_is_bound_twice_in_one_context() {
    let mut seen = BTreeSet::new();
    for spec in COMMANDS {
        for (context, keys) in spec.keys {
            for key in keys.split(' ') {
                assert!(seen.insert((*context, key)), "{key} in {}", context.name());
            }
        }
    }
}

const BEST: &str = "a comparison has the whole screen, and its columns are counted from 1";

/// A key that means something else in a stronger place surprises, so each has its reason here.
const SHADOWED: [(Context, &str, &str); 18] = [
    (Context::Jobs, "X", "in the list of jobs x stops, and X all"),
    (
        Context::Comparison,
        "v",
        "who wrote what is revealed; versions are looked at beside one picture",
    ),
    (
        Context::Comparison,
        "R",
        "a verdict has its reason; what failed is asked for again with `enter`",
    ),
    (Context::Comparison, "1", BEST),
    (Context::Comparison, "2", BEST),
    (Context::Comparison, "3", BEST),
    (Context::Comparison, "4", BEST),
    (
        Context::Comparison,
        "n",
        "captions are judged one picture after the other; nothing is looked for in them",
    ),
    (
        Context::Comparison,
        "N",
        "captions are judged one picture after the other; nothing is looked for in them",
    ),
    (
        Context::Form,
        "tab",
        "a form has further fields and nothing to complete",
    ),
    (
        Context::Question,
        "y",
        "a question is answered with yes and no, not with a copy",
    ),
    (
        Context::Question,
        "n",
        "a question is answered with yes and no, not with a search",
    ),
    (
        Context::Menu,
        "y",
        "a menu stands over the caption; only the account's has something to copy",
    ),
    (
        Context::Sheet,
        "h",
        "cards stand side by side; `-` leads out of the folder",
    ),
    (
        Context::Sheet,
        "left",
        "cards stand side by side; `-` leads out of the folder",
    ),
    (
        Context::Sheet,
        "l",
        "cards stand side by side; `enter` leads into a folder",
    ),
    (
        Context::Sheet,
        "right",
        "cards stand side by side; `enter` leads into a folder",
    ),
    (
        Context::Jobs,
        "r",
        "a list of jobs has no folder to read again",
    ),
];

#[test]
fn what_a_stronger_context_takes_away_is_listed() {
    let keymap = Keymap::default();
    let mut shadowed = BTreeSet::new();
    for place in places() {
        for (at, strong) in place.iter().enumerate() {
            for (context, key, name) in &keymap.order {
                let weaker = place[at + 1..].iter();
                let taken = weaker
                    .filter_map(|weak| keymap.bindings.get(&(*weak, *key)))
                    .any(|command| *command != commands::parse(name).unwrap());
                if context == strong && taken {
                    shadowed.insert((*strong, key.to_string()));
                }
            }
        }
    }
    let listed = SHADOWED.map(|(context, key, _)| (context, key.to_owned()));
    assert_eq!(shadowed, BTreeSet::from(listed));
}

#[test]
fn keys_do_what_hands_expect() {
    let keymap = Keymap::default();
    let does = |context: Context, keys: &str, name: &str| {
        let contexts = match context {
            Context::Global => vec![Context::Global],
            context => vec![context, Context::Global],
        };
        for written in keys.split(' ') {
            let command = keymap.command(&contexts, key(written));
            assert_eq!(
                command,
                commands::parse(name).ok().as_ref(),
                "{written} in {context:?}"
            );
        }
    };
    for (keys, name) in [
        ("j down", "down"),
        ("k up", "up"),
        ("g home", "top"),
        ("G end", "bottom"),
        ("ctrl+d", "half-down"),
        ("ctrl+u", "half-up"),
        ("pagedown", "page-down"),
        ("pageup", "page-up"),
        ("enter", "activate"),
        ("tab", "next-pane"),
        ("shift+tab", "previous-pane"),
        ("1", "files"),
        ("2 m", "models"),
        ("3", "captions"),
        ("4", "history"),
        ("z", "zoom"),
        ("esc", "back"),
        ("/", "find"),
        ("n", "find-next"),
        ("N", "find-previous"),
        ("y", "copy-caption"),
        ("Y", "copy-path"),
        ("w", "jobs"),
        ("i", "info"),
        (":", "line"),
        ("? f1 ~", "help"),
        ("r", "reload"),
        ("ctrl+l", "redraw"),
        ("q", "quit"),
        ("ctrl+c", "cancel"),
        ("ctrl+z", "suspend"),
    ] {
        does(Context::Global, keys, name);
    }
    does(Context::Files, "h left - backspace", "out");
    does(Context::Files, "l right", "into");
    does(Context::Files, "space", "select");
    does(Context::Files, "v", "select-range");
    does(Context::Files, "*", "select-all");
    does(Context::Files, "c", "caption");
    does(Context::Files, "J", "uncaptioned");
    does(Context::Files, ".", "hidden");
    does(Context::Files, "s", "sort");
    does(Context::Models, "space", "select");
    does(Context::Models, "f", "favourite");
    does(Context::History, "D", "delete");
    does(Context::Jobs, "p", "pause");
    does(Context::Jobs, "r", "retry");
    does(Context::Jobs, "x", "stop");
}

#[test]
fn keys_that_terminals_keep_for_themselves_are_left_alone() {
    let keymap = Keymap::default();
    for taken in ["ctrl+s", "ctrl+q", "ctrl+b", "ctrl+a"] {
        for context in Context::ALL {
            assert_eq!(keymap.command(&[context], key(taken)), None, "{taken}");
        }
    }
}

#[test]
fn a_file_binds_changes_and_removes() {
    let keymap = changed(
        "[files]\n\"ctrl+t\" = \"sort date\"\nj = \"select\"\n[global]\nq = \"\"\nf5 = \"reload\"\n",
    );
    let files = [Context::Files, Context::Global];
    let command = |written| keymap.command(&files, key(written));
    assert_eq!(
        command("ctrl+t"),
        commands::parse("sort date").ok().as_ref()
    );
    assert_eq!(command("j"), commands::parse("select").ok().as_ref());
    assert_eq!(command("q"), None);
    assert_eq!(command("f5"), commands::parse("reload").ok().as_ref());
    let models = [Context::Models, Context::Global];
    let down = commands::parse("down").ok();
    assert_eq!(keymap.command(&models, key("j")), down.as_ref());
}

#[test]
fn an_empty_file_changes_nothing() {
    assert_eq!(changed("").bindings, Keymap::default().bindings);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    assert_eq!(
        wrong("# mine\n[files]\njj = \"down\"\n"),
        ["keymap.toml:3: `jj` is no key"]
    );
    assert_eq!(
        wrong("[files]\nj = \"down\"\nk = \"upp\"\n"),
        ["keymap.toml:3: there is no command `upp`; did you mean `up`?"]
    );
    assert_eq!(
        wrong("[files]\nx = \"sort colour\"\n"),
        ["keymap.toml:2: `sort` takes name, date or size"]
    );
    assert_eq!(
        wrong("\n[flies]\nj = \"down\"\n"),
        ["keymap.toml:2: there is no context `flies`"]
    );
    assert_eq!(
        wrong("j = \"down\"\n"),
        ["keymap.toml:1: there is no context `j`"]
    );
    assert_eq!(
        wrong("files = \"down\"\n"),
        ["keymap.toml:1: `files` is a table of keys"]
    );
    assert_eq!(
        wrong("[files]\nj = 3\n"),
        ["keymap.toml:2: `j` takes a command in quotes"]
    );
}

#[test]
fn everything_that_is_wrong_is_told_and_the_rest_counts() {
    let text = "[files]\njj = \"down\"\nk = \"upp\"\nx = \"sort\"\n[flies]\n";
    let (keymap, problems) = Keymap::with_changes(&file(), text);
    assert_eq!(problems.len(), 3);
    let sort = commands::parse("sort").ok();
    assert_eq!(keymap.command(&[Context::Files], key("x")), sort.as_ref());
}

#[test]
fn broken_toml_is_named_with_its_line_and_changes_nothing() {
    let (keymap, problems) = Keymap::with_changes(&file(), "[files]\nj = \"down\"\nk = \n");
    let headlines: Vec<_> = problems
        .iter()
        .map(|problem| problem.headline.raw())
        .collect();
    assert_eq!(headlines.len(), 1);
    assert!(headlines[0].starts_with("keymap.toml:3: "), "{headlines:?}");
    assert_eq!(keymap.bindings, Keymap::default().bindings);
}

#[test]
fn a_hint_names_a_key_that_works_here() {
    let keymap = Keymap::default();
    let (files, jobs) = (
        [Context::Files, Context::Global],
        [Context::Jobs, Context::Global],
    );
    assert_eq!(keymap.key_of(&files, "reload"), Some(key("r")));
    assert_eq!(
        keymap.key_of(&jobs, "reload"),
        None,
        "r runs a job again there"
    );
    assert_eq!(keymap.key_of(&jobs, "retry"), Some(key("r")));
    assert_eq!(keymap.key_of(&files, "retry"), None);
    assert_eq!(keymap.key_of(&files, "down"), Some(key("j")));
    let changed = changed("[files]\nj = \"select\"\n");
    assert_eq!(changed.key_of(&files, "down"), Some(key("down")));
    assert_eq!(changed.key_of(&files, "select"), Some(key("space")));
}

#[test]
fn letters_in_a_field_are_text_whatever_they_mean_elsewhere() {
    let mut screen = Screen::new();
    screen.press(": q j k");
    assert_eq!(screen.state.overlays.len(), 1);
    assert!(screen.text().contains(":qjk"));
}

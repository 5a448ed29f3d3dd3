//! Keeps the house in order: what `src/lib.rs` says of rooms, arrows and sizes, no lint can check.

#[path = "architecture/house.rs"]
mod house;
#[path = "architecture/rules.rs"]
mod rules;

use std::fs;
use std::path::Path;

use house::{Source, Text};

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifest() -> String {
    fs::read_to_string(top().join("Cargo.toml")).unwrap()
}

/// Fails with all that breaks `rule`.
#[track_caller]
fn holds(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n{}", breaches.join("\n"));
}

#[track_caller]
fn source_holds(rule: &str, check: fn(&[Source]) -> Vec<String>) {
    holds(rule, &check(&house::sources(&house::texts(top()))));
}

#[test]
fn rooms_know_only_the_rooms_below_them() {
    source_holds("arrows run down, siblings never meet", rules::arrows);
}

#[test]
fn files_import_each_other_in_no_circle() {
    source_holds("no circles of imports", rules::circles);
}

#[test]
fn crates_are_named_only_where_they_belong() {
    source_holds("a crate stays in its room", rules::crates);
}

#[test]
fn every_dependency_has_its_place() {
    holds(
        "the table of crates has a row for each",
        &rules::unplaced(&manifest()),
    );
}

#[test]
fn what_only_computes_touches_nothing() {
    source_holds(
        "no runtime, files, clock, environment or locks here",
        rules::purity,
    );
}

#[test]
fn files_are_short() {
    source_holds("a file is read at one sitting", rules::long_files);
}

#[test]
fn functions_are_short() {
    holds(
        "a function is seen at once",
        &rules::long_functions(&house::texts(top())),
    );
}

#[test]
fn unsafe_panics_and_missing_words_are_denied() {
    let manifest = manifest();
    for lint in [
        "unsafe_code = \"forbid\"",
        "missing_docs = \"deny\"",
        "all = { level = \"deny\"",
    ] {
        assert!(manifest.contains(lint), "{lint}");
    }
    for lint in [
        "unwrap_used",
        "expect_used",
        "panic",
        "allow_attributes",
        "disallowed_methods",
        "print_stdout",
    ] {
        assert!(
            manifest.contains(&format!("\n{lint} = \"deny\"\n")),
            "{lint}"
        );
    }
}

#[test]
fn modules_are_named_after_themselves() {
    let mut paths = house::texts(top()).into_iter().map(|file| file.path);
    assert_eq!(paths.find(|path| path.ends_with("/mod.rs")), None);
}

#[test]
fn no_file_names_a_place_on_one_machine() {
    holds(
        "a path must hold everywhere",
        &rules::places(&house::texts(top())),
    );
}

#[test]
fn nothing_else_stands_at_the_top() {
    let names = fs::read_dir(top())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let ignored = fs::read_to_string(top().join(".gitignore")).unwrap();
    holds("the top level is fixed", &rules::strangers(names, &ignored));
}

fn file(path: &str, text: &str) -> Text {
    Text {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// What a rule says of small files: `file:line`, or nothing.
#[track_caller]
fn caught(check: fn(&[Source]) -> Vec<String>, files: &[(&str, &str)], expected: &str) {
    let texts: Vec<Text> = files.iter().map(|(path, text)| file(path, text)).collect();
    let found = check(&house::sources(&texts));
    let places: Vec<&str> = found
        .iter()
        .map(|breach| breach.split(": ").next().unwrap())
        .collect();
    assert_eq!(places.join(" "), expected, "{found:?}");
}

#[test]
fn an_arrow_that_runs_up_or_sideways_is_caught() {
    let arrow = |path, text, expected| caught(rules::arrows, &[(path, text)], expected);
    arrow("src/hub.rs", "use crate::store::Store;", "src/hub.rs:1");
    arrow(
        "src/domain/run.rs",
        "\nuse super::super::engine;",
        "src/domain/run.rs:2",
    );
    arrow(
        "src/ui/view.rs",
        "use crate::{\n    domain::run,\n    hub::Hub,\n};",
        "src/ui/view.rs:3",
    );
    arrow(
        "src/media.rs",
        "fn f() {\n    crate::http::get();\n}",
        "src/media.rs:2",
    );
    arrow(
        "src/cli.rs",
        "fn f() {\n    say!(1, crate::store::open());\n}",
        "src/cli.rs:2",
    );
    arrow("src/main.rs", "use blipboard::store;", "src/main.rs:1");
    arrow(
        "src/engine.rs",
        "use crate::store::Store;\nmod pace;\nuse pace::Pace;",
        "",
    );
    arrow(
        "src/store.rs",
        "\n#[cfg(test)]\nmod tests {\n    use crate::ui::State;\n}",
        "",
    );
    arrow("src/store/tests.rs", "use crate::ui::State;", "");
}

#[test]
fn a_circle_is_caught() {
    let two = [
        ("src/hub/one.rs", "use super::two::Two;"),
        ("src/hub/two.rs", "\nuse crate::hub::one;"),
    ];
    caught(rules::circles, &two, "src/hub/one.rs:1");
    let passed_on = [
        ("src/hub.rs", "mod one;\nmod two;\npub use two::Two;"),
        ("src/hub/one.rs", "use super::Two;"),
        ("src/hub/two.rs", "use super::one::One;"),
    ];
    caught(rules::circles, &passed_on, "src/hub/two.rs:1");
    let family = [
        ("src/hub.rs", "mod one;\npub use one::One;"),
        ("src/hub/one.rs", "use super::HubError;"),
    ];
    caught(rules::circles, &family, "");
}

#[test]
fn a_crate_in_the_wrong_room_is_caught() {
    let named = |path, text, expected| caught(rules::crates, &[(path, text)], expected);
    named(
        "src/engine.rs",
        "use rusqlite::Connection;",
        "src/engine.rs:1",
    );
    named(
        "src/cli/models.rs",
        "fn f() {\n    viuer::print();\n}",
        "src/cli/models.rs:2",
    );
    named(
        "src/engine.rs",
        "#[derive(clap::Parser)]\nstruct A;",
        "src/engine.rs:1",
    );
    named("src/cli/preview.rs", "use viuer::Config;", "");
    named("src/domain.rs", "pub mod image;\nuse image::ImageRef;", "");
    named(
        "src/store.rs",
        "use crate::domain::image;\nfn f(_: image::ImageRef) {}",
        "",
    );
    assert_eq!(
        rules::unplaced("[dependencies]\nopenssl-sys = \"1\"\nclap = \"4\""),
        ["openssl_sys"]
    );
}

#[test]
fn a_clock_in_the_view_is_caught() {
    let pure = |path, text, expected| caught(rules::purity, &[(path, text)], expected);
    pure(
        "src/ui/view.rs",
        "use std::time::{Duration, Instant};",
        "src/ui/view.rs:1",
    );
    pure(
        "src/ui/panes/files.rs",
        "use jiff::Timestamp as T;\nfn f() {\n    T::now();\n}",
        "src/ui/panes/files.rs:3",
    );
    pure(
        "src/ui/update.rs",
        "use std::sync;\nfn f() {\n    sync::Mutex::new(1);\n}",
        "src/ui/update.rs:3",
    );
    pure(
        "src/domain/run.rs",
        "fn f(p: &Path) {\n    p.exists();\n}",
        "src/domain/run.rs:2",
    );
    pure("src/ui/runtime.rs", "use tokio::select;", "");
    pure(
        "src/ui/layout.rs",
        "use jiff::Timestamp;\nuse std::time::Duration;",
        "",
    );
}

#[test]
fn long_files_and_functions_are_caught() {
    let lines = |count: usize| "const A: u8 = 1;\n".repeat(count);
    caught(
        rules::long_files,
        &[("src/a.rs", &lines(401))],
        "src/a.rs:401",
    );
    caught(
        rules::long_files,
        &[(
            "src/a.rs",
            &(lines(400) + "\n#[cfg(test)]\nmod tests {\n}\n"),
        )],
        "",
    );
    let function = |body: usize| {
        let body = "        1;\n".repeat(body);
        file(
            "src/a.rs",
            &format!("impl A {{\n    pub async fn f(\n    ) {{\n{body}    }}\n}}\n"),
        )
    };
    assert_eq!(
        rules::long_functions(&[function(58)]),
        ["src/a.rs:2: a function of 61 lines"]
    );
    assert!(rules::long_functions(&[function(57)]).is_empty());
}

#[test]
fn strangers_and_places_are_caught() {
    let place = |line: &str| rules::places(&[file("README.md", line)]).len();
    assert_eq!(place(&format!("see /{}/me/notes", "home")), 1);
    assert_eq!(
        place("https://example.org/work/a, src/tmp/b, ~/photos, /dev/tty"),
        0
    );
    let names = ["src", "notes", "target", ".ci"].map(str::to_owned);
    assert_eq!(rules::strangers(names, "/target\n"), ["notes"]);
}

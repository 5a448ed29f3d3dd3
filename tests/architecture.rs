//! Keeps the house in order: what `src/lib.rs` says of rooms, arrows and sizes, no lint can check.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what cannot be read keeps no rule"
)]

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

fn read(name: &str) -> String {
    fs::read_to_string(top().join(name)).unwrap()
}

fn project() -> Vec<Text> {
    house::texts(top())
}

fn source() -> Vec<Source> {
    house::sources(&project())
}

#[track_caller]
fn holds(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn rooms_know_only_the_rooms_below_them() {
    holds(&rules::arrows(&source()));
}

#[test]
fn files_import_each_other_in_no_circle() {
    holds(&rules::circles(&source()));
}

#[test]
fn crates_are_named_only_where_they_belong() {
    holds(&rules::crates(&source()));
}

#[test]
fn every_dependency_has_its_row_in_the_table_of_crates() {
    holds(&rules::unplaced(&read("Cargo.toml")));
}

#[test]
fn what_only_computes_touches_nothing() {
    holds(&rules::purity(&source()));
}

#[test]
fn files_are_short() {
    holds(&rules::long_files(&source()));
}

#[test]
fn functions_are_short() {
    holds(&rules::long_functions(&source()));
}

#[test]
fn unsafe_code_and_panics_are_denied() {
    let manifest = read("Cargo.toml");
    assert!(manifest.contains("\nunsafe_code = \"forbid\"\n"));
    for lint in [
        "missing_docs",
        "unwrap_used",
        "expect_used",
        "panic",
        "allow_attributes",
    ] {
        assert!(
            manifest.contains(&format!("\n{lint} = \"deny\"\n")),
            "{lint}"
        );
    }
}

#[test]
fn modules_are_named_after_themselves() {
    assert!(project().iter().all(|file| !file.path.ends_with("/mod.rs")));
}

#[test]
fn no_file_names_a_place_on_one_machine() {
    holds(&rules::places(&project()));
}

#[test]
fn nothing_else_stands_at_the_top() {
    let entries = fs::read_dir(top()).unwrap().map(Result::unwrap);
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    holds(&rules::strangers(names.collect(), &read(".gitignore")));
}

fn file(path: &str, text: &str) -> Text {
    Text {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// Asserts what a rule says of small files: the lines, or nothing.
#[track_caller]
fn says(check: fn(&[Source]) -> Vec<String>, files: &[(&str, &str)], expected: &str) {
    let texts: Vec<Text> = files.iter().map(|(path, text)| file(path, text)).collect();
    let found = check(&house::sources(&texts));
    let lines: Vec<&str> = found
        .iter()
        .map(|breach| breach.split(':').nth(1).unwrap())
        .collect();
    assert_eq!(lines.join(" "), expected, "{files:?}: {found:?}");
}

#[track_caller]
fn samples(check: fn(&[Source]) -> Vec<String>, samples: &[(&str, &str, &str)]) {
    for (path, text, expected) in samples {
        says(check, &[(path, text)], expected);
    }
}

#[rustfmt::skip]
#[test]
fn an_arrow_that_runs_up_or_sideways_is_caught() {
    samples(rules::arrows, &[
        ("src/hub.rs", "use crate::store::Store;", "1"),
        ("src/domain/run.rs", "\nuse super::super::engine;", "2"),
        ("src/ui/view.rs", "use crate::{\n    domain::run,\n    hub::Hub,\n};", "3"),
        ("src/media.rs", "fn f() {\n    crate::http::get();\n}", "2"),
        ("src/cli.rs", "fn f() {\n    say!(1, crate::store::open());\n}", "2"),
        ("src/main.rs", "use blipboard::store;", "1"),
        ("src/engine.rs", "use crate::store::Store;\nmod pace;\nuse pace::Pace;", ""),
        ("src/store.rs", "\n#[cfg(test)]\nmod tests {\n    use crate::ui::State;\n}", ""),
        ("src/store/tests.rs", "use crate::ui::State;", ""),
    ]);
}

#[rustfmt::skip]
#[test]
fn a_circle_is_caught() {
    says(rules::circles, &[
        ("src/hub/one.rs", "use super::two::Two;"),
        ("src/hub/two.rs", "\nuse crate::hub::one;"),
    ], "1");
    says(rules::circles, &[
        ("src/hub.rs", "mod one;\nmod two;\npub use two::Two;"),
        ("src/hub/one.rs", "use super::Two;"),
        ("src/hub/two.rs", "use super::one::One;"),
    ], "1");
    says(rules::circles, &[
        ("src/hub.rs", "mod one;\npub use one::One;"),
        ("src/hub/one.rs", "use super::HubError;"),
    ], "");
}

#[rustfmt::skip]
#[test]
fn a_crate_in_the_wrong_room_is_caught() {
    samples(rules::crates, &[
        ("src/engine.rs", "use rusqlite::Connection;", "1"),
        ("src/cli/models.rs", "fn f() {\n    viuer::print();\n}", "2"),
        ("src/engine.rs", "#[derive(clap::Parser)]\nstruct A;", "1"),
        ("src/cli/preview.rs", "use viuer::Config;", ""),
        ("src/domain.rs", "pub mod image;\nuse image::ImageRef;", ""),
        ("src/store.rs", "use crate::domain::image;\nfn f(_: image::ImageRef) {}", ""),
    ]);
    assert_eq!(rules::unplaced("[dependencies]\nnew-crate = \"1\"\nclap = \"4\""), ["new_crate"]);
}

#[rustfmt::skip]
#[test]
fn a_clock_in_the_view_is_caught() {
    samples(rules::purity, &[
        ("src/ui/view.rs", "use std::time::{Duration, Instant};", "1"),
        ("src/ui/panes/files.rs", "use jiff::Timestamp as T;\nfn f() {\n    T::now();\n}", "3"),
        ("src/ui/update.rs", "use std::sync;\nfn f() {\n    sync::Mutex::new(1);\n}", "3"),
        ("src/domain/run.rs", "fn f(p: &Path) {\n    p.exists();\n}", "2"),
        ("src/ui/runtime.rs", "use tokio::select;", ""),
        ("src/ui/layout.rs", "use jiff::Timestamp;\nuse std::time::Duration;", ""),
    ]);
}

#[test]
fn long_files_and_functions_are_caught() {
    let lines = |count| "const A: u8 = 1;\n".repeat(count);
    let tests = "\n#[cfg(test)]\nmod tests {\n}\n";
    says(rules::long_files, &[("src/a.rs", &lines(401))], "401");
    says(
        rules::long_files,
        &[("src/a.rs", &(lines(400) + tests))],
        "",
    );
    let function = |body| {
        let body = "        1;\n".repeat(body);
        format!("impl A {{\n    pub async fn f(\n    ) {{\n{body}    }}\n}}\n")
    };
    says(rules::long_functions, &[("src/a.rs", &function(58))], "2");
    says(rules::long_functions, &[("src/a.rs", &function(57))], "");
}

#[test]
fn strangers_and_places_are_caught() {
    let place = |line: &str| rules::places(&[file("README.md", line)]).len();
    assert_eq!(place(&format!("see /{}/anna/notes", "home")), 1);
    assert_eq!(
        place("https://example.org/tmp/a, src/tmp/b, ~/photos, /dev/tty"),
        0
    );
    let names = ["src", "notes", "target", ".ci"].map(str::to_owned);
    assert_eq!(rules::strangers(names.into(), "/target\n"), ["notes"]);
}

//! `blipboard config`, and what becomes of a wrong configuration.

use std::fs;

use crate::home::Home;

#[test]
fn what_is_shown_is_toml_that_says_where_each_value_came_from() {
    let home = Home::new();
    home.config("prompt = \"Who?\"\n");
    let output = home
        .command(&["config", "show"])
        .env("BLIPBOARD_CONCURRENCY", "3")
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let file = home.path("config/config.toml");
    let file = file.to_str().unwrap();
    assert!(
        shown.contains(&format!("prompt = \"Who?\"  # from {file}:1\n")),
        "{shown}"
    );
    assert!(
        shown.contains("concurrency = 3  # from BLIPBOARD_CONCURRENCY\n"),
        "{shown}"
    );
    let table: toml::Table = shown.parse().unwrap();
    assert_eq!(table["models"][0].as_str(), Some("builtin/describe"));
}

#[test]
fn looking_at_the_settings_makes_no_file() {
    let home = Home::new();
    home.run(&["config", "show"]).ok();
    home.run(&["config", "path"]).ok();
    assert!(!home.path("data").exists());
}

#[test]
fn the_paths_are_those_that_are_used() {
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    home.run(&["caption", "red.png"]).ok();
    let out = home.run(&["config", "path"]).ok();
    let paths: Vec<(&str, &str)> = out
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(label, path)| (label, path.trim()))
        .collect();
    let labels: Vec<_> = paths.iter().map(|(label, _)| *label).collect();
    assert_eq!(labels, ["settings", "keymap", "history", "log"]);
    assert_eq!(
        paths[0].1,
        home.path("config/config.toml").to_str().unwrap()
    );
    assert!(fs::exists(paths[2].1).unwrap(), "{out}");
    assert!(fs::exists(paths[3].1).unwrap(), "{out}");
    assert_eq!(home.run(&["history", "path"]).ok().trim(), paths[2].1);
    let object = home.run(&["config", "path", "--json"]).objects().remove(0);
    assert_eq!(object["log"], paths[3].1);
}

#[test]
fn a_wrong_configuration_stops_before_anything_is_done() {
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    home.config("\nconcurency = 3\n");
    let err = home.run(&["caption", "red.png"]).failed(2);
    assert!(
        err.contains("config.toml:2: nothing is called `concurency`"),
        "{err}"
    );
    assert!(err.contains("\nhint: write `concurrency`\n"), "{err}");
    assert!(!home.path("data/history.sqlite").exists());
}

#[test]
fn a_wrong_configuration_is_shown_beside_what_holds() {
    let home = Home::new();
    home.config("sort = 3\nprompt = \"Who?\"\n");
    let ended = home.run(&["config", "show"]);
    assert!(ended.out.contains("prompt = \"Who?\""), "{ended:?}");
    let err = ended.failed(2);
    assert!(err.contains("config.toml:1: `sort` cannot be `3`"), "{err}");
    home.run(&["config", "path"]).ok();
}

#[test]
fn a_configuration_that_is_a_folder_is_told() {
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    fs::create_dir(home.path("config/config.toml")).unwrap();
    let err = home.run(&["caption", "red.png"]).failed(2);
    assert!(err.contains("config.toml is no plain file"), "{err}");
}

#[test]
fn the_folder_of_pictures_configures_nothing() {
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    home.write("config.toml", b"nonsense");
    home.write(".blipboard.toml", b"nonsense");
    home.run(&["caption", "red.png"]).ok();
}

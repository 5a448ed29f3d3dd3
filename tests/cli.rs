//! The command line as those who type it, and those who read its output, meet it.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on has failed its test"
)]

#[path = "cli/auth.rs"]
mod auth;
#[path = "cli/caption.rs"]
mod caption;
#[path = "cli/config.rs"]
mod config;
#[path = "cli/history.rs"]
mod history;
#[path = "support/home.rs"]
mod home;
#[path = "cli/preset.rs"]
mod preset;
#[expect(dead_code, reason = "the wire's own tests need more of it")]
#[path = "support/server.rs"]
mod server;
#[path = "cli/terminal.rs"]
mod terminal;
#[path = "cli/wire.rs"]
mod wire;

use home::Home;

#[test]
fn help_names_every_subcommand() {
    let help = Home::new().run(&["--help"]).ok();
    for subcommand in [
        "caption",
        "history",
        "models",
        "auth",
        "config",
        "completions",
    ] {
        assert!(help.contains(subcommand), "{help}");
    }
}

#[test]
fn a_folder_before_a_subcommand_is_explained() {
    let err = Home::new().run(&["folder", "models", "ls"]).failed(2);
    assert!(err.contains("written ./NAME"), "{err}");
}

#[test]
fn completions_know_every_subcommand() {
    for shell in ["bash", "zsh", "fish"] {
        let script = Home::new().run(&["completions", shell]).ok();
        for word in ["caption", "forget", "recursive"] {
            assert!(script.contains(word), "{shell}: {script}");
        }
    }
}

#[test]
fn models_are_listed_with_what_they_cost() {
    let home = Home::new();
    home.config("[endpoints.lab]\nurl = \"http://127.0.0.1:8/\"\nprotocol = \"chat\"");
    let out = home.run(&["models", "ls"]).ok();
    let words: Vec<Vec<&str>> = out
        .lines()
        .map(|line| line.split_whitespace().take(2).collect())
        .collect();
    assert_eq!(
        words,
        [["builtin/describe", "free"], ["endpoint:lab", "mine"]]
    );
    let objects = home.run(&["models", "ls", "--json"]).objects();
    assert_eq!(objects[0]["model"], "builtin/describe");
    assert_eq!(objects[0]["price"], "free");
    assert_eq!(objects[1]["price"], "own");
}

//! The command line as those who type it, and those who read its output, meet it.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on has failed its test"
)]

#[path = "cli/auth.rs"]
mod auth;
#[path = "cli/cache.rs"]
mod cache;
#[path = "cli/caption.rs"]
mod caption;
#[path = "cli/compare.rs"]
mod compare;
#[path = "cli/config.rs"]
mod config;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/handover.rs"]
mod handover;
#[path = "cli/history.rs"]
mod history;
#[path = "support/home.rs"]
mod home;
#[path = "cli/intake.rs"]
mod intake;
#[path = "cli/models.rs"]
mod models;
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
        "compare",
        "standings",
        "history",
        "models",
        "auth",
        "config",
        "cache",
        "completions",
        "doctor",
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
        for word in [
            "caption",
            "compare",
            "standings",
            "forget",
            "recursive",
            "doctor",
            "sixel",
        ] {
            assert!(script.contains(word), "{shell}: {script}");
        }
    }
}

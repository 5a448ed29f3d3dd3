//! From an empty home folder to a token and an endpoint, without leaving the dashboard.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::home::Home;
use crate::server::{Answer, Request, Server};
use crate::terminal::{ENTER, ESC, TAB, Terminal};
use crate::{PROGRAM, leaves, newcomer, shows_files, start};

const SECRET: &str = "hf_annaSecretSecretSecretAnna";

/// The card of the first start, of somebody whose Hugging Face is `hub`.
fn welcome(home: &Home, hub: &Server) -> Terminal {
    let endpoint = format!("HF_ENDPOINT={}", hub.url());
    let terminal = start(home, &["/usr/bin/env", &endpoint, PROGRAM]);
    terminal.shows("Welcome to blipboard");
    terminal
}

/// As a terminal sends what is pasted.
fn paste(terminal: &mut Terminal, text: &str) {
    terminal.press(&format!("\u{1b}[200~{text}\u{1b}[201~"));
}

#[test]
fn a_token_is_pasted_into_the_dashboard_and_never_on_the_screen() {
    let (home, hub) = (
        newcomer(),
        Server::start(|request: &Request| {
            let is_known = request.header("authorization") == Some(&format!("Bearer {SECRET}"));
            if is_known {
                Answer::json(200, r#"{"name": "anna", "isPro": true}"#)
            } else {
                Answer::json(401, r#"{"error": "Invalid credentials"}"#)
            }
        }),
    );
    let mut terminal = welcome(&home, &hub);
    terminal.press("j");
    terminal.press(ENTER);
    terminal.shows("paste it here");
    paste(&mut terminal, "hf_wrongSecretSecretSecret");
    terminal.shows("26 letters");
    terminal.press(ENTER);
    terminal.shows("does not know this token");
    let file = home.path(".cache/huggingface/token");
    assert!(!file.exists(), "what nobody knows is not kept");
    paste(&mut terminal, SECRET);
    terminal.shows("29 letters");
    terminal.press(ENTER);
    terminal.shows("logged in as anna");
    terminal.shows("●anna PRO file");
    shows_files(&terminal);
    terminal.press("t");
    terminal.shows("Log out");
    terminal.press(ESC);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert!(!terminal.written().contains("Secret"));
    assert_eq!(fs::read_to_string(&file).unwrap(), SECRET);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn an_endpoint_is_added_asked_and_there_at_the_next_start() {
    let (home, hub) = (newcomer(), Server::start(|_| Answer::text(500, "")));
    let lab = Server::start(|_| Answer::json(200, r#"[{"generated_text": "a lab cat"}]"#));
    let mut terminal = welcome(&home, &hub);
    terminal.press("jj");
    terminal.press(ENTER);
    terminal.shows("Add an endpoint");
    terminal.press("lab");
    terminal.press(TAB);
    paste(&mut terminal, &lab.url());
    terminal.press(TAB);
    terminal.press("i");
    terminal.press(ENTER);
    terminal.shows("endpoint:lab is written into");
    let written = fs::read_to_string(home.path("config/config.toml")).unwrap();
    assert!(written.contains("[endpoints.lab]"), "{written}");
    terminal.press("1");
    terminal.press("jj");
    terminal.press(ENTER);
    terminal.shows("for the first time");
    terminal.press("y");
    terminal.shows("a lab cat");
    terminal.shows("2 ✓");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    let listed = home.run(&["models", "ls"]).out;
    assert!(listed.contains("endpoint:lab"), "{listed}");
}

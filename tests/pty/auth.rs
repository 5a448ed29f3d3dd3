//! Logging in where a person types.

use std::fs;

use crate::home::Home;
use crate::server::{Answer, Server};
use crate::terminal::{CTRL_C, ENTER, Terminal};
use crate::{PROGRAM, start};

const SECRET: &str = "hf_annaSecretSecretSecretAnna";

/// The question for a token, of somebody whose Hugging Face is `hub`.
fn login(home: &Home, hub: &Server) -> Terminal {
    let endpoint = format!("HF_ENDPOINT={}", hub.url());
    let terminal = start(home, &["/usr/bin/env", &endpoint, PROGRAM, "auth", "login"]);
    terminal.shows("token (it is not shown):");
    terminal
}

#[test]
fn a_token_is_typed_unseen() {
    let (home, hub) = (
        Home::new(),
        Server::start(|_| Answer::json(200, r#"{"name": "anna"}"#)),
    );
    let mut terminal = login(&home, &hub);
    // What is pasted in brackets, a slip taken back, a line begun anew.
    terminal.press(&format!("oops\u{15}\u{1b}[200~{SECRET}\u{1b}[201~"));
    terminal.press("x\u{7f}");
    terminal.press(ENTER);
    terminal.shows("logged in as anna");
    assert_eq!(terminal.wait_exit(), Ok(0));
    terminal.is_as_before();
    assert!(
        !terminal.screen().contains("Secret"),
        "{}",
        terminal.screen()
    );
    let token = home.path(".cache/huggingface/token");
    assert_eq!(fs::read_to_string(token).unwrap(), SECRET);
}

#[test]
fn who_breaks_off_keeps_a_terminal_that_shows_what_is_typed() {
    let (home, hub) = (Home::new(), Server::start(|_| Answer::text(500, "")));
    let mut terminal = login(&home, &hub);
    terminal.press(SECRET);
    terminal.press(CTRL_C);
    assert_eq!(terminal.wait_exit(), Ok(130));
    terminal.is_as_before();
    assert!(terminal.screen().contains("nothing was stored"));
    assert!(hub.requests().is_empty());
    assert!(!home.path(".cache").exists());
}

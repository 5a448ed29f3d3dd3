//! A blind comparison from keys alone, against captioners on loopback.

use serde_json::json;

use crate::server::{Answer, Request, Server};
use crate::terminal::{ESC, Terminal};
use crate::{PROGRAM, dashboard, leaves, newcomer, shows_files, start};

/// Three endpoints that each say something else.
fn captioners() -> Server {
    Server::start(|request: &Request| {
        let says = match request.path.split('/').nth(1) {
            Some("lab") => "Something in the light of the morning.",
            Some("den") => "**Caption:** Something in the garden.",
            _ => "\"Something on a table.\"",
        };
        let event = json!({"choices": [{"delta": {"content": says}, "finish_reason": "stop"}]});
        Answer::stream([format!("data: {event}\n\ndata: [DONE]\n\n")])
    })
}

/// The comparison is left, and all panes are there.
fn shows_dashboard(terminal: &Terminal) {
    terminal.wait_for("all panes", |screen| {
        let text = screen.contents();
        !text.contains("Comparison") && text.contains("History")
    });
}

#[test]
fn three_models_are_compared_blind_over_five_pictures() {
    const NAMES: [&str; 3] = ["lab", "den", "bay"];
    let server = captioners();
    let home = newcomer();
    home.dot("dot.png", [9, 90, 200]);
    let url = server.url();
    let endpoints = NAMES
        .map(|name| format!("[endpoints.{name}]\nurl = \"{url}/{name}\"\nprotocol = \"chat\"\n"));
    home.config(&format!(
        "models = [\"endpoint:lab\", \"endpoint:den\", \"endpoint:bay\"]\n{}",
        endpoints.concat()
    ));
    let mut terminal = dashboard(&home);
    terminal.shows("dot.png");
    terminal.press("B");
    terminal.shows("for the first time");
    terminal.press("y");
    for (judged, key) in ["1", "2", "3", "=", "0"].into_iter().enumerate() {
        terminal.wait_for("captions without names", |screen| {
            let text = screen.contents();
            text.contains(&format!("{judged} of 5 judged · blind"))
                && text.contains("Something")
                && NAMES
                    .iter()
                    .all(|name| !text.contains(&format!("endpoint:{name}")))
                && !text.contains("Caption:")
        });
        terminal.press(key);
    }
    terminal.shows("5 pictures judged, names are shown");
    assert_eq!(server.requests().len(), 15);
    terminal.press("S");
    terminal.shows("5 verdicts, all of them given blind; in 1 of them no caption was good");
    terminal.shows("endpoint:lab");
    // The standings, then the comparison.
    terminal.press(ESC);
    terminal.wait_for("the comparison again", |screen| {
        !screen.contents().contains("Standings")
    });
    terminal.press("u");
    terminal.shows("4 of 5 judged");
    terminal.press("\x12");
    terminal.shows("5 of 5 judged");
    terminal.press("q");
    shows_dashboard(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));

    // What was judged is remembered, and nothing is asked for again.
    let mut again = start(&home, &[PROGRAM]);
    shows_files(&again);
    again.shows("dot.png");
    again.press("C");
    again.shows("history holds all 15 captions");
    again.shows("5 of 5 judged");
    assert_eq!(server.requests().len(), 15);
    again.press("q");
    shows_dashboard(&again);
    again.press("q");
    leaves(&again, Ok(0));
}

//! The dashboard with models that are elsewhere: on loopback.

use std::fs;

use rustix::process::Signal;
use serde_json::json;

use crate::server::{Answer, Gate, Request, Server};
use crate::terminal::{ENTER, ESC};
use crate::{PROGRAM, dashboard, leaves, newcomer, right_side, shows_files, start, walk_to};

/// A word of a streamed answer.
pub(crate) fn word(text: &str) -> String {
    let event = json!({"choices": [{"delta": {"content": text}}]});
    format!("data: {event}\n\n")
}

pub(crate) const END: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
                   data: [DONE]\n\n";

/// Two endpoints that stream, a piece for each opening of their gates: `/lab` and `/den`.
fn streaming(lab: &Gate, den: &Gate) -> Server {
    let (lab, den) = (lab.clone(), den.clone());
    Server::start(move |request: &Request| {
        if request.path.starts_with("/lab") {
            let words = [word("A tabby"), word(" cat."), END.to_owned()];
            Answer::stream(words).behind(&lab)
        } else {
            let words = [word("Somebody's"), word(" pet."), END.to_owned()];
            Answer::stream(words).behind(&den)
        }
    })
}

#[test]
fn one_picture_goes_to_two_streaming_models_at_once() {
    let (lab, den) = (Gate::default(), Gate::default());
    let server = streaming(&lab, &den);
    let home = newcomer();
    // It belongs to Hugging Face, and here is nobody that it is named for.
    let folder = home.path(".cache/huggingface");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("token"), "hf_abcdefghijklmnop").unwrap();
    let url = server.url();
    home.config(&format!(
        "models = [\"endpoint:lab\", \"endpoint:den\"]\n\
         [endpoints.lab]\nurl = \"{url}/lab\"\nprotocol = \"chat\"\n\
         [endpoints.den]\nurl = \"{url}/den\"\nprotocol = \"chat\"\n"
    ));
    let mut terminal = dashboard(&home);
    walk_to(&mut terminal, "cat.jpg");
    terminal.press(ENTER);
    // A host that never got a picture is asked about, and only once.
    terminal.shows("for the first time");
    assert!(server.requests().is_empty());
    terminal.press("y");
    server.wait_for(2);

    let both = |lab: &str, den: &str| {
        let (lab, den) = (lab.to_owned(), den.to_owned());
        terminal.wait_for("what both say so far", move |screen| {
            let text = right_side(screen);
            text.contains(&lab) && text.contains(&den)
        });
    };
    lab.open();
    den.open();
    both("A tabby", "Somebody's");
    lab.open();
    both("A tabby cat.", "Somebody's");
    lab.open();
    den.open();
    den.open();
    both("A tabby cat.", "Somebody's pet.");
    terminal.shows("2 ✓");
    // The next picture goes to the same host without a question.
    walk_to(&mut terminal, "coffee.jpg");
    terminal.press(ENTER);
    let sent = server.wait_for(4);
    assert!(
        sent.iter()
            .all(|request| request.header("authorization").is_none())
    );
    for _ in 0..3 {
        lab.open();
        den.open();
    }
    terminal.wait_for("both pictures with captions", |screen| {
        screen.contents().matches("2 ✓").count() == 2
    });
    terminal.press("q");
    leaves(&terminal, Ok(0));

    let history = home.run(&["history", "ls", "--json"]).objects();
    let history = history.iter().filter(|run| {
        let picture = run["image"].as_str().unwrap();
        picture.ends_with("/cat.jpg")
    });
    let mut kept: Vec<_> = history
        .map(|run| {
            (
                run["model"].as_str().unwrap(),
                run["caption"].as_str().unwrap(),
            )
        })
        .collect();
    kept.sort_unstable();
    assert_eq!(
        kept,
        [
            ("endpoint:den", "Somebody's pet."),
            ("endpoint:lab", "A tabby cat.")
        ]
    );
}

#[test]
fn what_is_not_agreed_to_is_not_sent() {
    let server = streaming(&Gate::default(), &Gate::default());
    let home = newcomer();
    home.config(&format!("models = [\"{}/lab\"]\n", server.url()));
    let mut terminal = dashboard(&home);
    walk_to(&mut terminal, "cat.jpg");
    terminal.press(ENTER);
    terminal.shows("for the first time");
    terminal.press(ESC);
    terminal.wait_for("no question", |screen| {
        !screen.contents().contains("for the first time")
    });
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert!(server.requests().is_empty());
}

#[test]
fn what_was_on_its_way_when_the_program_was_killed_is_not_sent_again_by_itself() {
    let gate = Gate::default();
    let server = streaming(&gate, &Gate::default());
    let home = newcomer();
    home.config(&format!(
        "models = [\"endpoint:lab\"]\n\
         [endpoints.lab]\nurl = \"{}/lab\"\nprotocol = \"chat\"\n",
        server.url()
    ));
    let mut terminal = dashboard(&home);
    walk_to(&mut terminal, "cat.jpg");
    terminal.press(ENTER);
    terminal.shows("for the first time");
    terminal.press("y");
    gate.open();
    terminal.wait_for("the first words", |screen| {
        right_side(screen).contains("A tabby")
    });
    terminal.signal(Signal::KILL);
    assert_eq!(terminal.wait_exit(), Err(9));

    let mut again = start(&home, &[PROGRAM, "cat.jpg"]);
    again.shows("interrupted");
    shows_files(&again);
    again.press("q");
    leaves(&again, Ok(0));
    let [run] = home
        .run(&["history", "ls", "--json"])
        .objects()
        .try_into()
        .unwrap();
    assert_eq!(run["outcome"], "interrupted");
    assert_eq!(server.requests().len(), 1);
}

//! Presets, against a router on loopback.

use std::fs;

use serde_json::{Value, json};

use crate::home::{Ended, Home};
use crate::server::{Answer, Server};

const CONFIG: &str = r#"
prompt = "Describe it."
temperature = 1
seed = 1

[presets."alt text"]
prompt = "Alt text of {filename}."
system = "It lies in {folder}."
max_tokens = 99
seed = 2
effort = "low"

[presets.shorten]
prompt = "Shorten: {caption}"
"#;

fn router() -> Server {
    Server::start(|request| match request.path.as_str() {
        "/v1/models" => Answer::tape("example_router_v1_models_200"),
        _ => Answer::stream([
            "data: {\"choices\":[{\"delta\":{\"content\":\"A long cat.\"}}]}\n\n".to_owned(),
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n".to_owned(),
            "data: [DONE]\n\n".to_owned(),
        ]),
    })
}

/// A home with these presets and one picture.
fn home() -> Home {
    let home = Home::with(&["cat.jpg"]);
    home.config(CONFIG);
    home
}

fn caption(home: &Home, server: &Server, words: &[&str]) -> Ended {
    let words = [&["caption", "cat.jpg", "-m", "Qwen/Qwen3.8-27B"], words].concat();
    let mut command = home.command(&words);
    command.env("HF_TOKEN", "hf_abcdefghijklmnopqrst");
    command.env("BLIPBOARD_ROUTER_URL", format!("{}/v1", server.url()));
    Ended::from(command.output().unwrap())
}

/// What was asked last.
fn last_body(server: &Server) -> Value {
    let mut requests = server.requests().into_iter();
    let last = requests.rfind(|request| request.method == "POST");
    last.unwrap().json()
}

fn prompt(body: &Value) -> &Value {
    let messages = body["messages"].as_array().unwrap();
    &messages.last().unwrap()["content"][0]["text"]
}

#[test]
fn a_preset_overrules_the_file_and_a_flag_overrules_the_preset() {
    let (home, server) = (home(), router());
    caption(&home, &server, &["--yes", "--quiet"]).ok();
    let body = last_body(&server);
    assert_eq!(prompt(&body), "Describe it.");
    assert_eq!(body["reasoning_effort"], Value::Null);

    let words = [
        "--preset",
        "alt text",
        "--max-tokens",
        "50",
        "--yes",
        "--json",
    ];
    let [object] = caption(&home, &server, &words)
        .objects()
        .try_into()
        .unwrap();
    assert_eq!(object["effort"], "low");
    let body = last_body(&server);
    assert_eq!(prompt(&body), "Alt text of cat.");
    let system = json!({"role": "system", "content": "It lies in pictures."});
    assert_eq!(body["messages"][0], system);
    for (key, value) in [
        ("max_tokens", json!(50)),
        ("temperature", json!(1.0)),
        ("seed", json!(2)),
        ("reasoning_effort", json!("low")),
    ] {
        assert_eq!(body[key], value, "{key}");
    }
}

#[test]
fn the_question_says_which_names_are_sent() {
    let (home, server) = (home(), router());
    let told = caption(&home, &server, &["--preset", "alt text"]).failed(2);
    let names = "and in the prompt the file's name and the folder's name, to";
    assert!(told.contains(names), "{told}");
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.method == "GET")
    );
}

#[test]
fn a_caption_that_is_there_is_filled_in_and_one_that_is_not_is_asked_for_first() {
    let (home, server) = (home(), router());
    let words = ["--preset", "shorten", "--yes", "--json"];
    let [object] = caption(&home, &server, &words)
        .objects()
        .try_into()
        .unwrap();
    assert_eq!(object["error"]["kind"], "no-caption-yet");
    assert_eq!(object["sent_bytes"], Value::Null);

    home.write("cat.txt", b"A cat that is long.\n");
    let [object] = caption(&home, &server, &words)
        .objects()
        .try_into()
        .unwrap();
    assert_eq!(object["caption"], "A long cat.");
    assert_eq!(prompt(&last_body(&server)), "Shorten: A cat that is long.");
    let [object] = caption(&home, &server, &words)
        .objects()
        .try_into()
        .unwrap();
    assert_eq!(object["from_history"], true);

    fs::remove_file(home.path("pictures/cat.txt")).unwrap();
    caption(&home, &server, &words).objects();
    assert_eq!(prompt(&last_body(&server)), "Shorten: A long cat.");
}

#[test]
fn a_preset_that_is_not_there_is_told_with_those_that_are() {
    let told = home().run(&["caption", "cat.jpg", "--preset", "alt-text"]);
    let told = told.failed(2);
    assert!(
        told.contains("--preset: no preset is called `alt-text`"),
        "{told}"
    );
    assert!(told.contains("there are: alt text, shorten"), "{told}");
}

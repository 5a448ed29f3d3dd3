//! `blipboard compare` and `blipboard standings`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::home::{Ended, Home};
use crate::server::{Answer, Gate, Server};

/// What a captioner answers who always says the same.
fn says(caption: &str) -> Answer {
    let body = serde_json::json!([{ "generated_text": caption }]);
    Answer::json(200, body.to_string())
}

pub(crate) fn captioner(caption: &'static str) -> Server {
    Server::start(move |_| says(caption))
}

fn compare(home: &Home, servers: &[&Server], words: &[&str]) -> Ended {
    home.run(
        &words_of(servers, words)
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>(),
    )
}

fn words_of(servers: &[&Server], words: &[&str]) -> Vec<String> {
    let mut all = vec!["compare".to_owned(), "--yes".to_owned()];
    for server in servers {
        all.extend(["-m".to_owned(), format!("{}/", server.url())]);
    }
    all.extend(words.iter().map(|word| (*word).to_owned()));
    all
}

/// A home with two small pictures.
fn home() -> Home {
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    home.dot("blue.png", [0, 0, 255]);
    home
}

#[test]
fn each_picture_is_an_object_with_all_captions_and_the_standings_come_last() {
    let (home, one, other) = (home(), captioner("one"), captioner("other"));
    let ended = compare(
        &home,
        &[&one, &other],
        &[".", "-m", "builtin/describe", "--json"],
    );
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let [first, second, standings] = ended.objects().try_into().unwrap();
    for picture in [&first, &second] {
        let captions = picture["captions"].as_array().unwrap();
        assert_eq!(captions.len(), 3, "{picture}");
        assert_eq!(captions[0]["caption"], "one");
        assert_eq!(captions[1]["caption"], "other");
        assert_eq!(captions[2]["model"], "builtin/describe");
        assert_eq!(picture["verdict"], Value::Null);
    }
    assert_eq!(standings["verdicts"], 0);
    assert_eq!(standings["standings"][0]["captions"], 2);
    assert_eq!(
        standings["words"][0],
        "Nobody has judged these captions yet."
    );
}

#[test]
fn what_history_holds_is_not_asked_again() {
    let (home, one, other) = (home(), captioner("one"), captioner("other"));
    home.run(&[
        "caption",
        "red.png",
        "--yes",
        "-m",
        &format!("{}/", one.url()),
    ])
    .ok();
    let ended = compare(&home, &[&one, &other], &["."]);
    assert!(
        ended
            .err
            .contains("1 taken from history (--again asks anew)"),
        "{ended:?}"
    );
    assert_eq!((one.requests().len(), other.requests().len()), (2, 2));
    let again = compare(&home, &[&one, &other], &[".", "--again"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!((one.requests().len(), other.requests().len()), (4, 4));
}

#[test]
fn captions_stand_below_the_name_of_their_picture() {
    let (home, one, other) = (home(), captioner("a red\ndot"), captioner("a square"));
    let ended = compare(&home, &[&one, &other], &["red.png", "--quiet"]);
    let mut lines = ended.out.lines();
    assert_eq!(
        lines.next(),
        Some(format!("red.png ({}/): a red dot", one.url()).as_str())
    );
    assert_eq!(
        lines.next(),
        Some(format!("red.png ({}/): a square", other.url()).as_str())
    );
    assert!(lines.next().unwrap().contains("win rate"), "{ended:?}");
    assert_eq!(
        ended.ok().lines().last(),
        Some("Nobody has judged these captions yet.")
    );
}

#[test]
fn a_stopped_comparison_goes_on_where_it_was() {
    let (gate, home, one) = (Gate::default(), home(), captioner("one"));
    let other = {
        let gate = gate.clone();
        Server::start(move |_| says("other").behind(&gate))
    };
    let words = words_of(&[&one, &other], &[".", "--json"]);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let mut running = home.command(&words);
    running.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = running.spawn().unwrap();
    other.wait_for(2);
    gate.open();
    let mut first = String::new();
    let mut out = BufReader::new(running.stdout.take().unwrap());
    out.read_line(&mut first).unwrap();
    assert!(first.contains("\"other\""), "{first}");
    kill_process(Pid::from_child(&running), Signal::INT).unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(130));
    gate.open();
    gate.open();
    let ended = compare(&home, &[&one, &other], &[".", "--json"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.err.contains(" taken from history"), "{ended:?}");
    assert_eq!(
        other.requests().len(),
        3,
        "only the one that was stopped goes out again"
    );
}

#[test]
fn a_model_that_fails_is_shown_and_counted_and_the_others_go_on() {
    let (home, good) = (home(), captioner("good"));
    let bad = Server::start(|_| Answer::json(400, r#"{"error":"no such picture"}"#));
    let ended = compare(&home, &[&good, &bad], &[".", "--json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let objects = ended.objects();
    assert_eq!(objects[0]["captions"][1]["outcome"], "failed");
    let standings = &objects[2]["standings"];
    assert_eq!(
        (&standings[0]["failures"], &standings[1]["failures"]),
        (&0.into(), &2.into())
    );
    let ended = compare(&home, &[&bad], &["red.png", "-m", "builtin/describe"]);
    assert!(ended.out.contains("(failed)"), "{ended:?}");
    assert!(ended.failed(1).contains("no such picture"));
}

#[test]
fn where_all_fail_the_exit_code_says_so() {
    let home = home();
    let bad = || Server::start(|_| Answer::json(400, r#"{"error":"no"}"#));
    let ended = compare(&home, &[&bad(), &bad()], &["red.png", "--report", "r.md"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        fs::read_to_string(home.path("pictures/r.md"))
            .unwrap()
            .contains('✗')
    );
}

#[test]
fn a_picture_that_is_gone_fails_alone() {
    let (home, one) = (home(), captioner("one"));
    let ended = compare(
        &home,
        &[&one],
        &["red.png", "gone.png", "-m", "builtin/describe"],
    );
    assert!(ended.out.contains("red.png"), "{ended:?}");
    assert!(ended.failed(1).contains("gone.png is not there"));
}

#[test]
fn who_cannot_be_compared_is_refused_before_anything_is_sent() {
    let home = home();
    home.config("[presets.short]\nprompt = \"Short.\"\n[presets.long]\nprompt = \"Long.\"\n");
    let refused = |words: &[&str]| {
        let words = [&["compare", "red.png"], words].concat();
        home.run(&words).failed(2)
    };
    for (words, says) in [
        (&["-m", "a/b"][..], "a comparison takes two"),
        (
            &["-m", "a/b", "-m", "a/b"],
            "a/b is named twice, and would be compared with itself",
        ),
        (
            &[
                "-m",
                "builtin/describe",
                "--preset",
                "short",
                "--preset",
                "long",
            ],
            "builtin/describe (short) and builtin/describe (long) would be asked the very same",
        ),
        (
            &["-m", "a/b", "--preset", "short", "--preset", "short"],
            "`short` is named twice",
        ),
        (
            &["-m", "a/b", "--preset", "short", "--preset", "tall"],
            "there are: long, short",
        ),
        (
            &[
                "-m", "a/b", "-m", "a/c", "-m", "a/d", "-m", "a/e", "--preset", "short",
                "--preset", "long",
            ],
            "4 times 2 are 8, and at most 6 can be compared",
        ),
        (
            &["-m", "a/b", "-m", "endpoint:lab"],
            "no endpoint is called `lab`",
        ),
    ] {
        let err = refused(words);
        assert!(err.contains(says), "{words:?}: {err}");
    }
}

#[test]
fn presets_of_one_model_are_compared() {
    let home = home();
    let router = Server::start(|request| {
        if request.path == "/v1/models" {
            return Answer::tape("example_router_v1_models_200");
        }
        let body = request.json();
        let messages = body["messages"].as_array().unwrap();
        let prompt = &messages.last().unwrap()["content"][0]["text"];
        Answer::stream([
            format!("data: {{\"choices\":[{{\"delta\":{{\"content\":{prompt}}}}}]}}\n\n"),
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n".to_owned(),
            "data: [DONE]\n\n".to_owned(),
        ])
    });
    home.config("[presets.short]\nprompt = \"Short.\"\n[presets.long]\nprompt = \"Long.\"\n");
    let run = |words: &[&str]| {
        let model = [
            "compare",
            "red.png",
            "-m",
            "Qwen/Qwen3.8-27B",
            "--preset",
            "short",
        ];
        let mut command = home.command(&[&model, words].concat());
        command.env("HF_TOKEN", "hf_abcdefghijklmnopqrst");
        command.env("BLIPBOARD_ROUTER_URL", format!("{}/v1", router.url()));
        Ended::from(command.output().unwrap())
    };
    let asks = run(&["--preset", "long"]).failed(2);
    assert!(asks.contains("this would send 2 requests"), "{asks}");
    let [picture, standings] = run(&["--preset", "long", "--yes", "--json"])
        .objects()
        .try_into()
        .unwrap();
    let captions = &picture["captions"];
    assert_eq!(
        (&captions[0]["preset"], &captions[0]["caption"]),
        (&"short".into(), &"Short.".into())
    );
    assert_eq!(
        (&captions[1]["preset"], &captions[1]["caption"]),
        (&"long".into(), &"Long.".into())
    );
    assert_eq!(standings["standings"][1]["preset"], "long");
}

#[test]
fn a_report_is_written_by_its_ending_and_never_over_another() {
    let (home, one) = (home(), captioner("a <b>red</b> | dot"));
    let report = |name: &str, more: &[&str]| {
        let words = ["red.png", "-m", "builtin/describe", "--report", name];
        compare(&home, &[&one], &[&words, more].concat())
    };
    for (name, holds) in [
        ("r.html", "a &lt;b&gt;red&lt;/b&gt; | dot"),
        ("r.md", "a \\<b\\>red\\</b\\> \\| dot"),
        ("r.csv", ",a <b>red</b> | dot,"),
        ("r.json", "\"a <b>red</b> | dot\""),
    ] {
        let ended = report(name, &[]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(
            ended.err.ends_with(&format!("the report is in {name}\n")),
            "{ended:?}"
        );
        let text = fs::read_to_string(home.path("pictures").join(name)).unwrap();
        assert!(text.contains(holds), "{text}");
    }
    let html = fs::read_to_string(home.path("pictures/r.html")).unwrap();
    assert!(html.contains("src=\"data:image/jpeg;base64,"), "{html}");
    let before = one.requests().len();
    assert!(
        report("r.html", &[])
            .failed(2)
            .contains("r.html is there already")
    );
    assert!(
        report("r.doc", &[])
            .failed(2)
            .contains("r.doc names no format of a report")
    );
    assert!(
        report("no/r.md", &[])
            .failed(2)
            .contains("no/r.md cannot be written")
    );
    assert_eq!(one.requests().len(), before);
    let place = home.path("pictures/r.md");
    fs::set_permissions(&place, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(report("r.md", &["--force"]).code, Some(0));
    assert_eq!(
        fs::metadata(&place).unwrap().permissions().mode() & 0o777,
        0o640
    );
    let names = fs::read_dir(home.path("pictures")).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 6, "nothing is left beside: {names:?}");
}

#[test]
fn standings_say_where_there_are_none() {
    let home = home();
    let err = home.run(&["standings"]).failed(2);
    assert!(err.contains("there are no verdicts yet"), "{err}");
    let object = home.run(&["standings", "--json"]).ok();
    let object: Value = serde_json::from_str(&object).unwrap();
    assert_eq!(object["verdicts"], 0);
}

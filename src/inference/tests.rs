use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::*;
use crate::domain::endpoint::Endpoint;
use crate::domain::image::{Format, ImageFacts, ImageId, ImageRef, Pixels, Size, Upload};
use crate::domain::model::Protocol;
use crate::domain::problem::Problem;
use crate::domain::request::{Parameters, Prompt, UploadSpec};
use crate::domain::token::Token;
use crate::http::server::{Answer as Page, Server};

fn prepared(form: Form) -> Prepared {
    Prepared {
        id: ImageId([0; 32]),
        facts: ImageFacts {
            format: Format::Png,
            size: SIZE,
            bytes: 1,
            animated: false,
            taken: None,
            camera: None,
        },
        form,
    }
}

const SIZE: Size = Size {
    width: 2,
    height: 1,
};

fn pixels() -> Prepared {
    let white = Pixels::new(SIZE, vec![255; 8]).unwrap();
    prepared(Form::Pixels(Arc::new(white)))
}

/// What goes out of a picture.
pub(super) fn upload() -> Prepared {
    prepared(Form::Upload(Upload {
        bytes: Bytes::from_static(b"\xff\xd8\xff a cat"),
        format: Format::Jpeg,
        size: SIZE,
    }))
}

pub(super) fn request(model: &str) -> CaptionRequest {
    CaptionRequest {
        image: ImageRef::new("/photos/cat.png"),
        model: model.parse().unwrap(),
        served: None,
        prompt: Prompt {
            text: "Describe this image.".to_owned(),
            system: None,
        },
        parameters: Parameters::default(),
        upload: UploadSpec::Nothing,
    }
}

pub(super) fn url(written: &str) -> Url {
    written.parse().unwrap()
}

/// The router, `endpoint:chat` and `endpoint:blip`, all of them at `server`.
pub(super) fn wire(server: &str) -> Wire {
    let router = url(&format!("{server}/v1"));
    let endpoint = |path: &str, protocol| Endpoint {
        url: url(&format!("{server}{path}")),
        protocol,
        model: None,
        token: None,
    };
    let endpoints = [
        ("chat", endpoint("", Protocol::Chat)),
        ("blip", endpoint("/blip", Protocol::ImageToText)),
    ];
    Wire::lay(WireSettings {
        hub: router.clone(),
        service: router.clone(),
        router,
        token: Ok(Token::read("hf_abcdefghijklmnop").unwrap()),
        offline: false,
        bill_to: None,
        endpoints: endpoints.map(|(name, end)| (name.to_owned(), end)).into(),
        rented: Vec::new(),
        silence: Duration::from_mins(1),
        proxies: BTreeMap::new(),
    })
}

/// What came of a request, and what was heard meanwhile of caption and thinking.
pub(super) struct Told {
    pub(super) answer: Result<Answer, InferenceError>,
    /// What the error holds of the answer.
    pub(super) partial: Answer,
    pub(super) caption: String,
    pub(super) thinking: String,
}

impl Told {
    /// The error as a person reads it.
    #[track_caller]
    pub(super) fn error(&self) -> (&'static str, String) {
        let error = self.answer.as_ref().unwrap_err();
        let sentence = Problem::from_error(error).sentence();
        (error.kind(), sentence.raw().to_owned())
    }
}

pub(super) async fn ask(wire: &Wire, request: &CaptionRequest) -> Told {
    let heard = Mutex::new((String::new(), String::new()));
    let on = |progress: Progress| match progress {
        Progress::Answer(text) => heard.lock().unwrap().0.push_str(text.raw()),
        Progress::Thinking(text) => heard.lock().unwrap().1.push_str(text.raw()),
        other => panic!("{other:?}"),
    };
    let captioner = wire.captioner(&request.model).unwrap();
    let answer = captioner.caption(&upload(), request, &on).await;
    let (caption, thinking) = heard.into_inner().unwrap();
    let mut partial = Answer::default();
    let answer = answer.map_err(|unanswered| {
        partial = *unanswered.partial;
        unanswered.error
    });
    Told {
        answer,
        partial,
        caption,
        thinking,
    }
}

/// Asks a server whose every answer is `page`.
pub(super) async fn ask_page(model: &str, page: Page) -> Told {
    let server = Server::start(move |_| page.clone());
    ask(&wire(&server.url()), &request(model)).await
}

#[tokio::test]
async fn describe_answers_with_a_caption_and_tells_it_as_progress() {
    let request = request("builtin/describe");
    let heard = Mutex::new(Vec::new());
    let on = |progress| heard.lock().unwrap().push(progress);
    let answer = Captioner::Describe
        .caption(&pixels(), &request, &on)
        .await
        .unwrap();
    let expected = "A wide picture of one plain colour: white. 2×1 pixels.";
    assert_eq!(answer.caption.raw(), expected);
    assert_eq!(
        *heard.lock().unwrap(),
        [Progress::Answer(Foreign::new(expected))]
    );
}

#[tokio::test]
async fn a_script_tells_waits_and_fails_as_a_test_wants() {
    let gate = Arc::new(tokio::sync::Notify::new());
    let waiting = Arc::clone(&gate);
    let captioner = Captioner::scripted(move |request, on| {
        let gate = Arc::clone(&waiting);
        Box::pin(async move {
            on(Progress::Answer(Foreign::new("half a")));
            gate.notified().await;
            Err(InferenceError::NotServed(request.model.clone()))
        })
    });
    let request = request("org/name");
    let heard = Mutex::new(Vec::new());
    let on = |progress| {
        heard.lock().unwrap().push(progress);
        gate.notify_one();
    };
    let error = captioner.caption(&pixels(), &request, &on).await;
    assert_eq!(error.unwrap_err().error.kind(), "not-served");
    assert_eq!(heard.lock().unwrap().len(), 1);
}

/// The names of all recordings that begin with one of these words.
fn tapes(words: &[&str]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tapes");
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .filter(|name| words.iter().any(|word| name.starts_with(word)))
        .collect();
    names.sort();
    names
}

/// The answer as a reader of the table sees it.
fn row(told: &Told, host: &str) -> String {
    let text = |text: &Option<Foreign>| text.as_ref().map_or("-".to_owned(), |text| text.shown(80));
    let mut row = String::new();
    match &told.answer {
        Ok(answer) => {
            let long =
                |text: &Foreign| format!("{} letters: {}", text.raw().len(), text.shown(100));
            writeln!(row, "  caption   {}", long(&answer.caption)).unwrap();
            if !answer.thinking.is_blank() {
                writeln!(row, "  thinking  {}", long(&answer.thinking)).unwrap();
            }
            let usage = answer
                .usage
                .map(|usage| format!("{} + {}", usage.prompt, usage.completion));
            let usage = usage.as_deref().unwrap_or("-");
            let (why, id) = (text(&answer.finish_reason), text(&answer.request_id));
            writeln!(row, "  finish {why} · usage {usage} · id {id}").unwrap();
        }
        Err(error) => {
            let problem = error.problem();
            let headline = problem.headline.raw();
            writeln!(row, "  {}: {headline}", error.kind()).unwrap();
            for cause in &problem.causes {
                writeln!(row, "  because {}", cause.raw()).unwrap();
            }
            if let Some(hint) = &problem.hint {
                writeln!(row, "  next    {}", hint.raw()).unwrap();
            }
            let retry = error.retry().map(|retry| format!("{retry:?}"));
            let retry = retry.as_deref().unwrap_or("never");
            let billed = if error.may_be_billed() {
                " · may be billed"
            } else {
                ""
            };
            writeln!(row, "  again {retry}{billed}").unwrap();
        }
    }
    row.replace(host, "HOST")
}

#[tokio::test]
async fn every_recorded_answer_is_understood() {
    let server = Server::start(|request| Page::tape(request.path.split_once('?').unwrap().1));
    let host = server.url().replace("http://", "");
    let mut wire = wire(&server.url());
    let mut table = String::new();
    let mut at_the_router = BTreeMap::new();
    for (words, model) in [
        (
            &["chat_", "stream_", "err_", "reported_", "hub_401_"][..],
            "org/name",
        ),
        (&["itt_"], "endpoint:blip"),
        (&["err_", "reported_"], "endpoint:chat"),
    ] {
        writeln!(table, "asked as {model}\n").unwrap();
        for name in tapes(words) {
            wire.router.set_query(Some(&name));
            for endpoint in wire.endpoints.values_mut() {
                endpoint.url.set_query(Some(&name));
            }
            let told = ask(&wire, &request(model)).await;
            if let Ok(answer) = &told.answer {
                assert_eq!(told.caption.trim(), answer.caption.raw(), "{name}");
                assert_eq!(told.thinking.trim(), answer.thinking.raw(), "{name}");
            }
            let row = row(&told, &host);
            if at_the_router.get(&name) != Some(&row) {
                writeln!(table, "{name}\n{row}").unwrap();
            }
            at_the_router.entry(name).or_insert(row);
        }
    }
    insta::assert_snapshot!("tapes", table);
}

#[tokio::test]
async fn a_recorded_stream_that_comes_byte_by_byte_says_the_same() {
    let server = Server::start(|request| {
        let query = request.path.split_once('?').unwrap().1;
        match query.strip_prefix("slowly-") {
            Some(name) => Page::tape(name).dripping().every(Duration::ZERO),
            None => Page::tape(query),
        }
    });
    let (mut wire, request) = (wire(&server.url()), request("org/name"));
    for name in tapes(&["chat_stream_"]) {
        wire.router.set_query(Some(&name));
        let whole = ask(&wire, &request).await;
        wire.router.set_query(Some(&format!("slowly-{name}")));
        let slow = ask(&wire, &request).await;
        let told = |answer: Result<Answer, InferenceError>| {
            answer.map_err(|error| Problem::from_error(&error).sentence())
        };
        assert_eq!(told(whole.answer), told(slow.answer), "{name}");
        assert_eq!(whole.partial, slow.partial, "{name}");
        assert_eq!(
            (whole.caption, whole.thinking),
            (slow.caption, slow.thinking),
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_the_network_says_is_passed_on() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let told = ask(
        &wire(&format!("http://{closed}")),
        &request("endpoint:blip"),
    )
    .await;
    assert_eq!(told.error().0, "connection");
    let error = told.answer.unwrap_err();
    assert!(error.retry().is_some() && !error.may_be_billed());

    let server = Server::start(|_| Page::redirect(307, "https://example.org/blip"));
    let told = ask(&wire(&server.url()), &request("endpoint:blip")).await;
    let (kind, sentence) = told.error();
    assert_eq!(kind, "redirected");
    assert!(sentence.contains("https://example.org/blip"), "{sentence}");
    assert_eq!(server.requests().len(), 1);
}

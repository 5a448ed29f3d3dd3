use super::super::tests::{ask, request, url, wire};
use super::*;
use crate::domain::problem::Problem;
use crate::domain::run::Wait;
use crate::http::server::{Answer, Server as HttpServer};

const HERE: &str = "http://127.0.0.1:1";

#[track_caller]
fn refuses(wire: &Wire, model: &str, kind: &str, sentence: &str) {
    let error = wire.captioner(&request(model).model).unwrap_err();
    let shown = Problem::from_error(&error).sentence();
    let shown = format!("{} / {}", shown.raw(), error.hint().unwrap_or_default());
    assert!(shown.contains(sentence), "{model}: {shown}");
    assert_eq!(error.kind(), kind, "{model}");
    assert!(error.retry().is_none() && !error.may_be_billed(), "{model}");
}

#[test]
fn each_model_is_spoken_to_in_its_protocol() {
    let wire = wire(HERE);
    for (model, expected) in [
        ("builtin/describe", Protocol::Here),
        ("org/name", Protocol::Chat),
        ("org/name:cheapest", Protocol::Chat),
        ("endpoint:chat", Protocol::Chat),
        ("endpoint:blip", Protocol::ImageToText),
        ("https://example.org/", Protocol::ImageToText),
        ("https://example.org/v1/chat/completions/", Protocol::Chat),
    ] {
        let model = request(model).model;
        assert_eq!(wire.protocol(&model), expected, "{model:?}");
        let captioner = wire.captioner(&model).unwrap();
        let is_right = match captioner {
            Captioner::Describe => expected == Protocol::Here,
            Captioner::Chat(_) => expected == Protocol::Chat,
            Captioner::ImageToText(_) => expected == Protocol::ImageToText,
            Captioner::Scripted(_) => false,
        };
        assert!(is_right, "{model:?}: {captioner:?}");
    }
}

#[test]
fn the_host_is_told_with_a_port_that_is_not_the_usual_one() {
    let wire = wire(HERE);
    for (model, expected) in [
        ("builtin/describe", None),
        ("org/name", Some("127.0.0.1:1")),
        ("endpoint:blip", Some("127.0.0.1:1")),
        ("endpoint:nobody", None),
        ("https://example.org:443/blip", Some("example.org")),
        ("http://example.org:8080", Some("example.org:8080")),
        ("http://[::1]:8080", Some("[::1]:8080")),
        ("https://[", None),
    ] {
        let model = request(model).model;
        assert_eq!(wire.host(&model).as_deref(), expected, "{model:?}");
    }
}

#[test]
fn who_is_reached_in_the_clear_is_another_receiver() {
    let wire = wire(HERE);
    for (model, expected) in [
        ("builtin/describe", None),
        ("org/name", Some("127.0.0.1:1")),
        ("https://lab.example/blip", Some("lab.example")),
        ("http://lab.example/blip", Some("http://lab.example")),
        ("http://10.0.0.7:8000", Some("http://10.0.0.7:8000")),
        ("http://localhost:8000", Some("localhost:8000")),
    ] {
        let model = request(model).model;
        assert_eq!(wire.receiver(&model).as_deref(), expected, "{model:?}");
    }
}

#[test]
fn what_cannot_be_asked_is_told_with_the_next_step() {
    let wire = wire(HERE);
    refuses(
        &wire,
        "endpoint:nobody",
        "unknown-endpoint",
        "[endpoints.nobody] in the configuration / add the table",
    );
    refuses(
        &wire,
        "http://[::1",
        "wrong-address",
        "http://[::1 is no address: invalid IPv6 address",
    );
    let old = "https://api-inference.huggingface.co/models/Salesforce/blip-image-captioning-base";
    refuses(&wire, old, "gone", "was switched off / choose a model");
}

#[test]
fn why_there_is_no_token_is_told_to_whom_it_would_let_in() {
    let mut wire = wire(HERE);
    let table = wire.endpoints.get_mut("chat").unwrap();
    table.token = Some(TokenSource::HuggingFace);
    let table = wire.endpoints.get_mut("blip").unwrap();
    table.token = Some(TokenSource::Environment {
        variable: "LAB_TOKEN".to_owned(),
        token: Err(TokenError::Empty),
    });
    for model in ["org/name", "endpoint:chat"] {
        wire.token = Err(NoToken::Missing);
        refuses(&wire, model, "no-token", "none was found / log in");
        wire.token = Err(NoToken::Unusable(Foreign::new("HF_TOKEN holds no token")));
        refuses(
            &wire,
            model,
            "bad-token",
            "HF_TOKEN holds no token / log in",
        );
    }
    let sentence = "[endpoints.blip] takes its token from LAB_TOKEN, which holds none: the token";
    refuses(&wire, "endpoint:blip", "no-token", sentence);
    assert!(
        wire.captioner(&request("https://example.org/").model)
            .is_ok()
    );
    // Whoever cannot be asked anyway needs none.
    wire.offline = true;
    refuses(&wire, "org/name", "offline", "HF_HUB_OFFLINE");
}

#[test]
fn offline_means_hugging_face_and_nobody_else() {
    let mut wire = wire("http://lab:1");
    wire.hub = url("https://hub.example.org");
    wire.router = url("https://router.example.org:444/v1");
    wire.service = url("https://service.example.org/v2");
    wire.offline = true;
    for (address, is_asked) in [
        (
            "https://router.huggingface.co/hf-inference/models/Salesforce/blip",
            false,
        ),
        ("https://huggingface.co/x", false),
        ("https://HuggingFace.co./x", false),
        ("http://cdn.huggingface.co:8080/x", false),
        ("https://hf.co/x", false),
        ("https://api.endpoints.huggingface.cloud/v2", false),
        ("https://hub.example.org/x", false),
        ("https://router.example.org:444/x", false),
        ("https://service.example.org/x", false),
        ("https://router.example.org/x", true),
        ("https://a.b.aws.endpoints.huggingface.cloud", true),
        ("https://nothuggingface.co", true),
        ("https://huggingface.co.example.org", true),
        ("http://127.0.0.1:1/", true),
    ] {
        wire.endpoints.get_mut("blip").unwrap().url = url(address);
        for model in ["endpoint:blip", address] {
            if is_asked {
                assert!(wire.captioner(&request(model).model).is_ok(), "{model}");
            } else {
                refuses(&wire, model, "offline", "HF_HUB_OFFLINE");
            }
        }
    }
    refuses(&wire, "org/name", "offline", "HF_HUB_OFFLINE");
    assert!(wire.captioner(&request("endpoint:chat").model).is_ok());
}

/// A rented endpoint `NAME` of the wire, as it was last seen.
fn rent(wire: &mut Wire, name: &str, address: &str, state: RentedState) {
    let rented = Rented {
        owner: "anna".to_owned(),
        name: name.to_owned(),
        url: Some(url(address)),
        state,
        message: None,
        model: None,
        task: None,
        machine: None,
    };
    let endpoint = Endpoint {
        token: None,
        ..rented.endpoint().unwrap()
    };
    wire.endpoints.insert(name.to_owned(), endpoint);
    wire.rented.insert(name.to_owned(), rented);
}

#[test]
fn the_proxy_before_an_endpoint_holds_a_request_a_little_shorter_than_we_wait() {
    let cloud = "https://a.us-east-1.aws.endpoints.huggingface.cloud/";
    let held = |silence: u64, address: &str| {
        let mut wire = wire(HERE);
        wire.silence = Duration::from_secs(silence);
        let asked = || Ok(Auth::None);
        let server = wire.server(url(address), asked, Asked::Address, None);
        let headers = server.unwrap().headers;
        let mut held = headers.into_iter();
        held.find_map(|(name, value)| (name == "x-scale-up-timeout").then_some(value))
    };
    for (silence, expected) in [(1, "1"), (10, "1"), (40, "30"), (70, "60"), (3600, "60")] {
        assert_eq!(held(silence, cloud).as_deref(), Some(expected), "{silence}");
    }
    for other in [
        "https://example.org/",
        "https://router.huggingface.co/v1",
        "https://endpoints.huggingface.cloud.example.org/",
    ] {
        assert_eq!(held(40, other), None, "{other}");
    }
}

#[tokio::test]
async fn what_sleeps_is_waited_for_and_what_fails_awake_is_not() {
    for (state, status, wakes) in [
        (RentedState::ScaledToZero, 503, true),
        (RentedState::ScaledToZero, 502, true),
        (RentedState::Starting, 500, true),
        (RentedState::Running, 503, true),
        (RentedState::Running, 502, false),
        (RentedState::Running, 500, false),
        (RentedState::ScaledToZero, 400, false),
    ] {
        let answer = Answer::text(status, "").header("Retry-After", "7");
        let server = HttpServer::start(move |_| answer.clone());
        let mut wire = wire(&server.url());
        rent(&mut wire, "bed", &server.url(), state.clone());
        let told = ask(&wire, &request("endpoint:bed")).await;
        let error = told.answer.unwrap_err();
        let retry = error.retry().filter(|retry| retry.why == Wait::WakingUp);
        assert_eq!(retry.is_some(), wakes, "{state:?} {status}");
        assert_eq!(error.kind() == "asleep", wakes);
        assert!(!error.may_be_billed());
        let wait = retry.and_then(|retry| retry.after);
        let named = wakes && status != 500;
        assert_eq!(wait, named.then_some(Duration::from_secs(7)), "{status}");
    }
}

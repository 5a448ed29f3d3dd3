use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::endpoint::Endpoint;
use crate::domain::image::ImageRef;
use crate::domain::model::{Price, Protocol};
use crate::domain::request::{CaptionRequest, Terms, UploadSpec};
use crate::domain::run::{Outcome, Run};
use crate::engine::EngineSettings;
use crate::http::server::{Answer, Gate, Request, Server};

const TOKEN: &str = "hf_abcdefghijklmnop";
const SECRET: &str = "sk-nobody-may-see-this";

/// Hugging Face, the service and an endpoint in one: anna and lab rent `blip`, and anna besides one
/// endpoint in each state.
fn service() -> Server {
    Server::start(|request: &Request| {
        let own = format!("http://{}/blip", request.header("host").unwrap());
        let endpoint = |name: &str, state: &str, url: Option<&str>| {
            json!({
                "name": name,
                "provider": {"vendor": "aws", "region": "us-east-1"},
                "model": {"repository": "org/blip", "task": "image-to-text",
                    "secrets": {"KEY": SECRET}},
                "status": {"state": state, "url": url}
            })
        };
        let answer = match request.path.as_str() {
            "/api/whoami-v2" => json!({"name": "anna", "orgs": [{"name": "lab"}]}),
            "/v2/endpoint/anna" => json!({"items": [
                endpoint("blip", "running", Some(&own)),
                endpoint("mine", "running", Some(&own)),
                endpoint("sleeps", "scaledToZero", Some(&own)),
                endpoint("rests", "paused", Some(&own)),
                endpoint("broke", "failed", None),
                endpoint("begins", "initializing", None),
                endpoint("clear", "running", Some("http://example.org/")),
            ]}),
            "/v2/endpoint/lab" => json!({"items": [endpoint("blip", "running", Some(&own))]}),
            _ => json!([{"generated_text": "a cat"}]),
        };
        Answer::json(200, answer.to_string())
    })
}

fn engine(home: &TempDir, server: &Server, token: Option<&str>) -> Engine {
    let mut settings = EngineSettings::offline();
    let url: url::Url = server.url().parse().unwrap();
    settings.network.service = url.join("/v2").unwrap();
    settings.network.hub = url;
    settings.network.offline = false;
    let token = token.map(|token| ("HF_TOKEN", Token::read(token)));
    settings.network.token.variables = token.into_iter().collect();
    settings.cache = home.path().join("cache");
    let own = Endpoint {
        url: "http://127.0.0.1:1/".parse().unwrap(),
        protocol: Protocol::Chat,
        model: None,
        token: None,
    };
    settings.network.endpoints.insert("mine".to_owned(), own);
    Engine::open(home.path(), settings).unwrap().0
}

async fn caption(home: &TempDir, engine: &Engine, model: &str) -> Run {
    let path = home.path().join("cat.png");
    image::RgbImage::new(4, 3).save(&path).unwrap();
    let model = model.parse().unwrap();
    let terms = Terms {
        upload: UploadSpec::Original,
        ..Terms::default()
    };
    let request = CaptionRequest::new(ImageRef::new(path), model, &terms);
    let run = engine.caption(request, None, CancellationToken::new(), &|_| {});
    run.await.unwrap()
}

fn paths(server: &Server) -> Vec<String> {
    let requests = server.requests().into_iter();
    requests.map(|request| request.path).collect()
}

#[tokio::test]
async fn what_is_rented_can_be_asked_by_name_with_the_token() {
    let (home, server) = (TempDir::new().unwrap(), service());
    let engine = engine(&home, &server, Some(TOKEN));
    let rented = engine.rented().await.unwrap();
    assert!(!format!("{rented:?}").contains(SECRET));
    let names: Vec<_> = rented
        .iter()
        .map(|one| engine.rented_model(one).unwrap().name().raw().to_owned())
        .collect();
    let whole = |name: &&String| name.contains('.');
    let whole: Vec<_> = names.iter().filter(whole).collect();
    let expected = [
        "endpoint:anna.blip",
        "endpoint:anna.mine",
        "endpoint:lab.blip",
    ];
    assert_eq!(whole, expected);
    let card = engine.card(&"endpoint:anna.blip".parse().unwrap());
    assert_eq!(card.about.raw(), "org/blip · running · aws us-east-1");
    assert_eq!(card.price, Price::Own);
    let run = caption(&home, &engine, "endpoint:sleeps").await;
    assert_eq!(run.caption.raw(), "a cat");
    let request = server.requests().pop().unwrap();
    assert_eq!(request.path, "/blip");
    let bearer = format!("Bearer {TOKEN}");
    assert_eq!(request.header("authorization"), Some(bearer.as_str()));
    assert_eq!(request.header("x-scale-up-timeout"), Some("50"));
    let listed = engine.models();
    let listed = listed
        .iter()
        .filter(|card| card.model.name().raw().ends_with("mine"));
    assert_eq!(listed.count(), 2);
}

#[tokio::test]
async fn the_service_is_asked_once_a_minute() {
    let (home, server) = (TempDir::new().unwrap(), service());
    let engine = engine(&home, &server, Some(TOKEN));
    let first = engine.rented().await.unwrap();
    let again = engine.rented().await.unwrap();
    assert_eq!(again.len(), first.len());
    let mut asked = paths(&server);
    asked.sort();
    let once = ["/api/whoami-v2", "/v2/endpoint/anna", "/v2/endpoint/lab"];
    assert_eq!(asked, once);
}

#[tokio::test]
async fn without_a_token_there_is_nothing_and_nobody_is_asked() {
    let (home, server) = (TempDir::new().unwrap(), service());
    let engine = engine(&home, &server, None);
    assert_eq!(engine.rented().await.unwrap(), []);
    let run = caption(&home, &engine, "endpoint:blip").await;
    assert_eq!(run.failure.unwrap().kind, "unknown-endpoint");
    assert_eq!(paths(&server), [""; 0]);
}

#[tokio::test]
async fn a_remembered_name_is_looked_up_once_before_it_is_called_unknown() {
    let (home, server) = (TempDir::new().unwrap(), service());
    let engine = engine(&home, &server, Some(TOKEN));
    assert!(
        engine
            .why_not(&"endpoint:sleeps".parse().unwrap())
            .is_some()
    );
    let run = caption(&home, &engine, "endpoint:sleeps").await;
    assert_eq!(run.outcome, Outcome::Captioned);
    let before = paths(&server).len();
    for _ in 0..2 {
        let run = caption(&home, &engine, "endpoint:nobody").await;
        assert_eq!(run.failure.unwrap().kind, "unknown-endpoint");
    }
    assert_eq!(paths(&server).len(), before);
}

#[tokio::test]
async fn who_logs_in_later_has_a_remembered_name_looked_up_again() {
    let (home, server) = (TempDir::new().unwrap(), service());
    let engine = engine(&home, &server, None);
    let run = caption(&home, &engine, "endpoint:sleeps").await;
    assert_eq!(run.failure.unwrap().kind, "unknown-endpoint");
    let variables = || vec![("HF_TOKEN", Token::read(TOKEN))];
    engine
        .lay_anew(move |network| network.token.variables = variables())
        .await;
    let run = caption(&home, &engine, "endpoint:sleeps").await;
    assert_eq!(run.outcome, Outcome::Captioned);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_list_is_nobody_s_who_logged_in_meanwhile() {
    let gate = Gate::default();
    let behind = gate.clone();
    let server = Server::start(move |request: &Request| match request.path.as_str() {
        "/api/whoami-v2" => Answer::json(200, r#"{"name": "anna"}"#),
        _ => Answer::json(
            200,
            r#"{"items": [{"name": "blip", "status": {"state": "running"}}]}"#,
        )
        .behind(&behind),
    });
    let home = TempDir::new().unwrap();
    let engine = engine(&home, &server, Some(TOKEN));
    let late = tokio::spawn({
        let engine = engine.clone();
        async move { engine.rented().await }
    });
    server.wait_for(2);
    let other = Token::read("hf_0123456789abcdef");
    engine
        .lay_anew(|network| network.token.variables = vec![("HF_TOKEN", other)])
        .await;
    gate.open();
    assert_eq!(late.await.unwrap().unwrap(), []);
}

#[tokio::test]
async fn what_would_not_answer_is_refused_with_its_state_and_the_next_step() {
    let (home, server) = (TempDir::new().unwrap(), service());
    let engine = engine(&home, &server, Some(TOKEN));
    engine.rented().await.unwrap();
    let before = paths(&server).len();
    for (name, kind, said, hint) in [
        (
            "rests",
            "paused",
            "rests is paused",
            "resume it at https://endpoints",
        ),
        (
            "broke",
            "endpoint-failed",
            "broke is failed",
            "see why at https://endpoints",
        ),
        ("begins", "loading", "begins is starting", "no address yet"),
        (
            "clear",
            "token-kept",
            "does not go to example.org unencrypted",
            "",
        ),
    ] {
        let run = caption(&home, &engine, &format!("endpoint:{name}")).await;
        let failure = run.failure.unwrap();
        assert_eq!(failure.kind, kind);
        assert!(failure.message.raw().contains(said), "{failure:?}");
        let shown = failure.hint.unwrap_or_default();
        assert!(shown.raw().contains(hint), "{shown:?}");
    }
    assert_eq!(paths(&server).len(), before);
}

#[tokio::test]
async fn another_token_gets_nothing_of_what_this_one_rents() {
    let (home, server) = (TempDir::new().unwrap(), service());
    let engine = engine(&home, &server, Some(TOKEN));
    engine.rented().await.unwrap();
    assert!(
        engine
            .why_not(&"endpoint:sleeps".parse().unwrap())
            .is_none()
    );
    let other = Token::read("hf_0123456789abcdef");
    engine
        .lay_anew(|network| network.token.variables = vec![("HF_TOKEN", other)])
        .await;
    assert!(
        engine
            .why_not(&"endpoint:sleeps".parse().unwrap())
            .is_some()
    );
}

#[tokio::test]
async fn no_secret_of_an_endpoint_reaches_the_disk() {
    let (home, server) = (TempDir::new().unwrap(), service());
    let engine = engine(&home, &server, Some(TOKEN));
    engine.rented().await.unwrap();
    caption(&home, &engine, "endpoint:sleeps").await;
    drop(engine);
    let mut folders = vec![home.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            for secret in [SECRET, TOKEN] {
                let mut windows = bytes.windows(secret.len());
                assert!(
                    windows.all(|window| window != secret.as_bytes()),
                    "{path:?}"
                );
            }
        }
    }
}

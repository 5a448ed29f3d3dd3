use serde_json::json;

use super::*;
use crate::domain::account::Organisation;
use crate::domain::model::Protocol;
use crate::domain::text::Foreign;
use crate::http::server::{Answer, Server};
use crate::http::{HttpSettings, Trusted};

const SECRET: &str = "sk-nobody-may-see-this";

/// Somebody who belongs to these organisations.
fn account(organisations: &[&str]) -> Account {
    let organisation = |name: &&str| Organisation {
        name: (*name).to_owned(),
        ..Organisation::default()
    };
    Account {
        name: Foreign::new("anna"),
        organisations: organisations.iter().map(organisation).collect(),
        ..Account::default()
    }
}

async fn ask(server: &Server, account: &Account) -> Result<Vec<Rented>, HubError> {
    let service: Url = format!("{}/v2", server.url()).parse().unwrap();
    let http = Http::new(HttpSettings {
        trusted: Trusted::with([&service]),
        ..HttpSettings::default()
    });
    let token = Token::read("hf_abcdefghijklmnop").unwrap();
    list(&http, &service, &token, account).await
}

async fn told(items: Value) -> Vec<Rented> {
    let body = json!({ "items": items }).to_string();
    let server = Server::start(move |_| Answer::json(200, body.clone()));
    ask(&server, &account(&[])).await.unwrap()
}

#[tokio::test]
async fn the_recorded_list_tells_states_machines_and_addresses() {
    let server = Server::start(|_| Answer::tape("example_endpoints_list"));
    let rented = ask(&server, &account(&[])).await.unwrap();
    let states: Vec<_> = rented.iter().map(|one| one.state.clone()).collect();
    let expected = [
        RentedState::Running,
        RentedState::Starting,
        RentedState::Updating,
        RentedState::Failed,
    ];
    assert_eq!(states, expected);
    let running = &rented[0];
    assert_eq!(running.owner, "anna");
    assert_eq!(running.name, "my-endpoint-name");
    assert_eq!(running.model.as_deref(), Some("gpt2"));
    assert_eq!(running.message.as_deref(), Some("Endpoint is ready"));
    let machine = running.machine.as_deref();
    assert_eq!(machine, Some("aws us-east-1, intel-icl x2"));
    let url = running.url.as_ref().unwrap();
    assert!(url.as_str().ends_with(".aws.endpoints.huggingface.cloud/"));
    assert_eq!(rented[1].url, None);
    let request = server.requests().pop().unwrap();
    assert_eq!(request.path, "/v2/endpoint/anna");
    let shown = request.header("authorization");
    assert_eq!(shown, Some("Bearer hf_abcdefghijklmnop"));
}

#[tokio::test]
async fn every_state_has_words_and_an_unknown_one_is_told_as_it_came() {
    for (word, said) in [
        ("pending", "starting"),
        ("initializing", "starting"),
        ("updating", "updating"),
        ("updateFailed", "failed"),
        ("running", "running"),
        ("paused", "paused"),
        ("failed", "failed"),
        ("scaledToZero", "asleep, wakes up when asked"),
        ("dreaming", "dreaming"),
    ] {
        let one = told(json!([{"name": "one", "status": {"state": word}}])).await;
        assert_eq!(one[0].state.said(), said);
    }
}

#[tokio::test]
async fn what_is_missing_or_strange_is_no_error() {
    let rented = told(json!([
        {"name": "bare"},
        {"name": "classic", "model": {"task": "image-to-text"}, "status": {"url": "no address"}},
        {"name": "\u{1b}[31m"}, {"model": {}}, 7
    ]))
    .await;
    let [bare, classic] = &rented[..] else {
        panic!("{rented:?}");
    };
    assert_eq!(bare.protocol(), Protocol::Chat);
    assert_eq!(classic.protocol(), Protocol::ImageToText);
    assert_eq!((&classic.url, &classic.machine), (&None, &None));
    for body in ["<html>", "[]", "{}"] {
        let server = Server::start(move |_| Answer::json(200, body));
        let error = ask(&server, &account(&[])).await.unwrap_err();
        assert!(matches!(error, HubError::Strange { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn secrets_are_not_kept() {
    let rented = told(json!([{
        "name": "one",
        "model": {"secrets": {"KEY": SECRET}, "env": {"KEY": SECRET},
            "image": {"custom": {"credentials": {"password": SECRET}}}},
        "status": {"state": "running"}
    }]))
    .await;
    assert!(!format!("{rented:?}").contains(SECRET));
}

#[tokio::test]
async fn organisations_are_asked_too_and_what_one_hides_hides_no_other() {
    let server = Server::start(|request| match request.path.as_str() {
        "/v2/endpoint/anna" => Answer::json(200, r#"{"items": [{"name": "mine"}]}"#),
        "/v2/endpoint/lab" => Answer::json(200, r#"{"items": [{"name": "ours"}]}"#),
        _ => Answer::json(403, r#"{"error": "Forbidden"}"#),
    });
    let rented = ask(&server, &account(&["lab", "secret", "no/word"])).await;
    let names: Vec<_> = rented
        .unwrap()
        .into_iter()
        .map(|one| format!("{}.{}", one.owner, one.name))
        .collect();
    assert_eq!(names, ["anna.mine", "lab.ours"]);
    assert_eq!(server.requests().len(), 3);
    let many: Vec<String> = (0..50).map(|number| format!("org{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    ask(&server, &account(&many)).await.unwrap();
    assert_eq!(server.requests().len(), 3 + 1 + MOST);
}

#[tokio::test]
async fn a_token_that_may_see_nothing_is_told() {
    let server = Server::start(|_| Answer::json(403, "{}"));
    let error = ask(&server, &account(&["lab"])).await.unwrap_err();
    assert!(matches!(error, HubError::Forbidden { .. }), "{error:?}");
    assert!(error.hint().is_some());
    let server = Server::start(|_| Answer::json(401, "{}"));
    let error = ask(&server, &account(&[])).await.unwrap_err();
    assert!(matches!(error, HubError::BadToken { .. }), "{error:?}");
}

use std::time::Duration;

use super::*;
use crate::http::server::{Answer, End, Server};
use crate::http::{HttpSettings, Trusted};

const TOKEN: &str = "hf_abcdefghijklmnop";

/// What is told of a token where Hugging Face answers so.
async fn told(answer: Answer) -> TokenState {
    let server = Server::start(move |_| answer.clone());
    let state = ask_server(&server).await;
    assert_eq!(server.requests().len(), 1);
    state
}

async fn ask_server(server: &Server) -> TokenState {
    let endpoint: Url = server.url().parse().unwrap();
    let http = Http::new(HttpSettings {
        trusted: Trusted::with([&endpoint]),
        ..HttpSettings::default()
    });
    whoami(&http, &endpoint, &Token::read(TOKEN).unwrap()).await
}

async fn told_in_json(body: &str) -> TokenState {
    told(Answer::json(200, body)).await
}

/// May the token call models, where its `accessToken` is this?
async fn infers(token: &str) -> Option<bool> {
    let body = format!(r#"{{"name": "alice", "auth": {{"accessToken": {token}}}}}"#);
    match told_in_json(&body).await {
        TokenState::Good(account) => account.may_infer,
        other => panic!("{other:?}"),
    }
}

fn sentence(state: &TokenState) -> &str {
    match state {
        TokenState::Unreachable(why) => why.raw(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_token_is_shown_once_at_the_right_address() {
    let server = Server::start(|_| Answer::tape("example_whoami_v2_write_token"));
    ask_server(&server).await;
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].method, "GET");
    assert_eq!(requests[0].path, "/api/whoami-v2");
    let shown = requests[0].header("authorization");
    assert_eq!(shown, Some(format!("Bearer {TOKEN}").as_str()));
}

#[tokio::test]
async fn recorded_accounts_are_good() {
    for (tape, name) in [
        ("example_whoami_v2_write_token", "hub.js"),
        ("example_whoami_v2_fine_grained_token", "user"),
    ] {
        let account = Account {
            name: Foreign::new(name),
            pro: false,
            may_infer: Some(true),
            ..Account::default()
        };
        let state = told(Answer::tape(tape)).await;
        assert_eq!(state, TokenState::Good(Box::new(account)), "{tape}");
    }
}

#[tokio::test]
async fn what_a_token_may_do_follows_from_its_role_and_scopes() {
    let scoped = |entity: &str, permission: &str| {
        format!(
            r#"{{"role": "fineGrained", "fineGrained": {{"global": ["inference.serverless.write"],
            "scoped": [{{}}, {{"entity": {{"type": "{entity}"}}, "permissions": ["x", "{permission}"]}}]}}}}"#
        )
    };
    for (token, expected) in [
        (r#"{"role": "write"}"#, Some(true)),
        (r#"{"role": "god"}"#, Some(true)),
        (r#"{"role": "read"}"#, None),
        (r#"{"role": "new"}"#, None),
        (r#"{"role": 7}"#, None),
        ("{}", None),
        ("null", None),
        (r#"{"role": "fineGrained"}"#, None),
        (&scoped("user", INFERENCE), Some(true)),
        (&scoped("user", "repo.write"), Some(false)),
        (&scoped("org", INFERENCE), Some(false)),
    ] {
        assert_eq!(infers(token).await, expected, "{token}");
    }
}

#[tokio::test]
async fn what_is_missing_or_new_does_not_matter() {
    let state = told_in_json(r#"{"name": "alice", "isPro": true, "orgs": 7, "new": [{}]}"#).await;
    let alice = Account {
        name: Foreign::new("alice"),
        pro: true,
        may_infer: None,
        ..Account::default()
    };
    assert_eq!(state, TokenState::Good(Box::new(alice)));
}

#[tokio::test]
async fn a_token_that_hugging_face_does_not_know_is_rejected() {
    let answer = Answer::json(401, r#"{"error": "Invalid credentials"}"#);
    assert_eq!(told(answer).await, TokenState::Rejected);
}

#[tokio::test]
async fn whoever_asked_too_often_is_told_until_when() {
    let before = Timestamp::now();
    let answer = Answer::text(429, "slow down").header("Retry-After", "60");
    let TokenState::Limited(Some(until)) = told(answer).await else {
        panic!("not limited");
    };
    let wait = Duration::try_from(until.duration_since(before)).unwrap();
    assert!((60..90).contains(&wait.as_secs()), "{wait:?}");
    let silent = told(Answer::tape("reported_429_hub_anonymous_ip")).await;
    assert_eq!(silent, TokenState::Limited(None));
}

#[tokio::test]
async fn whatever_is_no_account_is_told_in_a_sentence() {
    let stranger = " does not answer as Hugging Face does";
    let deep = "[".repeat(10_000);
    for body in [
        "<html>log in</html>",
        "[]",
        "{}",
        r#"{"name": 7}"#,
        "",
        &deep,
    ] {
        let state = told_in_json(body).await;
        assert!(sentence(&state).contains(stranger), "{state:?}");
    }
    let down = told(Answer::text(503, "down")).await;
    assert!(sentence(&down).contains("503"), "{down:?}");
    let cut = told(Answer::json(200, r#"{"name": "alice"}"#).end(End::Cut)).await;
    sentence(&cut);
    let endless = told(Answer::json(200, " ".repeat(1 << 20)).end(End::Endless)).await;
    sentence(&endless);
}

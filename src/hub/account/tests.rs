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
async fn recorded_accounts_are_read_whole() {
    let words = |words: &[&str]| words.iter().map(|word| Foreign::new(*word)).collect();
    let scope = |entity: &str, permissions: &[&str]| Scope {
        entity: Foreign::new(entity),
        permissions: words(permissions),
    };
    let foreign = |text: &str| Some(Foreign::new(text));
    let ci = Account {
        name: Foreign::new("hub.js"),
        full_name: foreign("CI bot"),
        may_infer: Some(true),
        token_name: foreign("ci-hub.js"),
        role: foreign("write"),
        billing: Billing {
            can_pay: Some(false),
            mode: foreign("postpaid"),
            period_end: None,
        },
        ..Account::default()
    };
    let user = Account {
        name: Foreign::new("user"),
        full_name: foreign("User Name"),
        may_infer: Some(true),
        token_name: foreign("my-token"),
        role: foreign("fineGrained"),
        scopes: vec![
            scope(
                "user",
                &[
                    "repo.content.read",
                    "repo.write",
                    INFERENCE,
                    "inference.endpoints.infer.write",
                ],
            ),
            scope("everything", &["discussion.write", "post.write"]),
        ],
        billing: Billing {
            can_pay: Some(false),
            mode: foreign("prepaid"),
            period_end: Timestamp::from_second(1_785_542_400).ok(),
        },
        ..Account::default()
    };
    for (tape, account) in [
        ("example_whoami_v2_write_token", ci),
        ("example_whoami_v2_fine_grained_token", user),
    ] {
        let state = told(Answer::tape(tape)).await;
        assert_eq!(state, TokenState::Good(Box::new(account)), "{tape}");
    }
}

#[tokio::test]
async fn an_organisation_is_known_in_a_scope_by_its_name_or_its_number() {
    let body = |role: &str| {
        format!(
            r#"{{"name": "alice", "orgs": [
            {{"name": "by-name", "id": "1", "plan": "team", "roleInOrg": "admin", "canPay": true}},
            {{"name": "by-id", "id": "2", "fullname": "By Id", "billingMode": "prepaid"}},
            {{"name": "other", "id": "3", "periodEnd": null, "new": 1}}, {{"id": "4"}}, 7],
            "auth": {{"accessToken": {{"role": "{role}", "fineGrained": {{"scoped": [
            {{"entity": {{"type": "org", "name": "by-name"}}, "permissions": ["{INFERENCE}"]}},
            {{"entity": {{"type": "org", "_id": "2"}}, "permissions": ["{INFERENCE}"]}},
            {{"entity": {{"type": "org", "_id": "3"}}, "permissions": ["repo.write"]}}]}}}}}}}}"#
        )
    };
    let account = async |role: &str| match told_in_json(&body(role)).await {
        TokenState::Good(account) => account,
        other => panic!("{other:?}"),
    };
    let fine = account("fineGrained").await;
    assert_eq!(fine.may_infer, Some(false));
    let may: Vec<_> = fine.organisations.iter().map(|own| own.may_infer).collect();
    assert_eq!(may, [Some(true), Some(true), Some(false)]);
    let [team, prepaid, _] = &fine.organisations[..] else {
        panic!("{fine:?}");
    };
    assert_eq!(team.plan, Some(Foreign::new("team")));
    assert_eq!(team.role, Some(Foreign::new("admin")));
    assert_eq!(team.billing.can_pay, Some(true));
    assert_eq!(prepaid.full_name, Some(Foreign::new("By Id")));
    assert_eq!(prepaid.billing.mode, Some(Foreign::new("prepaid")));
    for (role, expected) in [("write", Some(true)), ("read", None)] {
        let own = account(role).await.organisations;
        assert!(own.iter().all(|own| own.may_infer == expected), "{role}");
    }
}

#[tokio::test]
async fn when_a_token_expires_is_read_in_both_forms() {
    let expires = async |at: &str| {
        let body =
            format!(r#"{{"name": "alice", "auth": {{"type": "oauth", "expiresAt": {at}}}}}"#);
        told_in_json(&body).await
    };
    let moment = |written: &str| written.parse::<Timestamp>().unwrap();
    for (at, expected) in [
        (
            r#""2999-01-01T00:00:00.000Z""#,
            Some(moment("2999-01-01T00:00:00Z")),
        ),
        ("32472144000", Some(moment("2999-01-01T00:00:00Z"))),
        ("null", None),
        (r#""soon""#, None),
        ("1e300", None),
    ] {
        match expires(at).await {
            TokenState::Good(account) => assert_eq!(account.expires, expected, "{at}"),
            other => panic!("{other:?}"),
        }
    }
    let over = expires(r#""2020-01-01T00:00:00Z""#).await;
    assert_eq!(over, TokenState::Expired(moment("2020-01-01T00:00:00Z")));
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

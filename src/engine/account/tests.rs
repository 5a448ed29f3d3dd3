use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::account::TokenPlace;
use crate::domain::endpoint::{Endpoint, TokenSource};
use crate::domain::image::ImageRef;
use crate::domain::model::Protocol;
use crate::domain::request::{CaptionRequest, Terms, UploadSpec};
use crate::engine::EngineSettings;
use crate::http::server::{Answer, End, Gate, Request, Server};

const ANNA: &str = "hf_anna_aaaaaaaaaaaa";
const BEN: &str = "hf_oauth_ben_bbbbbbbb";

/// A person with a folder of tokens of their own.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("huggingface").join(name)
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// What came of asking `model` for a caption of some picture.
    async fn caption(&self, engine: &Engine, model: &str) -> Run {
        let picture = self.0.path().join("cat.png");
        image::RgbImage::new(4, 3).save(&picture).unwrap();
        let terms = Terms {
            upload: UploadSpec::Original,
            ..Terms::default()
        };
        let model = model.parse().unwrap();
        let request = CaptionRequest::new(ImageRef::new(picture), model, &terms);
        let run = engine.caption(request, None, CancellationToken::new(), &|_| {});
        run.await.unwrap()
    }

    /// An engine of somebody whose Hugging Face is `hub`, with this in the variable `HF_TOKEN`.
    fn engine(&self, hub: &Server, token: Option<&str>, offline: bool) -> Engine {
        let mut settings = EngineSettings::offline();
        settings.network.hub = hub.url().parse().unwrap();
        settings.network.router = format!("{}/v1", hub.url()).parse().unwrap();
        settings.network.offline = offline;
        let token = token.map(|token| ("HF_TOKEN", Token::read(token)));
        settings.network.token.variables = token.into_iter().collect();
        settings.network.token.file = Some(self.path("token"));
        Engine::open(self.0.path(), settings).unwrap().0
    }
}

/// A Hugging Face that knows two people.
fn hub() -> Server {
    Server::start(|request| match request.header("authorization") {
        Some(shown) if shown.ends_with(ANNA) => Answer::json(
            200,
            r#"{"name": "anna", "orgs": [{"name": "Lab"}],
            "auth": {"accessToken": {"displayName": "laptop", "role": "write"}}}"#,
        ),
        Some(shown) if shown.ends_with(BEN) => Answer::json(
            200,
            r#"{"name": "ben", "auth": {"expiresAt": "2999-01-01T00:00:00Z"}}"#,
        ),
        _ => Answer::json(
            401,
            r#"{"error": "Invalid credentials in Authorization header"}"#,
        ),
    })
}

fn token(secret: &str) -> Token {
    Token::read(secret).unwrap()
}

fn paths(server: &Server) -> Vec<String> {
    server
        .requests()
        .into_iter()
        .map(|seen| seen.path)
        .collect()
}

/// Whose token it is, as far as that is known.
fn name(status: &TokenStatus) -> &str {
    match &status.state {
        TokenState::Good(account) => account.name.raw(),
        other => panic!("{other:?}"),
    }
}

fn told(error: &EngineError) -> (String, String) {
    let problem = error.problem();
    let hint = problem.hint.as_ref().map_or("", |hint| hint.raw());
    (problem.sentence().raw().to_owned(), hint.to_owned())
}

#[tokio::test]
async fn whose_the_token_is_is_asked_once_and_only_where_it_may_be() {
    for (token, offline, asked) in [
        (Some("hf_abcdefghijklmnop"), false, 1),
        (None, false, 0),
        (Some("hf_abc def"), false, 0),
        (Some("sk-abcdefghijklmnop"), false, 0),
        (Some("hf_abcdefghijklmnop"), true, 0),
        (None, true, 0),
    ] {
        let hub = Server::start(|_| Answer::json(200, r#"{"name":"anna"}"#));
        let home = Home::new();
        let engine = home.engine(&hub, token, offline);
        let first = engine.check_token().await;
        assert_eq!(engine.check_token().await, first);
        assert_eq!(engine.token(), first);
        assert_eq!(
            paths(&hub),
            vec!["/api/whoami-v2"; asked],
            "{token:?} {offline}"
        );
        let is_offline = first.state == TokenState::Offline;
        assert_eq!(is_offline, offline, "{token:?}");
        let is_good = matches!(first.state, TokenState::Good(_));
        assert_eq!(is_good, asked == 1, "{first:?}");
    }
}

#[tokio::test]
async fn who_logs_in_is_known_at_once_and_after_the_next_start() {
    let (home, hub) = (Home::new(), hub());
    let engine = home.engine(&hub, None, false);
    let status = engine.log_in(token(ANNA)).await.unwrap();
    assert_eq!(name(&status), "anna");
    assert_eq!(status.place, Some(TokenPlace::File(home.path("token"))));
    assert_eq!(status.stored[0].name, "laptop");
    assert!(status.stored[0].is_active && !status.is_exposed);
    assert_eq!(home.read("token").as_deref(), Some(ANNA));
    assert_eq!(engine.check_token().await, status);
    assert_eq!(paths(&hub).len(), 1);
    drop(engine);
    let engine = home.engine(&hub, None, false);
    assert_eq!(engine.token().state, TokenState::Checking);
    assert_eq!(engine.check_token().await, status);
}

#[tokio::test]
async fn each_token_is_asked_about_once_however_often_it_is_switched_to() {
    let (home, hub) = (Home::new(), hub());
    let engine = home.engine(&hub, None, false);
    engine.log_in(token(ANNA)).await.unwrap();
    let ben = engine.log_in(token(BEN)).await.unwrap();
    assert_eq!(name(&ben), "ben");
    let names = ben.stored.iter().map(|own| own.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["laptop", "ben"]);
    assert!(ben.stored[1].expires.is_some());
    for (kept, expected) in [("laptop", "anna"), ("ben", "ben"), ("laptop", "anna")] {
        let status = engine.switch_token(kept.to_owned()).await.unwrap();
        assert_eq!(name(&status), expected);
    }
    assert_eq!(paths(&hub).len(), 2);
    drop(engine);
    let engine = home.engine(&hub, None, false);
    assert_eq!(name(&engine.check_token().await), "anna");
    let switched = engine.switch_token("ben".to_owned()).await.unwrap();
    assert_eq!((name(&switched), paths(&hub).len()), ("ben", 4));
    let unknown = engine.switch_token("nobody".to_owned()).await.unwrap_err();
    let expected = ("no token is kept as nobody", "kept are laptop, ben");
    assert_eq!(told(&unknown), (expected.0.into(), expected.1.into()));
}

#[tokio::test]
async fn a_token_that_cannot_be_vouched_for_is_not_stored() {
    let limited = Answer::text(429, "").header("RateLimit", r#""api";r=0;t=42"#);
    let old = Answer::json(200, r#"{"name": "a", "auth": {"expiresAt": 1}}"#);
    let unasked = || Answer::text(200, "");
    let wait = "nothing was stored; try again later";
    for (secret, answer, says, hints) in [
        (
            "hf_wrong",
            Answer::text(401, "no"),
            "does not know this token",
            NEW_TOKEN_PAGE,
        ),
        ("hf_a", limited, "was asked too often", "try again in 4"),
        (
            "hf_a",
            Answer::nothing(End::Cut),
            "could not be checked: ",
            wait,
        ),
        (
            "hf_a",
            Answer::text(200, "<html>"),
            "does not answer as",
            wait,
        ),
        (
            "hf_a",
            old,
            "this token expired on 1970-01-01",
            NEW_TOKEN_PAGE,
        ),
        ("api_org_a", unasked(), "of an organisation", NEW_TOKEN_PAGE),
        ("sk-a", unasked(), "begin with hf_", NEW_TOKEN_PAGE),
    ] {
        let (home, hub) = (Home::new(), Server::start(move |_| answer.clone()));
        let engine = home.engine(&hub, None, false);
        let (sentence, hint) = told(&engine.log_in(token(secret)).await.unwrap_err());
        assert!(sentence.contains(says), "{sentence}");
        assert!(hint.contains(hints), "{hint}");
        assert!(!sentence.contains(secret) || secret == "hf_a", "{sentence}");
        assert!(!home.path("").exists(), "{secret}");
        assert_eq!(engine.token().state, TokenState::Missing);
    }
    let (home, hub) = (Home::new(), hub());
    let offline = home.engine(&hub, None, true).log_in(token(ANNA)).await;
    assert!(
        told(&offline.unwrap_err())
            .0
            .ends_with("this program is offline")
    );
    assert_eq!(paths(&hub).len(), 0);
}

#[tokio::test]
async fn a_variable_hides_who_logs_in() {
    let (home, hub) = (Home::new(), hub());
    let engine = home.engine(&hub, Some(BEN), false);
    let status = engine.log_in(token(ANNA)).await.unwrap();
    assert_eq!(status.state, TokenState::Checking);
    assert_eq!(status.place, Some(TokenPlace::Variable("HF_TOKEN")));
    assert_eq!(status.hides, Some(TokenPlace::File(home.path("token"))));
    assert_eq!(name(&engine.check_token().await), "ben");
    let gone = engine.log_out(None).await.unwrap();
    assert_eq!((name(&gone), &gone.hides), ("ben", &None));
}

#[tokio::test]
async fn who_logs_out_has_no_token_and_others_keep_theirs() {
    let (home, hub) = (Home::new(), hub());
    let engine = home.engine(&hub, None, false);
    engine.log_in(token(ANNA)).await.unwrap();
    engine.log_in(token(BEN)).await.unwrap();
    let status = engine.log_out(None).await.unwrap();
    assert_eq!(status.state, TokenState::Missing);
    assert_eq!(status.stored.len(), 1);
    assert_eq!(home.read("token"), None);
    let status = engine.log_out(Some("laptop".to_owned())).await.unwrap();
    assert_eq!(status.stored.len(), 0);
    assert_eq!(home.read("stored_tokens").as_deref(), Some(""));
    assert!(engine.log_out(None).await.is_err());
}

#[tokio::test]
async fn where_nothing_can_be_written_nobody_is_logged_in() {
    let (home, hub) = (Home::new(), hub());
    fs::write(home.0.path().join("huggingface"), "no folder").unwrap();
    let engine = home.engine(&hub, None, false);
    let (sentence, _) = told(&engine.log_in(token(ANNA)).await.unwrap_err());
    assert!(sentence.contains("/huggingface/"), "{sentence}");
    let mut settings = EngineSettings::offline();
    settings.network.offline = false;
    let homeless = Engine::open(home.0.path(), settings).unwrap().0;
    let (sentence, _) = told(&homeless.log_in(token(ANNA)).await.unwrap_err());
    assert!(sentence.contains("HF_HOME"), "{sentence}");
}

#[tokio::test]
async fn who_is_billed_is_one_of_the_person_s_own_and_is_remembered() {
    let (home, hub) = (Home::new(), hub());
    let engine = home.engine(&hub, Some(ANNA), false);
    engine.check_token().await;
    let stranger = engine.bill_to(Some("else".to_owned())).await.unwrap_err();
    let expected = ("you are in no organisation called else", "yours are Lab");
    assert_eq!(told(&stranger), (expected.0.into(), expected.1.into()));
    let status = engine.bill_to(Some("lab".to_owned())).await.unwrap();
    assert_eq!(
        (name(&status), status.bill_to.as_deref()),
        ("anna", Some("Lab"))
    );
    drop(engine);
    let engine = home.engine(&hub, Some(ANNA), false);
    assert_eq!(engine.token().bill_to.as_deref(), Some("Lab"));
    assert_eq!(engine.bill_to(None).await.unwrap().bill_to, None);
    drop(engine);
    assert_eq!(home.engine(&hub, Some(ANNA), false).token().bill_to, None);
}

#[tokio::test]
async fn an_organisation_is_billed_for_the_account_that_chose_it_and_for_no_other() {
    let (home, hub) = (Home::new(), hub());
    let engine = home.engine(&hub, None, false);
    engine.log_in(token(ANNA)).await.unwrap();
    engine.bill_to(Some("Lab".to_owned())).await.unwrap();
    let ben = engine.log_in(token(BEN)).await.unwrap();
    assert_eq!((name(&ben), &ben.bill_to), ("ben", &None));
    home.caption(&engine, "a/b").await;
    let anna = engine.switch_token("laptop".to_owned()).await.unwrap();
    assert_eq!(anna.bill_to.as_deref(), Some("Lab"));
    home.caption(&engine, "a/b").await;
    let nobody = engine.log_out(None).await.unwrap();
    assert_eq!(
        (&nobody.state, nobody.bill_to),
        (&TokenState::Missing, None)
    );
    // At the next start, too, and whoever put the other token there.
    drop(engine);
    let engine = home.engine(&hub, Some(BEN), false);
    assert_eq!(engine.token().bill_to, None);
    home.caption(&engine, "a/b").await;
    let chats = hub.requests().into_iter();
    let chats = chats.filter(|seen| seen.path.ends_with("/chat/completions"));
    let billed = chats.map(|seen| seen.header("x-hf-bill-to").map(str::to_owned));
    let expected = [None, Some("Lab".to_owned()), None];
    assert_eq!(billed.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn another_token_of_the_same_account_has_the_same_organisation_billed() {
    let said = |request: &Request| match request.path.as_str() {
        "/api/whoami-v2" => Answer::json(200, r#"{"name": "anna", "orgs": [{"name": "Lab"}]}"#),
        _ => Answer::json(200, r#"{"choices": [{"message": {"content": "a cat"}}]}"#),
    };
    let (home, hub) = (Home::new(), Server::start(said));
    let whoamis = || {
        paths(&hub)
            .iter()
            .filter(|path| path.ends_with("v2"))
            .count()
    };
    let chat = async |token: &str| {
        let engine = home.engine(&hub, Some(token), false);
        home.caption(&engine, "a/b").await;
        let sent = hub.requests().pop().unwrap();
        sent.header("x-hf-bill-to").map(str::to_owned)
    };
    // While nobody chose one, nobody asks whose the token is.
    assert_eq!((chat(ANNA).await, whoamis()), (None, 0));
    let engine = home.engine(&hub, Some(ANNA), false);
    engine.check_token().await;
    engine.bill_to(Some("lab".to_owned())).await.unwrap();
    let lab = Some("Lab".to_owned());
    assert_eq!((chat(ANNA).await, whoamis()), (lab.clone(), 1));
    // A new one is asked about once, and known from then on.
    for _ in 0..2 {
        assert_eq!(
            (chat("hf_anna_2222222222").await, whoamis()),
            (lab.clone(), 2)
        );
    }
    let engine = home.engine(&hub, Some(ANNA), false);
    assert_eq!(engine.bill_to(None).await.unwrap().bill_to, None);
    assert_eq!((chat("hf_anna_2222222222").await, whoamis()), (None, 2));
}

#[tokio::test]
async fn who_is_not_known_can_have_no_organisation_billed() {
    let (home, hub) = (Home::new(), hub());
    for (secret, offline) in [(None, false), (Some(ANNA), true), (Some(ANNA), false)] {
        let engine = home.engine(&hub, secret, offline);
        let error = engine.bill_to(Some("Lab".to_owned())).await.unwrap_err();
        let (sentence, hint) = told(&error);
        assert!(sentence.contains("not known who you are"), "{sentence}");
        assert!(hint.contains("auth whoami"), "{hint}");
        assert_eq!(engine.bill_to(None).await.unwrap().bill_to, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_an_answer_about_a_token_that_is_used_no_more() {
    let gate = Gate::default();
    let behind = gate.clone();
    let hub = Server::start(move |request| {
        let is_anna = request.header("authorization").unwrap().ends_with(ANNA);
        let name = if is_anna { "anna" } else { "ben" };
        let answer = Answer::json(200, format!(r#"{{"name": "{name}"}}"#));
        if is_anna {
            answer.behind(&behind)
        } else {
            answer
        }
    });
    let home = Home::new();
    fs::create_dir(home.path("")).unwrap();
    fs::write(home.path("token"), ANNA).unwrap();
    let engine = home.engine(&hub, None, false);
    let late = tokio::spawn({
        let engine = engine.clone();
        async move { engine.check_token().await }
    });
    hub.wait_for(1);
    let gone = engine.log_out(None).await.unwrap();
    assert_eq!(gone.state, TokenState::Missing);
    gate.open();
    assert_eq!(late.await.unwrap().state, TokenState::Missing);
    assert_eq!(engine.token().state, TokenState::Missing);
}

#[tokio::test]
async fn who_was_asked_too_often_is_left_alone_until_its_time() {
    for wait in [Some("100"), None] {
        let hub = Server::start(move |_| match wait {
            Some(wait) => Answer::text(429, "").header("Retry-After", wait),
            None => Answer::text(429, ""),
        });
        let home = Home::new();
        let engine = home.engine(&hub, Some(ANNA), false);
        let first = engine.check_token().await;
        let is_limited = matches!(first.state, TokenState::Limited(Some(_)));
        assert!(is_limited, "{first:?}");
        assert_eq!(engine.check_token().await, first);
        assert_eq!(engine.check_token_anew().await, first);
        assert_eq!(paths(&hub).len(), 1, "{wait:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hugging_face_that_says_nothing_is_given_up_soon() {
    let hub = Server::start(|_| Answer::nothing(End::Silence));
    let home = Home::new();
    let engine = home.engine(&hub, Some(ANNA), false);
    let began = tokio::time::Instant::now();
    let status = engine.check_token().await;
    let is_unreachable = matches!(status.state, TokenState::Unreachable(_));
    assert!(is_unreachable, "{status:?}");
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn the_bill_is_named_to_the_router_and_to_nobody_else() {
    let said = |request: &Request| match request.path.as_str() {
        "/v1/chat/completions" => {
            Answer::json(200, r#"{"choices": [{"message": {"content": "a cat"}}]}"#)
        }
        "/v1/models" => Answer::tape("example_router_v1_models_200"),
        _ => Answer::json(200, r#"{"name": "anna", "orgs": [{"name": "Lab"}]}"#),
    };
    let (home, hub, own) = (Home::new(), Server::start(said), Server::start(said));
    let engine = home.engine(&hub, Some(ANNA), false);
    let endpoint = Endpoint {
        url: format!("{}/v1/chat/completions", own.url())
            .parse()
            .unwrap(),
        protocol: Protocol::Chat,
        model: None,
        token: Some(TokenSource::HuggingFace),
    };
    engine.add_endpoint("own".to_owned(), endpoint).await;
    engine.check_token().await;
    engine.bill_to(Some("Lab".to_owned())).await.unwrap();
    let address = format!("{}/v1/chat/completions", own.url());
    for model in ["a/b", "endpoint:own", &address] {
        let run = home.caption(&engine, model).await;
        assert_eq!(run.caption.raw(), "a cat", "{model}: {run:?}");
    }
    for seen in hub.requests() {
        let billed = (seen.path == "/v1/chat/completions").then_some("Lab");
        assert_eq!(seen.header("x-hf-bill-to"), billed, "{}", seen.path);
    }
    assert_eq!(own.requests().len(), 2);
    assert!(
        own.requests()
            .iter()
            .all(|seen| seen.header("x-hf-bill-to").is_none())
    );
}

#[tokio::test]
async fn a_router_that_takes_the_token_no_more_turns_its_state() {
    let server = || {
        Server::start(|request| match request.path.as_str() {
            "/api/whoami-v2" => Answer::json(200, r#"{"name": "anna"}"#),
            "/v1/models" => Answer::tape("example_router_v1_models_200"),
            _ => Answer::tape("reported_401_invalid_credentials"),
        })
    };
    let (home, hub) = (Home::new(), server());
    let engine = home.engine(&hub, Some(ANNA), false);
    assert_eq!(name(&engine.check_token().await), "anna");
    let own = format!("{}/v1/chat/completions", hub.url());
    assert!(home.caption(&engine, &own).await.failure.is_some());
    assert_eq!(name(&engine.token()), "anna");
    let run = home.caption(&engine, "a/b").await;
    assert_eq!(run.failure.unwrap().kind, "bad-token");
    assert_eq!(engine.token().state, TokenState::Rejected);
    assert_eq!(engine.check_token().await.state, TokenState::Rejected);
}

#[tokio::test]
async fn a_token_that_grows_old_while_it_is_used_is_told_as_expired() {
    let (home, hub) = (Home::new(), Server::start(|_| Answer::text(401, "no")));
    let engine = home.engine(&hub, None, false);
    fs::create_dir(home.path("")).unwrap();
    let stored = format!("[ben]\nhf_token = {BEN}\nexpires_at = 1000\n");
    fs::write(home.path("stored_tokens"), stored).unwrap();
    // Its time is over at once, so nobody needs to be asked.
    let status = engine.switch_token("ben".to_owned()).await.unwrap();
    let expired = TokenState::Expired(Timestamp::from_second(1000).unwrap());
    assert_eq!((&status.state, paths(&hub).len()), (&expired, 0));
    assert_eq!(status.refused(Timestamp::now()), expired);
    assert_eq!(status.refused(Timestamp::UNIX_EPOCH), TokenState::Rejected);
    assert!(
        status
            .problem()
            .unwrap()
            .headline
            .raw()
            .ends_with("(file) has expired")
    );
}

#[tokio::test]
async fn who_checks_again_asks_once_more_about_the_token_that_lies_there_now() {
    let (home, hub) = (Home::new(), hub());
    let engine = home.engine(&hub, None, false);
    assert_eq!(engine.check_token_anew().await.state, TokenState::Missing);
    assert!(hub.requests().is_empty());
    fs::create_dir_all(home.path("")).unwrap();
    fs::write(home.path("token"), ANNA).unwrap();
    assert_eq!(name(&engine.check_token_anew().await), "anna");
    assert_eq!(name(&engine.check_token().await), "anna");
    assert_eq!(hub.requests().len(), 1);
    assert_eq!(name(&engine.check_token_anew().await), "anna");
    assert_eq!(hub.requests().len(), 2);
}

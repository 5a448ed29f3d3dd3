use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use super::*;
use crate::domain::token::Token;
use crate::engine::EngineSettings;
use crate::http::server::{Answer, Request, Server};

fn start(home: &TempDir, hub: &Server, offline: bool, token: &str) -> Engine {
    let mut settings = EngineSettings::offline();
    settings.network.hub = hub.url().parse().unwrap();
    settings.network.offline = offline;
    settings.network.token.variables = vec![("HF_TOKEN", Token::read(token))];
    settings.cache = home.path().join("cache");
    Engine::open(home.path(), settings).unwrap().0
}

fn engine(home: &TempDir, hub: &Server) -> Engine {
    start(home, hub, false, "hf_abcdefghijklmnop")
}

fn found(request: &Request) -> Answer {
    let link = format!(
        "<http://{}/api/models?cursor=2>; rel=\"next\"",
        request.header("host").unwrap()
    );
    Answer::json(200, r#"[{"id": "org/name", "likes": 3}]"#).header("Link", &link)
}

/// The files of the cache made older.
fn age(home: &TempDir, minutes: i64) {
    for entry in std::fs::read_dir(home.path().join("cache/hub")).unwrap() {
        let file = entry.unwrap().path();
        let kept = std::fs::read(&file).unwrap();
        let mut kept: serde_json::Value = serde_json::from_slice(&kept).unwrap();
        let asked = Timestamp::now().as_second() - 60 * minutes;
        kept["asked"] = Timestamp::from_second(asked).unwrap().to_string().into();
        std::fs::write(&file, kept.to_string()).unwrap();
    }
}

fn words(text: &str) -> Search {
    Search {
        text: text.to_owned(),
        ..Search::default()
    }
}

#[tokio::test]
async fn a_first_page_is_asked_for_once_in_ten_minutes_and_further_ones_each_time() {
    let (home, hub) = (TempDir::new().unwrap(), Server::start(found));
    let first = engine(&home, &hub)
        .search(words("Qwen"), None)
        .await
        .unwrap();
    assert_eq!(first.models[0].likes, Some(3));
    // Blanks and capitals make no other question.
    let again = engine(&home, &hub)
        .search(words(" qwen"), None)
        .await
        .unwrap();
    assert_eq!((again.asked, &again.next), (first.asked, &first.next));
    assert_eq!(hub.requests().len(), 1);
    let engine = engine(&home, &hub);
    for _ in 0..2 {
        let next = first.next.clone();
        engine.search(words("Qwen"), next).await.unwrap();
    }
    assert_eq!(hub.requests().len(), 3);
    age(&home, 11);
    engine.search(words("Qwen"), None).await.unwrap();
    engine.search(words("other/../words"), None).await.unwrap();
    assert_eq!(hub.requests().len(), 5);
}

#[tokio::test]
async fn where_the_hub_cannot_be_asked_an_old_page_will_do_and_says_its_age() {
    let is_up = Arc::new(AtomicBool::new(true));
    let up = Arc::clone(&is_up);
    let hub = Server::start(move |request| {
        if up.load(Ordering::SeqCst) {
            found(request)
        } else {
            Answer::text(502, "down")
        }
    });
    let home = TempDir::new().unwrap();
    engine(&home, &hub).search(words(""), None).await.unwrap();
    engine(&home, &hub)
        .about_model("org/name".to_owned())
        .await
        .unwrap_err();
    age(&home, 600);
    is_up.store(false, Ordering::SeqCst);
    for offline in [false, true] {
        let engine = start(&home, &hub, offline, "hf_abcdefghijklmnop");
        let page = engine.search(words(""), None).await.unwrap();
        assert!(!is_younger(page.asked.unwrap(), Duration::from_hours(9)));
        let error = engine.search(words("new"), None).await.unwrap_err();
        let said = error.problem().sentence();
        let why = if offline { "HF_HUB_OFFLINE" } else { "502" };
        assert!(said.raw().contains(why), "{said:?}");
    }
    assert_eq!(hub.requests().len(), 4);
}

#[tokio::test]
async fn nobody_asks_again_before_the_hub_wants_it_but_somebody_else_may() {
    let hub = Server::start(|request| found(request).header("RateLimit", r#""api";r=0;t=200"#));
    let home = TempDir::new().unwrap();
    let engine = engine(&home, &hub);
    let page = engine.search(words("a"), None).await.unwrap();
    assert_eq!(page.limit.unwrap().left, 0);
    for _ in 0..2 {
        let error = engine.search(words("b"), None).await.unwrap_err();
        let said = error.to_string();
        let (_, wait) = said.split_once("answers again in ").unwrap();
        let wait: u64 = wait.trim_end_matches(" s").parse().unwrap();
        assert!((100..=200).contains(&wait), "{said}");
    }
    let error = engine.about_model("org/name".to_owned()).await;
    assert!(error.is_err());
    // What is known needs no question.
    engine.search(words("a"), None).await.unwrap();
    assert_eq!(hub.requests().len(), 1);
    let other = Token::read("hf_0123456789abcdef");
    engine
        .lay_anew(|network| network.token.variables = vec![("HF_TOKEN", other)])
        .await;
    engine.search(words("b"), None).await.unwrap();
    assert_eq!(hub.requests().len(), 2);
}

#[tokio::test]
async fn what_one_account_was_shown_another_one_is_not() {
    let home = TempDir::new().unwrap();
    let hub = Server::start(|request| {
        let anna = request.header("authorization") == Some("Bearer hf_abcdefghijklmnop");
        let id = if anna { "anna/secret" } else { "org/open" };
        let told = format!(r#"{{"id": "{id}"}}"#);
        let is_list = request.path.starts_with("/api/models?");
        let told = if is_list { format!("[{told}]") } else { told };
        Answer::json(200, told)
    });
    for (token, expected) in [
        ("hf_abcdefghijklmnop", "anna/secret"),
        ("hf_0123456789abcdef", "org/open"),
    ] {
        let engine = start(&home, &hub, false, token);
        let page = engine.search(words(""), None).await.unwrap();
        assert_eq!(page.models[0].id, expected);
        let model = engine.about_model("some/model".to_owned()).await.unwrap();
        assert_eq!(model.id, expected);
    }
}

#[tokio::test]
async fn a_refusal_that_names_a_time_counts_as_well() {
    let hub = Server::start(|_| Answer::text(429, "").header("Retry-After", "60"));
    let home = TempDir::new().unwrap();
    let engine = engine(&home, &hub);
    for text in ["a", "b"] {
        let error = engine.search(words(text), None).await.unwrap_err();
        assert!(error.to_string().contains("answers again in"), "{error}");
    }
    assert_eq!(hub.requests().len(), 1);
}

#[tokio::test]
async fn a_model_is_asked_for_once_and_one_that_is_gone_is_not_shown_from_disk() {
    let is_there = Arc::new(AtomicBool::new(true));
    let there = Arc::clone(&is_there);
    let hub = Server::start(move |_| {
        if there.load(Ordering::SeqCst) {
            Answer::json(200, r#"{"id": "org/name", "gated": "manual"}"#)
        } else {
            Answer::json(404, r#"{"error": "Repository not found"}"#)
        }
    });
    let home = TempDir::new().unwrap();
    let ask = async || {
        let engine = engine(&home, &hub);
        engine.about_model("org/name".to_owned()).await
    };
    let model = ask().await.unwrap();
    assert_eq!(ask().await.unwrap(), model);
    assert_eq!(hub.requests().len(), 1);
    age(&home, 11);
    is_there.store(false, Ordering::SeqCst);
    let problem = ask().await.unwrap_err().problem();
    assert!(problem.headline.raw().contains("no model called org/name"));
    assert!(problem.hint.unwrap().raw().contains("check the spelling"));
}

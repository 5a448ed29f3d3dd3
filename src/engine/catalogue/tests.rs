use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use super::*;
use crate::domain::model::ModelRef;
use crate::engine::EngineSettings;
use crate::http::server::{Answer, Gate, Server};

const QWEN: &str = "Qwen/Qwen3.8-27B";

/// A router that tells its list while `is_up`.
fn router() -> (Server, Arc<AtomicBool>) {
    let is_up = Arc::new(AtomicBool::new(true));
    let up = Arc::clone(&is_up);
    let server = Server::start(move |_| {
        if up.load(Ordering::SeqCst) {
            Answer::tape("example_router_v1_models_200")
        } else {
            Answer::text(503, "down")
        }
    });
    (server, is_up)
}

/// A start of the program of somebody whose router is this.
fn start(home: &TempDir, router: &Server, offline: bool) -> Engine {
    let mut settings = EngineSettings::offline();
    settings.network.router = format!("{}/v1", router.url()).parse().unwrap();
    settings.network.offline = offline;
    settings.network.token.variables = vec![("HF_TOKEN", Token::read("hf_abcdefghijklmnop"))];
    settings.cache = home.path().join("cache");
    Engine::open(home.path(), settings).unwrap().0
}

/// Makes what lies on disk older.
fn age(home: &TempDir, seconds: i64) {
    let file = home.path().join("cache/hub/router.json");
    let kept = std::fs::read(&file).unwrap();
    let mut kept: serde_json::Value = serde_json::from_slice(&kept).unwrap();
    let asked = Timestamp::now().as_second() - seconds;
    kept["asked"] = Timestamp::from_second(asked).unwrap().to_string().into();
    std::fs::write(&file, kept.to_string()).unwrap();
}

#[tokio::test]
async fn nobody_is_asked_for_what_is_only_looked_at() {
    let (home, (router, _)) = (TempDir::new().unwrap(), router());
    let engine = start(&home, &router, false);
    let nothing = (Catalogue::default(), None);
    assert_eq!(engine.catalogue(Refresh::Cached).await, nothing);
    assert_eq!(router.requests().len(), 0);
}

#[tokio::test]
async fn what_was_told_is_there_at_the_next_start_without_asking_for_an_hour() {
    let (home, (router, _)) = (TempDir::new().unwrap(), router());
    let engine = start(&home, &router, false);
    let (first, problem) = engine.catalogue(Refresh::IfOld).await;
    assert!(first.get(QWEN).unwrap().is_live() && problem.is_none());
    assert_eq!(engine.catalogue(Refresh::IfOld).await.0, first);
    for (age_now, asked) in [(0, 1), (3_500, 1), (3_700, 2), (-3_700, 3)] {
        age(&home, age_now);
        let engine = start(&home, &router, false);
        let cached = engine.catalogue(Refresh::Cached).await.0;
        assert_eq!(cached.models, first.models);
        engine.catalogue(Refresh::IfOld).await;
        assert_eq!(router.requests().len(), asked, "{age_now}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_want_to_know_at_the_same_time_share_one_answer() {
    let gate = Gate::default();
    let behind = gate.clone();
    let router =
        Server::start(move |_| Answer::tape("example_router_v1_models_200").behind(&behind));
    let home = TempDir::new().unwrap();
    let engine = start(&home, &router, false);
    let all = [Refresh::Now, Refresh::IfOld, Refresh::Now].map(|refresh| {
        let engine = engine.clone();
        tokio::spawn(async move { engine.catalogue(refresh).await })
    });
    router.wait_for(1);
    gate.open();
    for told in all {
        assert_eq!(told.await.unwrap().0.models.len(), 2);
    }
    assert_eq!(router.requests().len(), 1);
}

#[tokio::test]
async fn a_list_that_cannot_be_refreshed_stays_and_says_why() {
    let (home, (router, is_up)) = (TempDir::new().unwrap(), router());
    let (known, _) = start(&home, &router, false).catalogue(Refresh::Now).await;
    age(&home, 7_200);
    is_up.store(false, Ordering::SeqCst);
    let engine = start(&home, &router, false);
    let (old, problem) = engine.catalogue(Refresh::IfOld).await;
    assert_eq!(old.models, known.models);
    let said = problem.unwrap().sentence();
    assert!(said.raw().contains("503"), "{said:?}");
    // A minute passes before it is asked again of itself.
    assert!(engine.catalogue(Refresh::IfOld).await.1.is_some());
    assert_eq!(router.requests().len(), 2);
}

#[tokio::test]
async fn prices_on_disk_are_used_while_the_router_cannot_be_asked() {
    let (home, (router, is_up)) = (TempDir::new().unwrap(), router());
    start(&home, &router, false).catalogue(Refresh::Now).await;
    age(&home, 1_000_000);
    is_up.store(false, Ordering::SeqCst);
    let model: ModelRef = format!("{QWEN}:novita").parse().unwrap();
    let engine = start(&home, &router, false);
    let card = engine.priced(vec![model.clone()]).await.remove(0);
    let expected = Price::Usage {
        input: 420_000,
        output: 3_000_000,
    };
    assert_eq!(card.price, expected);
}

#[tokio::test]
async fn offline_nobody_is_asked_and_what_is_known_is_told() {
    let (home, (router, _)) = (TempDir::new().unwrap(), router());
    let (known, _) = start(&home, &router, false).catalogue(Refresh::Now).await;
    let engine = start(&home, &router, true);
    let (offline, problem) = engine.catalogue(Refresh::Now).await;
    assert_eq!(offline.models, known.models);
    assert!(problem.unwrap().sentence().raw().contains("HF_HUB_OFFLINE"));
    assert_eq!(router.requests().len(), 1);
}

use tempfile::TempDir;

use super::*;
use crate::domain::token::Token;
use crate::engine::EngineSettings;
use crate::http::server::{Answer, Server};

/// An engine of somebody whose Hugging Face is `hub`, with a token or without.
fn engine(home: &TempDir, hub: &Server, token: Option<&str>, offline: bool) -> Engine {
    let mut settings = EngineSettings::offline();
    settings.network.hub = hub.url().parse().unwrap();
    settings.network.offline = offline;
    let token = token.map(|token| ("HF_TOKEN", Token::read(token)));
    settings.network.token.variables = token.into_iter().collect();
    Engine::open(home.path(), settings).unwrap().0
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
        let home = TempDir::new().unwrap();
        let engine = engine(&home, &hub, token, offline);
        let first = engine.check_token().await;
        assert_eq!(engine.check_token().await, first);
        assert_eq!(engine.token(), first);
        let paths: Vec<_> = hub.requests().into_iter().map(|seen| seen.path).collect();
        assert_eq!(paths, vec!["/api/whoami-v2"; asked], "{token:?} {offline}");
        let is_offline = first.state == TokenState::Offline;
        assert_eq!(is_offline, offline, "{token:?}");
        let is_good = matches!(first.state, TokenState::Good(_));
        assert_eq!(is_good, asked == 1, "{first:?}");
    }
}

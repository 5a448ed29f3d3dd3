use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use super::*;
use crate::domain::endpoint::Endpoint;
use crate::domain::image::ImageRef;
use crate::domain::model::Protocol;
use crate::domain::request::{CaptionRequest, Terms};
use crate::domain::review::Review;
use crate::domain::run::{Outcome, Timing};
use crate::engine::EngineSettings;

/// An engine with an empty history of its own.
fn engine(settings: EngineSettings) -> (tempfile::TempDir, Engine) {
    let home = tempfile::tempdir().unwrap();
    let (engine, _) = Engine::open(home.path(), settings).unwrap();
    (home, engine)
}

/// A run about to begin at this price.
fn run(price: Price) -> Run {
    let model = "a/b".parse().unwrap();
    let image = ImageRef::new("/home/me/cat.jpg");
    Run {
        id: None,
        request: CaptionRequest::new(image, model, &Terms::default()),
        image_id: None,
        batch: None,
        outcome: Outcome::Cancelled,
        caption: Foreign::default(),
        thinking: Foreign::default(),
        finish_reason: None,
        failure: None,
        provider: None,
        usage: None,
        price,
        cost_micro_usd: None,
        sent: None,
        request_id: None,
        timing: Timing {
            started: Timestamp::UNIX_EPOCH,
            first_answer: None,
            elapsed: Duration::ZERO,
        },
        review: Review::default(),
        noticed: Vec::new(),
    }
}

#[test]
fn while_a_cap_may_be_hidden_only_what_costs_nothing_begins() {
    let (_home, engine) = engine(EngineSettings {
        limit: Limit::InDoubt,
        ..EngineSettings::offline()
    });
    let paid = Price::Usage {
        input: 1,
        output: 1,
    };
    for (price, begins) in [
        (Price::Free, true),
        (Price::Own, true),
        (Price::Unknown, false),
        (paid, false),
    ] {
        let held_back = engine.reserve(&run(price)).err();
        assert_eq!(held_back.is_none(), begins, "{price:?}");
        if let Some(failure) = held_back {
            assert!(failure.message.raw().contains("until it is mended"));
        }
    }
}

/// A router on loopback that tells its prices once.
fn router() -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let live = |provider: &str, price: u64| {
        format!(
            r#"{{"provider": "{provider}", "status": "live",
                "pricing": {{"input": {price}, "output": {price}}}}}"#
        )
    };
    let providers = [live("novita", 3), live("groq", 1)].join(",");
    let body = format!(r#"{{"data": [{{"id": "a/b", "providers": [{providers}]}}]}}"#);
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            asked.extend(byte);
        }
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
    });
    format!("http://{address}/v1").parse().unwrap()
}

fn both_ways(dollars: u64) -> Price {
    Price::Usage {
        input: dollars * 1_000_000,
        output: dollars * 1_000_000,
    }
}

#[tokio::test]
async fn who_served_it_says_what_it_cost_and_an_endpoint_at_the_router_is_no_endpoint_of_ones_own()
{
    let router = router();
    let mut settings = EngineSettings::offline();
    let chat = |url: &str, model: Option<&str>| Endpoint {
        url: url.parse().unwrap(),
        protocol: Protocol::Chat,
        model: model.map(ToOwned::to_owned),
        token: None,
    };
    let deep = router.join("/v1/chat/completions").unwrap();
    for (name, endpoint) in [
        ("routed", chat(deep.as_str(), Some("a/b:groq"))),
        ("vague", chat(router.as_str(), None)),
        ("lab", chat("http://127.0.0.1:1/", Some("a/b"))),
    ] {
        settings.network.endpoints.insert(name.to_owned(), endpoint);
    }
    settings.network.router = router;
    settings.network.offline = false;
    let (_home, engine) = engine(settings);
    let own: ModelRef = "endpoint:routed".parse().unwrap();
    assert_eq!(engine.card(&own).price, Price::Unknown, "nobody asked");
    assert_eq!(engine.price(&own).await, both_ways(1));
    for (model, provider, expected) in [
        ("a/b", None, both_ways(3)),
        ("a/b", Some("groq"), both_ways(1)),
        ("a/b", Some("nobody"), both_ways(3)),
        ("a/b:groq", Some("novita"), both_ways(3)),
        ("endpoint:routed", Some("novita"), both_ways(3)),
        ("endpoint:vague", None, Price::Unknown),
        ("endpoint:lab", Some("groq"), Price::Own),
        ("builtin/describe", None, Price::Free),
    ] {
        let model = model.parse().unwrap();
        let price = engine.price_at(&model, provider);
        assert_eq!(price, expected, "{model:?} {provider:?}");
    }
}

use std::time::Duration;

use super::*;
use crate::domain::image::ImageRef;
use crate::domain::request::{CaptionRequest, Terms};
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

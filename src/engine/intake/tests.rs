use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::handover::{Clash, Existing, Form, Order, Place, Which};
use crate::domain::image::ImageRef;
use crate::domain::intake::Spot;
use crate::engine::EngineSettings;

fn engine(data: &Path) -> Engine {
    Engine::open(data, EngineSettings::offline()).unwrap().0
}

fn order(form: Form) -> Order {
    Order {
        which: Which::Newest,
        folder: None,
        filter: None,
        form,
        existing: Existing::Skip,
        clash: Clash::Skip,
        place: Place::Beside,
    }
}

/// Takes captions over, hands them over as files, and takes those over into another history.
async fn there_and_back(texts: &[String], form: Form) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let photos = home.path().join("photos");
    fs::create_dir(&photos).unwrap();
    let found = texts.iter().enumerate().map(|(number, text)| {
        let path = photos.join(format!("{number:04}.png"));
        fs::write(&path, number.to_string()).unwrap();
        Found {
            image: ImageRef::new(&path),
            text: text.clone(),
            spot: Spot {
                file: path,
                line: None,
            },
        }
    });
    let first = engine(&home.path().join("first"));
    let moment = Timestamp::UNIX_EPOCH;
    first
        .take_over(found.collect(), false, moment)
        .await
        .unwrap();
    let plan = first.plan_handover(order(form)).await.unwrap();
    let written = first.hand_over(plan, CancellationToken::new(), |_| {});
    assert_eq!(written.await.unwrap().failed, []);
    let second = engine(&home.path().join("second"));
    let find = || second.find_captions(vec![photos.clone()], false, Source::ALL.to_vec());
    let intake = find().await.unwrap();
    assert_eq!((intake.troubles.len(), intake.known), (0, 0));
    let mut found = intake.found.clone();
    found.sort_by(|a, b| a.image.cmp(&b.image));
    second.take_over(intake.found, true, moment).await.unwrap();
    let again = find().await.unwrap();
    assert_eq!((again.found.len(), again.known), (0, found.len()));
    found.into_iter().map(|found| found.text).collect()
}

#[tokio::test]
async fn more_captions_than_a_step_takes_are_all_taken_over_in_their_order() {
    let home = tempfile::tempdir().unwrap();
    let engine = engine(&home.path().join("data"));
    let path = home.path().join("cat.png");
    fs::write(&path, "cat").unwrap();
    let found = (0..=STEP).map(|number| Found {
        image: ImageRef::new(&path),
        text: number.to_string(),
        spot: Spot {
            file: path.clone(),
            line: None,
        },
    });
    let moment = Timestamp::UNIX_EPOCH;
    let runs = engine.take_over(found.collect(), false, moment).await;
    let runs = runs.unwrap();
    assert_eq!(runs.len(), STEP + 1);
    let stored = engine
        .history(HistoryQuery::default(), None, 2 * STEP)
        .await;
    let stored: Vec<_> = stored.unwrap().into_iter().rev().collect();
    assert!(
        stored
            .iter()
            .map(|run| run.id)
            .eq(runs.into_iter().map(Some))
    );
    let texts = stored.iter().map(|run| run.caption.raw().to_owned());
    assert!(texts.eq((0..=STEP).map(|number| number.to_string())));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn what_goes_out_comes_back_the_same(texts in prop::collection::vec("(?s).{0,60}", 1..5)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let wanted: Vec<_> = texts.iter().map(|text| tidy(text)).filter(|text| !text.is_empty()).collect();
        for form in [Form::Txt, Form::Caption, Form::Metadata] {
            let back = runtime.block_on(there_and_back(&texts, form));
            prop_assert_eq!(&back, &wanted);
        }
    }
}

use std::fs;
use std::path::Path;

use super::*;
use crate::domain::filter::Filter;
use crate::domain::intake::{Found, Spot};
use crate::domain::replace::Wish;
use crate::engine::EngineSettings;

fn engine(data: &Path) -> Engine {
    Engine::open(data, EngineSettings::offline()).unwrap().0
}

/// A picture in this file with this caption.
fn captioned(path: &Path, text: &str) -> Found {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, path.as_os_str().as_encoded_bytes()).unwrap();
    Found {
        image: ImageRef::new(path),
        text: text.to_owned(),
        spot: Spot {
            file: path.to_owned(),
            line: None,
        },
    }
}

fn wording(find: &str) -> Wording {
    let wish = Wish {
        find: find.to_owned(),
        with: "x".to_owned(),
        ..Wish::default()
    };
    Wording::new(wish).unwrap()
}

#[tokio::test]
async fn captions_of_pictures_are_found_wherever_these_lay() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join("photos").join(name);
    let engine = engine(&home.path().join("data"));
    let found = [
        captioned(&at("cat.png"), "a photo of a cat"),
        captioned(&at("deep/dog.png"), "a photo of a dog"),
        captioned(&at("owl.png"), "an owl"),
    ];
    let moment = Timestamp::UNIX_EPOCH;
    engine.take_over(found.into(), false, moment).await.unwrap();
    let count = async |among: Among| {
        let found = engine
            .rewordings(Some(wording("photo")), among, 1)
            .await
            .unwrap();
        assert_eq!(found.changes.len(), found.changing.min(1));
        (found.changing, found.looked_at)
    };
    let all = Among::default();
    assert_eq!(count(all.clone()).await, (2, 3));
    let below = Some(at("deep"));
    assert_eq!(
        count(Among {
            below,
            ..all.clone()
        })
        .await,
        (1, 1)
    );
    let filter = Some(Filter::parse("photo -dog").unwrap());
    let query = HistoryQuery {
        filter,
        ..HistoryQuery::default()
    };
    assert_eq!(
        count(Among {
            query,
            ..all.clone()
        })
        .await,
        (1, 1)
    );
    let pictures = |names: &[&str]| Some(names.iter().map(|it| ImageRef::new(at(it))).collect());
    let selected = pictures(&["cat.png", "owl.png", "gone.png"]);
    let selected = Among {
        pictures: selected,
        ..all.clone()
    };
    assert_eq!(count(selected.clone()).await, (1, 2));
    let only = engine.rewordings(None, selected, 1).await.unwrap();
    assert_eq!((only.changing, only.looked_at), (0, 2));
}

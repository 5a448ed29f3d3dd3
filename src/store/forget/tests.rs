use std::fs;
use std::path::Path;

use super::*;
use crate::domain::image::Fingerprint;
use crate::domain::run::{Outcome, Run, Timing};
use crate::domain::text::Foreign;
use crate::store::HistoryQuery;
use crate::store::tests::{
    Folder, begin, captioned, everything, image, moment, request, store_run,
};

fn started(second: i64, number: u8) -> Run {
    let timing = Timing {
        started: moment(second),
        ..captioned(number).timing
    };
    Run {
        timing,
        ..captioned(number)
    }
}

#[test]
fn what_is_forgotten_is_what_was_counted() {
    let folder = Folder::new();
    let store = folder.open();
    let runs = [(1, 1), (2, 1), (3, 2), (4, 3)]
        .map(|(second, number)| store_run(&store, started(second, number)));
    let forget = |what, expected| {
        assert_eq!(store.count(&what).unwrap(), expected);
        assert_eq!(store.forget(&what).unwrap().runs, expected);
        assert_eq!(store.count(&what).unwrap(), 0);
    };
    forget(Forget::Run(runs[0].id.unwrap()), 1);
    forget(Forget::Image(image(9)), 0);
    forget(Forget::Image(image(2)), 1);
    assert_eq!(everything(&store), [runs[3].clone(), runs[1].clone()]);
    forget(Forget::Before(moment(4)), 1);
    assert_eq!(everything(&store), [runs[3].clone()]);
}

#[test]
fn a_run_that_is_forgotten_under_way_stays_forgotten() {
    let folder = Folder::new();
    let store = folder.open();
    let run = captioned(1);
    let id = begin(&store, &run);
    assert_eq!(store.forget(&Forget::Run(id)).unwrap().runs, 1);
    // Were its number given again, the late answer would land in the row of this one.
    let failed = Run {
        outcome: Outcome::Failed,
        ..captioned(2)
    };
    let next = store_run(&store, failed);
    store.complete(id, &run).unwrap();
    assert_eq!(everything(&store), [next]);
}

#[test]
fn a_batch_that_is_forgotten_before_its_first_run_can_still_begin() {
    let folder = Folder::new();
    let store = folder.open();
    let batch = store.new_batch(moment(0)).unwrap();
    store.forget(&Forget::Before(moment(9))).unwrap();
    let run = Run {
        batch: Some(batch),
        ..captioned(1)
    };
    assert_eq!(store_run(&store, run).batch, Some(batch));
    assert!(store.new_batch(moment(1)).unwrap() > batch);
}

#[test]
fn nothing_of_what_is_forgotten_is_left_in_any_file() {
    let folder = Folder::new();
    let store = folder.open();
    let beside = folder.open();
    let secret = |what: &str| format!("{what}-e7c1f0");
    let mut run = Run {
        caption: Foreign::new(secret("caption").repeat(1000)),
        provider: Some(Foreign::new(secret("provider"))),
        request: request(format!("/{}/{}.jpg", secret("folder"), secret("name"))),
        ..captioned(1)
    };
    run.request.prompt.text = secret("prompt");
    let fingerprint = Fingerprint {
        device: 1,
        inode: 2,
        size: 3,
        modified_ns: 4,
    };
    let path = run.request.image.path().to_owned();
    store.remember_file(&path, &fingerprint, &image(1)).unwrap();
    store_run(&store, run);
    let kept = store_run(&store, captioned(2));
    beside.page(&HistoryQuery::default(), None, 1).unwrap();
    let leaks = || {
        fs::read_dir(folder.path())
            .unwrap()
            .filter_map(|entry| fs::read(entry.unwrap().path()).ok())
            .any(|bytes| bytes.windows(6).any(|window| window == b"e7c1f0"))
    };
    assert!(leaks());
    store.forget(&Forget::Image(image(1))).unwrap();
    assert!(!leaks());
    assert_eq!(everything(&beside), [kept]);
    assert_eq!(store.known_file(&path, &fingerprint).unwrap(), None);
}

#[test]
fn a_picture_is_forgotten_with_its_last_run_and_one_that_was_only_looked_at_by_name() {
    let folder = Folder::new();
    let store = folder.open();
    let fingerprint = Fingerprint {
        device: 1,
        inode: 2,
        size: 3,
        modified_ns: 4,
    };
    let seen = Path::new("/home/me/seen.jpg");
    store.remember_file(seen, &fingerprint, &image(7)).unwrap();
    let runs =
        [(1, 1), (2, 1), (3, 2)].map(|(second, number)| store_run(&store, started(second, number)));
    let forget = |what| store.forget(&what).unwrap().pictures;
    assert_eq!(forget(Forget::Run(runs[0].id.unwrap())), []);
    assert_eq!(forget(Forget::Before(moment(9))), [image(1), image(2)]);
    let known = || store.known_file(seen, &fingerprint).unwrap();
    assert_eq!(known(), Some(image(7)), "another picture is not touched");
    assert_eq!(forget(Forget::Image(image(7))), [image(7)]);
    assert_eq!(known(), None);
    assert_eq!(forget(Forget::Image(image(7))), []);
}

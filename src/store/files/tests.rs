use std::os::unix::ffi::OsStrExt as _;

use super::*;
use crate::domain::review::{Change, Maker};
use crate::domain::run::{Outcome, Run};
use crate::store::tests::{FINGERPRINT, Folder, beginning, captioned, image, moment, store_run};

#[test]
fn a_file_is_known_while_its_fingerprint_stays_the_same() {
    let folder = Folder::new();
    let store = folder.open();
    let path = Path::new(OsStr::from_bytes(b"/ph\xff/cat.jpg"));
    assert_eq!(store.known_file(path, &FINGERPRINT).unwrap(), None);
    store.remember_file(path, &FINGERPRINT, &image(1)).unwrap();
    assert_eq!(
        store.known_file(path, &FINGERPRINT).unwrap(),
        Some(image(1))
    );
    let changes = [
        Fingerprint {
            device: 8,
            ..FINGERPRINT
        },
        Fingerprint {
            inode: 1,
            ..FINGERPRINT
        },
        Fingerprint {
            size: 1,
            ..FINGERPRINT
        },
        Fingerprint {
            modified_ns: 1,
            ..FINGERPRINT
        },
    ];
    for changed in changes {
        assert_eq!(store.known_file(path, &changed).unwrap(), None);
    }
    let other = Path::new("/ph/cat.jpg");
    assert_eq!(store.known_file(other, &FINGERPRINT).unwrap(), None);

    store.remember_file(path, &changes[2], &image(2)).unwrap();
    assert_eq!(store.known_file(path, &FINGERPRINT).unwrap(), None);
    assert_eq!(store.known_file(path, &changes[2]).unwrap(), Some(image(2)));
    assert_eq!(store.known_sizes().unwrap(), HashSet::from([31_000, 1]));
}

#[test]
fn a_mark_counts_captions_and_tells_of_the_newest_run() {
    let folder = Folder::new();
    let store = folder.open();
    let ended = |outcome| Run {
        outcome,
        ..captioned(1)
    };
    let marks = |captions, failed| Marks {
        captions,
        failed,
        ..Marks::default()
    };
    assert_eq!(store.marks_of(&image(1)).unwrap(), marks(0, false));
    store_run(&store, ended(Outcome::Failed));
    assert_eq!(store.marks_of(&image(1)).unwrap(), marks(0, true));
    store_run(&store, captioned(1));
    store_run(&store, captioned(1));
    assert_eq!(store.marks_of(&image(1)).unwrap(), marks(2, false));
    store_run(&store, ended(Outcome::Failed));
    store.begin(&beginning(&captioned(1))).unwrap();
    assert_eq!(store.marks_of(&image(1)).unwrap(), marks(2, true));
    store_run(&store, ended(Outcome::Cancelled));
    assert_eq!(store.marks_of(&image(1)).unwrap(), marks(2, false));
}

#[test]
fn a_mark_tells_what_was_decided() {
    let folder = Folder::new();
    let store = folder.open();
    let decided = || store.marks_of(&image(1)).unwrap().decision();
    let decide = |run: &Run, decision| {
        let changes = [Change::decide(run.id.unwrap(), decision)];
        store.review(&changes, Maker::Hand, moment(1)).unwrap();
    };
    assert_eq!(decided(), None, "nothing is known of it");
    let one = store_run(&store, captioned(1));
    let other = store_run(&store, captioned(1));
    assert_eq!(decided(), Some(Decision::Pending));
    decide(&one, Decision::Rejected);
    assert_eq!(decided(), Some(Decision::Pending), "there is another one");
    decide(&other, Decision::Accepted);
    assert_eq!(decided(), Some(Decision::Accepted));
    decide(&other, Decision::Rejected);
    assert_eq!(decided(), Some(Decision::Rejected));
}

#[test]
fn the_marks_of_a_folder_are_those_of_its_known_files() {
    let folder = Folder::new();
    let store = folder.open();
    store_run(&store, captioned(1));
    for (path, number) in [("/a/x.jpg", 1), ("/a/copy.jpg", 1), ("/a/new.jpg", 2)] {
        let path = Path::new(path);
        store
            .remember_file(path, &FINGERPRINT, &image(number))
            .unwrap();
    }
    let elsewhere = Path::new("/a/b/x.jpg");
    store
        .remember_file(elsewhere, &FINGERPRINT, &image(1))
        .unwrap();
    let captioned = Marks {
        captions: 1,
        ..Marks::default()
    };
    let mut marks = store.marks(Path::new("/a")).unwrap();
    marks.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("copy.jpg".into(), captioned),
        ("new.jpg".into(), Marks::default()),
        ("x.jpg".into(), captioned),
    ];
    assert_eq!(marks, expected);
    assert_eq!(store.marks(Path::new("/nowhere")).unwrap(), []);
}

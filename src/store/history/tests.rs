use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::*;
use crate::domain::image::{Format, ImageRef, Size};
use crate::domain::request::{Parameters, Prompt, UploadSpec};
use crate::domain::run::{Failure, Outcome, Timing};
use crate::domain::text::Foreign;
use crate::store::tests::{
    FINGERPRINT, Folder, begin, beginning, captioned, everything, image, moment, plan, request,
    store_run,
};
use crate::store::{Cap, HistoryQuery, Writer, lock};

#[test]
fn every_part_of_a_run_is_read_back_as_it_was_stored() {
    let folder = Folder::new();
    let store = folder.open();
    let batch = store.new_batch(moment(0)).unwrap();
    let full = Run {
        request: CaptionRequest {
            image: ImageRef::new(OsStr::from_bytes(b"/ph\xffotos/c\nat.jpg")),
            prompt: Prompt {
                text: "Say\0it".into(),
                system: Some("Be brief.".into()),
            },
            parameters: Parameters {
                max_tokens: Some(300),
                temperature: Some(0.1 + 0.2),
                seed: Some(i64::MIN),
                effort: None,
            },
            upload: UploadSpec::Scaled {
                side: 1024,
                bytes: 1_000_000,
            },
            served: Some(Foreign::new("http://lab:8000/ blip")),
            ..request("/")
        },
        batch: Some(batch),
        outcome: Outcome::Failed,
        caption: Foreign::new("half a \0 cap\u{1b}[2Jtion \u{202e}"),
        thinking: Foreign::new("hm, ".repeat(250_000)),
        failure: Some(Failure {
            kind: "gone".into(),
            message: Foreign::new("it went\r\naway"),
            hint: None,
        }),
        cost_micro_usd: None,
        ..captioned(1)
    };
    let bare = Run {
        finish_reason: None,
        provider: None,
        usage: None,
        price: Price::Free,
        sent: None,
        request_id: None,
        caption: Foreign::new("é".repeat(500_000)),
        timing: Timing {
            started: moment(5),
            first_answer: None,
            elapsed: Duration::ZERO,
        },
        ..captioned(2)
    };
    for run in [full, bare] {
        let run = store_run(&store, run);
        assert_eq!(store.run(run.id.unwrap()).unwrap(), Some(run));
    }
}

#[test]
fn every_outcome_price_and_kind_of_model_is_read_back() {
    let folder = Folder::new();
    let store = folder.open();
    let outcomes = [
        Outcome::Captioned,
        Outcome::Failed,
        Outcome::Cancelled,
        Outcome::Interrupted,
    ];
    let prices = [Price::Free, Price::Own, Price::Unknown, captioned(1).price];
    let models = ["builtin/describe", "a/b", "endpoint:lab", "http://[::1]/x"];
    for ((outcome, price), model) in outcomes.into_iter().zip(prices).zip(models) {
        let run = Run {
            outcome,
            price,
            request: CaptionRequest {
                model: model.parse().unwrap(),
                ..request("/a.jpg")
            },
            ..captioned(1)
        };
        let run = store_run(&store, run);
        assert_eq!(store.run(run.id.unwrap()).unwrap(), Some(run));
    }
}

#[test]
fn a_run_that_never_had_a_picture_is_added() {
    let folder = Folder::new();
    let store = folder.open();
    for image_id in [None, Some(image(1))] {
        let run = Run {
            outcome: Outcome::Failed,
            image_id,
            sent: None,
            ..captioned(1)
        };
        let id = store.add(&run).unwrap();
        let stored = Run {
            id: Some(id),
            ..run
        };
        assert_eq!(store.run(id).unwrap(), Some(stored));
    }
}

#[test]
fn a_run_under_way_is_not_shown_until_it_is_completed() {
    let folder = Folder::new();
    let store = folder.open();
    let run = captioned(1);
    let id = begin(&store, &run);
    assert_eq!(everything(&store), []);
    assert_eq!(store.run(id).unwrap(), None);
    store.complete(id, &run).unwrap();
    assert_eq!(everything(&store).len(), 1);
}

#[test]
fn the_newest_caption_answers_the_same_request_again() {
    let folder = Folder::new();
    let store = folder.open();
    let key = captioned(1).request.key();
    assert_eq!(store.answered(&image(1), &key).unwrap(), None);
    store_run(&store, captioned(1));
    let newest = store_run(&store, captioned(1));
    for outcome in [Outcome::Failed, Outcome::Cancelled, Outcome::Interrupted] {
        let run = Run {
            outcome,
            ..captioned(1)
        };
        store_run(&store, run);
    }
    let without_a_word = Run {
        caption: Foreign::default(),
        ..captioned(1)
    };
    store_run(&store, without_a_word);
    store.begin(&beginning(&captioned(1))).unwrap();
    assert_eq!(store.answered(&image(1), &key).unwrap(), Some(newest));
    assert_eq!(store.answered(&image(2), &key).unwrap(), None);
    let otherwise = CaptionRequest {
        upload: UploadSpec::Nothing,
        ..captioned(1).request
    };
    assert_eq!(store.answered(&image(1), &otherwise.key()).unwrap(), None);
    let by_another = CaptionRequest {
        served: Some(Foreign::new("http://lab:8000/ blip")),
        ..captioned(1).request
    };
    assert_eq!(store.answered(&image(1), &by_another.key()).unwrap(), None);
}

#[test]
fn no_row_is_written_where_a_stored_answer_will_do() {
    let folder = Folder::new();
    let store = folder.open();
    let again = NewRun {
        reuse: true,
        ..beginning(&captioned(1))
    };
    begin(&store, &captioned(1));
    let first = match store.begin(&again).unwrap() {
        Begun::Started(id) => id,
        begun => panic!("{begun:?}"),
    };
    store.complete(first, &captioned(1)).unwrap();
    let Begun::Answered(run) = store.begin(&again).unwrap() else {
        panic!("it is answered");
    };
    assert_eq!(run.id, Some(first));
    assert_eq!(everything(&store).len(), 1);
}

#[test]
fn whatever_becomes_of_a_run_it_is_told_which_picture_its_file_holds() {
    let folder = Folder::new();
    let store = folder.open();
    let known = || {
        let path = captioned(1).request.image;
        store.known_file(path.path(), &FINGERPRINT).unwrap()
    };
    let reserve = Some(Reserve {
        micro_usd: Some(2),
        cap: Some(Cap {
            micro_usd: 1,
            since: moment(0),
        }),
    });
    let over = |picture| NewRun {
        image_id: image(picture),
        fingerprint: Some(FINGERPRINT),
        reserve,
        ..beginning(&captioned(1))
    };
    assert_eq!(known(), None);
    for picture in [1, 1, 2] {
        let begun = store.begin(&over(picture)).unwrap();
        assert_eq!(begun, Begun::OverCap { spent: 0 });
        assert_eq!(known(), Some(image(picture)));
    }
}

#[test]
fn facts_of_a_picture_are_kept_and_not_lost_again() {
    let folder = Folder::new();
    let store = folder.open();
    let facts = ImageFacts {
        format: Format::WebP,
        size: Size {
            width: 4,
            height: 3,
        },
        bytes: 99,
        animated: false,
        taken: None,
        camera: None,
    };
    let known = NewRun {
        facts: Some(facts),
        ..beginning(&captioned(1))
    };
    store.begin(&known).unwrap();
    store.begin(&beginning(&captioned(1))).unwrap();
    let kept: (u32, String, u32, u32) = lock(&store.reader)
        .query_row(
            "SELECT bytes, format, width, height FROM picture",
            [],
            |row| row.try_into(),
        )
        .unwrap();
    assert_eq!(kept, (99, "WebP".into(), 4, 3));
}

#[test]
fn a_thousand_ordinary_runs_take_less_than_a_kilobyte_and_a_half_each() {
    let folder = Folder::new();
    let store = folder.open();
    for n in 0..1000_u16 {
        let mut id = [0; 32];
        id[..2].copy_from_slice(&n.to_le_bytes());
        let run = Run {
            image_id: Some(ImageId(id)),
            request: request(format!("/photos/DSC_{n:05}.jpg")),
            caption: Foreign::new(
                "A tabby cat with green eyes looks straight at the camera, its fur lit from the \
                 left, while a second one sleeps behind it on a striped blanket by the window.",
            ),
            ..captioned(1)
        };
        store_run(&store, run);
    }
    drop(store);
    let bytes = std::fs::metadata(folder.file()).unwrap().len();
    assert!(bytes < 1000 * 1536, "{} bytes a run", bytes / 1000);
}

#[test]
fn what_was_answered_is_found_by_an_index() {
    let folder = Folder::new();
    let store = folder.open();
    let plan = plan(&lock(&store.reader), answered_sql().as_str());
    let index = "SEARCH run USING COVERING INDEX run_answered (picture=? AND request=?)";
    assert!(
        plan.contains(index) || plan.contains(&index.replace("COVERING ", "")),
        "{plan}"
    );
    assert!(!plan.contains("SCAN"), "{plan}");
}

#[test]
fn what_cannot_be_written_keeps_nobody_else_from_history() {
    let folder = Folder::new();
    let store = folder.open();
    let other = Connection::open(folder.file()).unwrap();
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON run WHEN new.sent_bytes = 13
         BEGIN SELECT raise(ABORT, 'refused'); END";
    other.execute_batch(refuse).unwrap();
    let refused = Sent {
        bytes: 13,
        size: Size {
            width: 1,
            height: 1,
        },
    };
    let [first, mut second, third] = [1, 2, 3].map(|number| beginning(&captioned(number)));
    second.sent = Some(refused);
    let begun = store.begin_all(&[first, second, third]);
    let [Ok(Begun::Started(first)), Err(_), Ok(Begun::Started(third))] = begun[..] else {
        panic!("{begun:?}");
    };
    let mut broken = captioned(4);
    broken.sent = Some(refused);
    let runs = [
        (Some(first), captioned(1)),
        (None, broken),
        (None, captioned(5)),
        (Some(third), captioned(3)),
    ];
    let ended = store.end_all(&runs.map(|(row, run)| Ending {
        row,
        run: Arc::new(run),
    }));
    let [Ok(one), Err(_), Ok(added), Ok(three)] = ended[..] else {
        panic!("{ended:?}");
    };
    assert_eq!((one, three), (first, third));
    let page = store.page(&HistoryQuery::default(), None, 10).unwrap();
    let ids: Vec<_> = page.iter().filter_map(|run| run.id).collect();
    assert_eq!(ids, [added, third, first]);
}

#[test]
fn what_waits_together_for_another_program_waits_once() {
    static WAITS: AtomicUsize = AtomicUsize::new(0);
    let folder = Folder::new();
    let store = folder.open();
    let Writer::Open { connection, .. } = &store.writer else {
        panic!("it may be written");
    };
    let give_up = |_| {
        WAITS.fetch_add(1, Ordering::SeqCst);
        false
    };
    lock(connection).busy_handler(Some(give_up)).unwrap();
    let other = Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let runs = [1, 2, 3].map(|number| beginning(&captioned(number)));
    let begun = store.begin_all(&runs);
    let busy = |begun: &Result<_, _>| matches!(begun, Err(StoreError::Busy(_)));
    assert_eq!(begun.iter().filter(|begun| busy(begun)).count(), 3);
    assert_eq!(WAITS.load(Ordering::SeqCst), 1);
}

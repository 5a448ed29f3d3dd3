use std::ops::ControlFlow;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::domain::filter::{Condition, Filter, Sought};
use crate::domain::flags::Flag;
use crate::domain::image::{ImageId, ImageRef};
use crate::domain::review::{Change, Maker};
use crate::domain::run::{Run, Timing};
use crate::store::tests::{Folder, captioned, image, moment, request, store_run};
use crate::store::{Forget, HistoryQuery, Looked, Stop, Store, StoreError};

fn query(filter: &str) -> HistoryQuery {
    HistoryQuery {
        filter: Some(Filter::parse(filter).unwrap()),
        zone: TimeZone::UTC,
        ..HistoryQuery::default()
    }
}

/// The names of the pictures of the runs that are found.
fn found(store: &Store, filter: &str) -> Vec<String> {
    let runs = store.page(&query(filter), None, 1_000).unwrap();
    let name = |run: &Run| run.request.image.name().raw().to_owned();
    runs.iter().map(name).collect()
}

fn saying(number: u8, caption: &str) -> Run {
    Run {
        caption: Foreign::new(caption),
        ..captioned(number)
    }
}

fn rewrite(store: &Store, run: &Run, caption: &str) {
    let change = Change {
        run: run.id.unwrap(),
        decision: None,
        caption: Some(Foreign::new(caption)),
    };
    store.review(&[change], Maker::Hand, moment(9)).unwrap();
}

#[test]
fn a_word_is_found_as_the_caption_reads_now() {
    let folder = Folder::new();
    let store = folder.open();
    let run = store_run(&store, saying(1, "A cat."));
    store_run(&store, saying(2, "A dog."));
    assert_eq!(found(&store, "cat"), ["1.jpg"]);
    rewrite(&store, &run, "A black dog.");
    assert_eq!(found(&store, "cat"), [""; 0]);
    assert_eq!(found(&store, "dog"), ["2.jpg", "1.jpg"]);
    assert_eq!(found(&store, "\"black dog\" name:1"), ["1.jpg"]);
    store.forget(&Forget::Run(run.id.unwrap())).unwrap();
    assert_eq!(found(&store, "dog"), ["2.jpg"]);
}

#[test]
fn decisions_are_found_as_they_stand_now() {
    let folder = Folder::new();
    let store = folder.open();
    let [first, second] = [1, 1].map(|number| store_run(&store, captioned(number)));
    let accept = |run: &Run| {
        let change = Change::decide(run.id.unwrap(), Decision::Accepted);
        store.review(&[change], Maker::Hand, moment(9)).unwrap()
    };
    let number = |filter| -> Vec<_> {
        let runs = store.page(&query(filter), None, 9).unwrap();
        runs.into_iter().map(|run| run.id).collect()
    };
    accept(&first);
    assert_eq!(number("decision:accepted"), [first.id]);
    let step = accept(&second);
    assert_eq!(number("decision:accepted"), [second.id]);
    assert_eq!(number("decision:pending"), [first.id]);
    store.take_back_review(step).unwrap();
    assert_eq!(number("decision:accepted"), [first.id]);
    assert_eq!(number("-decision:accepted"), [second.id]);
}

#[test]
fn texts_that_nobody_expects_are_found() {
    let folder = Folder::new();
    let store = folder.open();
    let long = "x".repeat(100_000);
    let texts = [
        long.clone(),
        "word ".repeat(200_000),
        "before\0after".to_owned(),
        format!("e{}", "\u{301}".repeat(10_000)),
        "שלום \u{202e}עולם".to_owned(),
        "黒い猫が椅子に座っている".to_owned(),
        "แมวดำนั่งบนเก้าอี้".to_owned(),
        "NEAR(a b) AND \"c\" * ^d {caption}: §oc".to_owned(),
    ];
    for (number, text) in (1..).zip(&texts) {
        store_run(&store, saying(number, text));
    }
    for (filter, number) in [
        (long.as_str(), "1.jpg"),
        ("xxx*", "1.jpg"),
        ("\"word word word\"", "2.jpg"),
        ("after", "3.jpg"),
        ("é", "4.jpg"),
        ("שלום", "5.jpg"),
        ("\"שלום עולם\"", "5.jpg"),
        ("猫", "6.jpg"),
        ("椅子に座って", "6.jpg"),
        ("นั่งบน", "7.jpg"),
        ("\"near a\"", "8.jpg"),
        ("\"AND\"", "8.jpg"),
        ("oc", "8.jpg"),
    ] {
        assert_eq!(found(&store, filter), [number], "{filter:.20}");
    }
    for filter in ["xx", "子椅", "befor", "\"oc mouse\""] {
        assert_eq!(found(&store, filter), [""; 0], "{filter}");
    }
}

#[test]
fn a_day_begins_at_midnight_where_the_person_is() {
    let folder = Folder::new();
    let store = folder.open();
    let run = Run {
        timing: Timing {
            started: "2026-11-01T23:30:00Z".parse().unwrap(),
            ..captioned(1).timing
        },
        ..captioned(1)
    };
    store_run(&store, run);
    let found = |filter, zone: &str| {
        let query = HistoryQuery {
            zone: TimeZone::get(zone).unwrap(),
            ..query(filter)
        };
        store.page(&query, None, 9).unwrap().len()
    };
    assert_eq!(found("before:2026-11-02", "UTC"), 1);
    assert_eq!(found("after:2026-11-02", "UTC"), 0);
    assert_eq!(found("before:2026-11-02", "Europe/Berlin"), 0);
    assert_eq!(found("after:2026-11-02", "Europe/Berlin"), 1);
    assert_eq!(
        found("before:9999-12-31 after:0001-01-01", "Pacific/Apia"),
        1
    );
}

#[test]
fn the_same_caption_of_another_picture_is_noticed_and_a_long_one() {
    let folder = Folder::new();
    let store = folder.open().with_length_limit(Some(12));
    let first = store_run(&store, saying(1, "A red car."));
    store_run(&store, saying(1, "A red car."));
    let noticed = |run: &Run| store.run(run.id.unwrap()).unwrap().unwrap().flags();
    assert_eq!(noticed(&first), []);
    let other = store_run(&store, saying(2, "a RED car"));
    assert_eq!(noticed(&first), [Flag::SameCaption]);
    assert_eq!(noticed(&other), [Flag::SameCaption]);
    assert_eq!(found(&store, "flag:same-caption").len(), 3);
    rewrite(&store, &other, "A blue car, parked");
    assert_eq!(noticed(&first), []);
    assert_eq!(noticed(&other), [Flag::TooLong]);
    assert_eq!(found(&store, "flag:too-long"), ["2.jpg"]);
    let silent = [3, 4].map(|number| store_run(&store, saying(number, " ... ")));
    assert_eq!(noticed(&silent[0]), [], "no word is no caption");
}

#[test]
fn an_older_history_can_be_searched_once_it_is_opened() {
    let folder = Folder::new();
    let store = folder.open();
    for number in 1..=3 {
        store_run(&store, saying(number, "A cat."));
    }
    drop(store);
    let connection = Connection::open(folder.file()).unwrap();
    // As it was before there was anything to search, and half-way through.
    connection
        .execute_batch(
            "DELETE FROM found; DELETE FROM said; UPDATE indexed SET up_to = 0, until = 99",
        )
        .unwrap();
    drop(connection);
    let store = folder.open();
    assert_eq!(found(&store, "cat"), ["3.jpg", "2.jpg", "1.jpg"]);
    assert_eq!(found(&store, "flag:same-caption").len(), 3);
    drop(store);
    assert_eq!(
        found(&folder.open(), "cat").len(),
        3,
        "nothing is kept twice"
    );
}

#[test]
fn a_search_is_left_and_stopped_at_any_time() {
    let folder = Folder::new();
    let store = folder.open();
    for number in 1..=5 {
        store_run(&store, saying(number, "A cat."));
    }
    let mut seen = 0;
    let stop = Stop::default();
    let two = |_| {
        seen += 1;
        if seen < 2 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    store.each(&query("cat"), None, &stop, two).unwrap();
    assert_eq!(seen, 2);
    let newest = store.page(&query("cat"), None, 2).unwrap();
    let older = store.page(&query("cat"), newest[1].id, 9).unwrap();
    assert_eq!(older.len(), 3);
    // So long that it is asked on the way whether to go on.
    let endless = query(&vec!["(chars:>1 or cost:>1)"; 60].join(" "));
    stop.stop();
    let met = store.each(&endless, None, &stop, |_| panic!("it was stopped"));
    assert!(matches!(met, Err(StoreError::Stopped(_))), "{met:?}");
    assert_eq!(found(&store, "cat").len(), 5, "others go on");
}

#[test]
fn who_waits_can_see_how_many_runs_were_looked_at() {
    let folder = Folder::new();
    let store = folder.open();
    for number in 1..=6 {
        let text = if number % 2 == 0 { "A cat." } else { "A dog." };
        store_run(&store, saying(number, text));
    }
    let looked = |filter: &str| {
        let (stop, looked) = (Stop::default(), Looked::default());
        let mut seen = Vec::new();
        store
            .each_watched(&query(filter), None, (&stop, &looked), |_| {
                seen.push(looked.runs());
                ControlFlow::Continue(())
            })
            .unwrap();
        (seen, looked.runs())
    };
    assert_eq!(looked("chars:>0"), (vec![1, 2, 3, 4, 5, 6], 6));
    assert_eq!(looked("chars:>99"), (vec![], 6));
    assert_eq!(looked("cat chars:>99"), (vec![], 3), "the index finds cats");
    assert_eq!(looked("cat"), (vec![0; 3], 0), "the index finds them all");
    assert_eq!(looked("model:nobody"), (vec![], 0), "none can be meant");
}

#[test]
fn names_beyond_count_are_found_all_the_same() {
    let folder = Folder::new();
    let store = folder.open();
    for number in 0..70_u8 {
        let run = Run {
            request: request(format!("/album/{number}/a.jpg")),
            ..captioned(number)
        };
        store_run(&store, run);
    }
    assert_eq!(found(&store, "folder:album").len(), 70);
    assert_eq!(found(&store, "folder:album -folder:\"/6\" tabby").len(), 59);
    assert_eq!(found(&store, "folder:nowhere"), [""; 0]);
    assert_eq!(found(&store, "-folder:nowhere provider:NOV").len(), 70);
}

/// What a filter means, said once more and without an index.
fn holds(filter: &Filter, run: &Run) -> bool {
    let Filter::Is(condition) = filter else {
        return match filter {
            Filter::All(parts) => parts.iter().all(|part| holds(part, run)),
            Filter::Any(parts) => parts.iter().any(|part| holds(part, run)),
            Filter::Not(part) => !holds(part, run),
            Filter::Is(_) => unreachable!(),
        };
    };
    let caption = run.text().raw();
    let name = run.request.image.name();
    let day = |run: &Run| run.timing.started.to_zoned(TimeZone::UTC).date();
    match condition {
        Condition::Says(sought) => says(sought, caption) || says(sought, name.raw()),
        Condition::Caption(sought) => says(sought, caption),
        Condition::Name(sought) => says(sought, name.raw()),
        Condition::Model(sought) => has(sought, run.request.model.name().raw()),
        Condition::Provider(sought) => run
            .provider
            .as_ref()
            .is_some_and(|it| has(sought, it.raw())),
        Condition::Folder(sought) => has(sought, run.request.image.folder().to_str().unwrap()),
        Condition::Prompt(sought) => {
            let system = run.request.prompt.system.as_deref().unwrap_or_default();
            has(sought, &run.request.prompt.text) || has(sought, system)
        }
        Condition::Decision(decision) => run.review.decision == *decision,
        Condition::Outcome(outcome) => run.outcome == *outcome,
        Condition::Flag(flag) => run.flags().contains(flag),
        Condition::Usage(bounds) => run.usage.is_some_and(|it| bounds.hold(it.completion)),
        Condition::Chars(bounds) => bounds.hold(caption.chars().count() as u64),
        Condition::Cost(bounds) => run.cost_micro_usd.is_some_and(|it| bounds.hold(it)),
        Condition::Before(date) => day(run) < *date,
        Condition::After(date) => day(run) >= *date,
    }
}

/// `text` small and without the accents that are used here.
fn plain(text: &str) -> String {
    text.to_lowercase().replace('é', "e")
}

fn says(sought: &Sought, text: &str) -> bool {
    let words = |text: &str| {
        let spaced = plain(text).replace('猫', " 猫 ").replace('が', " が ");
        let is_letter = |it: char| it.is_alphanumeric() || (it == '*' && sought.has_stars());
        let words = spaced
            .split(|it| !is_letter(it))
            .filter(|it| !it.is_empty());
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let wanted = words(sought.written());
    let said = words(&text.replace('*', " "));
    said.windows(wanted.len()).any(|said| {
        said.iter()
            .zip(&wanted)
            .all(|(word, like)| is_like(word, like))
    })
}

fn has(sought: &Sought, name: &str) -> bool {
    let wanted = plain(sought.written());
    if sought.has_stars() {
        is_like(&plain(name), &format!("*{wanted}*"))
    } else {
        plain(name).contains(&wanted)
    }
}

fn is_like(word: &str, like: &str) -> bool {
    match like.split_once('*') {
        None => word == like,
        Some((start, rest)) => word.strip_prefix(start).is_some_and(|inner| {
            let mut ends = inner.char_indices().map(|(at, _)| at).chain([inner.len()]);
            ends.any(|at| is_like(&inner[at..], rest))
        }),
    }
}

fn a_text() -> impl Strategy<Value = String> {
    let words = [
        "cat",
        "Cats",
        "red",
        "Café",
        "cafeteria",
        "猫が",
        "sitting",
        "!",
        "A",
        "tab-by",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..6).prop_map(|it| it.join(" "))
}

fn a_run() -> impl Strategy<Value = (Run, Option<String>, Decision)> {
    let outcome = prop::sample::select(Outcome::ALL.to_vec());
    let model = prop::sample::select(vec!["Org/Qwen-VL", "org/blip:novita", "builtin/describe"]);
    let place = (0..3_u8, prop::sample::select(vec!["/a/b", "/a/Café", "/c"]));
    let numbers = (0..3_u64, prop::option::of(0..30_000_u64), 0..4_i64);
    let decision = prop::sample::select(Decision::ALL.to_vec());
    let review = (prop::option::of(a_text()), decision);
    let reason = prop::sample::select(vec!["stop", "length", "content_filter"]);
    (a_text(), outcome, model, place, numbers, review, reason).prop_map(
        |(caption, outcome, model, (picture, folder), (tokens, cost, day), review, reason)| {
            let mut run = saying(picture, &caption);
            run.outcome = outcome;
            run.request.model = model.parse().unwrap();
            run.request.image = ImageRef::new(format!("{folder}/cat_{picture}.jpg"));
            run.finish_reason = Some(Foreign::new(reason));
            run.provider = cost.map(|_| Foreign::new("Together"));
            run.cost_micro_usd = cost;
            run.usage = run.usage.map(|usage| crate::domain::run::Usage {
                completion: tokens * 40,
                ..usage
            });
            run.timing.started = Timestamp::from_second(1_793_491_200 + day * 86_400).unwrap();
            (run, review.0, review.1)
        },
    )
}

fn a_filter() -> impl Strategy<Value = String> {
    let condition = prop::sample::select(vec![
        "cat",
        "cat*",
        "c*t*",
        "*ing",
        "\"red cat\"",
        "red",
        "café",
        "猫",
        "猫が",
        "tab-by",
        "a",
        "tab-b*",
        "caption:cat",
        "name:cat",
        "name:c*",
        "caption:sit*",
        "name:\"cat 1\"",
        "model:qwen",
        "model:org*novita",
        "provider:*",
        "provider:tog",
        "folder:/a",
        "folder:cafe",
        "prompt:sentence",
        "prompt:x",
        "decision:accepted",
        "decision:pending",
        "outcome:captioned",
        "outcome:failed",
        "flag:empty",
        "flag:refused",
        "flag:too-long",
        "flag:same-caption",
        "usage:40..",
        "usage:0",
        "chars:<9",
        "chars:3..12",
        "cost:>0.01",
        "cost:..0.02",
        "before:2026-11-02",
        "after:2026-11-03",
        "missing",
    ]);
    condition
        .prop_map(str::to_owned)
        .prop_recursive(4, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4)
                    .prop_map(|it| format!("({})", it.join(" "))),
                prop::collection::vec(inner.clone(), 2..4)
                    .prop_map(|it| format!("({})", it.join(" or "))),
                inner.prop_map(|it| format!("-{it}")),
            ]
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_found_is_what_a_filter_means(
        runs in prop::collection::vec(a_run(), 1..14),
        filters in prop::collection::vec(a_filter(), 24),
    ) {
        let folder = Folder::new();
        let store = folder.open().with_length_limit(Some(11));
        for (run, caption, decision) in runs {
            let id = store.add(&run).unwrap();
            let change = Change { run: id, decision: Some(decision), caption: caption.map(Foreign::new) };
            store.review(&[change], Maker::Hand, moment(9)).unwrap();
        }
        let all = store.page(&HistoryQuery::default(), None, 100).unwrap();
        for written in filters {
            let query = query(&written);
            let meant = |run: &&Run| holds(query.filter.as_ref().unwrap(), run);
            let expected: Vec<_> = all.iter().filter(meant).map(|run| run.id).collect();
            let runs = store.page(&query, None, 100).unwrap();
            let found: Vec<_> = runs.iter().map(|run| run.id).collect();
            prop_assert_eq!(&found, &expected, "{}", written);
            for folder in ["/a/b", "/nowhere"] {
                let within = HistoryQuery { folder: Some(PathBuf::from(folder)), ..query.clone() };
                let lies = |run: &&Run| run.request.image.folder() == folder;
                let expected = all.iter().filter(meant).filter(lies).count();
                prop_assert_eq!(store.page(&within, None, 100).unwrap().len(), expected);
            }
            let of_one = HistoryQuery { image: Some(image(1)), ..query.clone() };
            let is_it = |run: &&Run| run.image_id == Some(ImageId([1; 32]));
            let expected = all.iter().filter(meant).filter(is_it).count();
            prop_assert_eq!(store.page(&of_one, None, 100).unwrap().len(), expected, "{}", written);
        }
    }
}

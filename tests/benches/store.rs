//! How fast history is with many runs in it: `cargo bench --bench store`.
//!
//! Without `--bench`, as in `cargo test --benches`, it only shows that it works.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and stops at the first error"
)]

use std::time::{Duration, Instant};

use blipboard::domain::image::{ImageId, ImageRef, Size};
use blipboard::domain::model::Price;
use blipboard::domain::request::{CaptionRequest, Parameters, Prompt, UploadSpec};
use blipboard::domain::review::Review;
use blipboard::domain::run::{Outcome, Run, RunId, Sent, Timing, Usage};
use blipboard::domain::text::Foreign;
use blipboard::store::{Begun, Cap, HistoryQuery, NewRun, Reserve, Store};
use jiff::Timestamp;

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let runs: u32 = if measured { 100_000 } else { 100 };

    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap().store;
    let start = Instant::now();
    for number in 0..runs {
        store_run(&store, number);
    }
    let per_second = f64::from(runs) / start.elapsed().as_secs_f64();
    println!("begin and complete: {per_second:.0} runs a second");

    let path = store.path().to_owned();
    drop(store);
    let bytes = std::fs::metadata(path).unwrap().len();
    println!("size: {} bytes a run of {runs}", bytes / u64::from(runs));

    let start = Instant::now();
    let store = Store::open(folder.path()).unwrap().store;
    println!("open: {:?}", start.elapsed());

    let in_folder = HistoryQuery {
        folder: Some("/photos/7".into()),
        ..HistoryQuery::default()
    };
    let of_picture = HistoryQuery {
        image: Some(image(7)),
        ..HistoryQuery::default()
    };
    let middle = Some(RunId(i64::from(runs / 2)));
    let page = |name, query: &HistoryQuery, before| {
        report(name, || store.page(query, before, 100).unwrap().len());
    };
    page("page of 100, newest", &HistoryQuery::default(), None);
    page(
        "page of 100, from the middle",
        &HistoryQuery::default(),
        middle,
    );
    page("page of 100, of a folder", &in_folder, None);
    page("page of 100, of a picture", &of_picture, None);
    report("answered", || {
        store
            .answered(&image(7), &request(7).key())
            .unwrap()
            .iter()
            .len()
    });
    report("marks of a picture", || {
        store.marks_of(&image(7)).unwrap().captions as usize
    });

    let paid_runs = runs / 10;
    let under_cap = beginning(0, Some(reserve()));
    for _ in 0..paid_runs {
        store.begin(&under_cap).unwrap();
    }
    let name = format!("begin under a cap, after {paid_runs} paid runs that day");
    report(&name, || {
        usize::from(matches!(
            store.begin(&under_cap).unwrap(),
            Begun::Started(_)
        ))
    });
}

/// Prints the median time of `question` and how many rows it finds.
fn report(name: &str, question: impl Fn() -> usize) {
    let mut times = [Duration::ZERO; 21];
    let mut found = 0;
    for time in &mut times {
        let start = Instant::now();
        found = question();
        *time = start.elapsed();
    }
    times.sort();
    println!("{name}: {:?} ({found} found)", times[10]);
}

/// One of a hundred folders, of a hundred pictures each.
fn request(number: u32) -> CaptionRequest {
    CaptionRequest {
        image: ImageRef::new(format!(
            "/photos/{}/DSC_{:05}.jpg",
            number % 100,
            number % 10_000
        )),
        model: "Qwen/Qwen3-VL-8B-Instruct".parse().unwrap(),
        served: None,
        prompt: Prompt {
            text: "Describe the picture in one sentence.".into(),
            system: None,
        },
        parameters: Parameters::default(),
        upload: UploadSpec::Original,
    }
}

fn image(number: u32) -> ImageId {
    let mut id = [0; 32];
    id[..4].copy_from_slice(&(number % 10_000).to_le_bytes());
    ImageId(id)
}

/// A cent under a cap that is never reached.
fn reserve() -> Reserve {
    let since = Timestamp::from_second(1_700_000_000).unwrap();
    let micro_usd = u64::MAX;
    Reserve {
        micro_usd: Some(10_000),
        cap: Some(Cap { micro_usd, since }),
    }
}

fn beginning(number: u32, reserve: Option<Reserve>) -> NewRun {
    NewRun {
        request: request(number),
        image_id: image(number),
        facts: None,
        fingerprint: None,
        reuse: false,
        batch: None,
        price: Price::Free,
        sent: Some(Sent {
            bytes: 18_211,
            size: Size {
                width: 451,
                height: 300,
            },
        }),
        reserve,
        started: Timestamp::from_second(1_700_000_000 + i64::from(number)).unwrap(),
    }
}

fn store_run(store: &Store, number: u32) {
    let begun = beginning(number, None);
    let (started, sent) = (begun.started, begun.sent);
    let Begun::Started(id) = store.begin(&begun).unwrap() else {
        unreachable!("there is no cap");
    };
    let run = Run {
        id: Some(id),
        request: begun.request,
        image_id: Some(begun.image_id),
        batch: None,
        outcome: Outcome::Captioned,
        caption: Foreign::new(
            "A tabby cat with green eyes looks straight at the camera, its fur lit from the left.",
        ),
        thinking: Foreign::default(),
        finish_reason: Some(Foreign::new("stop")),
        failure: None,
        provider: Some(Foreign::new("novita")),
        usage: Some(Usage {
            prompt: 312,
            completion: 24,
        }),
        price: Price::Free,
        cost_micro_usd: Some(0),
        sent,
        request_id: Some(Foreign::new("Root=1-69a1c2f4-0f2a4b5c6d7e8f9a0b1c2d3e")),
        timing: Timing {
            started,
            first_answer: Some(Duration::from_millis(812)),
            elapsed: Duration::from_millis(1812),
        },
        review: Review::default(),
        noticed: Vec::new(),
    };
    store.complete(id, &run).unwrap();
}

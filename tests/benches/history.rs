//! How fast something is found in a large history: `cargo bench --bench history`.
//!
//! It makes a million runs, or as many as are asked for: `cargo bench --bench history -- 100000`.
//! Without `--bench`, as in `cargo test --benches`, it only shows that it works.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and stops at the first error"
)]

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use blipboard::domain::filter::Filter;
use blipboard::domain::run::RunId;
use blipboard::store::{HistoryQuery, Stop, Store, StoreError};
use fastrand::Rng;
use rusqlite::{Connection, params};

const MODELS: i64 = 20;
const FOLDERS: i64 = 500;

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let asked = std::env::args().find_map(|argument| argument.parse().ok());
    let runs: i64 = asked.unwrap_or(if measured { 1_000_000 } else { 2_000 });

    let folder = tempfile::tempdir().unwrap();
    let path = {
        let store = Store::open(folder.path()).unwrap().store;
        store.path().to_owned()
    };
    let words = Words::new();
    make(&path, runs, &words);
    let start = Instant::now();
    drop(Store::open(folder.path()).unwrap());
    println!(
        "an older history of {runs} runs is indexed once: {:?}",
        start.elapsed()
    );
    let bytes = i64::try_from(std::fs::metadata(&path).unwrap().len()).unwrap();
    println!("{:>6} bytes a run (bound: 1536)", bytes / runs);

    let start = Instant::now();
    let store = Store::open(folder.path()).unwrap().store;
    tell("opening", start.elapsed(), 100, 0);

    let middle = Some(RunId(runs / 2));
    let (common, rare) = (words.at(5), words.at(4_900));
    for (name, filter, before, bound) in [
        ("first page", String::new(), None, 20),
        ("a page deep in the middle", String::new(), middle, 20),
        ("a common word", common.to_owned(), None, 50),
        (
            "a common word, from the middle",
            common.to_owned(),
            middle,
            50,
        ),
        ("a rare word", rare.to_owned(), None, 50),
        ("a prefix of two letters", format!("{common:.2}*"), None, 50),
        ("a prefix of five letters", format!("{rare:.5}*"), None, 50),
        (
            "a phrase",
            format!("\"{common} {}\"", words.at(7)),
            None,
            50,
        ),
        (
            "common word, rare folder",
            format!("{common} folder:/album/77/"),
            None,
            50,
        ),
        (
            "rare word, common model",
            format!("{rare} model:org/model-0"),
            None,
            50,
        ),
        (
            "common word, common decision",
            format!("{common} decision:pending"),
            None,
            50,
        ),
        (
            "common word, rare decision",
            format!("{common} decision:rejected"),
            None,
            50,
        ),
        (
            "common word, what nobody did",
            format!("{common} outcome:cancelled"),
            None,
            50,
        ),
        (
            "a word that nobody wrote",
            format!("{common} xylophone"),
            None,
            50,
        ),
        ("not a common word", format!("-{common}"), None, 50),
        ("a doubt", "flag:cut-off".to_owned(), None, 50),
    ] {
        let query = HistoryQuery {
            filter: (!filter.is_empty()).then(|| Filter::parse(&filter).unwrap()),
            ..HistoryQuery::default()
        };
        report(name, bound, || {
            store.page(&query, before, 100).unwrap().len()
        });
    }
    look_through_everything(&store);
    if let Some(kilobytes) = peak() {
        println!("{:>6} MB of memory at most (bound: 100)", kilobytes / 1024);
    }
}

/// What no index helps with.
fn look_through_everything(store: &Store) {
    let query = |filter: &str| HistoryQuery {
        filter: Some(Filter::parse(filter).unwrap()),
        ..HistoryQuery::default()
    };
    let start = Instant::now();
    let some = store.page(&query("chars:>240"), None, 100).unwrap().len();
    println!(
        "first page of a filter without an index: {:?} ({some} found)",
        start.elapsed()
    );
    let start = Instant::now();
    let none = store.page(&query("chars:>9999"), None, 100).unwrap().len();
    println!("all of it in vain: {:?} ({none} found)", start.elapsed());
    let start = Instant::now();
    let none = store.page(&query("*xylo*"), None, 100).unwrap().len();
    println!(
        "all captions letter by letter: {:?} ({none} found)",
        start.elapsed()
    );
    let (stop, other) = (Stop::default(), Stop::default());
    std::thread::scope(|scope| {
        let clone = stop.clone();
        let search = scope.spawn(move || {
            let ended = store.each(
                &query("*xylo*"),
                None,
                &clone,
                |_| ControlFlow::Continue(()),
            );
            (Instant::now(), matches!(ended, Err(StoreError::Stopped(_))))
        });
        // The other search takes a while: long enough to be in the middle of this one.
        let mut seen = 0;
        let some = |_| {
            seen += 1;
            if seen < 1_000 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        store
            .each(&HistoryQuery::default(), None, &other, some)
            .unwrap();
        let asked = Instant::now();
        stop.stop();
        let (ended, was_stopped) = search.join().unwrap();
        println!(
            "stopped after {:?} ({was_stopped})",
            ended.saturating_duration_since(asked)
        );
    });
}

fn tell(name: &str, took: Duration, bound: u64, found: usize) {
    let verdict = if took > Duration::from_millis(bound) {
        "  TOO SLOW"
    } else {
        ""
    };
    println!("{name}: {took:?} (bound: {bound} ms, {found} found){verdict}");
}

/// Prints the median time of `question` and how many rows it finds.
fn report(name: &str, bound: u64, question: impl Fn() -> usize) {
    let mut times = [Duration::ZERO; 7];
    let mut found = 0;
    for time in &mut times {
        let start = Instant::now();
        found = question();
        *time = start.elapsed();
    }
    times.sort();
    tell(name, times[3], bound, found);
}

/// The most memory that this program ever had, in kilobytes, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Words of which each is as much rarer as it comes later.
struct Words(Vec<String>);

impl Words {
    fn new() -> Self {
        let mut dice = Rng::with_seed(7);
        let first = "a of the on in with and red black white cat dog car tree street sky man woman"
            .split(' ');
        let mut words: Vec<_> = first.map(str::to_owned).collect();
        let sounds = [
            "ba", "dor", "ki", "lem", "mu", "nar", "po", "rin", "sta", "vel", "wen", "zo",
        ];
        while words.len() < 5_000 {
            let word: String = (0..dice.usize(2..5))
                .filter_map(|_| dice.choice(sounds))
                .collect();
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Self(words)
    }

    fn at(&self, rank: usize) -> &str {
        &self.0[rank]
    }

    fn caption(&self, dice: &mut Rng) -> String {
        let letters = dice.usize(60..250);
        let mut caption = String::with_capacity(letters + 20);
        while caption.len() < letters {
            let rank = 5_000_f64.powf(dice.f64());
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a rank"
            )]
            let word = self.at((rank as usize - 1).min(self.0.len() - 1));
            caption.push_str(word);
            caption.push(' ');
        }
        caption.pop();
        caption.push('.');
        caption
    }
}

/// Writes a history as it was before there was an index.
fn make(path: &Path, runs: i64, words: &Words) {
    let mut dice = Rng::with_seed(1);
    let mut connection = Connection::open(path).unwrap();
    let step = connection.transaction().unwrap();
    for id in 0..MODELS {
        step.execute(
            "INSERT INTO request (id, key, model, prompt, upload)
             VALUES (?1, randomblob(32), ?2, 'Describe the picture in one sentence.', 'original')",
            params![id + 1, format!("org/model-{id:02}")],
        )
        .unwrap();
    }
    for id in 0..FOLDERS {
        let folder = format!("/home/me/album/{id}/pictures");
        step.execute(
            "INSERT INTO folder VALUES (?1, ?2)",
            params![id + 1, folder.as_bytes()],
        )
        .unwrap();
    }
    let pictures = runs / 4;
    for id in 1..=pictures {
        step.prepare_cached(
            "INSERT INTO picture (id, sha256, bytes) VALUES (?1, randomblob(32), ?1)",
        )
        .unwrap()
        .execute([id])
        .unwrap();
    }
    for id in 1..=runs {
        let caption = words.caption(&mut dice);
        let picture = dice.i64(1..=pictures);
        step.prepare_cached(
            "INSERT INTO run (id, request, folder, name, picture, state, started, first_answer, elapsed,
                 sent_bytes, sent_width, sent_height, price, price_input, price_output, cost,
                 prompt_tokens, completion_tokens, provider, request_id, finish_reason, caption_chars,
                 caption)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 812345, 1812345, 18211, 451, 300, 'usage', 80000,
                 500000, 37, 312, ?8, 'novita', 'Root=1-69a1c2f4-0f2a4b5c6d7e8f9a0b1c2d3e', ?9, ?10, ?11)",
        )
        .unwrap()
        .execute(params![
            id,
            dice.i64(1..=MODELS),
            1 + picture % FOLDERS,
            format!("DSC_{picture:06}.jpg").as_bytes(),
            picture,
            if dice.u8(0..50) == 0 { "failed" } else { "captioned" },
            1_700_000_000_000_000 + id * 1_000_000,
            dice.i64(10..200),
            if dice.u8(0..100) == 0 { "length" } else { "stop" },
            i64::try_from(caption.len()).unwrap(),
            caption,
        ])
        .unwrap();
        if dice.u8(0..20) == 0 {
            let decision = if dice.u16(0..1000) == 0 {
                "rejected"
            } else {
                "accepted"
            };
            step.prepare_cached(
                "INSERT INTO review (step, run, moment, maker, counts, decision, caption)
                 VALUES (?1, ?1, 0, 'hand', 1, ?2, ?3)",
            )
            .unwrap()
            .execute(params![id, decision, caption])
            .unwrap();
            step.prepare_cached("INSERT INTO reviewed VALUES (?1, ?2, ?3)")
                .unwrap()
                .execute(params![id, decision, caption])
                .unwrap();
        }
    }
    step.execute("UPDATE indexed SET up_to = 0, until = ?1", [runs])
        .unwrap();
    step.commit().unwrap();
}

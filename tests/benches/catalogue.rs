//! How soon a catalogue of 2,000 models is there, and how fast it is narrowed:
//! `cargo bench --bench catalogue`.
//!
//! Without `--bench`, as in `cargo test --benches`, it only shows that it works.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and stops at the first error"
)]

use std::time::{Duration, Instant};

use blipboard::domain::catalogue::{Offer, Served};
use blipboard::domain::fuzzy::Pattern;
use blipboard::domain::model::Price;
use blipboard::hub::cache::{Cache, Teller, Told};
use jiff::Timestamp;

const MODELS: u32 = 2_000;
/// Most models have two or three.
const PROVIDERS: [&str; 3] = ["novita", "together", "featherless-ai"];

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let times = if measured { 50 } else { 1 };
    let home = tempfile::tempdir().unwrap();
    let cache = Cache::new(home.path());
    let router = "https://router.huggingface.co/v1".parse().unwrap();
    let router = Teller::new(&router, None);
    let told = Told {
        what: (0..MODELS).map(model).collect::<Vec<_>>(),
        asked: Timestamp::UNIX_EPOCH,
    };
    // Nobody waits for this.
    report("keep", Duration::from_secs(1), times, || {
        cache.keep("router", &router, &told);
        told.what.len()
    });
    report("open", Duration::from_millis(50), times, || {
        let told: Told<Vec<Served>> = cache.told("router", &router).unwrap();
        told.what.len()
    });
    let key = Duration::from_millis(5);
    for (name, text) in [
        ("filter, a letter", "q"),
        ("filter, letters", "qvl8"),
        ("filter, words", "instruct qwen 199"),
        ("filter, nothing fits", "zzz"),
    ] {
        report(name, key, times, || {
            // A key makes a new pattern and tries it on every name.
            let mut pattern = Pattern::new(text);
            let names = told.what.iter().map(|model| model.id.as_str());
            names.filter_map(|name| pattern.score(name)).count()
        });
    }
}

fn model(number: u32) -> Served {
    let kinds = ["Qwen/Qwen3-VL", "google/gemma-4", "meta-llama/Llama-5"];
    let kind = kinds[number as usize % kinds.len()];
    let offer = |provider: &&str| Offer {
        provider: (*provider).to_owned(),
        live: true,
        price: Price::Usage {
            input: 420_000,
            output: 3_000_000,
        },
        context: Some(131_072),
        latency_ms: Some(762.6),
        throughput: Some(39.32),
    };
    Served {
        id: format!("{kind}-{number}B-Instruct"),
        sees: true,
        created: Some(Timestamp::UNIX_EPOCH),
        offers: PROVIDERS.iter().map(offer).collect(),
    }
}

/// The median of so many times, beside what is allowed; once only shows that it works.
fn report(name: &str, bound: Duration, times: usize, mut work: impl FnMut() -> usize) {
    let mut took = Vec::with_capacity(times);
    let mut found = 0;
    for _ in 0..times {
        let start = Instant::now();
        found = work();
        took.push(start.elapsed());
    }
    took.sort();
    let median = took[times / 2];
    println!("{name}: {median:.1?} of {MODELS} models, {found} found (bound {bound:?})");
    assert!(times == 1 || median <= bound, "{name} takes too long");
}

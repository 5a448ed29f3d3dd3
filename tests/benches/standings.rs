//! How long standings take: `cargo bench --bench standings`.
//!
//! 10,000 verdicts over 6 contestants, with 1,000 rounds for the intervals, within a second.
//!
//! Without `--bench`, as in `cargo test --benches`, it only shows that it works.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and stops at the first error"
)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use blipboard::domain::image::ImageId;
use blipboard::domain::standing::{ROUNDS, standings};
use blipboard::domain::verdict::{Choice, Contestant, MOST, Side, Verdict};
use jiff::Timestamp;

const BOUND: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let verdicts: Vec<_> = (0..if measured { 10_000 } else { 100 })
        .map(verdict)
        .collect();
    let mut times: Vec<_> = (0..if measured { 5 } else { 1 })
        .map(|_| {
            let start = Instant::now();
            let standings = standings(&verdicts, 1);
            assert!(standings.standings.iter().all(|it| it.strength.is_some()));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times[times.len() / 2];
    let (count, broken) = (verdicts.len(), measured && median > BOUND);
    let sign = if broken { "BROKEN" } else { "kept" };
    println!(
        "{count} verdicts over {MOST}, {ROUNDS} rounds: {median:.3?}, at most {BOUND:?} ({sign})"
    );
    if broken {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Over 5,000 pictures; who comes first in the list wins more often, and one in ten is a tie.
fn verdict(number: u32) -> Verdict {
    let mut image = [0; 32];
    image[..4].copy_from_slice(&(number / 2).to_le_bytes());
    let mixed = number.wrapping_mul(2_654_435_761) >> 8;
    let draw = mixed % 21;
    let place = (0..6).find(|place| draw < (place + 1) * (12 - place) / 2);
    Verdict {
        image: ImageId(image),
        moment: Timestamp::UNIX_EPOCH,
        choice: match place {
            _ if mixed.is_multiple_of(10) => Choice::Tie,
            Some(place) => Choice::Best(place as usize),
            None => Choice::NoneIsGood,
        },
        blind: true,
        seed: Some(u64::from(number)),
        reason: String::new(),
        sides: (0..MOST).map(side).collect(),
    }
}

fn side(place: usize) -> Side {
    Side {
        contestant: Contestant {
            model: format!("org/model-{place}").parse().unwrap(),
            preset: None,
        },
        run: None,
        chars: Some(100 + place as u64),
    }
}

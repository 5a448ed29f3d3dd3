//! How long `builtin/describe` takes for pictures of three sizes, beside the decoding of the same
//! pictures from JPEG. `cargo bench --bench describe` measures; run without `--bench`, as by
//! `cargo test --benches`, it goes through the smallest size once.

use std::time::{Duration, Instant};

use blipboard::inference::describe::describe;
use blipboard::media::decode;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;

type Failure = Box<dyn std::error::Error>;

/// Pixels of the pictures.
const SIZES: [(u32, u32); 3] = [(540, 360), (4240, 2828), (9792, 6528)];

#[expect(
    clippy::print_stdout,
    reason = "what a benchmark measured is read on the screen"
)]
fn main() -> Result<(), Failure> {
    let measuring = std::env::args().any(|argument| argument == "--bench");
    let (sizes, rounds) = if measuring {
        (SIZES.as_slice(), 15)
    } else {
        (&SIZES[..1], 1)
    };
    let coffee = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/images/coffee.jpg");
    let coffee = image::open(coffee)?;
    let folder = tempfile::tempdir()?;
    println!("size        megapixels  describe median  max      decode median  max");
    for &(width, height) in sizes {
        let path = folder.path().join("picture.jpg");
        let large = coffee.resize_exact(width, height, FilterType::Triangle);
        large.write_with_encoder(JpegEncoder::new_with_quality(
            std::fs::File::create(&path)?,
            90,
        ))?;
        drop(large);
        let (facts, pixels) = decode::decode(&path)?;
        let (describe_median, describe_max) = time(rounds, || {
            std::hint::black_box(describe(&facts, &pixels));
        });
        let (decode_median, decode_max) = time(rounds.min(5), || {
            std::hint::black_box(decode::decode(&path).is_ok());
        });
        println!(
            "{:10}  {:10.1}  {describe_median:>12.1?}  {describe_max:>8.1?}  {decode_median:>10.1?}  {decode_max:>8.1?}",
            facts.size.to_string(),
            f64::from(width) * f64::from(height) / 1e6,
        );
    }
    Ok(())
}

/// Median and maximum.
fn time(rounds: usize, mut work: impl FnMut()) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    (at(rounds / 2), at(rounds - 1))
}

//! How long it takes until a photograph of 12 megapixels is seen, beside what the `image` crate
//! does alone, and how much memory: `cargo bench --bench thumbnails`. What is bounded ends the
//! bench with an error where it is not kept.
//!
//! Without `--bench`, as in `cargo test --benches`, it only shows that it works.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and stops at the first error"
)]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use blipboard::domain::account::TokenPlaces;
use blipboard::domain::image::{ImageRef, Size};
use blipboard::domain::spending::Limit;
use blipboard::engine::{Billing, Engine, EngineSettings, Network, Rentals};
use blipboard::media::{decode, thumbnail, upload};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageEncoder};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// A cell of the contact sheet, the picture beside the list in a terminal with graphics, and the
/// same where the terminal is as large as a screen.
const SMALL: u32 = 200;
const MIDDLE: u32 = 600;
const LARGE: u32 = 800;
const SHEET: usize = 40;
/// What was seen before is there as soon as this, in each of these sizes.
const KEPT: Duration = Duration::from_millis(5);
/// Somebody who wakes so often, as the screen does.
const FRAME: Duration = Duration::from_millis(5);

fn main() -> ExitCode {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let ((width, height), count) = if measured {
        ((4000, 3000), 15)
    } else {
        ((1600, 1200), 2)
    };
    let home = tempfile::tempdir().unwrap();
    let files = files(home.path(), width, height, count);
    let bytes = fs::metadata(&files[0]).unwrap().len();
    println!("a photograph, {width}×{height}, {bytes} B");
    println!("                                median       max  peak MiB");

    let alone = report("`image` alone, 200", &files, |path| {
        black_box(image::open(path).unwrap().thumbnail(SMALL, SMALL));
    });
    report("whole, then scaled, 200", &files, |path| {
        let (_, pixels) = decode::decode(path).unwrap();
        thumbnail::fit(&pixels, square(SMALL));
    });
    let mut ours = Duration::ZERO;
    for side in [SMALL, MIDDLE, 1000, 1600] {
        let took = report(&format!("thumbnail, {side}"), &files, |path| {
            thumbnail::Thumbnail::of(path, square(side)).unwrap();
        });
        ours = if side == SMALL { took } else { ours };
    }

    let runtime = Runtime::new().unwrap();
    let engine = || engine(home.path());
    let (first, next) = (engine(), engine());
    let look = |engine: &Engine, path: &Path, side| {
        let image = ImageRef::new(path);
        let look = engine.look(&image, square(side));
        runtime.block_on(look).unwrap();
    };
    let glimpse = report("glimpse of the embedded, 600", &files, |path| {
        let image = ImageRef::new(path);
        let glimpse = first.glimpse(&image, square(MIDDLE));
        runtime.block_on(glimpse).unwrap();
    });
    let sides = [SMALL, MIDDLE, LARGE];
    for side in sides {
        report(&format!("look, first time, {side}"), &files, |path| {
            look(&first, path, side);
        });
    }
    let kept = sides.map(|side| {
        report(&format!("look, next start, {side}"), &files, |path| {
            look(&next, path, side);
        })
    });

    sheets(home.path(), &runtime, &files[0]);
    let wrong = [
        ("not 1.5 times as quick as `image`", ours * 3 > alone * 2),
        (
            "a first picture took longer than 10 ms",
            glimpse > Duration::from_millis(10),
        ),
        (
            "a kept one took longer than 5 ms",
            kept.into_iter().any(|took| took > KEPT),
        ),
    ];
    let mut exit = ExitCode::SUCCESS;
    for (sentence, _) in wrong.into_iter().filter(|(_, is_so)| measured && *is_so) {
        println!("{sentence}");
        exit = ExitCode::FAILURE;
    }
    exit
}

/// A contact sheet of pictures that were never seen, then of the same ones, each while uploads are
/// made on every core; and how late somebody wakes meanwhile.
fn sheets(home: &Path, runtime: &Runtime, file: &Path) {
    let original = fs::read(file).unwrap();
    let sheet_files: Vec<_> = (0..SHEET)
        .map(|number| {
            let path = home.join(format!("sheet-{number}.jpg"));
            // Bytes behind the picture make it another one.
            let number = u32::try_from(number).unwrap().to_be_bytes();
            fs::write(&path, [original.as_slice(), &number].concat()).unwrap();
            path
        })
        .collect();
    println!("a sheet of {SHEET}, 200, beside a batch     took   late 99 %   late max");
    for name in ["first time", "next start"] {
        let engine = engine(home);
        let is_over = AtomicBool::new(false);
        let (took, late) = thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().unwrap().get() {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        upload::scaled(file, 1024, 1_000_000).unwrap();
                    }
                });
            }
            let looked = async {
                let start = Instant::now();
                sheet(&engine, &sheet_files).await;
                is_over.store(true, Ordering::Relaxed);
                start.elapsed()
            };
            runtime.block_on(async { tokio::join!(looked, lateness(&is_over)) })
        });
        let at = |percent: usize| late[(late.len() - 1) * percent / 100];
        println!(
            "  {name:30} {took:>9.1?} {:>11.1?} {:>10.1?}",
            at(99),
            at(100)
        );
    }
}

/// Looks at all of the pictures at once.
async fn sheet(engine: &Engine, files: &[PathBuf]) {
    let mut looks = JoinSet::new();
    for path in files {
        let (engine, image) = (engine.clone(), ImageRef::new(path));
        looks.spawn(async move { engine.look(&image, square(SMALL)).await.unwrap() });
    }
    assert_eq!(looks.join_all().await.len(), files.len());
}

/// By how much each short sleep was too long, sorted.
async fn lateness(is_over: &AtomicBool) -> Vec<Duration> {
    let mut late = Vec::new();
    while !is_over.load(Ordering::Relaxed) || late.is_empty() {
        let start = Instant::now();
        tokio::time::sleep(FRAME).await;
        late.push(start.elapsed().saturating_sub(FRAME));
    }
    late.sort_unstable();
    late
}

/// Works on all files and prints how long each took; returns the median.
fn report(name: &str, files: &[PathBuf], work: impl Fn(&Path)) -> Duration {
    // proc_pid_clear_refs(5): the peak begins anew.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let mut took: Vec<_> = files
        .iter()
        .map(|path| {
            let start = Instant::now();
            work(path);
            start.elapsed()
        })
        .collect();
    took.sort_unstable();
    let (median, max) = (took[took.len() / 2], took[took.len() - 1]);
    let peak = peak().map_or("?".to_owned(), |kib| (kib / 1024).to_string());
    println!("  {name:28} {median:>9.1?} {max:>9.1?} {peak:>9}");
    median
}

/// The peak of this program's memory in KiB, where the system tells.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn square(side: u32) -> Size {
    Size {
        width: side,
        height: side,
    }
}

/// Copies of a photograph as a camera writes it, with a small one in its head; each another picture.
fn files(folder: &Path, width: u32, height: u32, count: usize) -> Vec<PathBuf> {
    let coffee = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/images/coffee.jpg");
    let coffee = image::open(coffee).unwrap();
    let photograph = coffee.resize_exact(width, height, FilterType::CatmullRom);
    let small = jpeg(
        &coffee.resize_exact(160, 120, FilterType::Triangle),
        80,
        None,
    );
    let file = jpeg(&photograph, 92, Some(exif(&small)));
    let files = 0..u32::try_from(count).unwrap();
    files
        .map(|number| {
            let path = folder.join(format!("{number}.jpg"));
            fs::write(&path, [file.as_slice(), &number.to_be_bytes()].concat()).unwrap();
            path
        })
        .collect()
}

fn jpeg(image: &DynamicImage, quality: u8, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).unwrap();
    }
    image.write_with_encoder(encoder).unwrap();
    file
}

/// An EXIF block with nothing but a small picture: an empty directory, then one of two fields.
fn exif(small: &[u8]) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\0\0\x0e\0\0\0\x02\0".to_vec();
    let length = u32::try_from(small.len()).unwrap();
    for (tag, value) in [(0x0201_u16, 44), (0x0202, length)] {
        block.extend(tag.to_le_bytes());
        block.extend([4, 0, 1, 0, 0, 0]);
        block.extend(value.to_le_bytes());
    }
    block.extend([0; 4]);
    block.extend(small);
    block
}

/// A program that was just started, which contacts nobody.
fn engine(home: &Path) -> Engine {
    let url = |url: &str| url.parse().unwrap();
    let settings = EngineSettings {
        concurrency: 1,
        concurrency_per_host: 1,
        limit: Limit::None,
        length_limit: None,
        network: Network {
            hub: url("http://127.0.0.1:9"),
            router: url("http://127.0.0.1:9/v1"),
            service: url("http://127.0.0.1:9/v2"),
            offline: true,
            billing: Billing::default(),
            token: TokenPlaces::default(),
            endpoints: BTreeMap::new(),
            rented: Rentals::default(),
            silence: Duration::from_mins(1),
            proxies: BTreeMap::new(),
        },
        cache: home.join("cache"),
    };
    Engine::open(&home.join("data"), settings).unwrap().0
}

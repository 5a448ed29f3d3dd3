//! How long it takes to make a picture of 12 megapixels ready for sending, and how much memory,
//! beside what the `image` crate does alone: `cargo bench --bench upload`.
//!
//! Without `--bench`, as in `cargo test --benches`, it only shows that it works.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and stops at the first error"
)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use blipboard::media::{decode, upload};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, Rgb, RgbImage};

const SIDE: u32 = 1024;
const MOST_BYTES: u32 = 1_000_000;

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let ((width, height), count) = if measured {
        ((4000, 3000), 15)
    } else {
        ((400, 300), 2)
    };
    let folder = tempfile::tempdir().unwrap();
    for (name, picture) in [
        ("a photograph", photograph(width, height)),
        ("a screenshot", screenshot(width, height)),
    ] {
        let files = files(folder.path(), &picture, count);
        drop(picture);
        let bytes = fs::metadata(&files[0]).unwrap().len();
        println!("{name}, {width}×{height}, {bytes} B");
        println!("                        median       max    bytes  peak MiB");
        let scaled = |path: &Path| {
            upload::scaled(path, SIDE, MOST_BYTES)
                .unwrap()
                .1
                .bytes
                .len()
        };
        report("scaled", &files, 1, scaled);
        let cores = thread::available_parallelism().unwrap().get();
        report("scaled, one a core", &files, cores, scaled);
        report("original", &files, 1, |path| {
            upload::original(path).unwrap().2.bytes.len()
        });
        report("decode alone", &files, 1, |path| {
            decode::decode(path).unwrap().1.rgba().len()
        });
        report("`image` alone", &files[..count.min(5)], 1, by_image);
    }
}

/// The yardstick: the same by one crate, which neither turns nor limits.
fn by_image(path: &Path) -> usize {
    let small = image::open(path)
        .unwrap()
        .resize(SIDE, SIDE, FilterType::Lanczos3);
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, 90);
    small.into_rgb8().write_with_encoder(encoder).unwrap();
    file.len()
}

/// Works on all files, so many at a time, and prints how long each took.
fn report(name: &str, files: &[PathBuf], at_once: usize, work: impl Fn(&Path) -> usize + Sync) {
    // proc_pid_clear_refs(5): the peak begins anew.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let (queue, done) = (Mutex::new(files.iter()), Mutex::new(Vec::new()));
    let worker = || {
        loop {
            let next = queue.lock().unwrap().next();
            let Some(path) = next else { return };
            let start = Instant::now();
            let bytes = work(path);
            done.lock().unwrap().push((start.elapsed(), bytes));
        }
    };
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(worker);
        }
    });
    let mut done: Vec<(Duration, usize)> = done.into_inner().unwrap();
    done.sort_unstable();
    let (median, bytes) = done[done.len() / 2];
    let (max, _) = done[done.len() - 1];
    let peak = peak().map_or("?".to_owned(), |kib| (kib / 1024).to_string());
    println!("  {name:18} {median:>9.1?} {max:>9.1?} {bytes:>8} {peak:>9}");
}

/// The peak of this program's memory in KiB, where the system tells.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn files(folder: &Path, picture: &DynamicImage, count: usize) -> Vec<PathBuf> {
    let path = |number| folder.join(format!("{number}.jpg"));
    let file = File::create(path(0)).unwrap();
    let encoder = JpegEncoder::new_with_quality(file, 90);
    picture.write_with_encoder(encoder).unwrap();
    for number in 1..count {
        fs::copy(path(0), path(number)).unwrap();
    }
    (0..count).map(path).collect()
}

fn photograph(width: u32, height: u32) -> DynamicImage {
    let coffee = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/images/coffee.jpg");
    let coffee = image::open(coffee).unwrap();
    coffee.resize_exact(width, height, FilterType::Triangle)
}

/// Lines of strokes as thin as letters.
fn screenshot(width: u32, height: u32) -> DynamicImage {
    let ink = |x: u32, y: u32| {
        let letter = (x / 22).wrapping_mul(2_654_435_761) ^ (y / 40).wrapping_mul(40_503) << 9;
        let (x, y) = (x % 22, y % 40);
        let has = |stroke: u32| letter >> (8 + stroke) & 1 == 1;
        let is_inside = (4..18).contains(&x) && (7..32).contains(&y);
        is_inside && (has(0) && x / 3 == 2 || has(1) && y / 3 == 6 || has(2) && x / 3 == 4)
    };
    let grey = |x, y| Rgb([if ink(x, y) { 20 } else { 250 }; 3]);
    RgbImage::from_fn(width, height, grey).into()
}

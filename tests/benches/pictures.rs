//! What pictures cost on the line and how long they take to make: `cargo bench --bench pictures`.
//!
//! A photo that fills 72×24 cells of 8×16 pixels is made in each protocol, within the budgets of
//! this machine and of ssh, and one in half blocks takes the place of another; what is bounded ends the bench with an error where it is not kept. Then
//! the real program runs in a terminal of 120×36 cells that keeps silent.
//!
//! Without `--bench`, as in `cargo test --benches`, it only shows that it works.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench prints, and stops at the first error"
)]

#[expect(dead_code, reason = "the command line's tests need more of it")]
#[path = "../support/home.rs"]
mod home;
#[expect(dead_code, reason = "the bench of the dashboard needs more of it")]
#[path = "dashboard/screen.rs"]
mod screen;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use blipboard::domain::graphics::{Means, Protocol};
use blipboard::domain::image::{ImageRef, Pixels, Size};
use blipboard::media::{decode, thumbnail};
use blipboard::ui::effect::Ticket;
use blipboard::ui::painter::ImageSlot;
use blipboard::ui::painter::blocks::paint;
use blipboard::ui::painter::order::{Key, Order};
use blipboard::ui::painter::press::Press;
use blipboard::ui::painter::sharp;
use blipboard::ui::theme::Depth;
use home::Home;
use image::imageops::FilterType;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use screen::Dashboard;

const IMAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/images");

/// The protocols, and what their plainest form took for such a photo: viuer's own bytes.
const PROTOCOLS: [(Protocol, &str); 3] = [
    (Protocol::Kitty, "1.72 MB"),
    (Protocol::Iterm, "368 KB"),
    (Protocol::Sixel, "274 KB"),
];

const PHOTOS: [&str; 4] = ["astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg"];

const CELLS: (u16, u16) = (72, 24);
const CELL: Size = Size {
    width: 8,
    height: 16,
};
const SCREEN: Size = Size {
    width: 72 * CELL.width,
    height: 24 * CELL.height,
};

/// What one picture may cost on this machine and over ssh, in bytes.
const BUDGETS: [(&str, usize); 2] = [("here", 400_000), ("over ssh", 96_000)];

/// A key that changes no picture may cost so many bytes.
const KEY: usize = 1_000;

/// Another photo in half blocks of 256 colours may cost so many bytes.
const BLOCKS: usize = 22_000;

fn main() -> ExitCode {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let mut is_kept = true;
    for (name, budget) in BUDGETS {
        println!("\na photo in 72×24 cells, {name}: at most {budget} bytes");
        for (protocol, plain, bytes, time) in made(budget) {
            println!("  {protocol}: {bytes} bytes in {time:?} (plain: {plain})");
            is_kept &= (1..=budget).contains(&bytes);
        }
    }
    println!("\nanother photo in 72×24 cells of half blocks, 256 colours: at most {BLOCKS} bytes");
    let mut last = PHOTOS[PHOTOS.len() - 1];
    for next in PHOTOS {
        let bytes = blocks(last, next, Depth::Indexed);
        let true_colour = blocks(last, next, Depth::True);
        println!("  {last} → {next}: {bytes} bytes (16 million colours: {true_colour})");
        is_kept &= bytes <= BLOCKS;
        last = next;
    }
    let rest = Duration::from_millis(if measured { 3_000 } else { 300 });
    for protocol in ["blocks", "kitty", "iterm", "sixel"] {
        let [moved, key, idle] = dashboard(protocol, rest);
        println!("\nthe dashboard at 120×36, {protocol}");
        println!("  the selection moves by one: {moved} bytes");
        println!("  a key that changes no picture: {key} bytes (at most {KEY})");
        println!("  at rest for {rest:?}: {idle} bytes (at most 0)");
        is_kept &= key <= KEY && idle == 0;
    }
    if measured && !is_kept {
        println!("\nBROKEN: see the bounds above");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Each protocol with its plain cost, the bytes of the photo and the time that it took.
fn made(budget: usize) -> Vec<(&'static str, &'static str, usize, Duration)> {
    let (_, whole) = decode::decode(&Path::new(IMAGES).join("coffee.jpg")).unwrap();
    let pixels = thumbnail::fit(&whole, SCREEN);
    // Stdout is the press's until it is dropped: only then is anything printed.
    let press = Press::take().unwrap();
    let make = |(protocol, plain): (Protocol, &'static str)| {
        let started = Instant::now();
        let bytes = bytes(&press, protocol, &pixels, budget);
        (protocol.name(), plain, bytes, started.elapsed())
    };
    PROTOCOLS.map(make).into()
}

/// Zero where the picture does not fit.
fn bytes(press: &Press, protocol: Protocol, pixels: &Pixels, budget: usize) -> usize {
    let order = Order {
        key: Key {
            image: ImageRef::new("/home/me/photos/coffee.jpg"),
            reading: Ticket::default(),
            cells: CELLS,
            pixels: SCREEN,
        },
        means: Means {
            protocol,
            cell: CELL,
            budget,
        },
    };
    let made = sharp::make(order, press, pixels, || true);
    made.and_then(|made| made.bytes)
        .map_or(0, |bytes| bytes.len())
}

/// What ratatui sends to bring one photo in place of another, each filling all cells.
fn blocks(last: &str, next: &str, depth: Depth) -> usize {
    let area = Rect::new(0, 0, CELLS.0, CELLS.1);
    let painted = |name: &str| {
        let image = Path::new(IMAGES).join(name);
        let size = ImageSlot::pixels_of(area);
        let photo = image::open(&image).unwrap();
        let photo = photo.resize_exact(size.width, size.height, FilterType::CatmullRom);
        let pixels = Pixels::new(size, photo.into_rgba8().into_raw()).unwrap();
        let slot = ImageSlot {
            area,
            image: ImageRef::new(image),
            covered: Vec::new(),
        };
        let mut buffer = Buffer::empty(area);
        paint(&pixels, &slot, &mut buffer, depth);
        buffer
    };
    let mut sent = Vec::new();
    let (last, next) = (painted(last), painted(next));
    let changes = last.diff(&next).into_iter();
    CrosstermBackend::new(&mut sent).draw(changes).unwrap();
    sent.len()
}

/// The bytes of a move of the selection, of a key that changes no picture, and of nothing.
fn dashboard(protocol: &str, rest: Duration) -> [usize; 3] {
    let home = Home::new();
    home.config(&format!("graphics = \"{protocol}\"\n"));
    // The first start greets.
    Dashboard::start(&home, Path::new(IMAGES)).wait("the greeting", |_| true);
    let mut dashboard = Dashboard::start(&home, &Path::new(IMAGES).join("astronaut.jpg"));
    dashboard.wait("the picture", |dashboard| {
        dashboard.contents().contains("512×512")
    });
    while dashboard.rest(rest) > 0 {}
    let mut press = |keys: &str| {
        dashboard.press(keys);
        dashboard.rest(rest)
    };
    [press("j"), press("2"), press("")]
}

//! Pictures as they go over the line, made by the real encoder. It takes stdout for the whole
//! process, so everything here is a pair: a test, and what it runs in a process of its own.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on has failed its test"
)]

use std::cell::Cell;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blipboard::domain::graphics::{Means, Protocol};
use blipboard::domain::image::{ImageRef, Pixels, Size};
use blipboard::media::{decode, thumbnail};
use blipboard::ui::effect::Ticket;
use blipboard::ui::painter::order::{Key, Order};
use blipboard::ui::painter::press::Press;
use blipboard::ui::painter::sharp;
use image::RgbaImage;

const IMAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/images");
const CELL: Size = Size {
    width: 8,
    height: 16,
};

/// Runs a test of this file by itself and answers what it wrote to stdout.
fn alone(name: &str) -> String {
    let this = std::env::current_exe().unwrap();
    let words = [name, "--exact", "--ignored", "--nocapture"];
    let run = Command::new(this).args(words).output().unwrap();
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{name} failed:\n{told}");
    String::from_utf8(run.stdout).unwrap()
}

/// What a picture becomes that stands in `cells` cells of 8×16 pixels and fills them.
fn made(
    press: &Press,
    protocol: Protocol,
    pixels: &Pixels,
    cells: (u16, u16),
    budget: usize,
) -> Option<Vec<u8>> {
    let made = sharp::make(order(protocol, cells, budget), press, pixels, || true)?;
    made.bytes.map(|bytes| bytes.to_vec())
}

fn order(protocol: Protocol, cells: (u16, u16), budget: usize) -> Order {
    let (width, height) = (u32::from(cells.0) * 8, u32::from(cells.1) * 16);
    Order {
        key: Key {
            image: ImageRef::new("/home/me/photos/cat.jpg"),
            reading: Ticket::default(),
            cells,
            pixels: Size { width, height },
        },
        means: Means {
            protocol,
            cell: CELL,
            budget,
        },
    }
}

/// Every pixel of another colour, some of them half clear where it is wanted.
fn colourful(width: u32, height: u32, opacity: u8) -> Pixels {
    let mut rgba = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let [red, green] = [x, y].map(|at| u8::try_from(at * 7 % 256).unwrap());
            rgba.extend([red, green, 90, if x % 2 == 0 { 255 } else { opacity }]);
        }
    }
    Pixels::new(Size { width, height }, rgba).unwrap()
}

fn photo(name: &str, within: Size) -> Pixels {
    let (_, whole) = decode::decode(&Path::new(IMAGES).join(name)).unwrap();
    thumbnail::fit(&whole, within)
}

fn opened(file: &[u8]) -> RgbaImage {
    image::load_from_memory(file).unwrap().into_rgba8()
}

/// The file within iTerm2's sequence, and what stands before it.
fn file_of(sequence: &[u8]) -> (String, Vec<u8>) {
    let text = std::str::from_utf8(sequence).unwrap();
    let text = text.strip_prefix("\x1b]1337;File=").unwrap();
    let (head, file) = text.strip_suffix('\x07').unwrap().split_once(':').unwrap();
    (head.to_owned(), STANDARD.decode(file).unwrap())
}

/// Columns and rows of pixels that a sixel sequence really draws.
fn sixel_size(sequence: &[u8]) -> (usize, usize) {
    let text = std::str::from_utf8(sequence).unwrap();
    let body = text.strip_prefix("\x1bP").unwrap().split_once('q').unwrap();
    let body = body.1.strip_suffix("\x1b\\").unwrap();
    let (mut widest, mut column, mut bands, mut repeat) = (0, 0, 1, String::new());
    let mut is_counting = false;
    let mut is_naming = false;
    for letter in body.chars() {
        match letter {
            '!' => (is_counting, is_naming) = (true, false),
            '#' | '"' => (is_naming, is_counting) = (true, false),
            '0'..='9' | ';' if is_counting => repeat.push(letter),
            '0'..='9' | ';' if is_naming => {}
            '$' => column = 0,
            '-' => (column, bands) = (0, bands + 1),
            '?'..='~' => {
                column += repeat.parse().unwrap_or(1);
                repeat.clear();
                (is_counting, is_naming) = (false, false);
                widest = widest.max(column);
            }
            other => assert!(other.is_whitespace(), "{other:?}"),
        }
    }
    bands -= usize::from(body.trim_end().ends_with('-'));
    (widest, bands * 6)
}

#[test]
fn kitty_gets_the_very_pixels_packed_as_png() {
    alone("kitty_pixels");
}

#[test]
#[ignore = "takes stdout; run by the test above it"]
fn kitty_pixels() {
    let press = Press::take().unwrap();
    // The smaller one is among those whose transfer viuer leaves open.
    for cells in [(12, 8), (2, 1)] {
        let (width, height) = (u32::from(cells.0) * 8, u32::from(cells.1) * 16);
        for opacity in [255, 100] {
            let pixels = colourful(width, height, opacity);
            let letters = made(&press, Protocol::Kitty, &pixels, cells, 1 << 20).unwrap();
            let shown = opened(&STANDARD.decode(letters).unwrap());
            assert_eq!(shown.dimensions(), (width, height));
            assert!(shown.as_raw() == pixels.rgba(), "{cells:?}, {opacity}");
        }
    }
}

#[test]
fn what_does_not_fill_its_cells_is_not_stretched_over_them() {
    alone("kitty_margins");
}

#[test]
#[ignore = "takes stdout; run by the test above it"]
fn kitty_margins() {
    let press = Press::take().unwrap();
    let pixels = colourful(80, 40, 255);
    let order = Order {
        key: Key {
            image: ImageRef::new("/home/me/photos/cat.jpg"),
            reading: Ticket::default(),
            cells: (10, 3),
            pixels: pixels.size(),
        },
        means: Means {
            protocol: Protocol::Kitty,
            cell: CELL,
            budget: 1 << 20,
        },
    };
    let letters = sharp::make(order, &press, &pixels, || true).unwrap();
    let letters = letters.bytes.unwrap();
    let shown = opened(&STANDARD.decode(letters).unwrap());
    assert_eq!(shown.dimensions(), (80, 48));
    assert_eq!(shown.get_pixel(9, 3).0[3], 0, "a clear margin");
    assert_eq!(shown.get_pixel(9, 4).0, pixels.at(9, 0));
    assert_eq!(shown.get_pixel(9, 43).0, pixels.at(9, 39));
    assert_eq!(shown.get_pixel(9, 44).0[3], 0);
}

#[test]
fn iterm_gets_a_jpeg_or_where_something_is_clear_a_png() {
    alone("iterm_files");
}

#[test]
#[ignore = "takes stdout; run by the test above it"]
fn iterm_files() {
    let press = Press::take().unwrap();
    let pixels = photo("cat.jpg", CELL_TIMES_30);
    let made = |pixels: &Pixels| made(&press, Protocol::Iterm, pixels, (30, 10), 1 << 20).unwrap();
    let (head, file) = file_of(&made(&pixels));
    let size = file.len();
    assert_eq!(
        head,
        format!("inline=1;preserveAspectRatio=1;size={size};width=30;height=10")
    );
    assert!(file.starts_with(b"\xff\xd8"), "a JPEG");
    let shown = opened(&file);
    assert_eq!(
        shown.dimensions(),
        (pixels.size().width, pixels.size().height)
    );
    let far = shown.as_raw().iter().zip(pixels.rgba());
    let far: usize = far
        .map(|(one, other)| usize::from(one.abs_diff(*other)))
        .sum();
    assert!(far / pixels.rgba().len() < 4, "{far}");
    let clear = colourful(240, 160, 100);
    let (_, file) = file_of(&made(&clear));
    assert!(opened(&file).as_raw() == clear.rgba());
}

const CELL_TIMES_30: Size = Size {
    width: 240,
    height: 160,
};

#[test]
fn sixel_has_the_size_that_was_reckoned_with_and_shows_white_for_clear() {
    alone("sixel_pixels");
}

#[test]
#[ignore = "takes stdout; run by the test above it"]
fn sixel_pixels() {
    let press = Press::take().unwrap();
    for pixels in [photo("rocket.jpg", CELL_TIMES_30), colourful(5, 4, 255)] {
        let bytes = made(&press, Protocol::Sixel, &pixels, (30, 9), 1 << 20).unwrap();
        assert_eq!(sixel_size(&bytes), (240, 144));
    }
    let clear = Pixels::new(CELL, vec![0; 8 * 16 * 4]).unwrap();
    let bytes = made(&press, Protocol::Sixel, &clear, (30, 9), 1 << 20).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("#0;2;100;100;100#0"), "{text}");
}

#[test]
fn what_is_wanted_no_more_is_given_up_before_the_next_attempt() {
    alone("given_up");
}

#[test]
#[ignore = "takes stdout; run by the test above it"]
fn given_up() {
    let press = Press::take().unwrap();
    let pixels = photo("cat.jpg", CELL_TIMES_30);
    for (answers, is_made) in [(0, false), (1, false), (9, true)] {
        let asked = Cell::new(0);
        let wanted = || asked.replace(asked.get() + 1) < answers;
        let order = order(Protocol::Sixel, (30, 9), 10_000);
        let made = sharp::make(order, &press, &pixels, wanted);
        assert_eq!(made.is_some(), is_made, "{answers}");
        assert!(asked.get() <= answers + 2, "{} of {answers}", asked.get());
    }
}

#[test]
fn every_picture_keeps_within_its_budget() {
    alone("budgets");
}

#[test]
#[ignore = "takes stdout; run by the test above it"]
fn budgets() {
    let press = Press::take().unwrap();
    let within = Size {
        width: 400,
        height: 288,
    };
    for name in ["coffee.jpg", "cat.jpg"] {
        let pixels = photo(name, within);
        for protocol in [Protocol::Kitty, Protocol::Iterm, Protocol::Sixel] {
            for budget in [400_000, 96_000, 30_000] {
                let bytes = made(&press, protocol, &pixels, (50, 18), budget);
                let length = bytes.unwrap().len();
                eprintln!("{name} as {}: {length} of {budget}", protocol.name());
                assert!(length <= budget);
            }
        }
    }
}

#[test]
fn nothing_that_is_printed_in_passing_reaches_the_terminal() {
    let seen = alone("strays");
    assert!(
        seen.contains("before") && !seen.contains("chatter"),
        "{seen}"
    );
    assert!(seen.contains("afterwards"), "stdout is given back: {seen}");
}

#[test]
#[ignore = "takes stdout; run by the test above it"]
fn strays() {
    println!("before");
    let press = Press::take().unwrap();
    println!("chatter");
    let pixels = colourful(96, 128, 255);
    std::thread::scope(|threads| {
        threads.spawn(|| (0..50).for_each(|_| println!("chatter")));
        for protocol in [Protocol::Kitty, Protocol::Sixel] {
            for _ in 0..5 {
                let bytes = made(&press, protocol, &pixels, (12, 8), 1 << 20).unwrap();
                assert!(!String::from_utf8(bytes).unwrap().contains("chatter"));
            }
        }
    });
    drop(press);
    println!("afterwards");
}

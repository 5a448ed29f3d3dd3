use std::path::Path;

use super::*;
use crate::domain::image::{Format, Size};
use crate::domain::text::Foreign;

const WHITE: [u8; 4] = [255, 255, 255, 255];
const BLACK: [u8; 4] = [0, 0, 0, 255];
const RED: [u8; 4] = [200, 20, 20, 255];
const BLUE: [u8; 4] = [20, 70, 200, 255];
const CLEAR: [u8; 4] = [0; 4];

/// A picture as it was read.
struct Picture {
    facts: ImageFacts,
    pixels: Pixels,
}

impl Picture {
    fn described(&self) -> String {
        describe(&self.facts, &self.pixels)
    }
}

fn picture(pixels: Pixels) -> Picture {
    Picture {
        facts: ImageFacts {
            format: Format::Png,
            size: pixels.size(),
            bytes: 1,
            animated: false,
            taken: None,
            camera: None,
        },
        pixels,
    }
}

/// A picture painted pixel by pixel.
fn painted(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 4]) -> Picture {
    let pixel = |at| colour(at % width, at / width);
    let rgba = (0..width * height).flat_map(pixel).collect();
    picture(Pixels::new(Size { width, height }, rgba).unwrap())
}

fn described(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 4]) -> String {
    painted(width, height, colour).described()
}

fn sample(name: &str) -> image::RgbaImage {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images");
    image::open(folder.join(name)).unwrap().into_rgba8()
}

fn described_image(image: image::RgbaImage) -> String {
    let (width, height) = image.dimensions();
    let pixels = Pixels::new(Size { width, height }, image.into_raw()).unwrap();
    picture(pixels).described()
}

/// The same chance on every run.
fn chance(seed: u32) -> u32 {
    let mut bits = seed.wrapping_mul(0x9e37_79b9) ^ 0x85eb_ca6b;
    for shift in [16, 13, 17, 15] {
        bits = (bits ^ (bits >> shift)).wrapping_mul(0x2c1b_3c6d);
    }
    bits ^ (bits >> 16)
}

fn disc(x: u32, y: u32) -> bool {
    x.abs_diff(200).pow(2) + y.abs_diff(150).pow(2) < 8000
}

/// Rows of blots, as words in lines.
fn text(x: u32, y: u32) -> bool {
    let within = (40..560).contains(&x) && y % 20 < 11;
    let word = !chance((y / 20) * 1000 + x / 7).is_multiple_of(5);
    within && word && chance((y / 2) * 1000 + x / 2).is_multiple_of(2)
}

#[test]
fn the_sample_pictures_are_described_truly() {
    let cases = [
        (
            "cat.jpg",
            "A wide picture that looks like a photograph: mostly browns, with greys on both sides \
             and a touch of olive green in the middle. Of medium brightness; 451×300 pixels.",
        ),
        (
            "coffee.jpg",
            "A wide picture that looks like a photograph: browns, red across the middle and \
             orange. Of medium brightness, with strong contrast and crisp edges; 600×400 pixels.",
        ),
        (
            "rocket.jpg",
            "A wide picture that looks like a photograph: mostly dark blue, with black around the \
             edges, dark grey at the bottom and a touch of yellow at the bottom. Dark, with gentle \
             contrast and crisp edges; 640×427 pixels.",
        ),
        (
            "astronaut.jpg",
            "A square picture that looks like a photograph: light grey at the top, black at the \
             bottom right, orange at the bottom left and some dark red on the left. Of medium \
             brightness, with strong contrast and crisp edges; 512×512 pixels.",
        ),
    ];
    for (name, expected) in cases {
        assert_eq!(described_image(sample(name)), expected, "{name}");
    }
}

#[test]
fn a_picture_is_described_the_same_way_every_time() {
    let coffee = || described_image(sample("coffee.jpg"));
    assert_eq!(coffee(), coffee());
}

#[test]
fn a_photograph_is_one_at_any_size() {
    let large = image::imageops::resize(
        &sample("rocket.jpg"),
        2560,
        1708,
        image::imageops::FilterType::CatmullRom,
    );
    let text = described_image(large);
    assert!(
        text.contains("looks like a photograph: mostly dark blue"),
        "{text}"
    );
}

#[test]
fn grey_pictures_are_black_and_white() {
    let grey = image::imageops::grayscale(&sample("cat.jpg"));
    let text = described_image(image::DynamicImage::from(grey).into_rgba8());
    assert_eq!(
        text,
        "A wide black-and-white picture that looks like a photograph: almost all grey. \
         Of medium brightness; 451×300 pixels."
    );
}

#[test]
fn a_blurred_picture_has_soft_edges() {
    let blurred = image::imageops::fast_blur(&sample("coffee.jpg"), 3.0);
    let text = described_image(blurred);
    assert!(text.contains("soft edges"), "{text}");
}

#[test]
fn what_is_drawn_is_told_from_what_is_photographed() {
    let cases = [
        (
            described(400, 400, |x, y| match y {
                320.. => BLUE,
                y if disc(x, y) => RED,
                _ => WHITE,
            }),
            "A square picture of flat colours and hard edges, like a logo or a diagram: \
             mostly white, with blue at the bottom and red in the middle. 400×400 pixels.",
        ),
        (
            described(400, 300, |x, y| {
                let line = x % 50 == 10 || y % 60 == 20 || x == y;
                if line { BLACK } else { WHITE }
            }),
            "A wide black-and-white picture of thin lines on a plain ground, like a drawing: \
             almost all white. 400×300 pixels.",
        ),
        (
            described(600, 400, |x, y| if text(x, y) { BLACK } else { WHITE }),
            "A wide black-and-white picture of small marks in rows, like a page of text or a \
             screenshot: mostly white, with black. 600×400 pixels.",
        ),
        (
            described(600, 400, |x, y| match (x, y) {
                (..100, _) => [60, 60, 80, 255],
                (_, ..30) => BLUE,
                (x, y) if text(x, y) => [200, 220, 200, 255],
                _ => [30, 30, 40, 255],
            }),
            "A wide picture of small marks in rows, like a page of text or a screenshot: \
             mostly black, with dark blue and light grey. 600×400 pixels.",
        ),
        (
            described(400, 300, |x, y| {
                let level = |at: u32, length| u8::try_from(at * 255 / length).unwrap();
                [level(x, 400), level(y, 300), 128, 255]
            }),
            "A wide picture of tones that flow into each other without an edge: greens at the \
             bottom, deep pink at the top right, dark blue at the top left and some purple at the \
             top. Of medium brightness; 400×300 pixels.",
        ),
        (
            described(300, 200, |x, y| {
                let [red, green, blue, _] = chance(y * 300 + x).to_le_bytes();
                [red, green, blue, 255]
            }),
            "A wide picture of random speckles, like a television without a signal: greens, blues \
             and pinks. 300×200 pixels.",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(text, expected);
    }
}

#[test]
fn where_a_colour_lies_is_told() {
    type Where<'a> = &'a dyn Fn(u32, u32) -> bool;
    let square = |red: Where| described(300, 300, |x, y| if red(x, y) { RED } else { WHITE });
    let cases: [(Where, &str); 10] = [
        (&|_, y| y < 60, "red at the top"),
        (&|_, y| y > 240, "red at the bottom"),
        (&|x, _| x < 60, "red on the left"),
        (&|x, _| x > 240, "red on the right"),
        (&|x, y| x > 200 && y < 100, "red at the top right"),
        (
            &|x, y| x.abs_diff(150) < 50 && y.abs_diff(150) < 50,
            "red in the middle",
        ),
        (&|_, y| y.abs_diff(150) < 30, "red across the middle"),
        (&|x, _| x.abs_diff(150) < 30, "red down the middle"),
        (&|x, _| x.abs_diff(150) > 120, "red on both sides"),
        (
            &|x, y| x.abs_diff(150).max(y.abs_diff(150)) > 120,
            "red around the edges",
        ),
    ];
    for (red, place) in cases {
        let text = square(red);
        assert!(text.contains(&format!("{place}. ")), "{place}: {text}");
    }
    let everywhere = square(&|x, y| (x / 8 + y / 8) % 3 == 0);
    assert!(everywhere.contains("with red. "), "{everywhere}");
}

#[test]
fn pictures_with_next_to_nothing_in_them_are_described_too() {
    let cases = [
        (
            described(64, 64, |_, _| BLACK),
            "A square picture of one plain colour: black. 64×64 pixels.",
        ),
        (
            described(64, 48, |_, _| WHITE),
            "A wide picture of one plain colour: white. 64×48 pixels.",
        ),
        (
            described(64, 64, |_, _| CLEAR),
            "A square picture that is transparent all over. 64×64 pixels.",
        ),
        (
            described(1, 1, |_, _| RED),
            "A square picture of one plain colour: red. 1×1 pixel.",
        ),
        (
            described(1, 500, |_, y| if y < 250 { RED } else { BLUE }),
            "A very tall picture, too small to tell what it is like: \
             red at the top and blue at the bottom. 1×500 pixels.",
        ),
        (
            described(500, 1, |x, _| if x < 250 { RED } else { BLUE }),
            "A very wide picture, too small to tell what it is like: \
             red on the left and blue on the right. 500×1 pixels.",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(text, expected);
    }
}

#[test]
fn what_is_transparent_has_no_colour() {
    assert_eq!(
        described(400, 300, |x, y| if disc(x, y) {
            RED
        } else {
            [0, 255, 0, 20]
        }),
        "A wide picture of flat colours and hard edges, like a logo or a diagram: red, \
         on a transparent ground. 400×300 pixels."
    );
}

#[test]
fn date_camera_and_animation_are_told_as_far_as_they_are_known() {
    let mut black = painted(64, 64, |_, _| BLACK);
    black.facts.camera = Some(Foreign::new("Canon EOS 600D"));
    assert_eq!(ending(&black), "64×64 pixels, taken with a Canon EOS 600D.");
    black.facts.taken = Some(jiff::civil::date(2014, 5, 2).at(13, 0, 0, 0));
    black.facts.camera = Some(Foreign::new("Apple \u{1b}[31mPhone"));
    assert_eq!(
        ending(&black),
        "64×64 pixels, taken on 2014-05-02 with an Apple ␛[31mPhone."
    );
    black.facts.camera = None;
    black.facts.animated = true;
    assert_eq!(
        ending(&black),
        "64×64 pixels, taken on 2014-05-02, the first frame of an animation."
    );
}

fn ending(picture: &Picture) -> String {
    let text = picture.described();
    text.split_once(". ").unwrap().1.to_owned()
}

#[test]
fn plain_colours_are_called_what_people_call_them() {
    let cases = [
        (0x00_00_00, "black"),
        (0x33_33_33, "dark grey"),
        (0x80_80_80, "grey"),
        (0xff_ff_ff, "white"),
        (0xff_00_00, "red"),
        (0x80_00_00, "dark red"),
        (0xff_a5_00, "orange"),
        (0xff_ff_00, "yellow"),
        (0x00_80_00, "green"),
        (0x00_64_00, "dark green"),
        (0x80_80_00, "olive green"),
        (0x00_80_80, "teal"),
        (0x40_e0_d0, "turquoise"),
        (0x00_00_ff, "blue"),
        (0x00_00_80, "dark blue"),
        (0x87_ce_eb, "pale blue"),
        (0x80_00_80, "purple"),
        (0xff_c0_cb, "pink"),
        (0xff_00_ff, "bright pink"),
        (0x65_43_21, "brown"),
        (0xf5_f5_dc, "cream"),
        (0xd2_b4_8c, "beige"),
    ];
    for (srgb, name) in cases {
        let [_, red, green, blue] = u32::to_be_bytes(srgb);
        let text = described(20, 20, |_, _| [red, green, blue, 255]);
        let expected = format!("one plain colour: {name}. ");
        assert!(text.contains(&expected), "{srgb:06x} {name}: {text}");
    }
}

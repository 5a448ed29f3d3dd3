use std::fs;

use image::metadata::Orientation::{Rotate90, Rotate270};
use image::{ImageFormat, Luma, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;
use crate::media::decode::decode;
use crate::media::samples::{self, Exif, encoded, jpeg_with_exif};

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

fn plain(size: Size, pixel: [u8; 4]) -> Pixels {
    let count = usize::try_from(size.pixels()).unwrap();
    Pixels::new(size, pixel.repeat(count)).unwrap()
}

#[test]
fn proportions_are_kept_and_small_pictures_stay_as_they_are() {
    let cases = [
        ((400, 300), (100, 100), (100, 75)),
        ((300, 400), (100, 100), (75, 100)),
        ((400, 300), (1000, 30), (40, 30)),
        ((10, 10), (100, 100), (10, 10)),
        ((1000, 1), (100, 100), (100, 1)),
        ((1, 1000), (3, 7), (1, 7)),
        ((400, 300), (0, 0), (1, 1)),
    ];
    for ((width, height), (most_wide, most_high), (expected_width, expected_height)) in cases {
        let picture = plain(size(width, height), [1, 2, 3, 255]);
        let small = fit(&picture, size(most_wide, most_high));
        assert_eq!(small.size(), size(expected_width, expected_height));
        assert_eq!(small.at(0, 0), [1, 2, 3, 255]);
    }
}

#[test]
fn what_cannot_be_seen_gives_no_colour() {
    let mut rgba = Vec::new();
    for index in 0..64 {
        let hidden_green = [0, 255, 0, 0];
        rgba.extend(if index % 2 == 0 {
            hidden_green
        } else {
            [200, 0, 0, 255]
        });
    }
    let picture = Pixels::new(size(8, 8), rgba).unwrap();
    let [red, green, _, _] = fit(&picture, size(2, 2)).at(0, 0);
    assert!(green < 5 && red > 190, "{red} {green}");
}

proptest! {
    // A file of failures found would lie beside the sources.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_result_fits_and_is_the_largest_that_does(
        width in 1..200u32, height in 1..200u32, most_wide in 1..200u32, most_high in 1..200u32,
    ) {
        let small = fitted(size(width, height), size(most_wide, most_high));
        prop_assert!(small.width <= most_wide && small.height <= most_high);
        prop_assert!(small.width >= 1 && small.height >= 1);
        let touches = small.width == most_wide || small.height == most_high;
        prop_assert!(touches || small == size(width, height));
    }
}

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 180, 40];
const BLUE: [u8; 3] = [20, 40, 200];
const YELLOW: [u8; 3] = [240, 220, 20];

/// Four plain quarters: red, green above; blue, yellow below.
fn quarters(width: u32, height: u32) -> DynamicImage {
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => YELLOW,
        })
    });
    picture.into()
}

fn of(file: &[u8], within: Size) -> Result<Thumbnail, MediaError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture");
    fs::write(&path, file).unwrap();
    Thumbnail::of(&path, within)
}

fn is_near(found: [u8; 4], [red, green, blue]: [u8; 3]) -> bool {
    let expected = [red, green, blue, 255];
    found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 12)
}

fn assert_quarters(pixels: &Pixels) {
    let Size { width, height } = pixels.size();
    let (left, right) = (width / 4, width * 3 / 4);
    let (top, bottom) = (height / 4, height * 3 / 4);
    let corners = [(left, top), (right, top), (left, bottom), (right, bottom)];
    for ((x, y), colour) in corners.into_iter().zip([RED, GREEN, BLUE, YELLOW]) {
        let found = pixels.at(x, y);
        assert!(is_near(found, colour), "{x},{y}: {found:?} for {colour:?}");
    }
}

/// What [`jpeg::reduced`] makes of the file, within a box of that side.
fn part(file: &[u8], side: u32) -> Option<(u32, u32)> {
    let whole = image::load_from_memory(file).unwrap();
    let whole = size(whole.width(), whole.height());
    let part = jpeg::reduced(file, whole, fitted(whole, size(side, side)))?;
    Some((part.width(), part.height()))
}

#[test]
fn a_jpeg_is_decoded_no_larger_than_it_is_wanted() {
    let file = encoded(&quarters(801, 401), ImageFormat::Jpeg);
    let cases = [
        (10, Some((101, 51))),
        (101, Some((101, 51))),
        (102, Some((201, 101))),
        (400, Some((401, 201))),
        (401, Some((401, 201))),
        (402, None),
        (5_000, None),
    ];
    for (side, expected) in cases {
        assert_eq!(part(&file, side), expected, "{side}");
        assert_quarters(&of(&file, size(side, side)).unwrap().pixels);
    }
}

#[test]
fn all_eight_orientations_show_the_same_picture_at_every_size() {
    let picture = quarters(640, 320);
    for value in 1..=8 {
        let orientation = Orientation::from_exif(value).unwrap();
        let mut raw = picture.clone();
        raw.apply_orientation(match orientation {
            Rotate90 => Rotate270,
            Rotate270 => Rotate90,
            its_own_opposite => its_own_opposite,
        });
        let exif = Exif::new().orientation(value.into()).bytes();
        let file = jpeg_with_exif(&raw, &exif);
        for (side, height) in [(40, 20), (100, 50), (200, 100), (640, 320)] {
            let small = of(&file, size(side, side)).unwrap();
            assert_eq!(small.facts.size, size(640, 320), "{value}");
            assert_eq!(small.pixels.size(), size(side, height), "{value}");
            assert_quarters(&small.pixels);
        }
    }
}

#[test]
fn rare_kinds_of_jpeg_are_as_small_as_others() {
    assert_eq!(part(samples::PROGRESSIVE, 60), Some((64, 32)));
    assert_quarters(&of(samples::PROGRESSIVE, size(60, 60)).unwrap().pixels);

    let file = samples::jpeg_with_restarts(&[10, 10, 10, 10, 200, 200, 200, 200]);
    assert_eq!(part(&file, 16), Some((16, 2)));
    let small = of(&file, size(16, 16)).unwrap().pixels;
    assert!(is_near(small.at(3, 1), [10; 3]) && is_near(small.at(12, 1), [200; 3]));

    let grey = image::GrayImage::from_pixel(80, 80, Luma([77]));
    let file = encoded(&grey.into(), ImageFormat::Jpeg);
    assert_eq!(part(&file, 20), Some((20, 20)));
    assert!(is_near(
        of(&file, size(20, 20)).unwrap().pixels.at(9, 9),
        [77; 3]
    ));
}

#[test]
fn what_cannot_be_decoded_in_part_is_decoded_whole() {
    for transform in [0, 2] {
        let file = samples::jpeg_of_four_channels([255, 128, 128, 100], transform);
        let whole = size(8, 8);
        assert!(jpeg::reduced(&file, whole, size(1, 1)).is_none());
        let small = of(&file, size(1, 1)).unwrap().pixels;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("printed.jpg");
        fs::write(&path, &file).unwrap();
        let [red, green, blue, _] = decode(&path).unwrap().1.at(4, 4);
        assert!(is_near(small.at(0, 0), [red, green, blue]));
    }
}

#[test]
fn colours_that_are_stored_as_they_are_are_shown_as_they_are() {
    // The decoder of parts took them for brightness and tint: red came out green.
    let plain = encoded(&quarters(64, 64), ImageFormat::Jpeg);
    let mark = b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0\0";
    let file = [&plain[..2], mark, &plain[2..]].concat();
    let small = of(&file, size(8, 8)).unwrap().pixels;
    let whole = of(&file, size(64, 64)).unwrap().pixels;
    let [red, green, blue, _] = whole.at(8, 8);
    assert!(is_near(small.at(1, 1), [red, green, blue]));
}

#[test]
fn a_picture_one_pixel_wide_stays_one() {
    for (width, height, expected) in [(1, 4000, size(1, 100)), (4000, 1, size(100, 1))] {
        let picture = image::RgbImage::from_pixel(width, height, image::Rgb(BLUE));
        let file = encoded(&picture.into(), ImageFormat::Jpeg);
        let small = of(&file, size(100, 100)).unwrap();
        assert_eq!(small.pixels.size(), expected);
        assert!(is_near(small.pixels.at(0, 0), BLUE));
    }
}

#[test]
fn what_is_wrong_with_a_file_is_told_as_by_the_exact_decoder() {
    let jpeg = encoded(&quarters(640, 480), ImageFormat::Jpeg);
    for length in [0, 1, 20, 300, jpeg.len() / 2, jpeg.len() - 2] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cut.jpg");
        fs::write(&path, &jpeg[..length]).unwrap();
        let told = Thumbnail::of(&path, size(64, 64))
            .err()
            .map(|error| error.kind());
        assert_eq!(told, decode(&path).err().map(|error| error.kind()));
    }
    let png = encoded(&quarters(8, 8), ImageFormat::Png);
    let bomb = samples::png_that_claims(png, 30_000, 30_000);
    assert_eq!(
        of(&bomb, size(8, 8)).err().unwrap().kind(),
        "too-many-pixels"
    );
}

#[test]
fn a_jpeg_with_any_byte_changed_shows_something_or_tells_why_not() {
    let whole = encoded(&quarters(160, 80), ImageFormat::Jpeg);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bent.jpg");
    for at in (2..whole.len()).step_by(7) {
        let mut bent = whole.clone();
        bent[at] ^= 0x55;
        fs::write(&path, &bent).unwrap();
        // A worker that panics would break the test.
        let _ = Thumbnail::of(&path, size(20, 20));
    }
}

#[test]
fn other_formats_keep_their_depth_and_what_is_clear() {
    let veil = RgbaImage::from_pixel(64, 64, Rgba([7, 80, 200, 90]));
    let small = of(&encoded(&veil.into(), ImageFormat::Png), size(8, 8)).unwrap();
    let [.., opacity] = small.pixels.at(4, 4);
    assert_eq!(opacity, 90);
    let deep = image::ImageBuffer::from_pixel(64, 64, Luma([0x80ff_u16]));
    let deep = encoded(&DynamicImage::ImageLuma16(deep), ImageFormat::Png);
    let small = of(&deep, size(8, 8)).unwrap();
    assert!(is_near(small.pixels.at(4, 4), [0x80; 3]));
    let frames = [quarters(64, 32), quarters(64, 32).rotate180()];
    let frames = frames.map(|frame| encoded(&frame.to_rgba8().into(), ImageFormat::WebP));
    let film = of(&samples::animated_webp(&frames, 64, 32), size(16, 16)).unwrap();
    assert!(film.facts.animated);
    assert_quarters(&film.pixels);
}

#[test]
fn a_thumbnail_knows_which_picture_it_is_of() {
    let file = encoded(&quarters(64, 32), ImageFormat::Jpeg);
    assert_eq!(
        of(&file, size(8, 8)).unwrap().id(),
        identify::hash_of(&file)
    );
}

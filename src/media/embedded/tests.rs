use std::fs;

use image::metadata::Orientation::{self, Rotate90, Rotate270};
use image::{ImageFormat, Rgb};

use super::*;
use crate::media::samples::{Exif, encoded, jpeg_with_exif};

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 180, 40];
const BLUE: [u8; 3] = [20, 40, 200];
const YELLOW: [u8; 3] = [240, 220, 20];

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

/// Four plain quarters: red, green above; blue, yellow below.
fn quarters(width: u32, height: u32) -> DynamicImage {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => YELLOW,
        })
    });
    picture.into()
}

/// The quarters between two bars, as a camera makes them of a picture that is wider than 4:3.
fn between_bars(bar: u32, colour: [u8; 3]) -> DynamicImage {
    let mut image = RgbImage::from_pixel(160, 120, Rgb(colour));
    let inner = quarters(160, 120 - 2 * bar).into_rgb8();
    image::imageops::replace(&mut image, &inner, 0, bar.into());
    image.into()
}

fn embedded_in(picture: &DynamicImage, exif: &Exif, within: Size) -> Option<(ImageFacts, Pixels)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.jpg");
    fs::write(&path, jpeg_with_exif(picture, &exif.bytes())).unwrap();
    embedded(&path, within)
}

fn with(small: &DynamicImage) -> Exif {
    Exif::new().thumbnail(encoded(small, ImageFormat::Jpeg))
}

fn assert_quarters(pixels: &Pixels) {
    let Size { width, height } = pixels.size();
    let (left, right) = (width / 8, width * 7 / 8);
    let (top, bottom) = (height / 8, height * 7 / 8);
    let corners = [(left, top), (right, top), (left, bottom), (right, bottom)];
    for ((x, y), [red, green, blue]) in corners.into_iter().zip([RED, GREEN, BLUE, YELLOW]) {
        let found = pixels.at(x, y);
        let near = found.iter().zip([red, green, blue, 255]);
        assert!(
            near.into_iter().all(|(a, b)| a.abs_diff(b) <= 20),
            "{x},{y}: {found:?}"
        );
    }
}

#[test]
fn it_has_the_size_of_the_picture_itself_and_needs_only_the_head_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.jpg");
    let exif = with(&quarters(160, 120));
    let whole = jpeg_with_exif(&quarters(800, 600), &exif.bytes());
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    for (within, expected) in [
        (size(400, 400), size(400, 300)),
        (size(80, 10), size(13, 10)),
        (size(9_000, 9_000), size(800, 600)),
    ] {
        let (facts, pixels) = embedded(&path, within).unwrap();
        assert_eq!((facts.size, pixels.size()), (size(800, 600), expected));
    }
    assert_quarters(&embedded(&path, size(400, 400)).unwrap().1);
}

#[test]
fn it_is_turned_as_the_picture_is() {
    for value in 1..=8 {
        let raw = |mut image: DynamicImage| {
            let orientation = Orientation::from_exif(value).unwrap();
            image.apply_orientation(match orientation {
                Rotate90 => Rotate270,
                Rotate270 => Rotate90,
                its_own_opposite => its_own_opposite,
            });
            image
        };
        let exif = with(&raw(quarters(160, 120))).orientation(value.into());
        let found = embedded_in(&raw(quarters(400, 300)), &exif, size(200, 200));
        let (facts, pixels) = found.unwrap();
        assert_eq!(
            (facts.size, pixels.size()),
            (size(400, 300), size(200, 150))
        );
        assert_quarters(&pixels);
    }
}

#[test]
fn bars_are_cut_off() {
    // 3:2 and 16:9, as cameras embed them.
    for (picture, bar) in [(quarters(600, 400), 7), (quarters(640, 360), 15)] {
        let exif = with(&between_bars(bar, [0; 3]));
        let (_, pixels) = embedded_in(&picture, &exif, size(300, 300)).unwrap();
        assert_eq!(
            pixels.size(),
            fitted(size(picture.width(), picture.height()), size(300, 300))
        );
        let [red, ..] = pixels.at(20, 3);
        assert!(red > 150, "a bar is left: {red}");
        assert_quarters(&pixels);
    }
}

#[test]
fn one_of_another_shape_is_of_another_picture() {
    let wide = quarters(640, 360);
    assert!(embedded_in(&wide, &with(&quarters(160, 120)), size(99, 99)).is_none());
    assert!(embedded_in(&wide, &with(&between_bars(15, [90; 3])), size(99, 99)).is_none());
    assert!(
        embedded_in(
            &quarters(300, 400),
            &with(&quarters(160, 120)),
            size(99, 99)
        )
        .is_none()
    );
    let rounded = embedded_in(
        &quarters(400, 301),
        &with(&quarters(160, 120)),
        size(99, 99),
    );
    assert!(rounded.is_some());
}

#[test]
fn what_is_wrong_with_it_makes_it_as_if_it_were_not_there() {
    let picture = quarters(400, 300);
    let whole = encoded(&quarters(160, 120), ImageFormat::Jpeg);
    let png = encoded(&quarters(160, 120), ImageFormat::Png);
    let half = whole[..whole.len() / 2].to_vec();
    let large = encoded(&quarters(4000, 3000), ImageFormat::Jpeg);
    let files = [
        Vec::new(),
        half,
        png,
        b"\xff\xd8\xff\xd9".to_vec(),
        vec![7; 500],
    ];
    for file in files {
        assert!(embedded_in(&picture, &Exif::new().thumbnail(file), size(99, 99)).is_none());
    }
    assert!(embedded_in(&picture, &Exif::new(), size(99, 99)).is_none());
    assert!(decode(&large).is_none(), "twelve megapixels");
    assert!(embedded("/nowhere/at/all.jpg".as_ref(), size(99, 99)).is_none());
}

use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use image::codecs::gif::GifEncoder;
use image::{Frame, GrayAlphaImage, ImageFormat, Luma, LumaA, Rgba, RgbaImage};

use super::super::samples::{self, Exif, encoded, jpeg_with_exif};
use super::*;

const FORMATS: [(ImageFormat, Format); 6] = [
    (ImageFormat::Png, Format::Png),
    (ImageFormat::WebP, Format::WebP),
    (ImageFormat::Gif, Format::Gif),
    (ImageFormat::Bmp, Format::Bmp),
    (ImageFormat::Tiff, Format::Tiff),
    (ImageFormat::Jpeg, Format::Jpeg),
];

/// Four plain quarters: red, green above; blue, yellow below.
fn quarters(width: u32, height: u32) -> DynamicImage {
    let image = RgbaImage::from_fn(width, height, |x, y| {
        Rgba(match (x < width / 2, y < height / 2) {
            (true, true) => [220, 20, 20, 255],
            (false, true) => [20, 180, 40, 255],
            (true, false) => [20, 40, 200, 255],
            (false, false) => [240, 220, 20, 255],
        })
    });
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(image).into_rgb8())
}

struct OnDisk {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn file(name: &str, bytes: &[u8]) -> OnDisk {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    OnDisk {
        _folder: folder,
        path,
    }
}

fn decoded(bytes: &[u8]) -> (ImageFacts, Pixels) {
    let file = file("picture", bytes);
    let (facts, pixels) = decode(&file.path).unwrap();
    assert_eq!(inspect(&file.path).unwrap(), facts);
    assert_eq!(pixels.size(), facts.size);
    (facts, pixels)
}

fn kind(name: &str, bytes: &[u8]) -> &'static str {
    decode(&file(name, bytes).path).unwrap_err().kind()
}

fn assert_near(pixels: &Pixels, expected: &DynamicImage) {
    let expected = expected.to_rgba8();
    assert_eq!(
        (pixels.size().width, pixels.size().height),
        expected.dimensions()
    );
    for (x, y, pixel) in expected.enumerate_pixels() {
        let found = pixels.at(x, y);
        let near = found.iter().zip(pixel.0).all(|(a, b)| a.abs_diff(b) <= 12);
        assert!(near, "{x},{y}: {found:?} for {pixel:?}");
    }
}

#[test]
fn every_format_is_told_by_its_content_and_shows_the_same_picture() {
    let picture = quarters(64, 48);
    for (written, format) in FORMATS {
        let bytes = encoded(&picture, written);
        let file = file("wrong.extension.heic.txt", &bytes);
        let (facts, pixels) = decode(&file.path).unwrap();
        let expected = ImageFacts {
            format,
            size: Size {
                width: 64,
                height: 48,
            },
            bytes: bytes.len() as u64,
            animated: false,
            taken: None,
            camera: None,
        };
        assert_eq!(facts, expected);
        assert_eq!(inspect(&file.path).unwrap(), facts);
        // JPEG mixes colours where quarters meet; 16 divides both sides, so here it does not.
        assert_near(&pixels, &picture);
    }
}

#[test]
fn a_file_that_is_cut_off_never_passes_for_a_whole_one() {
    let picture = quarters(32, 32);
    for (written, format) in FORMATS {
        let bytes = encoded(&picture, written);
        let (_, whole) = decoded(&bytes);
        let file = file("cut", &[]);
        for length in 0..bytes.len() {
            fs::write(&file.path, &bytes[..length]).unwrap();
            match decode(&file.path) {
                Ok((_, pixels)) => assert_eq!(pixels, whole, "{format:?} {length}"),
                Err(error) if length < 32 => {
                    let kinds = ["empty", "not-a-picture", "truncated", "damaged"];
                    assert!(kinds.contains(&error.kind()), "{format:?} {length} {error}");
                }
                Err(error) => {
                    assert_eq!(error.kind(), "truncated", "{format:?} {length} {error:?}");
                }
            }
        }
    }
}

#[test]
fn a_jpeg_without_its_end_is_cut_off_even_if_only_pixels_are_missing() {
    let bytes = encoded(&quarters(320, 320), ImageFormat::Jpeg);
    for length in [bytes.len() / 2, bytes.len() - 2] {
        assert_eq!(kind("a.jpg", &bytes[..length]), "truncated");
    }
    let followed = [bytes.as_slice(), b"and more behind it"].concat();
    assert_eq!(decoded(&followed).1, decoded(&bytes).1);
}

#[test]
fn all_eight_orientations_show_the_same_picture() {
    use Orientation::{Rotate90, Rotate270};
    let picture = quarters(64, 32);
    for value in 1..=8 {
        let orientation = Orientation::from_exif(value).unwrap();
        let mut raw = picture.clone();
        raw.apply_orientation(match orientation {
            Rotate90 => Rotate270,
            Rotate270 => Rotate90,
            its_own_opposite => its_own_opposite,
        });
        let exif = Exif::new().orientation(value.into()).bytes();
        let (facts, pixels) = decoded(&jpeg_with_exif(&raw, &exif));
        assert_eq!(facts.size.to_string(), "64×32", "{value}");
        assert_near(&pixels, &picture);
    }
}

#[test]
fn an_orientation_that_means_nothing_turns_nothing() {
    let picture = quarters(64, 32);
    for value in [0, 9, 65535] {
        let exif = Exif::new().orientation(value).bytes();
        assert_near(&decoded(&jpeg_with_exif(&picture, &exif)).1, &picture);
    }
}

#[test]
fn jpegs_for_printing_get_the_colours_of_the_screen() {
    // Stored as complements: 255 is no ink.
    let cases = [
        ([255, 255, 255, 255], 0, [255, 255, 255]),
        ([0, 255, 255, 255], 0, [0, 255, 255]),
        ([255, 0, 0, 255], 0, [255, 0, 0]),
        ([255, 255, 255, 0], 0, [0, 0, 0]),
        // Here the first three are the complement of the complement.
        ([0, 128, 128, 255], 2, [255, 255, 255]),
        ([255, 128, 128, 255], 2, [0, 0, 0]),
        ([0, 128, 128, 100], 2, [100, 100, 100]),
    ];
    for (channels, transform, [red, green, blue]) in cases {
        let (_, pixels) = decoded(&samples::jpeg_of_four_channels(channels, transform));
        let found = pixels.at(4, 4);
        let near = |index: usize, value: u8| found[index].abs_diff(value) <= 3;
        assert!(
            near(0, red) && near(1, green) && near(2, blue),
            "{channels:?} {transform}: {found:?}"
        );
    }
}

#[test]
fn deep_and_grey_and_transparent_pixels_become_eight_bit_colours() {
    let deep = image::ImageBuffer::from_pixel(3, 2, Luma([0x80ff_u16]));
    let bytes = encoded(&DynamicImage::ImageLuma16(deep), ImageFormat::Png);
    assert_eq!(decoded(&bytes).1.at(2, 1), [0x80, 0x80, 0x80, 255]);
    let veil = GrayAlphaImage::from_pixel(3, 2, LumaA([7, 90]));
    let bytes = encoded(&DynamicImage::ImageLumaA8(veil), ImageFormat::Png);
    assert_eq!(decoded(&bytes).1.at(2, 1), [7, 7, 7, 90]);
    let grey = image::GrayImage::from_pixel(8, 8, Luma([77]));
    let bytes = encoded(&DynamicImage::ImageLuma8(grey), ImageFormat::Jpeg);
    assert_eq!(decoded(&bytes).1.at(7, 7), [77, 77, 77, 255]);
}

#[test]
fn of_an_animation_the_first_frame_is_shown() {
    let (first, second) = (quarters(16, 16), quarters(16, 16).rotate180());
    let mut gif = Vec::new();
    let frames = [&first, &second].map(|frame| Frame::new(frame.to_rgba8()));
    GifEncoder::new(&mut gif).encode_frames(frames).unwrap();
    let stills = [&first, &second].map(|frame| encoded(frame, ImageFormat::WebP));
    let webp = samples::animated_webp(&stills, 16, 16);
    let png = samples::animated_png(&encoded(&first, ImageFormat::Png));
    for bytes in [gif, webp, png] {
        let (facts, pixels) = decoded(&bytes);
        assert!(facts.animated, "{:?}", facts.format);
        assert_near(&pixels, &first);
    }
}

#[test]
fn a_small_file_that_claims_to_be_huge_is_refused_before_memory_is_taken() {
    let png = encoded(&quarters(8, 8), ImageFormat::Png);
    let file = file("bomb.png", &samples::png_that_claims(png, 30_000, 30_000));
    for error in [
        decode(&file.path).unwrap_err(),
        inspect(&file.path).unwrap_err(),
    ] {
        assert_eq!(error.kind(), "too-many-pixels");
        let text = error.to_string();
        assert!(
            text.ends_with(
                "bomb.png has 900 megapixels (30000×30000), the most is 64; make it smaller"
            ),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_readable_picture_is_told_apart() {
    let tiff = encoded(&quarters(8, 8), ImageFormat::Tiff);
    let png = encoded(&quarters(8, 8), ImageFormat::Png);
    let mut damaged = png.clone();
    damaged[25] = 77;
    let cases: [(&str, &[u8], &str); 10] = [
        ("empty.jpg", b"", "empty"),
        ("text.jpg", b"Dear diary,\n", "not-a-picture"),
        (
            "letter.bmp",
            b"BMW is a maker of cars in Munich.",
            "not-a-picture",
        ),
        (
            "film.mp4",
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
            "not-a-picture",
        ),
        (
            "photo.jpg",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            "unsupported-format",
        ),
        (
            "photo.avif",
            b"\0\0\0\x1cftypavif\0\0\0\0avifmif1",
            "unsupported-format",
        ),
        (
            "photo.cr2",
            b"II*\0\x10\0\0\0CR\x02\0",
            "unsupported-format",
        ),
        ("photo.NEF", &tiff, "unsupported-format"),
        ("damaged.png", &damaged, "damaged"),
        ("start.png", &png[..20], "truncated"),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(kind(name, bytes), expected, "{name}");
    }
}

#[test]
fn an_unsupported_format_is_named_with_what_to_do() {
    let file = file("photo.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    let text = decode(&file.path).unwrap_err().to_string();
    let expected = "photo.jpg is HEIC, a format that is not supported; convert it to JPEG or PNG";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn what_is_no_file_is_never_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.jpg");
    samples::pipe(&pipe);
    let cases = [
        (pipe.as_path(), "not-a-file"),
        (folder.path(), "not-a-file"),
        (Path::new("/dev/zero"), "not-a-file"),
        (&folder.path().join("missing.jpg"), "gone"),
        (&pipe.join("below.jpg"), "gone"),
    ];
    for (path, expected) in cases {
        assert_eq!(decode(path).unwrap_err().kind(), expected);
        assert_eq!(inspect(path).unwrap_err().kind(), expected);
        assert_eq!(
            super::super::identify::hash(path).unwrap_err().kind(),
            expected
        );
    }
}

#[test]
fn a_name_of_any_bytes_is_told_readably() {
    let name = std::ffi::OsString::from_vec(b"/nowhere/\x1b[31m\xff.jpg".to_vec());
    let error = decode(Path::new(&name)).unwrap_err();
    assert_eq!(error.to_string(), "␛[31m\\xFF.jpg is not there");
}

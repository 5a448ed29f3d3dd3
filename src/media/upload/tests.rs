use std::fs::{self, File};

use image::{ImageFormat, RgbaImage};

use super::*;
use crate::media::decode;
use crate::media::samples::{self, Exif, encoded as written, jpeg_with_exif};

/// The picture as it is sent, unless nothing fits.
fn sent(image: &DynamicImage, side: u32, bytes: u32) -> Option<Upload> {
    encoded(image, Orientation::NoTransforms, side, bytes)
}

/// What no encoder makes small.
fn noise(width: u32, height: u32) -> DynamicImage {
    let mut seed = 1_u32;
    let noise = |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, _] = seed.to_be_bytes();
        Rgb([a, b, c])
    };
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, noise))
}

fn shown(upload: &Upload) -> RgbImage {
    let image = image::load_from_memory_with_format(&upload.bytes, ImageFormat::Jpeg).unwrap();
    let size = (upload.size.width, upload.size.height);
    assert_eq!((image.width(), image.height()), size);
    image.into_rgb8()
}

/// The markers of a JPEG file up to its pixels.
fn markers(file: &[u8]) -> Vec<u8> {
    let mut markers = Vec::new();
    let mut at = 2;
    while let [0xff, marker, high, low, ..] = file[at..] {
        markers.push(marker);
        if marker == 0xda {
            break;
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    markers
}

#[test]
fn the_long_side_is_shortened_and_a_small_picture_keeps_its_size() {
    let cases = [
        ((400, 300), 100, (100, 75)),
        ((300, 400), 100, (75, 100)),
        ((60, 40), 100, (60, 40)),
        ((100, 1), 10, (10, 1)),
        ((5, 3), 0, (1, 1)),
        ((5, 3), u32::MAX, (5, 3)),
    ];
    for ((width, height), side, expected) in cases {
        let picture = DynamicImage::new_rgb8(width, height);
        let upload = sent(&picture, side, 1_000_000).unwrap();
        assert_eq!((upload.size.width, upload.size.height), expected);
        assert_eq!(upload.format, Format::Jpeg);
        shown(&upload);
    }
}

#[test]
fn what_is_clear_becomes_white() {
    let clear = RgbaImage::from_fn(64, 32, |x, _| {
        Rgba([
            200,
            0,
            0,
            if x < 16 {
                0
            } else if x < 32 {
                128
            } else {
                255
            },
        ])
    });
    for side in [64, 32] {
        let upload = sent(&clear.clone().into(), side, 1_000_000).unwrap();
        let shown = shown(&upload);
        let expected = [[255, 255, 255], [227, 127, 127], [200, 0, 0]];
        for (part, expected) in [1, 3, 6].into_iter().zip(expected) {
            let found = shown.get_pixel(part * side / 8, side / 4).0;
            let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 6);
            assert!(near, "{side} {part}: {found:?} for {expected:?}");
        }
    }
}

#[test]
fn every_layout_of_pixels_is_sent() {
    let picture = noise(40, 20);
    let layouts = [
        DynamicImage::ImageLuma8(picture.to_luma8()),
        DynamicImage::ImageLumaA8(picture.to_luma_alpha8()),
        DynamicImage::ImageRgba8(picture.to_rgba8()),
        DynamicImage::ImageLuma16(picture.to_luma16()),
        DynamicImage::ImageLumaA16(picture.to_luma_alpha16()),
        DynamicImage::ImageRgb16(picture.to_rgb16()),
        DynamicImage::ImageRgba16(picture.to_rgba16()),
        DynamicImage::ImageRgb32F(picture.to_rgb32f()),
        DynamicImage::ImageRgba32F(picture.to_rgba32f()),
    ];
    for layout in layouts {
        let upload = encoded(&layout, Orientation::Rotate90, 20, 1_000_000).unwrap();
        assert_eq!(upload.size, size(10, 20), "{:?}", layout.color());
        shown(&upload);
    }
}

#[test]
fn thin_lines_survive_however_much_they_are_scaled() {
    let line = RgbImage::from_fn(1024, 1024, |x, _| Rgb([if x == 517 { 0 } else { 255 }; 3]));
    let upload = sent(&line.into(), 64, 1_000_000).unwrap();
    let darkest = shown(&upload).pixels().map(|pixel| pixel.0[0]).min();
    assert!(darkest.unwrap() < 245, "{darkest:?}");
}

#[test]
fn quality_goes_first_and_size_then() {
    let picture = noise(128, 128);
    let at = |quality| {
        let file = file_of(&on_white(picture.clone()), quality).unwrap();
        u32::try_from(file.len()).unwrap()
    };
    for quality in QUALITIES {
        let upload = sent(&picture, 128, at(quality)).unwrap();
        assert_eq!(
            (upload.size, upload.bytes.len()),
            (size(128, 128), at(quality) as usize)
        );
    }
    let smaller = sent(&picture, 128, at(60) - 1).unwrap();
    assert_eq!(smaller.size.width, 96);
    assert!(smaller.bytes.len() < at(60) as usize);
}

#[test]
fn the_limit_of_bytes_holds_whatever_it_is() {
    let picture = noise(100, 30);
    for bytes in [0, 300, 750, 1_500, 3_000, 6_000] {
        match sent(&picture, 100, bytes) {
            Some(upload) => assert!(upload.bytes.len() <= bytes as usize),
            None => assert!(bytes < 750, "{bytes} are enough for one pixel"),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cat.png");
    noise(100, 30).save(&path).unwrap();
    let error = scaled(&path, 100, 100).unwrap_err();
    assert_eq!(
        (error.kind(), error.path()),
        ("does-not-fit", path.as_path())
    );
}

#[test]
fn a_scaled_picture_is_turned_and_says_nothing_of_camera_place_or_program() {
    let exif = Exif::new()
        .maker("Canon")
        .model("Canon EOS 600D")
        .orientation(6)
        .original_date("2024:05:06 07:08:09")
        .bytes();
    let mut file = jpeg_with_exif(&noise(40, 20), &exif);
    let profile = [b"ICC_PROFILE\0\x01\x01".as_slice(), b"a profile"].concat();
    for (marker, content) in [(0xe2, profile.as_slice()), (0xfe, b"a comment")] {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        let segment = [&[0xff, marker], length.as_slice(), content].concat();
        file.splice(2..2, segment);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cat.jpg");
    fs::write(&path, &file).unwrap();
    let read = |file: &[u8]| exif::Reader::new().read_from_container(&mut Cursor::new(file));
    assert!(read(&file).is_ok(), "there was something to leave out");

    let (facts, upload) = scaled(&path, 16, 1_000_000).unwrap();
    assert!(facts.camera.is_some());
    assert_eq!((upload.size.width, upload.size.height), (8, 16));
    assert!(read(&upload.bytes).is_err());
    let only = [0xe0, 0xdb, 0xc0, 0xc4, 0xda];
    let markers = markers(&upload.bytes);
    assert!(
        markers.iter().all(|marker| only.contains(marker)),
        "{markers:x?}"
    );
}

/// The file with what else a JPEG may tell, behind its first two bytes, and with more after its end.
fn talkative(file: &[u8]) -> Vec<u8> {
    let exif = [b"Exif\0\0".as_slice(), &Exif::new().model("secret").bytes()].concat();
    let mut told = file[..2].to_vec();
    for (marker, content) in [
        (0xe1, exif.as_slice()),
        (0xe2, b"ICC_PROFILE\0\x01\x01 secret"),
        (0xed, b"Photoshop 3.0\0 secret"),
        (0xee, b"secret, and not Adobe's"),
        (0xfe, b"secret"),
    ] {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        told.extend([&[0xff, marker], length.as_slice(), content].concat());
    }
    told.extend([&file[2..], b"and a film of the secret"].concat());
    told
}

/// The same, but its three channels are said to be red, green and blue.
fn said_to_be_rgb(file: &[u8]) -> Vec<u8> {
    let jfif = 2..20;
    assert_eq!(&file[6..10], b"JFIF");
    let adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\0\0\0\0\0".as_slice();
    [&file[..jfif.start], adobe, &file[jfif.end..]].concat()
}

#[test]
fn a_small_jpeg_keeps_its_pixels_and_tells_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let photo = file_of(&on_white(noise(40, 20)), 60).unwrap();
    let samples = [
        said_to_be_rgb(&photo),
        photo,
        samples::PROGRESSIVE.to_vec(),
        samples::jpeg_with_restarts(&[1, 200, 64, 255, 192, 30, 200, 10, 250, 20]),
    ];
    for (number, sample) in samples.iter().enumerate() {
        let path = folder.path().join(format!("{number}.jpg"));
        fs::write(&path, talkative(sample)).unwrap();
        let (_, upload) = scaled(&path, 1024, 1_000_000).unwrap();
        let pixels = image::load_from_memory(sample).unwrap().into_rgb8();
        assert_eq!(shown(&upload), pixels, "{number}");
        let secret = upload.bytes.windows(6).any(|bytes| bytes == b"secret");
        assert!(!secret, "{number}");
        assert!(upload.bytes.len() <= sample.len(), "{number}");
        assert!(upload.bytes.ends_with(&[0xff, 0xd9]), "{number}");
    }
}

#[test]
fn a_jpeg_is_made_anew_where_that_is_shorter_or_not_everybody_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cat.jpg");
    let picture = on_white(noise(40, 20));
    for (file, side) in [
        (file_of(&picture, 100).unwrap(), 1024),
        (file_of(&picture, 60).unwrap(), 20),
        (samples::jpeg_of_four_channels([10, 20, 30, 40], 0), 1024),
    ] {
        fs::write(&path, &file).unwrap();
        let (_, upload) = scaled(&path, side, 1_000_000).unwrap();
        let image = image::load_from_memory(&file).unwrap();
        let anew = encoded(&image, Orientation::NoTransforms, side, 1_000_000);
        assert_eq!(upload.bytes, anew.unwrap().bytes);
    }
}

#[test]
fn a_small_jpeg_that_lies_on_its_side_is_set_upright() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cat.jpg");
    // Shorter than whatever is made of it.
    let lying = file_of(&on_white(noise(40, 20)), 60).unwrap();
    let exif = Exif::new().orientation(6).bytes();
    fs::write(&path, samples::with_exif(&lying, &exif)).unwrap();
    let (_, upload) = scaled(&path, 1024, 1_000_000).unwrap();
    assert!(upload.bytes.len() > lying.len());
    assert_eq!(shown(&upload).dimensions(), (20, 40));
}

#[test]
fn nothing_is_made_of_a_jpeg_that_is_cut_off() {
    let whole = talkative(&file_of(&on_white(noise(40, 20)), 60).unwrap());
    let end = whole.len() - b"and a film of the secret".len();
    assert!(jpeg::bare(&whole[..end]).is_some());
    for end in 0..end {
        assert_eq!(jpeg::bare(&whole[..end]), None, "{end}");
    }
}

#[test]
fn an_original_is_the_file_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let exif = Exif::new().model("EOS").orientation(6).bytes();
    let samples = [
        (
            "cat.jpg",
            jpeg_with_exif(&noise(40, 20), &exif),
            Format::Jpeg,
        ),
        (
            "cat.png",
            written(&noise(40, 20), ImageFormat::Png),
            Format::Png,
        ),
        (
            "cat.gif",
            written(&noise(40, 20), ImageFormat::Gif),
            Format::Gif,
        ),
    ];
    for (name, file, format) in samples {
        let path = folder.path().join(name);
        fs::write(&path, &file).unwrap();
        let (id, facts, upload) = original(&path).unwrap();
        assert_eq!(id, identify::hash(&path).unwrap());
        assert_eq!(facts, decode::inspect(&path).unwrap());
        assert_eq!(upload.bytes, file);
        assert_eq!((upload.format, upload.size), (format, facts.size));
    }
}

#[test]
fn an_original_that_no_model_could_see_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let kind = |name: &str| original(&folder.path().join(name)).unwrap_err().kind();
    assert_eq!(kind("gone.jpg"), "gone");
    fs::write(folder.path().join("text.jpg"), "no picture at all").unwrap();
    assert_eq!(kind("text.jpg"), "not-a-picture");
    let whole = written(&noise(40, 20), ImageFormat::Jpeg);
    fs::write(folder.path().join("half.jpg"), &whole[..whole.len() / 2]).unwrap();
    assert_eq!(kind("half.jpg"), "truncated");
    samples::pipe(&folder.path().join("pipe.jpg"));
    assert_eq!(kind("pipe.jpg"), "not-a-file");

    let path = folder.path().join("huge.jpg");
    fs::write(&path, &whole).unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    file.set_len(MOST_ORIGINAL).unwrap();
    assert!(original(&path).is_ok());
    file.set_len(MOST_ORIGINAL + 1).unwrap();
    let error = original(&path).unwrap_err();
    assert_eq!(error.kind(), "too-many-bytes");
    assert_eq!(
        error.to_string(),
        "huge.jpg has 21 MiB, the most that is sent as it is are 20; send it scaled"
    );
}

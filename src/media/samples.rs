//! Picture files made by hand, for tests: what no encoder writes, and what no encoder should.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use image::{DynamicImage, ImageFormat};

/// An EXIF block, little-endian.
#[derive(Default)]
pub(crate) struct Exif {
    fields: Vec<(u16, Field)>,
    /// Fields of the sub-block that cameras write into.
    camera: Vec<(u16, Field)>,
    /// A picture as a JPEG file.
    thumbnail: Option<Vec<u8>>,
}

#[derive(Clone)]
enum Field {
    Text(Vec<u8>),
    Short(u16),
    Block(u32),
}

impl Exif {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn maker(mut self, text: &str) -> Self {
        self.fields.push((0x010f, Field::Text(text.into())));
        self
    }

    pub(crate) fn model(mut self, text: &str) -> Self {
        self.fields.push((0x0110, Field::Text(text.into())));
        self
    }

    pub(crate) fn orientation(mut self, value: u16) -> Self {
        self.fields.push((0x0112, Field::Short(value)));
        self
    }

    pub(crate) fn date(mut self, text: &str) -> Self {
        self.fields.push((0x0132, Field::Text(text.into())));
        self
    }

    pub(crate) fn original_date(mut self, text: &str) -> Self {
        self.camera.push((0x9003, Field::Text(text.into())));
        self
    }

    pub(crate) fn thumbnail(mut self, file: Vec<u8>) -> Self {
        self.thumbnail = Some(file);
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut fields = self.fields.clone();
        fields.push((0x8769, Field::Block(0)));
        let second = 8 + directory(&fields, 0).len();
        fields.pop();
        fields.push((0x8769, Field::Block(u32::try_from(second).unwrap())));
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        bytes.extend(directory(&fields, 8));
        bytes.extend(directory(&self.camera, second));
        if let Some(file) = &self.thumbnail {
            let third = u32::try_from(bytes.len()).unwrap().to_le_bytes();
            let link = 8 + 2 + fields.len() * 12;
            bytes.splice(link..link + 4, third);
            // Two fields and no further directory take thirty bytes.
            let place = u32::try_from(bytes.len() + 30).unwrap();
            let length = u32::try_from(file.len()).unwrap();
            let fields = [
                (0x0201, Field::Block(place)),
                (0x0202, Field::Block(length)),
            ];
            bytes.extend(directory(&fields, 0));
            bytes.extend(file);
        }
        bytes
    }
}

/// A directory that begins at byte `at`, and the texts that do not fit into it.
fn directory(fields: &[(u16, Field)], at: usize) -> Vec<u8> {
    let mut texts = Vec::new();
    let mut bytes = u16::try_from(fields.len()).unwrap().to_le_bytes().to_vec();
    for (tag, field) in fields {
        let (kind, count, value) = match field {
            Field::Short(value) => (3_u16, 1, u32::from(*value)),
            Field::Block(value) => (4, 1, *value),
            Field::Text(text) => {
                // Long enough never to be stored in place.
                let mut text = text.clone();
                text.resize(text.len().max(4) + 1, 0);
                let place = at + 2 + fields.len() * 12 + 4 + texts.len();
                texts.extend_from_slice(&text);
                (2, text.len(), u32::try_from(place).unwrap())
            }
        };
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(u32::try_from(count).unwrap().to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes.extend(texts);
    bytes
}

/// A pipe that nobody writes into.
pub(crate) fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// The picture as a file of `format`.
pub(crate) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG file with an EXIF block.
pub(crate) fn jpeg_with_exif(image: &DynamicImage, exif: &[u8]) -> Vec<u8> {
    with_exif(&encoded(image, ImageFormat::Jpeg), exif)
}

/// The JPEG with an EXIF block before everything else.
pub(crate) fn with_exif(jpeg: &[u8], exif: &[u8]) -> Vec<u8> {
    let length = u16::try_from(exif.len() + 8).unwrap();
    let mut file = jpeg[..2].to_vec();
    file.extend([0xff, 0xe1]);
    file.extend(length.to_be_bytes());
    file.extend(b"Exif\0\0");
    file.extend(exif);
    file.extend(&jpeg[2..]);
    file
}

/// An 8×8 JPEG of one colour in four channels, with the Adobe mark that printing programs write.
/// Such files hold the complement: 255 is no ink. `transform` 0 is CMYK, 2 is YCCK.
pub(crate) fn jpeg_of_four_channels(channels: [u8; 4], transform: u8) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let mut segment = |marker: u8, content: &[u8]| {
        file.extend([0xff, marker]);
        file.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
        file.extend(content);
    };
    segment(
        0xee,
        &[b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat(),
    );
    // Quantised by 8, a block's mean is its value less 128.
    segment(0xdb, &[[0].as_slice(), &[8; 64]].concat());
    segment(
        0xc0,
        &[
            8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
        ],
    );
    // Means: twelve codes of four bits, for 0 to 11 further bits. The rest: "0", nothing more.
    let lengths = |four: u8| [0, 0, 0, four, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let means: Vec<u8> = (0..12).collect();
    segment(0xc4, &[[0x00].as_slice(), &lengths(12), &means].concat());
    let nothing_more = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    segment(0xc4, &[[0x10].as_slice(), &nothing_more, &[0]].concat());
    segment(0xda, &[4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]);
    let mut bits = String::new();
    for channel in channels {
        let mean = i32::from(channel) - 128;
        let count = (32 - mean.unsigned_abs().leading_zeros()) as usize;
        let value = if mean < 0 {
            mean + (1 << count) - 1
        } else {
            mean
        };
        let _ = write!(bits, "{count:04b}");
        if count > 0 {
            let _ = write!(bits, "{value:0count$b}");
        }
        bits.push('0');
    }
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    for byte in bits.as_bytes().chunks(8) {
        let byte = u8::from_str_radix(str::from_utf8(byte).unwrap(), 2).unwrap();
        file.push(byte);
        if byte == 0xff {
            file.push(0);
        }
    }
    file.extend([0xff, 0xd9]);
    file
}

/// The four quarters red, green, blue and yellow, 256×128, with the details in later scans.
pub(crate) const PROGRESSIVE: &[u8] = include_bytes!("samples/progressive.jpg");

/// A grey JPEG of eight rows that begins anew with every block of eight columns, each of one of
/// these values: at most 64, or at least 192.
pub(crate) fn jpeg_with_restarts(values: &[u8]) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let mut segment = |marker: u8, content: &[u8]| {
        file.extend([0xff, marker]);
        file.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
        file.extend(content);
    };
    segment(0xdb, &[[0].as_slice(), &[8; 64]].concat());
    let [high, low] = u16::try_from(values.len() * 8).unwrap().to_be_bytes();
    segment(0xc0, &[8, 0, 8, high, low, 1, 1, 0x11, 0]);
    segment(0xdd, &[0, 1]);
    // Means: one code, "0", for seven further bits. The rest: "0", nothing more.
    let one_code = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    segment(0xc4, &[[0x00].as_slice(), &one_code, &[7]].concat());
    segment(0xc4, &[[0x10].as_slice(), &one_code, &[0]].concat());
    segment(0xda, &[1, 1, 0, 0, 63, 0]);
    for (number, value) in (0_u8..).zip(values) {
        if number > 0 {
            file.extend([0xff, 0xd0 + (number - 1) % 8]);
        }
        // Seven bits are the differences from -127 to -64 and from 64 to 127.
        let bits = match value {
            0..=64 => value - 1,
            _ => value - 128,
        };
        file.extend([bits, 0x7f]);
    }
    file.extend([0xff, 0xd9]);
    file
}

/// The PNG file with another size in its header.
pub(crate) fn png_that_claims(mut png: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
    let header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    png.splice(16..24, header);
    let sum = crc(&png[12..29]);
    png.splice(29..33, sum.to_be_bytes());
    png
}

/// The PNG file as the first frame of two, the second of which is missing.
pub(crate) fn animated_png(png: &[u8]) -> Vec<u8> {
    let content = [b"acTL".as_slice(), &[0, 0, 0, 2, 0, 0, 0, 0]].concat();
    let mut chunk = 8_u32.to_be_bytes().to_vec();
    chunk.extend(&content);
    chunk.extend(crc(&content).to_be_bytes());
    [&png[..33], &chunk, &png[33..]].concat()
}

/// The sum that PNG keeps of each chunk.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
    !bytes
        .iter()
        .fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

/// The lossless WebP files as frames of one animation; all of the same size.
pub(crate) fn animated_webp(frames: &[Vec<u8>], width: u32, height: u32) -> Vec<u8> {
    let three = |value: u32| value.to_le_bytes()[..3].to_vec();
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        let even = vec![0; content.len() % 2];
        [name.as_slice(), &length, content, &even].concat()
    };
    let size = [three(width - 1), three(height - 1)].concat();
    let mut content = b"WEBP".to_vec();
    content.extend(chunk(
        b"VP8X",
        &[[0x12, 0, 0, 0].as_slice(), &size].concat(),
    ));
    content.extend(chunk(b"ANIM", &[0; 6]));
    for frame in frames {
        let still = &frame[12..];
        let place = [0; 6].as_slice();
        content.extend(chunk(
            b"ANMF",
            &[place, &size, &three(100), &[2], still].concat(),
        ));
    }
    chunk(b"RIFF", &content)
}

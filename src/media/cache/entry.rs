//! A thumbnail as a file: a line that tells of the picture, then a JPEG or, of a picture that is
//! clear in places, a PNG.

use std::io::{self, Cursor};

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageResult, RgbaImage};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::long_side;
use crate::domain::image::{Format, ImageFacts, Pixels, Size};
use crate::domain::text::Foreign;
use crate::media::{identify, thumbnail::shown};

/// What another version of this program kept in another form is made again.
const VERSION: u32 = 1;
/// No file is larger, in bytes.
pub(super) const LARGEST: u64 = 8 << 20;
/// Of the JPEG: on a screen nobody sees the difference to the picture. More takes longer to read.
const QUALITY: u8 = 85;

/// The first line: all that is known of the picture, so that it need not be opened.
#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    /// Of the bytes that follow. A decoder fills what is missing with grey and says nothing.
    sum: String,
    format: String,
    width: u32,
    height: u32,
    bytes: u64,
    animated: bool,
    taken: Option<DateTime>,
    camera: Option<String>,
}

/// A thumbnail that was read.
pub(super) struct Entry {
    pub(super) facts: ImageFacts,
    side: u32,
    raster: Vec<u8>,
}

impl Entry {
    /// The file for a picture of these facts.
    pub(super) fn encode(facts: &ImageFacts, pixels: &Pixels) -> io::Result<Vec<u8>> {
        let raster = encode(pixels).map_err(io::Error::other)?;
        let head = Head {
            version: VERSION,
            sum: identify::hash_of(&raster).to_string(),
            format: facts.format.name().to_owned(),
            width: facts.size.width,
            height: facts.size.height,
            bytes: facts.bytes,
            animated: facts.animated,
            taken: facts.taken,
            camera: facts.camera.as_ref().map(|camera| camera.raw().to_owned()),
        };
        let mut file = serde_json::to_vec(&head)?;
        file.push(b'\n');
        file.extend(raster);
        Ok(file)
    }

    /// `None` for what is cut off, damaged or not ours; `side` is the long side that it should have.
    pub(super) fn decode(file: &[u8], side: u32) -> Option<Self> {
        let end = file.iter().position(|byte| *byte == b'\n')?;
        let (head, raster) = (file.get(..end)?, file.get(end + 1..)?);
        let head: Head = serde_json::from_slice(head).ok()?;
        if head.version != VERSION || head.sum != identify::hash_of(raster).to_string() {
            return None;
        }
        let facts = ImageFacts {
            format: format(&head.format)?,
            size: Size {
                width: head.width,
                height: head.height,
            },
            bytes: head.bytes,
            animated: head.animated,
            taken: head.taken,
            camera: head.camera.map(Foreign::new),
        };
        Some(Self {
            facts,
            side,
            raster: raster.to_owned(),
        })
    }

    /// What the picture looks like, at the size that is `wanted` of one of its size.
    pub(super) fn pixels(&self, wanted: impl Fn(Size) -> Size) -> Option<Pixels> {
        let file = Cursor::new(&self.raster);
        let image = if self.raster.starts_with(&[0xff, 0xd8]) {
            self.open(JpegDecoder::new(file))
        } else {
            self.open(PngDecoder::new(file))
        };
        let image = image?;
        let (width, height) = (image.width(), image.height());
        let target = wanted(Size { width, height });
        shown(image, Orientation::NoTransforms, target)
    }

    fn open(&self, decoder: ImageResult<impl ImageDecoder>) -> Option<DynamicImage> {
        let decoder = decoder.ok()?;
        let (width, height) = decoder.dimensions();
        let is_sound = long_side(Size { width, height }) == self.side;
        is_sound.then(|| DynamicImage::from_decoder(decoder).ok())?
    }
}

fn encode(pixels: &Pixels) -> ImageResult<Vec<u8>> {
    let Size { width, height } = pixels.size();
    let image = RgbaImage::from_raw(width, height, pixels.rgba().to_vec()).unwrap_or_default();
    let is_opaque = image.pixels().all(|pixel| pixel.0[3] == 255);
    let mut file = Vec::new();
    if is_opaque {
        let rgb = DynamicImage::from(image).into_rgb8();
        rgb.write_with_encoder(JpegEncoder::new_with_quality(&mut file, QUALITY))?;
    } else {
        image.write_with_encoder(PngEncoder::new(&mut file))?;
    }
    Ok(file)
}

fn format(name: &str) -> Option<Format> {
    use Format::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    let mut all = [Jpeg, Png, WebP, Gif, Bmp, Tiff].into_iter();
    all.find(|format| format.name() == name)
}

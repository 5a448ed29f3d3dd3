//! What is sent of a picture.

use std::io::Cursor;
use std::iter;
use std::path::Path;

use bytes::Bytes;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, Rgb, RgbImage, Rgba};

use super::decode::{Picture, Unturned};
use super::thumbnail::fitted;
use super::{MediaError, identify, jpeg};
use crate::domain::image::{Format, ImageFacts, ImageId, Size, Upload};

/// A larger file is not sent as it is, in bytes: services that name their limit take less, and a
/// request holds its picture in memory until it is answered.
pub const MOST_ORIGINAL: u64 = 20 << 20;

/// Qualities of JPEG, tried in turn at each size; below the last one letters fray.
const QUALITIES: [u8; 4] = [90, 80, 70, 60];
/// JPEG counts columns and rows in 16 bits.
const LONGEST_SIDE: u32 = 65_535;

/// The file's own bytes, read once: which picture they are, what is known of it, what is sent.
///
/// # Errors
/// As for [`super::decode::inspect`]; the file ends before its picture does; or it has more than
/// [`MOST_ORIGINAL`] bytes.
pub fn original(path: &Path) -> Result<(ImageId, ImageFacts, Upload), MediaError> {
    let (picture, reader) = Picture::begin(path)?;
    if picture.bytes > MOST_ORIGINAL {
        return Err(MediaError::TooManyBytesToSend {
            path: path.to_owned(),
            bytes: picture.bytes,
        });
    }
    let bytes = picture.read(reader)?;
    let facts = picture.inspect(Cursor::new(&bytes))?;
    let upload = Upload {
        format: facts.format,
        size: facts.size,
        bytes: Bytes::from(bytes),
    };
    Ok((identify::hash_of(&upload.bytes), facts, upload))
}

/// A JPEG of the picture, turned by its EXIF orientation and without any metadata, at most `side`
/// pixels wide and high and at most `bytes` long; what was clear becomes white.
///
/// It is never enlarged. Where it would be too long it loses quality first, size then. A JPEG that
/// is small enough keeps its pixels as they are, unless it is shorter when it is made anew.
///
/// # Errors
/// As for [`super::decode::decode`]; or nothing fits into so few bytes: a single pixel takes some 600.
pub fn scaled(path: &Path, side: u32, bytes: u32) -> Result<(ImageFacts, Upload), MediaError> {
    let (picture, reader) = Picture::begin(path)?;
    let file = picture.read(reader)?;
    let picture = picture.unturned(&file)?;
    let anew = encoded(&picture.image, picture.orientation, side, bytes);
    let most = anew
        .as_ref()
        .map_or(bytes as usize, |anew| anew.bytes.len());
    match as_it_is(&file, &picture, side, most).or(anew) {
        Some(upload) => Ok((picture.facts, upload)),
        None => Err(MediaError::DoesNotFit {
            path: path.to_owned(),
            bytes,
        }),
    }
}

/// The pixels of a JPEG as they lie in its file, where they lie upright and within `side`, and take
/// at most so many `bytes`.
fn as_it_is(file: &[u8], picture: &Unturned<'_>, side: u32, bytes: usize) -> Option<Upload> {
    let ImageFacts { format, size, .. } = picture.facts;
    let is_upright = picture.orientation == Orientation::NoTransforms;
    if format != Format::Jpeg || !is_upright || size.width.max(size.height) > side {
        return None;
    }
    let bytes = Some(jpeg::bare(file)?).filter(|bare| bare.len() <= bytes)?;
    Some(Upload {
        bytes: bytes.into(),
        format,
        size,
    })
}

fn encoded(image: &DynamicImage, turn: Orientation, side: u32, bytes: u32) -> Option<Upload> {
    let longest = image.width().max(image.height()).min(LONGEST_SIDE);
    let smaller = |side: &u32| (*side > 1).then_some(side * 3 / 4);
    let mut sides = iter::successors(Some(side.clamp(1, longest)), smaller);
    sides.find_map(|side| {
        let mut small = resized(image, side)?;
        small.apply_orientation(turn);
        let rgb = on_white(small);
        let files = QUALITIES
            .iter()
            .filter_map(|&quality| file_of(&rgb, quality));
        let mut short = files.filter(|file| file.len() <= bytes as usize);
        short.next().map(|file| Upload {
            bytes: file.into(),
            format: Format::Jpeg,
            size: size(rgb.width(), rgb.height()),
        })
    })
}

/// The picture with its long side at most `side`. `None` is impossible: every layout that a decoder
/// gives can be scaled.
fn resized(image: &DynamicImage, side: u32) -> Option<DynamicImage> {
    let whole = size(image.width(), image.height());
    let target = fitted(whole, size(side, side));
    if target == whole {
        return Some(image.clone());
    }
    let mut small = DynamicImage::new(target.width, target.height, image.color());
    // Every pixel counts, or thin letters on a screenshot would have holes.
    let how = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .use_alpha(!is_opaque(image));
    Resizer::new().resize(image, &mut small, &how).ok()?;
    Some(small)
}

/// Opacity costs a second picture of the same size, and most that could have it have none.
fn is_opaque(image: &DynamicImage) -> bool {
    let Some(image) = image.as_rgba8() else {
        return !image.color().has_alpha();
    };
    let opacities = image.as_raw().iter().skip(3).step_by(4);
    opacities.fold(255, |all, opacity| all & opacity) == 255
}

fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let Rgba([red, green, blue, opacity]) = *image.get_pixel(x, y);
        let opacity = u16::from(opacity);
        Rgb([red, green, blue].map(|colour| {
            let sum = u16::from(colour) * opacity + 255 * (255 - opacity);
            u8::try_from((sum + 127) / 255).unwrap_or(255)
        }))
    })
}

/// `None` is impossible: memory takes every byte, and no side is too long.
fn file_of(rgb: &RgbImage, quality: u8) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, quality);
    rgb.write_with_encoder(encoder).ok()?;
    // It may be kept for long, and grew by doubling.
    file.shrink_to_fit();
    Some(file)
}

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

#[cfg(test)]
mod tests;

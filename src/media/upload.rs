//! What is sent of a picture.

use std::io::Cursor;
use std::iter;
use std::path::Path;

use bytes::Bytes;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions};
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use super::decode::{self, Picture};
use super::thumbnail::{fitted, resized};
use super::{MediaError, identify};
use crate::domain::image::{Format, ImageFacts, ImageId, Pixels, Size, Upload};

/// A larger file is not sent as it is, in bytes: hardly any service takes more, and a request
/// holds its picture in memory until it is answered.
pub const MOST_ORIGINAL: u64 = 20 << 20;

/// Qualities of JPEG, tried in turn at each size; below the last one letters fray.
const QUALITIES: [u8; 4] = [90, 80, 70, 60];
/// JPEG counts columns and rows in 16 bits.
const LONGEST_SIDE: u32 = 65_535;

/// The file's own bytes, read once: which picture they are, what is known of it, what is sent.
///
/// # Errors
/// As for [`decode::inspect`]; the file ends before its picture does; or it has more than
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

/// The picture in this file, [`encoded`].
///
/// # Errors
/// As for [`decode::decode`]; or nothing fits into so few bytes.
pub fn scaled(path: &Path, side: u32, bytes: u32) -> Result<(ImageFacts, Upload), MediaError> {
    let (facts, pixels) = decode::decode(path)?;
    match encoded(&pixels, side, bytes) {
        Some(upload) => Ok((facts, upload)),
        None => Err(MediaError::DoesNotFit {
            path: path.to_owned(),
            bytes,
        }),
    }
}

/// A JPEG of the picture without any metadata, at most `side` pixels wide and high and at most
/// `bytes` long; what was clear becomes white.
///
/// It is never enlarged. Where it would be too long it loses quality first, size then. `None`
/// where nothing fits: a single pixel takes some 600 bytes.
pub fn encoded(pixels: &Pixels, side: u32, bytes: u32) -> Option<Upload> {
    let Size { width, height } = pixels.size();
    let side = side.clamp(1, LONGEST_SIDE).min(width.max(height));
    let smaller = |side: &u32| (*side > 1).then_some(side * 3 / 4);
    let mut sides = iter::successors(Some(side), smaller);
    sides.find_map(|side| {
        let target = fitted(pixels.size(), square(side));
        let small = resized(pixels, target, &how(pixels));
        let rgb = on_white(small.as_ref().unwrap_or(pixels));
        let files = QUALITIES
            .iter()
            .filter_map(|&quality| jpeg(&rgb, target, quality));
        let mut short = files.filter(|file| file.len() <= bytes as usize);
        short.next().map(|file| Upload {
            bytes: file.into(),
            format: Format::Jpeg,
            size: target,
        })
    })
}

fn square(side: u32) -> Size {
    Size {
        width: side,
        height: side,
    }
}

/// Every pixel counts, or thin letters on a screenshot would have holes.
fn how(pixels: &Pixels) -> ResizeOptions {
    // Opacity is most of the work, and most pictures have none.
    let opacities = pixels.rgba().iter().skip(3).step_by(4);
    let is_opaque = opacities.fold(255, |all, opacity| all & opacity) == 255;
    ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .use_alpha(!is_opaque)
}

/// Three bytes a pixel.
fn on_white(pixels: &Pixels) -> Vec<u8> {
    let (each, _) = pixels.rgba().as_chunks();
    let on_white = |&[red, green, blue, opacity]: &[u8; 4]| {
        let opacity = u16::from(opacity);
        [red, green, blue].map(|colour| {
            let sum = u16::from(colour) * opacity + 255 * (255 - opacity);
            u8::try_from((sum + 127) / 255).unwrap_or(255)
        })
    };
    each.iter().flat_map(on_white).collect()
}

/// `None` is impossible: memory takes every byte, and no side is too long.
fn jpeg(rgb: &[u8], size: Size, quality: u8) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(rgb, size.width, size.height, ExtendedColorType::Rgb8)
        .ok()?;
    // It may be kept for long, and grew by doubling.
    file.shrink_to_fit();
    Some(file)
}

#[cfg(test)]
mod tests;

//! The small picture that a camera puts into the head of a JPEG file: it is there long before the
//! picture itself is decoded.

use std::path::Path;

use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder, RgbImage};

use super::decode::{Opened, Picture};
use super::thumbnail::{fitted, shown};
use super::{exif, jpeg};
use crate::domain::image::{Format, ImageFacts, Pixels, Size};

/// No camera embeds a larger one here, in pixels: the block has room for 64 KiB.
const MOST_PIXELS: u64 = 1024 * 1024;
/// The mean brightness of bars, of 255: not quite black after JPEG has been over them.
const BLACK: u64 = 32;

/// The embedded picture at the size that the picture itself has within `within`, turned as it is.
/// Only the head of the file is read.
///
/// `None` where there is none, where it does not show this picture (another shape: it is left over
/// from before somebody cut the picture), and where anything at all is wrong with it or the file.
pub fn embedded(path: &Path, within: Size) -> Option<(ImageFacts, Pixels)> {
    let (picture, reader) = Picture::begin(path).ok()?;
    if picture.format != Format::Jpeg {
        return None;
    }
    let Opened {
        mut decoder,
        orientation,
        facts,
    } = picture.headers(reader).ok()?;
    let (width, height) = decoder.dimensions();
    let file = exif::thumbnail(decoder.exif_metadata().ok()??)?;
    let image = without_bars(&decode(&file)?, Size { width, height })?;
    let pixels = shown(image, orientation, fitted(facts.size, within))?;
    Some((facts, pixels))
}

fn decode(file: &[u8]) -> Option<RgbImage> {
    if !jpeg::is_whole(file) {
        return None;
    }
    let decoder = JpegDecoder::new(std::io::Cursor::new(file)).ok()?;
    let (width, height) = decoder.dimensions();
    if !(1..=MOST_PIXELS).contains(&(Size { width, height }).pixels()) {
        return None;
    }
    Some(DynamicImage::from_decoder(decoder).ok()?.into_rgb8())
}

/// The part of an embedded picture that has the shape of the `whole`. Cameras embed 160×120 pixels
/// whatever the shape, with black bars; `None` where what would be cut off is no such bar.
fn without_bars(image: &RgbImage, whole: Size) -> Option<DynamicImage> {
    let (width, height) = image.dimensions();
    let inner = fitted_up(whole, Size { width, height });
    let (left, top) = ((width - inner.width) / 2, (height - inner.height) / 2);
    let (right, bottom) = (left + inner.width, top + inner.height);
    let bars = image
        .enumerate_pixels()
        .filter(|(x, y, _)| !(left..right).contains(x) || !(top..bottom).contains(y));
    let (sum, count) = bars.fold((0, 0), |(sum, count), (_, _, pixel)| {
        let brightness = pixel.0.iter().map(|value| u64::from(*value)).sum::<u64>() / 3;
        (sum + brightness, count + 1)
    });
    // A row or a column more or less is rounding.
    let is_rounding = width - inner.width <= 2 && height - inner.height <= 2;
    let part = image::imageops::crop_imm(image, left, top, inner.width, inner.height);
    (is_rounding || sum <= BLACK * count).then(|| part.to_image().into())
}

/// The largest size of the shape of `whole` within `within`, even where that is larger.
fn fitted_up(whole: Size, within: Size) -> Size {
    let factor = within.width.max(within.height);
    let large = Size {
        width: whole.width.saturating_mul(factor),
        height: whole.height.saturating_mul(factor),
    };
    fitted(large, within)
}

#[cfg(test)]
mod tests;

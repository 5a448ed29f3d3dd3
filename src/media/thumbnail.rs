//! Small rasters of large pictures.

use std::io::Cursor;
use std::path::Path;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;
use image::metadata::Orientation;

use super::decode::{Opened, Picture, turned};
use super::{MediaError, identify, jpeg};
use crate::domain::image::{Format, ImageFacts, ImageId, Pixels, Size};

/// Not every pixel of a large picture is looked at: sixteen make one of the thumbnail, which takes
/// 64 megapixels from a second and a half to a twentieth.
const HOW: ResizeAlg = ResizeAlg::SuperSampling(FilterType::CatmullRom, 4);

/// A picture made small, and the file that it was made of.
pub struct Thumbnail {
    /// What is known of the picture.
    pub facts: ImageFacts,
    /// What it looks like, turned by its EXIF orientation.
    pub pixels: Pixels,
    file: Vec<u8>,
}

impl Thumbnail {
    /// The first frame of the picture in this file, scaled down to fit into `within`; a smaller one
    /// keeps its size. A JPEG is decoded no larger than needed: for the eye that is the same, for
    /// whoever measures or sends pixels it is not.
    ///
    /// # Errors
    /// As for [`super::decode::decode`].
    pub fn of(path: &Path, within: Size) -> Result<Self, MediaError> {
        let (picture, reader) = Picture::begin(path)?;
        let file = picture.read(reader)?;
        let (image, orientation, facts) = if let Some(reduced) = reduced(&picture, &file, within)? {
            reduced
        } else {
            let whole = picture.unturned(&file)?;
            (whole.image, whole.orientation, whole.facts)
        };
        let target = fitted(facts.size, within);
        match shown(image, orientation, target) {
            Some(pixels) => Ok(Self {
                facts,
                pixels,
                file,
            }),
            None => Err(MediaError::NotAPicture(path.to_owned())),
        }
    }

    /// Which picture it is, told by the bytes that were read for it.
    pub fn id(&self) -> ImageId {
        identify::hash_of(&self.file)
    }
}

/// A JPEG picture at the smallest of the scales that can be decoded and fill `within`; `None` where
/// that is the whole, and for everything else.
fn reduced(
    picture: &Picture<'_>,
    file: &[u8],
    within: Size,
) -> Result<Option<(DynamicImage, Orientation, ImageFacts)>, MediaError> {
    if picture.format != Format::Jpeg {
        return Ok(None);
    }
    let Opened {
        orientation, facts, ..
    } = picture.headers(Cursor::new(file))?;
    let in_file = |size| turned(size, orientation);
    let target = fitted(facts.size, within);
    let image = jpeg::reduced(file, in_file(facts.size), in_file(target));
    Ok(image.map(|image| (image, orientation, facts)))
}

/// A picture as it lies in its file, scaled to be `size` when it is turned. `None` is impossible:
/// every layout that a decoder gives can be scaled.
pub(super) fn shown(image: DynamicImage, turn: Orientation, size: Size) -> Option<Pixels> {
    let Size { width, height } = turned(size, turn);
    let mut image = if (image.width(), image.height()) == (width, height) {
        image
    } else {
        let mut scaled = DynamicImage::new(width, height, image.color());
        let how = ResizeOptions::new()
            .resize_alg(HOW)
            .use_alpha(image.color().has_alpha());
        Resizer::new().resize(&image, &mut scaled, &how).ok()?;
        scaled
    };
    image.apply_orientation(turn);
    Pixels::new(size, image.into_rgba8().into_raw())
}

/// The picture scaled down to fit into `within`, its proportions kept; a smaller one stays as it
/// is. Neither side gets below 1 pixel.
pub fn fit(pixels: &Pixels, within: Size) -> Pixels {
    let target = fitted(pixels.size(), within);
    if pixels.size() == target {
        return pixels.clone();
    }
    scale(pixels, target).unwrap_or_else(|| pixels.clone())
}

/// `None` is impossible: the pixels are as many as their size says.
fn scale(pixels: &Pixels, target: Size) -> Option<Pixels> {
    let Size { width, height } = pixels.size();
    let source = ImageRef::new(width, height, pixels.rgba(), PixelType::U8x4).ok()?;
    let mut scaled = Image::new(target.width, target.height, PixelType::U8x4);
    let how = ResizeOptions::new().resize_alg(HOW);
    Resizer::new().resize(&source, &mut scaled, &how).ok()?;
    Pixels::new(target, scaled.into_vec())
}

/// The largest size within `within` that keeps the proportions; no larger than `size`, and neither
/// side below 1 pixel.
pub fn fitted(size: Size, within: Size) -> Size {
    let (width, height) = (u64::from(size.width), u64::from(size.height));
    let (most_wide, most_high) = (u64::from(within.width), u64::from(within.height));
    if width <= most_wide && height <= most_high {
        return size;
    }
    // The side that is short of room decides; the other follows, rounded to the nearest.
    let (width, height) = if width * most_high >= height * most_wide {
        (most_wide, (height * most_wide + width / 2) / width.max(1))
    } else {
        ((width * most_high + height / 2) / height.max(1), most_high)
    };
    let at_least_one = |length: u64| u32::try_from(length).unwrap_or(u32::MAX).max(1);
    Size {
        width: at_least_one(width),
        height: at_least_one(height),
    }
}

#[cfg(test)]
mod tests;

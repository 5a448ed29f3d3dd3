//! Small rasters of large pictures.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::domain::image::{Pixels, Size};

/// The picture scaled down to fit into `within`, its proportions kept; a smaller one stays as it
/// is. Neither side gets below 1 pixel.
pub fn fit(pixels: &Pixels, within: Size) -> Pixels {
    let target = fitted(pixels.size(), within);
    scaled(pixels, target).unwrap_or_else(|| pixels.clone())
}

/// `None` where the picture has that size already.
fn scaled(pixels: &Pixels, target: Size) -> Option<Pixels> {
    let Size { width, height } = pixels.size();
    if pixels.size() == target {
        return None;
    }
    let source = ImageRef::new(width, height, pixels.rgba(), PixelType::U8x4).ok()?;
    let mut small = Image::new(target.width, target.height, PixelType::U8x4);
    // Not every pixel of a large picture is looked at: sixteen make one of the thumbnail, which
    // takes 64 megapixels from a second and a half to a twentieth.
    let how = ResizeOptions::new().resize_alg(ResizeAlg::SuperSampling(FilterType::CatmullRom, 4));
    Resizer::new().resize(&source, &mut small, &how).ok()?;
    Pixels::new(target, small.into_vec())
}

/// The largest size within `within` that keeps the proportions; no larger than `size`, and neither
/// side below 1 pixel.
pub(super) fn fitted(size: Size, within: Size) -> Size {
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

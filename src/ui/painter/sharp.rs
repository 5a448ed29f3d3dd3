//! Pictures as sharp as the terminal shows them: what is to be made, and the making.

use std::sync::Arc;

use image::RgbaImage;
use image::imageops::{self, FilterType};

use super::fit::Fit;
use super::press::Press;
use super::{iterm, kitty, sixel};
use crate::domain::graphics::{Means, Protocol};
use crate::domain::image::{ImageRef, Pixels, Size};
use crate::ui::effect::Ticket;

/// Attempts to keep within the budget.
const TRIES: usize = 3;

/// Smaller pictures have more detail in each pixel, so a little less is tried than is asked for.
const CAUTION: f64 = 0.9;

/// Which picture, in which size, on which means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which.
    pub image: ImageRef,
    /// Which reading of its file.
    pub reading: Ticket,
    /// Cells across and down.
    pub cells: (u16, u16),
    /// Its pixels on the screen.
    pub pixels: Size,
}

/// A picture that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which.
    pub key: Key,
    /// What for.
    pub means: Means,
}

/// A picture ready for the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharp {
    /// What was ordered.
    pub order: Order,
    /// Its bytes; `None` where it cannot be made, or not within the budget.
    pub bytes: Option<Arc<[u8]>>,
}

impl Order {
    /// What to make of a picture of `size` that stands so.
    pub(super) fn new(image: ImageRef, reading: Ticket, fit: Fit, means: Means) -> Self {
        let key = Key {
            image,
            reading,
            cells: (fit.area.width, fit.area.height),
            pixels: fit.pixels,
        };
        Self { key, means }
    }

    /// Makes it of the picture's own pixels, at most as many as are on the screen; takes a while.
    pub fn make(self, press: &Press, pixels: &Pixels) -> Sharp {
        let bytes = self.within_budget(press, pixels);
        if bytes.is_none() {
            let name = self.key.image.name().shown(80);
            tracing::warn!(
                name,
                "a picture does not fit on the line and stays in blocks"
            );
        }
        Sharp {
            bytes: bytes.map(Into::into),
            order: self,
        }
    }

    /// Fewer pixels until the bytes are few enough.
    fn within_budget(&self, press: &Press, pixels: &Pixels) -> Option<Vec<u8>> {
        let Size { width, height } = pixels.size();
        let whole = RgbaImage::from_raw(width, height, pixels.rgba().to_vec())?;
        let mut share = 1.0;
        for _ in 0..TRIES {
            let bytes = self.encode(press, &whole, share)?;
            if bytes.len() <= self.means.budget {
                return Some(bytes);
            }
            share *= (float(self.means.budget) / float(bytes.len())).sqrt() * CAUTION;
        }
        None
    }

    /// With so much of each side; the terminal enlarges it again, where its protocol can.
    fn encode(&self, press: &Press, whole: &RgbaImage, share: f64) -> Option<Vec<u8>> {
        let small = || {
            let (width, height) = (times(whole.width(), share), times(whole.height(), share));
            if (width, height) == whole.dimensions() {
                return whole.clone();
            }
            imageops::resize(whole, width, height, FilterType::Triangle)
        };
        match self.means.protocol {
            Protocol::Kitty => kitty::encode(press, &small(), self),
            Protocol::Iterm => iterm::encode(small(), self),
            Protocol::Sixel => sixel::encode(press, whole, self, share),
            Protocol::Blocks | Protocol::Off => None,
        }
    }
}

/// A side so many times as long, at least 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a side of a picture fits, and no share is negative"
)]
pub(super) fn times(side: u32, share: f64) -> u32 {
    (f64::from(side) * share).round().max(1.0) as u32
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn float(bytes: usize) -> f64 {
    bytes as f64
}

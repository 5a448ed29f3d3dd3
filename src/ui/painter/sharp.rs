//! Makes pictures as sharp as the terminal shows them, within what they may cost.

use image::RgbaImage;
use image::imageops::{self, FilterType};

use super::order::{Order, Sharp, times};
use super::press::Press;
use super::{iterm, kitty, sixel};
use crate::domain::graphics::Protocol;
use crate::domain::image::{Pixels, Size};

/// Attempts to keep within the budget.
const TRIES: usize = 3;

/// Smaller pictures have more detail in each pixel, so a little less is tried than is asked for.
const CAUTION: f64 = 0.9;

/// Makes what was ordered of the picture's own pixels, at most as many as are on the screen. Takes
/// a while, and is given up in the midst where it is not `wanted` any more: then `None`.
pub fn make(
    order: Order,
    press: &Press,
    pixels: &Pixels,
    wanted: impl Fn() -> bool,
) -> Option<Sharp> {
    let bytes = within_budget(&order, press, pixels, &wanted);
    if !wanted() {
        return None;
    }
    if bytes.is_none() {
        let name = order.key.image.name().shown(80);
        tracing::warn!(
            name,
            "a picture does not fit on the line and stays in blocks"
        );
    }
    Some(Sharp {
        bytes: bytes.map(Into::into),
        order,
    })
}

/// Fewer pixels until the bytes are few enough.
fn within_budget(
    order: &Order,
    press: &Press,
    pixels: &Pixels,
    wanted: impl Fn() -> bool,
) -> Option<Vec<u8>> {
    let Size { width, height } = pixels.size();
    let whole = RgbaImage::from_raw(width, height, pixels.rgba().to_vec())?;
    let mut share = 1.0;
    for _ in 0..TRIES {
        if !wanted() {
            break;
        }
        let bytes = encode(order, press, &whole, share)?;
        if bytes.len() <= order.means.budget {
            return Some(bytes);
        }
        share *= (float(order.means.budget) / float(bytes.len())).sqrt() * CAUTION;
    }
    None
}

/// With so much of each side; the terminal enlarges it again, where its protocol can.
fn encode(order: &Order, press: &Press, whole: &RgbaImage, share: f64) -> Option<Vec<u8>> {
    let small = || {
        let (width, height) = (times(whole.width(), share), times(whole.height(), share));
        if (width, height) == whole.dimensions() {
            return whole.clone();
        }
        imageops::resize(whole, width, height, FilterType::Triangle)
    };
    match order.means.protocol {
        Protocol::Kitty => kitty::encode(press, &small(), order),
        Protocol::Iterm => iterm::encode(small(), order),
        Protocol::Sixel => sixel::encode(press, whole, order, share),
        Protocol::Blocks | Protocol::Off => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn float(bytes: usize) -> f64 {
    bytes as f64
}

//! Sharp pictures: which are to be made, and which are.

use std::sync::Arc;

use super::fit::Fit;
use crate::domain::graphics::Means;
use crate::domain::image::{ImageRef, Size};
use crate::ui::effect::Ticket;

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

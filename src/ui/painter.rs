//! Paints the pictures of a frame into the slots that the view left for them.

pub mod blocks;

use ratatui::layout::Rect;

use crate::domain::image::{ImageRef, Size};

/// A place on screen that waits for a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSlot {
    /// Where, in cells.
    pub area: Rect,
    /// Which.
    pub image: ImageRef,
    /// What stands over it, in cells.
    pub covered: Vec<Rect>,
}

impl ImageSlot {
    /// The pixels that half blocks show in an area: one across and two down a cell.
    pub fn pixels_of(area: Rect) -> Size {
        Size {
            width: area.width.into(),
            height: u32::from(area.height) * 2,
        }
    }
}

//! Where in its slot a picture stands, and how many pixels it has there.

use ratatui::layout::Rect;

use crate::domain::graphics::{Means, Protocol};
use crate::domain::image::Size;

/// xterm draws no larger sixel picture, and viuer makes none that is wider.
const SIXEL_MOST: u32 = 996;

/// Bytes that four pixels of a photo take as sixel: between 2.7 and 4.2 where it was measured.
const SIXEL_BYTES: usize = 5;

/// viuer makes sixel pictures for cells of this size, so the sides of a picture are multiples.
pub(super) const SIXEL_CELL: Size = Size {
    width: 6,
    height: 12,
};

/// The place of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fit {
    /// The cells that the picture covers, wholly or in part.
    pub(super) area: Rect,
    /// The pixels of the picture itself on the screen.
    pub(super) pixels: Size,
}

/// Fits a picture of `size` into the middle of a slot, its proportions kept. A small one is
/// enlarged, but only until its pixels are as large as they are in half blocks. `None` where there
/// is no room.
pub(super) fn fit(size: Size, slot: Rect, means: Means) -> Option<Fit> {
    let cell = Size {
        width: means.cell.width.max(1),
        height: means.cell.height.max(1),
    };
    // What a terminal tells of its cells is not exact after its font was changed: a row and a
    // column stay free, or the picture would run into the border.
    let slack = u16::from(means.protocol == Protocol::Sixel);
    let room = Size {
        width: u32::from(slot.width.saturating_sub(slack)) * cell.width,
        height: u32::from(slot.height.saturating_sub(slack)) * cell.height,
    };
    let room = Size {
        width: room.width.min(size.width.saturating_mul(cell.width)),
        height: room.height.min(size.height.saturating_mul(cell.width)),
    };
    let pixels = match means.protocol {
        Protocol::Sixel => in_steps(size, affordable(size, room, means.budget)?)?,
        _ => scaled(size, room)?,
    };
    let columns = u16::try_from(pixels.width.div_ceil(cell.width)).ok()?;
    let rows = u16::try_from(pixels.height.div_ceil(cell.height)).ok()?;
    let area = Rect {
        x: slot.x + slot.width.saturating_sub(columns) / 2,
        y: slot.y + slot.height.saturating_sub(rows) / 2,
        width: columns.min(slot.width),
        height: rows.min(slot.height),
    };
    Some(Fit { area, pixels })
}

/// The largest size within `room` that has the proportions of `size`.
fn scaled(size: Size, room: Size) -> Option<Size> {
    let (width, height) = (u64::from(size.width), u64::from(size.height));
    let (most_wide, most_high) = (u64::from(room.width), u64::from(room.height));
    if size.pixels() == 0 || room.pixels() == 0 {
        return None;
    }
    let (width, height) = if width * most_high >= height * most_wide {
        (most_wide, (height * most_wide + width / 2) / width)
    } else {
        ((width * most_high + height / 2) / height, most_high)
    };
    Some(Size {
        width: u32::try_from(width).ok()?.max(1),
        height: u32::try_from(height).ok()?.max(1),
    })
}

/// As much of the room as sixel fills within a budget. It knows no scaling, so what costs less is
/// smaller on the screen, and that is better known before than after.
fn affordable(size: Size, room: Size, budget: usize) -> Option<Size> {
    let whole = scaled(size, room)?;
    let most = (budget / SIXEL_BYTES * 4) as u64;
    if whole.pixels() <= most {
        return Some(room);
    }
    // The height h of a picture of w·h pixels and the same proportions as W×H: h² = w·h · H/W.
    let height = most * u64::from(whole.height) / u64::from(whole.width);
    let height = u32::try_from(height.isqrt()).ok()?;
    Some(Size { height, ..room })
}

/// Of the largest sizes in steps of viuer's cells, the one whose proportions come nearest.
pub(super) fn in_steps(size: Size, room: Size) -> Option<Size> {
    let room = Size {
        width: room.width.min(SIXEL_MOST),
        height: room.height.min(SIXEL_MOST),
    };
    let whole = scaled(size, room)?;
    let most_rows = whole.height.div_ceil(SIXEL_CELL.height).max(1);
    let most_rows = most_rows.min(room.height / SIXEL_CELL.height);
    let most_columns = room.width / SIXEL_CELL.width;
    let candidate = |rows: u32| {
        let height = rows * SIXEL_CELL.height;
        let width = u64::from(size.width) * u64::from(height) / u64::from(size.height);
        let columns = (width + 3) / u64::from(SIXEL_CELL.width);
        let columns = u32::try_from(columns).unwrap_or(u32::MAX);
        let width = columns.clamp(1, most_columns.max(1)) * SIXEL_CELL.width;
        Size { width, height }
    };
    // How far the proportions are off, in thousandths.
    let error = |found: &Size| {
        let one = u64::from(found.width) * u64::from(size.height);
        let other = u64::from(found.height) * u64::from(size.width);
        one.abs_diff(other) * 1000 / one.max(other).max(1)
    };
    if most_rows == 0 || most_columns == 0 {
        return None;
    }
    // A little smaller is better than a little wrong.
    let least_rows = (most_rows * 9 / 10).max(1);
    (least_rows..=most_rows)
        .rev()
        .map(candidate)
        .min_by_key(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(protocol: Protocol, (width, height): (u32, u32), slot: Rect) -> Fit {
        let means = Means {
            protocol,
            cell: Size {
                width: 9,
                height: 18,
            },
            budget: 400_000,
        };
        fit(Size { width, height }, slot, means).unwrap()
    }

    const SLOT: Rect = Rect::new(10, 5, 40, 20);

    #[test]
    fn a_picture_fills_its_slot_one_way_and_stands_in_the_middle_the_other_way() {
        for protocol in [Protocol::Kitty, Protocol::Iterm] {
            let wide = fitted(protocol, (4000, 1000), SLOT);
            let pixels = (wide.pixels.width, wide.pixels.height);
            assert_eq!(pixels, (360, 90));
            assert_eq!(wide.area, Rect::new(10, 12, 40, 5));
            let high = fitted(protocol, (1000, 4000), SLOT);
            let pixels = (high.pixels.width, high.pixels.height);
            assert_eq!(pixels, (90, 360));
            assert_eq!(high.area, Rect::new(25, 5, 10, 20));
        }
    }

    #[test]
    fn a_small_picture_is_as_large_as_in_half_blocks() {
        let icon = fitted(Protocol::Kitty, (16, 16), SLOT);
        assert_eq!(icon.area, Rect::new(22, 11, 16, 8));
    }

    #[test]
    fn sixel_keeps_clear_of_the_border_and_keeps_proportions_in_its_steps() {
        for size in [(640, 427), (300, 451), (1000, 1000), (3000, 200), (17, 400)] {
            let Fit { area, pixels } = fitted(Protocol::Sixel, size, SLOT);
            assert!(area.right() < SLOT.right() && area.bottom() < SLOT.bottom());
            assert_eq!((pixels.width % 6, pixels.height % 12), (0, 0));
            let wanted = f64::from(size.0) / f64::from(size.1);
            let shown = f64::from(pixels.width) / f64::from(pixels.height);
            assert!((shown / wanted - 1.0).abs() < 0.1, "{size:?}: {pixels}");
        }
    }

    #[test]
    fn sixel_stays_below_what_the_line_can_bear() {
        let means = Means {
            protocol: Protocol::Sixel,
            cell: Size {
                width: 10,
                height: 20,
            },
            budget: 96_000,
        };
        let slot = Rect::new(0, 0, 200, 60);
        let size = Size {
            width: 640,
            height: 427,
        };
        let pixels = fit(size, slot, means).unwrap().pixels.pixels();
        assert!((68_000..=76_800).contains(&pixels), "{pixels}");
    }

    #[test]
    fn where_there_is_no_room_no_picture_stands() {
        let means = Means {
            protocol: Protocol::Sixel,
            cell: Size {
                width: 9,
                height: 18,
            },
            budget: 400_000,
        };
        let size = Size {
            width: 4,
            height: 3,
        };
        assert_eq!(fit(size, Rect::new(0, 0, 0, 9), means), None);
        assert_eq!(fit(size, Rect::new(0, 0, 1, 1), means), None);
    }
}

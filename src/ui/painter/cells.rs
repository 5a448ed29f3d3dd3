//! The cells under a picture: they are the painter's, and ratatui leaves them alone.

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::{Position, Rect};

use super::Placed;
use super::order::Key;

/// Keeps ratatui off these cells; what stands over them stays its own.
pub(super) fn keep(area: Rect, free: &[Rect], buffer: &mut Buffer) {
    for position in area.positions() {
        if free.iter().any(|free| free.contains(position)) {
            continue;
        }
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_diff_option(CellDiffOption::Skip);
        }
    }
}

/// Clears the cells and puts something at their first; the cursor stays where it is.
pub(super) fn place(area: Rect, sequence: &[u8], bytes: &mut Vec<u8>) {
    bytes.extend(b"\x1b7");
    for y in area.top()..area.bottom() {
        bytes.extend(to(Position { x: area.x, y }));
        bytes.extend(format!("\x1b[{}X", area.width).bytes());
    }
    bytes.extend(to(area.as_position()));
    bytes.extend(sequence);
    bytes.extend(b"\x1b8");
}

fn to(Position { x, y }: Position) -> Vec<u8> {
    format!("\x1b[{};{}H", y + 1, x + 1).into_bytes()
}

/// Pictures drawn into cells, as sixel and iTerm2 do: whoever writes into such a cell takes that
/// part of the picture away.
#[derive(Debug, Default)]
pub(super) struct Drawn(Vec<One>);

#[derive(Debug)]
struct One {
    key: Key,
    area: Rect,
    torn: Vec<Rect>,
}

impl Drawn {
    /// Where this picture, drawn there, was written over since; `None` where it does not stand.
    pub(super) fn torn(&self, key: &Key, area: Rect) -> Option<&[Rect]> {
        let mut all = self.0.iter();
        let one = all.find(|one| one.key == *key && one.area == area)?;
        Some(&one.torn)
    }

    /// Draws what comes with its bytes. What stood before and is not here is written over by
    /// ratatui.
    pub(super) fn show(&mut self, placed: Vec<Placed>, bytes: &mut Vec<u8>) {
        self.0.clear();
        for Placed {
            order,
            area,
            sequence,
            torn,
        } in placed
        {
            if let Some(sequence) = sequence {
                place(area, &sequence, bytes);
            }
            let key = order.key;
            self.0.push(One { key, area, torn });
        }
    }

    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// What stands may be gone for all we know, and nothing of it is.
    pub(super) fn doubt(&mut self) {
        for one in &mut self.0 {
            one.torn.push(Rect::ZERO);
        }
    }
}

//! A cursor in a list that is longer than its window. A list may stand in columns, as the contact
//! sheet does: items follow each other from left to right, and it scrolls by whole rows.

use std::ops::Range;

use super::command::Motion;

/// Rows above and below the cursor that stay in sight while there are any.
const MARGIN: usize = 2;

/// How much of a list is in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows in sight.
    pub rows: usize,
    /// Items in a row, at least 1.
    pub columns: usize,
}

impl Page {
    /// Items in sight.
    pub fn items(self) -> usize {
        self.rows.saturating_mul(self.columns)
    }
}

/// Rows of one item each.
impl From<usize> for Page {
    fn from(rows: usize) -> Self {
        Self { rows, columns: 1 }
    }
}

/// Where the cursor is and which item is the first in sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct List {
    cursor: usize,
    top: usize,
}

impl List {
    /// The item under the cursor.
    pub fn cursor(self) -> usize {
        self.cursor
    }

    /// Moves the cursor in a list of `len` rows of which `page` are in sight.
    pub fn step(&mut self, motion: Motion, len: usize, page: usize) {
        self.step_in(motion, len, page.into());
    }

    /// The same in columns. Sideways goes on in the next row, as one reads.
    pub fn step_in(&mut self, motion: Motion, len: usize, page: Page) {
        let columns = page.columns.max(1);
        let last = len.saturating_sub(1);
        let up = |rows: usize| self.cursor - rows.min(self.cursor / columns) * columns;
        let down = |rows: usize| {
            let below = (last / columns).saturating_sub(self.cursor / columns);
            self.cursor + rows.min(below) * columns
        };
        let half = (page.rows / 2).max(1);
        let target = match motion {
            Motion::Up => up(1),
            Motion::Down => down(1),
            Motion::Left => self.cursor.saturating_sub(1),
            Motion::Right => self.cursor + 1,
            Motion::Top => 0,
            Motion::Bottom => last,
            Motion::HalfUp => up(half),
            Motion::HalfDown => down(half),
            Motion::PageUp => up(page.rows),
            Motion::PageDown => down(page.rows),
        };
        self.go_in(target, len, page);
    }

    /// Puts the cursor on row `target`, or on the last one.
    pub fn go(&mut self, target: usize, len: usize, page: usize) {
        self.go_in(target, len, page.into());
    }

    /// The same in columns.
    pub fn go_in(&mut self, target: usize, len: usize, page: Page) {
        let Page { rows, columns } = page;
        let columns = columns.max(1);
        // A row of pictures is tall: a sheet moves only when it must.
        let margin = if columns > 1 { 0 } else { MARGIN };
        let margin = margin.min(rows.saturating_sub(1) / 2);
        self.cursor = target.min(len.saturating_sub(1));
        let row = self.cursor / columns;
        let highest = (row + margin + 1).saturating_sub(rows);
        let lowest = row.saturating_sub(margin);
        let top = (self.top / columns).clamp(highest.min(lowest), lowest);
        self.top = top.min(len.div_ceil(columns).saturating_sub(rows)) * columns;
    }

    /// Puts the cursor on row `target`, to which its row moved, so that it stays where it is on
    /// screen.
    pub fn carry(&mut self, target: usize) {
        let above = self.cursor.saturating_sub(self.top);
        self.cursor = target;
        self.top = target.saturating_sub(above);
    }

    /// The rows in sight, the one under the cursor among them however large the page is now.
    pub fn window(self, len: usize, page: usize) -> Range<usize> {
        self.window_in(len, page.into())
    }

    /// The same in columns.
    pub fn window_in(mut self, len: usize, page: Page) -> Range<usize> {
        self.go_in(self.cursor, len, page);
        self.top..self.top.saturating_add(page.items()).min(len)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    #[test]
    fn the_cursor_stays_inside_the_list() {
        let mut list = List::default();
        list.step(Motion::Up, 3, 10);
        assert_eq!(list.cursor(), 0);
        list.step(Motion::PageDown, 3, 10);
        assert_eq!(list.cursor(), 2);
        list.go(9, 0, 10);
        assert_eq!(list.cursor(), 0);
    }

    #[test]
    fn the_window_follows_with_a_margin() {
        let mut list = List::default();
        for _ in 0..8 {
            list.step(Motion::Down, 100, 10);
        }
        assert_eq!(list.window(100, 10), 1..11);
        list.step(Motion::Bottom, 100, 10);
        assert_eq!(list.window(100, 10), 90..100);
        list.step(Motion::Up, 100, 10);
        assert_eq!(list.window(100, 10), 90..100);
        list.step(Motion::Top, 100, 10);
        assert_eq!(list.window(100, 10), 0..10);
    }

    #[test]
    fn a_list_that_shrank_is_shown_from_a_valid_row() {
        let mut list = List::default();
        list.step(Motion::Bottom, 100, 10);
        assert_eq!(list.window(4, 10), 0..4);
    }

    /// The page shrinks with the zoom and with the screen; the cursor was once out of sight then.
    #[test]
    fn a_page_that_shrank_shows_the_cursor() {
        let mut list = List::default();
        list.go(10, 100, 20);
        assert_eq!(list.window(100, 20), 0..20);
        assert_eq!(list.window(100, 5), 8..13);
    }

    #[test]
    fn a_row_that_moved_stays_where_it_is_on_screen() {
        let mut list = List::default();
        list.go(50, 100, 10);
        assert_eq!(list.window(100, 10), 43..53);
        list.carry(57);
        assert_eq!((list.cursor(), list.window(107, 10)), (57, 50..60));
        list.carry(1);
        assert_eq!((list.cursor(), list.window(100, 10)), (1, 0..10));
    }

    #[test]
    fn a_window_of_one_row_shows_the_cursor() {
        let mut list = List::default();
        list.step(Motion::Down, 5, 1);
        assert_eq!(list.window(5, 1), 1..2);
    }

    /// Three rows of four.
    const SHEET: Page = Page {
        rows: 3,
        columns: 4,
    };

    #[test]
    fn a_list_in_columns_is_walked_by_rows_and_sideways() {
        let mut list = List::default();
        let mut goes = |motion, expected| {
            list.step_in(motion, 22, SHEET);
            assert_eq!(list.cursor(), expected, "{motion:?}");
        };
        goes(Motion::Left, 0);
        goes(Motion::Up, 0);
        goes(Motion::Right, 1);
        goes(Motion::Down, 5);
        goes(Motion::Left, 4);
        goes(Motion::Left, 3);
        goes(Motion::PageDown, 15);
        goes(Motion::HalfUp, 11);
        // The last row is not full.
        goes(Motion::PageDown, 21);
        goes(Motion::Down, 21);
        goes(Motion::Right, 21);
        goes(Motion::Up, 17);
        goes(Motion::PageUp, 5);
        goes(Motion::PageUp, 1);
        goes(Motion::Bottom, 21);
        goes(Motion::Top, 0);
    }

    #[test]
    fn a_list_in_columns_moves_only_when_the_cursor_leaves_it() {
        let mut list = List::default();
        let mut sees = |motion, expected| {
            list.step_in(motion, 22, SHEET);
            assert_eq!(list.window_in(22, SHEET), expected, "{motion:?}");
        };
        sees(Motion::Down, 0..12);
        sees(Motion::Down, 0..12);
        sees(Motion::Down, 4..16);
        sees(Motion::Up, 4..16);
        sees(Motion::Up, 4..16);
        sees(Motion::Bottom, 12..22);
        sees(Motion::Top, 0..12);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn every_step_keeps_the_cursor_in_sight_and_on_an_item(
            len in 0..300_usize,
            pages in vec((0..8_usize, 1..9_usize), 1..4),
            motions in vec(select(MOTIONS.to_vec()), 0..40),
        ) {
            let mut list = List::default();
            for (step, motion) in motions.into_iter().enumerate() {
                let (rows, columns) = pages[step % pages.len()];
                let page = Page { rows, columns };
                list.step_in(motion, len, page);
                prop_assert!(list.cursor() < len.max(1));
                let window = list.window_in(len, page);
                prop_assert_eq!(window.start % columns, 0);
                if len > 0 && rows > 0 {
                    prop_assert!(window.contains(&list.cursor()), "{:?} {:?}", window, list);
                    prop_assert!(window.len() == page.items() || window.end == len);
                }
            }
        }
    }

    const MOTIONS: [Motion; 10] = [
        Motion::Up,
        Motion::Down,
        Motion::Left,
        Motion::Right,
        Motion::Top,
        Motion::Bottom,
        Motion::HalfUp,
        Motion::HalfDown,
        Motion::PageUp,
        Motion::PageDown,
    ];
}

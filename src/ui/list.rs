//! A cursor in a list that is longer than its window.

use std::ops::Range;

use super::command::Motion;

/// Rows above and below the cursor that stay in sight while there are any.
const MARGIN: usize = 2;

/// Where the cursor is and which row is the first in sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct List {
    cursor: usize,
    top: usize,
}

impl List {
    /// The row under the cursor.
    pub fn cursor(self) -> usize {
        self.cursor
    }

    /// Moves the cursor in a list of `len` rows of which `page` are in sight.
    pub fn step(&mut self, motion: Motion, len: usize, page: usize) {
        let last = len.saturating_sub(1);
        let target = match motion {
            Motion::Up => self.cursor.saturating_sub(1),
            Motion::Down => self.cursor + 1,
            Motion::Top => 0,
            Motion::Bottom => last,
            Motion::HalfUp => self.cursor.saturating_sub(page / 2),
            Motion::HalfDown => self.cursor + page / 2,
            Motion::PageUp => self.cursor.saturating_sub(page),
            Motion::PageDown => self.cursor + page,
        };
        self.go(target, len, page);
    }

    /// Puts the cursor on row `target`, or on the last one.
    pub fn go(&mut self, target: usize, len: usize, page: usize) {
        self.cursor = target.min(len.saturating_sub(1));
        let margin = MARGIN.min(page.saturating_sub(1) / 2);
        let highest = (self.cursor + margin + 1).saturating_sub(page);
        let lowest = self.cursor.saturating_sub(margin);
        self.top = self.top.clamp(highest.min(lowest), lowest);
        self.top = self.top.min(len.saturating_sub(page));
    }

    /// Puts the cursor on row `target`, to which its row moved, so that it stays where it is on
    /// screen.
    pub fn carry(&mut self, target: usize) {
        let above = self.cursor.saturating_sub(self.top);
        self.cursor = target;
        self.top = target.saturating_sub(above);
    }

    /// The rows in sight, the one under the cursor among them however large the page is now.
    pub fn window(mut self, len: usize, page: usize) -> Range<usize> {
        self.go(self.cursor, len, page);
        self.top..(self.top + page).min(len)
    }
}

#[cfg(test)]
mod tests {
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
}

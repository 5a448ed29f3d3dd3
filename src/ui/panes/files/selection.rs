//! Which pictures of the folder are selected.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{FilesPane, Row, RowKind, Wanted};
use crate::domain::image::ImageRef;

impl FilesPane {
    pub(super) fn toggle(&mut self) {
        let Some(row) = self.row().filter(|row| row.kind == RowKind::Picture) else {
            return;
        };
        let name = row.name.clone();
        if !self.selected.remove(&name) {
            self.selected.insert(name);
        }
    }

    /// The first call remembers where a range begins, the second selects it.
    pub(super) fn range(&mut self) {
        if let Some(span) = self.span() {
            self.selected.extend(self.rows.pictures(span));
            self.anchor = None;
        } else {
            self.wanted = Wanted::Nothing;
            self.anchor = self.row().map(|row| row.name.clone());
        }
    }

    /// The rows from the start of a range to the cursor.
    pub(super) fn span(&self) -> Option<Range<usize>> {
        let start = self.anchor.as_ref()?;
        let start = self.rows.position(|row| row.name == *start)?;
        let cursor = self.list.cursor();
        Some(start.min(cursor)..start.max(cursor) + 1)
    }

    pub(super) fn select_all(&mut self) {
        let all: BTreeSet<_> = self.rows.pictures(0..self.rows.len()).collect();
        self.selected = if self.selected == all {
            BTreeSet::new()
        } else {
            all
        };
    }

    /// The selected pictures in the order of the list; where none is, the one under the cursor.
    pub fn targets(&self) -> Vec<ImageRef> {
        if self.selected.is_empty() {
            return self.image().into_iter().collect();
        }
        self.rows
            .all()
            .filter(|row| self.selected.contains(&row.name))
            .map(|row| self.image_of(&row.name))
            .collect()
    }

    /// The selected pictures in the order of the list; where none is, all of the folder.
    pub fn selection(&self) -> Vec<ImageRef> {
        let is_meant = |row: &&Row| {
            row.kind == RowKind::Picture
                && (self.selected.is_empty() || self.selected.contains(&row.name))
        };
        let pictures = self.rows.all().filter(is_meant);
        pictures.map(|row| self.image_of(&row.name)).collect()
    }

    /// How many pictures are selected.
    pub fn selected(&self) -> usize {
        self.selected.len()
    }

    /// True where the row is selected, or would be if the range ended here; `span` is that range.
    pub(super) fn is_selected(&self, at: usize, row: &Row, span: &Range<usize>) -> bool {
        let in_span = row.kind == RowKind::Picture && span.contains(&at);
        in_span || self.selected.contains(&row.name)
    }
}

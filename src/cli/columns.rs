//! Texts side by side, and tables.

use unicode_width::UnicodeWidthStr;

use crate::domain::text::clip;

/// Narrower columns are stacked instead.
const NARROWEST: usize = 24;
/// Between two columns, and before the first.
const GAP: usize = 2;

/// A text with its title, all of it safe to show.
pub(super) struct Column {
    /// What it is.
    pub(super) title: String,
    /// What there is to say about it; may be empty.
    pub(super) about: String,
    /// The text itself, on one line.
    pub(super) text: String,
}

/// The texts in columns, wrapped so that all fit into `width`; below each other where the columns
/// were too narrow to be read.
pub(super) fn side_by_side(columns: &[Column], width: usize) -> Vec<String> {
    let each = (width / columns.len().max(1)).saturating_sub(GAP);
    let wrapped = |width| columns.iter().map(move |column| column.wrap(width));
    if each < NARROWEST {
        let inner = width.saturating_sub(GAP).max(1);
        let lines = wrapped(inner).flatten();
        return lines.map(|line| format!("{:GAP$}{line}", "")).collect();
    }
    let wrapped: Vec<_> = wrapped(each).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    let row = |at: usize| {
        let mut row = String::new();
        for lines in &wrapped {
            let line = lines.get(at).map_or("", String::as_str);
            let padding = each.saturating_sub(line.width());
            row.push_str(&" ".repeat(GAP));
            row.push_str(line);
            row.push_str(&" ".repeat(padding));
        }
        row.trim_end().to_owned()
    };
    (0..height).map(row).collect()
}

impl Column {
    fn wrap(&self, width: usize) -> Vec<String> {
        let parts = [&self.title, &self.about, &self.text].into_iter();
        let parts = parts.filter(|part| !part.is_empty());
        parts.flat_map(|part| wrap(part, width)).collect()
    }
}

/// `text` in lines of at most `width` columns, at least 2; a word that is longer is cut.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split_whitespace() {
        let mut rest = word;
        let mut columns = rest.width();
        if used > 0 && used + 1 + columns <= width {
            line.push(' ');
            used += 1;
        } else if used > 0 {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        while columns > width {
            let mut head = clip(rest, width);
            if head.is_empty() {
                // One letter that is wider than all: it stands out, rather than be lost.
                head = rest;
            }
            lines.push(head.to_owned());
            rest = rest.get(head.len()..).unwrap_or_default();
            columns = rest.width();
        }
        line.push_str(rest);
        used += columns;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Rows of as many cells as there are `titles`, below each other; the first cell begins its
/// column, all others end theirs. Where that is wider than `width`, each row becomes a few lines.
pub(super) fn table(titles: &[&str], rows: &[Vec<String>], width: Option<usize>) -> Vec<String> {
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        let cells = cells.map(|cell| cell.width());
        let title = titles.get(at).map(|title| title.width());
        cells.chain(title).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..titles.len()).map(widest).collect();
    let whole: usize = widths.iter().map(|width| width + GAP).sum();
    if width.is_some_and(|width| whole > width + GAP) {
        return stacked(titles, rows);
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::new();
        for (at, (cell, width)) in cells.zip(&widths).enumerate() {
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            if at == 0 {
                line.push_str(cell);
                line.push_str(&padding);
            } else {
                line.push_str(&" ".repeat(GAP));
                line.push_str(&padding);
                line.push_str(cell);
            }
        }
        line
    };
    let head = line(&mut titles.iter().copied());
    let rows = rows
        .iter()
        .map(|row| line(&mut row.iter().map(String::as_str)));
    std::iter::once(head).chain(rows).collect()
}

fn stacked(titles: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let widest = titles.iter().skip(1).map(|title| title.width()).max();
    let widest = widest.unwrap_or(0);
    let mut lines = Vec::new();
    for row in rows {
        lines.extend(row.first().cloned());
        for (title, cell) in titles.iter().zip(row).skip(1) {
            let padding = " ".repeat(widest.saturating_sub(title.width()));
            lines.push(format!("{:GAP$}{title}{padding}  {cell}", ""));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(texts: &[&str]) -> Vec<Column> {
        let column = |text: &&str| Column {
            title: "org/model".to_owned(),
            about: String::new(),
            text: (*text).to_owned(),
        };
        texts.iter().map(column).collect()
    }

    #[test]
    fn texts_stand_side_by_side_and_end_where_the_screen_does() {
        let two = columns(&[
            "a cat on a wooden chair by the window",
            "猫が椅子の上に座っている猫が椅子の上に",
        ]);
        assert_eq!(
            side_by_side(&two, 60),
            [
                "  org/model                     org/model",
                "  a cat on a wooden chair by    猫が椅子の上に座っている猫が",
                "  the window                    椅子の上に",
            ]
        );
    }

    #[test]
    fn a_narrow_screen_stacks_them() {
        let lines = side_by_side(&columns(&["a cat on a chair", "a dog"]), 20);
        assert_eq!(
            lines,
            [
                "  org/model",
                "  a cat on a chair",
                "  org/model",
                "  a dog"
            ]
        );
    }

    #[test]
    fn nothing_is_lost_of_an_endless_word() {
        let word = "🐈‍⬛é".repeat(500);
        for width in [1, 2, 3, 30] {
            assert_eq!(wrap(&word, width).concat(), word);
        }
    }

    #[test]
    fn a_table_too_wide_for_the_screen_is_stacked() {
        let rows = [
            vec!["org/a".to_owned(), "12".to_owned()],
            vec!["b".to_owned(), "3".to_owned()],
        ];
        let table = |width| table(&["who", "wins"], &rows, width);
        assert_eq!(table(None), ["who    wins", "org/a    12", "b         3"]);
        assert_eq!(table(Some(11)).len(), 3);
        assert_eq!(table(Some(10)), ["org/a", "  wins  12", "b", "  wins  3"]);
    }
}

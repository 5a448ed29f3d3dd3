//! A screen for terminals that show nothing but ASCII: after all is drawn, every other sign has a
//! stand-in.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

/// Puts a stand-in for every sign that is not ASCII; letters of other scripts become `?`.
pub fn plain(buffer: &mut Buffer) {
    let mut is_tail = false;
    for cell in &mut buffer.content {
        let is_wide = cell.symbol().width() > 1;
        if is_tail {
            // The second half of a wide letter.
            cell.set_symbol(" ");
        } else if !cell.symbol().is_ascii() {
            let mut signs = cell.symbol().chars();
            let sign = match (signs.next(), signs.next()) {
                (Some(sign), None) => stand_in(sign),
                _ => '?',
            };
            cell.set_char(sign);
        }
        is_tail = is_wide;
    }
}

fn stand_in(sign: char) -> char {
    match sign {
        '─' | '–' | '⠹' | '⠦' => '-',
        // The pane in focus.
        '━' => '=',
        '│' | '┃' | '▏' | '⠋' | '⠼' | '⠇' => '|',
        '⠙' | '⠴' | '⠏' => '/',
        '⠸' | '⠧' => '\\',
        '\u{2500}'..='\u{257f}' | '★' => '+',
        '·' | '░' => '.',
        '…' => '~',
        '✓' => 'v',
        '✗' | '×' => 'x',
        '●' | '•' => '*',
        '○' => 'o',
        '◐' => 'O',
        '→' => '>',
        '←' => '<',
        '“' | '”' => '"',
        '█' | '¶' => '#',
        '⏎' => '$',
        '✎' => '&',
        '␛' => '^',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Cell;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn foreign_letters_keep_their_columns() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, "│猫é·e\u{301}👩‍👩‍👧✓ x", Style::new());
        plain(&mut buffer);
        let row: String = buffer.content.iter().map(Cell::symbol).collect();
        assert_eq!(row, "|? ?.?? v x ");
    }

    #[test]
    fn nothing_but_ascii_is_left() {
        for code in 0..=0xffff_u32 {
            let Some(sign) = char::from_u32(code).filter(|sign| !sign.is_ascii()) else {
                continue;
            };
            let stand_in = stand_in(sign);
            assert!(stand_in.is_ascii_graphic(), "{sign:?}");
        }
    }
}

//! What a terminal sends, byte by byte: keys as xterm encodes them, pastes, and its answers.
//!
//! Every rule looks at the head of what has come, and asks for more where more may change what it
//! means; so it makes no difference in how many pieces the bytes come.
//! Sources: <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>,
//! <https://sw.kovidgoyal.net/kitty/graphics-protocol/#querying-support-and-available-transmission-mediums>.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::domain::image::Size;

/// The number that kitty's question carries, and its answer.
pub(super) const KITTY_ID: &str = "i=31";

const ESC: u8 = 0x1b;
const BELL: u8 = 0x07;
const PASTE_ENDS: &[u8] = b"\x1b[201~";
/// No sequence that means anything to us is longer, in bytes.
const LONGEST: usize = 256;

/// Something whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A key, a paste, the focus.
    Event(Event),
    /// An answer.
    Answer(Answer),
    /// Nothing that is known here.
    Noise,
}

/// What a terminal tells of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To `CSI 16 t`: the pixels of a cell.
    Cell(Size),
    /// To `CSI c`: what it can do.
    Attributes {
        /// True where it shows sixel pictures: 4 is among its numbers.
        sixel: bool,
    },
    /// To kitty's question: whether it shows pictures in kitty's way.
    Kitty(bool),
}

/// What stands at the head of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// Something whole, and the bytes it takes.
    Whole(Sent, usize),
    /// It cannot be told before more comes.
    Cut,
}

/// Reads the head of `bytes`.
pub fn head(bytes: &[u8]) -> Head {
    match bytes {
        [] | [ESC] | [ESC, b'[' | b'O' | b'_'] => Head::Cut,
        [ESC, ESC, ..] => key(KeyCode::Esc, 1),
        [ESC, b'[', rest @ ..] => control(rest),
        [ESC, b'O', letter, ..] => match named(*letter) {
            Some(code) => key(code, 3),
            None => with_alt(b"O"),
        },
        [ESC, b'_', b'G', rest @ ..] => kitty(rest),
        [ESC, rest @ ..] => with_alt(rest),
        _ => plain(bytes),
    }
}

/// What `bytes` mean where nothing more comes: keys that a person may have pressed are kept, the
/// rest of a broken sequence is not.
pub fn alone(bytes: &[u8]) -> Option<Event> {
    let head = match bytes {
        [ESC] => key(KeyCode::Esc, 1),
        [ESC, rest @ ..] if is_typed(bytes) => with_alt(rest),
        _ => return None,
    };
    match head {
        Head::Whole(Sent::Event(event), _) => Some(event),
        _ => None,
    }
}

/// True for a head that a person may have typed: Esc, or Alt and a letter.
pub fn is_typed(head: &[u8]) -> bool {
    matches!(head, [ESC] | [ESC, _])
}

/// True for a paste whose end has not come.
pub fn is_paste(head: &[u8]) -> bool {
    head.starts_with(b"\x1b[200~")
}

fn event(code: KeyCode, modifiers: KeyModifiers, length: usize) -> Head {
    let event = Event::Key(KeyEvent::new(code, modifiers));
    Head::Whole(Sent::Event(event), length)
}

fn key(code: KeyCode, length: usize) -> Head {
    event(code, KeyModifiers::NONE, length)
}

fn noise(length: usize) -> Head {
    Head::Whole(Sent::Noise, length)
}

/// A key that needs no Esc.
fn plain(bytes: &[u8]) -> Head {
    let ctrl = |first: u8, byte: u8, letter: u8| {
        let code = KeyCode::Char(char::from(letter + (byte - first)));
        event(code, KeyModifiers::CONTROL, 1)
    };
    match bytes.first().copied() {
        None => Head::Cut,
        Some(b'\r') => key(KeyCode::Enter, 1),
        Some(b'\t') => key(KeyCode::Tab, 1),
        Some(0x7f) => key(KeyCode::Backspace, 1),
        Some(0) => event(KeyCode::Char(' '), KeyModifiers::CONTROL, 1),
        Some(byte @ 0x01..=0x1a) => ctrl(0x01, byte, b'a'),
        Some(byte @ 0x1c..=0x1f) => ctrl(0x1c, byte, b'4'),
        Some(_) => letter(bytes),
    }
}

/// A letter in UTF-8.
fn letter(bytes: &[u8]) -> Head {
    let bytes = bytes.get(..4).unwrap_or(bytes);
    let Some(chunk) = bytes.utf8_chunks().next() else {
        return Head::Cut;
    };
    if let Some(letter) = chunk.valid().chars().next() {
        let held = if letter.is_uppercase() {
            KeyModifiers::SHIFT
        } else {
            KeyModifiers::NONE
        };
        return event(KeyCode::Char(letter), held, letter.len_utf8());
    }
    match str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => Head::Cut,
        _ => noise(chunk.invalid().len().max(1)),
    }
}

/// A key that comes with Alt: as without, with Esc before it.
fn with_alt(bytes: &[u8]) -> Head {
    match plain(bytes) {
        Head::Whole(Sent::Event(Event::Key(key)), length) => {
            event(key.code, key.modifiers | KeyModifiers::ALT, length + 1)
        }
        Head::Whole(_, length) => noise(length + 1),
        Head::Cut => Head::Cut,
    }
}

/// `CSI`, of which `rest` is what follows.
fn control(rest: &[u8]) -> Head {
    let is_within = |byte: &u8| (0x20..0x40).contains(byte);
    let length = rest.iter().take_while(|byte| is_within(byte)).count();
    let Some(last) = rest.get(length).copied() else {
        return if length < LONGEST {
            Head::Cut
        } else {
            noise(2 + LONGEST)
        };
    };
    let whole = 2 + length + 1;
    let Ok(numbers) = str::from_utf8(rest.get(..length).unwrap_or_default()) else {
        return noise(whole);
    };
    match (numbers, last) {
        // Something else begins before this has ended.
        (_, ..0x40 | 0x7f..) => noise(2 + length),
        ("200", b'~') => paste(rest.get(length + 1..).unwrap_or_default(), whole),
        ("", b'[') => match rest.get(1).copied() {
            // The console of Linux.
            Some(letter @ b'A'..=b'E') => key(KeyCode::F(1 + letter - b'A'), whole + 1),
            Some(_) => noise(whole),
            None => Head::Cut,
        },
        _ => Head::Whole(meaning(numbers, last), whole),
    }
}

/// What a control sequence means that ends in `last`.
fn meaning(numbers: &str, last: u8) -> Sent {
    if let Some(attributes) = numbers.strip_prefix('?')
        && last == b'c'
    {
        let sixel = attributes.split(';').any(|number| number == "4");
        return Sent::Answer(Answer::Attributes { sixel });
    }
    let parts: Option<Vec<u32>> = numbers
        .split(';')
        .map(|number| match number {
            "" => Some(1),
            number => number.parse().ok(),
        })
        .collect();
    let parts = parts.unwrap_or_default();
    match (parts.as_slice(), last) {
        ([6, height, width], b't') => Sent::Answer(Answer::Cell(Size {
            width: *width,
            height: *height,
        })),
        ([_], b'I') => Sent::Event(Event::FocusGained),
        ([_], b'O') => Sent::Event(Event::FocusLost),
        ([_], b'Z') => Sent::Event(Event::Key(KeyEvent::new(
            KeyCode::BackTab,
            KeyModifiers::SHIFT,
        ))),
        ([number, held @ ..], last) => {
            let code = if last == b'~' {
                numbered(*number)
            } else {
                named(last)
            };
            match code {
                Some(code) => Sent::Event(Event::Key(KeyEvent::new(code, modifiers(held.first())))),
                None => Sent::Noise,
            }
        }
        ([], _) => Sent::Noise,
    }
}

/// Keys that xterm names by a letter.
fn named(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(1 + letter - b'P'),
        _ => return None,
    })
}

/// Keys that xterm names by a number.
fn numbered(number: u32) -> Option<KeyCode> {
    let function = |first: u32, key: u8| {
        let further = u8::try_from(number - first).unwrap_or_default();
        KeyCode::F(key + further)
    };
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => function(11, 1),
        17..=21 => function(17, 6),
        23..=24 => function(23, 11),
        _ => return None,
    })
}

/// xterm's number for what is held down: a mask, and 1 more.
fn modifiers(number: Option<&u32>) -> KeyModifiers {
    let mask = number.map_or(0, |number| number.saturating_sub(1));
    let held = [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
    ];
    let held = held.into_iter().filter(|(bit, _)| mask & bit != 0);
    held.map(|(_, modifier)| modifier).collect()
}

fn paste(rest: &[u8], before: usize) -> Head {
    let end = rest
        .windows(PASTE_ENDS.len())
        .position(|window| window == PASTE_ENDS);
    let Some(end) = end else {
        return Head::Cut;
    };
    let text = String::from_utf8_lossy(rest.get(..end).unwrap_or_default());
    let length = before + end + PASTE_ENDS.len();
    Head::Whole(Sent::Event(Event::Paste(text.into_owned())), length)
}

/// Kitty's answer, of which `rest` is what follows `ESC _ G`.
fn kitty(rest: &[u8]) -> Head {
    let within = rest.get(..LONGEST).unwrap_or(rest);
    let Some(end) = within.iter().position(|byte| matches!(*byte, ESC | BELL)) else {
        return if within.len() < LONGEST {
            Head::Cut
        } else {
            noise(3 + LONGEST)
        };
    };
    let ends = match rest.get(end..).unwrap_or_default() {
        [ESC] => return Head::Cut,
        [ESC, b'\\', ..] => 2,
        [BELL, ..] => 1,
        // Something else begins before this has ended.
        _ => return noise(3 + end),
    };
    let text = String::from_utf8_lossy(rest.get(..end).unwrap_or_default());
    let sent = match text.split_once(';') {
        Some((keys, said)) if keys.split(',').any(|key| key == KITTY_ID) => {
            Sent::Answer(Answer::Kitty(said == "OK"))
        }
        _ => Sent::Noise,
    };
    Head::Whole(sent, 3 + end + ends)
}

#[cfg(test)]
mod tests;

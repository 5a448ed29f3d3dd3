//! Keys that came in pieces. Over a slow line an arrow key may arrive as Esc and, a moment later,
//! `[A`: read as three keys, it would run three commands.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// True where the last of `events` may be the head of a key whose tail is still on its way.
pub(super) fn is_cut(events: &[Event]) -> bool {
    let keys: Vec<_> = events.iter().rev().map(plain).collect();
    let digits = keys.iter().take_while(|key| is_digit(**key)).count();
    match keys.get(digits..).unwrap_or_default() {
        [Some(KeyCode::Char('[')), Some(KeyCode::Esc), ..] => true,
        [Some(KeyCode::Esc), ..] | [Some(KeyCode::Char('O')), Some(KeyCode::Esc), ..] => {
            digits == 0
        }
        _ => false,
    }
}

/// The same events, with keys that came in pieces made whole.
pub(super) fn whole(events: &[Event]) -> Vec<Event> {
    let mut whole = Vec::with_capacity(events.len());
    let mut rest = events;
    while let Some((first, after)) = rest.split_first() {
        if let Some((code, length)) = joined(rest) {
            whole.push(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
            rest = rest.get(length..).unwrap_or_default();
        } else {
            whole.push(first.clone());
            rest = after;
        }
    }
    whole
}

/// The key whose pieces stand at the start of `events`, and how many they are.
fn joined(events: &[Event]) -> Option<(KeyCode, usize)> {
    let mut keys = events.iter().map(plain);
    if keys.next()? != Some(KeyCode::Esc) {
        return None;
    }
    let Some(KeyCode::Char('[' | 'O')) = keys.next()? else {
        return None;
    };
    let tail: Vec<_> = keys.take(3).collect();
    let number = tail.iter().take_while(|key| is_digit(**key)).count();
    let code = match (tail.first()?, tail.get(number)?) {
        (_, Some(KeyCode::Char(letter))) if number == 0 => match letter {
            'A' => KeyCode::Up,
            'B' => KeyCode::Down,
            'C' => KeyCode::Right,
            'D' => KeyCode::Left,
            'F' => KeyCode::End,
            'H' => KeyCode::Home,
            'Z' => KeyCode::BackTab,
            _ => return None,
        },
        (Some(KeyCode::Char(digit)), Some(KeyCode::Char('~'))) => match digit {
            '1' | '7' => KeyCode::Home,
            '3' => KeyCode::Delete,
            '4' | '8' => KeyCode::End,
            '5' => KeyCode::PageUp,
            '6' => KeyCode::PageDown,
            _ => return None,
        },
        _ => return None,
    };
    Some((code, 2 + number + 1))
}

fn is_digit(key: Option<KeyCode>) -> bool {
    matches!(key, Some(KeyCode::Char('0'..='9')))
}

/// The key of an event that is a key alone, pressed; Shift counts as part of its letter.
fn plain(event: &Event) -> Option<KeyCode> {
    match event {
        Event::Key(key)
            if key.kind == KeyEventKind::Press
                && (key.modifiers - KeyModifiers::SHIFT).is_empty() =>
        {
            Some(key.code)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> Event {
        Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    /// Esc and what follows it, as crossterm reads the pieces.
    fn after_esc(tail: &str) -> Vec<Event> {
        let tail = tail.chars().map(|letter| key(KeyCode::Char(letter)));
        std::iter::once(key(KeyCode::Esc)).chain(tail).collect()
    }

    #[test]
    fn a_head_waits_for_its_tail() {
        for head in ["", "[", "O", "[5"] {
            assert!(is_cut(&after_esc(head)), "{head:?}");
        }
        for whole in ["[A", "OB", "[5~", "x", "O1"] {
            assert!(!is_cut(&after_esc(whole)), "{whole:?}");
        }
        assert!(!is_cut(&[key(KeyCode::Char('['))]));
        assert!(!is_cut(&[]));
    }

    #[test]
    fn pieces_become_the_key_they_were() {
        let keys = [
            ("[A", KeyCode::Up),
            ("OB", KeyCode::Down),
            ("[5~", KeyCode::PageUp),
            ("[Z", KeyCode::BackTab),
        ];
        for (tail, expected) in keys {
            let mut events = after_esc(tail);
            events.push(key(KeyCode::Char('j')));
            assert_eq!(whole(&events), [key(expected), key(KeyCode::Char('j'))]);
        }
    }

    #[test]
    fn what_is_no_key_in_pieces_stays_as_it_is() {
        for tail in ["", "[", "[x", "j", "[9~", "[12"] {
            assert_eq!(whole(&after_esc(tail)), after_esc(tail), "{tail:?}");
        }
    }
}

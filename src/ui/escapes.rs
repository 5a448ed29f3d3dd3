//! What came in pieces. Over a slow line an arrow key may arrive as Esc and, a moment later, `[A`:
//! read as three keys, it would run three commands. So would an answer of the terminal that comes
//! when nobody waits for it any more.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};

use super::probe::bytes::{Head, Sent, head, is_typed};

/// The tail of what no person types is waited for so long.
const MACHINE: Duration = Duration::from_millis(500);

/// No key and no answer comes in more pieces.
const LONGEST: usize = 256;

/// How long the tail of the last of `events` is waited for, where they may be the head of a key or
/// of an answer. What a person may have typed waits for `patience` only.
pub(super) fn awaited(events: &[Event], patience: Duration) -> Option<Duration> {
    let mut rest = events;
    while let Some((_, after)) = rest.split_first() {
        match pieces(rest) {
            Pieces::Cut { typed: true } => return Some(patience),
            Pieces::Cut { typed: false } => return Some(MACHINE),
            Pieces::Whole(_, length) => rest = rest.get(length..).unwrap_or_default(),
            Pieces::None => rest = after,
        }
    }
    None
}

/// The same events, with keys that came in pieces made whole, and without answers.
pub(super) fn whole(events: &[Event]) -> Vec<Event> {
    let mut whole = Vec::with_capacity(events.len());
    let mut rest = events;
    while let Some((first, after)) = rest.split_first() {
        if let Pieces::Whole(event, length) = pieces(rest) {
            whole.extend(event);
            rest = rest.get(length..).unwrap_or_default();
        } else {
            whole.push(first.clone());
            rest = after;
        }
    }
    whole
}

/// What stands at the start of some events.
enum Pieces {
    /// Pieces of this key, or of an answer, and how many they are.
    Whole(Option<Event>, usize),
    /// The head of something, as far as they go; `typed` where a person may have typed it.
    Cut { typed: bool },
    /// No pieces.
    None,
}

fn pieces(events: &[Event]) -> Pieces {
    let mut bytes = Vec::new();
    // How many bytes there are after each event.
    let mut ends = Vec::new();
    for spelled in events.iter().take(LONGEST).map_while(spelled) {
        bytes.extend(spelled);
        ends.push(bytes.len());
        if !matches!(bytes.first(), Some(0x1b | b'[' | b'_')) {
            return Pieces::None;
        }
    }
    // The Esc of an answer may have come too early to wait for the rest.
    if bytes.starts_with(b"[?") || bytes.starts_with(b"_G") {
        bytes.insert(0, 0x1b);
        for end in &mut ends {
            *end += 1;
        }
    }
    let is_head = [b"\x1b[", b"\x1bO", b"\x1b_"]
        .into_iter()
        .any(|start| bytes.starts_with(start));
    if !is_head && bytes != b"\x1b" {
        return Pieces::None;
    }
    match head(&bytes) {
        Head::Cut if ends.len() == events.len() => Pieces::Cut {
            typed: is_typed(&bytes),
        },
        Head::Whole(sent, length) => {
            let count = ends.iter().position(|end| *end == length);
            match (sent, count) {
                (Sent::Event(event), Some(last @ 2..)) => Pieces::Whole(Some(event), last + 1),
                (Sent::Answer(_), Some(last)) => Pieces::Whole(None, last + 1),
                _ => Pieces::None,
            }
        }
        Head::Cut => Pieces::None,
    }
}

/// The bytes that crossterm may have read as this event, where they may belong to a sequence.
fn spelled(event: &Event) -> Option<Vec<u8>> {
    let Event::Key(key) = event else {
        return None;
    };
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let others = key.modifiers - KeyModifiers::ALT - KeyModifiers::SHIFT;
    if key.kind != KeyEventKind::Press || !others.is_empty() {
        return None;
    }
    let mut bytes = if alt { vec![0x1b] } else { Vec::new() };
    match key.code {
        KeyCode::Esc if !alt => bytes.push(0x1b),
        KeyCode::Char(letter) if letter.is_ascii() => bytes.push(u8::try_from(letter).ok()?),
        _ => return None,
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyEvent;

    use super::*;

    fn key(code: KeyCode) -> Event {
        Event::Key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    /// Esc and what follows it, as crossterm reads the pieces.
    fn after_esc(tail: &str) -> Vec<Event> {
        let tail = tail.chars().map(|letter| key(KeyCode::Char(letter)));
        std::iter::once(key(KeyCode::Esc)).chain(tail).collect()
    }

    const PATIENCE: Duration = Duration::from_millis(10);

    #[test]
    fn a_head_waits_for_its_tail() {
        for head in ["", "[", "O", "_"] {
            assert_eq!(
                awaited(&after_esc(head), PATIENCE),
                Some(PATIENCE),
                "{head:?}"
            );
        }
        for head in ["[5", "[1;", "[?62;", "_Gi=31;O"] {
            assert_eq!(
                awaited(&after_esc(head), PATIENCE),
                Some(MACHINE),
                "{head:?}"
            );
        }
        for whole in ["[A", "OB", "[5~", "x", "O1", "[?62;4c"] {
            assert_eq!(awaited(&after_esc(whole), PATIENCE), None, "{whole:?}");
        }
        assert_eq!(awaited(&[key(KeyCode::Char('['))], PATIENCE), None);
        assert_eq!(awaited(&[], PATIENCE), None);
    }

    /// The keys that crossterm makes of an answer of kitty's that nobody waits for.
    fn kitty_late(head: &[Event]) -> Vec<Event> {
        let alt = |letter| Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::ALT));
        let mut events = head.to_vec();
        events.extend("Gi=31;OK".chars().map(|letter| key(KeyCode::Char(letter))));
        events.push(alt('\\'));
        events
    }

    #[test]
    fn an_answer_that_comes_late_is_no_key() {
        let alt = |letter| Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::ALT));
        let answers = [
            after_esc("[?62;4c"),
            after_esc("[6;20;10t"),
            // Its Esc came so early that it was taken for the key.
            after_esc("[?62;4c").split_off(1),
            kitty_late(&[alt('_')]),
            kitty_late(&after_esc("_")),
            kitty_late(&after_esc("_").split_off(1)),
        ];
        for answer in answers {
            let around = [&[key(KeyCode::Char('j'))], &*answer, &[key(KeyCode::Enter)]].concat();
            let kept = [key(KeyCode::Char('j')), key(KeyCode::Enter)];
            assert_eq!(whole(&around), kept, "{answer:?}");
        }
    }

    #[test]
    fn pieces_become_the_key_they_were() {
        let keys = [
            ("[A", KeyCode::Up),
            ("OB", KeyCode::Down),
            ("[5~", KeyCode::PageUp),
            ("[3~", KeyCode::Delete),
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

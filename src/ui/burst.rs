//! Text pasted where nobody marks a paste: an old terminal, or a line that lost the marks. It comes
//! as keys, all at once; read as keys, it would run a command for each letter.

use std::collections::HashSet;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::probe::decoder::Input;

/// Nobody types so many keys at once.
const MANY: usize = 16;

/// A key that is held comes many times over a slow line, and so may a few that are pressed in turn.
const DIFFERENT: usize = 8;

/// True where the last of `inputs` belong to a paste, so that more of it may follow.
pub(super) fn goes_on(inputs: &[Input]) -> bool {
    let plain = inputs.iter().rev().map_while(letter);
    is_paste(&plain.collect::<Vec<_>>())
}

/// The same inputs, with every paste in one piece.
pub(super) fn pasted(inputs: &[Input]) -> Vec<Input> {
    let mut whole = Vec::with_capacity(inputs.len());
    for run in inputs.chunk_by(|one, next| letter(one).is_some() && letter(next).is_some()) {
        let letters: Vec<char> = run.iter().filter_map(letter).collect();
        if is_paste(&letters) {
            whole.push(Input::Event(Event::Paste(letters.into_iter().collect())));
        } else {
            whole.extend_from_slice(run);
        }
    }
    whole
}

fn is_paste(letters: &[char]) -> bool {
    let different: HashSet<_> = letters.iter().collect();
    letters.len() >= MANY && different.len() >= DIFFERENT
}

/// The letter that was pasted, if it was.
fn letter(input: &Input) -> Option<char> {
    let Input::Event(Event::Key(KeyEvent {
        code,
        modifiers,
        kind: KeyEventKind::Press,
        ..
    })) = input
    else {
        return None;
    };
    match (*code, *modifiers - KeyModifiers::SHIFT) {
        (KeyCode::Char(letter), KeyModifiers::NONE) => Some(letter),
        // A line ends with either.
        (KeyCode::Enter, KeyModifiers::NONE) | (KeyCode::Char('j'), KeyModifiers::CONTROL) => {
            Some('\n')
        }
        (KeyCode::Tab, KeyModifiers::NONE) => Some('\t'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> Input {
        Input::Event(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    fn keys(text: &str) -> Vec<Input> {
        let code = |letter| match letter {
            '\n' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            _ => KeyCode::Char(letter),
        };
        text.chars().map(|letter| key(code(letter))).collect()
    }

    fn paste(text: &str) -> Input {
        Input::Event(Event::Paste(text.to_owned()))
    }

    #[test]
    fn text_that_comes_at_once_is_a_paste() {
        for text in [
            "q, y or Enter: a sentence\n",
            "first\tsecond\nthird line",
            "Größe: 3 × 4 Äpfel",
        ] {
            assert!(goes_on(&keys(text)), "{text:?}");
            assert_eq!(pasted(&keys(text)), [paste(text)]);
        }
    }

    #[test]
    fn keys_that_are_held_or_few_stay_keys() {
        for text in [
            "jjjjjjjjjjjjjjjjjjjjjjjj",
            "jkjkjkjkllhhjkjkjkjk",
            "gg/cat.jpg\n",
            "",
        ] {
            assert!(!goes_on(&keys(text)), "{text:?}");
            assert_eq!(pasted(&keys(text)), keys(text));
        }
    }

    #[test]
    fn what_is_no_text_stays_beside_the_paste() {
        let text = "only a part of all this";
        let answer = Input::Told(None, b"\x1b[?62;4c".to_vec());
        let around = |middle: Vec<Input>| {
            let (up, esc) = (key(KeyCode::Up), key(KeyCode::Esc));
            [vec![up, answer.clone()], middle, vec![esc]].concat()
        };
        assert_eq!(pasted(&around(keys(text))), around(vec![paste(text)]));
        assert!(!goes_on(&around(keys(text))));
    }
}

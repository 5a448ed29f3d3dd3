use super::*;
use crate::ui::probe::decoder::{Decoder, Input};
use proptest::prelude::*;

fn pressed(code: KeyCode) -> Sent {
    held(code, KeyModifiers::NONE)
}

fn held(code: KeyCode, modifiers: KeyModifiers) -> Sent {
    Sent::Event(Event::Key(KeyEvent::new(code, modifiers)))
}

fn letter(letter: char) -> Sent {
    pressed(KeyCode::Char(letter))
}

fn cell(width: u32, height: u32) -> Sent {
    Sent::Answer(Answer::Cell(Size { width, height }))
}

fn attributes(sixel: bool) -> Sent {
    Sent::Answer(Answer::Attributes { sixel })
}

/// Bytes, and what they mean where they come alone.
fn table() -> Vec<(&'static [u8], Sent)> {
    let (shift, alt, ctrl) = (
        KeyModifiers::SHIFT,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL,
    );
    vec![
        (b"j", letter('j')),
        (b"G", held(KeyCode::Char('G'), shift)),
        ("ä".as_bytes(), letter('ä')),
        ("猫".as_bytes(), letter('猫')),
        ("🐈".as_bytes(), letter('🐈')),
        (b"\r", pressed(KeyCode::Enter)),
        (b"\t", pressed(KeyCode::Tab)),
        (b"\x7f", pressed(KeyCode::Backspace)),
        (b"\x00", held(KeyCode::Char(' '), ctrl)),
        (b"\x03", held(KeyCode::Char('c'), ctrl)),
        (b"\n", held(KeyCode::Char('j'), ctrl)),
        (b"\x1a", held(KeyCode::Char('z'), ctrl)),
        (b"\x1f", held(KeyCode::Char('7'), ctrl)),
        (b"\x1bj", held(KeyCode::Char('j'), alt)),
        (b"\x1bG", held(KeyCode::Char('G'), alt | shift)),
        (b"\x1b\r", held(KeyCode::Enter, alt)),
        ("\u{1b}ä".as_bytes(), held(KeyCode::Char('ä'), alt)),
        (b"\x1b[A", pressed(KeyCode::Up)),
        (b"\x1bOB", pressed(KeyCode::Down)),
        (b"\x1b[C", pressed(KeyCode::Right)),
        (b"\x1b[D", pressed(KeyCode::Left)),
        (b"\x1b[1;5A", held(KeyCode::Up, ctrl)),
        (b"\x1b[1;4C", held(KeyCode::Right, alt | shift)),
        (b"\x1b[H", pressed(KeyCode::Home)),
        (b"\x1b[4~", pressed(KeyCode::End)),
        (b"\x1b[3~", pressed(KeyCode::Delete)),
        (b"\x1b[3;5~", held(KeyCode::Delete, ctrl)),
        (b"\x1b[5~", pressed(KeyCode::PageUp)),
        (b"\x1b[6~", pressed(KeyCode::PageDown)),
        (b"\x1b[Z", held(KeyCode::BackTab, shift)),
        (b"\x1bOP", pressed(KeyCode::F(1))),
        (b"\x1b[15~", pressed(KeyCode::F(5))),
        (b"\x1b[17~", pressed(KeyCode::F(6))),
        (b"\x1b[24~", pressed(KeyCode::F(12))),
        (b"\x1b[[A", pressed(KeyCode::F(1))),
        (b"\x1b[I", Sent::Event(Event::FocusGained)),
        (b"\x1b[O", Sent::Event(Event::FocusLost)),
        (
            "\u{1b}[200~a\u{1b}[Ä\r\u{1b}[201~".as_bytes(),
            Sent::Event(Event::Paste("a\u{1b}[Ä\r".to_owned())),
        ),
        (b"\x1b[6;20;10t", cell(10, 20)),
        (b"\x1b[?62;4;22c", attributes(true)),
        (b"\x1b[?4c", attributes(true)),
        (b"\x1b[?64;14;44c", attributes(false)),
        (b"\x1b[?c", attributes(false)),
        (b"\x1b_Gi=31;OK\x1b\\", Sent::Answer(Answer::Kitty(true))),
        (b"\x1b_Gi=31;OK\x07", Sent::Answer(Answer::Kitty(true))),
        (
            b"\x1b_Gi=31;EINVAL:no\x1b\\",
            Sent::Answer(Answer::Kitty(false)),
        ),
        // Nobody asked for these.
        (b"\x1b_Gi=7;OK\x1b\\", Sent::Noise),
        (b"\x1b[8;24;80t", Sent::Noise),
        (b"\x1b[?1;2u", Sent::Noise),
        (b"\x1b[99999999999999;1A", Sent::Noise),
        (b"\x1b[<0;1;1M", Sent::Noise),
        (b"\xff", Sent::Noise),
    ]
}

#[test]
fn what_a_terminal_sends_is_understood() {
    for (bytes, meant) in table() {
        assert_eq!(head(bytes), Head::Whole(meant, bytes.len()), "{bytes:?}");
    }
}

#[test]
fn no_head_of_anything_is_taken_for_something_else() {
    for (bytes, _) in table() {
        for length in 1..bytes.len() {
            assert_eq!(head(&bytes[..length]), Head::Cut, "{:?}", &bytes[..length]);
        }
    }
}

#[test]
fn esc_is_a_key_of_its_own_where_no_tail_comes() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(b"\x1b"), []);
    let esc = Event::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
    assert_eq!(decoder.give_up(), [Input::Event(esc.clone())]);
    assert_eq!(decoder.feed(b"\x1b\x1b"), [Input::Event(esc)]);
    decoder.feed(b"[");
    let alt = KeyEvent::new(KeyCode::Char('['), KeyModifiers::ALT);
    assert_eq!(decoder.give_up(), [Input::Event(Event::Key(alt))]);
    assert!(decoder.is_at_rest());
}

/// Its letters once were keys, among them one that captions.
#[test]
fn an_answer_whose_head_came_too_early_is_an_answer() {
    for answer in ["\x1b[?62;4c", "\x1b[6;20;10t", "\x1b_Gi=31;OK\x1b\\"] {
        for early in 1..=2 {
            let mut decoder = Decoder::default();
            let (head, tail) = answer.as_bytes().split_at(early);
            assert_eq!(decoder.feed(head), []);
            assert_eq!(decoder.give_up().len(), 1);
            let told = decoder.feed(tail);
            assert!(matches!(told[..], [Input::Told(Some(_), _)]), "{told:?}");
        }
    }
    let mut decoder = Decoder::default();
    decoder.feed(b"\x1b");
    decoder.give_up();
    let typed = decoder.feed(b"[").len() + decoder.feed(b"?").len();
    assert_eq!(typed, 2, "keys stay keys");
}

/// All that one byte can be, with an answer behind each, which is no part of them.
#[test]
fn every_key_of_one_byte_is_kept_in_its_place() {
    let ctrl = |letter| held(KeyCode::Char(letter), KeyModifiers::CONTROL);
    let meaning = |byte: u8| match byte {
        0 => ctrl(' '),
        b'\r' => pressed(KeyCode::Enter),
        b'\t' => pressed(KeyCode::Tab),
        0x7f => pressed(KeyCode::Backspace),
        1..=26 => ctrl(char::from(b'a' + byte - 1)),
        28..=31 => ctrl(char::from(b'4' + byte - 28)),
        b'A'..=b'Z' => held(KeyCode::Char(char::from(byte)), KeyModifiers::SHIFT),
        _ => letter(char::from(byte)),
    };
    let keys: Vec<u8> = (0..=0x7f).filter(|byte| *byte != ESC).collect();
    let expected: Vec<Sent> = keys.iter().map(|byte| meaning(*byte)).collect();
    let stream: Vec<u8> = keys
        .iter()
        .flat_map(|key| [&[*key][..], b"\x1b[?62;4c"].concat())
        .collect();
    let all: Vec<usize> = (0..stream.len()).collect();
    for cuts in [&[][..], &all] {
        let events = in_pieces(&stream, cuts).into_iter();
        let events = events.filter_map(|input| match input {
            Input::Event(event) => Some(Sent::Event(event)),
            Input::Told(..) => None,
        });
        assert_eq!(events.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_sequence_that_is_broken_off_runs_no_command() {
    for broken in [&b"\x1b[?62;"[..], b"\x1b_Gi=31;O", b"\x1b[1;5", b"\xe7\x8c"] {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.feed(broken), [], "{broken:?}");
        assert_eq!(decoder.give_up(), [], "{broken:?}");
    }
}

#[test]
fn no_sequence_is_waited_for_without_end() {
    let endless = [b"\x1b[".as_slice(), &[b'1'; 10_000]].concat();
    assert!(matches!(head(&endless), Head::Whole(Sent::Noise, _)));
    let endless = [b"\x1b_G".as_slice(), &[b'1'; 10_000]].concat();
    assert!(matches!(head(&endless), Head::Whole(Sent::Noise, _)));
}

/// Everything that comes of `stream` in pieces that end at `cuts`.
fn in_pieces(stream: &[u8], cuts: &[usize]) -> Vec<Input> {
    let mut decoder = Decoder::default();
    let mut inputs = Vec::new();
    let mut from = 0;
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
    cuts.sort_unstable();
    for to in cuts.into_iter().chain([stream.len()]) {
        inputs.extend(decoder.feed(&stream[from..to]));
        from = to;
    }
    inputs.extend(decoder.give_up());
    inputs
}

/// Known things one after the other, and anything between them.
fn streams() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<Vec<u8>> = table().iter().map(|(bytes, _)| bytes.to_vec()).collect();
    let piece = prop_oneof![
        4 => prop::sample::select(known),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn it_makes_no_difference_in_how_many_pieces_bytes_come(
        stream in streams(),
        cuts in prop::collection::vec(any::<usize>(), 0..40),
    ) {
        prop_assert_eq!(in_pieces(&stream, &cuts), in_pieces(&stream, &[]));
    }

    #[test]
    fn every_byte_is_used_once(stream in streams()) {
        let mut rest = stream.as_slice();
        while let Head::Whole(_, length) = head(rest) {
            prop_assert!((1..=rest.len()).contains(&length));
            rest = &rest[length..];
        }
    }
}

//! Captions that nobody would write, and that models do.

use super::*;
use crate::domain::text::is_unsafe;
use crate::ui::effect::Differ;
use crate::ui::panes::Pane;
use screens::{SMALL, WIDE};

/// Bytes of a caption that are shown at most, each of which may become an escape of so many.
const SHOWN: usize = (16 << 10) * 8;

fn texts() -> [String; 9] {
    [
        "A cat sat on the mat. ".repeat(50_000),
        "a".repeat(100_000),
        "\n".repeat(1_000_000),
        "قطة صغيرة \u{202e}\u{2067}תחת השולחן ".repeat(4_000),
        format!("e{} cat", "\u{301}".repeat(100_000)),
        "👩‍👩‍👧‍👦🐈‍⬛🏳️‍🌈猫".repeat(5_000),
        "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{90}q".repeat(3_000),
        "\0".repeat(30_000),
        "a\tb\r\nc\rd\u{2028}".repeat(10_000),
    ]
}

fn review_of(text: &str, size: ratatui::layout::Size) -> Screen {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.tell(Message::Resize(size));
    let runs = vec![run(2, "a.jpg", "org/one", text)];
    screen.history(Ok((runs, false)));
    screen.press("4 z");
    screen
}

/// The frames of the panes stand at both edges, and nothing is on screen that a terminal would obey.
fn assert_straight(screen: &Screen) {
    let buffer = screen.buffer();
    let area = buffer.area;
    for y in 1..area.height - 3 {
        for x in [0, area.width - 1] {
            let edge = buffer[(x, y)].symbol();
            assert!(
                "│┃┐┘┓┛".contains(edge),
                "{edge:?} at {x}, {y}:\n{}",
                screen.text()
            );
        }
    }
    let letters = || buffer.content.iter().flat_map(|cell| cell.symbol().chars());
    assert!(!letters().any(is_unsafe), "{:?}", screen.text());
    assert!(letters().count() < SHOWN);
}

/// Rows of the review, all of which are laid out for each frame.
fn rows(screen: &Screen) -> usize {
    let areas = screen.state.areas().unwrap();
    let page = screen.state.review_page(&areas);
    let scene = screen.state.scene(Pane::History);
    page.measure(screen.state.history.run().unwrap(), &scene).0
}

#[test]
fn whatever_a_caption_holds_the_review_stands_straight_and_lays_out_little() {
    for text in texts() {
        for size in [SMALL, WIDE] {
            let mut screen = review_of(&text, size);
            assert_straight(&screen);
            assert!(rows(&screen) < (16 << 10) + 100, "{}", rows(&screen));
            for keys in ["space", "i", "esc", "y", "4"] {
                screen.press(keys);
                assert_straight(&screen);
            }
        }
    }
}

#[test]
fn whatever_a_caption_holds_it_is_edited_here_or_outside() {
    for text in texts() {
        // What is longer is left to an editor that is made for it.
        let part = &text[..text.floor_char_boundary(20_000)];
        let mut screen = review_of(part, SMALL);
        for keys in ["e", "up", "ctrl+e", "x", "backspace", "left", "pageup"] {
            screen.press(keys);
            assert!(!screen.state.overlays.is_empty());
            assert_straight(&screen);
        }
        let mut screen = review_of(&text, SMALL);
        let effects = screen.press("E");
        assert_eq!(effects, [Effect::EditOutside(RunId(2), text)]);
    }
}

#[test]
fn whatever_versions_hold_no_more_of_them_is_compared_than_is_shown() {
    let texts = texts();
    for (text, other) in texts.iter().zip(texts.iter().cycle().skip(1)) {
        let mut screen = review_of(text, SMALL);
        let ticket = match screen.press("v")[..] {
            [Effect::Versions(ticket, _)] => ticket,
            ref effects => panic!("{effects:?}"),
        };
        let revision = crate::domain::review::Revision {
            moment: now(),
            maker: Maker::Hand,
            caption: Foreign::new(other.as_str()),
            is_taken_back: false,
        };
        let effects = screen.tell(Message::Versions(ticket, Ok(vec![revision])));
        let [Effect::DifferVersions(ticket, Differ { texts, .. })] = &effects[..] else {
            panic!("{effects:?}");
        };
        let compared: usize = texts.iter().flatten().map(String::len).sum();
        assert!(compared < 2 * SHOWN, "{compared}");
        // Places that no letter begins at are no reason to stop.
        let spans = vec![vec![0..1, 3..compared + 7], vec![1..2]];
        screen.tell(Message::VersionsDiffer(*ticket, Ok(spans)));
        assert_straight(&screen);
    }
}

use super::super::Overlay;
use super::*;
use crate::ui::tests::{Screen, lines};
use crate::ui::theme::Depth;

const LINE: Rect = Rect::new(0, 0, 20, 1);

/// What a field shows, and below that `^` under what is marked of it.
fn marked(typed: &str, back: usize, part: &str) -> String {
    let mut field = Field::new(Purpose::Search).with(typed);
    for _ in 0..back {
        field.input.handle(tui_input::InputRequest::GoToPrevChar);
    }
    let theme = Theme::new(Depth::True);
    let mut buffer = Buffer::empty(LINE);
    let keymap = Keymap::default();
    field.draw(LINE, &mut buffer, &Words::default(), (&keymap, theme));
    let at = typed.rfind(part).unwrap();
    field.mark(&(at..at + part.len()), LINE, &mut buffer, theme);
    let is_marked = |x| buffer[(x, 0)].modifier.contains(Modifier::UNDERLINED);
    let marks = (0..LINE.width).map(|x| if is_marked(x) { '^' } else { ' ' });
    let marks: String = marks.collect();
    format!("{}{}", lines(&buffer), marks.trim_end())
}

#[test]
fn the_part_that_is_meant_is_marked() {
    assert_eq!(
        marked("cat modle:a", 0, "modle"),
        "/cat modle:a\n     ^^^^^"
    );
    assert_eq!(marked("cat or", 0, ""), "/cat or\n       ^", "the end");
}

#[test]
fn wide_letters_take_two_columns() {
    assert_eq!(
        marked("猫が modle:a", 0, "modle"),
        "/猫が modle:a\n      ^^^^^"
    );
    assert_eq!(marked("x flag:猫", 0, "猫"), "/x flag:猫\n        ^^");
}

/// Columns were once taken for letters, and half of a wide text was gone.
#[test]
fn a_text_longer_than_its_line_ends_at_the_cursor() {
    let long = "猫犬".repeat(8) + "!";
    assert_eq!(
        marked(&long, 0, "!"),
        "/猫犬猫犬猫犬猫犬!\n                 ^"
    );
    let letters = "0123456789abcdefghij";
    assert_eq!(
        marked(letters, 0, "hij"),
        "/3456789abcdefghij\n               ^^^"
    );
    assert_eq!(
        marked(letters, 0, "12345"),
        "/3456789abcdefghij\n ^^^",
        "what is in sight of it"
    );
    assert_eq!(
        marked(letters, 0, "12"),
        "/3456789abcdefghij\n",
        "nothing is"
    );
    assert_eq!(marked(letters, 20, "12"), "/0123456789abcdef…\n  ^^");
}

#[test]
fn what_is_shown_as_an_escape_takes_its_columns() {
    assert_eq!(marked("a\u{200b}b:", 0, "b"), "/a\\u{200b}b:\n          ^");
}

#[test]
fn saved_filters_are_completed_by_their_names() {
    let words = Words {
        filters: [("cats", "cat"), ("caps", "a"), ("dogs", "dog")]
            .map(|(name, filter)| (name.to_owned(), filter.to_owned()))
            .into(),
        ..Words::default()
    };
    let completed = |purpose, typed: &str| {
        let mut field = Field::new(purpose).with(typed);
        field.complete(&words);
        let first = field.input.value().to_owned();
        field.complete(&words);
        [first, field.input.value().to_owned()]
    };
    assert_eq!(completed(Purpose::Search, "@ca"), ["@cats", "@caps"]);
    assert_eq!(completed(Purpose::Search, "ca"), ["ca", "ca"]);
    assert_eq!(
        completed(Purpose::Command, "filters d"),
        ["filters dogs", "filters dogs"]
    );
}

#[test]
fn a_field_fits_into_any_line() {
    for width in 0..6 {
        let mut screen = Screen::new();
        screen.state.size.width = 80;
        let line = Rect::new(0, 0, width, 1);
        let field = Field::new(Purpose::Search).with("猫 cat");
        let mut buffer = Buffer::empty(line);
        let theme = (&screen.state.keymap, screen.state.theme);
        field.draw(line, &mut buffer, &Words::default(), theme);
        field.mark(&(0..3), line, &mut buffer, screen.state.theme);
        screen.state.overlays.push(Overlay::Field(field));
    }
}

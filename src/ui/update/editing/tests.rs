use insta::assert_snapshot;
use ratatui::layout::Size;

use crate::domain::problem::Problem;
use crate::domain::review::{Change, Decision};
use crate::domain::run::{Run, RunId};
use crate::domain::text::Foreign;
use crate::ui::effect::{Effect, Reviewing};
use crate::ui::message::Message;
use crate::ui::tests::{Screen, run};

/// Two captions in review.
fn screen(text: &str) -> Screen {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    let runs = vec![
        run(2, "a.jpg", "org/one", text),
        run(1, "b.jpg", "org/one", "A dog."),
    ];
    screen.history(Ok((runs, false)));
    screen.press("4 z");
    screen
}

fn rewritten(effects: &[Effect]) -> Change {
    match effects.first() {
        Some(Effect::Review(_, Reviewing::Change { changes, .. })) => changes[0].clone(),
        other => panic!("{other:?}"),
    }
}

fn newest(screen: &Screen) -> &Run {
    screen.state.history.runs().next().unwrap()
}

fn here(screen: &Screen) -> Option<RunId> {
    screen.state.history.run().unwrap().id
}

#[test]
fn a_rewritten_caption_is_accepted_and_the_next_one_is_there() {
    let mut screen = screen("A cat.");
    screen.press("e backspace");
    screen.type_in(" on a mat, jjuqa.");
    screen.press("ctrl+j");
    screen.tell(Message::Paste("two\r\nthree\u{1b}[31m".to_owned()));
    let change = rewritten(&screen.press("enter"));
    let text = "A cat on a mat, jjuqa.\ntwo\nthree[31m";
    assert_eq!(change.caption.as_ref().map(Foreign::raw), Some(text));
    assert_eq!(change.decision, Some(Decision::Accepted));
    assert_eq!(newest(&screen).text().raw(), text);
    assert_eq!(here(&screen), Some(RunId(1)));
    screen.press("u");
    assert_eq!(newest(&screen).text().raw(), "A cat.", "one step back");
    assert_eq!(newest(&screen).review.decision, Decision::Pending);
}

#[test]
fn what_is_not_changed_comes_back_as_it_was() {
    let raw = "\u{1b}[2Jred\r\n\u{202e}\tcat\0 ";
    let mut screen = screen(raw);
    screen.press("e up left down");
    let change = rewritten(&screen.press("enter"));
    assert_eq!(change, Change::decide(RunId(2), Decision::Accepted));
    assert_eq!(newest(&screen).text().raw(), raw);
}

#[test]
fn leaving_asks_where_something_would_be_lost() {
    let mut screen = screen("A cat.");
    assert_eq!(screen.press("e esc"), []);
    assert!(screen.state.overlays.is_empty(), "nothing was changed");
    screen.press("e ! esc");
    assert!(screen.text().contains("go on editing"));
    screen.press("esc ? esc");
    assert_eq!(screen.press("k enter"), []);
    assert!(screen.state.overlays.is_empty(), "thrown away");
    screen.press("e ! esc y");
    assert_eq!(newest(&screen).text().raw(), "A cat.!");
}

#[test]
fn an_empty_caption_is_not_kept() {
    let mut screen = screen("A cat.");
    assert_eq!(screen.press("e ctrl+u enter"), []);
    assert_eq!(screen.notice(), "a caption without a word is not kept");
    assert!(!screen.state.overlays.is_empty());
}

#[test]
fn a_program_that_must_leave_keeps_what_was_written() {
    let mut screen = screen("A cat.");
    screen.press("e !");
    let change = rewritten(&screen.tell(Message::Leave));
    assert_eq!(change.decision, None);
    assert_eq!(change.caption.as_ref().map(Foreign::raw), Some("A cat.!"));
}

#[test]
fn an_own_editor_is_asked_and_heard() {
    let mut screen = screen("A cat.");
    let effects = screen.press("E");
    assert_eq!(
        effects,
        [Effect::EditOutside(RunId(2), "A cat.".to_owned())]
    );
    let edited =
        |text: Option<&str>, problem| Message::Edited(RunId(2), text.map(str::to_owned), problem);
    assert_eq!(screen.tell(edited(None, None)), []);
    assert_eq!(screen.notice(), "nothing was changed");
    assert_eq!(screen.tell(edited(Some("\n"), None)), []);
    assert_eq!(screen.notice(), "a caption without a word is not kept");
    let failed = || Some(Problem::new("the editor `vi` ended with 1"));
    assert_eq!(screen.tell(edited(None, failed())), []);
    assert_eq!(screen.notice(), "the editor `vi` ended with 1");
    assert_eq!(screen.tell(edited(Some("A lion."), failed())), []);
    assert!(screen.text().contains("A lion."), "it is looked at first");
    let change = rewritten(&screen.press("enter"));
    assert_eq!(change.caption.as_ref().map(Foreign::raw), Some("A lion."));
    let change = rewritten(&screen.tell(edited(Some("A tiger."), None)));
    assert_eq!(change.caption.as_ref().map(Foreign::raw), Some("A tiger."));
}

#[test]
fn a_caption_that_is_too_long_is_left_to_an_editor() {
    let mut screen = screen(&"cat ".repeat(20_000));
    screen.press("e");
    assert_eq!(
        screen.notice(),
        "too long to be edited here: E opens your editor"
    );
}

#[test]
fn a_caption_that_is_rewritten() {
    let text = "A tabby cat with green eyes looks straight at the camera; behind it a blurred \
        garden in the light of the evening.\n猫は庭を見ている。 \u{1b}[31mred";
    for (name, size) in [("80", Size::new(80, 24)), ("120", Size::new(120, 36))] {
        let mut screen = screen(text);
        screen.tell(Message::Resize(size));
        screen.press("e up");
        assert_snapshot!(format!("edit_{name}"), screen.text());
    }
    let mut screen = screen(text);
    screen.press("e ! esc");
    assert_snapshot!("edit_left_80", screen.text());
    let mut screen = Screen::over(&["a.jpg"]);
    screen.captions(Ok(vec![run(2, "a.jpg", "builtin/describe", text)]));
    screen.press("3 e");
    assert_snapshot!("edit_dashboard_80", screen.text());
}

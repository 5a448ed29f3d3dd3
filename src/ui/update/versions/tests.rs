use insta::assert_snapshot;
use ratatui::layout::Size;

use crate::domain::review::{Change, Maker, Review, Revision};
use crate::domain::run::{Run, RunId};
use crate::domain::text::Foreign;
use crate::ui::effect::{Differ, Effect, Reviewing, Ticket};
use crate::ui::message::Message;
use crate::ui::tests::{Screen, now, run};

/// A caption that was rewritten, and then once more, which was taken back.
fn screen() -> (Screen, Ticket) {
    let mut screen = Screen::over(&["a.jpg"]);
    let rewritten = Run {
        review: Review {
            caption: Some(Foreign::new("A small tabby cat.")),
            ..Review::default()
        },
        ..run(2, "a.jpg", "org/one", "A big tabby cat.")
    };
    screen.history(Ok((vec![rewritten], false)));
    let effects = screen.press("4 v");
    let ticket = match effects[..] {
        [Effect::Versions(ticket, RunId(2))] => ticket,
        ref other => panic!("{other:?}"),
    };
    (screen, ticket)
}

fn revisions() -> Vec<Revision> {
    let revision = |text: &str, maker, is_taken_back| Revision {
        moment: now(),
        maker,
        caption: Foreign::new(text),
        is_taken_back,
    };
    vec![
        revision("A small tabby cat.", Maker::Hand, false),
        revision("A small \u{1b}[31mginger cat.", Maker::Replacement, true),
    ]
}

fn compared(effects: &[Effect]) -> (Ticket, [String; 2]) {
    match effects {
        [Effect::DifferVersions(ticket, Differ { texts, .. })] => {
            let texts = [0, 1].map(|at| texts[at].clone().unwrap());
            (*ticket, texts)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn any_two_versions_are_compared() {
    let (mut screen, ticket) = screen();
    let effects = screen.tell(Message::Versions(ticket, Ok(revisions())));
    let (_, texts) = compared(&effects);
    assert_eq!(texts, ["A small tabby cat.", "A small ␛[31mginger cat."]);
    let (_, texts) = compared(&screen.press("k"));
    assert_eq!(texts, ["A big tabby cat.", "A small tabby cat."]);
    screen.press("k space");
    let (_, texts) = compared(&screen.press("j j"));
    assert_eq!(texts, ["A big tabby cat.", "A small ␛[31mginger cat."]);
}

#[test]
fn the_way_back_makes_a_new_version() {
    let (mut screen, ticket) = screen();
    screen.tell(Message::Versions(ticket, Ok(revisions())));
    assert_eq!(screen.press("k enter"), []);
    assert_eq!(screen.notice(), "the caption reads so already");
    let effects = screen.press("k enter");
    let change = match &effects[..] {
        [Effect::Review(_, Reviewing::Change { changes, .. })] => changes[0].clone(),
        other => panic!("{other:?}"),
    };
    let expected = Change {
        run: RunId(2),
        decision: None,
        caption: Some(Foreign::new("A big tabby cat.")),
    };
    assert_eq!(change, expected);
    assert!(screen.state.overlays.is_empty());
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    let (mut screen, ticket) = screen();
    screen.press("esc v");
    assert_eq!(screen.tell(Message::Versions(ticket, Ok(revisions()))), []);
    assert!(screen.text().contains("reading…"));
}

#[test]
fn the_versions_of_a_caption() {
    for (name, size) in [("80", Size::new(80, 24)), ("120", Size::new(120, 36))] {
        let (mut screen, ticket) = screen();
        screen.tell(Message::Resize(size));
        screen.tell(Message::Versions(ticket, Ok(revisions())));
        let (ticket, _) = compared(&screen.press("k"));
        screen.tell(Message::VersionsDiffer(
            ticket,
            Ok(vec![vec![2..5], vec![2..7]]),
        ));
        assert_snapshot!(format!("versions_{name}"), screen.text());
    }
}

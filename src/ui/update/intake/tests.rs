use insta::assert_snapshot;
use ratatui::layout::Size as Cells;

use super::*;
use crate::domain::image::ImageRef;
use crate::ui::effect::Reviewing;
use crate::ui::message::{HandoverNews, Message};
use crate::ui::tests::{FOLDER, Screen};

fn at(name: &str) -> std::path::PathBuf {
    Path::new(FOLDER).join(name)
}

fn spot(file: &str, line: Option<usize>) -> Spot {
    let file = at(file);
    Spot { file, line }
}

fn intake() -> Intake {
    Intake {
        found: vec![
            Found {
                image: ImageRef::new(at("cat.jpg")),
                text: "a cat\u{1b}[31m asleep".to_owned(),
                spot: spot("cat.txt", None),
            },
            Found {
                image: ImageRef::new(at("dog.jpg")),
                text: "a dog".to_owned(),
                spot: spot("metadata.jsonl", Some(1)),
            },
        ],
        known: 3,
        troubles: vec![Trouble {
            spot: spot("metadata.jsonl", Some(7)),
            says: "it is no object of JSON".to_owned(),
        }],
    }
}

/// Opens the form, turns its fields with `keys`, and sends it.
fn send(screen: &mut Screen, keys: &str) -> (Ticket, Handover) {
    screen.list(&["cat.jpg", "dog.jpg"]);
    screen.press(keys);
    sent(screen.press("enter"))
}

fn sent(effects: Vec<Effect>) -> (Ticket, Handover) {
    match <[Effect; 1]>::try_from(effects) {
        Ok([Effect::Handover(ticket, what)]) => (ticket, what),
        other => panic!("{other:?}"),
    }
}

fn found(screen: &mut Screen, ticket: Ticket, intake: Intake) {
    screen.tell(Message::Handover(ticket, HandoverNews::Found(Ok(intake))));
}

#[test]
fn what_is_taken_over_is_seen_before_it_is() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut screen = Screen::with(|start| start.size = Cells::new(width, height));
        screen.press("I");
        assert_snapshot!(format!("import_form_{width}"), screen.text());
        screen.press("esc");
        let (ticket, asked) = send(&mut screen, "I");
        let all = Handover::FindCaptions {
            folder: FOLDER.into(),
            is_deep: false,
            sources: Source::ALL.to_vec(),
        };
        assert_eq!(asked, all);
        found(&mut screen, ticket, intake());
        assert_snapshot!(format!("import_plan_{width}"), screen.text());
        screen.press("up enter");
        assert_snapshot!(format!("import_list_{width}"), screen.text());
        screen.press("esc");
        let (_, asked) = sent(screen.press("y"));
        assert!(matches!(asked, Handover::TakeOver { .. }), "{asked:?}");
    }
}

#[test]
fn what_was_taken_over_and_accepted_is_read_and_can_be_taken_back() {
    let mut screen = Screen::new();
    let (ticket, asked) = send(&mut screen, "I right tab right right right tab right");
    let deep = Handover::FindCaptions {
        folder: FOLDER.into(),
        is_deep: true,
        sources: vec![Source::Metadata],
    };
    assert_eq!(asked, deep);
    found(&mut screen, ticket, intake());
    let (ticket, asked) = sent(screen.press("y"));
    let all = Handover::TakeOver {
        found: intake().found,
        accept: true,
    };
    assert_eq!(asked, all);
    assert!(screen.text().contains("taking over…"), "{}", screen.text());
    let news = HandoverNews::TakenOver {
        runs: Ok(vec![RunId(7), RunId(8)]),
        accept: true,
    };
    let effects = screen.tell(Message::Handover(ticket, news));
    let accepted = [7, 8].map(|run| Change::decide(RunId(run), Decision::Accepted));
    let is_accepting = |effect: &Effect| matches!(effect, Effect::Review(_, Reviewing::Change { changes, .. }) if *changes == accepted);
    assert!(effects.iter().any(is_accepting), "{effects:?}");
    let reads = |effect: &Effect| matches!(effect, Effect::History(..));
    assert!(effects.iter().any(reads), "{effects:?}");
    assert_eq!(
        screen.notice(),
        "took over 2 captions and accepted; u takes the acceptance back"
    );
    assert!(screen.state.overlays.is_empty());
    let effects = screen.press("u");
    assert!(
        matches!(effects[..], [Effect::Review(_, Reviewing::TakeBack)]),
        "{effects:?}"
    );
}

#[test]
fn where_nothing_is_new_nothing_is_asked() {
    for (known, says) in [
        (0, "no caption lies beside the pictures"),
        (3, "history holds 3 captions already"),
    ] {
        let mut screen = Screen::new();
        let (ticket, _) = send(&mut screen, "I");
        let nothing = Intake {
            known,
            ..Intake::default()
        };
        found(&mut screen, ticket, nothing);
        assert!(screen.text().contains(says), "{}", screen.text());
    }
}

#[test]
fn what_cannot_be_read_is_told_though_nothing_else_is_there() {
    let mut screen = Screen::new();
    let (ticket, _) = send(&mut screen, "I");
    let only = Intake {
        found: Vec::new(),
        ..intake()
    };
    found(&mut screen, ticket, only);
    let text = screen.text();
    assert!(text.contains("metadata.jsonl:7"), "{text}");
    assert!(!text.contains("take them over"), "{text}");
}

#[test]
fn who_leaves_the_form_is_shown_no_plan() {
    let mut screen = Screen::new();
    let (ticket, _) = send(&mut screen, "I");
    assert_eq!(sent(screen.press("esc")).1, Handover::Leave);
    found(&mut screen, ticket, intake());
    assert!(screen.state.overlays.is_empty());
}

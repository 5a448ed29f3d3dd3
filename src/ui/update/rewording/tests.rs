use insta::assert_snapshot;
use ratatui::layout::Size as Cells;

use super::*;
use crate::domain::image::ImageRef;
use crate::domain::replace::{Rewording, Rewordings};
use crate::domain::run::RunId;
use crate::ui::effect::Reviewing;
use crate::ui::message::{HandoverNews, Message};
use crate::ui::tests::{FOLDER, Screen};

fn screen(width: u16, height: u16) -> Screen {
    let mut screen = Screen::with(|start| start.size = Cells::new(width, height));
    screen.list(&["cat.jpg", "dog.jpg", "owl.jpg"]);
    screen
}

/// What was asked last.
fn asked(screen: &Screen) -> (Ticket, Handover) {
    screen.last(|effect| match effect {
        Effect::Handover(ticket, what) => Some((*ticket, what.clone())),
        _ => None,
    })
}

fn foreseen_among(screen: &Screen) -> Among {
    match asked(screen).1 {
        Handover::Foresee(_, among) => *among,
        other => panic!("{other:?}"),
    }
}

/// An answer that tells of two changes among these captions.
fn two_of(looked_at: usize) -> Reworded {
    let change = |run| Rewording {
        run: RunId(run),
        image: ImageRef::new("/home/me/photos/cat.jpg"),
        before: "a photo".to_owned(),
        after: "a ".to_owned(),
    };
    Reworded {
        found: Rewordings {
            changes: vec![change(7), change(8)],
            changing: 2,
            emptied: 1,
            looked_at,
        },
        samples: vec![
            "cat.jpg\n- a [-photo-]\n+ a ".to_owned(),
            "dog.jpg\n- one [-photo-] of many\n+ one {+picture+} of many".to_owned(),
        ],
    }
}

fn foreseen(screen: &mut Screen, reworded: Reworded) {
    let (ticket, _) = asked(screen);
    let news = HandoverNews::Foreseen(Ok(reworded));
    screen.tell(Message::Handover(ticket, news));
}

fn only_counted(looked_at: usize) -> Reworded {
    Reworded {
        found: Rewordings {
            looked_at,
            ..Rewordings::default()
        },
        ..Reworded::default()
    }
}

#[test]
fn captions_of_what_is_selected_are_meant_then_those_in_sight_then_those_of_the_folder() {
    let mut screen = screen(80, 24);
    screen.press("%");
    let here = foreseen_among(&screen);
    assert_eq!((here.below, here.pictures), (Some(FOLDER.into()), None));
    foreseen(&mut screen, only_counted(1_204));
    let text = screen.text();
    assert!(
        text.contains("1,204 captions · ~/photos and the folders in it"),
        "{text}"
    );

    screen.press("esc 4 z /");
    screen.type_in("photo model:qwen");
    screen.press("enter %");
    let shown = foreseen_among(&screen);
    assert_eq!(shown.query, screen.state.history.query());
    assert!(shown.query.filter.is_some());
    assert_eq!((shown.below, shown.pictures), (None, None));
    foreseen(&mut screen, only_counted(12));
    let text = screen.text();
    assert!(text.contains("12 captions · /photo model:qwen"), "{text}");

    screen.press("esc z 1 g down space space %");
    let selected = foreseen_among(&screen);
    let pictures = ["cat.jpg", "dog.jpg"].map(|name| ImageRef::new(format!("{FOLDER}/{name}")));
    assert_eq!(selected.pictures, Some(pictures.to_vec()));
    assert_eq!(selected.query.filter, None, "whatever history shows");
    foreseen(&mut screen, only_counted(5));
    let text = screen.text();
    assert!(text.contains("5 captions · 2 selected pictures"), "{text}");
    assert!(
        text.contains("● selected  ○ shown  ○ this folder"),
        "{text}"
    );
}

#[test]
fn what_would_change_is_seen_while_it_is_typed() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut screen = screen(width, height);
        screen.press("%");
        foreseen(&mut screen, only_counted(12));
        if width == 80 {
            assert_snapshot!("replace_form_80", screen.text());
        }
        let before = screen.asked.len();
        screen.type_in("photo");
        assert_eq!(screen.asked.len(), before, "nobody is asked at every key");
        screen.wait(150);
        assert_eq!(screen.asked.len(), before + 1);
        let (_, Handover::Foresee(Some(_), _)) = asked(&screen) else {
            panic!("{:?}", asked(&screen))
        };
        foreseen(&mut screen, two_of(12));
        assert_snapshot!(format!("replace_foreseen_{width}"), screen.text());
        screen.wait(1_000);
        assert_eq!(screen.asked.len(), before + 1, "it is asked once");
    }
}

#[test]
fn an_answer_to_what_was_typed_before_is_dropped() {
    let mut screen = screen(80, 24);
    screen.press("%");
    screen.type_in("photo");
    screen.wait(150);
    let (late, _) = asked(&screen);
    screen.type_in("s");
    screen.wait(150);
    let news = HandoverNews::Foreseen(Ok(two_of(99)));
    screen.tell(Message::Handover(late, news));
    assert!(!screen.text().contains("99 captions"), "{}", screen.text());
    foreseen(&mut screen, two_of(12));
    assert!(screen.text().contains("2 of 12 captions change"));
    assert_eq!(screen.press("esc").len(), 1);
    assert_eq!(asked(&screen).1, Handover::Leave, "nobody looks any more");
}

#[test]
fn a_faulty_pattern_is_told_at_its_field_and_typing_goes_on() {
    let mut screen = screen(80, 24);
    screen.press("%");
    screen.type_in("(cat");
    screen.press("tab tab right");
    screen.wait(150);
    assert_eq!(asked(&screen).1, Handover::Leave);
    assert_snapshot!("replace_faulty_80", screen.text());
    screen.press("shift+tab shift+tab");
    screen.type_in(")");
    screen.wait(150);
    assert!(matches!(asked(&screen).1, Handover::Foresee(Some(_), _)));
    assert!(!screen.text().contains('✗'), "{}", screen.text());
    screen.press("tab");
    screen.type_in("$2");
    screen.press("tab");
    screen.wait(150);
    let text = screen.text();
    assert!(text.contains("✗replace by  $2"), "{text}");
    assert!(text.contains("the pattern has no group"), "{text}");
}

#[test]
fn captions_are_worded_anew_in_one_step() {
    let mut screen = screen(80, 24);
    screen.press("4 %");
    assert_eq!(screen.press("enter"), []);
    let text = screen.text();
    assert!(
        text.contains("there is nothing to find and nothing to add"),
        "{text}"
    );
    screen.type_in("photo");
    screen.press("enter");
    let (ticket, what) = asked(&screen);
    assert!(matches!(what, Handover::Reword(..)), "{what:?}");
    let news = HandoverNews::Reworded(Ok(two_of(12)));
    screen.tell(Message::Handover(ticket, news));
    assert_snapshot!("replace_question_80", screen.text());
    let effects = screen.press("y");
    let [Effect::Review(_, Reviewing::Change { changes, maker, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((changes.len(), *maker), (2, Maker::Replacement));
    assert_eq!(screen.notice(), "changed 2 captions; u takes it back");
    assert!(screen.state.overlays.is_empty());
}

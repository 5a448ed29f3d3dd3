use std::path::Path;

use insta::assert_snapshot;
use ratatui::layout::Size as Cells;

use super::*;
use crate::domain::handover::{Collision, Doubt, LeftOut, Refusal};
use crate::domain::image::ImageRef;
use crate::domain::run::Flag;
use crate::ui::message::{HandoverNews, Message};
use crate::ui::tests::Screen;

fn screen(width: u16, height: u16) -> Screen {
    Screen::with(|start| start.size = Cells::new(width, height))
}

fn image(name: &str) -> ImageRef {
    ImageRef::new(Path::new("/home/me/photos").join(name))
}

fn file(name: &str, fate: Fate) -> Planned {
    Planned {
        path: image(name).path().to_owned(),
        fate,
        captions: 1,
        content: Some("a caption".to_owned()),
        before: None,
    }
}

fn a_plan(order: Order) -> Plan {
    Plan {
        order,
        captions: 6,
        files: vec![
            file("astronaut.txt", Fate::New),
            file("cat.txt", Fate::Kept),
            file("dog.txt", Fate::Same),
            file("owl.txt", Fate::Refused(Refusal::Link)),
        ],
        collisions: vec![Collision {
            path: image("sea.txt").path().to_owned(),
            images: vec![image("sea.jpg"), image("sea.png")],
            is_resolved: false,
        }],
        moved: Vec::new(),
        left_out: vec![(image("gone.jpg"), LeftOut::Gone)],
        doubtful: vec![Doubt {
            image: image("dog.jpg"),
            flags: vec![Flag::CutOff],
        }],
    }
}

fn sent(effects: Vec<Effect>) -> (Ticket, Handover) {
    match <[Effect; 1]>::try_from(effects) {
        Ok([Effect::Handover(ticket, what)]) => (ticket, what),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_plan_is_seen_before_anything_is_written() {
    let mut screen = screen(80, 24);
    screen.press("X");
    assert_snapshot!("export_form_80", screen.text());
    let (ticket, asked) = sent(screen.press("enter"));
    let Handover::Plan(order) = asked else {
        panic!("{asked:?}")
    };
    let told = (order.which, order.form, order.existing, order.place.clone());
    let wanted = (
        Which::Newest,
        handover::Form::Txt,
        Existing::Skip,
        Place::Beside,
    );
    assert_eq!(told, wanted);
    assert!(order.folder.is_some());
    assert!(screen.text().contains("looking…"));
    let plan = a_plan(order);
    let planned = Message::Handover(ticket, HandoverNews::Planned(Ok(plan.clone())));
    assert_eq!(screen.tell(planned), []);
    assert_snapshot!("export_plan_80", screen.text());
    let (ticket, asked) = sent(screen.press("y"));
    assert_eq!(asked, Handover::CarryOut(Box::new(plan)));
    assert!(screen.text().contains("writing…"));
    let summary = Summary {
        written: 1,
        ..Summary::default()
    };
    screen.tell(Message::Handover(ticket, HandoverNews::Done(Ok(summary))));
    assert!(screen.text().contains("wrote 1 file"), "{}", screen.text());
    assert!(!screen.text().contains("Hand captions over"));
}

#[test]
fn who_writes_nothing_is_back_in_the_form() {
    let mut screen = screen(120, 36);
    screen.press("X");
    let (ticket, asked) = sent(screen.press("enter"));
    let Handover::Plan(order) = asked else {
        panic!("{asked:?}")
    };
    let plan = a_plan(order);
    screen.tell(Message::Handover(ticket, HandoverNews::Planned(Ok(plan))));
    assert_snapshot!("export_plan_120", screen.text());
    assert_eq!(
        screen.press("enter"),
        [],
        "the cursor is where nothing happens"
    );
    let text = screen.text();
    assert!(
        text.contains("collisions") && !text.contains("looking…"),
        "{text}"
    );
}

#[test]
fn a_table_wants_a_file_of_its_own() {
    let mut screen = screen(80, 24);
    screen.press("X tab tab c c");
    assert_eq!(screen.press("enter"), []);
    assert!(
        screen.text().contains("write the name of the table's file"),
        "{}",
        screen.text()
    );
    screen.type_in("../all.csv");
    let (_, asked) = sent(screen.press("enter"));
    let Handover::Plan(order) = asked else {
        panic!("{asked:?}")
    };
    assert_eq!(order.form, handover::Form::Csv);
    let Place::File(file) = order.place else {
        panic!("{:?}", order.place)
    };
    assert!(file.ends_with("all.csv") && file.is_absolute(), "{file:?}");
}

#[test]
fn what_could_not_be_written_is_read_in_full() {
    let mut screen = screen(80, 24);
    screen.press("X");
    let (ticket, asked) = sent(screen.press("enter"));
    let Handover::Plan(order) = asked else {
        panic!("{asked:?}")
    };
    screen.tell(Message::Handover(
        ticket,
        HandoverNews::Planned(Ok(a_plan(order))),
    ));
    let (ticket, _) = sent(screen.press("y"));
    let why = "the disk is full".to_owned();
    let summary = Summary {
        failed: vec![(
            "/home/me/photos/a.txt".into(),
            crate::domain::text::Foreign::new(why),
        )],
        ..Summary::default()
    };
    screen.tell(Message::Handover(ticket, HandoverNews::Done(Ok(summary))));
    let text = screen.text();
    assert!(
        text.contains("wrote 0 files; 1 could not be written"),
        "{text}"
    );
    assert!(text.contains("because: the disk is full"), "{text}");
}

use insta::assert_snapshot;
use ratatui::layout::Size;

use super::*;
use crate::ui::message::Message;
use crate::ui::tests::{Screen, run};

fn filter(written: &str) -> Filter {
    Filter::parse(written).unwrap()
}

fn two() -> Saved {
    Saved::from([
        ("cats".to_owned(), filter("cat -dog decision:pending")),
        ("猫 of Kyōto".to_owned(), filter("caption:猫 folder:kyoto")),
    ])
}

/// The history pane over two runs, with these filters saved.
fn screen(saved: Saved) -> Screen {
    let mut screen = Screen::over(&["a.jpg"]);
    tell(&mut screen, Saving::Nothing, saved);
    let runs = vec![
        run(2, "a.jpg", "org/one", "A cat."),
        run(1, "b.jpg", "org/one", "A bird."),
    ];
    screen.history(Ok((runs, false)));
    screen.press("4");
    screen
}

fn tell(screen: &mut Screen, what: Saving, saved: Saved) -> Vec<Effect> {
    screen.tell(Message::Filters(what, Ok(saved)))
}

/// The filters by which history was read.
fn read(effects: &[Effect]) -> Vec<Option<Filter>> {
    let filter = |effect: &Effect| match effect {
        Effect::History(_, query, None) => Some(query.filter.clone()),
        _ => None,
    };
    effects.iter().filter_map(filter).collect()
}

fn saving(effects: &[Effect]) -> Option<&Saving> {
    effects.iter().find_map(|effect| match effect {
        Effect::Filters(what) => Some(what),
        _ => None,
    })
}

#[test]
fn enter_puts_a_saved_filter_in_force() {
    let mut screen = screen(two());
    let opened = screen.press("F");
    assert_eq!(saving(&opened), Some(&Saving::Nothing), "as they are now");
    let effects = screen.press("j enter");
    assert_eq!(read(&effects), [Some(filter("cat -dog decision:pending"))]);
    assert!(screen.state.overlays.is_empty());
    assert_eq!(read(&screen.press("F g enter")), [None], "everything again");
    assert_eq!(read(&screen.press("F j enter")).len(), 1);
    assert_eq!(read(&screen.press("esc")), [None], "without the zoom, too");
}

#[test]
fn what_is_in_force_is_saved_under_a_name() {
    let mut screen = screen(Saved::new());
    screen.press("z /");
    screen.type_in("bird");
    screen.press("enter F G enter");
    assert!(screen.press("enter").is_empty());
    assert!(
        screen.text().contains("a name is missing"),
        "{}",
        screen.text()
    );
    screen.type_in(" @birds ");
    let effects = screen.press("enter");
    let kept = Saving::Save("birds".into(), filter("bird"));
    assert_eq!(saving(&effects), Some(&kept));
    let saved = Saved::from([("birds".into(), filter("bird"))]);
    tell(&mut screen, kept, saved);
    assert_eq!(screen.notice(), "saved: @birds finds it");
    let text = screen.text();
    assert!(text.contains("●") && text.contains("birds"), "{text}");
    assert!(!text.contains("save what"), "it is saved: {text}");
}

#[test]
fn a_name_that_is_taken_is_given_to_another_filter_only_if_that_is_wanted() {
    let mut screen = screen(two());
    screen.press("z /");
    screen.type_in("bird");
    screen.press("enter F G enter");
    screen.type_in("cats");
    assert_eq!(saving(&screen.press("enter")), None);
    assert_snapshot!("replace_80", screen.text());
    assert_eq!(saving(&screen.press("enter")), None, "kept unless told");
    let effects = screen.press("enter y");
    let kept = Saving::Save("cats".into(), filter("bird"));
    assert_eq!(saving(&effects), Some(&kept));
}

#[test]
fn a_filter_is_deleted_after_a_question() {
    let mut screen = screen(two());
    assert!(screen.press("F D").is_empty());
    assert_eq!(screen.notice(), "no saved filter under the cursor");
    assert_eq!(saving(&screen.press("j D enter")), None, "kept unless told");
    let effects = screen.press("D y");
    let gone = Saving::Remove("cats".into());
    assert_eq!(saving(&effects), Some(&gone));
    let mut saved = two();
    saved.remove("cats");
    tell(&mut screen, gone, saved);
    assert_eq!(screen.notice(), "cats is forgotten");
    assert!(!screen.text().contains("cat -dog"), "{}", screen.text());
}

#[test]
fn a_name_works_where_runs_are_looked_for_and_as_a_command() {
    let mut screen = screen(two());
    screen.press("z /");
    screen.type_in("@cat");
    assert!(
        screen.text().contains("no filter is saved as `cat`"),
        "{}",
        screen.text()
    );
    assert!(
        screen.text().contains("cat -dog decision:pending"),
        "a candidate"
    );
    screen.press("tab");
    let found = [Some(filter("cat -dog decision:pending"))];
    assert_eq!(read(&screen.press("enter")), found);
    screen.press("esc");
    assert_eq!(read(&screen.obey("filters @cats")), found);
    screen.obey("filters nothing");
    assert_eq!(screen.notice(), "no filter is saved as `nothing`");
    assert_eq!(
        screen.state.history.sought().filter(),
        found[0],
        "what was found stays"
    );
}

#[test]
fn what_could_not_be_saved_is_told_and_the_name_stays() {
    let mut screen = screen(two());
    screen.press("z /");
    screen.type_in("bird");
    screen.press("enter F G enter");
    screen.type_in("birds");
    screen.press("enter");
    let what = Saving::Save("birds".into(), filter("bird"));
    screen.tell(Message::Filters(
        what,
        Err(Problem::new("the disk is full")),
    ));
    assert_eq!(screen.notice(), "the disk is full");
    assert!(screen.text().contains("birds"), "{}", screen.text());
}

#[test]
fn the_menu_of_saved_filters() {
    for size in [Size::new(80, 24), Size::new(120, 36)] {
        let width = size.width;
        let mut screen = screen(Saved::new());
        screen.tell(Message::Resize(size));
        screen.press("F");
        assert_snapshot!(format!("none_{width}"), screen.text());
        let mut screen = self::screen(two());
        screen.tell(Message::Resize(size));
        screen.press("z /");
        screen.type_in("bird -\"a b\"");
        screen.press("enter F");
        assert_snapshot!(format!("menu_{width}"), screen.text());
        screen.press("G enter");
        assert_snapshot!(format!("name_{width}"), screen.text());
        screen.press("esc esc z");
        assert_snapshot!(format!("in_force_{width}"), screen.text());
    }
}

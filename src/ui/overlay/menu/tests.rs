use ratatui::layout::Size as Cells;

use super::*;
use crate::ui::effect::Effect;
use crate::ui::overlay::Overlay;
use crate::ui::tests::Screen;

fn menu(facts: &str, rows: usize) -> Menu {
    let mut all: Vec<_> = (1..=rows)
        .map(|at| Row::new(format!("row {at}"), Then::Keep(vec![Effect::Redraw])))
        .collect();
    all[0] = Row::new("first", Then::Do(vec![Effect::Recall])).key("reload");
    Menu::new(Subject::Fixed, "Menu", facts, all)
}

fn screen(menu: Menu) -> Screen {
    let mut screen = Screen::new();
    screen.state.overlays.push(Overlay::Menu(menu));
    screen
}

/// The label under the cursor.
fn label(screen: &Screen) -> Option<&str> {
    match screen.state.overlays.last() {
        Some(Overlay::Menu(menu)) => Some(&menu.rows[menu.list.cursor()].label),
        _ => None,
    }
}

#[test]
fn rows_are_walked_and_taken() {
    let mut screen = screen(menu("about it", 4));
    assert_eq!(label(&screen), Some("first"));
    screen.press("j j k");
    assert_eq!(label(&screen), Some("row 2"));
    screen.press("G");
    assert_eq!(label(&screen), Some("row 4"));
    assert_eq!(screen.press("enter"), [Effect::Redraw]);
    assert_eq!(label(&screen), Some("row 4"), "this row keeps it open");
    assert_eq!(screen.press("g enter"), [Effect::Recall]);
    assert_eq!(label(&screen), None);
}

#[test]
fn a_row_is_taken_by_its_own_key_wherever_the_cursor_is() {
    let mut screen = screen(menu("", 4));
    assert_eq!(screen.press("G r"), [Effect::Recall]);
    assert!(screen.state.overlays.is_empty());
    assert_eq!(screen.press("esc"), []);
}

#[test]
fn a_key_that_no_row_has_does_nothing() {
    let mut screen = screen(menu("", 4));
    assert_eq!(screen.press("2 s space"), []);
    assert_eq!(label(&screen), Some("first"));
    screen.press("q");
    assert!(screen.state.overlays.is_empty());
}

#[test]
fn what_opens_over_a_menu_leads_back_to_it_and_a_command_closes_it() {
    let rows = vec![
        Row::new("deeper", Then::Open(Box::new(Overlay::Menu(menu("", 2))))),
        Row::new("zoom", Then::Obey(Command::Zoom)),
    ];
    let mut screen = screen(Menu::new(Subject::Fixed, "Outer", "", rows));
    screen.press("enter");
    assert_eq!(label(&screen), Some("first"));
    screen.press("esc j enter");
    assert!(screen.state.overlays.is_empty() && screen.state.zoomed);
}

#[test]
fn news_leave_the_cursor_on_its_row() {
    let mut old = menu("", 4);
    old.step(Motion::Bottom, Rect::new(0, 0, 80, 20));
    let mut rows = menu("", 4).rows;
    rows.insert(0, Row::new("new", Then::Stay));
    old.renew(Menu::new(Subject::Fixed, "Menu", "", rows));
    assert_eq!(old.rows[old.list.cursor()].label, "row 4");
    old.renew(menu("", 2));
    assert_eq!(
        old.list.cursor(),
        1,
        "a row that is gone gives way to the last"
    );
}

#[test]
fn facts_of_any_length_leave_rows_in_sight() {
    let facts: Vec<_> = (1..=40).map(|at| format!("fact {at}")).collect();
    let mut screen = screen(menu(&facts.join("\n"), 4));
    let text = screen.text();
    assert!(
        text.contains("fact 1\u{20}") && text.contains("row 4"),
        "{text}"
    );
    assert!(text.contains("more lines"), "{text}");
    screen.press("pagedown pagedown pagedown pagedown");
    let text = screen.text();
    assert!(
        text.contains("fact 40") && text.contains("> first"),
        "{text}"
    );
    assert!(text.contains("pagedown 0 more lines"), "{text}");
    let mut screen = self::screen(menu(&facts.join("\n"), 40));
    screen.press("G");
    let text = screen.text();
    assert!(
        text.contains("fact 1\u{20}") && text.contains("row 40"),
        "{text}"
    );
}

#[test]
fn a_menu_fits_into_any_box() {
    let long = "a very long label that goes on and on and on".repeat(3);
    let rows = vec![
        Row::new(long, Then::Stay)
            .detail("detail")
            .chosen(true)
            .key("reload"),
    ];
    let menu = Menu::new(Subject::Fixed, "Menu", "some facts about it", rows);
    for (width, height) in [(120, 30), (40, 10), (20, 4), (3, 3), (0, 0)] {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let drawn = menu.draw(
            area,
            &mut buffer,
            &Keymap::default(),
            Theme::new(crate::ui::theme::Depth::Mono),
        );
        assert!(drawn.width <= width && drawn.height <= height, "{drawn}");
    }
    let mut screen = Screen::with(|start| start.size = Cells::new(120, 36));
    screen.state.overlays.push(Overlay::Menu(menu));
    let text = screen.text();
    assert!(
        text.contains("● a very long label") && text.contains("detail"),
        "{text}"
    );
}

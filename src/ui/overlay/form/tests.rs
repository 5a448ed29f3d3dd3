use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::ui::effect::Ticket;
use crate::ui::keymap::Keymap;
use crate::ui::overlay::Overlay;
use crate::ui::panes::Pane;
use crate::ui::tests::{Screen, lines};

const SECRET: &str = "hf_abcdefghijklmnopqrstuvwxyz01234567";

fn form() -> Form {
    Form::new(Purpose::LogIn, "Log in", "What it is for.")
        .text("url", "https://…", "")
        .choice("protocol", &["chat", "image-to-text"], "chat")
        .secret("token", "paste it here")
}

fn screen() -> Screen {
    let mut screen = Screen::new();
    screen.state.overlays.push(Overlay::Form(form()));
    screen
}

fn top(screen: &mut Screen) -> &mut Form {
    match screen.state.overlays.last_mut() {
        Some(Overlay::Form(form)) => form,
        _ => panic!("no form on top"),
    }
}

#[test]
fn fields_are_walked_round_and_round_and_filled_in() {
    let mut screen = screen();
    screen.type_in("https://a?q:");
    screen.press("tab");
    screen.press("right");
    assert_eq!(top(&mut screen).value("protocol"), "image-to-text");
    screen.press("space c i");
    assert_eq!(top(&mut screen).value("protocol"), "image-to-text");
    screen.press("left down");
    screen.type_in("hf_ab");
    assert_eq!(top(&mut screen).typed().unwrap().letters(), 5);
    screen.press("backspace tab shift+tab shift+tab up backspace");
    let form = top(&mut screen);
    assert_eq!(form.value("url"), "https://a?q");
    assert_eq!(form.value("protocol"), "chat");
    assert_eq!(form.value("token"), "", "nobody reads a secret as text");
    assert_eq!(form.typed().unwrap().letters(), 4);
    screen.press("esc");
    assert!(screen.state.overlays.is_empty());
}

#[test]
fn a_secret_is_pasted_in_one_go_and_never_shown() {
    let mut screen = screen();
    screen.press("up");
    screen.tell(crate::ui::message::Message::Paste(format!(
        "  {SECRET}\r\n"
    )));
    assert_eq!(
        top(&mut screen).typed().unwrap().read().unwrap().secret(),
        SECRET
    );
    let text = screen.text();
    assert!(
        text.contains("•••  37 letters") && !text.contains("hf_"),
        "{text}"
    );
    let told = format!("{:?}", screen.state);
    assert!(told.contains("Typed(37 letters)") && !told.contains(SECRET));
    screen.tell(crate::ui::message::Message::Paste(SECRET.to_owned()));
    assert_eq!(
        top(&mut screen).typed().unwrap().letters(),
        37,
        "pasted anew, not twice"
    );
    screen.press("ctrl+u");
    assert_eq!(top(&mut screen).typed().unwrap().letters(), 0);
}

#[test]
fn pasted_text_keeps_its_lines_and_loses_what_no_terminal_may_see() {
    let mut form = form();
    form.paste("\n one\ntwo\u{7}\r\n three \n");
    assert_eq!(form.value("url"), "one\ntwo\n three");
    form.paste(&"x".repeat(5_000));
    assert_eq!(form.value("url").chars().count(), 14 + LONGEST_PASTE);
}

#[test]
fn what_is_wrong_is_told_with_the_cursor_on_it_until_it_changes() {
    let mut screen = screen();
    let problem = Problem::new("that is no address").with_hint("begin with https://");
    screen.press("up");
    top(&mut screen).complain(Some("url"), problem);
    let text = screen.text();
    assert!(
        text.contains("✗ that is no address") && text.contains("┃ begin with https://"),
        "{text}"
    );
    assert!(text.contains(">url"), "{text}");
    screen.type_in("h");
    assert_eq!(top(&mut screen).value("url"), "h");
    assert!(!screen.text().contains("no address"));
}

#[test]
fn a_form_that_waits_says_so_and_takes_nothing_but_its_answer() {
    let mut screen = screen();
    let mut tickets = Ticket::default();
    let (first, second) = (tickets.renew(), tickets.renew());
    top(&mut screen).wait(first, "asking Hugging Face…");
    assert!(screen.state.is_moving());
    screen.type_in("x");
    assert_eq!(screen.press("enter"), []);
    assert_eq!(top(&mut screen).value("url"), "");
    assert!(screen.text().contains("asking Hugging Face…"));
    assert!(top(&mut screen).waits_for(first) && !top(&mut screen).waits_for(second));
    top(&mut screen).complain(None, Problem::new("nobody answers"));
    assert!(!top(&mut screen).is_waiting());
    assert!(screen.text().contains("✗ nobody answers"));
}

#[test]
fn long_and_wide_text_scrolls_in_its_field() {
    for text in [
        "https://example.com/".repeat(20),
        "猫👩‍👩‍👧‍👦".repeat(60),
        "\u{202e}\u{1b}".repeat(60),
    ] {
        let mut form = form();
        form.paste(&text);
        for (width, height) in [(76, 20), (40, 12), (24, 8), (5, 3), (0, 0)] {
            let area = Rect::new(0, 0, width, height);
            let mut buffer = Buffer::empty(area);
            let screen = Screen::new();
            let scene = screen.state.scene(Pane::Files);
            form.draw(area, &mut buffer, &Keymap::default(), &scene);
            let text = lines(&buffer);
            assert!(!text.contains(['\u{202e}', '\u{1b}']), "{text}");
            assert!(width < 40 || text.contains("token"), "{text}");
        }
    }
}

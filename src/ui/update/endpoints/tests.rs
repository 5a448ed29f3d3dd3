use insta::assert_snapshot;
use ratatui::layout::Size as Cells;

use super::*;
use crate::domain::token::TokenError;
use crate::ui::message::Message;
use crate::ui::tests::{Screen, card, model};

fn lab() -> Endpoint {
    Endpoint {
        url: "https://lab.example/v1".parse().unwrap(),
        protocol: Protocol::ImageToText,
        model: Some("qwen".to_owned()),
        token: Some(TokenSource::Environment {
            variable: "LAB_TOKEN".to_owned(),
            token: Err(TokenError::Empty),
        }),
    }
}

fn screen(size: Cells) -> Screen {
    Screen::with(|start| {
        start.size = size;
        start.endpoints.insert("lab".to_owned(), lab());
    })
}

fn sent(effects: &[Effect]) -> (Ticket, &str, &Endpoint) {
    match effects {
        [Effect::KeepEndpoint(ticket, file, name, endpoint)] => {
            assert_eq!(
                file.to_str(),
                Some("/home/me/.config/blipboard/config.toml")
            );
            (*ticket, name, endpoint)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_endpoint_is_filled_in_written_down_listed_and_chosen() {
    let mut screen = screen(Cells::new(80, 24));
    screen.press("m a");
    assert_snapshot!("endpoint_form_80", screen.text());
    screen.type_in("den");
    assert_eq!(screen.press("enter"), []);
    let text = screen.text();
    assert!(
        text.contains("✗ write an address that begins with https://"),
        "{text}"
    );
    assert!(
        text.contains(">url"),
        "the cursor is where something is missing: {text}"
    );
    screen.tell(Message::Paste(" http://127.0.0.1:8080\n".to_owned()));
    let effects = screen.press("enter");
    let (ticket, name, endpoint) = sent(&effects);
    assert_eq!(
        (name, endpoint.protocol, &endpoint.token),
        ("den", Protocol::Chat, &None)
    );
    let kept = (endpoint.clone(), card(&model("endpoint:den")));
    let effects = screen.tell(Message::EndpointKept(ticket, Ok(kept)));
    assert!(screen.state.overlays.is_empty());
    assert!(
        screen
            .state
            .models
            .chosen()
            .contains(&model("endpoint:den"))
    );
    assert_eq!(
        screen.state.models.card().unwrap().model,
        model("endpoint:den")
    );
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Remember(..))),
        "{effects:?}"
    );
    assert_snapshot!("endpoint_kept_80", screen.text());
    screen.press("e");
    assert!(
        screen.text().contains("http://127.0.0.1:8080"),
        "{}",
        screen.text()
    );
}

#[test]
fn an_endpoint_is_changed_in_the_same_form() {
    let mut screen = screen(Cells::new(120, 36));
    screen.press("m G e");
    assert_snapshot!("endpoint_changed_120", screen.text());
    screen.press("ctrl+u");
    screen.type_in("https://den.example");
    screen.press("tab left");
    let effects = screen.press("enter");
    let (_, name, endpoint) = sent(&effects);
    let expected = Endpoint {
        url: "https://den.example".parse().unwrap(),
        protocol: Protocol::Chat,
        ..lab()
    };
    assert_eq!((name, endpoint), ("lab", &expected));
}

#[test]
fn what_is_no_endpoint_of_ones_own_is_not_changed() {
    let mut screen = screen(Cells::new(80, 24));
    screen.press("m g e");
    assert!(screen.notice().starts_with("only an endpoint of your own"));
    assert!(screen.state.overlays.is_empty());
}

#[test]
fn a_name_that_is_taken_and_a_token_in_the_clear_are_refused() {
    let mut screen = screen(Cells::new(80, 24));
    screen.obey("endpoint");
    screen.type_in("lab");
    screen.press("tab");
    screen.type_in("http://den.example");
    assert_eq!(screen.press("enter"), []);
    assert!(
        screen.text().contains("there is an endpoint called lab"),
        "{}",
        screen.text()
    );
    screen.type_in("-2");
    screen.press("tab tab tab tab h enter");
    let text = screen.text();
    assert!(text.contains("everybody on the way could read"), "{text}");
    screen.press("tab tab tab right");
    assert_eq!(screen.press("enter"), []);
    assert!(
        screen.text().contains("such as LAB_TOKEN"),
        "{}",
        screen.text()
    );
    screen.type_in("DEN");
    let effects = screen.press("enter");
    assert_eq!(sent(&effects).1, "lab-2");
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_form_as_it_is() {
    let mut screen = screen(Cells::new(80, 24));
    screen.press("m a");
    screen.type_in("den");
    screen.press("tab");
    screen.type_in("https://den.example");
    let effects = screen.press("enter");
    let problem = Problem::new("~/.config/blipboard/config.toml cannot be written");
    screen.tell(Message::EndpointKept(sent(&effects).0, Err(problem)));
    let text = screen.text();
    assert!(text.contains("config.toml cannot be written"), "{text}");
    assert!(text.contains("https://den.example"), "{text}");
    assert!(!screen.state.endpoints.contains_key("den"));
}

/// Whoever had left the form was taken to the models pane all the same.
#[test]
fn an_endpoint_that_is_kept_late_moves_nobody() {
    let mut screen = screen(Cells::new(80, 24));
    screen.press("m a");
    screen.type_in("den");
    screen.press("tab");
    screen.type_in("https://den.example");
    let effects = screen.press("enter");
    screen.press("esc 4");
    let (ticket, _, endpoint) = sent(&effects);
    let kept = (endpoint.clone(), card(&model("endpoint:den")));
    screen.tell(Message::EndpointKept(ticket, Ok(kept)));
    assert_eq!(screen.state.focus, Pane::History);
    assert!(screen.notice().contains("endpoint:den is written"));
}

#[test]
fn the_card_of_the_first_start_leads_to_both_forms_and_goes_when_one_is_done() {
    let mut screen = Screen::with(|start| start.first = true);
    screen.press("j enter");
    assert!(
        screen.text().contains("Log in to Hugging Face"),
        "{}",
        screen.text()
    );
    screen.press("esc j enter");
    assert!(
        screen.text().contains("Add an endpoint"),
        "{}",
        screen.text()
    );
    screen.type_in("den");
    screen.press("tab");
    screen.type_in("https://den.example");
    let effects = screen.press("enter");
    let (ticket, _, endpoint) = sent(&effects);
    let kept = (endpoint.clone(), card(&model("endpoint:den")));
    screen.tell(Message::EndpointKept(ticket, Ok(kept)));
    assert!(screen.state.overlays.is_empty());
}

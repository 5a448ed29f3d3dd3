use insta::assert_snapshot;
use jiff::SignedDuration;
use ratatui::layout::Size as Cells;

use super::*;
use crate::domain::account::{Account, Billing, Organisation, Scope, StoredToken, TokenPlace};
use crate::domain::text::Foreign;
use crate::domain::token::Token;
use crate::ui::message::Message;
use crate::ui::tests::{Screen, failed, model, now, run};

const SECRET: &str = "hf_abcdefghijklmnopqrstuvwxyz01234567";
const SMALL: Cells = Cells::new(80, 24);
const WIDE: Cells = Cells::new(120, 36);

fn foreign(text: &str) -> Foreign {
    Foreign::new(text)
}

/// Everything that can be known.
fn alice() -> Account {
    let organisation = |name: &str, may_infer| Organisation {
        name: name.to_owned(),
        plan: Some(foreign("team")),
        role: Some(foreign("contributor")),
        may_infer,
        ..Organisation::default()
    };
    Account {
        name: Foreign::new("alice"),
        full_name: Some(foreign("Alice Example")),
        pro: true,
        may_infer: Some(true),
        token_name: Some(foreign("captions")),
        role: Some(foreign("fineGrained")),
        scopes: vec![
            Scope {
                entity: Foreign::new("alice"),
                permissions: vec![
                    Foreign::new("inference.serverless.write"),
                    Foreign::new("repo.content.read"),
                ],
            },
            Scope {
                entity: Foreign::new("acme"),
                permissions: vec![Foreign::new("inference.serverless.write")],
            },
        ],
        expires: Some(now() + SignedDuration::from_hours(72)),
        billing: Billing {
            can_pay: Some(true),
            mode: Some(foreign("postpaid")),
            period_end: Some(now() + SignedDuration::from_hours(192)),
        },
        organisations: vec![
            organisation("acme", Some(true)),
            organisation("umbrella", Some(false)),
            organisation("initech", None),
        ],
    }
}

fn stored(name: &str, is_active: bool) -> StoredToken {
    StoredToken {
        name: name.to_owned(),
        masked: "hf_****4567".to_owned(),
        is_active,
        expires: (!is_active).then(|| now() + SignedDuration::from_hours(24)),
    }
}

fn in_file(state: TokenState) -> TokenStatus {
    TokenStatus {
        state,
        place: Some(TokenPlace::File("/home/me/.cache/huggingface/token".into())),
        stored: vec![stored("captions", true), stored("oauth-alice", false)],
        ..TokenStatus::default()
    }
}

fn good() -> TokenStatus {
    in_file(TokenState::Good(Box::new(alice())))
}

/// A screen of that size that knows this of the token, with a model chosen that needs one.
fn screen(size: Cells, status: TokenStatus) -> Screen {
    let mut screen = Screen::with(|start| {
        start.size = size;
        start.chosen = vec![model("Qwen/Qwen3-VL-8B-Instruct")];
    });
    screen.list(&["cat.jpg"]);
    screen.tell(Message::Token(status));
    screen.state.notice = None;
    screen
}

/// Puts the cursor of the menu on the row that begins so, and takes it.
fn take_row(screen: &mut Screen, label: &str) -> Vec<Effect> {
    screen.press("g");
    for _ in 0..20 {
        let text = screen.text();
        let mut cells = text.split('┃').map(str::trim_start);
        let row = cells
            .find_map(|cell| cell.strip_prefix('>'))
            .unwrap_or_default();
        if row.trim_start_matches(['●', '○', ' ']).starts_with(label) {
            return screen.press("enter");
        }
        screen.press("j");
    }
    panic!("no row {label}:\n{}", screen.text());
}

/// The ticket that the newest form was sent with, and the token in it.
fn tried(effects: &[Effect]) -> (Ticket, &Token) {
    match effects {
        [Effect::LogIn(ticket, token)] => (*ticket, token),
        other => panic!("{other:?}"),
    }
}

#[test]
fn t_opens_everything_known_of_the_account() {
    let mut small = screen(SMALL, good());
    small.press("t");
    assert_snapshot!("account_80", small.text());
    let mut wide = screen(WIDE, good());
    wide.press("t");
    assert_snapshot!("account_120", wide.text());
    wide.press("esc");
    assert!(wide.state.overlays.is_empty());
}

#[test]
fn every_state_of_the_token_has_its_account_and_its_bar() {
    let why = || Foreign::new("no route to host");
    let later = now() + SignedDuration::from_secs(42);
    let mut said = String::new();
    for state in [
        TokenState::Missing,
        TokenState::Unusable(Foreign::new("the token has blanks in it")),
        TokenState::Checking,
        TokenState::Rejected,
        TokenState::Expired(now() - SignedDuration::from_hours(5)),
        TokenState::Limited(Some(later)),
        TokenState::Limited(None),
        TokenState::Unreachable(why()),
        TokenState::Offline,
    ] {
        let status = match state {
            TokenState::Missing => TokenStatus::default(),
            state => in_file(state),
        };
        for size in [SMALL, WIDE] {
            let mut screen = screen(size, status.clone());
            let bar = screen.text().lines().last().unwrap_or_default().to_owned();
            screen.press("t");
            let text = screen.text();
            let facts = text
                .lines()
                .filter(|line| line.contains("┃") && !line.contains('━'));
            let facts: Vec<_> = facts.filter_map(|line| line.split('┃').nth(1)).collect();
            let facts = facts.iter().take_while(|line| !line.trim().is_empty());
            let facts: Vec<_> = facts.map(|line| line.trim_end()).collect();
            said.extend([bar.as_str(), "\n", &facts.join("\n"), "\n\n"]);
        }
    }
    assert_snapshot!("states", said);
}

#[test]
fn a_variable_that_hides_the_stored_token_is_told_plainly() {
    let status = TokenStatus {
        place: Some(TokenPlace::Variable("HF_TOKEN")),
        hides: Some(TokenPlace::File("/home/me/.cache/huggingface/token".into())),
        ..good()
    };
    let mut screen = screen(SMALL, status.clone());
    screen.press("t");
    assert_snapshot!("hidden_80", screen.text());
    take_row(&mut screen, "Log in");
    assert_snapshot!("log_in_hidden_80", screen.text());
    screen.tell(Message::Paste(SECRET.to_owned()));
    let effects = screen.press("enter");
    let (ticket, _) = tried(&effects);
    screen.tell(Message::LoggedIn(ticket, Ok(status)));
    assert!(
        screen.notice().contains("HF_TOKEN counts first"),
        "{}",
        screen.notice()
    );
}

#[test]
fn a_token_file_that_others_read_is_warned_of() {
    let status = TokenStatus {
        is_exposed: true,
        ..good()
    };
    let mut screen = screen(SMALL, status);
    screen.press("t");
    assert!(
        screen
            .text()
            .contains("others on this machine can read the token's file"),
        "{}",
        screen.text()
    );
}

#[test]
fn a_token_is_pasted_tried_and_used() {
    let mut screen = screen(SMALL, TokenStatus::default());
    screen.press("t enter");
    assert_snapshot!("log_in_80", screen.text());
    screen.tell(Message::Paste(format!("{SECRET}\n")));
    let effects = screen.press("enter");
    let (ticket, token) = tried(&effects);
    assert_eq!(token.secret(), SECRET);
    assert_snapshot!("log_in_waits_80", screen.text());
    assert!(screen.state.is_moving());
    screen.tell(Message::LoggedIn(ticket, Ok(good())));
    assert_eq!(screen.notice(), "logged in as alice");
    let text = screen.text();
    assert!(
        text.contains("Alice Example") && text.contains("●alice PRO file"),
        "{text}"
    );
    assert!(!text.contains("paste it here"), "{text}");
}

#[test]
fn a_token_that_is_refused_stays_in_its_form_with_the_reason() {
    let mut screen = screen(WIDE, TokenStatus::default());
    screen.obey("log-in");
    assert_eq!(screen.press("enter"), []);
    assert!(
        screen.text().contains("✗ the token is empty"),
        "{}",
        screen.text()
    );
    screen.tell(Message::Paste("hf_abc\ndef".to_owned()));
    assert_eq!(screen.press("enter"), []);
    assert!(screen.text().contains("copied whole"), "{}", screen.text());
    screen.tell(Message::Paste(SECRET.to_owned()));
    let effects = screen.press("enter");
    let (ticket, _) = tried(&effects);
    let problem = Problem::new("Hugging Face does not know this token: it is wrong, or revoked")
        .with_hint("make one at https://example.com");
    screen.tell(Message::LoggedIn(ticket, Err(problem)));
    assert_snapshot!("log_in_refused_120", screen.text());
    let again = screen.press("enter");
    assert_eq!(
        tried(&again).1.secret(),
        SECRET,
        "nothing that was typed is lost"
    );
}

#[test]
fn the_answer_to_a_form_that_was_left_is_told_and_closes_no_other_form() {
    let mut screen = screen(SMALL, TokenStatus::default());
    let try_one = |screen: &mut Screen| {
        screen.obey("log-in");
        screen.tell(Message::Paste(SECRET.to_owned()));
        tried(&screen.press("enter")).0
    };
    let left = try_one(&mut screen);
    screen.press("esc");
    let open = try_one(&mut screen);
    screen.tell(Message::LoggedIn(left, Err(Problem::new("too late"))));
    assert_eq!(screen.notice(), "too late");
    assert_eq!(screen.state.overlays.len(), 1);
    screen.tell(Message::LoggedIn(open, Ok(good())));
    assert!(screen.state.overlays.is_empty());
}

#[test]
fn the_secret_is_in_no_debug_output_and_on_no_screen() {
    let mut screen = screen(SMALL, good());
    screen.press("t enter");
    screen.tell(Message::Paste(SECRET.to_owned()));
    screen.press("x backspace");
    let seen = |screen: &Screen| format!("{:?} {}", screen.state, screen.text());
    let typed = seen(&screen);
    let effects = screen.press("enter");
    let (ticket, _) = tried(&effects);
    let sent = format!("{effects:?} {}", seen(&screen));
    screen.tell(Message::LoggedIn(ticket, Err(Problem::new("no"))));
    let told = [typed, sent, seen(&screen)].concat();
    assert!(told.contains("LogIn") && !told.contains(&SECRET[3..20]));
}

/// The line and the fields of other forms once showed a token that was pasted there by mistake.
#[test]
fn a_token_that_is_pasted_into_the_wrong_field_is_seen_nowhere() {
    let mut screen = screen(WIDE, TokenStatus::default());
    for line in ["line", "find", "filter", "help", "endpoint", "presets"] {
        screen.obey(line);
        if line == "presets" {
            screen.press("G enter");
        }
        screen.tell(Message::Paste(format!(" {SECRET}\n")));
        assert!(!screen.text().contains(&SECRET[..20]), "{}", screen.text());
        assert!(
            screen.notice().ends_with("t takes it"),
            "{}",
            screen.notice()
        );
        screen.press("esc");
        screen.press("esc");
        screen.press("1");
    }
    screen.obey("line");
    screen.type_in(SECRET);
    screen.press("enter");
    assert!(
        screen.notice().starts_with("there is no command `hf_***"),
        "{}",
        screen.notice()
    );
}

#[test]
fn rows_that_change_nothing_say_why() {
    let mut screen = screen(WIDE, good());
    screen.press("t");
    take_row(&mut screen, "Use token captions");
    assert_eq!(screen.notice(), "Use token captions: so it is already");
    take_row(&mut screen, "Bill to umbrella");
    assert_eq!(
        screen.notice(),
        "Bill to umbrella: the token may not call models for it"
    );
}

#[test]
fn the_link_is_copied_from_the_form_the_menu_and_the_line() {
    let link = || [Effect::Copy(Copied::Link, NEW_TOKEN_PAGE.to_owned())];
    let mut screen = screen(SMALL, TokenStatus::default());
    assert_eq!(screen.obey("copy-link"), link());
    screen.press("t");
    assert_eq!(screen.press("y"), link());
    screen.press("g enter");
    assert_eq!(screen.press("ctrl+y"), link());
}

#[test]
fn rows_change_the_account_and_the_menu_follows_with_its_cursor() {
    let mut screen = screen(WIDE, good());
    screen.press("t");
    let effects = take_row(&mut screen, "Bill to acme");
    assert_eq!(
        effects,
        [Effect::Account(Change::BillTo(Some("acme".to_owned())))]
    );
    let billed = TokenStatus {
        bill_to: Some("acme".to_owned()),
        ..good()
    };
    screen.tell(Message::Account(billed, None));
    let text = screen.text();
    assert!(text.contains("●alice PRO → acme file"), "{text}");
    assert!(text.contains(">● Bill to acme"), "{text}");
    assert_eq!(
        take_row(&mut screen, "Bill to umbrella"),
        [],
        "the token may not"
    );
    assert_eq!(
        take_row(&mut screen, "Bill to me"),
        [Effect::Account(Change::BillTo(None))]
    );
    assert_eq!(
        take_row(&mut screen, "Use token oauth-alice"),
        [Effect::Account(Change::Switch("oauth-alice".to_owned()))]
    );
    assert!(
        screen.text().contains("○ checking token"),
        "{}",
        screen.text()
    );
    let problem = Problem::new("nobody keeps that token");
    screen.tell(Message::Account(good(), Some(problem)));
    assert_eq!(screen.notice(), "nobody keeps that token");
    assert!(
        screen.text().contains("●alice PRO file"),
        "{}",
        screen.text()
    );
    assert_eq!(screen.press("r"), [Effect::Account(Change::Check)]);
}

#[test]
fn logging_out_is_asked_first() {
    let mut screen = screen(SMALL, good());
    screen.press("t");
    assert_eq!(take_row(&mut screen, "Log out"), []);
    assert_snapshot!("log_out_80", screen.text());
    assert_eq!(screen.press("n"), []);
    take_row(&mut screen, "Log out");
    assert_eq!(screen.press("y"), [Effect::Account(Change::LogOut)]);
    screen.tell(Message::Account(TokenStatus::default(), None));
    let text = screen.text();
    assert!(
        text.contains("none was found") && text.contains("no token: press t"),
        "{text}"
    );
    assert!(
        !text.contains("Log out") && !text.contains("Check again"),
        "{text}"
    );
}

#[test]
fn whoever_is_billed_and_unknown_is_named_all_the_same() {
    let mut status = good();
    status.bill_to = Some("hooli".to_owned());
    let mut screen = screen(SMALL, status);
    assert!(
        screen
            .text()
            .contains("◐alice PRO → hooli may not call models"),
        "{}",
        screen.text()
    );
    screen.press("t");
    screen.press("G");
    let text = screen.text();
    assert!(
        text.contains("● Bill to hooli") && text.contains("not one of its"),
        "{text}"
    );
}

#[test]
fn seconds_are_counted_down_and_then_hugging_face_is_asked_again() {
    let until = now() + SignedDuration::from_secs(42);
    let mut screen = screen(SMALL, in_file(TokenState::Limited(Some(until))));
    assert!(
        screen.text().contains("○ token unchecked: again in 42 s"),
        "{}",
        screen.text()
    );
    assert!(screen.state.is_moving());
    screen.wait(41_500);
    assert!(screen.text().contains("again in 1 s"), "{}", screen.text());
    let effects = screen.tell(Message::Tick(until));
    assert_eq!(effects.iter().filter(|it| **it == Effect::Token).count(), 1);
    assert!(
        screen.text().contains("checking token"),
        "{}",
        screen.text()
    );
    let far = now() + SignedDuration::from_hours(30);
    screen.tell(Message::Token(in_file(TokenState::Limited(Some(far)))));
    assert!(
        screen.text().contains("token unchecked, rate limit"),
        "{}",
        screen.text()
    );
    screen.state.notice = None;
    assert!(!screen.state.is_moving());
}

#[test]
fn a_token_that_a_caption_was_refused_for_is_looked_at_again() {
    let mut screen = screen(SMALL, good());
    screen.press("enter");
    let (id, _) = screen.state.jobs.iter().next().unwrap();
    let mut bad = failed(run(1, "cat.jpg", "Qwen/Qwen3-VL-8B-Instruct", ""), "no");
    bad.failure.as_mut().unwrap().kind = "bad-token".to_owned();
    assert!(screen.end(id, bad, false).contains(&Effect::Token));
}

#[test]
fn hostile_names_are_shown_as_text() {
    let mut account = alice();
    account.name = Foreign::new("\u{1b}[31mal\u{202e}ice");
    account.full_name = Some(foreign(&"x\u{7}".repeat(80)));
    account.organisations[0].name = "\u{1b}]0;title\u{7}".to_owned();
    let mut status = in_file(TokenState::Good(Box::new(account)));
    status.stored[1].name = "\u{1b}[2J".to_owned();
    status.bill_to = Some("\u{1b}[2J".to_owned());
    let mut screen = screen(SMALL, status);
    screen.press("t G");
    assert!(!screen.text().contains(['\u{1b}', '\u{202e}', '\u{7}']));
}

use super::super::super::command::Command;
use super::super::super::effect::Effect;
use super::super::super::message::Message;
use super::super::super::overlay::Overlay;
use super::super::super::tests::{LAB, ROUTER, Screen, card, consents, failed, model, run};
use super::super::tests::{captions, reuse};
use super::*;
use crate::domain::image::Size;
use crate::domain::model::{ModelCard, Price};
use crate::domain::request::UploadSpec;
use crate::domain::run::{Outcome, Run, Sent};
use crate::domain::spending::{Limit, Money};
use crate::engine::JobId;

const SENT: Sent = Sent {
    bytes: 18_000,
    size: Size {
        width: 451,
        height: 300,
    },
};
const STRANGER: &str = "http://10.0.0.7:8000/caption";
const UNPRICED: &str = "google/gemma-3-27b-it";
const QWEN: &str = "Qwen/Qwen3-VL-8B-Instruct";

/// These files, of which the first is under the cursor, and only this model chosen.
fn choosing(name: &str, files: &[&str]) -> Screen {
    let mut screen = Screen::over(files);
    screen.obey("model builtin/describe");
    screen.obey(&format!("model {name}"));
    screen
}

fn asks(screen: &Screen) -> bool {
    matches!(screen.state.overlays.last(), Some(Overlay::Question(_)))
}

/// The question on screen as one line.
fn question(screen: &Screen) -> String {
    assert!(asks(screen), "{}", screen.text());
    let text = screen.text();
    let rows = text.lines().filter_map(|row| {
        let (_, row) = row.split_once('┃')?;
        Some(row.split_once('┃')?.0.trim())
    });
    rows.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_built_in_and_what_is_cheap_and_known_starts_at_once() {
    for name in ["builtin/describe", QWEN, "endpoint:lab"] {
        let mut screen = Screen::over(&["a.jpg"]);
        screen.obey("model builtin/describe");
        screen.obey(&format!("model {name}"));
        let asked = captions(&screen.press("enter"));
        assert_eq!(asked, [reuse(&format!("a.jpg {name}"))]);
    }
}

#[test]
fn a_host_that_never_got_a_picture_gets_one_after_a_yes_and_is_remembered() {
    let mut screen = choosing(STRANGER, &["a.jpg", "b.jpg"]);
    assert_eq!(captions(&screen.press("enter")), []);
    let text = question(&screen);
    assert!(
        text.contains("Pictures go to 10.0.0.7:8000, for the first time."),
        "{text}"
    );
    assert!(text.contains("1 request: 1 picture, 1 model."), "{text}");
    let effects = screen.press("y");
    assert_eq!(effects[0], Effect::Allow(consents(&["10.0.0.7:8000"])));
    assert_eq!(
        captions(&effects),
        [reuse("a.jpg http://10.0.0.7:8000/caption")]
    );
    screen.press("j");
    assert_eq!(captions(&screen.press("enter")).len(), 1, "it is known now");
}

#[test]
fn every_other_answer_sends_nothing_and_remembers_nothing() {
    for keys in ["esc", "n", "q", "enter"] {
        let mut screen = choosing(STRANGER, &["a.jpg"]);
        screen.press("enter");
        screen.wait(2_000);
        assert_eq!(screen.press(keys), [], "{keys}");
        assert!(!asks(&screen), "{keys}");
        assert!(screen.state.jobs.is_idle());
        screen.wait(2_000);
        screen.press("enter");
        assert!(asks(&screen), "{keys}: it asks again");
    }
}

#[test]
fn the_answer_under_the_cursor_is_taken_once_it_was_chosen() {
    let mut screen = choosing(STRANGER, &["a.jpg"]);
    screen.press("enter");
    assert_eq!(captions(&screen.press("k enter")).len(), 1);
}

/// A key that is held opens the question and would answer it unread.
#[test]
fn holding_enter_neither_sends_nor_takes_the_question_away() {
    let mut screen = choosing(STRANGER, &["a.jpg"]);
    screen.press("enter");
    screen.wait(660);
    for _ in 0..100 {
        assert_eq!(screen.press("enter"), []);
        assert!(asks(&screen));
        screen.wait(30);
    }
    screen.press("k");
    assert_eq!(captions(&screen.press("enter")).len(), 1);
    for _ in 0..100 {
        screen.wait(30);
        assert_eq!(captions(&screen.press("enter")), []);
    }
}

#[test]
fn while_nobody_told_who_had_pictures_everybody_is_asked_about() {
    let mut screen = choosing("endpoint:lab", &["a.jpg"]);
    screen.state.spending = crate::ui::spending::Spending::default();
    screen.press("enter");
    let text = question(&screen);
    assert!(text.contains("Pictures go to lab.example."), "{text}");
    screen.press("esc");
    screen.wait(2_000);
    screen.tell(Message::Consents(Ok(consents(&[LAB]))));
    assert_eq!(captions(&screen.press("enter")).len(), 1);
}

#[test]
fn consents_that_are_told_late_take_no_yes_back() {
    let mut screen = choosing("endpoint:lab", &["a.jpg", "b.jpg"]);
    screen.state.spending = crate::ui::spending::Spending::default();
    screen.press("enter y");
    screen.tell(Message::Consents(Ok(consents(&[ROUTER]))));
    screen.press("j");
    assert_eq!(captions(&screen.press("enter")).len(), 1);
}

#[test]
fn an_unknown_price_is_asked_about_by_name() {
    let mut screen = choosing(UNPRICED, &["a.jpg"]);
    screen.press("enter");
    let text = question(&screen);
    for part in [
        "Price: unknown for google/gemma-3-27b-it.",
        "Pictures go to router.huggingface.co.",
        "Hugging Face passes pictures on to a provider that it chooses.",
        "Of each is sent: a JPEG of at most 1024 px, without metadata.",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let effects = screen.press("y");
    assert_eq!(captions(&effects).len(), 1);
    let allows = |effect: &Effect| matches!(effect, Effect::Allow(_));
    assert!(!effects.iter().any(allows), "the host was known");
}

#[test]
fn a_provider_that_was_named_is_named() {
    let mut screen = choosing("google/gemma-3-27b-it:novita", &["a.jpg"]);
    screen.press("enter");
    let text = question(&screen);
    assert!(text.contains("passes pictures on to novita."), "{text}");
}

/// What is built in stays here, and what has no price cannot be held to a cap.
#[test]
fn only_what_leaves_this_machine_is_counted() {
    let mut screen = choosing(UNPRICED, &["a.jpg", "b.jpg"]);
    screen.obey("model builtin/describe");
    screen.tell(Message::Money(Ok(Money {
        spent: 0,
        limit: Limit::Daily(2_000_000),
        ..Money::default()
    })));
    screen.press("* enter");
    let text = question(&screen);
    for part in [
        "2 requests: 2 pictures, 1 model.",
        "Spent today: $0 of $2.00; what has no known price is not sent.",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(captions(&screen.press("y")).len(), 4);
}

/// A screen over so many pictures, all selected.
fn many(pictures: usize) -> Screen {
    let names: Vec<_> = (0..pictures).map(|at| format!("{at}.jpg")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut screen = choosing(QWEN, &names);
    screen.press("*");
    screen
}

#[test]
fn more_than_20_paid_requests_are_asked_about() {
    assert_eq!(captions(&many(20).press("enter")).len(), 20);
    let mut screen = many(21);
    assert_eq!(captions(&screen.press("enter")), []);
    let text = question(&screen);
    assert!(
        text.contains("21 requests: 21 pictures, 1 model."),
        "{text}"
    );
    assert!(text.contains("Price: at most about $0.036."), "{text}");
    assert_eq!(captions(&screen.press("y")).len(), 21);
    assert_eq!(screen.notice(), "21 captions started; w shows them");
}

#[test]
fn more_than_5_cents_are_asked_about() {
    let mut screen = choosing(QWEN, &["a.jpg"]);
    let price = Price::Usage {
        input: 20_000_000,
        output: 60_000_000,
    };
    let dear = ModelCard {
        price,
        ..card(&model(QWEN))
    };
    screen.tell(Message::Cards(vec![dear]));
    screen.press("enter");
    let text = question(&screen);
    assert!(text.contains("Price: at most about $0.18."), "{text}");
}

#[test]
fn the_cap_is_told_with_what_was_spent() {
    let told = |spent, limit| {
        let mut screen = many(21);
        let money = Money {
            spent,
            limit,
            ..Money::default()
        };
        screen.tell(Message::Money(Ok(money)));
        screen.press("enter");
        question(&screen)
    };
    let without = told(4_000, Limit::None);
    assert!(
        without.contains("Spent today: $0.004; there is no daily cap."),
        "{without}"
    );
    let roomy = told(4_000, Limit::Daily(2_000_000));
    assert!(roomy.contains("Spent today: $0.004 of $2.00."), "{roomy}");
    let tight = told(1_990_000, Limit::Daily(2_000_000));
    assert!(
        tight.contains("Spent today: $1.99 of $2.00; what would pass the cap is not sent."),
        "{tight}"
    );
    let doubtful = told(4_000, Limit::InDoubt);
    assert!(
        doubtful.contains("nothing paid is sent until it is mended."),
        "{doubtful}"
    );
}

#[test]
fn however_many_there_are_the_answers_are_seen() {
    let mut screen = Screen::over(&["a.jpg"]);
    for at in 0..9 {
        let name = format!("org/{}{at}", "a-very-long-name-".repeat(5));
        screen.obey(&format!("model {name}"));
        screen.obey(&format!("model https://{}{at}.example/", "long".repeat(20)));
    }
    screen.press("enter");
    let text = question(&screen);
    assert!(text.contains("and 6 others."), "{text}");
    assert!(text.contains(">n  send nothing"), "{text}");
}

#[test]
fn a_file_that_is_sent_as_it_is_is_asked_about_even_where_pictures_went_before() {
    let mut screen = choosing("endpoint:lab", &["a.jpg"]);
    screen.state.terms.upload = UploadSpec::Original;
    screen.press("enter");
    let text = question(&screen);
    assert!(
        text.contains("Files go as they are to lab.example, for the first time."),
        "{text}"
    );
    assert!(
        text.contains(
            "Of each is sent: the file itself, with all its metadata and the place in it."
        ),
        "{text}"
    );
}

#[test]
fn a_retry_is_asked_about_too() {
    for key in ["r", "R"] {
        let mut screen = choosing(UNPRICED, &["a.jpg"]);
        screen.press("enter y");
        let broken = failed(run(1, "a.jpg", UNPRICED, ""), "out of credit");
        screen.end(JobId(1), broken, false);
        screen.press("w");
        assert_eq!(captions(&screen.press(key)), [], "{key}");
        assert!(asks(&screen), "{key}");
        assert_eq!(
            captions(&screen.press("y")),
            [reuse("a.jpg google/gemma-3-27b-it")]
        );
    }
}

#[test]
fn a_second_enter_for_a_stored_answer_is_asked_about_too() {
    let mut screen = choosing(UNPRICED, &["a.jpg"]);
    screen.press("enter y");
    screen.end(JobId(1), run(1, "a.jpg", UNPRICED, "A cat."), true);
    screen.wait(2_000);
    screen.press("enter");
    let again = captions(&screen.press("y"));
    let repeat = ("a.jpg google/gemma-3-27b-it".to_owned(), Again::Repeat);
    assert_eq!(again, [repeat]);
}

#[test]
fn what_is_not_looked_up_yet_is_not_sent() {
    let mut screen = Screen::over(&["a.jpg"]);
    let command = Command::Choose(model("org/new"));
    let effects = super::super::update(&mut screen.state, Message::Command(command));
    let unlisted = Effect::Cards(vec![model("org/new")]);
    assert!(effects.contains(&unlisted), "{effects:?}");
    assert_eq!(captions(&screen.press("enter")), []);
    assert_eq!(screen.notice(), "org/new is being looked up; ask again");
    screen.tell(Message::Cards(vec![card(&model("org/new"))]));
    screen.press("enter");
    assert!(asks(&screen), "asking again at once is no key that is held");
}

#[test]
fn whoever_leaves_sends_nothing_more() {
    let mut screen = choosing(STRANGER, &["a.jpg"]);
    screen.press("enter");
    screen.tell(Message::Leave);
    let effects = screen.press("y");
    assert_eq!(captions(&effects), []);
    assert!(!effects.iter().any(|it| matches!(it, Effect::Allow(_))));
}

#[test]
fn prices_of_chosen_models_are_asked_for_unless_offline() {
    let prices = |offline: bool| {
        let mut screen = Screen::with(|start| {
            start.chosen = vec![model(UNPRICED)];
            if offline {
                start.token.state = crate::domain::account::TokenState::Offline;
            }
        });
        screen.obey("model org/second");
        let prices = screen.asked.iter().filter_map(|effect| match effect {
            Effect::Price(models) => Some(models.clone()),
            _ => None,
        });
        prices.collect::<Vec<_>>()
    };
    assert_eq!(
        prices(false),
        [vec![model(UNPRICED)], vec![model("org/second")]]
    );
    assert_eq!(prices(true), Vec::<Vec<_>>::new());
}

#[test]
fn a_run_at_another_price_brings_its_model_up_to_date() {
    let mut screen = choosing(QWEN, &["a.jpg"]);
    screen.press("enter");
    let known = card(&model(QWEN)).price;
    let mut sent = run(1, "a.jpg", QWEN, "A cat.");
    sent.sent = Some(SENT);
    let mut ends = |price| {
        let run = Run {
            price,
            ..sent.clone()
        };
        screen.end(JobId(1), run, false)
    };
    assert_eq!(ends(known), []);
    let news = [Effect::Cards(vec![model(QWEN)])];
    assert_eq!(ends(Price::Unknown), news);
}

#[test]
fn money_is_read_again_when_something_was_sent() {
    let readings = |screen: &Screen| {
        let money = screen.asked.iter().filter(|it| **it == Effect::Money);
        money.count()
    };
    let mut screen = choosing(QWEN, &["a.jpg"]);
    screen.tell(Message::Money(Ok(Money::default())));
    screen.press("enter");
    screen.end(JobId(1), run(1, "a.jpg", QWEN, "A cat."), true);
    screen.wait(2_000);
    assert_eq!(readings(&screen), 1, "history answered");
    screen.press("esc enter");
    let sent = Run {
        sent: Some(SENT),
        outcome: Outcome::Failed,
        ..run(2, "a.jpg", QWEN, "")
    };
    screen.end(JobId(2), sent, false);
    screen.wait(2_000);
    assert_eq!(readings(&screen), 2);
    screen.tell(Message::Money(Ok(Money::default())));
    screen.tell(Message::Focused);
    screen.wait(2_000);
    assert_eq!(readings(&screen), 3, "another program may have spent some");
}

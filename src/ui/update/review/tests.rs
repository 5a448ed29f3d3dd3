use crate::domain::image::ImageId;
use crate::domain::problem::Problem;
use crate::domain::review::{Change, Decision, Maker, Review};
use crate::domain::run::{Outcome, Run, RunId};
use crate::domain::text::Foreign;
use crate::ui::effect::{Effect, ReviewId, Reviewing};
use crate::ui::message::Message;
use crate::ui::tests::{Screen, failed, now, picture, run};

use Decision::{Accepted, Pending, Rejected};

/// Five runs, the newest first: two of one picture, a flagged one, a failed one and an old one.
fn screen() -> Screen {
    let mut screen = Screen::over(&["a.jpg", "b.jpg", "c.jpg", "d.jpg"]);
    let of = |picture: u8, run: Run| Run {
        image_id: Some(ImageId([picture; 32])),
        ..run
    };
    let runs = vec![
        of(1, run(5, "a.jpg", "org/one", "A cat.")),
        of(1, run(4, "a.jpg", "org/two", "A small cat.")),
        Run {
            finish_reason: Some(Foreign::new("length")),
            ..of(2, run(3, "b.jpg", "org/one", "A dog which"))
        },
        failed(of(3, run(2, "c.jpg", "org/one", "")), "no such file"),
        of(4, run(1, "d.jpg", "org/one", "A bird.")),
    ];
    screen.history(Ok((runs, false)));
    screen.press("4");
    screen
}

fn decisions(screen: &Screen) -> Vec<Decision> {
    let runs = screen.state.history.runs();
    runs.map(|run| run.review.decision).collect()
}

fn changed(effects: &[Effect]) -> (ReviewId, Vec<Change>) {
    match effects.first() {
        Some(Effect::Review(
            id,
            Reviewing::Change {
                changes,
                maker: Maker::Hand,
                moment,
            },
        )) if *moment == now() => (*id, changes.clone()),
        other => panic!("{other:?}"),
    }
}

fn stored(screen: &mut Screen, id: ReviewId, stand: &[(i64, Decision)]) -> Vec<Effect> {
    let stand = stand.iter().map(|(run, decision)| {
        let review = Review {
            decision: *decision,
            caption: None,
        };
        (RunId(*run), review)
    });
    screen.tell(Message::Reviewed(id, Ok(stand.collect())))
}

#[test]
fn a_decision_shows_at_once_and_is_stored() {
    let mut screen = screen();
    let effects = screen.press("a");
    let (id, changes) = changed(&effects);
    assert_eq!(changes, [Change::decide(RunId(5), Accepted)]);
    assert_eq!(decisions(&screen)[0], Accepted);
    let effects = stored(&mut screen, id, &[(5, Accepted), (4, Pending)]);
    let asks =
        |effect: &Effect| matches!(effect, Effect::Recognise(_, _, names) if names == &["a.jpg"]);
    assert!(effects.iter().any(asks), "its mark is another one now");
    let (_, changes) = changed(&screen.press("a"));
    assert_eq!(
        changes,
        [Change::decide(RunId(5), Pending)],
        "the same again takes it back"
    );
    screen.press("x");
    assert_eq!(decisions(&screen)[0], Rejected);
}

#[test]
fn of_one_picture_one_caption_is_accepted() {
    let mut screen = screen();
    screen.press("a j a");
    assert_eq!(decisions(&screen)[..2], [Pending, Accepted]);
    screen.press("u");
    assert_eq!(decisions(&screen)[..2], [Accepted, Pending]);
    screen.press("ctrl+r");
    assert_eq!(decisions(&screen)[..2], [Pending, Accepted]);
}

#[test]
fn decisions_are_taken_back_from_the_last_on_wherever_one_is() {
    let mut screen = screen();
    let (first, _) = changed(&screen.press("a"));
    let (second, _) = changed(&screen.press("G x"));
    assert_eq!(
        decisions(&screen),
        [Accepted, Pending, Pending, Pending, Rejected]
    );
    let effects = screen.press("1 u");
    assert_eq!(effects[0], Effect::Review(second, Reviewing::TakeBack));
    assert_eq!(
        screen.press("u")[0],
        Effect::Review(first, Reviewing::TakeBack)
    );
    assert_eq!(decisions(&screen), [Pending; 5]);
    screen.press("u");
    assert_eq!(
        screen.notice(),
        "nothing of this session is left to take back"
    );
    assert_eq!(
        screen.press("ctrl+r")[0],
        Effect::Review(first, Reviewing::Restore)
    );
    screen.press("ctrl+r");
    assert_eq!(
        decisions(&screen),
        [Accepted, Pending, Pending, Pending, Rejected]
    );
    screen.press("ctrl+r");
    assert_eq!(screen.notice(), "nothing was taken back");
}

#[test]
fn what_could_not_be_stored_is_told_and_never_was() {
    let mut screen = screen();
    let (id, _) = changed(&screen.press("a"));
    screen.tell(Message::Reviewed(id, Err(Problem::new("the disk is full"))));
    assert_eq!(decisions(&screen)[0], Pending);
    assert_eq!(screen.notice(), "the disk is full");
    screen.press("u");
    assert_eq!(
        screen.notice(),
        "nothing of this session is left to take back"
    );
}

#[test]
fn an_accepted_caption_that_is_doubtful_says_so() {
    let mut screen = screen();
    screen.press("G k k a");
    assert_eq!(
        screen.notice(),
        "accepted, though the answer ended at the limit of tokens"
    );
    assert_eq!(decisions(&screen)[2], Accepted);
}

#[test]
fn where_there_is_no_caption_nothing_is_decided() {
    let mut screen = screen();
    assert_eq!(screen.press("G k x"), []);
    assert_eq!(screen.notice(), "there is no caption to decide on");
    let unstored = Run {
        id: None,
        outcome: Outcome::Captioned,
        ..run(9, "a.jpg", "org/one", "A cat.")
    };
    screen.state.history.add(&unstored, 5);
    assert_eq!(screen.press("g a"), []);
    assert_eq!(screen.notice(), "this run was never stored");
}

#[test]
fn the_caption_of_a_model_is_decided_on_beside_the_picture() {
    let mut screen = screen();
    screen.press("1");
    let mut beside = run(7, "a.jpg", "builtin/describe", "Grey.");
    beside.review.caption = Some(Foreign::new("A grey cat."));
    screen.captions(Ok(vec![beside]));
    let (_, changes) = changed(&screen.press("3 a"));
    assert_eq!(changes, [Change::decide(RunId(7), Accepted)]);
    assert!(
        screen.text().contains("✓ ✎ A grey cat."),
        "{}",
        screen.text()
    );
    let copied = screen.press("y");
    assert!(matches!(&copied[..], [Effect::Copy(_, text)] if text == "A grey cat."));
    assert_eq!(screen.state.image(), Some(picture("a.jpg")));
}

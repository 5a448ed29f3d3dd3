mod hostile;
mod moved;
mod screens;
mod search;

use crate::domain::image::ImageId;
use crate::domain::problem::Problem;
use crate::domain::request::UploadSpec;
use crate::domain::review::{Change, Decision, Maker, Review};
use crate::domain::run::{Outcome, Run, RunId};
use crate::domain::text::Foreign;
use crate::engine::Again;
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

/// The run under the cursor.
fn here(screen: &Screen) -> i64 {
    let run = screen.state.history.run();
    run.and_then(|run| run.id).unwrap().0
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
    assert_eq!(screen.notice(), "2 captions stand as before");
    screen.press("ctrl+r");
    assert_eq!(decisions(&screen)[..2], [Pending, Accepted]);
    screen.press("u u");
    assert_eq!(screen.notice(), "it stands as before");
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

#[test]
fn in_the_review_the_next_pending_one_is_there_at_once() {
    let mut screen = screen();
    screen.press("z");
    screen.press("x");
    assert_eq!(here(&screen), 4, "the other caption of the same picture");
    screen.press("a");
    assert_eq!(here(&screen), 3);
    screen.press("a");
    assert_eq!(here(&screen), 1, "a failed run is passed over");
    screen.press("a");
    assert_eq!(screen.notice(), "every caption here is decided on");
    screen.press("u");
    assert_eq!((here(&screen), decisions(&screen)[4]), (1, Pending));
}

#[test]
fn the_picture_of_the_next_one_is_there_before_it_is_wanted() {
    let mut screen = screen();
    screen.press("z");
    let looks = |screen: &Screen| -> Vec<String> {
        let look = |effect: &Effect| match effect {
            Effect::Look(_, image, _) => Some(image.name().raw().to_owned()),
            _ => None,
        };
        screen.asked.iter().filter_map(look).collect()
    };
    screen.looked_at_all();
    screen.press("j");
    screen.looked_at_all();
    let asked = looks(&screen);
    assert!(asked.contains(&"b.jpg".to_owned()), "{asked:?}");
    assert!(asked.contains(&"d.jpg".to_owned()), "{asked:?}");
}

#[test]
fn a_picture_with_an_accepted_caption_is_done() {
    let mut screen = screen();
    screen.press("z a");
    assert_eq!(here(&screen), 3, "its other caption is not asked about");
    screen.press("g J");
    assert_eq!(here(&screen), 3);
}

#[test]
fn what_is_pending_is_looked_for_in_older_runs_too() {
    let mut screen = screen();
    screen.obey("reload");
    let done = |id| {
        let mut run = run(id, "a.jpg", "org/one", "A cat.");
        run.review.decision = Rejected;
        run
    };
    screen.history(Ok((vec![done(90), done(89)], true)));
    screen.press("z J");
    assert_eq!(here(&screen), 90, "it is looked for");
    screen.history(Ok((vec![done(80)], true)));
    let effects = screen.history(Ok((vec![run(70, "b.jpg", "org/one", "A dog.")], false)));
    assert_eq!(here(&screen), 70);
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::History(..)))
    );
}

#[test]
fn other_captions_of_the_picture_are_gone_through() {
    let mut screen = screen();
    screen.press("z");
    let mut old = run(0, "a.jpg", "org/old", "A cat from long ago.");
    old.image_id = Some(ImageId([1; 32]));
    let runs: Vec<_> = screen
        .state
        .history
        .runs()
        .take(2)
        .cloned()
        .chain([old])
        .collect();
    screen.captions(Ok(runs));
    screen.press("]");
    assert_eq!(here(&screen), 4);
    screen.press("]");
    assert_eq!(here(&screen), 0, "it is not in the list, and yet in review");
    let (_, changes) = changed(&screen.press("x"));
    assert_eq!(changes, [Change::decide(RunId(0), Rejected)]);
    screen.press("u [");
    assert!(screen.text().contains("A small cat."), "{}", screen.text());
}

#[test]
fn many_are_accepted_only_after_a_question() {
    let mut screen = screen();
    assert_eq!(screen.press("A"), []);
    assert_eq!(decisions(&screen), [Pending; 5]);
    let (_, changes) = changed(&screen.press("y"));
    let sure = [Change::decide(RunId(1), Accepted)];
    assert_eq!(changes, sure, "neither the doubtful one nor one of two");
    screen.press("A");
    assert_eq!(
        screen.notice(),
        "nothing here is pending, undoubted and the only caption of its picture"
    );
}

#[test]
fn what_another_program_decided_shows_when_one_comes_back() {
    let mut screen = screen();
    let effects = screen.tell(Message::Focused);
    let runs: Vec<_> = (1..=5).map(RunId).collect();
    assert!(effects.contains(&Effect::Standing(runs)));
    let (id, _) = changed(&screen.press("a"));
    let stand = |decision| Review {
        decision,
        caption: None,
    };
    let news = vec![(RunId(5), stand(Pending)), (RunId(4), stand(Rejected))];
    screen.tell(Message::Standing(Ok(news)));
    assert_eq!(
        decisions(&screen)[..2],
        [Accepted, Rejected],
        "what was decided here is on its way"
    );
    stored(&mut screen, id, &[(5, Accepted)]);
    assert_eq!(decisions(&screen)[..2], [Accepted, Rejected]);
}

#[test]
fn what_another_program_decided_is_asked_about_on_reading_again() {
    let mut screen = screen();
    let effects = screen.obey("reload");
    let runs: Vec<_> = (1..=5).map(RunId).collect();
    assert!(effects.contains(&Effect::Standing(runs)));
    let runs: Vec<Run> = screen.state.history.runs().cloned().collect();
    let (id, _) = changed(&screen.press("a"));
    let mut read = runs;
    read[1].review.decision = Rejected;
    screen.history(Ok((read, false)));
    stored(&mut screen, id, &[(5, Accepted)]);
    assert_eq!(decisions(&screen)[..2], [Accepted, Rejected]);
}

#[test]
fn the_same_is_asked_once_more_on_request() {
    let mut screen = screen();
    let said = run(9, "a.jpg", "builtin/describe", "Grey.");
    screen.state.history.add(&said, 5);
    let effects = screen.press("g R");
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Caption(queue, Again::Repeat) => Some(queue[0].1.clone()),
        _ => None,
    });
    assert_eq!(asked, Some(said.request));
    assert_eq!(screen.press("R"), []);
    assert!(screen.notice().starts_with("that is on its way already"));
    let mut paid = run(10, "a.jpg", "Qwen/Qwen3-VL-8B-Instruct", "A cat.");
    paid.request.upload = UploadSpec::Original;
    screen.state.history.add(&paid, 5);
    assert_eq!(screen.press("g R"), []);
    assert!(
        !screen.state.overlays.is_empty(),
        "money is asked about as ever"
    );
}

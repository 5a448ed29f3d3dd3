use proptest::prelude::*;

use super::*;
use crate::domain::review::Decision::{Accepted, Pending};
use crate::domain::run::Run;
use crate::domain::text::Foreign;
use crate::store::Forget;
use crate::store::tests::{Folder, captioned, everything, image, moment, store_run};

fn rewrite(run: RunId, text: &str) -> Change {
    Change {
        run,
        decision: None,
        caption: Some(Foreign::new(text)),
    }
}

fn review(store: &Store, change: Change) -> StepId {
    store.review(&[change], Maker::Hand, moment(9)).unwrap()
}

fn accept(store: &Store, run: RunId) -> StepId {
    review(store, Change::decide(run, Decision::Accepted))
}

/// How the runs of history stand, the oldest first.
fn decisions(store: &Store) -> Vec<Decision> {
    let newest_first = everything(store).into_iter();
    newest_first.rev().map(|run| run.review.decision).collect()
}

fn run(store: &Store, picture: u8) -> RunId {
    store_run(store, captioned(picture)).id.unwrap()
}

#[test]
fn a_new_caption_is_pending_until_somebody_decides() {
    let folder = Folder::new();
    let store = folder.open();
    let id = run(&store, 1);
    assert_eq!(decisions(&store), [Decision::Pending]);
    for decision in Decision::ALL {
        review(&store, Change::decide(id, decision));
        assert_eq!(decisions(&store), [decision]);
    }
    drop(store);
    assert_eq!(decisions(&folder.open()), [Decision::Rejected]);
}

#[test]
fn every_version_is_kept_and_the_last_one_is_read() {
    let folder = Folder::new();
    let store = folder.open();
    let id = run(&store, 1);
    review(&store, rewrite(id, "A cat."));
    accept(&store, id);
    let slip = review(&store, rewrite(id, "A dog\u{1b}[2J\0"));
    let now = || store.run(id).unwrap().unwrap();
    assert_eq!(now().text().raw(), "A dog\u{1b}[2J\0");
    assert_eq!(now().review.decision, Decision::Accepted);
    store.take_back_review(slip).unwrap();
    assert_eq!(now().text().raw(), "A cat.");
    assert_eq!(now().caption, captioned(1).caption, "the model's own words");
    let versions = store.revisions(id).unwrap();
    let versions: Vec<_> = versions
        .iter()
        .map(|it| (it.caption.raw(), it.maker, it.is_taken_back))
        .collect();
    let expected = [
        ("A cat.", Maker::Hand, false),
        ("A dog\u{1b}[2J\0", Maker::Hand, true),
    ];
    assert_eq!(versions, expected);
}

#[test]
fn of_one_picture_one_caption_is_accepted() {
    let folder = Folder::new();
    let store = folder.open();
    let (first, second, other) = (run(&store, 1), run(&store, 1), run(&store, 2));
    accept(&store, first);
    accept(&store, other);
    let step = accept(&store, second);
    assert_eq!(decisions(&store), [Pending, Accepted, Accepted]);
    let stand = |step| {
        let mut stand = store.stand_after(step).unwrap();
        stand.sort_by_key(|(run, _)| *run);
        let stand = stand.into_iter().map(|(run, it)| (run, it.decision));
        stand.collect::<Vec<_>>()
    };
    assert_eq!(stand(step), [(first, Pending), (second, Accepted)]);
    store.take_back_review(step).unwrap();
    assert_eq!(decisions(&store), [Accepted, Pending, Accepted]);
    assert_eq!(stand(step), [(first, Accepted), (second, Pending)]);
    store.restore_review(step).unwrap();
    assert_eq!(decisions(&store), [Pending, Accepted, Accepted]);
    // What was chosen before is not chosen again because its successor is gone.
    store.forget(&Forget::Run(second)).unwrap();
    assert_eq!(decisions(&store), [Pending, Accepted]);
}

#[test]
fn what_another_program_decided_since_is_not_undone() {
    let folder = Folder::new();
    let (here, there) = (folder.open(), folder.open());
    let (first, second) = (run(&here, 1), run(&here, 1));
    let step = accept(&here, first);
    accept(&there, second);
    here.take_back_review(step).unwrap();
    assert_eq!(decisions(&here), [Pending, Accepted]);
    here.restore_review(step).unwrap();
    assert_eq!(decisions(&there), [Pending, Accepted]);
}

#[test]
fn two_programs_that_decide_at_the_same_time_lose_nothing() {
    const EACH: usize = 40;
    let folder = Folder::new();
    let (here, there) = (folder.open(), folder.open());
    let shared = run(&here, 1);
    let own: Vec<[RunId; 2]> = (0..EACH).map(|_| [run(&here, 2), run(&there, 3)]).collect();
    std::thread::scope(|scope| {
        for (place, store) in [&here, &there].into_iter().enumerate() {
            let own = &own;
            scope.spawn(move || {
                for (at, runs) in own.iter().enumerate() {
                    let changes = [
                        Change::decide(runs[place], Decision::Rejected),
                        rewrite(shared, &format!("{place} {at}")),
                    ];
                    let done = store.review(&changes, Maker::Hand, Timestamp::UNIX_EPOCH);
                    done.unwrap();
                }
            });
        }
    });
    for store in [&here, &there] {
        assert_eq!(store.revisions(shared).unwrap().len(), 2 * EACH);
        let all: Vec<RunId> = own.iter().flatten().copied().collect();
        let stand = store.stand(&all).unwrap();
        assert!(
            stand
                .iter()
                .all(|(_, it)| it.decision == Decision::Rejected)
        );
        assert_eq!(stand.len(), 2 * EACH);
    }
}

#[test]
fn who_was_chosen_before_does_not_come_back_beside_a_later_choice() {
    let folder = Folder::new();
    let (here, there) = (folder.open(), folder.open());
    let [first, second, third] = [1, 1, 1].map(|picture| run(&here, picture));
    accept(&here, first);
    let step = accept(&here, second);
    accept(&there, third);
    here.take_back_review(step).unwrap();
    assert_eq!(decisions(&here), [Pending, Pending, Accepted]);
}

#[test]
fn many_are_changed_and_taken_back_at_once() {
    let folder = Folder::new();
    let store = folder.open();
    let runs: Vec<RunId> = (1..=20).map(|picture| run(&store, picture)).collect();
    let changes: Vec<Change> = runs.iter().map(|id| rewrite(*id, "trigger, cat")).collect();
    let step = store
        .review(&changes, Maker::Replacement, moment(3))
        .unwrap();
    let is_changed = |it: &Run| it.text().raw() == "trigger, cat";
    assert!(everything(&store).iter().all(is_changed));
    store.take_back_review(step).unwrap();
    assert!(!everything(&store).iter().any(is_changed));
}

#[test]
fn what_was_deleted_is_left_out() {
    let folder = Folder::new();
    let store = folder.open();
    let (kept, gone) = (run(&store, 1), run(&store, 2));
    store.forget(&Forget::Image(image(2))).unwrap();
    let changes = [gone, kept].map(|id| Change::decide(id, Decision::Rejected));
    store.review(&changes, Maker::Hand, moment(1)).unwrap();
    assert_eq!(decisions(&store), [Decision::Rejected]);
    assert_eq!(store.revisions(gone).unwrap(), []);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    /// Whatever is done, taking all of it back from the last on leaves what was there, and doing it
    /// again what was there then.
    #[test]
    fn undo_and_redo_lead_back(
        doings in proptest::collection::vec((0..4_usize, 0..4_usize), 1..12),
    ) {
        let folder = Folder::new();
        let store = folder.open();
        let runs = [1, 1, 2, 2].map(|picture| run(&store, picture));
        let mut stands = vec![everything(&store)];
        let mut steps = Vec::new();
        for (which, what) in doings {
            let change = match what {
                0 => rewrite(runs[which], &format!("version {}", steps.len())),
                1 => Change::decide(runs[which], Decision::Accepted),
                2 => Change::decide(runs[which], Decision::Rejected),
                _ => Change::decide(runs[which], Decision::Pending),
            };
            steps.push(review(&store, change));
            stands.push(everything(&store));
        }
        for (step, stood) in steps.iter().zip(&stands).rev() {
            store.take_back_review(*step).unwrap();
            prop_assert_eq!(&everything(&store), stood);
        }
        for (step, stood) in steps.iter().zip(&stands[1..]) {
            store.restore_review(*step).unwrap();
            prop_assert_eq!(&everything(&store), stood);
        }
    }
}

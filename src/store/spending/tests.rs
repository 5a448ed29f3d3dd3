use std::path::Path;
use std::thread;

use super::*;
use crate::domain::run::Outcome;
use crate::store::tests::{Folder, beginning, captioned, everything, moment, store_run};
use crate::store::{Begun, Forget, NewRun};

/// Seconds of a day.
const DAY: i64 = 86_400;

fn cap(micro_usd: u64, since: i64) -> Cap {
    let since = moment(since);
    Cap { micro_usd, since }
}

/// A run that starts at this second and may cost so much.
fn paid(micro_usd: impl Into<Option<u64>>, cap: impl Into<Option<Cap>>, second: i64) -> NewRun {
    let (micro_usd, cap) = (micro_usd.into(), cap.into());
    NewRun {
        reserve: Some(Reserve { micro_usd, cap }),
        started: moment(second),
        ..beginning(&captioned(1))
    }
}

fn start(store: &Store, run: &NewRun) -> RunId {
    match store.begin(run).unwrap() {
        Begun::Started(id) => id,
        begun => panic!("{begun:?}"),
    }
}

fn ended(outcome: Outcome, cost_micro_usd: Option<u64>) -> Run {
    Run {
        outcome,
        cost_micro_usd,
        ..captioned(1)
    }
}

fn spent(store: &Store) -> u64 {
    store.spent(moment(0)).unwrap().micro_usd
}

fn unpriced(store: &Store) -> u64 {
    store.spent(moment(0)).unwrap().unpriced
}

#[test]
fn runs_of_unknown_cost_are_counted() {
    let folder = Folder::new();
    let store = folder.open();
    let refused = start(&store, &paid(None, None, 0));
    let answered = start(&store, &paid(None, None, 0));
    assert_eq!(unpriced(&store), 2, "on their way they count too");
    store
        .complete(refused, &ended(Outcome::Failed, Some(0)))
        .unwrap();
    store
        .complete(answered, &ended(Outcome::Captioned, None))
        .unwrap();
    assert_eq!((spent(&store), unpriced(&store)), (0, 1));
    let reserved = start(&store, &paid(100, None, 0));
    store
        .complete(reserved, &ended(Outcome::Captioned, None))
        .unwrap();
    assert_eq!((spent(&store), unpriced(&store)), (100, 1));
    let elsewhere = Run {
        sent: None,
        ..ended(Outcome::Cancelled, None)
    };
    store.add(&elsewhere).unwrap();
    assert_eq!(unpriced(&store), 1, "nothing was sent");
    store.add(&ended(Outcome::Cancelled, None)).unwrap();
    assert_eq!(unpriced(&store), 2);
    assert_eq!(store.spent(moment(1)).unwrap(), Spent::default());
}

#[test]
fn what_nobody_can_estimate_passes_every_cap() {
    let folder = Folder::new();
    let store = folder.open();
    let run = paid(None, cap(u64::MAX, 0), 0);
    assert_eq!(store.begin(&run).unwrap(), Begun::OverCap { spent: 0 });
}

#[test]
fn what_is_reserved_counts_until_the_cost_is_known() {
    let folder = Folder::new();
    let store = folder.open();
    let (dearer, cheaper) = (
        start(&store, &paid(100, None, 0)),
        start(&store, &paid(100, None, 0)),
    );
    assert_eq!(spent(&store), 200);
    let known = |cost| ended(Outcome::Captioned, Some(cost));
    store.complete(cheaper, &known(37)).unwrap();
    assert_eq!(spent(&store), 137);
    store.complete(dearer, &known(150)).unwrap();
    assert_eq!(spent(&store), 187);
    drop(store);
    assert_eq!(spent(&folder.open()), 187);
}

#[test]
fn what_was_not_billed_costs_nothing_and_what_nobody_knows_stands() {
    let folder = Folder::new();
    let store = folder.open();
    let refused = start(&store, &paid(100, None, 0));
    let failed = ended(Outcome::Failed, Some(0));
    store.complete(refused, &failed).unwrap();
    assert_eq!(spent(&store), 0);
    let broken = start(&store, &paid(100, None, 0));
    let cancelled = ended(Outcome::Cancelled, None);
    store.complete(broken, &cancelled).unwrap();
    assert_eq!(spent(&store), 100);
}

#[test]
fn the_run_of_a_killed_program_keeps_what_was_reserved() {
    let folder = Folder::new();
    let store = folder.open();
    let id = start(&store, &paid(100, None, 0));
    drop(store);
    let store = folder.open();
    let run = store.run(id).unwrap().unwrap();
    assert_eq!(run.outcome, Outcome::Interrupted);
    assert_eq!(spent(&store), 100);
}

#[test]
fn a_cost_that_was_never_reserved_counts_too() {
    let folder = Folder::new();
    let store = folder.open();
    store.add(&ended(Outcome::Captioned, Some(37))).unwrap();
    store.add(&ended(Outcome::Captioned, None)).unwrap();
    store.add(&ended(Outcome::Failed, Some(0))).unwrap();
    assert_eq!(spent(&store), 37);
}

#[test]
fn a_run_that_might_pass_the_cap_does_not_begin_and_leaves_nothing() {
    let folder = Folder::new();
    let store = folder.open();
    start(&store, &paid(60, cap(100, 0), 0));
    let over = store.begin(&paid(41, cap(100, 0), 1)).unwrap();
    assert_eq!(over, Begun::OverCap { spent: 60 });
    assert_eq!(spent(&store), 60);
    assert_eq!(store.count(&Forget::Before(moment(9))).unwrap(), 1);
    start(&store, &paid(40, cap(100, 0), 1));
    let free = beginning(&captioned(1));
    assert!(matches!(store.begin(&free).unwrap(), Begun::Started(_)));
}

#[test]
fn runs_that_begin_together_do_not_pass_the_cap_together() {
    let folder = Folder::new();
    let store = folder.open();
    let runs = [60, 41, 40].map(|micro_usd| paid(micro_usd, cap(100, 0), 0));
    let begun = store.begin_all(&runs);
    assert!(matches!(
        begun[..],
        [
            Ok(Begun::Started(_)),
            Ok(Begun::OverCap { spent: 60 }),
            Ok(Begun::Started(_))
        ]
    ));
    assert_eq!(spent(&store), 100);
}

#[test]
fn a_day_begins_at_midnight_and_not_before() {
    let folder = Folder::new();
    let store = folder.open();
    start(&store, &paid(100, cap(100, 0), DAY - 1));
    let late = paid(1, cap(100, 0), DAY - 1);
    assert_eq!(store.begin(&late).unwrap(), Begun::OverCap { spent: 100 });
    start(&store, &paid(70, cap(100, DAY), DAY));
    assert_eq!(store.spent(moment(DAY)).unwrap().micro_usd, 70);
    assert_eq!(spent(&store), 170);
}

#[test]
fn a_run_that_waited_over_midnight_counts_for_the_day_that_let_it_begin() {
    let folder = Folder::new();
    let store = folder.open();
    let waited = paid(100, cap(100, DAY), DAY - 1);
    start(&store, &waited);
    assert_eq!(store.begin(&waited).unwrap(), Begun::OverCap { spent: 100 });
}

#[test]
fn programs_that_race_for_the_last_cents_never_pass_the_cap() {
    for (is_remote, rounds) in [(false, 40), (true, 8)] {
        let folder = Folder::new();
        let place = if is_remote {
            |_: &Path| true
        } else {
            |_: &Path| false
        };
        let open = || {
            Store::open_where(&folder.path(), place, &mut |_| {})
                .unwrap()
                .store
        };
        let stores = [open(), open()];
        for day in (0..rounds).map(|round| round * DAY) {
            let racer = |store| {
                move || {
                    let run = paid(30, cap(100, day), day);
                    let begun = [(); 3].map(|()| Store::begin(store, &run).unwrap());
                    let is_started = |begun: &&Begun| matches!(begun, Begun::Started(_));
                    begun.iter().filter(is_started).count()
                }
            };
            let started: usize = thread::scope(|scope| {
                let racers = [0, 1, 0, 1].map(|program| scope.spawn(racer(&stores[program])));
                racers.map(|racer| racer.join().unwrap()).iter().sum()
            });
            assert_eq!(started, 3);
            assert_eq!(stores[0].spent(moment(day)).unwrap().micro_usd, 90);
        }
    }
}

#[test]
fn forgetting_a_run_does_not_undo_what_it_cost() {
    let folder = Folder::new();
    let store = folder.open();
    store_run(&store, ended(Outcome::Captioned, Some(37)));
    let under_way = start(&store, &paid(100, None, 0));
    store.forget(&Forget::Before(moment(9))).unwrap();
    assert_eq!(everything(&store), []);
    assert_eq!(spent(&store), 137);
    let late = ended(Outcome::Captioned, Some(50));
    store.complete(under_way, &late).unwrap();
    assert_eq!(spent(&store), 87);
}

#[test]
fn absurd_amounts_are_counted_and_break_nothing() {
    let folder = Folder::new();
    let store = folder.open();
    for _ in 0..3 {
        let id = start(&store, &paid(u64::MAX, None, 0));
        let run = ended(Outcome::Captioned, Some(u64::MAX));
        store.complete(id, &run).unwrap();
    }
    let spent = spent(&store);
    assert_eq!(spent, 3 * MOST);
    let refused = store
        .begin(&paid(u64::MAX, cap(u64::MAX - 1, 0), 0))
        .unwrap();
    assert_eq!(refused, Begun::OverCap { spent });
}

use super::*;
use crate::domain::verdict::Choice::{Best, NoneIsGood, Tie};
use crate::store::Forget;
use crate::store::tests::{Folder, captioned, image, moment, store_run};

fn side(model: &str, preset: Option<&str>, run: Option<RunId>) -> Side {
    Side {
        contestant: Contestant {
            model: model.parse().unwrap(),
            preset: preset.map(str::to_owned),
        },
        run,
        chars: run.map(|_| 12),
    }
}

/// A verdict over picture 1.
fn verdict(choice: Choice, sides: &[Side]) -> Verdict {
    Verdict {
        image: image(1),
        moment: moment(5),
        choice,
        blind: true,
        seed: Some(u64::MAX),
        reason: "names the cat".into(),
        sides: sides.to_vec(),
    }
}

fn counted(store: &Store) -> Vec<Verdict> {
    let all = store.verdicts().unwrap();
    all.into_iter().map(|(_, verdict)| verdict).collect()
}

#[test]
fn a_verdict_is_read_back_as_it_was_given() {
    let folder = Folder::new();
    let store = folder.open();
    let run = store_run(&store, captioned(1)).id;
    let sides = [
        side("b/c:novita", Some("short"), run),
        side("a/b", None, None),
        side("https://lab.example/caption", None, None),
    ];
    for choice in [Best(2), Tie, NoneIsGood] {
        let given = verdict(choice, &sides);
        let id = store.judge(&given).unwrap();
        assert_eq!(store.verdicts_of(&image(1)).unwrap(), [(id, given)]);
    }
    assert_eq!(store.verdicts_of(&image(2)).unwrap(), []);
}

#[test]
fn a_later_verdict_over_the_same_contestants_counts_instead() {
    let folder = Folder::new();
    let store = folder.open();
    let (a, b, c) = (
        side("a/a", None, None),
        side("a/b", None, None),
        side("a/c", None, None),
    );
    let first = verdict(Best(0), &[a.clone(), b.clone()]);
    let turned = verdict(Best(0), &[b.clone(), a.clone()]);
    let others = verdict(Tie, &[a.clone(), c]);
    let presets = verdict(Tie, &[a, side("a/b", Some("short"), None)]);
    for given in [&first, &others, &presets, &turned] {
        store.judge(given).unwrap();
    }
    assert_eq!(counted(&store), [others, presets, turned]);
}

#[test]
fn what_is_taken_back_gives_way_to_what_it_replaced() {
    let folder = Folder::new();
    let store = folder.open();
    let sides = [side("a/a", None, None), side("a/b", None, None)];
    let (first, second) = (verdict(Best(0), &sides), verdict(Best(1), &sides));
    let first_id = store.judge(&first).unwrap();
    let second_id = store.judge(&second).unwrap();
    store.take_back(second_id).unwrap();
    assert_eq!(counted(&store), std::slice::from_ref(&first));
    store.take_back(second_id).unwrap();
    assert_eq!(
        counted(&store),
        std::slice::from_ref(&first),
        "once is enough"
    );
    store.take_back(first_id).unwrap();
    assert_eq!(counted(&store), []);
    store.restore(second_id).unwrap();
    assert_eq!(counted(&store), [second]);
    store.restore(first_id).unwrap();
    assert_eq!(counted(&store), [first]);
}

#[test]
fn verdicts_of_two_programs_are_all_kept_and_one_of_them_counts() {
    let folder = Folder::new();
    let sides = [side("a/a", None, None), side("a/b", None, None)];
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let store = folder.open();
                for _ in 0..20 {
                    store.judge(&verdict(Tie, &sides)).unwrap();
                }
            });
        }
    });
    let file = rusqlite::Connection::open(folder.file()).unwrap();
    let count = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM verdict"), 40);
    assert_eq!(count("SELECT count(*) FROM verdict WHERE counts"), 1);
    assert_eq!(count("SELECT count(*) FROM side"), 80);
}

#[test]
fn the_runs_that_were_compared_are_told_with_their_contestants() {
    let folder = Folder::new();
    let store = folder.open();
    let run = store_run(&store, captioned(1));
    let sides = [side("a/a", Some("short"), run.id), side("a/b", None, None)];
    let id = store.judge(&verdict(Tie, &sides)).unwrap();
    let compared = store.compared(&[id]).unwrap();
    assert_eq!(compared, [(sides[0].contestant.clone(), run)]);
    assert_eq!(store.compared(&[]).unwrap(), []);
}

#[test]
fn a_deleted_run_leaves_the_verdict_and_a_deleted_picture_takes_it_along() {
    let folder = Folder::new();
    let store = folder.open();
    let run = store_run(&store, captioned(1)).id.unwrap();
    store_run(&store, captioned(1));
    store
        .judge(&verdict(
            Tie,
            &[side("a/a", None, Some(run)), side("a/b", None, None)],
        ))
        .unwrap();
    store.forget(&Forget::Run(run)).unwrap();
    assert_eq!(counted(&store)[0].sides[0].run, None);
    store.forget(&Forget::Image(image(1))).unwrap();
    assert_eq!(counted(&store), []);
}

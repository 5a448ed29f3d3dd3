use sha2::{Digest as _, Sha256};

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::sync::mpsc;

use super::*;
use crate::domain::filter::Filter;
use crate::domain::image::ImageId;
use crate::store::tests::{Folder, captioned, everything, store_run};
use crate::store::{Delay, HistoryQuery, Stop, Store};

#[test]
fn a_text_that_was_released_is_never_changed() {
    let frozen = [
        "fb1e11e3084d740fd7da50d41542bdc7266ed2f091f985b073e5f7dda0d4e4d7",
        "8e62962677e7dc26ac9a4900a665c2c3316d9ca0366e62bddade9267b10006d4",
        "3382622fef825cecbc46562946c1d8170d74dd979fb5b41bf41ef9c3e0815d39",
        "f901de0091a92e56e4c24767ad57a052e484ff9f7b16c15a0feada944dae9a3c",
        "4ed41ab57ffe05726a43db3c720fedb8744f3eda376e91c02b14541328220cd8",
        "60952a250a92d5671cfc7ad729b1d2291916da44e6edee0a09ed5b9a19267fe8",
    ];
    for ((text, frozen), version) in MIGRATIONS.iter().zip(frozen).zip(1..) {
        let hash = ImageId(Sha256::digest(text).into()).to_string();
        assert_eq!(hash, frozen, "migration {version}");
    }
    assert_eq!(MIGRATIONS.len(), frozen.len(), "freeze the new one as well");
}

#[test]
fn a_file_of_every_earlier_version_is_brought_up_to_date() {
    for earlier in 0..=LATEST {
        let folder = Folder::new();
        std::fs::create_dir(folder.path()).unwrap();
        let mut connection = Connection::open(folder.file()).unwrap();
        migrate_to(&mut connection, earlier).unwrap();
        assert_eq!(version(&connection).unwrap(), earlier);
        drop(connection);

        let store = folder.open();
        let run = store_run(&store, captioned(1));
        assert_eq!(everything(&store), [run]);
        let reached = version(&Connection::open(folder.file()).unwrap()).unwrap();
        assert_eq!(reached, LATEST);
    }
}

#[test]
fn a_step_is_taken_once_though_two_programs_want_it() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut connection = Connection::open(folder.file()).unwrap();
                migrate(&mut connection).unwrap();
            });
        }
    });
    assert_eq!(everything(&folder.open()), []);
}

#[test]
fn what_the_first_version_wrote_is_read_by_this_one() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path()).unwrap();
    let mut connection = Connection::open(folder.file()).unwrap();
    migrate_to(&mut connection, 1).unwrap();
    connection
        .execute_batch(
            "INSERT INTO folder VALUES (1, CAST('/photos' AS BLOB));
             INSERT INTO picture (id, sha256) VALUES (1, zeroblob(32));
             INSERT INTO request (id, key, model, prompt, upload)
                 VALUES (1, zeroblob(32), 'http://lab/x?key=1', '', 'nothing');
             INSERT INTO run (request, folder, name, picture, state, started, price, cost, caption)
                 VALUES (1, 1, CAST('cat.jpg' AS BLOB), 1, 'captioned', 0, 'free', 0, 'A cat.');",
        )
        .unwrap();
    drop(connection);

    let store = folder.open();
    let runs = everything(&store);
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].caption.raw(), "A cat.");
    assert_eq!(runs[0].request.model.name().raw(), "http://lab/x");
    assert_eq!(runs[0].request.image.path(), "/photos/cat.jpg");
    let spent = store.spent(jiff::Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(spent, crate::store::Spent::default());
    assert!(store.consents().unwrap().is_empty());
}

/// More runs than are made to be found in one step.
const RUNS: usize = 11_000;

/// A history of the version before there was anything to be found.
fn older() -> Folder {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    let mut connection = Connection::open(folder.file()).unwrap();
    migrate_to(&mut connection, 5).unwrap();
    connection
        .execute_batch(&format!(
            "INSERT INTO folder VALUES (1, CAST('/photos' AS BLOB));
             INSERT INTO picture (id, sha256) VALUES (1, zeroblob(32));
             INSERT INTO request (id, key, model, prompt, upload)
                 VALUES (1, zeroblob(32), 'org/model', '', 'nothing');
             WITH RECURSIVE number (it) AS
                 (SELECT 1 UNION ALL SELECT it + 1 FROM number WHERE it < {RUNS})
             INSERT INTO run (request, folder, name, picture, state, started, price, caption)
                 SELECT 1, 1, CAST('cat.jpg' AS BLOB), 1, 'captioned', it, 'free', 'cat ' || it
                 FROM number;"
        ))
        .unwrap();
    folder
}

/// How many runs are found.
fn found(store: &Store, written: &str) -> usize {
    let query = HistoryQuery {
        filter: Some(Filter::parse(written).unwrap()),
        ..HistoryQuery::default()
    };
    let mut found = 0;
    let count = |_| {
        found += 1;
        ControlFlow::Continue(())
    };
    store.each(&query, None, &Stop::default(), count).unwrap();
    found
}

#[test]
fn an_older_history_tells_how_far_it_is_and_what_a_kill_leaves_of_it_is_whole() {
    let folder = older();
    let left = Folder::new();
    fs::create_dir(left.path()).unwrap();
    let mut told = Vec::new();
    let opened = Store::open_telling(&folder.path(), &mut |delay| {
        if told.is_empty() {
            for name in ["history.sqlite", "history.sqlite-wal"] {
                fs::copy(folder.path().join(name), left.path().join(name)).unwrap();
            }
        }
        told.push(delay);
    });
    let upgrade = |percent| Delay::Upgrade { percent };
    assert_eq!(told, [upgrade(45), upgrade(90)]);
    drop(opened.unwrap());

    // The killed program had done a part, and the next one does the rest.
    let mut told = Vec::new();
    let opened = Store::open_telling(&left.path(), &mut |delay| told.push(delay)).unwrap();
    assert_eq!(told, [upgrade(45), upgrade(90)]);
    for word in ["cat", "model:org/model"] {
        assert_eq!(found(&opened.store, word), RUNS, "{word}");
    }
    assert_eq!(found(&opened.store, "10999"), 1);

    let mut told = Vec::new();
    Store::open_telling(&left.path(), &mut |delay| told.push(delay)).unwrap();
    assert_eq!(told, [], "once is enough");
}

#[test]
fn who_is_stopped_in_the_middle_of_a_step_has_the_history_as_before_it() {
    let folder = older();
    let mut connection = Connection::open(folder.file()).unwrap();
    crate::store::search::register(&connection).unwrap();
    migrate(&mut connection).unwrap();
    // No statement may take more steps of the database, all its uses together.
    connection.progress_handler(50_000, Some(|| true)).unwrap();
    let stopped = crate::store::search::catch_up(&mut connection, &mut |_| {});
    assert!(stopped.is_err());
    drop(connection);
    let connection = Connection::open(folder.file()).unwrap();
    let count = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT up_to FROM indexed"), 0);
    assert_eq!(count("SELECT count(*) FROM found"), 0);
    assert_eq!(found(&folder.open(), "cat"), RUNS);
}

#[test]
fn who_opens_while_another_program_does_waits_and_says_so() {
    let folder = Folder::new();
    drop(folder.open());
    let lock = File::options()
        .write(true)
        .open(folder.path().join("running/opening.lock"));
    let lock = lock.unwrap();
    lock.lock().unwrap();
    let (sender, told) = mpsc::channel();
    std::thread::scope(|scope| {
        let opening = scope.spawn(|| {
            Store::open_telling(&folder.path(), &mut |delay| sender.send(delay).unwrap())
        });
        assert_eq!(told.recv().unwrap(), Delay::Another);
        drop(lock);
        assert!(opening.join().unwrap().unwrap().store.read_only().is_none());
    });
}

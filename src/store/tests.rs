//! Opening, and several programs at once.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;

use super::*;
use crate::domain::image::{Fingerprint, ImageId, ImageRef, Size};
use crate::domain::model::Price;
use crate::domain::request::{CaptionRequest, Parameters, Prompt, UploadSpec};
use crate::domain::review::Review;
use crate::domain::run::{Outcome, Run, RunId, Sent, Timing, Usage};
use crate::domain::text::Foreign;

/// A data folder that goes away with the test.
pub(in crate::store) struct Folder(tempfile::TempDir);

impl Folder {
    pub(in crate::store) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(in crate::store) fn path(&self) -> PathBuf {
        self.0.path().join("data")
    }

    pub(in crate::store) fn file(&self) -> PathBuf {
        self.path().join("history.sqlite")
    }

    /// Opens the store, which must have nothing to tell.
    pub(in crate::store) fn open(&self) -> Store {
        let opened = Store::open(&self.path()).unwrap();
        assert_eq!(opened.notice, None);
        opened.store
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

pub(in crate::store) fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

pub(in crate::store) fn image(number: u8) -> ImageId {
    ImageId([number; 32])
}

pub(in crate::store) fn request(path: impl AsRef<OsStr>) -> CaptionRequest {
    CaptionRequest {
        image: ImageRef::new(path.as_ref()),
        model: "Qwen/Qwen3-VL-8B-Instruct:novita".parse().unwrap(),
        served: None,
        prompt: Prompt {
            text: "Describe the picture in one sentence.".into(),
            system: None,
        },
        parameters: Parameters::default(),
        upload: UploadSpec::Original,
    }
}

/// A run of picture `number` that was captioned.
pub(in crate::store) fn captioned(number: u8) -> Run {
    Run {
        id: None,
        request: request(format!("/photos/{number}.jpg")),
        image_id: Some(image(number)),
        batch: None,
        outcome: Outcome::Captioned,
        caption: Foreign::new(format!(
            "A tabby cat with {number} eyes looks straight at the camera."
        )),
        thinking: Foreign::default(),
        finish_reason: Some(Foreign::new("stop")),
        failure: None,
        provider: Some(Foreign::new("novita")),
        usage: Some(Usage {
            prompt: 312,
            completion: 24,
        }),
        price: Price::Usage {
            input: 80_000,
            output: 500_000,
        },
        cost_micro_usd: Some(37),
        sent: Some(Sent {
            bytes: 18_211,
            size: Size {
                width: 451,
                height: 300,
            },
        }),
        request_id: Some(Foreign::new("Root=1-69a1c2f4-0f2a4b5c6d7e8f9a0b1c2d3e")),
        timing: Timing {
            started: moment(0),
            first_answer: Some(Duration::from_micros(812_345)),
            elapsed: Duration::from_micros(1_812_345),
        },
        review: Review::default(),
        noticed: Vec::new(),
    }
}

/// What a file is like.
pub(in crate::store) const FINGERPRINT: Fingerprint = Fingerprint {
    device: 7,
    inode: u64::MAX,
    size: 31_000,
    modified_ns: -1,
};

/// What is known of `run` when it begins.
pub(in crate::store) fn beginning(run: &Run) -> NewRun {
    NewRun {
        request: run.request.clone(),
        image_id: run.image_id.unwrap(),
        facts: None,
        fingerprint: None,
        reuse: false,
        batch: run.batch,
        price: run.price,
        sent: run.sent,
        reserve: None,
        started: run.timing.started,
    }
}

/// Begins `run`, which nothing keeps from it.
pub(in crate::store) fn begin(store: &Store, run: &Run) -> RunId {
    match store.begin(&beginning(run)).unwrap() {
        Begun::Started(id) => id,
        begun => panic!("{begun:?}"),
    }
}

/// Begins and completes `run`; returns it as it should be read back.
pub(in crate::store) fn store_run(store: &Store, run: Run) -> Run {
    let id = begin(store, &run);
    store.complete(id, &run).unwrap();
    Run {
        id: Some(id),
        ..run
    }
}

/// How SQLite goes about answering `sql`.
pub(in crate::store) fn plan(connection: &rusqlite::Connection, sql: &str) -> String {
    let mut question = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let nothing = vec![None::<i64>; question.parameter_count()];
    let plan: Vec<String> = question
        .query_map(rusqlite::params_from_iter(nothing), |row| row.get("detail"))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    plan.join("\n")
}

pub(in crate::store) fn everything(store: &Store) -> Vec<Run> {
    store.page(&HistoryQuery::default(), None, 10_000).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_owner_may_read_what_is_written() {
    let folder = Folder::new();
    let store = folder.open();
    store_run(&store, captioned(1));
    assert_eq!(mode(&folder.path()), 0o700);
    assert_eq!(mode(&folder.path().join("running")), 0o700);
    for name in folder.names().iter().filter(|name| *name != "running") {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
    for entry in fs::read_dir(folder.path().join("running")).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn what_was_stored_is_there_after_opening_again() {
    let folder = Folder::new();
    let run = store_run(&folder.open(), captioned(1));
    assert_eq!(everything(&folder.open()), [run]);
    assert_eq!(folder.names(), ["history.sqlite", "running"]);
}

#[test]
fn a_store_that_was_closed_leaves_no_lock_behind() {
    let folder = Folder::new();
    drop(folder.open());
    let left: Vec<_> = fs::read_dir(folder.path().join("running"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["opening.lock"]);
}

/// The folder in which [`begin_a_run_and_wait`] works.
const CHILD_FOLDER: &str = "BLIPBOARD_TEST_FOLDER";

#[test]
#[ignore = "a program of its own, started by the tests that kill it"]
fn begin_a_run_and_wait() {
    let Some(folder) = std::env::var_os(CHILD_FOLDER) else {
        return;
    };
    let store = Store::open(Path::new(&folder)).unwrap().store;
    let id = begin(&store, &captioned(1));
    println!("begun {}", id.0);
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// Another program in the middle of a run; returns it with the number of the run.
fn program_in_a_run(folder: &Folder) -> (Child, RunId) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["store::tests::begin_a_run_and_wait", "--exact"])
        .args(["--ignored", "--nocapture"])
        .env(CHILD_FOLDER, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let id = BufReader::new(child.stdout.as_mut().unwrap())
        .lines()
        .find_map(|line| {
            Some(RunId(
                line.unwrap().split_once("begun ")?.1.parse().unwrap(),
            ))
        })
        .expect("the other program begins its run");
    (child, id)
}

#[test]
fn the_run_of_a_killed_program_is_interrupted_and_that_of_a_living_one_is_not() {
    let folder = Folder::new();
    let (mut child, id) = program_in_a_run(&folder);
    let beside = folder.open();
    assert_eq!(beside.run(id).unwrap(), None, "it is still under way");

    child.kill().unwrap();
    child.wait().unwrap();
    drop(folder.open());
    let run = beside.run(id).unwrap().expect("the run has an end");
    assert_eq!(run.outcome, Outcome::Interrupted);
    assert_eq!(run.timing.elapsed, Duration::ZERO);
    assert_eq!(run.timing.started, moment(0));
    assert_eq!(run.cost_micro_usd, None, "nobody knows");
    assert_eq!(run.sent, captioned(1).sent);
}

#[test]
fn many_programs_may_start_at_once() {
    let folder = Folder::new();
    let stores: Vec<Store> = thread::scope(|scope| {
        let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| folder.open())).collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect()
    });
    for (store, number) in stores.iter().zip(0..) {
        store_run(store, captioned(number));
    }
    assert_eq!(everything(&stores[0]).len(), 8);
}

#[test]
fn two_programs_write_to_one_history_and_nothing_is_lost() {
    let is_remote: [fn(&Path) -> bool; 2] = [|_| false, |_| true];
    for is_remote in is_remote {
        let folder = Folder::new();
        let open = || Store::open_where(&folder.path(), is_remote).unwrap().store;
        let stores = [open(), open()];
        thread::scope(|scope| {
            for (store, number) in stores.iter().cycle().zip(0..4) {
                scope.spawn(move || {
                    for _ in 0..20 {
                        store_run(store, captioned(number));
                        store.runs_of(&image(number)).unwrap();
                    }
                });
            }
        });
        assert_eq!(everything(&stores[0]).len(), 80);
    }
}

fn kept_aside(folder: &Folder) -> Vec<String> {
    let mut names = folder.names();
    names.retain(|name| name.starts_with("history.sqlite.damaged-"));
    names
}

/// Opens a folder whose history is damaged; the kept file must be what was there.
fn assert_kept_aside(folder: &Folder, damaged: &[u8]) {
    let opened = Store::open(&folder.path()).unwrap();
    let notice = opened.notice.expect("the person is told");
    let kept = kept_aside(folder);
    assert!(notice.headline.raw().contains(&kept[0]), "{notice:?}");
    let hint = notice.hint.unwrap();
    assert!(hint.raw().contains("daily cap"), "{hint:?}");
    assert_eq!(fs::read(folder.path().join(&kept[0])).unwrap(), damaged);
    assert_eq!(everything(&opened.store), []);
    store_run(&opened.store, captioned(1));
    drop(opened.store);
    assert_eq!(everything(&folder.open()).len(), 1);
}

#[test]
fn a_file_that_is_no_database_is_kept_aside() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    let letter = b"Dear diary, ".repeat(1000);
    fs::write(folder.file(), &letter).unwrap();
    fs::write(folder.path().join("history.sqlite-wal"), "and so on").unwrap();
    assert_kept_aside(&folder, &letter);
    let log = format!("{}-wal", kept_aside(&folder)[0]);
    assert_eq!(fs::read(folder.path().join(log)).unwrap(), b"and so on");
}

#[test]
fn a_history_that_was_cut_short_is_kept_aside() {
    let folder = Folder::new();
    store_run(&folder.open(), captioned(1));
    let whole = fs::read(folder.file()).unwrap();
    let half = &whole[..whole.len() / 2];
    fs::write(folder.file(), half).unwrap();
    assert_kept_aside(&folder, half);
}

/// A run of 25 pages.
fn long_captioned() -> Run {
    Run {
        caption: Foreign::new("word ".repeat(20_000)),
        ..captioned(1)
    }
}

/// Overwrites the file from byte `from` to byte `to`.
fn scribble(path: &Path, from: u64, to: u64) -> Vec<u8> {
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(&vec![0xff; usize::try_from(to - from).unwrap()])
        .unwrap();
    fs::read(path).unwrap()
}

#[test]
fn a_history_with_a_damaged_header_is_kept_aside() {
    let folder = Folder::new();
    store_run(&folder.open(), captioned(1));
    let damaged = scribble(&folder.file(), 0, 16);
    assert_kept_aside(&folder, &damaged);
}

#[test]
fn a_small_history_with_a_malformed_page_is_kept_aside_at_the_start() {
    let folder = Folder::new();
    store_run(&folder.open(), captioned(1));
    let end = fs::metadata(folder.file()).unwrap().len();
    let damaged = scribble(&folder.file(), end - 4096, end);
    assert_kept_aside(&folder, &damaged);
}

#[test]
fn damage_that_is_met_later_leads_to_a_fresh_history_at_the_next_start() {
    let folder = Folder::new();
    let store = folder.open();
    for _ in 0..60 {
        store_run(&store, long_captioned());
    }
    drop(store);
    let end = fs::metadata(folder.file()).unwrap().len();
    assert!(
        end > 1024 * 4096,
        "too large to be looked through at a start"
    );
    let damaged = scribble(&folder.file(), 2_000_000, 4_000_000);

    let store = folder.open();
    let met = store.page(&HistoryQuery::default(), None, 100);
    assert!(matches!(met, Err(StoreError::Damaged(_))), "{met:?}");
    drop(store);
    assert_kept_aside(&folder, &damaged);
}

#[test]
fn damage_that_keeps_a_large_history_from_opening_does_not_keep_the_program_from_it() {
    let folder = Folder::new();
    let store = folder.open();
    for _ in 0..60 {
        store_run(&store, long_captioned());
    }
    store.begin(&beginning(&captioned(1))).unwrap();
    drop(store);
    // The next start looks here for runs that were left under way.
    let index: u64 = Connection::open(folder.file())
        .unwrap()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'run_sent'",
            [],
            |row| row.get::<_, u32>(0).map(u64::from),
        )
        .unwrap();
    let damaged = scribble(&folder.file(), (index - 1) * 4096, index * 4096);
    assert_kept_aside(&folder, &damaged);
}

#[test]
fn a_damaged_history_that_another_program_has_open_is_left_in_its_place() {
    let folder = Folder::new();
    let other = folder.open();
    store_run(&other, captioned(1));
    fs::remove_file(folder.path().join("history.sqlite-wal")).unwrap();
    fs::remove_file(folder.path().join("history.sqlite-shm")).unwrap();
    fs::write(folder.file(), "scribble".repeat(1000)).unwrap();

    let opened = Store::open(&folder.path()).unwrap();
    assert!(opened.store.read_only().is_some());
    assert!(opened.notice.is_some());
    assert_eq!(everything(&opened.store), []);
    assert_eq!(kept_aside(&folder), Vec::<String>::new());
}

#[test]
fn the_database_of_another_program_is_not_touched() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    let other = Connection::open(folder.file()).unwrap();
    other
        .execute_batch("CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup')")
        .unwrap();
    drop(other);
    let before = fs::read(folder.file()).unwrap();
    let refused = Store::open(&folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::NotOurs(_)), "{refused:?}");
    assert_eq!(fs::read(folder.file()).unwrap(), before);
    assert_eq!(folder.names(), ["history.sqlite", "running"]);
}

/// Nothing can be stored, and `runs` can be read.
fn assert_reads_only(store: &Store, runs: &[Run]) {
    assert!(store.read_only().is_some());
    assert_eq!(everything(store), runs);
    let refusals = [
        store.begin(&beginning(&captioned(2))).unwrap_err(),
        store.add(&captioned(2)).unwrap_err(),
        store.set_preference("a", "b").unwrap_err(),
        store.allow(&BTreeSet::new()).unwrap_err(),
        store.forget(&Forget::Run(RunId(1))).unwrap_err(),
    ];
    for refused in refusals {
        assert!(matches!(refused, StoreError::ReadOnly(_)), "{refused:?}");
    }
}

#[test]
fn a_history_of_a_later_program_is_read_and_not_written() {
    let folder = Folder::new();
    let run = store_run(&folder.open(), captioned(1));
    let later = Connection::open(folder.file()).unwrap();
    later
        .execute_batch("ALTER TABLE run ADD COLUMN mood TEXT; PRAGMA user_version = 77")
        .unwrap();
    drop(later);
    let opened = Store::open(&folder.path()).unwrap();
    let notice = opened.notice.unwrap();
    assert!(notice.headline.raw().contains("version 77"), "{notice:?}");
    assert!(notice.hint.unwrap().raw().contains("update"));
    assert_reads_only(&opened.store, &[run]);
}

#[test]
fn a_history_that_may_not_be_written_is_read() {
    let folder = Folder::new();
    let run = store_run(&folder.open(), captioned(1));
    let why = Problem::new("the disk is read-only");
    let opened = Store::open_unwritable(folder.file(), why.clone()).unwrap();
    assert_eq!(opened.notice, Some(why));
    assert_reads_only(&opened.store, &[run]);
}

#[test]
fn a_folder_that_cannot_be_made_gives_an_empty_history() {
    // Not even the superuser may make a folder there.
    let nowhere = if cfg!(target_os = "linux") {
        "/sys/blipboard"
    } else {
        "/System/blipboard"
    };
    let opened = Store::open(Path::new(nowhere)).unwrap();
    assert!(opened.notice.is_some());
    assert_reads_only(&opened.store, &[]);
}

#[test]
fn a_folder_and_a_file_without_the_right_to_write_are_read() {
    if rustix::process::geteuid().is_root() {
        return; // The superuser has every right.
    }
    let folder = Folder::new();
    let run = store_run(&folder.open(), captioned(1));
    let chmod = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    chmod(&folder.file(), 0o400);
    assert_reads_only(
        &Store::open(&folder.path()).unwrap().store,
        std::slice::from_ref(&run),
    );
    chmod(&folder.path().join("running"), 0o500);
    chmod(&folder.path(), 0o500);
    let opened = Store::open(&folder.path()).unwrap();
    chmod(&folder.path(), 0o700);
    chmod(&folder.path().join("running"), 0o700);
    assert_reads_only(&opened.store, &[run]);
}

#[test]
fn a_folder_that_is_a_file_is_refused() {
    let folder = Folder::new();
    fs::write(folder.path(), "").unwrap();
    let refused = Store::open(&folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::Folder { .. }), "{refused:?}");
}

#[test]
fn a_full_disk_is_told_and_what_was_stored_stays() {
    let folder = Folder::new();
    let store = folder.open();
    let run = store_run(&store, captioned(1));
    let limit = |pages: u32| {
        let Writer::Open { connection, .. } = &store.writer else {
            panic!("the store can be written");
        };
        lock(connection)
            .pragma_update(None, "max_page_count", pages)
            .unwrap();
    };
    limit(1);
    let refused = store.add(&long_captioned()).unwrap_err();
    assert!(matches!(refused, StoreError::Full(_)), "{refused:?}");
    assert_eq!(everything(&store), [run]);
    limit(100_000);
    store.add(&long_captioned()).unwrap();
    assert_eq!(everything(&store).len(), 2);
}

#[test]
fn an_error_is_told_with_its_cause() {
    let folder = Folder::new();
    fs::write(folder.path(), "").unwrap();
    let problem = Problem::from_error(&Store::open(&folder.path()).unwrap_err());
    assert!(
        problem
            .headline
            .raw()
            .starts_with("cannot use the data folder `")
    );
    assert_eq!(problem.causes.len(), 1);
}

#[test]
fn where_no_memory_is_shared_no_log_is_written() {
    let folder = Folder::new();
    drop(folder.open());
    let connection = Connection::open(folder.file()).unwrap();
    for (remote, expected) in [(true, ("delete", 2)), (false, ("wal", 1))] {
        database::prepare_writer(&connection, remote).unwrap();
        let mode: String = connection
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap();
        let synchronous: i32 = connection
            .pragma_query_value(None, "synchronous", |row| row.get(0))
            .unwrap();
        assert_eq!((mode.as_str(), synchronous), expected);
    }
}

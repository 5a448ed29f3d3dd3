//! `blipboard history`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::Value;

use crate::home::Home;

/// A home with two runs in its history, of pictures in two folders.
fn lived_in() -> Home {
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    home.dot("more/blue.png", [0, 0, 255]);
    home.run(&["caption", "red.png"]).ok();
    home.run(&["caption", "more/blue.png"]).ok();
    home
}

fn images(home: &Home, words: &[&str]) -> Vec<String> {
    let ended = home.run(&[&["history", "ls", "--json"], words].concat());
    let name = |object: &Value| {
        object["image"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .map(str::to_owned)
    };
    ended.objects().iter().filter_map(name).collect()
}

#[test]
fn runs_are_listed_newest_first() {
    let home = lived_in();
    assert_eq!(images(&home, &[]), ["blue.png", "red.png"]);
    assert_eq!(images(&home, &["--limit", "1"]), ["blue.png"]);
    assert_eq!(images(&home, &["--folder", "more"]), ["blue.png"]);
    assert_eq!(images(&home, &["--folder", "."]), ["red.png"]);
    let out = home.run(&["history", "ls"]).ok();
    assert!(
        out.lines()
            .next()
            .unwrap()
            .contains("  more/blue.png  builtin/describe  ")
    );
}

#[test]
fn a_folder_is_the_same_whatever_it_was_called() {
    // Runs were kept below `..` and links as they were typed, and not found in their folder.
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    home.dot("green.png", [0, 255, 0]);
    home.dot("blue.png", [0, 0, 255]);
    home.dot("elsewhere/grey.png", [128, 128, 128]);
    symlink(home.path("pictures"), home.path("album")).unwrap();
    symlink("elsewhere/grey.png", home.path("pictures/link.png")).unwrap();
    for picture in [
        "link.png",
        "../album/blue.png",
        "../pictures/green.png",
        "red.png",
    ] {
        home.run(&["caption", picture]).ok();
    }
    let all = ["red.png", "green.png", "blue.png", "link.png"];
    for folder in [".", "../album", "elsewhere/.."] {
        assert_eq!(images(&home, &["--folder", folder]), all, "{folder}");
    }
}

#[test]
fn an_empty_history_is_listed_as_nothing() {
    assert_eq!(Home::new().run(&["history", "ls"]).ok(), "");
}

#[test]
fn nothing_is_forgotten_unasked() {
    let home = lived_in();
    let err = home
        .run(&["history", "forget", "--before", "2999-01-01"])
        .failed(2);
    assert!(err.contains("2 runs would be deleted for good"), "{err}");
    assert!(err.contains("hint: add --yes"), "{err}");
    assert_eq!(images(&home, &[]).len(), 2);
}

#[test]
fn a_run_a_picture_or_a_time_is_forgotten() {
    let forget = |what: &[&str]| {
        let home = lived_in();
        let ended = home.run(&[&["history", "forget", "--yes"], what].concat());
        (ended.failed(0), images(&home, &[]))
    };
    let home = lived_in();
    let newest = home.run(&["history", "ls", "--json"]).objects()[0]["run_id"].to_string();
    assert_eq!(
        forget(&["--run", &newest]),
        ("deleted 1 run\n".to_owned(), vec!["red.png".to_owned()])
    );
    assert_eq!(
        forget(&["--image", "red.png"]),
        ("deleted 1 run\n".to_owned(), vec!["blue.png".to_owned()])
    );
    assert_eq!(
        forget(&["--before", "2999-01-01"]),
        ("deleted 2 runs\n".to_owned(), vec![])
    );
    let (err, left) = forget(&["--before", "2001-01-01"]);
    assert_eq!(
        (err.as_str(), left.len()),
        ("history holds nothing of it\n", 2)
    );
}

#[test]
fn a_picture_that_is_gone_is_forgotten_by_number() {
    let home = lived_in();
    let err = home
        .run(&["history", "forget", "--yes", "--image", "gone.jpg"])
        .failed(2);
    assert!(err.contains("gone.jpg") && err.contains("--run"), "{err}");
}

#[test]
fn only_the_person_can_read_what_is_kept() {
    let home = lived_in();
    for file in fs::read_dir(home.path("data")).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        let wanted = if file.path().is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, wanted, "{:?}", file.file_name());
    }
    let folder = fs::metadata(home.path("data")).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
}

#[test]
fn runs_are_found_by_what_they_say_and_are() {
    let home = lived_in();
    let found = |filter: &str| {
        let ended = home.run(&["history", "search", "--json", filter]);
        let name = |object: &Value| {
            object["image"]
                .as_str()
                .unwrap()
                .rsplit('/')
                .next()
                .map(str::to_owned)
        };
        ended.objects().iter().filter_map(name).collect::<Vec<_>>()
    };
    assert_eq!(found(""), ["blue.png", "red.png"]);
    assert_eq!(found("name:red"), ["red.png"]);
    assert_eq!(found("-name:red"), ["blue.png"]);
    assert_eq!(found("name:re* or folder:more"), ["blue.png", "red.png"]);
    assert_eq!(
        found("model:builtin decision:pending outcome:captioned"),
        ["blue.png", "red.png"]
    );
    assert_eq!(found("decision:accepted"), [""; 0]);
    assert_eq!(found("before:2001-01-01"), [""; 0]);
}

#[test]
fn a_filter_that_cannot_be_read_is_marked_where_it_is_wrong() {
    let ended = lived_in().run(&["history", "search", "cat modle:qwen dog"]);
    assert_eq!(ended.code, Some(2));
    let lines: Vec<_> = ended.err.lines().collect();
    assert_eq!(
        lines,
        [
            "  cat modle:qwen dog",
            "      ^^^^^",
            "error: there is no field `modle`",
            "hint: did you mean model:?",
        ]
    );
}

#[test]
fn a_filter_is_saved_under_a_name_and_used_again() {
    let home = lived_in();
    let told = home.run(&["history", "search", "name:red", "--save", "reds"]);
    assert!(
        told.err.contains("saved: `blipboard history search @reds`"),
        "{}",
        told.err
    );
    assert!(
        home.run(&["history", "search", "@reds"])
            .ok()
            .contains("red.png")
    );
    let unknown = home.run(&["history", "search", "@blues"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("there are reds"), "{}", unknown.err);
}

#[test]
fn a_run_is_shown_with_its_caption_and_what_was_decided() {
    let home = lived_in();
    let shown = home.run(&["history", "show", "1"]).ok();
    assert!(
        shown.contains("red.png") && shown.contains("decision    pending"),
        "{shown}"
    );
    let object = home
        .run(&["history", "show", "1", "--json"])
        .objects()
        .remove(0);
    assert_eq!(object["decision"], "pending");
    assert_eq!(object["text"], object["caption"]);
    assert_eq!(home.run(&["history", "show", "99"]).code, Some(2));
}

#[test]
fn a_caption_over_the_limit_is_flagged_and_found() {
    let home = lived_in();
    let too_long = ["history", "search", "flag:too-long", "--json"];
    assert!(home.run(&too_long).objects().is_empty());
    home.config("length_limit = 20\n");
    let found = home.run(&too_long).objects();
    assert!(!found.is_empty());
    for run in found {
        assert!(run["text"].as_str().unwrap().chars().count() > 20);
        let flags = run["flags"].as_array().unwrap();
        assert!(flags.contains(&"too-long".into()), "{run}");
    }
}

#[test]
fn a_picture_that_was_moved_or_deleted_is_said_to_be() {
    let home = lived_in();
    let show = || home.run(&["history", "show", "1"]).ok();
    assert!(!show().contains("now"), "{}", show());
    fs::rename(
        home.path("pictures/red.png"),
        home.path("pictures/rose.png"),
    )
    .unwrap();
    assert!(
        show().contains("now         the file is not there any more"),
        "{}",
        show()
    );
    // Whoever meets it tells history.
    home.run(&["caption", "rose.png"]).failed(0);
    assert!(show().contains("now at      rose.png"), "{}", show());
    let exported = home.run(&["history", "export", "--format", "txt", "--newest"]);
    assert!(
        exported.err.contains("red.png → rose.png"),
        "{}",
        exported.err
    );
    assert!(home.path("pictures/rose.txt").is_file());
    assert!(!home.path("pictures/red.txt").exists());
}

/// A history as an earlier program left it, of so many runs.
fn older(home: &Home, runs: usize) {
    home.run(&["history", "ls"]).ok();
    let path = home.run(&["history", "path"]).ok();
    let path = path.trim();
    fs::remove_file(path).unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    for step in [
        include_str!("../../src/store/migrations/1.sql"),
        include_str!("../../src/store/migrations/2.sql"),
        include_str!("../../src/store/migrations/3.sql"),
        include_str!("../../src/store/migrations/4.sql"),
        include_str!("../../src/store/migrations/5.sql"),
    ] {
        connection.execute_batch(step).unwrap();
    }
    let rows = format!(
        "PRAGMA user_version = 5; PRAGMA application_id = 0x626c6970;
         INSERT INTO folder VALUES (1, CAST('/photos' AS BLOB));
         INSERT INTO request (id, key, model, prompt, upload)
             VALUES (1, zeroblob(32), 'org/model', '', 'nothing');
         WITH RECURSIVE number (it) AS
             (SELECT 1 UNION ALL SELECT it + 1 FROM number WHERE it < {runs})
         INSERT INTO run (request, folder, name, state, started, price, caption)
             SELECT 1, 1, CAST('cat.jpg' AS BLOB), 'captioned', it, 'free', 'cat ' || it
             FROM number;"
    );
    connection.execute_batch(&rows).unwrap();
}

#[test]
fn an_older_history_is_brought_up_to_date_and_that_is_said_once() {
    let home = Home::new();
    older(&home, 5_500);
    let found = home.run(&["history", "search", "5499"]);
    assert_eq!(found.out.lines().count(), 1);
    assert!(
        found.err.contains("bringing it up to date"),
        "{}",
        found.err
    );
    assert_eq!(home.run(&["history", "search", "5498"]).err, "");

    let home = Home::new();
    older(&home, 5_500);
    let quiet = home.run(&["--quiet", "history", "ls", "--limit", "1"]);
    assert_eq!(quiet.err, "");
    assert_eq!(quiet.ok().lines().count(), 1);
}

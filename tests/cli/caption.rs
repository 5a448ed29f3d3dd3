//! `blipboard caption`.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use serde_json::{Value, json};

use crate::home::{Ended, Home};

/// The name of the picture that an object is about.
fn name(object: &Value) -> &str {
    object["image"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
}

#[test]
fn one_picture_is_captioned_on_one_line() {
    let out = Home::with(&["cat.jpg"]).run(&["caption", "cat.jpg"]).ok();
    let (name, caption) = out.trim_end().split_once(": ").unwrap();
    assert_eq!(name, "cat.jpg");
    assert!(caption.len() > 20, "{out}");
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn a_folder_is_captioned_and_its_folders_only_when_asked() {
    let home = Home::with(&["cat.jpg", "coffee.jpg"]);
    home.sample("rocket.jpg", "more/rocket.jpg");
    let flat = home.run(&["caption", ".", "--json", "--again"]);
    assert_eq!(flat.code, Some(0));
    assert_eq!(flat.err, "2 of 2 captioned\n");
    let deep = home.run(&["caption", ".", "--json", "--again", "-R"]);
    let objects = deep.objects();
    let mut found: Vec<&str> = objects.iter().map(name).collect();
    found.sort_unstable();
    assert_eq!(found, ["cat.jpg", "coffee.jpg", "rocket.jpg"]);
}

#[test]
fn captions_stand_below_each_other() {
    let home = Home::with(&["cat.jpg", "astronaut.jpg"]);
    let out = home.run(&["caption", ".", "--quiet"]).ok();
    let column = |name: &str| {
        let line = out.lines().find(|line| line.starts_with(name)).unwrap();
        line.len() - line.split_once(": ").unwrap().1.trim_start().len()
    };
    assert_eq!(column("cat.jpg"), column("astronaut.jpg"));
}

#[test]
fn an_object_holds_everything_known_of_a_run() {
    let home = Home::with(&["cat.jpg"]);
    let ended = home.run(&["caption", "cat.jpg", "--json"]);
    let [object] = ended.objects().try_into().unwrap();
    assert_eq!(
        object["image"],
        home.path("pictures/cat.jpg").to_str().unwrap()
    );
    assert_eq!(object["image_id"].as_str().unwrap().len(), 64);
    assert_eq!(object["model"], "builtin/describe");
    assert_eq!(object["outcome"], "captioned");
    assert_eq!(object["flags"], json!([]));
    assert_eq!(object["error"], Value::Null);
    assert!(object["elapsed_ms"].is_u64() && object["run_id"].is_i64());
    assert!(object.get("image_bytes").is_none());
    for key in [
        "served",
        "provider",
        "finish_reason",
        "usage",
        "cost_micro_usd",
        "sent_bytes",
    ] {
        assert!(object.get(key).is_some(), "{key}");
    }
}

#[test]
fn a_stored_answer_is_taken_from_history_unless_asked_again() {
    let home = Home::with(&["cat.jpg"]);
    let first = home.run(&["caption", "cat.jpg"]).ok();
    let second = home.run(&["caption", "cat.jpg"]);
    assert_eq!(second.out, first);
    assert!(second.err.contains("1 taken from history"), "{second:?}");
    assert_eq!(home.run(&["history", "ls"]).ok().lines().count(), 1);
    home.run(&["caption", "cat.jpg", "--again"]).ok();
    assert_eq!(home.run(&["history", "ls"]).ok().lines().count(), 2);
}

#[test]
fn another_prompt_is_no_reason_to_ask_what_takes_none() {
    // What is built in was asked with a prompt, and so once more for each prompt.
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    home.run(&["caption", "red.png"]).ok();
    home.config("prompt = \"Who?\"\n");
    let ended = home.run(&["caption", "red.png"]);
    assert!(ended.err.contains("1 taken from history"), "{ended:?}");
}

#[test]
fn what_cannot_be_captioned_fails_alone() {
    let home = Home::with(&["cat.jpg"]);
    let cat = fs::read(home.path("pictures/cat.jpg")).unwrap();
    home.write("short.jpg", &cat[..cat.len() / 2]);
    home.write("text.jpg", b"this is no picture\n");
    home.write("empty.jpg", b"");
    let ended = home.run(&["caption", ".", "--json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("3 failed"), "{ended:?}");
    for object in ended.objects() {
        let cat = name(&object) == "cat.jpg";
        assert_eq!(object["outcome"] == "captioned", cat, "{object}");
        assert_eq!(object["error"]["message"].is_string(), !cat, "{object}");
        assert_eq!(object["error"]["kind"].is_string(), !cat, "{object}");
    }
}

#[test]
fn a_failure_is_told_by_the_name_of_its_picture() {
    let home = Home::new();
    home.write("text.jpg", b"this is no picture\n");
    let ended = home.run(&["caption", "text.jpg"]);
    assert_eq!(ended.out, "");
    let err = ended.failed(1);
    assert!(err.starts_with("error: text.jpg is not a picture"), "{err}");
}

#[test]
fn a_missing_path_is_told_and_the_rest_is_captioned() {
    let home = Home::with(&["cat.jpg"]);
    let ended = home.run(&["caption", "gone.jpg", "cat.jpg"]);
    assert!(ended.out.starts_with("cat.jpg: "), "{ended:?}");
    let err = ended.failed(1);
    assert!(err.contains("error:") && err.contains("gone.jpg"), "{err}");
    let err = home.run(&["caption", "gone.jpg"]).failed(2);
    assert!(err.contains("gone.jpg"), "{err}");
}

#[test]
fn a_folder_without_pictures_is_told() {
    let home = Home::new();
    home.sample("cat.jpg", "below/cat.jpg");
    let err = home.run(&["caption", "."]).failed(2);
    assert!(err.contains("there are no pictures"), "{err}");
    assert!(err.contains("--recursive"), "{err}");
}

#[test]
fn an_unreadable_folder_is_told() {
    if geteuid().is_root() {
        return; // Nothing is unreadable for root.
    }
    let home = Home::with(&["cat.jpg"]);
    let folder = home.path("pictures");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).unwrap();
    let ended = home
        .command(&["caption", folder.to_str().unwrap()])
        .current_dir("/")
        .output();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    let err = Ended::from(ended.unwrap()).failed(2);
    assert!(err.contains("/pictures"), "{err}");
}

#[test]
fn a_model_that_cannot_be_meant_is_refused_with_what_to_write() {
    let home = Home::with(&["cat.jpg"]);
    let err = home.run(&["caption", "cat.jpg", "-m", "blip"]).failed(2);
    assert!(err.contains("write org/name"), "{err}");
    let err = home
        .run(&["caption", "cat.jpg", "-m", "builtin/no"])
        .failed(2);
    assert!(err.contains("builtin/describe"), "{err}");
    let err = home
        .run(&["caption", "cat.jpg", "-m", "endpoint:lab"])
        .failed(2);
    assert!(err.contains("no endpoint is called `lab`"), "{err}");
    assert!(err.contains("[endpoints.lab]"), "{err}");
}

#[test]
fn several_models_are_told_apart() {
    let home = Home::with(&["cat.jpg"]);
    let models = ["-m", "builtin/describe", "-m", "nobody/nothing"];
    let ended = home.run(&[&["caption", "cat.jpg"], &models[..]].concat());
    assert!(
        ended.out.starts_with("cat.jpg (builtin/describe): "),
        "{ended:?}"
    );
    let err = ended.failed(1);
    assert!(
        err.contains("error: nobody/nothing cannot be asked"),
        "{err}"
    );
}

#[test]
fn a_data_folder_that_cannot_be_used_stops_before_anything_is_done() {
    let home = Home::with(&["cat.jpg"]);
    fs::write(home.path("data"), b"a file").unwrap();
    let ended = home.run(&["caption", "cat.jpg"]);
    assert_eq!(ended.out, "");
    let err = ended.failed(2);
    assert!(err.contains("error:") && err.contains("/data"), "{err}");
}

#[test]
fn a_caption_that_cannot_be_stored_is_printed_with_a_warning() {
    let home = Home::with(&["cat.jpg"]);
    home.run(&["caption", "cat.jpg"]).ok();
    // A history of a later version is opened for reading only.
    let history = rusqlite::Connection::open(home.path("data/history.sqlite")).unwrap();
    history
        .pragma_update(None, "user_version", 1_000_000)
        .unwrap();
    drop(history);
    let ended = home.run(&["caption", "cat.jpg", "--again"]);
    assert!(ended.out.starts_with("cat.jpg: "), "{ended:?}");
    let err = ended.failed(1);
    assert!(err.contains("warning: "), "{err}");
}

#[test]
fn a_name_cannot_command_the_terminal() {
    let home = Home::new();
    home.sample("cat.jpg", "\u{1b}]0;owned\u{7}\ncat\u{202e}gpj.jpg");
    home.sample("cat.jpg", OsStr::from_bytes(b"a\xff.jpg"));
    home.write("\u{1b}[2J.jpg", b"no picture");
    for words in [
        &["caption", ".", "--again"][..],
        &["caption", ".", "--again", "--json"],
        &["history", "ls"],
        &["history", "ls", "--json"],
    ] {
        let ended = home.run(words);
        for text in [&ended.out, &ended.err] {
            let harmful = |c: char| c != '\n' && blipboard::domain::text::is_unsafe(c);
            assert!(!text.contains(harmful), "{words:?}: {ended:?}");
        }
    }
    let log = fs::read_to_string(home.path("data/blipboard.log")).unwrap();
    assert!(!log.contains('\u{1b}'), "{log}");
}

#[test]
fn a_name_that_is_no_utf8_is_written_in_hexadecimal_too() {
    let home = Home::new();
    let path = home.sample("cat.jpg", OsStr::from_bytes(b"a\xff.jpg"));
    let ended = home.run(&["caption", ".", "--json"]);
    let [object] = ended.objects().try_into().unwrap();
    assert!(object["image"].as_str().unwrap().ends_with("/a\\xFF.jpg"));
    let hex = object["image_bytes"].as_str().unwrap();
    assert_eq!(hex.len(), 2 * path.as_os_str().len());
    assert!(hex.ends_with("61ff2e6a7067"), "{hex}");
}

/// A folder with many pictures, all different.
fn many(count: usize) -> Home {
    let home = Home::with(&["cat.jpg"]);
    let cat = fs::read(home.path("pictures/cat.jpg")).unwrap();
    for number in 1..count {
        let tail = number.to_string();
        home.write(
            format!("{number:03}.jpg"),
            &[&cat, tail.as_bytes()].concat(),
        );
    }
    home
}

#[test]
fn a_closed_pipe_ends_it_quietly_and_sends_nothing_more() {
    let home = many(200);
    let mut program = home
        .command(&["caption", ".", "--json", "--concurrency", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(program.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    drop(out);
    let ended = Ended::from(program.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let kept = home.run(&["history", "ls", "--limit", "1000"]).ok();
    assert!(kept.lines().count() < 200, "{}", kept.lines().count());
}

#[test]
fn a_signal_stops_it_and_what_is_done_is_kept() {
    // SIGTERM ended with the code of SIGINT, and a line that broke left what ran as interrupted.
    for (signals, code) in [
        (&[Signal::INT][..], 130),
        (&[Signal::TERM, Signal::TERM], 143),
        (&[Signal::HUP, Signal::HUP], 129),
    ] {
        if code == 129 && hangups_are_ignored() {
            println!("skipped: what starts this test ignores hangups, as nohup does");
            continue;
        }
        let home = many(200);
        let mut program = home
            .command(&["caption", ".", "--json", "--concurrency", "1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(program.stdout.take().unwrap());
        let mut text = String::new();
        out.read_line(&mut text).unwrap();
        for signal in signals {
            kill_process(Pid::from_child(&program), *signal).unwrap();
        }
        out.read_to_string(&mut text).unwrap();
        let ended = Ended::from(program.wait_with_output().unwrap());
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert!(ended.err.contains("not begun"), "{ended:?}");
        let kept = home.run(&["history", "ls", "--limit", "1000"]).ok();
        assert_eq!(kept.lines().count(), text.lines().count());
    }
}

/// True where every program started from here is born deaf to SIGHUP (bit 0 of proc(5) `SigIgn`).
fn hangups_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

#[test]
#[cfg(target_os = "linux")]
fn what_shall_outlive_its_terminal_does() {
    let home = many(4);
    let words = ["caption", ".", "--json", "--concurrency", "1"];
    let program = home.command(&words);
    let mut program = Command::new("/bin/sh")
        .args(["-c", "trap '' HUP; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args())
        .env_clear()
        .envs(home.variables())
        .current_dir(home.path("pictures"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(program.stdout.take().unwrap());
    let mut text = String::new();
    out.read_line(&mut text).unwrap();
    kill_process(Pid::from_child(&program), Signal::HUP).unwrap();
    out.read_to_string(&mut text).unwrap();
    let ended = Ended::from(program.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(text.lines().count(), 4);
}

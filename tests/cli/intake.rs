//! `blipboard history import`, `replace` and `undo`.

use std::fs;

use crate::home::{Ended, Home};

/// Two pictures, each with a caption that another tool wrote.
fn sidecars() -> Home {
    let home = Home::new();
    home.dot("cat.png", [255, 0, 0]);
    home.dot("dog.png", [0, 0, 255]);
    home.write("cat.txt", b"\xef\xbb\xbfa photo of a cat\r\n");
    home.write(
        "metadata.jsonl",
        b"{\"file_name\": \"dog.png\", \"text\": \"a photo of a dog\"}\n",
    );
    home
}

fn history(home: &Home, words: &[&str]) -> Ended {
    home.run(&[&["history"], words].concat())
}

/// The captions as they would be handed over, sorted.
fn captions(home: &Home) -> Vec<String> {
    let objects = history(home, &["export", "--format", "jsonl"]).objects();
    let texts = objects
        .iter()
        .map(|object| object["text"].as_str().unwrap().to_owned());
    let mut texts: Vec<_> = texts.collect();
    texts.sort();
    texts
}

#[test]
fn captions_of_other_tools_are_taken_over_once() {
    let home = sidecars();
    let ended = history(&home, &["import", ".", "--dry-run"]);
    assert_eq!(ended.err, "2 captions would be taken over\n");
    assert!(
        ended
            .out
            .contains("dog.png: a photo of a dog (metadata.jsonl:1)"),
        "{}",
        ended.out
    );
    let err = history(&home, &["import", "."]).failed(0);
    assert_eq!(err, "took over 2 captions\n");
    assert_eq!(captions(&home), ["a photo of a cat", "a photo of a dog"]);
    let err = history(&home, &["import", "."]).failed(0);
    assert_eq!(
        err,
        "took over 0 captions; history holds 2 captions already\n"
    );
    assert_eq!(captions(&home).len(), 2);
    // Out again they are the same to the letter.
    fs::remove_file(home.path("pictures/metadata.jsonl")).unwrap();
    let err = history(&home, &["export", "--format", "metadata"]).failed(0);
    assert!(err.ends_with("wrote 1 file\n"), "{err}");
    let rows = fs::read_to_string(home.path("pictures/metadata.jsonl")).unwrap();
    assert!(
        rows.ends_with("{\"file_name\": \"dog.png\", \"text\": \"a photo of a dog\"}\n"),
        "{rows}"
    );
}

#[test]
fn what_cannot_be_taken_over_is_told_with_its_line() {
    let home = sidecars();
    home.write("dog.caption", b"caf\xe9");
    home.write("metadata.jsonl", b"{\"file_name\": \"../out.png\", \"text\": \"x\"}\nbroken\n{\"file_name\": \"dog.png\", \"text\": \"a dog\"}\n");
    let err = history(&home, &["import", "."]).failed(1);
    for sentence in [
        "error: passed over dog.caption\ncaused by: it is no text in UTF-8\n",
        "error: passed over metadata.jsonl:1\ncaused by: its `file_name` leads out of the folder\n",
        "error: passed over metadata.jsonl:2\ncaused by: it is no object of JSON\n",
        "took over 2 captions\n",
    ] {
        assert!(err.contains(sentence), "{sentence}: {err}");
    }
}

#[test]
fn an_accepted_import_is_what_is_handed_over() {
    let home = sidecars();
    let err = history(&home, &["import", "--accept", "--format", "txt", "."]).failed(0);
    assert!(err.starts_with("took over 1 caption and accepted"), "{err}");
    home.run(&["caption", "cat.png"]).ok();
    let accepted = history(&home, &["export", "--accepted", "--format", "jsonl"]).objects();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0]["text"], "a photo of a cat");
    assert_eq!(accepted[0]["model"], "builtin/import");
    let err = history(&home, &["undo"]).failed(0);
    assert_eq!(err, "took back what was decided or written of 1 caption\n");
    history(&home, &["export", "--accepted", "--format", "jsonl"]).failed(2);
}

#[test]
fn nobody_can_ask_an_import_for_a_caption() {
    let home = sidecars();
    let err = home
        .run(&["caption", "cat.png", "-m", "builtin/import"])
        .failed(2);
    assert!(err.contains("builtin/import cannot be asked"), "{err}");
    assert!(
        err.contains("stands for captions that were taken over from files"),
        "{err}"
    );
    let listed = home.run(&["models", "ls", "--json"]).out;
    assert!(!listed.contains("builtin/import"), "{listed}");
}

#[test]
fn many_captions_are_worded_anew_and_back() {
    let home = sidecars();
    history(&home, &["import", "."]).failed(0);
    let words = [
        "replace",
        "a photo of (a \\w+)",
        "$1",
        "--regex",
        "--trigger",
        "sks",
    ];
    let ended = history(&home, &[&words[..], &["--dry-run"]].concat());
    assert_eq!(ended.err, "2 of 2 captions would change\n");
    let lines: Vec<_> = ended.out.lines().collect();
    assert!(lines.contains(&"- [-a photo of-] a cat"), "{lines:#?}");
    assert!(lines.contains(&"+ {+sks,+} a cat"), "{lines:#?}");
    let err = history(&home, &words).failed(2);
    assert!(
        err.contains("2 captions would change") && err.contains("--yes"),
        "{err}"
    );
    assert_eq!(captions(&home), ["a photo of a cat", "a photo of a dog"]);
    let err = history(&home, &[&words[..], &["--yes"]].concat()).failed(0);
    assert_eq!(
        err,
        "changed 2 captions; `blipboard history undo` takes it back\n"
    );
    assert_eq!(captions(&home), ["sks, a cat", "sks, a dog"]);
    let again = ["replace", "--trigger", "sks", "--yes"];
    assert_eq!(
        history(&home, &again).failed(0),
        "0 of 2 captions would change\n"
    );
    let err = history(&home, &["undo"]).failed(0);
    assert_eq!(err, "took back a replacement in 2 captions\n");
    assert_eq!(captions(&home), ["a photo of a cat", "a photo of a dog"]);
    let err = history(&home, &["undo"]).failed(2);
    assert!(err.contains("there is nothing to take back"), "{err}");
}

#[test]
fn a_filter_says_which_captions_are_meant() {
    let home = sidecars();
    history(&home, &["import", "."]).failed(0);
    home.run(&["caption", "cat.png"]).ok();
    let all = ["export", "--format", "jsonl", "--all"];
    let found = history(
        &home,
        &[&all[..], &["--filter", "model:import cat"]].concat(),
    )
    .objects();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["text"], "a photo of a cat");
    let err = history(
        &home,
        &[&all[..], &["--filter", "model:import horse"]].concat(),
    )
    .failed(2);
    assert!(err.contains("there is no caption to hand over"), "{err}");
    history(
        &home,
        &[&all[..], &["--filter", "decision:perhaps"]].concat(),
    )
    .failed(2);
    let words = ["replace", "a photo of ", "", "--filter", "dog", "--yes"];
    assert!(
        history(&home, &words)
            .failed(0)
            .starts_with("changed 1 caption;")
    );
}

#[test]
fn a_replacement_that_cannot_be_is_told() {
    let home = sidecars();
    history(&home, &["import", "."]).failed(0);
    let err = history(&home, &["replace", "(", "x", "--regex"]).failed(2);
    assert!(
        err.contains("no regular expression: unclosed group"),
        "{err}"
    );
    history(&home, &["replace"]).failed(2);
    let err = history(&home, &["replace", "a photo of a cat", "", "--yes"]).failed(0);
    assert!(
        err.contains("nothing of them would stay: 1 caption"),
        "{err}"
    );
    assert_eq!(captions(&home).len(), 2);
}

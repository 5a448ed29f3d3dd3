//! `blipboard history export`.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;

use crate::home::Home;

/// Colours that are called differently.
const COLOURS: [[u8; 3]; 6] = [
    [255, 0, 0],
    [0, 0, 255],
    [0, 255, 0],
    [255, 255, 0],
    [255, 255, 255],
    [0, 0, 0],
];

/// A home with a caption of each of these pictures, all of them different.
fn captioned(names: &[&str]) -> Home {
    let home = Home::new();
    for (name, colour) in names.iter().zip(COLOURS) {
        home.dot(name, colour);
    }
    home.run(&["caption", "--recursive", "."]).failed(0);
    home
}

fn export(home: &Home, words: &[&str]) -> crate::home::Ended {
    home.run(&[&["history", "export"], words].concat())
}

fn text(home: &Home, name: &str) -> String {
    fs::read_to_string(home.path("pictures").join(name)).unwrap()
}

/// The caption of a picture as history has it.
fn caption(home: &Home, name: &str) -> String {
    let runs = home.run(&["history", "ls", "--json"]).objects();
    let run = runs
        .iter()
        .find(|run| run["image"].as_str().unwrap().ends_with(name));
    run.unwrap()["caption"].as_str().unwrap().to_owned()
}

/// Everything below the pictures, by path from there.
fn tree(home: &Home) -> Vec<(PathBuf, i64)> {
    fn below(folder: PathBuf, found: &mut Vec<(PathBuf, i64)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                below(entry.path(), found);
            } else {
                let meta = entry.metadata().unwrap();
                found.push((entry.path(), meta.mtime_nsec() + meta.ino().cast_signed()));
            }
        }
    }
    let mut found = Vec::new();
    below(home.path("pictures"), &mut found);
    found.sort();
    found
}

#[test]
fn captions_are_written_beside_their_pictures_once() {
    let home = captioned(&["cat.png", "deep/dog.png"]);
    let err = export(&home, &["--format", "txt"]).failed(0);
    assert_eq!(err, "wrote 2 files\n");
    let wanted = format!("{}\n", caption(&home, "cat.png"));
    assert_eq!(text(&home, "cat.txt"), wanted);
    assert_eq!(
        text(&home, "deep/dog.txt"),
        wanted.replace(wanted.trim(), &caption(&home, "dog.png"))
    );
    let mode = fs::metadata(home.path("pictures/cat.txt"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o600, 0o600);
    let before = tree(&home);
    let err = export(&home, &["--format", "txt", "--existing", "overwrite"]).failed(0);
    assert_eq!(err, "wrote 0 files, 2 held the same already\n");
    assert_eq!(tree(&home), before, "what is the same is not touched");
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let home = captioned(&["cat.png", "dog.png", "owl.png"]);
    home.write("dog.txt", b"a dog of my own");
    symlink("elsewhere", home.path("pictures/owl.txt")).unwrap();
    let before = tree(&home);
    let ended = export(
        &home,
        &["--format", "txt", "--dry-run", "--existing", "append"],
    );
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let lines: Vec<_> = ended
        .out
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "file captions what",
            "cat.txt 1 new",
            "dog.txt 1 appended",
            "owl.txt 1 refused: it is a link",
        ]
    );
    assert_eq!(
        ended.err,
        "nothing was written; files: 1 new, 1 appended, 1 refused\n"
    );
    let objects = export(&home, &["--format", "txt", "--dry-run", "--json"]).objects();
    let told: Vec<_> = objects
        .iter()
        .map(|it| it["what"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["new", "skipped", "refused"]);
    assert_eq!(tree(&home), before);
}

#[test]
fn text_that_is_there_goes_only_where_somebody_said_so() {
    let home = captioned(&["cat.png", "dog.png"]);
    home.write("cat.txt", b"my own words");
    let err = export(&home, &["--format", "txt"]).failed(2);
    assert!(err.contains("cat.txt; nothing was written"), "{err}");
    assert!(err.contains("hint: say --existing"), "{err}");
    assert!(!home.path("pictures/dog.txt").exists());
    let err = export(&home, &["--format", "txt", "--existing", "skip"]).failed(0);
    assert_eq!(err, "wrote 1 file, 1 kept another text\n");
    assert_eq!(text(&home, "cat.txt"), "my own words");
    let caption = caption(&home, "cat.png");
    for _ in 0..2 {
        export(&home, &["--format", "txt", "--existing", "append"]).failed(0);
        assert_eq!(text(&home, "cat.txt"), format!("my own words, {caption}\n"));
    }
    fs::set_permissions(
        home.path("pictures/cat.txt"),
        fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    export(&home, &["--format", "txt", "--existing", "overwrite"]).failed(0);
    assert_eq!(text(&home, "cat.txt"), format!("{caption}\n"));
    let mode = fs::metadata(home.path("pictures/cat.txt"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640, "it keeps its permissions");
}

#[test]
fn pictures_that_share_a_name_are_told_apart_or_left_alone() {
    let home = captioned(&["cat.png", "dog.png"]);
    home.sample("cat.jpg", "cat.jpg");
    home.run(&["caption", "cat.jpg"]).ok();
    let err = export(&home, &["--format", "txt"]).failed(1);
    assert!(
        err.contains("error: cat.txt has room for one caption"),
        "{err}"
    );
    assert!(
        err.contains("cat.jpg, cat.png") && err.contains("wrote 1 file"),
        "{err}"
    );
    let err = export(&home, &["--format", "txt", "--collisions", "whole-name"]).failed(0);
    assert_eq!(err, "wrote 2 files, 1 held the same already\n");
    assert_eq!(text(&home, "cat.jpg.txt").trim(), caption(&home, "cat.jpg"));
    assert_eq!(text(&home, "cat.png.txt").trim(), caption(&home, "cat.png"));
}

#[test]
fn what_cannot_be_written_is_told_and_the_rest_is_written() {
    let home = captioned(&["a.png", "b.png", "c.png", "d.png", "gone/e.png", "f.png"]);
    home.write("a.txt", b"mine");
    fs::set_permissions(
        home.path("pictures/a.txt"),
        fs::Permissions::from_mode(0o444),
    )
    .unwrap();
    fs::create_dir(home.path("pictures/b.txt")).unwrap();
    home.write("c.txt", b"\xff\xfea\0 \0c\0a\0t\0");
    fs::remove_dir_all(home.path("pictures/gone")).unwrap();
    home.dot("f.png", [1, 2, 3]);
    let err = export(&home, &["--format", "txt", "--existing", "overwrite"]).failed(1);
    for sentence in [
        "left out: gone/e.png is not there any more",
        "left out: f.png is another picture by now",
        "a.txt was left alone\ncaused by: it is write-protected",
        "b.txt was left alone\ncaused by: it is no plain file",
        "c.txt was left alone\ncaused by: it is no text in UTF-8",
        "wrote 1 file\n",
    ] {
        assert!(err.contains(sentence), "{sentence}: {err}");
    }
    assert_eq!(text(&home, "d.txt").trim(), caption(&home, "d.png"));
    assert!(!home.path("pictures/gone").exists() && !home.path("pictures/f.txt").exists());
    assert_eq!(text(&home, "a.txt"), "mine");
}

#[test]
fn a_likeness_of_the_tree_can_be_made_elsewhere() {
    let home = captioned(&["cat.png", "deep/dog.png"]);
    let to = home.path("out");
    let words = ["--format", "metadata", "--to", to.to_str().unwrap()];
    export(&home, &words).failed(0);
    let row = |name: &str| {
        let caption = serde_json::Value::from(caption(&home, name));
        format!("{{\"file_name\": \"{name}\", \"text\": {caption}}}\n")
    };
    let read = |name: &str| fs::read_to_string(to.join(name)).unwrap();
    assert_eq!(read("metadata.jsonl"), row("cat.png"));
    assert_eq!(read("deep/metadata.jsonl"), row("dog.png"));
    assert!(!home.path("pictures/metadata.jsonl").exists());
    // From within one of the folders the other lies outside.
    let err = home
        .command(&[&["history", "export", "--existing", "skip"], &words[..]].concat())
        .current_dir(home.path("pictures/deep"))
        .output();
    let err = crate::home::Ended::from(err.unwrap()).failed(0);
    assert!(err.contains("cat.png lies outside of the folder"), "{err}");
    assert_eq!(read("metadata.jsonl").lines().count(), 2);
}

#[test]
fn tables_are_printed_or_written_whole() {
    let home = captioned(&["cat.png", "=dog.png"]);
    let csv = export(&home, &["--format", "csv"]).ok();
    assert_eq!(csv.lines().count(), 3);
    assert!(
        csv.starts_with("image,image_id,caption,decision,flags,model,"),
        "{csv}"
    );
    let objects = export(&home, &["--format", "jsonl", "--all"]).objects();
    assert_eq!(objects.len(), 2);
    for object in objects {
        assert_eq!(object["text"], object["caption"]);
        assert_eq!(object["decision"], "pending");
        assert!(object["run_id"].is_i64() && object["model"] == "builtin/describe");
    }
    let markdown = export(&home, &["--format", "markdown"]).ok();
    assert!(
        markdown.contains("| picture | caption | model | about |"),
        "{markdown}"
    );
    let to = ["--format", "csv", "--to", "captions.csv"];
    assert_eq!(export(&home, &to).failed(0), "wrote 1 file\n");
    assert_eq!(text(&home, "captions.csv"), csv);
    assert_eq!(
        export(&home, &to).failed(0),
        "wrote 0 files, 1 held the same already\n"
    );
    home.write("captions.csv", b"mine");
    export(&home, &to).failed(2);
    export(&home, &[&to[..], &["--existing", "append"]].concat()).failed(2);
    assert_eq!(text(&home, "captions.csv"), "mine");
    export(&home, &[&to[..], &["--existing", "overwrite"]].concat()).failed(0);
    assert_eq!(text(&home, "captions.csv"), csv);
}

#[test]
fn nothing_to_hand_over_is_no_success() {
    let home = captioned(&["cat.png"]);
    let err = export(&home, &["--format", "txt", "--accepted"]).failed(2);
    assert!(
        err.contains("no caption is accepted") && err.contains("--newest"),
        "{err}"
    );
    for format in ["txt", "jsonl"] {
        let err = export(&home, &["--format", format, "--folder", "nowhere"]).failed(2);
        assert!(err.contains("there is no caption to hand over"), "{err}");
    }
}

#[test]
fn what_has_no_place_to_be_is_named_and_the_rest_is_written() {
    let home = captioned(&["cat.png", "deep/dog.png"]);
    // What binds the administrator, too: a file stands where the folder should be.
    fs::create_dir(home.path("out")).unwrap();
    fs::write(home.path("out/deep"), "mine").unwrap();
    let to = home.path("out");
    let err = export(&home, &["--format", "txt", "--to", to.to_str().unwrap()]).failed(1);
    assert!(err.contains("out/deep/dog.txt was not written"), "{err}");
    assert!(err.contains("wrote 1 file\n"), "{err}");
    let names = fs::read_dir(&to).unwrap();
    let mut names: Vec<_> = names.map(|it| it.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["cat.txt", "deep"], "nothing half-written is left");
    assert_eq!(fs::read_to_string(to.join("deep")).unwrap(), "mine");

    for (place, says) in [
        ("/dev/full", "it is no plain file"),
        ("cat.png/all.csv", "cat.png/all.csv was not written"),
        ("nowhere/all.csv", "nowhere/all.csv was not written"),
    ] {
        let err = export(&home, &["--format", "csv", "--to", place]).failed(1);
        assert!(err.contains(says), "{place}: {err}");
        assert!(err.contains("wrote 0 files"), "{place}: {err}");
    }
    assert!(!home.path("pictures/nowhere").exists());
}

#[test]
fn a_folder_that_takes_no_files_is_told_and_the_others_are_written() {
    let home = captioned(&["cat.png", "kept/dog.png"]);
    let kept = home.path("pictures/kept");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o500)).unwrap();
    let is_bound = fs::write(kept.join("probe"), "").is_err();
    let _ = fs::remove_file(kept.join("probe"));
    let ended = export(&home, &["--format", "txt"]);
    let names = fs::read_dir(&kept).unwrap().count();
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o700)).unwrap();
    if !is_bound {
        return eprintln!("not tried: the administrator may write anywhere");
    }
    let err = ended.failed(1);
    assert!(err.contains("kept/dog.txt was not written"), "{err}");
    assert!(err.contains("wrote 1 file\n"), "{err}");
    assert_eq!(names, 1, "nothing but the picture");
}

#[test]
fn a_link_that_leads_nowhere_is_left_alone() {
    let home = captioned(&["cat.png", "dog.png"]);
    symlink("gone/elsewhere.txt", home.path("pictures/cat.txt")).unwrap();
    let err = export(&home, &["--format", "txt", "--existing", "overwrite"]).failed(1);
    assert!(
        err.contains("cat.txt was left alone\ncaused by: it is a link"),
        "{err}"
    );
    assert!(err.contains("wrote 1 file\n"), "{err}");
}

#[test]
fn names_that_differ_by_case_alone_collide_where_the_disk_takes_them_for_one() {
    let home = captioned(&["Cat.png"]);
    home.sample("cat.jpg", "cat.jpg");
    home.run(&["caption", "cat.jpg"]).ok();
    let folds = home.path("pictures/CAT.PNG").exists();
    let planned = export(&home, &["--format", "txt", "--dry-run", "--json"]).objects();
    let told: Vec<_> = planned
        .iter()
        .map(|it| it["what"].as_str().unwrap())
        .collect();
    let wanted: &[_] = if folds {
        &["collision"]
    } else {
        &["new", "new"]
    };
    assert_eq!(told, wanted);
}

#[test]
fn any_text_goes_out_as_it_is_and_a_second_time_changes_nothing() {
    let home = Home::new();
    let long = "word ".repeat((1 << 20) / 5);
    let texts = [
        ("a.png", "a\0cat", "acat"),
        (
            "b.png",
            "\u{1b}[31ma red cat\u{7}",
            "\u{1b}[31ma red cat\u{7}",
        ),
        (
            "c.png",
            "حصان \u{202e}abc\u{202c}",
            "حصان \u{202e}abc\u{202c}",
        ),
        (
            "d.png",
            "=1+1, \"quoted\"\n| two |",
            "=1+1, \"quoted\"\n| two |",
        ),
        ("e.png", &long, long.trim_end()),
    ];
    let mut rows = String::new();
    for ((name, text, _), colour) in texts.iter().zip(COLOURS) {
        home.dot(name, colour);
        rows += &serde_json::json!({"file_name": name, "text": text}).to_string();
        rows += "\n";
    }
    home.write("metadata.jsonl", rows.as_bytes());
    let err = home.run(&["history", "import", "."]).failed(0);
    assert_eq!(err, "took over 5 captions\n");
    fs::remove_file(home.path("pictures/metadata.jsonl")).unwrap();
    for format in ["txt", "caption", "metadata"] {
        export(&home, &["--format", format]).failed(0);
        let before = tree(&home);
        let again = export(&home, &["--format", format, "--existing", "prepend"]);
        assert!(again.failed(0).contains("wrote 0 files"), "{format}");
        assert!(tree(&home) == before, "{format} was touched");
    }
    for (name, _, wanted) in texts {
        let text = text(&home, &name.replace("png", "txt"));
        assert!(text == format!("{wanted}\n"), "{name}");
    }
    // Back in they are nothing new.
    let err = home.run(&["history", "import", "."]).failed(0);
    assert!(err.starts_with("took over 0 captions"), "{err}");
    let is_unsafe =
        |letter: char| (letter.is_control() && !"\r\n".contains(letter)) || letter == '\u{202e}';
    for format in ["jsonl", "csv", "markdown"] {
        let ended = export(&home, &["--format", format]);
        assert!(ended.err.contains("e.png (looping)"), "{}", ended.err);
        let table = ended.out;
        assert!(!table.contains(is_unsafe), "{format} holds a control");
        assert!(table.len() > long.len(), "{format} is cut");
    }
}

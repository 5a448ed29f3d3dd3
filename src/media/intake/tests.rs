use std::os::unix::fs::symlink;

use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            let path = folder.at(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// `picture: text` of what is found, and `file:line says` of what is not.
    fn read(&self, root: &str, sources: &[Source]) -> (Vec<String>, Vec<String>) {
        let intake = captions_below(&[self.at(root)], true, sources);
        let shown = |path: &Path| {
            path.strip_prefix(self.0.path())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        };
        let found = intake.found.iter();
        let found = found.map(|it| format!("{}: {}", shown(it.image.path()), it.text));
        let troubles = intake.troubles.iter().map(|it| {
            let line = it
                .spot
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            format!("{}{line} {}", shown(&it.spot.file), it.says)
        });
        (found.collect(), troubles.collect())
    }
}

#[test]
fn a_sidecar_is_told_by_its_name() {
    let folder = Folder::with(&[
        ("cat.jpg", b"."),
        ("cat.png", b"."),
        ("cat.txt", b"whose?"),
        ("cat.jpg.txt", b"a cat"),
        ("cat.jpg.12.txt", b"a cat, again"),
        ("dog.png", b"."),
        ("dog.txt", b"a dog"),
        ("dog.caption", b"a hound"),
        ("deep/owl.gif", b"."),
        ("deep/owl.caption", b"an owl"),
        ("notes.txt", b"to do"),
        (".hidden.png", b"."),
        (".hidden.txt", b"hidden"),
    ]);
    let (found, troubles) = folder.read("", &Source::ALL);
    assert_eq!(
        found,
        [
            "cat.jpg: a cat, again",
            "cat.jpg: a cat",
            "dog.png: a hound",
            "dog.png: a dog",
            "deep/owl.gif: an owl"
        ]
    );
    assert_eq!(troubles, ["cat.txt it may belong to several pictures"]);
    let (found, _) = folder.read("", &[Source::Txt]);
    assert_eq!(
        found,
        ["cat.jpg: a cat, again", "cat.jpg: a cat", "dog.png: a dog"]
    );
    assert_eq!(folder.read("dog.png", &Source::ALL).0.len(), 2);
    assert_eq!(folder.read("dog.txt", &Source::ALL).0, ["dog.png: a dog"]);
    assert_eq!(
        folder.read("notes.txt", &Source::ALL).1,
        ["notes.txt no picture lies beside it"]
    );
    assert_eq!(
        folder.read("gone", &Source::ALL).1,
        ["gone gone is not there"]
    );
}

#[test]
fn any_text_is_read_or_told() {
    let long = "x".repeat(1 << 20);
    let longer = long.clone() + "x";
    let cases: [(&str, &[u8], Result<&str, &str>); 7] = [
        ("a", b"\xef\xbb\xbfa cat\r\nasleep\r\n", Ok("a cat\nasleep")),
        ("b", b"caf\xe9", Err("it is no text in UTF-8")),
        (
            "c",
            b"\xff\xfea\0",
            Err("it is no text: bytes in it are zero, as in UTF-16"),
        ),
        ("d", long.as_bytes(), Ok(&long)),
        (
            "e",
            longer.as_bytes(),
            Err("it is larger than a caption can be"),
        ),
        ("f", b" \n", Ok("")),
        ("g", b"", Ok("")),
    ];
    for (name, bytes, wanted) in cases {
        let folder = Folder::with(&[("cat.png", b"."), ("cat.txt", bytes)]);
        let read = folder.read("", &Source::ALL);
        let wanted = match wanted {
            Ok("") => (vec![], vec![]),
            Ok(text) => (vec![format!("cat.png: {text}")], vec![]),
            Err(says) => (vec![], vec![format!("cat.txt {says}")]),
        };
        assert!(read == wanted, "{name}");
    }
}

#[test]
fn broken_rows_are_told_by_line_and_the_others_read() {
    let long = format!(
        "{{\"file_name\": \"cat.png\", \"text\": \"{}\"}}",
        "x".repeat(5 << 20)
    );
    let rows = [
        "\u{feff}{\"file_name\": \"cat.png\", \"text\": \"a cat\"}\r",
        "{\"file_name\": \"deep/../cat.png\", \"text\": \"up\"}",
        "{\"file_name\": \"/etc/cat.png\", \"text\": \"out\"}",
        "{\"file_name\": \"link/cat.png\", \"text\": \"through a link\"}",
        "nonsense",
        "",
        &long,
        "{\"file_name\": \"gone.png\", \"text\": \"gone\"}",
        "{\"file_name\": \"cat.png\"}",
        "{\"file_name\": \"./deep/owl.png\", \"text\": \"an owl\"}",
    ];
    let mut rows = rows.join("\n").into_bytes();
    rows.extend(b"\n\xff\n");
    let folder = Folder::with(&[
        ("p/cat.png", b"."),
        ("p/deep/owl.png", b"."),
        ("cat.png", b"."),
        ("p/metadata.jsonl", &rows),
    ]);
    symlink("..", folder.at("p/link")).unwrap();
    let (found, troubles) = folder.read("p/metadata.jsonl", &Source::ALL);
    assert_eq!(found, ["p/cat.png: a cat", "p/deep/owl.png: an owl"]);
    assert_eq!(
        troubles,
        [
            "p/metadata.jsonl:2 its `file_name` leads out of the folder",
            "p/metadata.jsonl:3 its `file_name` leads out of the folder",
            "p/metadata.jsonl:4 its `file_name` leads out of the folder",
            "p/metadata.jsonl:5 it is no object of JSON",
            "p/metadata.jsonl:7 it is longer than a row can be",
            "p/metadata.jsonl:8 its picture is not there",
            "p/metadata.jsonl:11 it is no text in UTF-8",
        ]
    );
}

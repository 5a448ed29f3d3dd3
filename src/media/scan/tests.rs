use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::super::samples::pipe;
use super::*;

fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in files {
        fs::write(folder.path().join(name), b"x").unwrap();
    }
    folder
}

fn all(folder: &Path) -> (Vec<Entry>, ScanEnd) {
    let mut entries = Vec::new();
    let end = scan(folder, &mut |chunk| {
        entries.extend(chunk);
        ControlFlow::Continue(())
    });
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    (entries, end.unwrap())
}

fn kinds(folder: &Path) -> Vec<(String, EntryKind)> {
    let entries = all(folder).0.into_iter();
    entries
        .map(|entry| (entry.name.into_string().unwrap(), entry.kind))
        .collect()
}

#[test]
fn pictures_and_folders_are_listed_and_the_rest_is_counted() {
    let folder = folder(&[
        "a.jpg", "B.PNG", "c.heic", "d.NEF", "e.avif", "notes.md", "none",
    ]);
    fs::create_dir(folder.path().join("sub.jpg")).unwrap();
    assert_eq!(
        kinds(folder.path()),
        [
            ("B.PNG".to_owned(), EntryKind::Picture),
            ("a.jpg".to_owned(), EntryKind::Picture),
            ("c.heic".to_owned(), EntryKind::Unsupported("HEIC")),
            ("d.NEF".to_owned(), EntryKind::Unsupported("camera raw")),
            ("e.avif".to_owned(), EntryKind::Unsupported("AVIF")),
            ("sub.jpg".to_owned(), EntryKind::Folder),
        ]
    );
    assert_eq!(all(folder.path()).1.other_files, 2);
}

#[test]
fn links_are_what_they_lead_to_and_what_is_no_file_is_left_out() {
    let folder = folder(&["a.jpg"]);
    let at = |name| folder.path().join(name);
    fs::create_dir(at("sub")).unwrap();
    symlink(at("a.jpg"), at("link.jpg")).unwrap();
    symlink(at("sub"), at("up")).unwrap();
    symlink(at("missing.jpg"), at("dangling.jpg")).unwrap();
    symlink("loop.jpg", at("loop.jpg")).unwrap();
    symlink("/dev/zero", at("device.jpg")).unwrap();
    pipe(&at("pipe.jpg"));
    let _socket = UnixListener::bind(at("socket.jpg")).unwrap();
    assert_eq!(
        kinds(folder.path()),
        [
            ("a.jpg".to_owned(), EntryKind::Picture),
            ("link.jpg".to_owned(), EntryKind::Picture),
            ("sub".to_owned(), EntryKind::Folder),
            ("up".to_owned(), EntryKind::Folder),
        ]
    );
}

#[test]
fn a_sidecar_is_found_wherever_it_stands_in_the_folder() {
    let folder = folder(&["a.jpg", "a.txt", "b.jpg", "b.caption", "c.jpg", "c.md"]);
    let end = all(folder.path()).1;
    let with = ["a.jpg", "b.jpg", "c.jpg"].map(|name| end.has_sidecar(OsStr::new(name)));
    assert_eq!(with, [true, true, false]);
    assert_eq!(end.other_files, 3);
}

#[test]
fn names_with_dots_are_hidden_and_names_of_any_bytes_are_kept() {
    let folder = folder(&[".hidden.jpg"]);
    let odd = OsString::from_vec(b"b\xff\n.jpg".to_vec());
    // Some file systems refuse such names; then there is nothing to keep.
    let made = File::create(folder.path().join(&odd)).is_ok();
    let (entries, _) = all(folder.path());
    assert!(entries.first().unwrap().hidden);
    assert_eq!(entries.len(), 1 + usize::from(made));
    if made {
        assert_eq!(entries.last().unwrap().name, odd);
        assert!(!entries.last().unwrap().hidden);
    }
}

#[test]
fn the_first_chunk_is_small_and_a_break_ends_the_scan() {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..1500 {
        File::create(folder.path().join(format!("{index}.jpg"))).unwrap();
    }
    let mut sizes = Vec::new();
    scan(folder.path(), &mut |chunk| {
        sizes.push(chunk.len());
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(sizes, [64, 1024, 412]);
    let mut calls = 0;
    scan(folder.path(), &mut |_| {
        calls += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(calls, 1);
}

#[test]
fn what_is_no_folder_is_told() {
    let folder = folder(&["a.jpg"]);
    let kind = |path: &Path| {
        let ended = scan(path, &mut |_| ControlFlow::Continue(()));
        ended.unwrap_err().kind()
    };
    assert_eq!(kind(&folder.path().join("a.jpg")), "not-a-folder");
    assert_eq!(kind(&folder.path().join("missing")), "gone");
}

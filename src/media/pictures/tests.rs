use std::fs;
use std::os::unix::fs::symlink;

use super::*;

/// `a.jpg`, `notes.md`, `c.heic`, `.hidden.jpg`, `sub/b.png`, `sub/deep/a.gif`, and a link back up.
fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name| folder.path().join(name);
    fs::create_dir_all(at("sub/deep")).unwrap();
    let files = [
        "a.jpg",
        "notes.md",
        "c.heic",
        ".hidden.jpg",
        "sub/b.png",
        "sub/deep/a.gif",
    ];
    for name in files {
        fs::write(at(name), b"x").unwrap();
    }
    symlink(folder.path(), at("sub/deep/up")).unwrap();
    folder
}

fn names(folder: &Path, collected: &Collected) -> Vec<String> {
    let pictures = collected.pictures.iter();
    pictures
        .map(|picture| {
            let below = picture.path().strip_prefix(folder).unwrap();
            below.to_str().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn a_folder_gives_its_own_pictures_by_name() {
    let tree = tree();
    let collected = pictures_below(&[tree.path().to_owned()], false);
    assert_eq!(names(tree.path(), &collected), ["a.jpg"]);
    assert_eq!(collected.unsupported, 1);
    assert!(collected.problems.is_empty());
}

#[test]
fn a_link_back_up_ends_no_walk_and_repeats_nothing() {
    let tree = tree();
    let collected = pictures_below(&[tree.path().to_owned()], true);
    let expected = ["a.jpg", "sub/b.png", "sub/deep/a.gif"];
    assert_eq!(names(tree.path(), &collected), expected);
    assert_eq!(collected.unsupported, 1);
}

#[test]
fn what_is_named_is_taken_whatever_its_name_and_once() {
    let tree = tree();
    let roots = [
        "notes.md",
        ".hidden.jpg",
        "sub/../sub/b.png",
        "sub",
        "notes.md",
    ];
    let roots = roots.map(|name| tree.path().join(name));
    let collected = pictures_below(&roots, false);
    let expected = ["notes.md", ".hidden.jpg", "sub/../sub/b.png", "sub/b.png"];
    assert_eq!(names(tree.path(), &collected), expected);
}

#[test]
fn what_is_missing_does_not_stop_the_rest() {
    let tree = tree();
    let roots = ["missing.jpg", "a.jpg"].map(|name| tree.path().join(name));
    let collected = pictures_below(&roots, false);
    assert_eq!(names(tree.path(), &collected), ["a.jpg"]);
    let kinds: Vec<_> = collected.problems.iter().map(MediaError::kind).collect();
    assert_eq!(kinds, ["gone"]);
}

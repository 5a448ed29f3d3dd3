use std::os::unix::fs::symlink;

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cat.txt");
    let write = |before| write(&path, before, false, |out| out.write_all(b"a cat"));
    write(None).unwrap();
    assert!(matches!(write(None), Err(ExportError::Changed(_))));
    let (text, seen) = look(&path, 100, true).unwrap().unwrap();
    assert_eq!(text, "a cat");
    fs::write(&path, "somebody else's").unwrap();
    assert!(matches!(write(Some(seen)), Err(ExportError::Changed(_))));
    assert_eq!(fs::read_to_string(&path).unwrap(), "somebody else's");
}

#[test]
fn what_ends_in_the_middle_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cat.txt");
    let full = |out: &mut dyn Write| {
        out.write_all(b"half of a")?;
        Err(io::Error::from(ErrorKind::StorageFull))
    };
    assert!(write(&path, None, false, full).is_err());
    assert_eq!(names(folder.path()), Vec::<String>::new());
    fs::write(&path, "before").unwrap();
    let before = stat(&path).unwrap();
    let error = write(&path, before, false, full).unwrap_err();
    assert!(
        matches!(error, ExportError::Unwritable { source, .. } if source.kind() == ErrorKind::StorageFull)
    );
    assert_eq!(names(folder.path()), ["cat.txt"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
}

#[test]
fn what_is_no_text_of_ours_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("latin"), b"caf\xe9").unwrap();
    assert_eq!(look(&at("latin"), 100, true), Err(Refusal::NotText));
    assert_eq!(
        look(&at("latin"), 100, false).unwrap().unwrap().0,
        "caf\u{fffd}"
    );
    assert_eq!(look(&at("latin"), 3, false), Err(Refusal::TooLarge));
    fs::write(at("wide"), b"c\0a\0t\0").unwrap();
    assert_eq!(look(&at("wide"), 100, false), Err(Refusal::NotText));
    symlink(at("latin"), at("link")).unwrap();
    assert_eq!(stat(&at("link")), Err(Refusal::Link));
    assert_eq!(stat(folder.path()), Err(Refusal::NotAFile));
    assert_eq!(stat(&at("nothing")), Ok(None));
    assert_eq!(stat(&at("latin/nothing")), Ok(None));
}

#[test]
fn a_name_as_long_as_can_be_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("é".repeat(120) + ".txt");
    write(&path, None, false, |out| out.write_all(b"a cat")).unwrap();
    assert_eq!(names(folder.path()).len(), 1);
}

#[test]
fn a_disk_is_asked_about_case_by_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("not/made/yet");
    fs::write(folder.path().join("Cat.jpg"), "").unwrap();
    let folds = folder.path().join("cAT.JPG").exists();
    assert_eq!(
        (folds_case(folder.path()), folds_case(&deep)),
        (folds, folds)
    );
    // Another file of the swapped name is another file.
    if !folds {
        fs::write(folder.path().join("cAT.JPG"), "").unwrap();
        assert!(!folds_case(folder.path()));
    }
}

#[test]
fn a_text_in_pieces_is_compared_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.csv");
    fs::write(&path, "one two").unwrap();
    let same = |pieces: &[&str]| {
        let mut comparison = Comparison::with(&path);
        for piece in pieces {
            comparison.push(piece);
        }
        comparison.is_same()
    };
    assert!(same(&["one ", "", "two"]));
    assert!(!same(&["one "]) && !same(&["one two", "!"]) && !same(&["one", "_two"]));
}

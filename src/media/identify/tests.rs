use std::fs;

use super::*;

#[test]
fn a_picture_is_told_by_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jpg");
    fs::write(&path, b"abc").unwrap();
    assert_eq!(
        hash(&path).unwrap().to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    let long = vec![7; 300_000];
    fs::write(&path, &long).unwrap();
    assert_eq!(hash(&path).unwrap().0, *Sha256::digest(&long));
}

#[test]
fn a_fingerprint_changes_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jpg");
    fs::write(&path, b"abc").unwrap();
    let before = fingerprint(&path).unwrap();
    assert_eq!(fingerprint(&path).unwrap(), before);
    assert_eq!(before.size, 3);
    let file = fs::File::options().write(true).open(&path).unwrap();
    let later = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::new(1_000, 5);
    file.set_modified(later).unwrap();
    let after = fingerprint(&path).unwrap();
    assert_eq!(after.modified_ns, 1_000_000_000_005);
    assert_eq!(after.inode, before.inode);
}

#[test]
fn only_a_file_has_a_fingerprint() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(fingerprint(folder.path()).unwrap_err().kind(), "not-a-file");
    let missing = folder.path().join("missing");
    assert_eq!(fingerprint(&missing).unwrap_err().kind(), "gone");
}

//! `blipboard cache`.

use std::fs;

use crate::home::Home;

/// A home with so many bytes of thumbnails, and a file of somebody else beside them.
fn lived_in() -> Home {
    let home = Home::new();
    let folder = home.path("cache/thumbnails");
    fs::create_dir_all(&folder).unwrap();
    for number in ["1", "2"] {
        let name = format!("{}-256", number.repeat(64));
        fs::write(folder.join(name), vec![0; 60_000]).unwrap();
    }
    fs::write(folder.join("letter.txt"), "Dear diary").unwrap();
    home
}

#[test]
fn what_the_thumbnails_take_and_where_they_lie_is_told() {
    let home = lived_in();
    let folder = home.path("cache/thumbnails");
    let folder = folder.to_str().unwrap();
    let out = home.run(&["cache"]).ok();
    assert_eq!(out, format!("2 thumbnails, 0.2 MB  {folder}\n"));
    let object = home.run(&["cache", "--json"]).objects().remove(0);
    assert_eq!(object["folder"], folder);
    assert_eq!(
        (&object["thumbnails"], &object["bytes"]),
        (&2.into(), &120_000.into())
    );
    let out = Home::new().run(&["cache"]).ok();
    assert!(out.starts_with("0 thumbnails, 0.0 MB  "), "{out}");
}

#[test]
fn clearing_deletes_thumbnails_and_nothing_else() {
    let home = lived_in();
    let ended = home.run(&["cache", "clear"]);
    assert_eq!(ended.err, "deleted 2 thumbnails, 0.2 MB\n");
    assert_eq!(ended.code, Some(0));
    let left = fs::read_dir(home.path("cache/thumbnails")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["letter.txt"]);
}

#[test]
fn a_folder_that_cannot_be_read_is_named() {
    let home = Home::new();
    fs::create_dir(home.path("cache")).unwrap();
    fs::write(home.path("cache/thumbnails"), "a file").unwrap();
    let err = home.run(&["cache"]).failed(2);
    assert!(err.contains("cannot use the thumbnails in "), "{err}");
    assert!(err.contains("/cache/thumbnails: "), "{err}");
}

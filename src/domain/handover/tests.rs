use super::*;

fn pick(image: &str, run: i64, text: &str) -> Pick {
    Pick {
        image: ImageRef::new(image),
        image_id: ImageId([7; 32]),
        run: RunId(run),
        text: text.to_owned(),
        flags: Vec::new(),
    }
}

fn order(form: Form, clash: Clash, place: Place) -> Order {
    Order {
        which: Which::All,
        folder: None,
        filter: None,
        form,
        existing: Existing::Skip,
        clash,
        place,
    }
}

fn files(layout: &Layout) -> Vec<&str> {
    let files = layout.slots.iter().map(|slot| slot.file.to_str().unwrap());
    files.collect()
}

#[test]
fn a_text_that_is_there_is_treated_as_was_said() {
    let settle = |existing: Existing, before: &str| {
        let (fate, after) = existing.settle(Some(before), "a cat");
        (fate, after.unwrap_or_else(|| before.to_owned()))
    };
    let tell = |fate, text: &str| (fate, text.to_owned());
    assert_eq!(settle(Existing::Skip, "a dog"), tell(Fate::Kept, "a dog"));
    assert_eq!(
        settle(Existing::Overwrite, "a dog"),
        tell(Fate::Overwritten, "a cat")
    );
    assert_eq!(
        settle(Existing::Append, "a dog"),
        tell(Fate::Appended, "a dog, a cat")
    );
    assert_eq!(
        settle(Existing::Append, "A dog."),
        tell(Fate::Appended, "A dog. a cat")
    );
    assert_eq!(settle(Existing::Append, ""), tell(Fate::Appended, "a cat"));
    assert_eq!(
        settle(Existing::Prepend, "a dog"),
        tell(Fate::Prepended, "a cat, a dog")
    );
    // What only ends or begins like the caption does not hold it.
    assert_eq!(
        settle(Existing::Append, "not a cat"),
        tell(Fate::Appended, "not a cat, a cat")
    );
    assert_eq!(
        settle(Existing::Prepend, "a cat nap"),
        tell(Fate::Prepended, "a cat, a cat nap")
    );
    assert_eq!(
        Existing::Skip.settle(None, "a cat"),
        (Fate::New, Some("a cat".to_owned()))
    );
}

#[test]
fn pictures_that_share_a_name_collide() {
    let picks = || {
        vec![
            pick("/p/cat.jpg", 1, "a cat"),
            pick("/p/cat.png", 2, "another cat"),
            pick("/p/dog.jpg", 3, "a dog"),
            pick("/q/cat.png", 4, "a third cat"),
        ]
    };
    let skipped = lay(
        picks(),
        &order(Form::Txt, Clash::Skip, Place::Beside),
        &|_| false,
    );
    assert_eq!(files(&skipped), ["/p/dog.txt", "/q/cat.txt"]);
    let [collision] = &skipped.collisions[..] else {
        panic!("{skipped:?}")
    };
    assert_eq!(collision.path, Path::new("/p/cat.txt"));
    assert_eq!((collision.images.len(), collision.is_resolved), (2, false));
    let order = order(Form::Txt, Clash::WholeName, Place::Beside);
    let resolved = lay(picks(), &order, &|_| false);
    let all = [
        "/p/cat.jpg.txt",
        "/p/cat.png.txt",
        "/p/dog.txt",
        "/q/cat.txt",
    ];
    assert_eq!(files(&resolved), all);
    assert!(resolved.collisions.iter().all(|it| it.is_resolved));
}

#[test]
fn names_that_differ_by_case_collide_where_the_disk_takes_them_for_one() {
    let picks = vec![pick("/p/Cat.jpg", 1, "a"), pick("/p/cat.png", 2, "b")];
    let order = order(Form::Caption, Clash::Skip, Place::Beside);
    assert_eq!(lay(picks.clone(), &order, &|_| false).slots.len(), 2);
    let folded = lay(picks, &order, &|folder| folder == Path::new("/p"));
    assert_eq!((folded.slots.len(), folded.collisions.len()), (0, 1));
}

#[test]
fn several_captions_of_a_picture_collide_unless_they_are_the_same() {
    let same = vec![
        pick("/p/cat.jpg", 1, "a cat"),
        pick("/p/cat.jpg", 2, "a cat"),
    ];
    let skip = order(Form::Txt, Clash::Skip, Place::Beside);
    assert_eq!(files(&lay(same, &skip, &|_| false)), ["/p/cat.txt"]);
    let several = vec![
        pick("/p/cat.jpg", 1, "a cat"),
        pick("/p/cat.jpg", 2, "tabby"),
    ];
    assert_eq!(lay(several.clone(), &skip, &|_| false).collisions.len(), 1);
    let whole = order(Form::Txt, Clash::WholeName, Place::Beside);
    let layout = lay(several.clone(), &whole, &|_| false);
    assert_eq!(files(&layout), ["/p/cat.jpg.1.txt", "/p/cat.jpg.2.txt"]);
    let rows = order(Form::Metadata, Clash::WholeName, Place::Beside);
    let layout = lay(several, &rows, &|_| false);
    assert_eq!(
        (layout.slots.len(), layout.collisions[0].is_resolved),
        (0, false)
    );
}

#[test]
fn a_new_name_that_is_taken_helps_nobody() {
    let picks = vec![
        pick("/p/cat.jpg", 1, "a"),
        pick("/p/cat.png", 2, "b"),
        pick("/p/cat.jpg.gif", 3, "c"),
    ];
    let order = order(Form::Txt, Clash::WholeName, Place::Beside);
    let layout = lay(picks, &order, &|_| false);
    assert_eq!(files(&layout), ["/p/cat.png.txt"]);
    let told = layout
        .collisions
        .iter()
        .map(|it| (it.images.len(), it.is_resolved));
    let mut told: Vec<_> = told.collect();
    told.sort_unstable();
    assert_eq!(told, [(1, true), (2, false)]);
}

#[test]
fn a_likeness_keeps_the_tree() {
    let place = Place::Below {
        root: "/p".into(),
        folder: "/out".into(),
    };
    let picks = vec![
        pick("/p/a.jpg", 1, "a"),
        pick("/p/deep/b.jpg", 2, "b"),
        pick("/q/c.jpg", 3, "c"),
    ];
    let layout = lay(picks, &order(Form::Metadata, Clash::Skip, place), &|_| {
        false
    });
    assert_eq!(
        files(&layout),
        ["/out/deep/metadata.jsonl", "/out/metadata.jsonl"]
    );
    assert_eq!(
        layout.left_out,
        [(ImageRef::new("/q/c.jpg"), LeftOut::Outside)]
    );
}

#[test]
fn a_caption_is_tidied_once_and_for_all() {
    assert_eq!(tidy("\u{feff} a\0 cat\r\nasleep\r\n\n"), "a cat\nasleep");
    assert_eq!(tidy("a cat\r\r\0\nasleep"), "a cat\nasleep");
    for text in ["\r\0\n", "\u{feff}\r\n\u{feff}", " a\r", "\r\r\n\n a"] {
        assert_eq!(tidy(&tidy(text)), tidy(text), "{text:?}");
    }
}

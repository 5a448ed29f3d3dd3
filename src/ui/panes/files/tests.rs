use std::fs;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::*;
use crate::domain::image::Fingerprint;
use crate::domain::sort::Sort;
use crate::engine::{Marks, Recognised, ScanEnd};
use crate::media::scan;
use crate::ui::tests::{FOLDER, entries, picture};

const PAGE: Page = Page {
    rows: 10,
    columns: 1,
};

fn pane() -> FilesPane {
    let mut pane = FilesPane::new(FOLDER.into(), None, Sort::Name, false);
    pane.read();
    pane
}

/// A pane that has read these names.
fn over(names: &[&str]) -> FilesPane {
    let mut pane = pane();
    read(&mut pane, names);
    pane
}

fn bring(pane: &mut FilesPane, names: &[&str]) {
    let news = FilesNews::Entries(entries(names));
    pane.absorb(pane.ticket, news, PAGE);
}

fn end(pane: &mut FilesPane) -> Vec<Effect> {
    let news = FilesNews::End(Ok(ScanEnd::default()));
    pane.absorb(pane.ticket, news, PAGE)
}

fn read(pane: &mut FilesPane, names: &[&str]) {
    bring(pane, names);
    end(pane);
}

fn does(pane: &mut FilesPane, line: &str) -> Vec<Effect> {
    let command = crate::ui::commands::parse(line).unwrap();
    pane.handle(&command, PAGE)
}

fn shown(pane: &FilesPane) -> Vec<String> {
    pane.rows
        .shown()
        .map(|row| row.shown_name().raw().to_owned())
        .collect()
}

fn here(pane: &FilesPane) -> String {
    pane.row().unwrap().shown_name().raw().to_owned()
}

fn targets(pane: &FilesPane) -> Vec<String> {
    pane.targets()
        .iter()
        .map(|image| image.name().raw().to_owned())
        .collect()
}

fn known(name: &str, size: u64, modified_ns: i64, marks: Marks) -> Recognised {
    Recognised {
        name: name.into(),
        fingerprint: Fingerprint {
            device: 1,
            inode: 1,
            size,
            modified_ns,
        },
        marks,
    }
}

#[test]
fn entries_that_come_in_any_order_end_sorted() {
    let mut pane = pane();
    bring(&mut pane, &["img10.jpg", "zoo/", "b.jpg"]);
    bring(&mut pane, &["img9.jpg", "art/", "a.heic"]);
    end(&mut pane);
    let expected = [
        "..",
        "art",
        "zoo",
        "a.heic",
        "b.jpg",
        "img9.jpg",
        "img10.jpg",
    ];
    assert_eq!(shown(&pane), expected);
}

#[test]
fn the_first_picture_gets_the_cursor_until_the_person_moves() {
    let mut pane = pane();
    bring(&mut pane, &["art/", "m.jpg"]);
    assert_eq!(here(&pane), "m.jpg");
    bring(&mut pane, &["b.jpg"]);
    assert_eq!(here(&pane), "b.jpg");
    does(&mut pane, "down");
    assert_eq!(here(&pane), "m.jpg");
    bring(&mut pane, &["a.jpg", "c.jpg"]);
    end(&mut pane);
    assert_eq!(here(&pane), "m.jpg");
}

#[test]
fn without_pictures_the_first_folder_gets_the_cursor() {
    assert_eq!(here(&over(&["art/", "zoo/"])), "art");
    assert_eq!(here(&over(&[])), "..");
}

#[test]
fn a_file_that_was_named_gets_the_cursor_when_it_is_found() {
    let mut pane = FilesPane::new(FOLDER.into(), Some("c.jpg".into()), Sort::Name, false);
    pane.read();
    bring(&mut pane, &["a.jpg", "b.jpg"]);
    bring(&mut pane, &["c.jpg", "d.jpg"]);
    end(&mut pane);
    assert_eq!(here(&pane), "c.jpg");
}

#[test]
fn the_cursor_stays_on_its_name_whatever_is_sorted_or_shown() {
    let mut pane = over(&[".hidden.jpg", "a.jpg", "b.jpg", "c.jpg"]);
    does(&mut pane, "down");
    assert_eq!(here(&pane), "b.jpg");
    does(&mut pane, "hidden");
    assert_eq!(shown(&pane).len(), 5);
    assert_eq!(here(&pane), "b.jpg");
    does(&mut pane, "sort size");
    let sizes = [("a.jpg", 1), ("b.jpg", 2), ("c.jpg", 3)];
    let news = sizes.map(|(name, size)| known(name, size, 0, Marks::default()));
    pane.absorb(pane.ticket, FilesNews::Recognised(news.into()), PAGE);
    assert_eq!(
        shown(&pane),
        ["..", "c.jpg", "b.jpg", "a.jpg", ".hidden.jpg"]
    );
    assert_eq!(here(&pane), "b.jpg");
}

#[test]
fn hidden_files_are_shown_only_on_request() {
    let mut pane = over(&[".git/", ".a.jpg", "b.jpg"]);
    assert_eq!(shown(&pane), ["..", "b.jpg"]);
    does(&mut pane, "hidden");
    assert_eq!(shown(&pane), ["..", ".git", ".a.jpg", "b.jpg"]);
    does(&mut pane, "hidden");
    assert_eq!(shown(&pane), ["..", "b.jpg"]);
}

#[test]
fn orders_go_round_and_the_newest_or_largest_comes_first() {
    let mut pane = over(&["a.jpg", "b.jpg", "c.jpg", "art/"]);
    let news = vec![
        known("a.jpg", 10, 200, Marks::default()),
        known("b.jpg", 30, 100, Marks::default()),
        known("c.jpg", 20, 300, Marks::default()),
    ];
    pane.absorb(pane.ticket, FilesNews::Recognised(news), PAGE);
    does(&mut pane, "sort");
    assert_eq!(shown(&pane), ["..", "art", "c.jpg", "a.jpg", "b.jpg"]);
    does(&mut pane, "sort");
    assert_eq!(shown(&pane), ["..", "art", "b.jpg", "c.jpg", "a.jpg"]);
    does(&mut pane, "sort");
    assert_eq!(shown(&pane), ["..", "art", "a.jpg", "b.jpg", "c.jpg"]);
}

#[test]
fn into_a_folder_and_back_onto_it() {
    let mut pane = over(&["art/", "zoo/", "a.jpg"]);
    does(&mut pane, "up");
    let effects = does(&mut pane, "into");
    assert_eq!(pane.folder(), Path::new("/home/me/photos/zoo"));
    assert_eq!(
        effects,
        [Effect::Scan(pane.ticket, "/home/me/photos/zoo".into())]
    );
    read(&mut pane, &["lion.jpg"]);
    assert_eq!(here(&pane), "lion.jpg");
    does(&mut pane, "out");
    assert_eq!(pane.folder(), Path::new(FOLDER));
    read(&mut pane, &["art/", "zoo/", "a.jpg"]);
    assert_eq!(here(&pane), "zoo");
}

#[test]
fn the_first_row_leads_up_and_the_root_has_none() {
    let mut pane = over(&["a.jpg"]);
    does(&mut pane, "top");
    does(&mut pane, "into");
    assert_eq!(pane.folder(), Path::new("/home/me"));
    let mut root = FilesPane::new("/".into(), None, Sort::Name, false);
    root.read();
    read(&mut root, &["home/"]);
    assert_eq!(shown(&root), ["home"]);
    assert_eq!(does(&mut root, "out"), []);
}

#[test]
fn pictures_are_selected_one_by_one() {
    let mut pane = over(&["art/", "a.jpg", "b.jpg", "c.heic"]);
    assert_eq!(targets(&pane), ["a.jpg"], "the one under the cursor");
    does(&mut pane, "select");
    does(&mut pane, "select");
    does(&mut pane, "select");
    assert_eq!(
        targets(&pane),
        ["a.jpg", "b.jpg"],
        "what cannot be read is not selected"
    );
    does(&mut pane, "top");
    does(&mut pane, "select");
    does(&mut pane, "select");
    assert_eq!(pane.selected(), 2, "folders are not selected");
    does(&mut pane, "select");
    assert_eq!(targets(&pane), ["b.jpg"]);
    does(&mut pane, "back");
    assert_eq!(pane.selected(), 0);
}

#[test]
fn all_pictures_are_selected_and_then_none() {
    let mut pane = over(&["art/", ".h.jpg", "a.jpg", "b.jpg", "c.heic"]);
    does(&mut pane, "select");
    does(&mut pane, "select-all");
    assert_eq!(
        targets(&pane),
        ["a.jpg", "b.jpg"],
        "hidden ones are not selected"
    );
    does(&mut pane, "select-all");
    assert_eq!(pane.selected(), 0);
}

#[test]
fn a_range_is_selected_in_either_direction() {
    let mut pane = over(&["a.jpg", "b.jpg", "c.jpg", "d.jpg"]);
    does(&mut pane, "down");
    does(&mut pane, "select-range");
    does(&mut pane, "down");
    does(&mut pane, "select-range");
    assert_eq!(targets(&pane), ["b.jpg", "c.jpg"]);
    does(&mut pane, "back");
    does(&mut pane, "bottom");
    does(&mut pane, "select-range");
    does(&mut pane, "top");
    does(&mut pane, "select-range");
    assert_eq!(pane.selected(), 4);
}

/// A range once began at a number of a row, whatever stood there later.
#[test]
fn a_range_begins_at_its_picture_whatever_moves() {
    let mut pane = pane();
    bring(&mut pane, &["m.jpg", "n.jpg"]);
    does(&mut pane, "select-range");
    bring(&mut pane, &["a.jpg", "b.jpg"]);
    does(&mut pane, "down");
    does(&mut pane, "select-range");
    assert_eq!(targets(&pane), ["m.jpg", "n.jpg"]);
}

#[test]
fn finding_goes_round_and_round() {
    let mut pane = over(&["Cat2.jpg", "cat1.jpg", "dog.jpg"]);
    does(&mut pane, "bottom");
    pane.find("CAT", PAGE);
    assert_eq!(pane.looked_for(), Some("cat"));
    assert_eq!(
        here(&pane),
        "cat1.jpg",
        "the first from the cursor on, round"
    );
    for expected in ["Cat2.jpg", "cat1.jpg"] {
        does(&mut pane, "find-next");
        assert_eq!(here(&pane), expected);
    }
    for expected in ["Cat2.jpg", "cat1.jpg"] {
        does(&mut pane, "find-previous");
        assert_eq!(here(&pane), expected);
    }
}

#[test]
fn what_is_not_found_moves_nothing() {
    let mut pane = over(&["a.jpg", "b.jpg"]);
    does(&mut pane, "down");
    pane.find("x", PAGE);
    does(&mut pane, "find-next");
    assert_eq!(here(&pane), "b.jpg");
    pane.find("", PAGE);
    assert_eq!(pane.looked_for(), None);
    does(&mut pane, "find-previous");
    assert_eq!(here(&pane), "b.jpg");
}

#[test]
fn the_first_picture_without_a_caption_is_found() {
    let mut pane = over(&["art/", "a.jpg", "b.jpg", "c.jpg"]);
    pane.mark(&picture("a.jpg"), true);
    pane.mark(&picture("b.jpg"), false);
    does(&mut pane, "bottom");
    does(&mut pane, "uncaptioned");
    assert_eq!(here(&pane), "b.jpg", "it failed");
    pane.mark(&picture("b.jpg"), true);
    does(&mut pane, "uncaptioned");
    assert_eq!(here(&pane), "c.jpg");
}

#[test]
fn a_run_of_another_folder_marks_nothing_here() {
    let mut pane = over(&["a.jpg"]);
    pane.mark(&ImageRef::new("/elsewhere/a.jpg"), true);
    assert_eq!(pane.row().unwrap().marks, Marks::default());
}

#[test]
fn an_answer_to_an_old_question_is_dropped() {
    let mut pane = over(&["art/", "a.jpg"]);
    let old = pane.ticket;
    does(&mut pane, "top");
    does(&mut pane, "into");
    pane.absorb(old, FilesNews::Entries(entries(&["late.jpg"])), PAGE);
    pane.absorb(old, FilesNews::End(Err(Problem::new("late"))), PAGE);
    assert_eq!(shown(&pane), [".."]);
    assert_eq!(pane.reading, Reading::Going);
}

#[test]
fn when_all_names_are_there_history_is_asked_about_the_files() {
    let mut pane = pane();
    bring(&mut pane, &["art/", "a.jpg", "b.heic"]);
    let names = vec!["a.jpg".into(), "b.heic".into()];
    let asked = [Effect::Recognise(pane.ticket, FOLDER.into(), names)];
    assert_eq!(end(&mut pane), asked);
    assert_eq!(end(&mut over(&["art/"])), [], "folders have no history");
}

/// A chunk that was read before a run was stored once took its mark away.
#[test]
fn a_picture_that_was_captioned_since_the_question_is_asked_about_again() {
    let mut pane = over(&["a.jpg", "b.jpg"]);
    pane.mark(&picture("a.jpg"), true);
    let stale = || {
        let names = ["a.jpg", "b.jpg"];
        FilesNews::Recognised(names.map(|name| known(name, 1, 1, Marks::default())).into())
    };
    let asked = Effect::Recognise(pane.ticket, FOLDER.into(), vec!["a.jpg".into()]);
    assert_eq!(pane.absorb(pane.ticket, stale(), PAGE), [asked]);
    let marks = Marks {
        captions: 1,
        ..Marks::default()
    };
    let news = FilesNews::Recognised(vec![known("a.jpg", 1, 1, marks)]);
    assert_eq!(pane.absorb(pane.ticket, news, PAGE), [], "once is enough");
    assert_eq!(pane.row().unwrap().marks.captions, 1);
    pane.mark(&picture("a.jpg"), true);
    pane.recognise();
    let news = pane.absorb(pane.ticket, stale(), PAGE);
    assert_eq!(news, [], "the run was stored before the question");
}

/// The rows were once hidden behind the problem, and keys went on to act on them.
#[test]
fn a_folder_that_cannot_be_read_again_keeps_its_rows() {
    let mut pane = over(&["a.jpg", "b.jpg"]);
    pane.reload();
    let problem = Problem::new("/home/me/photos cannot be read");
    pane.absorb(pane.ticket, FilesNews::End(Err(problem)), PAGE);
    assert_eq!(shown(&pane), ["..", "a.jpg", "b.jpg"]);
    pane.reload();
    assert_eq!(shown(&pane), ["..", "a.jpg", "b.jpg"]);
    read(&mut pane, &["b.jpg"]);
    assert_eq!(shown(&pane), ["..", "b.jpg"]);
    assert_eq!(pane.reading, Reading::Done(0));
}

#[test]
fn captions_that_lie_beside_pictures_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["cat.jpg", "cat.txt", "dog.jpg", "notes.md"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let mut pane = FilesPane::new(folder.path().to_owned(), None, Sort::Name, false);
    pane.read();
    let ticket = pane.ticket;
    let end = scan::scan(folder.path(), &mut |chunk| {
        pane.absorb(ticket, FilesNews::Entries(chunk), PAGE);
        ControlFlow::Continue(())
    });
    pane.absorb(ticket, FilesNews::End(Ok(end.unwrap())), PAGE);
    let marked: Vec<_> = pane
        .rows
        .all()
        .filter(|row| row.sidecar)
        .map(|row| &row.name)
        .collect();
    assert_eq!(marked, ["cat.jpg"]);
    assert_eq!(pane.reading, Reading::Done(2));
}

#[test]
fn a_folder_that_cannot_be_read_is_told_and_can_be_read_again() {
    let mut pane = pane();
    let problem = Problem::new("/home/me/photos cannot be read");
    pane.absorb(pane.ticket, FilesNews::End(Err(problem.clone())), PAGE);
    assert_eq!(pane.reading, Reading::Failed(problem));
    pane.reload();
    assert_eq!(pane.reading, Reading::Going);
}

/// The list was once empty while it was read again, so the picture in sight went away with it.
#[test]
fn what_is_shown_stays_while_the_folder_is_read_again() {
    let mut pane = over(&["a.jpg", "b.jpg", "c.jpg"]);
    pane.mark(&picture("b.jpg"), true);
    does(&mut pane, "down");
    does(&mut pane, "select");
    does(&mut pane, "select");
    does(&mut pane, "up");
    assert_eq!(pane.reload(), [Effect::Scan(pane.ticket, FOLDER.into())]);
    bring(&mut pane, &["d.jpg", "b.jpg"]);
    assert_eq!(shown(&pane), ["..", "a.jpg", "b.jpg", "c.jpg"]);
    end(&mut pane);
    assert_eq!(shown(&pane), ["..", "b.jpg", "d.jpg"]);
    assert_eq!(here(&pane), "b.jpg");
    assert_eq!(pane.row().unwrap().marks.captions, 1);
    assert_eq!(targets(&pane), ["b.jpg"], "what is gone is not selected");
}

#[test]
fn a_picture_that_is_gone_leaves_the_cursor_to_the_next() {
    let mut pane = over(&["a.jpg", "b.jpg", "c.jpg"]);
    does(&mut pane, "down");
    pane.reload();
    read(&mut pane, &["a.jpg", "c.jpg"]);
    assert_eq!(here(&pane), "c.jpg");
    pane.reload();
    read(&mut pane, &["a.jpg"]);
    assert_eq!(here(&pane), "a.jpg");
}

/// A terminal tells at once that it has the focus; the cursor then once stayed on the first row.
#[test]
fn reading_again_before_the_end_forgets_not_where_the_cursor_is_wanted() {
    let mut pane = pane();
    pane.reload();
    read(&mut pane, &["art/", "a.jpg"]);
    assert_eq!(here(&pane), "a.jpg");
}

#[test]
fn the_pictures_beside_the_cursor_come_next() {
    let mut pane = over(&["art/", "a.jpg", "b.jpg", "c.jpg"]);
    does(&mut pane, "down");
    let names = |pane: &FilesPane| {
        let next = pane.neighbours();
        next.map(|image| image.name().raw().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&pane), ["c.jpg", "a.jpg"]);
    does(&mut pane, "up");
    assert_eq!(names(&pane), ["b.jpg"], "a folder is no picture");
}

/// A tenth of a second is enough; the limit is for machines that are slow or busy.
#[test]
fn ten_thousand_entries_in_pieces_are_taken_in_at_once() {
    let names: Vec<_> = (0..10_000)
        .map(|n| format!("{}.jpg", n * 7_919 % 10_000))
        .collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let (mut pane, started) = (pane(), Instant::now());
    for chunk in names.chunks(256) {
        bring(&mut pane, chunk);
    }
    end(&mut pane);
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(pane.rows.len(), 10_001);
    assert_eq!(here(&pane), "0.jpg");
    does(&mut pane, "bottom");
    assert_eq!(here(&pane), "9999.jpg");
}

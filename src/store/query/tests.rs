use super::*;
use crate::store::lock;
use crate::store::tests::{Folder, captioned, image, plan, request, store_run};

#[test]
fn pages_follow_each_other_from_the_newest_to_the_oldest() {
    let folder = Folder::new();
    let store = folder.open();
    let ids: Vec<_> = (0..25)
        .map(|n| store_run(&store, captioned(n)).id)
        .collect();
    let mut read = Vec::new();
    loop {
        let before = read.last().copied().flatten();
        let page = store.page(&HistoryQuery::default(), before, 10).unwrap();
        if page.is_empty() {
            break;
        }
        read.extend(page.into_iter().map(|run| run.id));
    }
    assert_eq!(read, ids.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn a_page_is_of_the_folder_and_the_picture_that_were_asked_for() {
    let folder = Folder::new();
    let store = folder.open();
    let lying_at = |path: &str, number| {
        let run = Run {
            request: request(path),
            ..captioned(number)
        };
        store_run(&store, run).id
    };
    let first = lying_at("/a/1.jpg", 1);
    let deeper = lying_at("/a/b/1.jpg", 1);
    let other = lying_at("/a/2.jpg", 2);
    let page = |folder: Option<&str>, image| -> Vec<_> {
        let query = HistoryQuery {
            folder: folder.map(Into::into),
            image,
            ..HistoryQuery::default()
        };
        let runs = store.page(&query, None, 10).unwrap();
        runs.into_iter().map(|run| run.id).collect()
    };
    assert_eq!(page(None, None), [other, deeper, first]);
    assert_eq!(page(Some("/a"), None), [other, first]);
    assert_eq!(page(Some("/a/"), None), [other, first]);
    assert_eq!(page(None, Some(image(1))), [deeper, first]);
    assert_eq!(page(Some("/a"), Some(image(1))), [first]);
    assert_eq!(page(Some("/nowhere"), None), []);
    assert_eq!(store.runs_of(&image(2)).unwrap()[0].id, other);
    assert_eq!(store.runs_of(&image(9)).unwrap(), []);
}

#[test]
fn no_question_looks_at_more_rows_than_it_shows() {
    let folder = Folder::new();
    let store = folder.open();
    store_run(&store, captioned(1));
    let page = |folder: Option<&str>, image, filter: &str| {
        let query = HistoryQuery {
            folder: folder.map(PathBuf::from),
            image,
            filter: Some(Filter::parse(filter).unwrap()),
            ..HistoryQuery::default()
        };
        let reader = lock(&store.reader);
        let sql = question(&reader, &query, None, Some(100)).unwrap().sql;
        plan(&reader, &sql)
    };
    let one = Some(image(1));
    let questions = [
        (page(None, None, ""), "SEARCH run USING INTEGER PRIMARY KEY"),
        (
            page(Some("/a"), None, ""),
            "SEARCH run USING INDEX run_in_folder",
        ),
        (page(None, one, ""), "SEARCH run USING INDEX run_of_picture"),
        (
            page(Some("/a"), one, ""),
            "SEARCH run USING INDEX run_of_picture",
        ),
        (
            page(None, one, "cat usage:>4"),
            "SEARCH run USING INDEX run_of_picture",
        ),
        (page(None, None, "cat"), "SCAN found VIRTUAL TABLE INDEX"),
        (
            page(Some("/a"), None, "c* chars:>9 -dog"),
            "SCAN found VIRTUAL TABLE INDEX",
        ),
        (page(None, None, "-cat"), "SCAN found VIRTUAL TABLE INDEX"),
        (
            page(None, None, "model:qwen folder:photos"),
            "SCAN found VIRTUAL TABLE INDEX",
        ),
        (
            page(None, None, "s*x (a or before:2026-01-01)"),
            "SCAN found VIRTUAL TABLE INDEX",
        ),
        (
            page(None, None, "chars:>9"),
            "SEARCH run USING INTEGER PRIMARY KEY",
        ),
        (
            page(None, None, "prompt:describe"),
            "SEARCH run USING INTEGER PRIMARY KEY",
        ),
        (
            page(None, None, "a or cost:>1"),
            "SEARCH run USING INTEGER PRIMARY KEY",
        ),
    ];
    for (plan, index) in questions {
        assert!(plan.contains(index), "{index}: {plan}");
        assert!(!plan.contains("SCAN run"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

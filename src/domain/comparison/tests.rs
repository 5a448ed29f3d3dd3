use super::samples::{comparison, entrant, failed, said, verdict};
use super::*;
use crate::domain::verdict::Choice;

fn image(path: &str) -> ImageRef {
    ImageRef::new(path)
}

#[test]
fn verdicts_are_those_over_these_pictures_and_contestants() {
    let [a, b, c] = ["a", "b", "c"].map(|name| entrant(name, None));
    let (cat, dog) = (image("/photos/cat.jpg"), image("/photos/dog.jpg"));
    let picture = Picture {
        image: cat.clone(),
        answers: vec![said(&cat, &a, "a cat"), failed(&cat, &b, "no")],
        verdict: None,
    };
    let all = [a.clone(), b.clone(), c];
    let verdicts = vec![
        verdict(&dog, &all, Choice::Best(0), "another picture"),
        verdict(&cat, &all, Choice::Best(2), "somebody else won"),
        verdict(&cat, &all, Choice::Best(1), "counts"),
    ];
    let made = Comparison::new(
        Timestamp::UNIX_EPOCH,
        vec![a, b],
        vec![picture],
        verdicts,
        1,
    );
    assert_eq!(made.compared.standings.verdicts, 1);
    let verdict = made.pictures[0].verdict.as_ref().unwrap();
    assert_eq!(verdict.reason, "counts");
    let [first, second] = made
        .compared
        .rows()
        .collect::<Vec<_>>()
        .try_into()
        .ok()
        .unwrap();
    assert_eq!(first.name().raw(), "org/b");
    assert_eq!((first.service.captions, first.service.failures), (0, 1));
    assert_eq!((second.service.captions, second.service.failures), (1, 0));
}

#[test]
fn who_was_never_judged_stands_at_the_end() {
    let [a, b] = ["a", "b"].map(|name| entrant(name, None));
    let made = Comparison::new(Timestamp::UNIX_EPOCH, vec![a, b], Vec::new(), Vec::new(), 1);
    assert_eq!(made.compared.rows().count(), 2);
    assert_eq!(made.asked().len(), 1, "all were asked the same");
}

#[test]
fn what_was_asked_is_told_of_each_where_it_differs() {
    let asked = comparison("!").asked();
    let (who, what) = &asked[1];
    assert_eq!(who.as_ref().unwrap().raw(), "org/two (!)");
    assert_eq!(what.raw(), "Describe it.!");
}

#[test]
fn pictures_are_named_from_the_folder_that_holds_them_all() {
    let a = entrant("a", None);
    let paths = ["/photos/2024/may/cat.jpg", "/photos/2025/dog.jpg"].map(image);
    let picture = |image: &ImageRef| Picture {
        image: image.clone(),
        answers: vec![said(image, &a, "")],
        verdict: None,
    };
    let pictures = paths.iter().map(picture).collect();
    let made = Comparison::new(
        Timestamp::UNIX_EPOCH,
        vec![a.clone()],
        pictures,
        Vec::new(),
        1,
    );
    let names = paths.map(|path| made.name(&path).raw().to_owned());
    assert_eq!(names, ["2024/may/cat.jpg", "2025/dog.jpg"]);
}

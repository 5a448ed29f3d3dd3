use super::*;
use crate::ui::tests::{look, picture};

const WITHIN: Size = Size {
    width: 40,
    height: 30,
};

fn want(pictures: &mut Pictures, sight: &str, next: &[&str]) -> Option<String> {
    let next: Vec<_> = next.iter().map(|name| picture(name)).collect();
    let effect = pictures.want(Some(picture(sight)), next.into_iter(), WITHIN)?;
    let Effect::Look(_, image, within) = effect else {
        panic!("{effect:?}");
    };
    assert_eq!(within, WITHIN);
    Some(image.name().raw().to_owned())
}

fn answer(pictures: &mut Pictures, name: &str) {
    let looked = Looked {
        image: picture(name),
        within: WITHIN,
        look: Ok(look(4, 4)),
    };
    pictures.absorb(pictures.ticket, looked);
}

#[test]
fn the_picture_in_sight_comes_first_and_its_neighbours_after_it() {
    let mut pictures = Pictures::default();
    let next = ["b.jpg", "c.jpg"];
    assert_eq!(
        want(&mut pictures, "a.jpg", &next).as_deref(),
        Some("a.jpg")
    );
    assert_eq!(
        want(&mut pictures, "a.jpg", &next),
        None,
        "it is on its way"
    );
    answer(&mut pictures, "a.jpg");
    assert!(pictures.get(&picture("a.jpg")).is_some());
    assert_eq!(
        want(&mut pictures, "a.jpg", &next).as_deref(),
        Some("b.jpg")
    );
    assert_eq!(want(&mut pictures, "a.jpg", &next), None, "one at a time");
    answer(&mut pictures, "b.jpg");
    assert_eq!(
        want(&mut pictures, "a.jpg", &next).as_deref(),
        Some("c.jpg")
    );
    answer(&mut pictures, "c.jpg");
    assert_eq!(want(&mut pictures, "a.jpg", &next), None, "all is there");
}

#[test]
fn whoever_moves_on_does_not_wait_for_a_neighbour() {
    let mut pictures = Pictures::default();
    want(&mut pictures, "a.jpg", &[]);
    answer(&mut pictures, "a.jpg");
    want(&mut pictures, "a.jpg", &["b.jpg"]);
    assert_eq!(want(&mut pictures, "z.jpg", &[]).as_deref(), Some("z.jpg"));
}

#[test]
fn a_neighbour_on_its_way_is_not_asked_for_again() {
    let mut pictures = Pictures::default();
    want(&mut pictures, "a.jpg", &[]);
    answer(&mut pictures, "a.jpg");
    want(&mut pictures, "a.jpg", &["b.jpg"]);
    assert_eq!(want(&mut pictures, "b.jpg", &[]), None);
}

#[test]
fn a_picture_that_nobody_waits_for_any_more_is_kept() {
    let mut pictures = Pictures::default();
    want(&mut pictures, "a.jpg", &[]);
    want(&mut pictures, "b.jpg", &[]);
    answer(&mut pictures, "a.jpg");
    assert!(pictures.get(&picture("a.jpg")).is_some());
    assert_eq!(
        want(&mut pictures, "b.jpg", &[]),
        None,
        "b is still on its way"
    );
}

#[test]
fn a_picture_that_cannot_be_made_ready_is_not_asked_for_again() {
    let mut pictures = Pictures::default();
    want(&mut pictures, "a.jpg", &[]);
    let looked = Looked {
        image: picture("a.jpg"),
        within: WITHIN,
        look: Err(Problem::new("a.jpg is damaged")),
    };
    pictures.absorb(pictures.ticket, looked);
    assert_eq!(want(&mut pictures, "a.jpg", &[]), None);
    assert!(pictures.get(&picture("a.jpg")).unwrap().is_err());
}

#[test]
fn another_size_is_asked_for_while_the_old_one_is_shown() {
    let mut pictures = Pictures::default();
    want(&mut pictures, "a.jpg", &[]);
    answer(&mut pictures, "a.jpg");
    let larger = Size {
        width: 80,
        height: 60,
    };
    let effect = pictures.want(Some(picture("a.jpg")), std::iter::empty(), larger);
    assert_eq!(
        effect,
        Some(Effect::Look(pictures.ticket, picture("a.jpg"), larger))
    );
    assert!(pictures.get(&picture("a.jpg")).is_some());
}

#[test]
fn after_a_fresh_start_an_old_answer_is_dropped() {
    let mut pictures = Pictures::default();
    want(&mut pictures, "a.jpg", &[]);
    let old = pictures.ticket;
    pictures.clear();
    let looked = Looked {
        image: picture("a.jpg"),
        within: WITHIN,
        look: Ok(look(4, 4)),
    };
    pictures.absorb(old, looked);
    assert!(pictures.get(&picture("a.jpg")).is_none());
    assert_eq!(want(&mut pictures, "a.jpg", &[]).as_deref(), Some("a.jpg"));
}

#[test]
fn only_so_many_are_kept_and_the_oldest_go_first() {
    let mut pictures = Pictures::default();
    for n in 0..=KEPT.get() {
        answer(&mut pictures, &format!("{n}.jpg"));
    }
    assert!(pictures.get(&picture("0.jpg")).is_none());
    assert!(pictures.get(&picture("1.jpg")).is_some());
}

#[test]
fn where_there_is_no_room_nothing_is_asked_for() {
    let mut pictures = Pictures::default();
    let none = Size {
        width: 0,
        height: 30,
    };
    let effect = pictures.want(Some(picture("a.jpg")), std::iter::empty(), none);
    assert_eq!(effect, None);
}

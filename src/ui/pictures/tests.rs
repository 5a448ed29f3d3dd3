use super::*;
use crate::ui::tests::{look, picture};

const WITHIN: Size = Size {
    width: 40,
    height: 30,
};

const LARGE: Size = Size {
    width: 80,
    height: 60,
};

fn wishes(names: &[&str]) -> Vec<Wish> {
    names.iter().map(|name| (picture(name), WITHIN)).collect()
}

/// What is asked for, and after a minus what is no longer waited for.
fn want(pictures: &mut Pictures, sight: &[&str], next: &[&str]) -> String {
    let name = |image: &ImageRef| image.name().raw().trim_end_matches(".jpg").to_owned();
    let effects = pictures.want(&wishes(sight), &wishes(next));
    let told = effects.iter().map(|effect| match effect {
        Effect::Look(_, image, within) => {
            assert_eq!(*within, WITHIN);
            name(image)
        }
        Effect::LookAway(left) => {
            let left: Vec<_> = left.iter().map(|(image, _)| name(image)).collect();
            format!("-{}", left.join("-"))
        }
        other => panic!("{other:?}"),
    });
    told.collect::<Vec<_>>().join(" ")
}

fn looked(name: &str, within: Size, width: u32, height: u32) -> Looked {
    Looked {
        image: picture(name),
        within,
        look: Ok(look(width, height)),
    }
}

fn answer(pictures: &mut Pictures, name: &str) {
    pictures.absorb(pictures.ticket, looked(name, WITHIN, 4, 4));
}

#[test]
fn the_picture_in_sight_comes_first_and_its_neighbours_after_it() {
    let mut pictures = Pictures::default();
    let next = ["b.jpg", "c.jpg"];
    assert_eq!(want(&mut pictures, &["a.jpg"], &next), "a");
    assert_eq!(want(&mut pictures, &["a.jpg"], &next), "", "on its way");
    answer(&mut pictures, "a.jpg");
    assert!(pictures.get(&picture("a.jpg")).is_some());
    assert_eq!(want(&mut pictures, &["a.jpg"], &next), "b c");
    assert_eq!(want(&mut pictures, &["a.jpg"], &next), "");
    answer(&mut pictures, "c.jpg");
    answer(&mut pictures, "b.jpg");
    assert_eq!(want(&mut pictures, &["a.jpg"], &next), "", "all is there");
}

#[test]
fn whoever_moves_on_does_not_wait_for_a_neighbour() {
    let mut pictures = Pictures::default();
    want(&mut pictures, &["a.jpg"], &[]);
    answer(&mut pictures, "a.jpg");
    want(&mut pictures, &["a.jpg"], &["b.jpg"]);
    assert_eq!(want(&mut pictures, &["z.jpg"], &[]), "-b z");
}

#[test]
fn a_neighbour_on_its_way_is_not_asked_for_again() {
    let mut pictures = Pictures::default();
    want(&mut pictures, &["a.jpg"], &[]);
    answer(&mut pictures, "a.jpg");
    want(&mut pictures, &["a.jpg"], &["b.jpg"]);
    assert_eq!(want(&mut pictures, &["b.jpg"], &["c.jpg", "a.jpg"]), "");
}

const SIX: [&str; 6] = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg"];

#[test]
fn only_some_are_asked_for_at_a_time_and_each_answer_makes_room() {
    let mut pictures = Pictures::default();
    assert_eq!(want(&mut pictures, &SIX, &["g.jpg"]), "a b c d");
    answer(&mut pictures, "c.jpg");
    assert_eq!(want(&mut pictures, &SIX, &["g.jpg"]), "e");
    answer(&mut pictures, "a.jpg");
    assert_eq!(want(&mut pictures, &SIX, &["g.jpg"]), "f");
    for name in ["b.jpg", "d.jpg", "e.jpg"] {
        answer(&mut pictures, name);
        assert_eq!(want(&mut pictures, &SIX, &["g.jpg"]), "", "f is in sight");
    }
    answer(&mut pictures, "f.jpg");
    assert_eq!(want(&mut pictures, &SIX, &["g.jpg"]), "g");
}

#[test]
fn what_went_out_of_sight_is_dropped_and_what_is_still_in_sight_is_not() {
    let mut pictures = Pictures::default();
    want(&mut pictures, &SIX, &[]);
    let on = ["c.jpg", "d.jpg", "e.jpg", "f.jpg", "g.jpg"];
    assert_eq!(want(&mut pictures, &on, &["h.jpg"]), "-a-b e f");
    assert_eq!(
        want(&mut pictures, &["h.jpg"], &on[..3]),
        "-f h",
        "what comes next is still wanted"
    );
}

#[test]
fn a_picture_that_nobody_waits_for_any_more_is_kept() {
    let mut pictures = Pictures::default();
    want(&mut pictures, &["a.jpg"], &[]);
    want(&mut pictures, &["b.jpg"], &[]);
    answer(&mut pictures, "a.jpg");
    assert!(pictures.get(&picture("a.jpg")).is_some());
    assert_eq!(want(&mut pictures, &["b.jpg"], &[]), "", "on its way");
}

#[test]
fn a_picture_that_cannot_be_made_ready_is_not_asked_for_again() {
    let mut pictures = Pictures::default();
    want(&mut pictures, &["a.jpg"], &[]);
    let failed = Looked {
        look: Err(Problem::new("a.jpg is damaged")),
        ..looked("a.jpg", WITHIN, 1, 1)
    };
    pictures.absorb(pictures.ticket, failed);
    assert_eq!(want(&mut pictures, &["a.jpg"], &[]), "");
    assert!(pictures.get(&picture("a.jpg")).unwrap().is_err());
    let shown = pictures.fit(&picture("a.jpg"), LARGE);
    assert!(shown.unwrap().is_err(), "whatever room there is");
}

#[test]
fn each_size_is_kept_and_what_fits_is_shown() {
    let mut pictures = Pictures::default();
    let image = picture("a.jpg");
    pictures.absorb(pictures.ticket, looked("a.jpg", WITHIN, 40, 20));
    let shown = |pictures: &Pictures, within| {
        let look = pictures.fit(&image, within)?.as_ref().unwrap();
        Some(look.1.size().width)
    };
    assert_eq!(shown(&pictures, LARGE), Some(40), "until there is a better");
    let larger = [(image.clone(), LARGE)];
    let asked = pictures.want(&larger, &[]);
    assert_eq!(asked, [Effect::Look(pictures.ticket, image.clone(), LARGE)]);
    pictures.absorb(pictures.ticket, looked("a.jpg", LARGE, 80, 40));
    assert_eq!(shown(&pictures, LARGE), Some(80));
    assert_eq!(shown(&pictures, WITHIN), Some(40));
    let tiny = Size {
        width: 39,
        height: 30,
    };
    assert_eq!(shown(&pictures, tiny), None, "a piece of it says little");
    assert_eq!(want(&mut pictures, &["a.jpg"], &[]), "", "back again");
}

#[test]
fn a_glimpse_stands_until_the_picture_is_made() {
    let mut pictures = Pictures::default();
    let none = Size {
        width: 0,
        height: 0,
    };
    want(&mut pictures, &["a.jpg"], &[]);
    pictures.absorb(pictures.ticket, looked("a.jpg", none, 8, 8));
    let width = |pictures: &Pictures| {
        let look = pictures.fit(&picture("a.jpg"), WITHIN).unwrap();
        look.as_ref().unwrap().1.size().width
    };
    assert_eq!(width(&pictures), 8);
    assert_eq!(want(&mut pictures, &["a.jpg"], &[]), "", "on its way");
    answer(&mut pictures, "a.jpg");
    assert_eq!(width(&pictures), 4);
    assert_eq!(pictures.weight, 16 + FACTS, "and is not kept beside it");
}

#[test]
fn after_a_fresh_start_an_old_answer_is_dropped() {
    let mut pictures = Pictures::default();
    want(&mut pictures, &["a.jpg"], &[]);
    let old = pictures.ticket;
    pictures.clear();
    pictures.absorb(old, looked("a.jpg", WITHIN, 4, 4));
    assert!(pictures.get(&picture("a.jpg")).is_none());
    assert_eq!(want(&mut pictures, &["a.jpg"], &[]), "a");
}

/// A picture of so many pixels each way that a dozen of them are too many.
const SIDE: u32 = 900;

#[test]
fn only_so_many_pixels_are_kept_and_those_longest_out_of_sight_go_first() {
    let mut pictures = Pictures::default();
    let vast = Size {
        width: SIDE,
        height: SIDE,
    };
    let take = |pictures: &mut Pictures, n: u32| {
        let looked = looked(&format!("{n}.jpg"), vast, SIDE, SIDE);
        pictures.absorb(pictures.ticket, looked);
    };
    let is_kept = |pictures: &Pictures, n: u32| {
        let kept = pictures.get(&picture(&format!("{n}.jpg")));
        kept.is_some()
    };
    for n in 0..9 {
        take(&mut pictures, n);
    }
    assert!(is_kept(&pictures, 0));
    pictures.want(&[(picture("0.jpg"), vast)], &[]);
    take(&mut pictures, 9);
    assert!(is_kept(&pictures, 0), "it is in sight");
    assert!(!is_kept(&pictures, 1));
    assert!(is_kept(&pictures, 2));
    assert!(pictures.weight <= KEPT);
    for n in 0..9 {
        take(&mut pictures, n);
    }
    let kept = pictures.looks.iter().map(|(_, looks)| weigh(looks));
    assert_eq!(kept.sum::<u64>(), pictures.weight);
}

/// What does not fit into memory at once is not asked for: it would drive out what was, for ever.
#[test]
fn a_screen_that_wants_more_than_is_kept_comes_to_rest() {
    let mut pictures = Pictures::default();
    let vast = Size {
        width: SIDE,
        height: SIDE,
    };
    let all: Vec<_> = (0..20)
        .map(|n| (picture(&format!("{n}.jpg")), vast))
        .collect();
    let mut made = 0;
    loop {
        let effects = pictures.want(&all, &[]);
        if effects.is_empty() {
            break;
        }
        for effect in effects {
            let Effect::Look(ticket, image, within) = effect else {
                panic!("{effect:?}");
            };
            let look = Ok(look(SIDE, SIDE));
            pictures.absorb(
                ticket,
                Looked {
                    image,
                    within,
                    look,
                },
            );
            made += 1;
        }
    }
    assert_eq!(made, 9);
    let whole = Size {
        width: 10_000,
        height: 10_000,
    };
    let one = pictures.want(&[(picture("z.jpg"), whole)], &[]);
    assert_eq!(one.len(), 1, "one is made, however large the screen is");
}

#[test]
fn where_there_is_no_room_nothing_is_asked_for() {
    let mut pictures = Pictures::default();
    let none = Size {
        width: 0,
        height: 30,
    };
    let effects = pictures.want(&[(picture("a.jpg"), none)], &[]);
    assert_eq!(effects, []);
}

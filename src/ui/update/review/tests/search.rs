//! Looking for runs while one types.

use insta::assert_snapshot;

use super::screens::{SMALL, WIDE, review};
use super::*;
use crate::domain::filter::Filter;

/// The filters by which history was read, as they are written.
fn read(effects: &[Effect]) -> Vec<String> {
    let filter = |effect: &Effect| match effect {
        Effect::History(_, query, None) => Some(
            query
                .filter
                .as_ref()
                .map_or(String::new(), Filter::to_string),
        ),
        _ => None,
    };
    effects.iter().filter_map(filter).collect()
}

fn tick(screen: &mut Screen, ms: i64) -> Vec<Effect> {
    let then = screen.state.now + jiff::SignedDuration::from_millis(ms);
    screen.tell(Message::Tick(then))
}

#[test]
fn history_is_searched_once_nothing_more_is_typed() {
    let mut screen = screen();
    screen.press("z /");
    screen.type_in("cat");
    assert!(screen.state.is_moving(), "time has to go on");
    assert_eq!(read(&tick(&mut screen, 100)), [""; 0]);
    screen.type_in("s");
    assert_eq!(read(&tick(&mut screen, 100)), [""; 0]);
    assert_eq!(read(&tick(&mut screen, 100)), ["cats"]);
    assert_eq!(read(&tick(&mut screen, 100)), [""; 0], "once is enough");
    assert_eq!(read(&screen.press("enter")), [""; 0]);
    screen.history(Ok((vec![run(3, "b.jpg", "org/one", "Two cats.")], false)));
    assert_eq!(here(&screen), 3);
    screen
        .state
        .history
        .add(&run(9, "a.jpg", "org/one", "A bird."), 5);
    assert_eq!(here(&screen), 3, "nobody knows whether it is like that");
}

#[test]
fn a_late_answer_to_what_was_typed_before_is_dropped() {
    let mut screen = screen();
    screen.press("z /");
    screen.type_in("cat");
    tick(&mut screen, 200);
    let ticket = screen.last(|effect| match effect {
        Effect::History(ticket, ..) => Some(*ticket),
        _ => None,
    });
    screen.type_in("s");
    screen.press("enter");
    let late = vec![run(7, "a.jpg", "org/one", "cat")];
    screen.tell(Message::History(ticket, Ok((late, false))));
    assert_eq!(
        here(&screen),
        5,
        "what was there stays until there is an answer"
    );
}

#[test]
fn escape_shows_everything_again() {
    let mut screen = screen();
    screen.press("z /");
    screen.type_in("cat");
    assert_eq!(read(&screen.press("enter")), ["cat"]);
    assert_eq!(read(&screen.press("esc")), [""]);
    assert!(screen.state.zoomed, "one level at a time");
    screen.press("esc");
    assert!(!screen.state.zoomed);
    screen.press("z /");
    screen.type_in("cat");
    tick(&mut screen, 200);
    assert_eq!(read(&screen.press("esc")), [""], "left while it was typed");
}

#[test]
fn the_next_and_the_previous_place_are_the_next_and_the_previous_run() {
    let mut screen = screen();
    screen.press("z /");
    screen.type_in("cat");
    screen.press("enter");
    let found = [5, 4, 3].map(|id| run(id, "a.jpg", "org/one", "A cat."));
    screen.history(Ok((found.into(), false)));
    screen.press("n n N");
    assert_eq!(here(&screen), 4);
}

#[test]
fn what_cannot_be_understood_is_told_where_it_is_typed() {
    let mut screen = review(SMALL);
    screen.press("/");
    screen.type_in("cat decision:perhaps");
    assert_eq!(
        read(&tick(&mut screen, 200)),
        ["cat decision"],
        "what was understood last"
    );
    assert_snapshot!("search_error_80", screen.text());
    assert_eq!(read(&screen.press("enter")), [""; 0]);
    assert!(!screen.state.overlays.is_empty(), "it can be mended");
}

#[test]
fn where_nothing_is_like_that_it_says_so() {
    let mut screen = review(WIDE);
    screen.press("/");
    screen.type_in("zebra model:qwen");
    screen.press("enter");
    screen.history(Ok((Vec::new(), false)));
    assert_snapshot!("search_empty_120", screen.text());
}

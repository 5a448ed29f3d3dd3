//! Looking for runs while one types.

use insta::assert_snapshot;

use super::screens::{SMALL, WIDE, review};
use super::*;
use crate::domain::filter::Filter;
use crate::ui::message::SoFar;

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

/// What a slow search found so far.
fn found(screen: &mut Screen, ids: &[i64], looked: u64) {
    let ticket = screen.last(|effect| match effect {
        Effect::History(ticket, ..) => Some(*ticket),
        _ => None,
    });
    let runs = ids.iter().map(|id| run(*id, "a.jpg", "org/one", "A cat."));
    let runs = runs.collect();
    screen.tell(Message::Found(ticket, SoFar { runs, looked }));
}

fn ids(screen: &Screen) -> Vec<i64> {
    let runs = screen.state.history.runs();
    runs.map(|run| run.id.unwrap().0).collect()
}

/// A search through all of history is under way.
fn slow(size: ratatui::layout::Size) -> Screen {
    let mut screen = review(size);
    screen.press("/");
    screen.type_in("chars:>9");
    screen.press("enter");
    screen
}

#[test]
fn what_is_found_shows_while_the_search_goes_on() {
    let mut screen = slow(SMALL);
    assert_eq!(ids(&screen), [5, 4, 3, 2, 1], "as it was");
    found(&mut screen, &[], 41_200);
    assert_eq!(ids(&screen), [0; 0], "nothing of that was looked for");
    assert_snapshot!("searching_nothing_80", screen.text());
    found(&mut screen, &[9, 8], 52_000);
    screen.press("j");
    found(&mut screen, &[7], 63_000);
    assert_eq!((ids(&screen), here(&screen)), (vec![9, 8, 7], 8));
    assert_snapshot!("searching_80", screen.text());
    let rest = vec![run(6, "a.jpg", "org/one", "A cat.")];
    screen.history(Ok((rest, false)));
    assert_eq!((ids(&screen), here(&screen)), (vec![9, 8, 7, 6], 8));
    assert!(!screen.text().contains("looked through"), "it is over");
}

#[test]
fn escape_stops_a_search_and_keeps_what_it_found() {
    let mut screen = slow(WIDE);
    found(&mut screen, &[9, 8], 1_234_567);
    assert_snapshot!("searching_120", screen.text());
    assert_eq!(screen.press("esc"), [Effect::StopReading]);
    assert_snapshot!("stopped_120", screen.text());
    found(&mut screen, &[7], 2_000_000);
    assert_eq!(ids(&screen), [9, 8], "nobody waits any more");
    assert_eq!(read(&screen.press("j")), [""; 0], "nor begins again");
    assert_eq!(
        read(&screen.press("r")),
        ["chars:>=10"],
        "unless it is told to"
    );
    assert_eq!(read(&screen.press("esc")), [""], "and then everything");
}

#[test]
fn a_search_that_found_nothing_before_it_was_stopped_says_so() {
    let mut screen = slow(SMALL);
    found(&mut screen, &[], 41_200);
    screen.press("esc");
    assert_snapshot!("stopped_nothing_80", screen.text());
}

#[test]
fn older_runs_come_as_they_are_found() {
    let mut screen = slow(SMALL);
    let newest = (101..=300).rev();
    let newest = newest.map(|id| run(id, "a.jpg", "org/one", "A cat."));
    screen.history(Ok((newest.collect(), true)));
    screen.press("G");
    found(&mut screen, &[100, 99], 70_000);
    assert_eq!((ids(&screen).len(), here(&screen)), (202, 101));
    assert_eq!(screen.press("esc"), [Effect::StopReading]);
    assert_eq!((ids(&screen).len(), here(&screen)), (202, 101));
}

/// Reading again once would have moved the cursor, since its run comes late.
#[test]
fn the_cursor_stays_while_what_was_found_is_looked_for_again() {
    let mut screen = slow(SMALL);
    let page = [9, 8, 7, 6].map(|id| run(id, "a.jpg", "org/one", "A cat."));
    screen.history(Ok((page.into(), false)));
    screen.press("j j r");
    found(&mut screen, &[10, 9, 8], 1_000);
    assert_eq!((ids(&screen), here(&screen)), (vec![9, 8, 7, 6], 7));
    found(&mut screen, &[7], 2_000);
    assert_eq!((ids(&screen), here(&screen)), (vec![10, 9, 8, 7], 7));
}

/// While something is typed, escape leaves the search, and so nobody says that it stops it.
#[test]
fn a_key_is_told_only_where_it_works() {
    let mut screen = review(SMALL);
    screen.press("/");
    screen.type_in("chars:>9");
    tick(&mut screen, 200);
    found(&mut screen, &[], 41_200);
    assert!(!screen.text().contains("stops"), "{}", screen.text());
    assert_eq!(read(&screen.press("esc")), [""]);
}

use super::super::Scene;
use super::*;
use crate::domain::image::ImageRef;
use crate::domain::run::RunId;
use crate::domain::text::Foreign;
use crate::ui::tests::{FOLDER, now, run};

const PAGE: usize = 10;

fn folder() -> &'static Path {
    Path::new(FOLDER)
}

fn runs(ids: impl Iterator<Item = i64>) -> Vec<Run> {
    ids.map(|id| run(id, &format!("{id}.jpg"), "org/name", "A caption"))
        .collect()
}

/// A pane with the newest page, runs 200 to 101.
fn pane() -> HistoryPane {
    let mut pane = HistoryPane::default();
    pane.read(folder());
    answer(&mut pane, runs((101..=200).rev()), true);
    pane
}

fn answer(pane: &mut HistoryPane, runs: Vec<Run>, more: bool) {
    pane.absorb(pane.ticket, Ok((runs, more)), PAGE);
}

fn does(pane: &mut HistoryPane, line: &str) -> Vec<Effect> {
    let command = crate::ui::commands::parse(line).unwrap();
    pane.handle(&command, folder(), PAGE)
}

fn here(pane: &HistoryPane) -> i64 {
    pane.run().unwrap().id.unwrap().0
}

fn ids(pane: &HistoryPane) -> Vec<i64> {
    pane.runs
        .iter()
        .map(|run| run.id.map_or(0, |id| id.0))
        .collect()
}

#[test]
fn older_runs_are_read_before_they_are_reached() {
    let mut pane = pane();
    assert_eq!(does(&mut pane, "down"), [], "far from the end");
    let effects = does(&mut pane, "bottom");
    let query = utc();
    assert_eq!(
        effects,
        [Effect::History(pane.ticket, query, Some(RunId(101)))]
    );
    assert_eq!(does(&mut pane, "up"), [], "they are on their way");
    answer(&mut pane, runs((1..=100).rev()), false);
    assert_eq!(ids(&pane), (1..=200).rev().collect::<Vec<_>>());
    assert_eq!(here(&pane), 102, "the cursor stays");
    assert_eq!(does(&mut pane, "bottom"), [], "that was all");
    assert_eq!(here(&pane), 1);
}

#[test]
fn a_new_run_comes_first_and_the_cursor_stays_on_its_own() {
    let mut pane = pane();
    let new = run(201, "new.jpg", "org/name", "New");
    pane.add(&new, PAGE);
    assert_eq!(here(&pane), 201, "on the newest it stays on the newest");
    does(&mut pane, "down");
    pane.add(&run(202, "new.jpg", "org/name", "Newer"), PAGE);
    assert_eq!(here(&pane), 200);
    pane.add(&new, PAGE);
    assert_eq!(pane.runs.len(), 102, "a run is added once");
}

#[test]
fn a_run_that_ended_before_the_first_page_came_is_kept() {
    let mut pane = HistoryPane::default();
    pane.read(folder());
    pane.add(&run(3, "c.jpg", "org/name", ""), PAGE);
    answer(&mut pane, runs([2, 1].into_iter()), false);
    assert_eq!(ids(&pane), [3, 2, 1]);
    let mut pane = HistoryPane::default();
    pane.read(folder());
    pane.add(&run(3, "c.jpg", "org/name", ""), PAGE);
    answer(&mut pane, runs([3, 2, 1].into_iter()), false);
    assert_eq!(ids(&pane), [3, 2, 1]);
}

/// A page of older runs once took away what had come first, and so did one of the newest.
#[test]
fn what_ended_while_a_page_was_read_stays() {
    let mut pane = pane();
    does(&mut pane, "bottom");
    pane.add(&run(201, "new.jpg", "org/name", "New"), PAGE);
    pane.add(&run(100, "slow.jpg", "org/name", "Slow"), PAGE);
    answer(&mut pane, runs((1..=100).rev()), false);
    assert_eq!(ids(&pane)[..3], [100, 201, 200]);
    assert_eq!(ids(&pane).len(), 201, "no run stands twice");
    pane.read(folder());
    pane.add(&run(203, "new.jpg", "org/name", "Newest"), PAGE);
    pane.add(&run(99, "slow.jpg", "org/name", "Slow"), PAGE);
    answer(&mut pane, runs((103..=202).rev()), true);
    assert_eq!(ids(&pane)[..3], [203, 202, 201]);
    assert_eq!(ids(&pane).len(), 101, "the older one comes with its page");
}

/// Such a run is nowhere else, and was once gone with the next reading.
#[test]
fn a_run_that_could_not_be_stored_outlives_every_reading() {
    let mut pane = pane();
    let only_here = Run {
        id: None,
        ..run(0, "cat.jpg", "org/name", "Only here")
    };
    pane.add(&only_here, PAGE);
    pane.read(folder());
    answer(&mut pane, runs((101..=200).rev()), true);
    assert_eq!(ids(&pane)[..2], [0, 200]);
    does(&mut pane, "scope");
    answer(&mut pane, Vec::new(), false);
    assert_eq!(ids(&pane), [0]);
    pane.turn_to(Path::new("/elsewhere"));
    answer(&mut pane, Vec::new(), false);
    assert!(pane.run().is_none(), "it is of another folder");
    does(&mut pane, "scope");
    answer(&mut pane, Vec::new(), false);
    assert_eq!(ids(&pane), [0]);
}

#[test]
fn a_long_batch_leaves_older_runs_to_be_read_again() {
    let mut pane = pane();
    let newest = 200 + i64::try_from(KEPT).unwrap();
    for id in 201..=newest {
        pane.add(&run(id, "new.jpg", "org/name", ""), PAGE);
    }
    assert_eq!(pane.runs.len(), KEPT);
    let effects = does(&mut pane, "bottom");
    let query = utc();
    assert_eq!(
        effects,
        [Effect::History(pane.ticket, query, Some(RunId(201)))]
    );
}

#[test]
fn the_scope_is_all_folders_or_this_one() {
    let mut pane = pane();
    let effects = does(&mut pane, "scope");
    let here = HistoryQuery {
        folder: Some(FOLDER.into()),
        image: None,
        ..utc()
    };
    assert_eq!(effects, [Effect::History(pane.ticket, here, None)]);
    assert!(pane.runs.is_empty());
    answer(&mut pane, runs([2, 1].into_iter()), false);
    let mut elsewhere = run(3, "c.jpg", "org/name", "");
    elsewhere.request.image = ImageRef::new("/elsewhere/c.jpg");
    pane.add(&elsewhere, PAGE);
    assert_eq!(ids(&pane), [2, 1]);
    let there = Path::new("/elsewhere");
    let query = HistoryQuery {
        folder: Some(there.to_owned()),
        image: None,
        ..utc()
    };
    let effects = pane.turn_to(there);
    assert_eq!(effects, [Effect::History(pane.ticket, query, None)]);
    let effects = does(&mut pane, "scope");
    assert_eq!(effects, [Effect::History(pane.ticket, utc(), None)]);
    assert_eq!(pane.turn_to(folder()), [], "all folders are all folders");
}

#[test]
fn an_answer_to_an_old_question_is_dropped() {
    let mut pane = pane();
    let old = pane.ticket;
    does(&mut pane, "scope");
    pane.absorb(old, Ok((runs([9].into_iter()), true)), PAGE);
    pane.absorb(old, Err(Problem::new("late")), PAGE);
    assert!(pane.runs.is_empty());
    assert_eq!(pane.failed, None);
}

#[test]
fn history_that_cannot_be_read_is_told_until_it_can() {
    let mut pane = pane();
    pane.read(folder());
    let problem = Problem::new("history could not be used");
    pane.absorb(pane.ticket, Err(problem.clone()), PAGE);
    assert_eq!(pane.failed, Some(problem));
    assert_eq!(does(&mut pane, "bottom"), [], "no use to ask for more");
    pane.read(folder());
    answer(&mut pane, Vec::new(), false);
    assert_eq!(pane.failed, None);
}

/// The cursor once stood behind the end after a second reading, and no run was in sight.
#[test]
fn after_a_second_reading_the_cursor_is_on_its_run_or_on_the_last() {
    let mut pane = pane();
    does(&mut pane, "bottom");
    answer(&mut pane, runs((1..=100).rev()), false);
    does(&mut pane, "bottom");
    assert_eq!(here(&pane), 1);
    pane.read(folder());
    answer(&mut pane, runs((101..=200).rev()), true);
    assert_eq!(here(&pane), 101);
    does(&mut pane, "up");
    pane.read(folder());
    answer(&mut pane, runs((102..=201).rev()), true);
    assert_eq!(here(&pane), 102);
    pane.read(folder());
    answer(&mut pane, Vec::new(), false);
    assert!(pane.run().is_none());
}

#[test]
fn finding_looks_at_names_models_and_captions_round_and_round() {
    let mut pane = HistoryPane::default();
    pane.read(folder());
    let found = vec![
        run(4, "a.jpg", "org/name", "A dog"),
        run(3, "Cat.jpg", "org/name", ""),
        run(2, "b.jpg", "org/cat-8b", ""),
        run(1, "c.jpg", "org/name", "Two CATS"),
    ];
    answer(&mut pane, found, false);
    pane.find("cat", PAGE);
    let mut seen = vec![here(&pane)];
    for line in ["find-next", "find-next", "find-next", "find-previous"] {
        does(&mut pane, line);
        seen.push(here(&pane));
    }
    assert_eq!(seen, [3, 2, 1, 3, 1]);
    pane.find("cow", PAGE);
    assert_eq!(here(&pane), 1);
}

#[test]
fn the_pictures_beside_the_cursor_come_next() {
    let mut pane = pane();
    does(&mut pane, "down");
    let names: Vec<_> = pane
        .neighbours()
        .map(|run| run.request.image.name().raw().to_owned())
        .collect();
    assert_eq!(names, ["198.jpg", "200.jpg"]);
}

#[test]
fn everything_known_of_a_run_is_told_and_safe_to_show() {
    let mut run = run(7, "cat.jpg", "org/name", "A \u{1b}[31mcat");
    run.request.prompt.text = "Describe it.".to_owned();
    run.finish_reason = Some(Foreign::new("length"));
    run.provider = Some(Foreign::new("novita"));
    run.usage = Some(crate::domain::run::Usage {
        prompt: 900,
        completion: 40,
    });
    run.cost_micro_usd = Some(4_200);
    let jobs = super::super::super::jobs::Jobs::default();
    let scene = Scene {
        theme: super::super::super::theme::Theme::new(super::super::super::theme::Depth::True),
        focused: true,
        zoomed: false,
        jobs: &jobs,
        places: &crate::ui::places::Places::default(),
        comparison: None,
        now: now(),
        zone: &jiff::tz::TimeZone::UTC,
        home: Some(Path::new("/home/me")),
        presets: &crate::ui::presets::Presets::default(),
        keymap: &crate::ui::keymap::Keymap::default(),
    };
    let text = crate::ui::wrap::hanging(&facts_of(&run, &scene), 200).join("\n");
    assert_eq!(
        text,
        "A ␛[31mcat\n\n\
         picture  ~/photos/cat.jpg\n\
         model    org/name\n\
         provider novita\n\
         prompt   Describe it.\n\
         when     2026-11-23 12:03\n\
         took     1.8s\n\
         sent     nothing left this machine\n\
         cost     $0.005\n\
         tokens   900 in, 40 out\n\
         ended    length\n\
         flags    cut-off\n\
         run      7"
    );
}

/// All of history.
fn utc() -> HistoryQuery {
    HistoryQuery {
        folder: None,
        image: None,
        filter: None,
        zone: jiff::tz::TimeZone::UTC,
    }
}

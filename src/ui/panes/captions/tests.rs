use super::*;
use crate::domain::run::Run;
use crate::engine::Again;
use crate::ui::message::Heard;
use crate::ui::tests::{failed, model, now, picture, run};

const PAGE: usize = 6;

fn pane() -> CaptionsPane {
    let mut pane = CaptionsPane::default();
    pane.turn_to(Some(picture("cat.jpg")), None);
    pane
}

fn answer(pane: &mut CaptionsPane, runs: Vec<Run>) {
    pane.absorb(pane.ticket, Ok(runs));
}

/// Each voice as `model: what it says`.
fn said(pane: &CaptionsPane, chosen: &[&str], jobs: &Jobs) -> Vec<String> {
    let chosen: Vec<_> = chosen.iter().map(|name| model(name)).collect();
    let voices = pane.voices(&chosen, jobs);
    let says = |says: &Says| match says {
        Says::Nothing => "nothing".to_owned(),
        Says::Job(_, job) => format!("job {}", job.partial),
        Says::Run(run) => run.caption.raw().to_owned(),
    };
    let line = |voice: &Voice| format!("{}: {}", voice.model.name().raw(), says(&voice.says));
    voices.iter().map(line).collect()
}

/// A stream is wrapped in every frame: once all of it, however little was in sight.
#[test]
fn only_what_is_in_sight_is_wrapped() {
    let mut jobs = Jobs::default();
    let request = run(0, "cat.jpg", "org/cat", "").request;
    let job = jobs.add(request, Again::Reuse, now());
    let heard = Heard {
        answer: "猫が庭で寝ている。 ".repeat(50_000),
        ..Heard::default()
    };
    jobs.hear(job, &heard, now());
    let (pane, chosen) = (pane(), [model("org/cat")]);
    let voice = pane.voice(&chosen, &jobs).unwrap();
    let scene = crate::ui::panes::Scene {
        theme: crate::ui::theme::Theme::new(crate::ui::theme::Depth::True),
        focused: true,
        zoomed: false,
        jobs: &jobs,
        places: &crate::ui::places::Places::default(),
        comparison: None,
        now: now(),
        zone: &jiff::tz::TimeZone::UTC,
        home: None,
        presets: &crate::ui::presets::Presets::default(),
        keymap: &crate::ui::keymap::Keymap::default(),
    };
    let words = voice::words(&voice, &scene, voice::in_sight(3, 40));
    assert!(words.text.len() < 4_000, "{}", words.text.len());
    let rows = crate::ui::wrap::wrap(&words.text, 40);
    assert!(rows.len() > 3, "and yet it fills the rows in sight");
}

fn not_stored(caption: &str) -> Run {
    Run {
        id: None,
        ..run(0, "cat.jpg", "org/cat", caption)
    }
}

#[test]
fn every_chosen_model_has_a_line_then_every_other_that_spoke() {
    let (mut pane, mut jobs) = (pane(), Jobs::default());
    assert_eq!(
        said(&pane, &["org/b", "org/a"], &jobs),
        ["org/b: nothing", "org/a: nothing"]
    );
    answer(
        &mut pane,
        vec![
            run(3, "cat.jpg", "org/z", "newer"),
            run(2, "cat.jpg", "org/a", "A"),
            run(1, "cat.jpg", "org/z", "older"),
        ],
    );
    let request = run(0, "cat.jpg", "org/y", "").request;
    jobs.add(request, Again::Reuse, now());
    assert_eq!(
        said(&pane, &["org/b", "org/a"], &jobs),
        ["org/b: nothing", "org/a: A", "org/y: job ", "org/z: newer"]
    );
}

#[test]
fn what_streams_in_stands_before_the_older_answer() {
    let (mut pane, mut jobs) = (pane(), Jobs::default());
    answer(&mut pane, vec![run(1, "cat.jpg", "org/cat", "old")]);
    let new = run(2, "cat.jpg", "org/cat", "new");
    let job = jobs.add(new.request.clone(), Again::Repeat, now());
    let heard = Heard {
        answer: "ne".to_owned(),
        ..Heard::default()
    };
    jobs.hear(job, &heard, now());
    assert_eq!(said(&pane, &["org/cat"], &jobs), ["org/cat: job ne"]);
    jobs.drop(job);
    pane.add(&new);
    pane.add(&new);
    assert_eq!(said(&pane, &["org/cat"], &jobs), ["org/cat: new"]);
    assert_eq!(pane.runs.len(), 2, "a run is added once");
}

#[test]
fn a_failed_job_speaks_through_its_run() {
    let (mut pane, mut jobs) = (pane(), Jobs::default());
    let run = failed(run(1, "cat.jpg", "org/cat", ""), "out of credit");
    let job = jobs.add(run.request.clone(), Again::Reuse, now());
    let ended = crate::engine::Ended {
        run: run.clone(),
        from_history: false,
    };
    jobs.end(job, &ended);
    pane.add(&run);
    let chosen = [model("org/cat")];
    let voices = pane.voices(&chosen, &jobs);
    assert!(matches!(voices[0].says, Says::Run(run) if run.failure.is_some()));
}

#[test]
fn another_picture_is_asked_about_once() {
    let mut pane = CaptionsPane::default();
    let asked = pane.turn_to(Some(picture("cat.jpg")), None);
    assert_eq!(
        asked,
        [Effect::Captions(pane.ticket, picture("cat.jpg"), None)]
    );
    assert_eq!(pane.turn_to(Some(picture("cat.jpg")), None), []);
    assert_eq!(pane.turn_to(None, None), []);
    assert!(
        pane.voices(&[model("org/cat")], &Jobs::default())
            .is_empty()
    );
}

#[test]
fn an_answer_about_the_picture_before_is_dropped() {
    let mut pane = pane();
    let old = pane.ticket;
    pane.turn_to(Some(picture("dog.jpg")), None);
    pane.absorb(old, Ok(vec![run(1, "cat.jpg", "org/cat", "A cat")]));
    pane.absorb(old, Err(Problem::new("late")));
    assert!(pane.runs.is_empty());
    assert_eq!(pane.failed, None);
    pane.add(&run(2, "cat.jpg", "org/cat", "A cat"));
    assert!(pane.runs.is_empty(), "it is of another picture");
}

#[test]
fn history_that_cannot_be_read_is_told_until_it_can() {
    let mut pane = pane();
    let problem = Problem::new("history could not be used");
    pane.absorb(pane.ticket, Err(problem.clone()));
    assert_eq!(pane.failed, Some(problem));
    pane.reload();
    answer(&mut pane, Vec::new());
    assert_eq!(pane.failed, None);
}

#[test]
fn a_caption_that_was_not_stored_outlives_a_reading() {
    let mut pane = pane();
    pane.add(&not_stored("only here"));
    pane.reload();
    answer(&mut pane, vec![run(1, "cat.jpg", "org/dog", "stored")]);
    assert_eq!(
        said(&pane, &[], &Jobs::default()),
        ["org/cat: only here", "org/dog: stored"]
    );
}

/// A run that ended between question and answer was once lost until the next reading.
#[test]
fn an_answer_that_does_not_know_the_newest_run_does_not_take_it_away() {
    let mut pane = pane();
    pane.add(&run(2, "cat.jpg", "org/cat", "just now"));
    answer(&mut pane, vec![run(1, "cat.jpg", "org/dog", "before")]);
    assert_eq!(
        said(&pane, &["org/cat"], &Jobs::default()),
        ["org/cat: just now", "org/dog: before"]
    );
    pane.reload();
    answer(&mut pane, vec![run(1, "cat.jpg", "org/dog", "before")]);
    assert_eq!(
        said(&pane, &[], &Jobs::default()),
        ["org/dog: before"],
        "it was forgotten meanwhile"
    );
}

#[test]
fn the_cursor_goes_from_voice_to_voice_and_begins_anew_with_a_picture() {
    let mut pane = pane();
    let chosen = [model("org/a"), model("org/b")];
    let jobs = Jobs::default();
    let here = |pane: &CaptionsPane| pane.voice(&chosen, &jobs).unwrap().model.name();
    assert_eq!(here(&pane).raw(), "org/a");
    let down = Command::Move(Motion::Down);
    pane.handle(&down, 2, PAGE, None);
    assert_eq!(here(&pane).raw(), "org/b");
    assert_eq!(pane.voice(&chosen[..1], &jobs).unwrap().model, chosen[0]);
    pane.turn_to(Some(picture("dog.jpg")), None);
    assert_eq!(here(&pane).raw(), "org/a");
}

#[test]
fn side_by_side_h_and_l_turn_and_j_and_k_scroll() {
    let mut pane = pane();
    let chosen = [model("org/a"), model("org/b")];
    let jobs = Jobs::default();
    pane.handle(&Command::Move(Motion::Bottom), 2, PAGE, Some(20));
    assert_eq!(
        pane.scroll.cursor(),
        20 - PAGE,
        "the end of the text is the end"
    );
    pane.handle(&Command::Move(Motion::Top), 2, PAGE, Some(20));
    pane.handle(&Command::Move(Motion::PageDown), 2, PAGE, Some(20));
    assert_eq!(pane.scroll.cursor(), PAGE);
    pane.handle(&Command::Into, 2, PAGE, Some(20));
    assert_eq!(pane.scroll.cursor(), 0, "the next column begins at its top");
    assert_eq!(pane.voice(&chosen, &jobs).unwrap().model, chosen[1]);
    pane.handle(&Command::Into, 2, PAGE, Some(20));
    pane.handle(&Command::Out, 2, PAGE, Some(20));
    assert_eq!(pane.voice(&chosen, &jobs).unwrap().model, chosen[0]);
}

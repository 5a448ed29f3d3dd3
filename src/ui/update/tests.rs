use std::path::Path;

use jiff::civil::date;
use jiff::tz::TimeZone;
use ratatui::layout::Size as Cells;

use super::super::command::Pane;
use super::super::jobs::JobState;
use super::super::keymap::Keymap;
use super::super::message::{FilesNews, Heard, JobNews, Looked};
use super::super::tests::{FOLDER, Screen, entries, failed, look, model, now, picture, run};
use super::*;
use crate::domain::account::{TokenPlace, TokenState, TokenStatus};
use crate::domain::image::{ImageRef, Size};
use crate::domain::model::ModelRef;
use crate::domain::run::{Outcome, Run, RunId};
use crate::domain::text::Foreign;
use crate::engine::{Again, EngineError, HistoryQuery, JobId, Remembered};
use crate::store::{Cause, StoreError};

/// The requests among effects as `picture model`, and what to do with a stored answer.
pub(super) fn captions(effects: &[Effect]) -> Vec<(String, Again)> {
    let mut found = Vec::new();
    for effect in effects {
        let Effect::Caption(queue, again) = effect else {
            continue;
        };
        for (_, request) in queue {
            let (name, model) = (request.image.name(), request.model.name());
            found.push((format!("{} {}", name.raw(), model.raw()), *again));
        }
    }
    found
}

pub(super) fn reuse(line: &str) -> (String, Again) {
    (line.to_owned(), Again::Reuse)
}

fn quits(effects: &[Effect]) -> bool {
    effects.contains(&Effect::Quit)
}

/// What `builtin/describe` says of a picture.
fn described(id: i64, name: &str) -> Run {
    run(id, name, "builtin/describe", "A landscape photo.")
}

/// Two pictures; the first is being captioned by a job of this number.
fn with_a_job() -> (Screen, JobId) {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("enter");
    let job = JobId(1);
    screen.hear(job, Heard::default());
    assert_eq!(screen.state.jobs.running(), 1);
    (screen, job)
}

#[test]
fn the_start_asks_for_folder_history_and_what_was_remembered() {
    let screen = Screen::new();
    for effect in [
        Effect::Recall,
        Effect::Token,
        Effect::Consents,
        Effect::Money,
    ] {
        assert!(screen.asked.contains(&effect), "{effect:?}");
    }
    assert!(
        screen
            .asked
            .contains(&Effect::Scan(screen.files_ticket(), FOLDER.into()))
    );
    let reads = |effect: &Effect| matches!(effect, Effect::History(_, _, None));
    assert!(screen.asked.iter().any(reads));
}

#[test]
fn enter_captions_the_picture_under_the_cursor_with_the_chosen_models() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.obey("model endpoint:lab");
    assert_eq!(
        captions(&screen.press("enter")),
        [reuse("a.jpg builtin/describe"), reuse("a.jpg endpoint:lab")]
    );
    assert_eq!(screen.state.jobs.queued(), 2);
    assert_eq!(screen.notice(), "2 captions started; w shows them");
    screen.press("down");
    screen.obey("model endpoint:lab");
    assert_eq!(
        captions(&screen.press("c")),
        [reuse("b.jpg builtin/describe")]
    );
}

#[test]
fn a_selection_is_captioned_in_the_order_of_the_list() {
    let mut screen = Screen::over(&["img9.jpg", "img10.jpg", "img11.jpg"]);
    screen.press("space space");
    assert_eq!(
        captions(&screen.press("enter")),
        [
            reuse("img9.jpg builtin/describe"),
            reuse("img10.jpg builtin/describe")
        ]
    );
}

#[test]
fn without_a_model_enter_says_what_to_do() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.obey("model builtin/describe");
    assert_eq!(captions(&screen.press("enter")), []);
    assert!(
        screen.notice().starts_with("no model is chosen: m "),
        "{}",
        screen.notice()
    );
}

#[test]
fn a_picture_that_cannot_be_read_is_not_sent() {
    let mut screen = Screen::over(&["a.heic"]);
    assert_eq!(captions(&screen.press("enter")), []);
    assert!(
        screen.notice().starts_with("HEIC cannot be read; JPEG"),
        "{}",
        screen.notice()
    );
    assert_eq!(captions(&screen.press("c")), []);
    assert_eq!(screen.notice(), "no picture under the cursor");
}

#[test]
fn enter_on_a_folder_goes_there() {
    let mut screen = Screen::over(&["art/"]);
    screen.press("enter");
    assert_eq!(
        screen.state.files.folder(),
        Path::new("/home/me/photos/art")
    );
}

#[test]
fn what_runs_already_is_not_asked_for_again() {
    let (mut screen, _) = with_a_job();
    for _ in 0..3 {
        screen.wait(2_000);
        assert_eq!(captions(&screen.press("enter")), []);
    }
    screen.press("*");
    let asked = captions(&screen.press("enter"));
    assert_eq!(
        asked,
        [reuse("b.jpg builtin/describe")],
        "only what is not running"
    );
}

/// Texts once named the keys that were there beforehand, whatever `keymap.toml` said.
#[test]
fn texts_name_the_keys_that_the_person_gave() {
    let file = Foreign::new("keymap.toml");
    let changed = "[global]\nm = \"\"\n2 = \"\"\nf9 = \"models\"\nenter = \"\"\nf8 = \"activate\"\n\
                   esc = \"\"\nf7 = \"back\"\nw = \"\"\n\"ctrl+c\" = \"\"\nf6 = \"cancel\"\nr = \"\"\n\
                   f5 = \"reload\"\n[models]\nspace = \"\"\nf4 = \"select\"\nF = \"\"\nf3 = \"filter\"\n\
                   [text]\n\"ctrl+c\" = \"\"\ntab = \"\"\nesc = \"\"\nf7 = \"back\"\n[question]\ny = \"\"\nn = \"\"\nf10 = \"yes\"";
    let (keymap, problems) = Keymap::with_changes(&file, changed);
    assert_eq!(problems, []);
    let mut screen = Screen::with(|start| start.keymap = keymap);
    screen.list(&["a.jpg", "b.jpg"]);
    let mut told = String::new();
    let mut keep = |screen: &Screen| told.push_str(&screen.text());
    for line in ["help", "first-steps", "account", "info"] {
        screen.obey(line);
        keep(&screen);
        screen.obey("back");
    }
    screen.obey("line");
    screen.type_in("re");
    keep(&screen);
    screen.obey("back");
    screen.obey("cancel");
    keep(&screen);
    screen.obey("model builtin/describe");
    screen.obey("activate");
    keep(&screen);
    screen.obey("model builtin/describe");
    screen.obey("activate");
    screen.end(JobId(1), described(1, "a.jpg"), true);
    keep(&screen);
    screen.obey("select-all");
    screen.obey("activate");
    keep(&screen);
    screen.obey("quit");
    keep(&screen);
    screen.obey("back");
    screen.obey("models");
    keep(&screen);
    screen.obey("zoom");
    keep(&screen);
    for key in [
        "enter", "esc", "tab", "ctrl+c", "w", "space", "r", "F", "y", "n",
    ] {
        for named in [
            " closes",
            " takes",
            " chooses",
            " asks again",
            " completes",
            " shows them",
            " goes to the models",
            " filters",
            " once more leaves",
            "  stop and leave",
            "  stay",
        ] {
            let text = format!(" {key}{named}");
            assert!(!told.contains(&text), "{text}: {told}");
        }
    }
    for text in [
        "f7 closes",
        "f8 takes it",
        "f8 takes",
        "f6 once more leaves",
        "f9 goes to the models, f4 chooses one",
        "f8 asks again",
        ":jobs shows them",
        "f10  stop and leave",
        "f7   stay",
        "f4 chooses",
        "f3 filters",
    ] {
        assert!(told.contains(text), "{text}: {told}");
    }
}

/// A key that was held for seconds once sent again whatever had been answered meanwhile.
#[test]
fn holding_enter_sends_once_whatever_is_answered_meanwhile() {
    let mut screen = Screen::over(&["a.jpg"]);
    assert_eq!(captions(&screen.press("enter")).len(), 1);
    screen.end(JobId(1), described(1, "a.jpg"), false);
    screen.wait(660);
    for _ in 0..100 {
        assert_eq!(captions(&screen.press("enter")), []);
        screen.wait(30);
    }
    screen.wait(2_000);
    assert_eq!(
        captions(&screen.press("enter")),
        [reuse("a.jpg builtin/describe")]
    );
    screen.end(JobId(2), described(1, "a.jpg"), true);
    for _ in 0..100 {
        screen.wait(30);
        assert_eq!(captions(&screen.press("enter")), []);
    }
}

/// A second press within a second was once taken for a held key, and nothing was said.
#[test]
fn a_second_press_is_told_from_a_held_key() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.press("enter");
    screen.end(JobId(1), described(1, "a.jpg"), true);
    screen.wait(400);
    assert_eq!(captions(&screen.press("enter")), []);
    assert!(screen.state.is_moving());
    let then = screen.state.now + jiff::SignedDuration::from_millis(150);
    let asked = captions(&screen.tell(Message::Tick(then)));
    assert_eq!(
        asked,
        [("a.jpg builtin/describe".to_owned(), Again::Repeat)]
    );
    let then = then + jiff::SignedDuration::from_secs(2);
    assert_eq!(captions(&screen.tell(Message::Tick(then))), []);
}

/// Keys of the panes once did nothing, and said nothing, while something stood over them.
#[test]
fn a_key_that_counts_elsewhere_says_what_closes_the_box() {
    let mut screen = Screen::over(&["a.jpg"]);
    for (opens, closes) in [("t", "esc"), ("w", "esc"), ("P", "esc")] {
        screen.press(opens);
        screen.press("m");
        let expected = format!("not while this is open: {closes} closes it");
        assert_eq!(screen.notice(), expected);
        assert_eq!(
            (screen.state.overlays.len(), screen.state.focus),
            (1, Pane::Files)
        );
        screen.press("esc");
    }
    screen.press("w x");
    assert_eq!(screen.notice(), "no job under the cursor");
    screen.press("X");
    assert_eq!(screen.notice(), "nothing runs and nothing waits");
    screen.press("R");
    assert_eq!(screen.notice(), "only what failed is asked for again");
    screen.press("esc m i");
    screen.press("i");
    assert!(screen.state.overlays.is_empty(), "the same key closes it");
}

/// Help once gave a key to two commands where one of them takes it from the other.
#[test]
fn help_names_a_key_for_the_command_that_has_it_here() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.press("t ?");
    screen.type_in("copy");
    let text = screen.text();
    let at = |name: &str| text.find(name).unwrap_or_else(|| panic!("{name}: {text}"));
    assert!(at("copy-path") < at("copy-caption"), "{text}");
    assert!(at("copy-link") < at("copy-caption"), "{text}");
}

/// The bar said to press `t`, and the card of the first start took no `t`.
#[test]
fn whoever_knows_another_way_takes_it_from_the_card() {
    for (key, shows) in [("t", "none was found"), ("z", "Files"), (":", ":")] {
        let mut screen = Screen::with(|start| start.first = true);
        screen.press(key);
        let text = screen.text();
        assert!(!text.contains("Welcome") && text.contains(shows), "{text}");
    }
}

#[test]
fn what_is_on_its_way_is_said_to_be() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.press("enter enter");
    assert_eq!(screen.notice(), "that is on its way already; w shows it");
}

#[test]
fn pictures_may_be_captioned_as_fast_as_one_types() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg", "c.jpg"]);
    for name in ["a.jpg", "b.jpg", "c.jpg"] {
        let asked = captions(&screen.press("enter"));
        assert_eq!(asked, [reuse(&format!("{name} builtin/describe"))]);
        screen.press("j");
    }
}

/// A screen whose last wish was answered by history.
fn answered() -> Screen {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("enter");
    screen.end(JobId(1), described(1, "a.jpg"), true);
    assert_eq!(
        screen.notice(),
        "history holds this answer; enter asks again"
    );
    screen.wait(2_000);
    screen
}

#[test]
fn a_stored_answer_needs_a_second_enter() {
    let mut screen = answered();
    let asked = captions(&screen.press("enter"));
    assert_eq!(
        asked,
        [("a.jpg builtin/describe".to_owned(), Again::Repeat)]
    );
    screen.end(JobId(2), described(2, "a.jpg"), false);
    screen.wait(2_000);
    assert_eq!(
        captions(&screen.press("enter")),
        [reuse("a.jpg builtin/describe")]
    );
}

#[test]
fn moving_in_between_takes_the_second_enter_back() {
    let mut screen = answered();
    screen.press("j k");
    assert_eq!(
        captions(&screen.press("enter")),
        [reuse("a.jpg builtin/describe")]
    );
}

#[test]
fn a_stored_answer_of_one_model_does_not_repeat_the_other() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.obey("model endpoint:lab");
    screen.press("enter");
    screen.end(JobId(1), described(1, "a.jpg"), true);
    screen.end(JobId(2), run(2, "a.jpg", "endpoint:lab", "A"), false);
    screen.wait(2_000);
    let again: Vec<_> = captions(&screen.press("enter"))
        .into_iter()
        .map(|(_, a)| a)
        .collect();
    assert_eq!(again, [Again::Reuse, Again::Reuse]);
}

#[test]
fn a_batch_says_how_much_history_held() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("* enter");
    screen.end(JobId(1), described(1, "a.jpg"), false);
    screen.end(JobId(2), described(2, "b.jpg"), true);
    assert_eq!(screen.notice(), "history held 1 of 2 answers");
    screen.wait(2_000);
    screen.press("enter");
    screen.end(JobId(3), described(1, "a.jpg"), true);
    screen.end(JobId(4), described(2, "b.jpg"), true);
    assert_eq!(
        screen.notice(),
        "history holds all 2 answers; enter asks again"
    );
}

#[test]
fn a_run_that_ends_is_shown_marked_and_in_history() {
    let (mut screen, job) = with_a_job();
    screen.end(job, described(7, "a.jpg"), false);
    assert_eq!(screen.state.files.row().unwrap().marks.captions, 1);
    assert_eq!(screen.state.history.run().unwrap().id, Some(RunId(7)));
    assert!(screen.text().contains("A landscape photo."));
    assert!(screen.state.jobs.is_idle());
}

#[test]
fn a_run_that_failed_is_marked_and_listed_among_jobs() {
    let (mut screen, job) = with_a_job();
    let run = failed(described(7, "a.jpg"), "a.jpg is damaged");
    screen.end(job, run, false);
    assert!(screen.state.files.row().unwrap().marks.failed);
    screen.press("w");
    assert!(screen.text().contains("a.jpg is damaged"));
    assert_eq!(
        captions(&screen.press("r")),
        [reuse("a.jpg builtin/describe")]
    );
}

#[test]
fn a_cancelled_run_is_in_history_and_marks_nothing() {
    let (mut screen, job) = with_a_job();
    let run = Run {
        outcome: Outcome::Cancelled,
        ..described(7, "a.jpg")
    };
    screen.end(job, run, false);
    let marks = screen.state.files.row().unwrap().marks;
    assert_eq!((marks.captions, marks.failed), (0, false));
    assert!(screen.state.history.run().is_some());
}

#[test]
fn a_caption_that_could_not_be_stored_is_shown_and_can_be_copied() {
    let (mut screen, job) = with_a_job();
    let run = Run {
        id: None,
        ..described(0, "a.jpg")
    };
    let error = EngineError::NotStored {
        run: Box::new(run),
        cause: Box::new(EngineError::Store(StoreError::Full(cause()))),
    };
    screen.tell(Message::Job(job, JobNews::Ended(Box::new(Err(error)))));
    assert!(screen.state.notice.as_ref().unwrap().bad);
    assert!(
        screen
            .notice()
            .starts_with("the caption could not be stored"),
        "{}",
        screen.notice()
    );
    assert!(screen.state.jobs.is_idle());
    let text = screen.text();
    assert!(text.contains("A landscape photo."));
    assert!(text.contains("on screen only: copy it before you go on"));
    let copied = Effect::Copy(Copied::Caption, "A landscape photo.".to_owned());
    assert_eq!(screen.press("y"), [copied]);
    screen.press("3 D");
    assert_eq!(screen.notice(), "this run was never stored");
}

fn cause() -> Cause {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing");
    Cause::from(std::fs::read(path).unwrap_err())
}

#[test]
fn a_worker_that_broke_ends_its_job() {
    let (mut screen, job) = with_a_job();
    let news = JobNews::Ended(Box::new(Err(EngineError::Worker)));
    screen.tell(Message::Job(job, news));
    assert!(screen.state.jobs.is_idle());
    assert!(screen.state.notice.as_ref().unwrap().bad);
}

#[test]
fn leaving_with_nothing_to_do_asks_nothing() {
    let mut screen = Screen::over(&["a.jpg"]);
    assert!(quits(&screen.press("q")));
}

#[test]
fn leaving_while_work_runs_asks_and_esc_stays() {
    let (mut screen, _) = with_a_job();
    assert!(!quits(&screen.press("q")));
    assert!(screen.text().contains("1 job is not over."));
    assert!(
        !quits(&screen.press("enter")),
        "the cursor is on the answer that changes nothing"
    );
    assert!(screen.state.overlays.is_empty());
    screen.press("q esc");
    screen.press("q n");
    assert!(screen.state.overlays.is_empty());
    assert!(!screen.state.leaving);
}

#[test]
fn whoever_says_yes_leaves_as_soon_as_everything_is_stopped() {
    let (mut screen, job) = with_a_job();
    let effects = screen.press("q y");
    assert!(effects.contains(&Effect::Stop(vec![job])));
    assert!(
        !quits(&effects),
        "what has come so far is still to be stored"
    );
    let run = Run {
        outcome: Outcome::Cancelled,
        ..described(1, "a.jpg")
    };
    assert!(quits(&screen.end(job, run, false)));
}

#[test]
fn whoever_waits_leaves_when_the_last_job_is_over() {
    let (mut screen, job) = with_a_job();
    screen.press("q up");
    assert_eq!(screen.press("enter"), []);
    assert!(screen.state.leaving);
    screen.press("j");
    assert_eq!(captions(&screen.press("enter")), [], "nothing new starts");
    assert!(quits(&screen.end(job, described(1, "a.jpg"), false)));
}

/// Jobs that were held back once never ended, and so the program never left.
#[test]
fn whoever_waits_for_jobs_that_are_held_back_lets_them_go() {
    let (mut screen, _) = with_a_job();
    screen.press("w p esc q up");
    assert!(screen.state.jobs.is_paused());
    assert!(screen.press("enter").contains(&Effect::Pause(false)));
    assert!(!screen.state.jobs.is_paused());
    assert!(
        screen
            .notice()
            .starts_with("leaving when every job is over")
    );
}

#[test]
fn ctrl_c_stops_the_job_in_focus_and_twice_leaves() {
    let (mut screen, job) = with_a_job();
    assert!(screen.press("ctrl+c").contains(&Effect::Stop(vec![job])));
    assert_eq!(screen.notice(), "1 job stopped; ctrl+c once more leaves");
    let effects = screen.press("ctrl+c");
    assert!(effects.contains(&Effect::Stop(vec![job])));
    assert!(screen.state.leaving);
    let run = Run {
        outcome: Outcome::Cancelled,
        ..described(1, "a.jpg")
    };
    assert!(quits(&screen.end(job, run, false)));
}

// With a disk that did not answer, nothing but a kill got one out.
#[test]
fn ctrl_c_once_more_waits_for_nothing() {
    let (mut screen, job) = with_a_job();
    screen.press("ctrl+c");
    assert!(!quits(&screen.press("ctrl+c")), "the run is to be stored");
    let effects = screen.press("ctrl+c");
    assert!(effects.contains(&Effect::Stop(vec![job])));
    assert!(quits(&effects));
}

#[test]
fn ctrl_c_leaves_only_where_it_comes_twice_in_a_row() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    assert!(!quits(&screen.press("ctrl+c")));
    assert_eq!(screen.notice(), "ctrl+c once more leaves");
    screen.press("j");
    assert!(
        !quits(&screen.press("ctrl+c")),
        "something else came in between"
    );
    screen.wait(4_000);
    assert!(!quits(&screen.press("ctrl+c")), "too late");
    assert!(quits(&screen.press("ctrl+c")));
}

/// A picture that is being captioned by two models.
fn with_two_models() -> (Screen, [JobId; 2]) {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.obey("model endpoint:lab");
    screen.press("enter");
    let jobs = [JobId(1), JobId(2)];
    for job in jobs {
        screen.hear(job, Heard::default());
    }
    (screen, jobs)
}

#[test]
fn ctrl_c_stops_all_models_of_a_picture_or_the_one_under_the_cursor() {
    let (mut screen, jobs) = with_two_models();
    assert_eq!(screen.press("ctrl+c"), [Effect::Stop(jobs.to_vec())]);
    assert_eq!(screen.notice(), "2 jobs stopped; ctrl+c once more leaves");
    let (mut screen, [_, second]) = with_two_models();
    assert_eq!(screen.press("3 j ctrl+c"), [Effect::Stop(vec![second])]);
    let cut = Run {
        outcome: Outcome::Cancelled,
        ..run(7, "a.jpg", "endpoint:lab", "A cat on a m")
    };
    screen.end(second, cut, false);
    assert!(screen.text().contains("cancelled  A cat on a m"));
    assert_eq!(screen.state.jobs.running(), 1);
}

#[test]
fn what_failed_of_several_models_is_asked_for_once_more() {
    let (mut screen, jobs) = with_two_models();
    screen.press("w");
    for (job, name) in jobs.into_iter().zip(["builtin/describe", "endpoint:lab"]) {
        let broken = failed(run(1, "a.jpg", name, ""), "no answer");
        screen.end(job, broken, false);
    }
    screen.wait(2_000);
    assert_eq!(
        captions(&screen.press("j r")),
        [reuse("a.jpg endpoint:lab")]
    );
    assert_eq!(
        captions(&screen.press("R")),
        [reuse("a.jpg builtin/describe")]
    );
}

#[test]
fn a_token_that_is_no_good_is_told_at_once_and_for_good() {
    let mut screen = Screen::over(&["a.jpg"]);
    let status = TokenStatus {
        state: TokenState::Rejected,
        place: Some(TokenPlace::Variable("HF_TOKEN")),
        hides: None,
        ..TokenStatus::default()
    };
    screen.tell(Message::Token(status));
    assert_eq!(screen.notice(), "Hugging Face rejects the token (HF_TOKEN)");
    screen.wait(10_000);
    assert!(screen.text().contains("✗ token rejected HF_TOKEN"));
    screen.press("2 j i");
    assert!(screen.text().contains("rejected: it is wrong"));
}

#[test]
fn ctrl_c_stops_nothing_of_another_picture() {
    let (mut screen, _) = with_a_job();
    screen.press("j");
    let stops = |effect: &Effect| matches!(effect, Effect::Stop(_));
    assert!(!screen.press("ctrl+c").iter().any(stops));
}

#[test]
fn asked_from_outside_what_waits_is_dropped_and_what_runs_ends() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("* enter");
    screen.hear(JobId(1), Heard::default());
    let effects = screen.tell(Message::Leave);
    assert_eq!(effects, [Effect::Stop(vec![JobId(2)])]);
    assert_eq!(captions(&screen.press("enter")), []);
    assert!(quits(&screen.end(JobId(1), described(1, "a.jpg"), false)));
    let mut idle = Screen::over(&["a.jpg"]);
    assert!(quits(&idle.tell(Message::Leave)));
}

#[test]
fn a_job_that_waits_is_stopped_at_once_and_one_that_runs_when_it_ends() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("* enter");
    screen.hear(JobId(1), Heard::default());
    screen.press("w");
    assert_eq!(screen.press("X"), [Effect::Stop(vec![JobId(1), JobId(2)])]);
    assert_eq!(screen.state.jobs.running(), 1);
    assert_eq!(screen.state.jobs.queued(), 0);
    screen.tell(Message::Job(JobId(2), JobNews::Dropped));
    assert_eq!(screen.state.jobs.gauge().total, 1);
}

#[test]
fn pausing_holds_back_and_lets_go() {
    let mut screen = Screen::over(&["a.jpg"]);
    assert_eq!(screen.press("w p"), [Effect::Pause(true)]);
    assert_eq!(
        screen.notice(),
        "paused: what runs goes on, nothing new starts"
    );
    assert_eq!(screen.press("p"), [Effect::Pause(false)]);
}

#[test]
fn everything_that_failed_is_asked_for_once_more() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("* enter");
    screen.end(JobId(1), failed(described(1, "a.jpg"), "damaged"), false);
    screen.end(JobId(2), failed(described(2, "b.jpg"), "damaged"), false);
    screen.press("w");
    let asked = captions(&screen.press("R"));
    assert_eq!(
        asked,
        [
            reuse("a.jpg builtin/describe"),
            reuse("b.jpg builtin/describe")
        ]
    );
    assert_eq!(
        screen.state.jobs.iter().count(),
        2,
        "a failure that is tried again is gone"
    );
}

/// Only enter was once guarded against a key that is held.
#[test]
fn holding_a_key_in_the_list_of_jobs_asks_once() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("* enter");
    screen.end(JobId(1), failed(described(1, "a.jpg"), "damaged"), false);
    screen.end(JobId(2), failed(described(2, "b.jpg"), "damaged"), false);
    screen.press("w");
    assert_eq!(captions(&screen.press("R")).len(), 2);
    for job in 3..20 {
        screen.end(JobId(job), failed(described(1, "a.jpg"), "damaged"), false);
        screen.wait(100);
        assert_eq!(captions(&screen.press("R")), []);
        assert_eq!(captions(&screen.press("r")), []);
    }
    screen.wait(2_000);
    assert_eq!(captions(&screen.press("r")).len(), 1);
}

/// The cursor was once a number of a row: when a job above it ended, `x` stopped another one.
#[test]
fn the_cursor_in_the_list_stays_on_its_job() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg", "c.jpg", "d.jpg"]);
    screen.press("* enter w j");
    for job in 1..=4 {
        screen.hear(JobId(job), Heard::default());
    }
    screen.end(JobId(1), described(1, "a.jpg"), false);
    assert_eq!(screen.press("x"), [Effect::Stop(vec![JobId(2)])]);
    screen.end(JobId(2), described(2, "b.jpg"), false);
    assert_eq!(screen.press("x"), [Effect::Stop(vec![JobId(3)])]);
    screen.press("G");
    screen.end(JobId(4), described(4, "d.jpg"), false);
    assert_eq!(screen.press("x"), [Effect::Stop(vec![JobId(3)])]);
}

#[test]
fn deleting_asks_with_the_cursor_on_keeping() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.history(Ok((vec![described(7, "a.jpg")], false)));
    screen.press("4 D");
    assert!(screen.text().contains("delete for good"));
    let forgets = |effect: &Effect| matches!(effect, Effect::Forget(_));
    assert!(!screen.press("enter").iter().any(forgets));
    let effects = screen.press("D y");
    assert_eq!(effects, [Effect::Forget(Forget::Run(RunId(7)))]);
    let effects = screen.tell(Message::Forgotten(Ok(1)));
    assert_eq!(screen.notice(), "1 run deleted");
    let reads = |effect: &Effect| matches!(effect, Effect::History(..));
    assert!(effects.iter().any(reads));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Captions(..)))
    );
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Recognise(..)))
    );
}

#[test]
fn deleting_nothing_says_so() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.press("4 D");
    assert_eq!(screen.notice(), "no stored run under the cursor");
    assert!(screen.state.overlays.is_empty());
}

#[test]
fn forgetting_by_date_counts_before_it_asks() {
    let mut screen = Screen::over(&["a.jpg"]);
    let effects = screen.obey("forget-before 2026-01-31");
    let day = date(2026, 1, 31)
        .to_zoned(TimeZone::UTC)
        .unwrap()
        .timestamp();
    let what = Forget::Before(day);
    assert_eq!(effects, [Effect::Count(what)]);
    screen.tell(Message::Counted(what, Ok(0)));
    assert_eq!(screen.notice(), "nothing to forget");
    assert!(screen.state.overlays.is_empty());
    screen.tell(Message::Counted(what, Ok(1_200)));
    assert!(
        screen
            .text()
            .contains("1,200 runs will be deleted for good")
    );
    assert_eq!(screen.press("y"), [Effect::Forget(what)]);
}

#[test]
fn what_cannot_be_counted_or_deleted_is_told() {
    let mut screen = Screen::over(&["a.jpg"]);
    let problem = || Problem::new("history could not be used");
    screen.tell(Message::Counted(Forget::Run(RunId(1)), Err(problem())));
    assert_eq!(screen.notice(), "history could not be used");
    screen.tell(Message::Forgotten(Err(problem())));
    assert!(screen.state.notice.as_ref().unwrap().bad);
}

#[test]
fn the_line_obeys_completes_and_complains() {
    let mut screen = Screen::over(&["art/", "a.jpg"]);
    screen.press(":");
    screen.type_in("zo");
    screen.press("tab");
    assert!(screen.text().contains(":zoom"));
    screen.press("enter");
    assert!(screen.state.zoomed);
    screen.press("z :");
    screen.type_in("sort d");
    screen.press("tab enter");
    assert!(screen.text().contains("by date"));
    screen.press(":");
    screen.type_in("cd a");
    screen.press("tab enter");
    assert_eq!(
        screen.state.files.folder(),
        Path::new("/home/me/photos/art")
    );
    screen.press(":");
    screen.type_in("captoin");
    screen.press("enter");
    assert_eq!(
        screen.notice(),
        "there is no command `captoin`; did you mean `caption`?"
    );
    assert!(screen.state.overlays.is_empty());
}

#[test]
fn a_line_that_is_empty_or_left_does_nothing() {
    let mut screen = Screen::over(&["a.jpg"]);
    assert_eq!(screen.press(": enter"), []);
    screen.press(":");
    screen.type_in("quit");
    assert_eq!(screen.press("esc"), []);
    assert!(screen.state.overlays.is_empty());
    assert_eq!(screen.notice(), "");
}

#[test]
fn completing_goes_through_all_candidates_and_typing_begins_anew() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.press(":");
    screen.type_in("s");
    let mut seen = Vec::new();
    let count = super::super::commands::COMMANDS
        .iter()
        .filter(|spec| spec.name.starts_with('s'))
        .count();
    for _ in 0..=count {
        screen.press("tab");
        seen.push(typed(&screen));
    }
    assert_eq!(seen.first(), seen.last(), "round and round");
    assert!(seen.contains(&"sort".to_owned()));
    screen.press("backspace");
    let shortened = typed(&screen);
    screen.press("tab");
    assert!(typed(&screen).starts_with(&shortened));
}

fn typed(screen: &Screen) -> String {
    match screen.state.overlays.last() {
        Some(Overlay::Field(field)) => field.input.value().to_owned(),
        other => panic!("{other:?}"),
    }
}

/// Two dots once stayed in the path, and the way up led back into the folder.
#[test]
fn a_folder_is_named_as_in_a_shell() {
    let mut screen = Screen::new();
    for (line, folder) in [
        ("cd ../music/./2024/..", "/home/me/music"),
        ("cd ..", "/home/me"),
        ("cd /../tmp", "/tmp"),
        ("cd ~", "/home/me"),
        ("cd ~/photos", FOLDER),
    ] {
        screen.obey(line);
        assert_eq!(screen.state.files.folder(), Path::new(folder), "{line}");
    }
}

#[test]
fn what_is_pasted_is_text_in_a_field_and_nothing_elsewhere() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.tell(Message::Paste("jq\n".to_owned()));
    assert_eq!(screen.cursor(), "a.jpg");
    assert!(screen.state.overlays.is_empty());
    screen.press(":");
    let effects = screen.tell(Message::Paste("cd /tmp\nquit\n\u{1b}".to_owned()));
    assert_eq!(effects, []);
    assert_eq!(typed(&screen), "cd /tmpquit");
}

#[test]
fn finding_moves_as_one_types() {
    let mut screen = Screen::over(&["ant.jpg", "bee.jpg", "cat.jpg", "cow.jpg"]);
    screen.press("/");
    screen.type_in("c");
    assert_eq!(screen.cursor(), "cat.jpg");
    screen.type_in("o");
    assert_eq!(screen.cursor(), "cow.jpg");
    screen.press("enter");
    assert!(screen.state.overlays.is_empty());
    screen.press("/");
    screen.type_in("c");
    screen.press("enter n");
    assert_eq!(screen.cursor(), "cat.jpg");
}

#[test]
fn esc_goes_back_one_level_at_a_time() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("space z w ?");
    assert_eq!(screen.state.overlays.len(), 2);
    screen.press("esc");
    assert_eq!(screen.state.overlays.len(), 1);
    screen.press("esc");
    assert!(screen.state.overlays.is_empty());
    assert_eq!(screen.state.files.selected(), 1);
    screen.press("esc");
    assert_eq!(screen.state.files.selected(), 0);
    assert!(screen.state.zoomed);
    screen.press("esc");
    assert!(!screen.state.zoomed);
    assert!(!quits(&screen.press("esc")));
}

#[test]
fn q_goes_back_before_it_leaves() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.press("z w");
    assert!(!quits(&screen.press("q")));
    assert!(!quits(&screen.press("q")));
    assert!(!screen.state.zoomed);
    assert!(quits(&screen.press("q")));
}

#[test]
fn panes_follow_each_other_and_their_numbers() {
    let mut screen = Screen::over(&["a.jpg"]);
    let mut seen = Vec::new();
    for key in ["tab", "tab", "tab", "tab", "shift+tab", "1", "m", "3"] {
        screen.press(key);
        seen.push(screen.state.focus);
    }
    let [files, models, captions, history] = Pane::ALL;
    assert_eq!(
        seen,
        [
            models, captions, history, files, history, files, models, captions
        ]
    );
}

#[test]
fn a_selection_is_dropped_with_a_word_on_leaving_the_folder() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.press("space h");
    assert_eq!(
        screen.notice(),
        "the selection was dropped on leaving the folder"
    );
    assert_eq!(screen.state.files.selected(), 0);
}

#[test]
fn history_of_this_folder_follows_the_folder() {
    let mut screen = Screen::over(&["art/"]);
    screen.press("4 o 1");
    let query = HistoryQuery {
        folder: Some("/home/me/photos/art".into()),
        image: None,
        ..utc()
    };
    let effects = screen.press("enter");
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::History(_, asked, None) if *asked == query)),
        "{effects:?}"
    );
}

#[test]
fn the_picture_in_sight_is_asked_for_with_what_is_said_of_it() {
    let mut screen = Screen::new();
    screen.files(FilesNews::Entries(entries(&["a.jpg", "b.jpg"])));
    let asks = |effects: &[Effect], name: &str| {
        let look = |effect: &Effect| matches!(effect, Effect::Look(_, image, _) if *image == picture(name));
        let read = |effect: &Effect| matches!(effect, Effect::Captions(_, image, _) if *image == picture(name));
        effects.iter().any(look) && effects.iter().any(read)
    };
    assert!(asks(&screen.asked, "a.jpg"));
    let effects = screen.press("j");
    assert!(asks(&effects, "b.jpg"), "{effects:?}");
}

#[test]
fn the_pane_whose_picture_is_in_sight_is_files_or_history() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.history(Ok((vec![described(1, "z.jpg")], false)));
    screen.press("4");
    assert_eq!(screen.state.image(), Some(picture("z.jpg")));
    screen.press("3");
    assert_eq!(
        screen.state.image(),
        Some(picture("z.jpg")),
        "captions of what is in sight"
    );
    assert_eq!(
        captions(&screen.press("enter")),
        [reuse("z.jpg builtin/describe")]
    );
    screen.press("1");
    assert_eq!(screen.state.image(), Some(picture("a.jpg")));
}

#[test]
fn a_late_picture_is_dropped_after_a_fresh_start() {
    let mut screen = Screen::over(&["a.jpg"]);
    let old = screen.last(|effect| match effect {
        Effect::Look(ticket, ..) => Some(*ticket),
        _ => None,
    });
    screen.press("r");
    let looked = Looked {
        image: picture("a.jpg"),
        within: Size {
            width: 1,
            height: 1,
        },
        look: Ok(look(1, 1)),
    };
    screen.tell(Message::Looked(old, looked));
    assert!(screen.state.pictures.get(&picture("a.jpg")).is_none());
    screen.looked(Ok(look(4, 4)));
    assert!(screen.state.pictures.get(&picture("a.jpg")).is_some());
}

#[test]
fn coming_to_the_front_reads_the_folder_again_and_changes_nothing_else() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("j");
    let before = screen.text();
    let effects = screen.tell(Message::Focused);
    assert_eq!(
        effects,
        [Effect::Scan(screen.files_ticket(), FOLDER.into())]
    );
    assert_eq!(screen.text(), before);
    screen.list(&["a.jpg", "b.jpg"]);
    assert_eq!(screen.text(), before);
}

#[test]
fn a_screen_that_was_too_small_is_as_before() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg"]);
    screen.press("j");
    let before = screen.text();
    screen.tell(Message::Resize(Cells::new(30, 5)));
    screen.press("k j");
    screen.tell(Message::Resize(Cells::new(0, 0)));
    screen.text();
    screen.tell(Message::Resize(Cells::new(80, 24)));
    assert_eq!(screen.text(), before);
}

#[test]
fn a_larger_screen_asks_for_a_larger_picture() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.looked(Ok(look(4, 4)));
    let effects = screen.tell(Message::Resize(Cells::new(120, 36)));
    assert!(matches!(effects[..], [Effect::Look(..)]), "{effects:?}");
}

#[test]
fn a_passing_line_passes() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.tell(Message::Failed(Problem::new("it is gone")));
    screen.wait(5_900);
    assert_eq!(screen.notice(), "it is gone");
    assert!(screen.state.is_moving());
    screen.wait(200);
    assert_eq!(screen.notice(), "");
    assert!(!screen.state.is_moving());
}

#[test]
fn copying_takes_what_is_under_the_cursor() {
    let mut screen = Screen::over(&["a.jpg"]);
    assert_eq!(screen.press("y"), []);
    assert_eq!(screen.notice(), "no caption to copy here");
    screen.captions(Ok(vec![run(
        1,
        "a.jpg",
        "builtin/describe",
        " A\u{1b} cat \n",
    )]));
    let caption = Effect::Copy(Copied::Caption, "A\u{1b} cat".to_owned());
    assert_eq!(
        screen.press("y"),
        [caption],
        "as it came, it goes to no terminal as it is"
    );
    let path = Effect::Copy(Copied::Path, "/home/me/photos/a.jpg".to_owned());
    assert_eq!(screen.press("Y"), [path]);
    screen.tell(Message::Copied(Copied::Path));
    assert!(screen.notice().starts_with("path sent to"));
}

#[test]
fn remembered_models_are_chosen_and_listed() {
    let mut screen = Screen::over(&["a.jpg"]);
    let chosen: Vec<ModelRef> = vec![model("org/one"), model("org/two")];
    screen.tell(Message::Chosen {
        chosen: Some(chosen.clone()),
        favourites: vec![model("org/two")],
        recent: Vec::new(),
    });
    assert_eq!(screen.state.models.chosen(), chosen);
    screen.press("m space");
    let remembered = screen.last(|effect| match effect {
        Effect::Remember(Remembered::Chosen, models) => Some(models.clone()),
        _ => None,
    });
    assert_eq!(remembered, [model("org/one")]);
}

#[test]
fn the_card_of_the_first_start_leads_on_or_out_of_the_way() {
    let first = || {
        let mut screen = Screen::with(|start| start.first = true);
        screen.list(&["a.jpg"]);
        screen
    };
    let mut screen = first();
    screen.press("enter");
    assert!(
        screen
            .notice()
            .starts_with("enter on a picture describes it")
    );
    assert_eq!(
        captions(&screen.press("enter")),
        [reuse("a.jpg builtin/describe")]
    );
    let mut screen = first();
    screen.tell(Message::Chosen {
        chosen: Some(vec![model("org/old")]),
        favourites: Vec::new(),
        recent: Vec::new(),
    });
    let chosen = vec![model("org/old"), model("builtin/describe")];
    assert_eq!(
        screen.press("enter"),
        [Effect::Remember(Remembered::Chosen, chosen)]
    );
    let mut screen = first();
    screen.press("esc");
    assert!(screen.state.overlays.is_empty());
    let mut screen = first();
    screen.press("j j enter");
    assert!(screen.text().contains("Add an endpoint"));
}

#[test]
fn what_went_wrong_before_the_screen_stands_over_it_the_first_on_top() {
    let mut screen = Screen::with(|start| {
        start.problems = vec![
            Problem::new("keymap.toml:3: `jj` is no key"),
            Problem::new("a damaged history was kept aside"),
        ];
    });
    assert!(screen.text().contains("`jj` is no key"));
    screen.press("esc");
    assert!(screen.text().contains("kept aside"));
    screen.press("esc");
    assert!(screen.state.overlays.is_empty());
}

#[test]
fn news_of_jobs_that_nobody_knows_harms_nothing() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.hear(JobId(9), Heard::default());
    screen.tell(Message::Job(JobId(9), JobNews::Dropped));
    screen.end(JobId(9), described(1, "a.jpg"), false);
    assert!(screen.state.jobs.is_idle());
    assert!(
        screen.text().contains("A landscape photo."),
        "a run is shown whoever asked"
    );
}

#[test]
fn info_tells_what_is_known_of_the_item_under_the_cursor() {
    let mut screen = Screen::over(&["a.jpg"]);
    screen.press("i");
    assert_eq!(screen.notice(), "nothing more is known here");
    screen.looked(Ok(look(4, 4)));
    screen.press("i");
    assert!(screen.text().contains("JPEG"));
    screen.press("esc 2 i");
    assert!(screen.text().contains("on this machine"));
    screen.press("esc");
    screen.captions(Ok(vec![described(7, "a.jpg")]));
    screen.press("3 i");
    assert!(screen.text().contains("2026-11-23 12:03"));
}

#[test]
fn time_moves_only_by_messages() {
    let (mut screen, job) = with_a_job();
    assert_eq!(
        screen.state.jobs.get(job).unwrap().state,
        JobState::Running(now())
    );
    screen.wait(100);
    assert_eq!(
        screen.state.now.as_millisecond(),
        now().as_millisecond() + 100
    );
}

#[test]
fn a_path_that_is_no_utf_8_is_copied_in_a_readable_form() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let mut screen = Screen::new();
    let mut entry = entries(&["x.jpg"]);
    entry[0].name = OsStr::from_bytes(b"caf\xe9.jpg").to_owned();
    screen.files(FilesNews::Entries(entry));
    let path = Effect::Copy(Copied::Path, "/home/me/photos/caf\\xE9.jpg".to_owned());
    assert_eq!(screen.press("Y"), [path]);
    let image = ImageRef::new(Path::new(FOLDER).join(OsStr::from_bytes(b"caf\xe9.jpg")));
    assert_eq!(screen.state.image(), Some(image));
}

/// Scrolling once went on behind the end, and as many keys back showed nothing.
#[test]
fn whatever_scrolls_ends_with_its_text() {
    let mut screen = Screen::over(&["a.jpg"]);
    let caption = "a row\n".repeat(99) + "the last row";
    screen.captions(Ok(vec![run(1, "a.jpg", "builtin/describe", &caption)]));
    for (keys, down, up) in [
        ("3 z", "G j j", "k"),
        ("i", "G j j", "k"),
        (
            "?",
            "down pagedown pagedown pagedown pagedown pagedown pagedown pagedown",
            "up",
        ),
    ] {
        screen.press(keys);
        let top = screen.text();
        screen.press(down);
        let end = screen.text();
        assert_ne!(end, top, "{keys}");
        screen.press(up);
        assert_ne!(screen.text(), end, "{keys}");
        screen.press("esc");
    }
}

#[test]
fn a_token_that_could_not_be_checked_is_checked_again_on_focus() {
    let mut screen = Screen::over(&["a.jpg"]);
    let mut asks = |state| {
        screen.tell(Message::Token(TokenStatus {
            state,
            ..TokenStatus::default()
        }));
        screen.tell(Message::Focused).contains(&Effect::Token)
    };
    assert!(asks(TokenState::Unreachable(Foreign::new("no network"))));
    assert!(asks(TokenState::Limited(None)));
    assert!(!asks(TokenState::Rejected));
    assert!(!asks(TokenState::Missing));
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

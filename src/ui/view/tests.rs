//! Screens as text. A screen that changes is looked at before its picture is accepted
//! (`cargo insta review`); elsewhere a change fails.

use std::ffi::OsStr;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt as _;

use insta::assert_snapshot;
use jiff::SignedDuration;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size as Cells;
use ratatui::style::{Color, Modifier};

use super::super::message::{FilesNews, Heard, Message};
use super::super::painter::blocks;
use super::super::tests::{Screen, entries, failed, lines, look, now, picture, run};
use super::super::theme::{Depth, Theme};
use super::*;
use crate::domain::account::{Account, Organisation, TokenPlace, TokenState, TokenStatus};
use crate::domain::problem::Problem;
use crate::domain::run::{Failure, Outcome, Run, Sent, Usage, Wait};
use crate::domain::spending::{Limit, Money};
use crate::domain::text::Foreign;
use crate::engine::{JobId, ScanEnd};

const SMALL: Cells = Cells::new(80, 24);
const WIDE: Cells = Cells::new(120, 36);
const HUGE: Cells = Cells::new(200, 60);

const NAMES: [&str; 8] = [
    "2023/",
    "2024/",
    "astronaut.jpg",
    "cat.jpg",
    "coffee.jpg",
    "IMG_0412.heic",
    "rocket.jpg",
    "sunset.png",
];

const QWEN: &str = "Qwen/Qwen3-VL-8B-Instruct";
const CAT: &str = "A tabby cat with green eyes looks straight at the camera; behind it a blurred \
                   garden in the light of the evening.";

fn sized(size: Cells) -> Screen {
    Screen::with(|start| start.size = size)
}

/// The first picture of the folder under the cursor, what models said of it, and history.
fn full(size: Cells) -> Screen {
    let mut screen = sized(size);
    screen.obey(&format!("model {QWEN}"));
    screen.list(&NAMES);
    screen.looked(Ok(look(40, 20)));
    let said = [
        run(9, "astronaut.jpg", QWEN, CAT),
        run(
            8,
            "astronaut.jpg",
            "builtin/describe",
            "A portrait photo, warm and bright. 512×512 pixels.",
        ),
    ];
    let before = |id, name: &str, minutes, text: &str| {
        let mut run = run(id, name, QWEN, text);
        run.timing.started = now() - SignedDuration::from_mins(minutes);
        run
    };
    let mut runs = said.to_vec();
    runs.extend([
        failed(
            before(7, "rocket.jpg", 61, ""),
            "the provider is out of credit",
        ),
        before(
            6,
            "coffee.jpg",
            240,
            "A cup of coffee on a wooden table, seen from above.",
        ),
        before(5, "sunset.png", 60 * 30, "The sun sets over a calm sea."),
        before(4, "cat.jpg", 60 * 24 * 400, "A cat."),
    ]);
    screen.captions(Ok(said.to_vec()));
    screen.history(Ok((runs, false)));
    for name in ["astronaut.jpg", "coffee.jpg", "sunset.png"] {
        screen.state.files.mark(&picture(name), true);
    }
    screen.state.files.mark(&picture("rocket.jpg"), false);
    screen
}

#[test]
fn without_utf8_every_sign_is_ascii() {
    for size in [SMALL, WIDE] {
        let mut screen = full(size);
        screen.state.theme = Theme::new(Depth::Indexed).with_utf8(false);
        let text = screen.text();
        assert!(text.is_ascii(), "{text}");
        assert_snapshot!(format!("ascii_{}", size.width), text);
    }
}

#[test]
fn the_dashboard() {
    assert_snapshot!("dashboard_80", full(SMALL).text());
    assert_snapshot!("dashboard_120", full(WIDE).text());
    assert_snapshot!("dashboard_200", full(HUGE).text());
}

#[test]
fn an_empty_folder() {
    let mut screen = Screen::new();
    screen.history(Ok((Vec::new(), false)));
    screen.list(&[]);
    assert_snapshot!("empty_80", screen.text());
    let mut screen = sized(WIDE);
    screen.history(Ok((Vec::new(), false)));
    let mut end = ScanEnd::default();
    end.other_files = 3;
    screen.files(FilesNews::End(Ok(end)));
    assert_snapshot!("no_pictures_120", screen.text());
}

#[test]
fn a_screen_that_waits_for_everything() {
    assert_snapshot!("loading_80", Screen::new().text());
    let mut screen = Screen::new();
    screen.files(FilesNews::Entries(entries(&NAMES)));
    assert_snapshot!("half_read_80", screen.text());
}

#[test]
fn what_cannot_be_read() {
    let mut screen = Screen::new();
    let gone = Problem::new("/home/me/photos cannot be read");
    let mut gone = gone;
    gone.causes
        .push(Foreign::new("Permission denied (os error 13)"));
    screen.files(FilesNews::End(Err(gone)));
    screen.history(Err(Problem::new("history could not be used")));
    assert_snapshot!("failed_80", screen.text());
    let mut screen = Screen::over(&["cut.jpg"]);
    let damaged =
        "/home/me/photos/cut.jpg is cut off: its end is missing; copy or download it again";
    screen.looked(Err(Problem::new(damaged)));
    screen.captions(Err(Problem::new("history could not be used")));
    screen.history(Ok((Vec::new(), false)));
    assert_snapshot!("failed_picture_80", screen.text());
}

#[test]
fn a_folder_that_cannot_be_read_again() {
    let mut screen = full(SMALL);
    screen.tell(Message::Focused);
    let mut gone = Problem::new("/home/me/photos cannot be read");
    gone.causes
        .push(Foreign::new("Permission denied (os error 13)"));
    screen.files(FilesNews::End(Err(gone)));
    assert_snapshot!("not_read_again_80", screen.text());
}

#[test]
fn captions_beside_pictures_and_in_history() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["cat.jpg", "cat.caption", "dog.jpg", "dog.txt", "owl.jpg"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let end = crate::media::scan::scan(folder.path(), &mut |_| ControlFlow::Continue(()));
    let mut screen = sized(SMALL);
    screen.files(FilesNews::Entries(entries(&[
        "cat.jpg", "dog.jpg", "owl.jpg",
    ])));
    screen.files(FilesNews::End(Ok(end.unwrap())));
    screen.state.files.mark(&picture("cat.jpg"), true);
    assert_snapshot!("sidecars_80", screen.text());
}

/// The problem once stood in place of the captions and of what ran.
#[test]
fn captions_are_seen_where_history_cannot_be_read() {
    let mut screen = chorus(SMALL);
    screen.obey("reload");
    screen.history(Err(Problem::new("history could not be used")));
    screen.captions(Err(Problem::new("history could not be used")));
    assert_snapshot!("chorus_without_history_80", screen.text());
    screen.press("3 z");
    assert_snapshot!("chorus_without_history_zoomed_80", screen.text());
}

const HOSTILE: [&str; 7] = [
    "a-very-long-name-that-goes-on-and-on-until-nobody-wants-to-read-it.jpg",
    "\u{1b}[31mred\u{7}.jpg",
    "👩‍👩‍👧‍👦 family 🎉.jpg",
    "夏の写真・京都の庭園にて撮影した一枚.jpg",
    "cafe\u{301}.jpg",
    "gpj.\u{202e}txt.jpg",
    "line\nbreak\ttab.jpg",
];

#[test]
fn long_wide_and_hostile_names() {
    let mut screen = sized(SMALL);
    let mut found = entries(&HOSTILE);
    let mut latin = entries(&["x.jpg"]);
    latin[0].name = OsStr::from_bytes(b"caf\xe9.jpg").to_owned();
    found.extend(latin);
    screen.files(FilesNews::Entries(found));
    screen.files(FilesNews::End(Ok(ScanEnd::default())));
    screen.looked(Ok(look(10, 10)));
    let runs = (1..=7).rev().zip(HOSTILE);
    let runs = runs.map(|(id, name)| {
        run(
            id,
            name,
            QWEN,
            "猫が庭で寝ている。\u{1b}[2J 🎉 and more of it",
        )
    });
    screen.history(Ok((runs.collect(), false)));
    screen.press("j j j j");
    assert_snapshot!("hostile_80", screen.text());
    screen.tell(Message::Resize(WIDE));
    assert_snapshot!("hostile_120", screen.text());
    screen.press("z");
    assert_snapshot!("hostile_zoomed_120", screen.text());
}

#[test]
fn a_long_folder() {
    let mut screen = Screen::with(|start| {
        start.folder =
            "/home/me/pictures/archive/2024/summer holiday/夏休み/selected for print".into();
    });
    screen.list(&["a.jpg"]);
    screen.press("s v");
    assert_snapshot!("long_folder_80", screen.text());
}

#[test]
fn a_problem_over_it() {
    let mut screen = Screen::with(|start| {
        let mut problem = Problem::new("the history in ~/.local/share/blipboard was damaged")
            .with_hint("it was kept as history.damaged-1.sqlite; a fresh one was begun");
        problem
            .causes
            .push(Foreign::new("database disk image is malformed"));
        start.problems = vec![problem];
    });
    screen.list(&NAMES);
    assert_snapshot!("problem_80", screen.text());
}

#[test]
fn the_first_start() {
    for (name, size) in [("first_80", SMALL), ("first_120", WIDE)] {
        let mut screen = Screen::with(|start| {
            start.first = true;
            start.size = size;
        });
        screen.list(&NAMES);
        assert_snapshot!(name, screen.text());
    }
    let mut screen = Screen::with(|start| start.first = true);
    screen.list(&NAMES);
    screen.press("j j enter");
    assert_snapshot!("endpoint_80", screen.text());
    screen.press("esc k enter");
    assert_snapshot!("token_80", screen.text());
}

#[test]
fn help() {
    let mut screen = full(SMALL);
    screen.press("?");
    assert_snapshot!("help_80", screen.text());
    screen.type_in("model");
    assert_snapshot!("help_searched_80", screen.text());
    screen.type_in(" xyz");
    assert_snapshot!("help_found_nothing_80", screen.text());
    let mut screen = full(WIDE);
    screen.press("?");
    assert_snapshot!("help_120", screen.text());
}

/// Jobs of every kind: two run, one waits for the server, one for its turn, one failed.
fn at_work(size: Cells) -> Screen {
    let mut screen = sized(size);
    screen.list(&[
        "astronaut.jpg",
        "cat.jpg",
        "coffee.jpg",
        "rocket.jpg",
        "sunset.png",
    ]);
    screen.history(Ok((Vec::new(), false)));
    screen.looked(Ok(look(40, 20)));
    screen.press("* enter");
    screen.end(
        JobId(1),
        failed(
            run(1, "astronaut.jpg", "builtin/describe", ""),
            "the file is damaged at byte 512",
        ),
        false,
    );
    screen.hear(JobId(2), Heard::default());
    let answer = Heard {
        answer: "A close-up of a ta".to_owned(),
        ..Heard::default()
    };
    screen.hear(JobId(3), answer);
    let until = now() + SignedDuration::from_secs(12);
    let waits = Heard {
        waiting: Some((until, Wait::RateLimit)),
        ..Heard::default()
    };
    screen.hear(JobId(4), waits);
    screen.wait(7_300);
    screen
}

#[test]
fn the_list_of_jobs() {
    let mut screen = at_work(SMALL);
    screen.press("w");
    assert_snapshot!("jobs_80", screen.text());
    screen.press("j p");
    assert_snapshot!("jobs_paused_80", screen.text());
    let mut screen = at_work(WIDE);
    screen.press("w");
    assert_snapshot!("jobs_120", screen.text());
    let mut screen = Screen::over(&NAMES);
    screen.press("w");
    assert_snapshot!("jobs_none_80", screen.text());
}

/// Words for the line were once gathered in every frame, whatever was typed where.
#[test]
fn only_a_command_with_a_blank_gathers_words() {
    let mut screen = full(SMALL);
    for (key, typed, any) in [
        ("/", "a b", false),
        (":", "model", false),
        (":", "cd ", true),
    ] {
        screen.press(key);
        screen.type_in(typed);
        let Some(Overlay::Field(field)) = screen.state.overlays.last() else {
            panic!("{key} opens a field");
        };
        let words = screen.state.words(field);
        assert_eq!(
            (!words.models.is_empty(), !words.folders.is_empty()),
            (any, any),
            "{key}{typed}"
        );
        screen.press("esc");
    }
}

/// What is typed is foreign too: a paste may turn the direction of the line round.
#[test]
fn what_is_typed_into_help_is_safe_to_show() {
    let mut screen = full(SMALL);
    screen.press("?");
    screen.tell(Message::Paste("a\u{202e}b".to_owned()));
    assert!(!screen.text().contains('\u{202e}'));
}

#[test]
fn work_on_the_dashboard() {
    assert_snapshot!("at_work_80", at_work(SMALL).text());
}

#[test]
fn questions() {
    let mut screen = at_work(SMALL);
    screen.press("q");
    assert_snapshot!("leaving_80", screen.text());
    let mut screen = full(SMALL);
    screen.press("4 D");
    assert_snapshot!("deleting_80", screen.text());
}

#[test]
fn the_line_with_candidates() {
    let mut screen = full(SMALL);
    screen.press(":");
    assert_snapshot!("line_80", screen.text());
    screen.type_in("s");
    screen.press("tab tab");
    assert_snapshot!("line_completed_80", screen.text());
    screen.press("esc :");
    screen.type_in("model ");
    assert_snapshot!("line_models_80", screen.text());
    screen.press("esc /");
    screen.type_in("sun");
    assert_snapshot!("find_80", screen.text());
}

#[test]
fn every_pane_zoomed() {
    for (size, columns) in [(SMALL, 80), (WIDE, 120)] {
        for (key, name) in [
            ("1", "files"),
            ("2", "models"),
            ("3", "captions"),
            ("4", "history"),
        ] {
            let mut screen = full(size);
            screen.press(key);
            screen.press("z");
            screen.looked(Ok(look(20, 20)));
            assert_snapshot!(format!("{name}_zoomed_{columns}"), screen.text());
        }
    }
}

/// Four models speak of one picture, each in its own state.
fn chorus(size: Cells) -> Screen {
    let mut screen = sized(size);
    screen.list(&["cat.jpg"]);
    screen.looked(Ok(look(40, 20)));
    screen.history(Ok((Vec::new(), false)));
    for name in ["google/gemma-3-27b-it:cheapest", QWEN, "endpoint:lab"] {
        screen.obey(&format!("model {name}"));
    }
    screen.press("enter y");
    let jobs: Vec<_> = screen
        .state
        .jobs
        .iter()
        .map(|(id, job)| (id, job.request.model.clone()))
        .collect();
    for (job, asked) in jobs {
        let mut heard = Heard::default();
        match asked.name().raw() {
            "builtin/describe" => {
                let run = run(1, "cat.jpg", "builtin/describe", "A landscape photo, warm.");
                screen.end(job, run, false);
                continue;
            }
            QWEN => heard.answer = CAT.to_owned(),
            "endpoint:lab" => heard.thinking = "It is a cat, I think.".to_owned(),
            _ => heard.answer = "A close-up of a ta".to_owned(),
        }
        screen.hear(job, heard);
    }
    screen
}

#[test]
fn several_models_at_once() {
    let mut screen = chorus(SMALL);
    assert_snapshot!("chorus_80", screen.text());
    screen.press("3 j");
    assert_snapshot!("chorus_second_80", screen.text());
    screen.press("z");
    assert_snapshot!("chorus_zoomed_80", screen.text());
    let mut screen = chorus(HUGE);
    screen.press("3 z");
    assert_snapshot!("chorus_zoomed_200", screen.text());
}

const SENT: Sent = Sent {
    bytes: 18_244,
    size: crate::domain::image::Size {
        width: 451,
        height: 300,
    },
};

/// Alice spent a little of her two dollars.
fn alice(screen: &mut Screen) {
    let account = Account {
        name: Foreign::new("alice"),
        pro: true,
        may_infer: Some(true),
        ..Account::default()
    };
    screen.tell(Message::Token(TokenStatus {
        state: TokenState::Good(Box::new(account)),
        place: Some(TokenPlace::Variable("HF_TOKEN")),
        hides: None,
        ..TokenStatus::default()
    }));
    screen.tell(Message::Money(Ok(Money {
        spent: 4_000,
        limit: Limit::Daily(2_000_000),
        ..Money::default()
    })));
}

/// Six models over the wire, each as far as it may be.
fn over_the_wire(size: Cells) -> Screen {
    let mut screen = sized(size);
    alice(&mut screen);
    screen.list(&["cat.jpg"]);
    screen.looked(Ok(look(40, 20)));
    screen.history(Ok((Vec::new(), false)));
    screen.obey("model builtin/describe");
    for name in [
        "org/cut",
        QWEN,
        "org/thinks",
        "org/waits",
        "org/failed",
        "org/stopped",
    ] {
        screen.obey(&format!("model {name}"));
    }
    screen.press("enter y");
    let heard = |answer: &str, thinking: &str| Heard {
        answer: answer.to_owned(),
        thinking: thinking.to_owned(),
        sent: Some(SENT),
        ..Heard::default()
    };
    let run = |id, name: &str, caption: &str| Run {
        sent: Some(SENT),
        provider: Some(Foreign::new("novita")),
        request_id: Some(Foreign::new("req-1")),
        ..run(id, "cat.jpg", name, caption)
    };
    let mut cut = run(
        1,
        "org/cut",
        "A tabby cat with green eyes looks straight at the",
    );
    cut.finish_reason = Some(Foreign::new("length"));
    cut.timing.first_answer = Some(std::time::Duration::from_millis(420));
    cut.usage = Some(Usage {
        prompt: 1_400,
        completion: 1_024,
    });
    cut.cost_micro_usd = Some(4_000);
    screen.end(JobId(1), cut, false);
    screen.hear(JobId(2), heard(CAT, ""));
    screen.hear(
        JobId(3),
        heard("", "The picture shows a cat. It looks at me."),
    );
    let waits = Heard {
        waiting: Some((now() + SignedDuration::from_secs(12), Wait::RateLimit)),
        ..Heard::default()
    };
    screen.hear(JobId(4), waits);
    let partial = run(2, "org/failed", "A cat that is");
    let broken = Run {
        caption: partial.caption.clone(),
        failure: Some(Failure {
            kind: "cut-short".to_owned(),
            message: Foreign::new("novita closed the connection in the middle of the answer"),
            hint: Some(Foreign::new("ask again; what came of the caption is kept")),
        }),
        ..failed(partial, "")
    };
    screen.end(JobId(5), broken, false);
    let stopped = Run {
        outcome: Outcome::Cancelled,
        ..run(3, "org/stopped", "A tabby c")
    };
    screen.end(JobId(6), stopped, false);
    screen.wait(7_300);
    screen
}

#[test]
fn models_over_the_wire() {
    for (size, columns) in [(SMALL, 80), (WIDE, 120)] {
        let mut screen = over_the_wire(size);
        assert_snapshot!(format!("wire_{columns}"), screen.text());
        screen.press("3 z");
        assert_snapshot!(format!("wire_zoomed_{columns}"), screen.text());
        screen.press("G l l l l l");
        assert_snapshot!(format!("wire_zoomed_last_{columns}"), screen.text());
    }
}

#[test]
fn what_is_thought_and_why_it_failed_can_be_read_in_full() {
    let mut screen = over_the_wire(SMALL);
    screen.press("3 j j i");
    assert_snapshot!("thinking_80", screen.text());
    screen.press("esc j j i");
    assert_snapshot!("failed_run_80", screen.text());
}

/// The row of each line of the captions pane that begins with a model.
fn rows_of_models(screen: &Screen) -> Vec<usize> {
    let text = screen.text();
    let names = ["cut", "Qwen", "thinks", "waits", "failed", "stopped"];
    let row = |name: &&str| {
        let lines = text.lines().skip(20);
        let begins = |line: &str| {
            line.split_whitespace()
                .any(|word| word.trim_start_matches(['│', '┃', '>']).starts_with(name))
        };
        lines.enumerate().find(|(_, line)| begins(line)).unwrap().0
    };
    names.iter().map(row).collect()
}

#[test]
fn nothing_moves_while_text_arrives() {
    let mut screen = over_the_wire(WIDE);
    screen.press("3 j");
    let before = rows_of_models(&screen);
    for word in CAT.repeat(3).split(' ') {
        let more = Heard {
            answer: format!("{word} "),
            ..Heard::default()
        };
        screen.hear(JobId(2), more);
        assert_eq!(rows_of_models(&screen), before);
    }
    screen.end(JobId(2), run(4, "cat.jpg", QWEN, "A cat."), false);
    assert_eq!(rows_of_models(&screen), before);
}

#[test]
fn why_a_job_failed_and_what_to_do_next() {
    for (size, columns) in [(SMALL, 80), (WIDE, 120)] {
        let mut screen = sized(size);
        alice(&mut screen);
        screen.list(&["cat.jpg"]);
        screen.looked(Ok(look(40, 20)));
        screen.history(Ok((Vec::new(), false)));
        for name in [QWEN, "org/large"] {
            screen.obey(&format!("model {name}"));
        }
        screen.obey("model builtin/describe");
        screen.press("enter y");
        let broke = Failure {
            kind: "no-credit".to_owned(),
            message: Foreign::new(
                "your credit of this month is used up: router.huggingface.co answered 402 Payment \
                 Required: You have depleted your monthly included credits.",
            ),
            hint: Some(Foreign::new(
                "buy credits or subscribe to PRO at https://huggingface.co/settings/billing, or \
                 bill another account",
            )),
        };
        let broke = Run {
            failure: Some(broke),
            ..failed(run(1, "cat.jpg", QWEN, ""), "")
        };
        screen.end(JobId(1), broke, false);
        let smaller = Heard {
            sent: Some(SENT),
            smaller: true,
            ..Heard::default()
        };
        screen.hear(JobId(2), smaller);
        screen.press("3");
        assert_snapshot!(format!("next_step_{columns}"), screen.text());
        screen.press("z");
        assert_snapshot!(format!("next_step_zoomed_{columns}"), screen.text());
        screen.press("w");
        assert_snapshot!(format!("next_step_jobs_{columns}"), screen.text());
    }
}

#[test]
fn what_a_model_is_sent_and_asks() {
    let mut screen = full(SMALL);
    alice(&mut screen);
    screen.press("2 j i");
    assert_snapshot!("model_80", screen.text());
}

#[test]
fn the_question_before_spending() {
    for (size, columns) in [(SMALL, 80), (WIDE, 120)] {
        let mut screen = full(size);
        alice(&mut screen);
        screen.obey("model http://10.0.0.7:8000/caption");
        screen.obey("model google/gemma-3-27b-it:novita");
        screen.press("* enter");
        assert_snapshot!(format!("sending_{columns}"), screen.text());
    }
}

fn bar(screen: &Screen) -> String {
    screen.text().lines().last().unwrap().trim().to_owned()
}

#[test]
fn the_bar_tells_whose_token_it_is() {
    let why = || Foreign::new("dns error");
    let account = |may_infer| Account {
        name: Foreign::new("alice"),
        pro: false,
        may_infer,
        ..Account::default()
    };
    let mut said = String::new();
    for state in [
        TokenState::Missing,
        TokenState::Unusable(why()),
        TokenState::Checking,
        TokenState::Good(Box::new(account(None))),
        TokenState::Good(Box::new(account(Some(false)))),
        TokenState::Rejected,
        TokenState::Limited(Some(now() + SignedDuration::from_secs(12))),
        TokenState::Unreachable(why()),
        TokenState::Offline,
    ] {
        let mut screen = Screen::new();
        let place = (state != TokenState::Missing).then(|| TokenPlace::File("/token".into()));
        let (hides, missing) = (None, state == TokenState::Missing);
        screen.tell(Message::Token(TokenStatus {
            state,
            place,
            hides,
            ..TokenStatus::default()
        }));
        said.push_str(&bar(&screen));
        said.push('\n');
        if missing {
            screen.obey(&format!("model {QWEN}"));
            said.push_str(&bar(&screen));
            said.push('\n');
        }
    }
    assert_snapshot!("tokens", said);
}

#[test]
fn money_stays_longest_in_a_bar_without_room() {
    let mut screen = over_the_wire(SMALL);
    screen.press("1 *");
    assert!(
        bar(&screen).ends_with("│ 1 failed: w │ $0.004 of $2.00 │ 1 selected"),
        "{}",
        bar(&screen)
    );
    screen.state.token.place = Some(TokenPlace::Variable("HUGGING_FACE_HUB_TOKEN"));
    if let TokenState::Good(account) = &mut screen.state.token.state {
        account.name = Foreign::new("a-name-without-an-end");
    }
    assert_eq!(
        bar(&screen),
        "●a-name-with… │ 6 models │ 3 running │ 1 failed: w │ $0.004 of $2.00"
    );
}

/// A long name, an organisation that is billed and a variable of 22 letters once took whose token it
/// is off the bar altogether.
#[test]
fn whose_token_it_is_stays_on_a_bar_without_room() {
    let mut screen = over_the_wire(SMALL);
    screen.press("1 *");
    let mut said = String::new();
    for name in ["a-name-without-an-end", "模型模型模型模型模型模型模型"] {
        for may_infer in [Some(true), Some(false)] {
            let account = Account {
                name: Foreign::new(name),
                pro: true,
                organisations: vec![Organisation {
                    name: "an-organisation-without-an-end".to_owned(),
                    may_infer,
                    ..Organisation::default()
                }],
                ..Account::default()
            };
            screen.tell(Message::Token(TokenStatus {
                state: TokenState::Good(Box::new(account)),
                place: Some(TokenPlace::Variable("HUGGING_FACE_HUB_TOKEN")),
                bill_to: Some("an-organisation-without-an-end".to_owned()),
                ..TokenStatus::default()
            }));
            said.push_str(&bar(&screen));
            said.push('\n');
        }
    }
    assert_snapshot!("bar_without_room_80", said);
}

#[test]
fn money_is_told_where_there_is_any() {
    let told = |spent, unpriced, limit| {
        let mut screen = Screen::new();
        let money = Money {
            spent,
            unpriced,
            limit,
        };
        screen.tell(Message::Money(Ok(money)));
        bar(&screen)
    };
    assert!(!told(0, 0, Limit::None).contains('$'));
    assert!(told(0, 0, Limit::Daily(2_000_000)).ends_with("│ $0 of $2.00"));
    assert!(told(4_000, 0, Limit::None).ends_with("│ $0.004 today"));
    assert!(told(4_000, 500, Limit::None).ends_with("│ $0.004 + 500 unpriced today"));
    assert!(told(4_000, 0, Limit::InDoubt).ends_with("│ nothing paid is sent"));
}

fn with_caption(size: Cells, caption: &str) -> Screen {
    let mut screen = sized(size);
    screen.list(&["cat.jpg"]);
    screen.looked(Ok(look(40, 20)));
    let mut run = run(1, "cat.jpg", "builtin/describe", caption);
    run.finish_reason = Some(Foreign::new("length"));
    run.usage = Some(Usage {
        prompt: 900,
        completion: 4_096,
    });
    screen.captions(Ok(vec![run.clone()]));
    screen.history(Ok((vec![run], false)));
    screen
}

#[test]
fn captions_that_have_no_end() {
    let mut screen = with_caption(SMALL, &"word ".repeat(200_000));
    assert_snapshot!("long_caption_80", screen.text());
    screen.press("3 z j");
    assert_snapshot!("long_caption_zoomed_80", screen.text());
    let mut screen = with_caption(SMALL, &"endless".repeat(150_000));
    assert_snapshot!("endless_word_80", screen.text());
    screen.press("4 z");
    assert_snapshot!("endless_word_history_80", screen.text());
}

#[test]
fn outcomes_that_are_no_captions() {
    let mut screen = sized(SMALL);
    screen.list(&["cat.jpg"]);
    let base = |id, name: &str, text: &str| run(id, "cat.jpg", name, text);
    let ended = |run: Run, outcome| Run { outcome, ..run };
    let runs = vec![
        base(5, "builtin/describe", " \n"),
        ended(base(4, QWEN, "A cat that was st"), Outcome::Cancelled),
        ended(base(3, "org/killed", ""), Outcome::Interrupted),
        failed(
            base(2, "endpoint:lab", ""),
            "lab did not answer within 120 s\nand \u{1b}[31mmore",
        ),
    ];
    screen.captions(Ok(runs.clone()));
    screen.history(Ok((runs, false)));
    assert_snapshot!("outcomes_80", screen.text());
    screen.press("4 j z");
    assert_snapshot!("outcomes_history_zoomed_80", screen.text());
}

#[test]
fn a_history_that_cannot_be_written() {
    let mut screen = Screen::with(|start| {
        start.read_only = Some(Problem::new("history.sqlite cannot be written"));
    });
    screen.list(&NAMES);
    screen.press("space");
    assert_snapshot!("read_only_80", screen.text());
}

#[test]
fn without_a_model() {
    let mut screen = Screen::over(&["cat.jpg"]);
    screen.obey("model builtin/describe");
    screen.press("enter");
    assert_snapshot!("no_model_80", screen.text());
}

#[test]
fn a_screen_that_is_too_small() {
    let mut screen = full(SMALL);
    screen.tell(Message::Resize(Cells::new(60, 15)));
    assert_snapshot!("too_small_60", screen.text());
    for (width, height) in [(0, 0), (1, 1), (2, 2), (79, 1), (3, 24)] {
        screen.tell(Message::Resize(Cells::new(width, height)));
        screen.text();
    }
}

#[test]
fn no_size_breaks_anything() {
    for (width, height) in [
        (80, 24),
        (81, 25),
        (119, 24),
        (120, 24),
        (80, 200),
        (500, 24),
        (500, 200),
    ] {
        for keys in [
            "1", "2", "3", "4", "z", "2 z", "3 z", "4 z", "w", "?", ":", "4 D", "i",
        ] {
            let mut screen = full(Cells::new(width, height));
            screen.press(keys);
            screen.text();
        }
    }
}

/// The screen with this picture in its frame, as the runtime paints it.
fn painted(screen: &Screen, width: u32, height: u32) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let (_, pixels) = look(width, height);
    let draw = |frame: &mut Frame| {
        for slot in view(&screen.state, frame) {
            blocks::paint(&pixels, &slot, frame.buffer_mut(), Depth::True);
        }
    };
    terminal.draw(draw).unwrap();
    terminal.backend().buffer().clone()
}

/// A tiny picture as half blocks, red above and blue below.
#[test]
fn the_picture_is_painted_into_the_middle_of_its_frame() {
    let buffer = painted(&full(SMALL), 6, 4);
    assert_snapshot!("picture_80", lines(&buffer));
    let cells = buffer.content.iter().filter(|cell| cell.symbol() == "▀");
    let colours: Vec<_> = cells.map(|cell| (cell.fg, cell.bg)).collect();
    let (red, blue) = (Color::Rgb(255, 0, 0), Color::Rgb(0, 0, 255));
    assert_eq!(colours, [[(red, red); 6], [(blue, blue); 6]].concat());
}

#[test]
fn the_picture_is_painted_around_what_stands_over_it() {
    let mut screen = full(SMALL);
    screen.press("4 D");
    assert_snapshot!("picture_behind_80", lines(&painted(&screen, 46, 20)));
}

#[test]
fn without_pictures_their_place_says_why_and_what_to_do() {
    let mut screen = full(SMALL);
    screen.state.no_pictures = Some("the setting graphics is off; auto shows them again");
    assert_snapshot!("no_pictures_80", lines(&painted(&screen, 46, 20)));
}

/// Colour is never the only sign, so without colours only bold, dim and reversed are left.
#[test]
fn without_colours_there_are_none() {
    let mut screen = full(SMALL);
    screen.state.theme = Theme::new(Depth::Mono);
    let buffer = screen.buffer();
    assert!(
        buffer
            .content
            .iter()
            .all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset)
    );
    assert!(lines(&buffer).contains("NO_COLOR"));
    let reversed = |cell: &&ratatui::buffer::Cell| cell.modifier.contains(Modifier::REVERSED);
    assert!(
        buffer.content.iter().any(|cell| reversed(&cell)),
        "the cursor is seen"
    );
}

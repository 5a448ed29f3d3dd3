//! A comparison through the keys of the person who judges.

mod screens;

use jiff::SignedDuration;

use super::*;
use crate::domain::image::ImageId;
use crate::domain::run::{Outcome, Usage};
use crate::domain::text::Foreign;
use crate::domain::verdict::{Choice, Contestant, Side, Verdict};
use crate::engine::{Again, JobId};
use crate::ui::effect::{Counted, Ruling, RulingId};
use crate::ui::message::Message;
use crate::ui::overlay::Overlay;
use crate::ui::tests::{Screen, failed, model, run};

const QWEN: &str = "Qwen/Qwen3-VL-8B-Instruct";
const MODELS: [&str; 3] = [QWEN, "endpoint:lab", "builtin/describe"];
const PICTURES: [&str; 3] = ["cat.jpg", "coffee.jpg", "rocket.jpg"];

/// A screen with these models chosen, over these files.
fn choosing(models: &[&str], files: &[&str]) -> Screen {
    let mut screen = Screen::with(|start| {
        start.chosen = models.iter().map(|name| model(name)).collect();
    });
    screen.list(files);
    screen
}

/// The same three models and pictures in every test, and a comparison begun by `key`.
fn comparing(key: &str) -> Screen {
    let mut screen = choosing(&MODELS, &PICTURES);
    screen.press(key);
    survey(&mut screen, |_, _| false);
    screen
}

/// Answers the survey that was asked for last: who has answered of which picture.
fn survey(screen: &mut Screen, is_answered: impl Fn(usize, usize) -> bool) -> Vec<Effect> {
    survey_with(screen, is_answered, |_| None)
}

fn survey_with(
    screen: &mut Screen,
    is_answered: impl Fn(usize, usize) -> bool,
    verdict: impl Fn(usize) -> Option<Verdict>,
) -> Vec<Effect> {
    let (ticket, lineup, images) = screen.last(|effect| match effect {
        Effect::Survey(ticket, lineup, images) => Some((*ticket, lineup.len(), images.clone())),
        _ => None,
    });
    let surveyed = images.into_iter().enumerate().map(|(at, image)| Surveyed {
        image,
        answered: (0..lineup).map(|who| is_answered(at, who)).collect(),
        verdict: verdict(at),
    });
    screen.tell(Message::Surveyed(ticket, surveyed.collect()))
}

/// What was sent last.
fn sent(screen: &Screen) -> Vec<(JobId, CaptionRequest)> {
    screen.last(|effect| match effect {
        Effect::Caption(queue, _) => Some(queue.clone()),
        _ => None,
    })
}

/// A caption of a picture by a model, as history has it.
fn said(id: i64, request: &CaptionRequest, caption: &str) -> Run {
    let name = request.image.name();
    let model = request.model.name();
    Run {
        image_id: Some(ImageId([name.raw().as_bytes()[1]; 32])),
        provider: Some(Foreign::new("novita")),
        usage: Some(Usage {
            prompt: 700,
            completion: 42,
        }),
        ..run(id, name.raw(), model.raw(), caption)
    }
}

/// What a model says of a picture in these tests.
fn caption_of(request: &CaptionRequest) -> String {
    let picture = request.image.name();
    let picture = picture.raw().trim_end_matches(".jpg");
    match request.model.short_name().raw() {
        "lab" => format!("**Caption:** A {picture} in the garden, seen from above."),
        "describe" => format!("A {picture}. 451×300 pixels."),
        _ => format!("A {picture} in a garden, seen from the side."),
    }
}

/// Every job that was sent ends well.
fn answer_all(screen: &mut Screen) {
    for (number, (job, request)) in (1..).zip(sent(screen)) {
        let run = said(number, &request, &caption_of(&request));
        screen.end(job, run, false);
    }
}

/// A comparison with all captions there.
fn ready(key: &str) -> Screen {
    let mut screen = comparing(key);
    answer_all(&mut screen);
    screen
}

fn comparison(screen: &Screen) -> &Comparison {
    screen.state.comparison.as_ref().unwrap()
}

fn in_sight(screen: &Screen) -> String {
    comparison(screen).image().unwrap().name().raw().to_owned()
}

/// The verdict that was stored last.
fn ruled(screen: &Screen) -> Verdict {
    screen.last(|effect| match effect {
        Effect::Rule(_, Ruling::Judge(verdict)) => Some(verdict.clone()),
        _ => None,
    })
}

fn names(verdict: &Verdict) -> Vec<String> {
    let names = verdict.sides.iter().map(|side| side.contestant.name());
    names.map(|name| name.raw().to_owned()).collect()
}

#[test]
fn a_comparison_asks_for_what_history_does_not_hold() {
    let mut screen = choosing(&MODELS, &PICTURES);
    screen.press("C");
    assert!(screen.state.is_comparing());
    survey(&mut screen, |picture, who| picture == 0 || who == 1);
    let asked: Vec<_> = sent(&screen)
        .iter()
        .map(|(_, request)| {
            format!(
                "{} {}",
                request.image.name().raw(),
                request.model.name().raw()
            )
        })
        .collect();
    assert_eq!(
        asked,
        [
            format!("coffee.jpg {QWEN}"),
            "coffee.jpg builtin/describe".to_owned(),
            format!("rocket.jpg {QWEN}"),
            "rocket.jpg builtin/describe".to_owned(),
        ]
    );
    assert_eq!(screen.notice(), "history holds 5 of 9 captions");
    let again = screen.last(|effect| match effect {
        Effect::Caption(_, again) => Some(*again),
        _ => None,
    });
    assert_eq!(again, Again::Reuse);
}

#[test]
fn where_history_holds_everything_nothing_is_sent() {
    let mut screen = choosing(&MODELS, &PICTURES);
    screen.press("C");
    let effects = survey(&mut screen, |_, _| true);
    assert_eq!(screen.notice(), "history holds all 9 captions");
    assert!(!effects.iter().any(|it| matches!(it, Effect::Caption(..))));
    let read = effects.iter().filter(|it| matches!(it, Effect::Held(..)));
    assert_eq!(
        read.count(),
        3,
        "the captions in sight and the next ones are read"
    );
}

#[test]
fn somebody_who_never_had_pictures_is_asked_about_first() {
    let mut screen = choosing(&["endpoint:lab", "https://new.example/x"], &PICTURES);
    screen.press("C");
    let effects = survey(&mut screen, |_, _| false);
    assert!(!effects.iter().any(|it| matches!(it, Effect::Caption(..))));
    assert!(
        screen.text().contains("for the first time"),
        "{}",
        screen.text()
    );
    screen.press("y");
    assert_eq!(sent(&screen).len(), 6);
}

#[test]
fn only_the_selection_is_compared_where_there_is_one() {
    let mut screen = choosing(&MODELS, &PICTURES);
    screen.press("j space C");
    survey(&mut screen, |_, _| false);
    assert_eq!(comparison(&screen).place().1, 1);
}

#[test]
fn fewer_than_two_and_more_than_six_models_are_refused() {
    let mut one = choosing(&[QWEN], &PICTURES);
    one.press("C");
    assert!(
        one.notice().starts_with("a comparison takes 2 to 6 models"),
        "{}",
        one.notice()
    );
    let names = ["a", "b", "c", "d", "e", "f", "g"].map(|name| format!("org/{name}"));
    let mut seven = choosing(&names.each_ref().map(String::as_str), &PICTURES);
    seven.press("C");
    assert_eq!(seven.notice(), "7 are too many: at most 6 are compared");
    let mut none = choosing(&MODELS, &["notes.heic"]);
    none.press("C");
    assert_eq!(none.notice(), "there is no picture in this folder");
    for screen in [one, seven, none] {
        assert!(!screen.state.zoomed);
    }
}

#[test]
fn a_verdict_is_stored_with_who_stood_where_and_the_next_picture_is_there() {
    let mut screen = ready("C");
    let effects = screen.press("2");
    let verdict = ruled(&screen);
    assert_eq!(verdict.choice, Choice::Best(1));
    assert_eq!(names(&verdict), MODELS);
    assert_eq!((verdict.blind, verdict.seed), (false, None));
    let chars: Vec<_> = verdict.sides.iter().map(|side| side.chars).collect();
    assert_eq!(chars, [Some(38), Some(50), Some(22)]);
    assert_eq!(in_sight(&screen), "coffee.jpg");
    let reads = |effect: &Effect| matches!(effect, Effect::Held(..) | Effect::Captions(..));
    assert!(!effects.iter().any(reads), "it is there: {effects:?}");
    screen.press("=");
    assert_eq!(ruled(&screen).choice, Choice::Tie);
    screen.press("0");
    assert_eq!(ruled(&screen).choice, Choice::NoneIsGood);
    assert_eq!(screen.notice(), "3 pictures judged: S adds up");
}

#[test]
fn it_begins_at_the_first_picture_without_a_verdict() {
    let mut screen = choosing(&MODELS, &PICTURES);
    screen.press("C");
    let side = |name: &str| Side {
        contestant: Contestant {
            model: model(name),
            preset: None,
        },
        run: None,
        chars: Some(1),
    };
    let verdict = |at| {
        (at == 0).then(|| Verdict {
            image: ImageId([1; 32]),
            moment: crate::ui::tests::now(),
            choice: Choice::Tie,
            blind: false,
            seed: None,
            reason: String::new(),
            sides: MODELS.map(side).into(),
        })
    };
    survey_with(&mut screen, |_, _| true, verdict);
    assert_eq!(in_sight(&screen), "coffee.jpg");
    assert_eq!(comparison(&screen).judged(), 1);
}

#[test]
fn verdicts_are_taken_back_and_given_again() {
    let mut screen = ready("C");
    screen.press("1 2");
    let ids = |effects: &[Effect]| -> Vec<(RulingId, Ruling)> {
        let ruling = |effect: &Effect| match effect {
            Effect::Rule(id, ruling) => Some((*id, ruling.clone())),
            _ => None,
        };
        effects.iter().filter_map(ruling).collect()
    };
    assert_eq!(ids(&screen.press("u")), [(RulingId(2), Ruling::TakeBack)]);
    assert_eq!(in_sight(&screen), "coffee.jpg");
    assert_eq!(ids(&screen.press("u")), [(RulingId(1), Ruling::TakeBack)]);
    assert_eq!(in_sight(&screen), "cat.jpg");
    assert_eq!(comparison(&screen).judged(), 0);
    screen.press("u");
    assert_eq!(
        screen.notice(),
        "no verdict of this session is left to take back"
    );
    assert_eq!(
        ids(&screen.press("ctrl+r")),
        [(RulingId(1), Ruling::Restore)]
    );
    assert_eq!(in_sight(&screen), "coffee.jpg");
    screen.press("3");
    assert_eq!(comparison(&screen).judged(), 2);
    screen.press("ctrl+r");
    assert_eq!(screen.notice(), "nothing was taken back");
}

#[test]
fn a_verdict_that_could_not_be_stored_never_was() {
    let mut screen = ready("C");
    screen.press("1");
    screen.tell(Message::Ruled(
        RulingId(1),
        Err(Problem::new("the disk is full")),
    ));
    assert_eq!(screen.notice(), "the disk is full");
    assert_eq!(comparison(&screen).judged(), 0);
}

#[test]
fn a_reason_goes_with_the_next_verdict_or_is_given_afterwards() {
    let mut screen = ready("C");
    screen.press("R");
    screen.type_in("names the breed");
    screen.press("enter");
    screen.press("1");
    assert_eq!(ruled(&screen).reason, "names the breed");
    screen.press("2");
    assert_eq!(ruled(&screen).reason, "", "it was for one picture");
    screen.press("N R");
    screen.type_in("shorter");
    screen.press("enter");
    let verdict = ruled(&screen);
    assert_eq!(
        (verdict.reason.as_str(), verdict.choice),
        ("shorter", Choice::Best(1))
    );
    screen.press("u");
    assert_eq!(comparison(&screen).judged(), 2, "the verdict itself stays");
}

#[test]
fn nothing_is_judged_before_all_have_answered() {
    let mut screen = comparing("C");
    screen.press("1");
    assert_eq!(screen.notice(), "not yet: 0 of 3 are there");
    assert_eq!(comparison(&screen).judged(), 0);
}

#[test]
fn who_failed_is_left_out_and_one_caption_alone_is_not_judged() {
    let mut screen = comparing("C");
    for (number, (job, request)) in (1..).zip(sent(&screen)) {
        let well = said(number, &request, &caption_of(&request));
        let is_first = request.model.name().raw() == QWEN;
        let is_last = request.image.name().raw() == "rocket.jpg";
        let fails =
            is_first || is_last || request.image.name().raw() == "coffee.jpg" && number % 3 == 2;
        let run = if fails {
            failed(well, "it broke")
        } else {
            well
        };
        screen.end(job, run, false);
    }
    screen.press("1");
    assert_eq!(screen.notice(), "column 1 has no caption");
    screen.press("2");
    let verdict = ruled(&screen);
    assert_eq!(verdict.sides[0].chars, None);
    assert_eq!(in_sight(&screen), "coffee.jpg");
    screen.press("=");
    assert!(
        screen.notice().starts_with("one caption alone"),
        "{}",
        screen.notice()
    );
    screen.press("n =");
    assert!(
        screen.notice().starts_with("there is no caption"),
        "{}",
        screen.notice()
    );
    screen.press("n");
    assert_eq!(screen.notice(), "there is no further picture");
}

#[test]
fn what_failed_is_asked_for_again() {
    let mut screen = comparing("C");
    let queue = sent(&screen);
    for (number, (job, request)) in (1..).zip(queue) {
        let well = said(number, &request, &caption_of(&request));
        let run = if number == 1 {
            failed(well, "it broke")
        } else {
            well
        };
        screen.end(job, run, false);
    }
    screen.press("enter");
    assert_eq!(sent(&screen).len(), 1);
    answer_all(&mut screen);
    screen.press("1");
    assert_eq!(comparison(&screen).judged(), 1);
    screen.press("enter");
    assert_eq!(screen.notice(), "nothing is missing here");
}

#[test]
fn a_comparison_that_was_left_goes_on_where_it_was() {
    let mut screen = ready("C");
    screen.press("1 esc");
    assert!(!screen.state.is_comparing());
    assert_eq!(screen.state.image().unwrap().name().raw(), "cat.jpg");
    screen.press("C");
    assert_eq!(in_sight(&screen), "coffee.jpg");
    survey(&mut screen, |_, _| true);
    screen.press("u");
    assert_eq!(in_sight(&screen), "cat.jpg");
}

#[test]
fn commands_of_a_comparison_need_one() {
    let mut screen = choosing(&MODELS, &PICTURES);
    screen.obey("tie");
    assert_eq!(screen.notice(), "no comparison is in sight: C begins one");
}

/// What stands on the screen that must not.
fn tells(text: &str) -> Vec<&'static str> {
    let words = [
        "Qwen",
        "lab",
        "describe",
        "1.8s",
        "novita",
        "42 tokens",
        "Caption:",
        "$",
    ];
    words
        .into_iter()
        .filter(|word| text.contains(word))
        .collect()
}

#[test]
fn a_blind_comparison_tells_nobody_who_is_who() {
    let mut screen = comparing("B");
    assert_eq!(tells(&screen.text()), [""; 0]);
    let queue = sent(&screen);
    for (number, (job, request)) in (1..).zip(queue.iter().take(2)) {
        screen.end(*job, said(number, request, &caption_of(request)), false);
    }
    let text = screen.text();
    assert!(text.contains("hidden until all are"), "{text}");
    assert!(!text.contains("garden"), "{text}");
    for (number, (job, request)) in (3..).zip(queue.iter().skip(2)) {
        screen.end(*job, said(number, request, &caption_of(request)), false);
    }
    let text = screen.text();
    assert!(text.contains("garden"), "{text}");
    assert_eq!(tells(&text), [""; 0], "{text}");
    screen.press("i");
    assert!(
        screen.text().contains("until it is revealed"),
        "{}",
        screen.text()
    );
    screen.press("esc");
    for key in ["y", "D"] {
        screen.press(key);
        assert!(
            screen.notice().starts_with("hidden while blind"),
            "{key}: {}",
            screen.notice()
        );
    }
    screen.press("S");
    assert!(
        screen.notice().starts_with("standings tell"),
        "{}",
        screen.notice()
    );
    screen.press("w");
    assert_eq!(tells(&screen.text()), [""; 0], "{}", screen.text());
}

#[test]
fn history_and_the_dashboard_hide_it_too() {
    let mut screen = ready("B");
    screen.press("esc");
    let text = screen.text();
    assert!(text.contains("Part of a blind comparison"), "{text}");
    assert!(text.contains("hidden while bl"), "{text}");
    assert!(!text.contains("garden"), "{text}");
    screen.press("4 i");
    assert!(!screen.text().contains("garden"), "{}", screen.text());
    screen.press("esc z");
    assert!(!screen.text().contains("garden"), "{}", screen.text());
}

#[test]
fn a_blind_verdict_keeps_the_order_and_what_it_was_drawn_with() {
    let mut screen = ready("B");
    screen.press("1");
    let verdict = ruled(&screen);
    assert!(verdict.blind);
    let order = crate::domain::blind::order(verdict.seed.unwrap(), 3);
    let expected: Vec<_> = order.into_iter().map(|who| MODELS[who]).collect();
    assert_eq!(names(&verdict), expected);
    screen.press("N");
    let columns = comparison(&screen).columns(&screen.state.jobs);
    let shown: Vec<_> = columns
        .iter()
        .map(|it| it.entrant.contestant.name())
        .collect();
    let shown: Vec<_> = shown.iter().map(Foreign::raw).collect();
    assert_eq!(shown, expected, "the order stays when a picture comes back");
}

#[test]
fn a_verdict_after_the_reveal_is_not_blind() {
    let mut screen = ready("B");
    screen.press("v");
    assert!(screen.text().contains("1.8s"), "{}", screen.text());
    screen.press("1");
    let verdict = ruled(&screen);
    assert!(!verdict.blind && verdict.seed.is_some());
    screen.press("1");
    assert!(ruled(&screen).blind, "the next one was not revealed");
    screen.press("1");
    assert!(
        screen.notice().contains("names are shown"),
        "{}",
        screen.notice()
    );
    assert!(screen.text().contains("1.8s"), "{}", screen.text());
    screen.press("u 2");
    assert!(!ruled(&screen).blind, "everything was revealed at the end");
}

#[test]
fn what_was_seen_with_names_is_not_blind_any_more() {
    let mut screen = ready("C");
    screen.press("b 1");
    assert!(!ruled(&screen).blind);
    screen.press("1");
    assert!(ruled(&screen).blind);
    screen.press("b 1");
    assert!(
        !ruled(&screen).blind,
        "blindness was ended before the last one"
    );
}

/// One word in the first column.
fn marks() -> Vec<crate::engine::Spans> {
    let word = std::iter::once(2..5).collect();
    vec![word, Vec::new(), Vec::new()]
}

#[test]
fn differences_are_asked_for_and_marked() {
    let mut screen = ready("C");
    let effects = screen.press("d");
    let [Effect::Differ(ticket, question)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    let ticket = *ticket;
    assert_eq!((question.against, question.is_exact), (0, false));
    assert!(
        question.texts[1]
            .as_ref()
            .unwrap()
            .starts_with("**Caption:**")
    );
    assert_eq!(
        screen.press("d"),
        [],
        "the first column is under the cursor"
    );
    let effects = screen.press("d");
    assert_eq!(effects.len(), 1);
    screen.tell(Message::Differences(ticket, Ok(marks())));
    assert!(
        comparison(&screen).differences.marks(0).is_empty(),
        "a late answer is dropped"
    );
    let ticket = screen.last(|effect| match effect {
        Effect::Differ(ticket, _) => Some(*ticket),
        _ => None,
    });
    screen.tell(Message::Differences(ticket, Ok(marks())));
    assert_eq!(comparison(&screen).differences.marks(0), marks()[0]);
    let effects = screen.press("l d");
    assert!(
        matches!(&effects[..], [Effect::Differ(_, it)] if it.against == 1),
        "{effects:?}"
    );
    let effects = screen.obey("differences exact");
    assert!(
        matches!(&effects[..], [Effect::Differ(_, it)] if it.is_exact),
        "{effects:?}"
    );
    screen.press("1");
    assert!(
        comparison(&screen).differences.marks(0).is_empty(),
        "another picture"
    );
}

#[test]
fn columns_scroll_together_or_alone() {
    let mut screen = comparing("C");
    let queue = sent(&screen);
    for (number, (job, request)) in (1..).zip(queue) {
        let caption = format!("{}\n", request.model.short_name().raw()).repeat(60);
        screen.end(job, said(number, &request, &caption), false);
    }
    let tops = |screen: &Screen| {
        let columns = &comparison(screen).columns;
        [0, 1, 2].map(|column| columns.top(column))
    };
    screen.press("j j");
    assert_eq!(tops(&screen), [2, 2, 2]);
    screen.press("s l j");
    assert_eq!(tops(&screen), [2, 3, 2]);
    screen.press("G");
    let [_, last, _] = tops(&screen);
    assert!((40..60).contains(&last), "{last}");
    screen.press("s");
    assert_eq!(tops(&screen), [0, 0, 0]);
}

#[test]
fn standings_are_of_those_who_are_compared_and_can_be_of_blind_verdicts_alone() {
    let mut screen = ready("C");
    let effects = screen.press("S");
    let counted = |effects: &[Effect]| match effects {
        [Effect::Standings(_, counted)] => counted.clone(),
        other => panic!("{other:?}"),
    };
    let Counted { among, is_blind } = counted(&effects);
    assert_eq!(among.unwrap().len(), 3);
    assert!(!is_blind);
    assert!(counted(&screen.press("b")).is_blind);
    screen.press("esc esc S");
    assert!(matches!(
        screen.state.overlays.last(),
        Some(Overlay::Standings(_))
    ));
    let counted = screen.last(|effect| match effect {
        Effect::Standings(_, counted) => Some(counted.clone()),
        _ => None,
    });
    assert_eq!(counted, Counted::default());
}

#[test]
fn a_picture_that_is_gone_says_so_and_can_be_passed() {
    let mut screen = choosing(&MODELS, &PICTURES);
    screen.press("C");
    survey(&mut screen, |_, _| true);
    let image = comparison(&screen).image().unwrap().clone();
    screen.tell(Message::Held(image, Err(Problem::new("cat.jpg is gone"))));
    assert!(
        screen.text().contains("cat.jpg is gone"),
        "{}",
        screen.text()
    );
    screen.press("1");
    assert_eq!(comparison(&screen).judged(), 0);
    screen.press("n");
    assert_eq!(in_sight(&screen), "coffee.jpg");
}

#[test]
fn captions_of_any_kind_are_shown() {
    let texts = [
        "word".repeat(300_000),
        "قطة صغيرة تجلس على العشب \u{202e}".repeat(400),
        "🐈‍⬛🐕 \u{1b}[2J\u{1b}]0;title\u{7} **".repeat(500),
    ];
    for key in ["C", "B"] {
        let mut screen = comparing(key);
        for (number, (job, request)) in (1..).zip(sent(&screen)) {
            let text = &texts[usize::try_from(number).unwrap() % 3];
            screen.end(job, said(number, &request, text), false);
        }
        for keys in ["d", "G", "l", "s", "g", "1"] {
            screen.press(keys);
            let text = screen.text();
            assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
        }
        assert_eq!(comparison(&screen).judged(), 1);
    }
}

/// From the key to the next picture nothing is waited for, however many pictures there are.
#[test]
fn a_verdict_among_thousands_of_pictures_is_quick() {
    let names: Vec<_> = (0..5_000).map(|n| format!("{n:05}.jpg")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut screen = choosing(&MODELS, &names);
    screen.press("C");
    survey(&mut screen, |_, _| true);
    let mut slowest = std::time::Duration::ZERO;
    for _ in 0..20 {
        let asked: Vec<_> = screen.asked.drain(..).collect();
        for effect in asked {
            if let Effect::Held(lineup, image) = effect {
                let requests = lineup.iter().map(|it| request(it, image.clone()));
                let runs = requests
                    .map(|it| Some(said(1, &it, &caption_of(&it))))
                    .collect();
                let held = crate::engine::Held {
                    runs,
                    verdict: None,
                };
                screen.tell(Message::Held(image, Ok(held)));
            }
        }
        let began = std::time::Instant::now();
        screen.press("1");
        let text = screen.text();
        slowest = slowest.max(began.elapsed());
        assert!(text.contains("seen from the side"), "{text}");
    }
    assert_eq!(comparison(&screen).judged(), 20);
    assert!(
        slowest < std::time::Duration::from_millis(500),
        "{slowest:?}"
    );
}

#[test]
fn what_ends_with_something_else_than_a_caption_is_no_side() {
    let mut screen = comparing("C");
    let queue = sent(&screen);
    for (number, (job, request)) in (1..).zip(queue) {
        let well = said(number, &request, &caption_of(&request));
        let run = match number {
            1 => Run {
                outcome: Outcome::Cancelled,
                ..well
            },
            _ => well,
        };
        screen.end(job, run, false);
    }
    screen.press("=");
    assert_eq!(ruled(&screen).sides[0].chars, None);
    screen.state.now += SignedDuration::from_secs(2);
}

/// Presets that each ask something else.
fn with_presets(models: &[&str], names: &[&str]) -> Screen {
    use crate::domain::preset::Preset;
    use crate::ui::presets::Presets;
    let preset = |name: &&str| {
        let preset = Preset {
            prompt: Some(format!("Describe it {name}.")),
            ..Preset::default()
        };
        ((*name).to_owned(), preset)
    };
    let mut screen = Screen::with(|start| {
        start.chosen = models.iter().map(|name| model(name)).collect();
        start.presets = Presets::new(names.iter().map(preset).collect(), None);
    });
    screen.list(&PICTURES);
    screen
}

#[test]
fn presets_of_one_model_are_compared() {
    let mut screen = with_presets(&[QWEN], &["long", "short", "witty"]);
    screen.press("P j space j space");
    insta::assert_snapshot!("presets_80", screen.text());
    screen.press("B");
    survey(&mut screen, |_, _| false);
    let lineup = comparison(&screen).lineup();
    let presets: Vec<_> = lineup
        .iter()
        .map(|it| it.contestant.preset.as_deref())
        .collect();
    assert_eq!(presets, [Some("long"), Some("witty")]);
    let queue = sent(&screen);
    assert_eq!(
        queue.len(),
        6,
        "one model is asked twice about each picture"
    );
    for (number, (job, request)) in (1..).zip(queue) {
        let run = said(number, &request, &request.prompt.text);
        screen.end(job, run, false);
    }
    screen.press("v");
    let text = screen.text();
    assert!(
        text.contains("Describe it long.") && text.contains("Describe it witty."),
        "{text}"
    );
    screen.press("1");
    assert_eq!(ruled(&screen).sides.len(), 2);
}

#[test]
fn presets_are_compared_with_one_model_that_takes_a_prompt() {
    let mark_two = "P j space space C";
    let mut many = with_presets(&MODELS, &["long", "short"]);
    many.press(mark_two);
    assert!(
        many.notice().ends_with("3 models are chosen"),
        "{}",
        many.notice()
    );
    let mut told_nothing = with_presets(&["builtin/describe"], &["long", "short"]);
    told_nothing.press(mark_two);
    assert_eq!(told_nothing.notice(), "builtin/describe takes no prompt");
    let mut one = with_presets(&[QWEN], &["long", "short"]);
    one.press("P j space C");
    assert_eq!(one.notice(), "2 to 6 presets are compared: space marks one");
}

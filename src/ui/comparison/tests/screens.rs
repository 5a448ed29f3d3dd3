//! Comparisons as they look.

use std::time::Duration;

use insta::assert_snapshot;
use ratatui::layout::Size as Cells;

use super::*;
use crate::domain::standing::{Service, standings};
use crate::engine::Compared;

const SMALL: Cells = Cells::new(80, 24);
const WIDE: Cells = Cells::new(120, 36);

const SIX: [&str; 6] = [
    QWEN,
    "google/gemma-3-27b-it",
    "endpoint:lab",
    "builtin/describe",
    "org/a-model-with-a-name-that-is-longer-than-its-column",
    "zai-org/GLM-4.5V:novita",
];

/// These compared over the three pictures, on a screen of this size; unknown prices are agreed to.
fn begun(models: &[&str], size: Cells, key: &str) -> Screen {
    let mut screen = choosing(models, &PICTURES);
    screen.tell(Message::Resize(size));
    screen.press(key);
    survey(&mut screen, |_, _| false);
    if !screen.state.overlays.is_empty() {
        screen.wait(2_000);
        screen.press("y");
    }
    screen
}

fn done(models: &[&str], size: Cells, key: &str) -> Screen {
    let mut screen = begun(models, size, key);
    answer_all(&mut screen);
    screen.wait(20_000);
    screen
}

fn both(name: &str, screen: impl Fn(Cells) -> Screen) {
    for size in [SMALL, WIDE] {
        let screen = screen(size);
        assert_snapshot!(format!("{name}_{}", size.width), screen.text());
    }
}

#[test]
fn two_columns() {
    both("two", |size| done(&MODELS[..2], size, "C"));
}

#[test]
fn six_columns_are_paged_through() {
    both("six", |size| {
        let mut screen = done(&SIX, size, "C");
        screen.press("l l l 4 N");
        screen.wait(20_000);
        screen
    });
}

#[test]
fn captions_are_waited_for() {
    both("waiting", |size| {
        let mut screen = begun(&MODELS, size, "C");
        let (job, request) = sent(&screen).swap_remove(1);
        screen.end(job, said(1, &request, &caption_of(&request)), false);
        screen.wait(20_000);
        screen
    });
}

#[test]
fn blind_captions_are_waited_for() {
    both("blind_waiting", |size| {
        let mut screen = begun(&MODELS, size, "B");
        let (job, request) = sent(&screen).swap_remove(1);
        screen.end(job, said(1, &request, &caption_of(&request)), false);
        screen.wait(20_000);
        screen
    });
}

#[test]
fn blind_and_revealed() {
    both("blind", |size| done(&MODELS, size, "B"));
    both("revealed", |size| {
        let mut screen = done(&MODELS, size, "B");
        screen.press("v 1 N");
        screen.wait(20_000);
        screen
    });
}

#[test]
fn failed_and_long_captions() {
    both("failed", |size| {
        let mut screen = begun(&MODELS, size, "C");
        for (number, (job, request)) in (1..).zip(sent(&screen)) {
            let long = "A long caption that says everything twice. ".repeat(40);
            let well = said(number, &request, &long);
            let run = if number == 2 {
                failed(well, "the provider is out of credit")
            } else {
                well
            };
            screen.end(job, run, false);
        }
        screen.wait(20_000);
        screen.press("j j");
        screen
    });
}

/// The marked words of a screen, told by their underline alone.
fn underlined(screen: &Screen) -> String {
    let buffer = screen.buffer();
    let width = usize::from(buffer.area.width);
    let mut lines = String::new();
    for row in buffer.content.chunks(width) {
        let is_marked = |cell: &ratatui::buffer::Cell| {
            let modifier = cell.style().add_modifier;
            modifier.contains(ratatui::style::Modifier::UNDERLINED)
        };
        let line: String = row
            .iter()
            .map(|cell| if is_marked(cell) { cell.symbol() } else { " " })
            .collect();
        if !line.trim().is_empty() {
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
    }
    lines
}

#[test]
fn differences_are_underlined_with_and_without_colours() {
    for depth in [crate::ui::theme::Depth::True, crate::ui::theme::Depth::Mono] {
        let mut screen = done(&MODELS[..2], SMALL, "C");
        screen.state.theme = crate::ui::theme::Theme::new(depth);
        screen.press("d");
        let (ticket, question) = screen.last(|effect| match effect {
            Effect::Differ(ticket, question) => Some((*ticket, question.clone())),
            _ => None,
        });
        let marks = question.texts.iter().flatten().map(|text| {
            let words = ["Caption", "the side", "above"];
            let places = words
                .iter()
                .filter_map(|word| Some((text.find(word)?, word.len())));
            places.map(|(at, len)| at..at + len).collect()
        });
        screen.tell(Message::Differences(ticket, Ok(marks.collect())));
        assert_snapshot!("differences_80", screen.text());
        assert_snapshot!("differences_underlined_80", underlined(&screen));
    }
}

#[test]
fn a_narrow_screen_says_whole_what_counts() {
    let title = |size| {
        let mut screen = done(&MODELS, size, "B");
        screen.press("d");
        screen.text().lines().next().unwrap().to_owned()
    };
    let what = "0 of 3 judged · blind · differences from 1 A ";
    let (narrow, wide) = (title(SMALL), title(WIDE));
    assert!(narrow.contains(&format!("┍ {what}")), "{narrow}");
    assert!(wide.contains(&format!("┍ Comparison · {what}")), "{wide}");
}

#[test]
fn standings_leave_out_what_nobody_knows() {
    let mut screen = done(&MODELS, WIDE, "C");
    screen.press("S");
    let ticket = screen.last(|effect| match effect {
        Effect::Standings(ticket, _) => Some(*ticket),
        _ => None,
    });
    let mut compared = added_up(7);
    compared.service[0].thousand_micro_usd = None;
    compared.service[1].median = None;
    screen.tell(Message::Standings(ticket, Ok(compared)));
    let text = screen.text();
    let took = text.lines().filter(|line| line.contains(" failed"));
    let took: Vec<_> = took
        .filter_map(|line| Some(line.split('┃').nth(1)?.trim()))
        .collect();
    let full = "1.8 s · $0.42 a thousand · 61 letters · 1 failed · 2 flagged";
    let unpriced = "1.8 s · cost unknown · 61 letters · 1 failed · 2 flagged";
    assert_eq!(took, [unpriced, "1 failed", full]);
}

/// So many verdicts over three models, the first of which wins most.
fn added_up(verdicts: usize) -> Compared {
    let side = |name: &str, chars| Side {
        contestant: Contestant {
            model: model(name),
            preset: None,
        },
        run: None,
        chars: Some(chars),
    };
    let verdict = |n: usize| Verdict {
        image: ImageId([u8::try_from(n % 250).unwrap(); 32]),
        moment: crate::ui::tests::now(),
        choice: match n % 10 {
            0..6 => Choice::Best(0),
            6 | 7 => Choice::Best(1),
            8 => Choice::Best(2),
            _ => Choice::Tie,
        },
        blind: n.is_multiple_of(2),
        seed: None,
        reason: String::new(),
        sides: vec![
            side(MODELS[0], 90),
            side(MODELS[1], 60),
            side(MODELS[2], 40),
        ],
    };
    let verdicts: Vec<_> = (0..verdicts).map(verdict).collect();
    let standings = standings(&verdicts, 1);
    let service = standings.standings.iter().map(|_| Service {
        captions: verdicts.len(),
        failures: 1,
        flagged: 2,
        median: Some(Duration::from_millis(1_840)),
        thousand_micro_usd: Some(412_000),
        unpriced: 0,
        mean_chars: Some(61.4),
    });
    Compared {
        service: service.collect(),
        standings,
    }
}

#[test]
fn standings_with_few_and_with_many_verdicts() {
    for (name, verdicts) in [("none", 0), ("few", 7), ("many", 200)] {
        both(&format!("standings_{name}"), |size| {
            let mut screen = done(&MODELS, size, "C");
            screen.press("S");
            let ticket = screen.last(|effect| match effect {
                Effect::Standings(ticket, _) => Some(*ticket),
                _ => None,
            });
            screen.tell(Message::Standings(ticket, Ok(added_up(verdicts))));
            screen
        });
    }
}

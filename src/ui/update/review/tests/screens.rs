//! How the review looks.

use insta::assert_snapshot;
use ratatui::layout::Size;

use super::*;
use crate::domain::run::Sent;
use crate::ui::tests::look;

pub(super) const SMALL: Size = Size::new(80, 24);
pub(super) const WIDE: Size = Size::new(120, 36);

const LONG: &str = "A tabby cat with green eyes looks straight at the camera; behind it a blurred \
    garden in the light of the evening, a red wheelbarrow, three pots of basil and a hose that \
    nobody rolled up.\n\nIts ears are turned to the left, where a blackbird sits on the fence. \
    猫は庭を見ている。 \u{1b}[31mred\u{202e} and no more of it, except that the sentence goes on \
    for a while so that it has to be scrolled on the smallest of all screens.";

/// The review of a long caption with all that can be known of it.
pub(super) fn review(size: Size) -> Screen {
    let mut screen = screen();
    screen.tell(Message::Resize(size));
    let mut runs: Vec<Run> = screen.state.history.runs().cloned().collect();
    runs[0].caption = Foreign::new(LONG);
    runs[0].provider = Some(Foreign::new("novita"));
    runs[0].request_id = Some(Foreign::new("req-0815"));
    runs[0].cost_micro_usd = Some(310);
    runs[0].sent = Some(Sent {
        bytes: 18_000,
        size: crate::domain::image::Size {
            width: 451,
            height: 300,
        },
    });
    runs[1].review = Review {
        decision: Accepted,
        caption: Some(Foreign::new("A small cat, at last.")),
    };
    screen.obey("reload");
    screen.history(Ok((runs.clone(), false)));
    screen.press("z");
    screen.captions(Ok(runs[..2].to_vec()));
    screen.looked(Ok(look(40, 20)));
    screen
}

#[test]
fn a_caption_in_review() {
    assert_snapshot!("review_80", review(SMALL).text());
    assert_snapshot!("review_120", review(WIDE).text());
    let mut screen = review(SMALL);
    screen.press("space space");
    assert_snapshot!("review_scrolled_80", screen.text());
}

#[test]
fn an_empty_review() {
    for size in [SMALL, WIDE] {
        let mut screen = Screen::over(&["a.jpg"]);
        screen.tell(Message::Resize(size));
        screen.press("4 z");
        assert_snapshot!(format!("loading_{}", size.width), screen.text());
        screen.history(Ok((Vec::new(), false)));
        assert_snapshot!(format!("empty_{}", size.width), screen.text());
    }
}

#[test]
fn a_doubtful_caption_in_review() {
    for size in [SMALL, WIDE] {
        let mut screen = review(size);
        screen.press("j j");
        screen.looked(Err(Problem::new("b.jpg is not there any more")));
        assert_snapshot!(format!("flagged_{}", size.width), screen.text());
        screen.press("a");
        assert_snapshot!(format!("flagged_accepted_{}", size.width), screen.text());
    }
}

#[test]
fn what_has_no_room_is_left_out_whole_or_ends_visibly() {
    let mut screen = screen();
    screen.tell(Message::Resize(SMALL));
    let few: Vec<Run> = screen.state.history.runs().cloned().collect();
    let doubtful = Run {
        review: Review {
            decision: Pending,
            caption: Some(Foreign::new("Image of a cat and a cat and a cat")),
        },
        finish_reason: Some(Foreign::new("length")),
        ..run(0, "a.jpg", "org/one", "A cat.")
    };
    let many = (6..18).map(|id| Run {
        id: Some(RunId(id)),
        image_id: Some(ImageId([1; 32])),
        ..doubtful.clone()
    });
    let runs: Vec<Run> = many.rev().chain(few).collect();
    screen.obey("reload");
    screen.history(Ok((runs.clone(), false)));
    screen.press("z");
    screen.captions(Ok(runs[..2].to_vec()));
    let text = screen.text();
    let title = text.lines().next().unwrap_or_default();
    assert!(title.starts_with("┍ Review · 16 pending ━"), "{title}");
    let told = text.lines().find(|line| line.contains("pending ✎ "));
    assert!(
        told.is_some_and(|line| line.contains("… 1 of 2 [ ]")),
        "{text}"
    );
}

#[test]
fn many_are_asked_about() {
    let mut screen = review(SMALL);
    screen.press("A");
    assert_snapshot!("accept_all_80", screen.text());
}

//! Pictures that do not lie where they were captioned.

use insta::assert_snapshot;

use super::*;
use crate::domain::image::ImageRef;
use crate::domain::whereabouts::{Loss, Whereabouts};
use crate::ui::message::FilesNews;
use crate::ui::tests::{look, model};
use screens::{SMALL, WIDE};

/// The review of a caption of `a.jpg`, which lies there.
fn review_of(place: Whereabouts) -> Screen {
    let mut screen = screen();
    screen.strays.insert(picture("a.jpg"), place);
    screen.obey("reload");
    let runs = screen.state.history.runs().cloned().collect();
    screen.history(Ok((runs, false)));
    screen.press("z");
    screen
}

fn elsewhere() -> ImageRef {
    ImageRef::new("/home/me/pets/tiger.jpg")
}

fn copied(effects: &[Effect]) -> Option<&str> {
    match effects {
        [Effect::Copy(_, text)] => Some(text),
        _ => None,
    }
}

#[test]
fn a_picture_that_was_moved_is_reviewed_where_it_lies() {
    for size in [SMALL, WIDE] {
        let mut screen = review_of(Whereabouts::Moved(elsewhere()));
        screen.tell(Message::Resize(size));
        let looks =
            |effect: &&Effect| matches!(effect, Effect::Look(_, image, _) if *image == elsewhere());
        assert!(screen.asked.iter().any(|effect| looks(&effect)));
        screen.looked_at(&elsewhere(), Ok(look(40, 20)));
        assert_snapshot!(format!("moved_{}", size.width), screen.text());
        let effects = screen.press("Y");
        assert_eq!(copied(&effects), Some("/home/me/pets/tiger.jpg"));
        screen.press("i");
        assert!(screen.text().contains("moved to ~/pets/tiger.jpg"));
    }
}

#[test]
fn a_model_is_asked_again_about_the_picture_and_not_about_what_lies_in_its_place() {
    let mut screen = review_of(Whereabouts::Moved(elsewhere()));
    let runs: Vec<Run> = screen.state.history.runs().cloned().collect();
    let mut free = runs.clone();
    free[0].request.model = model("builtin/describe");
    screen.obey("reload");
    screen.history(Ok((free, false)));
    let effects = screen.press("R");
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Caption(queue, Again::Repeat) => Some(queue[0].1.image.clone()),
        _ => None,
    });
    assert_eq!(asked, Some(elsewhere()));
}

#[test]
fn what_became_of_a_lost_picture_is_said_and_its_caption_can_still_be_decided_on() {
    for (loss, name) in [(Loss::Gone, "gone"), (Loss::Changed, "changed")] {
        for size in [SMALL, WIDE] {
            let mut screen = review_of(Whereabouts::Lost(loss));
            screen.tell(Message::Resize(size));
            // What lies there is made ready like any file, and must not be seen here.
            screen.looked_at(&picture("a.jpg"), Ok(look(40, 20)));
            assert_eq!(screen.pictures(), []);
            assert_snapshot!(format!("{name}_{}", size.width), screen.text());
            for key in ["Y", "R", "c"] {
                let effects = screen.press(key);
                assert!(
                    !effects
                        .iter()
                        .any(|it| matches!(it, Effect::Copy(..) | Effect::Caption(..)))
                );
                let why = format!("a.jpg {}", loss.sentence());
                assert!(screen.text().contains(&why), "{key}");
            }
            assert_eq!(copied(&screen.press("y")), Some("A cat."));
            let (_, changes) = changed(&screen.press("a"));
            assert_eq!(changes, [Change::decide(RunId(5), Accepted)]);
        }
    }
}

#[test]
fn nothing_is_shown_before_it_is_known_where_the_picture_lies() {
    let mut screen = review_of(Whereabouts::There);
    screen.looked_at(&picture("a.jpg"), Ok(look(40, 20)));
    assert_eq!(screen.pictures(), [picture("a.jpg")]);
    screen.state.places.clear();
    assert_eq!(screen.pictures(), []);
}

#[test]
fn a_lost_picture_is_looked_for_again_when_more_files_are_met_and_when_the_person_comes_back() {
    let mut screen = review_of(Whereabouts::Lost(Loss::Gone));
    screen
        .strays
        .insert(picture("a.jpg"), Whereabouts::Moved(elsewhere()));
    screen.files(FilesNews::Recognised(Vec::new()));
    assert_eq!(screen.state.image(), Some(elsewhere()));
    screen.strays.clear();
    screen.tell(Message::Focused);
    assert_eq!(screen.state.image(), Some(picture("a.jpg")));
}

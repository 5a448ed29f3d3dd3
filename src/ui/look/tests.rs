use std::sync::Arc;

use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size as Cells;
use ratatui::style::{Color, Modifier};

use super::super::effect::Effect;
use super::super::message::{FilesNews, Looked, Message};
use super::super::painter::blocks;
use super::super::tests::{FOLDER, Screen, entries, lines, look, picture};
use super::super::theme::{Depth, Theme};
use super::super::view::view;
use crate::domain::image::{ImageFacts, Pixels, Size};
use crate::domain::problem::Problem;
use crate::engine::{FilesView, Recognised, ScanEnd};

use super::*;

const SMALL: Cells = Cells::new(80, 24);
const SIZES: [(Cells, u16); 3] = [
    (SMALL, 80),
    (Cells::new(120, 36), 120),
    (Cells::new(200, 60), 200),
];

/// The room for a picture in a card of an 80×24 screen.
const CARD: Size = Size {
    width: 17,
    height: 16,
};

/// `0.jpg`, `1.jpg` and so on, with the sheet open and the cursor on the first.
fn sheet_of(count: usize, size: Cells) -> Screen {
    let names: Vec<_> = (0..count).map(|n| format!("{n}.jpg")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut screen = Screen::with(|start| start.size = size);
    screen.list(&names);
    screen.press("z");
    screen
}

/// The names that these effects ask for, with a minus before what is no longer waited for.
fn asked(effects: &[Effect]) -> Vec<String> {
    let name = |image: &ImageRef| image.name().raw().trim_end_matches(".jpg").to_owned();
    let told = effects.iter().flat_map(|effect| match effect {
        Effect::Look(_, image, _) => vec![name(image)],
        Effect::LookAway(left) => left
            .iter()
            .map(|(image, _)| format!("-{}", name(image)))
            .collect(),
        _ => Vec::new(),
    });
    told.collect()
}

type Look = Result<(ImageFacts, Arc<Pixels>), Problem>;

/// Answers every question for a picture, the oldest first, until there is none; tells the order.
fn load(screen: &mut Screen, look: impl Fn(&ImageRef) -> Look) -> Vec<String> {
    let mut order = Vec::new();
    let mut at = 0;
    while let Some(effect) = screen.asked.get(at).cloned() {
        at += 1;
        if let Effect::Look(ticket, image, within) = effect {
            order.push(image.name().raw().trim_end_matches(".jpg").to_owned());
            let look = look(&image);
            let looked = Looked {
                image,
                within,
                look,
            };
            screen.tell(Message::Looked(ticket, looked));
        }
    }
    screen
        .asked
        .retain(|effect| !matches!(effect, Effect::Look(..)));
    order
}

/// Every picture that is asked for is a small square.
fn load_all(screen: &mut Screen) -> Vec<String> {
    load(screen, |_| Ok(look(8, 8)))
}

/// What is on screen with its pictures.
fn painted(screen: &Screen) -> Buffer {
    let size = screen.state.size;
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    let state = &screen.state;
    let draw = |frame: &mut ratatui::Frame| {
        for slot in view(state, frame) {
            let within = ImageSlot::pixels_of(slot.area);
            if let Some(Ok((_, pixels))) = state.pictures.fit(&slot.image, within) {
                blocks::paint(pixels, &slot, frame.buffer_mut(), state.theme.depth());
            }
        }
    };
    terminal.draw(draw).unwrap();
    terminal.backend().buffer().clone()
}

#[test]
fn what_is_in_sight_is_asked_for_first_and_then_the_next_screen() {
    let mut screen = sheet_of(30, SMALL);
    let order = load_all(&mut screen);
    // The folder above is the first card, so seven pictures are in sight.
    let (sight, next) = order.split_at(order.len() - 8);
    assert!(
        sight.ends_with(&["0", "1", "2", "3", "4", "5", "6"].map(str::to_owned)),
        "{order:?}"
    );
    assert_eq!(next, ["7", "8", "9", "10", "11", "12", "13", "14"]);
}

#[test]
fn cards_are_asked_for_in_their_size_and_a_few_at_a_time() {
    let mut screen = Screen::over(&["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg"]);
    let effects = screen.press("z");
    assert_eq!(asked(&effects), ["-a", "a", "b", "c", "d"]);
    for effect in effects {
        if let Effect::Look(_, _, within) = effect {
            assert_eq!(within, CARD);
        }
    }
}

#[test]
fn what_scrolled_out_of_sight_is_not_waited_for() {
    let mut screen = sheet_of(100, SMALL);
    let effects = screen.press("G");
    assert_eq!(
        asked(&effects),
        ["-0", "-1", "-2", "-3", "99", "98", "97", "96"],
        "nearest first"
    );
    load_all(&mut screen);
    let effects = screen.press("ctrl+u");
    let above = ["94", "93", "92", "91"];
    assert_eq!(asked(&effects), above, "what comes next is above now");
}

/// A late picture of another folder or place once could move nothing; it is kept for later.
#[test]
fn a_late_picture_is_kept() {
    let mut screen = sheet_of(100, SMALL);
    let late = screen.last(|effect| match effect {
        Effect::Look(ticket, image, within) => Some((*ticket, image.clone(), *within)),
        _ => None,
    });
    screen.press("G");
    let (ticket, image, within) = late;
    let look = Ok(look(8, 8));
    let (before, name) = (screen.text(), image.clone());
    let looked = Looked {
        image,
        within,
        look,
    };
    screen.tell(Message::Looked(ticket, looked));
    assert_eq!(screen.text(), before);
    assert!(screen.state.pictures.fit(&name, CARD).is_some());
}

#[test]
fn a_held_key_leaves_nothing_waiting_behind() {
    let mut screen = sheet_of(500, Cells::new(120, 36));
    for _ in 0..200 {
        screen.press("j");
    }
    let mut waiting: Vec<String> = Vec::new();
    for name in asked(&screen.asked) {
        match name.strip_prefix('-') {
            Some(left) => waiting.retain(|name| name != left),
            None => waiting.push(name),
        }
    }
    assert!(waiting.len() <= 4, "{waiting:?}");
}

#[test]
fn hands_move_through_the_sheet_as_through_a_list() {
    let mut screen = sheet_of(30, SMALL);
    let mut goes = |keys: &str, name: &str| {
        screen.press(keys);
        assert_eq!(screen.cursor(), name, "{keys}");
    };
    goes("l", "1.jpg");
    goes("right", "2.jpg");
    goes("l", "3.jpg");
    goes("h", "2.jpg");
    goes("j", "6.jpg");
    goes("down", "10.jpg");
    goes("k", "6.jpg");
    goes("pagedown", "14.jpg");
    goes("ctrl+d", "18.jpg");
    goes("ctrl+u", "14.jpg");
    goes("G", "29.jpg");
    goes("g", "..");
    goes("h", "..");
    goes("space", "0.jpg");
    goes("space", "1.jpg");
    assert_eq!(screen.state.files.selected(), 1);
    screen.press("v j v");
    assert_eq!(screen.state.files.selected(), 6);
    screen.press("*");
    assert_eq!(screen.state.files.selected(), 30);
}

#[test]
fn places_are_found_in_the_sheet() {
    let mut screen = sheet_of(30, SMALL);
    screen.press("/");
    screen.type_in("9.jpg");
    screen.press("enter");
    assert_eq!(screen.cursor(), "9.jpg");
    screen.press("n");
    assert_eq!(screen.cursor(), "19.jpg");
    assert!(screen.text().contains("> 19.jpg"));
    screen.press("N");
    assert_eq!(screen.cursor(), "9.jpg");
    screen.state.files.mark(&picture("0.jpg"), true);
    screen.press("J");
    assert_eq!(screen.cursor(), "1.jpg");
}

#[test]
fn folders_are_opened_and_left_from_the_sheet() {
    let mut screen = Screen::over(&["cats/", "a.jpg"]);
    screen.press("z h");
    assert_eq!(screen.cursor(), "cats", "sideways");
    assert_eq!(screen.state.files.folder(), std::path::Path::new(FOLDER));
    screen.press("enter");
    assert!(screen.state.files.folder().ends_with("cats"));
    screen.list(&["b.jpg"]);
    assert!(screen.state.is_sheet());
    screen.press("-");
    assert_eq!(screen.state.files.folder(), std::path::Path::new(FOLDER));
    screen.list(&["cats/", "a.jpg"]);
    assert_eq!(screen.cursor(), "cats");
}

#[test]
fn the_same_file_is_under_the_cursor_in_every_view() {
    let mut screen = sheet_of(300, SMALL);
    screen.press("pagedown pagedown pagedown l l");
    let here = screen.cursor();
    for key in ["T", "T", "z", "T", "z"] {
        screen.press(key);
        assert_eq!(screen.cursor(), here, "{key}");
        assert!(screen.text().contains(&format!("> {here}")), "{key}");
    }
}

#[test]
fn sheet_or_list_is_remembered() {
    let mut screen = Screen::over(&["a.jpg"]);
    assert!(screen.asked.contains(&Effect::RecallView));
    screen.press("z");
    assert!(screen.state.is_sheet());
    let remembered = |effects: &[Effect]| {
        let told = effects.iter().filter_map(|effect| match effect {
            Effect::ShowAs(view) => Some(*view),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(remembered(&screen.press("T")), [FilesView::List]);
    screen.tell(Message::FilesView(FilesView::Sheet));
    assert!(!screen.state.is_sheet(), "the person chose meanwhile");
    screen.press("z");
    assert_eq!(remembered(&screen.press("T")), [FilesView::Sheet]);
    assert!(screen.state.is_sheet(), "from the dashboard to the sheet");

    let mut screen = Screen::over(&["a.jpg"]);
    screen.tell(Message::FilesView(FilesView::List));
    screen.press("z");
    assert!(!screen.state.is_sheet());
}

/// The view must not move under the eyes while the cursor walks within it.
#[test]
fn the_sheet_stands_still_while_the_cursor_stays_in_it() {
    let mut screen = sheet_of(300, Cells::new(120, 36));
    screen.press("pagedown pagedown k k");
    let first = screen.state.files.coming(screen.state.files_page());
    for keys in ["j", "l", "h", "j", "k", "l", "l", "k", "j"] {
        screen.press(keys);
        let page = screen.state.files_page();
        let mut sight = screen.state.files.in_sight(page);
        sight.sort();
        assert!(!sight.iter().any(|image| first.contains(image)), "{keys}");
        assert_eq!(sight.len(), page.items());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(48)
    })]

    #[test]
    fn every_key_keeps_the_cursor_in_sight_and_on_an_entry(
        count in 0..90_usize,
        sizes in vec((80..260_u16, 24..90_u16), 1..3),
        keys in vec(select(KEYS.to_vec()), 1..24),
    ) {
        let mut screen = sheet_of(count, SMALL);
        for (step, key) in keys.into_iter().enumerate() {
            let (width, height) = sizes[step % sizes.len()];
            if step % 5 == 0 {
                screen.tell(Message::Resize(Cells::new(width, height)));
            }
            if !screen.state.is_sheet() && ["h", "l", "right"].contains(&key) {
                // In a list they lead out of the folder.
                continue;
            }
            screen.press(key);
            let row = screen.state.files.row();
            prop_assert!(row.is_some(), "{key}");
            let name = row.unwrap().shown_name().raw().to_owned();
            let slash = if name == ".." { "/" } else { "" };
            let cursor = screen.text().contains(&format!(">{}{name}{slash} ", sign(&screen)));
            prop_assert!(cursor, "{key}\n{}", screen.text());
        }
    }
}

/// A blank before the name, or the sign of a selected file.
fn sign(screen: &Screen) -> &'static str {
    let image = screen.state.image();
    let selected = image.is_some_and(|image| {
        screen.state.files.selected() > 0 && screen.state.files.targets().contains(&image)
    });
    if selected { "*" } else { " " }
}

const KEYS: [&str; 18] = [
    "j", "k", "h", "l", "g", "G", "ctrl+d", "ctrl+u", "pagedown", "pageup", "space", "*", "J", "T",
    "z", "s", "up", "right",
];

/// All that can be on a card.
fn mixed(size: Cells) -> Screen {
    let mut screen = Screen::with(|start| start.size = size);
    screen.files(FilesNews::Entries(entries(&[
        "2023/",
        "astronaut.jpg",
        "cat.jpg",
        "coffee.jpg",
        "cut.jpg",
        "IMG_0412.heic",
        "IMG_20260102_123456_retouched.jpg",
        "夏の写真・京都の庭園にて撮影した一枚.jpg",
        "👩‍👩‍👧‍👦 family 🎉.jpg",
        "\u{1b}[31mred\u{7}.jpg",
    ])));
    screen.files(FilesNews::End(Ok(ScanEnd::default())));
    screen.press("z");
    load(&mut screen, |image| match image.name().raw() {
        "cut.jpg" => Err(Problem::new(
            "/home/me/photos/cut.jpg is cut off: its end is missing",
        )),
        _ => Ok(look(8, 8)),
    });
    screen.state.files.mark(&picture("cat.jpg"), true);
    screen.state.files.mark(&picture("coffee.jpg"), false);
    screen.press("g l l l");
    screen.press("space l enter");
    screen
}

#[test]
fn the_contact_sheet() {
    for (size, columns) in SIZES {
        let mut screen = mixed(size);
        assert_snapshot!(format!("sheet_{columns}"), lines(&painted(&screen)));
        screen.press("T");
        assert_snapshot!(format!("list_{columns}"), lines(&painted(&screen)));
    }
}

#[test]
fn a_sheet_that_is_longer_than_the_screen() {
    for (size, columns) in SIZES {
        let mut screen = sheet_of(500, size);
        load_all(&mut screen);
        screen.press("pagedown l");
        load_all(&mut screen);
        // The next screen is there already; the row below it is not.
        screen.press("pagedown j");
        assert_snapshot!(format!("sheet_loading_{columns}"), lines(&painted(&screen)));
    }
}

#[test]
fn a_sheet_of_nothing() {
    let mut screen = sheet_of(0, SMALL);
    assert_snapshot!("sheet_empty_80", screen.text());
    screen.press("r");
    screen.files(FilesNews::End(Err(Problem::new("the folder is gone"))));
    assert_snapshot!("sheet_failed_80", screen.text());
}

#[test]
fn the_wide_list_tells_what_is_known() {
    let mut screen = mixed(SMALL);
    let known = |name: &str, size| Recognised {
        name: name.into(),
        fingerprint: crate::domain::image::Fingerprint {
            device: 1,
            inode: 1,
            size,
            modified_ns: 1_790_000_000_000_000_000,
        },
        marks: crate::engine::Marks::default(),
    };
    let known = vec![known("cat.jpg", 31_499), known("cut.jpg", 2_000_000)];
    screen.files(FilesNews::Recognised(known));
    screen.press("T");
    assert_snapshot!("list_known_80", screen.text());
}

/// Colour is never the only sign.
#[test]
fn without_colours_the_sheet_tells_by_words() {
    let mut screen = mixed(SMALL);
    screen.state.theme = Theme::new(Depth::Mono);
    let buffer = painted(&screen);
    let plain = |cell: &ratatui::buffer::Cell| cell.fg == Color::Reset && cell.bg == Color::Reset;
    assert!(buffer.content.iter().all(plain));
    let reversed = |cell: &ratatui::buffer::Cell| cell.modifier.contains(Modifier::REVERSED);
    assert!(buffer.content.iter().any(reversed));
    assert_snapshot!("sheet_mono_80", lines(&buffer));
}

#[test]
fn what_stands_over_the_sheet_covers_its_pictures() {
    let mut screen = mixed(SMALL);
    screen.press("i");
    assert_snapshot!("sheet_behind_80", lines(&painted(&screen)));
}

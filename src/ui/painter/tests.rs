use super::*;
use crate::ui::effect::Effect;
use crate::ui::message::Looked;
use crate::ui::tests::{look, picture};

const SCREEN: Rect = Rect::new(0, 0, 60, 30);
const CELL: Size = Size {
    width: 10,
    height: 20,
};
const BUDGET: usize = 1_000_000;

/// A painter at work, and the screen before it.
struct Easel {
    painter: Painter,
    pictures: Pictures,
    buffer: Buffer,
}

/// What a slot shows.
#[derive(Debug, PartialEq)]
enum Shows {
    Nothing,
    Blocks,
    Sharp,
}

impl Easel {
    /// With small rasters of these pictures at hand.
    fn new(protocol: Protocol, names: &[&str]) -> Self {
        let mut pictures = Pictures::default();
        for name in names {
            read(&mut pictures, name);
        }
        let mut painter = Painter::new(70);
        painter.use_means(means(protocol));
        Self {
            painter,
            pictures,
            buffer: Buffer::empty(SCREEN),
        }
    }

    fn frame(&mut self, slots: &[ImageSlot], is_quiet: bool) -> String {
        self.buffer = Buffer::empty(SCREEN);
        let (pictures, buffer) = (&self.pictures, &mut self.buffer);
        let painting = self
            .painter
            .paint(slots, pictures, Depth::True, is_quiet, buffer);
        String::from_utf8(painting.bytes).unwrap()
    }

    /// A frame with time to send.
    fn calm(&mut self, slots: &[ImageSlot]) -> String {
        self.frame(slots, true)
    }

    /// A frame while keys are pressed.
    fn busy(&mut self, slots: &[ImageSlot]) -> String {
        self.frame(slots, false)
    }

    /// Makes all that is wanted, each of so many bytes.
    fn make(&mut self, bytes: usize) -> Vec<String> {
        let orders = self.painter.orders().unwrap_or_default();
        let names = orders.iter().map(|order| order.key.image.name());
        let names = names.map(|name| name.raw().to_owned()).collect();
        for order in orders {
            let bytes = Some(vec![b'A'; bytes].into());
            self.painter.absorb(Sharp { order, bytes });
        }
        names
    }

    /// Draws these until all of them stand sharp.
    fn stand(&mut self, slots: &[ImageSlot]) {
        self.calm(slots);
        self.make(10);
        for _ in slots {
            self.calm(slots);
        }
        assert!(!self.painter.waits());
    }

    /// What stands in the middle of a slot.
    fn shows(&self, slot: &ImageSlot) -> Shows {
        let x = slot.area.x + slot.area.width / 2;
        let y = slot.area.y + slot.area.height / 2;
        let cell = &self.buffer[(x, y)];
        if cell.diff_option == ratatui::buffer::CellDiffOption::Skip {
            Shows::Sharp
        } else if cell.symbol() == " " {
            Shows::Nothing
        } else {
            Shows::Blocks
        }
    }
}

/// Makes a small raster of a picture.
fn read(pictures: &mut Pictures, name: &str) {
    let within = Size {
        width: 4,
        height: 4,
    };
    let asked = pictures.want(&[(picture(name), within)], &[]);
    let [Effect::Look(ticket, image, within)] = &asked[..] else {
        panic!("{asked:?}");
    };
    let look = Ok(look(30, 40));
    let looked = Looked {
        image: image.clone(),
        within: *within,
        look,
    };
    pictures.absorb(*ticket, looked);
}

fn means(protocol: Protocol) -> Means {
    Means {
        protocol,
        cell: CELL,
        budget: BUDGET,
    }
}

fn slot(name: &str) -> ImageSlot {
    at(name, Rect::new(2, 3, 30, 20))
}

fn at(name: &str, area: Rect) -> ImageSlot {
    ImageSlot {
        area,
        image: picture(name),
        covered: Vec::new(),
    }
}

/// The same under a popup in its middle.
fn covered(name: &str) -> ImageSlot {
    let covered = vec![Rect::new(10, 8, 12, 10)];
    ImageSlot {
        covered,
        ..slot(name)
    }
}

const SHARP: [Protocol; 3] = [Protocol::Kitty, Protocol::Iterm, Protocol::Sixel];

#[test]
fn blocks_stand_until_the_sharp_picture_is_there_and_no_key_is_pressed() {
    for protocol in SHARP {
        let mut easel = Easel::new(protocol, &["a.jpg"]);
        let slots = [slot("a.jpg")];
        assert_eq!(easel.busy(&slots), "");
        assert_eq!(easel.shows(&slots[0]), Shows::Blocks);
        assert!(easel.painter.waits(), "for quiet, to order it");
        assert_eq!(easel.make(10), ["a.jpg"]);
        assert_eq!(easel.busy(&slots), "");
        assert_eq!(easel.shows(&slots[0]), Shows::Blocks);
        assert!(easel.painter.waits(), "for quiet, to send it");
        assert!(easel.calm(&slots).contains("AAAAAAAAAA"));
        assert_eq!(easel.shows(&slots[0]), Shows::Sharp);
    }
}

#[test]
fn nothing_is_sent_and_nothing_waits_while_nothing_changes() {
    for protocol in SHARP {
        let mut easel = Easel::new(protocol, &["a.jpg"]);
        let slots = [slot("a.jpg")];
        easel.stand(&slots);
        for is_quiet in [true, false] {
            assert_eq!(easel.frame(&slots, is_quiet), "");
            assert_eq!(easel.shows(&slots[0]), Shows::Sharp);
            assert!(!easel.painter.waits());
            assert_eq!(easel.painter.orders(), None);
        }
    }
}

#[test]
fn what_is_on_its_way_is_not_ordered_again_and_the_newest_replaces_it() {
    let mut easel = Easel::new(Protocol::Kitty, &["a.jpg", "b.jpg"]);
    easel.calm(&[slot("a.jpg")]);
    assert_eq!(easel.painter.orders().map(|orders| orders.len()), Some(1));
    easel.calm(&[slot("a.jpg")]);
    assert_eq!(easel.painter.orders(), None);
    assert!(!easel.painter.waits());
    easel.calm(&[slot("b.jpg")]);
    let orders = easel.painter.orders().unwrap();
    assert_eq!(orders[0].key.image, picture("b.jpg"));
}

#[test]
fn a_picture_that_cannot_be_made_stays_in_blocks_and_is_not_ordered_again() {
    let mut easel = Easel::new(Protocol::Sixel, &["a.jpg"]);
    let slots = [slot("a.jpg")];
    easel.calm(&slots);
    let order = easel.painter.orders().unwrap().remove(0);
    easel.painter.absorb(Sharp { order, bytes: None });
    assert_eq!(easel.calm(&slots), "");
    assert_eq!(easel.shows(&slots[0]), Shows::Blocks);
    assert_eq!(easel.painter.orders(), None);
    assert!(!easel.painter.waits());
}

#[test]
fn kitty_gives_the_number_of_a_picture_out_of_sight_to_the_next() {
    let mut easel = Easel::new(Protocol::Kitty, &["a.jpg", "b.jpg"]);
    easel.stand(&[slot("a.jpg")]);
    easel.calm(&[slot("b.jpg")]);
    easel.make(10);
    let sent = easel.calm(&[slot("b.jpg")]);
    assert!(sent.contains("a=T,f=100,i=70,p=1,c=30,r=10,C=1,q=2,m=0;AAAAAAAAAA\x1b\\"));
    let undo = easel.painter.shelf.farewell();
    assert_eq!(undo, b"\x1b_Ga=d,d=I,i=70,q=2\x1b\\");
}

#[test]
fn kitty_hides_a_picture_for_blocks_and_for_a_popup_and_sends_it_no_second_time() {
    let mut easel = Easel::new(Protocol::Kitty, &["a.jpg", "b.jpg"]);
    easel.stand(&[slot("a.jpg")]);
    let hidden = "\x1b_Ga=d,d=i,i=70,q=2\x1b\\";
    for other in [covered("a.jpg"), slot("b.jpg")] {
        assert_eq!(easel.busy(std::slice::from_ref(&other)), hidden);
        assert_eq!(easel.busy(&[other]), "");
        let shown = easel.busy(&[slot("a.jpg")]);
        assert!(shown.contains("\x1b_Ga=p,i=70,p=1,c=30,r=10,C=1,q=2\x1b\\"));
        assert!(!shown.contains("AAAA"));
        assert_eq!(easel.shows(&slot("a.jpg")), Shows::Sharp);
    }
}

#[test]
fn kitty_shows_what_scrolls_without_sending_it_again() {
    let names = ["a.jpg", "b.jpg", "c.jpg"];
    let mut easel = Easel::new(Protocol::Kitty, &names);
    let (one, two) = (Rect::new(0, 0, 20, 10), Rect::new(20, 0, 20, 10));
    easel.stand(&[at("a.jpg", one), at("b.jpg", two)]);
    let next = [at("b.jpg", one), at("c.jpg", two)];
    let moved = easel.calm(&next);
    assert!(moved.contains("a=p,i=71"), "{moved:?}");
    assert!(moved.contains("a=d,d=i,i=70"), "{moved:?}");
    easel.make(10);
    let sent = easel.calm(&next);
    assert!(sent.contains("a=T,f=100,i=70"), "{sent:?}");
    assert!(!sent.contains("i=71"), "{sent:?}");
    let gone = easel.calm(&[at("b.jpg", one)]);
    assert!(gone.contains("a=d,d=i,i=70"), "hidden: {gone:?}");
    let gone = easel.calm(&[slot("a.jpg")]);
    assert!(
        gone.contains("a=d,d=I,i=71"),
        "one slot, one picture: {gone:?}"
    );
}

#[test]
fn a_popup_takes_only_what_it_covers_of_a_picture_in_cells() {
    for protocol in [Protocol::Iterm, Protocol::Sixel] {
        let mut easel = Easel::new(protocol, &["a.jpg"]);
        easel.stand(&[slot("a.jpg")]);
        assert_eq!(easel.calm(&[covered("a.jpg")]), "");
        let popup = at("a.jpg", covered("a.jpg").covered[0]);
        assert_eq!(easel.shows(&popup), Shows::Nothing, "the popup's own");
        let beside = at("a.jpg", Rect::new(4, 10, 1, 1));
        assert_eq!(easel.shows(&beside), Shows::Sharp);
        assert_eq!(easel.busy(&[slot("a.jpg")]), "");
        assert_eq!(
            easel.shows(&popup),
            Shows::Nothing,
            "the popup is taken away"
        );
        assert!(easel.painter.waits());
        assert!(easel.calm(&[slot("a.jpg")]).contains("AAAA"));
        assert_eq!(easel.shows(&popup), Shows::Sharp);
        assert_eq!(easel.calm(&[slot("a.jpg")]), "");
    }
}

#[test]
fn a_popup_that_was_there_first_keeps_pictures_in_blocks() {
    for protocol in SHARP {
        let mut easel = Easel::new(protocol, &["a.jpg"]);
        assert_eq!(easel.calm(&[covered("a.jpg")]), "");
        let beside = at("a.jpg", Rect::new(4, 10, 1, 1));
        assert_eq!(easel.shows(&beside), Shows::Blocks);
        assert!(!easel.painter.waits());
    }
}

#[test]
fn after_the_screen_was_cleared_all_is_sent_again() {
    for protocol in SHARP {
        let mut easel = Easel::new(protocol, &["a.jpg"]);
        easel.stand(&[slot("a.jpg")]);
        easel.painter.start_over();
        let sent = easel.calm(&[slot("a.jpg")]);
        assert!(sent.contains("AAAA"));
        let is_deleted = sent.starts_with("\x1b_Ga=d,d=I,i=70,q=2\x1b\\");
        assert_eq!(is_deleted, protocol == Protocol::Kitty);
        assert_eq!(easel.calm(&[slot("a.jpg")]), "");
    }
}

#[test]
fn when_the_terminal_comes_to_the_front_pictures_are_placed_again() {
    for protocol in SHARP {
        let mut easel = Easel::new(protocol, &["a.jpg"]);
        easel.stand(&[slot("a.jpg")]);
        easel.painter.doubt();
        let placed = easel.calm(&[slot("a.jpg")]);
        let again = ["AAAA", "a=p,i=70"][usize::from(protocol == Protocol::Kitty)];
        assert!(placed.contains(again), "{placed:?}");
        assert_eq!(easel.calm(&[slot("a.jpg")]), "");
    }
}

#[test]
fn another_size_of_the_slot_is_another_picture_and_another_place_is_not() {
    let mut easel = Easel::new(Protocol::Kitty, &["a.jpg"]);
    easel.stand(&[slot("a.jpg")]);
    let moved = easel.calm(&[at("a.jpg", Rect::new(12, 3, 30, 20))]);
    assert!(moved.contains("\x1b[9;13H\x1b_Ga=p,i=70"), "{moved:?}");
    easel.calm(&[at("a.jpg", Rect::new(0, 0, 40, 28))]);
    assert_eq!(easel.make(10), ["a.jpg"]);
}

#[test]
fn a_frame_carries_one_large_picture_or_many_small_ones() {
    let names = ["a.jpg", "b.jpg", "c.jpg"];
    let slots: Vec<_> = (0..3)
        .zip(names)
        .map(|(column, name)| at(name, Rect::new(column * 20, 0, 20, 10)))
        .collect();
    for (size, wanted) in [(BUDGET * 3 / 4, vec![1, 1, 1, 0]), (BUDGET / 4, vec![3, 0])] {
        let mut easel = Easel::new(Protocol::Kitty, &names);
        easel.calm(&slots);
        assert_eq!(easel.make(size), names);
        for count in wanted {
            let sent = easel.calm(&slots);
            assert_eq!(sent.matches("a=T").count(), count);
        }
        assert!(!easel.painter.waits());
    }
}

#[test]
fn a_picture_made_for_other_means_is_dropped() {
    let mut easel = Easel::new(Protocol::Kitty, &["a.jpg"]);
    easel.calm(&[slot("a.jpg")]);
    let order = easel.painter.orders().unwrap().remove(0);
    easel.painter.use_means(means(Protocol::Sixel));
    let bytes = Some(b"AAAA".as_slice().into());
    easel.painter.absorb(Sharp { order, bytes });
    assert_eq!(easel.calm(&[slot("a.jpg")]), "");
    assert!(easel.painter.orders().is_some());
}

#[test]
fn a_file_that_was_read_again_is_another_picture() {
    let mut easel = Easel::new(Protocol::Kitty, &["a.jpg"]);
    easel.stand(&[slot("a.jpg")]);
    easel.pictures.clear();
    assert!(easel.calm(&[slot("a.jpg")]).contains("a=d,d=i"));
    read(&mut easel.pictures, "a.jpg");
    easel.calm(&[slot("a.jpg")]);
    assert_eq!(easel.make(10), ["a.jpg"]);
}

#[test]
fn blocks_and_no_pictures_at_all_need_no_encoder() {
    for (protocol, shows) in [
        (Protocol::Blocks, Shows::Blocks),
        (Protocol::Off, Shows::Nothing),
    ] {
        let mut easel = Easel::new(protocol, &["a.jpg"]);
        assert_eq!(easel.calm(&[slot("a.jpg")]), "");
        assert_eq!(easel.shows(&slot("a.jpg")), shows);
        assert_eq!(easel.painter.orders(), None);
    }
}

#[test]
fn what_is_kept_of_sharp_pictures_is_bounded() {
    let mut painter = Painter::new(1);
    let means = means(Protocol::Kitty);
    painter.use_means(means);
    let large: Arc<[u8]> = vec![0; KEPT_BYTES / 4].into();
    for n in 0..10 {
        let fit = fit::fit(CELL, SCREEN, means).unwrap();
        let image = picture(&format!("{n}.jpg"));
        let order = Order::new(image, Pictures::default().reading(), fit, means);
        let bytes = Some(Arc::clone(&large));
        painter.absorb(Sharp { order, bytes });
    }
    assert_eq!(painter.ready.len(), 4);
    assert_eq!(painter.ready_bytes, KEPT_BYTES);
}

//! Kitty's protocol (<https://sw.kovidgoyal.net/kitty/graphics-protocol/>): the terminal keeps a
//! picture under a number and shows it above the cells, so a picture that only moves is not sent
//! again.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, RgbaImage, imageops};
use ratatui::layout::Rect;

use super::order::{Key, Order, times};
use super::press::Press;
use super::{Placed, cells};

/// The most that one sequence may carry.
const CHUNK: usize = 4096;

/// The letters of a picture, to be sent in chunks.
///
/// viuer sends each pixel as four raw bytes, and a picture of fewer than about 30×30 without its
/// end. So its chunks are unpacked and packed again as PNG, and the same bytes buy about four times
/// the pixels.
pub(super) fn encode(press: &Press, picture: &RgbaImage, order: &Order) -> Option<Vec<u8>> {
    let canvas = canvas(picture, order);
    let (width, height) = canvas.dimensions();
    let config = viuer::Config {
        absolute_offset: false,
        width: Some(order.key.cells.0.into()),
        height: Some(order.key.cells.1.into()),
        use_iterm: false,
        use_sixel: false,
        ..viuer::Config::default()
    };
    let printed = press
        .print(&DynamicImage::ImageRgba8(canvas), &config)
        .ok()?;
    let pixels = RgbaImage::from_raw(width, height, unpacked(&printed)?)?;
    Some(STANDARD.encode(png(pixels)?).into_bytes())
}

/// The picture in the middle of exactly its cells: the terminal stretches what it is given over
/// whole cells, and the picture shall keep its proportions.
fn canvas(picture: &RgbaImage, order: &Order) -> RgbaImage {
    let (key, cell) = (&order.key, order.means.cell);
    let share = f64::from(picture.width()) / f64::from(key.pixels.width.max(1));
    let width = times(u32::from(key.cells.0) * cell.width, share).max(picture.width());
    let height = times(u32::from(key.cells.1) * cell.height, share).max(picture.height());
    if (width, height) == picture.dimensions() {
        return picture.clone();
    }
    let mut canvas = RgbaImage::new(width, height);
    let left = i64::from((width - picture.width()) / 2);
    let top = i64::from((height - picture.height()) / 2);
    imageops::replace(&mut canvas, picture, left, top);
    canvas
}

/// The pixels within viuer's chunks.
fn unpacked(printed: &[u8]) -> Option<Vec<u8>> {
    let printed = String::from_utf8_lossy(printed);
    let mut letters = String::new();
    for command in printed.split("\x1b_G").skip(1) {
        let (_, chunk) = command.split_once("\x1b\\")?.0.split_once(';')?;
        letters.push_str(chunk);
    }
    STANDARD.decode(letters).ok()
}

/// Three bytes a pixel are enough where nothing is clear.
pub(super) fn png(pixels: RgbaImage) -> Option<Vec<u8>> {
    let is_opaque = pixels.pixels().all(|pixel| pixel.0[3] == 255);
    let mut picture = DynamicImage::ImageRgba8(pixels);
    if is_opaque {
        picture = DynamicImage::ImageRgb8(picture.into_rgb8());
    }
    let mut file = Cursor::new(Vec::new());
    let encoder =
        PngEncoder::new_with_quality(&mut file, CompressionType::Default, FilterType::Adaptive);
    picture.write_with_encoder(encoder).ok()?;
    Some(file.into_inner())
}

/// The pictures that the terminal keeps for us.
#[derive(Debug)]
pub(super) struct Shelf {
    /// The number of the first; the others follow it.
    first: u32,
    kept: Vec<Option<Kept>>,
    is_doubted: bool,
}

#[derive(Debug)]
struct Kept {
    key: Key,
    /// Where it shows; `None` while it is hidden.
    area: Option<Rect>,
}

impl Shelf {
    pub(super) fn new(first: u32) -> Self {
        Self {
            first,
            kept: Vec::new(),
            is_doubted: false,
        }
    }

    /// True where the terminal has the picture, so that showing it costs next to nothing.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.kept.iter().flatten().any(|kept| kept.key == *key)
    }

    /// Shows these pictures and hides all others. Numbers of pictures that are not in sight are
    /// given to new ones, and no more are kept than there are slots for them.
    pub(super) fn show(&mut self, placed: &[Placed], slots: usize, bytes: &mut Vec<u8>) {
        let is_doubted = std::mem::take(&mut self.is_doubted);
        let mut is_used = vec![false; self.kept.len().max(placed.len())];
        self.kept.resize_with(is_used.len(), || None);
        let mut new = Vec::new();
        for wish in placed {
            let mut kept = self.kept.iter_mut().zip(&mut is_used).zip(self.first..);
            let known = kept.find(|((kept, is_used), _)| {
                !**is_used && kept.as_ref().is_some_and(|kept| kept.key == wish.order.key)
            });
            let Some(((Some(kept), is_used), number)) = known else {
                new.push(wish);
                continue;
            };
            *is_used = true;
            if is_doubted || kept.area != Some(wish.area) {
                kept.area = Some(wish.area);
                let (columns, rows) = wish.order.key.cells;
                let show = format!("\x1b_Ga=p,i={number},p=1,c={columns},r={rows},C=1,q=2\x1b\\");
                cells::place(wish.area, show.as_bytes(), bytes);
            }
        }
        let free = self.kept.iter_mut().zip(&mut is_used).zip(self.first..);
        let mut free = free.filter(|((_, is_used), _)| !**is_used);
        for wish in new {
            let Some(sequence) = &wish.sequence else {
                continue;
            };
            let Some(((kept, is_used), number)) = free.next() else {
                break;
            };
            *is_used = true;
            *kept = Some(Kept {
                key: wish.order.key.clone(),
                area: Some(wish.area),
            });
            let transfer = transfer(sequence, wish.order.key.cells, number);
            cells::place(wish.area, &transfer, bytes);
        }
        drop(free);
        self.put_away(&is_used, slots.max(1), bytes);
    }

    /// Hides what is not used, and forgets what is above so many.
    fn put_away(&mut self, is_used: &[bool], most: usize, bytes: &mut Vec<u8>) {
        let slots = self.kept.iter_mut().zip(is_used).zip(self.first..);
        for (place, ((slot, is_used), number)) in slots.enumerate() {
            if *is_used {
                continue;
            }
            let Some(kept) = slot else { continue };
            if place >= most {
                bytes.extend(delete(number));
                *slot = None;
            } else if kept.area.take().is_some() {
                bytes.extend(format!("\x1b_Ga=d,d=i,i={number},q=2\x1b\\").bytes());
            }
        }
        let last = self.kept.iter().rposition(Option::is_some);
        self.kept.truncate(last.map_or(0, |last| last + 1));
    }

    /// What makes the terminal forget every picture of ours.
    pub(super) fn farewell(&self) -> Vec<u8> {
        let kept = self.kept.iter().zip(self.first..);
        let numbers = kept.filter_map(|(kept, number)| kept.as_ref().map(|_| number));
        numbers.flat_map(delete).collect()
    }

    /// The terminal may have dropped what it had.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
    }

    /// What shows may be gone for all we know: it is shown once more.
    pub(super) fn doubt(&mut self) {
        self.is_doubted = true;
    }
}

/// A whole picture, shown at the cursor, which does not move. The terminal shall not say that all
/// is well: that would come in as keys.
fn transfer(letters: &[u8], (columns, rows): (u16, u16), number: u32) -> Vec<u8> {
    let head = format!("a=T,f=100,i={number},p=1,c={columns},r={rows},C=1,q=2,");
    let mut bytes = Vec::new();
    let mut chunks = letters.chunks(CHUNK).peekable();
    let mut head = Some(head);
    while let Some(chunk) = chunks.next() {
        let more = u8::from(chunks.peek().is_some());
        let head = head.take().unwrap_or_default();
        bytes.extend(format!("\x1b_G{head}m={more};").bytes());
        bytes.extend(chunk);
        bytes.extend(b"\x1b\\");
    }
    bytes
}

fn delete(number: u32) -> Vec<u8> {
    format!("\x1b_Ga=d,d=I,i={number},q=2\x1b\\").into_bytes()
}

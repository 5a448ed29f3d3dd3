//! Paints the pictures of a frame into the slots that the view left for them.
//!
//! Half blocks stand at once, since they are cells like any text. A sharp picture takes their place
//! once it is made and no key was pressed for a moment; it goes out behind the cells of its frame.
//! Nothing goes out for a picture that stands where it stood.

pub mod blocks;
mod cells;
mod fit;
mod iterm;
mod kitty;
pub mod order;
mod palette;
pub mod press;
pub mod sharp;
mod sixel;

use std::num::NonZeroUsize;
use std::sync::Arc;

use lru::LruCache;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pictures::Pictures;
use super::theme::Depth;
use crate::domain::graphics::{Means, Protocol};
use crate::domain::image::{ImageRef, Size};
use fit::Fit;
use order::{Key, Order, Sharp};

/// So many sharp pictures are kept at most, and so many bytes of them.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");
const KEPT_BYTES: usize = 32 << 20;

/// A place on screen that waits for a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSlot {
    /// Where, in cells.
    pub area: Rect,
    /// Which.
    pub image: ImageRef,
    /// What stands over it, in cells.
    pub covered: Vec<Rect>,
}

impl ImageSlot {
    /// The pixels that half blocks show in an area: one across and two down a cell.
    pub fn pixels_of(area: Rect) -> Size {
        Size {
            width: area.width.into(),
            height: u32::from(area.height) * 2,
        }
    }
}

/// What goes out behind the cells of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Painting {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What makes the terminal forget all pictures, for whenever it is given back.
    pub undo: Vec<u8>,
}

/// A picture where it stands in this frame.
#[derive(Debug)]
struct Placed {
    order: Order,
    area: Rect,
    /// What draws it or brings it to the terminal, where it is not there yet.
    sequence: Option<Arc<[u8]>>,
    /// Where it was written over since it was drawn.
    torn: Vec<Rect>,
}

/// What there is to be painted with, and what stands on the screen.
#[derive(Debug)]
pub struct Painter {
    means: Option<Means>,
    ready: LruCache<Key, Option<Arc<[u8]>>>,
    ready_bytes: usize,
    /// What this frame lacks, and what was ordered before it.
    lacks: Vec<Order>,
    ordered: Vec<Order>,
    waits: bool,
    shelf: kitty::Shelf,
    drawn: cells::Drawn,
    /// Goes out in front of the pictures of the next frame.
    first: Vec<u8>,
}

impl Painter {
    /// Paints half blocks until it knows better. Pictures that the terminal keeps for us have
    /// numbers from `first_number` on, which nobody else in this terminal uses.
    pub fn new(first_number: u32) -> Self {
        Self {
            means: None,
            ready: LruCache::new(KEPT),
            ready_bytes: 0,
            lacks: Vec::new(),
            ordered: Vec::new(),
            waits: false,
            shelf: kitty::Shelf::new(first_number),
            drawn: cells::Drawn::default(),
            first: Vec::new(),
        }
    }

    /// Paints by these means from now on.
    pub fn use_means(&mut self, means: Means) {
        if self.means.replace(means) != Some(means) {
            self.start_over();
            self.ready.clear();
            self.ready_bytes = 0;
            self.ordered.clear();
        }
    }

    /// The screen was cleared: nothing stands any more, and who knows what the terminal kept.
    pub fn start_over(&mut self) {
        self.first.extend(self.shelf.farewell());
        self.shelf.forget();
        self.drawn.forget();
    }

    /// The terminal was out of sight, and may have lost what stood there.
    pub fn doubt(&mut self) {
        self.shelf.doubt();
        self.drawn.doubt();
    }

    /// Paints the pictures of a frame. Without quiet nothing goes out that takes its time on the
    /// line, and never much more than one picture at a time.
    pub fn paint(
        &mut self,
        slots: &[ImageSlot],
        pictures: &Pictures,
        depth: Depth,
        is_quiet: bool,
        buffer: &mut Buffer,
    ) -> Painting {
        self.lacks.clear();
        self.waits = false;
        let mut bytes = std::mem::take(&mut self.first);
        let mut placed = Vec::new();
        let mut room = if is_quiet { Room::One } else { Room::None };
        for slot in slots {
            let Some(Ok((facts, _))) = pictures.get(&slot.image) else {
                continue;
            };
            let sharp = self.means.and_then(|means| {
                let fit = fit::fit(facts.size, slot.area, means)?;
                let order = Order::new(slot.image.clone(), pictures.reading(), fit, means);
                self.place(order, fit, slot, &mut room)
            });
            match sharp {
                Some(sharp) => {
                    let over = sharp.torn.iter().chain(&slot.covered).copied();
                    cells::keep(sharp.area, &over.collect::<Vec<_>>(), buffer);
                    placed.push(sharp);
                }
                None if self.protocol() == Some(Protocol::Off) => {}
                None => {
                    let within = ImageSlot::pixels_of(slot.area);
                    if let Some(Ok((_, pixels))) = pictures.fit(&slot.image, within) {
                        blocks::paint(pixels, slot, buffer, depth);
                    }
                }
            }
        }
        match self.protocol() {
            Some(Protocol::Kitty) => self.shelf.show(&placed, slots.len(), &mut bytes),
            _ => self.drawn.show(placed, &mut bytes),
        }
        self.waits |= self.lacks.iter().any(|order| !self.ordered.contains(order));
        let undo = self.shelf.farewell();
        Painting { bytes, undo }
    }

    fn protocol(&self) -> Option<Protocol> {
        self.means.map(|means| means.protocol)
    }

    /// How a picture stands sharp in this frame, if it can.
    fn place(
        &mut self,
        order: Order,
        fit: Fit,
        slot: &ImageSlot,
        room: &mut Room,
    ) -> Option<Placed> {
        let over = |over: &&Rect| over.intersects(fit.area);
        let covered: Vec<_> = slot.covered.iter().filter(over).copied().collect();
        let stands = match order.means.protocol {
            Protocol::Blocks | Protocol::Off => return None,
            // Such a picture floats above whatever stands over it.
            Protocol::Kitty if !covered.is_empty() => return None,
            Protocol::Kitty => self.shelf.has(&order.key).then(Vec::new),
            Protocol::Iterm | Protocol::Sixel => {
                let torn = self.drawn.torn(&order.key, fit.area);
                torn.map(|torn| [torn, &covered].concat())
            }
        };
        let is_whole = stands.as_ref().is_some_and(Vec::is_empty);
        let sequence = if is_whole || !covered.is_empty() {
            None
        } else {
            self.fetch(&order, room)
        };
        let torn = match (&sequence, stands) {
            (Some(_), _) => Vec::new(),
            (None, stands) => stands?,
        };
        let area = fit.area;
        Some(Placed {
            order,
            area,
            sequence,
            torn,
        })
    }

    /// The bytes of a picture, if they are there and may go out in this frame.
    fn fetch(&mut self, order: &Order, room: &mut Room) -> Option<Arc<[u8]>> {
        let Some(ready) = self.ready.get(&order.key) else {
            self.lacks.push(order.clone());
            return None;
        };
        let bytes = ready.as_ref()?;
        let fits = room.take(bytes.len(), order.means.budget);
        self.waits |= !fits;
        fits.then(|| Arc::clone(bytes))
    }

    /// True while something is to be done as soon as it is quiet and the line is free.
    pub fn waits(&self) -> bool {
        self.waits
    }

    /// What is to be made for the last frame instead of whatever was ordered before; `None` where
    /// all of it is there or on its way.
    pub fn orders(&mut self) -> Option<Vec<Order>> {
        if self.lacks.iter().all(|order| self.ordered.contains(order)) {
            return None;
        }
        self.ordered.clone_from(&self.lacks);
        self.waits = false;
        Some(self.lacks.clone())
    }

    /// Takes in a picture that was made. One that nobody waits for any more is kept all the same.
    pub fn absorb(&mut self, sharp: Sharp) {
        self.ordered.retain(|order| *order != sharp.order);
        if self.means != Some(sharp.order.means) {
            return;
        }
        let size = |bytes: &Option<Arc<[u8]>>| bytes.as_ref().map_or(0, |bytes| bytes.len());
        self.ready_bytes += size(&sharp.bytes);
        if let Some((_, old)) = self.ready.push(sharp.order.key, sharp.bytes) {
            self.ready_bytes -= size(&old);
        }
        while self.ready_bytes > KEPT_BYTES
            && let Some((_, old)) = self.ready.pop_lru()
        {
            self.ready_bytes -= size(&old);
        }
    }
}

/// What may still go out in a frame.
#[derive(Clone, Copy, Debug)]
enum Room {
    /// Nothing.
    None,
    /// One picture, however large.
    One,
    /// So many bytes.
    Bytes(usize),
}

impl Room {
    /// Takes room for so many bytes; false where there is none.
    fn take(&mut self, bytes: usize, budget: usize) -> bool {
        let left = match *self {
            Self::None => None,
            Self::One => Some(budget.saturating_sub(bytes)),
            Self::Bytes(left) => left.checked_sub(bytes),
        };
        if let Some(left) = left {
            *self = Self::Bytes(left);
        }
        left.is_some()
    }
}

#[cfg(test)]
mod tests;

//! Colours by the names that people give them.

use palette::color_difference::EuclideanDistance as _;
use palette::stimulus::IntoStimulus as _;
use palette::{FromColor as _, Oklab, Srgb};

/// A colour with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour {
    pub(super) name: &'static str,
    /// What it is a shade of.
    pub(super) family: &'static str,
    srgb: [u8; 3],
}

/// Number of [`COLOURS`].
pub(super) const COUNT: usize = COLOURS.len();

/// One or more examples of each name; a colour is called like its nearest example.
pub(super) const COLOURS: [Colour; 50] = [
    colour("black", "black", [0x00, 0x00, 0x00]),
    colour("black", "black", [0x16, 0x16, 0x16]),
    colour("dark grey", "grey", [0x48, 0x48, 0x48]),
    colour("grey", "grey", [0x80, 0x80, 0x80]),
    colour("light grey", "grey", [0xbc, 0xbc, 0xbc]),
    colour("light grey", "grey", [0xd8, 0xd8, 0xd8]),
    colour("white", "white", [0xf2, 0xf2, 0xf2]),
    colour("white", "white", [0xff, 0xff, 0xff]),
    colour("dark brown", "brown", [0x3a, 0x22, 0x14]),
    colour("brown", "brown", [0x6e, 0x47, 0x2a]),
    colour("brown", "brown", [0x8f, 0x5f, 0x3a]),
    colour("reddish brown", "brown", [0x8a, 0x3a, 0x1e]),
    colour("light brown", "brown", [0xb8, 0x8a, 0x60]),
    colour("beige", "cream", [0xd8, 0xc0, 0xa0]),
    colour("cream", "cream", [0xf8, 0xec, 0xd4]),
    colour("dark red", "red", [0x60, 0x0c, 0x10]),
    colour("red", "red", [0xb4, 0x18, 0x1c]),
    colour("red", "red", [0xe8, 0x20, 0x20]),
    colour("deep pink", "pink", [0xd8, 0x30, 0x80]),
    colour("pink", "pink", [0xf0, 0x98, 0xb4]),
    colour("pink", "pink", [0xfc, 0xc0, 0xcc]),
    colour("salmon", "pink", [0xf0, 0x88, 0x80]),
    colour("pale pink", "pink", [0xf8, 0xe0, 0xe6]),
    colour("orange", "orange", [0xe4, 0x5c, 0x24]),
    colour("orange", "orange", [0xf8, 0x90, 0x20]),
    colour("peach", "orange", [0xf8, 0xbc, 0x98]),
    colour("mustard", "yellow", [0xb8, 0x90, 0x24]),
    colour("yellow", "yellow", [0xf8, 0xd8, 0x20]),
    colour("pale yellow", "yellow", [0xf8, 0xf0, 0xa0]),
    colour("olive green", "green", [0x68, 0x68, 0x24]),
    colour("olive green", "green", [0x96, 0x94, 0x48]),
    colour("dark green", "green", [0x14, 0x40, 0x20]),
    colour("dark green", "green", [0x00, 0x5c, 0x08]),
    colour("green", "green", [0x30, 0x90, 0x38]),
    colour("bright green", "green", [0x60, 0xd8, 0x30]),
    colour("pale green", "green", [0xb4, 0xe0, 0xb0]),
    colour("dark teal", "teal", [0x06, 0x48, 0x48]),
    colour("teal", "teal", [0x18, 0x88, 0x88]),
    colour("turquoise", "teal", [0x58, 0xd4, 0xd0]),
    colour("dark blue", "blue", [0x14, 0x20, 0x48]),
    colour("dark blue", "blue", [0x10, 0x18, 0x78]),
    colour("dark blue", "blue", [0x28, 0x40, 0x58]),
    colour("blue", "blue", [0x20, 0x48, 0xc8]),
    colour("grey-blue", "blue", [0x58, 0x70, 0x90]),
    colour("light blue", "blue", [0x58, 0xa4, 0xe4]),
    colour("pale blue", "blue", [0xb4, 0xd4, 0xf0]),
    colour("dark purple", "purple", [0x34, 0x14, 0x48]),
    colour("purple", "purple", [0x7c, 0x30, 0xa0]),
    colour("lilac", "purple", [0xc4, 0xa4, 0xdc]),
    colour("bright pink", "pink", [0xf8, 0x40, 0xd8]),
];

const fn colour(name: &'static str, family: &'static str, srgb: [u8; 3]) -> Colour {
    Colour { name, family, srgb }
}

/// How a pixel looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// Which of [`COLOURS`] is nearest.
    pub(super) colour: usize,
    /// Oklab's lightness, 0 (black) to 255 (white).
    pub(super) lightness: u8,
}

/// Looks at pixels. Nearly equal ones share one answer, so that each is worked out once.
pub(super) struct Eye {
    examples: Vec<Oklab>,
    known: Vec<Option<Look>>,
}

/// Bits of each channel that tell pixels apart.
const BITS: u32 = 5;
/// Number of colours that are told apart.
pub(super) const SHADES: usize = 1 << (3 * BITS);

impl Eye {
    pub(super) fn new() -> Self {
        Self {
            examples: COLOURS.iter().map(|colour| oklab(colour.srgb)).collect(),
            known: vec![None; SHADES],
        }
    }

    /// Which of the [`SHADES`] it is, and how it looks.
    pub(super) fn look(&mut self, srgb: [u8; 3]) -> (usize, Look) {
        let coarse = srgb.map(|value| value >> (8 - BITS));
        let shade = coarse
            .iter()
            .fold(0, |shade, value| shade << BITS | usize::from(*value));
        let known = self.known.get(shade).copied().flatten();
        let look = known.unwrap_or_else(|| self.work_out(coarse));
        if let Some(known) = self.known.get_mut(shade) {
            *known = Some(look);
        }
        (shade, look)
    }

    fn work_out(&self, coarse: [u8; 3]) -> Look {
        // The high bits again below, so that the lightest is white and the darkest black.
        let seen = oklab(coarse.map(|value| value << (8 - BITS) | value >> (2 * BITS - 8)));
        let distances = self.examples.iter().map(|example| distance(seen, *example));
        let nearest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        Look {
            colour: nearest.map_or(0, |(index, _)| index),
            lightness: seen.l.into_stimulus(),
        }
    }
}

fn oklab([red, green, blue]: [u8; 3]) -> Oklab {
    Oklab::from_color(Srgb::new(red, green, blue).into_linear::<f32>())
}

/// People name by hue rather than by lightness, so hue and strength count more than in Oklab.
fn distance(a: Oklab, b: Oklab) -> f32 {
    let stretched = |colour: Oklab| Oklab::new(colour.l, colour.a * 2.0, colour.b * 2.0);
    stretched(a).distance_squared(stretched(b))
}

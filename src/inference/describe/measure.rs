//! Measuring a picture: samples on a grid, so that a large picture takes no longer than a small
//! one.

use super::colour::{COLOURS, COUNT, Colour, Eye, SHADES};
use super::place::Spread;
use crate::domain::image::Pixels;

/// What was measured. Shares are 0 to 1.
#[derive(Debug)]
pub(super) struct Measures {
    /// Colours by name, the most frequent first, and where they lie.
    pub(super) colours: Vec<(Colour, Spread)>,
    /// Share of the picture that is transparent.
    pub(super) clear: f64,
    /// Share of what is visible that is neither black nor white nor grey.
    pub(super) coloured: f64,
    /// How many shades make up 95 of a hundred samples; transparent is one of them.
    pub(super) shades: usize,
    /// Share of the commonest shade.
    pub(super) ground: f64,
    /// How light the picture is.
    pub(super) light: Light,
    /// How neighbouring pixels differ.
    pub(super) grain: Grain,
}

impl Measures {
    /// True where nothing is coloured but a stray pixel.
    pub(super) fn is_grey(&self) -> bool {
        self.coloured < 0.01
    }
}

/// Oklab's lightness, 0 (black) to 1 (white).
#[derive(Debug)]
pub(super) struct Light {
    /// One in twenty samples is darker.
    pub(super) low: f64,
    /// Half of the samples are darker.
    pub(super) median: f64,
    /// One in twenty samples is lighter.
    pub(super) high: f64,
}

/// How neighbouring pixels differ.
#[derive(Debug)]
pub(super) struct Grain {
    /// Share of neighbours that are equal, or nearly.
    pub(super) flat: f64,
    /// Share of neighbours that differ much.
    pub(super) hard: f64,
    /// The difference of neighbours against that of pixels far apart: 1 where all is chance.
    pub(super) rough: f64,
    /// How much of an edge is a single step, 0.14 (an even ramp) to 1; `None` without edges.
    pub(super) crisp: Option<f64>,
    /// How many times rows with hard edges begin after rows without.
    pub(super) bands: u32,
    /// Share of rows with hard edges.
    pub(super) busy: f64,
}

/// Samples along the longer side.
const GRID: u32 = 300;

/// Measures `pixels`.
pub(super) fn measure(pixels: &Pixels) -> Measures {
    let size = pixels.size();
    let columns = Grid::over(size.width);
    let rows = Grid::over(size.height);
    let mut eye = Eye::new();
    let mut tally = Tally::new();
    let mut edges = Edges::new(size.width.max(size.height));
    for (y, down) in rows.points() {
        for (x, across) in columns.points() {
            let pixel = pixels.at(x, y);
            edges.look(pixels, x, y);
            match visible(pixel) {
                Some(srgb) => tally.add(&mut eye, srgb, across, down),
                None => tally.clear += 1,
            }
        }
        edges.end_row();
    }
    tally.into_measures(edges.into_grain())
}

/// Evenly spaced pixels along one side, each in the middle of its share.
#[derive(Clone, Copy)]
struct Grid {
    length: u32,
    count: u32,
}

impl Grid {
    fn over(length: u32) -> Self {
        let count = length.min(GRID);
        Self { length, count }
    }

    /// Pixels with their place, 0 to 1.
    fn points(self) -> impl Iterator<Item = (u32, f64)> {
        (0..self.count).map(move |index| {
            let middle = (u64::from(index) * 2 + 1) * u64::from(self.length);
            let pixel = middle / (u64::from(self.count) * 2);
            let place = (f64::from(index) + 0.5) / f64::from(self.count);
            (u32::try_from(pixel).unwrap_or(u32::MAX), place)
        })
    }
}

/// What is less than half opaque shows nothing of its own.
fn visible([red, green, blue, opacity]: [u8; 4]) -> Option<[u8; 3]> {
    (opacity >= 128).then_some([red, green, blue])
}

/// Counts what single samples show.
struct Tally {
    spreads: [Spread; COUNT],
    shades: Vec<u32>,
    lightness: [u32; 256],
    coloured: u32,
    seen: u32,
    clear: u32,
}

/// Channels further apart than this are seen as a colour.
const TINT: u8 = 14;

impl Tally {
    fn new() -> Self {
        Self {
            spreads: [Spread::default(); COUNT],
            shades: vec![0; SHADES],
            lightness: [0; 256],
            coloured: 0,
            seen: 0,
            clear: 0,
        }
    }

    fn add(&mut self, eye: &mut Eye, srgb: [u8; 3], across: f64, down: f64) {
        let (shade, look) = eye.look(srgb);
        if let Some(spread) = self.spreads.get_mut(look.colour) {
            spread.add(across, down);
        }
        if let Some(count) = self.shades.get_mut(shade) {
            *count += 1;
        }
        if let Some(count) = self.lightness.get_mut(usize::from(look.lightness)) {
            *count += 1;
        }
        let [red, green, blue] = srgb;
        let tint = red.max(green).max(blue) - red.min(green).min(blue);
        self.coloured += u32::from(tint > TINT);
        self.seen += 1;
    }

    fn into_measures(mut self, grain: Grain) -> Measures {
        let all = self.seen + self.clear;
        self.shades.push(self.clear);
        self.shades.retain(|count| *count > 0);
        self.shades.sort_unstable_by(|a, b| b.cmp(a));
        let nearly_all = all - all / 20;
        let mut left = nearly_all;
        let shades = self.shades.iter().take_while(|count| {
            let more = left > 0;
            left = left.saturating_sub(**count);
            more
        });
        Measures {
            shades: shades.count(),
            ground: share(self.shades.first().copied().unwrap_or(0), all),
            clear: share(self.clear, all),
            coloured: share(self.coloured, self.seen),
            light: Light {
                low: self.percentile(5),
                median: self.percentile(50),
                high: self.percentile(95),
            },
            colours: self.colours(),
            grain,
        }
    }

    /// Examples of the same name together, the most frequent first.
    fn colours(&self) -> Vec<(Colour, Spread)> {
        let mut colours: Vec<(Colour, Spread)> = Vec::new();
        for (colour, spread) in COLOURS.iter().zip(&self.spreads) {
            match colours
                .iter_mut()
                .find(|(known, _)| known.name == colour.name)
            {
                Some((_, known)) => known.join(spread),
                None => colours.push((*colour, *spread)),
            }
        }
        colours.retain(|(_, spread)| spread.count > 0);
        colours.sort_by_key(|(_, spread)| std::cmp::Reverse(spread.count));
        colours
    }

    fn percentile(&self, percent: u64) -> f64 {
        let wanted = u64::from(self.seen) * percent;
        let mut below = 0;
        let level = self.lightness.iter().position(|count| {
            below += u64::from(*count) * 100;
            below >= wanted && below > 0
        });
        share(u32::try_from(level.unwrap_or(0)).unwrap_or(0), 255)
    }
}

/// Counts how neighbours differ.
struct Edges {
    /// Pixels from one neighbour to the next: a large picture is judged as it looks on a screen.
    stride: u32,
    pairs: u32,
    flat: u32,
    hard: u32,
    /// Sums of differences to the next pixel and to one far away.
    near: f64,
    far: f64,
    steps: f64,
    runs: u32,
    row: Row,
    rows: u32,
    busy: u32,
    bands: u32,
}

#[derive(Default)]
struct Row {
    pairs: u32,
    hard: u32,
    was_busy: bool,
}

/// Neighbours that differ no more are equal to the eye, and in a JPEG of a flat ground.
const EQUAL: u8 = 2;
/// Neighbours that differ more make an edge.
const EDGE: u8 = 56;
/// How far away pixels have nothing to do with each other.
const FAR: u32 = 37;
/// Pixels in which an edge is looked for.
const RUN: u32 = 8;
/// Of this many pairs in a row one must be an edge for the row to count as busy.
const BUSY: u32 = 40;

impl Edges {
    fn new(longest_side: u32) -> Self {
        Self {
            stride: (longest_side / 1024).max(1),
            pairs: 0,
            flat: 0,
            hard: 0,
            near: 0.0,
            far: 0.0,
            steps: 0.0,
            runs: 0,
            row: Row::default(),
            rows: 0,
            busy: 0,
            bands: 0,
        }
    }

    fn look(&mut self, pixels: &Pixels, x: u32, y: u32) {
        let size = pixels.size();
        let here = pixels.at(x, y);
        if x + self.stride < size.width {
            let difference = difference(here, pixels.at(x + self.stride, y));
            self.pair(difference);
            self.row.pairs += 1;
            self.row.hard += u32::from(difference >= EDGE);
            let far = pixels.at((x + FAR) % size.width, (y + FAR) % size.height);
            self.near += f64::from(difference);
            self.far += f64::from(self::difference(here, far));
        }
        if y + self.stride < size.height {
            self.pair(difference(here, pixels.at(x, y + self.stride)));
        }
        self.run(pixels, x, y);
    }

    fn pair(&mut self, difference: u8) {
        self.pairs += 1;
        self.flat += u32::from(difference <= EQUAL);
        self.hard += u32::from(difference >= EDGE);
    }

    /// Looks for an edge to the right of a pixel, and how much of it is its largest step.
    fn run(&mut self, pixels: &Pixels, x: u32, y: u32) {
        if x + RUN * self.stride > pixels.size().width {
            return;
        }
        let mut before = None;
        let (mut lowest, mut highest, mut step) = (u8::MAX, 0, 0);
        for index in 0..RUN {
            let [red, green, blue, _] = pixels.at(x + index * self.stride, y);
            let grey = brightness([red, green, blue]);
            lowest = lowest.min(grey);
            highest = highest.max(grey);
            step = step.max(before.map_or(0, |before: u8| before.abs_diff(grey)));
            before = Some(grey);
        }
        let rise = highest.saturating_sub(lowest);
        if rise >= EDGE {
            self.steps += f64::from(step) / f64::from(rise);
            self.runs += 1;
        }
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        let busy = row.pairs > 0 && row.hard * BUSY >= row.pairs;
        self.rows += 1;
        self.busy += u32::from(busy);
        self.bands += u32::from(busy && !row.was_busy);
        self.row.was_busy = busy;
    }

    fn into_grain(self) -> Grain {
        Grain {
            flat: share(self.flat, self.pairs),
            hard: share(self.hard, self.pairs),
            rough: self.near / self.far.max(1.0),
            crisp: (self.runs * 500 >= self.pairs && self.runs > 0)
                .then(|| self.steps / f64::from(self.runs)),
            bands: self.bands,
            busy: share(self.busy, self.rows),
        }
    }
}

/// The largest difference of a channel.
fn difference(one: [u8; 4], other: [u8; 4]) -> u8 {
    let channels = one.into_iter().zip(other);
    channels.map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}

/// Roughly how bright it looks.
fn brightness([red, green, blue]: [u8; 3]) -> u8 {
    let sum = u16::from(red) * 3 + u16::from(green) * 4 + u16::from(blue);
    (sum / 8).to_le_bytes()[0]
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}

//! Pictures as half blocks: two pixels a cell, plain cells like all text, so ratatui sends only
//! what changed and every terminal shows them.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::Color;

use super::super::theme::Depth;
use super::ImageSlot;
use crate::domain::image::Pixels;

/// A colour that is off by so much more than the nearest is taken where it saves bytes, as a square
/// of steps of 255: over a whole photo that is lost among what 256 colours cannot show anyhow.
const UNSEEN: u32 = 600;

/// Paints `pixels` into the middle of a slot, around what stands over it. Nothing is painted where
/// there are no colours: a field of blocks would show nothing.
pub fn paint(pixels: &Pixels, slot: &ImageSlot, buffer: &mut Buffer, depth: Depth) {
    let area = slot.area;
    if depth == Depth::Mono {
        return;
    }
    let (width, height) = (pixels.size().width, pixels.size().height);
    let rows = height.div_ceil(2);
    let left = u32::from(area.width).saturating_sub(width) / 2;
    let top = u32::from(area.height).saturating_sub(rows) / 2;
    let mut last = None;
    for row in 0..rows.min(area.height.into()) {
        for column in 0..width.min(area.width.into()) {
            let upper = Half::new(pixels.at(column, row * 2), depth);
            let lower = Half::new(pixels.at(column, row * 2 + 1), depth);
            let x = u32::from(area.x) + left + column;
            let y = u32::from(area.y) + top + row;
            let (Ok(x), Ok(y)) = (u16::try_from(x), u16::try_from(y)) else {
                continue;
            };
            let position = Position { x, y };
            if slot.covered.iter().any(|over| over.contains(position)) {
                continue;
            }
            let Some(cell) = buffer.cell_mut(position) else {
                continue;
            };
            last = match (upper, lower) {
                (Some(upper), Some(lower)) => {
                    let (symbol, colours) = both(upper, lower, last);
                    cell.set_symbol(symbol).set_fg(colours.0).set_bg(colours.1);
                    Some(colours)
                }
                (Some(upper), None) => {
                    cell.set_symbol("▀").set_fg(upper.nearest);
                    None
                }
                (None, Some(lower)) => {
                    cell.set_symbol("▄").set_fg(lower.nearest);
                    None
                }
                (None, None) => None,
            };
        }
    }
}

/// What shows two halves, and in which colours as foreground and background: in those of the `last`
/// cell where that can be, since colours are most of what a cell costs on the line.
fn both(upper: Half, lower: Half, last: Option<Colours>) -> (&'static str, Colours) {
    if let Some(last @ (front, back)) = last {
        let shapes = [
            ("▀", front, back),
            ("▄", back, front),
            (" ", back, back),
            ("█", front, front),
        ];
        let loss = |(_, above, below): &(_, _, _)| upper.loss(*above).max(lower.loss(*below));
        let best = shapes.into_iter().min_by_key(loss);
        if let Some(best) = best.filter(|best| loss(best) <= UNSEEN) {
            return (best.0, last);
        }
    }
    ("▀", (upper.nearest, lower.nearest))
}

/// A half of a cell: the pixel, and the nearest colour that the terminal shows.
#[derive(Clone, Copy)]
struct Half {
    pixel: [u8; 3],
    nearest: Color,
}

impl Half {
    /// `None` where the picture is clear.
    fn new(pixel: [u8; 4], depth: Depth) -> Option<Self> {
        let nearest = colour(pixel, depth)?;
        let [red, green, blue, _] = pixel;
        let pixel = [red, green, blue];
        Some(Self { pixel, nearest })
    }

    /// By how much another colour shows it worse than the nearest. Only among 256 is there another
    /// that is worth a thought.
    fn loss(self, other: Color) -> u32 {
        match (other, self.nearest) {
            (other, nearest) if other == nearest => 0,
            (Color::Indexed(other), Color::Indexed(nearest)) => {
                let far = |index| distance(self.pixel, fixed(index));
                far(other).saturating_sub(far(nearest))
            }
            _ => u32::MAX,
        }
    }
}

/// Foreground and background.
type Colours = (Color, Color);

/// The nearest colour that the terminal shows; `None` where the picture is clear.
fn colour([red, green, blue, opacity]: [u8; 4], depth: Depth) -> Option<Color> {
    if opacity < 128 {
        return None;
    }
    Some(match depth {
        Depth::Mono => return None,
        Depth::True => Color::Rgb(red, green, blue),
        Depth::Indexed => Color::Indexed(indexed([red, green, blue])),
        Depth::Basic => basic([red, green, blue]),
    })
}

/// The nearest of xterm's 240 fixed colours: a cube of 6×6×6 and 24 greys.
fn indexed(rgb: [u8; 3]) -> u8 {
    let cube = rgb.map(|value| match value {
        0..48 => 0,
        48..115 => 1,
        _ => (value - 35) / 40,
    });
    let cube_rgb = cube.map(|step| if step == 0 { 0 } else { step * 40 + 55 });
    let mean = rgb.iter().map(|value| u32::from(*value)).sum::<u32>() / 3;
    let grey = u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
    if distance(rgb, [grey * 10 + 8; 3]) < distance(rgb, cube_rgb) {
        232 + grey
    } else {
        16 + cube[0] * 36 + cube[1] * 6 + cube[2]
    }
}

/// What xterm shows for one of the 240.
fn fixed(index: u8) -> [u8; 3] {
    if index >= 232 {
        return [(index - 232) * 10 + 8; 3];
    }
    let cube = index.saturating_sub(16);
    let steps = [cube / 36, cube / 6 % 6, cube % 6];
    steps.map(|step| if step == 0 { 0 } else { step * 40 + 55 })
}

/// The nearest of the sixteen, as xterm shows them.
fn basic(rgb: [u8; 3]) -> Color {
    const SIXTEEN: [(Color, [u8; 3]); 16] = [
        (Color::Black, [0, 0, 0]),
        (Color::Red, [205, 0, 0]),
        (Color::Green, [0, 205, 0]),
        (Color::Yellow, [205, 205, 0]),
        (Color::Blue, [0, 0, 238]),
        (Color::Magenta, [205, 0, 205]),
        (Color::Cyan, [0, 205, 205]),
        (Color::Gray, [229, 229, 229]),
        (Color::DarkGray, [127, 127, 127]),
        (Color::LightRed, [255, 0, 0]),
        (Color::LightGreen, [0, 255, 0]),
        (Color::LightYellow, [255, 255, 0]),
        (Color::LightBlue, [92, 92, 255]),
        (Color::LightMagenta, [255, 0, 255]),
        (Color::LightCyan, [0, 255, 255]),
        (Color::White, [255, 255, 255]),
    ];
    SIXTEEN
        .iter()
        .min_by_key(|(_, known)| distance(rgb, *known))
        .map_or(Color::Reset, |(colour, _)| *colour)
}

fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    one.iter()
        .zip(other)
        .map(|(a, b)| u32::from(a.abs_diff(b)).pow(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;
    use crate::domain::image::{ImageRef, Size};

    fn painted(width: u32, height: u32, rgba: &[[u8; 4]], depth: Depth) -> Buffer {
        let pixels = Pixels::new(Size { width, height }, rgba.concat()).unwrap();
        let area = Rect::new(0, 0, 3, 2);
        let mut buffer = Buffer::empty(area);
        paint(&pixels, &slot(area, Vec::new()), &mut buffer, depth);
        buffer
    }

    /// Two rows of pixels in one row of cells.
    fn row(pixels: &[[u8; 4]; 4]) -> Buffer {
        let size = Size {
            width: 2,
            height: 2,
        };
        let pixels = Pixels::new(size, pixels.concat()).unwrap();
        let area = Rect::new(0, 0, 2, 1);
        let mut buffer = Buffer::empty(area);
        paint(&pixels, &slot(area, Vec::new()), &mut buffer, Depth::True);
        buffer
    }

    fn slot(area: Rect, covered: Vec<Rect>) -> ImageSlot {
        let image = ImageRef::new("/cat.jpg");
        ImageSlot {
            area,
            image,
            covered,
        }
    }

    #[test]
    fn what_stands_over_a_picture_stays() {
        let pixels = Pixels::new(
            Size {
                width: 3,
                height: 4,
            },
            [RED; 12].concat(),
        )
        .unwrap();
        let area = Rect::new(0, 0, 3, 2);
        let mut buffer = Buffer::empty(area);
        let over = Rect::new(1, 0, 1, 1);
        paint(&pixels, &slot(area, vec![over]), &mut buffer, Depth::True);
        assert_eq!(buffer[(0, 0)].symbol(), "▀");
        assert_eq!(buffer[(1, 0)].symbol(), " ");
    }

    const RED: [u8; 4] = [255, 0, 0, 255];
    const BLUE: [u8; 4] = [0, 0, 255, 255];
    const WHITE: [u8; 4] = [255, 255, 255, 255];
    const CLEAR: [u8; 4] = [0, 0, 0, 0];

    #[test]
    fn a_cell_shows_two_pixels() {
        let buffer = painted(1, 2, &[RED, BLUE], Depth::True);
        let cell = &buffer[(1, 0)];
        assert_eq!(
            (cell.symbol(), cell.fg, cell.bg),
            ("▀", Color::Rgb(255, 0, 0), Color::Rgb(0, 0, 255))
        );
        assert_eq!(
            buffer[(0, 0)].symbol(),
            " ",
            "the picture stands in the middle"
        );
    }

    #[test]
    fn a_cell_takes_the_colours_of_the_one_before_it_where_it_can() {
        let (red, blue) = (Color::Rgb(255, 0, 0), Color::Rgb(0, 0, 255));
        let before = (red, blue);
        for ([upper, lower], symbol, colours) in [
            ([RED, BLUE], "▀", before),
            ([BLUE, RED], "▄", before),
            ([RED, RED], "█", before),
            ([BLUE, BLUE], " ", before),
            ([BLUE, WHITE], "▀", (blue, Color::Rgb(255, 255, 255))),
        ] {
            let cell = &row(&[RED, upper, BLUE, lower])[(1, 0)];
            assert_eq!((cell.symbol(), (cell.fg, cell.bg)), (symbol, colours));
        }
    }

    #[test]
    fn of_256_colours_a_cell_takes_those_before_it_only_where_nobody_sees_the_difference() {
        let size = Size {
            width: 3,
            height: 2,
        };
        let row = [100, 106, 140].map(|grey| [grey, grey, grey, 255]).concat();
        let pixels = Pixels::new(size, row.repeat(2)).unwrap();
        let area = Rect::new(0, 0, 3, 1);
        let mut buffer = Buffer::empty(area);
        paint(
            &pixels,
            &slot(area, Vec::new()),
            &mut buffer,
            Depth::Indexed,
        );
        assert_ne!(indexed([100; 3]), indexed([106; 3]));
        let colours = [0, 1, 2].map(|x| buffer[(x, 0)].fg);
        assert_eq!(colours[0], colours[1]);
        assert_eq!(colours[2], Color::Indexed(indexed([140; 3])));
    }

    #[test]
    fn clear_pixels_let_the_terminal_through() {
        let buffer = painted(1, 4, &[RED, CLEAR, CLEAR, BLUE], Depth::True);
        assert_eq!(
            (buffer[(1, 0)].symbol(), buffer[(1, 0)].bg),
            ("▀", Color::Reset)
        );
        assert_eq!(
            (buffer[(1, 1)].symbol(), buffer[(1, 1)].bg),
            ("▄", Color::Reset)
        );
    }

    #[test]
    fn nothing_is_painted_without_colours() {
        assert_eq!(
            painted(1, 2, &[RED, BLUE], Depth::Mono),
            Buffer::empty(Rect::new(0, 0, 3, 2))
        );
    }

    #[test]
    fn colours_become_the_nearest_there_is() {
        assert_eq!(indexed([255, 0, 0]), 196);
        assert_eq!(indexed([0, 0, 0]), 16);
        assert_eq!(indexed([255, 255, 255]), 231);
        assert_eq!(indexed([118, 118, 118]), 243);
        assert_eq!(indexed([95, 135, 175]), 67);
        assert_eq!(basic([250, 10, 10]), Color::LightRed);
        assert_eq!(basic([2, 2, 2]), Color::Black);
    }

    #[test]
    fn every_grey_is_near_what_is_shown_for_it() {
        for value in 0..=255_u8 {
            let [shown, ..] = fixed(indexed([value; 3]));
            assert!(shown.abs_diff(value) <= 10, "{value} is shown as {shown}");
        }
    }
}

//! The few colours that serve a picture best.
//!
//! Left alone, viuer's sixel (`icy_sixel` 0.1) takes 256 colours, chooses them badly, since its
//! median cut does not sort, and needs seconds for a large photo. A picture that has few colours
//! it takes as it is, and is done ten times as soon.

use std::borrow::Cow;

use image::{Rgba, RgbaImage};

/// A photo looks well in so many, and viuer's time grows faster than their number.
const MOST: usize = 64;

/// viuer looks at the upper five bits of each value and takes the others for 0.
const STEP: u8 = 8;
const SHADES: usize = 1 << 15;

/// What the eye makes of a difference in red, green and blue.
const WEIGHTS: [u64; 3] = [2, 4, 1];

type Rgb = [u8; 3];

/// Brings an opaque picture to few colours, as viuer tells them apart. Half of what that makes wrong
/// is left to the neighbours to make good (Sierra's "filter lite"): without it skies have edges, and
/// with all of it the grain shows and costs bytes.
pub(super) fn reduce(picture: &mut RgbaImage) -> Palette {
    let palette = Palette::of(picture);
    let mut known = vec![None; SHADES];
    let places = picture.width() as usize + 1;
    let mut above = vec![[0; 3]; places];
    for row in picture.rows_mut() {
        let mut below = vec![[0; 3]; places];
        let mut left = [0; 3];
        for (x, (pixel, above)) in row.zip(above.into_iter().skip(1)).enumerate() {
            let Rgba([red, green, blue, _]) = *pixel;
            let left_over = both(left, above, |left, above| left + above);
            let wanted = both([red, green, blue], left_over, |value, left_over| {
                u8::try_from((i32::from(value) + left_over).max(0)).unwrap_or(u8::MAX)
            });
            let shown = match known.get_mut(number(wanted)) {
                Some(known) => *known.get_or_insert_with(|| palette.nearest(wanted)),
                None => palette.nearest(wanted),
            };
            let wrong = both(wanted, shown, |one, other| {
                i32::from(one) - i32::from(other)
            });
            left = wrong.map(|value| value / 4);
            for below in below.iter_mut().skip(x).take(2) {
                *below = both(*below, wrong, |sum, value| sum + value / 8);
            }
            let [red, green, blue] = stand_in(shown);
            *pixel = Rgba([red, green, blue, u8::MAX]);
        }
        above = below;
    }
    palette
}

/// What a picture was reduced to.
pub(super) struct Palette(Vec<Rgb>);

impl Palette {
    fn of(picture: &RgbaImage) -> Self {
        let mut groups = vec![Group::new(shades(picture))];
        while groups.len() < MOST {
            let (mut worst, mut at) = (0, None);
            for (place, group) in groups.iter().enumerate() {
                if group.spread > worst {
                    (worst, at) = (group.spread, Some(place));
                }
            }
            let Some(at) = at else { break };
            let halves = groups.swap_remove(at).split();
            groups.extend(halves);
        }
        Self(groups.into_iter().map(|group| group.mean).collect())
    }

    fn nearest(&self, wanted: Rgb) -> Rgb {
        let far = |colour: &&Rgb| -> u64 {
            let channels = colour.iter().zip(wanted).zip(WEIGHTS);
            let off = channels
                .map(|((one, other), weight)| u64::from(one.abs_diff(other)).pow(2) * weight);
            off.sum()
        };
        self.0.iter().min_by_key(far).copied().unwrap_or(wanted)
    }

    /// Puts the colours themselves into a sequence that defines their stand-ins.
    pub(super) fn put_back(&self, sequence: &str) -> String {
        let parts = sequence.split('#').map(|part| match self.defined(part) {
            Some(definition) => Cow::Owned(definition),
            None => Cow::Borrowed(part),
        });
        parts.collect::<Vec<_>>().join("#")
    }

    /// The definition of a colour in place of that of its stand-in: a number, a 2 for RGB, and three
    /// values in percent.
    fn defined(&self, definition: &str) -> Option<String> {
        let (number, values) = definition.split_once(";2;")?;
        let values: Result<Vec<u32>, _> = values.split(';').map(str::parse).collect();
        let values = values.ok()?;
        let is_meant = |colour: &&Rgb| stand_in(**colour).map(percent)[..] == values;
        let [red, green, blue] = self.0.iter().find(is_meant)?.map(percent);
        Some(format!("{number};2;{red};{green};{blue}"))
    }
}

/// What viuer knows of a colour.
fn stand_in(colour: Rgb) -> Rgb {
    colour.map(|value| value / STEP * STEP)
}

fn percent(value: u8) -> u32 {
    (u32::from(value) * 100 + 127) / 255
}

/// The pixels of a picture that look alike.
#[derive(Clone, Default)]
struct Shade {
    mean: Rgb,
    count: u64,
}

/// What there is in a picture, pixels that share their upper five bits taken together.
fn shades(picture: &RgbaImage) -> Vec<Shade> {
    let mut all = vec![(0_u64, [0_u64; 3]); SHADES];
    for Rgba([red, green, blue, _]) in picture.pixels() {
        let colour = [*red, *green, *blue];
        if let Some((count, sums)) = all.get_mut(number(colour)) {
            *count += 1;
            *sums = both(*sums, colour, |sum, value| sum + u64::from(value));
        }
    }
    let used = all.into_iter().filter(|(count, _)| *count > 0);
    used.map(|(count, sums)| Shade {
        mean: sums.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX)),
        count,
    })
    .collect()
}

/// Shades that are shown as one colour.
struct Group {
    shades: Vec<Shade>,
    mean: Rgb,
    /// How far the shades are off, together, in the channel in which that is most.
    spread: u64,
    channel: usize,
}

impl Group {
    fn new(shades: Vec<Shade>) -> Self {
        let count = shades.iter().map(|shade| shade.count).sum::<u64>().max(1);
        let (mut mean, mut spread, mut channel) = ([0; 3], 0, 0);
        for (place, (mean, weight)) in mean.iter_mut().zip(WEIGHTS).enumerate() {
            let value = |shade: &Shade| u64::from(shade.mean[place]);
            let sum: u64 = shades.iter().map(|shade| value(shade) * shade.count).sum();
            let middle = sum / count;
            let off = |shade: &Shade| value(shade).abs_diff(middle).pow(2) * shade.count;
            let off = shades.iter().map(off).sum::<u64>() * weight;
            *mean = u8::try_from(middle).unwrap_or(u8::MAX);
            if off > spread {
                (spread, channel) = (off, place);
            }
        }
        Self {
            shades,
            mean,
            spread,
            channel,
        }
    }

    /// Two that are less far off. With any spread some shade lies above the mean, and some not.
    fn split(self) -> [Self; 2] {
        let is_above = |shade: &Shade| shade.mean[self.channel] > self.mean[self.channel];
        let (above, below) = self.shades.into_iter().partition(is_above);
        [Self::new(above), Self::new(below)]
    }
}

/// What the upper five bits of a colour make, as a number.
fn number(colour: Rgb) -> usize {
    let steps = colour.into_iter().map(|value| usize::from(value / STEP));
    steps.fold(0, |number, step| number * 32 + step)
}

fn both<A: Copy, B: Copy, C>(one: [A; 3], other: [B; 3], work: impl Fn(A, B) -> C) -> [C; 3] {
    std::array::from_fn(|channel| work(one[channel], other[channel]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn reduced(mut picture: RgbaImage) -> RgbaImage {
        reduce(&mut picture);
        picture
    }

    fn colours_of(picture: &RgbaImage) -> BTreeSet<[u8; 4]> {
        picture.pixels().map(|pixel| pixel.0).collect()
    }

    /// Every pixel of another colour, or nearly.
    fn colourful(x: u32, y: u32) -> Rgba<u8> {
        let part = |value: u32| u8::try_from(value % 256).unwrap();
        Rgba([part(x * 2), part(y * 3), part(x * y / 9), 255])
    }

    #[test]
    fn what_is_left_are_few_colours_that_viuer_knows() {
        let picture = reduced(RgbaImage::from_fn(120, 80, colourful));
        let colours = colours_of(&picture);
        assert!((32..=64).contains(&colours.len()), "{}", colours.len());
        for [red, green, blue, opacity] in colours {
            assert_eq!([red % 8, green % 8, blue % 8, opacity], [0, 0, 0, 255]);
        }
    }

    #[test]
    fn a_picture_of_few_colours_keeps_each_of_them_wherever_it_stands() {
        let few = [[0, 0, 0], [255, 255, 255], [203, 17, 40], [8, 80, 163]];
        let picture = |few: [Rgb; 4]| {
            RgbaImage::from_fn(40, 30, |x, y| {
                let [red, green, blue] = few[((x / 3 + y) % 4) as usize];
                Rgba([red, green, blue, 255])
            })
        };
        let mut shown = picture(few);
        let mut palette = reduce(&mut shown).0;
        assert!(shown == picture(few.map(stand_in)));
        palette.sort_unstable();
        assert_eq!(palette, [few[0], few[3], few[2], few[1]]);
    }

    #[test]
    fn definitions_get_the_colours_that_were_meant_and_nothing_else_changes() {
        let palette = Palette(vec![[255, 255, 255], [3, 130, 7]]);
        let sequence = "\x1bPq\"1;1;6;12#0;2;97;97;97#1;2;0;50;0#2;2;9;9;9#1!6~$#0!6@-\x1b\\";
        let put_back = palette.put_back(sequence);
        assert_eq!(
            put_back,
            "\x1bPq\"1;1;6;12#0;2;100;100;100#1;2;1;51;3#2;2;9;9;9#1!6~$#0!6@-\x1b\\"
        );
    }

    #[test]
    fn few_pixels_of_a_colour_of_their_own_keep_it() {
        let picture = RgbaImage::from_fn(200, 100, |x, y| {
            let grey = u8::try_from(x).unwrap();
            let is_spot = (90..96).contains(&x) && (50..56).contains(&y);
            Rgba(if is_spot {
                [240, 16, 16, 255]
            } else {
                [grey, grey, grey, 255]
            })
        });
        assert_eq!(reduced(picture).get_pixel(94, 54).0, [240, 16, 16, 255]);
    }

    #[test]
    fn on_the_whole_a_part_is_as_bright_as_it_was() {
        let picture = RgbaImage::from_fn(120, 80, colourful);
        let mut shown = picture.clone();
        let palette = reduce(&mut shown).0;
        for pixel in shown.pixels_mut() {
            let is_meant = |colour: &&Rgb| stand_in(**colour) == pixel.0[..3];
            let [red, green, blue] = *palette.iter().find(is_meant).unwrap();
            pixel.0 = [red, green, blue, 255];
        }
        let part = |picture: &RgbaImage| -> u64 {
            let part = image::imageops::crop_imm(picture, 40, 20, 20, 20).to_image();
            part.into_raw().into_iter().map(u64::from).sum()
        };
        let off = part(&picture).abs_diff(part(&shown));
        assert!(off < 20 * 20 * 3, "less than 1 a value: {off}");
    }

    #[test]
    fn the_smallest_pictures_have_colours_too() {
        for (width, height) in [(0, 0), (1, 1), (1, 7), (7, 1)] {
            let white = RgbaImage::from_pixel(width, height, Rgba([255; 4]));
            let shown = reduced(white);
            assert!(shown.pixels().all(|pixel| pixel.0 == [248, 248, 248, 255]));
        }
    }
}

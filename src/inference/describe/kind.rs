//! What a picture measures like. A likeness only: nothing here knows what is shown.

use super::measure::Measures;
use crate::domain::image::Size;

/// What a picture measures like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing in it can be seen.
    Clear,
    /// One colour.
    Plain,
    /// Too small to tell.
    Tiny,
    /// Every pixel by chance.
    Noise,
    /// A plain ground with marks in rows.
    Rows,
    /// A plain ground with thin lines.
    Lines,
    /// Few flat colours with hard edges.
    Flat,
    /// Colours that flow into each other.
    Smooth,
    /// Many shades and fine grain.
    Photo,
    /// None of these for sure.
    Unknown,
}

/// So many shades are few, as an artist or a program chooses them.
const FEW: usize = 16;

impl Kind {
    /// The limits were found by trying photographs, screenshots, drawings and logos.
    pub(super) fn of(size: Size, measures: &Measures) -> Self {
        let grain = &measures.grain;
        let few_shades = measures.shades <= FEW;
        // Greys are told apart by 32 steps only.
        let many_shades = measures.shades > if measures.is_grey() { 8 } else { 40 };
        let ink = 1.0 - measures.ground;
        let rows = grain.bands >= 5 && (0.15..0.85).contains(&grain.busy);
        if measures.clear >= 1.0 {
            Self::Clear
        } else if measures.ground >= 0.999 {
            Self::Plain
        } else if size.width.min(size.height) < 16 {
            Self::Tiny
        } else if grain.rough >= 0.8 && grain.flat < 0.3 {
            Self::Noise
        } else if few_shades && rows && grain.flat >= 0.6 && measures.ground >= 0.4 {
            Self::Rows
        } else if few_shades && ink <= 0.3 && grain.flat >= 0.6 && grain.hard >= ink * 0.35 {
            Self::Lines
        } else if few_shades && grain.flat >= 0.85 {
            Self::Flat
        } else if grain.hard < 0.0005 && grain.flat >= 0.9 {
            Self::Smooth
        } else if many_shades && grain.flat < 0.8 {
            Self::Photo
        } else {
            Self::Unknown
        }
    }
}

//! Values with their intervals, drawn as SVG without a script or a style of its own.

use crate::domain::standing::Estimate;

/// What the ends of a drawing stand for.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    least: f64,
    middle: f64,
    most: f64,
}

/// Width of the drawing without its margins, in its own units.
const WIDTH: f64 = 152.0;
/// Room at both ends for what is round.
const MARGIN: f64 = 4.0;

impl Scale {
    /// Shares from none to all.
    pub(super) const SHARES: Self = Self {
        least: 0.0,
        middle: 0.5,
        most: 1.0,
    };

    /// Points around 0, as far as any of these reaches.
    pub(super) fn around(estimates: impl Iterator<Item = Estimate>) -> Self {
        let reach = |it: Estimate| it.low.abs().max(it.high.abs()).max(it.value.abs());
        let furthest = estimates.map(reach).fold(1.0, f64::max);
        Self {
            least: -furthest,
            middle: 0.0,
            most: furthest,
        }
    }

    /// A line for all that may be, a thick one for the interval, a point for the value.
    pub(super) fn draw(self, estimate: Estimate) -> String {
        let [low, value, high] =
            [estimate.low, estimate.value, estimate.high].map(|it| self.at(it));
        let (middle, end) = (self.at(self.middle), WIDTH + MARGIN);
        format!(
            "<svg viewBox=\"0 0 160 16\" aria-hidden=\"true\">\
             <line class=\"axis\" x1=\"{MARGIN}\" x2=\"{end}\" y1=\"8\" y2=\"8\"/>\
             <line class=\"middle\" x1=\"{middle:.1}\" x2=\"{middle:.1}\" y1=\"1\" y2=\"15\"/>\
             <line class=\"range\" x1=\"{low:.1}\" x2=\"{high:.1}\" y1=\"8\" y2=\"8\"/>\
             <circle class=\"value\" cx=\"{value:.1}\" cy=\"8\" r=\"4\"/></svg>"
        )
    }

    fn at(self, value: f64) -> f64 {
        let share = (value - self.least) / (self.most - self.least);
        MARGIN + share.clamp(0.0, 1.0) * WIDTH
    }
}

/// In which fifth of all a share lies, 0 to 4.
pub(super) fn fifth(share: f64) -> u8 {
    let bounds = [0.2, 0.4, 0.6, 0.8];
    bounds
        .iter()
        .fold(0, |fifth, bound| fifth + u8::from(share >= *bound))
}

//! Where in the picture something lies.

/// Points that belong together, by their sums: enough for their centre and how far they spread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spread {
    /// Number of points.
    pub(super) count: u32,
    across: Axis,
    down: Axis,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Axis {
    sum: f64,
    squares: f64,
}

/// How points lie along one side of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    Start,
    Middle,
    End,
    BothEnds,
    AllAlong,
}

impl Spread {
    /// Adds a point; 0 is the left or upper edge of the picture, 1 the right or lower.
    pub(super) fn add(&mut self, across: f64, down: f64) {
        self.count += 1;
        self.across.add(across);
        self.down.add(down);
    }

    /// Takes the points of `other` too.
    pub(super) fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.across.join(other.across);
        self.down.join(other.down);
    }

    /// `in the middle`, `at the top left`, …; `None` where it lies all over.
    pub(super) fn place(&self) -> Option<&'static str> {
        use Lie::{AllAlong, BothEnds, End, Middle, Start};
        let across = self.across.lie(self.count);
        let down = self.down.lie(self.count);
        Some(match (across, down) {
            (AllAlong, AllAlong) => return None,
            (Start, Start) => "at the top left",
            (End, Start) => "at the top right",
            (Start, End) => "at the bottom left",
            (End, End) => "at the bottom right",
            (_, Start) => "at the top",
            (_, End) => "at the bottom",
            (Start, _) => "on the left",
            (End, _) => "on the right",
            (Middle, Middle) => "in the middle",
            (BothEnds, BothEnds) => "around the edges",
            (BothEnds, _) => "on both sides",
            (_, BothEnds) => "at the top and the bottom",
            (Middle, AllAlong) => "down the middle",
            (AllAlong, Middle) => "across the middle",
        })
    }
}

impl Axis {
    fn add(&mut self, at: f64) {
        self.sum += at;
        self.squares += at * at;
    }

    fn join(&mut self, other: Self) {
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// By the mean and the deviation from it; points spread evenly over the whole side deviate by
    /// 0.29, over a third of it by 0.10, over its two outer thirds by 0.35.
    fn lie(self, count: u32) -> Lie {
        let count = f64::from(count.max(1));
        let mean = self.sum / count;
        let deviation = (self.squares / count - mean * mean).max(0.0).sqrt();
        match (mean, deviation) {
            (_, 0.34..) => Lie::BothEnds,
            (..0.33, ..0.24) => Lie::Start,
            (0.67.., ..0.24) => Lie::End,
            (_, ..0.19) => Lie::Middle,
            _ => Lie::AllAlong,
        }
    }
}

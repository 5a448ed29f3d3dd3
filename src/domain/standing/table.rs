//! Standings as a table: one row for each contestant, the same in every report.

use std::time::Duration;

use super::{Compared, Estimate, Service, Standing};
use crate::domain::spending::dollars;
use crate::domain::text::Foreign;

/// Stands where nothing is known.
pub const UNKNOWN: &str = "-";

/// What the columns of [`Row::cells`] are called.
pub const TITLES: [&str; 8] = [
    "won–tied–lost",
    "win rate",
    "strength",
    "median time",
    "1,000 pictures",
    "letters",
    "failed",
    "flagged",
];

/// One contestant.
pub struct Row<'a> {
    /// How it stands.
    pub standing: &'a Standing,
    /// What its captions took.
    pub service: &'a Service,
}

impl Compared {
    /// One row for each contestant, the best first.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let rows = self.standings.standings.iter().zip(&self.service);
        rows.map(|(standing, service)| Row { standing, service })
    }
}

impl Row<'_> {
    /// Who.
    pub fn name(&self) -> Foreign {
        self.standing.contestant.name()
    }

    /// What is known, under [`TITLES`]; [`UNKNOWN`] where nothing is.
    pub fn cells(&self) -> [String; 8] {
        let Standing {
            tally, strength, ..
        } = self.standing;
        let Service {
            failures,
            flagged,
            median,
            thousand_micro_usd,
            unpriced,
            mean_chars,
            ..
        } = self.service;
        let unknown = || UNKNOWN.to_owned();
        let met = tally.pairs() > 0;
        let cost = match (thousand_micro_usd, unpriced) {
            (None, _) => unknown(),
            (Some(cost), 0) => dollars(*cost),
            (Some(cost), _) => format!("{} + {unpriced} unpriced", dollars(*cost)),
        };
        [
            if met {
                format!("{}–{}–{}", tally.wins, tally.ties, tally.losses)
            } else {
                unknown()
            },
            tally.rate().map_or_else(unknown, Estimate::as_share),
            strength.map_or_else(unknown, Estimate::as_points),
            median.map_or_else(unknown, seconds),
            cost,
            mean_chars.map_or_else(unknown, |mean| format!("{mean:.0}")),
            failures.to_string(),
            flagged.to_string(),
        ]
    }
}

impl Estimate {
    /// A share with its interval: `74% (61–85%)`.
    pub fn as_share(self) -> String {
        let [value, low, high] = [self.value, self.low, self.high].map(|share| share * 100.0);
        format!("{value:.0}% ({low:.0}–{high:.0}%)")
    }

    /// Points with their interval: `+120 (+40 to +200)`.
    pub fn as_points(self) -> String {
        let points = |points: f64| {
            let whole = points.round();
            // Nothing is no less than nothing.
            if whole == 0.0 {
                "0".to_owned()
            } else {
                format!("{whole:+.0}")
            }
        };
        let [value, low, high] = [self.value, self.low, self.high].map(points);
        format!("{value} ({low} to {high})")
    }
}

/// `320 ms`, `1.8 s`, `125 s`.
pub fn seconds(time: Duration) -> String {
    match time.as_millis() {
        0..1_000 => format!("{} ms", time.as_millis()),
        1_000..100_000 => format!("{:.1} s", time.as_secs_f64()),
        _ => format!("{:.0} s", time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_told_with_their_intervals() {
        let estimate = |value, low, high| Estimate { value, low, high };
        assert_eq!(estimate(0.743, 0.61, 0.85).as_share(), "74% (61–85%)");
        assert_eq!(estimate(120.4, -0.2, 200.0).as_points(), "+120 (0 to +200)");
        assert_eq!(estimate(-7.0, -31.6, 0.6).as_points(), "-7 (-32 to +1)");
    }

    #[test]
    fn times_are_told_as_exactly_as_they_matter() {
        let told = |millis| seconds(Duration::from_millis(millis));
        assert_eq!(
            [3, 999, 1_840, 125_400].map(told),
            ["3 ms", "999 ms", "1.8 s", "125 s"]
        );
    }

    #[test]
    fn what_nobody_knows_is_a_dash() {
        let contestant = crate::domain::verdict::Contestant {
            model: "o/a".parse().unwrap(),
            preset: Some("short".to_owned()),
        };
        let compared = Compared {
            standings: super::super::Standings::default().with([&contestant]),
            service: vec![Service::default()],
        };
        let row = compared.rows().next().unwrap();
        assert_eq!(row.name().raw(), "o/a (short)");
        assert_eq!(row.cells(), ["-", "-", "-", "-", "-", "-", "0", "0"]);
    }
}

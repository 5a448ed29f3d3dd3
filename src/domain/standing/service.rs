//! What captions took: time, money, words.

use std::time::Duration;

use super::count;
use crate::domain::run::{Outcome, Run};

/// What the captions of one contestant took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Pictures that it captioned.
    pub captions: usize,
    /// Pictures that it failed on.
    pub failures: usize,
    /// Captions with a doubt about them.
    pub flagged: usize,
    /// Half of its captions took no longer.
    pub median: Option<Duration>,
    /// What a thousand pictures cost in micro-dollars, by those whose cost is known.
    pub thousand_micro_usd: Option<u64>,
    /// Captions whose cost nobody knows.
    pub unpriced: usize,
    /// Length of its captions in characters, on average.
    pub mean_chars: Option<f64>,
}

impl Service {
    /// What these runs took, all of one contestant.
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Self {
        let mut service = Self::default();
        let (mut times, mut costs, mut chars) = (Vec::new(), Vec::new(), Vec::new());
        for run in runs {
            if run.outcome != Outcome::Captioned {
                service.failures += 1;
                continue;
            }
            service.captions += 1;
            service.flagged += usize::from(!run.flags().is_empty());
            times.push(run.timing.elapsed);
            chars.push(run.caption.raw().chars().count() as u64);
            match run.cost_micro_usd {
                Some(cost) => costs.push(cost),
                None => service.unpriced += 1,
            }
        }
        times.sort_unstable();
        service.median = times.get(times.len().saturating_sub(1) / 2).copied();
        service.thousand_micro_usd = (!costs.is_empty())
            .then(|| costs.iter().sum::<u64>().saturating_mul(1_000) / costs.len() as u64);
        service.mean_chars =
            (!chars.is_empty()).then(|| count(chars.iter().sum()) / count(chars.len() as u64));
        service
    }
}

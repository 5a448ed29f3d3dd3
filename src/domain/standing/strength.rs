//! Bradley and Terry's model: one beats another with probability `p / (p + q)`.
//!
//! R. A. Bradley, M. E. Terry: Rank analysis of incomplete block designs, Biometrika 39 (1952).
//! Fitted by the iteration of D. R. Hunter: MM algorithms for generalized Bradley–Terry models,
//! The Annals of Statistics 32 (2004), section 2.

use std::collections::BTreeMap;

use super::{Ballot, Estimate, Pairing, count};
use crate::domain::image::ImageId;

/// Times that pictures are drawn anew for the intervals.
pub const ROUNDS: usize = 1_000;

/// Strengths are points as in chess: so many stand for odds of ten to one.
const POINTS: f64 = 400.0 / std::f64::consts::LN_10;
/// The iteration ends when no strength moves by more than this, as a share of itself.
const CLOSE: f64 = 1e-10;
/// It converges long before, unless somebody almost never lost.
const STEPS: usize = 10_000;

/// How often each of `n` won against each other; a tie is half a win for both.
#[derive(Clone)]
struct Wins {
    n: usize,
    won: Vec<f64>,
}

impl Wins {
    fn new(n: usize) -> Self {
        Self {
            n,
            won: vec![0.0; n * n],
        }
    }

    fn of(&self, one: usize, other: usize) -> f64 {
        self.won.get(one * self.n + other).copied().unwrap_or(0.0)
    }

    fn add(&mut self, one: usize, other: usize, points: f64) {
        if let Some(won) = self.won.get_mut(one * self.n + other) {
            *won += points;
        }
    }

    /// Adds one tie to each pair that met, which ties everybody together who met anybody.
    fn with_a_tie_each(&self) -> Self {
        let mut wins = self.clone();
        for one in 0..self.n {
            for other in 0..self.n {
                if self.of(one, other) + self.of(other, one) > 0.0 {
                    wins.add(one, other, 0.5);
                }
            }
        }
        wins
    }

    /// True where from each a chain of wins leads to each other, which a finite strength for all
    /// takes (L. R. Ford, The American Mathematical Monthly 64, 1957).
    fn ties_all_together(&self) -> bool {
        let mut reaches: Vec<bool> = self.won.iter().map(|won| *won > 0.0).collect();
        let at = |reaches: &[bool], one, other| {
            one == other || reaches.get(one * self.n + other) == Some(&true)
        };
        for by in 0..self.n {
            for one in 0..self.n {
                for other in 0..self.n {
                    let through = at(&reaches, one, by) && at(&reaches, by, other);
                    if let Some(reached) = reaches.get_mut(one * self.n + other) {
                        *reached |= through;
                    }
                }
            }
        }
        reaches.iter().all(|reached| *reached)
    }

    /// The likeliest strengths in points, their mean 0. Needs [`Wins::ties_all_together`].
    fn strengths(&self) -> Vec<f64> {
        let mut odds = vec![1.0; self.n];
        for _ in 0..STEPS {
            let mut next: Vec<f64> = (0..self.n).map(|one| self.next(one, &odds)).collect();
            let logs = next.iter().map(|odds: &f64| odds.ln()).sum::<f64>();
            let mean = (logs / count(self.n as u64)).exp();
            for odds in &mut next {
                *odds /= mean;
            }
            let moved = |(old, new): (&f64, &f64)| (new / old - 1.0).abs() > CLOSE;
            let is_over = !odds.iter().zip(&next).any(moved);
            odds = next;
            if is_over {
                break;
            }
        }
        odds.into_iter().map(|odds| odds.ln() * POINTS).collect()
    }

    fn next(&self, one: usize, odds: &[f64]) -> f64 {
        let of = |who: usize| odds.get(who).copied().unwrap_or(1.0);
        let (mut won, mut met) = (0.0, 0.0);
        for other in (0..self.n).filter(|other| *other != one) {
            let wins = self.of(one, other);
            won += wins;
            met += (wins + self.of(other, one)) / (of(one) + of(other));
        }
        won / met
    }
}

/// Who met whom over one picture, and how often the first of the two won.
type OfPicture = Vec<(usize, usize, f64)>;

/// Strengths of all with their intervals; `None` where the verdicts do not tie all together.
pub(super) fn estimates<'a>(
    ballots: impl Iterator<Item = (ImageId, &'a Ballot)>,
    n: usize,
    seed: u64,
) -> Option<Vec<Estimate>> {
    let mut pictures: BTreeMap<ImageId, OfPicture> = BTreeMap::new();
    for (image, ballot) in ballots {
        let met = ballot.pairs().map(|(one, other, result)| {
            let points = match result {
                Pairing::Won => 1.0,
                Pairing::Tied => 0.5,
                Pairing::Lost => 0.0,
            };
            (one, other, points)
        });
        pictures.entry(image).or_default().extend(met);
    }
    let pictures: Vec<_> = pictures.into_values().collect();
    let wins = sum(n, pictures.iter());
    if n < 2 || !wins.ties_all_together() {
        return None;
    }
    let mut drawn: Vec<Vec<f64>> = vec![Vec::with_capacity(ROUNDS); n];
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..ROUNDS {
        let chance =
            (0..pictures.len()).filter_map(|_| pictures.get(random.usize(..pictures.len())));
        let wins = sum(n, chance);
        let wins = if wins.ties_all_together() {
            wins
        } else {
            wins.with_a_tie_each()
        };
        // A round in which somebody met nobody tells nothing of anybody's strength.
        if wins.ties_all_together() {
            for (drawn, strength) in drawn.iter_mut().zip(wins.strengths()) {
                drawn.push(strength);
            }
        }
    }
    let of = |(value, mut drawn): (f64, Vec<f64>)| {
        drawn.sort_by(f64::total_cmp);
        let at = |share: usize| drawn.get(drawn.len() * share / 1_000).copied();
        Estimate {
            value,
            low: at(25).unwrap_or(value),
            high: at(975).unwrap_or(value),
        }
    };
    Some(wins.strengths().into_iter().zip(drawn).map(of).collect())
}

fn sum<'a>(n: usize, pictures: impl Iterator<Item = &'a OfPicture>) -> Wins {
    let mut wins = Wins::new(n);
    for (one, other, points) in pictures.flatten() {
        wins.add(*one, *other, *points);
        wins.add(*other, *one, 1.0 - points);
    }
    wins
}

#[cfg(test)]
mod tests;

//! What verdicts add up to.
//!
//! A best of *n* counts as *n* − 1 wins over the others, a tie as half a win for each side of every
//! pair, and where none was good nothing is counted.

mod service;
mod strength;
mod table;
mod words;

use super::verdict::{Choice, Contestant, Verdict};

pub use service::Service;
pub use strength::ROUNDS;
pub use table::{Row, TITLES, UNKNOWN, seconds};

/// A share or a strength with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value itself.
    pub value: f64,
    /// Where it lies at least.
    pub low: f64,
    /// Where it lies at most.
    pub high: f64,
}

/// Outcomes of one against another, or against all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Pairs that were won.
    pub wins: u64,
    /// Pairs without a winner.
    pub ties: u64,
    /// Pairs that were lost.
    pub losses: u64,
}

impl Tally {
    /// Pairs in all.
    pub fn pairs(self) -> u64 {
        self.wins + self.ties + self.losses
    }

    /// The share of pairs won, a tie as half, with Wilson's interval; `None` where there are none.
    pub fn rate(self) -> Option<Estimate> {
        wilson(self.points(), count(self.pairs()))
    }

    fn points(self) -> f64 {
        count(self.wins) + count(self.ties) / 2.0
    }

    fn add(&mut self, result: Pairing) {
        match result {
            Pairing::Won => self.wins += 1,
            Pairing::Tied => self.ties += 1,
            Pairing::Lost => self.losses += 1,
        }
    }
}

/// How one stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Who.
    pub contestant: Contestant,
    /// Against all others.
    pub tally: Tally,
    /// Bradley and Terry's strength in points: 0 is the mean of all, and whoever stands 400 points
    /// above another wins ten times as often. Its interval comes from drawing pictures again and
    /// again. `None` where the verdicts do not tie everybody together: then nothing tells how much
    /// better a winner is than one it never lost to.
    pub strength: Option<Estimate>,
}

/// How two stand to each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Places of the two in [`Standings::standings`], the better one first.
    pub places: (usize, usize),
    /// As the first one sees it.
    pub tally: Tally,
}

impl Pair {
    /// True where the first one wins more often than chance explains: Wilson's interval lies above
    /// one half.
    pub fn is_told(&self) -> bool {
        self.tally.rate().is_some_and(|rate| rate.low > 0.5)
    }

    /// As the other one sees it.
    #[must_use]
    pub fn turned(&self) -> Self {
        let Tally { wins, ties, losses } = self.tally;
        Self {
            places: (self.places.1, self.places.0),
            tally: Tally {
                wins: losses,
                ties,
                losses: wins,
            },
        }
    }
}

/// Where all stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standings {
    /// The best first.
    pub standings: Vec<Standing>,
    /// Everybody against everybody whom they met, in the order of the standings.
    pub pairs: Vec<Pair>,
    /// Verdicts that were counted.
    pub verdicts: usize,
    /// Of these, how many were given blind.
    pub blind: usize,
    /// Of these, how many found none good.
    pub none_good: usize,
    /// Of the pairs that somebody won, the share won by the longer caption; captions of one length
    /// are left out.
    pub longer_wins: Option<Estimate>,
}

/// Standings, and what the captions took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// Where all stand.
    pub standings: Standings,
    /// What their captions took, in the order of the standings.
    pub service: Vec<Service>,
}

impl Standings {
    /// The same with all of these in it, those whom nobody judged at the end.
    #[must_use]
    pub fn with<'a>(mut self, all: impl IntoIterator<Item = &'a Contestant>) -> Self {
        for contestant in all {
            if self.standings.iter().all(|it| it.contestant != *contestant) {
                self.standings.push(Standing {
                    contestant: contestant.clone(),
                    tally: Tally::default(),
                    strength: None,
                });
            }
        }
        self
    }
}

/// How a pair ended for one of them.
#[derive(Clone, Copy, PartialEq)]
enum Pairing {
    Won,
    Tied,
    Lost,
}

impl Pairing {
    fn turned(self) -> Self {
        match self {
            Self::Won => Self::Lost,
            Self::Tied => Self::Tied,
            Self::Lost => Self::Won,
        }
    }
}

/// One verdict, its sides as places in a list of contestants; `None` for one that met nobody.
struct Ballot {
    sides: Vec<Option<usize>>,
    choice: Choice,
}

impl Ballot {
    /// How each pair of contestants ended, for the first of the two. Nobody meets himself.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize, Pairing)> {
        let sides = || {
            let sides = self.sides.iter().enumerate();
            sides.filter_map(|(at, side)| side.map(|side| (at, side)))
        };
        let all = sides().flat_map(move |one| {
            sides()
                .filter(move |other| other.0 > one.0)
                .map(move |other| (one, other))
        });
        all.filter_map(|((at, one), (other_at, other))| {
            let result = match self.choice {
                _ if one == other => return None,
                Choice::Tie => Pairing::Tied,
                Choice::Best(best) if best == at => Pairing::Won,
                Choice::Best(best) if best == other_at => Pairing::Lost,
                Choice::Best(_) | Choice::NoneIsGood => return None,
            };
            Some((one, other, result))
        })
    }
}

/// Adds verdicts up; `seed` decides what is drawn for the intervals of strengths, so that the same
/// verdicts always give the same standings. Not for a thread that somebody waits for: it takes
/// time where there are thousands.
pub fn standings(verdicts: &[Verdict], seed: u64) -> Standings {
    let (contestants, ballots) = ballots(verdicts);
    let images = verdicts.iter().map(|verdict| verdict.image);
    let strengths = strength::estimates(images.zip(&ballots), contestants.len(), seed);
    let mut table = Table::new(contestants.len());
    for (one, other, result) in ballots.iter().flat_map(Ballot::pairs) {
        table.add(one, other, result);
    }
    let strength = |place: usize| strengths.as_ref()?.get(place).copied();
    let mut ranked: Vec<_> = contestants
        .into_iter()
        .enumerate()
        .map(|(place, contestant)| {
            let standing = Standing {
                contestant,
                tally: table.against_all(place),
                strength: strength(place),
            };
            (place, standing)
        })
        .collect();
    ranked.sort_by(|(_, one), (_, other)| other.worth().total_cmp(&one.worth()));
    let count_if = |is: fn(&Verdict) -> bool| verdicts.iter().filter(|it| is(it)).count();
    Standings {
        pairs: table.pairs(&ranked.iter().map(|(place, _)| *place).collect::<Vec<_>>()),
        standings: ranked.into_iter().map(|(_, standing)| standing).collect(),
        verdicts: verdicts.len(),
        blind: count_if(|verdict| verdict.blind),
        none_good: count_if(|verdict| verdict.choice == Choice::NoneIsGood),
        longer_wins: longer_wins(verdicts),
    }
}

impl Standing {
    /// What it is ranked by.
    fn worth(&self) -> f64 {
        let rate = || self.tally.rate().map(|rate| rate.value);
        self.strength
            .map(|strength| strength.value)
            .or_else(rate)
            .unwrap_or(f64::NEG_INFINITY)
    }
}

/// All who take part in the order in which they came, and verdicts in terms of their places.
fn ballots(verdicts: &[Verdict]) -> (Vec<Contestant>, Vec<Ballot>) {
    let mut contestants: Vec<Contestant> = Vec::new();
    let mut place_of = |contestant: &Contestant| {
        let known = contestants.iter().position(|known| known == contestant);
        known.unwrap_or_else(|| {
            contestants.push(contestant.clone());
            contestants.len() - 1
        })
    };
    let ballot = |verdict: &Verdict| Ballot {
        sides: verdict
            .sides
            .iter()
            .map(|side| {
                let place = place_of(&side.contestant);
                side.chars.map(|_| place)
            })
            .collect(),
        choice: verdict.choice,
    };
    let ballots = verdicts.iter().map(ballot).collect();
    (contestants, ballots)
}

/// Everybody against everybody.
struct Table {
    n: usize,
    tallies: Vec<Tally>,
}

impl Table {
    fn new(n: usize) -> Self {
        Self {
            n,
            tallies: vec![Tally::default(); n * n],
        }
    }

    fn of(&self, one: usize, other: usize) -> Tally {
        let at = one * self.n + other;
        self.tallies.get(at).copied().unwrap_or_default()
    }

    fn add(&mut self, one: usize, other: usize, result: Pairing) {
        for (one, other, result) in [(one, other, result), (other, one, result.turned())] {
            if let Some(tally) = self.tallies.get_mut(one * self.n + other) {
                tally.add(result);
            }
        }
    }

    fn against_all(&self, one: usize) -> Tally {
        let mut sum = Tally::default();
        for tally in (0..self.n).map(|other| self.of(one, other)) {
            sum.wins += tally.wins;
            sum.ties += tally.ties;
            sum.losses += tally.losses;
        }
        sum
    }

    /// Those who met, in the order of `ranked`.
    fn pairs(&self, ranked: &[usize]) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for (rank, one) in ranked.iter().enumerate() {
            for (other_rank, other) in ranked.iter().enumerate().skip(rank + 1) {
                let tally = self.of(*one, *other);
                if tally.pairs() > 0 {
                    pairs.push(Pair {
                        places: (rank, other_rank),
                        tally,
                    });
                }
            }
        }
        pairs
    }
}

/// The share of pairs with a winner that the longer caption won.
fn longer_wins(verdicts: &[Verdict]) -> Option<Estimate> {
    let (mut longer, mut pairs) = (0_u64, 0_u64);
    for verdict in verdicts {
        let Choice::Best(best) = verdict.choice else {
            continue;
        };
        let Some(winner) = verdict.sides.get(best) else {
            continue;
        };
        for side in &verdict.sides {
            let is_other = side.contestant != winner.contestant;
            if is_other && side.chars.is_some() && side.chars != winner.chars {
                pairs += 1;
                longer += u64::from(winner.chars > side.chars);
            }
        }
    }
    wilson(count(longer), count(pairs))
}

/// A share of `n` with the 95 % interval of E. B. Wilson: Probable inference, the law of
/// succession, and statistical inference, Journal of the American Statistical Association 22
/// (1927). `None` where `n` is 0.
fn wilson(hits: f64, n: f64) -> Option<Estimate> {
    /// The quantile of the normal distribution that 97.5 % lie below.
    const Z: f64 = 1.959_963_984_540_054;
    if n <= 0.0 {
        return None;
    }
    let share = hits / n;
    let divisor = 1.0 + Z * Z / n;
    let centre = (share + Z * Z / (2.0 * n)) / divisor;
    let reach = Z / divisor * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some(Estimate {
        value: share,
        low: (centre - reach).max(0.0),
        high: (centre + reach).min(1.0),
    })
}

#[expect(clippy::cast_precision_loss, reason = "nobody gives 2^53 verdicts")]
fn count(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests;

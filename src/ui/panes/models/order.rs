//! In which order the catalogue stands.

use crate::domain::catalogue::{HubSort, Served};
use crate::domain::model::Price;

/// The order of the catalogue. Each section follows as far as it knows; what it does not know it
/// sorts by name, and the Hub as it did before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// By name.
    #[default]
    Name,
    /// The cheapest answer first, as `:cheapest` counts: by the price of its tokens.
    Price,
    /// The soonest first token first.
    Latency,
    /// The most tokens a second first.
    Throughput,
    /// In an order that the Hub knows.
    Hub(HubSort),
}

impl Order {
    /// For people.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Price => "price",
            Self::Latency => "latency",
            Self::Throughput => "throughput",
            Self::Hub(sort) => sort.word(),
        }
    }

    /// The one after it, round and round.
    #[must_use]
    pub(super) fn next(self) -> Self {
        match self {
            Self::Name => Self::Price,
            Self::Price => Self::Latency,
            Self::Latency => Self::Throughput,
            Self::Throughput => Self::Hub(HubSort::Downloads),
            Self::Hub(HubSort::Downloads) => Self::Hub(HubSort::Likes),
            Self::Hub(HubSort::Likes) => Self::Hub(HubSort::Trending),
            Self::Hub(HubSort::Trending) => Self::Hub(HubSort::Created),
            Self::Hub(HubSort::Created) => Self::Hub(HubSort::Updated),
            Self::Hub(HubSort::Updated) => Self::Name,
        }
    }

    /// True where the router's list can follow.
    pub(super) fn is_known_of_served(self) -> bool {
        !matches!(self, Self::Hub(sort) if sort != HubSort::Created)
    }

    /// Where a model stands, from the least; 0 for all where nothing of it is known.
    pub(super) fn rank(self, served: Option<&Served>, price: Price) -> u64 {
        match self {
            Self::Price => match price {
                Price::Free | Price::Own => 0,
                Price::Usage { output, .. } => output,
                Price::Unknown => u64::MAX,
            },
            Self::Latency => served.and_then(soonest).map_or(u64::MAX, rising),
            Self::Throughput => {
                let speed = served.and_then(quickest);
                u64::MAX - speed.map_or(0, rising)
            }
            Self::Hub(HubSort::Created) => {
                let created = served.and_then(|served| served.created);
                let seconds = created.map_or(0, |created| created.as_second());
                u64::MAX - u64::try_from(seconds).unwrap_or(0)
            }
            Self::Name | Self::Hub(_) => 0,
        }
    }
}

/// The shortest time until the first token, in milliseconds, of all that serve it.
pub(super) fn soonest(served: &Served) -> Option<f64> {
    let known = served.live().filter_map(|offer| offer.latency_ms);
    known.min_by(f64::total_cmp)
}

/// The most tokens a second of all that serve it.
pub(super) fn quickest(served: &Served) -> Option<f64> {
    let known = served.live().filter_map(|offer| offer.throughput);
    known.max_by(f64::total_cmp)
}

/// A number that is the greater the greater `measure` is; less than nothing counts as nothing.
fn rising(measure: f64) -> u64 {
    measure.max(0.0).to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_comes_round_once() {
        let mut orders = vec![Order::default()];
        while let Some(last) = orders.last()
            && !orders[1..].contains(&Order::default())
        {
            let next = last.next();
            orders.push(next);
        }
        let words: Vec<_> = orders.iter().map(|order| order.word()).collect();
        assert_eq!(
            words.join(" "),
            "name price latency throughput downloads likes trending created updated name"
        );
    }

    #[test]
    fn greater_measures_have_greater_numbers() {
        let measures = [-1.0, 0.5, 1.0, 95.3, 1e6];
        assert!(measures.map(rising).is_sorted());
        assert_eq!(rising(-1.0), rising(0.0));
    }
}

//! Standings in words: what the verdicts tell, and what they do not.

use super::{Estimate, Pair, Standings, Tally};
use crate::domain::text::Foreign;

/// So many pairs are named of which nothing can be told.
const TOLD: usize = 6;

impl Standings {
    /// What verdicts tell, and where they are too few to tell anything, a sentence each.
    pub fn words(&self) -> Vec<Foreign> {
        if self.verdicts == 0 {
            return vec![Foreign::new("Nobody has judged these captions yet.")];
        }
        let tied = self.standings.iter().any(|it| it.strength.is_some());
        let strengths = "There are no strengths yet: they need that nobody, and no group, only won \
                         or only lost against the rest.";
        let sentences = [
            Some(self.counts()),
            self.told(),
            self.not_told(),
            (!tied).then(|| strengths.to_owned()),
            self.longer_wins.map(of_length),
        ];
        sentences.into_iter().flatten().map(Foreign::new).collect()
    }

    fn counts(&self) -> String {
        let verdicts = match self.verdicts {
            1 => "1 verdict".to_owned(),
            count => format!("{count} verdicts"),
        };
        let blind = match self.blind {
            0 => "none of them given blind".to_owned(),
            all if all == self.verdicts => "all of them given blind".to_owned(),
            some => format!("{some} of them given blind"),
        };
        let none_good = match self.none_good {
            0 => String::new(),
            1 => "; in 1 of them no caption was good enough".to_owned(),
            some => format!("; in {some} of them no caption was good enough"),
        };
        format!("{verdicts}, {blind}{none_good}.")
    }

    /// Who is better than whom.
    fn told(&self) -> Option<String> {
        // The one that stands higher may well lose against this very one.
        let seen_by_both = self
            .pairs
            .iter()
            .flat_map(|pair| [pair.clone(), pair.turned()]);
        let told: Vec<_> = seen_by_both
            .filter(Pair::is_told)
            .map(|pair| {
                let (better, other) = self.names(pair.places);
                let (wins, pairs) = (pair.tally.wins, pair.tally.pairs());
                format!("{better} is better than {other} (won {wins} of {pairs})")
            })
            .collect();
        (!told.is_empty()).then(|| format!("{}.", told.join("; ")))
    }

    /// Of whom nobody can tell yet which is better.
    fn not_told(&self) -> Option<String> {
        let mut open = Vec::new();
        for (one, _) in self.standings.iter().enumerate() {
            for (other, _) in self.standings.iter().enumerate().skip(one + 1) {
                let pair = self.pairs.iter().find(|pair| pair.places == (one, other));
                if pair.is_some_and(|pair| pair.is_told() || pair.turned().is_told()) {
                    continue;
                }
                let (name, other) = self.names((one, other));
                open.push(match pair {
                    Some(pair) => format!("{name} or {other} ({})", pair.tally.told()),
                    None => format!("{name} or {other} (never met)"),
                });
            }
        }
        let more = open.len().saturating_sub(TOLD);
        open.truncate(TOLD);
        if more > 0 {
            open.push(format!("and so of {more} more"));
        }
        (!open.is_empty()).then(|| {
            format!(
                "Too few verdicts to tell which is better: {}.",
                open.join("; ")
            )
        })
    }

    fn names(&self, (one, other): (usize, usize)) -> (String, String) {
        let name = |place: usize| {
            let standing = self.standings.get(place);
            standing.map_or_else(String::new, |it| it.contestant.name().raw().to_owned())
        };
        (name(one), name(other))
    }
}

impl Tally {
    /// `won 2, tied 1`: what there was none of is left out.
    fn told(self) -> String {
        let parts = [
            ("won", self.wins),
            ("tied", self.ties),
            ("lost", self.losses),
        ];
        let parts = parts.iter().filter(|(_, count)| *count > 0);
        let parts: Vec<_> = parts
            .map(|(what, count)| format!("{what} {count}"))
            .collect();
        parts.join(", ")
    }
}

/// How length goes with winning.
fn of_length(longer: Estimate) -> String {
    let share = longer.as_share();
    if longer.low > 0.5 {
        format!("Length goes with winning: the longer caption won {share} of the pairs.")
    } else if longer.high < 0.5 {
        let shorter = Estimate {
            value: 1.0 - longer.value,
            low: 1.0 - longer.high,
            high: 1.0 - longer.low,
        };
        let share = shorter.as_share();
        format!("Length goes against winning: the shorter caption won {share} of the pairs.")
    } else {
        format!(
            "No link between length and winning shows: the longer caption won {share} of the pairs."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::standings;
    use super::super::tests::verdict;
    use crate::domain::verdict::Choice;

    fn words(verdicts: &[crate::domain::verdict::Verdict]) -> Vec<String> {
        let words = standings(verdicts, 1).words();
        words.iter().map(|it| it.raw().to_owned()).collect()
    }

    #[test]
    fn nothing_is_told_of_nothing() {
        assert_eq!(words(&[]), ["Nobody has judged these captions yet."]);
    }

    #[test]
    fn of_many_pairs_the_first_are_named_and_the_others_counted() {
        let sides = [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)];
        let told = &words(&[verdict(0, &sides, Choice::Tie)])[1];
        assert_eq!(told.matches(" or ").count(), 6, "{told}");
        assert!(told.ends_with("; and so of 4 more."), "{told}");
    }

    #[test]
    fn few_verdicts_tell_nothing_and_many_do() {
        let sides = [("a", 10), ("b", 20)];
        let of = |n: u32| -> Vec<_> {
            let choice = |n: u32| {
                if n % 10 == 9 {
                    Choice::Best(0)
                } else {
                    Choice::Best(1)
                }
            };
            (0..n).map(|n| verdict(n, &sides, choice(n))).collect()
        };
        let few = words(&of(3));
        assert!(few[0].starts_with("3 verdicts, "), "{few:?}");
        assert!(
            few[1].starts_with("Too few verdicts to tell which is better: "),
            "{few:?}"
        );
        assert!(few[1].contains("(won 3)"), "{few:?}");
        assert!(few[2].starts_with("There are no strengths yet"), "{few:?}");
        assert!(
            few[3].starts_with("No link between length and winning"),
            "{few:?}"
        );
        let many = words(&of(40));
        assert!(many[1].contains(" is better than "), "{many:?}");
        assert!(many[1].contains("(won 36 of 40)"), "{many:?}");
        assert!(many[2].starts_with("Length goes with winning"), "{many:?}");
        assert_eq!(many.len(), 3);
    }

    #[test]
    fn who_stands_higher_may_lose_against_one() {
        let mut verdicts = Vec::new();
        for n in 0..40 {
            verdicts.push(verdict(n, &[("a", 1), ("b", 1)], Choice::Best(0)));
            verdicts.push(verdict(n, &[("b", 1), ("c", 1)], Choice::Best(0)));
        }
        for n in 0..20 {
            verdicts.push(verdict(n, &[("c", 1), ("a", 1)], Choice::Best(0)));
        }
        let told = &words(&verdicts)[1];
        assert!(
            told.contains("org/c is better than org/a (won 20 of 20)"),
            "{told}"
        );
    }

    #[test]
    fn shorter_captions_may_win_and_some_never_meet() {
        let sides = [("a", 10), ("b", 20)];
        let mut verdicts: Vec<_> = (0..20)
            .map(|n| verdict(n, &sides, Choice::Best(0)))
            .collect();
        verdicts.push(verdict(99, &[("a", 10), ("c", 5)], Choice::NoneIsGood));
        let words = words(&verdicts);
        assert!(
            words[0].ends_with("; in 1 of them no caption was good enough."),
            "{words:?}"
        );
        assert!(words[2].contains("(never met)"), "{words:?}");
        assert!(
            words[4].starts_with("Length goes against winning"),
            "{words:?}"
        );
    }
}

use jiff::Timestamp;

use super::super::image::ImageId;
use super::super::verdict::Side;
use super::*;

fn contestant(name: &str) -> Contestant {
    Contestant {
        model: format!("org/{name}").parse().unwrap(),
        preset: None,
    }
}

/// A verdict over picture `picture`: names with lengths of captions, 0 for one that failed.
pub(super) fn verdict(picture: u32, sides: &[(&str, u64)], choice: Choice) -> Verdict {
    let mut image = [0; 32];
    image[..4].copy_from_slice(&picture.to_le_bytes());
    Verdict {
        image: ImageId(image),
        moment: Timestamp::UNIX_EPOCH,
        choice,
        blind: picture.is_multiple_of(2),
        seed: None,
        reason: String::new(),
        sides: sides
            .iter()
            .map(|(name, chars)| Side {
                contestant: contestant(name),
                run: None,
                chars: (*chars > 0).then_some(*chars),
            })
            .collect(),
    }
}

fn names(standings: &Standings) -> Vec<String> {
    let name = |standing: &Standing| standing.contestant.model.short_name().raw().to_owned();
    standings.standings.iter().map(name).collect()
}

#[test]
fn a_best_of_three_is_two_wins_and_says_nothing_of_the_others() {
    let sides = [("a", 10), ("b", 20), ("c", 30)];
    let all = standings(&[verdict(1, &sides, Choice::Best(1))], 1);
    assert_eq!(names(&all)[0], "b");
    let tally = all.standings[0].tally;
    assert_eq!((tally.wins, tally.ties, tally.losses), (2, 0, 0));
    let losses: Vec<_> = all.standings[1..]
        .iter()
        .map(|it| it.tally.losses)
        .collect();
    assert_eq!(losses, [1, 1]);
    assert_eq!(all.pairs.len(), 2, "the two losers never met");
}

#[test]
fn a_tie_is_half_a_win_each_and_none_is_nothing() {
    let sides = [("a", 10), ("b", 20)];
    let all = standings(
        &[
            verdict(1, &sides, Choice::Tie),
            verdict(2, &sides, Choice::NoneIsGood),
        ],
        1,
    );
    for standing in &all.standings {
        assert_eq!(standing.tally.ties, 1);
        assert_eq!(standing.tally.pairs(), 1);
        assert!((standing.tally.rate().unwrap().value - 0.5).abs() < 1e-12);
    }
    assert_eq!((all.verdicts, all.none_good, all.blind), (2, 1, 1));
    assert!(!all.pairs[0].is_told());
}

#[test]
fn who_failed_meets_nobody() {
    let sides = [("a", 10), ("b", 0), ("c", 30)];
    let all = standings(
        &[
            verdict(1, &sides, Choice::Best(2)),
            verdict(2, &sides, Choice::Tie),
        ],
        1,
    );
    assert_eq!(names(&all), ["c", "a", "b"]);
    assert_eq!(all.standings[2].tally, Tally::default());
    assert_eq!(all.pairs.len(), 1);
}

#[test]
fn nobody_wins_against_himself() {
    let all = standings(&[verdict(1, &[("a", 1), ("a", 2)], Choice::Best(0))], 1);
    assert_eq!(all.standings[0].tally, Tally::default());
    assert_eq!(all.pairs, []);
    assert_eq!(all.longer_wins, None);
}

#[test]
fn who_never_lost_has_no_strength_but_stands_first() {
    let sides = [("a", 10), ("b", 20)];
    let verdicts: Vec<_> = (0..9)
        .map(|n| verdict(n, &sides, Choice::Best(1)))
        .collect();
    let all = standings(&verdicts, 1);
    assert_eq!(names(&all), ["b", "a"]);
    assert_eq!(all.standings[0].strength, None);
    assert!(all.pairs[0].is_told(), "nine of nine is no chance");
}

#[test]
fn one_win_of_two_tells_nothing() {
    let sides = [("a", 10), ("b", 20)];
    let all = standings(
        &[
            verdict(1, &sides, Choice::Best(1)),
            verdict(2, &sides, Choice::Best(1)),
            verdict(3, &sides, Choice::Best(0)),
        ],
        1,
    );
    assert!(!all.pairs[0].is_told());
    let strength = all.standings[0].strength.unwrap();
    assert!(strength.low < 0.0 && strength.high > strength.value);
}

#[test]
fn the_longer_caption_is_counted_where_lengths_differ() {
    let all = standings(
        &[
            verdict(1, &[("a", 10), ("b", 20), ("c", 20)], Choice::Best(1)),
            verdict(2, &[("a", 30), ("b", 20)], Choice::Best(1)),
        ],
        1,
    );
    let longer = all.longer_wins.unwrap();
    assert!((longer.value - 0.5).abs() < 1e-12, "{longer:?}");
}

#[test]
fn the_same_verdicts_always_give_the_same_standings() {
    let sides = [("a", 10), ("b", 20), ("c", 5)];
    let verdicts: Vec<_> = (0..30)
        .map(|n| verdict(n, &sides, Choice::Best(n as usize * 7 % 3)))
        .collect();
    assert_eq!(standings(&verdicts, 5), standings(&verdicts, 5));
}

/// R. G. Newcombe: Two-sided confidence intervals for the single proportion, Statistics in
/// Medicine 17 (1998), table I, method 3.
#[test]
fn shares_have_the_intervals_of_the_published_table() {
    for (hits, n, low, high) in [
        (81.0, 263.0, 0.2553, 0.3662),
        (15.0, 148.0, 0.0624, 0.1605),
        (0.0, 20.0, 0.0000, 0.1611),
        (1.0, 29.0, 0.0061, 0.1718),
    ] {
        let share = wilson(hits, n).unwrap();
        assert!((share.low - low).abs() < 5e-5, "{hits} of {n}: {share:?}");
        assert!((share.high - high).abs() < 5e-5, "{hits} of {n}: {share:?}");
    }
    assert_eq!(wilson(0.0, 0.0), None);
}

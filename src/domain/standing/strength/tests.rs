use super::*;

/// Citations between four journals of statistics and the strengths that fit them, relative to
/// Biometrika: S. M. Stigler, Statistical Science 9 (1994), fitted in H. Turner, D. Firth:
/// Bradley-Terry models in R, Journal of Statistical Software 48 (2012), section 2.1.
#[test]
fn strengths_are_those_of_the_published_table() {
    let mut wins = Wins::new(4);
    let cited = [
        [0.0, 730.0, 498.0, 221.0],
        [33.0, 0.0, 68.0, 17.0],
        [320.0, 813.0, 0.0, 142.0],
        [284.0, 276.0, 325.0, 0.0],
    ];
    for (one, row) in cited.iter().enumerate() {
        for (other, won) in row.iter().enumerate() {
            wins.add(one, other, *won);
        }
    }
    assert!(wins.ties_all_together());
    let strengths = wins.strengths();
    let relative: Vec<_> = strengths
        .iter()
        .map(|it| (it - strengths[0]) / POINTS)
        .collect();
    for (found, published) in relative.iter().zip([0.0, -2.94907, -0.47957, 0.26895]) {
        assert!((found - published).abs() < 1e-4, "{relative:?}");
    }
    assert!(
        strengths.iter().sum::<f64>().abs() < 1e-6,
        "their mean is 0"
    );
}

#[test]
fn whoever_never_lost_breaks_the_tie_between_all() {
    let mut wins = Wins::new(3);
    wins.add(0, 1, 2.0);
    wins.add(1, 2, 1.0);
    assert!(!wins.ties_all_together());
    assert!(wins.with_a_tie_each().ties_all_together());
    wins.add(2, 0, 0.5);
    assert!(wins.ties_all_together());
}

#[test]
fn the_true_strength_lies_in_the_interval() {
    let mut random = fastrand::Rng::with_seed(11);
    // Odds of three to one are 190.8 points apart.
    let ballots: Vec<_> = (0..400)
        .map(|_| Ballot {
            sides: vec![Some(0), Some(1)],
            choice: crate::domain::verdict::Choice::Best(usize::from(random.u8(..4) == 0)),
        })
        .collect();
    let images = (0..400_u32).map(|n| {
        let mut image = [0; 32];
        image[..4].copy_from_slice(&n.to_le_bytes());
        ImageId(image)
    });
    let found = estimates(images.zip(&ballots), 2, 3).unwrap();
    let (low, high) = (found[0].low - found[1].high, found[0].high - found[1].low);
    assert!(low < 190.8 && 190.8 < high, "{found:?}");
    assert!(high - low < 160.0, "{found:?}");
}

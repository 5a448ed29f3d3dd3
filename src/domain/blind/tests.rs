use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn picture(n: usize) -> ImageRef {
    ImageRef::new(format!("/home/me/photos/{n}.jpg"))
}

#[test]
fn every_order_of_three_comes_about_as_often() {
    const PICTURES: usize = 12_000;
    let mut orders: HashMap<Vec<usize>, usize> = HashMap::new();
    for n in 0..PICTURES {
        let order = order(seed_of(7, &picture(n)), 3);
        *orders.entry(order).or_default() += 1;
    }
    assert_eq!(orders.len(), 6);
    // Five deviations of a binomial distribution around each sixth.
    let (mean, reach) = (2_000, 5 * 41);
    for (order, count) in orders {
        assert!(count.abs_diff(mean) < reach, "{order:?}: {count}");
    }
}

#[test]
fn each_of_six_stands_about_as_often_at_each_place() {
    const PICTURES: usize = 12_000;
    let mut places = [[0_usize; 6]; 6];
    for n in 0..PICTURES {
        for (place, who) in order(seed_of(99, &picture(n)), 6).into_iter().enumerate() {
            places[place][who] += 1;
        }
    }
    for (place, counts) in places.iter().enumerate() {
        for (who, count) in counts.iter().enumerate() {
            assert!(count.abs_diff(2_000) < 5 * 41, "{place} {who}: {count}");
        }
    }
}

#[test]
fn a_picture_that_comes_back_has_the_order_it_had() {
    let drawn = |seed, n| order(seed_of(seed, &picture(n)), 6);
    assert_eq!(drawn(1, 1), drawn(1, 1));
    let others = (2..12).filter(|n| drawn(1, *n) != drawn(1, 1));
    assert!(others.count() >= 9, "another picture has another order");
    let seeds = (2..12).filter(|seed| drawn(*seed, 1) != drawn(1, 1));
    assert!(seeds.count() >= 9, "another comparison has other orders");
}

#[test]
fn what_gives_a_writer_away_is_stripped() {
    for (said, left) in [
        ("A cat.", "A cat."),
        ("  A cat.\n", "A cat."),
        ("\"A cat.\"", "A cat."),
        ("“A cat.”", "A cat."),
        ("'A cat's eye.'", "A cat's eye."),
        ("‘A cat’s eye.’", "A cat’s eye."),
        ("「猫」", "猫"),
        ("**A cat.**", "A cat."),
        (
            "A **tabby** cat with *green* eyes.",
            "A tabby cat with green eyes.",
        ),
        ("__A cat__ on `grass`.", "A cat on grass."),
        ("# A cat", "A cat"),
        ("> A cat", "A cat"),
        ("- A cat\n- A dog", "A cat\nA dog"),
        ("```\nA cat.\n```", "A cat."),
        ("```text\nA cat.\n```", "A cat."),
        ("Caption: A cat.", "A cat."),
        ("**Caption:** A cat.", "A cat."),
        ("**Caption**: \"A cat.\"", "A cat."),
        ("Alt text: A cat.", "A cat."),
        ("Here is a caption: A cat.", "A cat."),
        (
            "Here’s a short description of the image:\n\nA cat.",
            "A cat.",
        ),
        (
            "Sure! Here's a caption for the image:\n\n\"A cat.\"",
            "A cat.",
        ),
        ("Certainly! A cat.", "A cat."),
    ] {
        assert_eq!(stripped(said), left, "{said:?}");
    }
}

#[test]
fn what_a_caption_says_stays() {
    for said in [
        "",
        "A sign: no entry.",
        "“Stop” on one sign and “Go” on another: a “Wait” between them.",
        "\"Stop\" and \"Go\"",
        "The files a_b and c_d, and 2 * 3 = 6.",
        "Here is a cat: look at it.",
        "Surely a cat.",
        "Caption:",
        "\"\"",
        "-5 °C",
        "قطة على العشب",
    ] {
        assert_eq!(stripped(said), said, "{said:?}");
    }
}

proptest! {
    // A file of failures found would lie beside the sources.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn stripping_any_text_ends_and_adds_nothing(text in any::<String>()) {
        let less = stripped(&text);
        prop_assert!(less.len() <= text.len());

    }

    #[test]
    fn every_contestant_has_a_place(seed in any::<u64>(), n in 0_usize..7) {
        let mut order = order(seed, n);
        order.sort_unstable();
        prop_assert_eq!(order, (0..n).collect::<Vec<_>>());
    }
}

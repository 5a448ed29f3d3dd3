use super::*;
use crate::domain::request::{Parameters, Terms};
use crate::domain::text::Foreign;

const MANY_TOKENS: Price = Price::Usage {
    input: 200_000,
    output: 1_000_000,
};

fn card(name: &str, price: Price, host: &str) -> ModelCard {
    ModelCard {
        model: name.parse().unwrap(),
        price,
        host: Some(host.to_owned()),
        about: Foreign::default(),
    }
}

/// Pictures that were made small may go there.
fn given(receivers: &[&str]) -> BTreeSet<Consent> {
    let upload = terms().upload;
    let consents = receivers.iter().map(|&it| Consent::to(it, upload));
    consents.collect()
}

fn terms() -> Terms {
    Terms {
        prompt: Prompt {
            text: "x".repeat(30),
            system: None,
        },
        parameters: Parameters {
            max_tokens: Some(500),
            ..Parameters::default()
        },
        upload: UploadSpec::Scaled {
            side: 1024,
            bytes: 1_000_000,
        },
    }
}

#[test]
fn an_estimate_counts_the_picture_the_prompt_and_the_whole_answer() {
    // 74 × 74 squares, 30 bytes of prompt, 64 tokens of frame; 500 of answer.
    let prompt = 5_476 + 30 + 64;
    let expected = |prompt: u64| (prompt * 200_000 + 500 * 1_000_000).div_ceil(1_000_000);
    assert_eq!(estimate(MANY_TOKENS, &terms()), Some(expected(prompt)));
    let original = Terms {
        upload: UploadSpec::Original,
        ..terms()
    };
    let prompt = 100_000 + 30 + 64;
    assert_eq!(estimate(MANY_TOKENS, &original), Some(expected(prompt)));
    assert_eq!(estimate(Price::Unknown, &terms()), None);
    assert_eq!(estimate(Price::Own, &terms()), Some(0));
}

/// What variables stand for once cost nothing in an estimate.
#[test]
fn an_estimate_counts_what_is_filled_in() {
    let with = |text: &str| {
        let mut terms = terms();
        terms.prompt.text = text.to_owned();
        estimate(MANY_TOKENS, &terms).unwrap()
    };
    let long = |bytes| with(&"x".repeat(bytes));
    assert_eq!(with("{filename} {filename}"), long(21 + 2 * 255));
    assert_eq!(with("{caption}"), long(9 + 500), "as long as an answer");
}

#[test]
fn a_huge_price_does_not_overflow() {
    let price = Price::Usage {
        input: u64::MAX,
        output: u64::MAX,
    };
    let usage = Usage {
        prompt: u64::MAX,
        completion: u64::MAX,
    };
    assert_eq!(cost(price, usage), Some(u64::MAX));
}

#[test]
fn little_money_to_a_known_host_is_not_asked_about() {
    let known = given(&["router"]);
    let cheap = card("a/b", MANY_TOKENS, "router");
    let quote = |pictures| Quote::new([&cheap], pictures, &terms(), &known);
    assert!(!quote(20).needs_asking());
    assert!(quote(21).needs_asking(), "more than 20 paid requests");
    assert!(quote(21).estimate < 50_000);
}

#[test]
fn an_unknown_price_a_new_host_and_much_money_are_asked_about() {
    let known = given(&["router"]);
    let ask = |card: &ModelCard| Quote::new([card], 1, &terms(), &known);
    let unknown = ask(&card("a/b", Price::Unknown, "router"));
    assert!(unknown.needs_asking());
    assert_eq!(unknown.unpriced, BTreeSet::from(["a/b".to_owned()]));
    let elsewhere = ask(&card("https://lab/x", Price::Own, "lab"));
    assert!(elsewhere.needs_asking());
    assert_eq!(elsewhere.missing, given(&["lab"]));
    assert_eq!(elsewhere.paid, 0);
    let dear = Price::Usage {
        input: 0,
        output: 110_000_000,
    };
    assert!(ask(&card("a/b", dear, "router")).needs_asking());
}

#[test]
fn consent_to_small_pictures_is_none_to_originals_and_the_other_way_round_it_is() {
    let lab = card("https://lab/x", Price::Own, "lab");
    let original = Terms {
        upload: UploadSpec::Original,
        ..terms()
    };
    let missing =
        |terms: &Terms, given: &BTreeSet<Consent>| Quote::new([&lab], 1, terms, given).missing;
    let small = given(&["lab"]);
    let all = missing(&original, &small);
    assert_eq!(all, [Consent::to("lab", UploadSpec::Original)].into());
    assert_eq!(missing(&terms(), &small), BTreeSet::new());
    assert_eq!(missing(&terms(), &all), BTreeSet::new());
    assert_eq!(missing(&original, &all), BTreeSet::new());
    assert_eq!(missing(&terms(), &given(&["http://lab"])), small);
}

#[test]
fn amounts_are_shown_rounded_up() {
    let shown = [0, 1, 999, 1_000, 3_001, 99_001, 100_000, 1_230_001].map(dollars);
    let expected = [
        "$0", "<$0.001", "<$0.001", "$0.001", "$0.004", "$0.100", "$0.10", "$1.24",
    ];
    assert_eq!(shown, expected);
    assert_eq!(at_most(0), "at most about $0");
    assert_eq!(at_most(999), "less than $0.001");
    assert_eq!(at_most(3_001), "at most about $0.004");
}

#[test]
fn dollars_become_micro_dollars_unless_they_are_no_amount() {
    let read = [0.0, 0.14, 2.0, 1e9, -0.01, 1.1e9, f64::NAN].map(micro_usd);
    let expected = [
        Some(0),
        Some(140_000),
        Some(2_000_000),
        Some(1_000_000_000_000_000),
        None,
        None,
        None,
    ];
    assert_eq!(read, expected);
}

#[test]
fn a_price_is_told_as_far_as_it_is_known() {
    let known = card("a/b", MANY_TOKENS, "router");
    let unknown = card("c/d", Price::Unknown, "router");
    let own = card("endpoint:lab", Price::Own, "lab");
    let price = |models: &[&ModelCard]| {
        let quote = Quote::new(models.iter().copied(), 3, &terms(), &BTreeSet::new());
        quote.price()
    };
    assert_eq!(price(&[&own]), None);
    let least = "at most about $0.005";
    assert_eq!(price(&[&known, &own]).unwrap(), least);
    assert_eq!(price(&[&unknown]).unwrap(), "unknown for c/d");
    let both = format!("{least}, and unknown for c/d");
    assert_eq!(price(&[&known, &unknown]).unwrap(), both);
}

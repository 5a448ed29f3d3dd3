use proptest::prelude::*;

use super::*;

fn soon() -> Instant {
    Instant::now() + PATIENCE
}

/// The words that are marked in each text.
fn marked<'a>(texts: &[&'a str], against: usize, exact: bool) -> Vec<Vec<&'a str>> {
    let owned: Vec<_> = texts.iter().map(|text| Some((*text).to_owned())).collect();
    let marks = differences(&owned, against, exact, soon());
    let words = |(text, marks): (&&'a str, Spans)| {
        let words = marks.into_iter().map(|mark| &text[mark]);
        words.collect()
    };
    texts.iter().zip(marks).map(words).collect()
}

#[test]
fn words_that_the_first_does_not_have_are_marked() {
    let texts = [
        "A tabby cat on grass.",
        "A black cat on wet grass.",
        "A tabby cat.",
    ];
    assert_eq!(
        marked(&texts, 0, false),
        [vec!["tabby", "on", "grass"], vec!["black", "wet"], vec![]]
    );
    assert_eq!(
        marked(&texts, 2, false),
        [
            vec!["on", "grass"],
            vec!["black", "on", "wet", "grass"],
            vec!["tabby"]
        ]
    );
}

#[test]
fn case_and_punctuation_count_only_where_they_are_asked_for() {
    let texts = ["A cat’s eye, green!", "a Cat's eye green"];
    assert_eq!(marked(&texts, 0, false), [vec![""; 0], vec![]]);
    let exact = marked(&texts, 0, true);
    assert_eq!(exact[0], ["A", "cat’s", ",", "!"]);
    assert_eq!(exact[1], ["a", "Cat's"]);
}

#[test]
fn an_emoji_is_a_word_and_a_han_letter_too() {
    assert_eq!(marked(&["Hi 🐱", "Hi 🐶"], 0, false), [["🐱"], ["🐶"]]);
    assert_eq!(
        marked(&["草地上的猫", "草地上的狗"], 0, false),
        [["猫"], ["狗"]]
    );
}

#[test]
fn who_said_nothing_differs_from_nobody() {
    let texts = [Some("A cat".to_owned()), None, Some("A dog".to_owned())];
    let marks = differences(&texts, 0, false, soon());
    let word = || std::iter::once(2..5).collect::<Spans>();
    assert_eq!(marks, [word(), vec![], word()]);
    let none: [Spans; 3] = Default::default();
    assert_eq!(differences(&texts, 1, false, soon()), none);
    assert_eq!(differences(&texts, 7, false, soon()), none);
}

/// Half a megabyte of words of which none is shared.
#[test]
fn long_texts_are_done_when_time_is_up() {
    let text = |first: usize| {
        let words = (first..first + 40_000).map(|n| format!("w{n} "));
        Some(words.collect::<String>())
    };
    let texts = [text(0), text(100_000)];
    let began = Instant::now();
    let marks = differences(&texts, 0, false, began + Duration::from_millis(50));
    assert_eq!(marks[0].len(), 40_000);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}

proptest! {
    // A file of failures found would lie beside the sources.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn marks_lie_on_whole_words_of_any_text(
        texts in prop::collection::vec(any::<String>(), 1..5),
        against in 0_usize..5,
        exact in any::<bool>(),
    ) {
        let owned: Vec<_> = texts.iter().cloned().map(Some).collect();
        let marks = differences(&owned, against, exact, soon());
        prop_assert_eq!(marks.len(), texts.len());
        for (text, marks) in texts.iter().zip(marks) {
            let bounds: Vec<_> = text.split_word_bound_indices().map(|(at, word)| at..at + word.len()).collect();
            prop_assert!(marks.is_sorted_by_key(|mark| mark.start));
            for mark in marks {
                prop_assert!(bounds.contains(&mark), "{:?} in {:?}", mark, text);
            }
        }
    }

    #[test]
    fn what_is_the_same_differs_nowhere(text in any::<String>(), exact in any::<bool>()) {
        let texts = vec![Some(text); 3];
        let marks = differences(&texts, 1, exact, soon());
        prop_assert!(marks.iter().all(Vec::is_empty));
    }

    #[test]
    fn case_alone_is_no_difference(text in "[a-z ,.]{0,80}") {
        let capitals = text.to_uppercase();
        let marks = marked(&[&text, &capitals], 0, false);
        prop_assert!(marks.iter().all(Vec::is_empty));
    }
}

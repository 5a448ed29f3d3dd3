use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn parsed(written: &str) -> Filter {
    Filter::parse(written).unwrap_or_else(|error| panic!("{written}: {error:?}"))
}

/// The part of `written` that is marked, the sentence about it, and the hint.
fn wrong(written: &str) -> (&str, String, String) {
    let error = Filter::parse(written).unwrap_err();
    let hint = error.hint.unwrap_or_default();
    (&written[error.at], error.text, hint)
}

fn says(word: &str) -> Filter {
    Filter::Is(Condition::Says(Sought::word(word)))
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

#[test]
fn words_are_joined_by_and_unless_another_word_stands_between() {
    let [a, b, c] = ["a", "b", "c"].map(says);
    let table = [
        ("a", a.clone()),
        ("a b", Filter::All(vec![a.clone(), b.clone()])),
        (
            "a AND b and c",
            Filter::All(vec![a.clone(), b.clone(), c.clone()]),
        ),
        (
            "a b or c",
            Filter::Any(vec![Filter::All(vec![a.clone(), b.clone()]), c.clone()]),
        ),
        (
            "a (b or c)",
            Filter::All(vec![a.clone(), Filter::Any(vec![b.clone(), c.clone()])]),
        ),
        (
            "((a)) (b c)",
            Filter::All(vec![a.clone(), b.clone(), c.clone()]),
        ),
        ("-a", not(a.clone())),
        ("not a b", Filter::All(vec![not(a.clone()), b.clone()])),
        ("not not a", a.clone()),
        ("-(-a)", a.clone()),
        ("-(a or b)", not(Filter::Any(vec![a, b]))),
        ("   ", Filter::All(vec![])),
    ];
    for (written, expected) in table {
        assert_eq!(parsed(written), expected, "{written}");
    }
}

#[test]
fn a_field_says_where_and_how_much() {
    let phrase = |text: &str| Sought::phrase(text.into());
    let bounds = |written: &str| Bounds::read(written, number::count).unwrap();
    let table = [
        ("model:Qwen*vl", Condition::Model(Sought::word("Qwen*vl"))),
        (
            "MODEL:a/b:novita",
            Condition::Model(Sought::word("a/b:novita")),
        ),
        (
            "folder:\"my holidays\"",
            Condition::Folder(phrase("my holidays")),
        ),
        (
            r#"caption:"say \"a\\b\" \n""#,
            Condition::Caption(phrase(r#"say "a\b" \n"#)),
        ),
        ("decision:Accepted", Condition::Decision(Decision::Accepted)),
        ("outcome:failed", Condition::Outcome(Outcome::Failed)),
        ("flag:cut-off", Condition::Flag(Flag::CutOff)),
        ("usage:>40", Condition::Usage(bounds(">=41"))),
        ("chars:<125", Condition::Chars(bounds("0..124"))),
        ("chars:60..125", Condition::Chars(bounds("60..125"))),
        ("chars:=0", Condition::Chars(bounds("0"))),
        ("cost:>0.01", Condition::Cost(bounds(">10000"))),
        ("cost:$.5..", Condition::Cost(bounds(">=500000"))),
        ("before:2026-11-01", Condition::Before(date(2026, 11, 1))),
        ("12:30", Condition::Says(Sought::word("12:30"))),
    ];
    for (written, expected) in table {
        assert_eq!(parsed(written), Filter::Is(expected), "{written}");
    }
}

#[test]
fn what_is_no_filter_is_marked_and_explained() {
    let table = [
        (
            "cat modle:qwen",
            "modle",
            "there is no field `modle`",
            "did you mean model:?",
        ),
        ("http://lab", "http", "there is no field `http`", ""),
        (
            "cat (dog",
            "(",
            "this bracket is not closed",
            "write ) at its end",
        ),
        ("cat) dog", ")", "this bracket closes nothing", ""),
        ("cat ( )", "( )", "there is nothing in these brackets", ""),
        ("cat (", "(", "this bracket is not closed", ""),
        (
            "a \"b c",
            "\"",
            "this quotation is not closed",
            "write \" at its end",
        ),
        ("cat or", "", "a condition is missing at the end", ""),
        ("cat -", "-", "there is no letter and no digit in `-`", ""),
        ("or cat", "or", "`or` stands between two conditions", ""),
        (
            "a \"!?\"",
            "\"!?\"",
            "there is no letter and no digit in `\"!?\"`",
            "",
        ),
        (
            "caption:*",
            "*",
            "there is no letter and no digit in `*`",
            "",
        ),
        (
            "model: qwen",
            "model:",
            "nothing stands behind `model:`",
            "write model:qwen",
        ),
        ("model:(a)", "model:", "nothing stands behind `model:`", ""),
        (
            "decision:acepted",
            "acepted",
            "`acepted` is none of pending, accepted, rejected",
            "did you mean accepted?",
        ),
        (
            "chars:many",
            "many",
            "`many` is no number",
            "write chars:<125",
        ),
        ("chars:<0", "<0", "`<0` leaves no number", ""),
        ("chars:9..1", "9..1", "`9..1` leaves no number", ""),
        (
            "usage:99999999999999999999",
            "99999999999999999999",
            "`99999999999999999999` is no number",
            "",
        ),
        (
            "cost:0.0000001",
            "0.0000001",
            "`0.0000001` is no number",
            "write cost:>0.01, in dollars",
        ),
        (
            "before:2026-02-30",
            "2026-02-30",
            "`2026-02-30` is no day",
            "write a day",
        ),
        ("after:20261101", "20261101", "`20261101` is no day", ""),
        (
            "ünïcode flug:x",
            "flug",
            "there is no field `flug`",
            "did you mean flag:?",
        ),
        ("a\u{1b}[2J:b (", "(", "this bracket is not closed", ""),
        ("flag:\u{1b}[2J", "\u{1b}[2J", "`␛[2J` is none of empty", ""),
    ];
    for (written, at, text, hint) in table {
        let found = wrong(written);
        assert_eq!(found.0, at, "{written}");
        assert!(found.1.starts_with(text), "{written}: {found:?}");
        assert!(found.2.starts_with(hint), "{written}: {found:?}");
    }
}

#[test]
fn what_nobody_would_write_is_answered_at_once() {
    let deep = format!("{}cat{}", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(
        wrong(&deep).1,
        "brackets stand in each other 20 deep at most"
    );
    assert_eq!(wrong(&"(".repeat(10_000)).0, "(");
    assert_eq!(
        wrong(&"cat ".repeat(5_000)).1,
        "a filter has at most 200 conditions"
    );
    assert_eq!(parsed(&format!("{}cat", "-".repeat(10_000))), says("cat"));
    assert_eq!(
        parsed(&format!("{}cat", "not ".repeat(10_001))),
        not(says("cat"))
    );
    assert!(
        wrong(&"-".repeat(10_000))
            .1
            .starts_with("there is no letter")
    );
    let long = "x".repeat(10_000);
    assert_eq!(parsed(&long), says(&long));
    assert!(wrong(&format!("{long}:")).1.len() < 200);
    assert!(wrong(&format!("flag:{long}")).1.len() < 200);
}

#[test]
fn stars_stand_for_any_letters_of_a_word() {
    let fits = |word: &str, text: &str| Sought::word(word).is_said_by(text);
    for (word, text) in [
        ("cat", "A Cat, sitting"),
        ("caf\u{e9}", "CAFE"),
        ("sit*", "a cat sitting"),
        ("s*t*g", "a cat sitting"),
        ("*ting", "a cat sitting"),
        ("dsc_0*.jpg", "DSC_0123.JPG"),
        ("don't", "I don't"),
        ("猫が*", "黒い猫がいる"),
        ("*", "anything"),
    ] {
        assert_eq!(fits(word, text), word != "*", "{word}");
    }
    for (word, text) in [
        ("cat", "cats"),
        ("sit", "sitting"),
        ("s*x*g", "sitting"),
        ("tt*tt", "itti"),
        ("ti*ti", "ti"),
        ("a-cat", "a black cat"),
        ("猫犬", "猫と犬"),
    ] {
        assert!(!fits(word, text), "{word}");
    }
    let is_in = |word: &str, name: &str| Sought::word(word).is_in(name);
    assert!(is_in("qwen", "Qwen/Qwen3-VL-8B-Instruct"));
    assert!(is_in("qwen*instruct", "Qwen/Qwen3-VL-8B-Instruct"));
    assert!(!is_in("instruct*qwen", "Qwen/Qwen3-VL-8B-Instruct"));
    assert!(!Sought::phrase("qwen*instruct".into()).is_in("Qwen/Qwen3-VL-8B-Instruct"));
}

/// Pieces of filters, right and wrong, that are put side by side.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "(",
            ")",
            "-",
            "and",
            "or",
            "not",
            "cat",
            "c*t",
            "\"a b\"",
            "\"o\\\"r\\\\\"",
            "\"and\"",
            "model:",
            "model:qwen*",
            "-model:\"x:y (z)\"",
            "folder:*",
            "caption:猫",
            "name:a.b",
            "chars:<125",
            "usage:7",
            "usage:3..",
            "cost:>0.01",
            "cost:..2.5",
            "cost:1..1.000001",
            "before:2026-11-01",
            "after:0000-01-01",
            "decision:pending",
            "outcome:failed",
            "flag:refused",
            "12:30",
            "\"12:30\"",
            "\"a:b\"",
            "caption:and",
            "\"-a\"",
            "a-b",
            "don't",
        ])
        .prop_map(str::to_owned),
        "\\PC{1,6}",
        "[a-c*:\" ()\\\\-]{1,8}",
        "model:\"[ -~]{0,6}\"",
    ]
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_to_the_same(pieces in prop::collection::vec(piece(), 0..12)) {
        let written = pieces.join(" ");
        match Filter::parse(&written) {
            Ok(filter) => {
                let printed = filter.to_string();
                prop_assert_eq!(Filter::parse(&printed), Ok(filter), "{}", printed);
            }
            Err(error) => {
                prop_assert!(written.get(error.at.clone()).is_some(), "{:?}", error);
                prop_assert!(!error.text.is_empty());
            }
        }
    }

    #[test]
    fn a_word_is_found_in_a_text_that_holds_it(before in "\\PC{0,9}", word in "[a-zà-öぁ-ん一-三]{1,9}", after in "\\PC{0,9}") {
        let text = format!("{before} {word} {after}");
        prop_assert!(Sought::phrase(word.clone()).is_said_by(&text));
        let start: String = word.chars().take(1).collect();
        let prefix = format!("{start}*");
        prop_assert!(Sought::word(&prefix).is_said_by(&text));
    }
}

use super::*;

fn wish(find: &str, with: &str) -> Wish {
    Wish {
        find: find.to_owned(),
        with: with.to_owned(),
        ..Wish::default()
    }
}

fn regex(find: &str, with: &str) -> Wish {
    Wish {
        is_regex: true,
        ..wish(find, with)
    }
}

fn apply(wish: Wish, text: &str) -> String {
    Wording::new(wish).unwrap().apply(text)
}

#[test]
fn what_is_found_is_replaced_wherever_it_stands() {
    assert_eq!(apply(wish("a.b", "$1"), "a.b axb a.b"), "$1 axb $1");
    assert_eq!(apply(wish("cat", ""), "Cat and cat"), "Cat and ");
    let any_case = Wish {
        ignores_case: true,
        ..wish("КОТ", "a cat")
    };
    assert_eq!(apply(any_case, "кот и Кот"), "a cat и a cat");
    assert_eq!(
        apply(
            regex(r"(\w+) of a (?P<what>\w+)", "$what $$ ${1}s"),
            "a photo of a cat"
        ),
        "a cat $ photos"
    );
}

#[test]
fn what_is_added_is_added_once() {
    let all = Wish {
        prefix: "A photo: ".to_owned(),
        suffix: ".".to_owned(),
        trigger: "sks".to_owned(),
        ..Wish::default()
    };
    let once = apply(all.clone(), "a cat");
    assert_eq!(once, "sks, A photo: a cat.");
    let trigger = Wish {
        trigger: "sks".to_owned(),
        ..Wish::default()
    };
    assert_eq!(
        apply(trigger.clone(), "a photo of sks, asleep"),
        "a photo of sks, asleep"
    );
    assert_eq!(apply(trigger.clone(), "sksy"), "sks, sksy");
    // Nothing is no caption, and gets no words of its own.
    assert_eq!(
        apply(
            Wish {
                find: "a cat".to_owned(),
                ..all
            },
            "a cat"
        ),
        ""
    );
}

#[test]
fn a_wish_that_cannot_be_met_is_told() {
    let error = |wish| Wording::new(wish).unwrap_err();
    assert_eq!(error(Wish::default()), WishError::Empty);
    assert_eq!(
        error(regex("(cat", "")).to_string(),
        "the pattern is no regular expression: unclosed group"
    );
    assert_eq!(error(regex(r"(\w{1000}){1000}", "")), WishError::TooLarge);
    assert_eq!(error(regex("(a)", "$2")), WishError::Group("2".to_owned()));
    assert_eq!(
        error(regex("(a)", "$1b")),
        WishError::Group("1b".to_owned())
    );
    Wording::new(regex("(a)", "${1}b $$2 $")).unwrap();
}

#[test]
fn a_pattern_that_others_never_finish_is_done_at_once() {
    let text = "a".repeat(100_000);
    assert_eq!(apply(regex("(a+)+$", "b"), &text), "b");
    assert_eq!(apply(regex("(a|aa)+b", "c"), &text), text);
}

#[test]
fn an_excerpt_shows_where_texts_begin_to_differ() {
    assert_eq!(excerpts(["a cat", "a dog"]), ["a cat", "a dog"]);
    assert_eq!(excerpts(["a cat", "a cat."]), ["a cat", "a cat."]);
    assert_eq!(excerpts(["", "a cat"]), ["", "a cat"]);
    let long = "word ".repeat(100);
    let [before, after] = excerpts([&format!("{long}猫 sits"), &format!("{long}犬 sits")]);
    assert_eq!(before, "…word word word word 猫 sits");
    assert_eq!(after, "…word word word word 犬 sits");
    let [before, after] = excerpts([&"é".repeat(1_000_000), &format!("x{}", "é".repeat(500))]);
    assert_eq!(before, format!("{}…", "é".repeat(EXCERPT)));
    assert_eq!(after, format!("x{}…", "é".repeat(EXCERPT - 1)));
}

use super::*;

fn settled(before: &str, captions: &[(&str, &str)], existing: Existing) -> (Fate, Option<String>) {
    let captions = captions.iter().copied().collect();
    settle(Some(before), &captions, existing)
}

#[test]
fn a_new_file_has_a_row_for_each_picture() {
    let captions = [
        ("cat.jpg", "a \"cat\"\nasleep"),
        ("dog.jpg", "un chien\u{2028}"),
    ];
    let (fate, text) = settle(None, &captions.into_iter().collect(), Existing::Skip);
    assert_eq!(fate, Fate::New);
    assert_eq!(
        text.unwrap(),
        "{\"file_name\": \"cat.jpg\", \"text\": \"a \\\"cat\\\"\\nasleep\"}\n\
         {\"file_name\": \"dog.jpg\", \"text\": \"un chien\\u2028\"}\n"
    );
}

#[test]
fn what_others_wrote_stays_to_the_letter() {
    let before = "\u{feff}{ \"score\": 1.50e3, \"file_name\": \"cat.jpg\", \"text\": \"old\", \"tags\": [ 1,2] }\r\n\
                  \n\
                  {\"file_name\":\"else.jpg\",   \"n\": 123456789012345678901234567890}\n\
                  {\"file_name\": \"./dog.jpg\"}";
    let new = [
        ("cat.jpg", "new"),
        ("dog.jpg", "a dog"),
        ("owl.jpg", "an owl"),
    ];
    let (fate, text) = settled(before, &new, Existing::Overwrite);
    assert_eq!(fate, Fate::Overwritten);
    assert_eq!(
        text.unwrap(),
        "\u{feff}{\"score\": 1.50e3, \"file_name\": \"cat.jpg\", \"text\": \"new\", \"tags\": [ 1,2]}\r\n\
         \n\
         {\"file_name\":\"else.jpg\",   \"n\": 123456789012345678901234567890}\n\
         {\"file_name\": \"./dog.jpg\", \"text\": \"a dog\"}\n\
         {\"file_name\": \"owl.jpg\", \"text\": \"an owl\"}\n"
    );
}

#[test]
fn a_second_time_changes_nothing() {
    let before = "{\"file_name\":\"cat.jpg\",\"text\":\"a cat\"}";
    for existing in Existing::ALL {
        assert_eq!(
            settled(before, &[("cat.jpg", "a cat")], existing),
            (Fate::Same, None)
        );
        let (_, once) = settled(before, &[("cat.jpg", "tabby")], existing);
        let once = once.unwrap_or_else(|| before.to_owned());
        let (fate, twice) = settled(&once, &[("cat.jpg", "tabby")], existing);
        assert_eq!(twice, None, "{existing:?} {fate:?}");
    }
    let kept = settled(before, &[("cat.jpg", "tabby")], Existing::Skip);
    assert_eq!(kept, (Fate::Kept, None));
}

#[test]
fn a_file_with_a_broken_row_is_left_alone() {
    for (line, says) in [
        ("nonsense", "it is no object of JSON"),
        ("[1]", "it is no object of JSON"),
        ("{\"file_name\": \"a\"} {}", "it is no object of JSON"),
        ("{\"text\": \"a\"}", "it has no `file_name`"),
        ("{\"file_name\": 1}", "its `file_name` is no text"),
        (
            "{\"file_name\": \"a\", \"text\": [\"b\"]}",
            "its `text` is no text",
        ),
    ] {
        let before = format!("{{\"file_name\": \"cat.jpg\"}}\n{line}\n");
        let broken = Fate::Refused(Refusal::Broken { line: 2, says });
        let found = settled(&before, &[("cat.jpg", "a cat")], Existing::Overwrite);
        assert_eq!(found, (broken, None), "{line}");
    }
}

proptest::proptest! {
    #[test]
    fn every_caption_is_read_back(name in "\\PC+", text in proptest::string::string_regex("(?s).*").unwrap()) {
        let text = tidy(&text);
        let captions = [(name.as_str(), text.as_str())].into_iter().collect();
        let (_, file) = settle(None, &captions, Existing::Skip);
        let file = file.unwrap();
        proptest::prop_assert_eq!(file.lines().count(), 1);
        let row = read(&file).unwrap().unwrap();
        proptest::prop_assert_eq!(row, Row { file_name: name, text: Some(text) });
    }
}

use super::Asked::{Address, Endpoint, Router};
use super::*;
use crate::domain::text::Foreign;

fn meaning(asked: Asked, status: u16, words: &str) -> Meaning {
    let refusal = Refusal {
        status,
        message: (!words.is_empty()).then(|| Foreign::new(words)),
        ..Refusal::default()
    };
    Meaning::of(&refusal, asked)
}

/// What no recording holds.
#[test]
fn a_refusal_means_what_status_words_and_server_say() {
    for (asked, status, words, kind, step) in [
        (
            Endpoint,
            400,
            "Bad Request: Invalid state",
            "paused",
            "resume it",
        ),
        (Endpoint, 401, "", "bad-token", "`token`"),
        (Address, 401, "", "bad-token", "[endpoints.NAME]"),
        (Address, 403, "", "bad-token", "[endpoints.NAME]"),
        (
            Endpoint,
            404,
            "model 'dummy' not found",
            "unknown-model",
            "`model`",
        ),
        (Address, 404, "", "wrong-address", "check its path"),
        (
            Endpoint,
            405,
            "Method Not Allowed",
            "wrong-address",
            "check its path",
        ),
        (Router, 413, "", "picture-too-large", "send a smaller one"),
        (
            Endpoint,
            422,
            "Failed to buffer the request body: length limit exceeded",
            "picture-too-large",
            "send a smaller one",
        ),
        (Endpoint, 415, "", "wrong-protocol", "`protocol`"),
        (Router, 424, "", "broken", "try again later"),
        (Router, 502, "", "broken", "name another one"),
        (Endpoint, 502, "", "broken", "try again later"),
        (Endpoint, 503, "", "busy", "waking up"),
        (Router, 504, "", "too-slow", "lower --max-tokens"),
        (
            Router,
            400,
            "NOT_ENOUGH_BALANCE",
            "quota",
            "another provider",
        ),
        (Router, 418, "short and stout", "bad-request", "leave out"),
        (
            Endpoint,
            418,
            "short and stout",
            "refused",
            "the request was refused",
        ),
        (
            Endpoint,
            200,
            "short and stout",
            "refused",
            "the request was refused",
        ),
    ] {
        let meaning = meaning(asked, status, words);
        assert_eq!(meaning.kind, kind, "{asked:?} {status} {words}");
        assert!(meaning.to_string().contains(step), "{meaning}");
    }
}

#[test]
fn a_code_says_as_much_as_words() {
    let refusal = Refusal {
        status: 403,
        code: Some("GatedRepo".to_owned()),
        ..Refusal::default()
    };
    assert_eq!(Meaning::of(&refusal, Router).kind, "gated");
}

#[test]
fn a_sentence_is_one_that_can_stand_before_its_cause() {
    for row in ROWS {
        let sentence = row.meaning.to_string();
        assert!(
            !sentence.ends_with('.') && sentence.is_ascii(),
            "{sentence}"
        );
        assert!(
            row.says.iter().all(|says| *says == says.to_lowercase()),
            "{:?}",
            row.says
        );
    }
}

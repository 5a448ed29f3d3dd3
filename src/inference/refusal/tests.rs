use super::Asked::{Address, Endpoint, Router};
use super::*;

/// What `status` and these words mean where they come from whom was `asked` for org/name.
fn meaning(asked: Asked, status: u16, words: &str) -> Meaning {
    let refusal = Refusal {
        status,
        message: (!words.is_empty()).then(|| Foreign::new(words)),
        ..Refusal::default()
    };
    let names = Names {
        model: Some("org/name".to_owned()),
        organisation: None,
    };
    Meaning::of(&refusal, asked, &names)
}

/// What no recording holds.
#[rustfmt::skip]
#[test]
fn a_refusal_means_what_status_words_and_server_say() {
    for (asked, status, words, kind, step) in [
        (Endpoint, 400, "Bad Request: Invalid state", "paused", "resume it"),
        (Endpoint, 401, "", "bad-token", "set token"),
        (Address, 401, "", "bad-token", "an endpoint of the configuration"),
        (Address, 403, "", "bad-token", "an endpoint of the configuration"),
        (Endpoint, 404, "model 'dummy' not found", "unknown-model", "set model"),
        (Address, 404, "", "wrong-address", "check the path"),
        (Endpoint, 405, "Method Not Allowed", "wrong-address", "check the path"),
        (Router, 413, "", "picture-too-large", "set upload to scaled"),
        (Router, 413, "Request Entity Too Large", "picture-too-large", "set upload to scaled"),
        (Endpoint, 422, "Failed to buffer the request body: length limit exceeded", "picture-too-large", "set upload to scaled"),
        (Router, 400, "Invalid image size: 4000x3000", "picture-too-large", "set upload to scaled"),
        (Endpoint, 415, "", "wrong-protocol", "check protocol"),
        (Router, 424, "", "broken", "try again later"),
        (Router, 502, "", "broken", "another provider"),
        (Endpoint, 502, "", "broken", "try again later"),
        (Endpoint, 503, "", "busy", "asking wakes it"),
        (Router, 503, "", "busy", "another provider"),
        (Router, 504, "", "too-slow", "lower max_tokens"),
        (Router, 400, "NOT_ENOUGH_BALANCE", "quota", "another provider"),
        (Router, 400, "this model does not support image input (ref: 1)", "no-vision", "takes pictures"),
        (Endpoint, 500, "image input is not supported - hint: you may need to provide the mmproj", "no-vision", "takes pictures"),
        (Endpoint, 400, "Qwen3-8B is not a multimodal model", "no-vision", "takes pictures"),
        (Endpoint, 500, "Failed to parse messages: Unsupported content part type: \"image_url\"", "no-vision", "takes pictures"),
        (Router, 404, "Repository Not Found for url: https://huggingface.co/api/models/org/name", "unknown-model", "spelling"),
        (Router, 403, "Access to model org/name is restricted and you are not in the authorized list", "gated", "https://huggingface.co/org/name"),
        (Router, 418, "short and stout", "bad-request", "leave out"),
        (Endpoint, 418, "short and stout", "refused", "what the server says"),
        (Endpoint, 200, "short and stout", "refused", "what the server says"),
    ] {
        let meaning = meaning(asked, status, words);
        assert_eq!(meaning.kind, kind, "{asked:?} {status} {words}");
        assert!(meaning.hint().contains(step), "{meaning:?}");
    }
}

#[test]
fn a_code_says_as_much_as_words() {
    for (code, kind) in [("GatedRepo", "gated"), ("RepoNotFound", "unknown-model")] {
        let refusal = Refusal {
            status: 401,
            code: Some(code.to_owned()),
            ..Refusal::default()
        };
        let meaning = Meaning::of(&refusal, Router, &Names::default());
        assert_eq!(meaning.kind, kind);
    }
}

#[test]
fn too_many_tokens_are_the_pictures_fault_where_the_answer_alone_had_room() {
    for (words, kind) in [
        (
            "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 96721 `inputs` tokens and 20 `max_new_tokens`",
            "picture-too-large",
        ),
        (
            "`inputs` tokens + `max_new_tokens` must be <= 1512. Given: 2 `inputs` tokens and 10000 `max_new_tokens`",
            "too-long",
        ),
        (
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens \
             (4500 in the messages, 500 in the completion).",
            "picture-too-large",
        ),
        (
            "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context \
             length is 4096 tokens and your request has 1500 input tokens (5000 > 4096 - 1500).",
            "too-long",
        ),
        (
            "The decoder prompt (length 7000) is longer than the maximum model length of 4096.",
            "picture-too-large",
        ),
        ("maximum context length is 4096 tokens", "too-long"),
    ] {
        assert_eq!(meaning(Endpoint, 422, words).kind, kind, "{words}");
    }
}

#[test]
fn a_captioner_of_old_tutorials_is_named_as_one() {
    let refusals = [
        (404, ""),
        (
            400,
            "The requested model 'X' is not supported by any provider you have enabled.",
        ),
        (
            410,
            "The requested model is deprecated and no longer supported by provider hf-inference",
        ),
    ];
    for (status, words) in refusals {
        let refusal = Refusal {
            status,
            message: Some(Foreign::new(words)),
            ..Refusal::default()
        };
        let of = |asked, model: &str| {
            let names = Names {
                model: Some(model.to_owned()),
                organisation: None,
            };
            Meaning::of(&refusal, asked, &names)
        };
        for model in [
            "Salesforce/blip-image-captioning-base",
            "microsoft/git-base",
            "nlpconnect/vit-gpt2-image-captioning",
        ] {
            let meaning = of(Router, model);
            assert_eq!(meaning.kind, "gone", "{model}");
            assert!(meaning.to_string().contains("no longer runs"), "{meaning}");
            assert!(meaning.hint().contains("vision chat model"), "{meaning:?}");
        }
        assert!(
            !of(Router, "org/legit-blip")
                .to_string()
                .contains("no longer runs")
        );
    }
}

#[test]
fn who_is_billed_is_named() {
    let of = |status, words: &str| {
        let refusal = Refusal {
            status,
            message: Some(Foreign::new(words)),
            ..Refusal::default()
        };
        let names = Names {
            model: None,
            organisation: Some("acme".to_owned()),
        };
        Meaning::of(&refusal, Router, &names)
    };
    let broke = of(402, "You have depleted your monthly included credits.");
    assert_eq!(broke.to_string(), "acme's credit of this month is used up");
    let forbidden = of(
        403,
        "does not have sufficient permissions on behalf of org acme",
    );
    assert_eq!(
        forbidden.to_string(),
        "the token may not call models in the name of acme"
    );
    assert!(forbidden.hint().contains("acme"), "{forbidden:?}");
}

#[test]
fn headlines_and_hints_are_short_plain_sentences() {
    let more = [OTHER, TOO_LARGE, EVEN_SMALLER, TOO_LONG, CLASSIC];
    for said in ROWS.iter().map(|row| row.meaning).chain(more) {
        for text in [said.headline, said.hint] {
            let is_plain = text.is_ascii() && !text.contains(['`', '*', '[']);
            assert!(is_plain && !text.ends_with('.'), "{text}");
            assert!(text.len() <= 160, "{text}");
            assert!(!text.contains("--"), "{text}");
        }
    }
}

#[test]
fn the_words_of_rows_are_small() {
    for says in ROWS.iter().flat_map(|row| row.says) {
        assert_eq!(*says, says.to_lowercase());
    }
}

use super::super::tests::{Told, ask, ask_page, request, url, wire};
use super::*;
use crate::domain::request::{Effort, Parameters};
use crate::domain::run::Usage;
use crate::domain::text::Foreign;
use crate::http::server::{Answer as Page, End, Server};

const CAT: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"a cat\"}}]}\n\n";
const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const DONE: &str = "data: [DONE]\n\n";

async fn told(pieces: &[&str]) -> Told {
    ask_page("org/name", Page::stream(pieces.iter().copied())).await
}

#[test]
fn chats_are_answered_below_the_address() {
    for (address, expected) in [
        (
            "https://example.org",
            "https://example.org/v1/chat/completions",
        ),
        (
            "https://example.org/",
            "https://example.org/v1/chat/completions",
        ),
        (
            "https://example.org/v1",
            "https://example.org/v1/chat/completions",
        ),
        (
            "https://example.org/v1/",
            "https://example.org/v1/chat/completions",
        ),
        (
            "https://example.org/a?key=1",
            "https://example.org/a/v1/chat/completions?key=1",
        ),
        (
            "https://example.org/api/chat/completions?k",
            "https://example.org/api/chat/completions?k",
        ),
        (
            "https://example.org/v12",
            "https://example.org/v12/v1/chat/completions",
        ),
    ] {
        assert_eq!(completions(url(address)), url(expected), "{address}");
    }
}

#[tokio::test]
async fn the_router_is_asked_in_its_own_words() {
    let server = Server::start(|_| Page::stream([CAT, DONE]));
    let mut request = request("org/name:cheapest");
    request.prompt.system = Some("Be \"short\".".to_owned());
    request.parameters = Parameters {
        max_tokens: Some(512),
        temperature: Some(0.5),
        seed: Some(-7),
        effort: Some(Effort::High),
    };
    ask(&wire(&server.url()), &request).await.answer.unwrap();
    let [sent] = server.requests().try_into().unwrap();
    assert_eq!(
        (&*sent.method, &*sent.path),
        ("POST", "/v1/chat/completions")
    );
    assert_eq!(sent.header("content-type"), Some("application/json"));
    assert_eq!(sent.header("accept"), Some("*/*"));
    assert_eq!(
        sent.header("authorization"),
        Some("Bearer hf_abcdefghijklmnop")
    );
    let expected = concat!(
        r#"{"model":"org/name:cheapest","messages":["#,
        r#"{"role":"system","content":"Be \"short\"."},"#,
        r#"{"role":"user","content":[{"type":"text","text":"Describe this image."},"#,
        r#"{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/IGEgY2F0"}}]}],"#,
        r#""max_tokens":512,"temperature":0.5,"seed":-7,"reasoning_effort":"high","#,
        r#""stream":true,"stream_options":{"include_usage":true}}"#,
    );
    assert_eq!(String::from_utf8(sent.body).unwrap(), expected);
}

#[tokio::test]
async fn a_prompt_that_reads_like_a_picture_stays_a_prompt() {
    let server = Server::start(|_| Page::stream([CAT, DONE]));
    let mut request = request("endpoint:chat");
    let prompt = "data:image/jpeg;base64,\"}";
    request.prompt.text = prompt.to_owned();
    ask(&wire(&server.url()), &request).await.answer.unwrap();
    let [sent] = server.requests().try_into().unwrap();
    let content = &sent.json()["messages"][0]["content"];
    assert_eq!(content[0]["text"], prompt);
    let url = "data:image/jpeg;base64,/9j/IGEgY2F0";
    assert_eq!(content[1]["image_url"]["url"], url);
}

#[tokio::test]
async fn what_nobody_asked_for_is_not_sent() {
    let server = Server::start(|_| Page::stream([CAT, DONE]));
    let mut request = request("endpoint:chat");
    request.prompt.text.clear();
    ask(&wire(&server.url()), &request).await.answer.unwrap();
    let [sent] = server.requests().try_into().unwrap();
    assert_eq!(sent.header("authorization"), None);
    let expected = concat!(
        r#"{"model":"dummy","messages":[{"role":"user","content":["#,
        r#"{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/IGEgY2F0"}}]}],"#,
        r#""stream":true,"stream_options":{"include_usage":true}}"#,
    );
    assert_eq!(String::from_utf8(sent.body).unwrap(), expected);
}

#[tokio::test]
async fn whoever_really_served_is_told() {
    let page = Page::stream([CAT, STOP, DONE])
        .header("X-Inference-Provider", "novita")
        .header("X-Request-Id", "Root=1;2");
    let answer = ask_page("org/name", page).await.answer.unwrap();
    assert_eq!(answer.provider, Some(Foreign::new("novita")));
    assert_eq!(answer.request_id, Some(Foreign::new("Root=1;2")));
    assert_eq!(answer.finish_reason, Some(Foreign::new("stop")));
}

#[tokio::test]
async fn it_does_not_matter_where_an_answer_is_cut() {
    let stream = concat!(
        ": hello\r\n\r\n",
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"<think>Fell\"}}]}\r\n\r\n",
        "event: x\ndata:{\"choices\":[{\"delta\":{\"content\":\"</think>\\n\\nEin K\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"ätzchen 😺\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}",
    );
    let server = Server::start(|request| {
        let at = request.path.split_once('?').unwrap().1.parse().unwrap();
        let (head, tail) = stream.as_bytes().split_at(at);
        Page::stream([head, tail])
    });
    let mut wire = wire(&server.url());
    for at in 0..=stream.len() {
        wire.router.set_query(Some(&at.to_string()));
        let told = ask(&wire, &request("org/name")).await;
        let answer = told.answer.unwrap();
        assert_eq!(answer.caption.raw(), "Ein Kätzchen 😺", "{at}");
        assert_eq!(answer.thinking.raw(), "Fell", "{at}");
        assert_eq!(
            (&*told.caption, &*told.thinking),
            ("Ein Kätzchen 😺", "Fell"),
            "{at}"
        );
        let usage = Usage {
            prompt: 7,
            completion: 2,
        };
        assert_eq!(answer.usage, Some(usage), "{at}");
    }
}

#[tokio::test]
async fn an_answer_has_ended_well_when_the_server_said_so() {
    for pieces in [
        &[CAT, DONE][..],
        &[CAT, STOP],
        &[CAT, STOP, DONE],
        &[CAT, STOP.trim_end()],
        &[CAT, DONE.trim_end()],
        &[CAT, STOP, "data: {\"choices\":[],\"usa"],
        &[CAT, STOP, "data: {\"choices\":[],\"usa\n\n", CAT],
        &[CAT, STOP, "data: that was all\n\n"],
        &[CAT, "data: [DONE]\n\ndata: that was all\n\n"],
        &[CAT, "data: [DONE]\n\ndata: {\"error\":\"too late\"}\n\n"],
    ] {
        let told = told(pieces).await;
        assert_eq!(told.answer.unwrap().caption.raw(), "a cat", "{pieces:?}");
    }
    let reset = Page::stream([CAT, STOP]).end(End::Cut);
    let told = ask_page("org/name", reset).await;
    assert_eq!(told.answer.unwrap().caption.raw(), "a cat");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_incomplete() {
    let letters = "data: {\"choices\":[{\"delta\":{\"content\":\"a cat </th";
    for (page, heard) in [
        (Page::stream([CAT]), "a cat"),
        (Page::stream([CAT, CAT.trim_end()]), "a cata cat"),
        (Page::stream([CAT, &STOP[..30]]), "a cat"),
        (Page::stream([CAT, letters]), "a cat"),
        (
            Page::stream([CAT, &format!("{letters}\"}}}}]}}\n\n")]),
            "a cata cat </th",
        ),
        (Page::stream([CAT]).end(End::Cut), "a cat"),
        (Page::stream([CAT.as_bytes(), b"data: \xc3"]), "a cat"),
        (Page::stream([""; 0]), ""),
        (
            Page::stream([CAT, &STOP.replace("stop", ""), "\n"]),
            "a cat",
        ),
        (
            Page::stream([CAT, &STOP.replace("stop", "error"), DONE]),
            "a cat",
        ),
    ] {
        let told = ask_page("org/name", page).await;
        let (kind, sentence) = told.error();
        assert_eq!((kind, &*told.caption), ("cut-short", heard));
        assert!(
            sentence.starts_with("the caption is incomplete: the answer of "),
            "{sentence}"
        );
        let error = told.answer.unwrap_err();
        assert!(error.may_be_billed() && error.retry().is_none());
    }
}

/// All that was known of an answer was lost where it broke off, and its thinking was kept as the
/// caption.
#[tokio::test]
async fn what_is_known_of_a_broken_answer_is_handed_on() {
    let usage =
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}\n\n";
    let thought = "data: {\"choices\":[{\"delta\":{\"content\":\"Fur.</think>a c\"}}]}\n\n";
    let error = "data: {\"error\":\"upstream gone\"}\n\n";
    for (rest, kind) in [
        ("", "cut-short"),
        (error, "refused"),
        ("data: ping\n\n", "unreadable"),
    ] {
        let page = Page::stream([thought, usage, rest])
            .header("X-Inference-Provider", "novita")
            .header("X-Request-Id", "Root=1");
        let told = ask_page("org/name", page).await;
        assert_eq!(told.error().0, kind);
        let expected = Answer {
            caption: Foreign::new("a c"),
            thinking: Foreign::new("Fur."),
            finish_reason: None,
            provider: Some(Foreign::new("novita")),
            usage: Some(Usage {
                prompt: 7,
                completion: 2,
            }),
            request_id: Some(Foreign::new("Root=1")),
        };
        assert_eq!(told.partial, expected, "{kind}");
    }
    let refusal = Page::json(402, "{}").header("X-Request-Id", "Root=2");
    for model in ["org/name", "endpoint:blip"] {
        let told = ask_page(model, refusal.clone()).await;
        assert_eq!(told.partial.request_id, Some(Foreign::new("Root=2")));
    }
    let empty = Page::json(200, "[]").header("X-Request-Id", "Root=3");
    let told = ask_page("endpoint:blip", empty).await;
    assert_eq!(told.partial.request_id, Some(Foreign::new("Root=3")));
}

#[tokio::test]
async fn an_error_in_the_middle_of_an_answer_is_an_error() {
    let overloaded = "data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n";
    let both =
        "data: {\"error\":\"upstream gone\",\"choices\":[{\"finish_reason\":\"error\"}]}\n\n";
    for (pieces, kind, is_billed) in [
        (&[overloaded, DONE][..], "busy", false),
        (&[overloaded.trim_end()], "busy", false),
        (&[CAT, overloaded, DONE], "busy", true),
        (&[CAT, both, DONE], "refused", true),
    ] {
        let told = told(pieces).await;
        assert_eq!(told.error().0, kind, "{pieces:?}");
        let error = told.answer.unwrap_err();
        assert_eq!(error.may_be_billed(), is_billed, "{pieces:?}");
        assert_eq!(error.retry(), None, "{pieces:?}");
    }
}

#[tokio::test]
async fn an_answer_without_a_caption_says_why_and_keeps_all_that_it_holds() {
    // It was stored as done.
    let fur = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Fur.\"}}]}\n\n";
    let end = |reason: &str| {
        format!(
            "data: {{\"choices\":[{{\"delta\":{{}},\"finish_reason\":{reason}}}],\
             \"usage\":{{\"prompt_tokens\":7,\"completion_tokens\":3}}}}\n\n"
        )
    };
    for (thinking, reason, kind, step) in [
        (fur, "\"length\"", "thought-too-long", "raise max_tokens"),
        (fur, "null", "thought-too-long", "a lower effort"),
        (fur, "\"stop\"", "no-caption", "try again"),
        ("", "\"length\"", "no-caption", "raise max_tokens"),
        ("", "\"content_filter\"", "no-caption", "in other words"),
        ("", "\"tool_calls\"", "no-caption", "choose another model"),
    ] {
        let told = told(&[thinking, &end(reason), DONE]).await;
        assert_eq!(told.error().0, kind, "{reason}");
        let error = told.answer.unwrap_err();
        let hint = error.hint().unwrap();
        assert!(hint.contains(step), "{reason}: {hint}");
        assert!(error.is_whole_answer() && error.retry().is_none());
        assert_eq!(told.partial.thinking.is_blank(), thinking.is_empty());
        let counted = told.partial.usage.map(|usage| usage.completion);
        assert_eq!(counted, Some(3));
        assert_eq!(told.partial.finish_reason.is_none(), reason == "null");
    }
}

#[tokio::test]
async fn an_answer_without_choices_is_none() {
    let empty = "data: {\"choices\":[]}\n\n";
    for pieces in [&[empty, DONE][..], &[DONE], &["data:\n\n", DONE]] {
        let (kind, sentence) = told(pieces).await.error();
        assert_eq!(kind, "no-caption", "{pieces:?}");
        assert!(sentence.ends_with("returned no caption"), "{sentence}");
    }
}

#[tokio::test]
async fn thinking_in_a_field_of_its_own_is_kept_apart() {
    let fur = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Fur.\"}}]}\n\n";
    let blank = "data: {\"choices\":[{\"delta\":{\"content\":\"\\n\\n\"}}]}\n\n";
    let told = told(&[fur, blank, CAT, STOP, DONE]).await;
    let answer = told.answer.unwrap();
    assert_eq!(
        (answer.caption.raw(), answer.thinking.raw()),
        ("a cat", "Fur.")
    );
    assert_eq!((&*told.caption, &*told.thinking), ("a cat", "Fur."));
}

#[tokio::test]
async fn what_is_no_answer_is_told_apart() {
    let deep = format!("data: {}\n\n", "[".repeat(10_000));
    let large = format!("{{\"choices\":\"{}\"}}", "x".repeat(1 << 20));
    for (page, kind, sentence) in [
        (
            Page::new(200, "text/html", "<html>"),
            "wrong-address",
            "answers with text/html and not with a caption",
        ),
        (
            Page::new(200, "application/x-ndjson", "{}\n{}"),
            "wrong-address",
            "application/x-ndjson",
        ),
        (
            Page::json(200, "{\"choices\":[{"),
            "unreadable",
            "EOF while parsing",
        ),
        (Page::json(200, "[]"), "unreadable", "invalid length"),
        (Page::json(200, "{}"), "no-caption", "returned no caption"),
        (
            Page::json(200, large),
            "too-large",
            "more than 1048576 bytes",
        ),
        (
            Page::json(200, "{}").end(End::Cut),
            "cut-short",
            "broke off",
        ),
        (
            Page::stream(["data: ping\n\n"]),
            "unreadable",
            "expected value",
        ),
        (Page::stream([deep]), "unreadable", "recursion limit"),
        (
            Page::stream([b"data: {\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}\n\n"]),
            "unreadable",
            "not UTF-8",
        ),
        (
            Page::stream(["data: x".repeat(9_000)]).end(End::Endless),
            "unreadable",
            "more than 1048576 bytes",
        ),
        (
            Page::stream([CAT.replace("cat", &"cat ".repeat(100_000))]).end(End::Endless),
            "unreadable",
            "more than 16777216 bytes",
        ),
    ] {
        let (told_kind, told) = ask_page("org/name", page).await.error();
        assert_eq!(told_kind, kind, "{told}");
        assert!(told.contains(sentence), "{told}");
    }
}

#[tokio::test]
async fn a_connection_serves_again_after_an_answer() {
    let server = Server::start(|_| Page::stream([CAT, DONE]));
    let wire = wire(&server.url());
    for _ in 0..3 {
        ask(&wire, &request("org/name")).await.answer.unwrap();
    }
    assert_eq!(server.connections(), 1);
}

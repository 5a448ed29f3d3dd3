use super::super::tests::{Told, ask, ask_page, request, wire};
use crate::domain::run::Usage;
use crate::http::server::{Answer as Page, End, Server};

async fn told(body: impl Into<Vec<u8>>) -> Told {
    ask_page("endpoint:blip", Page::json(200, body)).await
}

#[tokio::test]
async fn the_picture_is_posted_as_endpoint_servers_want_it() {
    let server = Server::start(|_| Page::json(200, r#"[{"generated_text":"a cat"}]"#));
    for model in ["endpoint:blip".to_owned(), format!("{}/blip", server.url())] {
        ask(&wire(&server.url()), &request(&model))
            .await
            .answer
            .unwrap();
        let sent = server.requests().pop().unwrap();
        assert_eq!((&*sent.method, &*sent.path), ("POST", "/blip"));
        assert_eq!(sent.header("content-type"), Some("image/jpeg"));
        assert_eq!(sent.header("accept"), Some("application/json"));
        assert_eq!(sent.header("authorization"), None);
        assert_eq!(sent.body, b"\xff\xd8\xff a cat");
    }
}

#[tokio::test]
async fn a_caption_comes_in_a_list_or_alone() {
    for body in [
        r#"[{"generated_text":"a cat "}]"#,
        r#"{"generated_text":" a cat"}"#,
        r#"[[{"generated_text":"a cat"}]]"#,
        r#"[{"score":1,"generated_text":"a cat"},{"generated_text":"a dog"},7]"#,
        r#"{"generated_text":"a cat","error":null}"#,
    ] {
        let told = told(body).await;
        let answer = told.answer.unwrap();
        assert_eq!(
            (answer.caption.raw(), &*told.caption),
            ("a cat", "a cat"),
            "{body}"
        );
        assert_eq!(answer.usage, None::<Usage>);
    }
}

#[tokio::test]
async fn an_answer_of_any_type_is_read_if_it_can_be() {
    let page = Page::new(200, "text/html", r#"[{"generated_text":"a cat"}]"#);
    let told = ask_page("endpoint:blip", page).await;
    assert_eq!(told.answer.unwrap().caption.raw(), "a cat");
}

#[tokio::test]
async fn what_is_no_caption_is_told_apart() {
    let deep = "[".repeat(10_000);
    for (body, kind, sentence) in [
        ("[]", "no-caption", "returned no caption"),
        ("{}", "no-caption", "returned no caption"),
        (
            r#"[{"generated_text":null}]"#,
            "no-caption",
            "returned no caption",
        ),
        (
            r#"[{"generated_text":" \n"}]"#,
            "no-caption",
            "returned no caption",
        ),
        (
            r#"{"error":"Model x is currently loading"}"#,
            "loading",
            "is currently loading",
        ),
        (r#"{"error":["no","picture"]}"#, "refused", "no; picture"),
        (
            r#"[{"generated_text":"a c"#,
            "unreadable",
            "EOF while parsing",
        ),
        (r#"[{"generated_text":7}]"#, "unreadable", "invalid type"),
        ("a cat", "unreadable", "expected value"),
        (&deep, "unreadable", "recursion limit"),
    ] {
        let (told_kind, told) = told(body).await.error();
        assert_eq!(told_kind, kind, "{body:.60}");
        assert!(told.contains(sentence), "{body:.60}: {told}");
    }
    let (kind, _) = told(*b"[{\"generated_text\":\"\xff\"}]").await.error();
    assert_eq!(kind, "unreadable");
}

#[tokio::test]
async fn a_page_for_people_is_a_wrong_address() {
    let page = Page::new(200, "text/html; charset=utf-8", "<html>Welcome</html>");
    let (kind, sentence) = ask_page("endpoint:blip", page).await.error();
    assert_eq!(kind, "wrong-address");
    assert!(
        sentence.ends_with("answers with text/html and not with a caption"),
        "{sentence}"
    );
}

#[tokio::test]
async fn a_caption_without_end_is_given_up() {
    let piece = format!(r#"[{{"generated_text":"{}"#, "a cat ".repeat(10_000));
    let page = Page::json(200, piece).end(End::Endless);
    let told = ask_page("endpoint:blip", page).await;
    let (kind, sentence) = told.error();
    assert_eq!(kind, "too-large");
    assert!(
        sentence.ends_with("answered with more than 16777216 bytes"),
        "{sentence}"
    );
    assert!(told.answer.unwrap_err().may_be_billed());
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_taken_for_a_whole_one() {
    let page = Page::json(200, r#"[{"generated_text":"a cat"}]"#).end(End::Cut);
    let told = ask_page("endpoint:blip", page).await;
    let (kind, sentence) = told.error();
    assert_eq!(kind, "cut-short");
    assert!(
        sentence.starts_with("the caption is incomplete: the answer of "),
        "{sentence}"
    );
    let error = told.answer.unwrap_err();
    assert!(error.may_be_billed() && error.retry().is_none());
}

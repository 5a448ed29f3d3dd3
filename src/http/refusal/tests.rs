use reqwest::header::{HeaderName, HeaderValue};
use serde_json::json;

use super::*;

/// What a refusal with status 400 and this body says: message and code.
fn said(body: impl AsRef<[u8]>) -> (String, String) {
    let refusal = Refusal::read("example.org", 400, &HeaderMap::new(), body.as_ref(), None);
    let message = refusal.message.map(|message| message.raw().to_owned());
    (
        message.unwrap_or_default(),
        refusal.code.unwrap_or_default(),
    )
}

fn message(body: impl AsRef<[u8]>) -> String {
    said(body).0
}

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let header = |(name, value): &(&'static str, &str)| {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        (HeaderName::from_static(name), value)
    };
    lines.iter().map(header).collect()
}

fn wait(status: u16, lines: &[(&'static str, &str)]) -> Option<u64> {
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    retry_after(status, &headers(lines), now).map(|wait| wait.as_secs())
}

#[rustfmt::skip]
#[test]
fn every_form_of_json_is_understood() {
    for (body, expected, code) in [
        (r#"{"error": "overloaded"}"#, "overloaded", ""),
        (r#"{"error": ["one", "two"]}"#, "one; two", ""),
        (r#"{"error": {"message": "no such model", "type": "invalid_request_error", "code": "model_not_supported"}}"#, "no such model", "model_not_supported"),
        (r#"{"error": {"message": "no", "type": "bad", "code": null}}"#, "no", "bad"),
        (r#"{"error": {"message": "no", "type": "BadRequestError", "code": 400}}"#, "no", "BadRequestError"),
        (r#"{"error": "too many tokens", "error_type": "validation"}"#, "too many tokens", "validation"),
        (r#"{"error": "invalid_grant", "error_description": "expired"}"#, "invalid_grant: expired", ""),
        (r#"{"errors": [{"message": "one"}, {"message": "two"}]}"#, "one; two", ""),
        (r#"{"object": "error", "message": "not here", "type": "", "code": 40301}"#, "not here", "40301"),
        (r#"{"message": "No API key"}"#, "No API key", ""),
        (r#"{"message": {"detail": [{"loc": ["body", "messages", 0], "msg": "missing"}]}}"#, "body.messages.0: missing", ""),
        (r#"{"detail": "Unsupported data URL"}"#, "Unsupported data URL", ""),
        (r#"{"title": "Unavailable", "status": 503}"#, "Unavailable", ""),
        (r#"{"error": "unknown", "warnings": ["There was an inference error: unknown: a dict"]}"#, "unknown: a dict", ""),
        (r#"{"error": "bad", "warnings": ["There was an inference error: bad", "old model"]}"#, "bad; old model", ""),
        (r#""plain""#, "plain", ""),
        (r#"["one"]"#, "one", ""),
        (r#"{"error": {"code": "x"}}"#, "", "x"),
        (r#"{"error": null, "ok": false}"#, "", ""),
        ("null", "", ""),
    ] {
        assert_eq!(said(body), (expected.to_owned(), code.to_owned()), "{body}");
    }
}

#[test]
fn what_is_no_json_is_one_short_line_or_nothing() {
    assert_eq!(message(" no\r\n  such\tmodel \n"), "no such model");
    assert_eq!(message(b"caf\xff not found"), "caf\u{fffd} not found");
    assert_eq!(
        message(r#"{"error":"Model is overlo"#),
        r#"{"error":"Model is overlo"#
    );
    assert_eq!(message("<html><body>502 Bad Gateway</body></html>"), "");
    assert_eq!(message("[".repeat(10_000)), "");
    assert_eq!(message(""), "");
    let long = message("ä".repeat(10_000));
    assert_eq!(long.chars().count(), LONGEST + 1);
    assert!(long.ends_with('…'));
    let deep = r#"{"error":"#.repeat(10_000);
    assert_eq!(message(deep).chars().count(), LONGEST + 1);
}

#[test]
fn a_page_is_not_read_whatever_it_calls_itself() {
    let kind = headers(&[("content-type", "text/HTML; charset=utf-8")]);
    let refusal = Refusal::read("example.org", 504, &kind, b"Time-out of the gateway", None);
    assert_eq!(refusal.message, None);
    assert_eq!(
        refusal.to_string(),
        "example.org answered 504 Gateway Timeout"
    );
}

#[test]
fn a_wait_that_is_asked_for_is_told() {
    for (seconds, told) in [
        ("1", "1 second"),
        ("55", "55 seconds"),
        ("119", "119 seconds"),
        ("120", "2 minutes"),
        ("299", "5 minutes"),
    ] {
        let wait = headers(&[("retry-after", seconds)]);
        let refusal = Refusal::read("example.org", 429, &wait, b"slow down", None);
        let expected = "example.org answered 429 Too Many Requests and asks to wait";
        assert_eq!(refusal.to_string(), format!("{expected} {told}: slow down"));
    }
}

#[test]
fn what_the_status_tells_is_not_told_twice() {
    for (body, expected) in [
        ("Bad Request", ""),
        ("400 Bad Request", ""),
        ("400: Bad Request", ""),
        ("Bad Request: no model", "no model"),
        ("400 models are here", "400 models are here"),
        ("Bad Requests", "Bad Requests"),
    ] {
        assert_eq!(message(body), expected);
    }
}

#[test]
fn signatures_in_addresses_are_cut() {
    for (body, expected) in [
        (
            "see https://s3.example/a?X-Sig=1&b=2 now",
            "see https://s3.example/a?… now",
        ),
        (
            r#"("https://s3.example/a?sig=1") b"#,
            r#"("https://s3.example/a?…") b"#,
        ),
        (
            "why? see https://example.org/a",
            "why? see https://example.org/a",
        ),
    ] {
        assert_eq!(message(body), expected);
    }
}

#[test]
fn headers_tell_what_the_body_does_not() {
    let headers = headers(&[
        ("x-error-code", "GatedRepo"),
        ("x-error-message", "Access is restricted."),
        ("x-amzn-trace-id", "Root=2"),
        ("x-request-id", "Root=1;ours"),
    ]);
    let read = |body: &[u8]| Refusal::read("example.org", 403, &headers, body, None);
    assert_eq!(
        read(b"{}").message,
        Some(Foreign::new("Access is restricted."))
    );
    let refusal = read(br#"{"error": {"message": "No.", "code": "other"}}"#);
    assert_eq!(refusal.message, Some(Foreign::new("No.")));
    assert_eq!(refusal.code.as_deref(), Some("GatedRepo"));
    assert_eq!(refusal.request_id, Some(Foreign::new("Root=1;ours")));
}

#[test]
fn a_code_that_is_no_word_is_none() {
    assert_eq!(said(r#"{"error": {"message": "a", "code": "b c"}}"#).1, "");
    let long = "c".repeat(LONGEST_CODE + 1);
    assert_eq!(said(format!(r#"{{"error": {{"code": "{long}"}}}}"#)).1, "");
}

#[rustfmt::skip]
#[test]
fn the_server_says_how_long_to_wait() {
    for (status, lines, expected) in [
        (429, &[("retry-after", "7")][..], Some(7)),
        (503, &[("retry-after", " 120 ")], Some(120)),
        (503, &[("retry-after", "Mon, 23 Nov 2026 12:00:30 GMT")], Some(30)),
        (503, &[("retry-after", "Mon, 23 Nov 2026 11:00:00 GMT")], Some(0)),
        (503, &[("retry-after", "soon")], None),
        (503, &[("retry-after", "-1")], None),
        (400, &[("retry-after", "7")], None),
        (429, &[("ratelimit", "\"api\";r=0;t=55")], Some(55)),
        (429, &[("ratelimit", "\"api\"; r=0; t=55")], Some(55)),
        (429, &[("ratelimit", "\"api\";r=3;t=55")], None),
        (429, &[("ratelimit", "\"api\";r=0")], None),
        (503, &[("ratelimit", "\"api\";r=0;t=55")], None),
        (429, &[("retry-after", "7"), ("ratelimit", "\"api\";r=0;t=55")], Some(7)),
    ] {
        assert_eq!(wait(status, lines), expected, "{status} {lines:?}");
    }
}

#[test]
fn only_what_may_pass_is_tried_again() {
    let retry = |status, body: &str| {
        Refusal::read(
            "example.org",
            status,
            &HeaderMap::new(),
            body.as_bytes(),
            None,
        )
        .retry()
    };
    for status in 300..600 {
        let expected = match status {
            429 => Some(Wait::RateLimit),
            502..=504 => Some(Wait::Loading),
            _ => None,
        };
        assert_eq!(
            retry(status, "").map(|retry| retry.why),
            expected,
            "{status}"
        );
    }
    let quota = r#"{"error": {"message": "quota", "code": "insufficient_quota"}}"#;
    assert_eq!(retry(429, quota), None);
    let numbered = r#"{"error": {"message": "no", "type": "insufficient_quota", "code": 429}}"#;
    assert_eq!(retry(429, numbered), None);
    let untidy = headers(&[("x-error-code", "quota, they say")]);
    let refusal = Refusal::read("example.org", 429, &untidy, quota.as_bytes(), None);
    assert_eq!(refusal.retry(), None);
    let loading = |time: &str| {
        let body = format!(r#"{{"error": "loading", "estimated_time": {time}}}"#);
        retry(503, &body).unwrap().after
    };
    assert_eq!(loading("20.5"), Some(Duration::from_millis(20_500)));
    assert_eq!(loading("-1.0"), None);
    for long in ["60.0", "61", "300.5", "1e300"] {
        assert_eq!(loading(long), Some(Duration::from_mins(1)), "{long}");
    }
}

#[test]
fn an_error_inside_an_answer_that_began_well_is_found() {
    let inside = |value| Refusal::inside("example.org", &HeaderMap::new(), &value, None);
    for fine in [
        json!([{"generated_text": "a cat"}]),
        json!({"choices": [], "error": null}),
        json!({"message": "hello", "detail": "more"}),
        json!("error"),
    ] {
        assert_eq!(inside(fine.clone()), None, "{fine}");
    }
    let refusal = inside(json!({"error": "too long", "error_type": "validation"})).unwrap();
    assert_eq!(
        refusal.to_string(),
        "example.org answered with an error: too long"
    );
    assert_eq!(refusal.code.as_deref(), Some("validation"));
    assert_eq!(refusal.retry(), None);
    assert!(inside(json!({"object": "error", "message": "no"})).is_some());
}

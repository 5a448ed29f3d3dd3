//! What a server said that refused a request.
//!
//! Hugging Face, the providers behind it and the servers that people run each have a form of their
//! own for it, `huggingface_hub` 2.4 (`utils/_http.py`) and `@huggingface/inference` 4.13
//! (`utils/request.ts`) know some; the recordings in `tests/tapes` hold them all.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::domain::run::Wait;
use crate::domain::text::Foreign;
use crate::domain::token::Token;

use super::Retry;

/// A message is cut after so many letters.
const LONGEST: usize = 300;
/// Seconds that a guess counts at most: a model is often there sooner.
const LONGEST_GUESS: f64 = 60.0;
/// A longer code is none.
const LONGEST_CODE: usize = 64;
/// What the servers' own numbers for a request are called, the best known first.
const REQUEST_IDS: [&str; 3] = ["x-request-id", "x-amzn-trace-id", "x-amz-cf-id"];
/// Who really served, where Hugging Face's router chose.
const PROVIDER: &str = "x-inference-provider";
#[rustfmt::skip]
const KINDS: [(u16, &str); 18] = [
    (200, "error-in-answer"),
    (400, "http-400"), (401, "http-401"), (402, "http-402"), (403, "http-403"), (404, "http-404"),
    (408, "http-408"), (409, "http-409"), (410, "http-410"), (413, "http-413"), (415, "http-415"),
    (422, "http-422"), (424, "http-424"), (429, "http-429"),
    (500, "http-500"), (502, "http-502"), (503, "http-503"), (504, "http-504"),
];
/// What some servers put before what went wrong.
const PREAMBLE: &str = "There was an inference error: ";

/// What a server said that refused a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Who.
    pub host: String,
    /// The status, 300 to 599; 200 for an error inside an answer that began well.
    pub status: u16,
    /// The server's own words, on one line and not too long.
    pub message: Option<Foreign>,
    /// A word for programs: `X-Error-Code`, `error.code` or `error_type`.
    pub code: Option<String>,
    /// When it may be asked again.
    pub retry_after: Option<Duration>,
    /// When it expects to be ready, a minute at most.
    pub estimated: Option<Duration>,
    /// The server's own number for the request.
    pub request_id: Option<Foreign>,
    /// Whom the router had asked.
    pub provider: Option<Foreign>,
}

/// `router.huggingface.co answered 402 Payment Required: You have …`, and with a wait
/// `huggingface.co answered 429 Too Many Requests and asks to wait 5 minutes`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, status, .. } = self;
        match reason(*status) {
            _ if *status == 200 => write!(f, "{host} answered with an error")?,
            Some(reason) => write!(f, "{host} answered {status} {reason}")?,
            None => write!(f, "{host} answered {status}")?,
        }
        if let Some(wait) = self.retry_after {
            write!(f, " and asks to wait {}", spoken(wait))?;
        }
        match &self.message {
            Some(message) => write!(f, ": {}", message.shown(LONGEST)),
            None => Ok(()),
        }
    }
}

impl Refusal {
    /// What `value` says, where it tells of an error inside an answer that began well:
    /// `{"error": …}` as the answer itself or as an event of a stream. `None` where it does not.
    /// A `token` that is said again is masked.
    pub(super) fn inside(
        host: &str,
        headers: &HeaderMap,
        value: &Value,
        token: Option<&Token>,
    ) -> Option<Self> {
        let is_error = value.get("error").is_some_and(|error| !error.is_null())
            || value.get("object").is_some_and(|object| object == "error");
        if !is_error {
            return None;
        }
        let mut refusal = Self {
            host: host.to_owned(),
            status: 200,
            request_id: request_id(headers),
            provider: provider(headers),
            ..Self::default()
        };
        refusal.take(value);
        Some(refusal.made_fit(token))
    }

    /// What an answer with this head and this body, or as much of it as was read, says. A `token`
    /// that is said again is masked.
    pub(super) fn read(
        host: &str,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
        token: Option<&Token>,
    ) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let mut refusal = Self {
            host: host.to_owned(),
            status,
            retry_after: retry_after(status, headers, Timestamp::now()),
            request_id: request_id(headers),
            provider: provider(headers),
            ..Self::default()
        };
        let text = String::from_utf8_lossy(body);
        let kind = header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let is_page =
            kind.to_ascii_lowercase().contains("html") || text.trim_start().starts_with('<');
        match serde_json::from_slice(body) {
            _ if is_page => {}
            Ok(value) => refusal.take(&value),
            Err(_) => refusal.message = line(&text),
        }
        if refusal.message.is_none() {
            refusal.message = header("x-error-message").and_then(line);
        }
        if let Some(code) = header("x-error-code").and_then(tidy) {
            refusal.code = Some(code);
        }
        refusal.made_fit(token)
    }

    /// Takes in a body of JSON.
    fn take(&mut self, value: &Value) {
        self.message = complaint(value).as_deref().and_then(line);
        let inner = |key| value.get("error").and_then(|error| error.get(key));
        let codes = [
            inner("code"),
            value.get("error_type"),
            inner("type"),
            value.get("code"),
        ];
        let codes = codes.into_iter().flatten().filter_map(word);
        let codes: Vec<_> = codes.filter_map(|code| tidy(&code)).collect();
        // A number is often the status once more, and the word beside it tells what it is about.
        let is_word = |code: &&String| code.contains(|letter: char| letter.is_ascii_alphabetic());
        self.code = codes.iter().find(is_word).or(codes.first()).cloned();
        let seconds = value.get("estimated_time").and_then(Value::as_f64);
        let seconds = seconds.map(|seconds| seconds.min(LONGEST_GUESS));
        self.estimated = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    }

    /// Leaves out what the status tells already, masks the token and then, so that no part of it
    /// is left at the end, cuts what is too long.
    fn made_fit(mut self, token: Option<&Token>) -> Self {
        let mask = |text: &str| match token {
            Some(token) => text.replace(token.secret(), &token.to_string()),
            None => text.to_owned(),
        };
        let masked = |text: Foreign| Foreign::new(mask(text.raw()));
        let message = self
            .message
            .as_ref()
            .map(|message| self.news(message.raw()));
        self.message = message.and_then(|message| line(&cut(mask(message))));
        self.request_id = self.request_id.map(masked);
        self.provider = self.provider.map(masked);
        self.code = self.code.as_deref().map(mask);
        self
    }

    /// A message without what the status tells already: of `404: Not Found` nothing is left.
    fn news<'a>(&self, message: &'a str) -> &'a str {
        let status = self.status.to_string();
        let reason = reason(self.status).unwrap_or_default();
        let mut news = message;
        for known in [&format!("{status} {reason}"), &status, reason] {
            if let Some(after) = news.strip_prefix(known)
                && (after.is_empty() || after.starts_with(':'))
            {
                news = after.trim_start_matches([':', ' ']);
            }
        }
        news
    }

    /// A word for programs to rely on: `http-402`, and `http-other` for what is seldom seen.
    pub fn kind(&self) -> &'static str {
        let known = KINDS.iter().find(|(status, _)| *status == self.status);
        known.map_or("http-other", |(_, kind)| kind)
    }

    /// When the same request may be sent again. A quota that is used up is no reason to wait.
    pub fn retry(&self) -> Option<Retry> {
        let why = match self.status {
            429 if self.code.as_deref() != Some("insufficient_quota") => Wait::RateLimit,
            502..=504 => Wait::Loading,
            _ => return None,
        };
        let after = self.retry_after.or(self.estimated);
        Some(Retry { why, after })
    }
}

/// What a status is called.
fn reason(status: u16) -> Option<&'static str> {
    StatusCode::from_u16(status).ok()?.canonical_reason()
}

/// The server's own number for a request (the order is that of `huggingface_hub` 2.4).
pub(super) fn request_id(headers: &HeaderMap) -> Option<Foreign> {
    let mut ids = REQUEST_IDS.iter().filter_map(|name| headers.get(*name));
    ids.next()
        .map(|id| Foreign::new(String::from_utf8_lossy(id.as_bytes())))
}

/// Who really served, where Hugging Face's router chose.
pub(super) fn provider(headers: &HeaderMap) -> Option<Foreign> {
    let provider = headers.get(PROVIDER)?;
    Some(Foreign::new(String::from_utf8_lossy(provider.as_bytes())))
}

/// A time as people say it: `20 seconds`, and from two minutes on `5 minutes`, rounded up.
fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        1 => "1 second".to_owned(),
        0..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// When the server wants to be asked again: `Retry-After` in seconds or as a date, or of Hugging
/// Face's `RateLimit: "api";r=0;t=55` the `t`, which counts only where nothing is left
/// (<https://huggingface.co/docs/hub/rate-limits>). Some send `Retry-After` on answers of all
/// kinds, where it means nothing.
fn retry_after(status: u16, headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if !matches!(status, 429 | 502..=504) {
        return None;
    }
    if let Some(value) = header(RETRY_AFTER.as_str()) {
        let value = value.trim();
        if let Ok(seconds) = value.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = DateTimeParser::new().parse_timestamp(value).ok()?;
        return Some(date.duration_since(now).try_into().unwrap_or_default());
    }
    let limit = header("ratelimit").filter(|_| status == 429)?;
    let part = |name: &str| {
        let mut parts = limit.split(';').map(str::trim);
        parts.find_map(|part| part.strip_prefix(name)?.parse().ok())
    };
    let is_used_up = part("r=")? == 0;
    is_used_up.then_some(Duration::from_secs(part("t=")?))
}

/// What a body says went wrong, with what it adds as warnings.
fn complaint(value: &Value) -> Option<String> {
    let mut message = words(value)?;
    if let Some(more) = value.get("error_description").and_then(Value::as_str) {
        message = format!("{message}: {more}");
    }
    let warnings = value.get("warnings").and_then(Value::as_array);
    for warning in warnings.into_iter().flatten().filter_map(Value::as_str) {
        let warning = warning.strip_prefix(PREAMBLE).unwrap_or(warning);
        if warning.starts_with(&message) {
            warning.clone_into(&mut message);
        } else if !message.contains(warning) {
            message = format!("{message}; {warning}");
        }
    }
    Some(message)
}

/// The words of a person in `value`, however deep they lie.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.trim().is_empty()).then(|| text.trim().to_owned()),
        Value::Array(values) => {
            let texts: Vec<String> = values.iter().filter_map(words).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        }
        Value::Object(object) => {
            let keys = ["error", "message", "msg", "detail", "errors", "title"];
            let text = keys.iter().find_map(|key| words(object.get(*key)?))?;
            // FastAPI tells which part of the request it means.
            let place = object.get("loc").and_then(Value::as_array);
            let place = place.map(|place| place.iter().filter_map(word).collect::<Vec<_>>());
            Some(match place {
                Some(place) => format!("{}: {text}", place.join(".")),
                None => text,
            })
        }
        _ => None,
    }
}

/// A text that is not empty, or a number, as a word.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A code as it came, if it looks like one.
fn tidy(code: &str) -> Option<String> {
    let is_code = (1..=LONGEST_CODE).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_graphic());
    is_code.then(|| code.to_owned())
}

/// A message on one line, without the queries of addresses, which may hold signatures; `None`
/// where there is nothing to read in it.
fn line(text: &str) -> Option<Foreign> {
    let words = text.trim_start_matches("- ").split_whitespace();
    let line = words.map(without_query).collect::<Vec<_>>().join(" ");
    let says_something = line.chars().any(char::is_alphabetic);
    says_something.then(|| Foreign::new(line))
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A word whose query is cut, if it is or holds an address.
fn without_query(word: &str) -> String {
    let Some(start) = word.find("://") else {
        return word.to_owned();
    };
    let Some(query) = word[start..].find('?').map(|at| start + at) else {
        return word.to_owned();
    };
    let rest = &word[query..];
    let end = rest
        .find(['"', '\'', '`', '<', '>', ')', ']', '}'])
        .unwrap_or(rest.len());
    format!("{}?…{}", &word[..query], &rest[end..])
}

#[cfg(test)]
mod tests;

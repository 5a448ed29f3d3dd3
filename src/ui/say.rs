//! Numbers and times as the screen says them: short, and always as wide as need be.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::request::{Effort, Parameters, UploadSpec};
use crate::domain::review::{Decision, Review};
use crate::domain::run::{Failure, Flag, Run, Sent, Wait};
use crate::domain::text::Foreign;

/// `831 B`, `31 KB`, `2.4 MB`: thousands, one digit after the point below ten.
pub fn bytes(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000, "KB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = bytes * 10 / unit;
    match tenths {
        0..100 => format!("{}.{} {name}", tenths / 10, tenths % 10),
        _ => format!("{} {name}", tenths / 10),
    }
}

/// `3ms`, `1.8s`, `2m05`.
pub fn elapsed(time: Duration) -> String {
    let ms = time.as_millis();
    match ms {
        0..1_000 => format!("{ms}ms"),
        1_000..60_000 => format!("{}.{}s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{}m{:02}", ms / 60_000, ms / 1_000 % 60),
    }
}

/// `12:04` today, `11-22` in this year, `2025` before.
pub fn moment(then: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (then, now) = (then.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if then.date() == now.date() {
        "%H:%M"
    } else if then.year() == now.year() {
        "%m-%d"
    } else {
        "%Y"
    };
    then.strftime(form).to_string()
}

/// `2026-11-23 12:04`.
pub fn date_and_time(then: Timestamp, zone: &TimeZone) -> String {
    then.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// `451×300, 18 KB`.
pub fn sent(sent: &Sent) -> String {
    format!("{}, {}", sent.size, bytes(sent.bytes))
}

/// `at most 512 tokens, temperature 0.7, seed 3, low effort`; empty where nothing was set.
pub fn parameters(parameters: &Parameters) -> String {
    let tokens = parameters.max_tokens;
    let effort = parameters.effort.map(Effort::word);
    let parts = [
        tokens.map(|most| format!("at most {most} tokens")),
        parameters.temperature.map(|it| format!("temperature {it}")),
        parameters.seed.map(|seed| format!("seed {seed}")),
        effort.map(|effort| format!("{effort} effort")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What a host gets of a picture; empty where it gets nothing.
pub fn upload(upload: UploadSpec) -> String {
    match upload {
        UploadSpec::Nothing => String::new(),
        UploadSpec::Original => {
            "the file itself, with all its metadata and the place in it".to_owned()
        }
        UploadSpec::Scaled { side, .. } => {
            format!("a JPEG of at most {side} px, without metadata")
        }
    }
}

/// What a job waits for, and how long yet.
pub fn waiting(until: Timestamp, why: Wait, now: Timestamp) -> String {
    // A second that has begun counts: the last one is 1 and not 0.
    let ms = until.as_millisecond() - now.as_millisecond();
    let seconds = (ms.max(0) + 999) / 1_000;
    match why {
        Wait::RateLimit => format!("rate limit: again in {seconds} s"),
        Wait::Loading => format!("model is loading: {seconds} s"),
        Wait::WakingUp => format!("endpoint is waking up: {seconds} s"),
        Wait::Connection => format!("connection failed: again in {seconds} s"),
    }
}

/// Why a run failed, and in a line of its own what to do next; at most about so many bytes of each.
pub fn failure(failure: &Failure, bytes: usize) -> String {
    let why = format!("✗ {}", failure.message.opening(bytes));
    match &failure.hint {
        Some(hint) => format!("{why}\nnext: {}", hint.opening(bytes)),
        None => why,
    }
}

/// What there is to doubt about a caption that nobody rewrote, as the end of a sentence.
pub fn doubt(run: &Run) -> Option<String> {
    let doubts: Vec<_> = match run.review.caption {
        Some(_) => Vec::new(),
        None => run.flags().into_iter().map(doubt_of).collect(),
    };
    (!doubts.is_empty()).then(|| doubts.join(" and "))
}

fn doubt_of(flag: Flag) -> &'static str {
    match flag {
        Flag::Empty => "the answer holds no caption",
        Flag::CutOff => "the answer ended at the limit of tokens",
        Flag::Refused => "the model or the server would not say it all",
        Flag::Looping => "it says the same again and again",
        Flag::LeakedThinking => "the model thinks aloud in it",
        Flag::ImageOf => "it says that it is about a picture",
        Flag::TooLong => "it is longer than you want captions to be",
        Flag::SameCaption => "another picture has the same caption",
        Flag::OtherScript => "it is in another script than the prompt",
    }
}

/// Signs to stand before a caption: what people made of it, or that there is something to doubt
/// about it which nobody decided on yet.
pub fn signs(run: &Run) -> String {
    let is_open = run.review.decision == Decision::Pending;
    let is_doubtful = is_open && !run.text().is_blank() && doubt(run).is_some();
    let doubtful = if is_doubtful { "! " } else { "" };
    format!("{doubtful}{}", stand(&run.review))
}

/// What people made of a caption: accepted, rejected, rewritten.
pub fn stand(review: &Review) -> String {
    let decision = match review.decision {
        Decision::Pending => "",
        Decision::Accepted => "✓ ",
        Decision::Rejected => "× ",
    };
    let rewritten = if review.caption.is_some() { "✎ " } else { "" };
    format!("{decision}{rewritten}")
}

/// `1 picture`, `3 pictures`.
pub fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{} {one}s", thousands(number)),
    }
}

/// `10,000`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A path of at most `width` columns, `~` for the home folder; what is cut is cut at the front.
pub fn path(path: &Path, home: Option<&Path>, width: usize) -> String {
    let below_home = home.and_then(|home| path.strip_prefix(home).ok());
    let text = match below_home {
        Some(rest) if rest.as_os_str().is_empty() => Foreign::new("~"),
        Some(rest) => Foreign::new(format!("~/{}", Foreign::from_os(rest.as_os_str()).raw())),
        None => Foreign::from_os(path.as_os_str()),
    };
    let whole = text.shown(usize::from(u16::MAX));
    let mut rest = whole.as_str();
    while unicode_width::UnicodeWidthStr::width(rest) + 2 > width.max(4) && rest.len() > 4 {
        match rest[1..].find('/') {
            Some(at) => rest = &rest[at + 1..],
            None => return format!("…{}", Foreign::new(rest).shown(width.saturating_sub(1))),
        }
        if unicode_width::UnicodeWidthStr::width(rest) < width {
            return format!("…{rest}");
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let said: Vec<_> = [0, 831, 1_000, 31_499, 2_449_999, 12_000_000_000]
            .map(bytes)
            .into();
        assert_eq!(said, ["0 B", "831 B", "1.0 KB", "31 KB", "2.4 MB", "12 GB"]);
    }

    #[test]
    fn times_are_short() {
        let said: Vec<_> = [3, 999, 1_849, 59_999, 125_000]
            .map(|ms| elapsed(Duration::from_millis(ms)))
            .into();
        assert_eq!(said, ["3ms", "999ms", "1.8s", "59.9s", "2m05"]);
    }

    #[test]
    fn parameters_are_told_where_they_were_set() {
        let all = Parameters {
            max_tokens: Some(512),
            temperature: Some(0.7),
            seed: Some(3),
            effort: Some(Effort::Low),
        };
        assert_eq!(
            parameters(&all),
            "at most 512 tokens, temperature 0.7, seed 3, low effort"
        );
        assert_eq!(parameters(&Parameters::default()), "");
    }

    #[test]
    fn a_wait_counts_down_to_nothing() {
        let now: Timestamp = "2026-11-23T12:30:00Z".parse().unwrap();
        let said = |ms| {
            let until = now + jiff::SignedDuration::from_millis(ms);
            waiting(until, Wait::RateLimit, now)
        };
        assert_eq!(said(12_000), "rate limit: again in 12 s");
        assert_eq!(said(1), "rate limit: again in 1 s");
        assert_eq!(said(-5_000), "rate limit: again in 0 s");
    }

    #[test]
    fn moments_are_as_short_as_they_can_be() {
        let now: Timestamp = "2026-11-23T12:30:00Z".parse().unwrap();
        let said = |then: &str| moment(then.parse().unwrap(), now, &TimeZone::UTC);
        assert_eq!(said("2026-11-23T12:04:00Z"), "12:04");
        assert_eq!(said("2026-11-22T12:04:00Z"), "11-22");
        assert_eq!(said("2025-12-31T12:04:00Z"), "2025");
    }

    #[test]
    fn long_paths_lose_their_front() {
        let said = |width| {
            path(
                Path::new("/home/me/photos/2024/summer"),
                Some(Path::new("/home/me")),
                width,
            )
        };
        assert_eq!(said(40), "~/photos/2024/summer");
        assert_eq!(said(16), "…/2024/summer");
        assert_eq!(said(10), "…/summer");
        assert_eq!(
            path(Path::new("/home/me"), Some(Path::new("/home/me")), 9),
            "~"
        );
        assert_eq!(path(Path::new("/"), None, 9), "/");
    }
}

//! The token in words: short for the status bar, whole for whoever asks.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::say;
use crate::domain::account::{Account, TokenPlace, TokenState, TokenStatus};
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;

/// How serious a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be, or nobody knows.
    Calm,
    /// Something will not work.
    Doubtful,
    /// Nothing will work with it.
    Bad,
}

/// How much room there is for the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Enough for all.
    Ample,
    /// Little: names are cut, plan and place go.
    Scarce,
}

impl Room {
    /// Columns of a name.
    fn name(self) -> usize {
        match self {
            Self::Ample => 20,
            Self::Scarce => 12,
        }
    }
}

/// A few words for the status bar at `now`. `needed` is false where no chosen model wants a token;
/// `key` opens the account.
pub fn short(
    status: &TokenStatus,
    needed: bool,
    key: Option<&str>,
    now: Timestamp,
    room: Room,
) -> (String, Tone) {
    let (text, tone) = match &status.state {
        TokenState::Missing if needed => {
            let press = key.map_or(String::new(), |key| format!(": press {key}"));
            (format!("○ no token{press}"), Tone::Calm)
        }
        TokenState::Missing => ("○ no token needed".to_owned(), Tone::Calm),
        TokenState::Offline => ("○ offline".to_owned(), Tone::Calm),
        TokenState::Checking => ("○ checking token".to_owned(), Tone::Calm),
        TokenState::Good(account) => {
            let billed = status.bill_to.as_ref();
            let billed = billed.map_or(String::new(), |name| {
                format!(" → {}", Foreign::new(name.as_str()).shown(room.name()))
            });
            let name = match room {
                Room::Ample => name(account),
                Room::Scarce => account.name.shown(room.name()),
            };
            match status.may_infer() {
                Some(false) => (
                    format!("◐{name}{billed} may not call models"),
                    Tone::Doubtful,
                ),
                Some(true) | None => (format!("●{name}{billed}"), Tone::Calm),
            }
        }
        TokenState::Limited(_) => {
            let again = seconds_left(status, now).map(|left| format!(": again in {left} s"));
            let again = again.unwrap_or_else(|| ", rate limit".to_owned());
            (format!("○ token unchecked{again}"), Tone::Doubtful)
        }
        TokenState::Unreachable(_) => ("○ Hugging Face unreachable".to_owned(), Tone::Doubtful),
        TokenState::Unusable(_) => ("✗ token unusable".to_owned(), Tone::Bad),
        TokenState::Rejected => ("✗ token rejected".to_owned(), Tone::Bad),
        TokenState::Expired(_) => ("✗ token expired".to_owned(), Tone::Bad),
    };
    let is_used = !matches!(status.state, TokenState::Missing | TokenState::Offline);
    match &status.place {
        Some(place) if is_used && room == Room::Ample => (format!("{text} {place}"), tone),
        _ => (text, tone),
    }
}

/// Seconds until Hugging Face may be asked again, where that is soon enough to count them: less
/// than an hour. A second that has begun counts.
pub fn seconds_left(status: &TokenStatus, now: Timestamp) -> Option<i64> {
    let TokenState::Limited(Some(until)) = status.state else {
        return None;
    };
    let left = (until.as_millisecond() - now.as_millisecond()).max(0);
    (left < 3_600_000).then_some((left + 999) / 1_000)
}

fn name(account: &Account) -> String {
    let pro = if account.pro { " PRO" } else { "" };
    format!("{}{pro}", account.name.shown(20))
}

/// All that is known of the token.
pub fn long(status: &TokenStatus, now: Timestamp, zone: &TimeZone, home: Option<&Path>) -> String {
    let found = |place: &TokenPlace| match place {
        TokenPlace::Variable(name) => format!("in the variable {name}"),
        TokenPlace::File(path) => format!("in {}", say::path(path, home, usize::MAX)),
    };
    let place = status.place.as_ref().map_or(String::new(), found);
    let mut text = match &status.state {
        TokenState::Missing => "none was found".to_owned(),
        TokenState::Offline => "not used: offline".to_owned(),
        TokenState::Unusable(why) => format!("{place}, unusable: {}", why.paragraphs()),
        TokenState::Checking => format!("{place}, being checked"),
        TokenState::Good(account) => {
            let may = match status.may_infer() {
                Some(true) => ", may call models",
                Some(false) => ", may not call models",
                None => "",
            };
            format!("of {}, {place}{may}", name(account))
        }
        TokenState::Rejected => format!("{place}, rejected: it is wrong, revoked or expired"),
        TokenState::Expired(when) => {
            format!("{place}, expired {}", say::moment(*when, now, zone))
        }
        TokenState::Limited(until) => {
            let again = until.map(|until| format!(" before {}", say::moment(until, now, zone)));
            let again = again.unwrap_or_default();
            format!("{place}, not checked: Hugging Face wants no more questions{again}")
        }
        TokenState::Unreachable(why) => {
            let why = why.paragraphs();
            format!("{place}, not checked: Hugging Face cannot be reached: {why}")
        }
    };
    if let Some(hidden) = &status.hides {
        text.push_str("; it hides another one ");
        text.push_str(&found(hidden));
    }
    text
}

/// What the person should hear at once; `key` opens the account.
pub fn problem(status: &TokenStatus, key: &str) -> Option<Problem> {
    let mut problem = status.problem()?;
    let hint = match (&status.state, &status.bill_to) {
        // Which token hides which is worth more than a key.
        _ if status.hides.is_some() && problem.hint.is_some() => return Some(problem),
        (TokenState::Good(_), Some(_)) => format!("{key} changes who pays"),
        (TokenState::Good(_), None) => format!("{key} tells how to make one that may"),
        _ => format!("{key} takes another one"),
    };
    problem.hint = Some(Foreign::new(hint));
    Some(problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::tests::now;

    fn status(state: TokenState) -> TokenStatus {
        TokenStatus {
            state,
            place: Some(TokenPlace::Variable("HF_TOKEN")),
            ..TokenStatus::default()
        }
    }

    fn alice(may_infer: Option<bool>) -> TokenState {
        TokenState::Good(Box::new(Account {
            name: Foreign::new("alice"),
            pro: true,
            may_infer,
            ..Account::default()
        }))
    }

    #[test]
    fn every_state_is_told_in_words() {
        let why = || Foreign::new("it holds a blank");
        let said = |state| short(&status(state), true, Some("t"), now(), Room::Ample);
        for (state, words, tone) in [
            (TokenState::Missing, "○ no token: press t", Tone::Calm),
            (TokenState::Offline, "○ offline", Tone::Calm),
            (
                TokenState::Checking,
                "○ checking token HF_TOKEN",
                Tone::Calm,
            ),
            (alice(None), "●alice PRO HF_TOKEN", Tone::Calm),
            (alice(Some(true)), "●alice PRO HF_TOKEN", Tone::Calm),
            (
                alice(Some(false)),
                "◐alice PRO may not call models HF_TOKEN",
                Tone::Doubtful,
            ),
            (
                TokenState::Limited(None),
                "○ token unchecked, rate limit HF_TOKEN",
                Tone::Doubtful,
            ),
            (
                TokenState::Unreachable(why()),
                "○ Hugging Face unreachable HF_TOKEN",
                Tone::Doubtful,
            ),
            (
                TokenState::Unusable(why()),
                "✗ token unusable HF_TOKEN",
                Tone::Bad,
            ),
            (TokenState::Rejected, "✗ token rejected HF_TOKEN", Tone::Bad),
            (
                TokenState::Expired(now()),
                "✗ token expired HF_TOKEN",
                Tone::Bad,
            ),
        ] {
            assert_eq!(said(state), (words.to_owned(), tone));
        }
        let none = TokenStatus::default();
        assert_eq!(
            short(&none, false, None, now(), Room::Ample).0,
            "○ no token needed"
        );
    }

    #[test]
    fn all_that_is_known_names_the_place_and_what_it_hides() {
        let long = |status| {
            let home = Some(Path::new("/home/me"));
            long(&status, now(), &TimeZone::UTC, home)
        };
        let file = TokenPlace::File("/home/me/.cache/huggingface/token".into());
        let hiding = TokenStatus {
            hides: Some(file.clone()),
            ..status(TokenState::Rejected)
        };
        assert_eq!(
            long(hiding),
            "in the variable HF_TOKEN, rejected: it is wrong, revoked or expired; it hides \
             another one in ~/.cache/huggingface/token"
        );
        let filed = TokenStatus {
            place: Some(file),
            ..status(alice(Some(false)))
        };
        assert_eq!(
            long(filed),
            "of alice PRO, in ~/.cache/huggingface/token, may not call models"
        );
        let limited = long(status(TokenState::Limited(Some(now()))));
        assert!(
            limited.ends_with("no more questions before 12:04"),
            "{limited}"
        );
        let hostile = TokenState::Unreachable(Foreign::new("\u{1b}[31m"));
        assert!(!long(status(hostile)).contains('\u{1b}'));
    }

    #[test]
    fn only_what_the_person_can_mend_is_told_at_once() {
        for state in [TokenState::Missing, TokenState::Checking, alice(None)] {
            assert_eq!(problem(&status(state), "t"), None);
        }
        let unusable = TokenState::Unusable(Foreign::new("it holds a blank"));
        let problem = |state| problem(&status(state), "t").unwrap();
        assert_eq!(
            problem(unusable).sentence().raw(),
            "the Hugging Face token (HF_TOKEN) is unusable: it holds a blank"
        );
        let hint = |state| problem(state).hint.unwrap().raw().to_owned();
        assert_eq!(hint(TokenState::Expired(now())), "t takes another one");
        assert_eq!(hint(TokenState::Rejected), "t takes another one");
        assert_eq!(hint(alice(Some(false))), "t tells how to make one that may");
    }
}

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::*;
use crate::domain::image::Size;
use crate::domain::model::Price;
use crate::domain::run::Run;
use crate::engine::Ended;
use crate::ui::tests::{failed, model, now, picture, run};

fn request(name: &str) -> CaptionRequest {
    run(0, name, "builtin/describe", "").request
}

fn add(jobs: &mut Jobs, name: &str) -> JobId {
    jobs.add(request(name), Again::Reuse, now())
}

fn asked(run: Run) -> Ended {
    Ended {
        run,
        from_history: false,
    }
}

fn broken(name: &str) -> Ended {
    asked(failed(
        run(1, name, "builtin/describe", ""),
        "it is damaged",
    ))
}

fn answer(text: &str) -> Heard {
    Heard {
        answer: text.to_owned(),
        ..Heard::default()
    }
}

fn waits() -> Heard {
    Heard {
        waiting: Some((now(), Wait::RateLimit)),
        ..Heard::default()
    }
}

#[test]
fn a_job_waits_runs_and_is_gone_when_it_captioned() {
    let mut jobs = Jobs::default();
    let id = add(&mut jobs, "cat.jpg");
    assert_eq!((jobs.live(), jobs.running(), jobs.queued()), (1, 0, 1));
    jobs.hear(id, &Heard::default(), now());
    assert_eq!((jobs.live(), jobs.running(), jobs.queued()), (1, 1, 0));
    jobs.hear(id, &answer("A "), now());
    jobs.hear(id, &answer("cat"), now());
    assert_eq!(jobs.get(id).unwrap().partial, "A cat");
    assert!(jobs.end(id, &asked(run(1, "cat.jpg", "builtin/describe", "A cat"))));
    assert_eq!(jobs.iter().count(), 0);
    assert_eq!(jobs.of_image(&picture("cat.jpg")).count(), 0);
    assert!(!jobs.end(id, &broken("cat.jpg")), "it is over already");
}

#[test]
fn a_job_that_waits_goes_on_when_it_is_heard_again() {
    let mut jobs = Jobs::default();
    let id = add(&mut jobs, "cat.jpg");
    jobs.hear(id, &waits(), now());
    assert_eq!(
        jobs.get(id).unwrap().state,
        JobState::Waiting(now(), Wait::RateLimit)
    );
    let later = now() + SignedDuration::from_secs(5);
    jobs.hear(id, &answer("A"), later);
    let since = JobState::Running(now());
    assert_eq!(jobs.get(id).unwrap().state, since, "waiting counts");
}

#[test]
fn what_is_thought_aloud_is_kept_apart_and_its_words_are_counted() {
    let mut jobs = Jobs::default();
    let id = add(&mut jobs, "cat.jpg");
    for thought in ["It is", " a c", "at,\n", "I ", "think."] {
        let heard = Heard {
            thinking: thought.to_owned(),
            ..Heard::default()
        };
        jobs.hear(id, &heard, now());
    }
    jobs.hear(id, &answer("A cat"), now());
    let job = jobs.get(id).unwrap();
    assert_eq!(job.thinking.text(), "It is a cat,\nI think.");
    assert_eq!(job.thinking.words(), 6);
    assert_eq!(job.partial, "A cat");
}

#[test]
fn what_was_sent_stays_known() {
    let mut jobs = Jobs::default();
    let id = add(&mut jobs, "cat.jpg");
    let sent = Sent {
        bytes: 18_000,
        size: Size {
            width: 451,
            height: 300,
        },
    };
    let heard = Heard {
        sent: Some(sent),
        ..Heard::default()
    };
    jobs.hear(id, &heard, now());
    jobs.hear(id, &answer("A"), now());
    assert_eq!(jobs.get(id).unwrap().sent, Some(sent));
}

#[test]
fn a_failure_stays_until_it_is_seen_or_tried_again() {
    let mut jobs = Jobs::default();
    let id = add(&mut jobs, "cat.jpg");
    jobs.end(id, &broken("cat.jpg"));
    let why = match &jobs.get(id).unwrap().state {
        JobState::Failed(failure) => failure.message.raw(),
        other => panic!("{other:?}"),
    };
    assert_eq!(why, "it is damaged");
    assert_eq!(jobs.live(), 0);
    assert!(
        jobs.of(&picture("cat.jpg"), &model("builtin/describe"))
            .is_none()
    );
    let again = add(&mut jobs, "cat.jpg");
    assert!(jobs.get(id).is_none());
    jobs.end(again, &broken("cat.jpg"));
    jobs.drop(again);
    assert_eq!(jobs.iter().count(), 0);
    assert_eq!(
        jobs.gauge().total,
        1,
        "a failure that was seen was a job all the same"
    );
}

/// What was heard in the last frame comes in after the end; once it brought a failed job back to
/// life, and the program waited for it for ever.
#[test]
fn what_is_heard_too_late_does_not_bring_a_failed_job_back() {
    let mut jobs = Jobs::default();
    let id = add(&mut jobs, "cat.jpg");
    jobs.end(id, &broken("cat.jpg"));
    jobs.hear(id, &waits(), now());
    assert_eq!(jobs.live(), 0);
}

#[test]
fn the_gauge_counts_what_was_started_together() {
    let mut jobs = Jobs::default();
    let names = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "u.jpg"];
    let ids = names.map(|name| add(&mut jobs, name));
    let mut paid = run(1, "a.jpg", "org/name", "A");
    paid.cost_micro_usd = Some(40);
    jobs.end(ids[0], &asked(paid.clone()));
    let held = Ended {
        run: paid,
        from_history: true,
    };
    jobs.end(ids[1], &held);
    jobs.end(ids[2], &broken("c.jpg"));
    jobs.drop(ids[3]);
    let unpriced = Run {
        price: Price::Unknown,
        cost_micro_usd: None,
        sent: Some(Sent {
            bytes: 1,
            size: Size {
                width: 1,
                height: 1,
            },
        }),
        ..run(2, "u.jpg", "org/name", "A")
    };
    jobs.end(ids[4], &asked(unpriced));
    let gauge = Gauge {
        total: 4,
        done: 4,
        failed: 1,
        from_history: 1,
        cost_micro_usd: 40,
        unpriced: 1,
        since: Some(now()),
    };
    assert_eq!(jobs.gauge(), gauge);
    add(&mut jobs, "e.jpg");
    assert_eq!(
        (jobs.gauge().total, jobs.gauge().done),
        (1, 0),
        "a new start"
    );
}

#[test]
fn only_the_newest_failures_are_kept() {
    let mut jobs = Jobs::default();
    let count = u64::try_from(FAILED_KEPT).unwrap() + 3;
    for n in 1..=count {
        let name = format!("{n}.jpg");
        let id = add(&mut jobs, &name);
        jobs.end(id, &broken(&name));
    }
    assert_eq!(jobs.iter().count(), FAILED_KEPT);
    assert_eq!(jobs.iter().next().unwrap().0, JobId(4));
    assert_eq!(jobs.gauge().failed, 1, "each was a start of its own");
}

/// All jobs were once gone through for every failure.
/// A tenth of a second is enough; the limit is for machines that are slow or busy.
#[test]
fn twenty_thousand_failures_end_at_once() {
    let names: Vec<_> = (0..20_000).map(|n| format!("{n}.jpg")).collect();
    let (mut jobs, started) = (Jobs::default(), Instant::now());
    let ids: Vec<_> = names.iter().map(|name| add(&mut jobs, name)).collect();
    for (id, name) in ids.into_iter().zip(&names) {
        jobs.end(id, &broken(name));
    }
    assert_eq!((jobs.live(), jobs.failed()), (0, FAILED_KEPT));
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn time_that_is_paused_does_not_count() {
    let after = |seconds| now() + jiff::SignedDuration::from_secs(seconds);
    let mut jobs = Jobs::default();
    add(&mut jobs, "a.jpg");
    jobs.pause(after(10));
    assert!(jobs.is_paused());
    jobs.pause(after(70));
    assert!(!jobs.is_paused());
    assert_eq!(jobs.gauge().since, Some(after(60)));
    let mut jobs = Jobs::default();
    jobs.pause(now());
    jobs.add(request("a.jpg"), Again::Reuse, after(30));
    jobs.pause(after(40));
    assert_eq!(jobs.gauge().since, Some(after(40)), "started while paused");
}

/// The screen was once drawn ten times a second for jobs that were held back.
#[test]
fn what_waits_for_its_turn_moves_nothing() {
    let mut jobs = Jobs::default();
    let id = add(&mut jobs, "a.jpg");
    assert!(!jobs.is_moving());
    jobs.hear(id, &waits(), now());
    assert!(jobs.is_moving());
    jobs.end(id, &broken("a.jpg"));
    assert!(!jobs.is_moving());
}

#[test]
fn jobs_are_told_apart_by_picture_and_model() {
    let mut jobs = Jobs::default();
    let cat = add(&mut jobs, "cat.jpg");
    add(&mut jobs, "dog.jpg");
    let of = |name, asked| jobs.of(&picture(name), &model(asked)).map(|(id, _)| id);
    assert_eq!(of("cat.jpg", "builtin/describe"), Some(cat));
    assert_eq!(of("cat.jpg", "org/name"), None);
    assert_eq!(of("cow.jpg", "builtin/describe"), None);
}

/// Whether anything runs was once counted for every new job, which took seconds.
/// A tenth of a second is enough; the limit is for machines that are slow or busy.
#[test]
fn twenty_thousand_jobs_start_and_end_at_once() {
    let names: Vec<_> = (0..20_000).map(|n| format!("{n}.jpg")).collect();
    let (mut jobs, started) = (Jobs::default(), Instant::now());
    let ids: Vec<_> = names.iter().map(|name| add(&mut jobs, name)).collect();
    for (id, name) in ids.into_iter().zip(&names) {
        jobs.end(id, &asked(run(1, name, "builtin/describe", "")));
    }
    assert!(jobs.is_idle());
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

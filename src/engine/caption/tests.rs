use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use image::ImageDecoder as _;
use tempfile::TempDir;
use tokio::sync::Notify;

use super::*;
use crate::domain::image::ImageRef;
use crate::domain::request::{Terms, UploadSpec};
use crate::domain::run::{Outcome, Sent, Wait};
use crate::domain::text::Foreign;
use crate::engine::{EngineSettings, JobEvent, JobId, Queued, Resolve};
use crate::http::server::{Answer as Page, Request, Server};
use crate::http::{HttpError, Refusal};
use crate::inference::Answer;
use crate::inference::scripted::{On as Hears, Play};
use crate::store::Store;

type Count = Arc<AtomicUsize>;

/// An engine whose models do what a test wants, and a picture.
struct Bench {
    home: TempDir,
    engine: Engine,
    picture: ImageRef,
    heard: Mutex<Vec<Progress>>,
}

impl Bench {
    fn new(
        script: impl for<'a> Fn(&'a CaptionRequest, Hears<'a>) -> Play<'a> + Send + Sync + 'static,
    ) -> Self {
        Self::with(EngineSettings::offline(), script)
    }

    fn with(
        settings: EngineSettings,
        script: impl for<'a> Fn(&'a CaptionRequest, Hears<'a>) -> Play<'a> + Send + Sync + 'static,
    ) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("cat.png");
        image::RgbImage::new(4, 3).save(&path).unwrap();
        let store = Store::open(home.path()).unwrap().store;
        let captioner = Captioner::scripted(script);
        let resolve: Resolve = Box::new(move |_| Ok(captioner.clone()));
        Self {
            engine: Engine::with_captioners(store, settings, 2, Some(resolve)),
            picture: ImageRef::new(path),
            heard: Mutex::default(),
            home,
        }
    }

    fn request(&self) -> CaptionRequest {
        let model = "org/name".parse().unwrap();
        CaptionRequest::new(self.picture.clone(), model, &Terms::default())
    }

    async fn caption(&self, cancel: &CancellationToken) -> Run {
        let on = |progress| self.heard.lock().unwrap().push(progress);
        let caption = self
            .engine
            .caption(self.request(), None, cancel.clone(), &on);
        caption.await.unwrap()
    }

    /// What was waited for.
    fn waits(&self) -> Vec<Wait> {
        let heard = self.heard.lock().unwrap();
        let wait = |progress: &Progress| match progress {
            Progress::Waiting { why, .. } => Some(*why),
            _ => None,
        };
        heard.iter().filter_map(wait).collect()
    }
}

fn refused(status: u16, after: Option<u64>) -> InferenceError {
    InferenceError::Http(HttpError::Refused(Box::new(Refusal {
        status,
        retry_after: after.map(Duration::from_secs),
        ..Refusal::default()
    })))
}

/// Models that fail with these errors, one after the other, and answer then; and how often they
/// were asked.
fn failing(settings: EngineSettings, errors: Vec<fn() -> InferenceError>) -> (Count, Bench) {
    let asked = Count::default();
    let count = Arc::clone(&asked);
    let bench = Bench::with(settings, move |_, _| {
        let turn = count.fetch_add(1, Ordering::SeqCst);
        let error = errors.get(turn).map(|error| error());
        Box::pin(async move {
            match error {
                Some(error) => Err(error),
                None => Ok(Answer {
                    caption: Foreign::new("a cat"),
                    ..Answer::default()
                }),
            }
        })
    });
    (asked, bench)
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_three_times_in_all() {
    let busy: fn() -> InferenceError = || refused(503, None);
    let (asked, bench) = failing(EngineSettings::offline(), vec![busy, busy]);
    let run = bench.caption(&CancellationToken::new()).await;
    assert_eq!(run.outcome, Outcome::Captioned);
    assert_eq!(bench.waits(), [Wait::Loading, Wait::Loading]);
    assert_eq!(asked.load(Ordering::SeqCst), 3);

    let (asked, bench) = failing(EngineSettings::offline(), vec![busy, busy, busy, busy]);
    let run = bench.caption(&CancellationToken::new()).await;
    assert_eq!(run.outcome, Outcome::Failed);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_is_told_instead() {
    let (asked, bench) = failing(EngineSettings::offline(), vec![|| refused(429, Some(61))]);
    let run = bench.caption(&CancellationToken::new()).await;
    assert_eq!(run.failure.unwrap().kind, "http-429");
    assert_eq!(bench.waits(), []);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn what_has_spoken_is_not_asked_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let bench = Bench::new(move |_, on| {
        count.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            on(Progress::Thinking(Foreign::new("hm")));
            on(Progress::Answer(Foreign::new("A cat")));
            Err(refused(503, None))
        })
    });
    let run = bench.caption(&CancellationToken::new()).await;
    assert_eq!(run.outcome, Outcome::Failed);
    assert_eq!((run.caption.raw(), run.thinking.raw()), ("A cat", "hm"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_asks_one_to_wait_is_left_alone_by_all() {
    let (asked, bench) = failing(EngineSettings::offline(), vec![|| refused(429, Some(30))]);
    let never = CancellationToken::new();
    let first = bench.caption(&never);
    let second = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        let asked_before = asked.load(Ordering::SeqCst);
        let run = bench.caption(&CancellationToken::new()).await;
        (asked_before, run)
    };
    let begun = tokio::time::Instant::now();
    let (first, (asked_before, second)) = tokio::join!(first, second);
    assert_eq!(first.outcome, Outcome::Captioned);
    assert_eq!(second.outcome, Outcome::Captioned);
    assert_eq!(asked_before, 1);
    assert_eq!(bench.waits(), [Wait::RateLimit, Wait::RateLimit]);
    let took = begun.elapsed();
    assert!((30..31).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn who_cancels_a_wait_has_paid_nothing_and_in_the_middle_nobody_knows() {
    let (_, bench) = failing(EngineSettings::offline(), vec![|| refused(503, Some(60))]);
    let cancel = CancellationToken::new();
    let (run, ()) = tokio::join!(bench.caption(&cancel), async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        cancel.cancel();
    });
    assert_eq!(run.outcome, Outcome::Cancelled);
    assert_eq!(run.cost_micro_usd, Some(0));

    let begun = Arc::new(Notify::new());
    let tell = Arc::clone(&begun);
    let bench = Bench::new(move |_, _| {
        let tell = Arc::clone(&tell);
        Box::pin(async move {
            tell.notify_one();
            std::future::pending().await
        })
    });
    let cancel = CancellationToken::new();
    let (run, ()) = tokio::join!(bench.caption(&cancel), async {
        begun.notified().await;
        cancel.cancel();
    });
    assert_eq!(run.outcome, Outcome::Cancelled);
    assert_eq!(run.cost_micro_usd, None);
}

#[tokio::test(start_paused = true)]
async fn a_try_that_may_have_been_billed_is_not_forgotten_by_the_next() {
    // The last try decided alone, so that what the first may have cost was given back.
    let lost: fn() -> InferenceError = || {
        InferenceError::Http(HttpError::Lost {
            host: "lab".to_owned(),
            source: "hung up".into(),
        })
    };
    let errors = vec![lost, || refused(401, None)];
    let (_, bench) = failing(EngineSettings::offline(), errors);
    let run = bench.caption(&CancellationToken::new()).await;
    assert_eq!(run.failure.unwrap().kind, "http-401");
    assert_eq!(run.cost_micro_usd, None);
    let (_, bench) = failing(EngineSettings::offline(), vec![|| refused(401, None)]);
    let run = bench.caption(&CancellationToken::new()).await;
    assert_eq!(run.cost_micro_usd, Some(0));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_rests_keeps_no_other_waiting() {
    let settings = EngineSettings {
        concurrency: 1,
        concurrency_per_host: 1,
        ..EngineSettings::offline()
    };
    let bench = Bench::with(settings, |request, _| {
        let rests = matches!(request.model, ModelRef::Hub { .. });
        Box::pin(async move {
            if rests {
                Err(refused(429, Some(60)))
            } else {
                Ok(Answer::default())
            }
        })
    });
    let lab = CaptionRequest {
        model: "https://lab.example/caption".parse().unwrap(),
        ..bench.request()
    };
    let queue = (0..)
        .zip([bench.request(), lab])
        .map(|(job, request)| Queued {
            job: JobId(job),
            request,
            cancel: CancellationToken::new(),
        });
    let begun = tokio::time::Instant::now();
    let ended = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&ended);
    let on = move |job: JobId, event: JobEvent| {
        if let JobEvent::Ended(_) = event {
            heard
                .lock()
                .unwrap()
                .push((job.0, begun.elapsed().as_secs()));
        }
    };
    let batch = bench
        .engine
        .batch(queue.collect(), Again::Repeat, Arc::new(on));
    batch.await;
    let ended = ended.lock().unwrap();
    assert_eq!(ended[0], (1, 0), "{ended:?}");
    assert_eq!(ended[1].0, 0);
    assert!(ended[1].1 >= 120, "{ended:?}");
}

#[tokio::test]
async fn whenever_it_is_cancelled_a_run_has_one_row_and_none_is_left_open() {
    // A thread wrote the row of a run that nobody waited for any more.
    let (_, bench) = failing(EngineSettings::offline(), Vec::new());
    for patience in 0..200 {
        let cancel = CancellationToken::new();
        let request = CaptionRequest {
            upload: UploadSpec::Original,
            ..bench.request()
        };
        let caption = bench.engine.caption(request, None, cancel.clone(), &|_| {});
        let (run, ()) = tokio::join!(caption, async {
            for _ in 0..patience {
                tokio::task::yield_now().await;
            }
            cancel.cancel();
        });
        assert!(run.unwrap().id.is_some());
    }
    let history = rusqlite::Connection::open(bench.home.path().join("history.sqlite")).unwrap();
    let count = |condition: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM run WHERE {condition}");
        history.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("true"), count("state = 'sent'")), (200, 0));
}

#[tokio::test]
async fn what_runs_here_does_not_wait_for_answers_from_elsewhere() {
    let settings = EngineSettings {
        concurrency: 1,
        ..EngineSettings::offline()
    };
    let bench = Bench::with(settings, |request, _| {
        let is_away = matches!(request.model, ModelRef::Hub { .. });
        Box::pin(async move {
            if is_away {
                std::future::pending::<()>().await;
            }
            Ok(Answer::default())
        })
    });
    let cancel = CancellationToken::new();
    let here = CaptionRequest {
        model: "builtin/describe".parse().unwrap(),
        ..bench.request()
    };
    let away = bench.caption(&cancel);
    let here = async {
        while bench.engine.0.flights.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let run = bench.engine.caption(here, None, cancel.clone(), &|_| {});
        let run = run.await.unwrap();
        cancel.cancel();
        run
    };
    let (away, here) = tokio::join!(away, here);
    assert_eq!(here.outcome, Outcome::Captioned);
    assert_eq!(away.outcome, Outcome::Cancelled);
}

#[tokio::test]
async fn without_a_price_a_cap_lets_nothing_out() {
    let settings = EngineSettings {
        limit: crate::domain::spending::Limit::Daily(2_000_000),
        ..EngineSettings::offline()
    };
    let (asked, bench) = failing(settings, Vec::new());
    let run = bench.caption(&CancellationToken::new()).await;
    let failure = run.failure.unwrap();
    assert_eq!(failure.kind, "over-cap");
    assert_eq!(run.sent, None);
    assert!(failure.message.raw().contains("$2.00"), "{failure:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_answer_in_history_is_found_even_where_the_model_cannot_be_asked_any_more() {
    let (_, bench) = failing(EngineSettings::offline(), Vec::new());
    bench.caption(&CancellationToken::new()).await;
    let left = bench.engine.unanswered(&[bench.request()]).await;
    assert_eq!(left, []);
    let unasked = CaptionRequest {
        model: "org/other".parse().unwrap(),
        ..bench.request()
    };
    let left = bench
        .engine
        .unanswered(&[bench.request(), unasked.clone()])
        .await;
    assert_eq!(left, [unasked]);
}

/// What comes of a picture of 400 by 300 pixels, sent so to a server that does as `serve` says;
/// what was heard, and what was sent.
async fn sent_to(
    serve: impl Fn(&Request) -> Page + Send + Sync + 'static,
    upload: UploadSpec,
) -> (Run, Vec<Progress>, Vec<Vec<u8>>) {
    let (home, server) = (tempfile::tempdir().unwrap(), Server::start(serve));
    let path = home.path().join("cat.jpg");
    image::RgbImage::new(400, 300).save(&path).unwrap();
    let store = Store::open(home.path()).unwrap().store;
    let engine = Engine::new(store, EngineSettings::offline());
    let model = format!("{}/caption", server.url()).parse().unwrap();
    let terms = Terms {
        upload,
        ..Terms::default()
    };
    let request = CaptionRequest::new(ImageRef::new(path), model, &terms);
    let heard = Mutex::new(Vec::new());
    let on = |progress| heard.lock().unwrap().push(progress);
    let run = engine.caption(request, None, CancellationToken::new(), &on);
    let run = run.await.unwrap();
    let bodies = server.requests().into_iter().map(|request| request.body);
    (run, heard.into_inner().unwrap(), bodies.collect())
}

fn width(picture: &[u8]) -> u32 {
    let decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(picture));
    decoder.unwrap().dimensions().0
}

/// A server that takes pictures of so many pixels in width.
fn takes(most: u32) -> impl Fn(&Request) -> Page + Send + Sync + 'static {
    move |request| match width(&request.body) {
        wide if wide <= most => Page::json(200, r#"[{"generated_text":"a cat"}]"#),
        _ => Page::text(413, "request entity too large"),
    }
}

const SCALED: UploadSpec = UploadSpec::Scaled {
    side: 256,
    bytes: 1_000_000,
};

#[tokio::test]
async fn a_picture_that_is_too_large_goes_out_once_more_and_smaller() {
    let (run, heard, bodies) = sent_to(takes(128), SCALED).await;
    assert_eq!(
        (run.outcome, run.caption.raw()),
        (Outcome::Captioned, "a cat")
    );
    assert_eq!(run.request.upload, SCALED);
    let [large, small] = &bodies[..] else {
        panic!("{}", bodies.len())
    };
    assert_eq!((width(large), width(small)), (256, 128));
    let sent = |body: &Vec<u8>, width, height| Sent {
        bytes: body.len() as u64,
        size: crate::domain::image::Size { width, height },
    };
    let (large, small) = (sent(large, 256, 192), sent(small, 128, 96));
    assert_eq!(run.sent, Some(small));
    assert_eq!(
        heard[..3],
        [
            Progress::Sending(Some(large)),
            Progress::Smaller(small),
            Progress::Sending(Some(small)),
        ]
    );
    assert_eq!(
        small.again(),
        "too large for the server; sent again at 128 px"
    );
}

#[tokio::test]
async fn a_picture_that_is_too_large_even_when_smaller_is_given_up() {
    let (run, _, bodies) = sent_to(takes(100), SCALED).await;
    let failure = run.failure.unwrap();
    assert_eq!(failure.kind, "picture-too-large");
    let message = failure.message.raw();
    assert!(message.contains("even at half its size"), "{message}");
    assert!(message.contains("413"), "{message}");
    let hint = failure.hint.unwrap();
    assert!(hint.raw().contains("another model"), "{hint:?}");
    assert_eq!(bodies.len(), 2);
    assert_eq!(run.sent.unwrap().size.width, 128);
}

#[tokio::test]
async fn an_original_is_never_changed() {
    let (run, heard, bodies) = sent_to(takes(128), UploadSpec::Original).await;
    let failure = run.failure.unwrap();
    assert_eq!(failure.kind, "picture-too-large");
    let hint = failure.hint.unwrap();
    assert!(hint.raw().contains("set upload to scaled"), "{hint:?}");
    assert_eq!((bodies.len(), heard.len()), (1, 1));
}

#[tokio::test]
async fn a_failed_run_names_who_refused_and_how_long_to_wait() {
    let refuse = |_: &Request| {
        Page::text(429, "slow down")
            .header("Retry-After", "299")
            .header("X-Inference-Provider", "novita")
            .header("X-Request-Id", "r-1")
    };
    let (run, ..) = sent_to(refuse, SCALED).await;
    let failure = run.failure.unwrap();
    assert_eq!(failure.kind, "rate-limit");
    let message = failure.message.raw();
    assert!(
        message.contains("asks to wait 5 minutes: slow down"),
        "{message}"
    );
    let raw = |text: &Option<Foreign>| text.as_ref().unwrap().raw().to_owned();
    assert_eq!(
        (raw(&run.provider), raw(&run.request_id)),
        ("novita".into(), "r-1".into())
    );
}

fn asleep() -> InferenceError {
    InferenceError::Asleep {
        source: HttpError::Refused(Box::new(Refusal {
            status: 503,
            ..Refusal::default()
        })),
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_wakes_up_is_waited_for_and_its_naps_are_no_tries() {
    let (asked, bench) = failing(
        EngineSettings::offline(),
        vec![asleep, asleep, asleep, asleep, || refused(503, None)],
    );
    let run = bench.caption(&CancellationToken::new()).await;
    assert_eq!(run.outcome, Outcome::Captioned);
    assert_eq!(asked.load(Ordering::SeqCst), 6);
    let naps = [Wait::WakingUp; 4];
    assert_eq!(bench.waits(), [&naps[..], &[Wait::Loading]].concat());
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_does_not_wake_up_in_ten_minutes_is_given_up() {
    let (asked, bench) = failing(EngineSettings::offline(), vec![asleep; 100]);
    let run = bench.caption(&CancellationToken::new()).await;
    let failure = run.failure.unwrap();
    assert_eq!(failure.kind, "asleep");
    let said = failure.message.raw();
    assert!(said.contains("did not wake up in 10 minutes"), "{said}");
    let hint = failure.hint.unwrap();
    assert!(hint.raw().contains("endpoints.huggingface.co"), "{hint:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 41);
    assert_eq!(bench.waits(), [Wait::WakingUp; 40]);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_an_endpoint_can_stop() {
    let (asked, bench) = failing(EngineSettings::offline(), vec![asleep; 100]);
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let heard = std::sync::atomic::AtomicBool::new(false);
    let on = |progress: Progress| {
        if matches!(progress, Progress::Waiting { .. }) {
            heard.store(true, Ordering::SeqCst);
            stop.cancel();
        }
    };
    let run = bench.engine.caption(bench.request(), None, cancel, &on);
    assert_eq!(run.await.unwrap().outcome, Outcome::Cancelled);
    assert!(heard.load(Ordering::SeqCst));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt as _;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::endpoint::Endpoint;
use crate::domain::model::{Price, Protocol};
use crate::domain::request::{CaptionRequest, Terms, UploadSpec};
use crate::domain::run::{Outcome, Progress};
use crate::domain::text::Foreign;
use crate::inference::Answer;
use crate::inference::scripted::{On, Play};

/// An engine whose models do what a test wants, with a history and a folder of pictures.
struct Bench {
    home: TempDir,
    engine: Engine,
    captioner: Captioner,
}

impl Bench {
    fn new(
        script: impl for<'a> Fn(&'a CaptionRequest, On<'a>) -> Play<'a> + Send + Sync + 'static,
    ) -> Self {
        Self::with(2, script)
    }

    fn with(
        concurrency: usize,
        script: impl for<'a> Fn(&'a CaptionRequest, On<'a>) -> Play<'a> + Send + Sync + 'static,
    ) -> Self {
        let home = tempfile::tempdir().unwrap();
        let store = open(&home);
        let settings = EngineSettings {
            concurrency,
            ..EngineSettings::offline()
        };
        let captioner = Captioner::scripted(script);
        let engine = scripted(store, settings, captioner.clone());
        Self {
            home,
            engine,
            captioner,
        }
    }

    /// One whose models see a cat in everything, and how often they were asked.
    fn counting() -> (Self, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let bench = Self::new(move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(answer("A cat.")) })
        });
        (bench, asked)
    }

    /// The same once a later program has written to history, which is only read from then on.
    fn after_a_later_program(self) -> Self {
        drop(self.engine);
        let history = rusqlite::Connection::open(self.home.path().join("history.sqlite")).unwrap();
        history.execute_batch("PRAGMA user_version = 77").unwrap();
        let settings = EngineSettings::offline();
        let engine = scripted(open(&self.home), settings, self.captioner.clone());
        assert!(engine.read_only().is_some());
        Self { engine, ..self }
    }

    /// A picture in `folder`; no two names hold the same.
    fn picture(&self, folder: &str, name: &str) -> ImageRef {
        let folder = self.home.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        let colour = name
            .bytes()
            .fold([0, 0, 0], |[a, b, c], byte| [b, c, a ^ byte]);
        image::RgbImage::from_pixel(4, 3, image::Rgb(colour))
            .save(&path)
            .unwrap();
        ImageRef::new(path)
    }

    fn pictures<const N: usize>(&self, names: [&str; N]) -> [ImageRef; N] {
        names.map(|name| self.picture("photos", name))
    }

    async fn caption(&self, request: CaptionRequest) -> Result<Run, EngineError> {
        let cancel = CancellationToken::new();
        self.engine.caption(request, None, cancel, &|_| {}).await
    }

    /// Runs a batch to its end and answers what it told of each job, in words.
    async fn batch(&self, requests: Vec<CaptionRequest>, again: Again) -> Vec<String> {
        let (queue, _) = queue(requests);
        let (heard, on) = listener();
        self.engine.batch(queue, again, on).await;
        heard.told()
    }

    async fn runs(&self) -> Vec<Run> {
        self.engine
            .history(HistoryQuery::default(), None, 100)
            .await
            .unwrap()
    }

    /// The states of all rows, as another program sees them.
    fn states(&self) -> Vec<String> {
        let history = rusqlite::Connection::open(self.home.path().join("history.sqlite")).unwrap();
        let mut rows = history
            .prepare("SELECT state FROM run ORDER BY id")
            .unwrap();
        let states = rows.query_map([], |row| row.get(0)).unwrap();
        states.map(Result::unwrap).collect()
    }
}

fn scripted(store: Store, settings: EngineSettings, captioner: Captioner) -> Engine {
    let resolve: Resolve = Box::new(move |_: &ModelRef| Ok(captioner.clone()));
    Engine::with_captioners(store, settings, 4, Some(resolve))
}

fn open(home: &TempDir) -> Store {
    Store::open(home.path()).unwrap().store
}

fn request(image: &ImageRef, model: &str) -> CaptionRequest {
    CaptionRequest::new(image.clone(), model.parse().unwrap(), &Terms::default())
}

fn requests(images: &[ImageRef]) -> Vec<CaptionRequest> {
    images
        .iter()
        .map(|image| request(image, "org/name"))
        .collect()
}

/// The requests as jobs 1, 2, 3 …, and what cancels them.
fn queue(requests: Vec<CaptionRequest>) -> (Vec<Queued>, Vec<CancellationToken>) {
    let tokens: Vec<_> = requests.iter().map(|_| CancellationToken::new()).collect();
    let queue = requests.into_iter().zip(&tokens).zip(1..);
    let queue = queue.map(|((request, cancel), number)| Queued {
        job: JobId(number),
        request,
        cancel: cancel.clone(),
    });
    (queue.collect(), tokens)
}

type Heard = Arc<Mutex<Vec<(JobId, String)>>>;

/// A picture that goes out as it is, or scaled.
fn request_as(image: &ImageRef, upload: UploadSpec) -> CaptionRequest {
    let terms = Terms {
        upload,
        ..Terms::default()
    };
    CaptionRequest::new(image.clone(), "org/name".parse().unwrap(), &terms)
}

/// Hears what jobs tell, without their progress.
fn listener() -> (Told, Arc<dyn Fn(JobId, JobEvent) + Send + Sync>) {
    let heard = Heard::default();
    let told = Told(Arc::clone(&heard));
    let on = move |job, event| {
        let word = match event {
            JobEvent::Started => "started".to_owned(),
            JobEvent::Progress(_) => return,
            JobEvent::Dropped => "dropped".to_owned(),
            JobEvent::Ended(ended) => match *ended {
                Ok(Ended { run, from_history }) => {
                    let source = if from_history { "history: " } else { "" };
                    format!("{source}{}", run.outcome.word())
                }
                Err(error) => error.to_string(),
            },
        };
        heard.lock().unwrap().push((job, word));
    };
    (told, Arc::new(on))
}

struct Told(Heard);

impl Told {
    /// What was told, job by job: `1 started`.
    fn told(&self) -> Vec<String> {
        let mut told = self.0.lock().unwrap().clone();
        told.sort_by_key(|(job, _)| *job);
        told.into_iter()
            .map(|(job, word)| format!("{} {word}", job.0))
            .collect()
    }
}

/// A whole answer.
fn answer(caption: &str) -> Answer {
    Answer {
        caption: Foreign::new(caption),
        ..Answer::default()
    }
}

fn says(on: On<'_>, text: &str) {
    on(Progress::Answer(Foreign::new(text)));
}

#[tokio::test]
async fn the_row_is_there_before_the_model_is_asked_and_complete_after() {
    let (asked, mut was_asked) = mpsc::unbounded_channel();
    let (gate, open) = tokio::sync::watch::channel(false);
    let bench = Bench::new(move |_, _| {
        let (asked, mut open) = (asked.clone(), open.clone());
        Box::pin(async move {
            asked.send(()).unwrap();
            open.wait_for(|open| *open).await.unwrap();
            Ok(answer("A cat."))
        })
    });
    let [cat] = bench.pictures(["cat.png"]);
    let caption = bench.caption(request(&cat, "org/name"));
    let watch = async {
        was_asked.recv().await.unwrap();
        assert_eq!(bench.states(), ["sent"]);
        assert!(
            bench.runs().await.is_empty(),
            "what is not over is not history"
        );
        gate.send(true).unwrap();
    };
    let (run, ()) = tokio::join!(caption, watch);
    let run = run.unwrap();
    assert_eq!(run.caption.raw(), "A cat.");
    assert_eq!(bench.states(), ["captioned"]);
    assert_eq!(bench.runs().await[0].id, run.id);
}

#[tokio::test]
async fn what_a_killed_program_left_is_interrupted_at_the_next_start() {
    let (asked, mut was_asked) = mpsc::unbounded_channel();
    let bench = Bench::new(move |_, _| {
        let asked = asked.clone();
        Box::pin(async move {
            asked.send(()).unwrap();
            std::future::pending().await
        })
    });
    let [cat] = bench.pictures(["cat.png"]);
    let Bench { home, engine, .. } = bench;
    let caption = async {
        let cancel = CancellationToken::new();
        engine
            .caption(request(&cat, "org/name"), None, cancel, &|_| {})
            .await
    };
    tokio::select! {
        _ = caption => panic!("nobody answers"),
        _ = was_asked.recv() => {}
    }
    drop(engine);
    let left = open(&home)
        .page(&HistoryQuery::default(), None, 10)
        .unwrap();
    let outcomes: Vec<_> = left.iter().map(|run| run.outcome).collect();
    assert_eq!(outcomes, [Outcome::Interrupted]);
}

#[tokio::test]
async fn a_model_that_fails_leaves_a_run_with_what_had_come() {
    let bench = Bench::new(|request, on| {
        Box::pin(async move {
            says(on, "A ");
            says(on, "cat");
            on(Progress::Thinking(Foreign::new("hm")));
            Err(InferenceError::NotServed(request.model.clone()))
        })
    });
    let [cat] = bench.pictures(["cat.png"]);
    let run = bench.caption(request(&cat, "org/name")).await.unwrap();
    assert_eq!(run.outcome, Outcome::Failed);
    assert_eq!(run.failure.as_ref().unwrap().kind, "not-served");
    assert_eq!((run.caption.raw(), run.thinking.raw()), ("A cat", "hm"));
    assert!(run.timing.first_answer.is_some());
    assert_eq!(bench.runs().await[0].caption.raw(), "A cat");
}

#[tokio::test]
async fn a_run_that_is_cancelled_keeps_what_had_come() {
    let bench = Bench::new(|_, on| {
        Box::pin(async move {
            says(on, "A c");
            std::future::pending().await
        })
    });
    let [cat] = bench.pictures(["cat.png"]);
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let on = move |progress| {
        if let Progress::Answer(_) = progress {
            stop.cancel();
        }
    };
    let run = bench
        .engine
        .caption(request(&cat, "org/name"), None, cancel, &on)
        .await
        .unwrap();
    assert_eq!(
        (run.outcome, run.caption.raw()),
        (Outcome::Cancelled, "A c")
    );
    assert_eq!(bench.states(), ["cancelled"]);
}

#[tokio::test]
async fn a_caption_that_history_cannot_take_is_not_lost() {
    let home = Arc::new(Mutex::new(PathBuf::new()));
    let place = Arc::clone(&home);
    let bench = Bench::new(move |_, on| {
        let history = place.lock().unwrap().join("history.sqlite");
        Box::pin(async move {
            says(on, "A cat.");
            let other = rusqlite::Connection::open(history).unwrap();
            other
                .execute_batch("ALTER TABLE run RENAME TO lost")
                .unwrap();
            Ok(answer("A cat."))
        })
    });
    bench.home.path().clone_into(&mut home.lock().unwrap());
    let [cat] = bench.pictures(["cat.png"]);
    let error = bench.caption(request(&cat, "org/name")).await.unwrap_err();
    let EngineError::NotStored { run, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((run.caption.raw(), run.id), ("A cat.", None));
    let problem = error.problem();
    assert_eq!(
        problem.headline.raw(),
        "the caption could not be stored in history"
    );
    assert!(problem.hint.unwrap().raw().contains("copy it"));
}

#[tokio::test]
async fn a_picture_that_cannot_be_read_is_a_failed_run_and_no_model_is_asked() {
    let bench = Bench::new(|_, _| Box::pin(async { panic!("nobody asks") }));
    let folder = bench.home.path();
    fs::write(folder.join("text.jpg"), "no picture at all").unwrap();
    let known = [
        ("text.jpg", "not-a-picture", true),
        ("gone.jpg", "gone", false),
    ];
    for (name, kind, is_known) in known {
        let image = ImageRef::new(folder.join(name));
        let run = bench.caption(request(&image, "org/name")).await.unwrap();
        assert_eq!(run.outcome, Outcome::Failed);
        assert_eq!(run.failure.unwrap().kind, kind);
        assert_eq!(run.image_id.is_some(), is_known, "{name}");
        assert!(run.id.is_some());
    }
    assert_eq!(bench.states(), ["failed", "failed"]);
    let text = ImageRef::new(folder.join("text.jpg"));
    let runs = bench.engine.runs_of(&text).await.unwrap();
    assert_eq!(runs.len(), 1, "the failure is found again");
    let marks = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&marks);
    let on = move |known: Vec<Recognised>| seen.lock().unwrap().extend(known);
    let names = vec!["text.jpg".into()];
    let recognised = bench
        .engine
        .recognise(folder.to_owned(), names, CancellationToken::new(), on);
    recognised.await.unwrap();
    assert!(marks.lock().unwrap()[0].marks.failed, "and marked");
}

#[tokio::test]
async fn pixels_are_kept_only_as_long_as_somebody_needs_them() {
    let bench = Bench::new(|_, _| Box::pin(async { Ok(answer("A cat.")) }));
    let [cat] = bench.pictures(["cat.png"]);
    let decoded = bench.engine.0.pictures.decoded(&cat, UploadSpec::Nothing);
    let pixels = decoded.await.unwrap();
    let weak = Arc::downgrade(&pixels);
    drop(pixels);
    assert!(weak.upgrade().is_none());
}

#[tokio::test]
async fn a_decode_that_failed_is_tried_again() {
    let bench = Bench::new(|_, _| Box::pin(async { Ok(answer("A cat.")) }));
    let cat = ImageRef::new(bench.home.path().join("photos/cat.png"));
    let pictures = &bench.engine.0.pictures;
    assert!(pictures.decoded(&cat, UploadSpec::Nothing).await.is_err());
    bench.pictures(["cat.png"]);
    assert!(pictures.decoded(&cat, UploadSpec::Nothing).await.is_ok());
}

#[tokio::test]
async fn so_many_requests_are_in_flight_and_no_more() {
    let (started, mut starts) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let (flying, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (door, highest) = (Arc::clone(&gate), Arc::clone(&most));
    let bench = Bench::with(3, move |_, _| {
        let (started, door) = (started.clone(), Arc::clone(&door));
        let (flying, highest) = (Arc::clone(&flying), Arc::clone(&highest));
        Box::pin(async move {
            let now = flying.fetch_add(1, Ordering::SeqCst) + 1;
            highest.fetch_max(now, Ordering::SeqCst);
            started.send(()).unwrap();
            door.acquire().await.unwrap().forget();
            flying.fetch_sub(1, Ordering::SeqCst);
            Ok(answer("A cat."))
        })
    });
    let names = [
        "1.png", "2.png", "3.png", "4.png", "5.png", "6.png", "7.png",
    ];
    let images = bench.pictures(names);
    let guide = async {
        for _ in 0..3 {
            starts.recv().await.unwrap();
        }
        assert!(starts.recv().now_or_never().is_none());
        for _ in 3..names.len() {
            gate.add_permits(1);
            starts.recv().await.unwrap();
        }
        gate.add_permits(3);
    };
    let (told, ()) = tokio::join!(bench.batch(requests(&images), Again::Reuse), guide);
    assert_eq!(most.load(Ordering::SeqCst), 3);
    assert_eq!(told.len(), 2 * names.len(), "{told:?}");
    let runs = bench.runs().await;
    assert!(
        runs.iter()
            .all(|run| run.batch.is_some() && run.batch == runs[0].batch)
    );
}

#[tokio::test]
async fn what_is_paused_does_not_start_until_it_may() {
    let bench = Bench::with(1, |_, _| Box::pin(async { Ok(answer("A cat.")) }));
    let [cat] = bench.pictures(["cat.png"]);
    bench.engine.pause(true);
    let (heard, on) = listener();
    let (jobs, _) = queue(requests(&[cat]));
    let mut batch = Box::pin(bench.engine.batch(jobs, Again::Reuse, on));
    assert!((&mut batch).now_or_never().is_none());
    assert_eq!(heard.told(), [""; 0]);
    bench.engine.pause(false);
    batch.await;
    assert_eq!(heard.told(), ["1 started", "1 captioned"]);
}

#[tokio::test]
async fn what_is_cancelled_while_it_waits_leaves_no_trace() {
    let bench = Bench::with(1, |_, _| Box::pin(async { Ok(answer("A cat.")) }));
    let images = bench.pictures(["cat.png", "dog.png", "owl.png"]);
    bench.engine.pause(true);
    let (heard, on) = listener();
    let (jobs, tokens) = queue(requests(&images));
    let batch = bench.engine.batch(jobs, Again::Reuse, on);
    let guide = async {
        tokens[0].cancel();
        tokens[2].cancel();
        bench.engine.pause(false);
    };
    tokio::join!(guide, batch);
    assert_eq!(
        heard.told(),
        ["1 dropped", "2 started", "2 captioned", "3 dropped"]
    );
    assert_eq!(bench.states(), ["captioned"]);
}

#[tokio::test]
async fn a_history_that_takes_nothing_still_answers() {
    let (bench, asked) = Bench::counting();
    let [cat] = bench.pictures(["cat.png"]);
    let scaled = UploadSpec::Scaled {
        side: 64,
        bytes: 10_000,
    };
    let both = || {
        vec![
            request_as(&cat, scaled),
            request_as(&cat, UploadSpec::Original),
        ]
    };
    bench.batch(both(), Again::Reuse).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let bench = bench.after_a_later_program();
    let mut told = bench.batch(both(), Again::Reuse).await;
    told.sort();
    assert_eq!(
        told,
        [
            "1 history: captioned",
            "1 started",
            "2 history: captioned",
            "2 started"
        ]
    );
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_stored_answer_is_taken_unless_it_is_wanted_anew() {
    let (bench, asked) = Bench::counting();
    let [cat] = bench.pictures(["cat.png"]);
    let wish = || requests(std::slice::from_ref(&cat));
    assert_eq!(
        bench.batch(wish(), Again::Reuse).await,
        ["1 started", "1 captioned"]
    );
    assert_eq!(
        bench.batch(wish(), Again::Reuse).await,
        ["1 started", "1 history: captioned"]
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(
        bench.batch(wish(), Again::Repeat).await,
        ["1 started", "1 captioned"]
    );
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let other_model = vec![request(&cat, "org/other")];
    bench.batch(other_model, Again::Reuse).await;
    assert_eq!(
        asked.load(Ordering::SeqCst),
        3,
        "another model is another question"
    );
}

#[tokio::test]
async fn what_is_cancelled_does_not_wait_for_history() {
    // Looking for a stored answer, and hashing a large picture for it, could not be cancelled.
    let bench = Bench::new(|_, _| Box::pin(async { Ok(answer("A cat.")) }));
    let [cat] = bench.pictures(["cat.png"]);
    bench.caption(request(&cat, "org/name")).await.unwrap();
    let (jobs, tokens) = queue(requests(&[cat]));
    let (heard, tell) = listener();
    let on = move |job, event| {
        if let JobEvent::Started = event {
            tokens[0].cancel();
        }
        tell(job, event);
    };
    bench.engine.batch(jobs, Again::Reuse, Arc::new(on)).await;
    assert_eq!(heard.told(), ["1 started", "1 cancelled"]);
}

#[tokio::test]
async fn a_failure_is_no_stored_answer() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let bench = Bench::new(move |request, _| {
        count.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Err(InferenceError::NotServed(request.model.clone())) })
    });
    let [cat] = bench.pictures(["cat.png"]);
    for _ in 0..2 {
        let told = bench
            .batch(requests(std::slice::from_ref(&cat)), Again::Reuse)
            .await;
        assert_eq!(told, ["1 started", "1 failed"]);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_stored_answer_is_found_wherever_the_picture_lies_and_named_as_asked() {
    let bench = Bench::new(|_, _| Box::pin(async { Ok(answer("A cat.")) }));
    let here = bench.picture("here", "cat.png");
    let there = bench.picture("there", "moved.png");
    fs::copy(here.path(), there.path()).unwrap();
    bench.caption(request(&here, "org/name")).await.unwrap();
    let ended = Arc::new(Mutex::new(None));
    let heard = Arc::clone(&ended);
    let on = move |_, event| {
        if let JobEvent::Ended(end) = event {
            *heard.lock().unwrap() = Some(end);
        }
    };
    let (jobs, _) = queue(requests(std::slice::from_ref(&there)));
    bench.engine.batch(jobs, Again::Reuse, Arc::new(on)).await;
    let ended = ended.lock().unwrap().take().unwrap().unwrap();
    assert!(ended.from_history);
    assert_eq!(ended.run.request.image, there);
}

#[tokio::test]
async fn copies_of_one_picture_in_a_batch_are_asked_about_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let bench = Bench::with(4, move |_, _| {
        let before = count.fetch_add(1, Ordering::SeqCst);
        async move {
            tokio::task::yield_now().await;
            match before {
                // Whoever is next asks in the place of one that failed.
                0 => Err(InferenceError::NoToken),
                _ => Ok(Answer {
                    caption: Foreign::new("a cat"),
                    ..Answer::default()
                }),
            }
        }
        .boxed()
    });
    let copies = ["a", "b", "c", "d"].map(|folder| bench.picture(folder, "cat.png"));
    bench.batch(requests(&copies), Again::Reuse).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    bench.batch(requests(&copies), Again::Repeat).await;
    assert_eq!(asked.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn a_captioner_that_breaks_ends_its_job_and_no_other() {
    let bench = Bench::with(1, |request, _| {
        let breaks = request.image.name().raw() == "bad.png";
        Box::pin(async move {
            assert!(!breaks, "this is the captioner that breaks");
            Ok(answer("A cat."))
        })
    });
    let images = bench.pictures(["bad.png", "cat.png"]);
    let told = bench.batch(requests(&images), Again::Reuse).await;
    let worker = format!("1 {}", EngineError::Worker);
    assert_eq!(
        told,
        ["1 started", worker.as_str(), "2 started", "2 captioned"]
    );
}

#[tokio::test]
async fn a_picture_that_was_moved_is_recognised_by_its_content() {
    let bench = Bench::new(|_, _| Box::pin(async { Ok(answer("A cat.")) }));
    let cat = bench.picture("old", "cat.png");
    bench.caption(request(&cat, "org/name")).await.unwrap();
    let folder = bench.home.path().join("new");
    fs::create_dir(&folder).unwrap();
    fs::rename(cat.path(), folder.join("renamed.png")).unwrap();
    bench.picture("new", "other.png");
    fs::write(folder.join("longer.png"), [0; 5_000]).unwrap();
    let names = ["renamed.png", "other.png", "longer.png", "gone.png"].map(Into::into);
    let found = Arc::new(Mutex::new(Vec::new()));
    let (heard, cancel) = (Arc::clone(&found), CancellationToken::new());
    let on = move |known| heard.lock().unwrap().extend(known);
    bench
        .engine
        .recognise(folder.clone(), names.into(), cancel, on)
        .await
        .unwrap();
    let found = std::mem::take(&mut *found.lock().unwrap());
    let marks: Vec<_> = found
        .iter()
        .map(|file| (file.name.clone(), file.marks.captions))
        .collect();
    assert_eq!(
        marks,
        [
            ("renamed.png".into(), 1),
            ("other.png".into(), 0),
            ("longer.png".into(), 0)
        ],
        "what is gone is left out"
    );
    let runs = bench
        .engine
        .runs_of(&ImageRef::new(folder.join("renamed.png")))
        .await
        .unwrap();
    assert_eq!(runs.len(), 1);
}

#[tokio::test]
async fn presets_in_force_are_remembered() {
    let bench = Bench::new(|_, _| Box::pin(async { Ok(Answer::default()) }));
    let (engine, chosen) = (&bench.engine, ChosenPresets::default());
    assert_eq!(engine.chosen_presets().await.unwrap(), chosen);
    let of_model = ["org/name:cheapest", "endpoint:lab"].map(|name| name.parse().unwrap());
    let chosen = ChosenPresets {
        for_all: Some("alt text".to_owned()),
        of_model: of_model.map(|model| (model, "shorten".to_owned())).into(),
    };
    engine.choose_presets(chosen.clone()).await.unwrap();
    assert_eq!(engine.chosen_presets().await.unwrap(), chosen);
    let store = &bench.engine.0.store;
    let foreign = r#"{"of/another:version!": "x", "endpoint:lab": "shorten"}"#;
    store.set_preference("preset.models", foreign).unwrap();
    let left = engine.chosen_presets().await.unwrap();
    assert_eq!(left.of_model.len(), 1);
    engine
        .choose_presets(ChosenPresets::default())
        .await
        .unwrap();
    assert_eq!(
        engine.chosen_presets().await.unwrap(),
        ChosenPresets::default()
    );
}

#[tokio::test]
async fn choices_are_remembered_and_a_first_start_is_greeted_once() {
    let bench = Bench::new(|_, _| Box::pin(async { Ok(answer("A cat.")) }));
    let engine = &bench.engine;
    assert!(engine.is_first_start().await);
    assert!(!engine.is_first_start().await);
    assert_eq!(engine.remembered(Remembered::Chosen).await.unwrap(), None);
    let models = ["org/name:cheapest", "builtin/describe"].map(|name| name.parse().unwrap());
    engine.remember(Remembered::Chosen, &models).await.unwrap();
    engine.remember(Remembered::Favourite, &[]).await.unwrap();
    assert_eq!(
        engine.remembered(Remembered::Chosen).await.unwrap(),
        Some(models.into())
    );
    assert_eq!(
        engine.remembered(Remembered::Favourite).await.unwrap(),
        Some(Vec::new())
    );
    assert_eq!(engine.files_view().await.unwrap(), FilesView::Sheet);
    engine.show_files_as(FilesView::List).await.unwrap();
    assert_eq!(engine.files_view().await.unwrap(), FilesView::List);
}

#[tokio::test]
async fn a_look_is_scaled_and_keeps_the_facts_of_the_whole() {
    let bench = Bench::new(|_, _| Box::pin(async { Ok(answer("A cat.")) }));
    let [cat] = bench.pictures(["cat.png"]);
    let within = Size {
        width: 2,
        height: 2,
    };
    let look = bench.engine.look(&cat, within).await.unwrap();
    assert_eq!((look.facts.size.width, look.facts.size.height), (4, 3));
    assert_eq!(look.pixels.size().width, 2);
    let gone = ImageRef::new(bench.home.path().join("gone.png"));
    assert!(matches!(
        bench.engine.look(&gone, within).await,
        Err(EngineError::Media(MediaError::Gone(_)))
    ));
}

#[test]
fn what_is_built_in_is_listed_before_what_is_configured() {
    let home = tempfile::tempdir().unwrap();
    let mut settings = EngineSettings::offline();
    let lab = Endpoint {
        url: "http://127.0.0.1:8080/v1".parse().unwrap(),
        protocol: Protocol::Chat,
        model: None,
        token: None,
    };
    settings.network.endpoints.insert("lab".to_owned(), lab);
    let models = Engine::new(open(&home), settings).models();
    assert_eq!(models[0].model, ModelRef::Builtin(Builtin::Describe));
    let [lab] = &models[1..] else {
        panic!("{models:?}")
    };
    assert_eq!(lab.model.name().raw(), "endpoint:lab");
    assert_eq!(lab.price, Price::Own);
    assert_eq!(lab.host.as_deref(), Some("127.0.0.1:8080"));
    assert_eq!(lab.about.raw(), "http://127.0.0.1:8080/v1");
}

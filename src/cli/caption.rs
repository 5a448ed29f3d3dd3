//! `blipboard caption`.

mod consent;
mod printer;

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::config::Settings;
use crate::domain::image::ImageRef;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::request::CaptionRequest;
use crate::engine::{Again, Engine, JobEvent, JobId, Queued};

use super::report::Report;
use super::{CaptionArgs, Desk, Exit, Stop, absolute, find, shown};
use printer::Printer;

/// Captions pictures; each line is printed as soon as its run ends.
pub(super) async fn run(
    args: CaptionArgs,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let engine = (desk.open)(report)?;
    for model in &desk.loaded.settings.models.value {
        // Noticed before anything is sent.
        find(&engine, model, desk).await?;
    }
    let paths = args.paths.iter().map(|path| absolute(path)).collect();
    let collected = engine.collect(paths, args.recursive).await;
    for problem in &collected.problems {
        let place = Problem::new(format!("passed over {}", shown(problem.path())));
        report.error(&place.because(problem));
    }
    match collected.unsupported {
        0 => {}
        1 => report.note("passed over 1 file in a format that is not read"),
        count => report.note(&format!(
            "passed over {count} files in a format that is not read"
        )),
    }
    if collected.pictures.is_empty() {
        if collected.problems.is_empty() {
            return Err(nothing_there(args.recursive).into());
        }
        return Ok(Exit::CouldNotStart);
    }
    let requests = requests(&collected.pictures, &desk.loaded.settings);
    let again = if args.again {
        Again::Repeat
    } else {
        Again::Reuse
    };
    let all = requests.len();
    let requests = askable(&engine, requests, again, report).await;
    let none_to_ask = all - requests.len();
    if requests.is_empty() {
        return Ok(Exit::CouldNotStart);
    }
    if !consent::given(&engine, &requests, again, args.yes, report).await? {
        return Ok(Exit::CouldNotStart);
    }
    let mut printer = Printer::new(&args, &engine, &requests, desk, report);
    let stopped = batch(&engine, requests, again, &mut printer).await?;
    let some_failed = printer.sum_up() || none_to_ask > 0 || !collected.problems.is_empty();
    Ok(match stopped {
        Some(exit) => exit,
        None if some_failed => Exit::SomeFailed,
        None => Exit::Done,
    })
}

/// Leaves out what cannot be asked, a missing token for one, and says so once for each model. What
/// history answers stays.
async fn askable(
    engine: &Engine,
    requests: Vec<CaptionRequest>,
    again: Again,
    report: &mut Report,
) -> Vec<CaptionRequest> {
    let mut left = Vec::new();
    let mut told = HashSet::new();
    for request in requests {
        let why = engine.why_not(&request.model);
        let answered = why.is_some() && again == Again::Reuse && engine.holds(&request).await;
        match why {
            Some(problem) if !answered => {
                if told.insert(request.model.clone()) {
                    report.error(&problem);
                }
            }
            _ => left.push(request),
        }
    }
    left
}

fn nothing_there(recursive: bool) -> Problem {
    Problem::new("there are no pictures").with_hint(if recursive {
        "pictures are JPEG, PNG, WebP, GIF, BMP and TIFF files"
    } else {
        "add --recursive to look into the folders in folders, too"
    })
}

/// Every picture with every model, once each, picture by picture.
fn requests(images: &[ImageRef], settings: &Settings) -> Vec<CaptionRequest> {
    let terms = settings.terms();
    let request = |image: &ImageRef, model: &ModelRef| {
        CaptionRequest::new(image.clone(), model.clone(), &terms)
    };
    let mut models: Vec<&ModelRef> = Vec::new();
    for model in &settings.models.value {
        if !models.contains(&model) {
            models.push(model);
        }
    }
    let models = &models;
    images
        .iter()
        .flat_map(|image| models.iter().map(move |model| request(image, model)))
        .collect()
}

/// Runs all requests; what they tell is printed. Answers how to end where a signal stopped it.
async fn batch(
    engine: &Engine,
    requests: Vec<CaptionRequest>,
    again: Again,
    printer: &mut Printer<'_>,
) -> Result<Option<Exit>, Stop> {
    let stop = CancellationToken::new();
    let mut signals = Signals::listen()?;
    let queue = queue(requests, &stop);
    let (sender, mut events) = mpsc::unbounded_channel();
    let engine = engine.clone();
    tokio::spawn(async move {
        let tell = move |job: JobId, event: JobEvent| {
            // Whoever does not listen any more is about to end the program.
            let _ = sender.send((job, event));
        };
        engine.batch(queue, again, Arc::new(tell)).await;
    });
    let mut stopped = None;
    let mut closed: Option<io::Error> = None;
    loop {
        tokio::select! {
            heard = events.recv() => {
                let Some((job, event)) = heard else { break };
                if closed.is_none() && let Err(error) = printer.hear(job, event).await {
                    // Whoever wanted the answers is gone: ask for no more of them.
                    stop.cancel();
                    closed = Some(error);
                }
            }
            exit = signals.next() => {
                if stopped.is_none() {
                    stopped = Some(exit);
                    stop.cancel();
                    printer.stopping();
                } else if exit == Exit::Interrupted {
                    // Only a person asks twice; a line that breaks may well hang up twice. The
                    // next start finds what runs now as interrupted.
                    std::process::exit(exit.code().into());
                }
            }
        }
    }
    match closed {
        // A terminal that hung up takes no more either, and the signal says why.
        Some(error) if stopped.is_none() => Err(error.into()),
        _ => Ok(stopped),
    }
}

fn queue(requests: Vec<CaptionRequest>, stop: &CancellationToken) -> Vec<Queued> {
    (0..)
        .zip(requests)
        .map(|(job, request)| Queued {
            job: JobId(job),
            request,
            cancel: stop.child_token(),
        })
        .collect()
}

/// The signals that ask a program to end.
struct Signals {
    /// `None` where it is ignored.
    hangup: Option<Signal>,
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Problem> {
        let listen = |kind| {
            signal(kind).map_err(|error| Problem::new(format!("cannot listen to signals: {error}")))
        };
        Ok(Self {
            hangup: (!hangup_is_ignored())
                .then(|| listen(SignalKind::hangup()))
                .transpose()?,
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// How to end, once a signal asks for it.
    async fn next(&mut self) -> Exit {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = hangup => Exit::Hangup,
            _ = self.interrupt.recv() => Exit::Interrupted,
            _ = self.terminate.recv() => Exit::Terminated,
        }
    }
}

/// True where whoever started the program wants it to outlive its terminal, as `nohup` does:
/// listening would undo that. Only Linux tells: `SigIgn` of proc(5) is a mask in hexadecimal whose
/// lowest bit is SIGHUP.
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}

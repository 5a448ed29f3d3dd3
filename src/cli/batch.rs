//! Many requests: which pictures are meant, who can be asked, what is asked before money is spent,
//! and what is told while they run.

pub(super) mod consent;
pub(super) mod signals;
mod watch;

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::domain::image::ImageRef;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::request::CaptionRequest;
use crate::engine::{Again, Engine, JobEvent, JobId, Queued};

use super::report::Report;
use super::{Desk, Exit, Stop, absolute, find, shown};
use signals::Signals;
pub(super) use watch::{Heard, Watch};

/// Whoever prints what a batch tells.
pub(super) trait Listen {
    /// Prints what is new of this job.
    ///
    /// # Errors
    /// Stdout takes no more.
    async fn hear(&mut self, job: JobId, event: JobEvent) -> io::Result<()>;

    /// Says that nothing new is begun.
    fn stopping(&mut self);
}

/// The pictures that were meant.
pub(super) struct Found {
    /// Every one of them once, in order.
    pub(super) pictures: Vec<ImageRef>,
    /// True where some path could not be read.
    pub(super) some_missed: bool,
}

/// A model that is none is noticed before anything is sent.
pub(super) async fn check_models(
    models: &[ModelRef],
    engine: &Engine,
    desk: &Desk<'_>,
) -> Result<(), Stop> {
    for model in models {
        find(engine, model, desk).await?;
    }
    Ok(())
}

/// The pictures that these paths mean; what is passed over is told. `None` where nothing is left.
pub(super) async fn pictures(
    engine: &Engine,
    paths: &[PathBuf],
    recursive: bool,
    report: &mut Report,
) -> Result<Option<Found>, Problem> {
    let paths = paths.iter().map(|path| absolute(path)).collect();
    let collected = engine.collect(paths, recursive).await;
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
    let some_missed = !collected.problems.is_empty();
    match (collected.pictures.is_empty(), some_missed) {
        (true, true) => Ok(None),
        (true, false) => Err(nothing_there(recursive)),
        (false, _) => Ok(Some(Found {
            pictures: collected.pictures,
            some_missed,
        })),
    }
}

fn nothing_there(recursive: bool) -> Problem {
    Problem::new("there are no pictures").with_hint(if recursive {
        "pictures are JPEG, PNG, WebP, GIF, BMP and TIFF files"
    } else {
        "add --recursive to look into the folders in folders, too"
    })
}

/// Leaves out what cannot be asked, a missing token for one, and says so once for each model. What
/// history answers stays.
pub(super) async fn askable(
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

/// Runs all requests, whose jobs are numbered in this order; what they tell is printed. Answers how
/// to end where a signal stopped it.
pub(super) async fn run(
    engine: &Engine,
    requests: Vec<CaptionRequest>,
    again: Again,
    printer: &mut impl Listen,
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

/// How to end after a batch.
pub(super) fn exit(stopped: Option<Exit>, some_failed: bool) -> Exit {
    match stopped {
        Some(exit) => exit,
        None if some_failed => Exit::SomeFailed,
        None => Exit::Done,
    }
}

//! `blipboard caption`.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use unicode_width::UnicodeWidthStr;

use crate::config::{Color, Environment, Settings};
use crate::domain::image::ImageRef;
use crate::domain::model::ModelRef;
use crate::domain::problem::Problem;
use crate::domain::request::{CaptionRequest, Parameters, Prompt, UploadSpec};
use crate::domain::run::{Flag, Outcome, Run};
use crate::domain::text::Foreign;
use crate::engine::{Again, Ended, Engine, EngineError, JobEvent, JobId, Queued};

use super::record::Record;
use super::report::Report;
use super::{CaptionArgs, Desk, Exit, Stop, absolute, config, preview};

/// Captions pictures, each line printed as soon as its run ends.
pub(super) async fn run(
    args: CaptionArgs,
    desk: &Desk<'_>,
    report: &mut Report,
) -> Result<Exit, Stop> {
    let settings = &desk.loaded.settings;
    check_endpoints(desk)?;
    let engine = (desk.open)(report)?;
    let paths = args.paths.into_iter().map(absolute).collect();
    let collected = engine.collect(paths, args.recursive).await;
    for problem in &collected.problems {
        report.error(&Problem::from_error(problem));
    }
    if collected.unsupported > 0 {
        let count = collected.unsupported;
        report.note(&format!(
            "passed over in a format that is not read here: {count}"
        ));
    }
    if collected.pictures.is_empty() {
        return if collected.problems.is_empty() {
            Err(nothing_there(args.recursive).into())
        } else {
            Ok(Exit::CouldNotStart)
        };
    }
    let requests = requests(&collected.pictures, settings);
    let mut desk = Printer {
        engine: &engine,
        environment: desk.environment,
        json: args.json,
        preview: args.preview && !args.json && settings.color.value != Color::Never,
        previewed: HashSet::new(),
        labels: Labels::new(&requests, settings.models.value.len() > 1),
        report,
        tally: Tally {
            total: requests.len(),
            unreadable: collected.problems.len(),
            ..Tally::default()
        },
    };
    let again = if args.again {
        Again::Repeat
    } else {
        Again::Reuse
    };
    desk.batch(requests, again).await
}

/// An endpoint that nobody configured is noticed before anything is sent.
fn check_endpoints(desk: &Desk<'_>) -> Result<(), Problem> {
    let Settings {
        models, endpoints, ..
    } = &desk.loaded.settings;
    let unknown = models.value.iter().find_map(|model| match model {
        ModelRef::Endpoint(name) if !endpoints.contains_key(name) => Some(name),
        _ => None,
    });
    let Some(name) = unknown else {
        return Ok(());
    };
    let file = config::shown(&desk.folders.config_file());
    Err(Problem::new(format!("no endpoint is called `{name}`"))
        .with_hint(format!("add a table [endpoints.{name}] to {file}")))
}

fn nothing_there(recursive: bool) -> Problem {
    let problem = Problem::new("there are no pictures");
    if recursive {
        problem.with_hint("pictures are JPEG, PNG, WebP, GIF, BMP and TIFF files")
    } else {
        problem.with_hint("add --recursive to look into the folders in folders, too")
    }
}

/// Every picture with every model, picture by picture.
fn requests(images: &[ImageRef], settings: &Settings) -> Vec<CaptionRequest> {
    let request = |image: &ImageRef, model: &ModelRef| CaptionRequest {
        image: image.clone(),
        model: model.clone(),
        prompt: Prompt {
            text: settings.prompt.value.clone(),
            system: None,
        },
        parameters: Parameters::default(),
        upload: UploadSpec::Nothing,
    };
    let models = &settings.models.value;
    images
        .iter()
        .flat_map(|image| models.iter().map(move |model| request(image, model)))
        .collect()
}

/// What became of the requests.
#[derive(Default)]
struct Tally {
    total: usize,
    /// Paths that were typed and hold nothing to caption.
    unreadable: usize,
    running: usize,
    captioned: usize,
    from_history: usize,
    failed: usize,
    /// Stopped while they ran.
    cancelled: usize,
    /// Never begun.
    dropped: usize,
}

impl Tally {
    fn done(&self) -> usize {
        self.captioned + self.failed + self.cancelled + self.dropped
    }
}

/// Prints what a batch tells.
struct Printer<'a> {
    engine: &'a Engine,
    environment: &'a Environment,
    report: &'a mut Report,
    json: bool,
    preview: bool,
    /// Pictures that have been shown.
    previewed: HashSet<ImageRef>,
    labels: Labels,
    tally: Tally,
}

impl Printer<'_> {
    async fn batch(&mut self, requests: Vec<CaptionRequest>, again: Again) -> Result<Exit, Stop> {
        let stop = CancellationToken::new();
        let mut signals = Signals::listen()?;
        let images: Vec<ImageRef> = requests
            .iter()
            .map(|request| request.image.clone())
            .collect();
        let queue = queue(requests, &stop);
        let (sender, mut events) = mpsc::unbounded_channel();
        let engine = self.engine.clone();
        tokio::spawn(async move {
            let on = move |job: JobId, event: JobEvent| {
                // Nobody listens any more once the program has decided to end.
                let _ = sender.send((job, event));
            };
            engine.batch(queue, again, Arc::new(on)).await;
        });
        let mut interrupted = false;
        let mut closed = None;
        loop {
            tokio::select! {
                heard = events.recv() => {
                    let Some((JobId(job), event)) = heard else { break };
                    let image = usize::try_from(job).ok().and_then(|job| images.get(job));
                    if let Err(error) = self.hear(image, event).await {
                        // Whoever wanted the answers is gone: send nothing more.
                        stop.cancel();
                        closed.get_or_insert(error);
                    }
                }
                () = signals.next() => {
                    if std::mem::replace(&mut interrupted, true) {
                        // Asked twice: what runs is found as interrupted at the next start.
                        std::process::exit(130);
                    }
                    stop.cancel();
                }
            }
        }
        self.report.clear_progress();
        if let Some(error) = closed {
            return Err(error.into());
        }
        self.sum_up();
        Ok(if interrupted {
            Exit::Interrupted
        } else if self.tally.failed + self.tally.unreadable > 0 {
            Exit::SomeFailed
        } else {
            Exit::Done
        })
    }

    async fn hear(&mut self, image: Option<&ImageRef>, event: JobEvent) -> io::Result<()> {
        match event {
            JobEvent::Started => self.tally.running += 1,
            JobEvent::Progress(_) => return Ok(()),
            JobEvent::Dropped => self.tally.dropped += 1,
            JobEvent::Ended(ended) => {
                self.tally.running = self.tally.running.saturating_sub(1);
                self.ended(image, *ended).await?;
            }
        }
        let Tally { total, running, .. } = self.tally;
        let done = self.tally.done();
        self.report
            .progress(&format!("{done} of {total} done, {running} running"));
        Ok(())
    }

    async fn ended(
        &mut self,
        image: Option<&ImageRef>,
        ended: Result<Ended, EngineError>,
    ) -> io::Result<()> {
        match ended {
            Ok(Ended { run, from_history }) => {
                self.tally.from_history += usize::from(from_history);
                match run.outcome {
                    Outcome::Captioned => self.tally.captioned += 1,
                    Outcome::Failed => self.tally.failed += 1,
                    Outcome::Cancelled | Outcome::Interrupted => self.tally.cancelled += 1,
                }
                self.print(&run).await
            }
            Err(error) => {
                self.tally.failed += 1;
                let problem = error.problem();
                if let EngineError::NotStored { run, .. } = error {
                    self.report.warning(&problem);
                    return self.print(&run).await;
                }
                let name = image.map(|image| config::shown(image.path()));
                self.report
                    .error(&about(&name.unwrap_or_default(), &problem));
                Ok(())
            }
        }
    }

    async fn print(&mut self, run: &Run) -> io::Result<()> {
        if self.json {
            return self.report.object(&Record::of(run));
        }
        if let Some(failure) = &run.failure {
            let name = self.labels.name(&run.request);
            let problem = Problem::new(failure.message.raw());
            self.report.error(&about(&name, &problem));
        }
        if run.caption.is_blank() && run.outcome != Outcome::Captioned {
            return Ok(());
        }
        self.show(&run.request.image).await;
        let mut text = run.caption.shown(usize::MAX);
        let doubts = run.flags().into_iter().map(Flag::word);
        let ended = (run.outcome != Outcome::Captioned).then(|| run.outcome.word());
        for word in doubts.chain(ended) {
            let _ = write!(text, " ({word})");
        }
        self.report
            .labelled(&self.labels.padded(&run.request), text.trim_start())
    }

    /// Shows the picture, once.
    async fn show(&mut self, image: &ImageRef) {
        let wanted = self.preview && self.report.out_manner().terminal;
        if !wanted || !self.previewed.insert(image.clone()) {
            return;
        }
        match self.engine.look(image, preview::WITHIN).await {
            Ok(look) => {
                self.report.clear_progress();
                preview::show(&look.pixels, self.environment);
            }
            Err(error) => tracing::warn!(%error, "a picture could not be shown"),
        }
    }

    fn sum_up(&mut self) {
        let Tally {
            total,
            captioned,
            from_history,
            failed,
            cancelled,
            dropped,
            ..
        } = self.tally;
        let mut parts = Vec::new();
        if total > 1 || captioned < total {
            parts.push(format!("{captioned} of {total} captioned"));
        }
        for (count, what) in [
            (from_history, "taken from history (--again asks anew)"),
            (failed, "failed"),
            (cancelled, "cancelled"),
            (dropped, "not begun"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        if !parts.is_empty() {
            self.report.note(&parts.join(", "));
        }
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

/// The same problem, with the picture's name before it.
fn about(name: &str, problem: &Problem) -> Problem {
    Problem {
        headline: Foreign::new(format!("{name}: {}", problem.headline.raw())),
        ..problem.clone()
    }
}

/// What stands before a caption: the picture, and the model where there are several.
struct Labels {
    here: Option<PathBuf>,
    with_model: bool,
    widest: usize,
}

impl Labels {
    /// Longer labels push their caption aside instead of pushing all of them.
    const WIDEST: usize = 40;

    fn new(requests: &[CaptionRequest], with_model: bool) -> Self {
        let mut labels = Self {
            here: std::env::current_dir().ok(),
            with_model,
            widest: 0,
        };
        let widths = requests.iter().map(|request| labels.name(request).width());
        labels.widest = widths.max().unwrap_or(0).min(Self::WIDEST);
        labels
    }

    fn name(&self, request: &CaptionRequest) -> String {
        let path = request.image.path();
        let within = self
            .here
            .as_deref()
            .and_then(|here| path.strip_prefix(here).ok());
        let name = config::shown(within.unwrap_or(path));
        if self.with_model {
            format!("{name} ({})", request.model.name().shown(usize::MAX))
        } else {
            name
        }
    }

    fn padded(&self, request: &CaptionRequest) -> String {
        let name = self.name(request);
        let padding = self.widest.saturating_sub(name.width());
        format!("{name}:{}", " ".repeat(padding))
    }
}

/// The signals that ask a program to end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Problem> {
        let listen = |kind| {
            signal(kind).map_err(|error| Problem::new(format!("cannot listen to signals: {error}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

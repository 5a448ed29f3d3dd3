//! What a batch tells, as lines for people or objects for programs.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr;

use crate::cli::record::Record;
use crate::cli::report::Report;
use crate::cli::{CaptionArgs, Desk, nearby, preview};
use crate::config::{Color, Environment};
use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::request::CaptionRequest;
use crate::domain::run::{Flag, Outcome, Progress, Run, Wait};
use crate::domain::spending::dollars;
use crate::domain::text::Foreign;
use crate::engine::{Ended, Engine, EngineError, JobEvent, JobId};

/// Longer labels push their caption aside instead of all of them, in columns.
const WIDEST: usize = 40;

/// Prints what a batch tells.
pub(super) struct Printer<'a> {
    engine: &'a Engine,
    environment: &'a Environment,
    report: &'a mut Report,
    json: bool,
    /// What stands before each caption, by the number of its job.
    labels: Vec<String>,
    /// Columns of the widest label, at most [`WIDEST`].
    widest: usize,
    /// The pictures that were shown; `None` where none shall be.
    previewed: Option<HashSet<ImageRef>>,
    tally: Tally,
}

/// What became of the requests.
#[derive(Default)]
struct Tally {
    running: usize,
    captioned: usize,
    from_history: usize,
    failed: usize,
    not_stored: usize,
    /// Stopped while they ran.
    cancelled: usize,
    /// Never begun.
    dropped: usize,
    /// Micro-dollars, as far as they are known.
    spent: u64,
}

impl<'a> Printer<'a> {
    /// A printer for these requests, whose jobs are numbered in this order.
    pub(super) fn new(
        args: &CaptionArgs,
        engine: &'a Engine,
        requests: &[CaptionRequest],
        desk: &Desk<'a>,
        report: &'a mut Report,
    ) -> Self {
        let settings = &desk.loaded.settings;
        let several = settings.models.value.len() > 1;
        let label = |request: &CaptionRequest| {
            let name = nearby(request.image.path());
            if several {
                format!("{name} ({})", request.model.name().shown(usize::MAX))
            } else {
                name
            }
        };
        let labels: Vec<String> = requests.iter().map(label).collect();
        let widest = labels.iter().map(|label| label.width()).max();
        let preview = args.preview
            && !args.json
            && settings.color.value != Color::Never
            && report.out_manner().terminal;
        Self {
            engine,
            environment: desk.environment,
            report,
            json: args.json,
            widest: widest.unwrap_or(0).min(WIDEST),
            labels,
            previewed: preview.then(HashSet::new),
            tally: Tally::default(),
        }
    }

    /// Prints what is new of this job.
    ///
    /// # Errors
    /// Stdout takes no more.
    pub(super) async fn hear(&mut self, job: JobId, event: JobEvent) -> io::Result<()> {
        match event {
            JobEvent::Started => self.tally.running += 1,
            JobEvent::Progress(Progress::Waiting { until, why }) => {
                self.waits(until, why);
                return Ok(());
            }
            JobEvent::Progress(Progress::Smaller(sent)) => {
                let line = format!("{}: {}", self.label(job), sent.again());
                self.report.note(&line);
                return Ok(());
            }
            JobEvent::Progress(_) => return Ok(()),
            JobEvent::Dropped => self.tally.dropped += 1,
            JobEvent::Ended(ended) => {
                self.tally.running = self.tally.running.saturating_sub(1);
                self.ended(job, *ended).await?;
            }
        }
        let Tally {
            running, dropped, ..
        } = self.tally;
        let (done, total) = (self.tally.ended() + dropped, self.labels.len());
        self.report
            .progress(&format!("{done} of {total} done, {running} running"));
        Ok(())
    }

    /// Says until when nothing happens.
    fn waits(&mut self, until: Timestamp, why: Wait) {
        let why = match why {
            Wait::RateLimit => "the server asks for fewer requests",
            Wait::Loading => "the model is being loaded, or the server is busy",
            Wait::WakingUp => "the endpoint is waking up",
            Wait::Connection => "the connection failed",
        };
        let time = until.to_zoned(TimeZone::system()).strftime("%H:%M:%S");
        self.report.progress(&format!("{why}: again at {time}"));
    }

    async fn ended(&mut self, job: JobId, ended: Result<Ended, EngineError>) -> io::Result<()> {
        let (run, from_history) = match ended {
            Ok(Ended { run, from_history }) => (run, from_history),
            Err(error) => {
                let problem = error.problem();
                let EngineError::NotStored { run, .. } = error else {
                    self.tally.failed += 1;
                    self.failed(job, &problem, None);
                    return Ok(());
                };
                self.tally.not_stored += 1;
                // What keeps one from being stored keeps all of them.
                if self.tally.not_stored == 1 {
                    self.report.warning(&problem);
                }
                (*run, false)
            }
        };
        self.tally.from_history += usize::from(from_history);
        if !from_history {
            self.tally.spent += run.cost_micro_usd.unwrap_or_default();
        }
        match run.outcome {
            Outcome::Captioned => self.tally.captioned += 1,
            Outcome::Failed => self.tally.failed += 1,
            Outcome::Cancelled | Outcome::Interrupted => self.tally.cancelled += 1,
        }
        if self.json {
            self.report.object(&Record::of(&run, from_history))
        } else {
            self.print(job, &run).await
        }
    }

    async fn print(&mut self, job: JobId, run: &Run) -> io::Result<()> {
        let whole = run.outcome == Outcome::Captioned;
        if let Some(failure) = &run.failure {
            let problem = Problem {
                hint: failure.hint.clone(),
                ..Problem::new(failure.message.raw())
            };
            self.failed(job, &problem, Some(&run.request.image));
        }
        if run.caption.is_blank() && !whole {
            return Ok(());
        }
        self.show(&run.request.image).await;
        let label = self.label(job);
        let padding = " ".repeat(self.widest.saturating_sub(label.width()));
        let mut line = format!("{padding}{}", run.caption.shown(usize::MAX));
        let doubts = run.flags().into_iter().map(Flag::word);
        for word in doubts.chain((!whole).then(|| run.outcome.word())) {
            let _ = write!(line, " ({word})");
        }
        let label = format!("{label}:");
        self.report.labelled(&label, &line)
    }

    /// Tells why a job failed. Most messages begin with the name of their picture: its label
    /// takes the place of it.
    fn failed(&mut self, job: JobId, problem: &Problem, image: Option<&ImageRef>) {
        let label = self.label(job);
        let said = problem.headline.raw();
        let name = image.map(ImageRef::name);
        let headline = match name.and_then(|name| said.strip_prefix(name.raw())) {
            Some(rest) => format!("{label}{rest}"),
            None => format!("{label}: {said}"),
        };
        self.report.error(&Problem {
            headline: Foreign::new(headline),
            ..problem.clone()
        });
    }

    fn label(&self, job: JobId) -> String {
        let number = usize::try_from(job.0).ok();
        let label = number.and_then(|number| self.labels.get(number));
        label.cloned().unwrap_or_default()
    }

    /// Shows the picture, once.
    async fn show(&mut self, image: &ImageRef) {
        let Some(previewed) = &mut self.previewed else {
            return;
        };
        if !previewed.insert(image.clone()) {
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

    /// Says that nothing new is begun.
    pub(super) fn stopping(&mut self) {
        self.report.note("stopping; Ctrl-C leaves without waiting");
    }

    /// Says what became of all of them, where that is not plain already. True where some failed.
    pub(super) fn sum_up(self) -> bool {
        let Tally {
            captioned,
            from_history,
            failed,
            not_stored,
            cancelled,
            dropped,
            spent,
            ..
        } = self.tally;
        let total = self.labels.len();
        let mut parts = Vec::new();
        if total > 1 || captioned < total {
            parts.push(format!("{captioned} of {total} captioned"));
        }
        for (count, what) in [
            (from_history, "taken from history (--again asks anew)"),
            (failed, "failed"),
            (not_stored, "not stored"),
            (cancelled, "cancelled"),
            (dropped, "not begun"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        if spent > 0 {
            parts.push(format!("{} spent", dollars(spent)));
        }
        self.report.clear_progress();
        if !parts.is_empty() {
            self.report.note(&parts.join(", "));
        }
        failed + not_stored > 0
    }
}

impl Tally {
    fn ended(&self) -> usize {
        self.captioned + self.failed + self.cancelled
    }
}

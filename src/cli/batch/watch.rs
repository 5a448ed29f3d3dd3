//! What a batch tells that is the same for whoever prints its captions: how far it is, what it waits
//! for, what became of all.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::nearby;
use crate::cli::report::Report;
use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::request::CaptionRequest;
use crate::domain::run::{Outcome, Progress, Run, Wait};
use crate::domain::spending::dollars;
use crate::domain::text::Foreign;
use crate::engine::{Ended, EngineError, JobEvent, JobId};

/// Counts what becomes of the requests of a batch.
pub(crate) struct Watch<'a> {
    pub(crate) report: &'a mut Report,
    /// What tells each job from the others, by its number.
    labels: Vec<String>,
    tally: Tally,
}

/// What is new of a job.
pub(crate) enum Heard {
    /// Nothing to print.
    Nothing,
    /// It was never begun.
    Dropped,
    /// It is over.
    Ended(Box<Ended>),
    /// It is over, and there is no run to show.
    Broke(Problem),
}

/// What became of the requests.
#[derive(Default)]
struct Tally {
    running: usize,
    captioned: usize,
    /// Those of them that somebody should look at.
    doubtful: usize,
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

impl<'a> Watch<'a> {
    /// A watch over the jobs with these labels.
    pub(crate) fn new(labels: Vec<String>, report: &'a mut Report) -> Self {
        Self {
            report,
            labels,
            tally: Tally::default(),
        }
    }

    /// `cat.jpg (org/name)` for each request, or the name alone where `what` says nothing.
    pub(crate) fn labels(
        requests: &[CaptionRequest],
        mut what: impl FnMut(&CaptionRequest) -> Option<String>,
    ) -> Vec<String> {
        let label = |request: &CaptionRequest| {
            let name = nearby(request.image.path());
            match what(request) {
                Some(what) => format!("{name} ({what})"),
                None => name,
            }
        };
        requests.iter().map(label).collect()
    }

    /// Counts what is new of this job, and tells what it waits for.
    pub(crate) fn hear(&mut self, job: JobId, event: JobEvent) -> Heard {
        match event {
            JobEvent::Started => {
                self.tally.running += 1;
                self.tell_progress();
                Heard::Nothing
            }
            JobEvent::Progress(Progress::Waiting { until, why }) => {
                self.waits(until, why);
                Heard::Nothing
            }
            JobEvent::Progress(Progress::Smaller(sent)) => {
                let line = format!("{}: {}", self.label(job), sent.again());
                self.report.note(&line);
                Heard::Nothing
            }
            JobEvent::Progress(_) => Heard::Nothing,
            JobEvent::Dropped => {
                self.tally.dropped += 1;
                Heard::Dropped
            }
            JobEvent::Ended(ended) => {
                self.tally.running = self.tally.running.saturating_sub(1);
                self.ended(*ended)
            }
        }
    }

    fn ended(&mut self, ended: Result<Ended, EngineError>) -> Heard {
        let ended = match ended {
            Ok(ended) => ended,
            Err(error) => {
                let problem = error.problem();
                let EngineError::NotStored { run, .. } = error else {
                    self.tally.failed += 1;
                    return Heard::Broke(problem);
                };
                self.tally.not_stored += 1;
                // What keeps one from being stored keeps all of them.
                if self.tally.not_stored == 1 {
                    self.report.warning(&problem);
                }
                Ended {
                    run: *run,
                    from_history: false,
                }
            }
        };
        self.tally.add(&ended.run, ended.from_history);
        Heard::Ended(Box::new(ended))
    }

    /// Says how far it is.
    pub(crate) fn tell_progress(&mut self) {
        let Tally {
            running, dropped, ..
        } = self.tally;
        let (done, total) = (self.tally.ended() + dropped, self.labels.len());
        self.report
            .progress(&format!("{done} of {total} done, {running} running"));
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

    /// Tells why a run failed, if it did.
    pub(crate) fn failed_run(&mut self, job: JobId, run: &Run) {
        if let Some(failure) = &run.failure {
            let problem = Problem {
                hint: failure.hint.clone(),
                ..Problem::new(failure.message.raw())
            };
            self.failed(job, &problem, Some(&run.request.image));
        }
    }

    /// Tells why a job failed. Most messages begin with the name of their picture: its label
    /// takes the place of it.
    pub(crate) fn failed(&mut self, job: JobId, problem: &Problem, image: Option<&ImageRef>) {
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

    pub(crate) fn label(&self, job: JobId) -> String {
        let number = usize::try_from(job.0).ok();
        let label = number.and_then(|number| self.labels.get(number));
        label.cloned().unwrap_or_default()
    }

    /// Says that nothing new is begun.
    pub(crate) fn stopping(&mut self) {
        self.report.note("stopping; Ctrl-C leaves without waiting");
    }

    /// Says what became of all of them, where that is not plain already. True where some failed.
    pub(crate) fn sum_up(self) -> bool {
        let Tally {
            captioned,
            doubtful,
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
            if doubtful > 0 {
                parts.push(format!("{doubtful} doubtful"));
            }
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
    fn add(&mut self, run: &Run, from_history: bool) {
        if from_history {
            self.from_history += 1;
        } else {
            self.spent += run.cost_micro_usd.unwrap_or_default();
        }
        match run.outcome {
            Outcome::Captioned => {
                self.captioned += 1;
                self.doubtful += usize::from(!run.flags().is_empty());
            }
            Outcome::Failed => self.failed += 1,
            Outcome::Cancelled | Outcome::Interrupted => self.cancelled += 1,
        }
    }

    fn ended(&self) -> usize {
        self.captioned + self.failed + self.cancelled
    }
}

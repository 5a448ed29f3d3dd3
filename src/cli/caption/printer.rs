//! What a batch tells, as lines for people or objects for programs.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io;

use unicode_width::UnicodeWidthStr;

use crate::cli::batch::{Heard, Listen, Watch};
use crate::cli::report::Report;
use crate::cli::{CaptionArgs, Desk, preview};
use crate::config::{Color, Environment};
use crate::domain::image::ImageRef;
use crate::domain::record::Record;
use crate::domain::request::CaptionRequest;
use crate::domain::run::{Flag, Outcome, Run};
use crate::engine::{Engine, JobEvent, JobId};

/// Longer labels push their caption aside instead of all of them, in columns.
const WIDEST: usize = 40;

/// Prints what a batch tells.
pub(super) struct Printer<'a> {
    engine: &'a Engine,
    environment: &'a Environment,
    watch: Watch<'a>,
    json: bool,
    /// Columns of the widest label, at most [`WIDEST`].
    widest: usize,
    /// The pictures that were shown; `None` where none shall be.
    previewed: Option<HashSet<ImageRef>>,
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
        let labels = Watch::labels(requests, |request| {
            several.then(|| request.model.name().shown(usize::MAX))
        });
        let widest = labels.iter().map(|label| label.width()).max();
        let preview = args.preview
            && !args.json
            && settings.color.value != Color::Never
            && report.out_manner().terminal;
        Self {
            engine,
            environment: desk.environment,
            json: args.json,
            widest: widest.unwrap_or(0).min(WIDEST),
            watch: Watch::new(labels, report),
            previewed: preview.then(HashSet::new),
        }
    }

    async fn print(&mut self, job: JobId, run: &Run) -> io::Result<()> {
        let whole = run.outcome == Outcome::Captioned;
        self.watch.failed_run(job, run);
        if run.caption.is_blank() && !whole {
            return Ok(());
        }
        self.show(&run.request.image).await;
        let label = self.watch.label(job);
        let padding = " ".repeat(self.widest.saturating_sub(label.width()));
        let mut line = format!("{padding}{}", run.caption.shown(usize::MAX));
        let doubts = run.flags().into_iter().map(Flag::word);
        for word in doubts.chain((!whole).then(|| run.outcome.word())) {
            let _ = write!(line, " ({word})");
        }
        let label = format!("{label}:");
        self.watch.report.labelled(&label, &line)
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
                self.watch.report.clear_progress();
                preview::show(&look.pixels, self.environment);
            }
            Err(error) => tracing::warn!(%error, "a picture could not be shown"),
        }
    }

    /// Says what became of all of them, where that is not plain already. True where some failed.
    pub(super) fn sum_up(self) -> bool {
        self.watch.sum_up()
    }
}

impl Listen for Printer<'_> {
    async fn hear(&mut self, job: JobId, event: JobEvent) -> io::Result<()> {
        match self.watch.hear(job, event) {
            Heard::Nothing => return Ok(()),
            Heard::Dropped => {}
            Heard::Broke(problem) => self.watch.failed(job, &problem, None),
            Heard::Ended(ended) if self.json => {
                let record = Record::of(&ended.run, ended.from_history);
                self.watch.report.object(&record)?;
            }
            Heard::Ended(ended) => self.print(job, &ended.run).await?,
        }
        self.watch.tell_progress();
        Ok(())
    }

    fn stopping(&mut self) {
        self.watch.stopping();
    }
}

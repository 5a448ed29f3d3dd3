//! The list of jobs: what runs, what waits, what failed and why.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::command::Motion;
use super::super::jobs::{Gauge, Job, JobState, Jobs};
use super::super::list::List;
use super::super::panes::Scene;
use super::super::pen::{self, Pen};
use super::super::say;
use super::super::wrap;
use crate::domain::spending::{Limit, Money};
use crate::engine::JobId;

/// Rows of the list that are in sight at least.
const ROWS: u16 = 8;

/// A cursor in the list of jobs. It stays on its job while others come and go.
#[derive(Clone, Debug)]
pub struct JobsList {
    job: Option<JobId>,
    list: List,
}

impl JobsList {
    /// The cursor on the oldest job.
    pub fn new(jobs: &Jobs) -> Self {
        Self {
            job: jobs.iter().next().map(|(id, _)| id),
            list: List::default(),
        }
    }

    /// Moves the cursor.
    pub fn step(&mut self, motion: Motion, jobs: &Jobs) {
        self.list = self.list(jobs, ROWS.into());
        self.list.step(motion, jobs.iter().count(), ROWS.into());
        self.job = jobs.iter().nth(self.list.cursor()).map(|(id, _)| id);
    }

    /// The job under the cursor; one that is gone gives way to the next, or else to the last.
    pub fn job(&self, jobs: &Jobs) -> Option<JobId> {
        let mut ids = jobs.iter().map(|(id, _)| id);
        let next = ids.find(|id| Some(*id) >= self.job);
        next.or_else(|| jobs.iter().next_back().map(|(id, _)| id))
    }

    /// The rows with the cursor where its job stands now.
    fn list(&self, jobs: &Jobs, page: usize) -> List {
        let job = self.job(jobs);
        let at = jobs.iter().take_while(|(id, _)| Some(*id) < job).count();
        let mut list = self.list;
        list.go(at, jobs.iter().count(), page);
        list
    }

    /// Draws the list over `body` and answers where it stands.
    pub fn draw(&self, body: Rect, buffer: &mut Buffer, scene: &Scene) -> Rect {
        let theme = scene.theme;
        let area = pen::popup(
            body,
            buffer,
            body.width.saturating_sub(6),
            body.height.saturating_sub(2),
        );
        let title = if scene.jobs.is_paused() {
            "Jobs · paused"
        } else {
            "Jobs"
        };
        let inner = pen::frame(area, buffer, title, true, theme);
        Pen::new(buffer, inner, 0).write(&summary(&scene.jobs.gauge(), scene), theme.strong());
        draw_gauge(&scene.jobs.gauge(), inner, buffer, scene);
        let rows = Rect {
            y: inner.y + 3,
            height: inner.height.saturating_sub(3),
            ..inner
        };
        let rows = self.draw_failure(rows, buffer, scene);
        let count = scene.jobs.iter().count();
        let list = self.list(scene.jobs, rows.height.into());
        let window = list.window(count, rows.height.into());
        for (y, (at, (_, job))) in scene
            .jobs
            .iter()
            .enumerate()
            .skip(window.start)
            .take(window.len())
            .enumerate()
        {
            let y = u16::try_from(y).unwrap_or(u16::MAX);
            draw_job(job, at == list.cursor(), Pen::new(buffer, rows, y), scene);
        }
        if count == 0 {
            pen::note(
                rows,
                buffer,
                "Nothing runs, nothing waits, nothing failed.",
                theme.dim(),
            );
        }
        area
    }

    /// Draws below the list why the job under the cursor failed, if it did, and answers what is
    /// left for the list.
    fn draw_failure(&self, rows: Rect, buffer: &mut Buffer, scene: &Scene) -> Rect {
        let job = self.job(scene.jobs).and_then(|id| scene.jobs.get(id));
        let job = job.filter(|job| !scene.hides(&job.request));
        let Some(JobState::Failed(failure)) = job.map(|job| &job.state) else {
            return rows;
        };
        let text = say::failure(failure, READ);
        let needed = wrap::first(&text, rows.width.into(), REASON.into()).len();
        let needed = u16::try_from(needed).unwrap_or(REASON);
        let height = rows.height.saturating_sub(needed + 1);
        let below = Rect {
            y: rows.y + height + 1,
            height: rows.height.saturating_sub(height + 1),
            ..rows
        };
        pen::paragraph(below, buffer, 0, &text, scene.theme.bad());
        Rect { height, ..rows }
    }
}

/// Why a job failed and what to do next takes at most so many rows.
const REASON: u16 = 6;
/// And of each of the two at most so many bytes are read.
const READ: usize = 2_000;

/// Count, rate, time left, money so far.
fn summary(gauge: &Gauge, scene: &Scene) -> String {
    let mut parts = vec![format!(
        "{} of {}",
        say::thousands(gauge.done),
        say::thousands(gauge.total)
    )];
    if gauge.from_history > 0 {
        parts.push(format!("{} from history", gauge.from_history));
    }
    if gauge.failed > 0 {
        parts.push(format!("{} failed", gauge.failed));
    }
    let seconds = gauge
        .since
        .map_or(0.0, |since| scene.now.duration_since(since).as_secs_f64());
    let asked = gauge.done.saturating_sub(gauge.from_history);
    let runs = scene.jobs.live() > 0 && !scene.jobs.is_paused();
    if runs && asked > 0 && seconds > 1.0 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a rate for people, of far fewer than 2^52 jobs"
        )]
        let (rate, left) = (asked as f64 / seconds, (gauge.total - gauge.done) as f64);
        parts.push(format!("{rate:.1}/s"));
        let left = std::time::Duration::try_from_secs_f64(left / rate).unwrap_or_default();
        parts.push(format!("{} left", say::elapsed(left)));
    }
    let cost = Money {
        spent: gauge.cost_micro_usd,
        unpriced: gauge.unpriced,
        limit: Limit::None,
    };
    if cost != Money::default() {
        parts.push(cost.said());
    }
    parts.join(" · ")
}

fn draw_gauge(gauge: &Gauge, inner: Rect, buffer: &mut Buffer, scene: &Scene) {
    let width = usize::from(inner.width);
    let done = (gauge.done * width)
        .checked_div(gauge.total)
        .unwrap_or(0)
        .min(width);
    Pen::new(buffer, inner, 1)
        .write(&"█".repeat(done), scene.theme.good())
        .write(&"░".repeat(width - done), scene.theme.dim());
}

fn draw_job(job: &Job, cursor: bool, mut pen: Pen, scene: &Scene) {
    let theme = scene.theme;
    let base = if cursor {
        theme.cursor(true)
    } else {
        Style::new()
    };
    let is_hidden = scene.hides(&job.request);
    let (sign, text, style) = match &job.state {
        JobState::Queued => ("·", "waits for its turn".to_owned(), theme.dim()),
        // When it ends, and why it failed, may tell who it is.
        JobState::Failed(_) if is_hidden => ("✗", "failed".to_owned(), theme.bad()),
        _ if is_hidden => (scene.spinner(), "runs".to_owned(), theme.doubtful()),
        JobState::Running(since) => {
            let time = scene.now.duration_since(*since);
            let time = std::time::Duration::try_from(time).unwrap_or_default();
            let text = match job.sent_again() {
                Some(again) => again,
                None => format!("runs {}", say::elapsed(time)),
            };
            (scene.spinner(), text, theme.doubtful())
        }
        JobState::Waiting(until, why) => (
            scene.spinner(),
            say::waiting(*until, *why, scene.now),
            theme.doubtful(),
        ),
        JobState::Failed(why) => ("✗", why.message.shown(400), theme.bad()),
    };
    pen.write(if cursor { ">" } else { " " }, base)
        .write(sign, if cursor { base } else { style });
    pen.write(" ", base)
        .column(&job.request.image.name().shown(20), 20, base)
        .write(" ", base);
    let model = job.request.model.short_name().shown(16);
    pen.column(if is_hidden { "·····" } else { &model }, 16, base)
        .write(" ", base);
    let room = pen.left();
    pen.write(
        &crate::domain::text::Foreign::new(text).shown(room),
        if cursor { base } else { style },
    );
    pen.fill(base);
}

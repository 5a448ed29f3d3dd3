//! What a model says, in words: a line or a column of the pane, and all of it in a box.

use ratatui::style::Style;

use super::super::super::facts::Facts;
use super::super::super::jobs::{Job, JobState, Says};
use super::super::super::say;
use super::super::Scene;
use super::super::history::HIDDEN;
use super::Voice;
use crate::domain::run::{Flag, Outcome, Run};
use crate::domain::spending::dollars;
use crate::domain::text::Foreign;

/// A box shows at most so many bytes of a caption, and a column can be scrolled so far.
pub(super) const READ: usize = 64 << 10;

/// Time, text and style of a voice.
pub(super) struct Words {
    /// How long it took, or takes.
    pub(super) time: String,
    /// What it says, safe to show.
    pub(super) text: String,
    /// How that looks.
    pub(super) style: Style,
}

/// So many bytes fill `rows` rows of `width` columns, whatever is written in them. A stream is
/// wrapped in every frame, so what is out of sight is left alone.
pub(super) fn in_sight(rows: usize, width: usize) -> usize {
    (rows + 1).saturating_mul(width * 16 + 64).min(READ)
}

/// What a voice says: at most about so many bytes of it.
pub(super) fn words(voice: &Voice, scene: &Scene, bytes: usize) -> Words {
    match &voice.says {
        Says::Nothing => Words {
            time: String::new(),
            text: "not asked yet".to_owned(),
            style: scene.theme.dim(),
        },
        Says::Job(_, job) => of_job(job, scene, bytes),
        Says::Run(run) => of_run(run, scene, bytes),
    }
}

fn of_job(job: &Job, scene: &Scene, bytes: usize) -> Words {
    let dim = scene.theme.dim();
    let (text, style) = match &job.state {
        JobState::Waiting(until, why) => {
            let text = say::waiting(*until, *why, scene.now);
            (text, scene.theme.doubtful())
        }
        JobState::Queued => ("waits for its turn".to_owned(), dim),
        _ if !job.partial.trim_start().is_empty() => (opening(&job.partial, bytes), Style::new()),
        _ => match job.thinking.words() {
            0 => (
                job.sent_again().unwrap_or_else(|| "working…".to_owned()),
                dim,
            ),
            n => (format!("thinking… {}", say::count(n, "word")), dim),
        },
    };
    let time = match job.begun {
        None => "···".to_owned(),
        Some(begun) => {
            let seconds = scene.now.duration_since(begun).as_secs().max(0);
            format!("{} {seconds}s", scene.spinner())
        }
    };
    Words { time, text, style }
}

fn of_run(run: &Run, scene: &Scene, bytes: usize) -> Words {
    let theme = scene.theme;
    let said = opening(run.text().raw(), bytes);
    let caption = format!("{}{said}", say::stand(&run.review));
    let flags = run.flags();
    let is_cut = flags.contains(&Flag::CutOff);
    let (text, style) = match run.outcome {
        Outcome::Captioned if run.text().is_blank() => {
            let why = if is_cut {
                "✗ no caption: thinking took all the tokens; allow more"
            } else {
                "✗ the answer holds no caption"
            };
            (why.to_owned(), theme.doubtful())
        }
        Outcome::Captioned if is_cut && run.review.caption.is_none() => {
            (format!("cut off  {caption}"), theme.doubtful())
        }
        Outcome::Captioned => (format!("{}{said}", say::signs(run)), Style::new()),
        Outcome::Failed => {
            let failure = run.failure.as_ref();
            let why = failure.map(|failure| say::failure(failure, bytes));
            (
                format!("{}\n{caption}", why.unwrap_or_default()),
                theme.bad(),
            )
        }
        Outcome::Cancelled => (format!("cancelled  {caption}"), theme.doubtful()),
        Outcome::Interrupted => (format!("interrupted  {caption}"), theme.doubtful()),
    };
    Words {
        time: say::elapsed(run.timing.elapsed),
        text: text.trim_end().to_owned(),
        style,
    }
}

/// Why a run failed, short enough to leave half of the rows for what to do next; `None` where there
/// is only one row, or nothing to do.
pub(super) fn in_few_rows(voice: &Voice, rows: usize, width: usize) -> Option<String> {
    let Says::Run(run) = &voice.says else {
        return None;
    };
    let failure = run.failure.as_ref().filter(|_| rows > 1)?;
    let hint = failure.hint.as_ref()?;
    // Lines end before their last column.
    let columns = (rows - rows / 2) * width - width / 2;
    let why = failure.message.shown(columns.saturating_sub(2));
    let hint = hint.opening(READ);
    let caption = opening(run.text().raw(), in_sight(rows, width));
    Some(format!("✗ {why}\nnext: {hint}\n{caption}"))
}

/// Facts of a voice for the head of its column, the most important first.
pub(super) fn head(voice: &Voice, time: &str) -> Vec<String> {
    let sent = |bytes| format!("{} sent", say::bytes(bytes));
    let mut facts = vec![time.to_owned()];
    match &voice.says {
        Says::Nothing => {}
        Says::Job(_, job) => facts.extend(job.sent.map(|it| sent(it.bytes))),
        Says::Run(run) => {
            let first = run.timing.first_answer.filter(|_| run.sent.is_some());
            facts.extend(first.map(|first| format!("first word {}", say::elapsed(first))));
            facts.extend(run.provider.as_ref().map(|provider| provider.shown(20)));
            let usage = run.usage;
            facts.extend(usage.map(|usage| format!("{} tokens", usage.completion)));
            facts.extend(run.cost_micro_usd.filter(|cost| *cost > 0).map(dollars));
            facts.extend(run.finish_reason.as_ref().map(|reason| reason.shown(16)));
            facts.extend(run.flags().iter().map(|flag| flag.word().to_owned()));
        }
    }
    facts.retain(|fact| !fact.is_empty());
    facts
}

/// Everything known of a job on its way, for people.
pub fn facts_of(job: &Job, scene: &Scene) -> String {
    let request = &job.request;
    if scene.hides(request) {
        return HIDDEN.to_owned();
    }
    let failure = match &job.state {
        JobState::Failed(failure) => say::failure(failure, READ),
        _ => String::new(),
    };
    let state = match &job.state {
        JobState::Queued => "waits for its turn".to_owned(),
        JobState::Running(since) => {
            let time = scene.now.duration_since(*since).try_into();
            format!("runs {}", say::elapsed(time.unwrap_or_default()))
        }
        JobState::Waiting(until, why) => say::waiting(*until, *why, scene.now),
        JobState::Failed(_) => "failed".to_owned(),
    };
    let sent = job.sent.map(|sent| say::sent(&sent));
    Facts::default()
        .paragraph(&failure)
        .paragraph(&opening(&job.partial, READ))
        .row(
            "picture",
            say::path(request.image.path(), scene.home, usize::MAX),
        )
        .row("model", request.model.name().shown(200))
        .row("state", state)
        .row("sent", sent)
        .row("", job.sent_again())
        .thoughts(&opening(job.thinking.text(), READ))
        .text()
}

/// The opening of a text that may hold megabytes, safe to show.
fn opening(text: &str, bytes: usize) -> String {
    let text = text.trim_start();
    let head = &text[..text.floor_char_boundary(bytes)];
    let mut opening = Foreign::new(head).paragraphs();
    if head.len() < text.len() {
        opening.push('…');
    }
    opening
}

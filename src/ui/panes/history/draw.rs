//! How the history pane looks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::super::command::Context;
use super::super::super::facts::Facts;
use super::super::super::pen::{self, Pen};
use super::super::super::say;
use super::super::Scene;
use super::{HistoryPane, More, Scope};
use crate::domain::review::Decision;
use crate::domain::run::{Outcome, Run};
use crate::domain::spending::dollars;
use crate::domain::text::Foreign;
use crate::domain::whereabouts::Whereabouts;

/// A caption may hold megabytes, and is wrapped whenever it is drawn: so many bytes of it are
/// shown here.
pub(super) const OPENING: usize = 16 << 10;

/// What is said of a run that nobody may see yet.
pub const HIDDEN: &str = "Part of a blind comparison: hidden until it is revealed there.";

impl HistoryPane {
    /// Draws the pane with its frame.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, scene: &Scene) {
        let title = self.title(area, scene);
        let inner = pen::pane(area, buffer, &title, scene.focused, scene.theme);
        let foot = self.tells(usize::from(area.width).saturating_sub(4), scene);
        if let Some(foot) = &foot {
            pen::foot(area, buffer, foot, scene.theme.border(scene.focused));
        }
        if let Some(problem) = &self.failed
            && self.runs.is_empty()
        {
            let text = problem.sentence().paragraphs();
            return pen::note(inner, buffer, &text, scene.theme.bad());
        }
        if self.runs.is_empty() {
            return pen::note(inner, buffer, &self.nothing(scene), scene.theme.dim());
        }
        let inner = match &self.failed {
            Some(problem) => pen::below(inner, buffer, &problem.sentence(), scene.theme.bad()),
            None => inner,
        };
        for (y, at) in self
            .list
            .window(self.runs.len(), inner.height.into())
            .enumerate()
        {
            if let (Some(run), Ok(y)) = (self.runs.get(at), u16::try_from(y)) {
                let cursor = at == self.list.cursor();
                draw_run(run, cursor, Pen::new(buffer, inner, y), scene);
            }
        }
    }

    /// What is looked for, and how much of it waits or where it is looked for.
    fn title(&self, area: Rect, scene: &Scene) -> String {
        let scope = match self.scope {
            Scope::All => "all folders",
            Scope::Folder => "this folder",
        };
        let pending = scene.zoomed.then(|| {
            let pending = self.pending(|run| scene.hides(&run.request));
            format!("{} pending", say::thousands(pending))
        });
        if self.sought.filter().is_some() {
            let (before, behind) = match &pending {
                Some(pending) => ("", pending.as_str()),
                None => ("History ", scope),
            };
            let room = usize::from(area.width).saturating_sub(before.len() + behind.len() + 8);
            let sought = Foreign::new(self.sought.written()).shown(room);
            return format!("{before}/{sought} · {behind}");
        }
        let title = match pending {
            Some(pending) => format!("Review · {pending}"),
            None => "History".to_owned(),
        };
        let whole = format!("{title} · {scope}");
        let room = usize::from(area.width).saturating_sub(4);
        if whole.width() <= room { whole } else { title }
    }

    /// Why there is nothing here, and what to press.
    fn nothing(&self, scene: &Scene) -> String {
        let key = |name| scene.key(Context::History, name);
        match self.more {
            More::Coming if self.is_searching() && scene.focused => {
                format!("Nothing found so far.\n{} stops the search", key("back"))
            }
            More::Coming if self.is_searching() => "Nothing found so far.".to_owned(),
            More::Coming => "reading…".to_owned(),
            More::Stopped => format!(
                "Nothing found before it was stopped.\n{} searches again\n{} shows everything again",
                key("reload"),
                key("back")
            ),
            _ if self.sought.filter().is_some() => {
                format!("Nothing like that.\n{} shows everything again", key("back"))
            }
            _ => format!(
                "Nothing was captioned yet.\n{} on a picture captions it",
                scene.key(Context::Files, "activate")
            ),
        }
    }
}

fn draw_run(run: &Run, cursor: bool, mut pen: Pen, scene: &Scene) {
    let theme = scene.theme;
    let base = if cursor {
        theme.cursor(scene.focused)
    } else {
        Style::new()
    };
    let with = |style: Style| if cursor { base } else { style };
    let is_hidden = scene.hides(&run.request);
    // A narrow column keeps what tells runs apart: the model is in the box beside it.
    let (name_width, model_width) = match pen.left() {
        60.. => (18, 16),
        44.. => (12, 10),
        _ => (11, 0),
    };
    pen.write(if cursor { ">" } else { " " }, base);
    let when = say::moment(run.timing.started, scene.now, scene.zone);
    pen.column(&when, 5, with(theme.dim())).write(" ", base);
    let name = run.request.image.name().shown(name_width);
    pen.column(&name, name_width, base).write(" ", base);
    if model_width > 0 {
        let model = run.request.model.short_name().shown(model_width);
        let model = if is_hidden { "·····" } else { &model };
        pen.column(model, model_width, with(theme.name()))
            .write(" ", base);
    }
    let (text, style) = match (&run.outcome, &run.failure) {
        _ if is_hidden => ("hidden while blind".to_owned(), theme.dim()),
        (Outcome::Captioned, _) if run.text().is_blank() => {
            ("✗ empty".to_owned(), theme.doubtful())
        }
        (Outcome::Captioned, _) => {
            let signs = say::signs(run);
            let room = pen.left().saturating_sub(signs.width());
            (format!("{signs}{}", run.text().shown(room)), Style::new())
        }
        (Outcome::Failed, Some(failure)) => (
            format!("✗ {}", failure.message.shown(pen.left().saturating_sub(2))),
            theme.bad(),
        ),
        (outcome, _) => (format!("– {}", outcome.word()), theme.doubtful()),
    };
    pen.write(&text, with(style));
    pen.fill(base);
}

/// What was said, or why nothing was.
pub(super) fn answer_of(run: &Run) -> String {
    match (&run.outcome, &run.failure) {
        (Outcome::Failed, Some(failure)) => {
            let why = say::failure(failure, OPENING);
            format!("{why}\n\n{}", run.text().opening(OPENING))
                .trim_end()
                .to_owned()
        }
        (outcome, _) if run.text().is_blank() => format!("– {}, no caption", outcome.word()),
        (Outcome::Captioned, _) => run.text().opening(OPENING),
        (outcome, _) => format!("{} ({})", run.text().opening(OPENING), outcome.word()),
    }
}

/// What people made of it, in words; empty where they made nothing of it.
pub(super) fn stands(run: &Run) -> String {
    let decision = match run.review.decision {
        Decision::Pending => None,
        decision => Some(decision.word()),
    };
    let rewritten = run.review.caption.as_ref().map(|_| "rewritten");
    let words = [decision, rewritten].into_iter().flatten();
    words.collect::<Vec<_>>().join(", ")
}

/// Caption and provenance of a run, for people; nothing of one that is hidden.
pub fn facts_of(run: &Run, scene: &Scene) -> String {
    if scene.hides(&run.request) {
        return HIDDEN.to_owned();
    }
    let caption = Facts::default().paragraph(&answer_of(run));
    let facts = provenance(run, caption.row("stands", stands(run)), scene);
    facts.thoughts(&run.thinking.opening(OPENING)).text()
}

/// Adds where a caption came from.
pub(super) fn provenance(run: &Run, facts: Facts, scene: &Scene) -> Facts {
    let (request, shown) = (&run.request, |text: &Foreign| text.shown(200));
    let sent = run.sent.map_or_else(
        || "nothing left this machine".to_owned(),
        |sent| say::sent(&sent),
    );
    let cost = run.cost_micro_usd.map(|cost| match cost {
        0 => "nothing".to_owned(),
        cost => dollars(cost),
    });
    // Where nothing was sent, the first word is the whole answer.
    let first = run.timing.first_answer.filter(|_| run.sent.is_some());
    let system = request.prompt.system.as_deref();
    let system = system.map(|text| shown(&Foreign::new(text)));
    let flags: Vec<_> = run.flags().iter().map(|flag| flag.word()).collect();
    facts
        .row(
            "picture",
            say::path(request.image.path(), scene.home, usize::MAX),
        )
        .row("now", now(run, scene))
        .row("model", shown(&request.model.name()))
        .row("served", request.served.as_ref().map(shown))
        .row("provider", run.provider.as_ref().map(shown))
        .row("prompt", shown(&Foreign::new(request.prompt.text.as_str())))
        .row("system", system)
        .row("asked", say::parameters(&request.parameters))
        .row("when", say::date_and_time(run.timing.started, scene.zone))
        .row("took", say::elapsed(run.timing.elapsed))
        .row("first", first.map(say::elapsed))
        .row("sent", sent)
        .row("cost", cost)
        .row(
            "tokens",
            run.usage
                .map(|usage| format!("{} in, {} out", usage.prompt, usage.completion)),
        )
        .row("ended", run.finish_reason.as_ref().map(shown))
        .row("flags", flags.join(", "))
        .row("request", run.request_id.as_ref().map(shown))
        .row(
            "run",
            run.id
                .map_or_else(|| "not stored".to_owned(), |id| id.0.to_string()),
        )
}

/// Where its picture lies, unless that is where it lay or nobody knows.
fn now(run: &Run, scene: &Scene) -> Option<String> {
    match scene.places.of(run)? {
        Whereabouts::There => None,
        Whereabouts::Moved(to) => {
            let path = say::path(to.path(), scene.home, usize::MAX);
            Some(format!("moved to {path}"))
        }
        Whereabouts::Lost(loss) => Some(format!("the file {}", loss.sentence())),
    }
}

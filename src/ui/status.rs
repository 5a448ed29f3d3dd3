//! The last two lines: what keys do here, and how things stand.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::command::Context;
use super::commands::COMMANDS;
use super::overlay::Overlay;
use super::pen::Pen;
use super::say;
use super::state::{State, contexts};
use crate::domain::model::ModelRef;

type Hints = &'static [(&'static str, &'static str)];

/// Commands worth a hint, the most useful first, with a word for each.
#[rustfmt::skip]
const IN_FILES: Hints = &[
    ("activate", "caption"), ("select", "select"), ("models", "models"), ("zoom", "zoom"), ("find", "find"),
    ("help", "help"), ("quit", "quit"), ("jobs", "jobs"), ("uncaptioned", "uncaptioned"),
];
#[rustfmt::skip]
const IN_MODELS: Hints = &[
    ("select", "choose"), ("favourite", "favourite"), ("files", "files"), ("zoom", "zoom"), ("find", "find"),
    ("help", "help"), ("quit", "quit"),
];
#[rustfmt::skip]
const IN_CAPTIONS: Hints = &[
    ("activate", "caption"), ("copy-caption", "copy"), ("zoom", "zoom"), ("info", "info"), ("delete", "delete"),
    ("files", "files"), ("help", "help"), ("quit", "quit"),
];
#[rustfmt::skip]
const IN_HISTORY: Hints = &[
    ("activate", "open"), ("caption", "again"), ("copy-caption", "copy"), ("scope", "folder/all"),
    ("delete", "delete"), ("find", "find"), ("help", "help"), ("quit", "quit"),
];

fn worth_a_hint(context: Context) -> Hints {
    match context {
        Context::Files | Context::FilesZoomed => IN_FILES,
        Context::Models | Context::ModelsZoomed => IN_MODELS,
        Context::Captions | Context::CaptionsZoomed => IN_CAPTIONS,
        Context::History | Context::HistoryZoomed => IN_HISTORY,
        Context::Question => &[("yes", "yes"), ("activate", "take"), ("back", "no")],
        Context::Jobs => &[
            ("retry", "again"),
            ("retry-all", "all that failed"),
            ("stop", "stop"),
            ("stop-all", "stop all"),
            ("pause", "pause"),
            ("back", "close"),
        ],
        Context::Card => &[
            ("activate", "take"),
            ("back", "dashboard"),
            ("help", "help"),
        ],
        Context::Reading => &[("back", "close")],
        Context::Text | Context::Global => &[],
    }
}

/// Draws a passing line, or else what the keys do here.
pub(super) fn draw_hints(state: &State, line: Rect, buffer: &mut Buffer) {
    let theme = state.theme;
    let mut pen = Pen::new(buffer, line, 0);
    if let Some(notice) = &state.notice {
        let style = if notice.bad {
            theme.bad()
        } else {
            theme.good()
        };
        let sign = if notice.bad { " ✗ " } else { " " };
        pen.write(sign, style);
        let room = pen.left().saturating_sub(1);
        // Where both have no room, what to do is worth more than all of why.
        let hint = notice.hint.as_ref().map_or(String::new(), |hint| {
            format!(" · {}", hint.shown(room * 3 / 4))
        });
        let text = notice.text.shown(room.saturating_sub(hint.width()));
        pen.write(&text, style).write(&hint, style);
        return;
    }
    if let Some(Overlay::Field(_)) = state.overlays.last() {
        return;
    }
    let contexts = contexts(state);
    let strongest = contexts.first().copied().unwrap_or(Context::Global);
    pen.write(" ", Style::new());
    let hints = match state.overlays.last() {
        Some(Overlay::Help(_)) => &[("down", "scroll"), ("back", "close")],
        _ => worth_a_hint(strongest),
    };
    for (name, word) in hints {
        let Some(key) = state.keymap.key_of(&contexts, name) else {
            continue;
        };
        debug_assert!(COMMANDS.iter().any(|spec| spec.name == *name));
        let key = key.to_string();
        if key.width() + word.width() + 3 > pen.left() {
            break;
        }
        pen.write(&key, theme.strong()).write(" ", theme.dim());
        pen.write(word, theme.dim()).write("  ", theme.dim());
    }
}

/// Draws how things stand; what matters least goes first where there is no room.
pub(super) fn draw_bar(state: &State, line: Rect, buffer: &mut Buffer) {
    let style = state.theme.bar();
    let parts = parts(state);
    let mut room = usize::from(line.width).saturating_sub(2);
    let mut shown = vec![false; parts.len()];
    let mut by_weight: Vec<_> = parts.iter().enumerate().collect();
    by_weight.sort_by_key(|(_, part)| std::cmp::Reverse(part.weight));
    for (at, part) in by_weight {
        let width = part.text.width() + 3;
        if width <= room {
            room -= width;
            if let Some(shown) = shown.get_mut(at) {
                *shown = true;
            }
        }
    }
    let mut pen = Pen::new(buffer, line, 0);
    pen.write(" ", style);
    let mut first = true;
    for (part, _) in parts.iter().zip(shown).filter(|(_, shown)| *shown) {
        if !first {
            pen.write(" │ ", style);
        }
        first = false;
        let part_style = if part.alarming {
            style.add_modifier(Modifier::BOLD)
        } else {
            style
        };
        pen.write(&part.text, part_style);
    }
    pen.fill(style);
    let blanks = " ".repeat(pen.left());
    pen.write(&blanks, style);
}

struct Part {
    text: String,
    /// The heaviest go last.
    weight: u8,
    alarming: bool,
}

impl Part {
    fn new(text: impl Into<String>, weight: u8) -> Self {
        let text = text.into();
        Self {
            text,
            weight,
            alarming: false,
        }
    }

    fn alarming(text: impl Into<String>, weight: u8) -> Self {
        Self {
            alarming: true,
            ..Self::new(text, weight)
        }
    }
}

fn parts(state: &State) -> Vec<Part> {
    let chosen = state.models.chosen();
    let built_in = |model: &ModelRef| matches!(model, ModelRef::Builtin(_));
    let token = if chosen.iter().all(built_in) {
        "○ no token needed"
    } else {
        "○ no token"
    };
    let work = match (state.jobs.running(), state.jobs.queued()) {
        (0, 0) => "idle".to_owned(),
        (running, 0) => format!("{running} running"),
        (running, queued) => format!("{running} running {} waiting", say::thousands(queued)),
    };
    let failed = state.jobs.failed();
    let jobs = state.keymap.key_of(&contexts(state), "jobs");
    let jobs = jobs.map_or(String::new(), |key| format!(": {key}"));
    let selected = state.files.selected();
    let all = [
        Some(Part::new(token, 8)),
        Some(Part::new(say::count(chosen.len(), "model"), 6)),
        Some(Part::new(work, 7)),
        (failed > 0).then(|| Part::alarming(format!("{failed} failed{jobs}"), 5)),
        state.jobs.is_paused().then(|| Part::alarming("paused", 5)),
        state.leaving.then(|| Part::alarming("leaving", 9)),
        state
            .read_only
            .as_ref()
            .map(|_| Part::alarming("history is read-only", 10)),
        (selected > 0).then(|| Part::new(format!("{} selected", say::thousands(selected)), 4)),
    ];
    all.into_iter().flatten().collect()
}

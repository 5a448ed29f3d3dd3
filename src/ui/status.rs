//! The last two lines: what keys do here, and how things stand.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::command::Context;
use super::commands::COMMANDS;
use super::overlay::Overlay;
use super::overlay::field::{Field, Purpose};
use super::overlay::form::Form;
use super::pen::Pen;
use super::say;
use super::state::{State, contexts};
use super::token::{self, Room, Tone};
use crate::domain::endpoint::TokenSource;
use crate::domain::model::ModelRef;
use crate::domain::spending::{Limit, Money};

type Hints = &'static [(&'static str, &'static str)];

/// Commands worth a hint, the most useful first, with a word for each.
#[rustfmt::skip]
const IN_FILES: Hints = &[
    ("activate", "caption"), ("select", "select"), ("models", "models"), ("zoom", "zoom"), ("find", "find"),
    ("help", "help"), ("quit", "quit"), ("jobs", "jobs"), ("compare", "compare"), ("uncaptioned", "uncaptioned"),
];
#[rustfmt::skip]
const IN_SHEET: Hints = &[
    ("activate", "caption"), ("select", "select"), ("sheet", "list"), ("zoom", "back"), ("info", "info"),
    ("find", "find"), ("help", "help"), ("uncaptioned", "uncaptioned"), ("jobs", "jobs"),
];
#[rustfmt::skip]
const IN_FILES_ZOOMED: Hints = &[
    ("activate", "caption"), ("select", "select"), ("sheet", "sheet"), ("zoom", "back"), ("sort", "sort"),
    ("find", "find"), ("help", "help"), ("uncaptioned", "uncaptioned"), ("jobs", "jobs"),
];
#[rustfmt::skip]
const IN_MODELS: Hints = &[
    ("select", "choose"), ("favourite", "favourite"), ("files", "files"), ("zoom", "zoom"), ("find", "find"),
    ("help", "help"), ("quit", "quit"),
];
#[rustfmt::skip]
const IN_CATALOGUE: Hints = &[
    ("select", "choose"), ("activate", "open"), ("filter", "filter"), ("sort-models", "sort"), ("info", "info"),
    ("zoom", "back"), ("help", "help"), ("favourite", "favourite"), ("task", "task"), ("reload", "ask again"),
];
#[rustfmt::skip]
const IN_CAPTIONS: Hints = &[
    ("activate", "caption"), ("copy-caption", "copy"), ("zoom", "zoom"), ("info", "info"), ("delete", "delete"),
    ("files", "files"), ("help", "help"), ("quit", "quit"), ("compare", "compare"),
];
#[rustfmt::skip]
const IN_HISTORY: Hints = &[
    ("activate", "review"), ("accept", "accept"), ("reject", "reject"), ("edit", "edit"), ("copy-caption", "copy"), ("scope", "folder/all"),
    ("delete", "delete"), ("find", "find"), ("help", "help"), ("filters", "filters"), ("caption", "again"), ("quit", "quit"),
];
#[rustfmt::skip]
const IN_REVIEW: Hints = &[
    ("accept", "accept"), ("reject", "reject"), ("edit", "edit"), ("undo", "undo"), ("pending", "pending"), ("find", "find"),
    ("quit", "back"), ("help", "help"), ("filters", "filters"), ("read-on", "scroll"), ("next-caption", "other"), ("accept-all", "accept all"),
];

#[rustfmt::skip]
const IN_COMPARISON: Hints = &[
    ("best-one", "is best"), ("tie", "tie"), ("none-good", "none"), ("differences", "differences"), ("blind", "blind"),
    ("undo", "undo"), ("help", "help"), ("next-picture", "next"), ("reason", "why"), ("standings", "standings"),
    ("quit", "back"),
];

/// While the filter of the catalogue is typed.
const IN_FILTER: Hints = &[
    ("activate", "keep"),
    ("back", "show all"),
    ("down", "next"),
    ("up", "previous"),
];

fn worth_a_hint(context: Context) -> Hints {
    match context {
        Context::Sheet => IN_SHEET,
        Context::Comparison => IN_COMPARISON,
        Context::Standings => &[
            ("down", "scroll"),
            ("blind", "blind ones"),
            ("back", "close"),
        ],
        Context::FilesZoomed => IN_FILES_ZOOMED,
        Context::Files => IN_FILES,
        Context::Models => IN_MODELS,
        Context::ModelsZoomed => IN_CATALOGUE,
        Context::Captions | Context::CaptionsZoomed => IN_CAPTIONS,
        Context::HistoryZoomed => IN_REVIEW,
        Context::History => IN_HISTORY,
        Context::Editing => &[
            ("activate", "accept"),
            ("line-break", "line break"),
            ("back", "leave"),
        ],
        Context::Question => &[("yes", "yes"), ("activate", "take"), ("back", "no")],
        Context::Menu => &[("activate", "take"), ("back", "close"), ("help", "help")],
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
        Context::Versions => &[
            ("activate", "back to it"),
            ("select", "compare"),
            ("back", "close"),
        ],
        Context::Reading => &[("back", "close")],
        // What Enter does in a form is told by the form.
        Context::Form | Context::Text | Context::Global => &[],
    }
}

/// What keys do in a form; while it waits for an answer it can only be left.
fn in_form(form: &Form) -> Vec<(&'static str, &'static str)> {
    let [does, _] = form.purpose().verbs();
    let mut hints = vec![("activate", does), ("next-pane", "next field")];
    if form.is_waiting() {
        hints.clear();
    }
    hints.push(("back", "leave"));
    hints
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
    if state.leaving {
        let key = state.key(Context::Global, "cancel");
        let text = format!(" leaving once all answers are here; {key} leaves now");
        pen.write(&text, theme.good());
        return;
    }
    let has_the_line = |field: &Field| field.purpose != Purpose::Filter;
    if matches!(state.overlays.last(), Some(Overlay::Field(field)) if has_the_line(field)) {
        return;
    }
    let contexts = contexts(state);
    let strongest = contexts.first().copied().unwrap_or(Context::Global);
    pen.write(" ", Style::new());
    let of_form;
    let hints = match state.overlays.last() {
        Some(Overlay::Form(form)) => {
            of_form = in_form(form);
            &of_form[..]
        }
        Some(Overlay::Help(_)) => &[("down", "scroll"), ("back", "close")],
        Some(Overlay::Field(_)) => IN_FILTER,
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
    let mut room = usize::from(line.width).saturating_sub(2);
    let mut parts = parts(state, Room::Ample);
    let widths = parts.iter().map(|part| part.text.width() + 3);
    if widths.sum::<usize>() > room {
        parts = self::parts(state, Room::Scarce);
    }
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
        pen.write(&part.text, style.patch(part.style));
    }
    pen.fill(style);
    let blanks = " ".repeat(pen.left());
    pen.write(&blanks, style);
}

struct Part {
    text: String,
    /// The heaviest go last.
    weight: u8,
    style: Style,
}

fn parts(state: &State, room: Room) -> Vec<Part> {
    let (theme, chosen) = (state.theme, state.models.chosen());
    let plain = |text: String, weight| Part {
        text,
        weight,
        style: Style::new(),
    };
    let alarming = |text: String, weight| Part {
        style: theme.strong(),
        ..plain(text, weight)
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
        Some(token(state, room)),
        Some(plain(say::count(chosen.len(), "model"), 6)),
        Some(plain(work, 7)),
        (failed > 0).then(|| alarming(format!("{failed} failed{jobs}"), 5)),
        state
            .jobs
            .is_paused()
            .then(|| alarming("paused".to_owned(), 5)),
        money(state),
        state.leaving.then(|| alarming("leaving".to_owned(), 9)),
        state
            .read_only
            .as_ref()
            .map(|_| alarming("history is read-only".to_owned(), 10)),
        (selected > 0).then(|| plain(format!("{} selected", say::thousands(selected)), 4)),
    ];
    all.into_iter().flatten().collect()
}

fn token(state: &State, room: Room) -> Part {
    let without = |model: &ModelRef| match model {
        ModelRef::Builtin(_) | ModelRef::Url(_) => true,
        ModelRef::Endpoint(name) => {
            let own = state.endpoints.get(name);
            own.is_some_and(|own| own.token != Some(TokenSource::HuggingFace))
        }
        ModelRef::Hub { .. } => false,
    };
    let needed = !state.models.chosen().iter().all(without);
    let key = state.keymap.key_of(&[Context::Global], "account");
    let key = key.map(|key| key.to_string());
    let (text, tone) = token::short(&state.token, needed, key.as_deref(), state.now, room);
    let style = match tone {
        Tone::Calm => Style::new(),
        Tone::Doubtful => state.theme.doubtful(),
        Tone::Bad => state.theme.bad().patch(state.theme.strong()),
    };
    Part {
        text,
        weight: 8,
        style,
    }
}

/// What was spent today, of what; nothing where neither is worth a word.
fn money(state: &State) -> Option<Part> {
    let money = state.spending.money()?;
    let (text, style) = match money.limit {
        Limit::InDoubt => ("nothing paid is sent".to_owned(), state.theme.strong()),
        Limit::None if money == Money::default() => return None,
        Limit::None => (format!("{} today", money.said()), Style::new()),
        Limit::Daily(_) => (money.said(), Style::new()),
    };
    Some(Part {
        text,
        weight: 11,
        style,
    })
}

//! How the models pane looks: the short list of the dashboard, and the catalogue.

use std::fmt::Write as _;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::super::command::Context;
use super::super::super::pen::{self, Pen};
use super::super::super::say;
use super::super::Scene;
use super::ModelsPane;
use super::browse::HEAD;
use super::columns::{Column, columns};
use super::listing::{Item, Line, Row, Section};
use super::notes::key_here;
use crate::domain::endpoint::Rented;
use crate::domain::model::{ModelCard, ModelRef, Price};
use crate::domain::request::Terms;
use crate::domain::text::Foreign;

/// Columns of the field in the head line.
const FIELD: u16 = 30;
/// The Hub's limit is shown from so few questions on.
const LOW: u64 = 50;
/// Seconds of a minute, an hour, a day.
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Where the filter is typed on the zoomed pane in `area`.
pub fn field_area(area: Rect) -> Rect {
    Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: FIELD.min(area.width.saturating_sub(3)),
        height: 1.min(area.height.saturating_sub(2)),
    }
}

impl ModelsPane {
    /// Draws the pane with its frame; prices are for pictures that are asked about as `terms` say.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, scene: &Scene, terms: &Terms) {
        let mut title = format!("Models · {} chosen", self.chosen.len());
        if let Some(preset) = scene.presets.for_all_or_configured() {
            let _ = write!(title, " · {}", Foreign::new(preset).shown(24));
        }
        let inner = pen::pane(area, buffer, &title, scene.focused, scene.theme);
        if scene.zoomed {
            self.draw_catalogue(inner, buffer, scene, terms);
        } else {
            self.draw_cards(inner, buffer, scene);
        }
    }

    fn draw_cards(&self, inner: Rect, buffer: &mut Buffer, scene: &Scene) {
        for (y, at) in self
            .list
            .window(self.cards.len(), inner.height.into())
            .enumerate()
        {
            if let (Some(card), Ok(y)) = (self.cards.get(at), u16::try_from(y)) {
                let cursor = at == self.list.cursor();
                self.draw_card(card, cursor, Pen::new(buffer, inner, y), scene);
            }
        }
        let left = usize::from(inner.height).saturating_sub(self.cards.len());
        if left > 1 {
            let y = inner.height - 1;
            let key = |name| scene.key(Context::Models, name);
            let hint = format!(" {} chooses · {} more", key("select"), key("zoom"));
            Pen::new(buffer, inner, y).write(&hint, scene.theme.dim());
        }
    }

    fn draw_card(&self, card: &ModelCard, cursor: bool, mut pen: Pen, scene: &Scene) {
        let theme = scene.theme;
        let chosen = self.chosen.contains(&card.model);
        let base = match chosen {
            _ if cursor => theme.cursor(scene.focused),
            true => theme.strong(),
            false => Style::new(),
        };
        pen.write(if cursor { ">" } else { " " }, base);
        pen.write(
            if chosen { "● " } else { "○ " },
            if cursor { base } else { theme.good() },
        );
        pen.right(&format!("{} ", self.price_of(card)), base);
        let star = if self.is_favourite(&card.model) {
            " ★"
        } else {
            ""
        };
        // There is little room: a sign says that the model has a preset of its own.
        let preset = if scene.presets.own(&card.model).is_some() {
            " ¶"
        } else {
            ""
        };
        let beside = format!("{star}{preset}");
        let name_width = pen.left();
        let room = name_width.saturating_sub(beside.width().max(2) + 1);
        let name = card.model.name().shown(room);
        pen.column(&format!("{name}{beside}"), name_width, base);
        pen.fill(base);
    }

    fn price_of(&self, card: &ModelCard) -> Price {
        match card.price {
            Price::Unknown => self.price(&card.model),
            known => known,
        }
    }

    fn draw_catalogue(&self, inner: Rect, buffer: &mut Buffer, scene: &Scene, terms: &Terms) {
        let list = Rect {
            y: inner.y + 2,
            height: inner.height.saturating_sub(2),
            ..inner
        };
        debug_assert_eq!(HEAD, 2);
        self.draw_head(Pen::new(buffer, inner, 0), scene);
        let lines = self.listing.lines();
        let cursor = self.listing.list().cursor();
        let window = self.listing.list().window(lines.len(), list.height.into());
        let section = self.listing.section(window.start);
        self.draw_heading(section, Pen::new(buffer, inner, 1), scene);
        for (y, at) in window.enumerate() {
            let y = u16::try_from(y).unwrap_or(u16::MAX);
            let pen = Pen::new(buffer, list, y);
            match lines.get(at) {
                Some(Line::Row(row)) => self.draw_row(*row, at == cursor, pen, scene, terms),
                Some(Line::Heading(section)) => self.draw_heading(*section, pen, scene),
                Some(Line::Note(section)) => self.draw_note(*section, pen, scene),
                None => {}
            }
        }
    }

    /// What is typed, the order, the task, the age of the list, what is left of the Hub's limit;
    /// where there is no room, the task goes first.
    fn draw_head(&self, mut pen: Pen, scene: &Scene) {
        let theme = scene.theme;
        let order = format!("by {}", self.order.word());
        let task = self.hub.task().word().to_owned();
        let limit = self.limit(scene.now);
        let mut parts = vec![Some(order), Some(task), Some(self.age(scene.now)), limit];
        let said = |parts: &[Option<String>]| {
            let parts: Vec<_> = parts.iter().flatten().map(String::as_str).collect();
            parts.join(" · ")
        };
        if said(&parts).width() + usize::from(FIELD) > pen.left()
            && let Some(task) = parts.get_mut(1)
        {
            *task = None;
        }
        pen.right(&format!("{} ", said(&parts)), theme.dim());
        let room = pen.left().saturating_sub(10);
        match self.listing.filter() {
            "" => pen.write(
                &format!(" {} filters", key_here(scene, "filter")),
                theme.dim(),
            ),
            text => pen
                .write(" filter ", theme.strong())
                .write(&Foreign::new(text).shown(room), theme.strong()),
        };
    }

    /// How old the router's list is.
    fn age(&self, now: Timestamp) -> String {
        let (refresh, since) = self.refresh;
        let age = |asked: Timestamp| {
            let seconds = now.duration_since(asked).as_secs();
            match seconds {
                ..MINUTE => "just now".to_owned(),
                MINUTE..HOUR => format!("{} min old", seconds / MINUTE),
                HOUR..DAY => format!("{} h old", seconds / HOUR),
                _ => format!("{} days old", seconds / DAY),
            }
        };
        let list = match self.served.asked {
            Some(asked) if asked < since => format!("from cache, {}", age(asked)),
            Some(asked) => age(asked),
            None if refresh.is_some() => String::new(),
            None => "no list yet".to_owned(),
        };
        let state = match refresh {
            _ if self.seen.offline => "offline",
            Some(_) => "asking…",
            None => "",
        };
        let said = [state, &list].map(str::to_owned);
        let said = said.into_iter().filter(|it| !it.is_empty());
        said.collect::<Vec<_>>().join(" · ")
    }

    fn limit(&self, now: Timestamp) -> Option<String> {
        let limit = self.hub.limit(now).filter(|limit| limit.left <= LOW)?;
        let seconds = limit.until.duration_since(now).as_secs();
        Some(match limit.left {
            0 => format!("Hub limit used up for {seconds} s"),
            left => format!("Hub limit: {left} left"),
        })
    }

    /// The name of a section and of its columns.
    fn draw_heading(&self, section: Section, mut pen: Pen, scene: &Scene) {
        let theme = scene.theme;
        let count = match self.listing.count(section) {
            0 => String::new(),
            count => format!(" · {}", say::thousands(count)),
        };
        let by_name = if self.order.is_known_of_served() {
            ""
        } else {
            ", by name"
        };
        let title = match section {
            Section::Mine => "Mine".to_owned(),
            Section::Live => format!("Live at providers{count}{by_name}"),
            Section::Hub => format!("On the Hub{count}, by {}", self.hub.sort().word()),
        };
        let columns = columns(section, pen.left());
        let name = pen.left().saturating_sub(widths(columns));
        pen.column(&format!("  {title}"), name, theme.strong());
        for column in columns {
            draw_cell(&mut pen, column, column.title, theme.dim());
        }
    }

    fn draw_row(&self, row: Row, cursor: bool, mut pen: Pen, scene: &Scene, terms: &Terms) {
        let theme = scene.theme;
        let model = self.model_of(row);
        let is_chosen = model.as_ref().is_some_and(|it| self.chosen.contains(it));
        let is_favourite = model.as_ref().is_some_and(|it| self.is_favourite(it));
        let base = match is_chosen {
            _ if cursor => theme.cursor(scene.focused),
            true => theme.strong(),
            false => Style::new(),
        };
        let with = |style: Style| if cursor { base } else { style };
        let section = match row {
            Row::Found(_) => Section::Hub,
            _ => Section::Mine,
        };
        let columns = columns(section, pen.left());
        let name_width = pen.left().saturating_sub(widths(columns) + 5);
        pen.write(if cursor { ">" } else { " " }, base);
        let mark = if is_chosen { "● " } else { "○ " };
        pen.write(mark, with(theme.good()));
        let star = if is_favourite { "★ " } else { "  " };
        pen.write(star, with(theme.doubtful()));
        let name = match &model {
            Some(model) => model.name(),
            None => Foreign::new(self.name(row)),
        };
        let preset = model.as_ref().map(|model| preset_of(model, scene));
        let preset = preset.unwrap_or_default();
        let name = name.shown(name_width.saturating_sub(preset.width() + 1));
        pen.column(&format!("{name}{preset}"), name_width, base);
        let terms = match &model {
            Some(model) => scene.presets.terms(terms, model),
            None => terms.clone(),
        };
        if let Some(words) = self.words(row, scene) {
            let words = Foreign::new(words).shown(pen.left().saturating_sub(1));
            pen.write(" ", base).write(&words, with(theme.dim()));
        } else {
            for column in columns {
                let cell = self.cell(row, column, &terms);
                draw_cell(&mut pen, column, &cell, base);
            }
        }
        pen.fill(base);
    }

    /// What stands in place of numbers where there are none.
    fn words(&self, row: Row, scene: &Scene) -> Option<String> {
        match self.item(row)? {
            Item::Card(card) => match &card.model {
                ModelRef::Hub { id, .. } => {
                    let is_known = self.served.asked.is_some();
                    let is_served = self.served.get(id).is_some_and(|it| it.live().count() > 0);
                    let info = || key_here(scene, "info");
                    let told = || format!("no provider; {} tells what to do", info());
                    (is_known && !is_served).then(told)
                }
                model => Some(match self.rented_of(model) {
                    Some(rented) => rented_in_words(rented),
                    None => format!("{} · {}", card.price, card.about.raw()),
                }),
            },
            Item::Rented(_, rented) => Some(rented_in_words(rented)),
            Item::Served(_) | Item::Found(_) => None,
        }
    }
}

/// The preset that one model has by choice; nothing where it has none of its own.
fn preset_of(model: &ModelRef, scene: &Scene) -> String {
    let preset = scene.presets.own(model);
    preset.map_or_else(String::new, |name| {
        format!(" · {}", Foreign::new(name).shown(12))
    })
}

/// The state comes first: the rest may have no room.
fn rented_in_words(rented: &Rented) -> String {
    let model = rented.model.as_ref();
    let model = model.map_or(String::new(), |model| format!(" · {model}"));
    format!("{}{model}", rented.state.said())
}

fn widths(columns: &[Column]) -> usize {
    columns.iter().map(|column| column.width).sum()
}

fn draw_cell(pen: &mut Pen, column: &Column, text: &str, style: Style) {
    let room = column.width.saturating_sub(1);
    let text = Foreign::new(text).shown(room);
    let blanks = " ".repeat(column.width.saturating_sub(text.width()));
    if column.is_number {
        pen.write(&blanks, style).write(&text, style);
    } else {
        pen.write(" ", style).column(&text, room, style);
    }
}

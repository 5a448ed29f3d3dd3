//! Draws the state. Pure: the same state always gives the same screen.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::layout::{Areas, SMALLEST};
use super::overlay::Overlay;
use super::overlay::field::Purpose;
use super::painter::ImageSlot;
use super::panes::Pane;
use super::panes::captions::draw_comparison;
use super::panes::models::field_area;
use super::state::State;
use super::status;
use super::theme::{Depth, Theme};
use super::{ascii, pen, say};
use crate::domain::filter::FilterError;
use crate::domain::image::{ImageFacts, ImageRef};
use crate::domain::run::Sent;
use crate::domain::whereabouts::Whereabouts;

/// Draws everything but the pictures and answers where they go.
pub fn view(state: &State, frame: &mut Frame) -> Vec<ImageSlot> {
    let slots = draw(state, frame);
    if state.theme.is_ascii() {
        ascii::plain(frame.buffer_mut());
    }
    slots
}

fn draw(state: &State, frame: &mut Frame) -> Vec<ImageSlot> {
    let Some(areas) = state.areas() else {
        too_small(state, frame.area(), frame.buffer_mut());
        return Vec::new();
    };
    let buffer = frame.buffer_mut();
    let mut slots = draw_panes(state, &areas, buffer);
    slots.extend(draw_picture(state, &areas, buffer));
    status::draw_hints(state, areas.hint, buffer);
    status::draw_bar(state, areas.status, buffer);
    let covered = draw_overlays(state, &areas, buffer);
    let slot = |(area, image)| ImageSlot {
        area,
        image,
        covered: covered.clone(),
    };
    slots.into_iter().map(slot).collect()
}

fn too_small(state: &State, area: Rect, buffer: &mut Buffer) {
    let text = format!(
        "blipboard needs {}×{} cells; this screen has {}×{}.",
        SMALLEST.width, SMALLEST.height, state.size.width, state.size.height
    );
    if area.height > 0 && area.width > 2 {
        pen::note(area, buffer, &text, Style::new());
    }
}

/// Draws the panes and answers where those of them that show pictures want them.
fn draw_panes(state: &State, areas: &Areas, buffer: &mut Buffer) -> Vec<(Rect, ImageRef)> {
    let shown = |pane: Pane| !areas.pane(pane).is_empty();
    let mut slots = Vec::new();
    if shown(Pane::Files) {
        let scene = state.scene(Pane::Files);
        slots = state
            .files
            .draw(areas.files, buffer, &scene, &state.pictures);
    }
    if state.is_sheet() {
        draw_foot(state, areas.files, buffer);
    }
    if shown(Pane::Models) {
        state.models.draw(
            areas.models,
            buffer,
            &state.scene(Pane::Models),
            &state.terms,
        );
    }
    if state.is_comparing() {
        draw_comparison(areas.captions, buffer, &state.scene(Pane::Captions));
    } else if shown(Pane::Captions) {
        let chosen = state.models.chosen();
        state
            .captions
            .draw(areas.captions, buffer, chosen, &state.scene(Pane::Captions));
    }
    if shown(Pane::History) {
        state
            .history
            .draw(areas.history, buffer, &state.scene(Pane::History));
    }
    let scene = state.scene(state.focus);
    match state.focus {
        _ if areas.detail.is_empty() => {}
        Pane::History => {
            let page = state.review_page(areas);
            state.history.draw_review(&page, buffer, &scene);
        }
        Pane::Files | Pane::Models | Pane::Captions => {
            let inner = pen::frame(areas.detail, buffer, "Picture", false, state.theme);
            if let Some(text) = state.picture_facts() {
                pen::paragraph(inner, buffer, 0, &text, Style::new());
            }
        }
    }
    slots
}

/// The whole name of what is under the cursor of the contact sheet, what is known of it, and where
/// it is among the others.
fn draw_foot(state: &State, area: Rect, buffer: &mut Buffer) {
    let (Some(row), Some((at, of))) = (state.files.row(), state.files.place()) else {
        return;
    };
    let place = format!("{} of {}", say::thousands(at), say::thousands(of));
    let room = usize::from(area.width).saturating_sub(place.len() + 8);
    let image = state.files.image();
    let look = image.as_ref().and_then(|image| state.pictures.get(image));
    let name = match (&image, look) {
        (Some(image), Some(Ok((facts, _)))) => title_of(image, facts, None, room),
        _ => row.shown_name().shown(room),
    };
    let style = state.theme.border(state.scene(Pane::Files).focused);
    pen::foot(area, buffer, &format!("{name} · {place}"), style);
}

/// Draws the frame of the picture and answers the place inside it.
fn draw_picture(state: &State, areas: &Areas, buffer: &mut Buffer) -> Option<(Rect, ImageRef)> {
    if areas.picture.is_empty() {
        return None;
    }
    if let Some((text, style)) = missing(state) {
        let image = state.image().map(|image| image.name());
        let title = image.map(|name| name.shown(areas.picture.width.saturating_sub(4).into()));
        let title = title.unwrap_or_default();
        let inner = pen::frame(areas.picture, buffer, &title, false, state.theme);
        pen::note(inner, buffer, &text, style);
        return None;
    }
    let image = state.image();
    let look = image.as_ref().and_then(|image| state.pictures.get(image));
    let room = usize::from(areas.picture.width).saturating_sub(4);
    let title = match (&image, look) {
        (None, _) => "Picture".to_owned(),
        (Some(image), Some(Ok((facts, _)))) => {
            let sent = state.captions.sent(&state.jobs);
            let moved = if state.run_moved() { "moved: " } else { "" };
            let room = room.saturating_sub(moved.len());
            let sent = sent.filter(|_| !state.is_comparing());
            format!("{moved}{}", title_of(image, facts, sent, room))
        }
        (Some(image), _) => image.name().shown(room),
    };
    let inner = pen::frame(areas.picture, buffer, &title, false, state.theme);
    let dim = state.theme.dim();
    match (image, look) {
        (None, _) => pen::note(inner, buffer, "No picture under the cursor.", dim),
        (Some(_), None) => pen::note(inner, buffer, "…", dim),
        (Some(_), Some(Err(problem))) => {
            let text = problem.sentence().paragraphs();
            pen::note(inner, buffer, &text, state.theme.bad());
        }
        (Some(_), Some(Ok(_))) if state.theme.depth() == Depth::Mono => {
            pen::note(
                inner,
                buffer,
                "No pictures without colours (NO_COLOR, or color = \"never\").",
                dim,
            );
        }
        (Some(image), Some(Ok(_))) => match state.no_pictures {
            Some(why) => pen::note(inner, buffer, &format!("No pictures: {why}."), dim),
            None => return Some((inner, image)),
        },
    }
    None
}

/// What is said in place of the picture of a run that is not to be seen; `None` for one that is.
fn missing(state: &State) -> Option<(String, Style)> {
    let run = state.run_looked_at()?;
    match state.places.of(run) {
        Some(Whereabouts::There | Whereabouts::Moved(_)) => None,
        Some(Whereabouts::Lost(loss)) => {
            let image = &run.request.image;
            let text = format!(
                "{} {}.\n\nIt was {}. What was moved is found again when its folder is opened. \
                 Until then its captions can be decided on, rewritten, copied and written into \
                 tables, but not beside it.",
                image.name().shown(80),
                loss.sentence(),
                say::path(image.path(), state.home.as_deref(), usize::MAX),
            );
            Some((text, state.theme.bad()))
        }
        // Another picture may lie there by now.
        None => Some(("…".to_owned(), state.theme.dim())),
    }
}

/// Name and facts of a picture; where there is little room, facts go before the name does.
fn title_of(image: &ImageRef, facts: &ImageFacts, sent: Option<Sent>, room: usize) -> String {
    let frame = if facts.animated { ", first frame" } else { "" };
    let sent = sent.map(|sent| format!(" → {} sent", say::bytes(sent.bytes)));
    let mut about = vec![
        facts.size.to_string(),
        say::bytes(facts.bytes) + &sent.unwrap_or_default(),
        format!("{}{frame}", facts.format.name()),
    ];
    let least = image.name().shown(16).width();
    while !about.is_empty() && least + 1 + about.join(" ").width() > room {
        about.pop();
    }
    let about = about.join(" ");
    let room = room.saturating_sub(about.width() + 1);
    format!("{} {about}", image.name().shown(room))
        .trim_end()
        .to_owned()
}

/// Why what is typed cannot be understood, below it.
fn draw_error(error: &FilterError, line: Rect, buffer: &mut Buffer, theme: Theme) {
    let mut pen = pen::Pen::new(buffer, line, 0);
    let hint = error.hint.as_ref().map(|hint| format!(" · {hint}"));
    let text = format!(" ✗ {}{}", error.text, hint.unwrap_or_default());
    let width = pen.left();
    pen.column(&text, width, theme.bad());
}

/// Draws the overlays and answers where they stand.
fn draw_overlays(state: &State, areas: &Areas, buffer: &mut Buffer) -> Vec<Rect> {
    let (theme, keymap) = (state.theme, &state.keymap);
    let body = areas.body.inner(Margin::new(1, 1));
    let draw = |overlay: &Overlay| match overlay {
        Overlay::Card(card) => card.draw(body, buffer, keymap, theme),
        Overlay::Help(help) => help.draw(body, buffer, keymap, theme),
        Overlay::Question(question) => question.draw(body, buffer, keymap, theme),
        Overlay::Reading(reading) => reading.draw(body, buffer, keymap, theme),
        Overlay::Standings(standings) => standings.draw(body, buffer, keymap, theme),
        Overlay::Versions(versions) => {
            let when = (state.now, &state.zone);
            versions.draw(body, buffer, (keymap, theme), when)
        }
        Overlay::Menu(menu) => menu.draw(body, buffer, keymap, theme),
        Overlay::Editing(editing) => editing.draw(state.editing_area(), buffer, theme),
        Overlay::Form(form) => form.draw(body, buffer, keymap, &state.scene(state.focus)),
        Overlay::Jobs(list) => list.draw(body, buffer, &state.scene(state.focus)),
        Overlay::Field(field) => {
            let line = match field.purpose {
                Purpose::Filter => field_area(areas.models),
                Purpose::Command | Purpose::Find | Purpose::Search | Purpose::Reason => areas.hint,
            };
            let covered = field.draw(line, buffer, &state.words(field), (keymap, theme));
            let error = state.history.sought().error();
            if let Some(error) = error.filter(|_| field.purpose == Purpose::Search) {
                field.mark(&error.at, line, buffer, theme);
                draw_error(error, areas.status, buffer, theme);
            }
            covered
        }
    };
    // A form or a menu tells all there is to know: what led to it would only show at its edges.
    let is_alone = |overlay: &Overlay| matches!(overlay, Overlay::Form(_) | Overlay::Menu(_));
    let first = state.overlays.iter().rposition(is_alone);
    let shown = state.overlays.iter().skip(first.unwrap_or(0));
    shown.map(draw).collect()
}

#[cfg(test)]
mod tests;

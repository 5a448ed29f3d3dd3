//! The contact sheet: a card for each file, with its picture or with words in its place, and below
//! it the name and what became of its captions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::super::super::effect::Effect;
use super::super::super::list::Page;
use super::super::super::painter::ImageSlot;
use super::super::super::pen::Pen;
use super::super::super::pictures::Pictures;
use super::super::super::theme::Depth;
use super::super::Scene;
use super::{FilesPane, Row, RowKind};
use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::text::{Foreign, clip};
use crate::engine::FilesView;

/// Rows of a card below its picture: the name, and the mark.
const LEGEND: u16 = 2;

/// Where cards are: all of one size, and as many as fit.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    area: Rect,
    page: Page,
    width: u16,
    height: u16,
}

impl Grid {
    /// The cards of an area; there is one at least. On a larger screen cards are larger, too, but
    /// grow more slowly than the screen.
    pub fn new(area: Rect) -> Self {
        let least = (18 + area.width.saturating_sub(78) / 24).min(40);
        let columns = (area.width / least).max(1);
        let width = area.width / columns;
        // Most pictures are wider than high, and a cell is about twice as high as wide.
        let least = width * 3 / 8 + LEGEND;
        let rows = (area.height / least.max(1)).max(1);
        let left = area.width % columns / 2;
        Self {
            area: Rect {
                x: area.x + left,
                ..area
            },
            page: Page {
                rows: rows.into(),
                columns: columns.into(),
            },
            width,
            height: area.height / rows,
        }
    }

    /// How many cards are in sight.
    pub fn page(&self) -> Page {
        self.page
    }

    /// The area of card number `at`, from the first one in sight; empty behind the last one.
    fn card(&self, at: usize) -> Rect {
        let place = |at: usize, step: u16| u16::try_from(at).ok()?.checked_mul(step);
        let (row, column) = (at / self.page.columns, at % self.page.columns);
        let (Some(x), Some(y)) = (place(column, self.width), place(row, self.height)) else {
            return Rect::default();
        };
        let card = Rect {
            x: self.area.x.saturating_add(x),
            y: self.area.y.saturating_add(y),
            width: self.width,
            height: self.height,
        };
        card.intersection(self.area)
    }

    /// The place of the picture in the first card; in every other it has the same size.
    pub fn picture(&self) -> Rect {
        picture(self.card(0))
    }
}

/// The place of the picture in a card: above the legend, between the bars of the cursor.
fn picture(card: Rect) -> Rect {
    Rect {
        x: card.x.saturating_add(1),
        width: card.width.saturating_sub(2),
        height: card.height.saturating_sub(LEGEND),
        ..card
    }
}

impl FilesPane {
    /// How it looks with the whole screen.
    pub fn view(&self) -> FilesView {
        self.view.unwrap_or_default()
    }

    /// Shows files so, and has that remembered if it is new.
    pub fn show_as(&mut self, view: FilesView) -> Option<Effect> {
        let is_new = self.view() != view;
        self.view = Some(view);
        is_new.then_some(Effect::ShowAs(view))
    }

    /// Takes in how files were shown before; what the person chose meanwhile counts more.
    pub fn absorb_view(&mut self, view: FilesView) {
        self.view.get_or_insert(view);
    }

    /// The pictures in sight, the nearest to the cursor first.
    pub fn in_sight(&self, page: Page) -> Vec<ImageRef> {
        let mut sight: Vec<_> = self.list.window_in(self.rows.len(), page).collect();
        sight.sort_by_key(|at| at.abs_diff(self.list.cursor()));
        self.images(sight)
    }

    /// The pictures of the screen that comes next where the cursor goes on as before.
    pub fn coming(&self, page: Page) -> Vec<ImageRef> {
        let window = self.list.window_in(self.rows.len(), page);
        if self.rises {
            let above = window.start.saturating_sub(page.items())..window.start;
            self.images(above.rev())
        } else {
            self.images(window.end..window.end.saturating_add(page.items()).min(self.rows.len()))
        }
    }

    fn images(&self, rows: impl IntoIterator<Item = usize>) -> Vec<ImageRef> {
        let rows = rows.into_iter().filter_map(|at| self.rows.get(at));
        let pictures = rows.filter(|row| row.kind == RowKind::Picture);
        pictures.map(|row| self.image_of(&row.name)).collect()
    }

    /// Draws the cards and answers where pictures go.
    pub(super) fn draw_sheet(
        &self,
        area: Rect,
        buffer: &mut Buffer,
        scene: &Scene,
        pictures: &Pictures,
    ) -> Vec<(Rect, ImageRef)> {
        let grid = Grid::new(area);
        let span = self.span().unwrap_or_default();
        let mut slots = Vec::new();
        for (place, at) in self.list.window_in(self.rows.len(), grid.page).enumerate() {
            let Some(row) = self.rows.get(at) else {
                continue;
            };
            let card = grid.card(place);
            let selected = self.is_selected(at, row, &span);
            if at == self.list.cursor() {
                draw_bars(picture(card), buffer, scene);
            }
            self.draw_legend(row, at, selected, card, buffer, scene);
            slots.extend(self.draw_face(row, picture(card), buffer, scene, pictures));
        }
        slots
    }

    /// Draws the name, over both rows where it is long, and the mark at the end of the second.
    fn draw_legend(
        &self,
        row: &Row,
        at: usize,
        selected: bool,
        card: Rect,
        buffer: &mut Buffer,
        scene: &Scene,
    ) {
        let cursor = at == self.list.cursor();
        let base = super::draw::style_of(row, cursor, selected, scene);
        let slash = matches!(row.kind, RowKind::Parent | RowKind::Folder);
        let slash = if slash { "/" } else { "" };
        let name = row.shown_name().shown(usize::from(u16::MAX)) + slash;
        let y = card.height.saturating_sub(LEGEND);
        let mut pen = Pen::new(buffer, card, y);
        pen.write(if cursor { ">" } else { " " }, base);
        pen.write(if selected { "*" } else { " " }, base);
        pen.right(" ", base);
        let (first, rest) = name.split_at(clip(&name, pen.left()).len());
        pen.write(first, base).fill(base);
        let mut pen = Pen::new(buffer, card, y + 1);
        pen.write("  ", base).right(" ", base);
        if row.kind == RowKind::Picture {
            let (mark, style) = self.mark_of(row, scene);
            pen.right(&mark, if cursor { base } else { style });
            pen.right(if mark.is_empty() { "" } else { " " }, base);
        }
        pen.write(&middle_cut(rest, pen.left()), base).fill(base);
    }

    /// Draws words where there is no picture to show; else answers its place.
    fn draw_face(
        &self,
        row: &Row,
        area: Rect,
        buffer: &mut Buffer,
        scene: &Scene,
        pictures: &Pictures,
    ) -> Option<(Rect, ImageRef)> {
        let theme = scene.theme;
        let mut words = |text: &str, style| draw_words(area, buffer, text, style);
        match row.kind {
            RowKind::Parent => words("the folder above", theme.dim()),
            RowKind::Folder => words("folder", theme.name()),
            RowKind::Unsupported(why) => words(&format!("{why}: cannot be read"), theme.dim()),
            RowKind::Picture => {
                let image = self.image_of(&row.name);
                match pictures.fit(&image, ImageSlot::pixels_of(area)) {
                    None => words("…", theme.dim()),
                    Some(Err(problem)) => {
                        words(&format!("✗ {}", why(problem, &image)), theme.bad());
                    }
                    Some(Ok((facts, _))) if theme.depth() == Depth::Mono => {
                        words(
                            &format!("{}\n{}", facts.size, facts.format.name()),
                            theme.dim(),
                        );
                    }
                    Some(Ok(_)) => return Some((area, image)),
                }
            }
        }
        None
    }
}

/// Bars on both sides of the picture under the cursor: seen without colour, too.
fn draw_bars(picture: Rect, buffer: &mut Buffer, scene: &Scene) {
    let style = scene.theme.border(scene.focused);
    for y in picture.top()..picture.bottom() {
        buffer.set_string(picture.x.saturating_sub(1), y, "┃", style);
        buffer.set_string(picture.right(), y, "┃", style);
    }
}

/// Words in the middle of a card.
fn draw_words(area: Rect, buffer: &mut Buffer, text: &str, style: Style) {
    let rows = super::super::super::wrap::wrap(text, area.width.into());
    let height = u16::try_from(rows.len())
        .unwrap_or(u16::MAX)
        .min(area.height);
    let above = (area.height - height) / 2;
    for (y, row) in (above..area.height).zip(rows) {
        let line = &text[row];
        let room = usize::from(area.width).saturating_sub(line.width()) / 2;
        let mut pen = Pen::new(buffer, area, y);
        pen.column("", room, Style::new()).write(line, style);
    }
}

/// What is wrong with a picture, without its name: that stands below.
fn why(problem: &Problem, image: &ImageRef) -> String {
    let sentence = problem.sentence().paragraphs();
    let path = Foreign::from_os(image.path().as_os_str()).paragraphs();
    let name = image.name().paragraphs();
    let rest = [path, name].iter().find_map(|it| sentence.strip_prefix(it));
    rest.unwrap_or(&sentence).trim_start().to_owned()
}

/// Safe text of at most `width` columns. What is cut is cut in the middle: names from one camera
/// differ at their ends.
fn middle_cut(whole: &str, width: usize) -> String {
    if whole.width() <= width {
        return whole.to_owned();
    }
    let behind = width.saturating_sub(1) / 2;
    let (mut end, mut used) = (whole.len(), 0);
    for (at, grapheme) in whole.grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > behind {
            break;
        }
        end = at;
    }
    let tail = &whole[end..];
    let head = clip(whole, width.saturating_sub(1 + tail.width()));
    clip(&format!("{head}…{tail}"), width).to_owned()
}

#[cfg(test)]
mod tests;

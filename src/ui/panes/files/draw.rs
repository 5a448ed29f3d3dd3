//! How the files pane looks.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::super::jobs::JobState;
use super::super::super::pen::{self, Pen};
use super::super::super::pictures::Pictures;
use super::super::super::say;
use super::super::Scene;
use super::{FilesPane, Reading, Row, RowKind};
use crate::domain::image::{ImageRef, Size};
use crate::domain::review::Decision;
use crate::domain::sort::Sort;
use crate::engine::FilesView;

/// Columns of a mark where columns stand beside it: `file 12 ✓`.
const MARK: usize = 9;

/// A row as it is drawn.
struct Line<'a> {
    row: &'a Row,
    cursor: bool,
    selected: bool,
}

impl FilesPane {
    /// Draws the pane with its frame and answers where pictures go.
    pub fn draw(
        &self,
        area: Rect,
        buffer: &mut Buffer,
        scene: &Scene,
        pictures: &Pictures,
    ) -> Vec<(Rect, ImageRef)> {
        let inner = pen::pane(
            area,
            buffer,
            &self.title(area, scene),
            scene.focused,
            scene.theme,
        );
        if let Reading::Failed(problem) = &self.reading
            && !self.has_rows()
        {
            let text = format!(
                "{}\n\n{} goes up, r reads again",
                problem.sentence().paragraphs(),
                self.way_up(scene)
            );
            pen::note(inner, buffer, &text, scene.theme.bad());
            return Vec::new();
        }
        let slots = if self.is_sheet(scene) {
            self.draw_sheet(inner, buffer, scene, pictures)
        } else {
            self.draw_list(inner, buffer, scene, pictures);
            Vec::new()
        };
        self.draw_emptiness(inner, buffer, scene);
        slots
    }

    fn is_sheet(&self, scene: &Scene) -> bool {
        scene.zoomed && self.view() == FilesView::Sheet
    }

    /// The key that leads out of the folder.
    fn way_up(&self, scene: &Scene) -> &'static str {
        if self.is_sheet(scene) { "-" } else { "h" }
    }

    fn draw_list(&self, inner: Rect, buffer: &mut Buffer, scene: &Scene, pictures: &Pictures) {
        let page = usize::from(inner.height);
        let span = self.span().unwrap_or_default();
        for (y, at) in self.list.window(self.rows.len(), page).enumerate() {
            if let (Some(row), Ok(y)) = (self.rows.get(at), u16::try_from(y)) {
                let line = Line {
                    row,
                    cursor: at == self.list.cursor(),
                    selected: self.is_selected(at, row, &span),
                };
                self.draw_row(&line, Pen::new(buffer, inner, y), scene, pictures);
            }
        }
    }

    fn title(&self, area: Rect, scene: &Scene) -> String {
        let mut extra = match &self.reading {
            Reading::Going => format!(" · reading {}", say::thousands(self.rows.len())),
            Reading::Failed(problem) if self.has_rows() => {
                let why = problem.causes.last().unwrap_or(&problem.headline);
                let room = usize::from(area.width) / 2;
                format!(" · ✗ {}", why.shown(room))
            }
            Reading::Done(_) | Reading::Failed(_) => String::new(),
        };
        if self.anchor.is_some() {
            extra.push_str(" · v ends");
        } else if self.rows.sort() != Sort::Name {
            extra.push_str(" · by ");
            extra.push_str(self.rows.sort().name());
        }
        let room = usize::from(area.width).saturating_sub(10 + extra.chars().count());
        format!("Files {}{extra}", say::path(&self.folder, scene.home, room))
    }

    fn draw_emptiness(&self, inner: Rect, buffer: &mut Buffer, scene: &Scene) {
        let pictures = self
            .rows
            .position(|row| row.kind != RowKind::Parent)
            .is_some();
        let up = self.way_up(scene);
        let text = match &self.reading {
            Reading::Going if !pictures => "reading…".to_owned(),
            Reading::Done(0) if !pictures => format!("This folder is empty.\n{up} goes up"),
            Reading::Done(others) if !pictures => {
                format!(
                    "No pictures here, {}.\n{up} goes up",
                    say::count(*others, "other file")
                )
            }
            _ => return,
        };
        pen::note(inner, buffer, &text, scene.theme.dim());
    }

    fn draw_row(&self, line: &Line, mut pen: Pen, scene: &Scene, pictures: &Pictures) {
        let Line {
            row,
            cursor,
            selected,
        } = *line;
        let base = style_of(row, cursor, selected, scene);
        pen.write(if cursor { ">" } else { " " }, base);
        pen.write(if selected { "*" } else { " " }, base);
        let (mark, style) = self.mark_of(row, scene);
        pen.right(" ", base);
        let mark_style = if cursor { base } else { style };
        if scene.zoomed && row.kind == RowKind::Picture {
            pen.right(&format!("{mark:>MARK$}"), mark_style);
            let facts = pictures.get(&self.image_of(&row.name));
            let size = facts.and_then(|look| look.as_ref().ok().map(|(facts, _)| facts.size));
            draw_columns(row, size, &mut pen, base, scene);
        } else {
            pen.right(&mark, mark_style);
        }
        pen.right(" ", base);
        let slash = matches!(row.kind, RowKind::Parent | RowKind::Folder);
        let room = pen.left().saturating_sub(usize::from(slash));
        pen.write(&row.shown_name().shown(room), base);
        pen.write(if slash { "/" } else { "" }, base);
        pen.fill(base);
    }

    /// What became of a picture's captions, in a sign or two.
    pub(super) fn mark_of(&self, row: &Row, scene: &Scene) -> (String, Style) {
        let theme = scene.theme;
        if let RowKind::Unsupported(why) = row.kind {
            return (format!("{why}: cannot read"), theme.dim());
        }
        if row.kind != RowKind::Picture {
            return (String::new(), Style::new());
        }
        let image = self.image_of(&row.name);
        let jobs = scene.jobs.of_image(&image);
        let mut live = jobs.filter(|(_, job)| job.state.is_live()).peekable();
        if live.peek().is_some() {
            return if live.all(|(_, job)| job.state == JobState::Queued) {
                ("···".to_owned(), theme.dim())
            } else {
                (scene.spinner().to_owned(), theme.doubtful())
            };
        }
        let beside = if row.sidecar { "file " } else { "" };
        match (row.marks.failed, row.marks.captions) {
            (true, 0) => (format!("{beside}✗"), theme.bad()),
            (true, captions) => (format!("{beside}{captions} ✗"), theme.bad()),
            (false, 0) => (beside.trim_end().to_owned(), theme.dim()),
            (false, captions) => (format!("{beside}{captions} ✓"), theme.good()),
        }
    }
}

/// How the name of a row looks.
pub(super) fn style_of(row: &Row, cursor: bool, selected: bool, scene: &Scene) -> Style {
    let theme = scene.theme;
    match row.kind {
        _ if cursor => theme.cursor(scene.focused),
        RowKind::Parent | RowKind::Folder => theme.name(),
        RowKind::Unsupported(_) => theme.dim(),
        RowKind::Picture if selected => theme.doubtful(),
        RowKind::Picture => Style::new(),
    }
}

/// What is known of a picture beside its name, where the pane has the whole screen.
fn draw_columns(row: &Row, size: Option<Size>, pen: &mut Pen, style: Style, scene: &Scene) {
    let file = row.fingerprint;
    let modified = file.and_then(|file| Timestamp::from_nanosecond(file.modified_ns.into()).ok());
    let date = modified.map(|at| say::date_and_time(at, scene.zone));
    let bytes = file.map(|file| say::bytes(file.size));
    let size = size.map(|size| size.to_string());
    draw_decision(row, pen, style, scene);
    pen.right(&format!(" {:>16} ", date.unwrap_or_default()), style);
    pen.right(&format!(" {:>7}", bytes.unwrap_or_default()), style);
    pen.right(&format!(" {:>11} ", size.unwrap_or_default()), style);
}

/// What was decided of its captions: a word where there is room for one, or else a sign.
fn draw_decision(row: &Row, pen: &mut Pen, style: Style, scene: &Scene) {
    let theme = scene.theme;
    let is_wide = pen.left() >= 90;
    let (decision, own) = match row.marks.decision() {
        Some(it @ Decision::Accepted) => (if is_wide { it.word() } else { "✓" }, theme.good()),
        Some(it @ Decision::Rejected) => (if is_wide { it.word() } else { "×" }, theme.doubtful()),
        Some(it @ Decision::Pending) if is_wide => (it.word(), theme.dim()),
        Some(Decision::Pending) | None => ("", theme.dim()),
    };
    let width = if is_wide { 9 } else { 2 };
    let is_marked = style != Style::new();
    pen.right(
        &format!("{decision:>width$}"),
        if is_marked { style } else { own },
    );
}

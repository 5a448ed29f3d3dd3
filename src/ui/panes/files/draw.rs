//! How the files pane looks.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::super::jobs::JobState;
use super::super::super::pen::{self, Pen};
use super::super::super::say;
use super::super::Scene;
use super::{FilesPane, Reading, Row, RowKind};
use crate::domain::sort::Sort;

/// Columns of a mark where columns stand beside it: `file 12 ✓`.
const MARK: usize = 9;

impl FilesPane {
    /// Draws the pane with its frame.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, scene: &Scene) {
        let inner = pen::frame(
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
                "{}\n\nh goes up, r reads again",
                problem.sentence().paragraphs()
            );
            return pen::note(inner, buffer, &text, scene.theme.bad());
        }
        let page = inner.height.into();
        let span = self.span().unwrap_or_default();
        for (y, at) in self.list.window(self.rows.len(), page).enumerate() {
            if let (Some(row), Ok(y)) = (self.rows.get(at), u16::try_from(y)) {
                let cursor = at == self.list.cursor();
                let in_span = row.kind == RowKind::Picture && span.contains(&at);
                let selected = in_span || self.selected.contains(&row.name);
                self.draw_row(row, cursor, selected, Pen::new(buffer, inner, y), scene);
            }
        }
        self.draw_emptiness(inner, buffer, scene);
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
        let text = match &self.reading {
            Reading::Going if !pictures => "reading…".to_owned(),
            Reading::Done(0) if !pictures => "This folder is empty.\nh goes up".to_owned(),
            Reading::Done(others) if !pictures => {
                format!(
                    "No pictures here, {}.\nh goes up",
                    say::count(*others, "other file")
                )
            }
            _ => return,
        };
        pen::note(inner, buffer, &text, scene.theme.dim());
    }

    fn draw_row(&self, row: &Row, cursor: bool, selected: bool, mut pen: Pen, scene: &Scene) {
        let theme = scene.theme;
        let base = match row.kind {
            _ if cursor => theme.cursor(scene.focused),
            RowKind::Parent | RowKind::Folder => theme.name(),
            RowKind::Unsupported(_) => theme.dim(),
            RowKind::Picture if selected => theme.doubtful(),
            RowKind::Picture => Style::new(),
        };
        pen.write(if cursor { ">" } else { " " }, base);
        pen.write(if selected { "*" } else { " " }, base);
        let (mark, style) = self.mark_of(row, scene);
        pen.right(" ", base);
        let mark_style = if cursor { base } else { style };
        if scene.zoomed && row.kind == RowKind::Picture {
            pen.right(&format!("{mark:>MARK$}"), mark_style);
            draw_columns(row, &mut pen, base, scene);
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
    fn mark_of(&self, row: &Row, scene: &Scene) -> (String, Style) {
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

/// What fits beside the name where the pane has the whole screen.
fn draw_columns(row: &Row, pen: &mut Pen, style: Style, scene: &Scene) {
    let Some(file) = row.fingerprint else {
        return;
    };
    let modified = Timestamp::from_nanosecond(file.modified_ns.into());
    let date = modified
        .map(|at| say::date_and_time(at, scene.zone))
        .unwrap_or_default();
    pen.right(&format!(" {date:>16} "), style);
    pen.right(&format!(" {:>7} ", say::bytes(file.size)), style);
}

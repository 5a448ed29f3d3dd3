//! Where everything is on the screen; `update` and `view` ask the same function.

use ratatui::layout::{Constraint, Layout, Rect, Size};

use super::command::Pane;
use crate::engine::FilesView;

/// The smallest screen on which everything works.
pub const SMALLEST: Size = Size::new(80, 24);

/// From this width on the history has a column of its own.
const THREE_COLUMNS: u16 = 120;

/// Where everything is. An area that is not on screen is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    /// The files pane with its border.
    pub files: Rect,
    /// The models pane with its border.
    pub models: Rect,
    /// The captions pane with its border.
    pub captions: Rect,
    /// The history pane with its border.
    pub history: Rect,
    /// The picture with its border.
    pub picture: Rect,
    /// What is known of the item beside a zoomed list, with its border.
    pub detail: Rect,
    /// Where a caption in review came from, and what others say of its picture, with its border.
    pub about: Rect,
    /// Everything above the last two rows: where overlays stand.
    pub body: Rect,
    /// The line of hints, of a notice, or of a field.
    pub hint: Rect,
    /// The status bar.
    pub status: Rect,
}

impl Areas {
    /// The area of a pane.
    pub fn pane(&self, pane: Pane) -> Rect {
        match pane {
            Pane::Files => self.files,
            Pane::Models => self.models,
            Pane::Captions => self.captions,
            Pane::History => self.history,
        }
    }

    /// Rows of a pane inside its border.
    pub fn page(&self, pane: Pane) -> usize {
        self.pane(pane).height.saturating_sub(2).into()
    }
}

/// Where everything is on a screen of this size, with files shown so where they have all of it;
/// `None` where it is too small.
pub fn layout(size: Size, zoom: Option<Pane>, files: FilesView) -> Option<Areas> {
    if size.width < SMALLEST.width || size.height < SMALLEST.height {
        return None;
    }
    let screen = Rect::new(0, 0, size.width, size.height);
    let [body, hint, status] = split(
        &Layout::vertical([
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ]),
        screen,
    );
    let empty = Areas {
        body,
        hint,
        status,
        ..Areas::default()
    };
    Some(match zoom {
        None => dashboard(empty),
        Some(pane) => zoomed(empty, pane, files),
    })
}

fn split<const N: usize>(layout: &Layout, area: Rect) -> [Rect; N] {
    layout.areas(area)
}

fn dashboard(areas: Areas) -> Areas {
    let body = areas.body;
    let side = (body.width.min(200) * 3 / 10).clamp(32, 44);
    let wide = body.width >= THREE_COLUMNS;
    let history_column = if wide { side } else { 0 };
    let [left, middle, right] = split(
        &Layout::horizontal([
            Constraint::Length(side),
            Constraint::Fill(1),
            Constraint::Length(history_column),
        ]),
        body,
    );
    let models_rows = (body.height / 4).clamp(6, 12);
    let [files, models] = split(
        &Layout::vertical([Constraint::Fill(1), Constraint::Length(models_rows)]),
        left,
    );
    let (middle, history) = if wide {
        (middle, right)
    } else {
        let rows = (body.height / 4).clamp(6, 12);
        let [middle, below] = split(
            &Layout::vertical([Constraint::Fill(1), Constraint::Length(rows)]),
            middle,
        );
        (middle, below)
    };
    let caption_rows = (middle.height.min(200) * 3 / 8).clamp(6, 16);
    let [picture, captions] = split(
        &Layout::vertical([Constraint::Fill(1), Constraint::Length(caption_rows)]),
        middle,
    );
    Areas {
        files,
        models,
        captions,
        history,
        picture,
        ..areas
    }
}

fn zoomed(areas: Areas, pane: Pane, view: FilesView) -> Areas {
    let body = areas.body;
    let beside = |list: u16| -> [Rect; 2] {
        split(
            &Layout::horizontal([Constraint::Percentage(list), Constraint::Fill(1)]),
            body,
        )
    };
    let above = |area: Rect, detail: Constraint| -> [Rect; 2] {
        split(&Layout::vertical([Constraint::Fill(1), detail]), area)
    };
    match pane {
        // A list of many columns has no room beside it on a small screen.
        Pane::Files if view == FilesView::Sheet || body.width < THREE_COLUMNS => Areas {
            files: body,
            ..areas
        },
        Pane::Files => {
            let [files, side] = beside(60);
            let [picture, detail] = above(side, Constraint::Length(9));
            Areas {
                files,
                picture,
                detail,
                ..areas
            }
        }
        Pane::Models => Areas {
            models: body,
            ..areas
        },
        Pane::Captions => {
            let [picture, captions] = beside(34);
            Areas {
                captions,
                picture,
                ..areas
            }
        }
        Pane::History => {
            let about = if body.width < THREE_COLUMNS { 0 } else { 28 };
            let [history, middle, about] = split(
                &Layout::horizontal([
                    Constraint::Percentage(if about == 0 { 45 } else { 30 }),
                    Constraint::Fill(1),
                    Constraint::Percentage(about),
                ]),
                body,
            );
            let [picture, detail] = above(middle, Constraint::Percentage(50));
            Areas {
                history,
                picture,
                detail,
                about,
                ..areas
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [Size; 5] = [
        SMALLEST,
        Size::new(119, 30),
        Size::new(120, 36),
        Size::new(200, 60),
        // Larger than anybody's screen, but a terminal may say anything.
        Size::new(30_000, 30_000),
    ];
    const ZOOMS: [Option<Pane>; 5] = [
        None,
        Some(Pane::Files),
        Some(Pane::Models),
        Some(Pane::Captions),
        Some(Pane::History),
    ];

    #[test]
    fn areas_tile_the_screen_without_overlap() {
        let views = [FilesView::Sheet, FilesView::List];
        for (size, view) in SIZES
            .into_iter()
            .flat_map(|size| views.map(|view| (size, view)))
        {
            for zoom in ZOOMS {
                let areas = layout(size, zoom, view).unwrap();
                let parts = [
                    areas.files,
                    areas.models,
                    areas.captions,
                    areas.history,
                    areas.picture,
                    areas.detail,
                    areas.about,
                    areas.hint,
                    areas.status,
                ];
                let covered: u32 = parts.iter().map(|part| part.area()).sum();
                assert_eq!(
                    covered,
                    u32::from(size.width) * u32::from(size.height),
                    "{size} {zoom:?}"
                );
                for (at, one) in parts.iter().enumerate() {
                    for other in &parts[at + 1..] {
                        assert!(one.intersection(*other).is_empty(), "{size} {zoom:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_pane_shows_rows_on_the_smallest_screen() {
        let areas = layout(SMALLEST, None, FilesView::Sheet).unwrap();
        for pane in Pane::ALL {
            assert!(areas.page(pane) >= 3, "{pane:?}: {}", areas.page(pane));
        }
        assert!(areas.picture.height >= 9, "{}", areas.picture.height);
    }

    #[test]
    fn a_smaller_screen_has_no_layout() {
        assert_eq!(layout(Size::new(79, 24), None, FilesView::Sheet), None);
        assert_eq!(layout(Size::new(80, 23), None, FilesView::Sheet), None);
    }
}

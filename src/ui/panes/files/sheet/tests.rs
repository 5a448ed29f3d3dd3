use super::*;

fn grid(width: u16, height: u16) -> Grid {
    Grid::new(Rect::new(1, 1, width - 2, height - 4))
}

#[test]
fn cards_are_large_enough_on_every_screen() {
    let cards = |width, height| {
        let grid = grid(width, height);
        let (page, card) = (grid.page(), grid.card(0));
        (page.columns, page.rows, card.width, card.height)
    };
    assert_eq!(cards(80, 24), (4, 2, 19, 10));
    assert_eq!(cards(120, 36), (6, 3, 19, 10));
    assert_eq!(cards(200, 60), (8, 5, 24, 11));
    assert_eq!(cards(400, 120), (12, 8, 33, 14));
}

#[test]
fn cards_tile_their_area_without_overlap() {
    for (width, height) in [(80, 24), (81, 37), (137, 41), (200, 60), (999, 30)] {
        let grid = grid(width, height);
        let cards: Vec<_> = (0..grid.page().items()).map(|at| grid.card(at)).collect();
        for (at, card) in cards.iter().enumerate() {
            assert_eq!(card.intersection(grid.area), *card);
            assert!(
                card.width >= 18 && card.height >= 8,
                "{card} at {width}×{height}"
            );
            assert_eq!(picture(*card).as_size(), grid.picture().as_size());
            let overlaps = |other: &Rect| !other.intersection(*card).is_empty();
            assert!(!cards[at + 1..].iter().any(overlaps));
        }
    }
}

/// A terminal may tell any size.
#[test]
fn no_size_breaks_the_grid() {
    for (width, height) in [(0, 0), (1, 1), (2, 60), (300, 1), (u16::MAX, u16::MAX)] {
        let grid = Grid::new(Rect::new(0, 0, width, height));
        assert!(grid.page().rows >= 1 && grid.page().columns >= 1);
        grid.card(0);
        grid.card(grid.page().items());
        grid.card(usize::MAX);
        grid.picture();
    }
}

#[test]
fn names_are_cut_in_the_middle() {
    let cut = |name: &str, width| {
        let cut = middle_cut(name, width);
        assert!(cut.width() <= width, "{cut}");
        cut
    };
    assert_eq!(cut("cat.jpg", 12), "cat.jpg");
    assert_eq!(cut("IMG_20260102_123456.jpg", 17), "IMG_2026…3456.jpg");
    assert_eq!(cut("夏の写真・京都の庭園にて.jpg", 17), "夏の写真…にて.jpg");
    assert_eq!(cut("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 5), "👩‍👩‍👧‍👦…👩‍👩‍👧‍👦");
    for width in 0..20 {
        cut("夏の写真・京都の庭園にて.jpg", width);
    }
}

#[test]
fn a_problem_on_a_card_needs_no_path() {
    let image = ImageRef::new("/home/me/cut.jpg");
    let told = |headline: &str| why(&Problem::new(headline), &image);
    assert_eq!(told("/home/me/cut.jpg is cut off"), "is cut off");
    assert_eq!(told("cut.jpg is cut off"), "is cut off");
    assert_eq!(told("a worker stopped"), "a worker stopped");
}

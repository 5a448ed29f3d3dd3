//! A picture above its caption, drawn by `viuer` on a terminal that is not ours to keep.

use image::{DynamicImage, RgbaImage};

use crate::config::Environment;
use crate::domain::image::{Pixels, Size};

/// Columns of a picture, at most.
const COLUMNS: u32 = 60;

/// Rows of a picture, at most; one row is as high as two columns are wide.
const ROWS: u32 = 20;

/// More pixels than any terminal shows in that room.
pub(super) const WITHIN: Size = Size {
    width: COLUMNS * 16,
    height: ROWS * 32,
};

/// Draws the picture on stdout. A terminal that cannot show it goes without.
pub(super) fn show(pixels: &Pixels, environment: &Environment) {
    let Size { width, height } = pixels.size();
    let Some(image) = RgbaImage::from_raw(width, height, pixels.rgba().to_vec()) else {
        return;
    };
    let config = config(pixels.size(), environment);
    if let Err(error) = viuer::print(&DynamicImage::ImageRgba8(image), &config) {
        tracing::warn!(%error, "a picture could not be shown");
    }
}

fn config(size: Size, environment: &Environment) -> viuer::Config {
    let says = |name: &str, words: &[&str]| {
        environment
            .get(name)
            .and_then(|value| value.to_str())
            .is_some_and(|value| words.iter().any(|word| value.contains(word)))
    };
    // `viuer` waits for ever for the answer of a terminal that does not speak kitty's protocol,
    // and a multiplexer between us and the terminal swallows either protocol.
    let direct = environment.get("TMUX").is_none() && !says("TERM", &["tmux", "screen"]);
    // It leaves the transfer of a smaller picture open.
    let large = size.width >= 30 && size.height >= 30;
    viuer::Config {
        absolute_offset: false,
        width: Some(columns(size)),
        truecolor: says("COLORTERM", &["truecolor", "24bit"]),
        use_kitty: direct && large && says("TERM", &["kitty", "ghostty"]),
        use_iterm: direct,
        // It would wait for ever for the answer of a terminal that is silent.
        use_sixel: false,
        ..viuer::Config::default()
    }
}

/// How many columns the picture takes to fit into [`COLUMNS`] and [`ROWS`], never enlarged.
fn columns(size: Size) -> u32 {
    let by_height = u64::from(size.width) * u64::from(ROWS * 2) / u64::from(size.height.max(1));
    let by_height = u32::try_from(by_height).unwrap_or(COLUMNS);
    COLUMNS.min(by_height).min(size.width).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        variables.iter().copied().collect()
    }

    const CAT: Size = Size {
        width: 451,
        height: 300,
    };

    #[test]
    fn a_picture_keeps_its_shape_within_sixty_columns_and_twenty_rows() {
        for (width, height, wanted) in [
            (451, 300, 60),
            (300, 451, 26),
            (10, 10, 10),
            (1, 4000, 1),
            (4000, 1, 60),
        ] {
            assert_eq!(columns(Size { width, height }), wanted, "{width}×{height}");
        }
    }

    #[test]
    fn only_a_terminal_that_answers_is_asked() {
        let kitty = [("TERM", "xterm-kitty")];
        assert!(config(CAT, &environment(&kitty)).use_kitty);
        let xterm = [("TERM", "xterm-256color")];
        assert!(!config(CAT, &environment(&xterm)).use_kitty);
        let inside = [("TERM", "xterm-kitty"), ("TMUX", "1")];
        let config = config(CAT, &environment(&inside));
        assert!(!config.use_kitty && !config.use_iterm);
    }
}

//! How pictures reach a terminal.

use std::fmt;
use std::str::FromStr;

use super::image::Size;

/// A way to show a picture in a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Kitty's own, kept by the terminal under an id:
    /// <https://sw.kovidgoyal.net/kitty/graphics-protocol/>.
    Kitty,
    /// A file within an escape sequence (OSC 1337): <https://iterm2.com/documentation-images.html>.
    Iterm,
    /// Six rows of pixels a character, as DEC's VT340 printed them.
    Sixel,
    /// Half blocks: two pixels a cell, in any terminal that shows colours.
    Blocks,
    /// None: pictures are not shown.
    Off,
}

impl Protocol {
    const ALL: [Self; 5] = [
        Self::Kitty,
        Self::Iterm,
        Self::Sixel,
        Self::Blocks,
        Self::Off,
    ];

    /// As a person writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kitty => "kitty",
            Self::Iterm => "iterm",
            Self::Sixel => "sixel",
            Self::Blocks => "blocks",
            Self::Off => "off",
        }
    }
}

/// Which way a person wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Graphics {
    /// The best that the terminal shows.
    #[default]
    Auto,
    /// This one, whatever the terminal says.
    Fixed(Protocol),
}

impl fmt::Display for Graphics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Fixed(protocol) => protocol.name(),
        })
    }
}

/// Nothing that [`Graphics`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected auto, kitty, iterm, sixel, blocks or off")]
pub struct NoGraphics;

impl FromStr for Graphics {
    type Err = NoGraphics;

    fn from_str(text: &str) -> Result<Self, NoGraphics> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let named = Protocol::ALL.into_iter().find(|known| known.name() == text);
        named.map(Self::Fixed).ok_or(NoGraphics)
    }
}

/// How pictures are shown on one terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Means {
    /// The way.
    pub protocol: Protocol,
    /// The pixels of a cell; a usual size where the terminal does not tell.
    pub cell: Size,
    /// What one picture may cost, in bytes on the line.
    pub budget: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_read_as_it_is_written() {
        let ways = Protocol::ALL.map(Graphics::Fixed);
        for way in ways.into_iter().chain([Graphics::Auto]) {
            assert_eq!(way.to_string().parse(), Ok(way));
        }
        assert_eq!("Kitty".parse::<Graphics>(), Err(NoGraphics));
    }
}

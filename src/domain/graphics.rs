//! How pictures reach a terminal.

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

impl Graphics {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Auto,
        Self::Fixed(Protocol::Kitty),
        Self::Fixed(Protocol::Iterm),
        Self::Fixed(Protocol::Sixel),
        Self::Fixed(Protocol::Blocks),
        Self::Fixed(Protocol::Off),
    ];

    /// As a person writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Fixed(protocol) => protocol.name(),
        }
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

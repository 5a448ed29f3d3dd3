//! How things look. Colours are the terminal's own sixteen, so they follow its palette; colour is
//! never the only sign, so everything can be told without it.

use ratatui::style::{Color, Modifier, Style};

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: the person asked for none.
    Mono,
    /// Sixteen.
    Basic,
    /// 256.
    Indexed,
    /// 16 million.
    True,
}

/// How things look on one terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    depth: Depth,
    is_ascii: bool,
}

impl Theme {
    /// A theme for a terminal that shows so many colours.
    pub fn new(depth: Depth) -> Self {
        Self {
            depth,
            is_ascii: false,
        }
    }

    /// The same theme; `utf8` is false for a terminal that shows nothing but ASCII.
    #[must_use]
    pub fn with_utf8(self, utf8: bool) -> Self {
        Self {
            is_ascii: !utf8,
            ..self
        }
    }

    /// True where nothing but ASCII is shown.
    pub fn is_ascii(self) -> bool {
        self.is_ascii
    }

    /// How many colours there are.
    pub fn depth(self) -> Depth {
        self.depth
    }

    fn coloured(self, colour: Color) -> Style {
        match self.depth {
            Depth::Mono => Style::new(),
            _ => Style::new().fg(colour),
        }
    }

    /// What is less important.
    pub fn dim(self) -> Style {
        match self.depth {
            Depth::Mono => Style::new().add_modifier(Modifier::DIM),
            _ => Style::new().fg(Color::DarkGray),
        }
    }

    /// What was done well.
    pub fn good(self) -> Style {
        self.coloured(Color::Green)
    }

    /// What needs a look.
    pub fn doubtful(self) -> Style {
        self.coloured(Color::Yellow)
    }

    /// What went wrong.
    pub fn bad(self) -> Style {
        self.coloured(Color::Red)
    }

    /// Names of models and folders.
    pub fn name(self) -> Style {
        self.coloured(Color::Cyan)
    }

    /// Keys and titles.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The border of a pane.
    pub fn border(self, focused: bool) -> Style {
        match (focused, self.depth) {
            (true, Depth::Mono) => Style::new().add_modifier(Modifier::BOLD),
            (true, _) => Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
            (false, _) => self.dim(),
        }
    }

    /// The row under the cursor.
    pub fn cursor(self, focused: bool) -> Style {
        if focused {
            Style::new().add_modifier(Modifier::REVERSED)
        } else {
            Style::new().add_modifier(Modifier::BOLD)
        }
    }

    /// The status bar.
    pub fn bar(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }
}

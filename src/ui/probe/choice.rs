//! Which way pictures are shown, and why.

use super::Answers;
use crate::domain::graphics::{Graphics, Means, Protocol};
use crate::domain::image::Size;
use crate::ui::surroundings::Surroundings;
use crate::ui::theme::Depth;

/// What one picture may cost where nobody said, in bytes: on this machine, and over ssh.
const BUDGETS: (usize, usize) = (400_000, 96_000);

/// The pixels of a cell where the terminal does not tell.
const USUAL_CELL: Size = Size {
    width: 10,
    height: 20,
};

/// A cell is not wider or higher than this, in pixels; a terminal that says so is mistaken.
const LARGEST_CELL: u32 = 200;

/// What a choice follows from, beside the terminal's answers.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// What the environment tells.
    pub surroundings: Surroundings,
    /// What the person wants.
    pub graphics: Graphics,
    /// What one picture may cost, in bytes; `None` where nobody said.
    pub budget: Option<usize>,
    /// The pixels of a cell, as far as the system knows the size of the window.
    pub cell: Option<Size>,
}

/// What a terminal is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Questions {
    /// Nothing.
    None,
    /// How large a cell is.
    Cell,
    /// What it can do; a multiplexer answers for itself.
    Attributes,
    /// Both, and whether it shows pictures in kitty's way.
    All,
}

/// How pictures are shown, and why so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// How.
    pub means: Means,
    /// Why, in words.
    pub why: &'static str,
}

impl Wish {
    /// What has to be asked. Nothing where no answer would change anything.
    pub fn questions(&self) -> Questions {
        let inside = self.surroundings.multiplexer;
        match self.graphics {
            _ if self.surroundings.depth == Depth::Mono => Questions::None,
            Graphics::Auto if inside => Questions::Attributes,
            Graphics::Auto => Questions::All,
            Graphics::Fixed(Protocol::Kitty | Protocol::Iterm | Protocol::Sixel)
                if !inside && self.cell.is_none() =>
            {
                Questions::Cell
            }
            Graphics::Fixed(_) => Questions::None,
        }
    }

    /// How pictures are shown while the terminal is asked: as cells, if at all.
    pub fn meanwhile(&self) -> Choice {
        let cells_only = Self {
            surroundings: Surroundings {
                iterm: false,
                ..self.surroundings
            },
            graphics: Graphics::Auto,
            ..*self
        };
        cells_only.choose(&Answers::default())
    }

    /// The choice, after these answers.
    pub fn choose(&self, told: &Answers) -> Choice {
        let (protocol, why) = self.protocol(told);
        let (near, far) = BUDGETS;
        let usual = if self.surroundings.ssh { far } else { near };
        Choice {
            means: Means {
                protocol,
                cell: self.cell(told),
                budget: self.budget.unwrap_or(usual),
            },
            why,
        }
    }

    fn protocol(&self, told: &Answers) -> (Protocol, &'static str) {
        let around = &self.surroundings;
        match self.graphics {
            _ if around.depth == Depth::Mono => (
                Protocol::Off,
                "there are no pictures without colours (NO_COLOR, or color = \"never\")",
            ),
            Graphics::Fixed(Protocol::Off) => (
                Protocol::Off,
                "the setting graphics is off; auto shows them again",
            ),
            Graphics::Fixed(protocol) => (protocol, "the setting graphics says so"),
            Graphics::Auto if around.multiplexer => match told.sixel {
                Some(true) => (Protocol::Sixel, "the multiplexer says that it shows sixel"),
                _ => blocks(
                    around,
                    "inside tmux or screen, which does not say that it shows sixel",
                ),
            },
            Graphics::Auto if told.kitty => (
                Protocol::Kitty,
                "the terminal says that it shows pictures in kitty's way",
            ),
            Graphics::Auto if around.iterm => (
                Protocol::Iterm,
                "TERM_PROGRAM or LC_TERMINAL names a terminal that shows pictures in iTerm2's way",
            ),
            Graphics::Auto => match told.sixel {
                Some(true) => (
                    Protocol::Sixel,
                    "the terminal says that it shows sixel (4 among its attributes)",
                ),
                Some(false) => blocks(
                    around,
                    "the terminal answers, and names neither kitty's way nor sixel",
                ),
                None => blocks(around, "the terminal did not answer in time"),
            },
        }
    }

    /// A multiplexer does not know the terminal that it is shown on, and knows several.
    fn cell(&self, told: &Answers) -> Size {
        let is_likely = |cell: &Size| {
            let sides = [cell.width, cell.height];
            sides.iter().all(|side| (2..=LARGEST_CELL).contains(side))
        };
        let mut known = [self.cell, told.cell].into_iter().flatten();
        match known.find(is_likely) {
            Some(cell) if !self.surroundings.multiplexer => cell,
            _ => USUAL_CELL,
        }
    }
}

fn blocks(around: &Surroundings, why: &'static str) -> (Protocol, &'static str) {
    if around.utf8 {
        (Protocol::Blocks, why)
    } else {
        (
            Protocol::Off,
            "there are no half blocks without UTF-8; set LC_ALL, LC_CTYPE or LANG to such a locale",
        )
    }
}

#[cfg(test)]
mod tests;

//! What can be found out about a terminal without showing anything on it.

use std::time::Duration;

use super::graphics::Means;
use super::image::Size;
use super::text::Foreign;

/// What was found out about a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// The variables that tell of it, as far as they are set.
    pub variables: Vec<(&'static str, Foreign)>,
    /// Columns and rows; `None` where there is no terminal.
    pub cells: Option<(u16, u16)>,
    /// The size of its window, where the system knows it.
    pub window: Option<Size>,
    /// What it answered, or why nobody asked.
    pub asked: Result<Asked, &'static str>,
    /// How pictures are shown.
    pub means: Means,
    /// Why so.
    pub why: &'static str,
    /// How many colours there are, in words.
    pub colours: &'static str,
    /// Which variable tells so.
    pub colours_by: &'static str,
    /// True inside tmux or screen.
    pub multiplexer: bool,
    /// True where it is reached over ssh.
    pub ssh: bool,
    /// True where text goes out in UTF-8.
    pub utf8: bool,
}

/// What a terminal answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The bytes of its answers, and nothing that was typed.
    pub raw: Vec<u8>,
    /// How long that took.
    pub took: Duration,
    /// True where something was waited for in vain.
    pub timed_out: bool,
}

//! Where a picture lies by now that was captioned before.

use super::handover::LeftOut;
use super::image::ImageRef;

/// Where a picture lies now, told by its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// Where it lay when it was captioned.
    There,
    /// Somewhere else: it was moved or renamed, and history has met it there.
    Moved(ImageRef),
    /// Nowhere that history knows.
    Lost(Loss),
}

/// What is left where a picture lay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Nothing.
    Gone,
    /// Another picture.
    Changed,
    /// Something that the system does not let us read.
    Unreadable,
}

impl Loss {
    /// What it means, of a picture.
    pub fn sentence(self) -> &'static str {
        LeftOut::from(self).sentence()
    }
}

impl From<Loss> for LeftOut {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::Gone => Self::Gone,
            Loss::Changed => Self::Changed,
            Loss::Unreadable => Self::Unreadable,
        }
    }
}

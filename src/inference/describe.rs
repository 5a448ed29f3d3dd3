//! The captioner that is built in: it measures the picture and says what it measured. There is no
//! model behind it, so it names colours, light and likeness, and never a thing.

mod colour;
mod kind;
mod measure;
mod place;
mod words;

use crate::domain::image::{ImageFacts, Pixels};

/// Two sentences, the same for the same picture: what it looks like, then light, size and what the
/// camera wrote. Takes some twenty milliseconds, however large the picture is.
pub fn describe(facts: &ImageFacts, pixels: &Pixels) -> String {
    let measures = measure::measure(pixels);
    let kind = kind::Kind::of(pixels.size(), &measures);
    words::sentences(kind, &measures, facts)
}

#[cfg(test)]
mod tests;

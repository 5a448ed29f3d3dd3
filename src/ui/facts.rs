//! What is known of an item, one fact a line: for the boxes beside a list and for `info`.

use std::fmt::Write as _;

/// Lines of text that grow.
#[derive(Debug, Default)]
pub struct Facts(String);

impl Facts {
    /// A paragraph of its own, with an empty line after it.
    #[must_use]
    pub fn paragraph(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.0.push_str(text);
            self.0.push_str("\n\n");
        }
        self
    }

    /// A line of its own.
    #[must_use]
    pub fn line(mut self, text: &str) -> Self {
        self.0.push_str(text);
        self.0.push('\n');
        self
    }

    /// A fact with its name, a tab between them as [`wrap::hanging`] takes it; what is not known,
    /// or is empty, takes no line.
    ///
    /// [`wrap::hanging`]: super::wrap::hanging
    #[must_use]
    pub fn row(mut self, name: &str, value: impl Into<Option<String>>) -> Self {
        if let Some(value) = value.into().filter(|value| !value.is_empty()) {
            let _ = writeln!(self.0, "{name}\t{value}");
        }
        self
    }

    /// What a model thought aloud, below all else; nothing where it did not.
    #[must_use]
    pub fn thoughts(self, text: &str) -> Self {
        if text.trim().is_empty() {
            return self;
        }
        self.paragraph("\nIt thought:").paragraph(text.trim())
    }

    /// The whole text.
    pub fn text(self) -> String {
        self.0.trim_end().to_owned()
    }
}

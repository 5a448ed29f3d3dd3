//! In which order the files of a folder stand.

/// The order of files; folders always come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name, numbers by their value.
    #[default]
    Name,
    /// Newest first.
    Date,
    /// Largest first.
    Size,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Name, Self::Date, Self::Size];

    /// Its name in the configuration and on the `:` line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Date => "date",
            Self::Size => "size",
        }
    }

    /// The one after it, round and round.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Name => Self::Date,
            Self::Date => Self::Size,
            Self::Size => Self::Name,
        }
    }
}

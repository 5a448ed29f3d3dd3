//! Computed doubts about captions. They never keep anybody from anything; they are shown.

/// A computed doubt about a caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// There is no caption in the answer.
    Empty,
    /// The answer ended at the limit of tokens.
    CutOff,
    /// The server held back the answer or the rest of it, or the model says that it will not.
    Refused,
    /// A phrase comes again and again at the end.
    Looping,
    /// The model thought aloud within the caption.
    LeakedThinking,
    /// It begins by saying that this is a picture, which everybody knows.
    ImageOf,
    /// It is longer than the person wants captions to be.
    TooLong,
    /// History holds the same caption of another picture.
    SameCaption,
    /// It is in another script than the prompt.
    OtherScript,
}

impl Flag {
    /// All of them, the gravest first.
    pub const ALL: [Self; 9] = [
        Self::Empty,
        Self::CutOff,
        Self::Refused,
        Self::Looping,
        Self::LeakedThinking,
        Self::ImageOf,
        Self::TooLong,
        Self::SameCaption,
        Self::OtherScript,
    ];

    /// The word for it, on screen, in filters and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::CutOff => "cut-off",
            Self::Refused => "refused",
            Self::Looping => "looping",
            Self::LeakedThinking => "leaked-thinking",
            Self::ImageOf => "image-of",
            Self::TooLong => "too-long",
            Self::SameCaption => "same-caption",
            Self::OtherScript => "other-script",
        }
    }

    /// The opposite of [`Flag::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.word() == word)
    }
}

/// What doubts about a caption go by.
#[derive(Clone, Copy, Debug)]
pub struct Doubtful<'a> {
    /// The caption as it reads now.
    pub caption: &'a str,
    /// Why the model stopped, in its own word.
    pub finish_reason: Option<&'a str>,
    /// What it was told to do.
    pub prompt: &'a str,
    /// True where the model came to an end.
    pub is_finished: bool,
}

impl Doubtful<'_> {
    /// The doubts that this alone gives rise to.
    pub fn flags(&self) -> Vec<Flag> {
        let holds = |flag: &Flag| match flag {
            Flag::Empty => self.is_finished && self.caption.trim().is_empty(),
            Flag::CutOff => self.finish_reason == Some("length"),
            Flag::Refused => self.finish_reason == Some("content_filter"),
            _ => false,
        };
        Flag::ALL.into_iter().filter(holds).collect()
    }
}

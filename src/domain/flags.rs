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
            Flag::Refused => {
                self.finish_reason == Some("content_filter") || begins(self.caption, &REFUSALS)
            }
            Flag::Looping => is_looping(self.caption),
            Flag::LeakedThinking => {
                begins(self.caption, &THOUGHTS)
                    || THINKING.iter().any(|mark| self.caption.contains(mark))
            }
            Flag::ImageOf => begins(self.caption, &IMAGE_OF),
            Flag::OtherScript => is_in_other_script(self.caption, self.prompt),
            // History and the settings know.
            Flag::TooLong | Flag::SameCaption => false,
        };
        Flag::ALL.into_iter().filter(holds).collect()
    }
}

/// How models begin that will not say what they see.
const REFUSALS: [&str; 15] = [
    "i'm sorry, but i can't",
    "i'm sorry, but i cannot",
    "i'm sorry, i can't",
    "i'm sorry, i cannot",
    "i am sorry, but i can",
    "sorry, but i can't",
    "sorry, i can't",
    "i cannot assist",
    "i can't assist",
    "i can't help with",
    "i cannot help with",
    "i'm unable to",
    "i am unable to",
    "i'm not able to",
    "as an ai",
];

/// How they begin to think aloud.
const THOUGHTS: [&str; 7] = [
    "okay, let me ",
    "okay, let's ",
    "okay, so ",
    "okay, the user ",
    "let me look at the image",
    "let me analyze ",
    "the user wants ",
];

/// What stands around thoughts that were not to be seen.
const THINKING: [&str; 4] = ["<think>", "</think>", "<thinking>", "</thinking>"];

/// What a description of a picture need not say.
const IMAGE_OF: [&str; 12] = [
    "image of",
    "an image of",
    "the image shows",
    "the image depicts",
    "this image shows",
    "this is an image",
    "picture of",
    "a picture of",
    "the picture shows",
    "this is a picture",
    "photo of",
    "a photo of",
];

/// True where `text` begins with one of these, whatever its capitals and the form of its
/// apostrophes, and no word goes on behind it.
fn begins(text: &str, openings: &[&str]) -> bool {
    let head = text.trim_start().chars().take(64);
    let small = head.flat_map(char::to_lowercase);
    let head: String = small.map(|it| if it == '’' { '\'' } else { it }).collect();
    openings.iter().any(|opening| {
        let rest = head.strip_prefix(opening);
        rest.is_some_and(|rest| opening.ends_with(' ') || !rest.starts_with(char::is_alphanumeric))
    })
}

/// A phrase that comes so often at the end comes for no reason.
const TIMES: usize = 4;
/// Bytes of what comes again; less than this may be meant, as in `ha ha ha ha`.
const AGAIN: usize = 40;

/// Bytes of the end in which a loop is looked for, and of the beginning by which a script is told: a
/// face asks for the doubts of what it shows at each frame.
const LOOKED_AT: usize = 8 * 1024;

/// True where the text ends with a phrase, again and again.
///
/// The reversed text repeats with period `p` as far as its start comes again from `p` on, which the
/// Z function tells for all periods in one pass over the text
/// (Gusfield, Algorithms on Strings, Trees and Sequences, 1.3).
fn is_looping(text: &str) -> bool {
    let end: Vec<u8> = text.trim_end().bytes().rev().take(LOOKED_AT).collect();
    // How far the start comes again from each place on.
    let mut again = vec![0_usize; end.len()];
    let (mut left, mut right) = (0, 0);
    for at in 1..end.len() {
        let known = if at < right {
            again.get(at - left).copied().unwrap_or(0).min(right - at)
        } else {
            0
        };
        let rest = end.iter().skip(known).zip(end.iter().skip(at + known));
        let length = known + rest.take_while(|(one, other)| one == other).count();
        if at + length > right {
            (left, right) = (at, at + length);
        }
        if let Some(slot) = again.get_mut(at) {
            *slot = length;
        }
        if length >= AGAIN.max(at * (TIMES - 1)) {
            return true;
        }
    }
    false
}

/// True where most letters of `caption` are of one script and most of `prompt` of another. Japanese
/// is written in several, which count as one.
fn is_in_other_script(caption: &str, prompt: &str) -> bool {
    let (said, asked) = (script(caption), script(prompt));
    said.is_some() && asked.is_some() && said != asked
}

/// A part of Unicode's letters, of which few languages use two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Indic,
    Thai,
    Hangul,
    East,
}

/// The script of more than half of the letters.
fn script(text: &str) -> Option<Script> {
    // Boyer and Moore's vote leaves the only one that can have more than half.
    let scripts = || text.chars().take(LOOKED_AT).filter_map(script_of);
    let mut lead = 0_usize;
    let mut leader = None;
    for script in scripts() {
        if lead == 0 {
            leader = Some(script);
        }
        if leader == Some(script) {
            lead += 1;
        } else {
            lead -= 1;
        }
    }
    let (mut votes, mut all) = (0, 0);
    for script in scripts() {
        all += 1;
        votes += usize::from(leader == Some(script));
    }
    leader.filter(|_| votes * 2 > all)
}

/// By the blocks of <https://www.unicode.org/Public/UNIDATA/Blocks.txt>.
fn script_of(letter: char) -> Option<Script> {
    if !letter.is_alphabetic() {
        return None;
    }
    Some(match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{77f}' => Script::Arabic,
        '\u{900}'..='\u{dff}' => Script::Indic,
        '\u{e00}'..='\u{eff}' => Script::Thai,
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Script::Hangul,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' => Script::East,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(caption: &str) -> Vec<Flag> {
        asked("Describe the picture.", caption)
    }

    fn asked(prompt: &str, caption: &str) -> Vec<Flag> {
        let doubtful = Doubtful {
            caption,
            finish_reason: Some("stop"),
            prompt,
            is_finished: true,
        };
        doubtful.flags()
    }

    #[test]
    fn openings_give_rise_to_doubts() {
        for (caption, flag) in [
            ("I’m sorry, but I can’t describe people.", Flag::Refused),
            (" I cannot assist with that.", Flag::Refused),
            ("As an AI, I see nothing.", Flag::Refused),
            ("<think>A cat?</think> A cat.", Flag::LeakedThinking),
            (
                "Okay, let me look at the image. A cat.",
                Flag::LeakedThinking,
            ),
            ("An image of a cat.", Flag::ImageOf),
            ("Photo of a cat", Flag::ImageOf),
            (" \n", Flag::Empty),
        ] {
            assert_eq!(of(caption), [flag], "{caption}");
        }
        for caption in [
            "A cat sits on an image of a dog.",
            "As an aid to memory, a note hangs on the door.",
            "The image showsX",
            "Photo offices.",
            "A man thinks: I cannot assist.",
        ] {
            assert_eq!(of(caption), [], "{caption}");
        }
    }

    #[test]
    fn a_phrase_that_comes_again_and_again_at_the_end_is_a_loop() {
        for caption in [
            format!("A cat. {}", "A cat on a mat. ".repeat(4)),
            format!("A {}", "very ".repeat(12)),
            format!("{}a red ca", "a red car, ".repeat(9)),
            "猫".repeat(40),
        ] {
            assert_eq!(of(&caption).first(), Some(&Flag::Looping), "{caption}");
        }
        for caption in [
            "ha ha ha ha ha",
            "A row of shops: a baker, a butcher, a florist, a chemist, a bookshop and a bank.",
            "A red car, a red car, and a red car.",
            "The sign reads ---------------- and below it stands a long bench of plain wood.",
        ] {
            assert_eq!(of(caption), [], "{caption}");
        }
    }

    #[test]
    fn long_captions_take_no_time() {
        let mut dice = fastrand::Rng::with_seed(3);
        let any: String = (0..1_000_000).map(|_| dice.alphabetic()).collect();
        assert_eq!(of(&any), []);
        let nearly = format!("{}b{}", "a".repeat(500_000), "ab".repeat(9));
        assert_eq!(of(&nearly), []);
        assert_eq!(of(&format!("b{}", "a".repeat(1_000_000))), [Flag::Looping]);
    }

    #[test]
    fn another_script_than_that_of_the_prompt_is_noticed() {
        for (prompt, caption, is_other) in [
            ("Describe the picture.", "一只猫坐在垫子上。", true),
            ("Describe the picture.", "Кошка на коврике", true),
            ("Describe the picture.", "A sign reads 猫.", false),
            ("写真を説明してください。", "猫が座っている。", false),
            ("写真を説明してください。", "A cat sits.", true),
            ("", "一只猫", false),
            ("Describe.", "42", false),
        ] {
            let flags = asked(prompt, caption);
            assert_eq!(flags.contains(&Flag::OtherScript), is_other, "{caption}");
        }
    }
}

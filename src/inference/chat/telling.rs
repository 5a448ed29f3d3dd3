//! What a model tells, sorted while it comes: the caption, and what it thought aloud before.
//!
//! Thinking comes in a field of its own, or within the text between `<think>` and `</think>`; and
//! where the chat template has written the opening tag, the text begins in the middle of it.

use crate::domain::run::Progress;
use crate::domain::text::Foreign;
use crate::inference::On;

const OPENING: &str = "<think>";
const CLOSING: &str = "</think>";

/// The text so far.
#[derive(Default)]
pub(super) struct Telling {
    /// The caption, without the blanks that it began with.
    caption: String,
    /// The thinking, as it came.
    thinking: String,
    /// What may be the beginning of a tag, and blanks that nothing has followed yet.
    held: String,
    place: Place,
}

/// What the next letter belongs to.
#[derive(Clone, Copy, Default)]
enum Place {
    /// To the caption, unless a tag comes; nothing but blanks came so far.
    #[default]
    Start,
    Thinking,
    Caption,
}

impl Telling {
    /// More of the text.
    pub(super) fn hear(&mut self, text: &str, on: On<'_>) {
        self.held.push_str(text);
        while self.step(on) {}
    }

    /// More of the thinking, from a field of its own.
    pub(super) fn think(&mut self, text: &str, on: On<'_>) {
        tell(&mut self.thinking, text, Progress::Thinking, on);
    }

    /// True as soon as there was a word of either.
    pub(super) fn has_begun(&self) -> bool {
        !self.caption.is_empty() || !self.thinking.is_empty()
    }

    /// No more comes: caption and thinking, without blanks around them.
    pub(super) fn end(mut self, on: On<'_>) -> (Foreign, Foreign) {
        self.release(self.held.len(), on);
        (
            Foreign::new(self.caption.trim()),
            Foreign::new(self.thinking.trim()),
        )
    }

    /// Sorts some of what is held; false when the rest must wait for more.
    fn step(&mut self, on: On<'_>) -> bool {
        match self.place {
            Place::Start => {
                let blanks = self.held.len() - self.held.trim_start().len();
                self.held.drain(..blanks);
                if self.held.starts_with(OPENING) {
                    self.held.drain(..OPENING.len());
                    self.place = Place::Thinking;
                } else if OPENING.starts_with(&self.held) {
                    return false;
                } else {
                    self.place = Place::Caption;
                }
                true
            }
            Place::Caption if !self.thinking.is_empty() => {
                self.release(self.held.len(), on);
                false
            }
            Place::Thinking | Place::Caption => self.until_closing(on),
        }
    }

    fn until_closing(&mut self, on: On<'_>) -> bool {
        let Some(at) = self.held.find(CLOSING) else {
            self.release(self.held.len() - begun(&self.held), on);
            return false;
        };
        self.release(at, on);
        self.held.drain(..CLOSING.len());
        if matches!(self.place, Place::Caption) {
            self.thinking = std::mem::take(&mut self.caption);
        }
        self.place = Place::Start;
        true
    }

    /// Tells the first `count` bytes of what is held.
    fn release(&mut self, count: usize, on: On<'_>) {
        let text: String = self.held.drain(..count).collect();
        match self.place {
            Place::Thinking => tell(&mut self.thinking, &text, Progress::Thinking, on),
            Place::Start | Place::Caption => tell(&mut self.caption, &text, Progress::Answer, on),
        }
    }
}

fn tell(whole: &mut String, text: &str, progress: fn(Foreign) -> Progress, on: On<'_>) {
    if !text.is_empty() {
        whole.push_str(text);
        on(progress(Foreign::new(text)));
    }
}

/// How many bytes at the end of `text` may be the beginning of the closing tag.
fn begun(text: &str) -> usize {
    (1..CLOSING.len())
        .rev()
        .find(|length| text.ends_with(&CLOSING[..*length]))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Caption and thinking, in the end and as it was told.
    fn tell(pieces: &[&str]) -> [String; 4] {
        let told = Mutex::new((String::new(), String::new()));
        let on = |progress: Progress| match progress {
            Progress::Answer(text) => told.lock().unwrap().0.push_str(text.raw()),
            Progress::Thinking(text) => told.lock().unwrap().1.push_str(text.raw()),
            other => panic!("{other:?}"),
        };
        let mut telling = Telling::default();
        for piece in pieces {
            telling.hear(piece, &on);
        }
        let (caption, thinking) = telling.end(&on);
        let (answer, thought) = told.into_inner().unwrap();
        [caption.raw().into(), thinking.raw().into(), answer, thought]
    }

    #[rustfmt::skip]
    const TEXTS: [(&str, &str, &str); 13] = [
        ("A cat.", "A cat.", ""),
        ("\n\n A cat.\n", "A cat.", ""),
        ("<think>Fur. Ears.</think>\n\nA cat.", "A cat.", "Fur. Ears."),
        ("\n<think>\n\n</think>\n\nA cat.", "A cat.", ""),
        ("Fur. Ears.\n</think>\n\nA cat.", "A cat.", "Fur. Ears."),
        ("</think>A cat.", "A cat.", ""),
        ("<think>Fur.</think><think>Ears.</think>A cat.", "A cat.", "Fur.Ears."),
        ("<think>Fur. Ears", "", "Fur. Ears"),
        ("<think>Fur.</thi", "", "Fur.</thi"),
        ("<thinner", "<thinner", ""),
        ("<thi", "<thi", ""),
        ("A sign says <think>.", "A sign says <think>.", ""),
        ("<think>Fur.</think>A sign says </think>.", "A sign says </think>.", "Fur."),
    ];

    #[test]
    fn thinking_is_kept_apart() {
        for (text, caption, thinking) in TEXTS {
            let [told_caption, told_thinking, ..] = tell(&[text]);
            assert_eq!(
                [&*told_caption, &*told_thinking],
                [caption, thinking],
                "{text:?}"
            );
        }
    }

    #[test]
    fn it_does_not_matter_where_the_text_is_cut() {
        for (text, caption, thinking) in TEXTS {
            for at in 0..=text.len() {
                let (head, tail) = text.split_at(at);
                let [cut_caption, cut_thinking, ..] = tell(&[head, tail]);
                assert_eq!(
                    [&*cut_caption, &*cut_thinking],
                    [caption, thinking],
                    "{head:?} {tail:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_told_meanwhile_is_what_comes_out() {
        for (text, caption, thinking) in TEXTS {
            if text.contains("</think>") && !text.trim_start().starts_with("<think>") {
                // Nobody can know yet that this is thinking.
                continue;
            }
            let letters: Vec<&str> = text.split_inclusive(|_| true).collect();
            let [.., answer, thought] = tell(&letters);
            assert_eq!(
                [answer.trim(), thought.trim()],
                [caption, thinking],
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_letter_waits_only_where_it_may_begin_a_tag() {
        let told = Mutex::new(Vec::new());
        let on = |progress| told.lock().unwrap().push(progress);
        let mut telling = Telling::default();
        for piece in [" ", "A cat", " <", "3"] {
            telling.hear(piece, &on);
        }
        let answer = |text: &str| Progress::Answer(Foreign::new(text));
        assert_eq!(
            *told.lock().unwrap(),
            [answer("A cat"), answer(" "), answer("<3")]
        );
    }
}

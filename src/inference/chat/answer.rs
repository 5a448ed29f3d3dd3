//! What a chat answers: the data of one event, or a whole answer, which differ in one word only.
//!
//! Servers add fields of their own and leave out others, so nothing is required here but that
//! there is a choice.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use crate::domain::run::Usage;
use crate::domain::text::Foreign;

/// A piece of an answer: the data of an event, or all of it.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Piece {
    /// False where there is nothing of an answer in it; then it may tell of an error.
    pub(super) is_choice: bool,
    /// More of the text.
    pub(super) text: String,
    /// More of the thinking.
    pub(super) thinking: String,
    /// Why the model stopped, in the piece where it did.
    pub(super) finish_reason: Option<Foreign>,
    /// Tokens so far.
    pub(super) usage: Option<Usage>,
}

impl From<Written> for Piece {
    fn from(written: Written) -> Self {
        let usage = written.usage.map(|counted| Usage {
            prompt: counted.prompt_tokens,
            completion: counted.completion_tokens,
        });
        let choices = written.choices.unwrap_or_default();
        let Some(choice) = choices.into_iter().next() else {
            return Self {
                usage,
                ..Self::default()
            };
        };
        let said = choice.delta.or(choice.message).unwrap_or_default();
        Self {
            is_choice: written.error.is_none(),
            text: said.content.map(Content::text).unwrap_or_default(),
            // A server that writes its thinking into two fields writes the same into both.
            thinking: [said.reasoning, said.reasoning_content, said.reasoning_text]
                .into_iter()
                .flatten()
                .find(|thinking| !thinking.is_empty())
                .unwrap_or_default(),
            finish_reason: choice
                .finish_reason
                .map(Foreign::new)
                .filter(|reason| !reason.is_blank()),
            usage,
        }
    }
}

#[derive(Deserialize)]
struct Written {
    #[serde(default, deserialize_with = "if_known")]
    choices: Option<Vec<Choice>>,
    #[serde(default, deserialize_with = "if_known")]
    usage: Option<Counted>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Choice {
    /// In a stream.
    #[serde(default, deserialize_with = "if_known")]
    delta: Option<Said>,
    /// In an answer that came whole.
    #[serde(default, deserialize_with = "if_known")]
    message: Option<Said>,
    #[serde(default, deserialize_with = "if_known")]
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Said {
    #[serde(default, deserialize_with = "if_known")]
    content: Option<Content>,
    #[serde(default, deserialize_with = "if_known")]
    reasoning: Option<String>,
    #[serde(default, deserialize_with = "if_known")]
    reasoning_content: Option<String>,
    #[serde(default, deserialize_with = "if_known")]
    reasoning_text: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
}

impl Content {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        }
    }
}

#[derive(Deserialize)]
struct Counted {
    prompt_tokens: u64,
    completion_tokens: u64,
}

/// `None` for what has another shape than we know: it is no reason to lose a caption.
fn if_known<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seen<T> {
        Known(T),
        Other(IgnoredAny),
    }
    Ok(match Seen::deserialize(deserializer)? {
        Seen::Known(known) => Some(known),
        Seen::Other(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Piece {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn text_comes_in_the_words_of_many_servers() {
        for json in [
            r#"{"choices":[{"delta":{"content":"a cat"}}]}"#,
            r#"{"choices":[{"message":{"content":"a cat","role":"assistant"},"index":0}]}"#,
            r#"{"choices":[{"delta":{"content":[{"type":"text","text":"a "},{"type":"text","text":"cat"}]}}]}"#,
            r#"{"choices":[{"delta":{"content":"a cat"}}],"usage":"none","error":null}"#,
            r#"{"choices":[{"delta":{"content":"a cat","reasoning":7},"finish_reason":3}]}"#,
            r#"{"choices":[{"delta":{"content":"a cat"},"finish_reason":""}]}"#,
        ] {
            let piece = read(json);
            assert_eq!((&*piece.text, &*piece.thinking), ("a cat", ""), "{json}");
            assert!(piece.is_choice, "{json}");
            assert_eq!(piece.finish_reason, None, "{json}");
            assert_eq!(piece.usage, None, "{json}");
        }
    }

    #[test]
    fn thinking_has_three_names_and_is_taken_once() {
        for json in [
            r#"{"choices":[{"delta":{"reasoning":"fur"}}]}"#,
            r#"{"choices":[{"delta":{"content":null,"reasoning_content":"fur"}}]}"#,
            r#"{"choices":[{"delta":{"content":"","reasoning_text":"fur"}}]}"#,
            r#"{"choices":[{"delta":{"reasoning":"fur","reasoning_content":"fur"}}]}"#,
            r#"{"choices":[{"delta":{"reasoning":null,"reasoning_content":"fur"}}]}"#,
        ] {
            let piece = read(json);
            assert_eq!((&*piece.text, &*piece.thinking), ("", "fur"), "{json}");
        }
    }

    #[test]
    fn no_choice_is_no_answer() {
        for json in [
            r#"{"choices":[],"usage":{"prompt_tokens":2,"completion_tokens":1}}"#,
            r#"{"choices":null,"usage":{"prompt_tokens":2,"completion_tokens":1}}"#,
            r#"{"error":"overloaded","usage":{"prompt_tokens":2,"completion_tokens":1}}"#,
            r#"{"error":{},"choices":[{}],"usage":{"prompt_tokens":2,"completion_tokens":1}}"#,
        ] {
            let piece = read(json);
            assert!(!piece.is_choice, "{json}");
            let usage = Usage {
                prompt: 2,
                completion: 1,
            };
            assert_eq!(piece.usage, Some(usage), "{json}");
        }
    }

    #[test]
    fn what_is_no_object_cannot_be_read() {
        let deep = "[".repeat(10_000);
        let deep_within = format!(r#"{{"choices":{deep}"#);
        for json in [
            "",
            "ping",
            "7",
            r#"{"choices":[{"delta":{"cont"#,
            &deep,
            &deep_within,
        ] {
            serde_json::from_str::<Piece>(json).unwrap_err();
        }
    }
}

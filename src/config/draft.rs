//! An endpoint as a person fills it in, checked as the file is.

use super::endpoint::{in_the_clear, is_variable};
use super::value::{Value, Written};
use crate::domain::endpoint::{Endpoint, TokenSource};
use crate::domain::model::ModelRef;
use crate::domain::token::{Token, TokenError, TokenKind};

/// An endpoint, each part of it as it was typed.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// What follows `endpoint:`.
    pub name: &'a str,
    /// Where it listens.
    pub url: &'a str,
    /// How it is spoken to: `chat` or `image-to-text`.
    pub protocol: &'a str,
    /// The name it knows its model by; empty for none.
    pub model: &'a str,
    /// Whose token goes with a request: `none`, `hf` or `variable`.
    pub token: &'a str,
    /// The name of the variable.
    pub variable: &'a str,
}

/// What is wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {part} cannot be so: {instead}")]
pub struct Fault {
    /// The part that is wrong, by its name in [`Draft`].
    pub part: &'static str,
    /// What to write instead.
    pub instead: String,
}

impl Draft<'_> {
    /// The endpoint; a token in a variable is not looked up.
    ///
    /// # Errors
    /// The first part that the file's reader would refuse.
    pub fn read(&self) -> Result<Endpoint, Fault> {
        let name = self.name.trim();
        if format!("endpoint:{name}").parse::<ModelRef>().is_err() {
            let instead = "write a short name of letters, digits, `-`, `_` and `.`";
            return Err(fault("name", instead));
        }
        let model = self.model.trim();
        let endpoint = Endpoint {
            url: read("url", self.url)?,
            protocol: read("protocol", self.protocol)?,
            model: (!model.is_empty()).then(|| model.to_owned()),
            token: self.token()?,
        };
        if endpoint.token == Some(TokenSource::HuggingFace) && in_the_clear(&endpoint) {
            let instead = "over plain http everybody on the way could read the Hugging Face token; \
                           write an address that begins with https://, or choose another token";
            return Err(fault("url", instead));
        }
        Ok(endpoint)
    }

    fn token(&self) -> Result<Option<TokenSource>, Fault> {
        let variable = self.variable.trim();
        match self.token {
            "hf" => Ok(Some(TokenSource::HuggingFace)),
            "variable" if looks_like_a_token(variable) => Err(fault(
                "variable",
                "write the name of the variable that holds the token, never the token itself",
            )),
            "variable" if is_variable(variable) => Ok(Some(TokenSource::Environment {
                variable: variable.to_owned(),
                token: Err(TokenError::Empty),
            })),
            "variable" => Err(fault(
                "variable",
                "write the name of the variable that holds the token, such as LAB_TOKEN",
            )),
            _ => Ok(None),
        }
    }
}

fn read<T: Value>(part: &'static str, typed: &str) -> Result<T, Fault> {
    let read = T::read(&Written::Text(typed.trim()));
    read.map_err(|instead| Fault { part, instead })
}

fn fault(part: &'static str, instead: &str) -> Fault {
    let instead = instead.to_owned();
    Fault { part, instead }
}

/// What somebody pasted into the wrong field.
fn looks_like_a_token(text: &str) -> bool {
    Token::read(text).is_ok_and(|token| token.kind() != TokenKind::Other) && text.len() > 16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::Protocol;

    const LAB: Draft = Draft {
        name: " lab ",
        url: " https://lab.example/v1 ",
        protocol: "chat",
        model: "",
        token: "none",
        variable: "IGNORED",
    };

    fn wrong(draft: Draft) -> &'static str {
        draft.read().unwrap_err().part
    }

    #[test]
    fn what_was_typed_is_read_as_the_file_would_read_it() {
        let lab = LAB.read().unwrap();
        assert_eq!(lab.url.as_str(), "https://lab.example/v1");
        assert_eq!(
            (lab.protocol, lab.model, lab.token),
            (Protocol::Chat, None, None)
        );
        let full = Draft {
            protocol: "image-to-text",
            model: " qwen ",
            token: "variable",
            variable: " LAB_TOKEN ",
            ..LAB
        };
        let full = full.read().unwrap();
        assert_eq!(full.model.as_deref(), Some("qwen"));
        let token = TokenSource::Environment {
            variable: "LAB_TOKEN".to_owned(),
            token: Err(TokenError::Empty),
        };
        assert_eq!(full.token, Some(token));
    }

    #[test]
    fn the_part_that_is_wrong_is_named() {
        for name in ["", "a b", "a/b", "ä"] {
            assert_eq!(wrong(Draft { name, ..LAB }), "name", "{name:?}");
        }
        for url in [
            "",
            "lab.example",
            "ftp://lab",
            "https://me:secret@lab",
            "https://a b",
        ] {
            assert_eq!(wrong(Draft { url, ..LAB }), "url", "{url:?}");
        }
        for variable in ["", "A=B", "A B", "hf_abcdefghijklmnopqrst"] {
            let draft = Draft {
                token: "variable",
                variable,
                ..LAB
            };
            assert_eq!(wrong(draft), "variable", "{variable:?}");
        }
    }

    #[test]
    fn the_hugging_face_token_goes_nowhere_in_the_clear() {
        let hf = |url| Draft {
            url,
            token: "hf",
            ..LAB
        };
        assert_eq!(wrong(hf("http://lab.example")), "url");
        for private in ["https://lab.example", "http://127.0.0.1:8080"] {
            assert!(hf(private).read().is_ok(), "{private}");
        }
    }
}

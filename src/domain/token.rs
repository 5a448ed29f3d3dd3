//! The access secret of an account or of an endpoint. It is shown masked everywhere.

pub mod typed;

use std::fmt::{self, Write as _};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use super::text::Foreign;

/// Where a person makes a token that may call models and nothing else
/// (<https://huggingface.co/docs/inference-providers>).
pub const NEW_TOKEN_PAGE: &str = "https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained";

/// No token is longer, in bytes, and no server reads a longer header.
const LONGEST: usize = 8 << 10;

/// An access secret. `Debug` and `Display` show a mask; only what puts it on the wire or into the
/// person's own token file calls [`Token::secret`].
#[derive(Clone)]
pub struct Token(SecretString);

/// Who gives out tokens of this shape
/// (`huggingface_hub` 2.4: `utils/_auth.py`, `_login.py`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `hf_…`, made on a person's settings page.
    Access,
    /// `hf_oauth_…`, made by `hf auth login`; it expires.
    OAuth,
    /// `api_org_…`, of an organisation; Hugging Face takes it no more.
    Organisation,
    /// Anything else: a provider's own key, or that of an endpoint.
    Other,
}

/// Why a text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing but blanks.
    #[error("the token is empty")]
    Empty,
    /// More than any token is.
    #[error("the token is too long to be one")]
    TooLong,
    /// Blanks or line ends in the middle, or letters that no header can carry.
    #[error("the token has blanks, line ends or strange letters in it; it was not copied whole")]
    Broken,
}

/// Why there is no token to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// Nothing lies in any of its places.
    Missing,
    /// What lies there is none, or shall not be used: which place, and why.
    Unusable(Foreign),
}

impl Token {
    /// A token as it was written or pasted; blanks and line ends around it do not count.
    ///
    /// # Errors
    /// It cannot be sent in a header.
    pub fn read(written: &str) -> Result<Self, TokenError> {
        let written = written.trim();
        if written.is_empty() {
            return Err(TokenError::Empty);
        }
        if written.len() > LONGEST {
            return Err(TokenError::TooLong);
        }
        if !written.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::Broken);
        }
        Ok(Self(SecretString::from(written)))
    }

    /// Who gives out tokens of this shape.
    pub fn kind(&self) -> TokenKind {
        let secret = self.secret();
        if secret.starts_with("hf_oauth_") {
            TokenKind::OAuth
        } else if secret.starts_with("hf_") {
            TokenKind::Access
        } else if secret.starts_with("api_org_") {
            TokenKind::Organisation
        } else {
            TokenKind::Other
        }
    }

    /// A sign to know it by again that does not tell it: the first half of a SHA-256, in
    /// hexadecimal.
    pub fn fingerprint(&self) -> String {
        let hash: [u8; 32] = Sha256::digest(self.secret().as_bytes()).into();
        let half = hash.iter().take(16);
        half.fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The secret itself.
    pub fn secret(&self) -> &str {
        self.0.expose_secret()
    }
}

/// What was written where a name belongs, on one line that is safe to show: somebody may have
/// pasted a token there, which is masked.
pub fn shown_name(written: &str) -> String {
    match Token::read(written) {
        Ok(token) if looks_secret(written) => token.to_string(),
        _ => Foreign::new(written).shown(80),
    }
}

/// True for what was made at Hugging Face to be hidden. A name may begin as a token does:
/// `hf_laptop`.
pub fn looks_secret(written: &str) -> bool {
    let written = written.trim();
    let prefixes = ["hf_oauth_", "hf_", "api_org_"];
    let rest = prefixes
        .iter()
        .find_map(|prefix| written.strip_prefix(prefix));
    let is_secret = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    // Today's are 34 letters behind their prefix, or many more.
    rest.is_some_and(|rest| rest.len() >= 20 && rest.bytes().all(is_secret))
}

/// Two tokens are equal where their secrets are.
impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.secret() == other.secret()
    }
}

impl Eq for Token {}

/// `hf_****abcd`; a short one is hidden whole.
impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.secret();
        match (secret.get(..3), secret.len().checked_sub(4)) {
            (Some(head), Some(tail)) if secret.len() >= 16 => {
                let tail = secret.get(tail..).unwrap_or_default();
                write!(f, "{head}****{tail}")
            }
            _ => f.write_str("****"),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_a_token_do_not_count_and_blanks_in_it_do() {
        let token = Token::read("  hf_abcdefghijklmnop\r\n").unwrap();
        assert_eq!(token.secret(), "hf_abcdefghijklmnop");
        assert_eq!(Token::read(" \n").unwrap_err(), TokenError::Empty);
        let long = format!("hf_{}", "a".repeat(9_000));
        assert_eq!(Token::read(&long).unwrap_err(), TokenError::TooLong);
        for broken in ["hf_abc def", "hf_abc\ndef", "hf_äbc", "hf_a\u{7f}"] {
            assert_eq!(Token::read(broken).unwrap_err(), TokenError::Broken);
        }
    }

    #[test]
    fn a_token_is_shown_masked() {
        let shown = |written: &str| {
            let token = Token::read(written).unwrap();
            format!("{token} {token:?}")
        };
        assert_eq!(
            shown("hf_abcdefghijklmnop"),
            "hf_****mnop Token(hf_****mnop)"
        );
        assert_eq!(shown("hf_short"), "**** Token(****)");
    }

    #[test]
    fn a_token_in_the_place_of_a_name_is_masked() {
        for (written, shown) in [
            ("laptop", "laptop"),
            ("la\nptop", "la ptop"),
            ("hf_laptop", "hf_laptop"),
            ("hf_abcdefghijklmnopqrst ", "hf_****qrst"),
            ("api_org_abcdefghijklmnopqrst", "api****qrst"),
            ("hf_oauth_abcdefghij.klmn-opqrst", "hf_****qrst"),
        ] {
            assert_eq!(shown_name(written), shown);
        }
    }

    #[test]
    fn the_shape_tells_who_gave_it_out() {
        for (written, kind) in [
            ("hf_abc", TokenKind::Access),
            ("hf_oauth_abc", TokenKind::OAuth),
            ("api_org_abc", TokenKind::Organisation),
            ("sk-abc", TokenKind::Other),
        ] {
            assert_eq!(Token::read(written).unwrap().kind(), kind, "{written}");
        }
    }
}

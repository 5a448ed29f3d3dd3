//! A token while it is typed or pasted: nobody is shown more of it than how long it is.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::{Token, TokenError};

/// What was typed so far of a token. `Debug` tells its length; what was typed is wiped from memory
/// when it changes and when it goes.
#[derive(Clone, Default)]
pub struct Typed(SecretString);

impl Typed {
    /// Adds what was typed or pasted at the end.
    pub fn push(&mut self, more: &str) {
        let typed = self.0.expose_secret();
        // With all its room from the start it is never moved, which would leave a copy behind.
        let mut longer = String::with_capacity(typed.len() + more.len());
        longer.push_str(typed);
        longer.push_str(more);
        self.0 = SecretString::from(longer);
    }

    /// Takes the last letter away.
    pub fn pop(&mut self) {
        let typed = self.0.expose_secret();
        let last = typed.char_indices().next_back();
        let shorter = typed.get(..last.map_or(0, |(at, _)| at));
        self.0 = SecretString::from(shorter.unwrap_or_default());
    }

    /// Letters typed so far.
    pub fn letters(&self) -> usize {
        self.0.expose_secret().chars().count()
    }

    /// The token that was typed.
    ///
    /// # Errors
    /// It is none.
    pub fn read(&self) -> Result<Token, TokenError> {
        Token::read(self.0.expose_secret())
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Typed({} letters)", self.letters())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_and_pasted_is_read_and_never_shown() {
        let mut typed = Typed::default();
        assert_eq!(typed.read().unwrap_err(), TokenError::Empty);
        typed.push("hf_");
        typed.push("abcdefghijklmnopä");
        assert_eq!(format!("{typed:?}"), "Typed(20 letters)");
        assert_eq!(typed.read().unwrap_err(), TokenError::Broken);
        typed.pop();
        assert_eq!(typed.read().unwrap().secret(), "hf_abcdefghijklmnop");
        for _ in 0..30 {
            typed.pop();
        }
        assert_eq!(typed.letters(), 0);
    }
}

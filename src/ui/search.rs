//! Finding in a list: what is looked for, and the next row that holds it, round and round.

/// What is looked for, in small letters; nothing at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    text: Option<String>,
}

/// Where looking begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// At this row.
    Here(usize),
    /// At the row after this one.
    After(usize),
    /// At the row before this one, backwards.
    Before(usize),
}

impl Search {
    /// Looks for `text` from now on; for nothing where it is empty.
    pub fn look_for(&mut self, text: &str) {
        self.text = Some(text.to_lowercase()).filter(|text| !text.is_empty());
    }

    /// What is looked for.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The first of `len` rows whose text, in small letters, holds what is looked for.
    pub fn find(
        &self,
        from: Begin,
        len: usize,
        text_of: impl Fn(usize) -> String,
    ) -> Option<usize> {
        let (text, last) = (self.text.as_deref()?, len.checked_sub(1)?);
        let (start, step) = match from {
            Begin::Here(row) => (row, 1),
            Begin::After(row) => (row + 1, 1),
            Begin::Before(row) => (row + last, last),
        };
        // A step of `last` is a step back, round and round.
        (0..len)
            .map(|n| (start + n * step) % len)
            .find(|row| text_of(*row).to_lowercase().contains(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, from: Begin) -> Option<usize> {
        let rows = ["Cat", "dog", "cats", "bird"];
        let mut search = Search::default();
        search.look_for(text);
        search.find(from, rows.len(), |row| rows[row].to_owned())
    }

    #[test]
    fn looking_goes_round_and_round() {
        assert_eq!(found("CAT", Begin::Here(0)), Some(0));
        assert_eq!(found("cat", Begin::After(0)), Some(2));
        assert_eq!(found("cat", Begin::After(2)), Some(0));
        assert_eq!(found("cat", Begin::Before(2)), Some(0));
        assert_eq!(found("cat", Begin::Before(0)), Some(2));
        assert_eq!(found("bird", Begin::After(3)), Some(3));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(found("fish", Begin::Here(0)), None);
        assert_eq!(found("", Begin::Here(0)), None);
        let empty = |_| String::new();
        assert_eq!(
            Search {
                text: Some("a".into())
            }
            .find(Begin::After(0), 0, empty),
            None
        );
    }
}

//! Filters that were given a name.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Filter, FilterError};
use crate::domain::text::{Foreign, list};

/// Filters by their names.
pub type Saved = BTreeMap<String, Filter>;

/// Columns of a name in a message.
const NAME: usize = 40;
/// So many names are listed where there may be many.
const LISTED: usize = 5;

impl Filter {
    /// The name that `written` stands for, as in `@cats`; `None` for a filter that is written out.
    pub fn name_in(written: &str) -> Option<&str> {
        written.trim().strip_prefix('@').map(str::trim)
    }

    /// Reads what a person wrote, `@NAME` as the filter of that name.
    ///
    /// # Errors
    /// It is no filter, or none has this name; the error says why and where.
    pub fn parse_or_find(written: &str, saved: &Saved) -> Result<Self, FilterError> {
        let Some(name) = Self::name_in(written) else {
            return Self::parse(written);
        };
        let found = saved.get(name).cloned();
        found.ok_or_else(|| unknown(name, trimmed(written), saved))
    }
}

fn unknown(name: &str, at: Range<usize>, saved: &Saved) -> FilterError {
    let hint = if saved.is_empty() {
        "none is saved yet".to_owned()
    } else {
        format!("there are {}", list(saved.keys(), LISTED))
    };
    let text = if name.is_empty() {
        "the name of a saved filter is missing".to_owned()
    } else {
        format!("no filter is saved as `{}`", Foreign::new(name).shown(NAME))
    };
    FilterError {
        at,
        text,
        hint: Some(hint),
    }
}

/// Where `written` is without the blanks around it.
fn trimmed(written: &str) -> Range<usize> {
    let begin = written.len() - written.trim_start().len();
    begin..begin + written.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_its_filter() {
        let cats = Filter::parse("cat -dog").unwrap();
        let saved = Saved::from([("my cats".to_owned(), cats.clone())]);
        let read = |written: &str| Filter::parse_or_find(written, &saved);
        assert_eq!(read(" @my cats "), Ok(cats.clone()));
        assert_eq!(read("cat -dog"), Ok(cats), "written out");
        let error = read(" @猫 ").unwrap_err();
        assert_eq!(&" @猫 "[error.at.clone()], "@猫");
        assert_eq!(error.text, "no filter is saved as `猫`");
        assert_eq!(error.hint.as_deref(), Some("there are my cats"));
        assert_eq!(
            read("@").unwrap_err().text,
            "the name of a saved filter is missing"
        );
        let error = Filter::parse_or_find("@a", &Saved::new()).unwrap_err();
        assert_eq!(error.hint.as_deref(), Some("none is saved yet"));
    }
}

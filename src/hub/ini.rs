//! Sections of keys and values as Python's `configparser` reads them: with `=` or `:`, values that
//! go on in indented lines, and comments in lines of their own
//! (<https://docs.python.org/3/library/configparser.html#supported-ini-file-structure>). It is
//! changed by whole sections; whatever else is in it stays byte for byte.

use std::fmt::Write as _;
use std::ops::Range;

/// What `configparser` takes for the values of all other sections.
pub(super) const RESERVED: &str = "DEFAULT";

/// A text of sections.
#[derive(Debug)]
pub(super) struct Ini {
    text: String,
    sections: Vec<Section>,
}

/// What stands below one name.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) name: String,
    /// Keys in small letters, and their values.
    values: Vec<(String, String)>,
    /// From the name to the last value and the empty lines after it, in bytes. A comment that
    /// follows belongs to nobody.
    span: Range<usize>,
}

impl Section {
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        let mut values = self.values.iter();
        let (_, value) = values.find(|(known, _)| known == key)?;
        Some(value)
    }
}

/// The first line that `configparser` would not take, counted from 1, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} {why}")]
pub struct Strange {
    line: usize,
    why: &'static str,
}

impl Ini {
    pub(super) fn read(text: &str) -> Result<Self, Strange> {
        let mut ini = Self {
            text: text.to_owned(),
            sections: Vec::new(),
        };
        // How far the key is indented whose value may go on.
        let mut open: Option<usize> = None;
        let mut start = 0;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let span = start..start + line.len();
            start = span.end;
            let strange = |why| Strange {
                line: index + 1,
                why,
            };
            let words = line.trim();
            let indent = line.len() - line.trim_start().len();
            if words.is_empty() {
                ini.grow_over_nothing(&span);
            } else if words.contains('\r') {
                return Err(strange("has the line ends of old"));
            } else if words.starts_with(['#', ';']) {
            } else if let Some(section) = ini.sections.last_mut()
                && open.is_some_and(|open| indent > open)
            {
                section.go_on(words);
                section.span.end = span.end;
            } else if let Some(name) = name(words) {
                if ini.section(name).is_some() {
                    return Err(strange("repeats a section"));
                }
                open = None;
                ini.sections.push(Section {
                    name: name.to_owned(),
                    values: Vec::new(),
                    span,
                });
            } else {
                let section = ini.sections.last_mut();
                let section = section.ok_or(strange("stands before the first [section]"))?;
                section.take(words).map_err(strange)?;
                section.span.end = span.end;
                open = Some(indent);
            }
        }
        Ok(ini)
    }

    pub(super) fn sections(&self) -> impl Iterator<Item = &Section> {
        let sections = self.sections.iter();
        sections.filter(|section| section.name != RESERVED)
    }

    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Puts a further section behind all others.
    pub(super) fn add(&mut self, name: &str, values: &[(&str, &str)]) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        let start = self.text.len();
        let _ = writeln!(self.text, "[{name}]");
        for (key, value) in values {
            let _ = writeln!(self.text, "{key} = {value}");
        }
        self.text.push('\n');
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        self.sections.push(Section {
            name: name.to_owned(),
            values: values.iter().map(owned).collect(),
            span: start..self.text.len(),
        });
    }

    /// Takes the section out of the text, with everything in it.
    pub(super) fn remove(&mut self, name: &str) {
        let found = self
            .sections
            .iter()
            .position(|section| section.name == name);
        let Some(index) = found else {
            return;
        };
        let gone = self.sections.remove(index).span;
        for section in self.sections.iter_mut().skip(index) {
            section.span.start -= gone.len();
            section.span.end -= gone.len();
        }
        self.text.replace_range(gone, "");
    }

    /// An empty line belongs to the section that it follows at once.
    fn grow_over_nothing(&mut self, span: &Range<usize>) {
        if let Some(section) = self.sections.last_mut()
            && section.span.end == span.start
        {
            section.span.end = span.end;
        }
    }
}

impl Section {
    /// Takes `key = value`.
    fn take(&mut self, words: &str) -> Result<(), &'static str> {
        let (key, value) = words.split_once(['=', ':']).ok_or("has no = in it")?;
        let key = key.trim().to_lowercase();
        if key.is_empty() {
            return Err("has nothing before its =");
        }
        if self.value(&key).is_some() {
            return Err("repeats a key");
        }
        self.values.push((key, value.trim().to_owned()));
        Ok(())
    }

    fn go_on(&mut self, words: &str) {
        if let Some((_, value)) = self.values.last_mut() {
            value.push('\n');
            value.push_str(words);
        }
    }
}

/// The name in `[name]`, which may hold brackets of its own; what follows the last one is nothing.
fn name(words: &str) -> Option<&str> {
    let (name, _) = words.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests;

//! Changing `config.toml` for its owner: one table at a time, and nothing else in it.
//!
//! The file is read at the moment of writing, since another program may have written it meanwhile,
//! and takes its new form at once or not at all. What the reader would refuse is not written.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use toml_edit::visit_mut::{self, VisitMut};
use toml_edit::{
    Document, DocumentMut, Formatted, Item, RawString, Table, TableLike, Value, value,
};

use super::error::shown;
use super::settings::Settings;
use super::value::quoted;
use super::{ConfigError, endpoint, file, preset};
use crate::domain::endpoint::Endpoint;
use crate::domain::preset::Preset;
use crate::domain::text::Foreign;

/// Writes `endpoint` as the table `[endpoints.NAME]` of the file at `path`, in place of the one
/// that may be there.
///
/// # Errors
/// The reader would refuse it, or the file cannot be read, is no TOML, or cannot be written.
pub fn set_endpoint(path: &Path, name: &str, endpoint: &Endpoint) -> Result<(), ConfigError> {
    set(path, "endpoints", name, &endpoint::lines(endpoint))
}

/// Takes the table `[endpoints.NAME]` out of the file at `path`, where there is one.
///
/// # Errors
/// The file cannot be read, is no TOML, or cannot be written.
pub fn remove_endpoint(path: &Path, name: &str) -> Result<(), ConfigError> {
    change(path, "endpoints", name, |document| {
        take_out(document, "endpoints", name);
    })
}

/// Writes `preset` as the table `[presets.NAME]` of the file at `path`, in place of the one that
/// may be there.
///
/// # Errors
/// The reader would refuse it, or the file cannot be read, is no TOML, or cannot be written.
pub fn set_preset(path: &Path, name: &str, preset: &Preset) -> Result<(), ConfigError> {
    set(path, "presets", name, &preset::lines(preset))
}

/// Takes the table `[presets.NAME]` out of the file at `path`, where there is one. A line `preset`
/// that names it names `instead` from now on, or goes.
///
/// # Errors
/// The file cannot be read, is no TOML, or cannot be written.
pub fn remove_preset(path: &Path, name: &str, instead: Option<&str>) -> Result<(), ConfigError> {
    change(path, "presets", name, |document| {
        take_out(document, "presets", name);
        if document.get("preset").and_then(Item::as_str) != Some(name) {
            return;
        }
        match (
            instead,
            document.get_mut("preset").and_then(Item::as_value_mut),
        ) {
            (Some(instead), Some(line)) => {
                let decor = line.decor().clone();
                *line = instead.into();
                *line.decor_mut() = decor;
            }
            _ => take_out_line(document, "preset"),
        }
    })
}

fn set(path: &Path, kind: &str, name: &str, lines: &[(&str, String)]) -> Result<(), ConfigError> {
    let mut alone = format!("[{kind}.{}]\n", quoted(name));
    for (key, written) in lines.iter().filter(|(_, written)| !written.is_empty()) {
        let _ = writeln!(alone, "{key} = {written}");
    }
    let refused = file::take_text(&mut Settings::default(), &alone, None);
    if let Some(error) = refused.into_iter().next() {
        return Err(error);
    }
    let alone = parse(path, &alone)?.into_mut();
    change(path, kind, name, |document| {
        let Some(new) = table(&alone, kind, name) else {
            return;
        };
        match tables(document, kind).and_then(|all| all.get_mut(name)?.as_table_like_mut()) {
            Some(old) => replace(old, new, lines),
            None => append(document, kind, name, new),
        }
    })
}

/// The comments above what goes are not ours to judge: they stay.
fn take_out(document: &mut DocumentMut, kind: &str, name: &str) {
    let removed = tables(document, kind).and_then(|all| all.remove(name));
    if let Some(Item::Table(table)) = removed {
        let above = table.decor().prefix().and_then(RawString::as_str);
        let above = above.unwrap_or_default();
        keep(document, above, table.position().unwrap_or(isize::MAX));
    }
}

/// The same for a line above all tables.
fn take_out_line(document: &mut DocumentMut, key: &str) {
    let lines = document.iter().filter(|(_, item)| item.is_value());
    let keys: Vec<_> = lines.map(|(key, _)| key.to_owned()).collect();
    let next = keys.iter().skip_while(|it| *it != key).nth(1);
    let Some((line, _)) = document.remove_entry(key) else {
        return;
    };
    let above = line.leaf_decor().prefix().and_then(RawString::as_str);
    let above = above.unwrap_or_default();
    if above.is_empty() {
        return;
    }
    match next.and_then(|next| document.key_mut(next)) {
        Some(mut next) => {
            let own = next.leaf_decor().prefix().and_then(RawString::as_str);
            let both = format!("{above}{}", own.unwrap_or_default());
            next.leaf_decor_mut().set_prefix(both);
        }
        None => keep(document, above, 0),
    }
}

fn table<'a>(document: &'a DocumentMut, kind: &str, name: &str) -> Option<&'a Table> {
    document.get(kind)?.get(name)?.as_table()
}

fn tables<'a>(document: &'a mut DocumentMut, kind: &str) -> Option<&'a mut dyn TableLike> {
    document.get_mut(kind)?.as_table_like_mut()
}

/// What says the same already stays as its owner wrote it.
fn replace(old: &mut dyn TableLike, new: &Table, lines: &[(&str, String)]) {
    for (key, _) in lines {
        let Some(new) = new.get(key).and_then(Item::as_value) else {
            old.remove(key);
            continue;
        };
        match old.get_mut(key).and_then(Item::as_value_mut) {
            Some(old) if says(old) == says(new) => {}
            Some(old) => {
                let decor = old.decor().clone();
                *old = new.clone();
                *old.decor_mut() = decor;
            }
            None => {
                old.insert(key, value(new.clone()));
            }
        }
    }
}

/// The value without the form that its owner gave it.
fn says(value: &Value) -> String {
    match value {
        Value::String(text) => Formatted::new(text.value().clone()).to_string(),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        other => other.clone().decorated("", "").to_string(),
    }
}

/// As the last table of the file, behind everything that stands there.
fn append(document: &mut DocumentMut, kind: &str, name: &str, new: &Table) {
    let trailing = document.trailing().as_str().unwrap_or_default();
    let trailing = trailing.replace('\r', "");
    let mut new = new.clone();
    // One empty line keeps it apart, which an earlier table may have left behind.
    let is_first = document.is_empty() && trailing.is_empty();
    let is_apart = is_first || trailing == "\n" || trailing.ends_with("\n\n");
    let gap = match (is_apart, trailing.is_empty() || trailing.ends_with('\n')) {
        (true, _) => "",
        (false, true) => "\n",
        (false, false) => "\n\n",
    };
    new.decor_mut().set_prefix(format!("{trailing}{gap}"));
    new.set_position(Some(isize::MAX));
    document.set_trailing("");
    let mut all = Table::new();
    all.set_implicit(true);
    let all = document.entry(kind).or_insert(Item::Table(all));
    if let Some(all) = all.as_table_like_mut() {
        all.insert(name, Item::Table(new));
    }
}

/// Puts what stood above the table at `place` above the one that followed it.
fn keep(document: &mut DocumentMut, above: &str, place: isize) {
    let mut next = Next { place, found: None };
    next.visit_document_mut(document);
    if let Some(place) = next.found {
        Prefix { place, above }.visit_document_mut(document);
    } else {
        let trailing = document.trailing().as_str().unwrap_or_default();
        document.set_trailing(format!("{above}{trailing}"));
    }
}

/// Looks for the table that follows on the one at `place`.
struct Next {
    place: isize,
    found: Option<isize>,
}

impl VisitMut for Next {
    fn visit_table_mut(&mut self, table: &mut Table) {
        let follows = table.position().filter(|place| *place > self.place);
        self.found = [self.found, follows].into_iter().flatten().min();
        visit_mut::visit_table_mut(self, table);
    }
}

/// Puts `above` before the table at `place`.
struct Prefix<'a> {
    place: isize,
    above: &'a str,
}

impl VisitMut for Prefix<'_> {
    fn visit_table_mut(&mut self, table: &mut Table) {
        if table.position() == Some(self.place) {
            let own = table.decor().prefix().and_then(RawString::as_str);
            let both = format!("{}{}", self.above, own.unwrap_or_default());
            table.decor_mut().set_prefix(both);
        }
        visit_mut::visit_table_mut(self, table);
    }
}

/// Reads the file, changes the table `kind.name` in it, and writes it where that made a difference.
fn change(
    path: &Path,
    kind: &str,
    name: &str,
    edit: impl FnOnce(&mut DocumentMut),
) -> Result<(), ConfigError> {
    static WRITING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let text = file::read(path)?.unwrap_or_default();
    let document = parse(path, &text)?;
    let all = document.get(kind);
    let one = all.and_then(|all| all.get(name));
    for (key, item) in [(kind.to_owned(), all), (format!("{kind}.{name}"), one)] {
        if let Some(item) = item.filter(|item| !item.is_table_like()) {
            let place = file::place(path, &text, item.span().unwrap_or_default().start);
            let instead = format!("write a table there: [{kind}.NAME]");
            return Err(ConfigError::value(place, &key, "…", instead));
        }
    }
    let mut document = document.into_mut();
    edit(&mut document);
    let changed = with_marks_of(&text, document.to_string());
    if changed == text {
        return Ok(());
    }
    write(path, &changed).map_err(|source| ConfigError::Unwritable {
        file: shown(&Foreign::from_os(path.as_os_str())),
        source,
    })
}

fn parse<'a>(path: &Path, text: &'a str) -> Result<Document<&'a str>, ConfigError> {
    Document::parse(text).map_err(|error| {
        let place = file::place(path, text, error.span().unwrap_or_default().start);
        file::no_toml(place, error.message())
    })
}

/// `changed` with the line ends and the byte order mark of `text`, which the editor drops.
fn with_marks_of(text: &str, changed: String) -> String {
    let mut marked = changed;
    if text.contains("\r\n") {
        marked = marked.replace('\n', "\r\n");
    }
    if text.starts_with(BYTE_ORDER_MARK) {
        marked.insert(0, BYTE_ORDER_MARK);
    }
    marked
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Puts `text` in the place of the file, for its owner alone. A link stays one: what it points to
/// is written.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = behind_links(path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let (beside, mut file) = new_file_beside(&path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// The file that is meant, be it there or not.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..40 {
        let Ok(target) = fs::read_link(&path) else {
            return Ok(path);
        };
        path = path.parent().unwrap_or(Path::new("/")).join(target);
    }
    Err(io::Error::other("the links lead nowhere"))
}

/// A file that nobody else has, in the same folder, so that it can take the place of the other.
fn new_file_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut attempt = 0;
    loop {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}-{attempt}.new", std::process::id()));
        let beside = path.with_file_name(name);
        let mut options = OpenOptions::new();
        match options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)
        {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && attempt < 100 => attempt += 1,
            opened => return opened.map(|file| (beside, file)),
        }
    }
}

#[cfg(test)]
mod tests;

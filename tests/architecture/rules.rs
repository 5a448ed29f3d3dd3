//! The rules, each a function that lists what breaks it: `file:line: what is wrong`.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{Source, Text, begins};

/// Which rooms a room may name beside itself. What is missing here knows nothing of ours.
#[rustfmt::skip]
const ARROWS: [(&str, &[&str]); 12] = [
    ("main", &["cli", "config", "domain", "engine", "log", "ui"]),
    ("ui", &["config", "domain", "engine"]),
    ("cli", &["config", "domain", "engine"]),
    ("engine", &["domain", "export", "hub", "inference", "media", "store"]),
    ("hub", &["domain", "http"]),
    ("inference", &["domain", "http"]),
    ("log", &["config", "domain"]),
    ("config", &["domain"]), ("export", &["domain"]), ("http", &["domain"]),
    ("media", &["domain"]), ("store", &["domain"]),
];

/// Where a crate may be named, as rooms and single files.
#[rustfmt::skip]
const CRATES: [(&str, &[&str]); 47] = [
    ("clap", &["cli"]), ("clap_complete", &["cli"]),
    ("alphanumeric_sort", &["ui"]), ("crossterm", &["ui"]), ("ratatui", &["ui"]), ("tui_input", &["ui"]),
    ("viuer", &["ui", "cli::preview"]),
    ("image", &["media", "cli::preview", "ui::painter"]),
    ("exif", &["media"]), ("fastrand", &["domain"]), ("jpeg_decoder", &["media"]), ("fast_image_resize", &["media"]),
    ("nucleo_matcher", &["domain::fuzzy"]), ("regex", &["domain::replace"]), ("palette", &["inference"]),
    ("rusqlite", &["store"]),
    ("directories", &["config"]), ("toml", &["config", "ui"]), ("toml_edit", &["config::edit"]), ("strsim", &["cli", "config", "domain::filter", "ui"]),
    ("reqwest", &["http"]), ("rustls", &["http"]), ("secrecy", &["domain::token"]),
    ("base64", &["export", "inference", "ui::painter"]), ("sse_stream", &["inference"]), ("backon", &["engine"]),
    ("bytes", &["domain", "engine", "http", "hub", "inference", "media"]),
    ("url", &["config", "domain", "engine", "hub", "http", "inference"]),
    ("file_rotate", &["log"]), ("tracing_subscriber", &["log"]),
    ("futures_util", &["engine", "http", "hub", "inference", "ui"]),
    ("tokio", &["cli", "engine", "hub", "http", "inference", "main", "ui"]),
    ("tokio_util", &["cli", "engine", "hub", "http", "inference", "main", "ui"]),
    ("rustix", &["cli", "media", "store", "ui"]),
    ("lru", &["engine", "ui"]), ("tempfile", &["ui::outside"]),
    ("sha2", &["domain", "export", "media", "store"]), ("similar", &["engine"]),
    ("unicode_linebreak", &["ui"]), ("unicode_normalization", &["domain::words"]), ("unicode_segmentation", &["domain", "engine", "ui"]),
    ("unicode_width", &["cli", "domain", "ui"]),
    ("jiff", EVERYWHERE), ("serde", EVERYWHERE), ("serde_json", EVERYWHERE),
    ("thiserror", EVERYWHERE), ("tracing", EVERYWHERE),
];
const EVERYWHERE: &[&str] = &[];

/// Parts that compute and nothing else: time, files and answers reach them as values.
#[rustfmt::skip]
const PURE: [&str; 5] = ["domain", "ui::view", "ui::update", "ui::layout", "ui::panes"];
#[rustfmt::skip]
const IMPURE: [&str; 22] = [
    "tokio", "tokio_util", "jiff::Timestamp::now", "jiff::Zoned::now",
    "std::env", "std::fs", "std::io", "std::net", "std::process", "std::thread",
    "std::sync::Condvar", "std::sync::Mutex", "std::sync::RwLock", "std::sync::mpsc",
    "std::time::Instant", "std::time::SystemTime",
    ".canonicalize", ".elapsed", ".exists", ".read_dir", ".symlink_metadata", ".try_exists",
];

const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 60;

/// Rooms name only the rooms below them.
pub(crate) fn arrows(house: &[Source]) -> Vec<String> {
    each_name(house, |source, name| {
        let to = name.strip_prefix("crate::")?.split("::").next()?;
        let from = source.module.split("::").nth(1).unwrap_or("lib");
        let row = ARROWS.iter().find(|(room, _)| *room == from);
        let is_right = from == to || row.is_some_and(|(_, below)| below.contains(&to));
        (!is_right).then(|| format!("`{from}` may not know `{to}`"))
    })
}

/// A crate is named only in the rooms that wrap it.
pub(crate) fn crates(house: &[Source]) -> Vec<String> {
    each_name(house, |source, name| {
        let (known, places) = CRATES.iter().find(|(known, _)| begins(name, known))?;
        let is_right = places.is_empty() || places.iter().any(|place| source.is_in(place));
        (!is_right).then(|| format!("`{known}` belongs to {}", places.join(", ")))
    })
}

/// Dependencies of `Cargo.toml` that the table of crates has no place for.
pub(crate) fn unplaced(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let mut names: Vec<String> = Vec::new();
    for name in manifest["dependencies"].as_table().unwrap().keys() {
        names.push(name.trim_start_matches("kamadak-").replace('-', "_"));
    }
    names.retain(|name| CRATES.iter().all(|(known, _)| known != name));
    names
}

/// The parts that only compute know no runtime, no files, no clock, no environment, no locks.
pub(crate) fn purity(house: &[Source]) -> Vec<String> {
    each_name(house, |source, name| {
        PURE.iter().find(|place| source.is_in(place))?;
        let impure = IMPURE.iter().find(|impure| begins(name, impure))?;
        Some(format!("this only computes and may not know `{impure}`"))
    })
}

fn each_name(house: &[Source], rule: impl Fn(&Source, &str) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    for source in house {
        for (name, written) in &source.names {
            if let Some(says) = rule(source, name) {
                let line = source.line_of(written);
                found.push(format!("{}:{line}: {says}", source.path));
            }
        }
    }
    found
}

/// No circle of files that import each other.
///
/// A module and its parent are one family: the parent offers what its children make, and a child
/// may use what the parent itself defines, so a child that names its ancestor counts as no import.
/// A name that a file only passes on counts as an import of the file that defines it.
pub(crate) fn circles(house: &[Source]) -> Vec<String> {
    let mut files = BTreeMap::new();
    for source in house {
        files.insert(source.module.as_str(), source);
    }
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in house {
        let homes = source.names.keys().filter_map(|name| home_of(name, &files));
        let others = homes.filter(|home| !begins(&source.module, &home.module));
        let paths = others.map(|home| home.path.as_str());
        edges.insert(&source.path, paths.collect());
    }
    // What imports nothing more is in no circle: take it away until all left import one left.
    while let Some((leaf, _)) = edges.iter().find(|(_, targets)| targets.is_empty()) {
        let leaf = *leaf;
        edges.remove(leaf);
        for targets in edges.values_mut() {
            targets.remove(leaf);
        }
    }
    let mut walk: Vec<&str> = edges.keys().take(1).copied().collect();
    while let Some(next) = walk.last().and_then(|last| edges[last].first()) {
        if let Some(start) = walk.iter().position(|file| file == next) {
            let says = format!("in a circle: {}", walk[start..].join(" → "));
            return vec![format!("{next}:1: {says}")];
        }
        walk.push(next);
    }
    Vec::new()
}

/// The file that defines `path`, followed through what other files pass on.
fn home_of<'a>(path: &str, files: &BTreeMap<&str, &'a Source>) -> Option<&'a Source> {
    let mut module = path;
    while !files.contains_key(module) {
        module = module.rsplit_once("::")?.0;
    }
    let name = path[module.len()..].split("::").nth(1).unwrap_or_default();
    let file = files[module];
    match file.imports.get(name) {
        Some(further) if further != path => home_of(further, files).or(Some(file)),
        _ => Some(file),
    }
}

/// Files are short enough to be read at one sitting.
pub(crate) fn long_files(house: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in house {
        let lines = source.text.lines().count();
        if lines > LONGEST_FILE {
            let says = format!("longer than {LONGEST_FILE} lines");
            found.push(format!("{}:{lines}: {says}", source.path));
        }
    }
    found
}

/// Functions are short enough to be seen at once.
pub(crate) fn long_functions(house: &[Source]) -> Vec<String> {
    let modifiers = ["pub", "pub(crate)", "pub(super)", "async", "const"];
    let mut found = Vec::new();
    for source in house {
        let lines: Vec<&str> = source.text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let Some((before, _)) = line.split_once("fn ") else {
                continue;
            };
            let mut words = before.split_whitespace();
            let is_function = words.all(|word| modifiers.contains(&word));
            // The formatter closes a body, and only a body, with a brace below its first letter.
            let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
            let body = lines[index..].iter().position(|line| *line == end);
            let length = body.map_or(1, |last| last + 1);
            if is_function && !line.ends_with([';', '}']) && length > LONGEST_FUNCTION {
                let says = format!("a function of {length} lines");
                found.push(format!("{}:{}: {says}", source.path, index + 1));
            }
        }
    }
    found
}

/// No place on somebody's machine: such a path is wrong everywhere else. Examples live with `me`.
pub(crate) fn places(texts: &[Text]) -> Vec<String> {
    let folders = ["home", "root", "tmp", "work", "Users", "mnt"].map(|name| format!("/{name}/"));
    let is_inner = |letter: char| letter.is_alphanumeric() || ".~_-}".contains(letter);
    let mut found = Vec::new();
    for file in texts {
        for (index, line) in file.text.lines().enumerate() {
            let line = line.replace("/home/me", "~");
            let mut starts = folders.iter().flat_map(|folder| line.match_indices(folder));
            if starts.any(|(start, _)| !line[..start].ends_with(is_inner)) {
                found.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    found
}

/// Names at the top that are neither fixed, nor hidden by a dot or by `.gitignore`.
pub(crate) fn strangers(mut names: Vec<String>, ignored: &str) -> Vec<String> {
    let fixed = "Cargo.lock Cargo.toml LICENSE README.md demo.tape src tests";
    let is_known = |name: &str| fixed.split(' ').any(|known| known == name);
    let is_ignored = |name: &str| {
        ignored
            .lines()
            .any(|line| line.strip_prefix('/') == Some(name))
    };
    names.retain(|name| !is_known(name) && !name.starts_with('.') && !is_ignored(name));
    names
}

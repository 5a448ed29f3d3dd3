//! The rules, each a function that lists what breaks it: `file:line: what is wrong`.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{Source, Text};

/// Which rooms a room may name beside itself. What is missing here knows nothing of ours.
#[rustfmt::skip]
const ARROWS: [(&str, &[&str]); 11] = [
    ("main", &["cli", "config", "domain", "engine", "log", "ui"]),
    ("ui", &["config", "domain", "engine"]),
    ("cli", &["config", "domain", "engine"]),
    ("engine", &["domain", "export", "hub", "inference", "media", "store"]),
    ("hub", &["domain", "http"]),
    ("inference", &["domain", "http"]),
    ("config", &["domain"]), ("export", &["domain"]), ("http", &["domain"]),
    ("media", &["domain"]), ("store", &["domain"]),
];

/// Where a crate may be named, as rooms and single files.
#[rustfmt::skip]
const CRATES: [(&str, &[&str]); 29] = [
    ("clap", &["cli"]), ("clap_complete", &["cli"]),
    ("crossterm", &["ui"]), ("ratatui", &["ui"]), ("tui_input", &["ui"]),
    ("viuer", &["ui", "cli/preview"]),
    ("image", &["media", "cli/preview", "ui/painter"]), ("exif", &["media"]), ("fast_image_resize", &["media"]),
    ("palette", &["inference"]),
    ("rusqlite", &["store"]),
    ("directories", &["config"]), ("toml", &["config", "ui"]),
    ("file_rotate", &["log"]), ("tracing_subscriber", &["log"]),
    ("futures_util", &["engine", "http", "inference", "ui"]),
    ("tokio", &["cli", "engine", "hub", "http", "inference", "main", "ui"]),
    ("tokio_util", &["cli", "engine", "hub", "http", "inference", "main", "ui"]),
    ("rustix", &["cli", "store", "ui"]),
    ("lru", &["engine", "ui"]),
    ("sha2", &["domain", "media"]),
    ("strsim", &["cli", "ui"]),
    ("unicode_segmentation", &["domain", "ui"]), ("unicode_width", &["cli", "domain", "ui"]),
    ("jiff", EVERYWHERE), ("serde", EVERYWHERE), ("serde_json", EVERYWHERE),
    ("thiserror", EVERYWHERE), ("tracing", EVERYWHERE),
];
const EVERYWHERE: &[&str] = &[];

/// Parts that compute and nothing else: time, files and answers reach them as values.
const PURE: [&str; 5] = ["domain", "ui/view", "ui/update", "ui/layout", "ui/panes"];
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
        let to = name.get(1).filter(|_| name[0] == "crate")?;
        let from = source.room();
        let mut allowed = ARROWS
            .iter()
            .filter(|(room, _)| *room == from)
            .flat_map(|(_, below)| *below);
        (from != to && !allowed.any(|room| room == to))
            .then(|| format!("`{from}` may not know `{to}`"))
    })
}

/// A crate is named only in the rooms that wrap it.
pub(crate) fn crates(house: &[Source]) -> Vec<String> {
    each_name(house, |source, name| {
        let (known, places) = CRATES.iter().find(|(known, _)| name[0] == *known)?;
        let is_right = places.is_empty() || places.iter().any(|place| source.is_in(place));
        (!is_right).then(|| format!("`{known}` belongs to {}", places.join(", ")))
    })
}

/// Dependencies of `Cargo.toml` that the table of crates has no place for.
pub(crate) fn unplaced(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let names = manifest["dependencies"].as_table().unwrap().keys();
    let names = names.map(|name| name.trim_start_matches("kamadak-").replace('-', "_"));
    names
        .filter(|name| CRATES.iter().all(|(known, _)| known != name))
        .collect()
}

/// The parts that only compute know no runtime, no files, no clock, no environment, no locks.
pub(crate) fn purity(house: &[Source]) -> Vec<String> {
    each_name(house, |source, name| {
        PURE.iter().find(|place| source.is_in(place))?;
        let is_known = |impure: &&&str| {
            impure
                .split("::")
                .eq(name.iter().take(impure.split("::").count()))
        };
        let impure = IMPURE.iter().find(is_known)?;
        Some(format!(
            "this part only computes and may not know `{impure}`"
        ))
    })
}

fn each_name(house: &[Source], rule: impl Fn(&Source, &[String]) -> Option<String>) -> Vec<String> {
    let names = house
        .iter()
        .flat_map(|source| source.names.iter().map(move |name| (source, name)));
    names
        .filter_map(|(source, (name, line))| {
            Some(format!("{}:{line}: {}", source.path, rule(source, name)?))
        })
        .collect()
}

/// No circle of files that import each other.
///
/// A module and its parent are one family: the parent offers what its children make, and a child
/// may use what the parent itself defines, so a child that names its ancestor counts as no import.
/// A name that a file only passes on counts as an import of the file that defines it.
pub(crate) fn circles(house: &[Source]) -> Vec<String> {
    let files: BTreeMap<&[String], &Source> = house
        .iter()
        .map(|source| (&source.module[..], source))
        .collect();
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in house {
        let targets = source
            .names
            .iter()
            .filter_map(|(name, _)| home_of(name, &files, 0));
        let targets = targets.filter(|target| !source.module.starts_with(&target.module));
        edges.insert(&source.path, targets.map(|target| &*target.path).collect());
    }
    // Files that import nothing more are in no circle; take them away until all left import one left.
    while let Some(leaf) = edges
        .iter()
        .find_map(|(file, targets)| targets.is_empty().then_some(*file))
    {
        edges.remove(leaf);
        for targets in edges.values_mut() {
            targets.remove(leaf);
        }
    }
    let Some(mut file) = edges.keys().next() else {
        return Vec::new();
    };
    let mut walk = Vec::new();
    while !walk.contains(file) {
        walk.push(*file);
        file = edges[file].first().unwrap();
    }
    let circle = &walk[walk.iter().position(|step| step == file).unwrap()..];
    vec![format!(
        "{file}:1: a circle: {} → {file}",
        circle.join(" → ")
    )]
}

/// The file that defines `path`, followed through what other files pass on.
fn home_of<'a>(
    path: &[String],
    files: &BTreeMap<&[String], &'a Source>,
    depth: usize,
) -> Option<&'a Source> {
    let inner = path.strip_prefix(&["crate".to_owned()][..])?;
    let (file, rest) = (0..=inner.len())
        .rev()
        .find_map(|end| Some((files.get(&inner[..end])?, &inner[end..])))?;
    match rest.first().and_then(|name| file.imports.get(name)) {
        Some(further) if depth < 8 => home_of(further, files, depth + 1),
        _ => Some(file),
    }
}

/// Files are short enough to be read at one sitting.
pub(crate) fn long_files(house: &[Source]) -> Vec<String> {
    let lengths = house
        .iter()
        .map(|source| (&source.path, source.text.lines().count()));
    let long = lengths.filter(|(_, length)| *length > LONGEST_FILE);
    long.map(|(path, length)| {
        format!("{path}:{length}: more than {LONGEST_FILE} lines without tests")
    })
    .collect()
}

/// Functions are short enough to be seen at once, in tests too.
pub(crate) fn long_functions(texts: &[Text]) -> Vec<String> {
    let modifiers = ["pub", "pub(crate)", "pub(super)", "async", "const"];
    let mut found = Vec::new();
    for file in texts.iter().filter(|file| file.path.ends_with(".rs")) {
        let lines: Vec<&str> = file.text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let Some((before, _)) = line.split_once("fn ") else {
                continue;
            };
            let is_function = before
                .split_whitespace()
                .all(|word| modifiers.contains(&word));
            // The formatter closes a body, and only a body, with a brace below its first letter.
            let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
            let length = lines[index..]
                .iter()
                .position(|line| *line == end)
                .map_or(1, |last| last + 1);
            if is_function && !line.ends_with([';', '}']) && length > LONGEST_FUNCTION {
                found.push(format!(
                    "{}:{}: a function of {length} lines",
                    file.path,
                    index + 1
                ));
            }
        }
    }
    found
}

/// No place on somebody's machine: such a path is wrong everywhere else.
pub(crate) fn places(texts: &[Text]) -> Vec<String> {
    let folders =
        ["home", "root", "tmp", "work", "Users", "mnt"].map(|folder| format!("/{folder}/"));
    let is_inside = |before: &str| {
        before.ends_with(|letter: char| letter.is_alphanumeric() || ".~_-}".contains(letter))
    };
    let names = |line: &str| {
        folders.iter().any(|folder| {
            line.match_indices(folder)
                .any(|(at, _)| !is_inside(&line[..at]))
        })
    };
    let lines = texts
        .iter()
        .flat_map(|file| file.text.lines().enumerate().map(move |line| (file, line)));
    let found = lines.filter(|(_, (_, line))| names(line));
    found
        .map(|(file, (index, line))| format!("{}:{}: {}", file.path, index + 1, line.trim()))
        .collect()
}

/// Names at the top that are neither fixed, nor hidden by a dot or by `.gitignore`.
pub(crate) fn strangers(names: impl IntoIterator<Item = String>, ignored: &str) -> Vec<String> {
    let fixed = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "demo.tape",
        "src",
        "tests",
    ];
    let is_ignored = |name: &str| {
        ignored
            .lines()
            .any(|line| line.strip_prefix('/') == Some(name))
    };
    let is_known = |name: &str| fixed.contains(&name) || name.starts_with('.') || is_ignored(name);
    names.into_iter().filter(|name| !is_known(name)).collect()
}

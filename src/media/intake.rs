//! Captions in files, as many tools write them.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Component, Path, PathBuf};

use super::format::{self, Promise};
use super::{MediaError, open};
use crate::domain::handover::{LONGEST, metadata, tidy};
use crate::domain::image::ImageRef;
use crate::domain::intake::{Found, Intake, Source, Spot, Trouble};
use crate::domain::problem::Problem;

/// Longest row that is read, in bytes: a caption and what else stands beside it.
const LONGEST_ROW: u64 = 4 * LONGEST;

/// Reads the captions below each root: in a folder all, with `recursive` those in its folders too; of
/// a picture those that belong to it; of any other file those in it. `sources` says what is read.
pub fn captions_below(roots: &[PathBuf], recursive: bool, sources: &[Source]) -> Intake {
    let mut reading = Reading {
        sources,
        intake: Intake::default(),
    };
    for root in roots {
        match fs::metadata(root) {
            Err(cause) => reading.trouble(root, None, &MediaError::from_io(root, cause)),
            Ok(meta) if meta.is_dir() => reading.tree(root, recursive),
            Ok(_) => match root.parent() {
                Some(folder) => drop(reading.folder(folder, root.file_name())),
                None => reading.trouble(root, None, &MediaError::NotAFile(root.clone())),
            },
        }
    }
    reading.intake
}

struct Reading<'a> {
    sources: &'a [Source],
    intake: Intake,
}

/// What lies in a folder, as far as it concerns us.
#[derive(Default)]
struct Listing {
    folders: Vec<OsString>,
    pictures: BTreeSet<OsString>,
    files: Vec<OsString>,
}

impl Reading<'_> {
    fn tree(&mut self, root: &Path, recursive: bool) {
        let mut seen = BTreeSet::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            // A link can lead back up.
            let is_new = folder
                .canonicalize()
                .is_ok_and(|folder| seen.insert(folder));
            if is_new {
                let below = self.folder(&folder, None);
                let below = below.into_iter().filter(|_| recursive);
                folders.extend(below.map(|name| folder.join(name)));
            }
        }
    }

    /// Reads what lies in a folder, or only what concerns the file of one name; answers with the
    /// folders in it.
    fn folder(&mut self, folder: &Path, only: Option<&OsStr>) -> Vec<OsString> {
        let mut listing = match list(folder) {
            Ok(listing) => listing,
            Err(error) => {
                self.trouble(folder, None, &error);
                return Vec::new();
            }
        };
        listing.files.sort();
        for name in &listing.files {
            let path = folder.join(name);
            if name == metadata::METADATA {
                let is_meant = only.is_none_or(|only| only == name);
                if is_meant && self.sources.contains(&Source::Metadata) {
                    self.rows(&path);
                }
                continue;
            }
            if self.source(name).is_none() {
                continue;
            }
            let pictures = pictures_of(name, &listing.pictures);
            let is_meant = |only: &OsStr| only == name || pictures.iter().any(|it| *it == only);
            if only.is_none_or(is_meant) {
                self.sidecar(&path, &pictures, only == Some(name));
            }
        }
        listing.folders
    }

    fn source(&self, name: &OsStr) -> Option<Source> {
        let ending = Path::new(name).extension()?;
        let source = match ending.to_str()? {
            "txt" => Source::Txt,
            "caption" => Source::Caption,
            _ => return None,
        };
        self.sources.contains(&source).then_some(source)
    }

    /// A text that belongs to no picture is none of ours, unless it was named.
    fn sidecar(&mut self, path: &Path, pictures: &[&OsString], is_named: bool) {
        let picture = match pictures {
            [picture] => picture,
            [] if is_named => return self.says(path, None, "no picture lies beside it".to_owned()),
            [] => return,
            [_, ..] => {
                return self.says(path, None, "it may belong to several pictures".to_owned());
            }
        };
        match read(path) {
            Err(says) => self.says(path, None, says),
            Ok(text) if text.is_empty() => {}
            Ok(text) => self.intake.found.push(Found {
                image: ImageRef::new(path.with_file_name(picture)),
                text,
                spot: spot(path, None),
            }),
        }
    }

    /// Reads a `metadata.jsonl`, row by row.
    fn rows(&mut self, path: &Path) {
        let file = match open(path) {
            Ok((file, _)) => file,
            Err(MediaError::Empty(_)) => return,
            Err(error) => return self.trouble(path, None, &error),
        };
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mut file = BufReader::new(file);
        for number in 1.. {
            let mut line = Vec::new();
            let read = (&mut file).take(LONGEST_ROW).read_until(b'\n', &mut line);
            match read {
                Err(cause) => {
                    return self.trouble(path, Some(number), &MediaError::from_io(path, cause));
                }
                Ok(0) => return,
                Ok(_) => {}
            }
            if line.len() as u64 == LONGEST_ROW && !line.ends_with(b"\n") {
                self.says(
                    path,
                    Some(number),
                    "it is longer than a row can be".to_owned(),
                );
                if let Err(cause) = skip_line(&mut file) {
                    return self.trouble(path, Some(number), &MediaError::from_io(path, cause));
                }
                continue;
            }
            match row(folder, &line) {
                Ok(None) => {}
                Ok(Some((image, text))) => self.intake.found.push(Found {
                    image,
                    text,
                    spot: spot(path, Some(number)),
                }),
                Err(says) => self.says(path, Some(number), says.to_owned()),
            }
        }
    }

    fn trouble(&mut self, path: &Path, line: Option<usize>, error: &MediaError) {
        let says = Problem::from_error(error).sentence().shown(400);
        self.says(path, line, says);
    }

    fn says(&mut self, path: &Path, line: Option<usize>, says: String) {
        let spot = spot(path, line);
        self.intake.troubles.push(Trouble { spot, says });
    }
}

fn spot(path: &Path, line: Option<usize>) -> Spot {
    let file = path.to_owned();
    Spot { file, line }
}

fn list(folder: &Path) -> Result<Listing, MediaError> {
    let failed = |cause| MediaError::from_io(folder, cause);
    let mut listing = Listing::default();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let Ok(meta) = fs::metadata(entry.path()) else {
            continue;
        };
        match format::by_name(&name) {
            _ if meta.is_dir() => listing.folders.push(name),
            Some(Promise::Readable(_)) => drop(listing.pictures.insert(name)),
            Some(Promise::Unsupported(_)) => {}
            None => listing.files.push(name),
        }
    }
    Ok(listing)
}

/// The pictures that a sidecar may belong to: the one that its name names as a whole, be it with the
/// number of a run behind, else all that differ from it in nothing but the ending.
fn pictures_of<'a>(sidecar: &OsStr, pictures: &'a BTreeSet<OsString>) -> Vec<&'a OsString> {
    let stem = Path::new(sidecar).file_stem().unwrap_or_default();
    let is_number = |ending: &OsStr| ending.as_encoded_bytes().iter().all(u8::is_ascii_digit);
    let numbered = Path::new(stem)
        .extension()
        .filter(|ending| is_number(ending));
    let numbered = numbered.and_then(|_| Path::new(stem).file_stem());
    let mut whole = [Some(stem), numbered].into_iter().flatten();
    if let Some(picture) = whole.find_map(|name| pictures.get(name)) {
        return vec![picture];
    }
    let is_alike = |picture: &&OsString| Path::new(picture).file_stem() == Some(stem);
    pictures.iter().filter(is_alike).collect()
}

/// The text of a whole file, tidied; empty where it holds nothing.
fn read(path: &Path) -> Result<String, String> {
    let told = |error: &MediaError| Problem::from_error(error).sentence().shown(400);
    let (file, meta) = match open(path) {
        Err(MediaError::Empty(_)) => return Ok(String::new()),
        opened => opened.map_err(|error| told(&error))?,
    };
    if meta.len() > LONGEST {
        return Err("it is larger than a caption can be".to_owned());
    }
    let mut bytes = Vec::new();
    let read = file.take(LONGEST).read_to_end(&mut bytes);
    read.map_err(|cause| told(&MediaError::from_io(path, cause)))?;
    if bytes.contains(&0) {
        return Err("it is no text: bytes in it are zero, as in UTF-16".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is no text in UTF-8".to_owned())?;
    Ok(tidy(&text))
}

/// The picture and the caption of a row; `None` where it has none.
fn row(folder: &Path, line: &[u8]) -> Result<Option<(ImageRef, String)>, &'static str> {
    let line = str::from_utf8(line).map_err(|_| "it is no text in UTF-8")?;
    let Some(row) = metadata::read(line)? else {
        return Ok(None);
    };
    let text = tidy(row.text.as_deref().unwrap_or_default());
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() as u64 > LONGEST {
        return Err("it is longer than a caption can be");
    }
    let name = Path::new(&row.file_name);
    let is_inner = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if row.file_name.is_empty() || !name.components().all(is_inner) {
        return Err("its `file_name` leads out of the folder");
    }
    let path: PathBuf = folder.join(name).components().collect();
    // A link to a folder elsewhere leads out, too; a link to a picture is a picture.
    let place = path.parent().and_then(|place| place.canonicalize().ok());
    let place = place.ok_or("its picture is not there")?;
    match folder.canonicalize() {
        Ok(folder) if place.starts_with(&folder) => {}
        _ => return Err("its `file_name` leads out of the folder"),
    }
    if !path.is_file() {
        return Err("its picture is not there");
    }
    Ok(Some((ImageRef::new(path), text)))
}

fn skip_line(file: &mut BufReader<fs::File>) -> std::io::Result<()> {
    loop {
        let held = file.fill_buf()?;
        let end = held.iter().position(|byte| *byte == b'\n');
        let count = end.map_or(held.len(), |end| end + 1);
        file.consume(count);
        if end.is_some() || count == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;

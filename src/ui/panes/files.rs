//! The files pane: a folder one can walk, with what history knows of each picture.

mod draw;
mod rows;
mod selection;
pub mod sheet;

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::super::command::{Command, Motion};
use super::super::effect::{Effect, Ticket};
use super::super::list::{List, Page};
use super::super::message::FilesNews;
use super::super::search::{Begin, Search};
use crate::domain::image::ImageRef;
use crate::domain::problem::Problem;
use crate::domain::sort::Sort;
use crate::domain::text::Foreign;
use crate::engine::{Entry, FilesView};

use rows::Rows;
pub use rows::{Row, RowKind};

/// The state of the pane.
#[derive(Debug)]
pub struct FilesPane {
    folder: PathBuf,
    ticket: Ticket,
    rows: Rows,
    list: List,
    reading: Reading,
    /// What a second reading has brought so far; what is shown stays until it is over.
    again: Option<Vec<Row>>,
    /// Pictures marked since history was asked: its answer may know that run or not.
    marked: BTreeSet<OsString>,
    selected: BTreeSet<OsString>,
    /// Where a range began.
    anchor: Option<OsString>,
    /// Where the cursor goes once the row is there; forgotten as soon as the person moves.
    wanted: Wanted,
    search: Search,
    /// How it looks with the whole screen; `None` until that is known.
    view: Option<FilesView>,
    /// True after a way up: what comes next is above.
    rises: bool,
}

#[derive(Debug, PartialEq)]
enum Reading {
    Going,
    /// So many files are no pictures.
    Done(usize),
    Failed(Problem),
}

#[derive(Debug, PartialEq)]
enum Wanted {
    Nothing,
    FirstPicture,
    Name(OsString),
}

impl FilesPane {
    /// The pane over `folder`, with the cursor on `file` where one is named.
    pub fn new(folder: PathBuf, file: Option<OsString>, sort: Sort, hidden: bool) -> Self {
        Self {
            rows: Rows::new(folder.parent().is_some(), sort, hidden),
            folder,
            ticket: Ticket::default(),
            list: List::default(),
            reading: Reading::Going,
            again: None,
            marked: BTreeSet::new(),
            selected: BTreeSet::new(),
            anchor: None,
            wanted: file.map_or(Wanted::FirstPicture, Wanted::Name),
            search: Search::default(),
            view: None,
            rises: false,
        }
    }

    /// Reads the folder from the start.
    pub fn read(&mut self) -> Vec<Effect> {
        self.rows.clear(self.folder.parent().is_some());
        self.reading = Reading::Going;
        self.again = None;
        self.anchor = None;
        vec![Effect::Scan(self.ticket.renew(), self.folder.clone())]
    }

    /// Reads the folder again; the cursor stays on its name.
    pub fn reload(&mut self) -> Vec<Effect> {
        let is_shown = match self.reading {
            Reading::Going => false,
            Reading::Done(_) => true,
            Reading::Failed(_) => self.has_rows(),
        };
        if is_shown {
            self.again = Some(Vec::new());
            return vec![Effect::Scan(self.ticket.renew(), self.folder.clone())];
        }
        if let (Wanted::Nothing, Some(row)) = (&self.wanted, self.row()) {
            self.wanted = Wanted::Name(row.name.clone());
        }
        self.read()
    }

    /// True where there is more than the way up.
    fn has_rows(&self) -> bool {
        self.rows.all().any(|row| row.kind != RowKind::Parent)
    }

    fn open(&mut self, folder: PathBuf, wanted: Wanted) -> Vec<Effect> {
        self.folder = folder;
        self.wanted = wanted;
        self.selected.clear();
        self.search = Search::default();
        self.list = List::default();
        self.read()
    }

    /// Obeys a command; `page` is what is in sight.
    pub fn handle(&mut self, command: &Command, page: Page) -> Vec<Effect> {
        match command {
            Command::Move(motion) => self.step(*motion, page),
            Command::Into | Command::Activate => return self.enter(),
            Command::Out => return self.out(),
            Command::Go(folder) => return self.open(folder.clone(), Wanted::FirstPicture),
            Command::Select => {
                self.toggle();
                self.step(Motion::Right, page);
            }
            Command::SelectRange => self.range(),
            Command::SelectAll => self.select_all(),
            Command::Back => {
                self.selected.clear();
                self.anchor = None;
            }
            Command::FindNext { back: false } => {
                self.seek(Begin::After(self.list.cursor()), page);
            }
            Command::FindNext { back: true } => {
                self.seek(Begin::Before(self.list.cursor()), page);
            }
            Command::Uncaptioned => {
                if let Some(first) = self.uncaptioned() {
                    self.go(first, page);
                }
            }
            Command::Hidden => self.rearrange(page, Rows::toggle_hidden),
            Command::Sort(order) => {
                let order = *order;
                self.rearrange(page, |rows| rows.sort_by(order));
            }
            _ => {}
        }
        Vec::new()
    }

    /// Takes in what the folder answers.
    pub fn absorb(&mut self, ticket: Ticket, news: FilesNews, page: Page) -> Vec<Effect> {
        if ticket != self.ticket {
            return Vec::new();
        }
        match news {
            FilesNews::Entries(entries) => self.take(entries, page),
            FilesNews::End(Ok(end)) => {
                if let Some(rows) = self.again.take() {
                    self.rearrange(page, |rows_now| rows_now.replace(rows));
                }
                self.rows.mark_sidecars(|name| end.has_sidecar(name));
                self.reading = Reading::Done(end.other_files);
                self.reach(page);
                self.wanted = Wanted::Nothing;
                let present: HashSet<_> = self.rows.all().map(|row| &row.name).collect();
                self.selected.retain(|name| present.contains(name));
                return self.recognise();
            }
            FilesNews::End(Err(problem)) => {
                self.reading = Reading::Failed(problem);
                self.again = None;
            }
            FilesNews::Recognised(known) => {
                let names = known.iter().filter_map(|file| self.marked.take(&file.name));
                let doubtful: Vec<_> = names.collect();
                self.rearrange(page, |rows| rows.recognise(known));
                return self.ask_about(doubtful);
            }
        }
        Vec::new()
    }

    fn take(&mut self, entries: Vec<Entry>, page: Page) {
        let rows = entries.into_iter().map(Row::from);
        if let Some(again) = &mut self.again {
            return again.extend(rows);
        }
        let rows = rows.collect();
        self.rearrange(page, |rows_now| rows_now.take(rows));
        self.reach(page);
    }

    /// Changes the rows and keeps the cursor on its name.
    fn rearrange(&mut self, page: Page, change: impl FnOnce(&mut Rows)) {
        let name = self.row().map(|row| row.name.clone());
        change(&mut self.rows);
        let at = name.and_then(|name| self.rows.position(|row| row.name == name));
        self.list
            .go_in(at.unwrap_or(self.list.cursor()), self.rows.len(), page);
    }

    /// Goes where the cursor is wanted, as far as that is known by now.
    fn reach(&mut self, page: Page) {
        let at = match &self.wanted {
            Wanted::Nothing => None,
            Wanted::FirstPicture => self
                .rows
                .position(|row| row.kind == RowKind::Picture)
                .or_else(|| self.rows.position(|row| row.kind != RowKind::Parent)),
            Wanted::Name(name) => self.rows.position(|row| row.name == *name),
        };
        if let Some(at) = at {
            self.list.go_in(at, self.rows.len(), page);
        }
    }

    fn step(&mut self, motion: Motion, page: Page) {
        self.travel(|list, len| list.step_in(motion, len, page));
    }

    fn go(&mut self, row: usize, page: Page) {
        self.travel(|list, len| list.go_in(row, len, page));
    }

    fn travel(&mut self, go: impl FnOnce(&mut List, usize)) {
        self.wanted = Wanted::Nothing;
        let from = self.list.cursor();
        go(&mut self.list, self.rows.len());
        match self.list.cursor().cmp(&from) {
            Ordering::Less => self.rises = true,
            Ordering::Equal => {}
            Ordering::Greater => self.rises = false,
        }
    }

    fn enter(&mut self) -> Vec<Effect> {
        match self.row().map(|row| row.kind) {
            Some(RowKind::Parent) => self.out(),
            Some(RowKind::Folder) => {
                let folder = self.row().map(|row| self.folder.join(&row.name));
                self.open(folder.unwrap_or_default(), Wanted::FirstPicture)
            }
            _ => Vec::new(),
        }
    }

    fn out(&mut self) -> Vec<Effect> {
        let Some(parent) = self.folder.parent().map(Path::to_owned) else {
            return Vec::new();
        };
        let left = self.folder.file_name().unwrap_or_default().to_owned();
        self.open(parent, Wanted::Name(left))
    }

    /// Finds `text` in the names, from the cursor on, and tells whether it is there.
    pub fn find(&mut self, text: &str, page: Page) -> bool {
        self.search.look_for(text);
        self.seek(Begin::Here(self.list.cursor()), page)
    }

    fn seek(&mut self, from: Begin, page: Page) -> bool {
        let name = |at| self.rows.get(at).map(Row::shown_name).unwrap_or_default();
        let found = self
            .search
            .find(from, self.rows.len(), |at| name(at).raw().to_owned());
        if let Some(at) = found {
            self.go(at, page);
        }
        found.is_some()
    }

    /// The first picture with no caption.
    pub fn uncaptioned(&self) -> Option<usize> {
        let bare = |row: &Row| row.kind == RowKind::Picture && row.marks.captions == 0;
        self.rows.position(bare)
    }

    /// What is looked for, in small letters.
    pub fn looked_for(&self) -> Option<&str> {
        self.search.text()
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<&Row> {
        self.rows.get(self.list.cursor())
    }

    /// The number of the row under the cursor, from 1 on, and how many there are; `None` where
    /// there is nothing but the way up.
    pub fn place(&self) -> Option<(usize, usize)> {
        let place = (self.list.cursor() + 1, self.rows.len());
        self.has_rows().then_some(place)
    }

    /// The picture under the cursor.
    pub fn image(&self) -> Option<ImageRef> {
        self.row()
            .filter(|row| row.kind == RowKind::Picture)
            .map(|row| self.image_of(&row.name))
    }

    /// The pictures beside the cursor: those that are looked at next.
    pub fn neighbours(&self) -> impl Iterator<Item = ImageRef> {
        let cursor = self.list.cursor();
        [cursor.checked_add(1), cursor.checked_sub(1)]
            .into_iter()
            .flatten()
            .filter_map(|at| self.rows.get(at))
            .filter(|row| row.kind == RowKind::Picture)
            .map(|row| self.image_of(&row.name))
    }

    /// Names of the folders in sight.
    pub fn folders(&self) -> impl Iterator<Item = Foreign> {
        let folders = self.rows.shown().filter(|row| row.kind == RowKind::Folder);
        folders.map(Row::shown_name)
    }

    /// A caption of a picture in this folder was stored or failed.
    pub fn mark(&mut self, image: &ImageRef, captioned: bool) {
        if image.folder() == self.folder
            && let Some(name) = image.path().file_name()
        {
            self.rows.mark(name, captioned);
            self.marked.insert(name.to_owned());
        }
    }

    /// Asks history about every file again, after runs were forgotten.
    pub fn recognise(&mut self) -> Vec<Effect> {
        self.marked.clear();
        self.ask_about(self.rows.files())
    }

    /// Asks history again about pictures whose captions were decided on.
    pub fn ask_again(&self, images: &[ImageRef]) -> Vec<Effect> {
        let here = images.iter().filter(|image| image.folder() == self.folder);
        let names: BTreeSet<_> = here.filter_map(|it| it.path().file_name()).collect();
        self.ask_about(names.into_iter().map(OsStr::to_owned).collect())
    }

    fn ask_about(&self, names: Vec<OsString>) -> Vec<Effect> {
        match names {
            names if names.is_empty() => Vec::new(),
            names => vec![Effect::Recognise(self.ticket, self.folder.clone(), names)],
        }
    }

    fn image_of(&self, name: &OsStr) -> ImageRef {
        ImageRef::new(self.folder.join(name))
    }
}

#[cfg(test)]
mod tests;

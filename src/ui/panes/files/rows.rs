//! The rows of a folder: which are in sight, and in which order.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::ops::Range;

use crate::domain::image::Fingerprint;
use crate::domain::sort::Sort;
use crate::domain::text::Foreign;
use crate::engine::{Entry, EntryKind, Marks, Recognised};

/// A row of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name in the folder; `..` for the folder above.
    pub name: OsString,
    /// What it is.
    pub kind: RowKind,
    /// True for a name that begins with a dot.
    pub hidden: bool,
    /// True where a caption file stands beside it.
    pub sidecar: bool,
    /// What history knows of it.
    pub marks: Marks,
    /// What the file system says of it; `None` until it was asked.
    pub fingerprint: Option<Fingerprint>,
    /// The name in small letters, by which rows are sorted.
    key: String,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// The folder above.
    Parent,
    /// A folder.
    Folder,
    /// A picture.
    Picture,
    /// A picture that cannot be read, and why.
    Unsupported(&'static str),
}

/// Which of two rows comes first: the way up, folders, files, each in their order.
fn compare(sort: Sort, one: &Row, other: &Row) -> Ordering {
    let group = |row: &Row| match row.kind {
        RowKind::Parent => 0,
        RowKind::Folder => 1,
        RowKind::Picture | RowKind::Unsupported(_) => 2,
    };
    let number = |row: &Row| {
        row.fingerprint.map(|file| match sort {
            Sort::Name => (0, 0),
            Sort::Date => (file.modified_ns, 0),
            Sort::Size => (0, file.size),
        })
    };
    group(one)
        .cmp(&group(other))
        .then_with(|| match sort {
            Sort::Name => Ordering::Equal,
            Sort::Date | Sort::Size => number(other).cmp(&number(one)),
        })
        .then_with(|| alphanumeric_sort::compare_str(&one.key, &other.key))
        .then_with(|| one.name.cmp(&other.name))
}

impl Row {
    /// A row of which nothing more is known yet.
    pub fn new(name: OsString, kind: RowKind, hidden: bool) -> Self {
        Self {
            key: Foreign::from_os(&name).raw().to_lowercase(),
            name,
            kind,
            hidden,
            sidecar: false,
            marks: Marks::default(),
            fingerprint: None,
        }
    }
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Self {
        let kind = match entry.kind {
            EntryKind::Folder => RowKind::Folder,
            EntryKind::Picture => RowKind::Picture,
            EntryKind::Unsupported(why) => RowKind::Unsupported(why),
        };
        Row::new(entry.name, kind, entry.hidden)
    }
}

impl Row {
    /// The name as people read it.
    pub fn shown_name(&self) -> Foreign {
        Foreign::from_os(&self.name)
    }
}

/// All rows of a folder, sorted, and which of them are in sight.
#[derive(Debug)]
pub(super) struct Rows {
    all: Vec<Row>,
    visible: Vec<usize>,
    sort: Sort,
    hidden: bool,
}

impl Rows {
    pub(super) fn new(parent: bool, sort: Sort, hidden: bool) -> Self {
        let mut rows = Self {
            all: Vec::new(),
            visible: Vec::new(),
            sort,
            hidden,
        };
        rows.clear(parent);
        rows
    }

    /// Nothing but the way up.
    pub(super) fn clear(&mut self, parent: bool) {
        self.all.clear();
        if parent {
            self.all.push(Row::new("..".into(), RowKind::Parent, false));
        }
        self.arrange();
    }

    /// Sorts more rows in. The sort finds the sorted run and merges, so that a folder that comes
    /// in many pieces costs little more than one that comes whole.
    pub(super) fn take(&mut self, rows: Vec<Row>) {
        self.all.extend(rows);
        self.arrange();
    }

    /// Takes these rows instead; what is known of a file stays known until history is asked again.
    pub(super) fn replace(&mut self, rows: Vec<Row>) {
        let old = std::mem::take(&mut self.all).into_iter();
        let mut old: HashMap<_, _> = old.map(|row| (row.name.clone(), row)).collect();
        self.all.extend(old.remove(OsStr::new("..")));
        self.all
            .extend(rows.into_iter().map(|row| match old.remove(&row.name) {
                Some(Row {
                    marks, fingerprint, ..
                }) => Row {
                    marks,
                    fingerprint,
                    ..row
                },
                None => row,
            }));
        self.arrange();
    }

    fn arrange(&mut self) {
        let sort = self.sort;
        self.all.sort_by(|one, other| compare(sort, one, other));
        self.visible.clear();
        let visible = self
            .all
            .iter()
            .enumerate()
            .filter(|(_, row)| self.hidden || !row.hidden);
        self.visible.extend(visible.map(|(at, _)| at));
    }

    pub(super) fn toggle_hidden(&mut self) {
        self.hidden = !self.hidden;
        self.arrange();
    }

    pub(super) fn sort_by(&mut self, sort: Option<Sort>) {
        self.sort = sort.unwrap_or(self.sort.next());
        self.arrange();
    }

    pub(super) fn sort(&self) -> Sort {
        self.sort
    }

    pub(super) fn mark_sidecars(&mut self, has_sidecar: impl Fn(&OsStr) -> bool) {
        for row in &mut self.all {
            row.sidecar = has_sidecar(&row.name);
        }
    }

    pub(super) fn recognise(&mut self, known: Vec<Recognised>) {
        let mut known: HashMap<_, _> = known
            .into_iter()
            .map(|file| (file.name, (file.fingerprint, file.marks)))
            .collect();
        for row in &mut self.all {
            if let Some((fingerprint, marks)) = known.remove(&row.name) {
                row.fingerprint = Some(fingerprint);
                row.marks = marks;
            }
        }
        if self.sort != Sort::Name {
            self.arrange();
        }
    }

    pub(super) fn mark(&mut self, name: &OsStr, captioned: bool) {
        if let Some(row) = self.all.iter_mut().find(|row| row.name == name) {
            row.marks.failed = !captioned;
            row.marks.captions += u32::from(captioned);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.visible.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Row> {
        self.all.get(*self.visible.get(at)?)
    }

    /// Every row, in sight or not.
    pub(super) fn all(&self) -> impl Iterator<Item = &Row> {
        self.all.iter()
    }

    /// The rows in sight.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Row> {
        self.visible.iter().filter_map(|at| self.all.get(*at))
    }

    pub(super) fn position(&self, what: impl Fn(&Row) -> bool) -> Option<usize> {
        self.shown().position(what)
    }

    /// Names of everything that is a file.
    pub(super) fn files(&self) -> Vec<OsString> {
        let files = self
            .all
            .iter()
            .filter(|row| matches!(row.kind, RowKind::Picture | RowKind::Unsupported(_)));
        files.map(|row| row.name.clone()).collect()
    }

    /// Names of the pictures in a range of the rows in sight.
    pub(super) fn pictures(&self, range: Range<usize>) -> impl Iterator<Item = OsString> {
        self.shown()
            .skip(range.start)
            .take(range.len())
            .filter(|row| row.kind == RowKind::Picture)
            .map(|row| row.name.clone())
    }
}

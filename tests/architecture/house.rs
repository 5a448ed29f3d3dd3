//! Reads the project: its texts, and which source file names what.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};

/// A text of the project: its path from the top, and what it says.
pub(crate) struct Text {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A source file without its tests.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Where it stands: `crate::ui::view`; for `lib.rs`, `crate`.
    pub(crate) module: String,
    /// Every path it names, in full, and as it is written: `std::fs::read`, `fs::read`; of a
    /// method call the name, `.exists`.
    pub(crate) names: BTreeMap<String, String>,
    /// What its imports bind: the short name and the full path behind it.
    pub(crate) imports: BTreeMap<String, String>,
}

impl Source {
    /// True for `src/PLACE.rs` and all below `src/PLACE/`, with `::` for `/`.
    pub(crate) fn is_in(&self, place: &str) -> bool {
        begins(&self.module, &format!("crate::{place}"))
    }

    /// The first line that writes `path`, or the longest end of it where a group splits it.
    pub(crate) fn line_of(&self, path: &str) -> usize {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let ends = path.match_indices("::").map(|(at, _)| &path[at + 2..]);
        for end in std::iter::once(path).chain(ends) {
            for (index, line) in self.text.lines().enumerate() {
                let after = line.find(end).map(|at| &line[at + end.len()..]);
                let is_whole = after.is_some_and(|after| !after.starts_with(is_word));
                if is_whole && !line.trim_start().starts_with("//") {
                    return index + 1;
                }
            }
        }
        0
    }
}

/// True where `path` is `start` or a path below it.
pub(crate) fn begins(path: &str, start: &str) -> bool {
    let rest = path.strip_prefix(start);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Every readable text of the project.
pub(crate) fn texts(top: &Path) -> Vec<Text> {
    fn collect(place: &Path, path: &str, found: &mut Vec<Text>) {
        if let Ok(entries) = fs::read_dir(place) {
            for entry in entries.map(Result::unwrap) {
                let name = entry.file_name().into_string().unwrap();
                collect(&entry.path(), &format!("{path}/{name}"), found);
            }
        } else if let Ok(text) = fs::read_to_string(place) {
            let path = path.to_owned();
            found.push(Text { path, text });
        }
    }
    let mut found = Vec::new();
    for name in "src tests Cargo.toml README.md demo.tape .ci".split(' ') {
        collect(&top.join(name), name, &mut found);
    }
    found
}

/// The Rust files below `src/` without tests, which stand last in a file, as clippy sees to, or in
/// a `tests.rs` of their own.
pub(crate) fn sources(texts: &[Text]) -> Vec<Source> {
    let is_rust = |path: &str| path.starts_with("src/") && path.strip_suffix(".rs").is_some();
    let files = texts.iter().filter(|file| is_rust(&file.path));
    let files = files.filter(|file| !file.path.ends_with("/tests.rs"));
    files.map(source).collect()
}

fn source(file: &Text) -> Source {
    let text = file.text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
    let tree = syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    let inner = file.path["src/".len()..].trim_end_matches(".rs");
    let module = match inner {
        "lib" => "crate".to_owned(),
        inner => format!("crate::{}", inner.replace('/', "::")),
    };
    let mut reader = Reader {
        here: module.clone(),
        ..Reader::default()
    };
    reader.visit_file(&tree);
    let mut imports = BTreeMap::new();
    for (short, path) in &reader.bound {
        let full = reader.resolve(path, &BTreeMap::new());
        imports.extend(full.map(|full| (short.clone(), full)));
    }
    let mut names = BTreeMap::new();
    for path in reader.paths.iter().rev() {
        let full = reader.resolve(path, &imports);
        names.extend(full.map(|full| (full, path.clone())));
    }
    Source {
        path: file.path.clone(),
        text: text.to_owned(),
        module,
        names,
        imports,
    }
}

/// Collects the paths of one file as they are written.
#[derive(Default)]
struct Reader {
    here: String,
    children: BTreeSet<String>,
    /// Short name and written path of every import.
    bound: Vec<(String, String)>,
    paths: Vec<String>,
}

impl Reader {
    /// Takes in one import, below the path `above`, which ends with `::` or is empty.
    fn import(&mut self, tree: &syn::UseTree, above: &str) {
        let (name, short) = match tree {
            syn::UseTree::Path(step) => {
                return self.import(&step.tree, &format!("{above}{}::", step.ident));
            }
            syn::UseTree::Group(group) => {
                return group.items.iter().for_each(|item| self.import(item, above));
            }
            syn::UseTree::Name(leaf) => (leaf.ident.to_string(), None),
            syn::UseTree::Rename(leaf) => (leaf.ident.to_string(), Some(leaf.rename.to_string())),
            syn::UseTree::Glob(_) => ("self".to_owned(), None),
        };
        let path = format!("{above}{name}");
        let path = path.trim_end_matches("::self");
        let short = short.unwrap_or_else(|| path.rsplit("::").next().unwrap().to_owned());
        self.bound.push((short, path.to_owned()));
        self.paths.push(path.to_owned());
    }

    /// The full path, or nothing for a name that is neither imported, ours nor a crate's.
    fn resolve(&self, path: &str, imports: &BTreeMap<String, String>) -> Option<String> {
        let (first, rest) = path.split_at(path.find("::").unwrap_or(path.len()));
        let supers = path.split("::").take_while(|part| *part == "super").count();
        if supers > 0 {
            let above = self.here.rsplitn(supers + 1, "::").nth(supers)?;
            return Some(format!("{above}{}", &path[supers * "super::".len() - 2..]));
        }
        match first {
            "crate" | "blipboard" => Some(format!("crate{rest}")),
            "self" => Some(format!("{}{rest}", self.here)),
            _ if self.children.contains(first) => Some(format!("{}::{path}", self.here)),
            _ => match imports.get(first) {
                Some(full) => Some(format!("{full}{rest}")),
                None => (!first.starts_with(char::is_uppercase)).then(|| path.to_owned()),
            },
        }
    }

    /// Paths inside a macro or an attribute, which are not parsed.
    fn tokens(&mut self, tokens: &str) {
        let joined = tokens.replace(" ::", "::").replace(":: ", "::");
        let is_path = |letter: char| letter.is_alphanumeric() || "_:".contains(letter);
        for word in joined.split(|letter| !is_path(letter)) {
            let path = word.trim_matches(':');
            self.paths
                .extend(path.contains("::").then(|| path.to_owned()));
        }
    }
}

impl Visit<'_> for Reader {
    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        self.import(&item.tree, "");
    }

    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        self.children.insert(item.ident.to_string());
        visit::visit_item_mod(self, item);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.segments.len() > 1 {
            let parts = path.segments.iter().map(|part| part.ident.to_string());
            self.paths.push(parts.collect::<Vec<_>>().join("::"));
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        self.paths.push(format!(".{}", call.method));
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &syn::Macro) {
        self.tokens(&call.tokens.to_string());
        visit::visit_macro(self, call);
    }

    fn visit_meta_list(&mut self, list: &syn::MetaList) {
        self.tokens(&list.tokens.to_string());
        visit::visit_meta_list(self, list);
    }
}

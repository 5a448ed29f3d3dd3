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
    /// Where it stands in the crate: `["ui", "panes", "files"]`, empty for `lib.rs`.
    pub(crate) module: Vec<String>,
    /// Every path it names, in full: `["crate", "domain", "run", "Run"]`, `["std", "fs"]`; of a
    /// method call only the name, `[".exists"]`. With the line.
    pub(crate) names: Vec<(Vec<String>, usize)>,
    /// What its imports bind: the short name and the full path behind it.
    pub(crate) imports: BTreeMap<String, Vec<String>>,
}

impl Source {
    /// `ui` for `ui.rs` and all below it; `lib` and `main` for the two roots.
    pub(crate) fn room(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    /// True for `src/PLACE.rs` and all below `src/PLACE/`.
    pub(crate) fn is_in(&self, place: &str) -> bool {
        place
            .split('/')
            .eq(self.module.iter().take(place.split('/').count()))
    }
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
            found.push(Text {
                path: path.to_owned(),
                text,
            });
        }
    }
    let mut found = Vec::new();
    for name in [
        "src",
        "tests",
        "Cargo.toml",
        "README.md",
        "demo.tape",
        ".ci",
        ".clippy.toml",
    ] {
        collect(&top.join(name), name, &mut found);
    }
    found
}

/// The Rust files below `src/` without tests, which stand last in a file, as clippy sees to, or in
/// a `tests.rs` of their own.
pub(crate) fn sources(texts: &[Text]) -> Vec<Source> {
    let is_source = |path: &str| {
        path.starts_with("src/") && path.ends_with(".rs") && !path.ends_with("/tests.rs")
    };
    texts
        .iter()
        .filter(|file| is_source(&file.path))
        .map(source)
        .collect()
}

fn source(file: &Text) -> Source {
    let text = file
        .text
        .split("\n#[cfg(test)]\nmod tests")
        .next()
        .unwrap()
        .to_owned();
    let tree = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    let inner = file.path.trim_start_matches("src/").trim_end_matches(".rs");
    let module: Vec<String> = inner
        .split('/')
        .filter(|part| *part != "lib")
        .map(str::to_owned)
        .collect();
    let mut reader = Reader {
        here: module.clone(),
        ..Reader::default()
    };
    reader.visit_file(&tree);
    let bound = reader.bound.iter();
    let imports = bound
        .filter_map(|(short, path)| Some((short.clone(), reader.resolve(path, None)?)))
        .collect();
    let names = reader
        .paths
        .iter()
        .filter_map(|path| Some((reader.resolve(path, Some(&imports))?, line_of(&text, path))));
    Source {
        names: names.collect(),
        path: file.path.clone(),
        text,
        module,
        imports,
    }
}

/// Collects the paths of one file as they are written.
#[derive(Default)]
struct Reader {
    here: Vec<String>,
    children: BTreeSet<String>,
    /// Short name and written path of every import.
    bound: Vec<(String, Vec<String>)>,
    paths: Vec<Vec<String>>,
}

impl Reader {
    fn import(&mut self, tree: &syn::UseTree, mut path: Vec<String>) {
        let (name, short) = match tree {
            syn::UseTree::Path(step) => {
                path.push(step.ident.to_string());
                return self.import(&step.tree, path);
            }
            syn::UseTree::Group(group) => {
                return group
                    .items
                    .iter()
                    .for_each(|item| self.import(item, path.clone()));
            }
            syn::UseTree::Name(leaf) => (leaf.ident.to_string(), None),
            syn::UseTree::Rename(leaf) => (leaf.ident.to_string(), Some(leaf.rename.to_string())),
            _ => return self.paths.push(path),
        };
        path.extend(Some(name).filter(|name| name != "self"));
        let short = short.or(path.last().cloned());
        self.bound.extend(short.map(|short| (short, path.clone())));
        self.paths.push(path);
    }

    /// The full path, or nothing for a name that is neither imported, ours nor a crate's.
    fn resolve(
        &self,
        path: &[String],
        imports: Option<&BTreeMap<String, Vec<String>>>,
    ) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let supers = path.iter().take_while(|part| *part == "super").count();
        let home = |module: &[String], rest: &[String]| {
            Some([&["crate".to_owned()], module, rest].concat())
        };
        match first.as_str() {
            "crate" | "blipboard" => home(&[], rest),
            "self" => home(&self.here, rest),
            "super" => home(
                &self.here[..self.here.len().checked_sub(supers)?],
                &path[supers..],
            ),
            _ if self.children.contains(first) => home(&self.here, path),
            _ => match imports.and_then(|imports| imports.get(first)) {
                Some(full) => Some([full, rest].concat()),
                None => (!first.starts_with(char::is_uppercase)).then(|| path.to_vec()),
            },
        }
    }

    /// Paths inside a macro or an attribute, which are not parsed.
    fn tokens(&mut self, tokens: &str) {
        let joined = tokens.replace(" ::", "::").replace(":: ", "::");
        let words =
            joined.split(|letter: char| !(letter.is_alphanumeric() || "_:".contains(letter)));
        let paths = words
            .map(|word| word.trim_matches(':'))
            .filter(|word| word.contains("::"));
        self.paths
            .extend(paths.map(|path| path.split("::").map(str::to_owned).collect()));
    }
}

impl Visit<'_> for Reader {
    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        self.import(&item.tree, Vec::new());
    }

    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        self.children.insert(item.ident.to_string());
        visit::visit_item_mod(self, item);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.segments.len() > 1 {
            self.paths.push(
                path.segments
                    .iter()
                    .map(|part| part.ident.to_string())
                    .collect(),
            );
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        self.paths.push(vec![format!(".{}", call.method)]);
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

/// The first line that writes the path, or the longest end of it where a group splits it.
fn line_of(text: &str, path: &[String]) -> usize {
    let is_end =
        |rest: &str| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
    let writes = |line: &str, end: &str| {
        line.match_indices(end)
            .any(|(at, _)| is_end(&line[at + end.len()..]))
    };
    let find = |end: String| {
        text.lines()
            .position(|line| !line.trim_start().starts_with("//") && writes(line, &end))
    };
    (0..path.len())
        .find_map(|start| find(path[start..].join("::")))
        .map_or(0, |index| index + 1)
}

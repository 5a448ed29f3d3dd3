//! `blipboard doctor`: what a report of trouble should say. It is made to be shown around, so it
//! holds no secret, no address beyond the name of a server, and the home folder as `~`.

mod disk;

use std::fs;
use std::path::{Path, PathBuf};

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::config::{HuggingFace, Setting, Word as _};
use crate::domain::address;
use crate::domain::endpoint::{Endpoint, TokenSource};
use crate::domain::problem::Problem;
use crate::domain::terminal::{Asked, Findings};
use crate::domain::text::Foreign;

use super::report::Report;
use super::{Desk, Exit, Stop};

/// Columns of a foreign text.
const WIDTH: usize = 200;

/// Tells everything, a line for each thing, or as one object.
pub(super) fn run(json: bool, desk: &Desk<'_>, report: &mut Report) -> Result<Exit, Stop> {
    let mut facts = Facts::of(desk.environment.get("HOME").map(PathBuf::from));
    facts.tell(
        "blipboard",
        format!(
            "{}, {} {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ),
    );
    about_terminal(&mut facts, &(desk.examine)());
    let settings = &desk.loaded.settings;
    about_token(&mut facts, &settings.hugging_face);
    about_servers(&mut facts, &settings.hugging_face);
    for (name, Setting { value, .. }) in &settings.endpoints {
        facts.tell(&format!("endpoint {name}"), endpoint(value));
    }
    for (name, folder) in [
        ("configuration", &desk.folders.config),
        ("data", &desk.folders.data),
        ("cache", &desk.folders.cache),
    ] {
        facts.tell(name, format!("{}: {}", path(folder), disk::told(folder)));
    }
    about_history(&mut facts, desk, report);
    for problem in &desk.loaded.problems {
        facts.tell("wrong setting", sentence(problem));
    }
    if json {
        report.object(&facts)?;
    } else {
        let widest = facts.told.iter().map(|(name, _)| name.chars().count());
        let widest = widest.max().unwrap_or_default();
        for (name, text) in &facts.told {
            report.labelled(&format!("{name:<widest$}"), text)?;
        }
    }
    Ok(Exit::Done)
}

/// What is told, by name and in order.
struct Facts {
    home: Option<String>,
    told: Vec<(String, String)>,
}

/// An object of texts. Where a name comes several times, as wrong settings may, it is numbered.
impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.told.len()))?;
        for (index, (name, text)) in self.told.iter().enumerate() {
            let before = self.told.iter().take(index);
            match before.filter(|(other, _)| other == name).count() {
                0 => map.serialize_entry(name, text)?,
                count => map.serialize_entry(&format!("{name} {}", count + 1), text)?,
            }
        }
        map.end()
    }
}

impl Facts {
    fn of(home: Option<PathBuf>) -> Self {
        // A home at the root of everything would turn every path around.
        let home = home.filter(|home| home.parent().is_some());
        Self {
            // Without a slash at its end.
            home: home.map(|home| path(&home.components().collect::<PathBuf>())),
            told: Vec::new(),
        }
    }

    /// The one place that every text passes.
    fn tell(&mut self, name: &str, text: impl AsRef<str>) {
        let text = match &self.home {
            Some(home) => without_home(text.as_ref(), home),
            None => text.as_ref().to_owned(),
        };
        self.told.push((name.to_owned(), text));
    }
}

/// `text` with `~` in place of `home`, wherever that is a whole path or the head of one.
fn without_home(text: &str, home: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(home) {
        let goes_on = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
        let is_whole = !after.starts_with(goes_on) && !before.ends_with(goes_on);
        shown.push_str(before);
        shown.push_str(if is_whole { "~" } else { home });
        rest = after;
    }
    shown + rest
}

fn about_terminal(facts: &mut Facts, found: &Findings) {
    let variables = found.variables.iter();
    let variables = variables.map(|(name, value)| format!("{name}={}", value.shown(WIDTH)));
    facts.tell("environment", variables.collect::<Vec<_>>().join(" "));
    facts.tell(
        "terminal",
        match (found.cells, found.window) {
            (None, _) => "none: stdin is a pipe or a file".to_owned(),
            (Some((columns, rows)), None) => format!("{columns} columns, {rows} rows"),
            (Some((columns, rows)), Some(window)) => format!(
                "{columns} columns, {rows} rows; {} by {} pixels",
                window.width, window.height
            ),
        },
    );
    facts.tell("ssh", if found.ssh { "yes" } else { "no" });
    facts.tell("multiplexer", multiplexer(found));
    facts.tell(
        "text",
        if found.utf8 {
            "UTF-8"
        } else {
            "ASCII: there is no UTF-8 in LC_ALL, LC_CTYPE or LANG"
        },
    );
    facts.tell(
        "colours",
        format!("{}, by {}", found.colours, found.colours_by),
    );
    facts.tell(
        "answers",
        match &found.asked {
            Err(why) => format!("not asked: {why}"),
            Ok(asked) => answers(asked),
        },
    );
    let means = &found.means;
    facts.tell(
        "pictures",
        format!("{}: {}", means.protocol.name(), found.why),
    );
    facts.tell(
        "each picture",
        format!(
            "at most {} bytes, for cells of {} by {} pixels",
            means.budget, means.cell.width, means.cell.height
        ),
    );
}

/// tmux tells its version where other terminals tell theirs.
fn multiplexer(found: &Findings) -> String {
    if !found.multiplexer {
        return "none".to_owned();
    }
    let value = |name: &str| {
        let mut variables = found.variables.iter();
        let found = variables.find(|(known, _)| *known == name);
        found.map(|(_, value)| value.shown(WIDTH))
    };
    match (
        value("TERM_PROGRAM").as_deref(),
        value("TERM_PROGRAM_VERSION"),
    ) {
        (Some("tmux"), Some(version)) => format!("tmux {version}"),
        _ => "tmux or screen, which does not tell its version".to_owned(),
    }
}

fn answers(asked: &Asked) -> String {
    let raw = asked.raw.escape_ascii();
    let took = asked.took.as_millis();
    match (asked.raw.is_empty(), asked.timed_out) {
        (true, _) => format!("none within {took} ms"),
        (false, true) => format!("{raw} and then nothing, within {took} ms"),
        (false, false) => format!("{raw} within {took} ms"),
    }
}

fn about_token(facts: &mut Facts, hugging_face: &HuggingFace) {
    let places = &hugging_face.token;
    if let Some(variable) = places.forbidden {
        return facts.tell("token", format!("{variable} forbids to use any"));
    }
    let variables = places.variables.iter().map(|(name, token)| match token {
        Ok(_) => format!("in the variable {name}"),
        Err(error) => format!("in the variable {name}, which is wrong: {error}"),
    });
    let file = places.file.iter().filter(|file| file.is_file());
    let found: Vec<String> = variables
        .chain(file.map(|file| format!("in {}", path(file))))
        .collect();
    match found.as_slice() {
        [] => facts.tell("token", "none"),
        _ => facts.tell("token", found.join(", then ")),
    }
}

fn about_servers(facts: &mut Facts, hugging_face: &HuggingFace) {
    let servers = [
        &hugging_face.endpoint.value,
        &hugging_face.router.value,
        &hugging_face.service.value,
    ];
    let servers = servers.map(address::server).join(", ");
    facts.tell(
        "Hugging Face",
        match hugging_face.offline {
            Some(variable) => format!("{servers}; not asked, because of {variable}"),
            None => servers,
        },
    );
}

fn endpoint(endpoint: &Endpoint) -> String {
    let protocol = endpoint.protocol.word();
    let token = match &endpoint.token {
        None => "no token".to_owned(),
        Some(TokenSource::HuggingFace) => "Hugging Face's token".to_owned(),
        Some(TokenSource::Environment { variable, token }) => match token {
            Ok(_) => format!("the token in {variable}"),
            Err(error) => format!("the token in {variable}, which is wrong: {error}"),
        },
    };
    format!("{}, {protocol}, {token}", address::server(&endpoint.url))
}

/// A history that is not there yet is not made.
fn about_history(facts: &mut Facts, desk: &Desk<'_>, report: &mut Report) {
    let file = desk.folders.history_file();
    let told = match fs::metadata(&file) {
        Err(_) => "there is none yet".to_owned(),
        Ok(metadata) => {
            let opens = match (desk.open)(report) {
                Ok(engine) => match engine.read_only() {
                    None => "opens".to_owned(),
                    Some(why) => format!("is not written to: {}", sentence(why)),
                },
                Err(problem) => format!("does not open: {}", sentence(&problem)),
            };
            format!("{} bytes, {opens}", metadata.len())
        }
    };
    facts.tell("history", format!("{}: {told}", path(&file)));
}

fn sentence(problem: &Problem) -> String {
    problem.sentence().shown(1000)
}

fn path(path: &Path) -> String {
    Foreign::from_os(path.as_os_str()).shown(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_folder_is_never_named() {
        for (text, shown) in [
            ("in /home/me", "in ~"),
            ("/home/me/a and `/home/me/b`: x", "~/a and `~/b`: x"),
            ("/home/mean", "/home/mean"),
            ("/disk/home/me/a", "/disk/home/me/a"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(without_home(text, "/home/me"), shown);
        }
    }

    #[test]
    fn what_is_told_several_times_is_numbered() {
        let mut facts = Facts::of(Some("/".into()));
        for text in ["/a", "b"] {
            facts.tell("wrong setting", text);
        }
        let object = serde_json::to_string(&facts).unwrap();
        assert_eq!(object, r#"{"wrong setting":"/a","wrong setting 2":"b"}"#);
    }
}

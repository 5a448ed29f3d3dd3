//! The one table of commands. Keys, the `:` line, `keymap.toml`, help, hints and the README all
//! speak in its names.

use std::path::PathBuf;

use jiff::civil::Date;

use super::command::{Command, Context, Motion, Pane};
use crate::domain::model::ModelRef;
use crate::domain::review::Decision;
use crate::domain::sort::Sort;
use crate::domain::token::shown_name;
use crate::domain::verdict::Choice;

/// What a command is given after its name.
#[derive(Clone)]
pub enum Takes {
    /// Nothing.
    Nothing(Command),
    /// A folder.
    Folder(fn(PathBuf) -> Command),
    /// A model.
    Model(fn(ModelRef) -> Command),
    /// A date, `2026-01-31`.
    Date(fn(Date) -> Command),
    /// An order of files, or nothing.
    Order(fn(Option<Sort>) -> Command),
    /// `exact`, or nothing.
    Exact(fn(bool) -> Command),
    /// The name of a saved filter, or nothing.
    Filter(fn(Option<String>) -> Command),
}

/// A command as people meet it.
pub struct Spec {
    /// Its name on the `:` line and in `keymap.toml`.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it does, in a few words.
    pub sentence: &'static str,
    /// Its keys beforehand: a context, and keys separated by blanks.
    pub keys: &'static [(Context, &'static str)],
}

/// Why a line is no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No command has this name.
    #[error("there is no command `{name}`{}", nearest.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default())]
    Unknown {
        /// What was written.
        name: String,
        /// The nearest name there is.
        nearest: Option<&'static str>,
    },
    /// The command is given something it cannot use.
    #[error("`{name}` takes {wanted}")]
    Argument {
        /// The command.
        name: &'static str,
        /// What it takes.
        wanted: String,
    },
}

/// The command that `line` names, with what it is given.
///
/// # Errors
/// The name is unknown, or what follows it is not what the command takes.
pub fn parse(line: &str) -> Result<Command, CommandError> {
    let line = line.trim();
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let spec = find(name)?;
    let wanted = |wanted: &str| CommandError::Argument {
        name: spec.name,
        wanted: wanted.to_owned(),
    };
    match &spec.takes {
        Takes::Nothing(command) if rest.is_empty() => Ok(command.clone()),
        Takes::Nothing(_) => Err(wanted("nothing after it")),
        Takes::Folder(_) if rest.is_empty() => Err(wanted("a folder")),
        Takes::Folder(make) => Ok(make(PathBuf::from(rest))),
        Takes::Model(make) => rest
            .parse()
            .map(make)
            .map_err(|e| wanted(&format!("a model: {e}"))),
        Takes::Date(make) => rest
            .parse()
            .map(make)
            .map_err(|_| wanted("a date like 2026-01-31")),
        Takes::Exact(make) if rest.is_empty() || rest == "exact" => Ok(make(!rest.is_empty())),
        Takes::Exact(_) => Err(wanted("nothing or the word exact")),
        Takes::Filter(make) => Ok(make(Some(rest.to_owned()).filter(|name| !name.is_empty()))),
        Takes::Order(make) if rest.is_empty() => Ok(make(None)),
        Takes::Order(make) => match Sort::ALL.into_iter().find(|sort| sort.name() == rest) {
            Some(sort) => Ok(make(Some(sort))),
            None => Err(wanted("name, date or size")),
        },
    }
}

fn find(name: &str) -> Result<&'static Spec, CommandError> {
    COMMANDS
        .iter()
        .find(|spec| spec.name == name)
        .ok_or_else(|| CommandError::Unknown {
            name: shown_name(name),
            nearest: COMMANDS
                .iter()
                .map(|spec| (strsim::damerau_levenshtein(spec.name, name), spec.name))
                .min()
                .filter(|(distance, _)| *distance <= 3)
                .map(|(_, name)| name),
        })
}

use Command as C;
use Context as X;

const fn plain(command: Command) -> Takes {
    Takes::Nothing(command)
}

const fn row(
    name: &'static str,
    takes: Takes,
    sentence: &'static str,
    keys: &'static [(Context, &'static str)],
) -> Spec {
    Spec {
        name,
        takes,
        sentence,
        keys,
    }
}

/// Every command, in the order in which help shows them.
#[rustfmt::skip]
pub const COMMANDS: &[Spec] = &[
    row("down", plain(C::Move(Motion::Down)), "one down", &[(X::Global, "j down"), (X::Text, "down")]),
    row("up", plain(C::Move(Motion::Up)), "one up", &[(X::Global, "k up"), (X::Text, "up")]),
    row("top", plain(C::Move(Motion::Top)), "to the first", &[(X::Global, "g home")]),
    row("bottom", plain(C::Move(Motion::Bottom)), "to the last", &[(X::Global, "G end")]),
    row("half-down", plain(C::Move(Motion::HalfDown)), "half a page down", &[(X::Global, "ctrl+d")]),
    row("half-up", plain(C::Move(Motion::HalfUp)), "half a page up", &[(X::Global, "ctrl+u")]),
    row("page-down", plain(C::Move(Motion::PageDown)), "a page down", &[(X::Global, "pagedown"), (X::Text, "pagedown")]),
    row("page-up", plain(C::Move(Motion::PageUp)), "a page up", &[(X::Global, "pageup"), (X::Text, "pageup")]),
    row("left", plain(C::Move(Motion::Left)), "one to the left", &[(X::Sheet, "h left")]),
    row("right", plain(C::Move(Motion::Right)), "one to the right", &[(X::Sheet, "l right")]),
    row("into", plain(C::Into), "into the folder", &[(X::Files, "l right"), (X::CaptionsZoomed, "l right")]),
    row("out", plain(C::Out), "out of the folder", &[(X::Files, "h left - backspace"), (X::CaptionsZoomed, "h left")]),
    row("cd", Takes::Folder(C::Go), "to a folder", &[]),
    row("activate", plain(C::Activate), "open, caption, choose", &[(X::Global, "enter"), (X::Text, "enter")]),
    row("caption", plain(C::Caption), "caption the picture or the selection", &[(X::Files, "c"), (X::Captions, "c"), (X::History, "c")]),
    row("select", plain(C::Select), "select, and one down", &[(X::Files, "space"), (X::Models, "space"), (X::Menu, "space"), (X::Versions, "space")]),
    row("select-range", plain(C::SelectRange), "select a range", &[(X::Files, "v")]),
    row("select-all", plain(C::SelectAll), "select all pictures, or none", &[(X::Files, "*")]),
    row("uncaptioned", plain(C::Uncaptioned), "first picture with no caption", &[(X::Files, "J")]),
    row("model", Takes::Model(C::Choose), "choose a model, or drop it", &[]),
    row("pin", Takes::Model(C::Pin), "have a model served by this provider", &[]),
    row("favourite", plain(C::Favourite), "favourite, or not", &[(X::Models, "f")]),
    row("presets", plain(C::Presets), "presets: use, make, change, delete", &[(X::Global, "P")]),
    row("own-preset", plain(C::OwnPreset), "a preset for this model alone", &[(X::Models, "p")]),
    row("files", plain(C::Focus(Pane::Files)), "files pane", &[(X::Global, "1")]),
    row("models", plain(C::Focus(Pane::Models)), "models pane", &[(X::Global, "m 2")]),
    row("captions", plain(C::Focus(Pane::Captions)), "captions pane", &[(X::Global, "3")]),
    row("history", plain(C::Focus(Pane::History)), "history pane", &[(X::Global, "4")]),
    row("next-pane", plain(C::NextPane), "next pane or field", &[(X::Global, "tab"), (X::Form, "tab")]),
    row("previous-pane", plain(C::PreviousPane), "previous pane or field", &[(X::Global, "shift+tab"), (X::Form, "shift+tab")]),
    row("zoom", plain(C::Zoom), "this pane full screen, and back", &[(X::Global, "z")]),
    row("find", plain(C::Find), "find in the pane", &[(X::Global, "/")]),
    row("filter", plain(C::Filter), "filter models, and search the Hub", &[(X::Models, "F")]),
    row("filters", Takes::Filter(C::Filters), "saved filters: use, save, delete", &[(X::History, "F")]),
    row("sort-models", plain(C::NextOrder), "sort the catalogue by the next measure", &[(X::ModelsZoomed, "s")]),
    row("task", plain(C::Task), "models of the other task", &[(X::ModelsZoomed, "o")]),
    row("find-next", plain(C::FindNext { back: false }), "next place found", &[(X::Global, "n")]),
    row("find-previous", plain(C::FindNext { back: true }), "previous place found", &[(X::Global, "N")]),
    row("copy-caption", plain(C::CopyCaption), "copy the caption", &[(X::Global, "y")]),
    row("copy-path", plain(C::CopyPath), "copy the picture's path", &[(X::Global, "Y")]),
    row("info", plain(C::Info), "everything known of the item", &[(X::Global, "i")]),
    row("compare", plain(C::Compare { is_blind: false }), "compare the chosen models", &[(X::Global, "C")]),
    row("compare-blind", plain(C::Compare { is_blind: true }), "compare them without their names", &[(X::Global, "B")]),
    row("best-one", plain(C::Judge(Choice::Best(0))), "the first caption is the best", &[(X::Comparison, "1")]),
    row("best-two", plain(C::Judge(Choice::Best(1))), "the second is the best", &[(X::Comparison, "2")]),
    row("best-three", plain(C::Judge(Choice::Best(2))), "the third is the best", &[(X::Comparison, "3")]),
    row("best-four", plain(C::Judge(Choice::Best(3))), "the fourth is the best", &[(X::Comparison, "4")]),
    row("best-five", plain(C::Judge(Choice::Best(4))), "the fifth is the best", &[(X::Comparison, "5")]),
    row("best-six", plain(C::Judge(Choice::Best(5))), "the sixth is the best", &[(X::Comparison, "6")]),
    row("tie", plain(C::Judge(Choice::Tie)), "all captions are as good", &[(X::Comparison, "=")]),
    row("none-good", plain(C::Judge(Choice::NoneIsGood)), "no caption is good enough", &[(X::Comparison, "0")]),
    row("reason", plain(C::Reason), "say why, before or after the verdict", &[(X::Comparison, "R")]),
    row("accept", plain(C::Decide(Decision::Accepted)), "accept the caption, or take that back", &[(X::History, "a"), (X::Captions, "a")]),
    row("reject", plain(C::Decide(Decision::Rejected)), "reject the caption, or take that back", &[(X::History, "x"), (X::Captions, "x")]),
    row("edit", plain(C::Edit), "rewrite the caption", &[(X::History, "e"), (X::Captions, "e")]),
    row("edit-outside", plain(C::EditOutside), "rewrite it in $VISUAL or $EDITOR", &[(X::History, "E"), (X::Captions, "E")]),
    row("line-break", plain(C::LineBreak), "break the line in what is rewritten", &[(X::Editing, "alt+enter ctrl+j")]),
    row("versions", plain(C::Versions), "versions of the caption, and a way back", &[(X::History, "v"), (X::Captions, "v")]),
    row("ask-again", plain(C::AskAgain), "ask this model the same once more", &[(X::History, "R"), (X::Captions, "R")]),
    row("accept-all", plain(C::AcceptAll), "accept all that is undoubted (asks)", &[(X::History, "A")]),
    row("pending", plain(C::Pending), "next caption nobody decided on", &[(X::History, "J")]),
    row("next-caption", plain(C::Sibling { back: false }), "next caption of this picture", &[(X::History, "]")]),
    row("previous-caption", plain(C::Sibling { back: true }), "previous caption of this picture", &[(X::History, "[")]),
    row("read-on", plain(C::Read(Motion::HalfDown)), "on in the text of the review", &[(X::HistoryZoomed, "space")]),
    row("read-back", plain(C::Read(Motion::HalfUp)), "back in the text of the review", &[(X::HistoryZoomed, "backspace")]),
    row("undo", plain(C::Undo), "take the last decision back", &[(X::Global, "u")]),
    row("redo", plain(C::Redo), "decide so again", &[(X::Global, "ctrl+r")]),
    row("differences", Takes::Exact(|is_exact| C::Differences { is_exact }), "mark the words that differ", &[(X::Comparison, "d")]),
    row("blind", plain(C::Blind), "hide who wrote what, or show it", &[(X::Comparison, "b"), (X::Standings, "b")]),
    row("reveal", plain(C::Reveal), "show who wrote what about this picture", &[(X::Comparison, "v")]),
    row("scroll-alone", plain(C::ScrollAlone), "scroll one column, or all together", &[(X::Comparison, "s")]),
    row("next-picture", plain(C::Turn { back: false }), "next picture", &[(X::Comparison, "n")]),
    row("previous-picture", plain(C::Turn { back: true }), "previous picture", &[(X::Comparison, "N")]),
    row("unjudged", plain(C::Unjudged), "first picture with no verdict", &[(X::Comparison, "J")]),
    row("standings", plain(C::Standings), "what verdicts add up to", &[(X::Global, "S")]),
    row("export", plain(C::Export), "hand captions over to other tools", &[(X::Global, "X")]),
    row("import", plain(C::Import), "take captions over from other tools", &[(X::Files, "I")]),
    row("replace", plain(C::Reword), "find and replace in many captions", &[(X::Global, "%")]),
    row("delete", plain(C::Delete), "delete the run, or this filter (asks)", &[(X::History, "D"), (X::Captions, "D"), (X::Menu, "D")]),
    row("forget-before", Takes::Date(C::ForgetBefore), "delete older runs for good (asks)", &[]),
    row("scope", plain(C::Scope), "history of this folder, or of all", &[(X::History, "o")]),
    row("sheet", plain(C::Sheet), "contact sheet, or the list again", &[(X::Files, "T")]),
    row("hidden", plain(C::Hidden), "show or hide hidden files", &[(X::Files, ".")]),
    row("sort", Takes::Order(C::Sort), "sort by name, date or size", &[(X::Files, "s")]),
    row("reload", plain(C::Reload), "read or ask again", &[(X::Global, "r")]),
    row("redraw", plain(C::Redraw), "draw the screen again", &[(X::Global, "ctrl+l")]),
    row("account", plain(C::Account), "token, account, who pays", &[(X::Global, "t")]),
    row("log-in", plain(C::LogIn), "log in with a token", &[]),
    row("copy-link", plain(C::CopyLink), "copy the link that makes a token", &[(X::Form, "ctrl+y"), (X::Menu, "y")]),
    row("endpoint", plain(C::AddEndpoint), "add an endpoint of your own", &[(X::Models, "a")]),
    row("edit-endpoint", plain(C::EditEndpoint), "change this endpoint", &[(X::Models, "e")]),
    row("jobs", plain(C::Jobs), "what runs, waits and failed", &[(X::Global, "w")]),
    row("retry", plain(C::Retry), "run this job again", &[(X::Jobs, "r")]),
    row("retry-all", plain(C::RetryAll), "run all that failed again", &[(X::Jobs, "R")]),
    row("stop", plain(C::Stop), "stop this job", &[(X::Jobs, "x")]),
    row("stop-all", plain(C::StopAll), "stop every job", &[(X::Jobs, "X")]),
    row("pause", plain(C::Pause), "hold waiting jobs back, or go on", &[(X::Jobs, "p")]),
    row("yes", plain(C::Yes), "yes, do it", &[(X::Question, "y")]),
    row("back", plain(C::Back), "one level back", &[(X::Global, "esc"), (X::Question, "n"), (X::Text, "esc ctrl+c")]),
    row("line", plain(C::Line), "type a command", &[(X::Global, ":")]),
    row("complete", plain(C::Complete), "complete the word", &[(X::Text, "tab")]),
    row("help", plain(C::Help), "help of what is on screen", &[(X::Global, "? f1 ~")]),
    row("first-steps", plain(C::FirstSteps), "the card of the first start", &[]),
    row("cancel", plain(C::Cancel), "cancel the job in focus; twice to quit", &[(X::Global, "ctrl+c")]),
    row("suspend", plain(C::Suspend), "to the shell; fg comes back", &[(X::Global, "ctrl+z"), (X::Text, "ctrl+z")]),
    row("quit", plain(C::Quit), "back, or out", &[(X::Global, "q")]),
];

#[cfg(test)]
mod tests;

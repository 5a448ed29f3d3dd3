//! A caption in the person's own editor: in a private file, while the terminal is given over.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::config::Environment;
use crate::domain::problem::Problem;
use crate::domain::text::Foreign;

/// A caption of more bytes than this is a mistake.
const MOST: u64 = 4 << 20;

/// What a shell answers where there is no such program, or none that can be run.
const NOT_FOUND: i32 = 127;
const NOT_RUN: i32 = 126;

/// Why there was nothing to edit.
pub(super) fn not_written(error: &io::Error) -> Problem {
    Problem::new("no file for the editor can be written").because(error)
}

/// What came of it: the text where it is another one now, and what went wrong.
pub(super) type Edited = (Option<String>, Option<Problem>);

/// The editor that the person wants, as a line for the shell.
pub(super) fn editor(environment: &Environment) -> OsString {
    let wanted = ["VISUAL", "EDITOR"]
        .iter()
        .find_map(|it| environment.get(it));
    wanted.unwrap_or(OsStr::new("vi")).to_owned()
}

/// A text on its way through an editor. Its file is gone with it, and so is its folder, with
/// whatever the editor left there.
pub(super) struct Outside {
    before: String,
    folder: tempfile::TempDir,
    editor: OsString,
}

impl Outside {
    /// Writes the text where nobody else can read it.
    pub(super) fn new(editor: &OsStr, text: &str) -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("blipboard-")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir()?;
        let outside = Self {
            before: text.to_owned(),
            folder,
            editor: editor.to_owned(),
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(outside.file())?;
        file.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        Ok(outside)
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("caption.txt")
    }

    /// The editor with its arguments as the shell splits them, on the terminal of this process.
    pub(super) fn command(&self) -> io::Result<Command> {
        self.command_on(Path::new("/dev/tty"))
    }

    fn command_on(&self, terminal: &Path) -> io::Result<Command> {
        let open = || -> io::Result<Stdio> {
            let terminal: File = OpenOptions::new().read(true).write(true).open(terminal)?;
            Ok(terminal.into())
        };
        let mut line = self.editor.clone();
        line.push(" \"$@\"");
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(line).arg("sh").arg(self.file());
        command.stdin(open()?).stdout(open()?).stderr(open()?);
        Ok(command)
    }

    /// What came of it. What was written is never lost, however the editor ended.
    pub(super) fn end(self, status: io::Result<ExitStatus>) -> Edited {
        let problem = match status {
            Ok(status) => self.complaint(status),
            Err(error) => Some(self.wrong("could not be started").because(&error)),
        };
        match self.read() {
            Ok(text) => (text, problem),
            Err(unreadable) => (None, problem.or(Some(unreadable))),
        }
    }

    fn read(&self) -> Result<Option<String>, Problem> {
        let unreadable = |error: &io::Error| {
            Problem::new("what the editor left cannot be read; the caption stays as it was")
                .because(error)
        };
        let length = fs::metadata(self.file())
            .map_err(|it| unreadable(&it))?
            .len();
        if length > MOST {
            return Err(Problem::new(
                "what the editor left is longer than 4 MB; the caption stays as it was",
            ));
        }
        let text = fs::read_to_string(self.file()).map_err(|it| unreadable(&it))?;
        // Editors end the last line.
        let text = match text.strip_suffix('\n') {
            Some(whole) if !self.before.ends_with('\n') => whole.to_owned(),
            _ => text,
        };
        Ok((text != self.before).then_some(text))
    }

    fn complaint(&self, status: ExitStatus) -> Option<Problem> {
        let hint = "set VISUAL or EDITOR";
        match (status.code(), status.signal()) {
            (Some(0), _) => None,
            (Some(NOT_FOUND), _) => Some(self.wrong("was not found").with_hint(hint)),
            (Some(NOT_RUN), _) => Some(self.wrong("cannot be run").with_hint(hint)),
            (Some(code), _) => Some(self.wrong(&format!("ended with {code}"))),
            (None, signal) => {
                let number = signal.unwrap_or_default();
                Some(self.wrong(&format!("was stopped by signal {number}")))
            }
        }
    }

    fn wrong(&self, what: &str) -> Problem {
        let editor = Foreign::from_os(&self.editor).shown(60);
        Problem::new(format!("the editor `{editor}` {what}"))
    }
}

#[cfg(test)]
mod tests;

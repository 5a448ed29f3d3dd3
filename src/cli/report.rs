//! What the command line says: data on stdout, everything else on stderr.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::config::Color;
use crate::domain::problem::Problem;
use crate::domain::record::harmless;

/// Colours and weights, as the numbers of ECMA-48's SGR.
const BOLD: u8 = 1;
const RED: u8 = 31;
const YELLOW: u8 = 33;
const CYAN: u8 = 36;

/// What a stream can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// True where a person looks at it.
    pub terminal: bool,
    /// True where it may have colours.
    pub color: bool,
}

/// Where everything goes that the command line has to say.
pub struct Report {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    out_manner: Manner,
    err_manner: Manner,
    quiet: bool,
    /// True while the last line of the terminal tells how far it is.
    progress: bool,
}

impl Report {
    /// A report to the streams of this process.
    pub fn of_process(color: Color, quiet: bool) -> Self {
        let manner = |terminal: bool| Manner {
            terminal,
            color: match color {
                Color::Auto => terminal,
                Color::Always => true,
                Color::Never => false,
            },
        };
        let (out, err) = (io::stdout(), io::stderr());
        let manners = (manner(out.is_terminal()), manner(err.is_terminal()));
        Self::new(Box::new(out), manners.0, Box::new(err), manners.1, quiet)
    }

    /// A report to any two streams; a quiet one tells nothing but errors and warnings beside
    /// the data.
    pub fn new(
        out: Box<dyn Write>,
        out_manner: Manner,
        err: Box<dyn Write>,
        err_manner: Manner,
        quiet: bool,
    ) -> Self {
        Self {
            out,
            err,
            out_manner,
            err_manner,
            quiet,
            progress: false,
        }
    }

    /// What stdout can show.
    pub fn out_manner(&self) -> Manner {
        self.out_manner
    }

    /// One line of data, or several; safe to show.
    ///
    /// # Errors
    /// Stdout takes no more.
    pub fn data(&mut self, line: &str) -> io::Result<()> {
        self.clear_progress();
        writeln!(self.out, "{line}")?;
        self.out.flush()
    }

    /// One line of data that stands above others; safe to show.
    ///
    /// # Errors
    /// Stdout takes no more.
    pub fn heading(&mut self, line: &str) -> io::Result<()> {
        let line = paint(self.out_manner, BOLD, line);
        self.data(&line)
    }

    /// Columns of the terminal that stdout is; `None` where it is none.
    pub fn columns(&self) -> Option<usize> {
        if !self.out_manner.terminal {
            return None;
        }
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok();
        let columns = size.map_or(0, |size| usize::from(size.ws_col));
        Some(if columns == 0 { 80 } else { columns })
    }

    /// One line of data that begins with a label.
    ///
    /// # Errors
    /// Stdout takes no more.
    pub fn labelled(&mut self, label: &str, text: &str) -> io::Result<()> {
        let label = paint(self.out_manner, BOLD, label);
        self.data(&format!("{label} {text}"))
    }

    /// One object of data, on one line of JSON that is safe to show.
    ///
    /// # Errors
    /// Stdout takes no more.
    pub fn object(&mut self, object: &impl Serialize) -> io::Result<()> {
        self.data(&harmless(&serde_json::to_string(object)?))
    }

    /// Something that failed.
    pub fn error(&mut self, problem: &Problem) {
        tracing::error!("{}", problem.sentence().shown(WIDEST));
        let label = paint(self.err_manner, RED, "error:");
        self.problem(&label, problem);
    }

    /// Something that went on all the same.
    pub fn warning(&mut self, problem: &Problem) {
        tracing::warn!("{}", problem.sentence().shown(WIDEST));
        let label = paint(self.err_manner, YELLOW, "warning:");
        self.problem(&label, problem);
    }

    fn problem(&mut self, label: &str, problem: &Problem) {
        let mut text = format!("{label} {}\n", problem.headline.shown(WIDEST));
        for cause in &problem.causes {
            let _ = writeln!(text, "caused by: {}", cause.shown(WIDEST));
        }
        if let Some(hint) = &problem.hint {
            let label = paint(self.err_manner, CYAN, "hint:");
            let _ = writeln!(text, "{label} {}", hint.shown(WIDEST));
        }
        self.say(&text);
    }

    /// Something good to know, safe to show; not where it shall be quiet.
    pub fn note(&mut self, line: &str) {
        if !self.quiet {
            self.say(&format!("{line}\n"));
        }
    }

    /// Asks for something that is typed behind it; safe to show.
    pub fn prompt(&mut self, words: &str) {
        self.say(words);
    }

    /// How far it is, safe to show: in place of what was said before, and only to a person.
    pub fn progress(&mut self, line: &str) {
        if self.err_manner.terminal && !self.quiet {
            self.clear_progress();
            self.say(line);
            self.progress = true;
        }
    }

    /// Takes the last word on how far it is off the terminal.
    pub fn clear_progress(&mut self) {
        if std::mem::take(&mut self.progress) {
            self.say("\r\x1b[K");
        }
    }

    /// Asks a person, who says yes or no; `None` where there is nobody to ask.
    pub fn ask(&mut self, question: &str) -> Option<bool> {
        let answers = io::stdin();
        if !answers.is_terminal() || !self.err_manner.terminal {
            return None;
        }
        self.say(&format!("{question} [y/N] "));
        let mut answer = String::new();
        answers.read_line(&mut answer).ok()?;
        Some(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// There is nobody left to tell that stderr is closed.
    fn say(&mut self, text: &str) {
        self.clear_progress();
        let _ = self.err.write_all(text.as_bytes());
        let _ = self.err.flush();
    }
}

/// No line of a message is cut before so many columns.
const WIDEST: usize = 4000;

fn paint(manner: Manner, style: u8, text: &str) -> String {
    if manner.color {
        format!("\x1b[{style}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

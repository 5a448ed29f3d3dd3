//! The demo's tape, played with the program as it is now, so that the tape cannot rot.

use std::path::{Path, PathBuf};
use std::{env, fs};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::PROGRAM;
use crate::terminal::{ENTER, ESC, TAB, Terminal};

/// What a tape does to a terminal; how long it lingers is for those who watch.
#[derive(Debug, PartialEq)]
enum Step {
    Types(String),
    /// Something that is to stand on the screen.
    Waits(String),
    /// README.md shows the screen as it stands.
    Still,
}

/// A tape of VHS (<https://github.com/charmbracelet/vhs>), as far as ours goes.
#[derive(Debug, Default)]
struct Tape {
    shell: String,
    needs: Vec<String>,
    variables: Vec<(String, String)>,
    steps: Vec<Step>,
}

/// They say how the picture looks.
const LOOKS: [&str; 6] = [
    "FontSize",
    "Width",
    "Height",
    "Padding",
    "TypingSpeed",
    "Theme",
];

impl Tape {
    /// `Err` names the line that nobody here can play.
    fn read(text: &str) -> Result<Self, String> {
        let mut tape = Self::default();
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            tape.take(line).ok_or_else(|| line.to_owned())?;
        }
        Ok(tape)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (command, rest) {
            ("Hide" | "Show", "") | ("Output", "target/demo.gif") => {}
            ("Sleep", time) if is_time(time) => {}
            ("Require", program) => self.needs.push(program.to_owned()),
            ("Set", setting) => match setting.split_once(' ')? {
                ("Shell", shell) => quoted(shell)?.clone_into(&mut self.shell),
                (look, _) if LOOKS.contains(&look) => {}
                _ => return None,
            },
            ("Env", variable) => {
                let (name, value) = variable.split_once(' ')?;
                let variable = (name.to_owned(), quoted(value)?.to_owned());
                self.variables.push(variable);
            }
            ("Screenshot", "target/dashboard.png") => self.steps.push(Step::Still),
            ("Type", text) => self.steps.push(Step::Types(quoted(text)?.to_owned())),
            ("Wait+Screen@20s", pattern) => self.steps.push(Step::Waits(plain(pattern)?)),
            (key, times) => {
                let times = if times.is_empty() {
                    1
                } else {
                    times.parse().ok()?
                };
                self.steps.push(Step::Types(typed(key)?.repeat(times)));
            }
        }
        Some(())
    }
}

/// What a key of a tape sends.
fn typed(key: &str) -> Option<&'static str> {
    Some(match key {
        "Enter" => ENTER,
        "Escape" => ESC,
        "Tab" => TAB,
        "Space" => " ",
        "Up" => "\x1b[A",
        "Down" => "\x1b[B",
        "Right" => "\x1b[C",
        "Left" => "\x1b[D",
        _ => return None,
    })
}

fn is_time(text: &str) -> bool {
    let number = text.strip_suffix("ms").or_else(|| text.strip_suffix('s'));
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}

fn quoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

/// The text that a pattern looks for: ours are text but for the dot, which stands for itself, too.
fn plain(pattern: &str) -> Option<String> {
    let inner = pattern.strip_prefix('/')?.strip_suffix('/')?;
    let is_plain =
        !inner.is_empty() && !inner.contains(|letter: char| r"\^$|?*+()[]{}/".contains(letter));
    is_plain.then(|| inner.to_owned())
}

/// Where the programs of a tape lie: ours, and the system's.
fn paths() -> Vec<PathBuf> {
    let built = Path::new(PROGRAM).parent().unwrap();
    let mut paths = vec![built.to_owned(), built.join("examples")];
    paths.extend(env::split_paths(&env::var_os("PATH").unwrap()));
    paths
}

/// Plays the tape on a screen of so many columns and rows; `still` looks at the screen that README.md
/// shows.
fn play((columns, rows): (u16, u16), still: impl Fn(&Terminal)) {
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tape = Tape::read(&fs::read_to_string(house.join("demo.tape")).unwrap()).unwrap();
    for program in &tape.needs {
        let is_there = paths().iter().any(|folder| folder.join(program).is_file());
        assert!(
            is_there,
            "`cargo build --examples` makes {program}, which the tape needs"
        );
    }
    let temporary = TempDir::new().unwrap();
    let mut command = CommandBuilder::new(&tape.shell);
    command.args(["--noprofile", "--norc"]);
    command.env_clear();
    command.env("PATH", env::join_paths(paths()).unwrap());
    command.env("TERM", "xterm-256color");
    command.env("TMPDIR", temporary.path());
    for (name, value) in &tape.variables {
        command.env(name, value);
    }
    command.cwd(house);
    let mut terminal = Terminal::start(command);
    terminal.resize(columns, rows);
    for step in &tape.steps {
        match step {
            Step::Types(keys) => terminal.press(keys),
            Step::Waits(text) => terminal.shows(text),
            Step::Still => still(&terminal),
        }
    }
    terminal.press("exit\r");
    assert_eq!(terminal.wait_exit(), Ok(0), "{}", terminal.screen());
}

#[test]
fn the_demo_plays_to_its_end() {
    play((120, 36), |_| {});
}

#[test]
fn the_readme_shows_what_the_program_shows() {
    let readme = include_str!("../../README.md");
    let still = readme.split("```\n").find(|block| block.starts_with('┌'));
    let still = still.unwrap().trim_end();
    let columns = still.lines().map(|row| row.chars().count()).max().unwrap();
    let size = (
        columns.try_into().unwrap(),
        still.lines().count().try_into().unwrap(),
    );
    let expected = without_what_varies(still);
    play(size, |terminal| {
        terminal.wait_for(still, |screen| {
            without_what_varies(&screen.contents()) == expected
        });
    });
}

/// How long each answer took and when it came are left out, and so is the order in which answers that
/// came at once stand in history.
fn without_what_varies(screen: &str) -> Vec<String> {
    let (mut rows, mut runs) = (Vec::new(), Vec::new());
    for row in screen.lines() {
        let halves = row.rsplit_once("││");
        if let Some((models, run)) = halves
            && let Some((when, run)) = run.split_at_checked(">15:24".len())
            && when.get(1..).is_some_and(|clock| is_of_figures(clock, ':'))
        {
            rows.push(models.to_owned());
            runs.push(run.to_owned());
        } else {
            let words = row.trim_end().split(' ').map(|word| {
                let figures = word.trim_end_matches(['m', 's']);
                let is_time = figures != word && is_of_figures(figures, '.');
                if is_time {
                    " ".repeat(word.len())
                } else {
                    word.to_owned()
                }
            });
            rows.push(words.collect::<Vec<_>>().join(" "));
        }
    }
    runs.sort();
    [rows, runs].concat()
}

fn is_of_figures(word: &str, mark: char) -> bool {
    let is_figure = |letter: char| letter.is_ascii_digit() || letter == mark;
    !word.is_empty() && word.chars().all(is_figure)
}

#[test]
fn a_tape_that_nobody_can_play_is_refused() {
    for line in [
        "Fly",
        "Home",
        "End",
        "Down twice",
        "Set Speed 3",
        "Env NAME value",
        "Type unquoted",
        "Wait /screen/",
        "Wait+Screen@20s /[0-9]+/",
    ] {
        assert_eq!(Tape::read(line).unwrap_err(), line);
    }
    let tape = Tape::read("# a note\nDown 2\nWait+Screen@20s /cat.jpg/").unwrap();
    let expected = [
        Step::Types("\x1b[B\x1b[B".to_owned()),
        Step::Waits("cat.jpg".to_owned()),
    ];
    assert_eq!(tape.steps, expected);
}

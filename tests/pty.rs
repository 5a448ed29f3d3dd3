//! The dashboard in a real terminal, from the first key to the last.

#[path = "support/terminal.rs"]
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use portable_pty::CommandBuilder;
use rustix::process::Signal;
use tempfile::TempDir;
use terminal::{CTRL_C, CTRL_Z, ENTER, ESC, End, Terminal};

const PROGRAM: &str = env!("CARGO_BIN_EXE_blipboard");

/// Somebody with four pictures who has never started the program.
struct Person(TempDir);

impl Person {
    fn new() -> Self {
        let person = Self(TempDir::new().unwrap());
        let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images");
        fs::create_dir(person.pictures()).unwrap();
        for name in ["astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg"] {
            fs::copy(images.join(name), person.pictures().join(name)).unwrap();
        }
        person
    }

    fn pictures(&self) -> PathBuf {
        self.0.path().join("pictures")
    }

    /// All there is in the environment.
    fn environment(&self) -> [(&'static str, PathBuf); 7] {
        let below = |name: &str| self.0.path().join(name);
        [
            ("HOME", self.0.path().to_owned()),
            ("BLIPBOARD_CONFIG_DIR", below("config")),
            ("BLIPBOARD_DATA_DIR", below("data")),
            ("BLIPBOARD_CACHE_DIR", below("cache")),
            ("TERM", "xterm-256color".into()),
            ("LANG", "C.UTF-8".into()),
            ("PATH", "/usr/bin:/bin".into()),
        ]
    }

    fn start(&self, words: &[&str]) -> Terminal {
        let mut command = CommandBuilder::from_argv(words.iter().map(Into::into).collect());
        command.env_clear();
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command.cwd(self.pictures());
        Terminal::start(command)
    }

    /// The dashboard, past the card of the first start.
    fn dashboard(&self) -> Terminal {
        let mut terminal = self.start(&[PROGRAM]);
        terminal.shows("Welcome to blipboard");
        terminal.press(ESC);
        shows_files(&terminal);
        terminal
    }

    /// What the command line prints.
    fn prints(&self, words: &[&str]) -> String {
        let mut command = Command::new(PROGRAM);
        command.args(words).env_clear().envs(self.environment());
        let output = command.current_dir(self.pictures()).output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Captions the cat beforehand.
    fn with_a_caption(self) -> Self {
        self.prints(&["caption", "cat.jpg", "-m", "builtin/describe"]);
        self
    }
}

/// Waits for the files, with nothing over them.
#[track_caller]
fn shows_files(terminal: &Terminal) {
    terminal.wait_for("files and nothing over them", |screen| {
        screen.contents().starts_with("┏ Files ~/pictures")
    });
}

/// What stands on the right of the smallest screen, where no line is broken.
fn right_side(screen: &vt100::Screen) -> String {
    let rows: Vec<String> = screen.rows(33, 46).collect();
    let text = rows.join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Moves down until `name` is under the cursor.
fn walk_to(terminal: &mut Terminal, name: &str) {
    let row = |screen: &str| {
        screen
            .lines()
            .find(|line| line.contains('>'))
            .map(str::to_owned)
    };
    loop {
        let before = row(&terminal.screen());
        if before
            .as_ref()
            .is_some_and(|row| row.contains(&format!("> {name}")))
        {
            break;
        }
        terminal.press("j");
        terminal.wait_for("the next row", |screen| row(&screen.contents()) != before);
    }
}

#[track_caller]
fn leaves(terminal: &Terminal, expected: End) {
    assert_eq!(terminal.wait_exit(), expected, "{}", terminal.screen());
    terminal.is_as_before();
}

#[test]
fn a_first_caption_needs_nothing_but_enter_and_is_remembered() {
    let person = Person::new();
    let mut terminal = person.dashboard();
    walk_to(&mut terminal, "cat.jpg");
    terminal.press(ENTER);
    terminal.shows("1 ✓");
    terminal.shows("cat.jpg      describe");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    let history = person.prints(&["history", "ls", "--json"]);
    assert_eq!(history.lines().count(), 1, "{history}");
    let is_cat = history.contains("cat.jpg") && history.contains("captioned");
    assert!(is_cat, "{history}");

    let mut again = person.start(&[PROGRAM, "cat.jpg"]);
    again.shows("> cat.jpg                 1 ✓");
    again.shows("cat.jpg      describe");
    shows_files(&again);
    again.press("q");
    leaves(&again, Ok(0));
}

#[test]
fn a_screen_may_change_its_size() {
    let person = Person::new();
    let mut terminal = person.dashboard();
    terminal.resize(120, 36);
    terminal.wait_for("three columns", |screen| {
        screen
            .contents()
            .lines()
            .next()
            .is_some_and(|top| top.contains("History"))
    });
    terminal.resize(60, 15);
    terminal.shows("blipboard needs 80×24 cells");
    terminal.resize(80, 24);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn ctrl_z_goes_to_the_shell_and_fg_comes_back() {
    let person = Person::new();
    let script = format!("set -m; '{PROGRAM}'; echo stopped $?; read line; fg; exit $?");
    let mut terminal = person.start(&["/bin/sh", "-c", &script]);
    terminal.shows("Welcome to blipboard");
    terminal.press(CTRL_Z);
    terminal.shows("stopped 14");
    terminal.is_as_before();
    terminal.press(ENTER);
    terminal.shows("Welcome to blipboard");
    terminal.press(ESC);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn ctrl_c_twice_leaves() {
    let person = Person::new();
    let mut terminal = person.dashboard();
    terminal.press(CTRL_C);
    terminal.shows("once more leaves");
    terminal.press(CTRL_C);
    leaves(&terminal, Ok(0));
}

#[test]
fn a_signal_leaves_the_terminal_in_order() {
    for signal in [Signal::HUP, Signal::INT, Signal::TERM] {
        let person = Person::new();
        let terminal = person.dashboard();
        terminal.signal(signal);
        leaves(&terminal, Ok(128 + signal.as_raw()));
    }
}

#[test]
fn a_lost_line_leaves_no_process_and_a_whole_history() {
    let person = Person::new().with_a_caption();
    let mut terminal = person.dashboard();
    terminal.shows("1 ✓");
    assert_eq!(terminal.hang_up(), Ok(129));
    assert_eq!(
        person.prints(&["history", "ls", "--json"]).lines().count(),
        1
    );
}

#[test]
fn help_is_searched_as_one_types() {
    let person = Person::new();
    let mut terminal = person.dashboard();
    terminal.press("?");
    terminal.shows("one down");
    terminal.press("full screen");
    terminal.wait_for("only what was looked for", |screen| {
        let text = screen.contents();
        text.contains("this pane full screen") && !text.contains("one down")
    });
    terminal.press(ESC);
    shows_files(&terminal);
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn every_pane_has_the_whole_screen_in_turn() {
    let person = Person::new();
    let mut terminal = person.dashboard();
    let titles = ["Files ", "Models ", "Captions ", "History "];
    for (key, title) in ["1", "2", "3", "4"].into_iter().zip(titles) {
        let alone = |screen: &vt100::Screen| {
            let text = screen.contents();
            titles
                .iter()
                .all(|other| text.contains(other) == (*other == title))
        };
        terminal.press(key);
        terminal.press("z");
        terminal.wait_for(title, alone);
        terminal.press("z");
        terminal.wait_for("all panes", |screen| !alone(screen));
    }
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn a_typed_command_is_completed_and_obeyed() {
    let person = Person::new();
    let mut terminal = person.dashboard();
    terminal.press(":");
    terminal.shows("tab completes");
    terminal.press("hist");
    terminal.shows(":hist");
    terminal.press("\t");
    terminal.shows(":history");
    terminal.press(ENTER);
    terminal.wait_for("no field", |screen| !screen.contents().contains(":history"));
    terminal.press(":");
    terminal.press("colour");
    terminal.press(ENTER);
    terminal.shows("there is no command `colour`");
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

#[test]
fn a_run_is_deleted_only_after_a_yes() {
    let person = Person::new().with_a_caption();
    let mut terminal = person.dashboard();
    terminal.shows("1 ✓");
    terminal.press("4");
    terminal.press("D");
    terminal.shows("deleted for good");
    terminal.press("n");
    terminal.wait_for("no question", |screen| {
        !screen.contents().contains("deleted for good")
    });
    terminal.press("D");
    terminal.shows("deleted for good");
    terminal.press("y");
    terminal.shows("1 run deleted");
    terminal.shows("Nothing was captioned yet");
    terminal.press("q");
    leaves(&terminal, Ok(0));
    assert_eq!(person.prints(&["history", "ls", "--json"]), "");
}

#[test]
fn pictures_that_cannot_be_read_say_why() {
    let person = Person::new();
    let cat = fs::read(person.pictures().join("cat.jpg")).unwrap();
    let files: [(&str, &[u8], &str); 3] = [
        ("a-empty.png", b"", "a-empty.png is empty"),
        (
            "b-text.jpg",
            b"This is no picture.",
            "b-text.jpg is not a picture",
        ),
        (
            "c-torn.jpg",
            &cat[..20_000],
            "is cut off: its end is missing",
        ),
    ];
    for (name, bytes, _) in files {
        fs::write(person.pictures().join(name), bytes).unwrap();
    }
    let mut terminal = person.dashboard();
    for (name, _, sentence) in files {
        walk_to(&mut terminal, name);
        terminal.wait_for(sentence, |screen| right_side(screen).contains(sentence));
    }
    terminal.press("q");
    leaves(&terminal, Ok(0));
}

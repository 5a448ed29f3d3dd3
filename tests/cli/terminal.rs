//! What only a person at a terminal meets: colours, pictures and questions.

use std::io::{Read, Write};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::home::Home;

/// Runs the program at a terminal where a person types `typed`; returns what the screen got and
/// the exit code.
fn at_a_terminal(home: &Home, words: &[&str], typed: &str, more: &[(&str, &str)]) -> (String, u32) {
    let pty = native_pty_system()
        .openpty(PtySize {
            rows: 24,
            cols: 80,
            ..PtySize::default()
        })
        .unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_blipboard"));
    command.args(words);
    command.cwd(home.path("pictures"));
    command.env_clear();
    command.env("TERM", "xterm-256color");
    for (name, value) in home.variables() {
        command.env(name, value);
    }
    for (name, value) in more {
        command.env(name, value);
    }
    let mut program = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut keyboard = pty.master.take_writer().unwrap();
    keyboard.write_all(typed.as_bytes()).unwrap();
    let mut screen = Vec::new();
    // Linux tells the end of a terminal as an error.
    let _ = pty
        .master
        .try_clone_reader()
        .unwrap()
        .read_to_end(&mut screen);
    let code = program.wait().unwrap().exit_code();
    (String::from_utf8(screen).unwrap(), code)
}

#[test]
fn a_picture_is_shown_above_its_caption() {
    let home = Home::with(&["cat.jpg"]);
    let words = ["caption", "cat.jpg", "--preview"];
    let (screen, code) = at_a_terminal(&home, &words, "", &[]);
    assert_eq!(code, 0, "{screen}");
    let picture = screen.find('▄').unwrap();
    let caption = screen.find("cat.jpg:").unwrap();
    assert!(picture < caption, "{screen}");
}

#[test]
fn no_picture_goes_into_a_pipe() {
    let home = Home::with(&["cat.jpg"]);
    let out = home.run(&["caption", "cat.jpg", "--preview"]).ok();
    assert!(out.starts_with("cat.jpg: "), "{out}");
}

#[test]
fn no_color_means_neither_colours_nor_pictures() {
    let home = Home::with(&["cat.jpg"]);
    let words = ["caption", "cat.jpg", "--preview", "--quiet"];
    let (screen, _) = at_a_terminal(&home, &words, "", &[("NO_COLOR", "1")]);
    assert!(!screen.contains('\u{1b}'), "{screen}");
    let (screen, _) = at_a_terminal(&home, &words[..2], "", &[]);
    assert!(screen.contains("\u{1b}[1mcat.jpg:"), "{screen}");
}

#[test]
fn history_is_forgotten_only_after_a_yes() {
    let home = Home::new();
    home.dot("red.png", [255, 0, 0]);
    home.run(&["caption", "red.png"]).ok();
    let words = ["history", "forget", "--image", "red.png"];
    let (screen, code) = at_a_terminal(&home, &words, "\n", &[]);
    assert!(screen.contains("delete 1 run for good? [y/N]"), "{screen}");
    assert!(screen.contains("nothing was deleted"), "{screen}");
    assert_eq!(code, 0);
    let (screen, _) = at_a_terminal(&home, &words, "y\n", &[]);
    assert!(screen.contains("deleted 1 run"), "{screen}");
    assert_eq!(home.run(&["history", "ls"]).ok(), "");
}

#[test]
fn what_several_say_stands_side_by_side() {
    let (home, one, other) = (
        Home::new(),
        crate::compare::captioner("a red dot in the middle of a wide and empty plain"),
        crate::compare::captioner("nothing"),
    );
    home.dot("red.png", [255, 0, 0]);
    let models = [&one, &other].map(|server| format!("{}/", server.url()));
    let words = [
        "compare", "red.png", "--yes", "-m", &models[0], "-m", &models[1],
    ];
    let (screen, code) = at_a_terminal(&home, &words, "", &[("NO_COLOR", "1")]);
    assert_eq!(code, 0, "{screen}");
    let line = |start: &str| screen.lines().find(|line| line.starts_with(start)).unwrap();
    assert!(
        line("  a red dot in the middle of a wide and").ends_with("  nothing"),
        "{screen}"
    );
    assert_eq!(line("  empty plain").trim_end(), "  empty plain");
}

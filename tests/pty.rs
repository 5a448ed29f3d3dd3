//! The dashboard in a real terminal.

#[path = "support/terminal.rs"]
mod terminal;

use portable_pty::CommandBuilder;
use terminal::{ENTER, Terminal};

fn shell(script: &str) -> Terminal {
    let mut command = CommandBuilder::from_argv(["/bin/sh", "-c", script].map(Into::into).into());
    command.env_clear();
    command.env("PATH", "/usr/bin:/bin");
    command.env("TERM", "xterm-256color");
    Terminal::start(command)
}

#[test]
fn a_terminal_types_resizes_and_waits() {
    let terminal = shell("echo ready; read line; echo got $line; read line; stty size; exit 3");
    terminal.shows("ready");
    terminal.press("cat");
    terminal.press(ENTER);
    terminal.shows("got cat");
    terminal.resize(120, 36);
    terminal.press(ENTER);
    terminal.shows("36 120");
    assert_eq!(terminal.wait_exit(), Ok(3));
    terminal.is_as_before();
}

#[test]
#[should_panic(expected = "nothing else")]
fn a_screen_left_in_disorder_is_seen() {
    let terminal = shell("printf '\\033[?1049h\\033[?2004h'; printf '\\033[?1049l'");
    assert_eq!(terminal.wait_exit(), Ok(0));
    terminal.is_as_before();
}

#[test]
fn a_lost_line_ends_the_program() {
    let mut terminal = shell("echo ready; while read line; do :; done; exit 5");
    terminal.shows("ready");
    assert_eq!(terminal.hang_up(), Err(1));
}

#[test]
fn a_stop_goes_back_to_the_shell() {
    let terminal = shell(
        "set -m; sh -c 'echo begins; read line; echo back $line'; echo stopped $?; fg; exit $?",
    );
    terminal.shows("begins");
    terminal.press("\x1a");
    terminal.shows("stopped 14");
    terminal.press("x\r");
    terminal.shows("back");
    assert_eq!(terminal.wait_exit(), Ok(0));
}

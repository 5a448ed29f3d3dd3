//! Pictures in a terminal that keeps them, as kitty does.

use crate::terminal::ESC;
use crate::{dashboard, leaves, newcomer};

/// The number in the first command of a kind.
fn number(written: &str, command: &str) -> String {
    let (_, after) = written.split_once(command).unwrap();
    let number = after.chars().take_while(char::is_ascii_digit);
    number.collect()
}

#[test]
fn kitty_gets_each_picture_under_one_number_and_forgets_it_in_the_end() {
    let home = newcomer();
    home.config("graphics = \"kitty\"\n");
    let mut terminal = dashboard(&home);
    terminal.writes("a=T,f=100,i=", 1);
    let number = number(&terminal.written(), "a=T,f=100,i=");
    let sent = format!("a=T,f=100,i={number},p=1,");
    terminal.press("j");
    terminal.writes(&sent, 2);
    terminal.press("?");
    terminal.shows("one down");
    terminal.press(ESC);
    terminal.writes(&format!("\x1b_Ga=p,i={number},p=1,"), 1);
    assert_eq!(terminal.written().matches(&sent).count(), 2);
    terminal.press("q");
    leaves(&terminal, Ok(0));
    let forgotten = format!("\x1b_Ga=d,d=I,i={number},q=2\x1b\\");
    let written = terminal.written();
    let (_, after) = written.rsplit_once(&forgotten).unwrap();
    assert!(
        !after.contains("a=T") && !after.contains("a=p"),
        "{after:?}"
    );
}

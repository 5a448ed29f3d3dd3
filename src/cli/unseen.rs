//! What is typed and must not be seen.

use std::io::{self, Read, StdinLock};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

/// Keys as a terminal sends them.
const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const DELETE: u8 = 0x7f;

/// Reads a line at the terminal `keyboard`, of which nothing is shown; `None` where the person
/// breaks off. The question is put by `ask`, once the terminal shows nothing more: whoever answers
/// at once is not seen either.
///
/// # Errors
/// It is no terminal, or it is gone.
pub(super) fn line(keyboard: StdinLock<'_>, ask: impl FnOnce()) -> io::Result<Option<String>> {
    let mut hushed = Hushed::new(keyboard)?;
    ask();
    let mut typed = Vec::new();
    loop {
        let mut key = [0];
        if hushed.keyboard.read(&mut key)? == 0 {
            return Ok(None);
        }
        match key {
            [b'\r' | b'\n'] => return Ok(Some(text(&typed))),
            [CTRL_C] => return Ok(None),
            [CTRL_D] if typed.is_empty() => return Ok(None),
            [CTRL_U] => typed.clear(),
            [BACKSPACE | DELETE] => drop(typed.pop()),
            [key] => typed.push(key),
        }
    }
}

/// What was typed, without the marks that some terminals put around what is pasted.
fn text(typed: &[u8]) -> String {
    let text = String::from_utf8_lossy(typed);
    text.replace("\x1b[200~", "").replace("\x1b[201~", "")
}

/// A terminal that shows nothing of what is typed and gives each key at once, Ctrl-C too: nobody is
/// stopped while the terminal is in this state.
struct Hushed<'a> {
    keyboard: StdinLock<'a>,
    before: Termios,
}

impl<'a> Hushed<'a> {
    fn new(keyboard: StdinLock<'a>) -> io::Result<Self> {
        let before = tcgetattr(&keyboard)?;
        let mut hushed = before.clone();
        hushed.local_modes -=
            LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        hushed.special_codes[SpecialCodeIndex::VMIN] = 1;
        hushed.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(&keyboard, OptionalActions::Now, &hushed)?;
        Ok(Self { keyboard, before })
    }
}

impl Drop for Hushed<'_> {
    fn drop(&mut self) {
        // Where this fails there is no terminal left.
        let _ = tcsetattr(&self.keyboard, OptionalActions::Now, &self.before);
    }
}

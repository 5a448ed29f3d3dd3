//! A caption in the person's own editor.

use std::io;

use super::super::line::Line;
use super::super::message::Message;
use super::super::outside::{Outside, not_written};
use super::Runtime;

impl<L: Line> Runtime<L> {
    /// Has a caption rewritten in the person's own editor, where that is wanted.
    pub(super) async fn edit_outside(&mut self) -> io::Result<()> {
        let Some((run, text)) = self.outside.take().filter(|_| self.loss.is_none()) else {
            return Ok(());
        };
        let outside = match Outside::new(&self.editor, &text) {
            Ok(outside) => outside,
            Err(error) => return self.take(Message::Edited(run, None, Some(not_written(&error)))),
        };
        let (status, back) = match outside.command() {
            Ok(command) => match self.line.give_over(command).await {
                Ok(status) => (status, self.resize()),
                Err(error) => (Err(io::ErrorKind::BrokenPipe.into()), Err(error)),
            },
            Err(error) => (Err(error), Ok(())),
        };
        // Where the terminal is gone by now, what was written is stored all the same.
        let (text, problem) = outside.end(status);
        self.take(Message::Edited(run, text, problem))?;
        back
    }
}

//! Gathers bytes until something whole is there.

use std::time::Duration;

use super::bytes::{Answer, Head, Sent, alone, head, is_paste, is_typed};
use crossterm::event::Event;

/// A sequence that no person types is waited for so long.
const MACHINE: Duration = Duration::from_secs(1);

/// What came from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key, a paste, the focus.
    Event(Event),
    /// The terminal tells something; `None` where nobody here knows what.
    Told(Option<Answer>, Vec<u8>),
}

/// How answers begin.
const ANSWERS: [&[u8]; 3] = [b"\x1b[?", b"\x1b[6", b"\x1b_G"];

/// Bytes that are not whole yet.
#[derive(Default)]
pub struct Decoder {
    rest: Vec<u8>,
    /// What came last, where it was taken for a key since no tail came.
    taken: Vec<u8>,
}

impl Decoder {
    /// Takes in what came, and hands out what is whole by now, in order.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Input> {
        // The head of an answer may have come too early to wait for the rest.
        let taken = std::mem::take(&mut self.taken);
        let whole = [&*taken, bytes].concat();
        if ANSWERS.iter().any(|answer| whole.starts_with(answer)) {
            self.rest.extend(taken);
        }
        self.rest.extend(bytes);
        let mut inputs = Vec::new();
        let mut used = 0;
        while let Some(rest) = self.rest.get(used..)
            && let Head::Whole(sent, length) = head(rest)
        {
            let raw = rest.get(..length).unwrap_or(rest);
            inputs.push(match sent {
                Sent::Event(event) => Input::Event(event),
                Sent::Answer(answer) => Input::Told(Some(answer), raw.to_owned()),
                Sent::Noise => Input::Told(None, raw.to_owned()),
            });
            used += length;
        }
        self.rest.drain(..used.min(self.rest.len()));
        inputs
    }

    /// True where nothing is half there.
    pub fn is_at_rest(&self) -> bool {
        self.rest.is_empty()
    }

    /// How long the tail of what is half there is waited for; `None` for as long as it takes. What a
    /// person may have typed waits for `patience` only.
    pub fn patience(&self, patience: Duration) -> Option<Duration> {
        if self.is_at_rest() || is_paste(&self.rest) {
            None
        } else if is_typed(&self.rest) {
            Some(patience)
        } else {
            Some(MACHINE)
        }
    }

    /// The tail did not come: what a person may have typed is kept, the rest is dropped.
    pub fn give_up(&mut self) -> Vec<Input> {
        let rest = std::mem::take(&mut self.rest);
        let key = alone(&rest).map(Input::Event);
        if key.is_some() {
            self.taken = rest;
        }
        key.into_iter().collect()
    }
}

//! What is said while opening the history takes its time.

use super::report::Report;
use crate::engine::Delay;

/// Tells why one has to wait, each reason once, and to a person how far it is.
#[derive(Debug, Default)]
pub struct Waiting {
    last: Option<Delay>,
}

impl Waiting {
    /// It takes longer than a moment.
    pub fn tell(&mut self, delay: Delay, report: &mut Report) {
        match (delay, self.last) {
            (Delay::Another, _) => {
                report.note("another blipboard is opening the history; waiting for it");
            }
            (Delay::Upgrade { .. }, Some(Delay::Upgrade { .. })) => {}
            (Delay::Upgrade { .. }, _) => report.note(
                "an earlier blipboard wrote the history: bringing it up to date, this once; \
                 Ctrl-C loses nothing",
            ),
        }
        if let Delay::Upgrade { percent } = delay {
            report.progress(&format!("{percent}% of the history is up to date"));
        }
        self.last = Some(delay);
    }

    /// It is over.
    pub fn end(&self, report: &mut Report) {
        report.clear_progress();
    }
}

//! The signals that ask a program to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::Exit;
use crate::domain::problem::Problem;

/// The signals that ask a program to end.
pub(crate) struct Signals {
    /// `None` where it is ignored.
    hangup: Option<Signal>,
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub(crate) fn listen() -> Result<Self, Problem> {
        let listen = |kind| {
            signal(kind).map_err(|error| Problem::new(format!("cannot listen to signals: {error}")))
        };
        Ok(Self {
            hangup: (!hangup_is_ignored())
                .then(|| listen(SignalKind::hangup()))
                .transpose()?,
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// How to end, once a signal asks for it.
    pub(crate) async fn next(&mut self) -> Exit {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = hangup => Exit::Hangup,
            _ = self.interrupt.recv() => Exit::Interrupted,
            _ = self.terminate.recv() => Exit::Terminated,
        }
    }
}

/// True where whoever started the program wants it to outlive its terminal, as `nohup` does:
/// listening would undo that. Only Linux tells: `SigIgn` of proc(5) is a mask in hexadecimal whose
/// lowest bit is SIGHUP.
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}

//! How fast a host is asked: so many requests at a time, rests where it asks for them, and a few
//! tries where trying again makes sense.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::domain::run::Wait;
use crate::inference::WAKING_UP;

/// So often a request is sent, the first time included.
const TRIES: usize = 3;
/// Nobody waits longer for one try; a server that wants more is told of as a failure.
const LONGEST: Duration = Duration::from_mins(1);
/// An endpoint that wakes up is asked again after this time where it names none.
const NAP: Duration = Duration::from_secs(15);
/// The first wait where the server names none.
const FIRST: Duration = Duration::from_secs(1);

/// All hosts that were asked.
#[derive(Debug)]
pub(super) struct Pace {
    per_host: usize,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Host {
    turns: Arc<Semaphore>,
    /// It asked for no request before this moment.
    rest: Mutex<Option<Instant>>,
}

impl Pace {
    /// At most `per_host` requests at a time to each host.
    pub(super) fn new(per_host: usize) -> Self {
        Self {
            per_host: per_host.max(1),
            hosts: Mutex::default(),
        }
    }

    pub(super) fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = hosts.get(name) {
            return Arc::clone(host);
        }
        let host = Arc::new(Host {
            turns: Arc::new(Semaphore::new(self.per_host)),
            rest: Mutex::default(),
        });
        hosts.insert(name.to_owned(), Arc::clone(&host));
        host
    }
}

impl Host {
    /// Waits for a turn; it is given back when it is dropped. `None` never comes.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turns).acquire_owned().await.ok()
    }

    /// Nobody asks for so long: what it told one, it means for all.
    pub(super) fn rest(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        *rest = Some(rest.map_or(until, |known| known.max(until)));
    }

    /// How long it still rests.
    pub(super) fn resting(&self) -> Option<Duration> {
        let rest = *self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let left = rest?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }
}

/// The waits between the tries of one request.
#[derive(Debug)]
pub(super) struct Patience {
    tries: ExponentialBackoff,
    /// When an endpoint must be awake.
    awake: Option<Instant>,
}

impl Patience {
    pub(super) fn new() -> Self {
        Self {
            tries: ExponentialBuilder::new()
                .with_min_delay(FIRST)
                .with_max_delay(LONGEST)
                .with_max_times(TRIES - 1)
                .with_jitter()
                .build(),
            awake: None,
        }
    }

    /// How long to wait for `why` before the next try, where the server asks for `asked`; `None`
    /// where there shall be none. An endpoint that wakes up is asked as often as there is time.
    pub(super) fn wait(&mut self, why: Wait, asked: Option<Duration>) -> Option<Duration> {
        if why == Wait::WakingUp {
            let now = Instant::now();
            let awake = *self.awake.get_or_insert(now + WAKING_UP);
            let wait = asked.map_or(NAP, |asked| asked.clamp(FIRST, LONGEST));
            return (now + wait <= awake).then_some(wait);
        }
        let own = self.tries.next()?;
        match asked {
            None => Some(own),
            Some(asked) => (asked <= LONGEST).then_some(asked),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_request_is_sent_three_times_and_each_wait_is_longer() {
        let mut patience = Patience::new();
        let waits: Vec<_> = std::iter::from_fn(|| patience.wait(Wait::Loading, None)).collect();
        // Up to as much again by chance, so that many do not come back at once.
        let [first, second] = waits[..] else {
            panic!("{waits:?}")
        };
        assert!((SECOND..=2 * SECOND).contains(&first), "{first:?}");
        assert!((2 * SECOND..=4 * SECOND).contains(&second), "{second:?}");
    }

    #[test]
    fn what_the_server_asks_for_is_waited_up_to_a_minute() {
        let asked =
            |seconds| Patience::new().wait(Wait::RateLimit, Some(Duration::from_secs(seconds)));
        assert_eq!(asked(60), Some(LONGEST));
        assert_eq!(asked(61), None);
        assert_eq!(asked(0), Some(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_gets_ten_minutes_to_wake_up_and_its_tries_count_apart() {
        let mut patience = Patience::new();
        let mut naps = 0;
        while let Some(nap) = patience.wait(Wait::WakingUp, None) {
            assert_eq!(nap, NAP);
            tokio::time::advance(nap).await;
            naps += 1;
        }
        assert_eq!(naps, 40);
        assert!(patience.wait(Wait::Loading, None).is_some());
        for (asked, wait) in [(0, 1), (30, 30), (3600, 60)] {
            let asked = Some(Duration::from_secs(asked));
            let waited = Patience::new().wait(Wait::WakingUp, asked);
            assert_eq!(waited, Some(Duration::from_secs(wait)));
        }
    }

    #[tokio::test]
    async fn a_host_gives_so_many_turns_and_another_its_own() {
        let pace = Pace::new(2);
        let turn = |name: &str| pace.host(name).turn().now_or_never().flatten();
        let held = [turn("a"), turn("a")];
        assert!(held.iter().all(Option::is_some));
        assert!(turn("a").is_none());
        assert!(turn("b").is_some());
        drop(held);
        assert!(turn("a").is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_rests_as_long_as_the_longest_that_was_asked_for() {
        let host = Pace::new(1).host("a");
        assert_eq!(host.resting(), None);
        host.rest(5 * SECOND);
        host.rest(2 * SECOND);
        tokio::time::advance(3 * SECOND).await;
        assert_eq!(host.resting(), Some(2 * SECOND));
        tokio::time::advance(2 * SECOND).await;
        assert_eq!(host.resting(), None);
    }
}
